//! A run whose names are replaced, read from its journal in two passes: the names are collected, then replaced.

use crate::{
    commands::command_line::stop::Stop,
    journal::{self, Content, JournalError, JournalReader, ReadReport, RunFolder},
    report::{Collector, RedactError},
    run::{Redaction, Run, Summary, summarise},
};

/// A run as a report shows it.
pub(super) struct ReadRun {
    pub(super) run: Run,
    pub(super) report: ReadReport,
    /// Present where its names are replaced.
    pub(super) redaction: Option<Redaction>,
}

impl ReadRun {
    /// Its summary at the end of the record.
    pub(super) fn summary(&self) -> Summary {
        let summary = summarise(&self.run, self.run.last_at, self.report.head.clone());
        Summary { redacted: self.redaction.clone(), ..summary }
    }
}

/// Why a run cannot be read without its names.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unredacted {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Redact(#[from] RedactError),
}

/// The run recorded in `folder`, without its names where `redact`.
pub(super) fn read(folder: &RunFolder, redact: bool) -> Result<ReadRun, Stop> {
    let read = if redact {
        redacted(folder)
    } else {
        journal::read_run(folder)
            .map(|(run, report)| ReadRun { run, report, redaction: None })
            .map_err(Unredacted::from)
    };
    read.map_err(Stop::failed)
}

fn redacted(folder: &RunFolder) -> Result<ReadRun, Unredacted> {
    let (mut names, mut reader) = (Collector::default(), JournalReader::open(folder)?);
    for entry in reader.by_ref() {
        if let Content::Record(record) = entry?.content {
            names.see(&record)?;
        }
    }
    let records = reader.report().head.records;
    let mut redactor = names.redactor(&journal::redaction_key(folder)?)?;
    // A journal that is still written may have grown, and the names in its new records were not collected.
    let (run, report) = journal::read_run_changed(folder, records, |record| {
        redactor.record(record).map_err(Unredacted::from)
    })?;
    let redaction = Some(redactor.redaction(&run.started.run));
    Ok(ReadRun { run, report, redaction })
}
