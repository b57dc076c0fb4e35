//! Adding a statement to the record of a run that nobody records at the moment.

use super::stop::Stop;
use crate::{
    clock::Clock,
    journal::{self, JournalError, JournalWriter, RunFolder},
    run::{Event, Record, Run, Timestamp},
};

/// Appends `event` to the journal of a run, ended or interrupted, and forces it to disk. The run stays as it is
/// otherwise: it is not gone on with, and an end stays its end.
///
/// Only an event that is [about the test](Event::is_about_the_test) may be given. The run is locked meanwhile; while
/// another process records it, the failure says so.
pub(in crate::commands) fn append_after_end(folder: &RunFolder, event: &Event) -> Result<Record, Stop> {
    debug_assert!(event.is_about_the_test(), "{event:?} would change the figures of the run");
    append(folder, event).map_err(Stop::failed)
}

fn append(folder: &RunFolder, event: &Event) -> Result<Record, JournalError> {
    let mut ended = EndedRun::open(folder)?;
    let at = ended.next_at();
    ended.writer.append_durably(at, event)
}

/// The record of a run that nobody else records, locked, and the run as of its last record.
pub(in crate::commands) struct EndedRun {
    pub(in crate::commands) writer: JournalWriter,
    pub(in crate::commands) run: Run,
}

impl EndedRun {
    /// Opens the record to add statements [about the test](Event::is_about_the_test) to it.
    pub(in crate::commands) fn open(folder: &RunFolder) -> Result<Self, JournalError> {
        // Before the lock, so that nothing is left in a folder that holds no run.
        journal::read_run(folder)?;
        let (writer, report) = JournalWriter::reopen(folder)?;
        // An older drwatch must not write into what it knows in part.
        if let Some(found) = report.format.filter(|_| report.opaque > 0) {
            return Err(JournalError::TooNew { path: folder.journal_path(), found });
        }
        // Read anew under the lock: another process may have added records in between.
        let (run, _) = journal::read_run(folder)?;
        Ok(Self { writer, run })
    }

    /// The time of the next record: now, but a clock that was set back does not let the times of the record run back.
    pub(in crate::commands) fn next_at(&self) -> Timestamp {
        Clock::system().now().max(self.run.recorded_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dialect::Dialect,
        run::{Elapsed, Ending, IssueEntry, RunSettings, Sequence, Timestamp, summarise},
        session::setup::{Names, started_event},
    };

    fn issue() -> Event {
        Event::IssueStated {
            code: "stalled".to_owned(),
            opened: Sequence(1),
            entry: IssueEntry { owner: Some("Kim Berg".to_owned()), ..IssueEntry::default() },
            user: "kim".to_owned(),
            engineer: None,
        }
    }

    fn run_of(end: bool) -> (tempfile::TempDir, RunFolder, JournalWriter) {
        let runs = tempfile::tempdir().unwrap();
        let at = Timestamp::new(chrono::DateTime::UNIX_EPOCH);
        let folder = RunFolder::create(runs.path(), at, 1).unwrap();
        let names = Names::simulated();
        let started = started_event(folder.id(), &RunSettings::default(), &Dialect::built_in(), names, false);
        let mut writer = JournalWriter::create(&folder).unwrap();
        writer.append_durably(at, &started).unwrap();
        if end {
            writer.append_durably(at + Elapsed::from_secs(60), &Event::RunEnded(Ending::Quit)).unwrap();
        }
        (runs, folder, writer)
    }

    #[test]
    fn a_statement_after_the_end_leaves_the_figures_as_they_were() {
        for end in [true, false] {
            let (_runs, folder, writer) = run_of(end);
            drop(writer);
            let (before, report) = journal::read_run(&folder).unwrap();
            let made = append_after_end(&folder, &issue()).ok().unwrap();
            assert_eq!(made.seq, before.last.next());
            let (after, _) = journal::read_run(&folder).unwrap();
            assert_eq!(
                (&after.ending, after.ended_by, after.last_at),
                (&before.ending, before.ended_by, before.last_at)
            );
            assert_eq!(after.issues.len(), 1);
            assert!(after.recorded_at > after.last_at);
            let figures = |run| {
                let mut summary = summarise(run, before.last_at, report.head.clone());
                summary.test.issues.clear();
                summary
            };
            assert_eq!(figures(&before), figures(&after));
            journal::verify(&folder).unwrap();
        }
    }

    #[test]
    fn nothing_is_added_to_a_run_that_is_being_recorded() {
        let (_runs, folder, _writer) = run_of(false);
        let Err(stop) = append_after_end(&folder, &issue()) else { panic!("it was added") };
        assert!(stop.text.contains("is being recorded by process"), "{}", stop.text);
        assert_eq!(stop.exit, crate::run::Exit::Failed);
    }

    #[test]
    fn nothing_is_added_to_a_folder_without_a_record() {
        let (_runs, folder, writer) = run_of(false);
        drop(writer);
        std::fs::write(folder.journal_path(), "").unwrap();
        assert!(append_after_end(&folder, &issue()).is_err());
        assert_eq!(std::fs::read_to_string(folder.journal_path()).unwrap(), "");
    }
}
