//! A text field of a dialog, with what was wrong with the last attempt to submit it.

use crossterm::event::{KeyCode, KeyEvent};

use crate::screen::keys::TextInput;

#[derive(Clone, Debug, Default)]
pub(super) struct Field {
    pub(super) input: TextInput,
    pub(super) problem: Option<String>,
}

impl Field {
    pub(super) fn with(text: &str) -> Self {
        Self { input: TextInput::with(text), problem: None }
    }

    /// Takes a key; returns whether it was Enter, which submits.
    pub(super) fn submits(&mut self, key: KeyEvent) -> bool {
        let submits = key.code == KeyCode::Enter;
        if !submits {
            self.input.on_key(key);
            self.problem = None;
        }
        submits
    }

    /// Takes a key; the text once it is submitted. Without one `problem` is shown.
    pub(super) fn submitted(&mut self, key: KeyEvent, problem: &str) -> Option<String> {
        if self.submits(key) { self.text_or(problem) } else { None }
    }

    /// The text; without one `problem` is shown.
    pub(super) fn text_or(&mut self, problem: &str) -> Option<String> {
        let text = self.input.trimmed().to_owned();
        if text.is_empty() {
            self.problem = Some(problem.to_owned());
            return None;
        }
        Some(text)
    }
}
