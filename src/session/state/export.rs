//! Writing the summary into the run folder, on demand and at the ends of phases.

use super::Session;
use crate::{
    report,
    run::{Cause, Event, Summary, summarise},
};

impl Session {
    /// Writes the summary files and records that they were written.
    ///
    /// # Errors
    /// A sentence that says why they could not be written.
    pub(super) fn export(&mut self, cause: Cause) -> Result<Vec<String>, String> {
        let files = self.append_export(cause);
        self.follow_up();
        files
    }

    /// Not an effect, as no record may come between the summary and the record of its export: `verify` compares the
    /// files with the run as of that record, whence also one time for both.
    pub(super) fn append_export(&mut self, cause: Cause) -> Result<Vec<String>, String> {
        let now = self.clock.now();
        if let Some(chunk) = self.recorder.cut(now) {
            self.publish(&chunk);
        }
        let summary = summarise(self.run(), now, self.recorder.head());
        let folder = self.recorder.folder();
        report::write_exports(folder.path(), &summary).map_err(|error| {
            let has_record = folder.journal_path().is_file();
            let advice = if has_record { "; `drwatch report` makes the summary from the record" } else { "" };
            format!("{error}{advice}")
        })?;
        let files: Vec<_> = report::EXPORTS.map(str::to_owned).into();
        self.append(now, &Event::Exported { files: files.clone(), cause });
        Ok(files)
    }

    /// The summary as of now.
    pub(super) fn summary(&self) -> Summary {
        summarise(self.run(), self.now(), self.recorder.head())
    }
}
