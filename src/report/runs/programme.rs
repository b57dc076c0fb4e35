//! Which controls were tested when. A control is the recovery of one bucket of one primary. A test is a real run that
//! came to stage 1; simulated and imported runs never count.

use serde::Serialize;

use super::{
    listed::{ListedRun, outcome_of, primary_of, recovery},
    table::NONE,
};
use crate::report::document::phrases::{outcome_on, restored_on};
use crate::report::document::table::Flush::{Left, Right};
use crate::report::terminal::columns::{Cell, Column, Page, RED, columns};
use crate::run::{Elapsed, Grounds, Length, Outcome, Phase, PhaseSummary, RunId, Summary, Timestamp};
use crate::text::date;

/// One control, and its tests on record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct TestedControl {
    /// Host name of the primary, or its serial number; `None`: it never identified itself.
    pub(crate) primary: Option<String>,
    /// Name of the bucket; `None`: it was never read.
    pub(crate) bucket: Option<String>,
    pub(crate) tests: u64,
    pub(crate) last_run: RunId,
    pub(crate) last_test_at: Timestamp,
    pub(crate) live: bool,
    pub(crate) outcome: Outcome,
    /// What that it was restored rests on; `None` unless it was.
    pub(crate) restored_on: Option<Grounds>,
    /// Stage 1 and stage 2 of it; `None` unless it was restored.
    #[serde(rename = "recovery_seconds")]
    pub(crate) recovery: Option<Length>,
    /// When the last test that restored the namespace began.
    pub(crate) last_restored_at: Option<Timestamp>,
    /// When the next test is due, counted from that one; `None` without one: it is due now.
    pub(crate) next_due_at: Option<Timestamp>,
    pub(crate) overdue: bool,
}

/// The controls tested in `runs`, newest first; the one due first comes first.
pub(crate) fn controls(runs: &[ListedRun], interval: Elapsed, now: Timestamp) -> Vec<TestedControl> {
    let mut found: Vec<(Key, TestedControl)> = Vec::new();
    let mut seen: Vec<&RunId> = Vec::new();
    for run in runs {
        let Ok(summary) = &run.summary else { continue };
        // A copy of a run is no second test.
        if !is_test(summary) || seen.contains(&&summary.run) {
            continue;
        }
        seen.push(&summary.run);
        // One that was stated against what was read puts off no further test.
        let is_restored = restored_on(summary).is_some_and(|grounds| grounds < Grounds::Doubted);
        let restored_at = is_restored.then_some(summary.started_at);
        let key = key(summary);
        match found.iter_mut().find(|(known, _)| *known == key) {
            Some((_, control)) => {
                control.tests += 1;
                control.last_restored_at = control.last_restored_at.or(restored_at);
            }
            None => found.push((key, first_seen(run, summary, restored_at))),
        }
    }
    let mut controls: Vec<_> = found.into_iter().map(|(_, control)| control).collect();
    for control in &mut controls {
        control.next_due_at = control.last_restored_at.map(|at| at + interval);
        control.overdue = control.next_due_at.is_none_or(|due| due < now);
    }
    // `None` sorts before every time: a control that was never restored comes first.
    controls.sort_by_key(|control| control.next_due_at);
    controls
}

/// The primary and its bucket.
type Key = (Option<String>, Option<String>);

fn key(summary: &Summary) -> Key {
    (primary_of(summary).map(str::to_owned), bucket(summary))
}

fn bucket(summary: &Summary) -> Option<String> {
    let named = || summary.versions.primary.as_ref()?.bucket.clone();
    summary.bucket.name.clone().or_else(named)
}

fn first_seen(run: &ListedRun, summary: &Summary, restored_at: Option<Timestamp>) -> TestedControl {
    let primary = summary.versions.primary.as_ref();
    TestedControl {
        primary: primary.and_then(|primary| primary.hostname.clone().or_else(|| primary.serial.clone())),
        bucket: bucket(summary),
        tests: 1,
        last_run: summary.run.clone(),
        last_test_at: summary.started_at,
        live: run.is_live,
        outcome: summary.outcome,
        restored_on: restored_on(summary),
        recovery: recovery(summary),
        last_restored_at: restored_at,
        next_due_at: None,
        overdue: false,
    }
}

fn is_test(summary: &Summary) -> bool {
    let has_begun = |phase: &PhaseSummary| {
        phase.name > Phase::Prepare && (phase.evidence.is_some() || phase.started_at.is_some())
    };
    let is_watched = !summary.simulated && summary.imported.is_none();
    is_watched && (summary.outcome != Outcome::Incomplete || summary.phases.iter().any(has_begun))
}

/// The controls as a table.
pub(crate) fn controls_table(controls: &[TestedControl], interval_days: u32, page: Page) -> String {
    let head = [
        Column::new("PRIMARY", Left).cut_to(8),
        Column::new("BUCKET", Left).cut_to(8),
        Column::new("TESTS", Right),
        Column::new("LAST TEST", Left),
        Column::new("OUTCOME", Left),
        Column::new("RECOVERY", Right),
        Column::new("NEXT DUE", Left),
    ];
    let rows: Vec<_> = controls.iter().map(row).collect();
    let rule = format!(
        "A test is due {interval_days} days after the last one that restored (programme.test_interval_days).\n"
    );
    columns(&head, &rows, page) + &rule
}

fn row(control: &TestedControl) -> Vec<Cell> {
    let known = |text: Option<String>| Cell::new(text.unwrap_or_else(|| NONE.to_owned()));
    let due = control.next_due_at.map_or_else(|| "now".to_owned(), date);
    let due = match (control.overdue, control.next_due_at) {
        (false, _) => Cell::new(due),
        (true, Some(_)) => Cell::of_words([due.as_str(), "OVERDUE"]).styled(RED),
        (true, None) => Cell::of_words([due.as_str(), "NEVER RESTORED"]).styled(RED),
    };
    let outcome = match control.restored_on {
        Some(_) => outcome_on(control.outcome, control.restored_on).to_lowercase(),
        None => outcome_of(control.outcome, control.live),
    };
    vec![
        known(control.primary.clone()),
        known(control.bucket.clone()),
        Cell::new(control.tests.to_string()),
        Cell::new(date(control.last_test_at)),
        Cell::new(outcome),
        known(control.recovery.map(|length| length.to_string())),
        due,
    ]
}
