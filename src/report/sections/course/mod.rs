//! What happened: in time, as figures, to production, and beside earlier runs.

pub(in crate::report::sections) mod comparison;
pub(in crate::report::sections) mod production;
pub(in crate::report::sections) mod recovery;
pub(in crate::report::sections) mod timeline;
