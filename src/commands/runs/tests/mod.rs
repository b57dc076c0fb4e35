//! Reports of whole runs: their series, their schema, and what is left of names in them.

mod redaction;
mod schema;
mod series;
mod story;
mod strings;

use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, Mutex, OnceLock},
};

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

/// A run folder, and the directory that goes with it.
type Recorded = (TempDir, RunFolder);

/// A scenario that was played to the end of its script: it is played once for all tests, and each gets a copy.
fn played(scenario: &str) -> Recorded {
    static PLAYED: Mutex<BTreeMap<String, Arc<OnceLock<Recorded>>>> = Mutex::new(BTreeMap::new());
    // The lock is free again before it is played, so that two scenarios are played side by side.
    let once = Arc::clone(PLAYED.lock().unwrap().entry(scenario.to_owned()).or_default());
    let (_, original) = once.get_or_init(|| play(scenario));
    let home = tempfile::tempdir().unwrap();
    let copy = home.path().join(original.path().file_name().unwrap());
    fs::create_dir(&copy).unwrap();
    for file in fs::read_dir(original.path()).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), copy.join(file.file_name())).unwrap();
    }
    (home, RunFolder::open(&copy).unwrap())
}

fn play(scenario: &str) -> Recorded {
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
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let event_loop = demo_session(&options, clock, clock).unwrap().with_witness(Box::new(|_, _, _| {}));
        Box::pin(event_loop.run_to_end(Signals::listen().unwrap())).await.1.ok();
    });
    let folder = list_runs(home.path()).unwrap().pop().unwrap().unwrap();
    (home, folder)
}
