//! Journals of other versions.

use std::fs;

use super::*;
use crate::{
    journal::{
        Problem,
        format::digest,
        format::samples::{folder, note, started_in},
        verify,
    },
    run::{Elapsed, FORMAT, FormatVersion, Sequence},
};

fn newer() -> FormatVersion {
    FormatVersion { minor: FORMAT.minor + 1, ..FORMAT }
}

/// A journal in `format` whose second record is of a kind that nobody knows.
fn with_unknown_kind(folder: &RunFolder, format: FormatVersion) {
    record(folder, &[started_in(format), note("a"), note("b")]);
    let text = fs::read_to_string(folder.journal_path()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let strange = lines[1].replace("\"noted\"", "\"hummed\"");
    let after = lines[2].replace(&digest(lines[1].as_bytes()), &digest(strange.as_bytes()));
    fs::write(folder.journal_path(), format!("{}\n{strange}\n{after}\n", lines[0])).unwrap();
}

#[test]
fn a_higher_major_version_is_refused_with_the_remedy() {
    let (_home, folder) = folder();
    let format = FormatVersion { major: FORMAT.major + 1, minor: 0 };
    record(&folder, &[started_in(format)]);
    // A later version may have a first record that this program cannot read at all.
    let text = fs::read_to_string(folder.journal_path()).unwrap();
    for text in [text.clone(), text.replace("\"simulated\":true", "\"simulated\":\"rather\"")] {
        fs::write(folder.journal_path(), text).unwrap();
        let error = read(&folder).unwrap_err();
        assert!(matches!(&error, JournalError::TooNew { found, .. } if *found == format));
        assert!(error.to_string().contains("2.0") && error.to_string().contains("newer"), "{error}");
    }
}

#[test]
fn unknown_kinds_of_a_newer_minor_version_are_passed_over_and_counted() {
    let (_home, folder) = folder();
    with_unknown_kind(&folder, newer());
    let (entries, report) = read(&folder).unwrap();
    assert_eq!((report.opaque, report.head.records, report.format), (1, 3, Some(newer())));
    let Content::Opaque { seq, kind, .. } = &entries[1].content else { panic!("{entries:?}") };
    assert_eq!((*seq, kind.as_str()), (Sequence(1), "hummed"));
    assert_eq!(records(&folder).len(), 2);
}

#[test]
fn an_unknown_kind_in_our_own_version_is_damage() {
    let (_home, folder) = folder();
    with_unknown_kind(&folder, FORMAT);
    assert!(matches!(read(&folder), Err(JournalError::Bad { record: Sequence(1), .. })));
}

#[test]
fn a_journal_that_does_not_begin_with_a_run_is_refused() {
    let (_home, folder) = folder();
    record(&folder, &[note("a")]);
    let error = read(&folder).unwrap_err();
    assert!(error.to_string().contains("does not begin a run"), "{error}");
}

#[test]
fn unknown_fields_of_a_newer_minor_version_are_passed_over_wherever_they_stand() {
    let (_home, folder) = folder();
    record(&folder, &[started_in(newer()), note("a"), note("b")]);
    let known = records(&folder);
    let text = fs::read_to_string(folder.journal_path()).unwrap();
    let changes = [
        ("\"settings\":{", "\"settings\":{\"hum\":{\"loud\":true},"),
        ("\"kind\":\"noted\",", "\"kind\":\"noted\",\"hum\":[1,2],"),
        ("", ""),
    ];
    let mut renewed = (String::new(), String::new());
    let mut journal = String::new();
    for (line, (old, new)) in text.lines().zip(changes) {
        assert!(line.contains(old));
        let before = digest(line.as_bytes());
        let line = line.replacen(old, new, 1).replace(&renewed.0, &renewed.1);
        renewed = (before, digest(line.as_bytes()));
        journal.push_str(&(line + "\n"));
    }
    fs::write(folder.journal_path(), journal).unwrap();
    assert_eq!(records(&folder), known);
}

#[test]
fn a_time_that_runs_back_by_a_second_is_a_bad_record_and_by_less_it_is_none() {
    for (back, is_sound) in [(0, true), (999, true), (1000, false), (5_000, false), (3_600_000, false)] {
        let (_home, folder) = folder();
        let mut writer = JournalWriter::create(&folder).unwrap();
        writer.append(at(0), &started()).unwrap();
        writer.append(at(7200), &note("a")).unwrap();
        writer.append(at(7200).before(Elapsed::from_millis(back)), &note("b")).unwrap();
        let found = verify(&folder);
        assert_eq!(found.is_ok(), is_sound, "{back} ms: {found:?}");
        if let Err(error) = found {
            let JournalError::Bad { record: Sequence(2), problem, .. } = &error else { panic!("{error:?}") };
            assert!(matches!(problem, Problem::RunsBack { .. }), "{problem:?}");
        }
    }
}
