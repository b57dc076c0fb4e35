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
use crate::run::values::{ActionKind, ActionState};

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
