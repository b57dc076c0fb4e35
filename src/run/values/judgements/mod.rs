//! Findings and pre-flights.

mod finding;
mod preflight;

pub(in crate::run) use self::finding::Wording;
pub use self::{
    finding::{Code, Finding, FindingSeverity, Remedy},
    preflight::{PreflightCode, PreflightItem, PreflightRecord, PreflightState, PreflightVerdict},
};
