//! Questions about actions: may one be taken, and what became of it.

mod authorize;
mod back_dated;
mod before_resume;
mod decision;
mod doubt;
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
    doubt::is_outcome_unknown,
    sign_off::{left, not_sent},
    take_back::test_end_to_take_back,
};
