//! Steps once the test is over: production first, then the DR appliance, then the record.

use super::step::NextStep;
use crate::run::{
    read::outcome::{CleanupCode, CleanupItem, cleanup},
    state::Run,
    values::{Known, Remedy, Role, Timestamp},
};

pub(super) fn step(run: &Run, now: Timestamp) -> NextStep {
    let is_step = |item: &CleanupItem| match item.code {
        // An offer, and what no step settles.
        CleanupCode::Notes | CleanupCode::DangersSettled => false,
        // With the signature the engineer has left them as they are.
        CleanupCode::ThreadsAsBefore => run.threads_before().is_some() && run.signed_off.is_none(),
        _ => true,
    };
    let mut open: Vec<_> = cleanup(run, now).into_iter().filter(|item| !item.done && is_step(item)).collect();
    open.sort_by_key(|item| !item.required);
    let is_sending = run.replication.recovery_under_way().is_some();
    let all_done = || {
        if is_sending {
            NextStep::wait("Quit once all is sent.").by(run, Remedy::Quit)
        } else {
            NextStep::act("All is done. Quit.").by(run, Remedy::Quit)
        }
    };
    open.first().map_or_else(all_done, |item| of_item(run, item))
}

fn of_item(run: &Run, item: &CleanupItem) -> NextStep {
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    match item.code {
        CleanupCode::ReplicationRunning if run.replication.state == Known::Paused => {
            let step = NextStep::act(format!("The test is over: resume replication on {primary}."));
            step.by(run, Remedy::Resume)
        }
        CleanupCode::ReplicationRunning => {
            let text = format!(
                "Whether replication on {primary} runs is unknown: check in its web interface, then state it."
            );
            NextStep::act(text).by(run, Remedy::StateByHand)
        }
        CleanupCode::ThreadsAsBefore => {
            let wanted = run.threads_wanted();
            let text = format!("Set the threads of {dr} back to {wanted}.");
            let step = NextStep::act(text).by(run, Remedy::SetThreads);
            step.or("sign the run off with them as they are", Remedy::SignOff)
        }
        CleanupCode::FindingsAcknowledged => NextStep::act(&item.text).by(run, Remedy::Acknowledge),
        CleanupCode::Notes | CleanupCode::DangersSettled | CleanupCode::SignOff => {
            let when = if run.replication.recovery_under_way().is_some() { " once all is sent" } else { "" };
            NextStep::act(format!("Sign the run off{when}.")).by(run, Remedy::SignOff)
        }
    }
}
