//! Which record a watch goes on with, and what is made ready of it.

use std::{cell::RefCell, os::unix::fs::PermissionsExt as _, rc::Rc};

use super::*;
use crate::{
    dialect::Dialect,
    durability::power,
    run::RunSettings,
    session::setup::{Names, started_event},
};

#[test]
fn a_record_that_others_may_have_written_is_not_trusted() {
    let runs = tempfile::tempdir().unwrap();
    let folder = RunFolder::create(runs.path(), Timestamp::new(chrono::DateTime::UNIX_EPOCH), 1).unwrap();
    assert!(distrust(&folder).unwrap().contains("nothing shows"), "there is no journal");
    let journal = folder.journal_path();
    fs::write(&journal, "").unwrap();
    assert_eq!(distrust(&folder), None);
    for (path, mode, safe) in [(folder.path(), 0o770, 0o700), (journal.as_path(), 0o602, 0o600)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(distrust(&folder).unwrap().contains("may write"), "{}", path.display());
        fs::set_permissions(path, fs::Permissions::from_mode(safe)).unwrap();
        assert_eq!(distrust(&folder), None);
    }
    // Only root can give a file away.
    if nix::unistd::geteuid().is_root() {
        std::os::unix::fs::chown(&journal, Some(65_534), None).unwrap();
        assert!(distrust(&folder).unwrap().contains("another user"));
    }
}

#[test]
fn a_run_begun_read_only_is_gone_on_with_read_only_whatever_is_asked_for_now() {
    for (begun_read_only, wanted_read_only, read_only) in
        [(true, false, true), (true, true, true), (false, true, true), (false, false, false)]
    {
        let runs = tempfile::tempdir().unwrap();
        let at = Timestamp::new(chrono::DateTime::UNIX_EPOCH);
        let folder = RunFolder::create(runs.path(), at, 1).unwrap();
        let id = folder.id().0.clone();
        let names = Names { simulated: false, ..Names::simulated() };
        let run_settings = RunSettings::default();
        let started = started_event(folder.id(), &run_settings, &Dialect::built_in(), names, begun_read_only);
        drop(Recorder::begin(folder, at, &started, Syncing::OnEdges).unwrap());
        let mut settings = Settings { read_only: wanted_read_only, ..Settings::default() };
        let mut log = LogSource::Ssh;
        interrupted(&id, runs.path(), &mut settings, &mut log, &Named::default()).unwrap();
        assert_eq!(settings.read_only, read_only, "{begun_read_only} {wanted_read_only}");
    }
}

#[test]
fn a_run_whose_log_is_gone_is_not_gone_on_with() {
    let (runs, folder) = shortened();
    fs::remove_file(folder.log_path()).unwrap();
    let before = fs::read(folder.journal_path()).unwrap();
    let (mut settings, mut log) = (Settings::default(), LogSource::Ssh);
    let refused = interrupted(&folder.id().0, runs.path(), &mut settings, &mut log, &Named::default());
    let said = refused.err().unwrap().to_string();
    assert!(said.contains("dr.log is missing") && said.contains("12 bytes"), "{said}");
    assert_eq!(fs::read(folder.journal_path()).unwrap(), before, "it stays as it is");
}

/// A run whose log lost its last 6 of 12 cited bytes in a power failure.
fn shortened() -> (tempfile::TempDir, RunFolder) {
    let runs = tempfile::tempdir().unwrap();
    let at = Timestamp::new(chrono::DateTime::UNIX_EPOCH);
    let folder = RunFolder::create(runs.path(), at, 1).unwrap();
    let names = Names { simulated: false, ..Names::simulated() };
    let started = started_event(folder.id(), &RunSettings::default(), &Dialect::built_in(), names, false);
    let (mut recorder, _) = Recorder::begin(folder.clone(), at, &started, Syncing::OnEdges).unwrap();
    // The citation ends within a line, and so does what is lost.
    drop(recorder.log(b"first\nlast\n.", &crate::ingest::log_parser::ParsedLog::default(), at));
    recorder.cut(at).unwrap();
    drop(recorder);
    fs::File::options().write(true).open(folder.log_path()).unwrap().set_len(6).unwrap();
    (runs, folder)
}

#[test]
fn what_a_power_failure_took_is_found_again_where_a_resume_was_interrupted_before_it_was_on_record() {
    let (_runs, folder) = shortened();
    for _ in 0..3 {
        assert_eq!(reopen(folder.clone()).unwrap().missing.bytes, ByteCount(6));
    }
    let at = Timestamp::new(chrono::DateTime::UNIX_EPOCH);
    drop(reopen(folder.clone()).unwrap().go_on(at).unwrap());
    let (run, _) = journal::read_run(&folder).unwrap();
    let [gap] = run.log.gaps.as_slice() else { panic!("{:?}", run.log.gaps) };
    assert_eq!(gap.offset, LogOffset(6));
    assert_eq!(journal::verify(&folder).unwrap().lost, ByteCount(6));
    assert_eq!(reopen(folder).unwrap().missing.bytes, ByteCount(0), "it is on record, and filled");
}

#[test]
fn what_a_power_failure_took_is_on_disk_as_a_record_before_its_place_is_filled() {
    let (runs, folder) = shortened();
    let _supply = power::on(runs.path());
    let interrupted = reopen(folder.clone()).unwrap();
    let lengths = Rc::new(RefCell::new(Vec::new()));
    let seen = Rc::clone(&lengths);
    let path = folder.log_path();
    power::before_each_force(move || seen.borrow_mut().push(fs::metadata(&path).unwrap().len()));
    drop(interrupted.go_on(Timestamp::new(chrono::DateTime::UNIX_EPOCH)).unwrap());
    // The record of going on, the gap, and the log itself.
    assert_eq!(*lengths.borrow(), [6, 6, 12]);
}

#[test]
fn the_tail_of_a_log_is_its_last_lines_as_far_as_they_are_whole_or_cited() {
    for (begin, bytes, cited, offset, lines) in [
        (0, "", 0, 0, ""),
        (0, "half", 0, 0, ""),
        (0, "half", 3, 0, "hal"),
        (0, "one\ntwo\nha", 0, 0, "one\ntwo\n"),
        (0, "one\ntwo\nha", 9, 0, "one\ntwo\nh"),
        (7, "lf\none\ntwo\nha", 13, 10, "one\ntwo\n"),
        (7, "lf\n", 10, 10, ""),
        (7, "lf\nha", 12, 10, "ha"),
    ] {
        let tail = last_lines(begin, bytes.into(), LogOffset(cited));
        assert_eq!((tail.offset.0, tail.lines.as_slice()), (offset, lines.as_bytes()), "{bytes:?}");
    }
    let many: Vec<u8> = (0..TAIL_LINES + 5).flat_map(|n| format!("{n}\n").into_bytes()).collect();
    let tail = last_lines(0, many.clone(), LogOffset(0));
    assert!(tail.lines.starts_with(b"5\n6\n"));
    assert_eq!((tail.line_of(LogOffset(9)).0, tail.line_of(LogOffset(13)).0), (10, 12));
    assert_eq!(tail.end().0, many.len() as u64);
}
