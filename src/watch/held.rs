//! Noticing that drwatch itself did not run for a while: stopped, or the machine slept.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    clock::Clock,
    run::{At, Event},
};

use super::{hub::Hub, identity::Recorder as LocalIdentity};

/// Longer than this between two beats of a second is worth a record.
const WORTH_TELLING: Duration = Duration::from_secs(5);

/// The last beat, and why the next may come late.
#[derive(Debug, Default)]
pub(super) struct Heartbeat {
    last: Option<(Instant, At)>,
    suspended: bool,
}

impl Heartbeat {
    /// Notes that drwatch was stopped on purpose since the last beat.
    pub(super) const fn was_suspended(&mut self) {
        self.suspended = true;
    }

    /// The next beat; why nothing was watched since the one before it, where that is long ago.
    pub(super) fn beat(&mut self, instant: Instant, now: At, clock: &Clock) -> Option<&'static str> {
        let suspended = std::mem::take(&mut self.suspended);
        let (last, at) = self.last.replace((instant, now))?;
        let late = instant.duration_since(last) > WORTH_TELLING;
        // The clock of a demo is faster than the machine's.
        let slept = clock.real(Duration::from_millis(now.since(at).millis())) > WORTH_TELLING;
        match (late || slept, suspended, late) {
            (false, ..) => None,
            (true, true, _) => Some("drwatch was suspended"),
            (true, false, true) => Some("drwatch was stopped or held up"),
            (true, false, false) => Some("the machine slept, or its clock was set forward"),
        }
    }
}

impl Hub {
    /// Puts on record that nothing was watched for a while, before anything that was seen after it.
    pub(super) fn tell_of_absence(&mut self) {
        let (now, clock) = (self.now(), self.clock());
        if let Some(reason) = self.heartbeat.beat(Instant::now(), now, &clock) {
            self.record(&Event::RunContinued {
                program: env!("CARGO_PKG_VERSION").to_owned(),
                recorder: LocalIdentity::of_this_process().label(),
                held: Some(reason.to_owned()),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn at(seconds: i64) -> At {
        At::new(chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap())
    }

    #[test]
    fn only_a_long_time_between_two_beats_is_told_and_only_once() {
        let mut heartbeat = Heartbeat::default();
        let begin = Instant::now();
        assert_eq!(heartbeat.beat(begin, at(0), &Clock::system()), None);
        assert_eq!(heartbeat.beat(begin + SECOND, at(1), &Clock::system()), None);
        assert_eq!(
            heartbeat.beat(begin + SECOND * 60, at(60), &Clock::system()),
            Some("drwatch was stopped or held up")
        );
        assert_eq!(heartbeat.beat(begin + SECOND * 61, at(61), &Clock::system()), None);
    }

    #[test]
    fn being_suspended_is_told_from_sleep() {
        let mut heartbeat = Heartbeat::default();
        let begin = Instant::now();
        heartbeat.beat(begin, at(0), &Clock::system());
        heartbeat.was_suspended();
        assert_eq!(
            heartbeat.beat(begin + SECOND * 9, at(9), &Clock::system()),
            Some("drwatch was suspended")
        );
        let slept = heartbeat.beat(begin + SECOND * 10, at(3600), &Clock::system());
        assert_eq!(slept, Some("the machine slept, or its clock was set forward"));
    }

    #[test]
    fn a_clock_set_back_is_no_absence() {
        let mut heartbeat = Heartbeat::default();
        let begin = Instant::now();
        heartbeat.beat(begin, at(3600), &Clock::system());
        assert_eq!(heartbeat.beat(begin + SECOND, at(1), &Clock::system()), None);
    }
}
