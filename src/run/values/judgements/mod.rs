//! Findings and pre-flights.

mod finding;
mod preflight;

pub use self::{finding::*, preflight::*};
