//! The report in Markdown: its order and its head. The sections stand in `sections`.

use super::{
    escape::{code, prose},
    sections,
    table::{UNKNOWN, known},
};
use crate::{
    run::{Bound, EvidenceSource, FindingSeverity, FindingSummary, Known, Outcome, Phase, Summary},
    text::iso,
};

/// The report of a run in Markdown, narrow enough to be read as plain text.
///
/// Foreign text in it is escaped, so that no renderer takes it for anything but text.
#[must_use]
pub fn markdown(summary: &Summary) -> String {
    let parts = [
        head(summary),
        sections::phases(summary),
        sections::preflight(summary),
        sections::bucket(summary),
        sections::frozen_bucket(summary),
        sections::download(summary),
        sections::replication(summary),
        sections::exposure(summary),
        sections::actions(summary),
        sections::findings(summary),
        sections::gaps(summary),
        sections::notes(summary),
        sections::cleanup(summary),
        sections::appliances(summary),
        sections::record(summary),
    ];
    parts.join("\n")
}

fn head(summary: &Summary) -> String {
    let bucket = known(summary.bucket.name.as_deref(), prose);
    let simulated = if summary.simulated { ", simulated" } else { "" };
    let ended =
        summary.ended_at.map_or("not on record: it is still being made, or was cut short".to_owned(), iso);
    let mut lines = vec![format!("# Disaster-recovery test of bucket {bucket}\n")];
    if summary.simulated {
        lines.push("> **SIMULATED.** Both appliances of this run were simulated.".to_owned());
        lines.push("> It is no evidence of a disaster-recovery test.\n".to_owned());
    }
    lines.push(format!("**{}.** {}\n", outcome_word(summary.outcome), outcome(summary)));
    if let Some(warning) = paused_warning(summary) {
        lines.push(format!("> **{warning}**\n> {EXPOSED}\n"));
    }
    for finding in accepted_dangers(summary) {
        let (code, by) = (finding.code.name(), acknowledgement(finding, code, prose));
        lines.push(format!(
            "> **Not settled but acknowledged, BLOCKING** `{code}`: {}\n> {by}\n",
            prose(&finding.text)
        ));
    }
    lines.extend([
        format!("- Run: {}{simulated}", code(&summary.run.0)),
        format!("- Recorded by: {}", code(&summary.recorder)),
        format!("- Record begins: {}", iso(summary.started_at)),
        format!("- Record ends: {ended}"),
        format!("- Open findings: {}", open_findings(summary)),
        "- All times are UTC. Records are cited by their number in `journal.ndjson`.\n".to_owned(),
    ]);
    lines.join("\n")
}

/// The outcome in one word, in capitals.
pub(super) const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Restored => "RESTORED",
        Outcome::Incomplete => "INCOMPLETE",
        Outcome::Failed => "FAILED",
    }
}

fn outcome(summary: &Summary) -> &'static str {
    let stage_2 = summary.phases.iter().find(|phase| phase.name == Phase::Stage2.name());
    let source = stage_2.and_then(|phase| phase.evidence.as_ref()).map(|evidence| evidence.source);
    match (summary.outcome, source) {
        (Outcome::Restored, Some(EvidenceSource::Log)) => {
            "The namespace was restored: both final lines were logged."
        }
        (Outcome::Restored, Some(EvidenceSource::Attested)) => {
            "The engineer stated that the namespace was restored; the final lines were not both logged."
        }
        (Outcome::Restored, _) => "The namespace was restored.",
        (Outcome::Incomplete, _) => "The restore was not complete where this record stands.",
        (Outcome::Failed, _) => "The restore failed.",
    }
}

/// Open findings that someone has to settle, counted by severity.
pub(super) fn open_findings(summary: &Summary) -> String {
    let count = |severity| {
        let open = |finding: &&FindingSummary| finding.is_open() && finding.severity == severity;
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

/// Findings that endanger the test or production to the end, and that somebody has taken on: what is acknowledged is
/// not gone.
pub(super) fn accepted_dangers(summary: &Summary) -> impl Iterator<Item = &FindingSummary> {
    summary.findings.iter().filter(|finding| finding.is_accepted_danger())
}

/// Who took a finding on, when and why; `name` and `words` make foreign text harmless.
pub(super) fn acknowledgement(
    finding: &FindingSummary,
    name: impl Fn(&str) -> String,
    words: impl Fn(&str) -> String,
) -> String {
    let by = finding.acknowledged_by.as_deref().map_or_else(|| UNKNOWN.to_owned(), name);
    let at = known(finding.acknowledged_at, iso);
    let why = finding.acknowledged.as_deref().map_or_else(|| UNKNOWN.to_owned(), words);
    format!("Acknowledged by {by} at {at}: {why}")
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

/// What replication was last known to do, in one word.
pub(super) const fn replication_word(state: Known) -> &'static str {
    match state {
        Known::Running => "running",
        Known::Paused => "PAUSED",
        Known::Unreadable => "unreadable",
        Known::Unknown => UNKNOWN,
    }
}
