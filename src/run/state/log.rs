//! What is known of the DR appliance's log, and which of the two final lines were seen.

use crate::run::values::{Gap, LogOffset, LogTally, Sequence, Timestamp};

/// What is known of the DR appliance's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogState {
    /// Whether it came to its end without the end of its last line, which is whole then.
    pub is_ended: bool,
    /// Totals over all chunks.
    pub tally: LogTally,
    /// End of the last chunk in `dr.log`.
    pub end: LogOffset,
    /// When the last chunk arrived.
    pub last_at: Option<Timestamp>,
    /// When the last chunk arrived whose lines surely follow on those before: what is missing came after it.
    pub sure_at: Option<Timestamp>,
    /// Stretches missing.
    pub gaps: Vec<Gap>,
    /// The last rfsd process id seen to change.
    pub rfsd: Option<u32>,
    /// Whether it was ever read to its end: lines behind that are newer than the run.
    pub followed: bool,
    /// Since when it is not followed any more, once it was: lines written since may not have been seen.
    pub away_since: Option<Timestamp>,
    /// Since when it is not at hand, and why.
    pub lost: Option<(Timestamp, String)>,
    /// From here on what is in `dr.log` is one stretch of the log, without a gap and without lines that may be
    /// there twice.
    pub one_stretch_from: LogOffset,
    /// Where a gap is behind which nothing has come yet: only what comes breaks the stretch.
    pub open_gap: Option<LogOffset>,
}

/// The two lines that end stage 2, as seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FinalLines {
    /// Record of `Namespace generation phase complete…`.
    pub namespace: Option<Sequence>,
    /// Record of `restore namespace successful!`.
    pub mounted: Option<Sequence>,
}
