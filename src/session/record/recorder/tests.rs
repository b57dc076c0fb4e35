//! What the recorder takes, and what it finds when a run is taken up.

use super::*;
use crate::{
    dialect::Dialect,
    durability::power,
    run::{Elapsed, LogTally, RunSettings},
    session::setup::{Names, started_event},
};

mod refused;

fn at(seconds: u64) -> Timestamp {
    Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap()) + Elapsed::from_secs(seconds)
}

fn note(text: &str) -> Event {
    Event::Noted { text: text.to_owned(), user: "kim".to_owned(), line: None }
}

/// The record of a run that has begun, and the directory that goes when the test ends.
fn begun() -> (tempfile::TempDir, Recorder) {
    let home = tempfile::tempdir().unwrap();
    let folder = RunFolder::create(home.path(), at(0), 1).unwrap();
    let names = Names { simulated: false, ..Names::simulated() };
    let started = started_event(folder.id(), &RunSettings::default(), &Dialect::built_in(), names, false);
    let (recorder, _) = Recorder::begin(folder, at(0), &started, Syncing::EverySecond).unwrap();
    (home, recorder)
}

/// Takes whole lines of log to disk.
fn log(recorder: &mut Recorder, text: &str, now: Timestamp) -> Option<Gap> {
    let lines = LineCount(text.matches('\n').count() as u64);
    let tally = LogTally { lines, ..LogTally::default() };
    recorder.log(text.as_bytes(), &ParsedLog { tally, ..ParsedLog::default() }, now)
}

/// The holes among records, by when they begin and how many records are lost.
fn holes(made: impl IntoIterator<Item = Appended>) -> Vec<(Timestamp, u64)> {
    let hole = |made: Appended| match made.record.event {
        Event::RecordHole { from, records, .. } => Some((from, records)),
        _ => None,
    };
    made.into_iter().filter_map(hole).collect()
}

#[test]
fn what_was_recorded_before_a_panic_is_on_disk_and_can_be_continued() {
    let home = tempfile::tempdir().unwrap();
    let at = Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let folder = RunFolder::create(home.path(), at, 1).unwrap();
    let copy = folder.clone();
    let panicked = std::thread::spawn(move || {
        let settings = RunSettings::default();
        let names = Names { simulated: false, ..Names::simulated() };
        let started = started_event(folder.id(), &settings, &Dialect::built_in(), names, false);
        let (mut recorder, _) = Recorder::begin(folder, at, &started, Syncing::EverySecond).unwrap();
        for n in 0..100 {
            recorder.record(at, &Event::Noted { text: n.to_string(), user: "kim".to_owned(), line: None });
        }
        panic!("as a bug would");
    });
    assert!(panicked.join().is_err());
    let (recorder, missing) = Recorder::reopen(copy, Syncing::EverySecond).unwrap();
    assert_eq!((recorder.run().notes.len(), missing), (100, ByteCount(0)));
}

#[test]
fn times_never_run_back_however_the_events_come() {
    let home = tempfile::tempdir().unwrap();
    let at = Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let later = at + Elapsed::from_secs(5);
    let folder = RunFolder::create(home.path(), at, 1).unwrap();
    let names = Names { simulated: false, ..Names::simulated() };
    let started = started_event(folder.id(), &RunSettings::default(), &Dialect::built_in(), names, false);
    let (mut recorder, _) = Recorder::begin(folder, at, &started, Syncing::EverySecond).unwrap();
    let note = Event::Noted { text: "x".to_owned(), user: "kim".to_owned(), line: None };
    assert_eq!(recorder.record(later, &note).record.at, later);
    assert_eq!(recorder.record(at, &note).record.at, later);
    assert_eq!(recorder.record_durably(at, &note).unwrap().record.at, later);
    assert_eq!(recorder.append_durably(at, &note).unwrap().record.at, later);
    assert!(recorder.replays_equal());
}

