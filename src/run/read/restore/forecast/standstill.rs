//! Why stage 1 has no end in sight: what is not read, or does not move.

use crate::run::read::restore::progress::{Progress, progress};
use crate::run::state::{Question, Run};
use crate::run::values::{Elapsed, Phase, Reading, Role, Timestamp};

/// While the appliance is away, its last reading is out of date after this time.
const STALE_WHILE_AWAY: Elapsed = Elapsed::from_secs(20);

/// While it is connected, a slow answer is waited for.
const STALE_AFTER: Elapsed = Elapsed::from_secs(60);

/// What keeps stage 1 from being forecast, and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standstill {
    /// The appliance answers, but not with the counter: since the last reading.
    PollFailed(Timestamp),
    /// No answer comes: since the last reading.
    DataStale(Timestamp),
    /// The counter is read and does not rise: since the last rise.
    CounterFlat(Timestamp),
    /// Everything expected is counted, and the line that ends the stage has not come: since the last rise.
    AwaitingMarker(Timestamp),
}

impl Standstill {
    /// What it is, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::PollFailed(_) => "counter unreadable",
            Self::DataStale(_) => "no counter reading",
            Self::CounterFlat(_) => "counter does not rise",
            Self::AwaitingMarker(_) => "all counted, no marker",
        }
    }

    /// Since when.
    #[must_use]
    pub const fn since(self) -> Timestamp {
        match self {
            Self::PollFailed(since)
            | Self::DataStale(since)
            | Self::CounterFlat(since)
            | Self::AwaitingMarker(since) => since,
        }
    }
}

pub(super) fn standstill(run: &Run, now: Timestamp) -> Option<Standstill> {
    if run.phase() != Phase::Stage1 || !run.takes_part(Role::Dr) {
        return None;
    }
    let read_at = run.download.counter.map(|(_, at, _)| at);
    let since = read_at.or_else(|| run.phases.started_at(Phase::Stage1)).unwrap_or(run.started_at);
    let silent = now.since(since);
    let away = run.dr.away().is_some();
    let interval = run.tracking.meter.interval().unwrap_or_default();
    let limit = STALE_AFTER.max(Elapsed::from_millis(interval.millis().saturating_mul(3)));
    let last = run.dr.replies.get(&Question::Counter);
    let failed = last.is_some_and(|reply| !matches!(reply.reading, Reading::Known(_)));
    if run.dr.reported_lost.is_some() || silent > limit || (silent > STALE_WHILE_AWAY && (away || failed)) {
        let answers = failed && !away && run.dr.silent_since.is_none() && run.dr.reported_lost.is_none();
        return Some(if answers { Standstill::PollFailed(since) } else { Standstill::DataStale(since) });
    }
    let risen = run.download.last_rise.unwrap_or(since);
    if matches!(progress(run), Progress::AwaitingMarker { .. }) {
        return Some(Standstill::AwaitingMarker(risen));
    }
    run.reported.stalled.map(|_| Standstill::CounterFlat(risen))
}
