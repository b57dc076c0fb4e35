//! A line that a session received.

use crate::run::{Role, Timestamp};

/// A line that a session received, whatever became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedLine {
    /// When.
    pub at: Timestamp,
    /// By which appliance.
    pub role: Role,
    /// Label of the session.
    pub label: String,
    /// The line, control characters escaped.
    pub line: String,
}
