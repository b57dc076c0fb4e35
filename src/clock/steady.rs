//! The machine's wall clock made fit for a record: it never runs back. What the clock was set back by
//! is kept as a lead of the record's time, so that spans stay true; what it was set forward by, or
//! slept through, passes.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::run::Timestamp;

/// A smaller difference between two readings is the slewing of a time service, and followed.
const STEP: TimeDelta = TimeDelta::seconds(2);

/// What both clocks of the machine said at the same moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// The wall clock, which can be set.
    pub(super) wall: DateTime<Utc>,
    /// Time since some beginning, sleep included, which nobody can set.
    pub(super) uptime: Duration,
}

/// The time of a record, from reading to reading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steady {
    last: Option<Reading>,
    latest: Option<Timestamp>,
    lead: TimeDelta,
}

impl Steady {
    pub(super) const NEW: Self = Self { last: None, latest: None, lead: TimeDelta::zero() };

    /// The record's time at `reading`: at or after every time given before.
    pub(super) fn at(&mut self, reading: Reading) -> Timestamp {
        if let Some(last) = self.last.replace(reading) {
            let passed = TimeDelta::from_std(reading.uptime.saturating_sub(last.uptime)).unwrap_or_default();
            let step = reading.wall - last.wall - passed;
            if step <= -STEP {
                // The lead takes the whole step: the time of the record goes on as if the clock had not been
                // touched.
                self.lead -= step;
            } else if step >= STEP {
                // A step forward uses up the lead first, so that a clock set back by mistake and then right
                // leaves none.
                self.lead = (self.lead - step).max(TimeDelta::zero());
            }
        }
        let at = Timestamp::new(reading.wall).shifted(self.lead);
        // Slewing can take the wall clock back by less than a step. The time then stands still until the
        // clock has caught up.
        let at = self.latest.map_or(at, |latest| latest.max(at));
        self.latest = Some(at);
        at
    }

    pub(super) fn not_before(&mut self, at: Timestamp, reading: Reading) {
        let behind = at.offset_from(self.at(reading));
        self.lead += behind.max(TimeDelta::zero());
    }

    /// How far the record's time is ahead of the wall clock at `reading`.
    pub(super) fn lead_at(&mut self, reading: Reading) -> TimeDelta {
        // A fresh reading first: a step since the last call is not in the lead yet.
        self.at(reading);
        self.lead
    }

    #[cfg(test)]
    const fn lead(&self) -> TimeDelta {
        self.lead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Readings of a wall clock `ahead` of the truth, which is `uptime` seconds after the beginning.
    fn reading(uptime: u64, ahead: i64) -> Reading {
        let wall =
            DateTime::from_timestamp(1_800_000_000 + i64::try_from(uptime).unwrap() + ahead, 0).unwrap();
        Reading { wall, uptime: Duration::from_secs(uptime) }
    }

    fn seconds(at: Timestamp) -> i64 {
        at.utc().timestamp() - 1_800_000_000
    }

    #[test]
    fn time_goes_on_when_the_clock_is_set_back_and_is_the_clocks_again_once_it_is_set_right() {
        let mut steady = Steady::NEW;
        let told = [(0, 0), (10, 0), (20, -3600), (30, -3600), (40, 0), (50, 0)]
            .map(|(uptime, ahead)| (seconds(steady.at(reading(uptime, ahead))), steady.lead().num_seconds()));
        assert_eq!(told, [(0, 0), (10, 0), (20, 3600), (30, 3600), (40, 0), (50, 0)]);
    }

    #[test]
    fn what_the_clock_is_set_forward_by_and_what_was_slept_passes() {
        let mut steady = Steady::NEW;
        steady.at(reading(0, 0));
        assert_eq!(seconds(steady.at(reading(10, 3600))), 3610);
        // Eight hours of sleep, with the clock an hour behind what it said at first.
        steady.at(reading(20, 0));
        assert_eq!(steady.lead().num_seconds(), 3600);
        assert_eq!(seconds(steady.at(reading(20 + 8 * 3600, 0))), 3620 + 8 * 3600);
    }

    #[test]
    fn slewing_is_followed_but_never_back() {
        let mut steady = Steady::NEW;
        let mut latest = i64::MIN;
        for uptime in 0..100 {
            let half_as_fast = -i64::try_from(uptime / 2).unwrap();
            let now = seconds(steady.at(reading(uptime, half_as_fast)));
            assert!(now >= latest && now <= i64::try_from(uptime).unwrap(), "{now} after {latest}");
            latest = now;
        }
        assert_eq!((latest, steady.lead().num_seconds()), (50, 0));
    }

    #[test]
    fn a_time_already_on_record_can_be_gone_on_from() {
        let mut steady = Steady::NEW;
        let recorded = Timestamp::new(reading(0, 500).wall);
        steady.not_before(recorded, reading(0, 0));
        assert_eq!((seconds(steady.at(reading(1, 0))), steady.lead().num_seconds()), (501, 500));
        steady.not_before(recorded, reading(2, 0));
        assert_eq!(seconds(steady.at(reading(3, 0))), 503);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn no_clock_however_set_makes_time_run_back(
            readings in proptest::collection::vec((0_u64..100, -10_000_i64..10_000), 1..50),
        ) {
            let mut steady = Steady::NEW;
            let (mut uptime, mut latest) = (0, None);
            for (passed, ahead) in readings {
                uptime += passed;
                let at = steady.at(reading(uptime, ahead));
                proptest::prop_assert!(Some(at) >= latest);
                proptest::prop_assert!(steady.lead() >= TimeDelta::zero());
                latest = Some(at);
            }
        }
    }
}
