//! What the record is: who stands for it, which controls it supports, and the appendix.

pub(in crate::report::sections) mod appendix;
pub(in crate::report::sections) mod attestation;
pub(in crate::report::sections) mod controls;
