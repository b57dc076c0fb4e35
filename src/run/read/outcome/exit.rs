//! How a run came out, and the exit code for it.

use serde::Serialize;

use crate::run::{
    state::Run,
    values::{Ending, Phase},
};

/// How the run came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Both final lines were logged, or the engineer stated that stage 2 is over.
    Restored,
    /// The record ends before that, or has not come so far.
    Incomplete,
    /// A failure marker, or the engineer's statement.
    Failed,
}

/// The result of a run, from which the exit code follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunExit {
    /// Restored, and nothing is open.
    Restored,
    /// The restore failed, or no appliance was ever reached.
    Failed,
    /// The record ended before the restore was complete.
    NotRestored,
    /// Restored, but findings of attention or worse are open, or replication is not known to run.
    RestoredWithFindings,
}

impl RunExit {
    /// The exit code of the contract.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Restored => 0,
            Self::Failed => 1,
            Self::NotRestored => 3,
            Self::RestoredWithFindings => 4,
        }
    }
}

impl Run {
    /// The outcome of the restore so far.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let is_restored = self.phases.span(Phase::Stage2).is_some_and(|span| span.ended_at.is_some())
            && self.phases.span(Phase::InUse).is_some_and(|span| span.started_at.is_some());
        match (self.failed, is_restored) {
            (Some(_), _) => Outcome::Failed,
            (None, true) => Outcome::Restored,
            (None, false) => Outcome::Incomplete,
        }
    }

    /// The result of the run so far.
    #[must_use]
    pub fn exit(&self) -> RunExit {
        if matches!(self.ending, Some(Ending::NeverConnected { .. })) {
            return RunExit::Failed;
        }
        match self.outcome() {
            Outcome::Failed => RunExit::Failed,
            Outcome::Incomplete => RunExit::NotRestored,
            Outcome::Restored => {
                if self.lacks_cleanup() {
                    RunExit::RestoredWithFindings
                } else {
                    RunExit::Restored
                }
            }
        }
    }
}
