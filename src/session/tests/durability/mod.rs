//! The guide's table "What is on disk when", cell by cell: what outlives drwatch, and what outlives a power failure.

mod whole_watch;

use std::{
    cell::RefCell,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    rc::Rc,
    sync::{Arc, Mutex},
};

use tempfile::TempDir;

use super::{event_loop, start};
use crate::{
    appliance::gate::Access,
    clock::Clock,
    commands::simulated::demo::{Simulation, simulated_session},
    console::{
        front::Front,
        headless::{Headless, Style},
        lines::LineSink,
    },
    dialect::Dialect,
    durability::power::{self, Supply, nothing_else},
    ingest::log_parser::ParsedLog,
    journal::{RunFolder, RunLock, list_runs, read_run, verify},
    run::{
        ActionId, ActionKind, ActionPlan, Certainty, Elapsed, Ending, Event, LineCount, LogTally, Phase,
        Record, ReplicationState, Run, RunSettings, Statement,
    },
    session::{
        event_loop::EventLoop,
        record::recorder::{Recorder, Syncing},
        setup::{Names, started_event},
        signals::Signals,
        state::Until,
    },
    simulator::{KeyPresser, Scenario, Script, SharedWorld, Speed},
};

/// The rows of the table; who changes one finds here what has to hold.
const ROWS: [[&str; 3]; 3] = [
    [
        "a record",
        "before it is applied, shown or printed",
        "within a second; at once where a phase changes or the recording begins, goes on or ends, and before an action is sent",
    ],
    [
        "a line of the log",
        "as soon as it comes, in `dr.log`; a record cites it within two seconds",
        "within a second",
    ],
    ["a summary", "whole, or the former one is left", "the same"],
];

#[test]
fn these_tests_hold_the_table_as_it_stands_in_the_guide() {
    let guide = include_str!("../../../../assets/guide/recording.md");
    let rows: Vec<_> =
        ROWS.iter().map(|[what, drwatch, power]| format!("| {what} | {drwatch} | {power} |")).collect();
    let table = guide.split("## What is on disk when\n\n").nth(1).unwrap().split("\n\n").next().unwrap();
    assert_eq!(table.lines().skip(2).collect::<Vec<_>>(), rows);
}

/// A record on a disk whose power may fail.
struct OnDisk {
    home: TempDir,
    recorder: Recorder,
    supply: Supply,
}

fn note(text: &str) -> Event {
    Event::Noted { text: text.to_owned(), user: "kim".to_owned(), line: None }
}

impl OnDisk {
    /// A run that has begun, in folders that were not there.
    fn begun() -> Self {
        let home = tempfile::tempdir().unwrap();
        let supply = power::on(home.path());
        let folder = RunFolder::create(&runs(home.path()), start(), 1).unwrap();
        let names = Names { simulated: false, ..Names::simulated() };
        let started = started_event(folder.id(), &RunSettings::default(), &Dialect::built_in(), names, false);
        let (recorder, _) = Recorder::begin(folder, start(), &started, Syncing::EverySecond).unwrap();
        Self { home, recorder, supply }
    }

    fn note(&mut self, text: &str) {
        self.recorder.record(start(), &note(text));
    }

    fn log(&mut self, line: &str, after: Elapsed) {
        let tally = LogTally { lines: LineCount(1), ..LogTally::default() };
        self.recorder.log(line.as_bytes(), &ParsedLog { tally, ..ParsedLog::default() }, start() + after);
    }

    fn beat(&mut self, after: Elapsed) {
        drop(self.recorder.beat(start() + after));
    }

    /// The recording ends, and another begins to go on with it.
    fn go_on(self) -> Self {
        let Self { home, mut recorder, supply } = self;
        recorder.release();
        let folder = recorder.folder().clone();
        let (mut recorder, _) = Recorder::reopen(folder, Syncing::EverySecond).unwrap();
        let (program, by) = ("0.1.0".to_owned(), "kim@console".to_owned());
        let event = Event::RunContinued { program, recorder: by, held: None, since: None, distrusted: None };
        recorder.append_durably(start(), &event).unwrap();
        Self { home, recorder, supply }
    }

    fn dr_log(&self) -> PathBuf {
        self.recorder.folder().log_path()
    }
}

fn runs(home: &Path) -> PathBuf {
    home.join("state/drwatch/runs")
}

/// What a power failure leaves of the one run at this moment: a sound record, and its folder.
fn left_by_power_failure() -> (Run, RunFolder, TempDir) {
    let home = tempfile::tempdir().unwrap();
    power::fail(home.path(), nothing_else);
    let folder = list_runs(&runs(home.path())).unwrap().into_iter().next().expect("a run is left").unwrap();
    verify(&folder).unwrap_or_else(|error| panic!("{error}"));
    (read_run(&folder).unwrap().0, folder, home)
}

fn notes_left() -> Vec<String> {
    left_by_power_failure().0.notes.into_iter().map(|note| note.text).collect()
}

