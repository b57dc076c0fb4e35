//! What a result rests on: what was read, or the word of a person.

use serde::Serialize;

use crate::run::values::{ObjectCount, Sequence, Timestamp};

/// What a result rests on, the surest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Grounds {
    /// What was read; for what only people can know, their word.
    #[default]
    Read,
    /// A statement in place of a reading: nothing that was read confirms it, or speaks against it.
    Stated,
    /// A statement against what was read, or over a danger that is not settled.
    Doubted,
}

/// A kind of observation that speaks against a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// The service of the DR appliance was last read as stopped.
    ServiceStopped,
    /// The log was followed, and had not shown the two lines that end stage 2.
    LogWithoutEnd,
    /// Not all objects were counted.
    ObjectsMissing {
        /// So many were.
        downloaded: ObjectCount,
        /// Of so many.
        expected: ObjectCount,
    },
}

/// What was on record against a statement when it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadAgainst {
    /// What.
    pub what: Contradiction,
    /// When it was read; of the log, when the statement was made.
    pub at: Timestamp,
    /// The record that shows it.
    pub record: Option<Sequence>,
}

/// What speaks against a statement to the end of the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SpeaksAgainst {
    /// What was read, as a clause.
    pub text: String,
    /// The record that shows it.
    pub record: Option<Sequence>,
}
