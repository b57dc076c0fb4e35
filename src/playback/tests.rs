//! What was on the screen while it was recorded is on it again when it is replayed.

mod day;

use std::{cell::RefCell, path::Path, rc::Rc, sync::Arc};

use chrono::{TimeZone as _, Utc};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use super::{follower::Follower, player::Player, session::Replay, stage::Showing, survey::Survey};
use crate::{
    clock::Clock,
    commands::demo::{DemoOptions, demo_session},
    dialect::Dialect,
    ingest::{
        log_panel::SCROLLBACK,
        log_parser::{LogParser, absence_row, gap_row},
    },
    journal::{JournalWriter, RunFolder, RunLock, find_run},
    run::{Arrival, Elapsed, Event, Gap, Phase, Record, Role, Run, RunSettings, Sequence, Timestamp},
    screen::{
        AvailableActions, Facts, Landmark, Mode, Motion, Play, Playback, Recorder as Recording,
        RecordingState, Scene, Scrollback, Seek, Theme, View, draw,
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
        view: &View::new(),
        theme: &Theme::default(),
        journal: &RecordingState::Recording,
    };
    terminal.draw(|frame| draw(frame, &scene)).unwrap();
    terminal.backend().buffer().clone()
}

/// A record of the live run, and the frame that was drawn right after it.
struct Seen {
    record: Sequence,
    at: Timestamp,
    size: (u16, u16),
    frame: Buffer,
}

/// Whether to look at the screen after `record`: at everything of note, and now and then in between.
fn is_looked_at(record: &Record) -> bool {
    let is_common = matches!(
        record.event,
        Event::LogChunk { .. } | Event::CounterRead(_) | Event::ReplicationRead(_) | Event::ThreadsRead(_)
    );
    !is_common || record.seq.0.is_multiple_of(23)
}

/// A whole demo recorded in `runs`, and what was on its screen meanwhile.
async fn recorded(runs: &Path, scenario: &str) -> (RunFolder, Vec<Seen>, Run) {
    let options = DemoOptions {
        scenario: scenario.to_owned(),
        seed: 1,
        display: Display::Lines,
        runs_dir: Some(runs.to_owned()),
    };
    let seen = Rc::new(RefCell::new(Vec::new()));
    let witness = Rc::clone(&seen);
    let clock = Clock::scaled(start(), 1.0);
    let event_loop =
        demo_session(&options, clock, clock).unwrap().with_witness(Box::new(move |record, run, log| {
            if is_looked_at(record) {
                let size = if record.seq.0.is_multiple_of(2) { (120, 40) } else { (80, 24) };
                let frame = frame(run, log, record.at, Mode::Demo, size);
                witness.borrow_mut().push(Seen { record: record.seq, at: record.at, size, frame });
            }
        }));
    let (run, _) = Box::pin(event_loop.run_to_end(Signals::listen().unwrap())).await;
    let seen = seen.take();
    (find_run(runs, "last").unwrap(), seen, run)
}

fn player(folder: &RunFolder) -> Player {
    let survey = Survey::open(folder).unwrap();
    let mut player = Player::over(survey, Arc::new(Dialect::built_in())).unwrap();
    while player.look_ahead() == super::survey::Reading::More {}
    player
}

fn assert_as_seen(player: &Player, seen: &Seen) {
    assert_eq!(player.run().last, seen.record);
    let replayed = frame(player.run(), player.log(), seen.at, Mode::Demo, seen.size);
    assert_eq!(replayed, seen.frame, "after record {}", seen.record);
}

#[tokio::test(start_paused = true)]
async fn a_replay_shows_the_frames_of_the_live_run_whether_played_or_jumped_to() {
    let runs = tempfile::tempdir().unwrap();
    let (folder, seen, _) = recorded(runs.path(), "procedure").await;
    assert!(seen.len() > 40, "{} frames", seen.len());
    let mut player = player(&folder);
    for seen in &seen {
        player.go_to_record(seen.record).unwrap();
        assert_as_seen(&player, seen);
    }
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..40 {
        let seen = random.choice(&seen).unwrap();
        player.go_to_record(seen.record).unwrap();
        assert_as_seen(&player, seen);
    }
}

