//! A report in its formats: a page, Markdown with foreign text escaped, and its series as CSV.

pub(in crate::report) mod escape;
pub(in crate::report) mod html;
pub(in crate::report) mod markdown;
pub(in crate::report) mod series;
