//! What keys are judged by and frames drawn from: the run, the log, what could be sent, and the kind of session.

use crate::screen::log::Scrollback;
use crate::{
    run::{
        ActionKind, ActionPlan, Appliance, ByteCount, CleanupItem, Elapsed, NextStep, Phase, Preflight,
        PreflightFacts, Run, Timestamp, cleanup, next_step, preflight,
    },
    text::hour_and_minute,
};

/// Data older than this shows its age in the top line even where room is scarce.
pub(crate) const OLD_AFTER: Elapsed = Elapsed::from_secs(30);

/// Whether nothing is to be said of a connection but that it is up.
pub(crate) fn is_fresh(appliance: &Appliance, now: Timestamp) -> bool {
    let heard_at = appliance.silent_since.or(appliance.heard_at);
    appliance.away().is_none() && heard_at.is_none_or(|at| now.since(at) <= OLD_AFTER)
}

/// What kind of session the screen belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Watching real appliances, or a log.
    Watch,
    Demo,
    /// A moment of the record in a watch or a demo, which goes on.
    Past,
    Replay,
    /// Following another session's journal.
    View,
}

impl Mode {
    /// Whether the present of a session that makes the record is shown, so that anything can be sent or added.
    pub(crate) const fn is_live(self) -> bool {
        matches!(self, Self::Watch | Self::Demo)
    }

    /// Whether this session makes the record, whatever moment it shows.
    pub(crate) const fn records(self) -> bool {
        self.is_live() || matches!(self, Self::Past)
    }

    /// Whether a record is played, so that one can go to any moment of it.
    pub(crate) const fn plays(self) -> bool {
        matches!(self, Self::Replay | Self::Past)
    }

    /// Why this session has no present to look back from.
    pub(crate) const fn has_no_past(self) -> Option<&'static str> {
        match self {
            Self::Watch | Self::Demo | Self::Past => None,
            Self::Replay => Some("this is a replay: it goes back by its own keys"),
            Self::View => Some("this is a view: `drwatch replay` goes back in the same run"),
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

/// Whether the test is over and nobody has signed the run off.
pub(crate) const fn lacks_sign_off(run: &Run) -> bool {
    matches!(run.phases.current, Phase::Ended) && run.signed_off.is_none()
}

impl Facts<'_> {
    pub(crate) fn preflight(&self) -> Preflight {
        let plans = self.available.plans().cloned().collect();
        let facts = PreflightFacts { disk_free: self.available.disk_free, ask_past: true, plans };
        preflight(self.run, self.now, &facts)
    }

    pub(crate) fn next_step(&self) -> NextStep {
        next_step(self.run, self.now, &self.preflight())
    }

    pub(crate) fn threads_action(&self) -> ActionKind {
        let offered = self.available.threads.as_ref().map(|plan| plan.action);
        offered.unwrap_or(ActionKind::SetThreads(self.run.threads_wanted()))
    }

    /// Why nothing can be sent or added, `back` being the key that goes back; `None` where it can.
    pub(crate) fn refusal(&self, back: &str) -> Option<String> {
        Some(match self.mode {
            Mode::Watch | Mode::Demo => return None,
            Mode::Past => format!("You look at {}; {back} goes back to live.", hour_and_minute(self.now)),
            Mode::Replay => "this is a replay: nothing can be sent or added".to_owned(),
            Mode::View => "this is a view: nothing can be sent or added".to_owned(),
        })
    }

    /// Quitting is asked about while something may still need the engineer.
    pub(crate) fn asks_before_quitting(&self) -> bool {
        let is_sending = self.run.replication.recovery_under_way().is_some();
        let over = self.run.phases.current == Phase::Ended && !self.run.may_be_paused() && !is_sending;
        let is_open = |item: &CleanupItem| item.required && !item.done;
        let is_signed = !lacks_sign_off(self.run);
        let settled = over && is_signed && !cleanup(self.run, self.now).iter().any(is_open);
        self.mode.is_live() && self.run.ending.is_none() && !settled
    }
}
