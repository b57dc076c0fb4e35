//! The rate over time as a braille chart: two samples to a column, four dots to a row. `Sparkline` has one sample to a
//! column and no blank for a time that was not measured.

use std::collections::VecDeque;

use super::Charset;
use crate::run::{Elapsed, RateSample, Timestamp};

/// The rows of a chart, top first, and the time that its columns stand for.
pub(crate) struct Chart {
    pub(crate) rows: Vec<String>,
    /// The newest sample, which the last column shows.
    end: Timestamp,
    /// Milliseconds that a column stands for.
    per_column: u64,
    width: u16,
    /// The highest rate of each span, so many to a column.
    values: Vec<Option<f64>>,
    per_cell: usize,
}

impl Chart {
    /// The column of a moment; `None` where it lies left of the chart, or right of it.
    pub(crate) fn column(&self, at: Timestamp) -> Option<u16> {
        // Of a later moment `since` gives zero, which is the last column.
        let back = Some(self.end.since(at).millis() / self.per_column.max(1)).filter(|_| at <= self.end)?;
        (self.width - 1).checked_sub(u16::try_from(back).ok()?)
    }

    /// Gives the moment at which a column ends, which lies in it.
    pub(crate) fn moment(&self) -> impl Fn(u16) -> Timestamp + use<> {
        let Self { width, end, per_column, .. } = *self;
        move |column| {
            let back = u64::from((width - 1).saturating_sub(column));
            end.before(Elapsed::from_millis(back.saturating_mul(per_column)))
        }
    }

    /// The highest rate in a column; `None` where nothing was measured.
    pub(crate) fn value(&self, column: u16) -> Option<f64> {
        let cell = self.values.chunks(self.per_cell).nth(column.into())?;
        cell.iter().copied().flatten().reduce(f64::max)
    }

    /// How many columns that time would take.
    pub(crate) fn columns_of(&self, time: Elapsed) -> u16 {
        u16::try_from(time.millis().div_ceil(self.per_column.max(1))).unwrap_or(u16::MAX)
    }

    pub(crate) const fn per_column(&self) -> Elapsed {
        Elapsed::from_millis(self.per_column)
    }

    pub(crate) const fn end(&self) -> Timestamp {
        self.end
    }
}

/// Draws `rates` into `width` × `height` cells; `top` is the rate at the upper edge. What began before the first sample,
/// at `begun`, has a column too. Time runs from left to right and the newest sample is at the right edge. Times without a sample
/// stay blank: they are not zero.
pub(crate) fn chart(
    rates: &VecDeque<RateSample>,
    begun: Timestamp,
    width: u16,
    height: u16,
    top: f64,
    charset: Charset,
) -> Option<Chart> {
    let (first, last) = (rates.front()?, rates.back()?);
    if width == 0 || height == 0 || top <= 0.0 || !top.is_finite() {
        return None;
    }
    let per_cell = if charset == Charset::Ascii { 1 } else { 2 };
    let slots = usize::from(width) * per_cell;
    let covers = last.at.since(first.at.min(begun));
    let slot = slot_length(rates, covers, slots);
    let values = resampled(rates, last.at, slot, slots);
    let steps = usize::from(height) * 4;
    let heights: Vec<Option<usize>> =
        values.iter().map(|value| value.map(|rate| dots(rate, top, steps))).collect();
    let row = |row: usize| -> String {
        let base = (usize::from(height) - 1 - row) * 4;
        heights.chunks(per_cell).map(|cell| symbol(cell, base, charset)).collect()
    };
    let rows = (0..usize::from(height)).map(row).collect();
    let per_column = slot.saturating_mul(per_cell as u64);
    Some(Chart { rows, end: last.at, per_column, width, values, per_cell })
}

/// Between samples further apart than so many times the usual distance nothing was measured.
const GAP_FACTOR: u64 = 3;

