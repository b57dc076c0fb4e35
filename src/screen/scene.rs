//! What the screen is given to draw and to judge keys by.

use super::{scrollback::Scrollback, theme::Theme, view::View};
use crate::run::{
    ActionKind, ActionPlan, Appliance, ByteCount, CleanupItem, Known, LineCount, Phase, Role, Run, Timestamp,
    cleanup,
};

/// What kind of session the screen belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
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

/// What waits for a disk that refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritten {
    /// Why, as a sentence.
    pub reason: String,
    /// Records held in memory. The run tells them already.
    pub records: u64,
    /// Lines of the log held in memory. The run does not count them yet.
    pub lines: LineCount,
    /// When the last of these lines came; `None` where there are none.
    pub last_line_at: Option<Timestamp>,
}

/// What becomes of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordingState {
    /// On disk.
    Recording,
    /// The disk refuses; what is observed is held in memory.
    Failing(Unwritten),
    /// This session makes no record: replay or view.
    NotRecording,
    /// This session makes no record, and what it shows of one is not all that was recorded.
    Damaged,
}

/// What could be sent for each action, as the gate has it; `None` where it cannot be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AvailableActions {
    /// Pause replication.
    pub pause: Option<ActionPlan>,
    /// Resume replication.
    pub resume: Option<ActionPlan>,
    /// Set the replication threads.
    pub threads: Option<ActionPlan>,
    /// Bytes free where the record is written, as far as known.
    pub disk_free: Option<ByteCount>,
}

impl AvailableActions {
    /// The plan for `action`, if it is offered.
    #[must_use]
    pub fn plan(&self, action: ActionKind) -> Option<&ActionPlan> {
        match action {
            ActionKind::Pause => self.pause.as_ref(),
            ActionKind::Resume => self.resume.as_ref(),
            // Which number is offered changes with the phase; a dialog may still be open for another.
            ActionKind::SetThreads(_) => self.threads.as_ref().filter(|plan| plan.action == action),
        }
    }
}

/// What is so at this moment: what keys are judged by.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The run.
    pub run: &'a Run,
    /// The last lines of the log.
    pub log: &'a Scrollback,
    /// What could be sent.
    pub available: &'a AvailableActions,
    /// What kind of session this is.
    pub mode: Mode,
    /// The present moment.
    pub now: Timestamp,
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

/// Everything a frame is made of.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// What is so at this moment.
    pub facts: Facts<'a>,
    /// The state of the screen itself.
    pub view: &'a View,
    /// How it looks.
    pub theme: &'a Theme,
    /// What becomes of the record.
    pub journal: &'a RecordingState,
}

/// The run that is drawn, which is not the present one while the display is frozen.
#[derive(Clone, Copy)]
pub(crate) struct Picture<'a> {
    pub(crate) run: &'a Run,
    pub(crate) now: Timestamp,
    pub(crate) scene: &'a Scene<'a>,
}

impl<'a> Picture<'a> {
    pub(crate) fn of(scene: &'a Scene<'a>) -> Self {
        match &scene.view.frozen {
            Some(frozen) => Self { run: &frozen.run, now: frozen.at, scene },
            None => Self { run: scene.facts.run, now: scene.facts.now, scene },
        }
    }

    /// Whether the panels name the keys that ask for something or add to the record. In a view these do
    /// nothing; a replay shows what the watch showed.
    pub(crate) fn names_keys(&self) -> bool {
        self.scene.facts.mode != Mode::View
    }
}

/// The appliance of a role.
pub(crate) const fn appliance(run: &Run, role: Role) -> &Appliance {
    match role {
        Role::Primary => &run.primary,
        Role::Dr => &run.dr,
    }
}

/// The destination of a role as given.
pub(crate) fn destination(run: &Run, role: Role) -> Option<&str> {
    match role {
        Role::Primary => run.started.primary.as_deref(),
        Role::Dr => run.started.dr.as_deref(),
    }
}

/// The name of an appliance: its host name, else its destination.
pub(crate) fn name(run: &Run, role: Role) -> Option<&str> {
    let appliance = appliance(run, role);
    let who = if appliance.is_stranger() { &appliance.expected } else { &appliance.identity };
    who.as_ref().and_then(|identity| identity.hostname.as_deref()).or_else(|| destination(run, role))
}
