//! A comparison as text for a terminal: the runs, the figures, what is not compared and why, and the rate curves.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;

use super::{
    chart::{BOTH, chart},
    values::{Compared, ComparedRun, Comparison, Figure, Verdict},
    words::{change_in_words, in_unit, not_compared},
};
use crate::report::document::phrases::outcome_on;
use crate::report::document::table::Flush::{Left, Right};
use crate::report::terminal::columns::{Cell, Column, GREEN, Page, RED, columns};
use crate::text::{self, date_and_minute, rate, wrap};

/// The columns where the output is no terminal.
const WIDTH: usize = 100;

const CHART_HEIGHT: usize = 6;

/// The widest label of a figure, with the gap behind it.
const LABEL: usize = 24;

/// A column of values, and one of changes, each with the gap behind it.
const VALUE: usize = 11;
const CHANGE: usize = 16;

/// The comparison as text, as wide as the page.
pub(crate) fn comparison_text(comparison: &Comparison, page: Page) -> String {
    let width = page.columns.unwrap_or(WIDTH);
    // As many runs beside the first as the page has room for; the others in a table below.
    let per_table = width.saturating_sub(LABEL + VALUE) / (VALUE + CHANGE);
    let others: Vec<usize> = (1..comparison.runs.len()).collect();
    let tables = others.chunks(per_table.max(1)).map(|others| figures(comparison, others, page));
    let mut parts: Vec<String> = [runs(&comparison.runs, page)].into_iter().chain(tables).collect();
    let remarks = comparison.remarks.iter().cloned();
    let notes =
        remarks.chain(not_compared(comparison)).map(|note| paragraph(&note, width)).collect::<String>();
    parts.extend((!notes.is_empty()).then_some(notes));
    parts.extend(curves(comparison, width));
    parts.join("\n")
}

/// A sentence in lines of that width, those below the first indented.
fn paragraph(sentence: &str, width: usize) -> String {
    let lines = wrap(&text::line(sentence), width.saturating_sub(2).max(20));
    lines.join("\n  ") + "\n"
}

fn runs(runs: &[ComparedRun], page: Page) -> String {
    let head = [
        Column::new("", Right),
        Column::new("RUN", Left),
        Column::new("BEGAN (UTC)", Left),
        Column::new("BUCKET", Left).cut_to(8),
        Column::new("OUTCOME", Left),
        Column::new("", Left),
    ];
    let row = |(place, run): (usize, &ComparedRun)| {
        vec![
            Cell::new(place.to_string()),
            Cell::new(&run.run),
            Cell::new(date_and_minute(run.started_at)),
            Cell::new(run.bucket.as_deref().unwrap_or("–")),
            Cell::new(outcome_on(run.outcome, run.restored_on).to_lowercase()),
            Cell::new(if run.simulated { "REHEARSAL" } else { "" }),
        ]
    };
    columns(&head, &(1..).zip(runs).map(row).collect::<Vec<_>>(), page)
}

/// The figures of the first run and of those at `others`.
fn figures(comparison: &Comparison, others: &[usize], page: Page) -> String {
    let mut head = vec![Column::new("", Left), Column::new("1", Right)];
    for place in others {
        head.extend([Column::new((place + 1).to_string(), Right), Column::new("AGAINST 1", Left)]);
    }
    let row = |figure: &Figure| {
        let indent = if is_part_of_the_one_above(figure) { "  " } else { "" };
        let mut cells = vec![Cell::new(format!("{indent}{}", figure.label)), value(figure, 0)];
        for place in others {
            cells.extend([
                value(figure, *place),
                figure.values.get(*place).map_or_else(|| Cell::new(""), change),
            ]);
        }
        cells
    };
    columns(&head, &comparison.figures.iter().map(row).collect::<Vec<_>>(), page)
}

fn is_part_of_the_one_above(figure: &Figure) -> bool {
    matches!(figure.label, "peak" | "per thread" | "per 1,000 objects")
}

fn value(figure: &Figure, place: usize) -> Cell {
    let value = figure.values.get(place).and_then(|value| value.value);
    Cell::new(value.map_or_else(|| "–".to_owned(), |value| in_unit(value, figure.unit)))
}

fn change(compared: &Compared) -> Cell {
    let Some((words, verdict)) = change_in_words(compared) else { return Cell::new("") };
    let style = match verdict {
        Some(Verdict::Better) => GREEN,
        Some(Verdict::Worse) => RED,
        Some(Verdict::Equal) | None => "",
    };
    Cell::new(words).styled(style)
}

/// The rate curves below each other's scale; `None` where no rate was measured.
fn curves(comparison: &Comparison, width: usize) -> Option<String> {
    let curves: Vec<_> = comparison.runs.iter().map(|run| run.rates.as_slice()).collect();
    let label_width = 10;
    let chart = chart(&curves, width.saturating_sub(label_width + 3), CHART_HEIGHT)?;
    let last = chart.rows.len().saturating_sub(1);
    let mut out = String::new();
    for (at, row) in chart.rows.iter().enumerate() {
        let label = match at {
            0 => rate(chart.highest),
            _ if at == last => "0".to_owned(),
            _ => String::new(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}", format!("{label:>label_width$} |{row}").trim_end());
    }
    let begin = "GET/s since stage 1 began";
    let end = chart.end.to_string();
    let legend = format!("{BOTH} = several runs");
    let room = width.saturating_sub(label_width + 3 + begin.width() + end.width());
    let _ = writeln!(out, "{:label_width$}  {begin}{legend:^room$}{end}", "");
    Some(out)
}
