//! Round trips, torn lines, and every kind of tampering.

use std::{
    fs::{self, OpenOptions},
    io::Write,
};

use proptest::prelude::*;

use super::*;
use crate::{
    journal::{
        EndCover, MAX_LINE, Problem,
        format::samples::{every_event, folder, note},
        format::{NO_DIGEST, digest},
        verify,
    },
    run::{Cause, Event, Sequence},
};

#[test]
fn a_journal_reads_back_as_it_was_written() {
    let (_home, folder) = folder();
    let written = record(&folder, &every_event());
    let (entries, report) = read(&folder).unwrap();
    let offsets: Vec<_> = entries.iter().map(|entry| entry.offset).collect();
    assert_eq!(records(&folder), written);
    let text = fs::read(folder.journal_path()).unwrap();
    for offset in offsets {
        assert!(text[usize::try_from(offset).unwrap()..].starts_with(b"{\"seq\":"));
    }
    assert_eq!((report.head.records, report.next.0), (written.len() as u64, written.len() as u64));
    assert_eq!((report.length, report.torn, report.opaque), (text.len() as u64, None, 0));
}

#[test]
fn every_line_holds_the_digest_of_the_one_before_it() {
    let (_home, folder) = folder();
    record(&folder, &every_event());
    let text = fs::read_to_string(folder.journal_path()).unwrap();
    let mut prev = NO_DIGEST.to_owned();
    for line in text.lines() {
        assert!(line.contains(&format!("\"prev\":\"{prev}\"")), "{line}");
        prev = digest(line.as_bytes());
    }
    assert_eq!(read(&folder).unwrap().1.head.head, prev);
}

#[test]
fn the_writer_and_the_reader_agree_on_the_head() {
    let (_home, folder) = folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    writer.append(at(0), &started()).unwrap();
    writer.append_durably(at(1), &note("x")).unwrap();
    assert_eq!(*writer.head(), read(&folder).unwrap().1.head);
}

#[test]
fn a_last_line_torn_at_any_byte_is_reported_and_cut_off_on_reopening() {
    let (_home, folder) = folder();
    let written = record(&folder, &[started(), note("a"), note("é")]);
    let whole = fs::read(folder.journal_path()).unwrap();
    let start = whole[..whole.len() - 1].iter().rposition(|&byte| byte == b'\n').unwrap() + 1;
    for length in start..whole.len() {
        fs::write(folder.journal_path(), &whole[..length]).unwrap();
        let (entries, report) = read(&folder).unwrap();
        assert_eq!(entries.len(), 2);
        let torn = report.torn.map(|torn| (torn.offset, torn.bytes));
        assert_eq!(torn, (length > start).then_some((start as u64, (length - start) as u64)));

        let (mut writer, found) = JournalWriter::reopen(&folder).unwrap();
        assert_eq!(found, report);
        assert_eq!(fs::read(folder.journal_path()).unwrap(), &whole[..start]);
        let again = writer.append(at(2), &note("é")).unwrap();
        assert_eq!((fs::read(folder.journal_path()).unwrap(), &again), (whole.clone(), &written[2]));
    }
}

#[test]
fn a_reopened_journal_goes_on_with_its_chain() {
    let (_home, folder) = folder();
    let mut written = record(&folder, &[started(), note("a")]);
    let (mut writer, report) = JournalWriter::reopen(&folder).unwrap();
    assert_eq!(*writer.head(), report.head);
    written.push(writer.append(at(9), &note("b")).unwrap());
    assert_eq!(records(&folder), written);
}

#[test]
fn a_journal_being_recorded_cannot_be_reopened_but_can_be_read_on_and_on() {
    let (_home, folder) = folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    writer.append(at(0), &started()).unwrap();
    assert!(matches!(JournalWriter::reopen(&folder), Err(JournalError::Locked { .. })));

    let mut reader = JournalReader::open(&folder).unwrap();
    assert!(reader.next().unwrap().is_ok());
    assert!(reader.next().is_none());
    let appended = writer.append(at(1), &note("later")).unwrap();
    assert_eq!(reader.next().unwrap().unwrap().content, Content::Record(appended));
    assert!(reader.next().is_none());
}

#[test]
fn a_reader_that_saw_a_torn_line_sees_what_is_written_in_its_place() {
    let (_home, folder) = folder();
    record(&folder, &[started(), note("a"), note("b")]);
    let whole = fs::read(folder.journal_path()).unwrap();
    let mut reader = JournalReader::open(&folder).unwrap();
    fs::write(folder.journal_path(), &whole[..whole.len() - 9]).unwrap();
    assert_eq!(reader.by_ref().flatten().count(), 2);
    let (mut writer, _) = JournalWriter::reopen(&folder).unwrap();
    let other = writer.append(at(7), &note("something else")).unwrap();
    assert_eq!(reader.next().unwrap().unwrap().content, Content::Record(other));
    assert_eq!(reader.report().torn, None);
}

