//! A disk that refuses: nothing is broken, what can be kept is kept, and the hole is marked.

use super::*;
use crate::{
    journal::{
        HELD_LIMIT, Placed,
        format::samples::{folder, note},
    },
    run::Sequence,
};

/// A journal with its first record on a pretend disk.
fn begun() -> (tempfile::TempDir, RunFolder, FaultyFile, JournalWriter) {
    let (home, folder) = folder();
    let file = FaultyFile::default();
    let mut writer = writer_on(&folder, Box::new(file.clone()));
    writer.append(at(0), &started()).unwrap();
    (home, folder, file, writer)
}

/// Holds an event back that the disk refuses.
fn hold(writer: &mut JournalWriter, second: u64, text: &str) -> Record {
    match writer.append_or_hold(at(second), &note(text)) {
        (record, Placed::Held(_)) => record,
        (_, placed) => panic!("{placed:?}"),
    }
}

#[test]
fn a_write_cut_short_at_any_byte_leaves_the_journal_as_it_was_and_can_be_repeated() {
    let (_home, _folder, file, mut writer) = begun();
    let (before, head) = (file.with(|disk| disk.bytes.clone()), writer.head().clone());
    // Shorter than the record, so that the write fails at each of its first bytes.
    for room in 0..120 {
        file.leave(room);
        let error = writer.append(at(1), &note("x")).unwrap_err();
        assert!(matches!(error, JournalError::Write { .. }), "{error}");
        assert_eq!((file.with(|disk| disk.bytes.clone()), writer.head()), (before.clone(), &head));
        assert!(!writer.has_hole());
    }
    file.heal();
    assert_eq!(writer.append(at(2), &note("x")).unwrap().seq, Sequence(1));
}

#[test]
fn a_short_write_that_the_disk_completes_is_no_failure() {
    struct Dribbling(FaultyFile);
    impl Storage for Dribbling {
        fn write_at(&mut self, bytes: &[u8], offset: u64) -> io::Result<usize> {
            if self.0.with(|disk| disk.writes % 2 == 1) {
                self.0.with(|disk| disk.writes += 1);
                return Err(io::ErrorKind::Interrupted.into());
            }
            self.0.write_at(&bytes[..bytes.len().min(7)], offset)
        }
        fn read_at(&mut self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
            self.0.read_at(bytes, offset)
        }
        fn cut(&mut self, length: u64) -> io::Result<()> {
            self.0.cut(length)
        }
        fn sync(&mut self) -> io::Result<()> {
            self.0.sync()
        }
    }
    let (_home, folder) = folder();
    let file = FaultyFile::default();
    let mut writer = writer_on(&folder, Box::new(Dribbling(file.clone())));
    writer.append(at(0), &started()).unwrap();
    file.save(&folder.journal_path());
    assert_eq!(records(&folder).len(), 1);
}

#[test]
fn bytes_that_cannot_be_cut_off_at_once_are_cut_off_before_the_next_record() {
    let (_home, folder, file, mut writer) = begun();
    // What is left of the longer record would show behind a shorter one that is written over it.
    file.with(|disk| (disk.room, disk.refuses_cut) = (Some(90), true));
    writer.append(at(1), &note("a longer note than the next")).unwrap_err();
    file.heal();
    assert!(matches!(writer.append(at(2), &note("b")), Err(JournalError::Write { .. })));
    file.with(|disk| disk.refuses_cut = false);
    writer.append(at(3), &note("b")).unwrap();
    file.save(&folder.journal_path());
    assert_eq!(records(&folder).last().unwrap().event, note("b"));
}

#[test]
fn a_record_whose_sync_fails_is_taken_out_again() {
    let (_home, folder, file, mut writer) = begun();
    file.with(|disk| disk.refuses_sync = true);
    let head = writer.head().clone();
    writer.append_durably(at(1), &note("asked")).unwrap_err();
    assert_eq!((writer.head(), writer.next()), (&head, Sequence(1)));
    file.with(|disk| disk.refuses_sync = false);
    writer.append_durably(at(2), &note("asked again")).unwrap();
    file.save(&folder.journal_path());
    let texts: Vec<_> = records(&folder).into_iter().map(|record| record.event).collect();
    assert_eq!(texts, [started(), note("asked again")]);
}

