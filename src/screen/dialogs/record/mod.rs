//! The dialogs that add to the record: statements, acknowledgements, notes, signatures, the baseline.

mod acknowledge;
mod attest;
mod baseline;
mod markers;
mod note;
mod sign_off;

pub(super) use self::{
    acknowledge::Acknowledge, attest::Attest, baseline::Baseline, markers::Markers, note::Note,
    sign_off::SignOff,
};
