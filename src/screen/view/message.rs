//! Messages over the key line: how long they are shown, and how they are meant.

use crate::run::{Elapsed, Timestamp};

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageKind {
    /// For information.
    Plain,
    /// Something asked for was done.
    Good,
    /// Something asked for was not done.
    Bad,
}

/// A message over the rows above the key line.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) text: String,
    pub(crate) kind: MessageKind,
    pub(crate) at: Timestamp,
    /// How long it stays; `None`: until a key is pressed.
    stays: Option<Elapsed>,
}

impl Message {
    /// How long a passing message is shown.
    const DURATION: Elapsed = Elapsed::from_secs(8);

    /// A message shown for some seconds.
    pub(super) const fn passing(text: String, kind: MessageKind, at: Timestamp) -> Self {
        Self { text, kind, at, stays: Some(Self::DURATION) }
    }

    /// A message shown until a key is pressed.
    pub(super) const fn lasting(text: String, at: Timestamp) -> Self {
        Self { text, kind: MessageKind::Plain, at, stays: None }
    }

    /// Whether it is still to be shown.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.stays.is_none_or(|stays| now.since(self.at) < stays)
    }
}