#[test]
fn records_made_while_the_disk_refuses_are_written_later_and_the_hole_is_marked() {
    let (_home, folder, file, mut writer) = begun();
    file.leave(30);
    let mut made = vec![hold(&mut writer, 10, "a")];
    made.push(hold(&mut writer, 11, "b"));
    assert!(writer.has_hole());
    assert_eq!(writer.head().records, 1);
    let refused = writer.append_durably(at(11), &note("pause")).unwrap_err();
    assert!(matches!(refused, JournalError::HoleOpen { .. }), "{refused}");
    assert!(writer.mend(at(12)).is_none(), "the disk is still full");

    file.heal();
    let tries = file.with(|disk| disk.writes);
    assert!(writer.mend(at(12)).is_none(), "tried this very second");
    assert_eq!(file.with(|disk| disk.writes), tries);
    made.push(writer.mend(at(13)).unwrap());
    let Event::RecordHole { from, records: lost, .. } = &made[2].event else { panic!("{made:?}") };
    assert_eq!((*from, *lost, writer.has_hole()), (at(10), 0, false));
    made.push(writer.append(at(14), &note("c")).unwrap());

    file.save(&folder.journal_path());
    assert_eq!(records(&folder)[1..], made);
    assert_eq!(*writer.head(), read(&folder).unwrap().1.head);
}

#[test]
fn memory_for_a_hole_is_bounded_and_what_does_not_fit_is_counted_as_lost() {
    let (_home, folder, file, mut writer) = begun();
    file.leave(0);
    let long = "x".repeat(500_000);
    let mut last = Sequence(0);
    let (mut held, mut dropped) = (0_u64, 0_u64);
    for second in 1..=40 {
        let (record, placed) = writer.append_or_hold(at(second), &note(&long));
        assert_eq!(record.seq, last.next());
        last = record.seq;
        match placed {
            Placed::Held(_) => held += 1,
            Placed::Dropped(_) => dropped += 1,
            Placed::Written => panic!("the disk is full"),
        }
    }
    assert!(held * 500_000 <= HELD_LIMIT as u64 && held >= 15 && dropped == 40 - held, "{held} {dropped}");

    file.heal();
    let hole = writer.mend(at(50)).unwrap();
    assert_eq!(hole.seq, last.next());
    assert!(matches!(hole.event, Event::RecordHole { records, .. } if records == dropped));
    let after = writer.append(at(51), &note("on again")).unwrap();
    file.save(&folder.journal_path());
    let found = records(&folder);
    assert_eq!((found.len() as u64, found.last()), (1 + held + 2, Some(&after)));
}

#[test]
fn an_event_too_long_for_the_journal_is_lost_loudly_and_leaves_a_marked_hole() {
    let (_home, folder, file, mut writer) = begun();
    let (_, placed) = writer.append_or_hold(at(1), &note(&"x".repeat(2 << 20)));
    assert!(matches!(placed, Placed::Dropped(JournalError::TooLong { .. })), "{placed:?}");
    // In the same second: only a disk that refused is waited for.
    let hole = writer.mend(at(1)).expect("no disk has to be waited for");
    assert!(matches!(hole.event, Event::RecordHole { records: 1, .. }));
    file.save(&folder.journal_path());
    assert_eq!(records(&folder).last(), Some(&hole));
}

#[test]
fn what_waits_is_synced_and_nothing_else() {
    let (_home, _folder, file, mut writer) = begun();
    let syncs = |file: &FaultyFile| file.with(|disk| disk.syncs);
    writer.sync_waiting().unwrap();
    assert_eq!(syncs(&file), 1);
    writer.sync_waiting().unwrap();
    assert_eq!(syncs(&file), 1, "nothing was written since");
    writer.append(at(100), &note("x")).unwrap();
    file.with(|disk| disk.refuses_sync = true);
    writer.sync_waiting().unwrap_err();
    file.with(|disk| disk.refuses_sync = false);
    let refused = syncs(&file);
    writer.sync_waiting().unwrap();
    assert_eq!(syncs(&file), refused + 1, "what was refused waits on");
}

