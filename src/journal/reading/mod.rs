//! Reading a record back: record by record, as the run it records, and checked as a whole.

pub(in crate::journal) mod fold;
pub(in crate::journal) mod reader;
pub(in crate::journal) mod verify;
