//! What is printed on a terminal: tables in columns, the issue register, the closing lines.

pub(in crate::report) mod columns;
pub(in crate::report) mod register;
pub(in crate::report) mod text;
