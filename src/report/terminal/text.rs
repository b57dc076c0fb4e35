//! The closing lines on the terminal, once the screen is gone.

use std::path::Path;

use crate::report::document::phrases::{
    EXPOSED, accepted_dangers, acknowledgement, during, open_findings, outcome_in_full, paused_in_all,
    paused_warning, replication_word,
};
use crate::report::document::table::{UNKNOWN, known};
use crate::report::formats::escape::visible;
use crate::run::{Finding, LeftPaused, Length, Phase, PhaseSummary, Precision, Summary, actor};
use crate::text::{iso, wrap_words};

/// Columns of a terminal: lines are wrapped to them.
const WIDTH: usize = 80;

/// Columns of a label.
const LABEL: usize = 15;

/// A few plain lines: outcome, phases, replication (loud while it is paused), folder, and `commands` with what each is
/// for. Ends with a newline.
#[must_use]
pub fn text(summary: &Summary, folder: &Path, commands: &[(&str, String)]) -> String {
    let simulated = match (summary.simulated, &summary.imported) {
        (true, _) => " (simulated)",
        (false, Some(_)) => " (imported)",
        (false, None) => "",
    };
    let bucket = known(summary.bucket.name.as_deref(), visible);
    // What stands on a line of its own here is not broken: a phase and its length stay together.
    let phases = summary.phases.iter().map(|of| phase(of, summary)).collect::<Vec<_>>().join(",\n");
    let outcome = outcome_in_full(summary);
    let headline =
        [format!("{outcome}{simulated}: bucket {bucket},"), format!("run {}", visible(&summary.run.0))];
    let mut lines = vec![
        // The name of the run stays whole, so that it can be copied.
        wrap_words(headline.iter().map(String::as_str), WIDTH).join("\n"),
        labelled("phases", phases.lines()),
        labelled("replication", replication(summary).lines()),
        labelled("findings", open_findings(summary).split(' ')),
    ];
    lines.extend(accepted_dangers(summary).flat_map(accepted));
    // A path or a command stays whole, so that it can be copied.
    lines.push(labelled("record", [&*visible(&folder.to_string_lossy())]));
    lines.extend(commands.iter().map(|(label, command)| labelled(label, [&*visible(command)])));
    if let Some(warning) = paused_warning(summary) {
        lines.extend([String::new(), warning.to_uppercase(), EXPOSED.to_owned()]);
        lines.extend(summary.replication.left_paused.as_ref().map(left_paused));
    }
    lines.join("\n") + "\n"
}

/// `words` beside a label, on as many lines as they take.
fn labelled<'w>(label: &str, words: impl IntoIterator<Item = &'w str>) -> String {
    format!("  {label:<13}{}", wrap_words(words, WIDTH - LABEL).join(&format!("\n{:LABEL$}", "")))
}

/// What leads to the line of the log in the words of an alarm.
const LINE_OF_ALARM: &str = " The line: '";

/// A danger that was acknowledged, not settled: the exit code does not show it any more. What was to be done in the watch
/// is over with it; what is forbidden until it is settled is not.
fn accepted(finding: &Finding) -> [String; 2] {
    let until = finding.until_settled.as_ref();
    let until = until.map_or_else(String::new, |what| format!(" Until it is settled: {what}."));
    // The line itself is in the report: here the verdict above it would leave a low terminal.
    let what = finding.what().split(LINE_OF_ALARM).next().unwrap_or_default();
    let what = format!("{}: {}{}", finding.code.name(), visible(what), visible(&until));
    let by = acknowledgement(finding).plain();
    [labelled("BLOCKING", what.split(' ')), labelled("", by.split(' '))]
}

fn left_paused(left: &LeftPaused) -> String {
    let by = visible(&actor(&left.user, left.engineer.as_deref()));
    let (at, phase) = (iso(left.at), during(left.phase));
    let text = match left.paused {
        Some(_) => format!("It was left paused by {by}, at {at}, {phase}."),
        None => format!("It was left by {by}, at {at}, {phase}; it may be paused."),
    };
    wrap_words(text.split(' '), WIDTH).join("\n")
}

fn phase(phase: &PhaseSummary, summary: &Summary) -> String {
    let so_far = if phase.ended_at.is_none() && phase.seconds.is_some() { " so far" } else { "" };
    // As on the screen, before a length of which an end was not observed.
    let about = if phase.ended_at.is_some() && phase.precision != Precision::Observed { "~" } else { "" };
    let used = summary.test.recovery.stated_usable.as_ref().filter(|_| phase.name == Phase::InUse);
    let times = phase.started_at.zip(phase.ended_at.or(summary.ended_at)).filter(|_| phase.seconds.is_some());
    // It is in use from the time that was stated, and was only restored before.
    if let (Some(used), Some((from, to))) = (used, times) {
        let restored = used.since.length_since(from);
        let before = if restored > Length::ZERO { format!("restored {restored},\n") } else { String::new() };
        return format!("{before}in use {about}{}{so_far}", to.length_since(used.since));
    }
    let length = match phase.seconds {
        Some(seconds) => format!("{about}{seconds}"),
        None if phase.evidence.is_none() && phase.started_at.is_none() => "not seen".to_owned(),
        None => UNKNOWN.to_owned(),
    };
    let name = match phase.name {
        // Nobody uses what is restored until somebody states that it can be.
        Phase::InUse => "restored",
        other => other.name(),
    };
    format!("{name} {length}{so_far}")
}

fn replication(summary: &Summary) -> String {
    let replication = &summary.replication;
    let attested = if replication.attested { ", as stated by the engineer" } else { "" };
    let paused = paused_in_all(summary);
    let under_way = summary.protected_again.filter(|again| again.record.is_none());
    let to_send = under_way
        .and_then(|again| again.backlog)
        .map_or_else(String::new, |bytes| format!(";\nnot protected yet: {} to send", bytes.in_words()));
    format!("{}{attested};\npaused in all: {paused}{to_send}", replication_word(replication.state))
}