/// The milliseconds of each of `slots` spans: while the samples are too few to fill the width, each has its own.
fn slot_length(rates: &VecDeque<RateSample>, covers: Elapsed, slots: usize) -> u64 {
    usual_distance(rates).max(1).max(covers.millis().div_ceil((slots as u64).saturating_sub(1).max(1)))
}

/// The highest rate in each of `slots` spans of `width` milliseconds, the last of which ends at `end`. Spans left of
/// the first sample stay blank, and so do spans without a measurement.
fn resampled(rates: &VecDeque<RateSample>, end: Timestamp, width: u64, slots: usize) -> Vec<Option<f64>> {
    let usual = usual_distance(rates).max(1);
    // Places count from the right edge. Readings come a little early or late: the nearest slot is theirs.
    let place = |sample: &RateSample| {
        let place = (end.since(sample.at).millis() + width / 2) / width;
        usize::try_from(place).unwrap_or(usize::MAX).min(slots - 1)
    };
    let mut values: Vec<Option<f64>> = vec![None; slots];
    let mut before: Option<&RateSample> = None;
    for sample in rates {
        let own = place(sample);
        // A rate holds from the sample before it on, unless nothing was measured in between.
        let from = before
            .filter(|before| sample.at.since(before.at).millis() <= usual.saturating_mul(GAP_FACTOR))
            .map_or(own, |before| place(before).saturating_sub(1).max(own));
        for place in own..=from {
            if let Some(value) = values.get_mut(slots - 1 - place) {
                *value = Some(value.map_or(sample.per_second, |old| old.max(sample.per_second)));
            }
        }
        before = Some(sample);
    }
    values
}

/// The distance in milliseconds that most samples have from the one before.
fn usual_distance(rates: &VecDeque<RateSample>) -> u64 {
    let pairs = rates.iter().zip(rates.iter().skip(1));
    let mut distances: Vec<u64> = pairs.map(|(one, next)| next.at.since(one.at).millis()).collect();
    let middle = distances.len().saturating_sub(1) / 2;
    if distances.is_empty() { 0 } else { *distances.select_nth_unstable(middle).1 }
}

/// Dots out of `steps`; any rate above zero has one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "between 0 and the few dots of a panel"
)]
fn dots(rate: f64, top: f64, steps: usize) -> usize {
    if rate <= 0.0 || !rate.is_finite() {
        return 0;
    }
    ((rate / top * steps as f64).round() as usize).clamp(1, steps)
}

fn symbol(cell: &[Option<usize>], base: usize, charset: Charset) -> char {
    let level =
        |index: usize| cell.get(index).copied().flatten().map(|height| height.saturating_sub(base).min(4));
    match charset {
        Charset::Ascii => match level(0) {
            Some(0) if base == 0 => '_',
            None | Some(0) => ' ',
            Some(1 | 2) => '.',
            Some(_) => '|',
        },
        Charset::Unicode => braille(level(0), level(1), base),
    }
}

