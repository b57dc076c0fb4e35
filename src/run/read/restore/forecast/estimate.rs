//! How much longer a download takes, estimated from its course so far: plain numbers, no run.
//!
//! The rate is that of the latest stretch without a lasting change, found by splitting the course where the rates before
//! and after differ by more than their scatter explains. Time without progress counts as such; a stall that is over
//! lowers only the pessimistic bound. The constants were set on one half of the seeds of `run/tests/restore/forecast_table.rs` and
//! are held to the other half there.

/// A piece of the course: its length, and the objects that came in it.
#[derive(Clone, Copy, Debug)]
pub(in crate::run) struct Piece {
    pub(in crate::run) seconds: f64,
    pub(in crate::run) objects: f64,
}

/// Seconds until the rest has come: the optimistic, the most likely and the pessimistic estimate.
#[derive(Clone, Copy, Debug)]
pub(in crate::run) struct Estimate {
    pub(in crate::run) earliest: f64,
    pub(in crate::run) likely: f64,
    pub(in crate::run) latest: f64,
}

/// The course is compared in so many blocks of equal length.
const BLOCKS: usize = 40;

/// The fewest blocks on either side of a change.
const MIN_BLOCKS: usize = 2;

/// Standard errors between the rates before and after, from which on they count as two.
const CHANGE_SCORE: f64 = 3.5;

/// Most correlation of neighbouring blocks that is believed: a steady rise looks like nothing else.
const MAX_CORRELATION: f64 = 0.5;

/// Part of the newer half in the likely rate, which so follows a rise or fall halfway.
const NEWER_HALF: f64 = 0.3;

/// Standard deviation of what no course shows in advance, as a part of the rest; less of it is left near the end.
const UNFORESEEN: f64 = 0.22;
const UNFORESEEN_AT_END: f64 = 0.4;

/// Standard deviations from the likely end to either bound.
const BAND: f64 = 1.5;

/// Widest bound in natural logarithms: a factor of four.
const MAX_BAND: f64 = 1.4;

#[expect(clippy::cast_precision_loss, reason = "counts of blocks")]
const fn float(count: usize) -> f64 {
    count as f64
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / float(values.len().max(1))
}

/// The estimate for `rest` objects after `course`; stops of `stall` seconds and more that are over do not count against
/// the likely rate. `None` where the course has no rate.
pub(in crate::run) fn estimate(course: &[Piece], rest: f64, stall: f64) -> Option<Estimate> {
    let elapsed: f64 = course.iter().map(|piece| piece.seconds).sum();
    let counted: f64 = course.iter().map(|piece| piece.objects).sum();
    let (moving, stopped) = without_stops(course, stall);
    let length = moving.iter().map(|piece| piece.seconds).sum::<f64>() / float(BLOCKS.min(moving.len()));
    let rates = blocks(&moving, length);
    let recent = rates.get(last_change(&rates)..)?;
    let (_, newer) = recent.split_at(recent.len() / 2);
    // The rate before the present stop, lowered by its length.
    let lasted = float(recent.len()) * length;
    let slowed = lasted / (lasted + stopped);
    let (whole, newer) = (mean(recent) * slowed, mean(newer) * slowed);
    let likely = whole.mul_add(1.0 - NEWER_HALF, newer * NEWER_HALF);
    // Compared, and not tested for zero, so that what is no number ends here too.
    if !(likely > 0.0 && elapsed > 0.0 && rest > 0.0) {
        return None;
    }
    let until = rest / likely;
    let blocks_left = (until / length).max(1.0);
    let (variance, correlation) = scatter(recent, mean(recent));
    let noise =
        variance / whole.powi(2) * inflation(correlation) * (1.0 / float(recent.len()) + 1.0 / blocks_left);
    // The younger the rate, the less is known of it.
    let young = 1.0 + 2.0 / float(recent.len());
    let ahead = (until / elapsed).clamp(UNFORESEEN_AT_END.powi(2), 1.0);
    let spread = (UNFORESEEN * young).powi(2).mul_add(ahead, noise).sqrt();
    let factor = (BAND * spread).min(MAX_BAND).exp();
    // The trend goes on, or the rate falls back to the mean, stalls included. A fall that went on would reach zero: it
    // is followed to a part of the mean alone.
    let trend = (2.0 * newer - whole).max(whole * 0.3);
    let rates = [whole, newer, trend, f64::midpoint(whole, counted / elapsed)];
    let (lowest, highest) =
        rates.iter().fold((likely, likely), |(low, high), rate| (low.min(*rate), high.max(*rate)));
    Some(Estimate { earliest: rest / highest / factor, likely: until, latest: rest / lowest * factor })
}

