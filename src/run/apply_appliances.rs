//! What a record tells of an appliance itself: connection, identity, service, and when it
//! was last heard of.

use std::mem::discriminant;

use super::{
    apply::push_bounded,
    counting,
    event::Answer,
    facts::{Link, Reading, Role, ServiceState},
    finding::Code,
    findings::Wording,
    identity::Identity,
    log::Gap,
    phase::Phase,
    record::Record,
    state::{Observed, Run},
    time::{Elapsed, Timestamp},
    tracking::{Attachment, ServiceSeen},
};

/// Notes that an appliance was heard of; whatever it said, it is not lost.
pub(super) fn heard(run: &mut Run, at: Timestamp, role: Role) {
    run.appliance_mut(role).heard_at = Some(at);
    *run.reported.lost_mut(role) = None;
}

/// Notes an answer: that it came, and how long it took.
pub(super) fn answered(run: &mut Run, at: Timestamp, role: Role, took: Elapsed) {
    heard(run, at, role);
    run.appliance_mut(role).round_trip = Some(took);
}

/// Notes whether the answer came in time.
pub(super) fn silent(run: &mut Run, record: &Record, role: Role) {
    let silent_since = &mut run.appliance_mut(role).silent_since;
    if record.event.is_overdue_answer() {
        silent_since.get_or_insert(record.at);
    } else {
        *silent_since = None;
    }
}

/// Recording goes on at `at`, after nothing was watched since `since`: because drwatch was `held`
/// up, or because it had ended and every connection with it.
pub(super) fn continued(run: &mut Run, at: Timestamp, since: Timestamp, held: Option<&str>) {
    let reason = held.unwrap_or("drwatch was not running").to_owned();
    // A journal of format 1.0 or 1.1 may hold times that ran back.
    let absence = Gap { from: since.min(at), to: at, offset: run.log.end, reason };
    push_bounded(&mut run.absences, &mut run.dropped.gaps, absence);
    run.tracking.watched_since = at;
    run.tracking.log_followed_until = Some(since.min(at));
    if held.is_some() {
        return;
    }
    run.ending = None;
    run.listing_since = None;
    run.log.lost = None;
    run.log.away_since.get_or_insert(since.min(at));
    for role in [Role::Primary, Role::Dr] {
        let appliance = run.appliance_mut(role);
        if appliance.link != Link::Absent {
            appliance.link = Link::Connecting;
            appliance.link_since = at;
            appliance.away_since = Some(at);
        }
    }
}

pub(super) fn link(run: &mut Run, record: &Record, role: Role, link: &Link) {
    let at = record.at;
    let appliance = run.appliance_mut(role);
    if discriminant(&appliance.link) != discriminant(link) {
        appliance.link_since = at;
    }
    let is_cut_off = role == Role::Dr && appliance.link == Link::Connected && *link != Link::Connected;
    appliance.away_since = match link {
        Link::Connected | Link::Absent => None,
        Link::Connecting | Link::Waiting { .. } | Link::Stopped { .. } => appliance.away_since.or(Some(at)),
    };
    if *link != Link::Connected {
        appliance.silent_since = None;
    }
    appliance.link = link.clone();
    if is_cut_off {
        run.tracking.log_followed_until = Some(at);
    }
    run.tracking.told_mut(role).link = Some((record.seq, at));
    if role == Role::Primary && !matches!(link, Link::Connected | Link::Absent) {
        super::apply_replication::lost_sight(run, at);
    }
    match link {
        Link::Connected => heard(run, at, role),
        // A listing does not survive the connection it was asked over.
        Link::Waiting { .. } | Link::Stopped { .. } if role == Role::Primary => run.listing_since = None,
        _ => {}
    }
}