#[tokio::test(start_paused = true)]
async fn played_by_time_the_recording_comes_to_its_own_end() {
    let runs = tempfile::tempdir().unwrap();
    let (folder, seen, live) = recorded(runs.path(), "procedure").await;
    let mut player = player(&folder);
    let mut now = start();
    while !player.is_at_the_end() {
        now = player.play_to(now + Elapsed::from_secs(7));
    }
    assert_eq!(player.run(), &live);
    let last = seen.last().unwrap();
    assert_as_seen(&player, last);
    player.go_to_time(start()).unwrap();
    assert_eq!(player.run().phases.current, Phase::Prepare);
}

#[tokio::test(start_paused = true)]
async fn only_the_top_line_and_the_keys_tell_a_replay_from_the_live_run() {
    let runs = tempfile::tempdir().unwrap();
    let (folder, ..) = recorded(runs.path(), "procedure").await;
    let mut player = player(&folder);
    let end = player.survey().run().last;
    player.go_to_record(Sequence(end.0 / 2)).unwrap();
    for (width, height) in [(120, 40), (80, 24)] {
        let now = player.run().last_at;
        let frames = [Mode::Demo, Mode::Replay]
            .map(|mode| frame(player.run(), player.log(), now, mode, (width, height)));
        let rows = |frame: &Buffer| {
            let cells = usize::from(width);
            frame.content().chunks(cells).map(<[_]>::to_vec).collect::<Vec<_>>()
        };
        let [demo, replay] = frames.each_ref().map(rows);
        let last = usize::from(height) - 1;
        assert_eq!(demo[1..last], replay[1..last]);
        assert_ne!(demo[0], replay[0]);
        assert_ne!(demo[last], replay[last]);
    }
}

fn motion(replay: &Replay) -> (Motion, f64, Elapsed) {
    match replay.playback() {
        Playback::Replay(position) => (position.motion, position.speed, position.reached),
        other @ Playback::View(_) => panic!("{other:?}"),
    }
}

async fn pass(replay: &mut Replay, seconds: u64) {
    for _ in 0..seconds * 10 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        replay.turn();
    }
}

#[tokio::test(start_paused = true)]
async fn a_replay_is_held_sped_up_and_steered() {
    let runs = tempfile::tempdir().unwrap();
    let (folder, _, live) = recorded(runs.path(), "procedure").await;
    let survey = Survey::open(&folder).unwrap();
    let player = Player::over(survey, Arc::new(Dialect::built_in())).unwrap();
    let mut replay = Replay::new(player, 10.0);
    pass(&mut replay, 3).await;
    let (playing, speed, reached) = motion(&replay);
    assert_eq!((playing, speed), (Motion::Playing, 10.0));
    assert!((28..=31).contains(&reached.secs()), "{reached}");

    assert_eq!(replay.steer(Play::Hold), None);
    let held = replay.run().last;
    pass(&mut replay, 60).await;
    assert_eq!((motion(&replay).0, replay.run().last), (Motion::Held, held));

    replay.steer(Play::Next(Landmark::Phase));
    assert_eq!(replay.run().phases.current, Phase::Stage1);
    let stage_1 = replay.run().last;
    replay.steer(Play::Next(Landmark::Phase));
    assert_eq!(replay.run().phases.current, Phase::Stage2);
    replay.steer(Play::Previous(Landmark::Phase));
    assert_eq!(replay.run().last, stage_1);
    replay.steer(Play::Next(Landmark::Action));
    assert!(replay.run().last > stage_1);
    replay.steer(Play::Beginning);
    replay.steer(Play::Next(Landmark::Finding));
    assert_eq!(replay.run().findings.last().map(|finding| finding.record), Some(replay.run().last));
    replay.steer(Play::Seek(Seek::parse("16:02:00").unwrap()));
    assert_eq!(replay.now(), start() + Elapsed::from_secs(120));
    replay.steer(Play::Seek(Seek::parse("-30s").unwrap()));
    assert_eq!(replay.now(), start() + Elapsed::from_secs(90));

    replay.steer(Play::Faster);
    replay.steer(Play::Hold);
    assert_eq!((motion(&replay).0, motion(&replay).1), (Motion::Playing, 20.0));
    replay.steer(Play::End);
    pass(&mut replay, 1).await;
    assert_eq!(motion(&replay).0, Motion::AtTheEnd);
    assert_eq!(replay.run(), &live);
    assert!(
        replay
            .steer(Play::Next(Landmark::Any))
            .is_some_and(|text| text == "no later phase, action or finding")
    );
}