/// The course without the stops of `stall` seconds and more after which it went on, and without the one that is on; the
/// length of that.
fn without_stops(course: &[Piece], stall: f64) -> (Vec<Piece>, f64) {
    let mut moving: Vec<Piece> = Vec::with_capacity(course.len());
    let mut stop = 0;
    for piece in course {
        if piece.objects > 0.0 {
            let from = moving.len() - stop;
            if moving.iter().skip(from).map(|piece| piece.seconds).sum::<f64>() >= stall {
                moving.truncate(from);
            }
            stop = 0;
        } else {
            stop += 1;
        }
        moving.push(*piece);
    }
    let last = moving.split_off(moving.len() - stop);
    (moving, last.iter().map(|piece| piece.seconds).sum())
}

/// Objects per second in successive blocks of `length` seconds.
fn blocks(course: &[Piece], length: f64) -> Vec<f64> {
    let count = BLOCKS.min(course.len());
    let mut rates = Vec::with_capacity(count);
    let (mut counted, mut room) = (0.0, length);
    for piece in course {
        let mut left = piece.seconds;
        // The last block takes what rounding leaves over.
        while left >= room && rates.len() + 1 < count {
            rates.push((counted + piece.objects * room / piece.seconds) / length);
            left -= room;
            (counted, room) = (0.0, length);
        }
        if piece.seconds > 0.0 {
            counted += piece.objects * left / piece.seconds;
        }
        room -= left;
    }
    if length > 0.0 {
        rates.push(counted / length);
    }
    rates
}

/// Where the last stretch of one rate begins.
fn last_change(rates: &[f64]) -> usize {
    let mut begin = 0;
    while let Some(change) = rates.get(begin..).and_then(greatest_change) {
        begin += change;
    }
    begin
}

/// Where the rates before and after differ most, if that is more than scatter.
fn greatest_change(rates: &[f64]) -> Option<usize> {
    let splits = MIN_BLOCKS..=rates.len().checked_sub(MIN_BLOCKS)?;
    let scored = splits.map(|split| (change_score(rates, split), split));
    let (score, split) = scored.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (score > CHANGE_SCORE).then_some(split)
}

/// The difference between the rates before and after `split`, in standard errors.
fn change_score(rates: &[f64], split: usize) -> f64 {
    let (before, after) = rates.split_at(split);
    let (old, new) = (mean(before), mean(after));
    let (older, correlation_before) = scatter(before, old);
    let (newer, correlation_after) = scatter(after, new);
    let weight = float(split) / float(rates.len());
    let variance = older.mul_add(weight, newer * (1.0 - weight));
    let correlation = correlation_before.mul_add(weight, correlation_after * (1.0 - weight));
    // Where rates hardly scatter, any small difference would be scored as a change.
    let variance = variance.max((0.05 * mean(rates)).powi(2));
    let error = variance * (1.0 / float(before.len()) + 1.0 / float(after.len())) * inflation(correlation);
    if error > 0.0 { (new - old).abs() / error.sqrt() } else { 0.0 }
}

/// Variance about `mean`, and correlation of neighbours.
fn scatter(rates: &[f64], mean: f64) -> (f64, f64) {
    let squares: f64 = rates.iter().map(|rate| (rate - mean).powi(2)).sum();
    let products: f64 =
        rates.iter().zip(rates.iter().skip(1)).map(|(one, next)| (one - mean) * (next - mean)).sum();
    let correlation = if squares > 0.0 { (products / squares).clamp(0.0, MAX_CORRELATION) } else { 0.0 };
    (squares / float(rates.len().saturating_sub(1).max(1)), correlation)
}

/// How much less correlated blocks tell than independent ones.
fn inflation(correlation: f64) -> f64 {
    (1.0 + correlation) / (1.0 - correlation)
}
