//! From a journal to the run it records.

use super::reader::{Content, JournalReader, ReadReport};
use crate::journal::{disk::RunFolder, error::JournalError};
use crate::run::{Record, Run, StartError, apply};

/// Reads the journal of a run, finished or not, and gives the run it adds up to.
///
/// A torn last line is left out and reported; so are records that only a newer minor version knows.
///
/// # Errors
/// [`JournalError`]; the first record that is not as it was written is [`JournalError::Bad`].
pub fn read_run(folder: &RunFolder) -> Result<(Run, ReadReport), JournalError> {
    read_run_by(folder, |_, _| {})
}

/// As [`read_run`]; `see` is given the run as of each record.
pub(crate) fn read_run_by(
    folder: &RunFolder,
    see: impl FnMut(&Run, &Record),
) -> Result<(Run, ReadReport), JournalError> {
    read_run_changed(folder, u64::MAX, Ok, see)
}

/// As [`read_run_by`] for the first `records` records, each as `change` makes it. The journal is checked as it is on disk.
pub(crate) fn read_run_changed<E: From<JournalError>>(
    folder: &RunFolder,
    records: u64,
    change: impl FnMut(Record) -> Result<Record, E>,
    see: impl FnMut(&Run, &Record),
) -> Result<(Run, ReadReport), E> {
    let mut reader = JournalReader::open(folder)?;
    let run = fold_each(&mut reader, folder, records, change, see)?.ok_or_else(|| folder.no_record())?;
    Ok((run, reader.report()))
}

/// The run that the first `records` records of a journal add up to, or all if there are fewer; `None` without any.
pub(crate) fn fold_until(
    reader: &mut JournalReader,
    folder: &RunFolder,
    records: u64,
) -> Result<Option<Run>, JournalError> {
    fold_each(reader, folder, records, Ok, |_, _| {})
}

fn fold_each<E: From<JournalError>>(
    reader: &mut JournalReader,
    folder: &RunFolder,
    records: u64,
    mut change: impl FnMut(Record) -> Result<Record, E>,
    mut see: impl FnMut(&Run, &Record),
) -> Result<Option<Run>, E> {
    let mut run = None;
    // Compared before the next record is read: callers rely on the reader's head being that of the last
    // record applied.
    while reader.head().records < records
        && let Some(entry) = reader.next().transpose()?
    {
        let Content::Record(record) = entry.content else { continue };
        let record = change(record)?;
        fold(&mut run, &record)
            .map_err(|source| JournalError::Start { path: folder.journal_path(), source })?;
        if let Some(run) = &run {
            see(run, &record);
        }
    }
    Ok(run)
}

fn fold(run: &mut Option<Run>, record: &Record) -> Result<(), StartError> {
    match run {
        None => *run = Some(Run::start(record)?),
        Some(run) => apply(run, record),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{
        journal::{
            JournalWriter,
            format::samples::{at, every_event, folder},
        },
        run::FORMAT,
    };

    #[test]
    fn a_replayed_journal_gives_the_run_that_was_recorded() {
        let (_home, folder) = folder();
        let mut writer = JournalWriter::create(&folder).unwrap();
        let mut live = None;
        for (second, event) in (0..).zip(every_event()) {
            fold(&mut live, &writer.append(at(second), &event).unwrap()).unwrap();
            let (replayed, report) = read_run(&folder).unwrap();
            assert_eq!(Some(&replayed), live.as_ref(), "after {event:?}");
            assert_eq!((report.format, &report.head), (Some(FORMAT), writer.head()));
        }
    }

    #[test]
    fn a_torn_last_record_is_left_out_of_the_run() {
        let (_home, folder) = folder();
        let mut writer = JournalWriter::create(&folder).unwrap();
        let events = every_event();
        for event in &events[..3] {
            writer.append(at(0), event).unwrap();
        }
        let (before, _) = read_run(&folder).unwrap();
        writer.append(at(1), &events[3]).unwrap();
        let text = fs::read(folder.journal_path()).unwrap();
        fs::write(folder.journal_path(), &text[..text.len() - 1]).unwrap();
        let (after, report) = read_run(&folder).unwrap();
        assert_eq!(after, before);
        assert!(report.torn.is_some());
    }

    #[test]
    fn an_empty_journal_is_no_run_and_says_so() {
        let (_home, folder) = folder();
        for text in ["", "{\"seq\":0,"] {
            fs::write(folder.journal_path(), text).unwrap();
            let error = read_run(&folder).unwrap_err();
            assert!(matches!(error, JournalError::Empty { .. }), "{error}");
            assert!(error.to_string().contains("journal.ndjson"), "{error}");
        }
    }
}
