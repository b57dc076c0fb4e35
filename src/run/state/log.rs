//! What is known of the DR appliance's log, and which of the two final lines were seen.

use crate::run::state::LogPlaces;
use crate::run::values::{Gap, LogActivity, LogOffset, LogSilences, LogTally, Sequence, Timestamp};

/// The DR appliance's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogState {
    /// Whether it ended without a newline; its last line is complete then.
    pub is_ended: bool,
    /// Totals over all chunks.
    pub tally: LogTally,
    /// Lines received over time.
    pub activity: LogActivity,
    /// Times in which none came.
    pub silences: LogSilences,
    /// End of the last chunk in `dr.log`.
    pub end: LogOffset,
    /// When the last chunk arrived.
    pub last_at: Option<Timestamp>,
    /// When the last chunk arrived whose lines certainly continue those before: missing lines came after it.
    pub sure_at: Option<Timestamp>,
    /// Missing parts.
    pub gaps: Vec<Gap>,
    /// The records by which the clock of its stamps was set back, oldest first.
    pub set_back: Vec<Sequence>,
    /// The last rfsd process id seen to change.
    pub rfsd: Option<u32>,
    /// Whether it was ever read to its end: later lines are newer than the run.
    pub followed: bool,
    /// Since when it is no longer followed: lines written since may not have been seen.
    pub away_since: Option<Timestamp>,
    /// Since when it cannot be read, and why.
    pub lost: Option<(Timestamp, String)>,
    /// From here on `dr.log` is continuous: without a gap and without lines that may be there twice.
    pub one_stretch_from: LogOffset,
    /// Offset of a gap after which no line has arrived yet; the next line breaks the continuous stretch.
    pub open_gap: Option<LogOffset>,
    /// Where it ended at some records.
    pub places: LogPlaces,
}

/// The lines that end the stages, as seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FinalLines {
    /// Record of `Namespace generation phase complete…`.
    pub namespace: Option<Sequence>,
    /// Record of `restore namespace successful!`.
    pub mounted: Option<Sequence>,
    /// When the second of them was written, as far as known.
    pub both_at: Option<Timestamp>,
    /// The line that ends stage 1 and when it was written, where stage 1 counted as over by then.
    pub download: Option<(Sequence, Timestamp)>,
}
