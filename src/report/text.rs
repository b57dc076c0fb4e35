//! The closing lines on the terminal, once the screen is gone.

use std::path::Path;

use super::{
    escape::visible,
    figures::{UNKNOWN, known, length, time},
    markdown::{
        EXPOSED, accepted_dangers, acknowledgement, open_findings, outcome_word, paused_in_all,
        paused_warning, replication_word,
    },
};
use crate::run::{FindingSummary, LeftPaused, Phase, PhaseSummary, Summary};

/// A few plain lines: how the run came out, its phases, replication, loudly where it is still paused,
/// and where the record lies. Ends with a newline.
#[must_use]
pub fn text(summary: &Summary, folder: &Path) -> String {
    let simulated = if summary.simulated { " (simulated)" } else { "" };
    let bucket = known(summary.bucket.name.as_deref(), visible);
    let phases: Vec<_> = summary.phases.iter().map(phase).collect();
    let outcome = outcome_word(summary.outcome);
    let mut lines = vec![
        format!("{outcome}{simulated}: bucket {bucket}, run {}", visible(&summary.run.0)),
        format!("  phases       {}", phases.join(", ")),
        format!("  replication  {}", replication(summary)),
        format!("  findings     {}", open_findings(summary)),
    ];
    lines.extend(accepted_dangers(summary).map(accepted));
    lines.push(format!("  record       {}", visible(&folder.to_string_lossy())));
    if let Some(warning) = paused_warning(summary) {
        lines.extend([String::new(), warning.to_uppercase(), EXPOSED.to_owned()]);
        lines.extend(summary.replication.left_paused.as_ref().map(left_paused));
    }
    lines.join("\n") + "\n"
}

/// What was taken on instead of settled, loudly: the exit code no longer tells of it.
fn accepted(finding: &FindingSummary) -> String {
    let code = finding.code.name();
    format!(
        "  BLOCKING     {code}: {}\n               {}",
        visible(&finding.text),
        acknowledgement(finding, visible, visible)
    )
}

fn left_paused(left: &LeftPaused) -> String {
    format!("It was left paused by {}, at {}, in {}.", visible(&left.user), time(left.at), left.phase.name())
}

fn phase(phase: &PhaseSummary) -> String {
    let so_far = if phase.ended_at.is_none() && phase.seconds.is_some() { " so far" } else { "" };
    let length = match phase.seconds {
        Some(seconds) => length(seconds),
        None if phase.evidence.is_none() && phase.started_at.is_none() => "not seen".to_owned(),
        None => UNKNOWN.to_owned(),
    };
    let name = if phase.name == Phase::InUse.name() { "in use" } else { &phase.name };
    format!("{} {length}{so_far}", visible(name))
}

fn replication(summary: &Summary) -> String {
    let replication = &summary.replication;
    let attested = if replication.attested { ", as stated by the engineer" } else { "" };
    let paused = paused_in_all(summary);
    format!("{}{attested}; paused in all: {paused}", replication_word(replication.state))
}
