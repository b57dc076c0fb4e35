//! Runs side by side: one value, [`Comparison`], of which the text and the JSON are made.

mod chart;
mod figures;
mod phases;
mod text;

use std::collections::{BTreeSet, VecDeque};

use serde::Serialize;

pub use self::text::comparison_text;
use self::{
    figures::{Better, FIGURES, Unit},
    phases::remarks,
};
use crate::run::{Elapsed, Outcome, Phase, RateSample, Summary, ThreadCount, Timestamp};

/// A run as it is on record.
pub struct RecordedRun {
    /// The name of its folder.
    pub name: String,
    /// Its summary.
    pub summary: Summary,
    /// The rates between the readings of the GET counter in stage 1.
    pub rates: VecDeque<RateSample>,
    /// The numbers of replication threads that the DR appliance had in stage 1.
    pub threads: BTreeSet<ThreadCount>,
}

/// Two runs or more, each compared with the first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The runs, in the order they were named.
    pub runs: Vec<ComparedRun>,
    /// The figures; those that depend on the size of the bucket are also there in proportion to it.
    pub figures: Vec<Figure>,
    /// What else has to be kept in mind, as sentences; runs are named by their place, from 1.
    pub remarks: Vec<String>,
}

/// One of the runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparedRun {
    /// The name of its folder.
    pub run: String,
    /// Whether its appliances were simulated.
    pub simulated: bool,
    /// When it began.
    pub started_at: Timestamp,
    /// How it came out.
    pub outcome: Outcome,
    /// Name of the bucket.
    pub bucket: Option<String>,
    /// Release of the DR appliance.
    pub release: Option<String>,
    /// The rate over stage 1.
    pub rates: Vec<RatePoint>,
}

/// One point of a rate curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RatePoint {
    /// End of the interval, since stage 1 began.
    #[serde(rename = "seconds")]
    pub at: Elapsed,
    /// GETs per second over it.
    pub per_second: f64,
}

/// One figure of all runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Its name in JSON, which ends with its unit.
    pub name: &'static str,
    #[serde(skip)]
    label: &'static str,
    #[serde(skip)]
    unit: Unit,
    /// Whether more is `higher` or less is better; `None`: neither.
    better: Option<Better>,
    /// Its values, in the order of the runs.
    pub values: Vec<Compared>,
}

/// The value of one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// The value; `None` where none can be compared.
    pub value: Option<f64>,
    /// Why not.
    pub not_compared: Option<String>,
    /// By how much it differs from that of the first run, in percent of that.
    pub change_percent: Option<f64>,
    /// Whether that is better or worse; `None` where it is neither.
    pub verdict: Option<Verdict>,
}

/// How a value is to that of the first run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is the same, to half a percent.
    Equal,
    /// It is better.
    Better,
    /// It is worse.
    Worse,
}

/// Compares `runs` with the first of them.
#[must_use]
pub fn compare(runs: &[RecordedRun]) -> Comparison {
    let figures = FIGURES.iter().map(|definition| {
        let mut first = None;
        let values = runs.iter().enumerate().map(|(at, run)| {
            let value = (definition.of)(run);
            let (value, not_compared) = match value {
                Ok(value) => (Some(value), None),
                Err(reason) => (None, Some(reason)),
            };
            if at == 0 {
                first = value;
            }
            let change_percent =
                first.zip(value).filter(|_| at > 0).and_then(|(first, value)| change(first, value));
            let verdict =
                definition.better.zip(change_percent).map(|(better, change)| better.verdict(change));
            Compared { value, not_compared, change_percent, verdict }
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
    let stage_1 = summary.phases.iter().find(|phase| phase.name == Phase::Stage1);
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
        bucket: summary.bucket.name.clone(),
        release: summary.versions.dr.as_ref().and_then(|dr| dr.release.clone()),
        rates: run.rates.iter().filter_map(point).collect(),
    }
}
