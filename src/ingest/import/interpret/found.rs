//! What was found in all logs: the lines that matter, and how many there are of each kind.

use super::restores::LinePlace;
use crate::run::{LogTally, Marker, NearMiss, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FoundKind {
    Marker(Marker),
    Alarm(String),
    NearMiss(NearMiss),
    /// rfsd logs under another process id, or for the first time.
    RfsdStarted,
}

/// A line that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: FoundKind,
    pub(crate) place: LinePlace,
    pub(crate) at: Option<Timestamp>,
    /// The line, control characters escaped.
    pub(crate) raw: String,
}

/// Exact counts over all logs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) tally: LogTally,
    pub(crate) bytes: u64,
    pub(crate) first_at: Option<Timestamp>,
    pub(crate) last_at: Option<Timestamp>,
    /// Markers, alarms, near misses and starts of rfsd.
    pub(crate) counts: [u64; 4],
}
