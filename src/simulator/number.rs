//! The few conversions between whole numbers and fractions that the simulation needs, and the
//! moments it counts in. All lossy casts of the room are here.

use chrono::TimeDelta;

use super::error::SimulatorError;
use crate::run::{Elapsed, Timestamp};

/// A moment of the world: microseconds since its start, negative before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(pub(super) i64);

impl Moment {
    pub(super) const START: Self = Self(0);

    /// The moment `seconds` later, at least a microsecond.
    pub(super) fn after(self, seconds: f64) -> Self {
        // An event that scheduled the next one for its own moment would stop the time of the world.
        Self(self.0.saturating_add(micros(seconds).max(1)))
    }

    #[expect(clippy::cast_precision_loss, reason = "exact below 285 years")]
    pub(super) fn seconds_since(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / 1e6
    }

    /// The moment that `at` is, in a world that began at `start`.
    pub(super) fn of(at: Timestamp, start: Timestamp) -> Self {
        Self(at.offset_from(start).num_milliseconds().saturating_mul(1000))
    }

    /// The millisecond in which the moment falls.
    pub(super) fn floor(self, start: Timestamp) -> Timestamp {
        start.shifted(TimeDelta::milliseconds(self.0.div_euclid(1000)))
    }

    /// The first full millisecond not before the moment.
    pub(super) fn ceil(self, start: Timestamp) -> Timestamp {
        start.shifted(TimeDelta::milliseconds(self.0.saturating_add(999).div_euclid(1000)))
    }
}

#[expect(clippy::cast_possible_truncation, reason = "saturates, and rounds to the microsecond on purpose")]
fn micros(seconds: f64) -> i64 {
    (seconds * 1e6).ceil() as i64
}

/// A count as a fraction; exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 objects")]
pub(super) fn fraction(count: u64) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates; the whole part is what is wanted"
)]
pub(super) fn whole(fraction: f64) -> u64 {
    fraction.max(0.0) as u64
}

/// How much faster than real the simulated workload is. Clocks and log stamps stay real.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed(f64);

impl Speed {
    /// Real speed.
    pub const REAL: Self = Self(1.0);

    /// A speed of `factor` times the real one.
    ///
    /// # Errors
    /// [`SimulatorError::BadSpeed`] unless `factor` is from 0.001 to 1,000,000.
    pub fn new(factor: f64) -> Result<Self, SimulatorError> {
        if (0.001..=1e6).contains(&factor) {
            Ok(Self(factor))
        } else {
            Err(SimulatorError::BadSpeed { speed: factor })
        }
    }

    /// The factor.
    #[must_use]
    pub const fn factor(self) -> f64 {
        self.0
    }

    /// Seconds on the clock for `seconds` of workload.
    pub(super) fn seconds(self, seconds: f64) -> f64 {
        seconds / self.0
    }

    /// Time on the clock for `seconds` of workload.
    pub(super) fn span(self, seconds: u32) -> Elapsed {
        Elapsed::from_millis(whole(self.seconds(f64::from(seconds)) * 1000.0))
    }
}

/// A waiting time with mean `mean_seconds`, as between independent happenings.
pub(super) fn interval(rng: &mut fastrand::Rng, mean_seconds: f64) -> f64 {
    // 1 - u lies in (0, 1], so the logarithm is finite.
    -(1.0 - rng.f64()).ln() * mean_seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_within_a_millisecond_is_reached_only_at_its_end() {
        let start = Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let moment = Moment(1_500);
        assert_eq!(moment.floor(start), start + Elapsed::from_millis(1));
        assert_eq!(moment.ceil(start), start + Elapsed::from_millis(2));
        assert!(Moment::of(moment.ceil(start), start) >= moment);
    }

    #[test]
    fn only_speeds_that_time_can_follow_are_taken() {
        assert!(Speed::new(10.0).is_ok());
        for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Speed::new(factor).is_err(), "{factor}");
        }
    }
}
