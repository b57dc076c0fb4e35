//! Readings of the replication threads of the DR appliance.

use crate::run::read::appliances::threads::sets_threads;
use crate::run::state::{Observed, Run};
use crate::run::values::{ActionKind, ActionState, Answer, Reading, Record, ThreadCount, Timestamp};

/// An answer of the DR appliance.
pub(in crate::run) fn read(run: &mut Run, record: &Record, answer: &Answer<ThreadCount>) {
    run.tracking.threads_asked_at = Some(record.at.before(answer.took));
    run.threads = Some(Observed::new(record, answer));
    if let Reading::Known(count) = answer.reading {
        confirm(run, record.at, count);
    }
}

/// Confirms a number that was accepted while the service did not run.
fn confirm(run: &mut Run, at: Timestamp, count: ThreadCount) {
    let latest = run.actions.iter_mut().rev().find(|action| sets_threads(action));
    let awaiting = latest.filter(|action| {
        action.state == ActionState::AwaitingService && action.plan.action == ActionKind::SetThreads(count)
    });
    if let Some(action) = awaiting {
        action.state = ActionState::Confirmed;
        action.settled_at = Some(at);
    }
}
