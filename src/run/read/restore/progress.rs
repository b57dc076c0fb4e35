//! How far stage 1 has come, as far as it is counted.

use crate::run::state::Run;
use crate::run::values::{Epoch, ObjectCount, Phase, Timestamp};

/// The progress of stage 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// No count: stage 1 has not begun, or there is no counter reading.
    NotCounted,
    /// Objects are counted, but how many there are is unknown.
    WithoutTarget {
        /// Objects downloaded since the baseline.
        downloaded: ObjectCount,
    },
    /// Objects are counted against what the bucket holds. Above 100 % only once stage 1 is over.
    Counted {
        /// Objects downloaded since the baseline.
        downloaded: ObjectCount,
        /// maps + rbtmds.
        expected: ObjectCount,
    },
    /// All expected objects are counted, or more, but the line that ends stage 1 has not arrived.
    AwaitingMarker {
        /// Objects downloaded since the baseline.
        downloaded: ObjectCount,
        /// maps + rbtmds.
        expected: ObjectCount,
    },
    /// Stage 1 is over, and the counter was not read at its end: how many objects came after the last reading is unknown.
    CutOff {
        /// Objects downloaded from the baseline to the last reading that counts.
        at_least: ObjectCount,
    },
    /// The counter was reset: objects may be counted twice, so there is no percentage.
    AfterReset {
        /// Objects downloaded since the last reset.
        since_restart: ObjectCount,
        /// Objects downloaded since the baseline.
        downloaded: ObjectCount,
    },
}

impl Progress {
    /// Percent, rounded down so that 100 is never shown early; may pass 100. `None` if there is no target, or objects
    /// may be counted twice.
    #[must_use]
    pub fn percent(self) -> Option<u64> {
        let (Self::Counted { downloaded, expected } | Self::AwaitingMarker { downloaded, expected }) = self
        else {
            return None;
        };
        let percent = (u128::from(downloaded.0) * 100).checked_div(u128::from(expected.0))?;
        Some(u64::try_from(percent).unwrap_or(u64::MAX))
    }
}

impl Run {
    /// The last reading of the counter that is counted, where no reading shows what was downloaded from then until stage 1 was
    /// over.
    #[must_use]
    pub fn uncounted_from(&self) -> Option<Timestamp> {
        self.tracking.uncounted_from.filter(|_| self.download.baseline.is_some())
    }
}

/// The progress of stage 1 in `run`.
#[must_use]
pub fn progress(run: &Run) -> Progress {
    let Some(downloaded) = run.download.downloaded().filter(|_| run.phase() > Phase::Prepare) else {
        return Progress::NotCounted;
    };
    if run.uncounted_from().is_some() {
        return Progress::CutOff { at_least: downloaded };
    }
    if run.download.was_reset() {
        let since_restart = ObjectCount(run.download.epochs.last().map_or(0, Epoch::rise));
        return Progress::AfterReset { since_restart, downloaded };
    }
    match run.expected() {
        None => Progress::WithoutTarget { downloaded },
        // The counter counts retries as well, so 100 % does not prove the end of the stage.
        Some(expected) if run.phase() == Phase::Stage1 && downloaded >= expected => {
            Progress::AwaitingMarker { downloaded, expected }
        }
        Some(expected) => Progress::Counted { downloaded, expected },
    }
}
