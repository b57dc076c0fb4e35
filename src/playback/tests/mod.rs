//! What was on the screen while a run was recorded is on it again when it is played back.

mod day;
mod log;
mod look_back;
mod replay;
mod view;

use std::{
    cell::RefCell,
    path::Path,
    rc::Rc,
    sync::{Arc, OnceLock},
    thread,
    time::Duration,
};

use chrono::{TimeZone as _, Utc};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};
use tempfile::TempDir;

use super::{
    engine::{Engine, Source},
    follower::Follower,
    index::Index,
    player::Player,
    snapshots::SeekTarget,
};
use crate::{
    clock::Clock,
    commands::simulated::demo::{DemoOptions, demo_session},
    dialect::Dialect,
    ingest::{
        log_panel::SCROLLBACK,
        log_parser::{LogParser, absence_row, gap_row},
    },
    journal::{JournalWriter, RunFolder, RunLock, find_run},
    run::{
        Arrival, Elapsed, Event, Gap, Phase, Record, Role, Run, RunSettings, Sequence, Timestamp,
        dated_events,
    },
    screen::{
        AvailableActions, Facts, Landmark, Mode, Moment, Motion, Play, Playback, Recorder as Recording,
        RecordingState, Scene, Scrollback, Seek, Theme, View, draw_cells,
    },
    session::{
        record::recorder::{Recorder, Syncing},
        setup::{Display, Names, started_event},
        signals::Signals,
    },
};

fn start() -> Timestamp {
    Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 16, 0, 0).unwrap())
}

fn frame(run: &Run, log: &Scrollback, now: Timestamp, mode: Mode, size: (u16, u16)) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let available = AvailableActions::default();
    let scene = Scene {
        facts: Facts { run, log, available: &available, mode, now },
        view: &View::default(),
        theme: &Theme::default(),
        journal: &RecordingState::Recording,
    };
    terminal.draw(|frame| draw_cells(frame.buffer_mut(), &scene)).unwrap();
    terminal.backend().buffer().clone()
}

/// A record of the live run, and the frame that was drawn right after it.
struct LiveFrame {
    record: Sequence,
    at: Timestamp,
    size: (u16, u16),
    frame: Buffer,
}

/// Whether a frame is compared after `record`: after every rare one, and some of the common ones.
fn is_looked_at(record: &Record) -> bool {
    let is_common = matches!(
        record.event,
        Event::LogChunk { .. }
            | Event::CounterRead(_)
            | Event::ReplicationRead { .. }
            | Event::ThreadsRead(_)
    );
    !is_common || record.seq.0.is_multiple_of(23)
}

/// A recorded demo, the frames it showed, and its last state.
struct Recorded {
    _runs: TempDir,
    folder: RunFolder,
    seen: Vec<LiveFrame>,
    run: Run,
}

/// The procedure as it was recorded once, for all tests that only read it.
fn recorded() -> &'static Recorded {
    static RECORDED: OnceLock<Recorded> = OnceLock::new();
    // In a thread of its own: whoever asks first is within its test's runtime.
    RECORDED.get_or_init(|| thread::spawn(record).join().unwrap())
}

fn record() -> Recorded {
    let runs = tempfile::tempdir().unwrap();
    let options = DemoOptions {
        scenario: "procedure".to_owned(),
        seed: 1,
        display: Display::Lines,
        runs_dir: Some(runs.path().to_owned()),
        settings: crate::settings::Settings::default(),
        test: crate::session::state::StatedTest::default(),
    };
    let seen = Rc::new(RefCell::new(Vec::new()));
    let witness = Rc::clone(&seen);
    let clock = Clock::scaled(start(), 1.0);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let run = runtime.block_on(async {
        let event_loop =
            demo_session(&options, clock, clock).unwrap().with_witness(Box::new(move |record, run, log| {
                if is_looked_at(record) {
                    let size = if record.seq.0.is_multiple_of(2) { (120, 40) } else { (80, 24) };
                    let frame = frame(run, log, record.at, Mode::Demo, size);
                    witness.borrow_mut().push(LiveFrame { record: record.seq, at: record.at, size, frame });
                }
            }));
        Box::pin(event_loop.run_to_end(Signals::listen().unwrap())).await.0
    });
    let folder = find_run(runs.path(), "last").unwrap();
    Recorded { _runs: runs, folder, seen: seen.take(), run }
}

