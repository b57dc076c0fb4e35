//! Time, injected: the system's, a scaled one for a demo on the screen, or the runtime's virtual
//! one. The only room that may read a clock.

mod alarm;
mod machine;
mod steady;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

pub(crate) use self::alarm::{Alarm, Ticker};
#[cfg(test)]
pub(crate) use self::machine::Setter;
use self::{
    machine::{MACHINE, Machine},
    steady::Steady,
};
use crate::run::{Elapsed, Timestamp};

/// A source of time that program and simulated world share. Cheap to copy.
///
/// On a runtime whose own time is paused (`start_paused`) any clock is virtual: it advances only
/// when every task waits, as fast as the machine goes.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Machine(&'static Machine),
    Scaled { epoch: DateTime<Utc>, origin: Instant, factor: f64 },
}

impl Clock {
    /// The machine's wall clock. It follows when that is set forward, and goes on as before when it is
    /// set back: see [`Clock::lead`].
    #[must_use]
    pub fn system() -> Self {
        Self(Kind::Machine(&MACHINE))
    }

    /// The wall clock of a machine on the runtime's own time, and the hand that sets it.
    #[cfg(test)]
    pub(crate) fn staged(epoch: Timestamp) -> (Self, Setter) {
        let (machine, setter) = machine::staged(epoch);
        (Self(Kind::Machine(machine)), setter)
    }

    /// A clock that starts at `epoch` and runs `factor` times as fast as the runtime's time.
    ///
    /// With factor 1 on a runtime whose time is paused this is the virtual clock.
    #[must_use]
    pub fn scaled(epoch: Timestamp, factor: f64) -> Self {
        Self(Kind::Scaled { epoch: epoch.utc(), origin: Instant::now(), factor })
    }

    /// The present instant; never before one that was given earlier.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::new(match self.0 {
            Kind::Machine(machine) => return machine.with(Steady::at),
            Kind::Scaled { epoch, origin, factor } => {
                let passed = origin.elapsed().mul_f64(factor);
                TimeDelta::from_std(passed)
                    .ok()
                    .and_then(|passed| epoch.checked_add_signed(passed))
                    .unwrap_or(epoch)
            }
        })
    }

    /// How far this clock is ahead of the machine's, because that was set back.
    #[must_use]
    pub fn lead(&self) -> Elapsed {
        match self.0 {
            Kind::Machine(machine) => machine.with(Steady::lead_at).to_std().unwrap_or_default().into(),
            Kind::Scaled { .. } => Elapsed::ZERO,
        }
    }

    /// Gives no instant before `at` from now on: it is on record already.
    pub fn not_before(&self, at: Timestamp) {
        // A scaled clock is that of a demo or a replay, and neither is ever gone on with.
        if let Kind::Machine(machine) = self.0 {
            machine.with(|steady, reading| steady.not_before(at, reading));
        }
    }

    /// Time since some beginning, unaffected by setting the wall clock; sleep of the machine counts where the system
    /// counts it.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        match self.0 {
            Kind::Machine(machine) => machine.read().uptime,
            Kind::Scaled { origin, factor, .. } => origin.elapsed().mul_f64(factor),
        }
    }

    /// How long the runtime has to wait for `duration` to pass on this clock.
    #[must_use]
    pub fn real(&self, duration: Duration) -> Duration {
        match self.0 {
            Kind::Machine(_) => duration,
            Kind::Scaled { factor, .. } => duration.div_f64(factor),
        }
    }

    /// How many times as fast as the machine's it runs.
    #[must_use]
    pub fn speed(&self) -> f64 {
        match self.0 {
            Kind::Machine(_) => 1.0,
            Kind::Scaled { factor, .. } => factor,
        }
    }

    /// A timer for waits on this clock; to be called within a runtime.
    pub(crate) fn alarm(&self) -> Alarm {
        match self.0 {
            // The time of a test's runtime may be virtual, whichever the clock.
            Kind::Machine(_) if cfg!(not(test)) => Alarm::of_system(),
            _ => Alarm::of_runtime(),
        }
    }

    /// Ticks every `period` of the runtime's time; to be called within a runtime.
    pub(crate) fn ticker(&self, period: Duration) -> Ticker {
        Ticker::new(self.alarm(), period)
    }

    /// Waits until `duration` has passed on this clock.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(self.real(duration)).await;
    }
}
