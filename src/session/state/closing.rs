//! The end of the watch: when it has come, and how the record is closed.

use super::Session;
use crate::{
    report,
    run::{Cause, Elapsed, Ending, Event, Phase, Summary},
};

/// When a watch without a screen is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// The engineer quits.
    Quit,
    /// The namespace is restored, or the log's source has ended.
    Restored,
    /// The scenario's script is played to its end.
    ScriptEnd,
}

/// How long the answers still under way are waited for, which belong to the record.
const LAST_ANSWERS: Elapsed = Elapsed::from_secs(2);

/// What is said when all is over.
pub(crate) struct LastWords {
    pub(crate) summary: Summary,
    /// Sentences on what of the record is not on disk.
    pub(crate) losses: Vec<String>,
}

impl LastWords {
    /// The closing text.
    pub(crate) fn text(&self, session: &Session) -> String {
        let text = report::text(&self.summary, session.recorder().folder().path());
        self.losses.iter().map(String::as_str).chain([text.as_str()]).collect::<Vec<_>>().join("\n")
    }
}

impl Session {
    /// Ends the watch where it is over, as the settings of the watch have it.
    pub(super) fn check_end(&mut self, log_is_read: bool, script_is_over: bool) {
        let is_over = match self.until {
            Until::Quit => false,
            Until::Restored => self.run().phases.current >= Phase::InUse || log_is_read,
            Until::ScriptEnd => {
                script_is_over && self.run().actions.iter().all(|action| action.state.is_settled())
            }
        };
        if !is_over {
            return;
        }
        let now = self.now();
        let since = *self.over_since.get_or_insert(now);
        if now.since(since) >= LAST_ANSWERS || self.until == Until::ScriptEnd {
            self.end(Ending::Finished);
        }
    }

    /// Closes the record; the sources are closed already.
    pub(crate) fn close(&mut self) -> LastWords {
        let ending = self.ending.take().unwrap_or(Ending::Finished);
        self.note_unread_end();
        self.look_at_unfinished(true);
        self.close_record(ending)
    }

    /// Brings the record to its end: what waited for the disk is tried once more, and what still waits then is lost,
    /// which is a finding like any other.
    fn close_record(&mut self, ending: Ending) -> LastWords {
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

    /// Writes what a refusing disk has left in memory, if it takes it now.
    fn mend_now(&mut self) {
        let now = self.now();
        if let Some(made) = self.recorder.mend_now(now) {
            self.after(&made);
        }
    }
}
