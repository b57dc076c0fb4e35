//! What people stated, and the consents by phrase: what was on record against what they did.

use super::schema::{ConsentSummary, StatementSummary};
use crate::run::read::control::{left, unsettled_alarm};
use crate::run::read::restore::restored_against;
use crate::run::state::{Attestation, Consented, GivenConsent, Run, SignOff};
use crate::run::values::{ActionState, Finding, FindingSeverity, Overruled, Sequence, Statement, actor};

pub(super) fn statements(run: &Run) -> Vec<StatementSummary> {
    let summary = |stated: &Attestation| StatementSummary {
        statement: stated.statement,
        at: stated.at,
        since: stated.since,
        reason: stated.reason.clone(),
        user: stated.user.clone(),
        engineer: stated.engineer.clone(),
        record: stated.record,
    };
    run.attestations.iter().map(summary).collect()
}

pub(super) fn consents(run: &Run) -> Vec<ConsentSummary> {
    let summary = |given: &GivenConsent| ConsentSummary {
        at: given.at,
        act: given.act(),
        typed: given.typed.clone(),
        consent: given.consent.clone(),
        reason: given.reason.clone(),
        user: given.user.clone(),
        engineer: given.engineer.clone(),
        record: given.record,
    };
    run.consents.iter().map(summary).collect()
}

/// The consents that end a restore, or leave something of the result open, each in a sentence. A consent that gives the
/// restored appliance free is in the sentence on that.
pub(super) fn left_open(run: &Run) -> impl Iterator<Item = String> {
    run.consents.iter().filter_map(|given| given.leaves_open(run))
}

/// What is left of the danger to production at the end, each in a sentence: it follows from the state of the run, whatever
/// anybody consented to.
pub(super) fn left_at_the_end(run: &Run) -> impl Iterator<Item = String> {
    let is_ended = run.is_cleanup_due() || run.is_recorded_no_more() || run.signed_off.is_some();
    left(run).into_iter().filter_map(move |left| {
        let (what, was) = match left.overruled {
            // An alarm is a doubt at any time.
            Overruled::UnsettledAlarm => ("the alarm means no harm to production", "it was not settled"),
            _ if !is_ended => return None,
            Overruled::Paused => ("production is protected again", "replication was paused"),
            Overruled::Unsent => ("production is protected again", "something was still to be sent"),
            Overruled::UnknownReplication
                if !run.replication.intervals.is_empty() || run.signed_off.is_some() =>
            {
                ("production is protected again", "whether replication ran was not known")
            }
            _ => return None,
        };
        let was_signed = |signed: &&SignOff| left.since.is_none_or(|since| since <= signed.at);
        let when = match run.signed_off.as_ref().filter(was_signed) {
            Some(signed) => {
                let who = actor(&signed.user, signed.engineer.as_deref());
                format!("when {who} signed off at {}", signed.at.in_words())
            }
            None if run.is_recorded_no_more() => "when the record ended".to_owned(),
            None => "when this was written".to_owned(),
        };
        Some(format!("That {what}: {was} {when}."))
    })
}

/// The latest consent by which the test was ended before its restore was complete.
pub(super) fn ended_early(run: &Run) -> Option<&GivenConsent> {
    let ends = |given: &&GivenConsent| {
        matches!(given.consent.overruled, Overruled::NoRestore | Overruled::UnfinishedRestore)
            && given.to == Consented::Statement(Statement::TestOver)
    };
    run.consents.iter().rev().find(ends)
}

/// The dangers that were not settled when `record` was made, the gravest kind of finding.
pub(super) fn unsettled_at(run: &Run, record: Sequence) -> impl Iterator<Item = &Finding> {
    run.findings.iter().filter(move |finding| {
        finding.severity == FindingSeverity::Blocking
            && finding.record < record
            && finding.closed_record.is_none_or(|closed| closed > record)
    })
}

/// The dangers that were found after `record` was made, and are not settled.
pub(super) fn unsettled_since(run: &Run, record: Sequence) -> impl Iterator<Item = &Finding> {
    run.findings.iter().filter(move |finding| {
        finding.severity == FindingSeverity::Blocking
            && finding.record > record
            && finding.closed_at.is_none()
    })
}

impl GivenConsent {
    /// What was consented to, as the begin of a sentence.
    pub(super) fn act(&self) -> String {
        match self.to {
            Consented::Statement(statement) => format!("That {} was stated", statement.in_words()),
            Consented::SignOff => "The run was signed off".to_owned(),
            Consented::Action(action) => format!("The request to {action} was made"),
        }
    }

    /// Who did it and when, in words.
    pub(super) fn by_and_at(&self) -> String {
        format!("{} at {}", actor(&self.user, self.engineer.as_deref()), self.at.in_words())
    }

    /// What is not proven because of it, at the end of the record.
    fn leaves_open(&self, run: &Run) -> Option<String> {
        let who = actor(&self.user, self.engineer.as_deref());
        let at = self.at.in_words();
        match (self.consent.overruled, self.to) {
            // What speaks against these to the end is said of the restore and of its use.
            (Overruled::Reading, Consented::Statement(Statement::NamespaceOver | Statement::RestoredUsable)) => {
                None
            }
            (Overruled::Reading, Consented::Statement(Statement::TestOver)) => Some(format!(
                "When the test was over: {who} stated it at {at} for an earlier moment, after which more was seen."
            )),
            (Overruled::Reading, Consented::Statement(statement)) => Some(format!(
                "That {} when it was stated: {who} stated it at {at} against a reading.",
                statement.in_words()
            )),
            (Overruled::NoFailureSeen, _) => run.failed.map(|_| {
                let shown = if unsettled_alarm(run).is_some() {
                    "no line of a failed restore was on record, though an alarm was,"
                } else {
                    "nothing on record showed it"
                };
                format!("That the restore failed: {shown} when {who} stated it at {at}.")
            }),
            (Overruled::Log, _) => {
                let is_logged = run.final_lines.namespace.is_some() && run.final_lines.mounted.is_some();
                // With what else was read against it, it is said of the restore.
                (!is_logged && restored_against(run).is_empty()).then(|| {
                    format!("That the namespace was restored: {who} stated it at {at}, and the log that was followed did not show it.")
                })
            }
            (Overruled::Alarm, _) => unsettled_alarm(run).filter(|_| !self.was_rejected(run)).map(|_| {
                format!("That the resume harmed nothing: an alarm was not settled when {who} asked for it at {at}.")
            }),
            // Said of the end of the restore, of the statement that the appliance can be used, or of what is left at the end.
            (
                Overruled::NoRestore
                | Overruled::UnfinishedRestore
                | Overruled::Danger
                | Overruled::Unsent
                | Overruled::Paused
                | Overruled::UnknownReplication
                | Overruled::UnsettledAlarm,
                _,
            )
            | (Overruled::Reading, Consented::SignOff | Consented::Action(_)) => None,
        }
    }

    /// Whether it was given to an action that was not carried out.
    fn was_rejected(&self, run: &Run) -> bool {
        let action = run.actions.iter().find(|action| action.record == self.record);
        action.is_some_and(|action| matches!(action.state, ActionState::Rejected { .. }))
    }
}
