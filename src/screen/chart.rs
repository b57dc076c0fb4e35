//! The rate over time as a braille chart: two samples to a column, four dots to a row.

use std::collections::VecDeque;

use crate::run::{At, RateSample, Span};

use super::theme::Charset;

/// The rows of a chart, top first.
pub(crate) struct Chart {
    pub(crate) rows: Vec<String>,
    /// Time the chart covers.
    pub(crate) covers: Span,
}

/// Draws `rates` into `width` × `height` cells; `top` is the rate at the upper edge.
/// Time runs from left to right and the newest sample is at the right edge. Stretches without a
/// sample stay blank: they are no zero.
pub(crate) fn chart(
    rates: &VecDeque<RateSample>,
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
    let covers = last.at.since(first.at);
    let values = resampled(rates, first.at, covers, slots);
    let steps = usize::from(height) * 4;
    let heights: Vec<Option<usize>> =
        values.iter().map(|value| value.map(|rate| dots(rate, top, steps))).collect();
    let row = |row: usize| -> String {
        let base = (usize::from(height) - 1 - row) * 4;
        heights.chunks(per_cell).map(|cell| symbol(cell, base, charset)).collect()
    };
    Some(Chart { rows: (0..usize::from(height)).map(row).collect(), covers })
}

/// The highest rate in each of `slots` equal stretches of time, the newest last. While there are
/// fewer samples than slots, each sample has a slot of its own and the left stays blank.
fn resampled(rates: &VecDeque<RateSample>, from: At, covers: Span, slots: usize) -> Vec<Option<f64>> {
    let mut values: Vec<Option<f64>> = vec![None; slots];
    if rates.len() <= slots {
        for (value, sample) in values.iter_mut().rev().zip(rates.iter().rev()) {
            *value = Some(sample.per_second);
        }
        return values;
    }
    for sample in rates {
        let share = u128::from(sample.at.since(from).millis()) * (slots as u128 - 1);
        let slot = usize::try_from(share / u128::from(covers.millis().max(1))).unwrap_or(0);
        if let Some(value) = values.get_mut(slot) {
            *value = Some(value.map_or(sample.per_second, |old| old.max(sample.per_second)));
        }
    }
    values
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
        let start = At::new(Utc.with_ymd_and_hms(2026, 9, 13, 16, 0, 0).unwrap());
        let sample = |(index, rate): (usize, &f64)| RateSample {
            at: start + Span::from_secs(index as u64 * 5),
            per_second: *rate,
        };
        rates.iter().enumerate().map(sample).collect()
    }

    #[test]
    fn the_newest_sample_is_at_the_right_and_the_unknown_is_blank() {
        let chart = chart(&samples(&[4.0, 4.0]), 2, 1, 4.0, Charset::Unicode).unwrap();
        assert_eq!(chart.rows, [" ⣿"]);
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
        assert_eq!(chart.covers, Span::from_secs(495));
    }
}
