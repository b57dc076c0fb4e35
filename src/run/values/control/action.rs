//! What drwatch may do to an appliance, and how far such an action has come.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::run::values::{Role, ThreadCount};

/// A change of an appliance that may be requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActionKind {
    /// Stop replication on the primary.
    Pause,
    /// Start replication on the primary again.
    Resume,
    /// Set the replication threads of the DR appliance.
    SetThreads(ThreadCount),
}

impl ActionKind {
    /// The only appliance this action may ever be sent to.
    #[must_use]
    pub const fn role(self) -> Role {
        match self {
            Self::Pause | Self::Resume => Role::Primary,
            Self::SetThreads(_) => Role::Dr,
        }
    }

    /// One word for reports and the `kind` of an action: `pause`, `resume`, `threads`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::SetThreads(_) => "threads",
        }
    }
}

impl fmt::Display for ActionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pause => f.write_str("pause replication"),
            Self::Resume => f.write_str("resume replication"),
            Self::SetThreads(threads) => write!(f, "set {threads} replication threads"),
        }
    }
}

/// How certain the syntax of a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Not known: verified at run time.
    Unknown,
    /// Inferred from the family of command lines.
    Inferred,
    /// Documented by the vendor or seen in real output.
    Documented,
    /// Given by the procedure.
    Procedure,
}

/// Exactly what an action would send, shown to the engineer before consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionPlan {
    /// The intent.
    pub action: ActionKind,
    /// The literal lines, in order, mode changes included.
    pub lines: Vec<String>,
    /// Certainty of the least certain line.
    pub certainty: Certainty,
}

/// The engineer's decision to act against the policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// The reason given.
    pub reason: String,
}

/// The state of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ActionState {
    /// Recorded; its lines are on their way, or will be.
    Requested,
    /// Its lines were answered; the read-back is awaited.
    Sent,
    /// The appliance's read-back shows the wanted state.
    Confirmed,
    /// Accepted; the value can be read back only once the service runs.
    AwaitingService,
    /// Not carried out, and why.
    Rejected {
        /// The appliance's message, or drwatch's own.
        reason: String,
    },
    /// Perhaps carried out: the connection was lost, or the read-back is unreadable.
    Unknown {
        /// What happened.
        reason: String,
    },
}

impl ActionState {
    /// The state's one word, as in the summary.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Sent => "sent",
            Self::Confirmed => "confirmed",
            Self::AwaitingService => "awaiting_service",
            Self::Rejected { .. } => "rejected",
            Self::Unknown { .. } => "unknown",
        }
    }

    /// Whether the action is finished.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        !matches!(self, Self::Requested | Self::Sent)
    }
}