/// The record that a reader blames.
fn blamed(folder: &RunFolder) -> Sequence {
    match read(folder) {
        Err(JournalError::Bad { record, .. }) => record,
        other => panic!("the damage was not seen: {other:?}"),
    }
}

#[test]
fn a_change_of_any_byte_is_seen_and_blamed_on_its_own_record() {
    let (_home, folder) = folder();
    record(&folder, &[started(), note("a"), note("b"), note("c"), note("d")]);
    let whole = fs::read(folder.journal_path()).unwrap();
    let ends: Vec<_> = (0..).zip(&whole).filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
    // What follows the last record but one is all that vouches for the last.
    for place in 0..=ends[3] {
        let own = Sequence(ends.iter().filter(|&&end| end < place).count() as u64);
        // A flipped character, a byte that is no UTF-8, and a newline that joins two lines.
        for change in [1, 0x80, b'\n'] {
            let mut text = whole.clone();
            text[place] ^= change;
            fs::write(folder.journal_path(), &text).unwrap();
            assert_eq!(blamed(&folder), own, "byte {place} xor {change}");
        }
    }
}

#[test]
fn the_last_record_is_covered_by_the_summary() {
    let (_home, folder) = folder();
    record(&folder, &[started(), note("a"), note("b")]);
    let head = read(&folder).unwrap().1.head;
    let summary = serde_json::json!({ "journal": head });
    fs::write(folder.summary_path(), summary.to_string()).unwrap();
    assert!(verify(&folder).unwrap().summarised);

    let text = fs::read_to_string(folder.journal_path()).unwrap();
    fs::write(folder.journal_path(), text.replace("\"text\":\"b\"", "\"text\":\"c\"")).unwrap();
    let error = verify(&folder).unwrap_err();
    assert!(
        matches!(&error, JournalError::Bad { record: Sequence(2), problem: Problem::NotSummarised, .. }),
        "{error}"
    );

    let shorter: String = text.lines().take(2).flat_map(|line| [line, "\n"]).collect();
    fs::write(folder.journal_path(), shorter).unwrap();
    let error = verify(&folder).unwrap_err();
    assert!(
        matches!(&error, JournalError::Bad { record: Sequence(2), problem: Problem::Missing { .. }, .. }),
        "{error}"
    );
}

/// A folder whose summary was made before its last record, that of the export, and holds the digest of it.
fn exported() -> (tempfile::TempDir, RunFolder) {
    let (home, folder) = folder();
    record(&folder, &[started(), note("a"), note("b")]);
    let head = read(&folder).unwrap().1.head;
    let (mut writer, _) = JournalWriter::reopen(&folder).unwrap();
    let export = Event::Exported { files: vec!["summary.json".to_owned()], cause: Cause::Automatic };
    let digest = writer.digest_of_next(at(3), &export).unwrap();
    writer.append(at(3), &export).unwrap();
    assert_eq!(writer.head().head, digest, "as announced");
    let summary = serde_json::json!({ "journal": head, "export_record": digest });
    fs::write(folder.summary_path(), summary.to_string()).unwrap();
    (home, folder)
}

#[test]
fn every_byte_of_the_export_is_covered_by_the_summary_that_was_written_before_it() {
    let (_home, folder) = exported();
    let verified = verify(&folder).unwrap();
    assert_eq!((verified.behind, verified.cover), (0, EndCover::Summary));
    let whole = fs::read(folder.journal_path()).unwrap();
    let start = whole[..whole.len() - 1].iter().rposition(|&byte| byte == b'\n').unwrap() + 1;
    for place in start..whole.len() - 1 {
        let mut text = whole.clone();
        text[place] ^= 1;
        fs::write(folder.journal_path(), &text).unwrap();
        match verify(&folder) {
            Err(JournalError::Bad { record: Sequence(3), .. }) => {}
            other => panic!("byte {place}: {other:?}"),
        }
    }
}

#[test]
fn a_record_that_nothing_covers_is_named_with_its_kind() {
    let (_home, folder) = exported();
    let (mut writer, _) = JournalWriter::reopen(&folder).unwrap();
    writer.append(at(4), &note("later")).unwrap();
    writer.append(at(5), &note("last")).unwrap();
    let verified = verify(&folder).unwrap();
    let last = EndCover::Nothing { record: Sequence(5), kind: "noted".to_owned(), is_export: false };
    assert_eq!((verified.behind, verified.cover), (2, last));

    // An older drwatch wrote no digest of the export.
    let (_home, folder) = exported();
    let summary = fs::read_to_string(folder.summary_path()).unwrap();
    fs::write(folder.summary_path(), summary.replace("export_record", "other")).unwrap();
    let verified = verify(&folder).unwrap();
    let export = EndCover::Nothing { record: Sequence(3), kind: "exported".to_owned(), is_export: true };
    assert_eq!((verified.behind, verified.cover), (1, export));
}

