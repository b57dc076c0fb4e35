//! How many lines of the log arrived over time, in bounded memory.

use std::collections::VecDeque;

use crate::run::values::{Elapsed, RateSample, Timestamp};

/// Bound of the spans that are kept apart.
const MAX_SPANS: usize = 512;

/// The shortest span.
const MINUTE: Elapsed = Elapsed::from_secs(60);

/// The lines that arrived in each span of time since the first, one after the other without a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogActivity {
    /// Start of the first span.
    begun: Option<Timestamp>,
    lines: Vec<u64>,
    /// How often the length of a span was doubled, so that the whole log stays within the bound.
    doublings: u32,
}

impl LogActivity {
    fn span(&self) -> u64 {
        MINUTE.millis().saturating_mul(1_u64.checked_shl(self.doublings).unwrap_or(u64::MAX))
    }

    /// The span, counted from the first, that `at` is in.
    fn index(&self, begun: Timestamp, at: Timestamp) -> usize {
        usize::try_from(at.since(begun).millis() / self.span()).unwrap_or(usize::MAX)
    }

    /// Adds lines that arrived at `at`; those from before the first count as arrived with it.
    pub(in crate::run) fn add(&mut self, lines: u64, at: Timestamp) {
        if lines == 0 {
            return;
        }
        let begun = *self.begun.get_or_insert(at);
        let mut index = self.index(begun, at);
        while index >= MAX_SPANS {
            let pairs = self.lines.chunks(2);
            self.lines = pairs.map(|pair| pair.iter().copied().fold(0, u64::saturating_add)).collect();
            self.doublings += 1;
            index = self.index(begun, at);
        }
        if self.lines.len() <= index {
            self.lines.resize(index + 1, 0);
        }
        if let Some(count) = self.lines.get_mut(index) {
            *count = count.saturating_add(lines);
        }
    }

    /// Adds lines of which only is known that they were written between two moments, evenly.
    pub(in crate::run) fn add_between(&mut self, lines: u64, from: Timestamp, to: Timestamp) {
        let length = to.since(from).millis();
        let parts = (length / self.span()).clamp(1, MAX_SPANS as u64);
        // Counted up to each part and subtracted, so that rounding neither loses a line nor adds one.
        let up_to = |part: u64| {
            u64::try_from(u128::from(lines) * u128::from(part) / u128::from(parts)).unwrap_or(lines)
        };
        for part in 0..parts {
            let at = from + Elapsed::from_millis(length / parts * part);
            self.add(up_to(part + 1) - up_to(part), at);
        }
    }

    /// Lines per second over each span that was over at `now`; zero where none arrived.
    #[must_use]
    pub fn rates(&self, now: Timestamp) -> VecDeque<RateSample> {
        let Some(begun) = self.begun else { return VecDeque::new() };
        let span = Elapsed::from_millis(self.span());
        let over = self.index(begun, now);
        // A long silence is shown up to the bound of the chart, and not span by span for ever.
        let counts = self.lines.iter().copied().chain(std::iter::repeat(0)).take(over.min(MAX_SPANS * 2));
        let ends = (1..).map(|index: u64| begun + Elapsed::from_millis(span.millis().saturating_mul(index)));
        let rate = |(lines, at): (u64, Timestamp)| {
            #[expect(clippy::cast_precision_loss, reason = "rates are shown with three digits")]
            let lines = lines as f64;
            RateSample { at, per_second: lines / span.secs_f64() }
        };
        counts.zip(ends).map(rate).collect()
    }

    /// How long the spans are over which lines are counted: a minute, and longer in a long log.
    #[must_use]
    pub fn span_length(&self) -> Elapsed {
        Elapsed::from_millis(self.span())
    }

    /// When the first span that begins at `at` or later is over; `None` before the first line.
    #[must_use]
    pub fn first_span_over(&self, at: Timestamp) -> Option<Timestamp> {
        let begun = self.begun?;
        let before = at.since(begun).millis().div_ceil(self.span());
        Some(begun + Elapsed::from_millis(before.saturating_add(1).saturating_mul(self.span())))
    }

    /// Lines in each successive `step` between two moments, up to `most` steps. A span that two steps share belongs to the
    /// one in which it ends.
    #[must_use]
    pub fn steps(&self, from: Timestamp, to: Timestamp, step: Elapsed, most: usize) -> Vec<u64> {
        let mut steps: Vec<u64> = Vec::new();
        for (at, counted) in self.ends(from, to) {
            let index = (at.since(from).millis().saturating_sub(1)) / step.millis().max(1);
            let index = usize::try_from(index).unwrap_or(usize::MAX);
            if index >= most {
                break;
            }
            steps.resize(steps.len().max(index + 1), 0);
            if let Some(lines) = steps.get_mut(index) {
                *lines = lines.saturating_add(counted);
            }
        }
        steps
    }

