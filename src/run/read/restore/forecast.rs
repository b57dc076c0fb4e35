//! When stage 1 may be done, and the time per GET.

use crate::run::state::Run;
use crate::run::values::{Elapsed, Phase, Timestamp};

/// How much faster or slower than the measured rates the rest may be.
const RATE_MARGIN: f64 = 0.1;

/// A forecast beyond this is dropped as meaningless.
const FORECAST_HORIZON: Elapsed = Elapsed::from_secs(366 * 24 * 3600);

/// The forecast from the present figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Earliest and latest end of stage 1; `None` without a rate, during a stall, while the appliance is unreachable,
    /// after a counter reset, or once everything is counted. If counting began late the earliest is `now`, because
    /// how much was fetched before is unknown.
    pub done_between: Option<(Timestamp, Timestamp)>,
    /// Effective time per GET: threads ÷ rate (Little's law).
    pub time_per_get: Option<Elapsed>,
}

/// Forecasts from the present state of `run`.
#[must_use]
pub fn forecast(run: &Run, now: Timestamp) -> Forecast {
    // Neither a stall nor an appliance out of reach has a present rate.
    let is_blind = run.reported.stalled.is_some() || run.dr.reported_lost.is_some();
    if run.phase() != Phase::Stage1 || is_blind {
        return Forecast::default();
    }
    Forecast { done_between: done_between(run, now), time_per_get: time_per_get(run) }
}

/// The rest at the higher and at the lower of current and mean rate, with a margin on both sides.
fn done_between(run: &Run, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let download = &run.download;
    let (_, read_at, _) = download.counter.filter(|_| !download.was_reset())?;
    let rest = run.expected()?.saturating_sub(download.downloaded()?);
    if rest.0 == 0 {
        return None;
    }
    let current = download.current_per_second?;
    // Both rates: the current one follows a change of the threads, the mean does not follow a short dip.
    let mean = download.mean_per_second.unwrap_or(current);
    let soonest = match &download.baseline {
        Some(baseline) if baseline.late => now,
        // From the reading on and not from now: the rest was counted at that time.
        _ => read_at + after(rest.0, current.max(mean) * (1.0 + RATE_MARGIN))?,
    };
    let latest = after(rest.0, current.min(mean) * (1.0 - RATE_MARGIN))?;
    // An end in the past is no forecast.
    let latest = Some(read_at + latest).filter(|latest| *latest > now)?;
    Some((soonest.max(now), latest))
}

/// How long `rest` objects take at `per_second`.
#[expect(clippy::cast_precision_loss, reason = "a forecast needs no more than three digits")]
fn after(rest: u64, per_second: f64) -> Option<Elapsed> {
    // A rate of zero gives infinity, which the conversion refuses.
    let seconds = rest as f64 / per_second;
    let span = Elapsed::from(std::time::Duration::try_from_secs_f64(seconds).ok()?);
    (span <= FORECAST_HORIZON).then_some(span)
}

fn time_per_get(run: &Run) -> Option<Elapsed> {
    after(u64::from(run.thread_count()?.0), run.download.current_per_second?)
}
