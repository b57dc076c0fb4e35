//! The model of stage 1, which is bound by operations: threads ÷ rate is the effective time per GET (Little's law), and
//! what other numbers of threads would give.

use serde::Serialize;

use crate::run::state::Run;
use crate::run::values::{Elapsed, Phase, RateSample, ThreadCount, Timestamp};

/// The numbers of threads that an estimate is given for.
const ESTIMATED: [u32; 3] = [16, 64, 128];

/// The procedure measured 2.5 times the rate with 8 times the threads: rate ∝ threads^0.44.
// ln 2.5 / ln 8. Its text, "250% improved", can also be read as 3.5 times; the smaller gain promises less.
const SATURATION: f64 = 0.44;

/// Points of the chart that are enough for a rate with one number of threads.
const MIN_POINTS: usize = 3;

/// A time per GET that differs by less than this factor is steady.
const STEADY_WITHIN: f64 = 1.2;

/// How the time per GET changes while the threads stay the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// It grows.
    Growing,
    /// It stays about the same.
    Steady,
    /// It falls.
    Falling,
}

/// What a number of threads would give.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ThreadEstimate {
    /// The threads.
    pub threads: ThreadCount,
    /// GETs per second, the lower bound.
    pub from_per_second: f64,
    /// GETs per second, the upper bound.
    pub to_per_second: f64,
}

/// How fast the GETs were with another number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SpeedBefore {
    /// The threads.
    pub threads: ThreadCount,
    /// Effective time per GET.
    #[serde(rename = "seconds_per_get")]
    pub time_per_get: Elapsed,
}

/// How fast the GETs of stage 1 are.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct GetSpeed {
    /// Threads at present.
    pub threads: ThreadCount,
    /// GETs per second with them.
    pub per_second: f64,
    /// Effective time per GET.
    #[serde(rename = "seconds_per_get")]
    pub time_per_get: Elapsed,
    /// How it changes.
    pub trend: Option<Trend>,
    /// The same with the number of threads before.
    pub before: Option<SpeedBefore>,
    /// What other numbers of threads would give. One bound is Little's law with the present time per GET, the other the
    /// saturation that the procedure measured; neither is a promise.
    pub estimates: Vec<ThreadEstimate>,
}

/// How fast the GETs are, or were at the end of stage 1; `None` where threads or rates are not known.
#[must_use]
pub fn get_speed(run: &Run) -> Option<GetSpeed> {
    if run.phase() < Phase::Stage1 {
        return None;
    }
    let mut changes = run.tracking.thread_changes.iter().rev();
    let (since, threads) = *changes.next()?;
    let over = run.phases.ended_at(Phase::Stage1).unwrap_or(run.last_at);
    let rates = points(run, since, over);
    let per_second = mean(&rates).filter(|rate| *rate > 0.0)?;
    let before = changes.next().and_then(|&(from, threads)| {
        let time_per_get = time_per_get(threads, mean(&points(run, from, since))?)?;
        Some(SpeedBefore { threads, time_per_get })
    });
    Some(GetSpeed {
        threads,
        per_second,
        time_per_get: time_per_get(threads, per_second)?,
        trend: trend(&rates),
        before,
        estimates: ESTIMATED.map(|count| estimate(ThreadCount(count), threads, per_second)).to_vec(),
    })
}

/// The rates between two moments, without the point in which the first of them lies.
fn points(run: &Run, from: Timestamp, to: Timestamp) -> Vec<f64> {
    let began = run.download.rates.iter().skip_while(|sample| sample.at <= from);
    let within = |sample: &&RateSample| sample.at <= to;
    // While nothing is downloaded there is no time per GET.
    began.skip(1).take_while(within).map(|sample| sample.per_second).filter(|rate| *rate > 0.0).collect()
}

#[expect(clippy::cast_precision_loss, reason = "at most 512 points")]
fn mean(rates: &[f64]) -> Option<f64> {
    (rates.len() >= MIN_POINTS).then(|| rates.iter().sum::<f64>() / rates.len() as f64)
}

fn time_per_get(threads: ThreadCount, per_second: f64) -> Option<Elapsed> {
    super::forecast::span(f64::from(threads.0) / per_second)
}

fn trend(rates: &[f64]) -> Option<Trend> {
    let third = rates.len() / 3;
    let (first, last) = (rates.get(..third)?, rates.get(rates.len() - third..)?);
    Some(match mean(first)? / mean(last)? {
        slower if slower > STEADY_WITHIN => Trend::Growing,
        faster if faster < 1.0 / STEADY_WITHIN => Trend::Falling,
        _ => Trend::Steady,
    })
}

fn estimate(wanted: ThreadCount, present: ThreadCount, per_second: f64) -> ThreadEstimate {
    let ratio = f64::from(wanted.0) / f64::from(present.0.max(1));
    let (one, other) = (per_second * ratio, per_second * ratio.powf(SATURATION));
    ThreadEstimate { threads: wanted, from_per_second: one.min(other), to_per_second: one.max(other) }
}

impl GetSpeed {
    /// What to know about the threads, where that is worth a word: too few of them, or GETs that queue.
    #[must_use]
    pub fn advice(&self, wanted: ThreadCount) -> Option<String> {
        if self.threads < wanted {
            let gain = estimate(wanted, self.threads, self.per_second);
            let [low, high] = [gain.from_per_second, gain.to_per_second].map(|rate| rate / self.per_second);
            return Some(format!("{wanted} threads may give {low:.1} to {high:.1}x"));
        }
        let fewer = self.before.filter(|before| before.threads < self.threads);
        let (now, then) = (self.time_per_get.secs_f64(), fewer.map(|fewer| fewer.time_per_get.secs_f64()));
        match (fewer.zip(then), self.trend) {
            (Some((fewer, then)), _) if now > then * STEADY_WITHIN => {
                Some(format!("queued: {then:.1} s at {}, {now:.1} s at {}", fewer.threads, self.threads))
            }
            (_, Some(Trend::Growing)) => Some("GETs take longer than at first".to_owned()),
            _ => None,
        }
    }
}
