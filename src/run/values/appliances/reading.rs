//! What can be read of an appliance: its role, its states, and the answer to a question.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::run::values::{Elapsed, RunId, Timestamp};

/// Which of the two appliances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The production appliance, whose replication is paused and resumed.
    Primary,
    /// The appliance that rebuilds the namespace.
    Dr,
}

impl Role {
    /// Both roles.
    pub const BOTH: [Self; 2] = [Self::Primary, Self::Dr];

    /// The other role.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Primary => Self::Dr,
            Self::Dr => Self::Primary,
        }
    }

    /// The one of two values that belongs to this role.
    #[must_use]
    pub fn pick<T>(self, primary: T, dr: T) -> T {
        match self {
            Self::Primary => primary,
            Self::Dr => dr,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Primary => "primary",
            Self::Dr => "DR appliance",
        })
    }
}

/// The role of an appliance in an earlier run, as confirmed by the engineer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownRole {
    /// Serial number of the appliance.
    pub serial: String,
    /// Its role then.
    pub role: Role,
    /// The run.
    pub run: RunId,
}

/// State of the appliance's storage service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceState {
    /// Not started.
    Stopped,
    /// Coming up, replaying logs, or otherwise not ready; as worded by the appliance.
    Busy(String),
    /// Running; as worded by the appliance.
    Running(String),
}

/// Whether the primary replicates to the bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplicationState {
    /// New data goes to the cloud.
    Running,
    /// No data goes to the cloud: production is unprotected.
    Paused,
}

/// The outcome of asking an appliance for a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading<T> {
    /// The value.
    Known(T),
    /// The service that holds the value does not run (`failed to connect, no process available`).
    ServiceDown,
    /// The appliance answered, but the answer does not contain the value.
    Unreadable,
    /// The appliance refused the question; its message.
    Refused(String),
}

impl<T> Reading<T> {
    /// The value, if it was read.
    pub const fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }
}

/// State of the connection to an appliance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Link {
    /// No destination was given for this appliance.
    Absent,
    /// Being established.
    Connecting,
    /// Established.
    Connected,
    /// Down; tried again at `retry_at`.
    Waiting {
        /// Why, as a sentence for the engineer.
        reason: String,
        /// When the next attempt is made.
        retry_at: Timestamp,
    },
    /// Down and not retried automatically: the engineer has to act (password, host key).
    Stopped {
        /// Why, as a sentence for the engineer.
        reason: String,
    },
}

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// The value read from it.
    pub reading: Reading<T>,
    /// Time from question to answer.
    pub took: Elapsed,
    /// The reply itself, control characters escaped, cut at 4 KiB.
    pub raw: String,
}

/// Start of the raw text recorded on timeout.
pub const NO_ANSWER: &str = "(no answer within ";

impl<T> Answer<T> {
    /// Whether this was recorded on timeout.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.raw.starts_with(NO_ANSWER)
    }
}
