//! A text field of a dialog, with what was wrong with the last attempt to submit it.

use crossterm::event::{KeyCode, KeyEvent};

use crate::{
    screen::keys::{Room, TextInput},
    text::plural,
};

#[derive(Clone, Debug, Default)]
pub(in crate::screen::dialogs) struct Field {
    pub(in crate::screen::dialogs) input: TextInput,
    pub(in crate::screen::dialogs) problem: Option<String>,
    /// Of how many characters cut off the engineer was told when submitting.
    reported_cut: usize,
}

impl Field {
    pub(in crate::screen::dialogs) fn with(text: &str) -> Self {
        Self { input: TextInput::with(text), ..Self::default() }
    }

    /// Takes a key; returns whether it was Enter, which submits.
    pub(in crate::screen::dialogs) fn submits(&mut self, key: KeyEvent) -> bool {
        let submits = key.code == KeyCode::Enter;
        if !submits {
            self.input.on_key(key);
            (self.problem, self.reported_cut) = (None, 0);
        }
        submits
    }

    /// Takes a key; the text once it is submitted. Without one `problem` is shown.
    pub(in crate::screen::dialogs) fn submitted(&mut self, key: KeyEvent, problem: &str) -> Option<String> {
        if self.submits(key) { self.text_or(problem) } else { None }
    }

    /// The text; without one `problem` is shown. A text that is cut is submitted by a second Enter alone.
    pub(in crate::screen::dialogs) fn text_or(&mut self, problem: &str) -> Option<String> {
        let text = self.input.trimmed().to_owned();
        if text.is_empty() {
            self.problem = Some(problem.to_owned());
            return None;
        }
        if let Some(Room::LeftOut(count)) = self.input.room()
            && self.reported_cut != count
        {
            self.reported_cut = count;
            let count = plural(u64::try_from(count).unwrap_or(u64::MAX), "character");
            self.problem = Some(format!("{count} did not fit: Enter again records what did, or shorten it."));
            return None;
        }
        Some(text)
    }
}
