//! When a stage was expected to end, as put on record while it was on, and the past runs that such a forecast rests on.

use serde::{Deserialize, Serialize};

use crate::run::values::{Elapsed, ObjectCount, Phase, RunId, Timestamp, is_default};

/// When something may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// At the earliest: an end before it is unlikely.
    pub earliest: Timestamp,
    /// Most likely.
    pub likely: Timestamp,
    /// At the latest: an end after it is unlikely.
    pub latest: Timestamp,
}

/// What a prediction rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The rates of stage 1 when so much of it was counted.
    Counted {
        /// Percent of the objects expected.
        percent: u8,
    },
    /// The lengths of stage 2 in past runs of the same kind.
    PastRuns {
        /// How many there are.
        runs: u32,
    },
}

/// When a stage was expected to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prediction {
    /// The stage.
    pub phase: Phase,
    /// Its expected end; absent where none could be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Band>,
    /// What that rests on.
    pub basis: Basis,
}

/// What an earlier real restore says about the length of stage 2; part of the first record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastRun {
    /// Which.
    pub run: RunId,
    /// Software release of the DR appliance.
    pub release: Option<String>,
    /// Metadata objects that it downloaded, as expected from the bucket.
    pub objects: Option<ObjectCount>,
    /// Length of stage 2.
    #[serde(rename = "stage_2_seconds")]
    pub stage_2: Elapsed,
    /// Lines of the log in each [`ACTIVITY_STEP`] since stage 2 began.
    #[serde(default, skip_serializing_if = "is_default")]
    pub log_lines_per_10_minutes: Vec<u64>,
}

/// The step in which the activity of stage 2 is kept for later runs.
pub const ACTIVITY_STEP: Elapsed = Elapsed::from_secs(600);
