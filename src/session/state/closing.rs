//! The end of the record, and what is said of it last.

use std::io;

use super::Session;
use crate::{
    report,
    run::{Cause, Ending, Event, Summary},
};

/// What is said when all is over.
pub(super) struct LastWords {
    summary: Summary,
    /// Sentences on what of the record is not on disk.
    losses: Vec<String>,
}

impl Session {
    /// Brings the record to its end: what waited for the disk is tried once more, and what still waits then is lost,
    /// which is a finding like any other.
    pub(super) fn close_record(&mut self, ending: Ending) -> LastWords {
        self.mend_now();
        self.tell_of_hole_at_end();
        let now = self.now();
        if let Some(gap) = self.recorder.dropped(now) {
            self.record(&Event::LogGap(gap));
        }
        self.cut_log();
        let mut losses = Vec::new();
        if let Some(gap) = self.recorder.lose_log(now) {
            losses.push(format!("The end of the log is not on disk and is lost now: {}", gap.reason));
            self.record(&Event::LogGap(gap));
        }
        if let Some(made) = self.recorder.refusal_over(now) {
            self.after(&made);
        }
        self.record(&Event::RunEnded(ending));
        self.mend_now();
        let trouble = self.recorder.trouble().map(str::to_owned);
        if let Some(made) = self.recorder.lose_records(now) {
            self.after(&made);
        }
        let summary = self.summary();
        let exported = self.export(Cause::Automatic);
        self.recorder.sync();
        losses.extend(self.loss_of_records(trouble));
        losses.extend(exported.err().map(|reason| format!("The summary could not be written: {reason}")));
        LastWords { summary, losses }
    }

    fn loss_of_records(&self, trouble: Option<String>) -> Option<String> {
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

    /// Says the last words; where what was lost would not be among them, on standard error.
    pub(super) fn say_last_words(&mut self, words: &LastWords) -> io::Result<()> {
        let LastWords { summary, losses } = words;
        let Some(front) = self.front.take() else { return Ok(()) };
        let text = report::text(summary, self.recorder.folder().path());
        let closing = losses.iter().map(String::as_str).chain([text.as_str()]).collect::<Vec<_>>().join("\n");
        if !front.says_closing() {
            for loss in losses {
                self.complain(loss.clone(), self.now());
            }
        }
        front.finish(summary, &closing)
    }

    /// Writes what a refusing disk has left in memory, if it takes it now.
    fn mend_now(&mut self) {
        let now = self.now();
        if let Some(made) = self.recorder.mend_now(now) {
            self.after(&made);
        }
    }
}