#[test]
fn one_record_takes_one_write() {
    let (_home, _folder, file, mut writer) = begun();
    let before = file.with(|disk| disk.writes);
    writer.append(at(1), &note("x")).unwrap();
    assert_eq!(file.with(|disk| disk.writes), before + 1);
}

#[test]
fn a_refused_write_that_left_no_byte_cuts_nothing() {
    let (_home, _folder, file, mut writer) = begun();
    file.with(|disk| (disk.room, disk.refuses_cut) = (Some(0), true));
    writer.append(at(1), &note("x")).unwrap_err();
    file.heal();
    writer.append(at(2), &note("x")).unwrap();
}

#[test]
fn what_waits_for_a_refusing_disk_is_counted_from_its_first_refusal() {
    let (_home, _folder, file, mut writer) = begun();
    assert_eq!((writer.held(), writer.refusal()), (0, None));
    file.leave(0);
    hold(&mut writer, 10, "a");
    hold(&mut writer, 11, "b");
    assert_eq!(writer.held(), 2);
    let (from, reason, records) = writer.refusal().unwrap();
    assert_eq!((from, records), (at(10), 2));
    assert!(!reason.is_empty());
    writer.refused_since(at(12));
    assert_eq!(writer.refusal().unwrap().0, at(10), "the earlier refusal stands");
    writer.refused_since(at(5));
    assert_eq!(writer.refusal().unwrap().0, at(5));
    file.heal();
    let hole = writer.mend(at(20)).unwrap();
    assert!(matches!(hole.event, Event::RecordHole { from, records: 0, .. } if from == at(5)));
    assert_eq!((writer.held(), writer.refusal()), (0, None));
}

#[test]
fn the_last_line_is_the_one_in_the_journal_and_none_where_its_record_was_dropped() {
    let (_home, _folder, file, mut writer) = begun();
    writer.append(at(1), &note("x")).unwrap();
    let text = String::from_utf8(file.with(|disk| disk.bytes.clone())).unwrap();
    assert_eq!(Some(writer.last_line()), text.lines().last());
    let _ = writer.append_or_hold(at(2), &note(&"x".repeat(2 << 20)));
    assert_eq!(writer.last_line(), "");
}

#[test]
fn a_journal_found_deleted_is_a_hole_once_and_keeps_what_waits_already() {
    let (_home, folder, file, mut writer) = begun();
    writer.ensure_exists(at(1)).unwrap();
    assert!(!writer.has_hole() && !writer.is_away());
    file.with(|disk| disk.is_deleted = true);
    writer.ensure_exists(at(2)).unwrap_err();
    assert_eq!(writer.refusal().map(|(from, ..)| from), Some(at(2)));
    hold(&mut writer, 3, "held");
    writer.ensure_exists(at(4)).unwrap();
    assert_eq!(writer.refusal().map(|(from, ..)| from), Some(at(2)));
    file.with(|disk| disk.is_deleted = false);
    let hole = writer.mend(at(9)).unwrap();
    file.save(&folder.journal_path());
    let found = records(&folder);
    assert_eq!(
        found.iter().map(|record| &record.event).collect::<Vec<_>>(),
        [&started(), &note("held"), &hole.event]
    );
}

#[test]
fn a_released_run_can_be_taken_while_its_writer_is_still_there() {
    let (_home, folder, _file, mut writer) = begun();
    assert!(RunLock::take(&folder).is_err());
    writer.release();
    RunLock::take(&folder).unwrap();
}

#[test]
fn a_writer_on_a_disk_without_locks_says_so() {
    let (_home, folder) = folder();
    let lock = RunLock::take_without_locks(&folder, nix::errno::Errno::ENOLCK).unwrap();
    let writer = JournalWriter::over(&folder, lock, Box::new(FaultyFile::default()));
    assert!(writer.has_weak_lock());
    drop(writer);
    assert!(!writer_on(&folder, Box::new(FaultyFile::default())).has_weak_lock());
}
