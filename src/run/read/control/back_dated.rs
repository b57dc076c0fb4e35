//! An end of the test that is stated for an earlier moment, and what was seen after that moment.

use super::statements::{StatementVerdict, judge_statement, statement_consent};
use crate::run::state::{Attestation, Run, is_dated_otherwise};
use crate::run::values::{Code, Consent, Finding, Overruled, Statement, Timestamp};

/// The same as [`judge_statement`], once the moment is known from which on it is so.
#[must_use]
pub fn judge_dated_statement(
    run: &Run,
    statement: Statement,
    since: Timestamp,
    now: Timestamp,
) -> StatementVerdict {
    let consent = back_dated(run, statement, since, now).and_then(|_| {
        let Consent { overruled, shown, .. } = dated_consent(run, statement, since, now)?;
        Some((overruled.phrase()?, shown))
    });
    match (judge_statement(run, statement, now), consent) {
        (StatementVerdict::Off { reason }, _) => StatementVerdict::Off { reason },
        (_, Some((phrase, warning))) => StatementVerdict::NeedsPhrase { phrase, warning },
        (verdict, None) => verdict,
    }
}

/// The consent that `statement` takes in the present state of `run` where it is so from `since` on, as it is recorded with
/// the statement; `None` where nothing on record speaks against it.
#[must_use]
pub fn dated_consent(run: &Run, statement: Statement, since: Timestamp, now: Timestamp) -> Option<Consent> {
    match (statement_consent(run, statement, now), back_dated(run, statement, since, now)) {
        (Some(consent), Some(Consent { shown, .. })) => {
            Some(Consent { shown: format!("{} {shown}", consent.shown), ..consent })
        }
        (consent, back_dated) => consent.or(back_dated),
    }
}

/// That something was seen after the end of the test that is stated.
fn back_dated(run: &Run, statement: Statement, since: Timestamp, now: Timestamp) -> Option<Consent> {
    if statement != Statement::TestOver || !is_dated_otherwise(now, since) {
        return None;
    }
    let (seen, cited) = match (alarm_between(run, since, now), used_after(run, since)) {
        (Some(alarm), _) => {
            (format!("{}, at {}", alarm.headline(), alarm.opened_at.in_words()), alarm.record)
        }
        (None, Some(used)) => {
            let from = used.since.in_words();
            (format!("That the restored appliance can be used is stated from {from} on"), used.record)
        }
        (None, None) => return None,
    };
    let shown = format!("{seen}: that is after {}, when the test is to have ended.", since.in_words());
    Some(Consent { overruled: Overruled::Reading, shown, cited: Some(cited) })
}

/// The latest alarm after `since`, up to `until`.
fn alarm_between(run: &Run, since: Timestamp, until: Timestamp) -> Option<&Finding> {
    let is_it = |finding: &&Finding| {
        finding.code == Code::Alarm && finding.opened_at > since && finding.opened_at <= until
    };
    run.findings.iter().rev().find(is_it)
}

/// The statement by which the restored appliance was in use from a moment after `since` on; a time typed to the minute may be
/// up to a minute early.
fn used_after(run: &Run, since: Timestamp) -> Option<&Attestation> {
    let is_it = |stated: &&Attestation| stated.statement == Statement::RestoredUsable && stated.since > since;
    run.attestations.iter().find(is_it)
}

/// What was on record against an end of the test when `stated` ended it, to follow "although".
pub(in crate::run) fn end_against(run: &Run, stated: &Attestation) -> Option<String> {
    if stated.statement != Statement::TestOver || !stated.is_dated_otherwise() {
        return None;
    }
    if let Some(alarm) = alarm_between(run, stated.since, stated.at) {
        return Some(format!("{}, at {}", alarm.headline(), alarm.opened_at.in_words()));
    }
    let used = used_after(run, stated.since).filter(|used| used.record < stated.record)?;
    Some(format!("it was stated that it can be used from {} on", used.since.in_words()))
}
