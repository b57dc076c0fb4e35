//! Sections of what happened: replication and its pauses, actions, findings, gaps, notes.

use std::cmp::Reverse;

use crate::report::escape::{code, prose};
use crate::report::phrases::{
    acknowledgement, during, named, paused_in_all, protected_again, replication_word,
};
use crate::report::table::Flush::{Left, Right};
use crate::report::table::table;
use crate::run::{
    ActionSummary, Bound, Finding, FindingSeverity, Gap, LeftPaused, Note, NoteEdit, PauseInterval, PausedBy,
    ResumePolicy, Summary,
};
use crate::text::{grouped, iso};

pub(in crate::report) fn replication(summary: &Summary) -> String {
    let replication = &summary.replication;
    let attested = if replication.attested { ", as stated by the engineer" } else { "" };
    let policy = match replication.policy {
        ResumePolicy::PausedThroughout => "paused until the test is over",
        ResumePolicy::ResumeAfterStage1 => {
            "may be resumed after stage 1, files deleted on production not being read on the DR appliance"
        }
    };
    format!(
        "## Replication on the primary\n\n- State where the record stands: {}{attested}\n- Policy: {policy}\n\
         - Paused in all: {}\n{}{}\n{}",
        replication_word(replication.state),
        paused_in_all(summary),
        protected_again(summary)
            .map_or(String::new(), |again| format!("- Protected again: {}\n", again.join("\n  - "))),
        replication.left_paused.as_ref().map_or(String::new(), left_paused),
        pauses(&replication.intervals),
    )
}

fn left_paused(left: &LeftPaused) -> String {
    let stated = if left.attested { ", as stated by the engineer" } else { "" };
    let paused = left.paused.map_or_else(
        || "replication was not known to be paused".to_owned(),
        |paused| format!("paused for {paused} by then{stated}"),
    );
    format!(
        "- Left paused, as decided by {} at {}, {}: {paused} (record {})\n",
        named(&left.user, left.engineer.as_deref()),
        iso(left.at),
        during(left.phase),
        left.record
    )
}

fn pauses(intervals: &[PauseInterval]) -> String {
    if intervals.is_empty() {
        return "No pause is on record.\n".to_owned();
    }
    let head = [("Paused from", Left), ("To", Left), ("Length", Right), ("By", Left)];
    let rows: Vec<_> = intervals.iter().map(pause_row).collect();
    table(head, &rows)
}

fn pause_row(pause: &PauseInterval) -> [String; 4] {
    let from = iso(pause.from);
    let by = match pause.by {
        PausedBy::Drwatch => "drwatch",
        PausedBy::Other => "others",
        PausedBy::Attested => "stated",
    };
    let bound = Bound::of(pause).sign();
    let to = |to| if pause.ended_unseen { format!("before {}", iso(to)) } else { iso(to) };
    [
        if pause.from_known { from } else { format!("before {from}") },
        pause.to.map_or_else(|| "still on".to_owned(), to),
        pause.to.map_or_else(|| "–".to_owned(), |to| format!("{bound}{}", to.since(pause.from))),
        by.to_owned(),
    ]
}

pub(in crate::report) fn actions(summary: &Summary) -> String {
    section("Actions", "drwatch was not asked to change anything.", &summary.actions, action)
}

fn action(action: &ActionSummary) -> String {
    let mut lines = vec![format!(
        "- {} **{}**: {}, asked for by {}, record {}",
        iso(action.requested_at),
        prose(&action.kind),
        prose(&action.state.replace('_', " ")),
        named(&action.user, action.engineer.as_deref()),
        action.record,
    )];
    if let Some(before) = action.threads_before {
        lines.push(format!("  - threads before: {before}"));
    }
    if let Some(reason) = &action.reason {
        lines.push(format!("  - reason: {}", prose(reason)));
    }
    match &action.sent {
        None => lines.push("  - nothing was sent".to_owned()),
        Some(sent) => lines.extend(sent.iter().map(|line| format!("  - sent: {}", code(line)))),
    }
    match &action.answer {
        Some(answer) => lines.push(format!("  - answer: {}", code(answer))),
        None if action.sent.is_some() => lines.push("  - answer: none on record".to_owned()),
        None => {}
    }
    lines.join("\n") + "\n"
}

pub(in crate::report) fn findings(summary: &Summary) -> String {
    let mut sorted: Vec<_> = summary.findings.iter().collect();
    // The sort is stable: those that are settled stay in the order in which they opened.
    sorted.sort_by_key(|finding| {
        if finding.is_open() { (0, Reverse(Some(finding.severity))) } else { (1, Reverse(None)) }
    });
    section("Findings", "None.", &sorted, |finding| self::finding(finding))
}

fn finding(finding: &Finding) -> String {
    let severity = match finding.severity {
        FindingSeverity::Info => "info",
        FindingSeverity::Attention => "ATTENTION",
        FindingSeverity::Blocking => "BLOCKING",
    };
    let state = match (&finding.acknowledged, finding.closed_at) {
        (_, Some(closed)) => format!("closed {}", iso(closed)),
        (Some(_), None) => "acknowledged".to_owned(),
        (None, None) => "open".to_owned(),
    };
    let opened = iso(finding.opened_at);
    let name = finding.code.name();
    let mut lines = vec![
        format!("- {opened} **{severity}** `{name}`: {state}, record {}", finding.record),
        // Once it is closed there is nothing to do about it.
        format!(
            "  - what: {}",
            prose(if finding.closed_at.is_some() { finding.what() } else { &finding.text })
        ),
    ];
    if finding.acknowledged.is_some() {
        lines.push(format!("  - {}", acknowledgement(finding, code, prose)));
    }
    lines.join("\n") + "\n"
}

pub(in crate::report) fn gaps(summary: &Summary) -> String {
    section("Gaps", "None on record.", &summary.gaps, gap)
}

fn gap(gap: &Gap) -> String {
    let lasted = gap.to.since(gap.from);
    let (from, to) = (iso(gap.from), iso(gap.to));
    let place = grouped(gap.offset.0);
    format!("- {from} to {to} ({lasted}), byte {place} of `dr.log`\n  - why: {}\n", prose(&gap.reason))
}

pub(in crate::report) fn notes(summary: &Summary) -> String {
    section("Notes", "None.", &summary.notes, note)
}

fn note(note: &Note) -> String {
    let by = named(&note.user, note.engineer.as_deref());
    let mut lines = vec![format!("- {} {by}: {}", iso(note.at), prose(&note.text))];
    lines.extend(
        note.line.as_ref().map(|line| {
            format!("  - about byte {} of `dr.log`: {}", grouped(line.offset.0), code(&line.raw))
        }),
    );
    let earlier = |edit: &NoteEdit| {
        let (at, user) = (iso(edit.at), named(&edit.user, edit.engineer.as_deref()));
        format!("  - until {at}, when {user} edited it: {}", prose(&edit.before))
    };
    lines.extend(note.edits.iter().map(earlier));
    lines.join("\n") + "\n"
}

fn section<T>(title: &str, none: &str, items: &[T], show: impl Fn(&T) -> String) -> String {
    let body = if items.is_empty() { format!("{none}\n") } else { items.iter().map(show).collect() };
    format!("## {title}\n\n{body}")
}
