//! Replication that runs by a decision of the engineer although the policy keeps it paused.

use crate::run::state::{ActionRecord, Run};
use crate::run::values::{ActionKind, ActionState, Code, Known, Phase, Timestamp};

/// A decision of the engineer that replication runs against the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunningByDecision<'r> {
    /// When it was taken.
    pub at: Timestamp,
    /// Local user.
    pub user: &'r str,
    /// The person, where one was named.
    pub engineer: Option<&'r str>,
}

/// The decision by which replication runs at present: a resume that overrode the policy, or the acknowledgement of the
/// finding that it runs. `None` where replication does not run, and in stage 1, which no decision makes safe.
#[must_use]
pub fn runs_by_decision(run: &Run) -> Option<RunningByDecision<'_>> {
    let may_be_decided = matches!(run.phase(), Phase::Stage2 | Phase::InUse);
    if run.replication.state != Known::Running || !may_be_decided {
        return None;
    }
    overridden(run).or_else(|| acknowledged(run))
}

fn overridden(run: &Run) -> Option<RunningByDecision<'_>> {
    let is_override = |action: &&ActionRecord| {
        action.plan.action == ActionKind::Resume
            && action.r#override.is_some()
            // One of unknown outcome counts: replication may well run by it.
            && !matches!(action.state, ActionState::Rejected { .. })
    };
    let action = run.actions.iter().rev().find(is_override)?;
    // A later pause ends what was decided; that it ended again was not decided.
    let holds = run.replication.intervals.iter().all(|pause| pause.from <= action.requested_at);
    holds.then(|| RunningByDecision {
        at: action.requested_at,
        user: &action.user,
        engineer: action.engineer.as_deref(),
    })
}

fn acknowledged(run: &Run) -> Option<RunningByDecision<'_>> {
    let lasting = run
        .findings
        .iter()
        .rev()
        .find(|finding| finding.code == Code::ResumedAgainstPolicy && finding.closed_at.is_none())?;
    Some(RunningByDecision {
        at: lasting.acknowledged_at?,
        user: lasting.acknowledged_by.as_deref()?,
        engineer: lasting.acknowledged_engineer.as_deref(),
    })
}
