//! Closing the record, at the end of the watch.

use crate::session::state::{Session, next_commands::next_commands};
use crate::{
    report,
    run::{Cause, Ending, Event, Summary},
};

/// What the front shows when all is over.
pub(crate) struct ClosingReport {
    pub(crate) summary: Summary,
    /// Sentences on what of the record is not on disk.
    pub(crate) losses: Vec<String>,
}

impl ClosingReport {
    pub(crate) fn text(&self, session: &Session) -> String {
        let commands = next_commands(session.run(), &session.repeated);
        let text = report::text(&self.summary, session.recorder.folder().path(), &commands);
        self.losses.iter().map(String::as_str).chain([text.as_str()]).collect::<Vec<_>>().join("\n")
    }
}

impl Session {
    /// Closes the record, once the sources are closed: what waited for the disk is tried once more, and what still waits
    /// then is lost, which is a finding.
    ///
    /// The order matters. Gaps come before the end, as nothing is recorded after it but its own loss and the export;
    /// the trouble is read before the hole of the lost records replaces it; and the files are forced to disk last.
    pub(crate) fn close(&mut self) -> ClosingReport {
        let ending = self.closing.ending().unwrap_or(Ending::Finished);
        self.note_unread_end();
        self.record_unfinished_line(true);
        self.retry_now();
        self.record_ended_hole();
        let now = self.now();
        if let Some(gap) = self.recorder.take_dropped_gap(now) {
            self.record(&Event::LogGap(gap));
        }
        self.cut_log();
        let mut losses = Vec::new();
        if let Some(gap) = self.recorder.discard_log(now) {
            losses.push(format!("The end of the log is not on disk and is lost now: {}", gap.reason));
            self.record(&Event::LogGap(gap));
        }
        if let Some(made) = self.recorder.end_refusal(now) {
            self.after(&made);
        }
        self.send_start();
        self.take_notice_results();
        self.record(&Event::RunEnded(ending));
        self.retry_now();
        let trouble = self.recorder.trouble().map(str::to_owned);
        if let Some(made) = self.recorder.discard_records(now) {
            self.after(&made);
        }
        let summary = self.summary();
        let exported = self.export(Cause::Automatic);
        self.recorder.sync();
        losses.extend(self.record_loss(trouble));
        let (now, head) = (self.now(), self.recorder.head());
        // Behind the sync: the head that is sent away must be on disk for good.
        self.notifier.send_end(self.recorder.run(), now, &head);
        losses.extend(exported.err().map(|reason| format!("The summary could not be written: {reason}")));
        ClosingReport { summary, losses }
    }

    fn record_loss(&self, trouble: Option<String>) -> Option<String> {
        let folder = self.recorder.folder();
        match (trouble, folder.journal_path().is_file()) {
            (None, true) => None,
            (Some(reason), true) => {
                Some(format!("The end of the record is not on disk and is lost now: {reason}"))
            }
            (Some(reason), false) => {
                Some(format!("Nothing of the record is on disk, and it is lost now: {reason}"))
            }
            (None, false) => Some(format!(
                "The record is not in its place any more: somebody has moved or removed {}",
                folder.path().display()
            )),
        }
    }

    fn retry_now(&mut self) {
        let now = self.now();
        if let Some(made) = self.recorder.retry_now(now) {
            self.after(&made);
        }
    }
}
