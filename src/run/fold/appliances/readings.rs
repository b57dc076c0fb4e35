//! Readings of the service and of the replication threads.

use crate::run::fold::restore::{baseline, stage_1_start};
use crate::run::read::appliances::threads::sets_threads;
use crate::run::state::{Attachment, MAX_THREAD_CHANGES, Observed, Run, ServiceSeen};
use crate::run::values::{
    ActionKind, ActionState, Answer, Contradiction, Phase, Reading, Record, Role, ServiceState, ThreadCount,
    Timestamp,
};

pub(in crate::run) fn service(run: &mut Run, record: &Record, role: Role, answer: &Answer<ServiceState>) {
    run.appliance_mut(role).service = Some(Observed::new(record, answer));
    if role != Role::Dr {
        return;
    }
    match &answer.reading {
        // A busy service is up: it is what downloads.
        Reading::Known(ServiceState::Running(_) | ServiceState::Busy(_)) => service_runs(run, record),
        Reading::Known(ServiceState::Stopped) | Reading::ServiceDown => {
            still_stopped(run, record);
            baseline::service_down(run);
        }
        Reading::Unreadable | Reading::Refused(_) => {}
    }
}

/// A service that was read as stopped when something was stated, and is read so again before it ever ran.
fn still_stopped(run: &mut Run, record: &Record) {
    let up = run.tracking.service_up;
    for stated in run.attestations.iter_mut().filter(|stated| up.is_none_or(|up| up < stated.record)) {
        let read = stated.against.iter_mut().find(|read| read.what == Contradiction::ServiceStopped);
        if let Some(read) = read {
            (read.at, read.record) = (record.at, Some(record.seq));
        }
    }
}

fn service_runs(run: &mut Run, record: &Record) {
    run.tracking.service_up = Some(record.seq);
    if run.tracking.service == ServiceSeen::Down && run.phases.current == Phase::Prepare {
        run.service_started = Some((record.at, record.seq));
    }
    run.tracking.service = match run.tracking.service {
        // The first reading that saw it run dates that; later ones do not move it.
        seen @ ServiceSeen::Running { .. } => seen,
        ServiceSeen::Unknown => {
            // Up at the first reading: stage 1 may have begun, or be over, before anybody watched.
            if run.phases.current == Phase::Prepare {
                run.tracking.attachment = Attachment::Late;
            }
            ServiceSeen::Running { since: None }
        }
        ServiceSeen::Down => ServiceSeen::Running { since: Some(record.at) },
    };
    stage_1_start::infer(run, record);
}

pub(in crate::run) fn threads(run: &mut Run, record: &Record, answer: &Answer<ThreadCount>) {
    run.tracking.threads_asked_at = Some(record.at.before(answer.took));
    run.threads = Some(Observed::new(record, answer));
    if let Reading::Known(count) = answer.reading {
        confirm(run, record.at, count);
        let changes = &mut run.tracking.thread_changes;
        // Only changes are kept: readings come every half minute for hours.
        if changes.back().is_none_or(|(_, before)| *before != count) {
            if changes.len() >= MAX_THREAD_CHANGES {
                changes.pop_front();
            }
            changes.push_back((record.at, count));
        }
    }
}

/// Confirms a number that was accepted while the service did not run.
fn confirm(run: &mut Run, at: Timestamp, count: ThreadCount) {
    // Only the latest request: a later one has replaced the number of those before it.
    let latest = run.actions.iter_mut().rev().find(|action| sets_threads(action));
    let awaiting = latest.filter(|action| {
        action.state == ActionState::AwaitingService && action.plan.action == ActionKind::SetThreads(count)
    });
    if let Some(action) = awaiting {
        action.state = ActionState::Confirmed;
        action.settled_at = Some(at);
    }
}
