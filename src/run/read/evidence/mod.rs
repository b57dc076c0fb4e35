//! The test as an auditor reads it: was it what was planned, did it reach its targets, what was not proven, what is done
//! about its findings.

mod schema;
mod signing;

pub use self::{schema::*, signing::*};

use crate::run::state::Run;
use crate::run::values::Timestamp;

/// The test as an auditor reads it, up to `now`.
#[must_use]
pub fn test_summary(run: &Run, _now: Timestamp) -> TestSummary {
    let latest = run.sheets.last();
    let frozen = run.frozen_sheet.as_ref();
    TestSummary {
        engineer: run.engineer.clone(),
        test_sheet: SheetSummary {
            sheet: frozen
                .map(|frozen| &frozen.sheet)
                .or_else(|| latest.map(|stated| &stated.sheet))
                .cloned()
                .unwrap_or_default(),
            origin: latest.map(|stated| stated.origin.clone()),
            frozen_at: frozen.map(|frozen| frozen.at),
            record: frozen.map(|frozen| frozen.record).or_else(|| latest.map(|stated| stated.record)),
            changes: Vec::new(),
        },
        criteria: Vec::new(),
        recovery: Recovery::default(),
        procedure: Vec::new(),
        deviations: Vec::new(),
        not_proven: Vec::new(),
        issues: Vec::new(),
    }
}
