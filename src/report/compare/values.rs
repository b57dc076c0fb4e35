//! What is compared, and what comes of it; serialised as the JSON of a comparison.

use std::collections::{BTreeSet, VecDeque};

use serde::Serialize;

use crate::run::{Elapsed, Outcome, RateSample, Summary, ThreadCount, Timestamp};

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
    pub(super) runs: Vec<ComparedRun>,
    pub(super) figures: Vec<Figure>,
    /// What else has to be kept in mind, as sentences; runs are named by their place, from 1.
    pub(super) remarks: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct ComparedRun {
    /// The name of its folder.
    pub(super) run: String,
    pub(super) simulated: bool,
    pub(super) started_at: Timestamp,
    pub(super) outcome: Outcome,
    pub(super) bucket: Option<String>,
    /// Of the DR appliance.
    pub(super) release: Option<String>,
    /// The rate over stage 1.
    pub(super) rates: Vec<RatePoint>,
}

/// One point of a rate curve.
#[derive(Clone, Copy, Serialize)]
pub(super) struct RatePoint {
    /// End of the interval, since stage 1 began.
    #[serde(rename = "seconds")]
    pub(super) at: Elapsed,
    /// GETs per second over it.
    pub(super) per_second: f64,
}

/// One figure of all runs.
#[derive(Serialize)]
pub(super) struct Figure {
    /// Its name in JSON, which ends with its unit.
    pub(super) name: &'static str,
    #[serde(skip)]
    pub(super) label: &'static str,
    #[serde(skip)]
    pub(super) unit: Unit,
    pub(super) better: Option<Better>,
    /// In the order of the runs.
    pub(super) values: Vec<Compared>,
}

/// The value of one run.
#[derive(Serialize)]
pub(super) struct Compared {
    pub(super) value: Option<f64>,
    /// Why there is none.
    #[serde(rename = "not_compared")]
    pub(super) reason: Option<String>,
    /// By how much it differs from that of the first run, in percent of that.
    pub(super) change_percent: Option<f64>,
    pub(super) verdict: Option<Verdict>,
}

/// How a value is to that of the first run.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// To half a percent.
    Equal,
    Better,
    Worse,
}

/// How a value is written.
#[derive(Clone, Copy)]
pub(super) enum Unit {
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
pub(super) enum Better {
    Higher,
    Lower,
}
