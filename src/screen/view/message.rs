//! Messages over the key line: how long they are shown, and how they are meant.

use crate::run::{Elapsed, Timestamp};

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageKind {
    Plain,
    /// Something asked for was done.
    Good,
    /// Something asked for was not done.
    Bad,
}

#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) text: String,
    pub(crate) kind: MessageKind,
    /// When it was shown; moved on with time that runs fast or jumps, so that it is shown for long enough.
    pub(crate) at: Timestamp,
    /// When it was made. What has happened since outdates it.
    pub(crate) made_at: Timestamp,
    /// How long it stays; `None`: until a key is pressed.
    pub(super) stays: Option<Elapsed>,
}

impl Message {
    /// How long a passing message is shown.
    pub(super) const DURATION: Elapsed = Elapsed::from_secs(8);

    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.stays.is_none_or(|stays| now.since(self.at) < stays)
    }
}
