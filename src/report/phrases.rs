//! Words that every form of the report shares: outcome, findings, replication.

use super::escape::{code, prose};
use super::table::{UNKNOWN, known};
use crate::run::{Bound, Finding, FindingSeverity, Known, Outcome, Phase, Summary};
use crate::text::iso;

pub(super) const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Restored => "RESTORED",
        Outcome::Incomplete => "INCOMPLETE",
        Outcome::Failed => "FAILED",
    }
}

pub(super) const fn during(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "before stage 1",
        Phase::Stage1 => "during stage 1",
        Phase::Stage2 => "during stage 2",
        Phase::InUse => "while the DR appliance was in use",
        Phase::Ended => "after the test was over",
    }
}

/// Open findings that someone has to settle, counted by severity.
pub(super) fn open_findings(summary: &Summary) -> String {
    let count = |severity| {
        let open = |finding: &&Finding| finding.is_open() && finding.severity == severity;
        summary.findings.iter().filter(open).count()
    };
    let [blocking, attention] = [FindingSeverity::Blocking, FindingSeverity::Attention].map(count);
    let open = match (blocking, attention) {
        (0, 0) => "none of attention or worse".to_owned(),
        (0, attention) => format!("{attention} of attention"),
        (blocking, 0) => format!("{blocking} blocking"),
        (blocking, attention) => format!("{blocking} blocking, {attention} of attention"),
    };
    match accepted_dangers(summary).count() {
        0 => open,
        accepted => format!("{open}; {accepted} blocking acknowledged, not settled"),
    }
}

/// Findings that endanger the test or production to the end, and were acknowledged instead of settled.
pub(super) fn accepted_dangers(summary: &Summary) -> impl Iterator<Item = &Finding> {
    summary.findings.iter().filter(|finding| finding.is_accepted_danger())
}

/// Who acknowledged a finding, when and why; `name` and `words` escape foreign text.
pub(super) fn acknowledgement(
    finding: &Finding,
    name: impl Fn(&str) -> String,
    words: impl Fn(&str) -> String,
) -> String {
    let by = match (&finding.acknowledged_by, &finding.acknowledged_engineer) {
        (None, _) => UNKNOWN.to_owned(),
        (Some(user), None) => name(user),
        (Some(user), Some(engineer)) => format!("{} ({})", words(engineer), name(user)),
    };
    let at = known(finding.acknowledged_at, iso);
    let why = finding.acknowledged.as_deref().map_or_else(|| UNKNOWN.to_owned(), words);
    format!("Acknowledged by {by} at {at}: {why}")
}

/// Who did something: the person where one was named, and the account.
pub(super) fn named(user: &str, engineer: Option<&str>) -> String {
    match engineer {
        Some(engineer) => format!("{} ({})", prose(engineer), code(user)),
        None => code(user),
    }
}

/// What a pause that lasts means.
pub(super) const EXPOSED: &str = "New production data is not protected in the cloud until it is resumed.";

/// What to warn of where the primary is, or may be, left paused.
pub(super) fn paused_warning(summary: &Summary) -> Option<&'static str> {
    let replication = &summary.replication;
    let unfinished = replication.intervals.last().is_some_and(|pause| pause.to.is_none());
    match replication.state {
        Known::Paused => Some("Replication on the primary is still paused."),
        Known::Unreadable | Known::Unknown if unfinished => {
            Some("Replication on the primary was paused and has not been seen running since.")
        }
        _ => None,
    }
}

/// Time paused in all; a bound where a pause began or ended unseen.
pub(super) fn paused_in_all(summary: &Summary) -> String {
    let bound = Bound::new(summary.exposure.at_least, summary.exposure.at_most).words();
    known(summary.replication.paused_seconds, |span| format!("{bound}{span}"))
}

/// How production became protected again after the latest pause, as a line and what it rests on; `None` while that pause
/// lasts, or without one.
pub(super) fn protected_again(summary: &Summary) -> Option<Vec<String>> {
    let again = summary.protected_again?;
    // A pause that lasts has a warning of its own.
    again.resumed_at.or(again.running_at)?;
    let took = again.took.map_or_else(
        || "yes, though others resumed it".to_owned(),
        |took| format!("{took} after the resume was requested"),
    );
    let first =
        again.record.map_or_else(|| "NOT YET".to_owned(), |record| format!("{took}, record {record}"));
    let running = again.running_at.map_or_else(|| "not read".to_owned(), iso);
    let left = match (again.backlog_gone_at, again.backlog) {
        (Some(gone), _) => format!("Nothing left to send: read {}", iso(gone)),
        (None, Some(bytes)) => format!("Still to be sent: {}", bytes.in_words()),
        (None, None) if again.record.is_some() => "What is left to send is not named".to_owned(),
        (None, None) => format!("What is left to send: {UNKNOWN}"),
    };
    Some(vec![first, format!("Replication runs: {running}"), left])
}

pub(super) const fn replication_word(state: Known) -> &'static str {
    match state {
        Known::Running => "running",
        Known::Paused => "PAUSED",
        Known::Unreadable => "unreadable",
        Known::Unknown => UNKNOWN,
    }
}
