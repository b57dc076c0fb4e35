//! What keys are judged by and frames drawn from: the run, the log, what could be sent, and the kind of session.

use super::log::Scrollback;
use crate::run::{ActionKind, ActionPlan, ByteCount, CleanupItem, Known, Phase, Run, Timestamp, cleanup};

/// What kind of session the screen belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Watching real appliances, or a log.
    Watch,
    Demo,
    Replay,
    /// Following another session's journal.
    View,
}

impl Mode {
    /// Whether this session makes the record, so that anything can be sent or added.
    pub(crate) const fn is_live(self) -> bool {
        matches!(self, Self::Watch | Self::Demo)
    }

    /// Why nothing can be sent or added; `None` where it can.
    pub(crate) const fn refusal(self) -> Option<&'static str> {
        match self {
            Self::Watch | Self::Demo => None,
            Self::Replay => Some("this is a replay: nothing can be sent or added"),
            Self::View => Some("this is a view: nothing can be sent or added"),
        }
    }
}

/// What could be sent for each action, as the gate has it; `None` where it cannot be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AvailableActions {
    pub(crate) pause: Option<ActionPlan>,
    pub(crate) resume: Option<ActionPlan>,
    pub(crate) threads: Option<ActionPlan>,
    /// Bytes free where the record is written, as far as known.
    pub(crate) disk_free: Option<ByteCount>,
}

impl AvailableActions {
    pub(crate) fn plans(&self) -> impl Iterator<Item = &ActionPlan> {
        [&self.pause, &self.resume, &self.threads].into_iter().flatten()
    }

    pub(crate) fn plan(&self, action: ActionKind) -> Option<&ActionPlan> {
        // Which number of threads is offered changes with the phase; a dialog may still be open for another.
        self.plans().find(|plan| plan.action == action)
    }
}

/// The present state that keys are judged by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) run: &'a Run,
    pub(crate) log: &'a Scrollback,
    pub(crate) available: &'a AvailableActions,
    pub(crate) mode: Mode,
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
