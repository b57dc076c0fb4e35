//! Rules about the machines: out of reach, unreadable, a clock that is off, a request of unknown effect.

use crate::run::read::control::is_outcome_unknown;
use crate::run::state::{ActionRecord, Run};
use crate::run::values::{ActionState, Elapsed, Link, Phase, Reading, Remedy, Role, Timestamp, Wording};

/// Only until the restore is complete.
pub(super) fn dr_unreadable(run: &Run, _: Timestamp) -> Option<Wording> {
    if run.phases.current >= Phase::InUse {
        return None;
    }
    let service = run.dr.service.as_ref().map(|service| &service.reading);
    let threads = run.threads.as_ref().map(|threads| &threads.reading);
    let unread = [
        (run.tracking.counter_is_unreadable, "its GET counter"),
        (matches!(service, Some(Reading::Unreadable | Reading::Refused(_))), "its service"),
        (matches!(threads, Some(Reading::Unreadable | Reading::Refused(_))), "its threads"),
    ];
    let unread: Vec<_> = unread.into_iter().filter(|(is_so, _)| *is_so).map(|(_, what)| what).collect();
    (!unread.is_empty()).then(|| {
        Wording::attention(format!(
            "drwatch does not understand what {} answers about {}, so it cannot watch that. The record holds the answers.",
            run.name(Role::Dr),
            unread.join(" and ")
        ))
        .advising("Correct the dialect, or look there and state by hand what you find.")
        .with(Remedy::StateByHand)
    })
}

pub(super) fn lost(run: &Run, role: Role, _: Timestamp) -> Option<Wording> {
    run.appliance(role).reported_lost?;
    // The DR appliance is not needed once the test is over.
    if role == Role::Dr && run.phases.current == Phase::Ended {
        return None;
    }
    let appliance = run.appliance(role);
    // A moment, and no length: it stays as true as the event of the loss, during it and after its end.
    let since = match (appliance.away(), appliance.heard_at) {
        (Some(at), _) | (None, Some(at)) => format!("since {}", at.in_words()),
        (None, None) => "so far".to_owned(),
    };
    let why = match &appliance.link {
        Link::Waiting { reason, .. } | Link::Stopped { reason } => format!(": {reason}"),
        Link::Absent | Link::Connecting | Link::Connected => ".".to_owned(),
    };
    Some(Wording::attention(format!("No answer from {} ({role}) {since}{why}", run.name(role))))
}

pub(super) fn clock(run: &Run, role: Role) -> Option<Wording> {
    let seconds = run.appliance(role).clock_offset.filter(|_| run.clock_is_off(role))?;
    let direction = if seconds > 0 { "ahead of" } else { "behind" };
    Some(Wording::info(format!(
        "The clock of {} is {} s {direction} ours; times of lines read later are corrected by that.",
        run.name(role),
        seconds.unsigned_abs()
    )))
}

pub(super) fn own_clock(run: &Run, _: Timestamp) -> Option<Wording> {
    let behind = run.own_clock_behind;
    (behind > Elapsed::ZERO).then(|| {
        Wording::info(format!(
            "The clock of this machine was set back and is {behind} behind the record, whose own time goes on as \
             before. Times in this record are right among themselves; compare them with care to those of others."
        ))
    })
}

pub(super) fn action_unknown(run: &Run, role: Role) -> Option<Wording> {
    let concerned = |action: &&ActionRecord| action.plan.action.role() == role;
    let action = run.actions.iter().rev().filter(concerned).find(|action| is_outcome_unknown(run, action))?;
    let ActionState::Unknown { reason } = &action.state else { return None };
    Some(Wording::attention(format!(
        "Whether the request to {} on {} took effect is unknown: {reason}",
        action.plan.action,
        run.name(role)
    )))
}
