//! The longest times without a line of the log, in bounded memory. Whether one is long for its log is asked in `read`.

use crate::run::values::{Elapsed, Timestamp};

/// Shorter ones are usual in any log.
const MIN_LENGTH: Elapsed = Elapsed::from_secs(300);

/// Bound of those that are kept: the longest.
const MAX_SILENCES: usize = 32;

/// The times in which the log was followed and no line came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSilences {
    /// When the last line came, or the log was followed again after that.
    since: Option<Timestamp>,
    /// Beginning and end of each, the oldest first.
    long: Vec<(Timestamp, Timestamp)>,
}

impl LogSilences {
    /// Lines came at `at`, or the log was followed again. It had been followed until `followed_until`; one from before the
    /// last line says nothing of the time since.
    pub(in crate::run) fn interrupt(&mut self, at: Timestamp, followed_until: Option<Timestamp>) {
        let until =
            followed_until.filter(|until| Some(*until) >= self.since).map_or(at, |until| until.min(at));
        if let Some(since) = self.since.filter(|since| until.since(*since) >= MIN_LENGTH) {
            self.long.push((since, until));
        }
        if self.long.len() > MAX_SILENCES {
            let length = |(from, to): &(Timestamp, Timestamp)| to.since(*from);
            let shortest = self.long.iter().enumerate().min_by_key(|(_, silence)| length(silence));
            if let Some((index, _)) = shortest {
                self.long.remove(index);
            }
        }
        // Never back: after a clock was set back, a time in which lines came would count as a silence.
        self.since = self.since.max(Some(at));
    }

    /// The longest of those that are over, the oldest first.
    pub fn over(&self) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        self.long.iter().copied()
    }

    /// Since when no line came; `None` before the first.
    #[must_use]
    pub const fn since(&self) -> Option<Timestamp> {
        self.since
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn minute(minutes: i64) -> Timestamp {
        Timestamp::new(DateTime::from_timestamp(1_789_000_000 + minutes * 60, 0).unwrap())
    }

    #[test]
    fn time_in_which_the_log_was_not_followed_is_no_silence() {
        let mut silences = LogSilences::default();
        silences.interrupt(minute(0), None);
        silences.interrupt(minute(4), None);
        silences.interrupt(minute(30), None);
        silences.interrupt(minute(90), Some(minute(40)));
        silences.interrupt(minute(91), Some(minute(40)));
        silences.interrupt(minute(100), Some(minute(40)));
        let over: Vec<_> = silences.over().collect();
        let expected = [(4, 30), (30, 40), (91, 100)].map(|(from, to)| (minute(from), minute(to)));
        assert_eq!((over, silences.since()), (expected.to_vec(), Some(minute(100))));
    }

    #[test]
    fn the_longest_are_kept_and_the_clock_may_go_back() {
        let mut silences = LogSilences::default();
        let mut at = 0;
        for length in 10..100 {
            silences.interrupt(minute(at), None);
            at += length;
        }
        silences.interrupt(minute(3), None);
        let kept: Vec<_> = silences.over().map(|(from, to)| to.since(from).secs() / 60).collect();
        assert_eq!(kept, (67..99).collect::<Vec<_>>());
    }
}
