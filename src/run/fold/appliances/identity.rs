//! Who an appliance is: as read, as expected, and as confirmed by the engineer.

use crate::run::state::{Confirmation, Observed, Run};
use crate::run::values::{Answer, Code, Event, Identity, Reading, Record, Role, Wording};

pub(in crate::run) fn identified(run: &mut Run, record: &Record, role: Role, identity: &Identity) {
    let is_confirmed = run.confirmed.is_some();
    let appliance = run.appliance_mut(role);
    if identity.simulated {
        appliance.said_simulated.get_or_insert(record.seq);
    }
    let mut identity = identity.clone();
    if identity.bucket.is_none() {
        // Not answered this time; a later poll asks again.
        // The bucket of another machine must not pass to the one that answers now.
        let known = appliance.identity.take_if(|known| !known.is_other_machine(&identity));
        identity.bucket = known.as_ref().and_then(|known| known.bucket.clone());
        appliance.identity = known;
    }
    let identity = &identity;
    let is_new = appliance.identity.as_ref() != Some(identity);
    appliance.identity = Some(identity.clone());
    let expected = appliance.expected.get_or_insert_with(|| identity.clone());
    // What another machine shows must not become what is expected.
    if !expected.is_other_machine(identity) {
        expect_bucket(&mut expected.bucket, identity.bucket.as_ref(), is_confirmed);
        // An upgrade keeps the machine: its new release is the expected one from here on.
        let before = std::mem::replace(&mut expected.release, identity.release.clone());
        upgraded(run, record, role, before.as_deref());
    }
    let records = &mut run.appliance_mut(role).facts;
    records.identity = Some((record.seq, record.at));
    if is_new {
        records.identity_changed = Some(record.seq);
    }
}

/// A bucket may change until the engineer has confirmed it.
fn expect_bucket(expected: &mut Option<String>, found: Option<&String>, is_confirmed: bool) {
    if found.is_some() && (expected.is_none() || !is_confirmed) {
        *expected = found.cloned();
    }
}

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

pub(in crate::run) fn clock(run: &mut Run, record: &Record, role: Role, seconds: i64) {
    run.appliance_mut(role).clock_offset = Some(seconds);
    run.appliance_mut(role).facts.clock = Some((record.seq, record.at));
}

pub(in crate::run) fn bucket(run: &mut Run, record: &Record, role: Role, answer: &Answer<String>) {
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
    appliance.bucket = Some(Observed::new(record, answer));
}

/// The engineer has confirmed both appliances, which are expected from here on.
pub(in crate::run) fn confirmed(run: &mut Run, record: &Record) {
    let Event::NamesConfirmed { identities, reason, user, .. } = &record.event else { return };
    for role in Role::BOTH {
        if let Some(identity) = identities.of(role) {
            run.appliance_mut(role).expected = Some(identity.clone());
        }
    }
    run.confirmed = Some(Confirmation {
        record: record.seq,
        at: record.at,
        user: user.clone(),
        engineer: run.engineer.clone(),
        reason: reason.clone(),
    });
}

/// Recording is continued by `recorder`; in a distrusted record the expected identities are void as well.
pub(in crate::run) fn taken_over(run: &mut Run, recorder: &str, is_distrusted: bool) {
    // The confirmation of another user, or made on another machine, would give control to someone who never looked.
    if is_distrusted || run.recorder != recorder {
        run.confirmed = None;
        recorder.clone_into(&mut run.recorder);
    }
    if is_distrusted {
        run.primary.expected = None;
        run.dr.expected = None;
    }
}