#[test]
fn a_record_that_replays_as_another_run_is_detected() {
    let home = tempfile::tempdir().unwrap();
    let at = Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let folder = RunFolder::create(home.path(), at, 1).unwrap();
    let names = Names { simulated: false, ..Names::simulated() };
    let started = started_event(folder.id(), &RunSettings::default(), &Dialect::built_in(), names, false);
    let (mut recorder, _) = Recorder::begin(folder, at, &started, Syncing::EverySecond).unwrap();
    recorder.record(at, &Event::Noted { text: "as it was".to_owned(), user: "kim".to_owned(), line: None });
    assert!(recorder.replays_equal());
    recorder.run.notes[0].text = "as it never was".to_owned();
    assert!(!recorder.replays_equal());
    // What somebody did to the record proves nothing of the program.
    let journal = recorder.folder().journal_path();
    let text = fs::read_to_string(&journal).unwrap();
    for left in [text.split_inclusive('\n').next().unwrap(), "", "no journal"] {
        fs::write(&journal, left).unwrap();
        assert!(recorder.replays_equal(), "{left}");
    }
    fs::write(&journal, "?".repeat(text.len())).unwrap();
    assert!(!recorder.replays_equal(), "as long as it was written, and not to be read");
    fs::rename(recorder.folder().path(), home.path().join("elsewhere")).unwrap();
    assert!(recorder.replays_equal());
}

#[test]
fn a_sound_disk_gives_no_warning_and_one_that_is_gone_does() {
    let (_home, recorder) = begun();
    assert_eq!(recorder.disk_warnings(), [""; 0]);
    fs::remove_dir_all(recorder.folder().path()).unwrap();
    let doubts = recorder.disk_warnings();
    assert!(matches!(doubts.as_slice(), [doubt] if doubt.contains("does not force the names")), "{doubts:?}");
}

