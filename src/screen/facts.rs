//! What keys are judged by and frames drawn from: the run, the log, what could be sent, and the kind of session.

use super::log::Scrollback;
use crate::run::{ActionKind, ActionPlan, ByteCount, CleanupItem, Known, Phase, Run, Timestamp, cleanup};

/// What kind of session the screen belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Watching real appliances, or a log.
    Watch,
    /// Watching simulated appliances.
    Demo,
    /// Replaying a journal.
    Replay,
    /// Following another session's journal.
    View,
}

impl Mode {
    /// Whether this session makes the record, so that anything can be sent or added.
    pub(crate) const fn is_live(self) -> bool {
        matches!(self, Self::Watch | Self::Demo)
    }
}

/// What could be sent for each action, as the gate has it; `None` where it cannot be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AvailableActions {
    /// Pause replication.
    pub(crate) pause: Option<ActionPlan>,
    /// Resume replication.
    pub(crate) resume: Option<ActionPlan>,
    /// Set the replication threads.
    pub(crate) threads: Option<ActionPlan>,
    /// Bytes free where the record is written, as far as known.
    pub(crate) disk_free: Option<ByteCount>,
}

impl AvailableActions {
    /// The plans of all actions that are offered.
    pub(crate) fn plans(&self) -> impl Iterator<Item = &ActionPlan> {
        [&self.pause, &self.resume, &self.threads].into_iter().flatten()
    }

    /// The plan for `action`, if it is offered.
    pub(crate) fn plan(&self, action: ActionKind) -> Option<&ActionPlan> {
        // Which number of threads is offered changes with the phase; a dialog may still be open for another.
        self.plans().find(|plan| plan.action == action)
    }
}

/// The present state that keys are judged by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    /// The run.
    pub(crate) run: &'a Run,
    /// The last lines of the log.
    pub(crate) log: &'a Scrollback,
    /// What could be sent.
    pub(crate) available: &'a AvailableActions,
    /// What kind of session this is.
    pub(crate) mode: Mode,
    /// The present moment.
    pub(crate) now: Timestamp,
}

impl Facts<'_> {
    pub(crate) fn threads_action(&self) -> ActionKind {
        let offered = self.available.threads.as_ref().map(|plan| plan.action);
        offered.unwrap_or(ActionKind::SetThreads(self.run.threads_wanted()))
    }

    /// Quitting is asked about while something may still need the engineer.
    pub(crate) fn asks_before_quitting(&self) -> bool {
        let over = self.run.phases.current == Phase::Ended && self.run.replication.state != Known::Paused;
        let is_open = |item: &CleanupItem| item.required && !item.done;
        let settled = over && !cleanup(self.run, self.now).iter().any(is_open);
        self.mode.is_live() && self.run.ending.is_none() && !settled
    }
}