fn started(folder: &RunFolder) -> Event {
    let names =
        Names { primary: None, dr: Some("ava-dr".to_owned()), simulated: false, ..Names::simulated() };
    started_event(folder, &RunSettings::default(), &Dialect::built_in(), names, false)
}

/// A recording made by hand, with the log panel that goes with it.
struct Appended {
    recorder: Recorder,
    book: LogParser,
    live: Scrollback,
    now: Timestamp,
}

impl Appended {
    fn begin(runs: &Path) -> (Self, RunFolder) {
        let folder = RunFolder::create(runs, start(), 1).unwrap();
        let (recorder, _) =
            Recorder::begin(folder.clone(), start(), &started(&folder), Syncing::OnEdges).unwrap();
        let book = LogParser::new(Arc::new(Dialect::built_in()));
        (Self { recorder, book, live: Scrollback::new(SCROLLBACK), now: start() }, folder)
    }

    fn log(&mut self, bytes: &[u8], arrival: Arrival) {
        self.now = self.now + Elapsed::from_secs(1);
        let taken = self.book.read(bytes, self.recorder.log_end(), arrival, self.now);
        assert!(self.recorder.log(bytes, &taken, self.now).is_none());
        taken.rows.into_iter().for_each(|row| self.live.push(row));
        self.recorder.cut(self.now).unwrap();
    }

