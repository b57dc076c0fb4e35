//! `dr.log`, its chunks, and their verification.

use std::fs;

use super::*;
use crate::{
    journal::{
        CHUNK_BYTES, HELD_LIMIT, LOST_WITH_THE_MACHINE, Placed, Problem, RawLog,
        format::digest,
        format::samples::{folder, note},
        verify,
    },
    run::{ByteCount, Gap, LineCount, LogOffset, LogTally, Sequence},
};

fn write(log: &mut RawLog, text: &[u8], second: u64) -> (LogOffset, Placed) {
    let lines = LineCount(memchr::memchr_iter(b'\n', text).count() as u64);
    log.write(text, LogTally { lines, ..LogTally::default() }, at(second))
}

fn put(log: &mut RawLog, text: &[u8], second: u64) -> LogOffset {
    let (offset, placed) = write(log, text, second);
    assert!(matches!(placed, Placed::Written), "{placed:?}");
    offset
}

fn extent(chunk: &Event) -> (u64, u64) {
    let Event::LogChunk { offset, bytes, .. } = chunk else { panic!("{chunk:?}") };
    (offset.0, bytes.0)
}

/// A run with two chunks in its log and one line beyond them.
fn recorded() -> (tempfile::TempDir, RunFolder) {
    let (home, folder) = folder();
    let mut log = RawLog::create(&folder).unwrap();
    put(&mut log, b"first line\nsecond", 0);
    let mut events = vec![started(), log.cut_chunk(at(0)).unwrap()];
    // A line that begins in one chunk and ends in the next, and bytes that are no text.
    put(&mut log, b" line\n\x1b\xff\0\n", 0);
    events.extend([note("between"), log.cut_chunk(at(1)).unwrap(), note("after"), note("last")]);
    put(&mut log, b"uncited\n", 2);
    record(&folder, &events);
    (home, folder)
}

#[test]
fn bytes_are_kept_as_they_came_and_cited_by_place_lines_and_digest() {
    let (_home, folder) = folder();
    let mut log = RawLog::create(&folder).unwrap();
    assert_eq!(put(&mut log, b"one\ntw", 0), LogOffset(0));
    assert_eq!(put(&mut log, b"o\n\xff\x1b\0\n", 0), LogOffset(6));
    assert_eq!(fs::read(folder.log_path()).unwrap(), b"one\ntwo\n\xff\x1b\0\n");
    let tally = LogTally { lines: LineCount(3), ..LogTally::default() };
    let expected = Event::LogChunk {
        offset: LogOffset(0),
        bytes: ByteCount(12),
        lines: LineCount(3),
        sha256: digest(b"one\ntwo\n\xff\x1b\0\n"),
        tally,
        received_at: None,
    };
    assert_eq!(log.take_chunk(at(1)), Some(expected));
    assert_eq!((log.take_chunk(at(9)), log.end()), (None, LogOffset(12)));
}

#[test]
fn a_chunk_is_due_after_a_second_or_64_kib_or_when_the_clock_is_set_back() {
    let (_home, folder) = folder();
    let mut log = RawLog::create(&folder).unwrap();
    put(&mut log, b"a\n", 5);
    assert_eq!(log.take_chunk(at(5)), None);
    assert_eq!(log.take_chunk(at(6)).as_ref().map(extent), Some((0, 2)));
    put(&mut log, b"b\n", 7);
    assert_eq!(log.take_chunk(at(3)).as_ref().map(extent), Some((2, 2)));
    put(&mut log, &vec![b'c'; usize::try_from(CHUNK_BYTES).unwrap()], 8);
    assert_eq!(log.take_chunk(at(8)).as_ref().map(extent), Some((4, CHUNK_BYTES)));
}

#[test]
fn bytes_the_disk_refuses_are_held_in_order_and_cited_only_once_they_are_written() {
    let (_home, folder) = folder();
    let file = FaultyFile::default();
    let mut log = RawLog::over(folder.log_path(), Box::new(file.clone()), 0);
    put(&mut log, b"one\n", 0);
    file.leave(2);
    assert!(matches!(write(&mut log, b"two\n", 1), (LogOffset(4), Placed::Held(_))));
    assert!(matches!(write(&mut log, b"three\n", 1), (LogOffset(8), Placed::Held(_))));
    assert_eq!((log.take_chunk(at(3)), log.held()), (None, ByteCount(10)));
    assert!(file.with(|disk| b"one\ntwo\nthree\n".starts_with(&disk.bytes)));
    file.heal();
    let chunk = log.take_chunk(at(5)).unwrap();
    assert_eq!((extent(&chunk), log.held()), ((0, 14), ByteCount(0)));
    assert_eq!(file.with(|disk| disk.bytes.clone()), b"one\ntwo\nthree\n");
    let Event::LogChunk { received_at, .. } = chunk else { unreachable!() };
    assert_eq!(received_at, Some(at(1)), "what came between then and the record may be lost with drwatch");
}

#[test]
fn memory_for_refused_bytes_is_bounded_and_dropped_bytes_leave_the_offsets_true() {
    let (_home, folder) = folder();
    let file = FaultyFile::default();
    let mut log = RawLog::over(folder.log_path(), Box::new(file.clone()), 0);
    file.leave(0);
    let half = vec![b'x'; HELD_LIMIT / 2];
    assert!(matches!(write(&mut log, &half, 0).1, Placed::Held(_)));
    assert!(matches!(write(&mut log, &half[..half.len() - 1], 0).1, Placed::Held(_)));
    let full = LogOffset(HELD_LIMIT as u64 - 1);
    // The second would fit, but it is later than what was dropped before it.
    for more in [&b"yy"[..], b"y"] {
        assert!(matches!(write(&mut log, more, 0), (offset, Placed::Dropped(_)) if offset == full));
    }
    file.heal();
    assert_eq!(put(&mut log, b"z", 5), full);
    assert_eq!(file.with(|disk| (disk.bytes.len(), disk.bytes.last().copied())), (HELD_LIMIT, Some(b'z')));
}

