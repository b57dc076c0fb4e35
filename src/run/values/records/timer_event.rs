//! Events caused only by time.

use serde::{Deserialize, Serialize};

use crate::run::values::Role;

/// An event caused only by time; found by [`timer_events`](crate::run::timer_events()).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edge", rename_all = "snake_case")]
pub enum TimerEvent {
    /// Stage 1 had no GET for the configured time.
    Stalled,
    /// A part of the pause budget is used up.
    BudgetUsed {
        /// 50, 80 or 100.
        percent: u8,
    },
    /// Nothing was received from an appliance for a minute.
    Lost {
        /// Which.
        role: Role,
    },
    /// No INFO line was received although one was due.
    NoInfoLines,
    /// The GET counter rises, but the log is silent.
    LogSilent,
}
