//! What was found, what is done about it and what is left to do; and what is to be learned.

use std::cmp::Reverse;

use crate::report::document::phrases::{NOT_STATED, acknowledgement, severity, stated};
use crate::report::document::{Block, Item, Level, Prose};
use crate::report::value::Report;
use crate::run::{CleanupItem, Decision, Finding, Issue, IssueState, Note, NoteEdit};
use crate::text::grouped;

pub(super) fn findings(report: &Report) -> Vec<Block> {
    let summary = &report.summary;
    let mut sorted: Vec<_> = summary.findings.iter().collect();
    // The sort is stable: those that are settled stay in the order in which they opened.
    sorted.sort_by_key(|finding| {
        if finding.is_open() { (0, Reverse(Some(finding.severity))) } else { (1, Reverse(None)) }
    });
    let cleanup = summary.cleanup.iter().map(cleanup_item);
    vec![
        Block::list(sorted.into_iter().map(finding), "None."),
        Block::Heading("Issues and what is done about them"),
        issues(&summary.test.issues),
        Block::Heading("Cleanup"),
        Block::list(cleanup, "Nothing is on the checklist."),
    ]
}

fn finding(finding: &Finding) -> Item {
    let state = match (finding.closed_at, &finding.acknowledged) {
        (Some(at), _) => Prose::text(", over since ").and_at(at),
        (None, Some(_)) => Prose::text(", acknowledged"),
        (None, None) => Prose::text(", open"),
    };
    // Once it is over, nothing is to be done.
    let text = if finding.closed_at.is_some() { finding.what() } else { &finding.text };
    let prose = severity(finding.severity)
        .and(" ")
        .and_code(finding.code.name())
        .and(", since ")
        .and_at(finding.opened_at)
        .citing(Some(finding.record))
        .and_all(state)
        .citing(finding.closed_record);
    let mut more = vec![Prose::foreign(text)];
    if let Some(cited) = &finding.cited {
        let place =
            cited.offset.map_or_else(String::new, |offset| format!(", byte {} of dr.log", grouped(offset.0)));
        more.push(Prose::code(&cited.raw).citing(Some(cited.record)).and(place));
    }
    if finding.acknowledged.is_some() {
        more.push(acknowledgement(finding));
    }
    Item { more, ..Item::new(prose) }
}

fn issues(issues: &[Issue]) -> Block {
    if issues.is_empty() {
        return Block::text(format!("Issues: {NOT_STATED}."));
    }
    let head = [
        "Issue",
        "Severity",
        "State",
        "Owner",
        "Due",
        "Remedy or accepted risk",
        "Retest",
        "Stated by",
        ">Records",
    ];
    Block::table(head, issues.iter().map(issue))
}

fn issue(issue: &Issue) -> [Prose; 9] {
    let entry = &issue.entry;
    let state = match issue.state {
        IssueState::Open => Prose::badge(Level::Attention, "open"),
        IssueState::Acknowledged => Prose::badge(Level::Attention, "acknowledged"),
        IssueState::Closed => Prose::text("closed"),
    };
    let decision = entry.decision.as_ref().map(Decision::in_words).map_or_else(
        || Prose::text(NOT_STATED),
        |(what, text)| Prose::text(format!("{what}: ")).and_stated(text),
    );
    let by = match issue.stated_at {
        None => Prose::text(NOT_STATED),
        Some(at) => Prose::who(issue.stated_by.as_deref(), issue.engineer.as_deref()).and(" at ").and_at(at),
    };
    [
        Prose::code(&issue.code),
        severity(issue.severity),
        state,
        stated(entry.owner.as_deref()),
        entry.due.map_or_else(|| NOT_STATED.to_owned(), |due| due.to_string()).into(),
        decision,
        entry.retest.as_ref().map_or_else(|| Prose::text(NOT_STATED), |run| Prose::code(&run.0)),
        by,
        Prose::records(std::iter::once(&issue.opened).chain(&issue.record)),
    ]
}

fn cleanup_item(item: &CleanupItem) -> Item {
    // What is optional says so itself.
    Item { is_done: Some(item.done), ..Item::new(Prose::foreign(&item.text)) }
}

pub(super) fn lessons(report: &Report) -> Vec<Block> {
    vec![Block::list(report.summary.notes.iter().map(note), "No note is on record.")]
}

fn note(note: &Note) -> Item {
    let prose = Prose::at(note.at)
        .and(" ")
        .and_all(Prose::who(Some(&note.user), note.engineer.as_deref()))
        .and(": ")
        .and_stated(&note.text)
        .with_source(Some(note.record));
    let about = note.line.as_ref().map(|line| {
        Prose::text(format!("about byte {} of dr.log: ", grouped(line.offset.0))).and_code(&line.raw)
    });
    let earlier = |edit: &NoteEdit| {
        Prose::text("until ")
            .and_at(edit.at)
            .and(", when ")
            .and_all(Prose::who(Some(&edit.user), edit.engineer.as_deref()))
            .and(" edited it: ")
            .and_stated(&edit.before)
            .with_source(Some(edit.record))
    };
    Item { more: about.into_iter().chain(note.edits.iter().map(earlier)).collect(), ..Item::new(prose) }
}
