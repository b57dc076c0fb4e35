//! The records of a run as they are shown: as they are, or with its names replaced, for which they are read twice: first
//! the names are collected.

use crate::{
    journal::{self, Content, JournalError, JournalReader, ReadReport, RunFolder},
    report::{Collector, RedactError, Redactor},
    run::{Record, Redaction, Run, RunId},
};

/// Why a run cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unshown {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Redact(#[from] RedactError),
}

/// The records of a run as they are shown.
pub(super) struct ShownRecords<'f> {
    folder: &'f RunFolder,
    /// With how many records its names were collected; `None` where they stay. A journal that is still written may grow,
    /// and of what comes behind these nothing is shown.
    redactor: Option<(Redactor, u64)>,
}

impl<'f> ShownRecords<'f> {
    /// Those of the run in `folder`, without its names where `redact`.
    pub(super) fn open(folder: &'f RunFolder, redact: bool) -> Result<Self, Unshown> {
        if !redact {
            return Ok(Self { folder, redactor: None });
        }
        let (mut names, mut reader) = (Collector::default(), JournalReader::open(folder)?);
        for entry in reader.by_ref() {
            if let Content::Record(record) = entry?.content {
                names.see(&record)?;
            }
        }
        let records = reader.report().head.records;
        let redactor = names.redactor(&journal::redaction_key(folder)?)?;
        Ok(Self { folder, redactor: Some((redactor, records)) })
    }

    /// The run that they add up to; `see` is given the run as of each record.
    pub(super) fn run(&mut self, see: impl FnMut(&Run, &Record)) -> Result<(Run, ReadReport), Unshown> {
        let Some((redactor, records)) = &mut self.redactor else {
            return Ok(journal::read_run_by(self.folder, see)?);
        };
        journal::read_run_changed(self.folder, *records, |record| Ok(redactor.record(&record)?), see)
    }

    /// Gives each of them to `take`.
    pub(super) fn each(&mut self, mut take: impl FnMut(&Record)) -> Result<(), Unshown> {
        let mut reader = JournalReader::open(self.folder)?;
        let limit = self.redactor.as_ref().map_or(u64::MAX, |(_, records)| *records);
        while reader.head().records < limit
            && let Some(entry) = reader.next().transpose()?
        {
            let Content::Record(record) = entry.content else { continue };
            match &mut self.redactor {
                None => take(&record),
                Some((redactor, _)) => take(&redactor.record(&record)?),
            }
        }
        Ok(())
    }

    /// The words that replace names in what was given so far; `None` where names stay.
    pub(super) fn redaction(&self, run: &RunId) -> Option<Redaction> {
        self.redactor.as_ref().map(|(redactor, _)| redactor.redaction(run))
    }

    pub(super) const fn is_redacted(&self) -> bool {
        self.redactor.is_some()
    }
}
