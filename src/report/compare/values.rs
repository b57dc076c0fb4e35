//! What is compared, and what comes of it; serialised as the JSON of a comparison.

use std::collections::{BTreeSet, VecDeque};

use serde::Serialize;

use crate::run::{Elapsed, Grounds, Length, Outcome, RateSample, Summary, ThreadCount, Timestamp};

/// A run as it is on record.
pub(crate) struct RecordedRun {
    /// The name of its folder.
    pub(crate) name: String,
    pub(crate) summary: Summary,
    /// The rates between the readings of the GET counter in stage 1.
    pub(crate) rates: VecDeque<RateSample>,
    /// The numbers of replication threads that the DR appliance had in stage 1.
    pub(crate) threads: BTreeSet<ThreadCount>,
}

/// Two runs or more, each compared with the first.
#[derive(Serialize)]
pub(crate) struct Comparison {
    pub(in crate::report) runs: Vec<ComparedRun>,
    pub(in crate::report) figures: Vec<Figure>,
    /// What else has to be kept in mind, as sentences; runs are named by their place, from 1.
    pub(in crate::report) remarks: Vec<String>,
}

#[derive(Serialize)]
pub(in crate::report) struct ComparedRun {
    /// The name of its folder.
    pub(in crate::report) run: String,
    pub(in crate::report) simulated: bool,
    pub(in crate::report) started_at: Timestamp,
    pub(in crate::report) outcome: Outcome,
    /// What that it was restored rests on; `None` unless it was.
    pub(in crate::report) restored_on: Option<Grounds>,
    pub(in crate::report) bucket: Option<String>,
    /// Of the DR appliance.
    pub(in crate::report) release: Option<String>,
    /// The rate over stage 1.
    pub(in crate::report) rates: Vec<RatePoint>,
}

/// One point of a rate curve.
#[derive(Clone, Copy, Serialize)]
pub(in crate::report) struct RatePoint {
    /// End of the interval, since stage 1 began.
    #[serde(rename = "seconds")]
    pub(in crate::report) at: Elapsed,
    /// GETs per second over it.
    pub(in crate::report) per_second: f64,
}

/// One figure of all runs.
#[derive(Serialize)]
pub(in crate::report) struct Figure {
    /// Its name in JSON, which ends with its unit.
    pub(in crate::report) name: &'static str,
    #[serde(skip)]
    pub(in crate::report) label: &'static str,
    #[serde(skip)]
    pub(in crate::report) unit: Unit,
    pub(in crate::report) better: Option<Better>,
    /// In the order of the runs.
    pub(in crate::report) values: Vec<Compared>,
}

/// What is compared of one run.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
pub(in crate::report) enum Quantity {
    Number(f64),
    /// Compared and serialised to the millisecond.
    Length(Length),
}

impl Quantity {
    pub(in crate::report) fn exact(self) -> f64 {
        match self {
            Self::Number(number) => number,
            Self::Length(length) => length.exact().secs_f64(),
        }
    }
}

/// The value of one run.
#[derive(Serialize)]
pub(in crate::report) struct Compared {
    pub(in crate::report) value: Option<Quantity>,
    /// Why there is none.
    #[serde(rename = "not_compared")]
    pub(in crate::report) reason: Option<String>,
    /// By how much it differs from that of the first run, in percent of that.
    pub(in crate::report) change_percent: Option<f64>,
    pub(in crate::report) verdict: Option<Verdict>,
}

/// How a value is to that of the first run.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::report) enum Verdict {
    /// To half a percent.
    Equal,
    Better,
    Worse,
}

/// How a value is written.
#[derive(Clone, Copy)]
pub(in crate::report) enum Unit {
    Count,
    PerSecond,
    PerSecondAndThread,
    /// A length of time as `01:08:34`.
    Length,
    /// A short time as `3.1 s`.
    Seconds,
}

/// Which values are better.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::report) enum Better {
    Higher,
    Lower,
}
