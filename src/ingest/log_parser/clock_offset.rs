//! The offset of the appliance's clock to ours, measured by the timestamps of live log lines.
//!
//! A line arrives in time or late, never early: of several measurements the greatest is the truest.

use crate::run::Timestamp;

/// Seconds over which one measurement goes on.
const WINDOW_SECONDS: u64 = 60;

/// The offset is corrected upwards at once where it is this many seconds too small.
const MIN_CORRECTION_SECONDS: i64 = 2;

/// A change below this many seconds is not recorded: timestamps have no fractions, and delivery takes time.
const MIN_CHANGE_SECONDS: i64 = 3;

#[derive(Default)]
pub(super) struct OffsetMeter {
    /// The offset on record.
    known: Option<i64>,
    window: Option<Window>,
}

#[derive(Clone, Copy)]
struct Window {
    since: Timestamp,
    greatest: i64,
}

impl OffsetMeter {
    pub(super) const fn set(&mut self, known: Option<i64>) {
        self.known = known;
    }

    /// Begins to measure anew, as one of the clocks may have been set.
    pub(super) const fn restart(&mut self) {
        self.window = None;
    }

    pub(super) fn seconds(&self) -> i64 {
        self.known.unwrap_or_default()
    }

    /// Measures with a live line; the offset, where it has changed.
    pub(super) fn measure(&mut self, stamp: Timestamp, now: Timestamp) -> Option<i64> {
        let seconds = stamp.offset_from(now).num_seconds();
        let before = self.window;
        let (window, ended) = match before {
            Some(window) if now.since(window.since).secs() < WINDOW_SECONDS => {
                (Window { greatest: window.greatest.max(seconds), ..window }, None)
            }
            ended => (Window { since: now, greatest: seconds }, ended),
        };
        self.window = Some(window);
        let is_change = |known: i64, seconds: i64| (known - seconds).abs() >= MIN_CHANGE_SECONDS;
        let measured = match (self.known, ended) {
            // An offset that is too small by the delay of one line is better than none.
            (None, _) => seconds,
            // After a restart the first line counts at once: the offset on record may be of a clock that was
            // set since.
            (Some(known), _) if before.is_none() && is_change(known, seconds) => seconds,
            (Some(known), _) if window.greatest - known >= MIN_CORRECTION_SECONDS => window.greatest,
            // Downwards only at the end of a window: a single line that comes late looks the same as a clock
            // set back.
            (Some(known), Some(ended)) if is_change(known, ended.greatest) => ended.greatest,
            _ => return None,
        };
        self.known = Some(measured);
        self.known
    }
}
