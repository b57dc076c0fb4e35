//! Writing the summary into the run folder, on demand and at the ends of phases.

use crate::{
    report,
    run::{Cause, Event, Summary, summarise},
};

use super::state::Session;

impl Session {
    /// The summary as of now.
    pub(crate) fn summary(&self) -> Summary {
        summarise(self.run(), self.now(), self.recorder().head())
    }

    /// Writes the summary files and records that they were written.
    ///
    /// # Errors
    /// A sentence that says why they could not be written.
    pub(crate) fn export(&mut self, cause: Cause) -> Result<Vec<String>, String> {
        self.cut_log();
        // One time for both: the record of the export tells `verify` as of when the summary is.
        let now = self.now();
        let summary = summarise(self.run(), now, self.recorder().head());
        let folder = self.recorder().folder();
        report::write_exports(folder.path(), &summary).map_err(|error| {
            // A record that is not there makes none.
            let has_record = folder.journal_path().is_file();
            let advice = if has_record { "; `drwatch report` makes the summary from the record" } else { "" };
            format!("{error}{advice}")
        })?;
        let files: Vec<_> = report::EXPORTS.map(str::to_owned).into();
        self.record_at(now, &Event::Exported { files: files.clone(), cause });
        Ok(files)
    }
}
