//! Questions about actions: may one be taken, and what became of it.

mod authorize;
mod back_dated;
mod before_resume;
mod decision;
mod remarks;
mod sign_off;
mod statements;
mod take_back;

pub use self::{
    authorize::{Authorization, action_consent, authorize, consent_lapsed},
    back_dated::{dated_consent, judge_dated_statement},
    decision::{RunningByDecision, runs_by_decision},
    remarks::statement_remark,
    sign_off::{SignOffHazard, sign_off_hazard},
    statements::{StatementFloor, StatementVerdict, judge_statement, statement_consent, statement_floor},
};
pub(in crate::run) use self::{
    back_dated::end_against,
    before_resume::{before_resume, unsettled_alarm, vendor_question, vendor_who_agreed},
    take_back::test_end_to_take_back,
};
use crate::run::state::{ActionRecord, Run};
use crate::run::values::{ActionKind, ActionState, Known};

impl Run {
    /// The pause or resume of which nothing shows yet whether it took effect: it was requested, and its outcome is not on
    /// record, or is unknown without a reading or statement since. The command may still take effect after drwatch has given
    /// up waiting for the answer.
    #[must_use]
    pub fn change_in_doubt(&self) -> Option<&ActionRecord> {
        let changes = |action: &&ActionRecord| !matches!(action.plan.action, ActionKind::SetThreads(_));
        // `sent` clears a statement made before the command was sent.
        let stated_since_sent = self.tracking.replication_stated.is_some();
        let is_open = |action: &&ActionRecord| match action.state {
            ActionState::Requested => true,
            ActionState::Sent => !stated_since_sent,
            _ => is_outcome_unknown(self, action),
        };
        self.actions.iter().rev().filter(changes).find(is_open)
    }

    /// The replication state; unknown while a change is in doubt, whatever was read before it.
    #[must_use]
    pub fn replication_state(&self) -> Known {
        if self.change_in_doubt().is_some() { Known::Unknown } else { self.replication.state }
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

/// Whether the outcome of an action is unknown and no reading since shows it.
pub(in crate::run) fn is_outcome_unknown(run: &Run, action: &ActionRecord) -> bool {
    let known_at = match action.plan.action {
        ActionKind::Pause | ActionKind::Resume => run.tracking.replication_known_at,
        ActionKind::SetThreads(_) => {
            run.threads.as_ref().filter(|threads| threads.reading.known().is_some()).map(|threads| threads.at)
        }
    };
    matches!(action.state, ActionState::Unknown { .. })
        // A reading of the same moment may have been made before the line took effect.
        && action.settled_at.is_some_and(|settled| known_at.is_none_or(|known_at| known_at <= settled))
}
pub(in crate::run) use self::sign_off::{left, not_sent};
