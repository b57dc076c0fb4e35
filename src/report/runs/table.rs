//! The recorded runs as a table for a terminal.

use super::listed::{LeftPaused, ListedRun, Unread, outcome_of, recovery};
use crate::report::document::phrases::{accepted_dangers, acknowledgement, restored_on};
use crate::report::document::table::Flush::{Left, Right};
use crate::report::terminal::columns::{BOLD, Cell, Column, GREEN, Page, RED, YELLOW, columns};
use crate::run::{
    Bound, Finding, FindingSeverity, Grounds, Known, ObjectCount, Signature, SignerRole, Summary,
};
use crate::text::{date_and_minute, grouped};

/// Stands for what is not known, or has not come.
pub(super) const NONE: &str = "–";

/// From so many columns on the whole name of a run has room, and when it began has a column of its own.
const WIDE: usize = 110;

fn is_wide(page: Page) -> bool {
    !page.is_narrower_than(WIDE)
}

/// One row a run, below a header; what it takes to read them, below.
pub(crate) fn runs_table(runs: &[ListedRun], page: Page) -> String {
    let is_wide = is_wide(page);
    let mut head = vec![Column::new(if is_wide { "RUN" } else { "RUN (UTC)" }, Left)];
    head.extend(is_wide.then(|| Column::new("BEGAN (UTC)", Left)));
    head.extend([
        Column::new("BUCKET", Left).cut_to(5),
        Column::new("OBJECTS", Right),
        Column::new("OUTCOME", Left),
        Column::new("RECOVERY", Right),
        Column::new("PAUSED", Right),
        Column::new("OPEN", Right),
        Column::new("", Left),
    ]);
    let rows: Vec<_> = runs.iter().flat_map(|run| rows(run, page)).collect();
    let has_blocking = |run: &ListedRun| run.known(is_blocked) == Some(true);
    let legend =
        if runs.iter().any(has_blocking) { "! among the open findings is a blocking one\n" } else { "" };
    columns(&head, &rows, page) + legend
}

/// The row of a run, and below it each blocking finding that was acknowledged instead of settled.
fn rows(run: &ListedRun, page: Page) -> Vec<Vec<Cell>> {
    let below = |finding: &Finding| {
        let text = format!("{}: {}", finding.code.name(), acknowledgement(finding).plain());
        vec![Cell::new(""), Cell::of_words(text.split_whitespace())]
    };
    let dangers = run.summary.iter().flat_map(accepted_dangers).map(below);
    std::iter::once(row(run, page)).chain(dangers).collect()
}

fn is_blocked(summary: &Summary) -> bool {
    summary.open(FindingSeverity::Blocking).next().is_some()
}

fn row(run: &ListedRun, page: Page) -> Vec<Cell> {
    let is_wide = is_wide(page);
    let name = Cell::new(if is_wide { &run.name } else { &run.short_name });
    let summary = match &run.summary {
        Ok(summary) => summary,
        Err(error) => {
            let style = if matches!(error, Unread::Damaged(_)) { RED } else { "" };
            return vec![name, Cell::of_words(error.to_string().split_whitespace()).styled(style)];
        }
    };
    let known = |text: Option<String>| Cell::new(text.unwrap_or_else(|| NONE.to_owned()));
    let mut cells = vec![name];
    cells.extend(is_wide.then(|| Cell::new(date_and_minute(summary.started_at))));
    cells.extend([
        known(summary.bucket.name.clone()),
        known(summary.download.expected.map(|ObjectCount(objects)| count(objects, is_wide))),
        Cell::new(outcome_of(summary.outcome, run.is_live)),
        known(recovery(summary).map(|length| length.to_string())),
        known(paused(run, summary)),
        open_findings(summary),
        marks(run, summary, page),
    ]);
    cells
}

/// From here on a count is in millions where there is little room.
const MILLIONS_FROM: u64 = 10_000_000;

fn count(objects: u64, is_wide: bool) -> String {
    if is_wide || objects < MILLIONS_FROM {
        grouped(objects)
    } else {
        format!("{} M", grouped(objects / 1_000_000))
    }
}

fn paused(run: &ListedRun, summary: &Summary) -> Option<String> {
    let bound = Bound::new(run.is_paused_at_least(summary), summary.exposure.at_most);
    Some(format!("{}{}", bound.sign().trim_end(), summary.replication.paused_seconds?))
}

fn open_findings(summary: &Summary) -> Cell {
    let count = [FindingSeverity::Attention, FindingSeverity::Blocking]
        .map(|severity| summary.open(severity).count());
    let count: usize = count.iter().sum();
    if is_blocked(summary) {
        Cell::new(format!("{count} !")).styled(RED)
    } else {
        Cell::new(count.to_string())
    }
}

/// The latest signature in a role, with its verdict.
fn signed_as(summary: &Summary, role: SignerRole) -> Option<String> {
    let mut signatures = summary.signatures.iter().rev();
    let Signature { statement, .. } = signatures.find(|signature| signature.statement.role == role)?;
    let verdict = statement.verdict.map_or_else(String::new, |verdict| format!(": {}", verdict.name()));
    Some(format!("{}{verdict}", role.name()))
}

/// What the reader has to act on, in capitals, and what else sets the run apart.
fn marks(run: &ListedRun, summary: &Summary, page: Page) -> Cell {
    let left = run.left_paused(summary);
    let is_paused = run.is_live && summary.replication.state == Known::Paused;
    let acknowledged = accepted_dangers(summary).count();
    let marks = [
        run.is_live.then(|| if is_paused { "LIVE, PAUSED" } else { "LIVE" }.to_owned()),
        (left != LeftPaused::No)
            .then(|| if left == LeftPaused::Yes { "LEFT PAUSED" } else { "LEFT PAUSED?" }.to_owned()),
        run.resumed_in.is_some().then(|| "resumed later".to_owned()),
        run.is_rehearsal().then(|| "REHEARSAL".to_owned()),
        summary.imported.is_some().then(|| "IMPORTED".to_owned()),
        match restored_on(summary) {
            Some(Grounds::Doubted) => Some("RESTORE IN DOUBT".to_owned()),
            Some(Grounds::Stated) => Some("restored as stated".to_owned()),
            Some(Grounds::Read) | None => None,
        },
        (acknowledged > 0).then(|| format!("{acknowledged} BLOCKING")),
        (acknowledged > 0).then(|| "ACKNOWLEDGED".to_owned()),
        summary.sign_off.is_some().then(|| "signed off".to_owned()),
        signed_as(summary, SignerRole::Operator),
        signed_as(summary, SignerRole::Approver),
        signed_as(summary, SignerRole::Reviewer),
        run.copy_of().map(|original| match page.columns {
            // It stands below its original.
            Some(_) => "a copy".to_owned(),
            None => format!("a copy of run {original}"),
        }),
    ];
    let marks: Vec<_> = marks.into_iter().flatten().collect();
    let last = marks.len().saturating_sub(1);
    let marks: Vec<_> = marks
        .into_iter()
        .enumerate()
        .map(|(at, mark)| if at < last && !mark.ends_with(" BLOCKING") { mark + "," } else { mark })
        .collect();
    let style = match (left, run.is_live) {
        // Nothing of production was paused in a rehearsal.
        (LeftPaused::Yes | LeftPaused::Perhaps, _) if !run.is_rehearsal() => RED,
        (_, true) => GREEN,
        _ if run.is_rehearsal() => YELLOW,
        _ => BOLD,
    };
    Cell::of_words(marks.iter().map(String::as_str)).styled(style)
}
