//! What a text field was before its last changes.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Changes that can be undone.
const MAX_STEPS: usize = 100;

/// A text, and the byte position of the cursor in it.
type Before = (String, usize);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Undo {
    before: Vec<Before>,
    /// The last change was a letter: the next one belongs to the same step.
    is_typing: bool,
}

impl Undo {
    /// Notes what the field was before a key, which has made it `text`.
    pub(super) fn note(&mut self, before: Before, text: &str, is_typed: bool) {
        let has_changed = before.0 != text;
        if has_changed && !(is_typed && self.is_typing) {
            if self.before.len() >= MAX_STEPS {
                self.before.remove(0);
            }
            self.before.push(before);
        }
        self.is_typing = has_changed && is_typed;
    }

    pub(super) fn take(&mut self) -> Option<Before> {
        self.is_typing = false;
        self.before.pop()
    }
}

/// Ctrl-_ and Alt-z. Not Ctrl-Z, which sends the program to the background in a field as well.
pub(super) fn asks_to_undo(key: KeyEvent) -> bool {
    let KeyCode::Char(character) = key.code else { return false };
    let has = |modifier| key.modifiers.contains(modifier);
    match character {
        // Terminals send the byte 0x1f for Ctrl with any of these, and it is read as the first.
        '7' | '_' | '/' | '-' => has(KeyModifiers::CONTROL) && !has(KeyModifiers::ALT),
        'z' => has(KeyModifiers::ALT) && !has(KeyModifiers::CONTROL),
        _ => false,
    }
}
