//! How fast objects are downloaded: current rate, peak rate, and the down-sampled series of the chart.

use std::collections::VecDeque;

use crate::run::values::{Download, Elapsed, RateSample, Timestamp};

/// The current rate is measured over about this long.
const CURRENT_WINDOW: Elapsed = Elapsed::from_secs(60);

/// The peak rate is measured over at least this long, so that a single reading is not a peak.
const PEAK_WINDOW: Elapsed = Elapsed::from_secs(10);

/// Bound of the readings for the windows.
// The settings allow a period of one second at the shortest, so that a minute of readings fits.
const MAX_WINDOW_READINGS: usize = 128;

/// Bound of the points of the chart.
// Full after 43 minutes of readings every 5 s; from then on each halving leaves 256 points.
const MAX_SAMPLES: usize = 512;

/// Where the chart's next point begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pending {
    total: u64,
    at: Timestamp,
    readings: u32,
}

/// Measures rates from readings in the order they are made.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::run) struct RateMeter {
    /// Objects counted since the meter began.
    total: u64,
    /// The latest readings, oldest first.
    recent: VecDeque<(u64, Timestamp)>,
    /// Readings per point of the chart; doubles whenever the chart is full.
    stride: u32,
    pending: Option<Pending>,
    /// Where the chart's first point begins.
    begun: Option<Timestamp>,
}

impl RateMeter {
    /// Restarts from a reading made at `at`.
    pub(in crate::run) fn begin(&mut self, at: Timestamp, download: &mut Download) {
        *self = Self {
            total: 0,
            recent: VecDeque::from([(0, at)]),
            stride: 1,
            pending: Some(Pending { total: 0, at, readings: 0 }),
            begun: Some(at),
        };
        download.rates.clear();
        download.current_per_second = None;
        download.peak_per_second = None;
    }

    /// Measures no longer: no times of readings are comparable to those so far.
    pub(in crate::run) fn stop(&mut self, download: &mut Download) {
        *self = Self::default();
        download.rates.clear();
        download.current_per_second = None;
        download.peak_per_second = None;
    }

    /// Time between the last two readings.
    pub(in crate::run) fn interval(&self) -> Option<Elapsed> {
        let mut latest = self.recent.iter().rev();
        latest.next().zip(latest.next()).map(|((_, last), (_, before))| last.since(*before))
    }

    /// The rate between the last two readings, objects per second; `None` without two of different times.
    pub(in crate::run) fn latest(&self) -> Option<f64> {
        let mut latest = self.recent.iter().rev();
        let ((total, at), (before, from)) = latest.next().zip(latest.next())?;
        per_second(total.saturating_sub(*before), at.since(*from))
    }

    /// The course so far, in pieces with their lengths and objects: the points of the chart, and what came since the
    /// last of them.
    pub(in crate::run) fn course<'m>(
        &'m self,
        rates: &'m VecDeque<RateSample>,
    ) -> impl Iterator<Item = (Elapsed, f64)> + 'm {
        let mut from = self.begun;
        let points = rates.iter().map(move |sample| {
            let length = sample.at.since(from.replace(sample.at).unwrap_or(sample.at));
            (length, sample.per_second * length.secs_f64())
        });
        let since = self.pending.zip(self.recent.back()).and_then(|(pending, (total, at))| {
            let length = at.since(pending.at);
            Some((length, per_second(total.saturating_sub(pending.total), length)? * length.secs_f64()))
        });
        points.chain(since)
    }

    /// Takes in a reading that is `rise` above the one before it.
    pub(in crate::run) fn push(&mut self, rise: u64, at: Timestamp, download: &mut Download) {
        self.total = self.total.saturating_add(rise);
        self.recent.push_back((self.total, at));
        // Two readings stay even if they are far apart: a slow poll still has a rate.
        while self.recent.len() > 2
            && (self.recent.len() > MAX_WINDOW_READINGS
                || self.recent.get(1).is_some_and(|(_, second)| at.since(*second) >= CURRENT_WINDOW))
        {
            self.recent.pop_front();
        }
        download.current_per_second =
            self.recent.front().and_then(|(total, from)| per_second(self.total - total, at.since(*from)));
        if let Some(rate) = self.peak_candidate(at) {
            download.peak_per_second = Some(download.peak_per_second.map_or(rate, |peak| peak.max(rate)));
        }
        self.sample(at, download);
    }

    /// The rate over the shortest window ending at `at` that is long enough for a peak.
    fn peak_candidate(&self, at: Timestamp) -> Option<f64> {
        let (total, from) = self.recent.iter().rev().find(|(_, from)| at.since(*from) >= PEAK_WINDOW)?;
        per_second(self.total - total, at.since(*from))
    }

    fn sample(&mut self, at: Timestamp, download: &mut Download) {
        let Some(pending) = &mut self.pending else { return };
        pending.readings = pending.readings.saturating_add(1);
        // Two readings within a millisecond have no rate; the point waits for the next one.
        let Some(rate) = per_second(self.total - pending.total, at.since(pending.at)) else { return };
        if pending.readings < self.stride {
            return;
        }
        // The whole stage stays on the chart, at half the resolution.
        if download.rates.len() >= MAX_SAMPLES {
            halve(&mut download.rates, self.begun);
            self.stride = self.stride.saturating_mul(2);
        }
        download.rates.push_back(RateSample { at, per_second: rate });
        *pending = Pending { total: self.total, at, readings: 0 };
    }
}

/// `count` per second over `span`; `None` if the span is zero.
#[expect(clippy::cast_precision_loss, reason = "rates are shown with three digits")]
pub(in crate::run) fn per_second(count: u64, span: Elapsed) -> Option<f64> {
    (span > Elapsed::ZERO).then(|| count as f64 / span.secs_f64())
}

/// Merges neighbours pairwise, weighted by their lengths.
fn halve(rates: &mut VecDeque<RateSample>, begun: Option<Timestamp>) {
    let mut from = begun;
    let mut merged = VecDeque::with_capacity(rates.len().div_ceil(2));
    while let Some(first) = rates.pop_front() {
        let Some(second) = rates.pop_front() else {
            merged.push_back(first);
            break;
        };
        let a = from.map_or(0.0, |from| first.at.since(from).secs_f64());
        let b = second.at.since(first.at).secs_f64();
        let per_second = if a + b > 0.0 {
            (first.per_second * a + second.per_second * b) / (a + b)
        } else {
            // Two samples of one moment have no lengths to weigh them by.
            f64::midpoint(first.per_second, second.per_second)
        };
        merged.push_back(RateSample { at: second.at, per_second });
        from = Some(second.at);
    }
    *rates = merged;
}
