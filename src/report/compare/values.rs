//! What is compared, and what comes of it; serialised as the JSON of a comparison.

use std::collections::{BTreeSet, VecDeque};

use serde::Serialize;

use crate::run::{Elapsed, Outcome, RateSample, Summary, ThreadCount, Timestamp};

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
    pub(super) label: &'static str,
    #[serde(skip)]
    pub(super) unit: Unit,
    /// Whether more is `higher` or less is better; `None`: neither.
    pub(super) better: Option<Better>,
    /// Its values, in the order of the runs.
    pub values: Vec<Compared>,
}

/// The value of one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// The value; `None` where none can be compared.
    pub value: Option<f64>,
    /// Why not.
    #[serde(rename = "not_compared")]
    pub reason: Option<String>,
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

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Count,
    PerSecond,
    PerSecondAndThread,
    /// A length of time as `01:08:34`.
    Length,
    /// A short time as `3.1 s`.
    Seconds,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Better {
    Higher,
    Lower,
}

/// Less than this is no difference, in percent.
const NEGLIGIBLE_PERCENT: f64 = 0.5;

impl Better {
    pub(super) fn verdict(self, change_percent: f64) -> Verdict {
        match (self, change_percent) {
            (_, change) if change.abs() < NEGLIGIBLE_PERCENT => Verdict::Equal,
            (Self::Higher, 0.0..) | (Self::Lower, ..0.0) => Verdict::Better,
            _ => Verdict::Worse,
        }
    }
}