#[test]
fn a_sound_record_verifies_with_its_figures() {
    let (_home, folder) = recorded();
    let found = verify(&folder).unwrap();
    assert_eq!((found.chunks, found.cited, found.uncited), (2, ByteCount(27), ByteCount(8)));
    assert_eq!((found.journal.head.records, found.summarised), (6, false));
}

#[test]
fn a_change_of_any_cited_byte_of_the_log_names_the_record_that_cites_it() {
    let (_home, folder) = recorded();
    let whole = fs::read(folder.log_path()).unwrap();
    for place in 0..27 {
        let mut text = whole.clone();
        text[place] ^= 0x20;
        fs::write(folder.log_path(), text).unwrap();
        let expected = Sequence(if place < 17 { 1 } else { 3 });
        let error = verify(&folder).unwrap_err();
        assert!(
            matches!(&error, JournalError::Bad { record, problem: Problem::ChunkChanged, .. } if *record == expected),
            "byte {place}: {error}"
        );
    }
}

#[test]
fn a_log_cut_short_or_gone_names_the_first_record_that_misses_bytes() {
    let (_home, folder) = recorded();
    let whole = fs::read(folder.log_path()).unwrap();
    fs::write(folder.log_path(), &whole[..20]).unwrap();
    let error = verify(&folder).unwrap_err();
    let short = Problem::ChunkMissing { missing: 7 };
    assert!(
        matches!(&error, JournalError::Bad { record: Sequence(3), problem, .. } if *problem == short),
        "{error}"
    );
    fs::remove_file(folder.log_path()).unwrap();
    assert!(matches!(verify(&folder), Err(JournalError::Bad { record: Sequence(1), .. })));
}

#[test]
fn a_reopened_log_hands_over_what_no_record_cites_and_keeps_it_on_disk() {
    let (_home, folder) = recorded();
    // More than one read takes, without the end of a line.
    let burst = vec![b'x'; 1 << 20];
    let whole = [fs::read(folder.log_path()).unwrap(), burst].concat();
    fs::write(folder.log_path(), &whole).unwrap();
    let (mut log, missing) = RawLog::reopen(&folder, LogOffset(27)).unwrap();
    assert_eq!(missing, ByteCount(0));
    while let Some(piece) = log.uncited().unwrap() {
        let place = usize::try_from(put(&mut log, &piece, 9).0).unwrap();
        assert_eq!(whole[place..place + piece.len()], piece);
        assert_eq!(fs::read(folder.log_path()).unwrap(), whole);
    }
    assert_eq!(log.end(), LogOffset(whole.len() as u64));
    let (mut journal, _) = JournalWriter::reopen(&folder).unwrap();
    journal.append(at(9), &log.cut_chunk(at(9)).unwrap()).unwrap();
    assert_eq!(verify(&folder).unwrap().uncited, ByteCount(0));
}

#[test]
fn a_reopened_log_that_a_power_failure_shortened_says_what_is_missing() {
    let (_home, folder) = recorded();
    fs::write(folder.log_path(), "first").unwrap();
    let (mut log, missing) = RawLog::reopen(&folder, LogOffset(27)).unwrap();
    assert_eq!((missing, log.end(), log.uncited().unwrap()), (ByteCount(22), LogOffset(27), None));
    assert_eq!(fs::read(folder.log_path()).unwrap(), b"first", "it stays missing until that is on record");
    log.fill_lost().unwrap();
    let filled = [&b"first"[..], &[0; 21], b"\n"].concat();
    assert_eq!(fs::read(folder.log_path()).unwrap(), filled);
    assert_eq!(RawLog::reopen(&folder, LogOffset(27)).unwrap().1, ByteCount(0));
}

#[test]
fn bytes_that_a_gap_calls_lost_with_the_machine_are_not_called_changed() {
    let (_home, folder) = recorded();
    let mut log = fs::read(folder.log_path()).unwrap();
    log[20..26].fill(0);
    log[26] = b'\n';
    fs::write(folder.log_path(), &log).unwrap();
    assert!(verify(&folder).is_err(), "nothing on record says why they are others");
    let (mut journal, _) = JournalWriter::reopen(&folder).unwrap();
    let gap = |offset, reason| {
        let reason = format!("the last 7 bytes {reason}");
        let offset = LogOffset(offset);
        Event::LogGap(Gap { from: at(8), to: at(9), offset, reason, record: None })
    };
    journal.append(at(9), &gap(27, LOST_WITH_THE_MACHINE)).unwrap();
    assert!(verify(&folder).is_err(), "a gap behind all bytes says nothing of them");
    journal.append(at(9), &gap(20, "are a hole and are not copied")).unwrap();
    assert!(verify(&folder).is_err(), "a hole takes nothing that was cited");
    // Two of one place: the watch that noted the first was interrupted before it filled the place.
    journal.append(at(9), &gap(20, LOST_WITH_THE_MACHINE)).unwrap();
    journal.append(at(9), &gap(20, LOST_WITH_THE_MACHINE)).unwrap();
    let verified = verify(&folder).unwrap();
    assert_eq!(verified.lost, ByteCount(7));
    assert!(verified.to_string().contains("7 bytes of log were lost"), "{verified}");
    for (place, byte) in [(20, b'x'), (25, 1), (26, 0)] {
        let mut forged = log.clone();
        forged[place] = byte;
        fs::write(folder.log_path(), &forged).unwrap();
        assert!(verify(&folder).is_err(), "a power failure leaves zeros, no other bytes: {place}");
    }
}
