//! What the screen is given to draw and to judge keys by.

pub(in crate::screen) mod facts;
pub(in crate::screen) mod local_time;

use std::{cell::OnceCell, rc::Rc};

use ratatui::layout::Rect;

use self::facts::Facts;
use super::{
    keys::{Command, Panel},
    paint::{Theme, shares::Text},
    view::{Places, View},
};
use crate::run::{LineCount, NextStep, Preflight, Remedy, Run, Timestamp, next_step};

/// What could not be written to disk yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unwritten {
    /// Why, as a sentence.
    pub(crate) reason: String,
    /// Records held in memory; the run contains them already.
    pub(crate) records: u64,
    /// Lines of the log held in memory. The run does not count them yet.
    pub(crate) lines: LineCount,
    /// When the last of these lines came; `None` where there are none.
    pub(crate) last_line_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RecordingState {
    /// The record is being created.
    Starting,
    Recording,
    /// Writing fails; what is observed is held in memory.
    Failing(Unwritten),
    /// This session makes no record: replay or view.
    NotRecording,
    /// This session makes no record, and what it shows of one is not all that was recorded.
    Damaged,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) facts: Facts<'a>,
    pub(crate) view: &'a View,
    pub(crate) theme: &'a Theme,
    pub(crate) journal: &'a RecordingState,
}

/// The run that is drawn, which is not the present one while the display is frozen. One picture is of one frame.
pub(crate) struct Picture<'a> {
    pub(crate) run: &'a Run,
    pub(crate) now: Timestamp,
    pub(crate) scene: &'a Scene<'a>,
    /// Judged once, however many panels show something of it.
    preflight: OnceCell<Preflight>,
    step: OnceCell<NextStep>,
    /// The texts of the findings, and the columns that they were made for.
    pub(in crate::screen) finding_texts: OnceCell<(u16, Rc<[Text]>)>,
}

impl<'a> Picture<'a> {
    pub(crate) fn of(scene: &'a Scene<'a>) -> Self {
        let (run, now) = match &scene.view.frozen {
            Some(frozen) => (&*frozen.run, frozen.at),
            None => (scene.facts.run, scene.facts.now),
        };
        let (preflight, step, finding_texts) = Default::default();
        Self { run, now, scene, preflight, step, finding_texts }
    }

    pub(crate) fn preflight(&self) -> &Preflight {
        self.preflight.get_or_init(|| self.facts().preflight())
    }

    pub(crate) fn next_step(&self) -> &NextStep {
        self.step.get_or_init(|| next_step(self.run, self.now, self.preflight()))
    }

    /// The facts at the moment shown.
    pub(crate) fn facts(&self) -> Facts<'a> {
        Facts { run: self.run, now: self.now, ..self.scene.facts }
    }

    /// Whether the panels name the keys that ask for something or add to the record. In a replay or a view these do
    /// nothing.
    pub(crate) fn names_keys(&self) -> bool {
        self.scene.facts.mode.is_live()
    }

    /// How `command` is asked for in this session: its key, or else its name.
    pub(crate) fn key(&self, command: Command) -> String {
        self.scene.view.keymap.key_of(command)
    }

    /// The command that `remedy` is, where keys do something.
    pub(crate) fn command_of(&self, remedy: Remedy) -> Option<Command> {
        let command = match remedy {
            Remedy::StateByHand => Command::Attest,
            Remedy::ClaimMarkers => Command::Markers,
            Remedy::Acknowledge => Command::Acknowledge,
            Remedy::ConfirmPair => Command::Pair,
            Remedy::Pause => Command::Pause,
            Remedy::Resume => Command::Resume,
            Remedy::SetThreads => Command::Threads,
            Remedy::ListBucket => Command::ListBucket,
            Remedy::Reconnect => Command::Reconnect,
            Remedy::StateSheet => Command::TestSheet,
            Remedy::WriteNote => Command::Note,
            Remedy::SignOff => Command::Checklist,
            Remedy::Quit => Command::Quit,
        };
        (self.names_keys() && self.run.offers(remedy)).then_some(command)
    }

    /// The key of the command that `remedy` is, where keys do something.
    pub(crate) fn key_of(&self, remedy: Remedy) -> Option<String> {
        self.command_of(remedy).map(|command| self.key(command))
    }

    /// The moment under the cursor, where it was reached.
    pub(crate) fn cursor(&self) -> Option<Timestamp> {
        self.scene.view.time_cursor.filter(|at| *at <= self.now)
    }

    /// Whether `at` lies in the column under the cursor.
    pub(crate) fn is_under_cursor(&self, at: Timestamp) -> bool {
        let axis = self.scene.view.axis();
        self.cursor().zip(axis).is_some_and(|(cursor, axis)| at <= cursor && cursor.since(at) < axis.step)
    }

    /// Notes where something is drawn, for clicks.
    pub(crate) fn note_place(&self, note: impl FnOnce(&mut Places)) {
        // Nothing else borrows them while a frame is drawn.
        if let Ok(mut places) = self.scene.view.places.try_borrow_mut() {
            note(&mut places);
        }
    }

    pub(crate) fn place(&self, area: Rect, panel: Panel) {
        self.note_place(|places| places.panel(area, panel));
    }
}
