//! What every dialog does: it takes keys, answers with a [`Reply`], and shows a sheet.

use std::fmt::Debug;

use crossterm::event::{KeyCode, KeyEvent};

use super::{body::Body, sheet::Sheet};
use crate::{
    run::{ActionKind, LogCitation, LogOffset, Remedy},
    screen::{
        keys::{Command, Intent, Moment, TextInput},
        log::{Direction, LogFilter},
        scene::facts::Facts,
    },
};

/// The content of a dialog. It judges anew at every frame and key, so that what it offers is never older than the run.
pub(in crate::screen::dialogs) trait Content: Debug {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        None
    }

    /// Whether it is only read, so that the arrow keys scroll.
    fn is_read_only(&self) -> bool {
        false
    }

    /// Whether `PgUp` and `PgDn` move its choice, which stays in sight; elsewhere they scroll.
    fn pages_its_choice(&self) -> bool {
        false
    }

    /// Whether it has a use for `key` even where that changes nothing, as at the end of a list.
    fn knows(&self, key: KeyCode) -> bool {
        matches!(key, KeyCode::Char('j' | 'k')) && self.pages_its_choice()
    }

    /// Whether Esc closes it. A form that holds what was typed into it asks once more, and its fields lead back to it.
    fn closes(&mut self) -> bool {
        true
    }

    /// What Esc leaves undone, in a clause; `None` where it is only read.
    fn undone(&self) -> Option<&'static str> {
        (!self.is_read_only()).then_some("nothing is recorded")
    }

    /// Whether its Enter states, signs or sends what a danger may speak against.
    fn acts(&self) -> bool {
        false
    }

    /// Whether it is what the next step asks for: then nothing leads away from it.
    fn serves(&self, _next: Remedy) -> bool {
        false
    }

    /// Takes a key other than Esc and those that scroll.
    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply;

    /// Why it could do nothing now, in a few words; its sheet explains the same.
    fn obstacle(&self, _facts: &Facts<'_>) -> Option<String> {
        None
    }

    /// What Ctrl-C asks for while it is open.
    fn interrupted(&self, _facts: &Facts<'_>) -> Option<Intent> {
        None
    }

    fn sheet(&self, facts: &Facts<'_>, body: Body) -> Sheet;
}

/// What a key did to a dialog.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Stay,
    Close,
    /// It closes and asks for something.
    Done(Intent),
    /// It stays open and asks for something.
    Ask(Intent),
    /// The dialog of an action takes its place.
    Become(ActionKind),
    /// It closes, and the command is carried out as if its key had been pressed.
    Run(Command),
    /// It closes, and the log is shown by this filter.
    Filter(Option<LogFilter>),
    /// The details of the line above or below take its place.
    Line(Direction),
    /// The dialog of a note on this line takes its place.
    Note(LogCitation),
    /// It closes, and the line at that place of the log is shown.
    LogLine(LogOffset),
    /// It closes; a replay goes to that moment, and otherwise the line at that place of the log is shown.
    GoTo(Moment, LogOffset),
}

/// What a dialog shows when it is submitted without the reason that it needs.
pub(in crate::screen::dialogs) const NO_REASON: &str = "A reason is needed; nothing was recorded.";

/// Moves a choice among `count` rows by the arrow keys; returns whether the key was one.
pub(in crate::screen::dialogs) fn choose(chosen: &mut usize, count: usize, key: KeyEvent) -> bool {
    match key.code {
        KeyCode::Up | KeyCode::Char('k') => *chosen = chosen.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => *chosen = (*chosen + 1).min(count.saturating_sub(1)),
        KeyCode::Home => *chosen = 0,
        KeyCode::End => *chosen = count.saturating_sub(1),
        _ => return false,
    }
    true
}

/// Answers a question: `y` asks for `intent` while that is possible, otherwise Enter closes.
pub(in crate::screen::dialogs) fn answer(key: KeyEvent, is_possible: bool, intent: Intent) -> Reply {
    match key.code {
        KeyCode::Char('y' | 'Y') if is_possible => Reply::Done(intent),
        KeyCode::Char('n' | 'N') => Reply::Close,
        KeyCode::Enter if !is_possible => Reply::Close,
        _ => Reply::Stay,
    }
}
