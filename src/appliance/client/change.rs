//! Carrying out an approved plan, line by line. The replies say whether a line was refused; whether the
//! state has changed only a read-back shows.

use tracing::Instrument as _;

use super::{Client, RAW_LIMIT, printable_reply, report_other_name};
use crate::{
    appliance::{
        gate::{Approved, Sendable},
        shell::{Reply, ShellError},
    },
    dialect::Mode,
    text,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Performed {
    /// The lines handed to the connection.
    pub(crate) sent: Vec<String>,
    /// The replies, printable, cut at 4 KiB.
    pub(crate) answer: String,
    pub(crate) outcome: Outcome,
}

/// How the typing of a plan ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All lines were typed, the ones after a refusal only to leave configuration mode.
    Sent {
        /// The words with which the appliance refused the line that changes something.
        refused: Option<String>,
        /// What else it said to that line or a later one, unless it is benign.
        remark: Option<String>,
    },
    /// The line that changes something was not typed: nothing has changed. The reason is the appliance's
    /// words, or what failed.
    NotSent { reason: String },
    /// The shell failed after that line: the effect is unknown.
    Lost { reason: String },
}

const fn changes_state(line: &Approved) -> bool {
    matches!(line.kind(), Sendable::Pause | Sendable::Resume | Sendable::SetThreads)
}

#[derive(Default)]
struct ReplyNotes {
    /// A mode was not entered: the line that changes something is not reached.
    no_entry: Option<String>,
    refused: Option<String>,
    remark: Option<String>,
}

impl Client {
    /// Types `lines`, which the gate made of a plan. After a refusal nothing but the lines that leave
    /// config mode is typed.
    pub(crate) async fn perform(&mut self, lines: &[Approved]) -> Performed {
        let mut sent = Vec::new();
        let mut replies = Vec::new();
        let mut words = ReplyNotes::default();
        let mut failure = None;
        let mut is_change_sent = false;
        for line in lines {
            let is_refused = words.no_entry.is_some() || words.refused.is_some();
            // `exit` leaves config mode; elsewhere it would end the session.
            let leaves_config = line.kind() == Sendable::Leave && self.shell.mode() == Mode::Config;
            // Not a `break`: the line that leaves configuration mode still comes.
            if is_refused && !leaves_config {
                continue;
            }
            // Noted before it is typed: a write that fails may have sent it all the same.
            sent.push(line.line().to_owned());
            is_change_sent |= changes_state(line);
            let span = tracing::info_span!("command", kind = ?line.kind());
            match self.shell.ask(line).instrument(span).await {
                Ok(reply) => {
                    replies.extend_from_slice(&reply.text());
                    self.note_reply(line, &reply, is_change_sent, &mut words);
                }
                Err(error) => {
                    tracing::warn!(kind = ?line.kind(), error = ?error.to_string(), "command not answered");
                    report_other_name(&self.reports, &error);
                    failure = Some(error);
                    break;
                }
            }
        }
        let ReplyNotes { no_entry, refused, remark } = words;
        // A change that was handed over and not answered may have taken effect: only the read-back decides.
        let outcome = match (failure, no_entry) {
            // Where the refusal was read, a shell that fails afterwards makes nothing unknown.
            (Some(error), _) if is_change_sent && refused.is_none() => {
                Outcome::Lost { reason: reason(&error) }
            }
            // The change was not reached, whatever failed behind that.
            (_, Some(words)) => Outcome::NotSent { reason: words },
            (Some(error), None) if !is_change_sent => Outcome::NotSent { reason: reason(&error) },
            _ => Outcome::Sent { refused, remark },
        };
        Performed { sent, answer: text::printable_within(replies.trim_ascii_end(), RAW_LIMIT), outcome }
    }

    /// Sorts the reply to `line`: a mode not entered, a refused change, or a remark. A later reply, such as
    /// `% Warning: not saved` to the line that leaves, does not undo the change.
    fn note_reply(&self, line: &Approved, reply: &Reply, is_change_sent: bool, notes: &mut ReplyNotes) {
        if !is_change_sent {
            notes.no_entry = notes.no_entry.take().or_else(|| self.refused_entry(line, reply));
        } else if changes_state(line) && reply.refusal().is_some() && !self.is_benign(line, reply) {
            notes.refused = notes.refused.take().or_else(|| reply.refusal());
        } else {
            notes.remark = notes.remark.take().or_else(|| self.remark(line, reply));
        }
    }

    fn refused_entry(&self, line: &Approved, reply: &Reply) -> Option<String> {
        if let Some(words) = reply.refusal() {
            return Some(words);
        }
        let entered = match line.kind() {
            Sendable::Enable => self.shell.mode() != Mode::Normal,
            Sendable::Configure => self.shell.mode() == Mode::Config,
            _ => true,
        };
        (!entered).then(|| {
            let words = printable_reply(&reply.text());
            if words.is_empty() { format!("`{}` did not change the mode", line.line()) } else { words }
        })
    }

    fn remark(&self, line: &Approved, reply: &Reply) -> Option<String> {
        let text = reply.text();
        let text = text.trim_ascii();
        (!text.is_empty() && !self.is_benign(line, reply)).then(|| printable_reply(text))
    }

    fn is_benign(&self, line: &Approved, reply: &Reply) -> bool {
        line.kind() == Sendable::SetThreads
            && self.dialect.is_benign_for_threads(&String::from_utf8_lossy(&reply.text()))
    }
}

fn reason(error: &ShellError) -> String {
    match error {
        ShellError::Closed { .. } => "contact was lost while it was carried out".to_owned(),
        other => other.to_string(),
    }
}
