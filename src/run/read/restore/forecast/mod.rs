//! When the present stage may be over, why no end can be given, and the time per GET.

pub(in crate::run) mod estimate;
mod standstill;

pub use self::standstill::Standstill;

use self::estimate::{Piece, estimate};
use self::standstill::standstill;
use super::stage_2::stage_2;
use crate::run::state::Run;
use crate::run::values::{Band, Elapsed, Phase, Timestamp};

/// A forecast beyond this is dropped as meaningless.
const FORECAST_HORIZON: Elapsed = Elapsed::from_secs(366 * 24 * 3600);

/// The forecast from the present figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// When the present stage may end. `None` without a rate, at a standstill, after a counter reset (objects may come
    /// twice), and in stage 2 without enough past runs of the same kind. If counting began late the earliest is `now`,
    /// because how much was fetched before is unknown.
    pub end: Option<Band>,
    /// Why no end of stage 1 can be given, where the readings show it.
    pub standstill: Option<Standstill>,
    /// Effective time per GET: threads ÷ rate (Little's law).
    pub time_per_get: Option<Elapsed>,
}

/// Forecasts from the present state of `run`.
#[must_use]
pub fn forecast(run: &Run, now: Timestamp) -> Forecast {
    let standstill = standstill(run, now);
    match run.phase() {
        Phase::Stage1 if standstill.is_none() => {
            Forecast { end: stage_1(run, now), standstill, time_per_get: time_per_get(run) }
        }
        Phase::Stage2 => {
            Forecast { end: stage_2(run, now).and_then(|past| past.end(run, now)), ..Forecast::default() }
        }
        _ => Forecast { standstill, ..Forecast::default() },
    }
}

/// The readings of stage 1 behind its first forecast that is shown: with fewer, each moves the end by minutes.
const SETTLED_AFTER: Elapsed = Elapsed::from_secs(60);
const SETTLED_PIECES: usize = 8;

/// Whether the end of the present stage is known well enough to be shown: once a minute of stage 1 was read, in eight
/// pieces at least. The longest piece does not count: it may be the wait for the first objects. Past runs, on which the
/// end of stage 2 rests, stay the same.
#[must_use]
pub fn is_forecast_settled(run: &Run) -> bool {
    let course = || run.tracking.meter.course(&run.download.rates).map(|(length, _)| length);
    let whole = course().fold(Elapsed::ZERO, Elapsed::saturating_add);
    let longest = course().max().unwrap_or_default();
    run.phase() != Phase::Stage1
        || (course().count() >= SETTLED_PIECES && whole.saturating_sub(longest) >= SETTLED_AFTER)
}

/// As [`forecast`], but without an end that the next readings will move: for people, who take the first one for the
/// answer.
#[must_use]
pub fn settled_forecast(run: &Run, now: Timestamp) -> Forecast {
    let forecast = forecast(run, now);
    Forecast { end: forecast.end.filter(|_| is_forecast_settled(run)), ..forecast }
}

fn stage_1(run: &Run, now: Timestamp) -> Option<Band> {
    let download = &run.download;
    let (_, read_at, _) = download.counter.filter(|_| !download.was_reset())?;
    let rest = run.expected()?.saturating_sub(download.downloaded()?);
    let mut course: Vec<Piece> = run.tracking.meter.course(&download.rates).map(piece).collect();
    // A reading that is overdue shows no progress; one that is not due yet shows nothing.
    let silent = now.since(read_at);
    let is_overdue = silent > run.tracking.meter.interval()?.saturating_add(Elapsed::from_secs(5));
    let from = if is_overdue { now } else { read_at };
    course.extend(is_overdue.then(|| piece((silent, 0.0))));
    #[expect(clippy::cast_precision_loss, reason = "a forecast needs no more than three digits")]
    let rest = rest.0 as f64;
    let left = estimate(&course, rest, run.started.settings.stall_after.secs_f64())?;
    let at = |seconds: f64| Some((from + span(seconds)?).max(now));
    let is_late = download.baseline.as_ref().is_some_and(|baseline| baseline.late);
    let earliest = if is_late { now } else { at(left.earliest)? };
    Some(Band { earliest, likely: at(left.likely)?, latest: at(left.latest)? })
}

fn piece((length, objects): (Elapsed, f64)) -> Piece {
    Piece { seconds: length.secs_f64(), objects }
}

/// A length in seconds, unless it is beyond the horizon or no number.
pub(super) fn span(seconds: f64) -> Option<Elapsed> {
    let span = Elapsed::from(std::time::Duration::try_from_secs_f64(seconds).ok()?);
    (span <= FORECAST_HORIZON).then_some(span)
}

fn time_per_get(run: &Run) -> Option<Elapsed> {
    span(f64::from(run.thread_count()?.0) / run.download.current_per_second?)
}
