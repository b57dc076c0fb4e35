//! The connection to an appliance: up, down, silent, or interrupted with the watch itself.

use std::mem::discriminant;

use crate::run::fold::replication;
use crate::run::state::{Outage, Run, push_bounded};
use crate::run::values::{Gap, Link, Record, Role, Timestamp};

/// Notes that an appliance was heard from: it is not lost, and not silent unless the answer came too late.
pub(in crate::run) fn heard(run: &mut Run, record: &Record) {
    let event = &record.event;
    let Some(role) = event.heard_from() else { return };
    run.appliance_mut(role).reported_lost = None;
    let appliance = run.appliance_mut(role);
    appliance.heard_at = Some(record.at);
    appliance.round_trip = event.round_trip().or(appliance.round_trip);
    if event.is_overdue_answer() {
        appliance.silent_since.get_or_insert(record.at);
    } else if event.answers().is_some() {
        appliance.silent_since = None;
    }
}

/// Recording continues with `record`; nothing was watched since `since`, as drwatch was `held` up or had ended.
pub(in crate::run) fn continued(run: &mut Run, record: &Record, since: Timestamp, held: Option<&str>) {
    let at = record.at;
    let reason = held.unwrap_or("drwatch was not running").to_owned();
    // Records of one moment may be a little out of order.
    let (from, offset) = (since.min(at), run.log.end);
    let absence = Gap { from, to: at, offset, reason, record: Some(record.seq) };
    push_bounded(&mut run.absences, &mut run.dropped.gaps, absence);
    run.watched_since = at;
    run.tracking.log_followed_until = Some(since.min(at));
    run.log.silences.interrupt(at, Some(since.min(at)));
    // A drwatch that was only held up has its connections still; one that had ended has none. Neither has read anything.
    if held.is_some() {
        if run.primary.link != Link::Absent {
            replication::not_read(run, since.min(at));
        }
        return;
    }
    run.ending = None;
    run.ended_by = None;
    run.listing_since = None;
    run.log.lost = None;
    // A log that was away already stays so from the earlier time on.
    run.log.away_since.get_or_insert(since.min(at));
    for role in Role::BOTH {
        let appliance = run.appliance_mut(role);
        if appliance.link != Link::Absent {
            appliance.link = Link::Connecting;
            appliance.link_since = at;
            appliance.away_since = Some(at);
        }
    }
}

pub(in crate::run) fn link(run: &mut Run, record: &Record, role: Role, link: &Link) {
    let at = record.at;
    outage(run, record, role, link);
    let appliance = run.appliance_mut(role);
    // `Waiting` holds a reason that changes with each attempt; the state, and since when it lasts, do not.
    if discriminant(&appliance.link) != discriminant(link) {
        appliance.link_since = at;
    }
    let is_cut_off = role == Role::Dr && appliance.link == Link::Connected && *link != Link::Connected;
    // Each attempt changes the link; the absence goes on from its beginning.
    appliance.away_since = match link {
        Link::Connected | Link::Absent => None,
        Link::Connecting | Link::Waiting { .. } | Link::Stopped { .. } => appliance.away_since.or(Some(at)),
    };
    // Without a connection, the lost connection is reported, not the silence.
    if *link != Link::Connected {
        appliance.silent_since = None;
    }
    appliance.link = link.clone();
    if is_cut_off {
        run.tracking.log_followed_until = Some(at);
    }
    if role == Role::Dr && *link == Link::Connected && run.started.log.is_none() {
        run.log.silences.interrupt(at, run.tracking.log_followed_until);
    }
    run.appliance_mut(role).facts.link = Some((record.seq, at));
    if role == Role::Primary && !matches!(link, Link::Connected | Link::Absent) {
        replication::not_read(run, at);
    }
    // A listing is lost with its connection.
    if role == Role::Primary && matches!(link, Link::Waiting { .. } | Link::Stopped { .. }) {
        run.listing_since = None;
    }
}

/// Notes the loss of a connection that stood, the reason once it is known, and the end of the loss.
fn outage(run: &mut Run, record: &Record, role: Role, link: &Link) {
    let reason = match link {
        Link::Waiting { reason, .. } | Link::Stopped { reason } => reason.as_str(),
        Link::Absent | Link::Connecting | Link::Connected => "",
    };
    if run.appliance(role).link == Link::Connected && *link != Link::Connected {
        let reason = reason.to_owned();
        let outage = Outage { role, from: record.at, to: None, reason, record: record.seq };
        push_bounded(&mut run.outages, &mut run.dropped.outages, outage);
        return;
    }
    let last = run.outages.iter_mut().rev().find(|outage| outage.role == role && outage.to.is_none());
    let Some(last) = last else { return };
    if *link == Link::Connected {
        // A clock may have been set back in between.
        last.to = Some(record.at.max(last.from));
    } else if last.reason.is_empty() {
        reason.clone_into(&mut last.reason);
    }
}
