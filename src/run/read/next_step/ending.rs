//! Steps once the test is over: production first, then the DR appliance, then the record.

use super::step::NextStep;
use crate::run::{
    read::outcome::{CleanupCode, CleanupItem, cleanup},
    state::Run,
    values::{Known, Remedy, Role, Timestamp},
};

pub(super) fn step(run: &Run, now: Timestamp) -> NextStep {
    let items = cleanup(run, now);
    let is_step = |item: &CleanupItem| match item.code {
        // An offer, not a step.
        CleanupCode::Notes => false,
        CleanupCode::ThreadsAsBefore => run.threads_before().is_some(),
        _ => true,
    };
    let open = items.iter().find(|item| !item.done && is_step(item));
    open.map_or_else(|| NextStep::wait("All is done; the record can be left."), |item| of_item(run, item))
}

fn of_item(run: &Run, item: &CleanupItem) -> NextStep {
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    match item.code {
        CleanupCode::ReplicationRunning if run.replication.state == Known::Paused => {
            let step = NextStep::act(format!("The test is over: resume replication on {primary}."));
            step.by(run, Remedy::Resume)
        }
        CleanupCode::ReplicationRunning => {
            let text = format!("Look on {primary} whether replication runs, and state what you find.");
            NextStep::act(text).by(run, Remedy::StateByHand)
        }
        CleanupCode::ThreadsAsBefore => {
            let wanted = run.threads_wanted();
            NextStep::act(format!("Set the threads of {dr} back to {wanted}, if wanted."))
                .by(run, Remedy::SetThreads)
        }
        CleanupCode::FindingsAcknowledged => {
            NextStep::act("Settle the open findings, or acknowledge each with a reason.")
                .by(run, Remedy::Acknowledge)
        }
        CleanupCode::Notes | CleanupCode::SignOff => {
            NextStep::act("Sign the run off.").by(run, Remedy::SignOff)
        }
    }
}