    fn gap(&mut self, reason: &str) {
        let (from, to) = (self.now, self.now + Elapsed::from_secs(5));
        let gap = Gap { from, to, offset: self.recorder.log_end(), reason: reason.to_owned() };
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

    fn assert_shown_alike(&self, player: &Player) {
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

#[test]
fn a_log_longer_than_the_panel_is_the_same_with_its_gaps_and_counts() {
    let runs = tempfile::tempdir().unwrap();
    let (mut made, folder) = Appended::begin(runs.path());
    made.log(&lines(0, 30), Arrival::Earlier);
    let mut shown_live = player(&folder);
    made.assert_shown_alike(&{
        shown_live.go_to_record(Sequence(u64::MAX)).unwrap();
        shown_live
    });
    for batch in 0..30 {
        let bytes = lines(30 + batch * 1000, 1000);
        // A writer that buffers leaves its last line without an end for a while.
        let (first, rest) = bytes.split_at(bytes.len() - usize::try_from(batch).unwrap() - 1);
        made.log(first, Arrival::Live);
        if batch == 20 {
            made.absence();
        }
        made.log(rest, Arrival::Live);
        if batch % 9 == 4 {
            made.gap("the connection was lost");
            made.absence();
        }
    }
    made.log(b"the last line, which has no end", Arrival::Live);
    let taken = made.book.end(made.now);
    assert!(made.recorder.log(&[], &taken, made.now).is_none());
    taken.rows.into_iter().for_each(|row| made.live.push(row));
    made.recorder.cut(made.now).unwrap();
    let mut player = player(&folder);
    player.go_to_record(Sequence(u64::MAX)).unwrap();
    assert_eq!(player.log().len(), SCROLLBACK);
    made.assert_shown_alike(&player);
    // From another place, and line by line.
    let end = player.run().last;
    player.go_to_record(Sequence(2)).unwrap();
    for record in 3..=end.0 {
        player.go_to_record(Sequence(record)).unwrap();
        let lines = player.log().tally().lines;
        assert_eq!(lines, player.run().log.tally.lines, "a line is shown when it counts");
    }
    made.assert_shown_alike(&player);
}

#[test]
fn hostile_bytes_of_the_log_never_reach_a_cell() {
    let runs = tempfile::tempdir().unwrap();
    let (mut made, folder) = Appended::begin(runs.path());
    made.log(b"\x1b]0;owned\x07\x1b[2J\x00\xff\xfe \xe2\x80\xae turned\r\nplain\x9b31m\n", Arrival::Live);
    let mut player = player(&folder);
    player.go_to_record(Sequence(u64::MAX)).unwrap();
    made.assert_shown_alike(&player);
    let frame = frame(player.run(), player.log(), made.now, Mode::Replay, (120, 40));
    let text: String = frame.content().iter().map(ratatui::buffer::Cell::symbol).collect();
    assert!(text.contains("owned") && !text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text}");
}

#[test]
fn a_long_recording_keeps_few_snapshots_and_any_place_is_few_records_from_one() {
    let runs = tempfile::tempdir().unwrap();
    let folder = RunFolder::create(runs.path(), start(), 1).unwrap();
    let mut writer = JournalWriter::create(&folder).unwrap();
    writer.append(start(), &started(&folder)).unwrap();
    let last = 40_000;
    for second in 1..=last {
        let event = Event::ClockOffset { role: Role::Dr, seconds: 0 };
        writer.append(start() + Elapsed::from_secs(second), &event).unwrap();
    }
    let mut player = player(&folder);
    assert!(player.survey().snapshots().count() <= 65);
    for record in [39_999, 17, 20_000, 255, 0, last] {
        let from = player.survey().snapshots().before_record(Sequence(record)).run.last.0;
        assert!(record - from <= 1024, "{record} is reached from {from}");
        player.go_to_record(Sequence(record)).unwrap();
        assert_eq!(player.run().last, Sequence(record));
        player.go_to_time(start() + Elapsed::from_secs(record)).unwrap();
        assert_eq!(player.run().last, Sequence(record));
    }
}

#[test]
fn a_clock_set_back_while_recording_stops_no_replay() {
    let runs = tempfile::tempdir().unwrap();
    let (made, folder) = Appended::begin(runs.path());
    drop(made);
    let (mut writer, _) = JournalWriter::reopen(&folder).unwrap();
    let mut note = |seconds, text: &str| {
        let event = Event::Noted { text: text.to_owned(), user: "kim".to_owned() };
        writer.append(start() + Elapsed::from_secs(seconds), &event).unwrap();
    };
    note(7200, "before");
    note(3600, "after");
    note(3660, "later");
    let mut player = player(&folder);
    let now = player.play_to(start() + Elapsed::from_secs(7200));
    assert_eq!(now, start() + Elapsed::from_secs(3600));
    assert_eq!(player.run().notes.len(), 2);
    player.play_to(now + Elapsed::from_secs(60));
    assert_eq!(player.run().notes.len(), 3);
}

fn follower(folder: &RunFolder) -> Follower {
    let survey = Survey::open(folder).unwrap();
    Follower::over(survey, Arc::new(Dialect::built_in()), Clock::system())
}

#[tokio::test(start_paused = true)]
async fn a_view_follows_through_a_torn_line_and_tells_how_the_recording_ends() {
    let runs = tempfile::tempdir().unwrap();
    let (mut made, folder) = Appended::begin(runs.path());
    let mut view = follower(&folder);
    view.turn();
    assert_eq!(view.playback(), Playback::View(Recording::Recording));
    made.log(&lines(0, 5), Arrival::Live);
    let journal = folder.journal_path();
    let whole = std::fs::read(&journal).unwrap();
    std::fs::write(&journal, &whole[..whole.len() - 20]).unwrap();
    view.turn();
    assert_eq!((view.run().last, view.log().len()), (Sequence(0), 0));
    std::fs::write(&journal, &whole).unwrap();
    view.turn();
    assert_eq!((view.run().last, view.log().len()), (Sequence(1), 5));

    drop(made);
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    view.turn();
    assert_eq!(view.playback(), Playback::View(Recording::Gone));
    let (mut writer, _) = JournalWriter::reopen(&folder).unwrap();
    writer.append(start() + Elapsed::from_secs(9), &Event::RunEnded(crate::run::Ending::Quit)).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    view.turn();
    assert_eq!(view.playback(), Playback::View(Recording::Ended));
    assert_eq!(view.now(), view.run().last_at);
}

#[test]
fn a_journal_that_was_cut_behind_our_back_is_read_anew() {
    let runs = tempfile::tempdir().unwrap();
    let (mut made, folder) = Appended::begin(runs.path());
    made.log(&lines(0, 5), Arrival::Live);
    let one = std::fs::read(folder.journal_path()).unwrap();
    made.log(&lines(5, 5), Arrival::Live);
    let mut view = follower(&folder);
    let mut player = player(&folder);
    player.go_to_record(Sequence(2)).unwrap();
    view.turn();
    assert_eq!(view.run().last, Sequence(2));
    std::fs::write(folder.journal_path(), one).unwrap();
    view.turn();
    assert_eq!((view.run().last, view.log().len()), (Sequence(1), 5));
    player.refresh().unwrap();
    assert_eq!((player.run().last, player.log().len()), (Sequence(1), 5));
}

#[test]
fn a_changed_record_is_told_of_for_good_and_what_stands_before_it_stays() {
    let runs = tempfile::tempdir().unwrap();
    let (mut made, folder) = Appended::begin(runs.path());
    (0..4).for_each(|batch| made.log(&lines(batch, 1), Arrival::Live));
    let text = std::fs::read_to_string(folder.journal_path()).unwrap();
    let (before, after) = text.split_at(text.rfind("log_chunk").unwrap());
    std::fs::write(folder.journal_path(), format!("{before}log_chink{}", &after[9..])).unwrap();
    let mut view = follower(&folder);
    assert_eq!(view.trouble(), None);
    for _ in 0..2 {
        view.turn();
        let trouble = view.trouble().unwrap();
        assert!(trouble.contains("record 4"), "{trouble}");
        assert_eq!(view.run().last, Sequence(3));
    }
}

#[test]
fn a_log_that_is_shorter_than_its_record_is_told_of_and_the_rest_of_it_shown() {
    let runs = tempfile::tempdir().unwrap();
    let (mut made, folder) = Appended::begin(runs.path());
    (0..4).for_each(|batch| made.log(&lines(batch * 10, 10), Arrival::Live));
    let whole = std::fs::read(folder.log_path()).unwrap();
    for (kept, rows) in [(0, 0), (lines(0, 20).len(), 20)] {
        std::fs::write(folder.log_path(), &whole[..kept]).unwrap();
        let (mut view, mut player) = (follower(&folder), player(&folder));
        view.turn();
        player.go_to_record(Sequence(4)).unwrap();
        let told = view.trouble().unwrap();
        assert!(told.contains(&format!("has {kept} of the {} bytes on record", whole.len())), "{told}");
        assert_eq!(player.trouble(), Some(told));
        assert_eq!((view.log().len(), player.log().len()), (rows, rows));
    }
    std::fs::write(folder.log_path(), whole).unwrap();
    let mut view = follower(&folder);
    view.turn();
    assert_eq!((view.trouble(), view.log().len()), (None, 40));
}

#[test]
fn neither_replay_nor_view_takes_the_lock() {
    let runs = tempfile::tempdir().unwrap();
    let (made, folder) = Appended::begin(runs.path());
    drop(made);
    let mut view = follower(&folder);
    view.turn();
    let player = player(&folder);
    let held = RunLock::take(&folder);
    assert!(held.is_ok(), "{held:?}");
    drop(player);
}
