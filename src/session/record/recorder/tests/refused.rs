//! A disk that is full, read-only or emptied: what waits for it, and what is on record of that.

use super::*;

#[test]
fn what_a_full_disk_refuses_waits_and_is_reported_until_it_is_written() {
    let (_home, mut recorder) = begun();
    log(&mut recorder, "before\n", at(1));
    recorder.cut(at(1)).unwrap();
    assert_eq!((recorder.trouble(), recorder.unwritten()), (None, None));
    power::fill(true);
    recorder.record(at(2), &note("held"));
    let waits = recorder.unwritten().unwrap();
    assert!(waits.reason.contains("No space") && recorder.trouble() == Some(&waits.reason), "{waits:?}");
    // The last line is on record: no line waits.
    assert_eq!((waits.records, waits.lines, waits.last_line_at), (1, LineCount(0), None));
    log(&mut recorder, "one\ntwo\n", at(3));
    let waits = recorder.unwritten().unwrap();
    assert_eq!((waits.records, waits.lines, waits.last_line_at), (1, LineCount(2), Some(at(3))));
    power::fill(false);
    assert_eq!(holes(recorder.beat(at(10))), [(at(2), 0)]);
    assert_eq!((recorder.trouble(), recorder.unwritten()), (None, None));
    assert_eq!((recorder.run().notes.len(), recorder.run().log.tally.lines), (1, LineCount(3)));
}

#[test]
fn a_disk_that_refuses_the_log_first_and_then_the_journal_makes_one_hole_from_the_log_on() {
    let (_home, mut recorder) = begun();
    power::fill(true);
    log(&mut recorder, "one\n", at(1));
    recorder.record(at(3), &note("held"));
    power::fill(false);
    assert_eq!(holes(recorder.beat(at(10))), [(at(1), 0)]);
    assert_eq!(holes(recorder.beat(at(20))), []);
}

#[test]
fn a_disk_that_refuses_only_log_makes_a_hole_once_all_of_it_is_written() {
    let (_home, mut recorder) = begun();
    power::fill(true);
    log(&mut recorder, "one\n", at(1));
    assert_eq!(holes(recorder.beat(at(3))), []);
    assert_eq!(recorder.unwritten().unwrap().records, 0, "no hole waits while the log does");
    power::fill(false);
    assert_eq!(holes(recorder.beat(at(10))), [(at(1), 0)]);
    assert_eq!(recorder.run().log.tally.lines, LineCount(1));
    assert_eq!(holes(recorder.beat(at(20))), []);
}

#[test]
fn log_for_which_neither_disk_nor_memory_has_room_is_a_gap_up_to_the_next_line_kept() {
    let (_home, mut recorder) = begun();
    power::fill(true);
    let long = "x".repeat(journal::HELD_LIMIT + 1);
    assert_eq!(log(&mut recorder, &long, at(1)), None);
    assert!(recorder.is_dropping());
    assert_eq!(log(&mut recorder, &long, at(2)), None);
    power::fill(false);
    let gap = log(&mut recorder, "on again\n", at(9)).unwrap();
    assert_eq!((gap.from, gap.to, gap.offset), (at(1), at(9), LogOffset(0)));
    assert!(gap.reason.contains("No space"), "{}", gap.reason);
    assert!(!recorder.is_dropping() && recorder.take_dropped_gap(at(10)).is_none());
    assert_eq!(log(&mut recorder, "and on\n", at(11)), None);
}

#[test]
fn log_discarded_at_the_end_is_a_gap_from_the_first_byte_refused() {
    let (_home, mut recorder) = begun();
    assert_eq!(recorder.discard_log(at(1)), None);
    power::fill(true);
    log(&mut recorder, "one\ntwo\n", at(2));
    let gap = recorder.discard_log(at(5)).unwrap();
    assert_eq!((gap.from, gap.to, gap.offset), (at(2), at(5), recorder.log_end()));
    assert!(gap.reason.starts_with("2 lines") && gap.reason.contains("No space"), "{}", gap.reason);
    power::fill(false);
}

