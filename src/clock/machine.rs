//! The machine's own clocks behind one steady time that the whole process shares.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use chrono::TimeDelta;

use super::steady::{Reading, Steady};
use crate::run::Timestamp;

/// The clocks of the machine that drwatch runs on.
pub(super) static MACHINE: Machine = Machine::new(Source::System);

/// A wall clock that can be set, and the steady time made of it.
#[derive(Debug)]
pub(super) struct Machine {
    source: Source,
    steady: Mutex<Steady>,
}

/// Where the readings come from.
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

    /// The present instant, never before one given earlier.
    pub(super) fn now(&self) -> Timestamp {
        self.with(Steady::at)
    }

    /// Gives no instant before `at` from now on.
    pub(super) fn not_before(&self, at: Timestamp) {
        self.with(|steady, reading| steady.not_before(at, reading));
    }

    /// How far the steady time is ahead of the wall clock.
    pub(super) fn lead(&self) -> TimeDelta {
        self.with(|steady, reading| {
            steady.at(reading);
            steady.lead()
        })
    }

    /// Time since some beginning, sleep included where the system counts it.
    pub(super) fn uptime(&self) -> Duration {
        self.read().uptime
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut Steady, Reading) -> T) -> T {
        // What a panic left half done is overwritten by the next reading.
        let mut steady = self.steady.lock().unwrap_or_else(PoisonError::into_inner);
        // Read under the lock, so that readings are taken in their order.
        let reading = self.read();
        use_it(&mut steady, reading)
    }

    fn read(&self) -> Reading {
        match &self.source {
            Source::System => Reading { wall: SystemTime::now().into(), uptime: system_uptime() },
            #[cfg(test)]
            Source::Staged { epoch, origin, ahead } => {
                let uptime = origin.elapsed();
                let ahead = TimeDelta::milliseconds(ahead.load(std::sync::atomic::Ordering::Relaxed));
                Reading { wall: *epoch + TimeDelta::from_std(uptime).unwrap() + ahead, uptime }
            }
        }
    }
}

/// Since the machine was started, sleep included.
#[cfg(target_os = "linux")]
fn system_uptime() -> Duration {
    use nix::time::{ClockId, clock_gettime};
    // The clock exists since Linux 2.6.39.
    clock_gettime(ClockId::CLOCK_BOOTTIME).map(Duration::from).unwrap_or_default()
}

/// Since the first call; sleep may count or not.
#[cfg(not(target_os = "linux"))]
fn system_uptime() -> Duration {
    static ORIGIN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    ORIGIN.get_or_init(std::time::Instant::now).elapsed()
}

/// The hand on a staged machine's wall clock.
#[cfg(test)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setter(&'static Machine);

#[cfg(test)]
impl Setter {
    /// Sets the wall clock so far ahead of the truth; negative: behind.
    pub(crate) fn set(self, ahead: TimeDelta) {
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
