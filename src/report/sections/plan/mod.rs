//! What was to be tested, with what, and by which steps.

pub(in crate::report::sections) mod environment;
pub(in crate::report::sections) mod procedure;
pub(in crate::report::sections) mod sheet;
