//! The whole loop in one process, on injected time: what happens to the watch itself.

mod clock_steps;
mod durability;
pub(crate) mod hostile;
mod swarm;

use std::path::Path;

use chrono::{TimeZone as _, Utc};

use super::{setup::Display, state::Session};
use crate::{
    clock::Clock,
    commands::demo::{DemoOptions, demo_session},
    run::Timestamp,
};

/// 2026-09-13 16:00:00 UTC.
fn start() -> Timestamp {
    Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 16, 0, 0).unwrap())
}

/// The loop over a scenario recorded in `runs`; our clock, and that of the appliances.
fn session(runs: &Path, scenario: &str, clock: Clock, appliances: Clock) -> Session {
    let options = DemoOptions {
        scenario: scenario.to_owned(),
        seed: 1,
        display: Display::Lines,
        runs_dir: Some(runs.to_owned()),
    };
    demo_session(&options, clock, appliances).unwrap()
}
