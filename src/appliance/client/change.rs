//! Carrying out an approved plan, line by line. Judged by the replies' text alone; whether the state
//! has changed only a read-back tells.

use super::{Client, RAW_LIMIT};
use crate::{
    appliance::{
        gate::{Approved, Sendable},
        shell::{Reply, ShellError},
    },
    dialect::Mode,
    parse,
};

/// What came of typing the lines of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Performed {
    /// The lines handed to the connection.
    pub sent: Vec<String>,
    /// The replies, printable, cut at 4 KiB.
    pub answer: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// How the typing of a plan ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every line was taken. `remark`: what the appliance said to the change, unless it is benign.
    Taken {
        /// Printable.
        remark: Option<String>,
    },
    /// The appliance refused a line, in its own words.
    Refused {
        /// Printable.
        words: String,
    },
    /// The shell failed before the line that changes something was sent: nothing has changed.
    NotSent {
        /// Why, as a sentence.
        reason: String,
    },
    /// The shell failed after that: nobody knows.
    Lost {
        /// Why, as a sentence.
        reason: String,
    },
}

const fn changes_state(line: &Approved) -> bool {
    matches!(line.kind(), Sendable::Pause | Sendable::Resume | Sendable::SetThreads)
}

impl Client {
    /// Types `lines`, which the gate made of a plan. After a refusal nothing but the lines that leave
    /// config mode is typed.
    pub async fn perform(&mut self, lines: &[Approved]) -> Performed {
        let mut sent = Vec::new();
        let mut replies = Vec::new();
        let mut remark = None;
        let mut refused: Option<String> = None;
        let mut failure = None;
        for line in lines {
            if refused.is_some() && !self.may_follow_refusal(line) {
                continue;
            }
            sent.push(line.line().to_owned());
            match self.shell.ask(line).await {
                Ok(reply) => {
                    replies.extend_from_slice(&reply.text());
                    if refused.is_none() {
                        refused = self.refusal(line, &reply);
                    }
                    if refused.is_none() && changes_state(line) {
                        remark = remark.or_else(|| self.remark(line, &reply));
                    }
                }
                Err(error) => {
                    failure = Some((error, changes_state(line)));
                    break;
                }
            }
        }
        let change_sent =
            lines.iter().any(|line| changes_state(line) && sent.iter().any(|s| s == line.line()));
        let outcome = match (refused, failure) {
            (Some(words), _) => Outcome::Refused { words },
            (None, None) => Outcome::Taken { remark },
            (None, Some((error, _))) if change_sent => Outcome::Lost { reason: reason(&error) },
            (None, Some((error, _))) => Outcome::NotSent { reason: reason(&error) },
        };
        Performed { sent, answer: parse::printable_within(replies.trim_ascii_end(), RAW_LIMIT), outcome }
    }

    fn may_follow_refusal(&self, line: &Approved) -> bool {
        line.kind() == Sendable::Leave && self.shell.mode() == Mode::Config
    }

    /// Why `line` was not taken: an error, or a mode that was not entered.
    fn refusal(&self, line: &Approved, reply: &Reply) -> Option<String> {
        if let Some(words) = reply.refusal() {
            return Some(words);
        }
        let entered = match line.kind() {
            Sendable::Enable => self.shell.mode() != Mode::Normal,
            Sendable::Configure => self.shell.mode() == Mode::Config,
            _ => true,
        };
        (!entered).then(|| {
            let words = super::printable_reply(&reply.text());
            if words.is_empty() { format!("`{}` did not change the mode", line.line()) } else { words }
        })
    }

    fn remark(&self, line: &Approved, reply: &Reply) -> Option<String> {
        let text = reply.text();
        let text = text.trim_ascii();
        let benign = line.kind() == Sendable::SetThreads
            && self.dialect.is_benign_for_threads(&String::from_utf8_lossy(text));
        (!text.is_empty() && !benign).then(|| super::printable_reply(text))
    }
}

fn reason(error: &ShellError) -> String {
    match error {
        ShellError::Closed { .. } => "contact was lost while it was carried out".to_owned(),
        other => other.to_string(),
    }
}
