//! The fields of a step of the procedure in the summary. Lengths of time are written in seconds; what is unknown is `None`.

use serde::Serialize;

use crate::run::values::{Grounds, Length, ProcedureStep, Sequence, Timestamp};

/// What became of a step of the procedure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    #[default]
    Open,
    /// Begun and not over.
    UnderWay,
    /// Done.
    Done,
    /// A later step was taken without it.
    Skipped,
    /// Begun, and the test ended before it was done.
    Unfinished,
    /// It was not watched, and of the use not stated, whether it was taken.
    NotWatched,
}

/// A step of the procedure: planned and actual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StepSummary {
    /// Which.
    pub step: ProcedureStep,
    /// What became of it.
    pub state: StepState,
    /// What that rests on.
    pub grounds: Grounds,
    /// When it was planned to begin.
    pub planned_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Local user who took it; `None` where nobody did, or it is not known.
    pub user: Option<String>,
    /// The person, where one was named.
    pub engineer: Option<String>,
    /// How long it waited for a person, from when it could be taken.
    #[serde(rename = "waited_seconds")]
    pub waited: Option<Length>,
    /// How it is known, and how it differs from the procedure, as a sentence.
    pub remark: Option<String>,
    /// The records that show it.
    pub records: Vec<Sequence>,
    /// The record by which it began.
    #[serde(skip)]
    pub began_by: Option<Sequence>,
    /// The record by which it ended.
    #[serde(skip)]
    pub ended_by: Option<Sequence>,
    /// The records from which to which it waited.
    #[serde(skip)]
    pub waited_by: Vec<Sequence>,
}