    /// Lines between two moments.
    #[must_use]
    pub fn lines_between(&self, from: Timestamp, to: Timestamp) -> u64 {
        self.ends(from, to).map(|(_, lines)| lines).fold(0, u64::saturating_add)
    }

    /// The spans that end between two moments, each with its lines. Of one that began before `from`, the part is counted
    /// that its time behind `from` has.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts of lines that were added up here, which `as` bounds"
    )]
    fn ends(&self, from: Timestamp, to: Timestamp) -> impl Iterator<Item = (Timestamp, u64)> {
        let length = self.span_length();
        self.rates(to).into_iter().filter(move |sample| sample.at > from).map(move |sample| {
            let counted = length.min(sample.at.since(from)).secs_f64();
            (sample.at, (sample.per_second * counted).round() as u64)
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;

    fn moment(minutes: u64) -> Timestamp {
        Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 15, 0, 0).unwrap())
            + Elapsed::from_secs(minutes * 60)
    }

    fn per_minute(activity: &LogActivity, now: u64) -> Vec<f64> {
        activity.rates(moment(now)).iter().map(|sample| sample.per_second * 60.0).collect()
    }

    #[test]
    fn lines_are_counted_by_the_minute_and_silence_is_zero() {
        let mut activity = LogActivity::default();
        assert!(activity.rates(moment(9)).is_empty());
        for (lines, minute) in [(3, 0), (4, 0), (6, 3), (9, 4)] {
            activity.add(lines, moment(minute));
        }
        assert_eq!(per_minute(&activity, 4), [7.0, 0.0, 0.0, 6.0], "the minute under way is not over");
        assert_eq!(per_minute(&activity, 6), [7.0, 0.0, 0.0, 6.0, 9.0, 0.0]);
    }

    #[test]
    fn lines_of_an_unwatched_time_are_spread_over_it() {
        let mut activity = LogActivity::default();
        activity.add(5, moment(0));
        activity.add_between(43, moment(1), moment(5));
        activity.add_between(2, moment(5), moment(5));
        assert_eq!(per_minute(&activity, 6), [5.0, 10.0, 11.0, 11.0, 11.0, 2.0]);
    }

    #[test]
    fn a_long_log_stays_within_the_bound_and_loses_no_line() {
        let mut activity = LogActivity::default();
        (0..20_000).for_each(|minute| activity.add(2, moment(minute)));
        activity.add(1, moment(0));
        assert!(activity.lines.len() <= MAX_SPANS);
        assert_eq!(activity.lines.iter().sum::<u64>(), 40_001);
        assert!(per_minute(&activity, 19_000).iter().skip(1).all(|rate| (rate - 2.0).abs() < 0.001));
    }

    #[test]
    fn of_a_span_that_began_before_the_steps_its_part_is_counted() {
        let mut activity = LogActivity::default();
        activity.add(600, moment(0));
        (1..1500).for_each(|minute| activity.add(2, moment(minute)));
        assert_eq!(activity.span_length(), Elapsed::from_secs(240));
        let steps = |from| activity.steps(moment(from), moment(1400), Elapsed::from_secs(600), 3);
        assert_eq!(steps(4), [16, 24, 16], "spans of eight lines, each where it ends");
        assert_eq!(
            steps(3)[0],
            (606 / 4 + 1) + 16,
            "one minute of the first four, and not all of their lines"
        );
    }

    #[test]
    fn the_lines_between_two_moments_are_those_of_their_steps() {
        let mut activity = LogActivity::default();
        activity.add(600, moment(0));
        (1..1500).for_each(|minute| activity.add(2, moment(minute)));
        let steps = activity.steps(moment(3), moment(1400), Elapsed::from_secs(600), 1000);
        assert_eq!(activity.lines_between(moment(3), moment(1400)), steps.iter().sum::<u64>());
        assert_eq!(activity.lines_between(moment(3), moment(3)), 0);
    }

    #[test]
    fn the_first_span_since_a_moment_is_over_a_span_after_it_began() {
        let mut activity = LogActivity::default();
        assert_eq!(activity.first_span_over(moment(3)), None);
        activity.add(1, moment(0));
        let later = moment(3) + Elapsed::from_secs(1);
        assert_eq!(
            [moment(3), later].map(|at| activity.first_span_over(at)),
            [Some(moment(4)), Some(moment(5))]
        );
    }

    #[test]
    fn a_clock_centuries_ahead_is_counted_too() {
        let mut activity = LogActivity::default();
        activity.add(1, moment(0));
        activity.add(1, moment(1 << 31));
        assert_eq!(activity.lines.iter().sum::<u64>(), 2);
        assert!(activity.rates(moment(1 << 33)).len() <= MAX_SPANS * 2);
    }
}
