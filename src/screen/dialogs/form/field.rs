//! A text field of a dialog, with what was wrong with the last attempt to submit it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::{
    screen::keys::{Room, TextInput},
    text::{clean, fit, plural},
};

/// The most columns of what was typed instead of a phrase that are repeated.
const MAX_SHOWN: usize = 40;

#[derive(Clone, Debug, Default)]
pub(in crate::screen::dialogs) struct Field {
    pub(in crate::screen::dialogs) input: TextInput,
    pub(in crate::screen::dialogs) problem: Option<String>,
    /// Of how many characters cut off the engineer was told when submitting.
    reported_cut: usize,
    /// The text is an offer, which stands until a key changes it.
    is_offer: bool,
}

impl Field {
    pub(in crate::screen::dialogs) fn with(text: &str) -> Self {
        Self { input: TextInput::with(text), ..Self::default() }
    }

    /// With a text that Enter submits, and whose place the first character typed takes.
    pub(in crate::screen::dialogs) fn offering(text: &str) -> Self {
        Self { is_offer: true, ..Self::with(text) }
    }

    /// What was typed for a phrase: marks around it are no part of it.
    pub(in crate::screen::dialogs) fn phrase(&self) -> &str {
        let typed = self.input.trimmed();
        let marks = [('"', '"'), ('\'', '\''), ('“', '”'), ('`', '`')];
        let inner = |(open, close)| typed.strip_prefix::<char>(open)?.strip_suffix::<char>(close);
        marks.into_iter().find_map(inner).unwrap_or(typed)
    }

    /// Takes a key; returns whether it was Enter, which submits.
    pub(in crate::screen::dialogs) fn submits(&mut self, key: KeyEvent) -> bool {
        let submits = key.code == KeyCode::Enter;
        if !submits {
            let is_text = matches!(key.code, KeyCode::Char(_))
                && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
            if std::mem::take(&mut self.is_offer) && is_text {
                self.input = TextInput::default();
            }
            self.input.on_key(key);
            (self.problem, self.reported_cut) = (None, 0);
        }
        submits
    }

    /// Empties the field after a phrase that was not the one asked for: what stays in it would be typed on to. `outcome` says
    /// what was not done.
    pub(in crate::screen::dialogs) fn refuse(&mut self, outcome: &str, phrase: &str) {
        let typed = self.phrase();
        let (shown, wanted) = (clean(typed).into_owned(), clean(phrase));
        let problem = if typed.is_empty() {
            format!("{outcome}: first type {wanted}.")
        } else {
            let case =
                if typed.eq_ignore_ascii_case(phrase) { " Small and capital letters count." } else { "" };
            format!("{outcome}: you typed \"{}\", not \"{wanted}\".{case}", fit(&shown, MAX_SHOWN, "..."))
        };
        *self = Self { problem: Some(problem), ..Self::default() };
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
