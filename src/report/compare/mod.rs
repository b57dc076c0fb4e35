//! Runs side by side: one value, [`Comparison`], of which the text and the JSON are made.

mod chart;
mod figures;
mod phases;
mod text;
mod values;
mod words;

use self::{
    figures::FIGURES,
    phases::remarks,
    values::{ComparedRun, Figure, RatePoint},
};
pub(crate) use self::{
    text::comparison_text,
    values::{Comparison, RecordedRun},
};
pub(super) use self::{
    values::Compared,
    words::{change_in_words, in_unit, not_compared},
};
use super::document::phrases::restored_on;
use crate::run::{Phase, RateSample};

/// Compares `runs` with the first of them.
pub(crate) fn compare(runs: &[RecordedRun]) -> Comparison {
    let figures = FIGURES.iter().map(|definition| {
        let mut first = None;
        let values = runs.iter().enumerate().map(|(at, run)| {
            let value = (definition.of)(run);
            let (value, reason) = match value {
                Ok(value) => (Some(value), None),
                Err(reason) => (None, Some(reason)),
            };
            if at == 0 {
                first = value;
            }
            let change_percent = first
                .zip(value)
                .filter(|_| at > 0)
                .and_then(|(first, value)| change(first.exact(), value.exact()));
            let verdict =
                definition.better.zip(change_percent).map(|(better, change)| better.verdict(change));
            Compared { value, reason, change_percent, verdict }
        });
        let values = values.collect();
        Figure {
            name: definition.name,
            label: definition.label,
            unit: definition.unit,
            better: definition.better,
            values,
        }
    });
    Comparison {
        figures: figures.collect(),
        runs: runs.iter().map(compared).collect(),
        remarks: remarks(runs),
    }
}

/// In percent; `None` where there is nothing to be in proportion to.
fn change(first: f64, value: f64) -> Option<f64> {
    let change = (value - first) / first * 100.0;
    change.is_finite().then_some(change)
}

fn compared(run: &RecordedRun) -> ComparedRun {
    let summary = &run.summary;
    let stage_1 = summary.phase(Phase::Stage1);
    let began = stage_1.and_then(|phase| phase.started_at);
    let point = |sample: &RateSample| {
        let at = began.filter(|began| *began <= sample.at)?;
        Some(RatePoint { at: sample.at.since(at), per_second: sample.per_second })
    };
    ComparedRun {
        run: run.name.clone(),
        simulated: summary.simulated,
        started_at: summary.started_at,
        outcome: summary.outcome,
        restored_on: restored_on(summary),
        bucket: summary.bucket.name.clone(),
        release: summary.versions.dr.as_ref().and_then(|dr| dr.release.clone()),
        rates: run.rates.iter().filter_map(point).collect(),
    }
}
