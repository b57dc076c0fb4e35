//! What few readers need, and an auditor wants: the items of the pre-flight, the forecasts, the records cited.

use std::collections::BTreeSet;

use crate::report::document::{Block, Prose, Quoted};
use crate::report::sections::plan::environment::item_state;
use crate::report::value::{Quote, Report};
use crate::run::{Elapsed, PreflightItem, ScoredPrediction, Sequence};
use crate::text::{grouped, time_of_day};

pub(in crate::report::sections) fn preflight(report: &Report) -> Vec<Block> {
    let Some(preflight) = &report.summary.preflight else {
        return vec![Block::text("No pre-flight is on record.")];
    };
    let head = ["State", "Item", "What was found, and what to do", ">Age", ">Record"];
    vec![Block::table(head, preflight.items.iter().map(item))]
}

fn item(item: &PreflightItem) -> [Prose; 5] {
    let mut found = Prose::foreign(&item.text);
    if let Some(remedy) = &item.remedy {
        found = found.and(" To do: ").and_foreign(remedy);
    }
    [
        item_state(item),
        Prose::code(item.code.name()),
        found,
        item.age.map_or_else(|| "–".to_owned(), |age| age.to_string()).into(),
        Prose::records(&item.evidence),
    ]
}

pub(in crate::report::sections) fn forecasts(report: &Report) -> Vec<Block> {
    let predictions = &report.summary.predictions;
    if predictions.is_empty() {
        return vec![Block::text("No prediction is on record.")];
    }
    let head = ["Made", "Stage", "Earliest", "Latest", "Ended", ">Likely end off by", "Within", ">Record"];
    let judged: Vec<bool> = predictions.iter().filter_map(|made| made.within).collect();
    let within = judged.iter().filter(|within| **within).count();
    let score = match judged.len() {
        0 => "None of them can be judged.".to_owned(),
        1 => format!("{within} of 1 prediction that can be judged was right."),
        count => format!("{within} of {count} predictions that can be judged were right."),
    };
    vec![Block::table(head, predictions.iter().map(prediction)), Block::text(score)]
}

fn prediction(made: &ScoredPrediction) -> [Prose; 8] {
    let end = |at: Option<_>, none: &str| Prose::text(at.map_or_else(|| none.to_owned(), time_of_day));
    let off = made.error_seconds.map(|seconds| {
        let (sign, seconds) = if seconds < 0.0 { ("-", -seconds) } else { ("+", seconds) };
        let length = std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default();
        format!("{sign}{}", Elapsed::from(length))
    });
    let within = made.within.map(|within| if within { "yes" } else { "no" });
    [
        Prose::at(made.made_at),
        made.phase.name().into(),
        end(made.earliest, "none given"),
        end(made.latest, "none given"),
        end(made.actual, "not seen"),
        off.unwrap_or_else(|| "–".to_owned()).into(),
        within.unwrap_or("–").into(),
        made.record.into(),
    ]
}

/// So many of the last records stay together on paper, so that no page holds one alone.
const MAX_KEPT: usize = 5;

/// Every record cited above, by its number.
pub(in crate::report::sections) fn evidence(report: &Report, cited: &BTreeSet<Sequence>) -> Vec<Block> {
    if cited.is_empty() {
        return vec![Block::text("No record is cited.")];
    }
    let mut first: Vec<_> = cited.iter().map(|record| quote(*record, report.quotes.get(record))).collect();
    let last = first.split_off(first.len().saturating_sub(MAX_KEPT));
    vec![
        Block::text(
            "The records cited above, as in journal.ndjson where that was at hand; long ones are cut. Log lines are cited by the \
             byte of dr.log at which they begin.",
        ),
        Block::Quotes(first),
        Block::Quotes(last),
    ]
}

fn quote(record: Sequence, quote: Option<&Quote>) -> Quoted {
    let Some(quote) = quote else {
        return Quoted { record, title: "in journal.ndjson".into(), raw: None, line: None };
    };
    let title = match quote.at {
        Some(at) => Prose::at(at).and(", ").and_foreign(quote.kind.replace('_', " ")),
        None => Prose::text("in journal.ndjson"),
    };
    let raw = quote.raw.as_ref().map(|raw| {
        let place = quote.offset.map(|offset| format!("byte {} of dr.log: ", grouped(offset.0)));
        Prose::text(place.unwrap_or_default()).and_code(raw)
    });
    Quoted { record, title, raw, line: quote.line.as_ref().map(Prose::code) }
}
