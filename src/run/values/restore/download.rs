//! Stage 1 in numbers: baseline, epochs of the GET counter, what was downloaded and how fast.

use std::collections::VecDeque;

use serde::Serialize;

use crate::run::values::{GetCount, ObjectCount, Sequence, Timestamp};

/// A span in which the GET counter only rose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Epoch {
    /// First reading that counts: the baseline in the first epoch.
    pub first: GetCount,
    /// Last reading.
    pub last: GetCount,
    /// Why it began: `baseline`, or the restart that reset the counter.
    pub reason: String,
}

impl Epoch {
    /// Objects downloaded in it.
    #[must_use]
    pub const fn rise(&self) -> u64 {
        self.last.0.saturating_sub(self.first.0)
    }
}

/// The reading from which downloads are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Baseline {
    /// The counter then.
    pub value: GetCount,
    /// When it was read.
    pub at: Timestamp,
    /// The record of the reading.
    pub record: Sequence,
    /// Whether it was read only after the service had started, so that the first GETs may be missing.
    pub late: bool,
    /// Whether the engineer chose it by key.
    pub chosen: bool,
}

/// One point of the rate chart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RateSample {
    /// End of the interval.
    pub at: Timestamp,
    /// GETs per second over the interval.
    pub per_second: f64,
}

/// The download of stage 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Download {
    /// Last counter reading, with time and record.
    pub counter: Option<(GetCount, Timestamp, Sequence)>,
    /// Where counting starts.
    pub baseline: Option<Baseline>,
    /// Epochs since the baseline, oldest first.
    pub epochs: Vec<Epoch>,
    /// The last reading that the epochs count.
    pub counted_at: Option<Timestamp>,
    /// Rates between readings, oldest first; down-sampled so that it never exceeds 512 points.
    pub rates: VecDeque<RateSample>,
    /// Highest rate over a window of at least 10 s.
    pub peak_per_second: Option<f64>,
    /// Mean rate over stage 1 so far.
    pub mean_per_second: Option<f64>,
    /// The mean when the last expected object arrived, which waiting for the marker does not lower; `None` before.
    pub mean_of_all: Option<f64>,
    /// Rate over the last minute or so; `None` without two readings.
    pub current_per_second: Option<f64>,
    /// Last reading that was higher than the one before it.
    pub last_rise: Option<Timestamp>,
    /// Successive rises above the baseline candidate while the service runs.
    pub successive_rises: u8,
}

impl Download {
    /// Objects downloaded since the baseline over all epochs; `None` without a baseline.
    #[must_use]
    pub fn downloaded(&self) -> Option<ObjectCount> {
        self.baseline.as_ref()?;
        Some(ObjectCount(self.epochs.iter().map(Epoch::rise).fold(0, u64::saturating_add)))
    }

    /// Whether the counter was reset since the baseline: objects may be counted twice, so no percentage may be shown.
    #[must_use]
    pub fn was_reset(&self) -> bool {
        self.epochs.len() > 1
    }
}
