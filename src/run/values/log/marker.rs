//! Log lines that end or begin a stage, and lines that only resemble one.

use serde::{Deserialize, Serialize};

use crate::run::values::{Sequence, Timestamp, is_default};

/// A log line that ends or begins something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Marker {
    /// Stage 1 begins. No such line is documented; a dialect may know one.
    DownloadStarted,
    /// Stage 1 is over, stage 2 begins.
    DownloadComplete,
    /// First of the two lines that end stage 2: the namespace is generated.
    NamespaceComplete,
    /// Second of the two lines that end stage 2: the restored namespace is mounted.
    RestoreSuccessful,
    /// The restore failed. No such line is documented; a dialect may know one.
    RestoreFailed,
}

/// What a log line resembles without matching the dialect's pattern for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NearMiss {
    /// A marker.
    Marker(Marker),
    /// An alarm, by its name in the dialect.
    Alarm(String),
}

/// A stage marker found by searching the DR appliance's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundMarker {
    /// Which.
    pub marker: Marker,
    /// The appliance's own time stamp, with year and zone filled in; `None` where the line has none.
    pub stamp: Option<Timestamp>,
    /// The line, control characters escaped.
    pub raw: String,
    /// Whether the line only resembles the marker.
    #[serde(default, skip_serializing_if = "is_default")]
    pub near: bool,
}

/// Where a prior marker is in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MarkerPlace {
    /// The record.
    pub record: Sequence,
    /// Its index among the markers of that record, from 0.
    pub place: u32,
}

/// A marker written before the run began, or a line that only resembles one: the engineer decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorMarker {
    /// The line.
    pub found: FoundMarker,
    /// Where it is in the journal.
    pub place: MarkerPlace,
    /// When it was received, if it was received as it was written.
    pub received: Option<Timestamp>,
}