fn engine<S: Source>(folder: &RunFolder, source: impl FnOnce(&Index) -> S) -> Engine<S> {
    let index = Index::open(folder).unwrap();
    let source = source(&index);
    Engine::new(index, source, Arc::new(Dialect::built_in()))
}

/// A player whose index has read the whole journal.
fn player(folder: &RunFolder) -> Engine<Player> {
    let mut player = engine(folder, |index| Player::new(index, 1.0).unwrap());
    while !player.index.is_read_to_end {
        player.index.advance();
    }
    player
}

fn follower(folder: &RunFolder) -> Engine<Follower> {
    engine(folder, |_| Follower::new())
}

/// Updates `engine` once the journal is due to be looked at again.
async fn poll<S: Source>(engine: &mut Engine<S>) {
    tokio::time::sleep(Duration::from_millis(300)).await;
    engine.update();
}

impl Engine<Player> {
    fn go_to(&mut self, target: SeekTarget) {
        self.source.cursor.go_to(&self.index, target).unwrap();
        self.show_log();
    }

    fn go_to_record(&mut self, record: Sequence) {
        self.go_to(SeekTarget::Record(record));
    }

    fn play_to(&mut self, now: Timestamp) -> Timestamp {
        let reached = self.source.cursor.play_to(&self.index, now);
        self.show_log();
        reached
    }

    fn is_at_end(&self) -> bool {
        self.source.cursor.is_at_end(&self.index)
    }
}

fn started(folder: &RunFolder) -> Event {
    let names =
        Names { primary: None, dr: Some("ava-dr".to_owned()), simulated: false, ..Names::simulated() };
    started_event(folder.id(), &RunSettings::default(), &Dialect::built_in(), names, false)
}

/// A recording made by hand, and the log panel as it was while it was made.
struct Appended {
    recorder: Recorder,
    parser: LogParser,
    live: Scrollback,
    now: Timestamp,
}

impl Appended {
    fn begin(runs: &Path) -> (Self, RunFolder) {
        let folder = RunFolder::create(runs, start(), 1).unwrap();
        let (recorder, _) =
            Recorder::begin(folder.clone(), start(), &started(&folder), Syncing::OnEdges).unwrap();
        let parser = LogParser::new(Arc::new(Dialect::built_in()));
        (Self { recorder, parser, live: Scrollback::new(SCROLLBACK), now: start() }, folder)
    }

    fn log(&mut self, bytes: &[u8], arrival: Arrival) {
        self.now = self.now + Elapsed::from_secs(1);
        let taken = self.parser.read(bytes, self.recorder.log_end(), arrival, self.now);
        assert!(self.recorder.log(bytes, &taken, self.now).is_none());
        taken.rows.into_iter().for_each(|row| self.live.push(row));
        self.recorder.cut(self.now).unwrap();
    }

    fn gap(&mut self, reason: &str) {
        let (from, to) = (self.now, self.now + Elapsed::from_secs(5));
        let gap = Gap { from, to, offset: self.recorder.log_end(), reason: reason.to_owned(), record: None };
        self.live.push(gap_row(&gap));
        self.recorder.record(self.now, &Event::LogGap(gap));
    }

    fn absence(&mut self) {
        let since = self.now;
        self.now = self.now + Elapsed::from_secs(90);
        let event = Event::RunContinued {
            program: "1".to_owned(),
            recorder: "kim@here".to_owned(),
            held: Some("this machine slept".to_owned()),
            since: Some(since),
            distrusted: None,
        };
        self.recorder.record(self.now, &event);
        self.live.push(absence_row(self.recorder.run().absences.last().unwrap()));
    }

    fn assert_shown_alike(&self, player: &Engine<Player>) {
        for size in [(120, 40), (80, 24)] {
            let run = self.recorder.run();
            let live = frame(run, &self.live, self.now, Mode::Watch, size);
            assert_eq!(frame(player.run(), player.log(), self.now, Mode::Watch, size), live);
        }
    }
}

fn lines(from: u64, count: u64) -> Vec<u8> {
    let line = |number: u64| {
        let level = if number.is_multiple_of(97) { "WARN" } else { "INFO" };
        format!("Sep 13 16:00:00 localhost rfsd[13852]: [replicator.{level}] (1) line {number}\n")
    };
    (from..from + count).map(line).collect::<String>().into_bytes()
}
