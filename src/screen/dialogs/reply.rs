//! What a key does to a dialog, and the choice among rows by the arrow keys.

use crossterm::event::{KeyCode, KeyEvent};

use crate::{run::ActionKind, screen::keys::Intent};

/// What a key did to a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// It stays open.
    Stay,
    /// It closes; nothing is asked for.
    Close,
    /// It closes and asks for something.
    Done(Intent),
    /// It stays open and asks for something.
    Ask(Intent),
    /// The dialog of an action takes its place.
    Become(ActionKind),
}

/// Moves a choice among `count` rows by the arrow keys; says whether the key was one.
pub(super) fn choose(chosen: &mut usize, count: usize, key: KeyEvent) -> bool {
    match key.code {
        KeyCode::Up | KeyCode::Char('k') => *chosen = chosen.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => *chosen = (*chosen + 1).min(count.saturating_sub(1)),
        KeyCode::Home => *chosen = 0,
        KeyCode::End => *chosen = count.saturating_sub(1),
        _ => return false,
    }
    true
}
