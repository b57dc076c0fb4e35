//! What is known of the outcome of an action.

use crate::run::{
    state::{ActionRecord, Run},
    values::{ActionKind, ActionState},
};

/// Whether the outcome of an action is unknown and nothing since has told it.
pub(in crate::run) fn is_untold(run: &Run, action: &ActionRecord) -> bool {
    let told = match action.plan.action {
        ActionKind::Pause | ActionKind::Resume => run.tracking.replication_told,
        ActionKind::SetThreads(_) => {
            run.threads.as_ref().filter(|threads| threads.reading.known().is_some()).map(|threads| threads.at)
        }
    };
    matches!(action.state, ActionState::Unknown { .. })
        && action.settled_at.is_some_and(|settled| told.is_none_or(|told| told <= settled))
}
