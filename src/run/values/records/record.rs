//! An event at its place in the journal.

use serde::{Deserialize, Serialize};

use crate::run::values::{Event, Sequence, Timestamp};

/// An event at its place in the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Position in the journal.
    pub seq: Sequence,
    /// Our time of receipt.
    pub at: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}
