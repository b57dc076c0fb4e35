//! The simulated operator: what is done during a run, in which order, and when each step is due.
//! It only says what is due; typing and key presses are carried out by whoever polls it.

mod steps;

pub(super) use self::steps::{Condition, Step};
pub(crate) use self::steps::{Deed, OperatorKey};
use super::{
    error::SimulatorError,
    shared::SharedWorld,
    world::{Stage, World},
};
use crate::run::{
    ActionKind, ActionState, Elapsed, Known, Link, Phase, Reading, ReplicationState, Role, Run, Timestamp,
};

/// Which steps of a script are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parts {
    /// All: nobody sits before the screen.
    All,
    /// Only what is typed on the appliances: drwatch's side is left to the engineer.
    ApplianceSideOnly,
}

/// A script under way.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    steps: std::collections::VecDeque<Step>,
    parts: Parts,
    patience: Option<Elapsed>,
    /// When the step before was taken, or the script was first polled.
    last: Option<Timestamp>,
    waiting_since: Option<Timestamp>,
}

impl Script {
    /// A step is taken once the step before it is older than `patience`, even if its condition does not hold, so that
    /// the script ends in any case; `None` waits for ever. An engineer before the screen is always waited for.
    pub(crate) fn new(steps: Vec<Step>, parts: Parts, patience: Option<Elapsed>) -> Self {
        let taken = |step: &Step| match (parts, &step.r#do) {
            (Parts::All, _) => step.only.is_none(),
            (Parts::ApplianceSideOnly, Deed::Type { .. }) => true,
            (Parts::ApplianceSideOnly, Deed::Press { .. }) => false,
        };
        Self {
            steps: steps.into_iter().filter(taken).collect(),
            parts,
            patience: patience.filter(|_| parts == Parts::All),
            last: None,
            waiting_since: None,
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.steps.is_empty()
    }

    /// What is due at `now`, each step once. To be polled at least once a second.
    pub(crate) fn poll(
        &mut self,
        now: Timestamp,
        world: &SharedWorld,
        run: &Run,
    ) -> Result<Vec<Deed>, SimulatorError> {
        let mut due = Vec::new();
        while let Some(step) = self.steps.front() {
            let last = *self.last.get_or_insert(now);
            let is_late = self.patience.is_some_and(|patience| now.since(last) >= patience);
            if !is_late && !self.holds(step.when, world, run)? {
                // A condition that ceases to hold starts the wait anew: the operator acts on what lasts.
                self.waiting_since = None;
                break;
            }
            let since = *self.waiting_since.get_or_insert(now);
            if !is_late && now.since(since) < Elapsed::from_secs(u64::from(step.after)) {
                break;
            }
            self.waiting_since = Some(now);
            self.last = Some(now);
            due.extend(self.steps.pop_front().map(|step| step.r#do));
        }
        Ok(due)
    }

    fn holds(
        &self,
        condition: Option<Condition>,
        world: &SharedWorld,
        run: &Run,
    ) -> Result<bool, SimulatorError> {
        let Some(condition) = condition else { return Ok(true) };
        let in_world = world.view(|world| holds_in_world(condition, world))?;
        // Without drwatch's own steps nobody is bound to bring about what only drwatch knows. Connections come by
        // themselves.
        let left_to_engineer = in_world.is_none() && condition != Condition::Connected;
        if self.parts == Parts::ApplianceSideOnly && left_to_engineer {
            return Ok(true);
        }
        Ok(in_world.unwrap_or(true) && holds_in_run(condition, run))
    }
}

/// Whether the condition holds on the appliances; `None` where it depends on drwatch alone.
fn holds_in_world(condition: Condition, world: &World) -> Option<bool> {
    match condition {
        Condition::ReplicationPaused => {
            Some(world.appliance(Role::Primary).replication == ReplicationState::Paused)
        }
        Condition::Stage1 => Some(world.stage() >= Stage::Download),
        Condition::Restored | Condition::NamespaceOver => Some(world.stage() == Stage::Restored),
        Condition::Stage2 | Condition::DownloadOver => Some(world.stage() >= Stage::Generation),
        Condition::Connected
        | Condition::Listed
        | Condition::Baseline
        | Condition::ThreadsSet
        | Condition::TestOver
        | Condition::MarkersFound
        | Condition::Unreadable => None,
    }
}

/// Whether drwatch knows the condition to hold.
fn holds_in_run(condition: Condition, run: &Run) -> bool {
    match condition {
        Condition::Connected => run.primary.link == Link::Connected && run.dr.link == Link::Connected,
        Condition::ReplicationPaused => run.replication.state == Known::Paused,
        Condition::Listed => run.listing.as_ref().is_some_and(|listing| !listing.provisional),
        Condition::Baseline => run.download.baseline.as_ref().is_some_and(|baseline| baseline.chosen),
        Condition::ThreadsSet => threads_set(run),
        Condition::Stage1 => run.phases.current >= Phase::Stage1,
        Condition::Stage2 => run.phases.current >= Phase::Stage2,
        Condition::Restored => run.phases.current >= Phase::InUse,
        Condition::TestOver => run.phases.current >= Phase::Ended,
        // What the appliance knows and drwatch perhaps does not.
        Condition::DownloadOver | Condition::NamespaceOver => true,
        Condition::MarkersFound => !run.prior_markers.is_empty(),
        Condition::Unreadable => run.replication.state == Known::Unreadable,
    }
}

fn threads_set(run: &Run) -> bool {
    let wanted = run.started.settings.threads;
    let read_back = run.threads.as_ref().is_some_and(|threads| threads.reading == Reading::Known(wanted));
    let accepted = run.actions.iter().any(|action| {
        matches!(action.plan.action, ActionKind::SetThreads(_))
            && matches!(action.state, ActionState::Confirmed | ActionState::AwaitingService)
    });
    read_back || accepted
}

#[cfg(test)]
mod tests;