/// The braille pattern with two columns filled from below (Unicode, block "Braille Patterns").
/// A rate of zero keeps the lowest dot of the lowest row, so that it differs from no sample.
fn braille(left: Option<usize>, right: Option<usize>, base: usize) -> char {
    const LEFT: [u32; 4] = [0x40, 0x04, 0x02, 0x01];
    const RIGHT: [u32; 4] = [0x80, 0x20, 0x10, 0x08];
    let filled = |level: Option<usize>, dots: [u32; 4]| -> u32 {
        let floor = usize::from(base == 0);
        level.map_or(0, |level| dots.iter().take(level.max(floor)).sum())
    };
    match filled(left, LEFT) + filled(right, RIGHT) {
        0 => ' ',
        dots => char::from_u32(0x2800 + dots).unwrap_or(' '),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;

    fn samples(rates: &[f64]) -> VecDeque<RateSample> {
        let start = Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 16, 0, 0).unwrap());
        let sample = |(index, rate): (usize, &f64)| RateSample {
            at: start + Elapsed::from_secs(index as u64 * 5),
            per_second: *rate,
        };
        rates.iter().enumerate().map(sample).collect()
    }

    fn chart(
        rates: &VecDeque<RateSample>,
        width: u16,
        height: u16,
        top: f64,
        charset: Charset,
    ) -> Option<Chart> {
        super::chart(rates, rates.front()?.at, width, height, top, charset)
    }

    #[test]
    fn what_began_before_the_first_sample_has_a_column_left_of_it() {
        let rates = samples(&[4.0; 30]);
        let begun = rates[0].at.before(Elapsed::from_secs(45));
        let chart = super::chart(&rates, begun, 10, 1, 4.0, Charset::Unicode).unwrap();
        assert_eq!(chart.column(begun), Some(0));
        assert!(chart.rows[0].starts_with("  ") && chart.rows[0].ends_with("⣿"), "{}", chart.rows[0]);
    }

    #[test]
    fn the_newest_sample_is_at_the_right_and_the_unknown_is_blank() {
        let chart = chart(&samples(&[4.0, 4.0]), 2, 1, 4.0, Charset::Unicode).unwrap();
        assert_eq!(chart.rows, [" ⣿"]);
    }

    /// The chart's one row, samples being at those seconds.
    fn row(seconds: impl IntoIterator<Item = u64>, width: u16) -> String {
        let start = samples(&[0.0])[0].at;
        let rates = seconds
            .into_iter()
            .map(|seconds| RateSample { at: start + Elapsed::from_secs(seconds), per_second: 4.0 });
        let chart = chart(&rates.collect(), width, 1, 4.0, Charset::Ascii).unwrap();
        chart.rows[0].clone()
    }

    #[test]
    fn a_stretch_not_watched_stays_blank_however_few_samples_there_are() {
        // Ten samples, ten minutes without one, ten more: on 100 columns of 7 s each.
        let shown = row((0..10).chain(129..139).map(|step| step * 5), 100);
        let blank = shown.trim().split('|').map(str::len).max().unwrap();
        assert!((80..90).contains(&blank), "{blank} of {shown}");
        assert!(shown.starts_with('|') && shown.ends_with("||||"), "{shown}");
        assert_eq!(shown.matches('|').count() + blank, shown.trim().len(), "one gap and no other: {shown}");
    }

    #[test]
    fn a_reading_missed_or_late_is_no_gap() {
        assert_eq!(row([0, 5, 11, 15, 25, 29, 35], 8), "||||||||");
        assert_eq!(row([0, 5, 10, 15], 8), "    ||||");
    }

    #[test]
    fn a_gap_stays_blank_among_many_samples_too() {
        let shown = row((0..400).chain(800..1200).map(|step| step * 5), 60);
        let blanks = shown.matches(' ').count();
        assert!((18..=21).contains(&blanks), "a third of the time: {shown}");
        assert!(shown.starts_with("||") && shown.ends_with("||"), "{shown}");
    }

    #[test]
    fn zero_shows_as_a_dot_at_the_bottom() {
        let chart = chart(&samples(&[0.0, 8.0]), 1, 2, 8.0, Charset::Unicode).unwrap();
        assert_eq!(chart.rows, ["⢸", "⣸"]);
    }

    #[test]
    fn many_samples_keep_their_peak() {
        let mut rates = vec![1.0; 100];
        rates[50] = 40.0;
        let chart = chart(&samples(&rates), 5, 2, 40.0, Charset::Unicode).unwrap();
        assert!(chart.rows[0].chars().any(|cell| cell != ' '));
        let start = samples(&[0.0])[0].at;
        assert_eq!(chart.column(start), Some(0));
        assert_eq!(chart.column(start + Elapsed::from_secs(495)), Some(4));
        assert_eq!(chart.column(start + Elapsed::from_secs(496)), None, "not measured yet");
        (0..5).for_each(|column| assert_eq!(chart.column(chart.moment()(column)), Some(column)));
    }
}
