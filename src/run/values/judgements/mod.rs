//! Findings, pre-flights and signatures.

mod finding;
mod preflight;
mod sign_off;

pub(in crate::run) use self::finding::Wording;
pub use self::{
    finding::{Code, Finding, FindingSeverity, Remedy},
    preflight::{PreflightCode, PreflightItem, PreflightRecord, PreflightState, PreflightVerdict},
    sign_off::SignOff,
};
