//! The rate curves of several runs in one chart, each drawn with its own digit: no colour is needed to tell them apart.

use super::values::RatePoint;
use crate::run::Elapsed;

/// Where curves meet.
pub(super) const BOTH: char = '*';

/// A time without a reading longer than so many usual ones is a hole.
const HOLE_FACTOR: u64 = 3;

pub(super) struct Chart {
    /// The rows, top first.
    pub(super) rows: Vec<String>,
    /// The rate of the top row.
    pub(super) highest: f64,
    /// The time at the right edge.
    pub(super) end: Elapsed,
}

/// Draws `curves` into `width` × `height` characters on one scale of rate and of time since stage 1 began. `None` where no
/// rate was measured.
pub(super) fn chart(curves: &[&[RatePoint]], width: usize, height: usize) -> Option<Chart> {
    let points = || curves.iter().copied().flatten();
    let end = points().map(|point| point.at).max()?;
    let highest = points().map(|point| point.per_second).filter(|rate| rate.is_finite()).fold(0.0, f64::max);
    if highest <= 0.0 || end == Elapsed::ZERO || width == 0 || height == 0 {
        return None;
    }
    let mut grid = vec![vec![' '; width]; height];
    for (digit, curve) in ('1'..='9').cycle().zip(curves) {
        for (column, rate) in by_column(curve, end, width).into_iter().enumerate() {
            let Some(cell) = rate.and_then(|rate| grid.get_mut(row(rate / highest, height))?.get_mut(column))
            else {
                continue;
            };
            *cell = if *cell == ' ' { digit } else { BOTH };
        }
    }
    let rows =
        grid.into_iter().map(|row| row.into_iter().collect::<String>().trim_end().to_owned()).collect();
    Some(Chart { rows, highest, end })
}

/// The row, from above, in which a part of the highest rate lies.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a few rows"
)]
fn row(part: f64, height: usize) -> usize {
    let steps = (height - 1) as f64;
    height - 1 - (part.clamp(0.0, 1.0) * steps).round() as usize
}

/// The mean rate in each of `width` equal parts of the time up to `end`; `None` where nothing was measured.
fn by_column(curve: &[RatePoint], end: Elapsed, width: usize) -> Vec<Option<f64>> {
    let usual = usual_distance(curve);
    let mut sums = vec![(0.0, 0.0); width];
    let mut before = 0;
    for point in curve {
        let at = point.at.millis();
        let apart = at.saturating_sub(before);
        // A rate holds since the reading before it, unless nothing was measured in between.
        let from = if apart > usual.saturating_mul(HOLE_FACTOR) { at.saturating_sub(usual) } else { before };
        before = at;
        if !point.per_second.is_finite() {
            continue;
        }
        for (column, (sum, weight)) in (0_u64..).zip(&mut sums) {
            // As 128 bits: a column times the milliseconds of a long run may exceed 64. A column begins exactly where
            // the one before ends.
            let edge = |column: u64| u128::from(column) * u128::from(end.millis()) / width as u128;
            let overlap = edge(column + 1).min(at.into()).saturating_sub(edge(column).max(from.into()));
            let overlap = Elapsed::from_millis(u64::try_from(overlap).unwrap_or(u64::MAX)).secs_f64();
            *sum += point.per_second * overlap;
            *weight += overlap;
        }
    }
    sums.into_iter().map(|(sum, weight)| (weight > 0.0).then(|| sum / weight)).collect()
}

/// The milliseconds that most points have to the one before.
fn usual_distance(curve: &[RatePoint]) -> u64 {
    let pairs = curve.iter().zip(curve.iter().skip(1));
    let mut distances: Vec<u64> =
        pairs.map(|(one, next)| next.at.millis().saturating_sub(one.at.millis())).collect();
    distances.sort_unstable();
    distances.get(distances.len() / 2).copied().unwrap_or(u64::MAX)
}
