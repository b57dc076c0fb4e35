//! This run beside the latest earlier ones of its bucket, as `compare` shows them.

use crate::report::compare::{Compared, change_in_words, in_unit, not_compared};
use crate::report::document::phrases::outcome_on;
use crate::report::document::table::Flush::{Left, Right};
use crate::report::document::{Block, Drawing, Figure, Item, Prose, Table};
use crate::report::value::Report;

/// The titles of the columns of runs: at most three earlier ones.
const COLUMNS: [&str; 4] = ["Run 1", "Run 2", "Run 3", "Run 4"];

pub(in crate::report::sections) fn comparison(report: &Report) -> Vec<Block> {
    let Some(comparison) = &report.comparison else {
        let words = if report.summary.redacted.is_some() {
            "Earlier runs are not set beside a redacted report: their names would not be replaced."
        } else {
            "No earlier run of this bucket was at hand."
        };
        return vec![Block::text(words)];
    };
    let count = comparison.runs.len();
    let rows = comparison.runs.iter().enumerate().map(|(at, run)| {
        let place = if at + 1 == count { format!("{}, this one", at + 1) } else { (at + 1).to_string() };
        let rehearsal = if run.simulated { ", REHEARSAL" } else { "" };
        let outcome = format!("{}{rehearsal}", outcome_on(run.outcome, run.restored_on).to_lowercase());
        [place.into(), Prose::code(&run.run), Prose::at(run.started_at), outcome.into()]
    });
    let mut blocks = vec![Block::table(["", "Run", "Began", "Outcome"], rows)];
    let mut head = vec![("Figure", Left)];
    head.extend(COLUMNS.iter().take(count).map(|title| (*title, Right)));
    let rows = comparison.figures.iter().map(|figure| {
        let value = |compared: &Compared| {
            let value = compared.value.map_or_else(|| "–".to_owned(), |value| in_unit(value, figure.unit));
            let change =
                change_in_words(compared).map_or_else(String::new, |(words, _)| format!(" ({words})"));
            Prose::text(value + &change)
        };
        std::iter::once(Prose::text(figure.label)).chain(figure.values.iter().map(value)).collect()
    });
    blocks.push(Block::Table(Table { head, rows: rows.collect() }));
    let curves: Vec<Vec<_>> = comparison
        .runs
        .iter()
        .map(|run| run.rates.iter().map(|point| (point.at, point.per_second)).collect())
        .collect();
    if curves.iter().filter(|curve: &&Vec<_>| curve.len() > 1).count() > 1 {
        let legend = COLUMNS.iter().zip(["first", "second", "third", "attention"]).take(count);
        blocks.push(Block::Figure(Figure {
            id: "figure-compared",
            title: "GETs per second of these runs, by time since stage 1 began".to_owned(),
            description: format!("{count} curves, one a run; the figures stand in the table above."),
            drawing: Drawing::Rates { of_runs: curves, unseen: Vec::new() },
            legend: legend.map(|(title, class)| (class, (*title).to_owned())).collect(),
        }));
    }
    let remarks = comparison.remarks.iter().cloned().chain(not_compared(comparison));
    let remarks: Vec<_> = remarks.map(|remark| Item::new(Prose::foreign(remark))).collect();
    if !remarks.is_empty() {
        blocks.push(Block::List(remarks));
    }
    blocks
}
