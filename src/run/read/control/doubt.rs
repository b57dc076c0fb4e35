//! The pause or resume of which nothing shows yet what came of it, and what is known of replication meanwhile.

use crate::run::state::{ActionRecord, Run};
use crate::run::values::{ActionKind, ActionState, Known, Timestamp};

impl Run {
    /// The pause or resume of which nothing shows yet whether it took effect: it was requested, and its outcome is not on
    /// record, or is unknown without a reading or statement since. The command may still take effect after drwatch has given
    /// up waiting for the answer.
    #[must_use]
    pub fn change_in_doubt(&self) -> Option<&ActionRecord> {
        // `sent` clears a statement made before the command was sent.
        let stated_since_sent = self.tracking.replication_stated.is_some();
        let is_open = |action: &&ActionRecord| match action.state {
            ActionState::Requested => true,
            ActionState::Sent => !stated_since_sent,
            _ => is_outcome_unknown(self, action),
        };
        changes(self).rev().find(is_open)
    }

    /// The replication state; unknown while a change is in doubt, whatever was read before it.
    #[must_use]
    pub fn replication_state(&self) -> Known {
        if self.change_in_doubt().is_some() { Known::Unknown } else { self.replication.state }
    }

    /// Whether a pause or resume requested since `read_at` may have changed by `until` what was read then: it speaks against
    /// nothing that is stated after the request.
    pub(in crate::run) fn may_have_changed(&self, read_at: Timestamp, until: Timestamp) -> bool {
        // A reading of the same moment may have been made before the request.
        let is_between = |action: &&ActionRecord| (read_at..=until).contains(&action.requested_at);
        let may_have = |action: &ActionRecord| match action.state {
            ActionState::Requested | ActionState::Sent | ActionState::Unknown { .. } => true,
            ActionState::Confirmed => action.settled_at.is_some_and(|settled| settled > until),
            ActionState::Rejected { .. } | ActionState::AwaitingService => false,
        };
        changes(self).filter(is_between).any(may_have)
    }

    /// Whether replication is paused, or may be: then leaving takes a decision.
    #[must_use]
    pub fn may_be_paused(&self) -> bool {
        match self.replication_state() {
            Known::Running => false,
            Known::Paused => true,
            Known::Unreadable | Known::Unknown => {
                self.replication.open_pause().is_some() || self.change_in_doubt().is_some()
            }
        }
    }
}

/// The requests to pause or resume, the oldest first.
pub(super) fn changes(run: &Run) -> impl DoubleEndedIterator<Item = &ActionRecord> {
    run.actions.iter().filter(|action| !matches!(action.plan.action, ActionKind::SetThreads(_)))
}

/// Whether the outcome of an action is unknown and no reading since shows it.
pub(in crate::run) fn is_outcome_unknown(run: &Run, action: &ActionRecord) -> bool {
    let known_at = match action.plan.action {
        // It is cleared where the command may have undone it.
        ActionKind::Pause | ActionKind::Resume if run.tracking.replication_stated.is_some() => return false,
        ActionKind::Pause | ActionKind::Resume => run.tracking.replication_known_at,
        ActionKind::SetThreads(_) => {
            run.threads.as_ref().filter(|threads| threads.reading.known().is_some()).map(|threads| threads.at)
        }
    };
    matches!(action.state, ActionState::Unknown { .. })
        // A reading of the same moment may have been made before the line took effect.
        && action.settled_at.is_some_and(|settled| known_at.is_none_or(|known_at| known_at <= settled))
}
