//! Time, injected: the system's, a scaled one for a demo on the screen, or the runtime's virtual
//! one. The only room that may read a clock.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::run::At;

/// A source of time that program and simulated world share. Cheap to copy.
///
/// On a runtime whose own time is paused (`start_paused`) any clock is virtual: it advances only
/// when every task waits, as fast as the machine goes.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Copy, Debug)]
enum Kind {
    System,
    Scaled { epoch: DateTime<Utc>, origin: Instant, factor: f64 },
}

impl Clock {
    /// The machine's wall clock; follows when it is set.
    #[must_use]
    pub const fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that starts at `epoch` and runs `factor` times as fast as the runtime's time.
    ///
    /// With factor 1 on a runtime whose time is paused this is the virtual clock.
    #[must_use]
    pub fn scaled(epoch: At, factor: f64) -> Self {
        Self(Kind::Scaled { epoch: epoch.utc(), origin: Instant::now(), factor })
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> At {
        At::new(match self.0 {
            Kind::System => DateTime::<Utc>::from(SystemTime::now()),
            Kind::Scaled { epoch, origin, factor } => {
                let passed = origin.elapsed().mul_f64(factor);
                TimeDelta::from_std(passed)
                    .ok()
                    .and_then(|passed| epoch.checked_add_signed(passed))
                    .unwrap_or(epoch)
            }
        })
    }

    /// How long the runtime has to wait for `duration` to pass on this clock.
    #[must_use]
    pub fn real(&self, duration: Duration) -> Duration {
        match self.0 {
            Kind::System => duration,
            Kind::Scaled { factor, .. } => duration.div_f64(factor),
        }
    }

    /// Waits until `duration` has passed on this clock.
    pub async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(self.real(duration)).await;
    }
}
