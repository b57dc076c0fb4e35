//! Times in stage 2 that are long without a line of the log, as it logs otherwise.

use std::fmt;

use serde::Serialize;

use crate::run::state::Run;
use crate::run::values::{ACTIVITY_STEP, Elapsed, Phase, Timestamp};

/// So many lines would have come at the usual rate.
const MISSED_LINES: u128 = 10;

/// A time without a line of the log while it was followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Silence {
    /// The last line before it, or where stage 2 began or the log was followed again.
    pub from: Timestamp,
    /// The first line behind it; `None` while it lasts.
    pub to: Option<Timestamp>,
    /// Its length, so far where it lasts.
    #[serde(rename = "seconds")]
    pub length: Elapsed,
}

/// When, as a part of a sentence.
impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, length } = self;
        let from = from.utc().format("%Y-%m-%d %H:%M");
        match to {
            Some(to) => {
                write!(f, "no line came for {length}, from {from} to {} UTC", to.utc().format("%H:%M"))
            }
            None => write!(f, "no line has come for {length}, since {from} UTC"),
        }
    }
}

/// The long silences of stage 2, the oldest first.
#[must_use]
pub fn long_silences(run: &Run, now: Timestamp) -> Vec<Silence> {
    let Some(span) = run.phases.span(Phase::Stage2) else { return Vec::new() };
    let Some(begun) = span.started_at else { return Vec::new() };
    let end = span.ended_at.unwrap_or(now);
    let open = run.log.silences.since().filter(|_| span.ended_at.is_none());
    let over = run.log.silences.over().map(|(from, to)| (from, Some(to)));
    let within = over.chain(open.map(|since| (since, unfollowed_since(run)))).filter_map(|(from, to)| {
        let from = from.max(begun);
        let until = to.unwrap_or(end).min(end);
        (from < until).then(|| Silence { from, to, length: until.since(from) })
    });
    let within: Vec<_> = within.filter(|silence| silence.length >= ACTIVITY_STEP).collect();
    if within.is_empty() {
        return within;
    }
    let stage = end.since(begun).millis();
    let lines = run.log.activity.lines_between(begun, end);
    let is_long = |silence: &Silence| {
        let length = silence.length.millis();
        // Lines outside the silence by their time are the usual rate. Multiplied out, as a stage that is one silence
        // has no such time.
        let missed = u128::from(lines) * u128::from(length);
        missed >= MISSED_LINES * u128::from(stage.saturating_sub(length))
    };
    within.into_iter().filter(is_long).collect()
}

/// Since when nobody would have seen a line.
fn unfollowed_since(run: &Run) -> Option<Timestamp> {
    let connection = run.dr.away_since.filter(|_| run.started.log.is_none());
    run.log.away_since.or(connection)
}
