//! The report in Markdown: its order and its head. The sections stand in `sections`.

use super::escape::{code, prose};
use super::phrases::{
    EXPOSED, accepted_dangers, acknowledgement, open_findings, outcome_word, paused_warning,
};
use super::sections;
use super::table::known;
use crate::run::{EvidenceSource, Identity, Outcome, Phase, Summary};
use crate::text::iso;

/// The report of a run in Markdown, narrow enough to be read as plain text. Foreign text in it is escaped.
#[must_use]
pub fn markdown(summary: &Summary) -> String {
    let parts = [
        head(summary),
        sections::phases(summary),
        sections::forecasts(summary),
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
    parts.into_iter().chain(sections::redacted_words(summary)).collect::<Vec<_>>().join("\n")
}

fn head(summary: &Summary) -> String {
    let bucket = known(summary.bucket.name.as_deref(), prose);
    let simulated = if summary.simulated { ", simulated" } else { "" };
    let ended =
        summary.ended_at.map_or("not on record: it is still being made, or was cut short".to_owned(), iso);
    let mut lines = vec![format!("# Disaster-recovery test of bucket {bucket}\n")];
    lines.extend(sections::redaction_notice(summary));
    if summary.simulated {
        lines.push(format!("> **SIMULATED.** {}", simulated_part(summary)));
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

fn simulated_part(summary: &Summary) -> &'static str {
    let says = |identity: &Option<Identity>| identity.as_ref().is_some_and(|identity| identity.simulated);
    match (says(&summary.versions.primary), says(&summary.versions.dr)) {
        (true, true) => "Both appliances of this run were simulated.",
        (true, false) => "The primary of this run was simulated.",
        (false, true) => "The DR appliance of this run was simulated.",
        // The record of an earlier version, or another machine answered in the end.
        (false, false) => "The appliances of this run were simulated.",
    }
}

fn outcome(summary: &Summary) -> &'static str {
    let stage_2 = summary.phases.iter().find(|phase| phase.name == Phase::Stage2);
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