pub(super) fn identified(run: &mut Run, record: &Record, role: Role, identity: &Identity) {
    heard(run, record.at, role);
    let is_confirmed = run.confirmed.is_some();
    let appliance = run.appliance_mut(role);
    let mut identity = identity.clone();
    if identity.bucket.is_none() {
        // Not answered this time; the poll asks again.
        let known = appliance.identity.take_if(|known| !known.is_other_machine(&identity));
        identity.bucket = known.as_ref().and_then(|known| known.bucket.clone());
        appliance.identity = known;
    }
    let identity = &identity;
    let is_new = appliance.identity.as_ref() != Some(identity);
    appliance.identity = Some(identity.clone());
    let expected = appliance.expected.get_or_insert_with(|| identity.clone());
    if !expected.is_other_machine(identity) {
        expect_bucket(&mut expected.bucket, identity.bucket.as_ref(), is_confirmed);
        let before = std::mem::replace(&mut expected.release, identity.release.clone());
        upgraded(run, record, role, before.as_deref());
    }
    let told = run.tracking.told_mut(role);
    told.identity = Some((record.seq, record.at));
    if is_new {
        told.identity_changed = Some(record.seq);
    }
}

/// Until the engineer has confirmed it, a bucket may be set up anew; after that it has to stay.
fn expect_bucket(expected: &mut Option<String>, found: Option<&String>, is_confirmed: bool) {
    if found.is_some() && (expected.is_none() || !is_confirmed) {
        *expected = found.cloned();
    }
}

/// Mentions that an appliance came back with another release than `before`.
fn upgraded(run: &mut Run, record: &Record, role: Role, before: Option<&str>) {
    let now = run.appliance(role).expected.as_ref().and_then(|identity| identity.release.as_deref());
    let (Some(before), Some(now)) = (before, now) else { return };
    if before != now {
        let text = format!(
            "{} came back with release {now} instead of {before}; it is the same machine.",
            run.name(role)
        );
        run.raise(record, Code::ReleaseChanged, Some(role), Wording::info(text));
    }
}

pub(super) fn clock(run: &mut Run, record: &Record, role: Role, seconds: i64) {
    run.appliance_mut(role).clock_offset = Some(seconds);
    run.tracking.told_mut(role).clock = Some((record.seq, record.at));
}

pub(super) fn bucket(run: &mut Run, record: &Record, role: Role, answer: &Answer<String>) {
    answered(run, record.at, role, answer.took);
    let is_confirmed = run.confirmed.is_some();
    let appliance = run.appliance_mut(role);
    if let Reading::Known(name) = &answer.reading {
        if let Some(identity) = &mut appliance.identity {
            identity.bucket = Some(name.clone());
        }
        if let Some(expected) = &mut appliance.expected {
            expect_bucket(&mut expected.bucket, Some(name), is_confirmed);
        }
    }
    appliance.bucket = Some(Observed { reading: answer.reading.clone(), at: record.at, record: record.seq });
}

pub(super) fn service(run: &mut Run, record: &Record, role: Role, answer: &Answer<ServiceState>) {
    answered(run, record.at, role, answer.took);
    run.appliance_mut(role).service =
        Some(Observed { reading: answer.reading.clone(), at: record.at, record: record.seq });
    if role != Role::Dr {
        return;
    }
    match &answer.reading {
        // A service that is busy restoring is up: it is what downloads.
        Reading::Known(ServiceState::Running(_) | ServiceState::Busy(_)) => service_runs(run, record),
        Reading::Known(ServiceState::Stopped) | Reading::ServiceDown => counting::service_down(run),
        Reading::Unreadable | Reading::Refused(_) => {}
    }
}

fn service_runs(run: &mut Run, record: &Record) {
    run.tracking.service = match run.tracking.service {
        seen @ ServiceSeen::Running { .. } => seen,
        ServiceSeen::Unknown => {
            if run.phases.current == Phase::Prepare {
                run.tracking.attachment = Attachment::Late;
            }
            ServiceSeen::Running { since: None }
        }
        ServiceSeen::Down => ServiceSeen::Running { since: Some(record.at) },
    };
    counting::infer_start(run, record);
}
