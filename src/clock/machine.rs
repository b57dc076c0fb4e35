//! The machine's own clocks behind one steady time that the whole process shares.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use super::steady::{Reading, Steady};
use crate::platform::UPTIME_CLOCK;
#[cfg(test)]
use crate::run::Timestamp;

/// The clocks of the machine that drwatch runs on.
pub(super) static MACHINE: Machine = Machine::new(Source::System);

/// A wall clock that can be set, and the steady time made of it.
#[derive(Debug)]
pub(super) struct Machine {
    source: Source,
    steady: Mutex<Steady>,
}

#[derive(Debug)]
enum Source {
    System,
    /// The runtime's own time, with a wall clock that the test sets: milliseconds ahead of it.
    #[cfg(test)]
    Staged {
        epoch: chrono::DateTime<chrono::Utc>,
        origin: tokio::time::Instant,
        ahead: std::sync::atomic::AtomicI64,
    },
}

impl Machine {
    const fn new(source: Source) -> Self {
        Self { source, steady: Mutex::new(Steady::NEW) }
    }

    /// Uses the steady time together with a fresh reading.
    pub(super) fn with<T>(&self, use_it: impl FnOnce(&mut Steady, Reading) -> T) -> T {
        // What a panic left half done is overwritten by the next reading.
        let mut steady = self.steady.lock().unwrap_or_else(PoisonError::into_inner);
        // Read under the lock, so that readings are taken in their order.
        let reading = self.read();
        use_it(&mut steady, reading)
    }

    pub(super) fn read(&self) -> Reading {
        match &self.source {
            Source::System => Reading { wall: SystemTime::now().into(), uptime: system_uptime() },
            #[cfg(test)]
            Source::Staged { epoch, origin, ahead } => {
                let uptime = origin.elapsed();
                let ahead = chrono::TimeDelta::milliseconds(ahead.load(std::sync::atomic::Ordering::Relaxed));
                Reading { wall: *epoch + chrono::TimeDelta::from_std(uptime).unwrap() + ahead, uptime }
            }
        }
    }
}

/// Since the machine was started, sleep included where the system can count it.
fn system_uptime() -> Duration {
    use nix::time::{ClockId, clock_gettime};
    // The clock is there on every system that is supported.
    clock_gettime(ClockId::from_raw(UPTIME_CLOCK)).map(Duration::from).unwrap_or_default()
}

/// The hand on a staged machine's wall clock.
#[cfg(test)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setter(&'static Machine);

#[cfg(test)]
impl Setter {
    /// Sets the wall clock so far ahead of the truth; negative: behind.
    pub(crate) fn set(self, ahead: chrono::TimeDelta) {
        if let Source::Staged { ahead: slot, .. } = &self.0.source {
            slot.store(ahead.num_milliseconds(), std::sync::atomic::Ordering::Relaxed);
        }
    }
}

/// A machine on the runtime's own time, its wall clock right at first.
#[cfg(test)]
pub(super) fn staged(epoch: Timestamp) -> (&'static Machine, Setter) {
    let (epoch, origin) = (epoch.utc(), tokio::time::Instant::now());
    let machine: &Machine =
        Box::leak(Box::new(Machine::new(Source::Staged { epoch, origin, ahead: 0.into() })));
    (machine, Setter(machine))
}
