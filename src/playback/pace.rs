//! The time of a replay: as fast as wanted, or held.

use crate::{clock::Clock, run::Timestamp};

/// The speeds that the keys step through.
const STEPS: [f64; 19] = [
    0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0,
    20_000.0, 50_000.0, 100_000.0,
];

/// What time it is in a replay.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    speed: f64,
    time: Time,
}

#[derive(Clone, Copy, Debug)]
enum Time {
    Held(Timestamp),
    Playing(Clock),
}

impl Pace {
    /// Plays from `at`.
    pub(super) fn playing(at: Timestamp, speed: f64) -> Self {
        Self { speed, time: Time::Playing(Clock::scaled(at, speed)) }
    }

    pub(super) const fn speed(&self) -> f64 {
        self.speed
    }

    pub(super) const fn is_held(&self) -> bool {
        matches!(self.time, Time::Held(_))
    }

    pub(super) fn now(&self) -> Timestamp {
        match &self.time {
            Time::Held(at) => *at,
            Time::Playing(clock) => clock.now(),
        }
    }

    /// Makes it `at`; what was held stays so.
    pub(super) fn go_to(&mut self, at: Timestamp) {
        self.time = match self.time {
            Time::Held(_) => Time::Held(at),
            Time::Playing(_) => Time::Playing(Clock::scaled(at, self.speed)),
        };
    }

    pub(super) fn hold(&mut self) {
        self.time = Time::Held(self.now());
    }

    pub(super) fn go_on(&mut self) {
        self.time = Time::Playing(Clock::scaled(self.now(), self.speed));
    }

    pub(super) fn faster(&mut self) {
        let faster = STEPS.into_iter().find(|step| *step > self.speed);
        self.change(faster.unwrap_or(self.speed));
    }

    pub(super) fn slower(&mut self) {
        let slower = STEPS.into_iter().rev().find(|step| *step < self.speed);
        self.change(slower.unwrap_or(self.speed));
    }

    fn change(&mut self, speed: f64) {
        let now = self.now();
        self.speed = speed;
        self.go_to(now);
    }
}
