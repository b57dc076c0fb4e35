//! The simulated operator: what is done during a run, in which order, and when each step is due.
//! It only says what is due; typing and key presses are carried out by whoever polls it.

mod steps;

pub(in crate::simulator) use self::steps::{Condition, Step};
pub(crate) use self::steps::{Deed, OperatorKey};
use crate::run::{
    ActionKind, ActionState, Elapsed, Known, Link, Phase, Reading, ReplicationState, Role, Run, Timestamp,
};
use crate::simulator::{
    error::SimulatorError,
    shared::SharedWorld,
    world::{Stage, World},
};

/// Who presses the keys of drwatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyPresser {
    /// The script: nobody is at the screen.
    Script,
    /// The engineer at the screen, and the script while that screen is unattended.
    Engineer,
}

/// Whether an engineer is at the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attendance {
    Attended,
    Unattended,
}

/// How long whoever is at the screen has the verdict in sight before the service is started: ten seconds of a demo at its
/// usual pace.
const GO_IS_READ_IN: Elapsed = Elapsed::from_secs(100);

/// A script under way.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    steps: std::collections::VecDeque<Step>,
    presser: KeyPresser,
    patience: Option<Elapsed>,
    /// When the step before was taken, or the script was first polled.
    last: Option<Timestamp>,
    waiting_since: Option<Timestamp>,
    pending: Option<Pending>,
}

/// What the next step waits for, where its condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// A line is typed once that time has passed.
    Line(Elapsed),
    /// It is the engineer's, who is waited for. The number is its own among the steps; the key is what it takes.
    Engineer(usize, OperatorKey),
}

impl Script {
    /// A step is taken once the step before it is older than `patience`, even if its condition does not hold, so that
    /// the script ends in any case; `None` waits for ever. An engineer before the screen is always waited for.
    pub(crate) fn new(steps: Vec<Step>, presser: KeyPresser, patience: Option<Elapsed>) -> Self {
        Self {
            steps: steps.into(),
            presser,
            patience: patience.filter(|_| presser == KeyPresser::Script),
            last: None,
            waiting_since: None,
            pending: None,
        }
    }

    /// A script whose only step is the engineer's.
    #[cfg(test)]
    pub(crate) fn asking(key: OperatorKey) -> Self {
        let step = Step { when: None, after: 0, r#do: Deed::Press { key } };
        Self::new(vec![step], KeyPresser::Engineer, None)
    }

    /// What the next step waited for at the last poll.
    pub(crate) const fn pending(&self) -> Option<Pending> {
        self.pending
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
        attendance: Attendance,
    ) -> Result<Vec<Deed>, SimulatorError> {
        let mut due = Vec::new();
        self.pending = None;
        while let Some(step) = self.steps.front() {
            if self.is_taken_by_engineer(&step.r#do, run) {
                (self.last, self.waiting_since) = (Some(now), None);
                self.steps.pop_front();
                continue;
            }
            let last = *self.last.get_or_insert(now);
            let is_late = self.patience.is_some_and(|patience| now.since(last) >= patience);
            // The step that takes a baseline is left out where the engineer has the automatic one.
            let has_baseline = self.presser == KeyPresser::Engineer && is_done(OperatorKey::Baseline, run);
            let when = step.when.filter(|when| !has_baseline || *when != Condition::Baseline);
            if !is_late && !Self::holds(when, world, run)? {
                // A condition that ceases to hold starts the wait anew: the operator acts on what lasts.
                self.waiting_since = None;
                break;
            }
            let since = *self.waiting_since.get_or_insert(now);
            let pressed = match step.r#do {
                Deed::Press { key } => Some(key),
                Deed::Type { .. } => None,
            };
            let after = Elapsed::from_secs(u64::from(step.after));
            let is_seen = self.presser == KeyPresser::Engineer && attendance == Attendance::Attended;
            let after =
                if is_seen && when == Some(Condition::ThreadsSet) { after.max(GO_IS_READ_IN) } else { after };
            if !is_late && now.since(since) < after {
                self.pending = pressed
                    .is_none()
                    .then(|| Pending::Line(Elapsed::from_secs((since + after).since(now).secs())));
                break;
            }
            // Nobody but the engineer decides that, and an unattended demo teaches by what it leaves alone.
            if pressed == Some(OperatorKey::Resume)
                && self.presser == KeyPresser::Engineer
                && run.has_unsettled_alarm()
            {
                break;
            }
            if let Some(key) = pressed
                && is_seen
            {
                self.pending = Some(Pending::Engineer(self.steps.len(), key));
                break;
            }
            self.waiting_since = Some(now);
            self.last = Some(now);
            due.extend(self.steps.pop_front().map(|step| step.r#do));
        }
        Ok(due)
    }

    /// Whether the engineer has done what the step would do, so that it is left out.
    fn is_taken_by_engineer(&self, deed: &Deed, run: &Run) -> bool {
        match deed {
            Deed::Press { key } => self.presser == KeyPresser::Engineer && is_done(*key, run),
            Deed::Type { .. } => false,
        }
    }

    fn holds(condition: Option<Condition>, world: &SharedWorld, run: &Run) -> Result<bool, SimulatorError> {
        let Some(condition) = condition else { return Ok(true) };
        let in_world = world.view(|world| holds_in_world(condition, world))?;
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

/// Whether the run shows what pressing the key brings about.
fn is_done(key: OperatorKey, run: &Run) -> bool {
    match key {
        OperatorKey::Pause | OperatorKey::AttestPaused => run.replication.state == Known::Paused,
        OperatorKey::List => holds_in_run(Condition::Listed, run),
        // The one taken automatically will do.
        OperatorKey::Baseline => run.download.baseline.is_some(),
        OperatorKey::Threads => threads_set(run),
        OperatorKey::TestOver => holds_in_run(Condition::TestOver, run),
        // The script has it behind the test's end, so that replication running before the test does not count.
        OperatorKey::Resume | OperatorKey::AttestRunning => run.replication.state == Known::Running,
        OperatorKey::AttestDownloadOver => holds_in_run(Condition::Stage2, run),
        OperatorKey::AttestNamespaceOver => holds_in_run(Condition::Restored, run),
        OperatorKey::ClaimMarkers => run.prior_markers_decided,
        OperatorKey::AcknowledgeAll => run.open_findings().next().is_none(),
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