#[test]
fn records_lost_at_the_end_are_counted_in_a_hole_from_the_first_one_on() {
    let (_home, mut recorder) = begun();
    assert!(recorder.discard_records(at(1)).is_none());
    power::fill(true);
    recorder.record(at(2), &note("a"));
    recorder.record(at(3), &note("b"));
    assert_eq!(holes(recorder.discard_records(at(5))), [(at(2), 2)]);
    power::fill(false);
}

#[test]
fn at_the_end_a_disk_is_tried_however_recent_its_last_refusal() {
    let (_home, mut recorder) = begun();
    power::fill(true);
    log(&mut recorder, "one\n", at(2));
    recorder.record(at(2), &note("held"));
    power::fill(false);
    assert!(recorder.beat(at(2)).is_empty());
    assert_eq!(holes(recorder.retry_now(at(2))), [(at(2), 0)]);
    assert!(recorder.cut(at(2)).is_some(), "the log is tried again as well");
}

#[test]
fn files_that_were_deleted_are_made_again_by_the_next_beats_and_the_deletion_is_on_record() {
    for names in [["journal"].as_slice(), &["log"], &["journal", "log"]] {
        let (_home, mut recorder) = begun();
        recorder.record(at(1), &note("before"));
        log(&mut recorder, "one\n", at(1));
        let folder = recorder.folder().clone();
        let paths = names.iter().map(|name| match *name {
            "journal" => folder.journal_path(),
            _ => folder.log_path(),
        });
        let paths: Vec<_> = paths.collect();
        for path in &paths {
            fs::remove_file(path).unwrap();
        }
        let mut made = recorder.beat(at(2));
        made.extend(recorder.beat(at(4)));
        assert_eq!(holes(made), [(at(2), 0)], "{names:?}");
        assert!(paths.iter().all(|path| path.exists()) && recorder.trouble().is_none(), "{names:?}");
        assert_eq!(journal::read_run(&folder).unwrap().0, *recorder.run());
    }
}

#[test]
fn both_files_are_closed_with_one_and_opened_again_once_the_disk_can_be_written() {
    for is_journal in [true, false] {
        let (_home, mut recorder) = begun();
        if is_journal {
            recorder.writer.let_go();
        } else {
            recorder.raw.let_go();
        }
        let folder = recorder.folder().clone();
        let aside = folder.path().with_extension("aside");
        fs::rename(folder.path(), &aside).unwrap();
        recorder.beat(at(1));
        assert!(recorder.writer.is_away() && recorder.raw.is_away());
        assert!(recorder.trouble().is_some());
        fs::rename(&aside, folder.path()).unwrap();
        recorder.beat(at(2));
        assert!(!recorder.writer.is_away() && !recorder.raw.is_away());
        assert_eq!(recorder.trouble(), None);
        recorder.record(at(3), &note("after"));
        assert_eq!(journal::read_run(&folder).unwrap().0, *recorder.run());
    }
}

#[test]
fn a_record_with_holes_is_not_compared_and_one_with_other_findings_is() {
    let (_home, mut recorder) = begun();
    power::fill(true);
    recorder.record(at(1), &note("held"));
    assert!(recorder.replays_equal(), "the disk cannot know of it yet");
    power::fill(false);
    assert_eq!(holes(recorder.beat(at(5))), [(at(1), 0)]);
    recorder.run.notes[0].text = "as it never was".to_owned();
    assert!(recorder.replays_equal(), "a hole is on record");

    let (_home, mut recorder) = begun();
    let gap = Gap { from: at(1), to: at(2), offset: LogOffset(0), reason: "away".to_owned(), record: None };
    recorder.record(at(2), &Event::LogGap(gap));
    assert!(!recorder.run().findings.is_empty());
    recorder.record(at(3), &note("as it was"));
    recorder.run.notes[0].text = "as it never was".to_owned();
    assert!(!recorder.replays_equal());
}

#[test]
fn a_journal_that_the_disk_cannot_read_proves_no_difference_and_a_damaged_one_does() {
    let (_home, recorder) = begun();
    let path = recorder.folder().journal_path();
    let source = std::io::Error::other("input/output error");
    assert!(recorder.matches_journal(Err(JournalError::Read { path: path.clone(), source })));
    assert!(!recorder.matches_journal(Err(JournalError::Empty { path })));
}
