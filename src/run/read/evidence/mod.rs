//! The test as an auditor reads it: was it what was planned, did it reach its targets, what was not proven, what is done
//! about its findings. One file for each of these questions.

mod criteria;
mod deviations;
mod issues;
mod not_proven;
mod not_watched;
mod procedure;
mod recovery;
mod schema;
mod sheet;
mod signing;
mod statements;
mod step;

pub(in crate::run) use self::{not_proven::listed_late, not_watched::not_watched};
pub use self::{schema::*, signing::*, step::*};

use crate::run::state::Run;
use crate::run::values::Timestamp;

/// The test as an auditor reads it, up to `now`.
#[must_use]
pub fn test_summary(run: &Run, now: Timestamp) -> TestSummary {
    let test_sheet = sheet::summary(run);
    let procedure = procedure::steps(run, now, &test_sheet.sheet);
    let recovery = recovery::recovery(run, &procedure);
    TestSummary {
        engineer: run.engineer.clone(),
        takeovers: run.takeovers.clone(),
        criteria: criteria::judged(run, now, &test_sheet.sheet),
        deviations: deviations::deviations(run, &test_sheet, &procedure),
        not_proven: not_proven::not_proven(run),
        issues: issues::register(run),
        statements: statements::statements(run),
        consents: statements::consents(run),
        test_sheet,
        recovery,
        procedure,
    }
}