#[test]
fn a_run_with_records_of_a_newer_drwatch_is_not_reopened() {
    use sha2::{Digest as _, Sha256};
    let digest = |line: &str| -> String {
        let digest = Sha256::digest(line.as_bytes());
        let halves = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        halves.map(|half| char::from_digit(half.into(), 16).unwrap()).collect()
    };
    let home = tempfile::tempdir().unwrap();
    let folder = RunFolder::create(home.path(), at(0), 1).unwrap();
    let names = Names { simulated: false, ..Names::simulated() };
    let mut started = started_event(folder.id(), &RunSettings::default(), &Dialect::built_in(), names, false);
    let Event::RunStarted(first) = &mut started else { panic!("{started:?}") };
    first.format.minor += 1;
    let newer = first.format;
    let (mut recorder, _) = Recorder::begin(folder.clone(), at(0), &started, Syncing::EverySecond).unwrap();
    recorder.record(at(1), &note("a"));
    recorder.record(at(2), &note("b"));
    drop(recorder);
    assert!(Recorder::reopen(folder.clone(), Syncing::EverySecond).is_ok(), "it is all understood");
    let text = fs::read_to_string(folder.journal_path()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let strange = lines[1].replace("\"noted\"", "\"hummed\"");
    let after = lines[2].replace(&digest(lines[1]), &digest(&strange));
    fs::write(folder.journal_path(), format!("{}\n{strange}\n{after}\n", lines[0])).unwrap();
    let Err(error) = Recorder::reopen(folder, Syncing::EverySecond) else { panic!("taken up") };
    assert!(matches!(&error, JournalError::TooNew { found, .. } if *found == newer), "{error}");
}

#[test]
fn log_that_a_crash_left_uncited_is_read_once_and_a_partial_line_is_cut_off() {
    let (_home, mut recorder) = begun();
    log(&mut recorder, "whole\nhal", at(1));
    recorder.release();
    let folder = recorder.folder().clone();
    let (mut next, missing) = Recorder::reopen(folder, Syncing::EverySecond).unwrap();
    assert_eq!((next.read_uncited().unwrap(), missing), (Some(b"whole\nhal".to_vec()), ByteCount(0)));
    log(&mut next, "whole\n", at(2));
    next.cut_partial_line();
    assert_eq!(next.read_uncited().unwrap(), None);
    assert_eq!(fs::read_to_string(next.folder().log_path()).unwrap(), "whole\n");
}

#[test]
fn log_of_an_earlier_life_is_dated_by_that_life() {
    let (_home, mut recorder) = begun();
    recorder.date_uncited(Some(at(1)));
    log(&mut recorder, "one\n", at(500));
    recorder.cut(at(500)).unwrap();
    assert_eq!(recorder.run().log.sure_at, Some(at(1)));
    recorder.date_uncited(None);
    log(&mut recorder, "two\n", at(501));
    recorder.cut(at(501)).unwrap();
    assert_eq!(recorder.run().log.sure_at, Some(at(501)));
}

#[test]
fn a_chunk_of_log_has_room_up_to_its_limit() {
    let (_home, mut recorder) = begun();
    let full = vec![b'x'; usize::try_from(journal::CHUNK_BYTES).unwrap()];
    assert!(recorder.has_room_for(&full));
    log(&mut recorder, "\n", at(1));
    assert!(!recorder.has_room_for(&full));
}

#[test]
fn what_is_left_of_the_log_is_cited_at_the_end_however_young_it_is() {
    let (_home, mut recorder) = begun();
    assert!(recorder.cut(at(1)).is_none());
    log(&mut recorder, "one\ntwo\n", at(1));
    let made = recorder.cut(at(1)).unwrap();
    assert!(matches!(made.record.event, Event::LogChunk { lines: LineCount(2), .. }));
    assert_eq!((recorder.run().log.tally.lines, recorder.log_end()), (LineCount(2), LogOffset(8)));
}

/// Counts how often something is forced to disk from now on.
fn count_forced() -> std::rc::Rc<std::cell::Cell<usize>> {
    let forced = std::rc::Rc::default();
    let counter: std::rc::Rc<std::cell::Cell<usize>> = std::rc::Rc::clone(&forced);
    power::before_each_force(move || counter.set(counter.get() + 1));
    forced
}

#[test]
fn a_change_of_phase_is_forced_to_disk_at_once_and_a_note_is_not() {
    let (home, mut recorder) = begun();
    let _supply = power::on(home.path());
    let forced = count_forced();
    recorder.record(at(1), &note("x"));
    assert_eq!(forced.get(), 0);
    let (since, reason, user) = (at(1), "seen".to_owned(), "kim".to_owned());
    let statement = run::Statement::DownloadBegun;
    recorder.record(at(1), &Event::Attested { statement, since, reason, user, consent: None });
    assert_eq!(forced.get(), 2, "the log and the journal");
}

#[test]
fn an_import_is_forced_to_disk_when_its_record_is_complete() {
    let (home, mut recorder) = begun();
    recorder.syncing = Syncing::AtEnd;
    let _supply = power::on(home.path());
    let forced = count_forced();
    recorder.saved_log(at(1), b"one\n").unwrap();
    recorder.saved_lines(at(1), ByteCount(4), LogTally::default(), String::new());
    let (since, reason, user) = (at(1), "seen".to_owned(), "kim".to_owned());
    recorder.record(
        at(1),
        &Event::Attested { statement: run::Statement::DownloadBegun, since, reason, user, consent: None },
    );
    assert_eq!(forced.get(), 0);
    recorder.sync();
    assert_eq!(forced.get(), 2, "the log and the journal");
}

#[test]
fn a_beat_forces_to_disk_what_waits_but_not_in_a_simulated_day() {
    for (syncing, times) in [(Syncing::EverySecond, 2), (Syncing::OnEdges, 0)] {
        let (home, mut recorder) = begun();
        recorder.syncing = syncing;
        let _supply = power::on(home.path());
        let forced = count_forced();
        log(&mut recorder, "one\n", at(1));
        recorder.record(at(1), &note("x"));
        recorder.beat(at(1));
        recorder.beat(at(1));
        assert_eq!(forced.get(), times, "{syncing:?}");
    }
}

#[test]
fn a_fast_log_is_forced_to_disk_in_portions_that_hold_up_no_key() {
    for (syncing, times) in [(Syncing::EverySecond, 3), (Syncing::OnEdges, 0)] {
        let (home, mut recorder) = begun();
        recorder.syncing = syncing;
        let _supply = power::on(home.path());
        let forced = count_forced();
        let piece = "y".repeat(64 << 10);
        for _ in 0..(12 << 20) / piece.len() {
            log(&mut recorder, &piece, at(1));
        }
        assert_eq!(forced.get(), times, "{syncing:?}: each 4 MiB");
    }
}
