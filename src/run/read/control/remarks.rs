//! What is shown beside a statement that may be made all the same, without a phrase for it.

use super::before_resume::unsettled_alarm;
use crate::run::state::Run;
use crate::run::values::{Role, Statement};

/// What whoever makes `statement` has to know first, as sentences; `None` where there is nothing.
#[must_use]
pub fn statement_remark(run: &Run, statement: Statement) -> Option<String> {
    // The end of the test is what allows the resume.
    let alarm = unsettled_alarm(run).filter(|_| statement == Statement::TestOver)?;
    Some(format!(
        "{}, at {}. This is not settled, and production uses the same bucket: do not resume after the test until the vendor \
         agrees that {} may replicate.",
        alarm.headline(),
        alarm.opened_at.in_words(),
        run.name(Role::Primary)
    ))
}
