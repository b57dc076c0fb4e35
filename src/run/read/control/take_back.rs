//! Whether the end of the test may be taken back: as long as nothing rests on it.

use crate::run::state::{ActionRecord, Attestation, Run};
use crate::run::values::{ActionKind, ActionState, Phase, Sequence, Statement};

/// The record by which the test was stated to be over, where that may be taken back; otherwise why not, as a sentence.
pub(in crate::run) fn test_end_to_take_back(run: &Run) -> Result<Sequence, String> {
    let off = |reason: &str| Err(reason.to_owned());
    if run.phase() != Phase::Ended {
        return off("The test is not over; nothing was recorded.");
    }
    if run.failed.is_some() {
        return off("The restore failed: that ends the test for good.");
    }
    let ends = |stated: &Attestation| {
        let evidence = run.phases.spans.iter().filter_map(|span| span.evidence.as_ref());
        evidence.into_iter().any(|evidence| evidence.record == stated.record)
    };
    let is_end = |stated: &&Attestation| stated.statement == Statement::TestOver && ends(stated);
    let Some(over) = run.attestations.iter().rev().find(is_end).map(|stated| stated.record) else {
        return off("Nobody has stated in this record that the test is over.");
    };
    let is_resume = |action: &&ActionRecord| {
        action.plan.action == ActionKind::Resume
            && action.record > over
            && !matches!(action.state, ActionState::Rejected { .. })
    };
    if let Some(action) = run.actions.iter().find(is_resume) {
        return Err(format!(
            "A resume of replication was requested at {}, after the end of the test: that can no longer be taken back.",
            action.requested_at.utc().format("%H:%M:%S")
        ));
    }
    if run.signed_by().is_some() {
        return off("The run is signed off: its end can no longer be taken back.");
    }
    Ok(over)
}
