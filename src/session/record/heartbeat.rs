//! Detects that drwatch itself did not run for a while, stopped or with the machine asleep, and that the machine's
//! clock was set forward.

use std::time::Duration;

use tokio::time::Instant;

use crate::{clock::Clock, platform::UPTIME_COUNTS_SLEEP, run::Timestamp};

/// A longer time between two beats is an absence; they come every second.
// Five beats: a slow disk or a busy machine may hold up one or two.
const MAX_BEAT_DELAY: Duration = Duration::from_secs(5);

/// The time of a turn of the loop by three clocks, which together distinguish a stopped process, a sleeping machine and a
/// clock set forward.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beat {
    /// The runtime's time, which stops while the machine sleeps.
    instant: Instant,
    /// Time since boot, sleep included; it cannot be set.
    uptime: Duration,
    at: Timestamp,
}

impl Beat {
    pub(crate) fn now(clock: &Clock) -> Self {
        Self { instant: Instant::now(), uptime: clock.uptime(), at: clock.now() }
    }
}

/// A period in which nothing was watched, up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Absence {
    pub(crate) since: Timestamp,
    pub(crate) reason: &'static str,
}

/// The last beat, and whether the next comes late on purpose.
#[derive(Debug, Default)]
pub(crate) struct Heartbeat {
    last: Option<Beat>,
    suspended: bool,
    /// How much later than usual the next beat comes.
    stretched: Duration,
}

impl Heartbeat {
    /// Expects the next beat so much later than usual.
    pub(crate) const fn stretch(&mut self, by: Duration) {
        self.stretched = by;
    }

    pub(crate) const fn was_suspended(&mut self) {
        self.suspended = true;
    }

    /// The next beat; the absence since the one before it, if that is long ago.
    pub(crate) fn beat(&mut self, beat: Beat, clock: &Clock) -> Option<Absence> {
        let suspended = std::mem::take(&mut self.suspended);
        let most = MAX_BEAT_DELAY + std::mem::take(&mut self.stretched);
        let last = self.last.replace(beat)?;
        let late = beat.instant.duration_since(last.instant) > most;
        // In the machine's time, as the clock of a demo is faster.
        let is_long = |passed| clock.real(passed) > most;
        let slept = is_long(beat.uptime.saturating_sub(last.uptime));
        let jumped = is_long(beat.at.since(last.at).into());
        let reason = match (suspended, late, slept) {
            (true, true, _) | (true, _, true) => "drwatch was suspended",
            (false, true, _) => "drwatch was stopped or held up",
            (false, false, true) => "the machine slept",
            (_, false, false) if !jumped => return None,
            (_, false, false) if UPTIME_COUNTS_SLEEP => {
                "the machine's clock was set forward, or the machine itself was paused"
            }
            (_, false, false) => "the machine slept, or its clock was set forward",
        };
        Some(Absence { since: last.at, reason })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap())
            + crate::run::Elapsed::from_secs(seconds)
    }

    /// Beats by seconds of the runtime, of the machine with its sleep, and of the record.
    struct Beats(Heartbeat, Instant);

    impl Beats {
        fn new() -> Self {
            Self(Heartbeat::default(), Instant::now())
        }

        fn beat(&mut self, running: u64, up: u64, recorded: u64) -> Option<(Timestamp, &'static str)> {
            let instant = self.1 + Duration::from_secs(running);
            let beat = Beat { instant, uptime: Duration::from_secs(up), at: at(recorded) };
            self.0.beat(beat, &Clock::system()).map(|absence| (absence.since, absence.reason))
        }
    }

    #[test]
    fn a_long_time_between_two_beats_is_one_absence_since_the_last_beat() {
        let mut beats = Beats::new();
        assert_eq!(beats.beat(0, 0, 0), None);
        assert_eq!(beats.beat(1, 1, 1), None);
        assert_eq!(beats.beat(60, 60, 60), Some((at(1), "drwatch was stopped or held up")));
        assert_eq!(beats.beat(61, 61, 61), None);
    }

    #[test]
    fn suspension_sleep_and_a_clock_set_forward_have_different_reasons() {
        let mut beats = Beats::new();
        beats.beat(0, 0, 0);
        beats.0.was_suspended();
        assert_eq!(beats.beat(9, 9, 9), Some((at(0), "drwatch was suspended")));
        assert_eq!(beats.beat(10, 3600, 3600), Some((at(9), "the machine slept")));
        beats.0.was_suspended();
        assert_eq!(beats.beat(11, 7200, 7200), Some((at(3600), "drwatch was suspended")));
        let (since, reason) = beats.beat(12, 7201, 9000).unwrap();
        assert_eq!(since, at(7200));
        assert!(reason.contains("clock was set forward"), "{reason}");
    }

    #[test]
    fn a_beat_that_is_expected_later_is_no_absence_and_the_next_one_is() {
        let mut beats = Beats::new();
        beats.beat(0, 0, 0);
        beats.0.stretch(Duration::from_secs(11));
        assert_eq!(beats.beat(12, 12, 12), None);
        assert_eq!(beats.beat(24, 24, 24), Some((at(12), "drwatch was stopped or held up")));
        beats.0.stretch(Duration::from_secs(11));
        assert_eq!(beats.beat(60, 60, 60), Some((at(24), "drwatch was stopped or held up")));
    }

    #[test]
    fn a_clock_set_back_is_no_absence() {
        let mut beats = Beats::new();
        beats.beat(0, 0, 3600);
        assert_eq!(beats.beat(1, 1, 3600), None);
    }
}