#[test]
fn a_run_that_has_begun_survives_a_power_failure_with_the_folders_made_for_it() {
    let on_disk = OnDisk::begun();
    assert_eq!(left_by_power_failure().0, *on_disk.recorder.run());
}

#[test]
fn a_record_survives_a_power_failure_once_the_next_beat_has_come() {
    let mut on_disk = OnDisk::begun();
    on_disk.note("one");
    let journal = fs::read_to_string(on_disk.recorder.folder().journal_path()).unwrap();
    assert!(
        journal.ends_with("\"text\":\"one\",\"user\":\"kim\"}\n"),
        "the end of drwatch it outlives at once"
    );
    assert_eq!(notes_left(), [""; 0]);
    on_disk.beat(Elapsed::from_secs(1));
    assert_eq!(notes_left(), ["one"]);
}

#[test]
fn a_line_of_the_log_is_on_disk_as_it_comes_and_survives_a_power_failure_once_the_next_beat_has_come() {
    let mut on_disk = OnDisk::begun();
    on_disk.log("first\n", Elapsed::from_millis(1));
    assert_eq!(fs::read_to_string(on_disk.dr_log()).unwrap(), "first\n");
    let left = || {
        let (_, folder, _home) = left_by_power_failure();
        fs::read_to_string(folder.log_path()).unwrap()
    };
    // Written and not forced yet: a power failure may take it.
    assert_eq!(left(), "");
    on_disk.beat(Elapsed::from_secs(1));
    assert_eq!(left(), "first\n");
    assert_eq!(on_disk.recorder.run().log.tally.lines.0, 0);
    on_disk.beat(Elapsed::from_secs(2));
    assert_eq!(left_by_power_failure().0.log.tally.lines.0, 1, "a record cites it within two seconds");
}

#[test]
fn a_change_of_phase_survives_a_power_failure_at_once_with_the_log_before_it() {
    let mut on_disk = OnDisk::begun();
    on_disk.log("first\n", Elapsed::ZERO);
    on_disk.recorder.cut(start()).unwrap();
    let (since, reason, user) = (start(), "seen".to_owned(), "kim".to_owned());
    let begun = Event::Attested { statement: Statement::DownloadBegun, since, reason, user, consent: None };
    on_disk.recorder.record(start(), &begun);
    let (run, ..) = left_by_power_failure();
    assert_eq!((run.phase(), run.log.tally.lines.0), (Phase::Stage1, 1));
}

#[test]
fn what_is_recorded_durably_survives_a_power_failure_at_once_with_the_log_before_it() {
    let mut on_disk = OnDisk::begun();
    on_disk.log("first\n", Elapsed::ZERO);
    on_disk.recorder.cut(start()).unwrap();
    let lines = vec!["no replication enable".to_owned()];
    let plan = ActionPlan { action: ActionKind::Pause, lines, certainty: Certainty::Documented };
    let user = "kim".to_owned();
    let requested = Event::ActionRequested {
        id: ActionId(1),
        plan,
        user,
        r#override: None,
        typed: None,
        consent: None,
        agreed: None,
    };
    on_disk.recorder.record_durably(start(), &requested).unwrap();
    let (run, ..) = left_by_power_failure();
    assert_eq!((run.actions.len(), run.log.tally.lines.0), (1, 1));
}

#[test]
fn a_continued_run_survives_a_power_failure_at_once_with_what_was_left() {
    let mut on_disk = OnDisk::begun();
    on_disk.note("before");
    on_disk.log("first\n", Elapsed::ZERO);
    on_disk.recorder.cut(start()).unwrap();
    let on_disk = on_disk.go_on();
    let (run, ..) = left_by_power_failure();
    assert_eq!((run.notes.len(), run.log.tally.lines.0), (1, 1));
    assert_eq!(run.last, on_disk.recorder.run().last);
}

#[test]
fn a_log_that_had_to_be_made_anew_survives_a_power_failure() {
    let on_disk = OnDisk::begun();
    fs::remove_file(on_disk.dr_log()).unwrap();
    let mut on_disk = on_disk.go_on();
    on_disk.log("first\n", Elapsed::ZERO);
    on_disk.beat(Elapsed::from_secs(1));
    assert_eq!(left_by_power_failure().0.log.tally.lines.0, 1);
}

#[test]
fn a_folder_made_again_survives_a_power_failure_with_what_was_in_it() {
    let mut on_disk = OnDisk::begun();
    on_disk.note("before");
    on_disk.log("first\n", Elapsed::ZERO);
    on_disk.beat(Elapsed::from_secs(1));
    fs::remove_dir_all(on_disk.home.path().join("state/drwatch")).unwrap();
    for second in 2..5 {
        on_disk.beat(Elapsed::from_secs(second));
    }
    let (run, ..) = left_by_power_failure();
    assert_eq!((run.notes.len(), run.log.tally.lines.0), (1, 1));
    assert_eq!(run, *on_disk.recorder.run());
}
