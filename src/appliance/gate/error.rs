//! Why the gate does not accept a dialect, or does not let something through.

use thiserror::Error;

use super::sendable::Sendable;
use crate::{
    run::{ActionKind, Role},
    text,
};

/// A line of the dialect that may not be sent.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("the dialect's {entry} cannot be used: {} {problem}; correct it in the dialect file", quoted(line))]
pub struct GateError {
    pub(super) entry: &'static str,
    line: String,
    pub(super) problem: Problem,
}

impl GateError {
    pub(super) fn new(kind: Sendable, line: &str, problem: Problem) -> Self {
        Self { entry: kind.entry(), line: text::excerpt(line, 200), problem }
    }
}

fn quoted(line: &str) -> String {
    if line.is_empty() { "it".to_owned() } else { format!("`{line}`") }
}

/// What is wrong with an entry.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub(super) enum Problem {
    #[error("has no line, or more lines than its kind of command may have")]
    LineCount,
    #[error("names a mode that its kind of command is not typed in")]
    Mode,
    #[error("has a time limit of zero or of more than a week")]
    Limit,
    #[error("is longer than 200 bytes")]
    Length,
    #[error("is empty, or has spaces at an end or in a row")]
    Spacing,
    #[error("holds the character {0:?}, which is never sent")]
    Character(char),
    #[error("holds the word `{0}`, or an abbreviation of it, which is never sent")]
    Forbidden(&'static str),
    #[error("has not the shape {expected}")]
    Shape { expected: &'static str },
    #[error("does not undo commands.pause: the two have to be each other's opposite, line by line")]
    NotOppositeOfPause,
}

/// Why the gate does not let something through.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    #[error("drwatch runs read-only and does not {action}; start it without --read-only to do so")]
    ReadOnly { action: ActionKind },
    #[error("drwatch does not {action} on the {role}; the action belongs to the other appliance")]
    WrongRole { action: ActionKind, role: Role },
    /// The question belongs to the other appliance, or is none.
    #[error("{} is not asked of the {role}", kind.entry())]
    NotAQuestionHere { kind: Sendable, role: Role },
    #[error("{threads} is not a number of replication threads; choose 16 to 128")]
    ThreadsOutOfRange { threads: u32 },
    /// The plan was not made by this gate.
    #[error("the lines to {action} are not the ones the dialect gives; ask again")]
    NotThePlan { action: ActionKind },
}
