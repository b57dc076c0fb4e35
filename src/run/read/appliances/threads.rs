//! The DR appliance's replication threads: what was set, what is wanted, and what there was before.

use crate::run::state::{ActionRecord, Run};
use crate::run::values::{ActionKind, ActionState, Phase, ThreadCount, Timestamp};

/// Threads that were set and are fewer now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadsFallen {
    /// What was set.
    pub set: ThreadCount,
    /// When that was confirmed, or accepted by an appliance whose service did not run.
    pub set_at: Timestamp,
    /// Whether a reading ever confirmed the number.
    pub confirmed: bool,
    /// What was read last.
    pub read: ThreadCount,
    /// When.
    pub read_at: Timestamp,
}

pub(in crate::run) const fn sets_threads(action: &ActionRecord) -> bool {
    matches!(action.plan.action, ActionKind::SetThreads(_))
}

impl Run {
    /// Whether the DR appliance has fewer threads than drwatch last set.
    #[must_use]
    pub fn threads_fallen(&self) -> Option<ThreadsFallen> {
        let action = self.actions.iter().rev().find(|action| sets_threads(action))?;
        let ActionKind::SetThreads(set) = action.plan.action else { return None };
        let confirmed = match action.state {
            ActionState::Confirmed => true,
            ActionState::AwaitingService => false,
            _ => return None,
        };
        let set_at = action.settled_at?;
        // A reading from before it was set says nothing about it.
        let threads = self.threads.as_ref().filter(|threads| threads.at > set_at)?;
        let read = *threads.reading.known()?;
        // A number that was accepted without the service is taken over
        // when the service starts; until then the old one is read.
        let is_settled = confirmed || self.dr_service_runs();
        (read < set && is_settled).then_some(ThreadsFallen {
            set,
            set_at,
            confirmed,
            read,
            read_at: threads.at,
        })
    }

    /// The threads of the DR appliance before drwatch first changed them, if it did and they were known.
    #[must_use]
    pub fn threads_before(&self) -> Option<ThreadCount> {
        self.first_threads_request()?.threads_before
    }

    /// The threads wanted on the DR appliance: as set for the test, afterwards as read before it.
    #[must_use]
    pub fn threads_wanted(&self) -> ThreadCount {
        let back = self.threads_before().filter(|_| self.phase() == Phase::Ended);
        back.unwrap_or(self.started.settings.threads)
    }

    /// The first request for threads that took effect or may have taken effect.
    pub(in crate::run) fn first_threads_request(&self) -> Option<&ActionRecord> {
        self.actions.iter().find(|action| {
            let took_effect = matches!(
                action.state,
                ActionState::Confirmed | ActionState::AwaitingService | ActionState::Unknown { .. }
            );
            sets_threads(action) && took_effect
        })
    }
}
