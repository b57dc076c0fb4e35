//! Reports of whole runs: their series, their schema, and what is left of names in them.

mod redaction;
mod schema;
mod series;
mod story;
mod strings;

use chrono::{TimeZone as _, Utc};
use tempfile::TempDir;

use crate::{
    clock::Clock,
    commands::simulated::demo::{DemoOptions, demo_session},
    journal::{RunFolder, list_runs},
    run::Timestamp,
    session::{setup::Display, signals::Signals, state::StatedTest},
    settings::Settings,
};

/// Plays a scenario to the end of its script; its run folder, and the directory that goes when the test ends.
async fn played(scenario: &str) -> (TempDir, RunFolder) {
    let home = tempfile::tempdir().unwrap();
    let options = DemoOptions {
        scenario: scenario.to_owned(),
        seed: 1,
        display: Display::Lines,
        runs_dir: Some(home.path().to_owned()),
        settings: Settings::default(),
        test: StatedTest::default(),
    };
    let clock = Clock::scaled(Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 16, 0, 0).unwrap()), 1.0);
    let event_loop = demo_session(&options, clock, clock).unwrap().with_witness(Box::new(|_, _, _| {}));
    Box::pin(event_loop.run_to_end(Signals::listen().unwrap())).await.1.ok();
    let folder = list_runs(home.path()).unwrap().pop().unwrap().unwrap();
    (home, folder)
}