#[test]
fn a_wrong_digest_in_the_last_record_is_blamed_on_it_where_the_one_before_is_known_to_be_sound() {
    let wrong = |folder: &RunFolder, digest: &str| {
        let text = fs::read_to_string(folder.journal_path()).unwrap();
        let (before, last) = text.rsplit_once("\"prev\":\"").unwrap();
        fs::write(folder.journal_path(), format!("{before}\"prev\":\"{digest}{}", &last[64..])).unwrap();
        verify(folder).unwrap_err()
    };
    let (_home, summarised) = exported();
    let error = wrong(&summarised, NO_DIGEST);
    let JournalError::Bad { record: blamed, problem, .. } = error else { panic!("{error}") };
    assert_eq!((blamed, problem), (Sequence(3), Problem::Unchained));

    // Without a summary nothing shows which of the two was changed, and neither is blamed alone.
    let (_home, folder) = folder();
    record(&folder, &[started(), note("a"), note("b")]);
    let error = wrong(&folder, NO_DIGEST);
    let JournalError::Bad { record: blamed, ref problem, .. } = error else { panic!("{error}") };
    assert_eq!((blamed, problem), (Sequence(1), &Problem::Unfitting));
    assert!(error.to_string().contains("record 1 "), "{error}");
}

#[test]
fn a_record_left_out_doubled_or_swapped_is_seen() {
    let (_home, folder) = folder();
    record(&folder, &[started(), note("a"), note("b"), note("c")]);
    let text = fs::read_to_string(folder.journal_path()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    for order in [&[0, 2, 3][..], &[0, 1, 1, 2, 3], &[0, 2, 1, 3], &[1, 2, 3]] {
        let changed: String = order.iter().flat_map(|&line| [lines[line], "\n"]).collect();
        fs::write(folder.journal_path(), changed).unwrap();
        assert!(matches!(read(&folder), Err(JournalError::Bad { .. })), "{order:?}");
    }
}

#[test]
fn an_endless_line_is_refused_and_never_held_in_memory() {
    let (_home, folder) = folder();
    record(&folder, &[started()]);
    let mut file = OpenOptions::new().append(true).open(folder.journal_path()).unwrap();
    file.write_all(&vec![b'x'; 3 * MAX_LINE]).unwrap();
    let mut reader = JournalReader::open(&folder).unwrap();
    assert!(reader.next().unwrap().is_ok());
    let error = reader.next().unwrap().unwrap_err();
    assert!(matches!(error, JournalError::Bad { record: Sequence(1), problem: Problem::TooLong, .. }));
    assert!(reader.next().is_none());
    assert!(reader.report().torn.unwrap().bytes <= MAX_LINE as u64);
}

#[test]
fn hostile_text_in_a_journal_never_reaches_an_error_message_raw() {
    let (_home, folder) = folder();
    let kind = "\\u001b]0;owned\\u0007";
    let line = format!(
        r#"{{"seq":0,"at":"2026-09-13T16:03:38Z","prev":"{NO_DIGEST}","kind":"{kind}","format":{{"major":1,"minor":0}}}}"#
    );
    let started = line.replace(kind, "run_started").replace("\"major\":1", "\"major\":\"\\u001b\"");
    for line in [line, started] {
        fs::write(folder.journal_path(), line + "\n").unwrap();
        let error = read(&folder).unwrap_err().to_string();
        assert!(!error.chars().any(char::is_control), "{error:?}");
    }
}

#[test]
fn a_hundred_thousand_records_are_written_and_verified() {
    let (_home, folder) = folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    writer.append(at(0), &started()).unwrap();
    let event = note("a line of ordinary length, as an engineer may write it");
    for second in 0..100_000 {
        writer.append(at(second), &event).unwrap();
    }
    assert_eq!(verify(&folder).unwrap().journal.head, *writer.head());
    assert_eq!(writer.head().records, 100_001);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn any_words_survive_the_journal(words in proptest::collection::vec(".*", 1..8)) {
        let (_home, folder) = folder();
        let events: Vec<_> = std::iter::once(started()).chain(words.iter().map(|word| note(word))).collect();
        let written = record(&folder, &events);
        prop_assert_eq!(records(&folder), written);
    }

    #[test]
    fn any_bytes_after_a_sound_record_are_refused_or_torn_but_never_taken(bytes in any::<Vec<u8>>()) {
        let (_home, folder) = folder();
        record(&folder, &[started()]);
        let mut file = OpenOptions::new().append(true).open(folder.journal_path()).unwrap();
        file.write_all(&bytes).unwrap();
        match read(&folder) {
            Ok((entries, report)) => {
                prop_assert_eq!(entries.len(), 1);
                prop_assert_eq!(report.torn.map_or(0, |torn| torn.bytes), bytes.len() as u64);
            }
            Err(error) => {
                prop_assert!(bytes.contains(&b'\n'), "{}", error);
                prop_assert!(!error.to_string().contains(char::is_control));
            }
        }
    }
}
