//! Writing the summary into the run folder, on demand and at the ends of phases.

use thiserror::Error;

use crate::session::state::Session;
use crate::{
    report::{self, Report, Trail},
    run::{Cause, Event, Summary, summarise},
};

/// Why the summary is not in the run folder.
#[derive(Debug, Error)]
pub(in crate::session::state) enum SummaryUnwritten {
    #[error("{0}; `drwatch report` makes the summary from the record")]
    Recorded(report::ExportError),
    /// The record is not there either.
    #[error("{0}")]
    RecordGone(report::ExportError),
}

impl Session {
    /// Writes the summary files and records that they were written.
    pub(in crate::session::state) fn export(
        &mut self,
        cause: Cause,
    ) -> Result<Vec<String>, SummaryUnwritten> {
        let files = self.append_export(cause);
        self.follow_up();
        files
    }

    /// Not an effect, as no record may come between the summary and the record of its export: `verify` compares the
    /// files with the run as of that record. Both have the same time for the same reason.
    pub(in crate::session::state) fn append_export(
        &mut self,
        cause: Cause,
    ) -> Result<Vec<String>, SummaryUnwritten> {
        let now = self.clock.now();
        if let Some(chunk) = self.recorder.cut(now) {
            // Not followed up: a record made now would come between the summary and its export.
            self.publish(&chunk);
        }
        // The files are forced to disk at once: a power failure must not leave a summary of records that it took.
        self.recorder.sync();
        let files: Vec<_> = report::EXPORTS.map(str::to_owned).into();
        let exported = Event::Exported { files: files.clone(), cause };
        // With the head as it is here, by which `verify` finds the records that the summary was made from, and with the
        // digest of the next record, which no other record may ever cover.
        let mut summary = summarise(self.run(), now, self.recorder.head());
        summary.export_record = self.recorder.digest_of_next(now, &exported);
        let report = Report::of_run(self.run(), summary, Trail::default());
        let folder = self.recorder.folder();
        report::write_exports(folder.path(), &report).map_err(|error| {
            let is_recorded = folder.journal_path().is_file();
            if is_recorded { SummaryUnwritten::Recorded(error) } else { SummaryUnwritten::RecordGone(error) }
        })?;
        self.append(now, &exported);
        Ok(files)
    }

    pub(in crate::session::state) fn summary(&self) -> Summary {
        summarise(self.run(), self.now(), self.recorder.head())
    }
}
