//! Steps once the test is over: production first, then the DR appliance, then the record.

use super::step::{NextStep, clock_time, was_refused};
use crate::run::{
    read::control::{test_end_to_take_back, unsettled_alarm, vendor_question, vendor_who_agreed},
    read::outcome::{CleanupCode, CleanupItem, cleanup},
    state::Run,
    values::{ActionKind, Known, Remedy, Role, Statement, Timestamp},
};

pub(super) fn step(run: &Run, now: Timestamp) -> NextStep {
    let is_step = |item: &CleanupItem| match item.code {
        // An offer, what no step settles, and what is decided with the signature.
        CleanupCode::Notes
        | CleanupCode::AllSent
        | CleanupCode::DangersSettled
        | CleanupCode::DrServiceStopped => false,
        // With the signature the engineer has left them as they are.
        CleanupCode::ThreadsAsBefore => run.threads_before().is_some() && run.signed_off.is_none(),
        _ => true,
    };
    let mut open: Vec<_> = cleanup(run, now).into_iter().filter(|item| !item.done && is_step(item)).collect();
    // `false` sorts first: what the exit code waits for comes before what is optional.
    open.sort_by_key(|item| !item.required);
    let is_sending = run.replication.recovery_under_way().is_some();
    let is_left = |item: &CleanupItem| match item.code {
        CleanupCode::Notes => false,
        CleanupCode::DrServiceStopped => !item.done && !run.started.demo,
        _ => !item.done,
    };
    let left: Vec<_> =
        cleanup(run, now).iter().filter(|item| is_left(item)).map(|item| item.left_in_words(run)).collect();
    let all_done = || match (is_sending, left.is_empty()) {
        (true, _) => NextStep::wait("Quit once all is sent.").by(run, Remedy::Quit),
        (false, true) => NextStep::act("All is done. Quit.").by(run, Remedy::Quit),
        (false, false) => {
            let text =
                format!("Signed off, with this left: {}. drwatch asks for no more: quit.", left.join("; "));
            NextStep::act(text).by(run, Remedy::Quit)
        }
    };
    open.first().map_or_else(all_done, |item| of_item(run, item))
}

/// What nothing in the watch settles, or may still be taken back: it is said before the steps.
pub(super) fn unsettled(run: &Run) -> Option<String> {
    if !run.has_begun_stage_1() && test_end_to_take_back(run).is_ok() {
        return Some(
            "You ended the test before stage 1 began; if that was a slip, state that it is not over."
                .to_owned(),
        );
    }
    // Where replication is paused the step names the alarm, and what is left at the end as well.
    let is_named = run.signed_off.is_some() && run.replication.recovery_under_way().is_none();
    let alarm = unsettled_alarm(run).filter(|alarm| !alarm.is_open() && !is_named)?;
    if run.replication.state != Known::Running {
        return None;
    }
    let at = clock_time(run, alarm.opened_at);
    let vendor = vendor_who_agreed(run);
    // While there is still something to send that comes first, and the line is to keep its end.
    let is_sending = run.replication.recovery_under_way().is_some();
    (vendor.is_none() || !is_sending).then(|| match vendor {
        Some(who) => format!("The alarm of {at} stays unsettled in the report (vendor: {who})."),
        None => format!("The alarm of {at} is not settled. Ask the vendor what it means for production."),
    })
}

/// To stop the service of the DR appliance, and who does it. The lines before it are on the checklist.
fn stop_service(run: &Run) -> String {
    let dr = run.name(Role::Dr);
    if run.started.demo {
        return format!("wait until the service of {dr} is read as stopped (the demo stops it)");
    }
    format!("on {dr} type \"no service enable\"")
}

/// What comes before a resume while an alarm is not settled. In a demo there is no vendor to ask.
fn resume_over_alarm(run: &Run) -> String {
    let primary = run.name(Role::Primary);
    match (run.started.demo, run.awaits_service_stop()) {
        (true, true) => format!(
            "The vendor has to agree to a resume, and in this demo does: {}; then resume replication on {primary}.",
            stop_service(run)
        ),
        (true, false) => format!(
            "The vendor has to agree to a resume, and in this demo does: resume replication on {primary}."
        ),
        (false, true) => format!(
            "First {}. Then {}. Only if it may: resume replication there.",
            stop_service(run),
            vendor_question(run)
        ),
        (false, false) => {
            format!("First {}. Only if it may: resume replication there.", vendor_question(run))
        }
    }
}

fn of_item(run: &Run, item: &CleanupItem) -> NextStep {
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    match item.code {
        CleanupCode::ReplicationRunning if run.replication.state == Known::Paused => {
            if was_refused(run, ActionKind::Resume) {
                return NextStep::act(format!(
                    "{primary} did not take the resume: resume replication in its web interface (Replication > Storage > \
                     Cloud Settings)."
                ));
            }
            if run.signed_off.is_some() && unsettled_alarm(run).is_some() {
                let text = format!(
                    "Signed off; replication on {primary} stays PAUSED until the vendor agrees that it may run. You may quit"
                );
                let step = NextStep::act(text).by(run, Remedy::Quit);
                return step.or(", or wait here, and resume once the vendor agrees", Remedy::Resume);
            }
            let text = if let Some(alarm) = unsettled_alarm(run) {
                let at = clock_time(run, alarm.opened_at);
                format!("The test is over; the alarm of {at} is not settled. {}", resume_over_alarm(run))
            } else if run.awaits_service_stop() {
                let over = if run.is_restored() {
                    "The test is over"
                } else {
                    "The test ended before the restore did"
                };
                format!("{over}: {}; then resume replication on {primary}.", stop_service(run))
            } else {
                format!("The test is over: resume replication on {primary}.")
            };
            let step = NextStep::act(text).by(run, Remedy::Resume);
            if run.has_unsettled_alarm() && !run.started.demo {
                step.or("; else leave it paused, note why", Remedy::WriteNote)
            } else {
                step
            }
        }
        CleanupCode::ReplicationRunning => {
            let text = format!(
                "Whether replication on {primary} runs is unknown: check in its web interface, then state it."
            );
            NextStep::act(text).stating(run, Statement::ReplicationRunning)
        }
        CleanupCode::ThreadsAsBefore => {
            let wanted = run.threads_wanted();
            if run.replication.recovery_under_way().is_some() {
                let text = format!(
                    "Wait until all is sent; meanwhile, if wanted, set the threads of {dr} back to {wanted}."
                );
                return NextStep::act(text).by(run, Remedy::SetThreads);
            }
            let text = format!("If wanted, set the threads of {dr} back to {wanted}, as before the test.");
            let step = NextStep::act(text).by(run, Remedy::SetThreads);
            step.or("; else sign the run off now", Remedy::SignOff)
        }
        CleanupCode::FindingsAcknowledged => NextStep::act(&item.text).by(run, Remedy::Acknowledge),
        CleanupCode::Notes
        | CleanupCode::AllSent
        | CleanupCode::DangersSettled
        | CleanupCode::DrServiceStopped
        | CleanupCode::SignOff => {
            if run.replication.recovery_under_way().is_some() {
                let over = if run.has_unsettled_alarm() { ", with the alarm unsettled," } else { "" };
                let text = format!("Sign the run off{over} once all is sent.");
                return NextStep::wait(text).by(run, Remedy::SignOff);
            }
            // Named before the resume; nobody can do it in a demo but its operator.
            if run.dr.service_runs() && !run.started.demo {
                let text = format!(
                    "Production changes the bucket now: {}; then sign the run off.",
                    stop_service(run)
                );
                return NextStep::act(text).by(run, Remedy::SignOff);
            }
            let over = if run.has_unsettled_alarm() { " with the alarm unsettled" } else { "" };
            NextStep::act(format!("Sign the run off{over}.")).by(run, Remedy::SignOff)
        }
    }
}
