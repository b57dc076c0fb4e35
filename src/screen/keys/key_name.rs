//! Keys by name: as the settings write them and as the screen shows them.

use crokey::{KeyCombination, KeyCombinationFormat, OneToThree};
use crossterm::event::{KeyCode, KeyModifiers};

/// A key with those of the [`MODIFIERS`] that are held down.
pub(crate) type Key = (KeyCode, KeyModifiers);

/// The modifiers that make another key of a key; Shift shows in the character.
pub(crate) const MODIFIERS: KeyModifiers =
    KeyModifiers::CONTROL.union(KeyModifiers::ALT).union(KeyModifiers::SUPER);

/// The key named `name`: `x`, `R`, `F5`, `ctrl-k`, `alt-left`, `PgUp`. `None` for a name that is none, for a chord of
/// several keys, and for keys that a terminal sends as another one.
pub(super) fn parse(name: &str) -> Option<Key> {
    let mut characters = name.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        // By itself, as `crokey` makes small letters of all.
        return (!only.is_whitespace() && !only.is_control())
            .then_some((KeyCode::Char(only), KeyModifiers::NONE));
    }
    let name = name.to_ascii_lowercase().replace("pgup", "pageup").replace("pgdn", "pagedown");
    let combination = crokey::parse(&name).ok()?;
    let OneToThree::One(code) = combination.codes else { return None };
    let has = |modifier| combination.modifiers.contains(modifier);
    let (shift, control) = (has(KeyModifiers::SHIFT), has(KeyModifiers::CONTROL));
    let is_sent = match code {
        // Terminals send these as Tab, Enter, Backspace and Esc.
        KeyCode::Char('i' | 'm' | 'j' | 'h' | '[') => !control,
        // The character with Shift depends on the keyboard; with Ctrl there is none.
        KeyCode::Char(character) => !shift || (character.is_ascii_alphabetic() && !control),
        KeyCode::BackTab => true,
        _ => !shift,
    };
    is_sent.then_some((code, combination.modifiers & MODIFIERS))
}

/// The name of a key, which [`parse`] reads.
pub(crate) fn key_name((code, modifiers): Key) -> String {
    let modifiers = modifiers & MODIFIERS;
    let shown = match code {
        KeyCode::Char(character) if character != ' ' && modifiers.is_empty() => return character.to_string(),
        // Behind a modifier a letter is written large.
        KeyCode::Char(_) => modifiers | KeyModifiers::SHIFT,
        _ => modifiers,
    };
    let format = KeyCombinationFormat::default().with_implicit_shift();
    let name = format.to_string(KeyCombination::new(code, shown));
    name.replace("PageUp", "PgUp").replace("PageDown", "PgDn")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_by_the_names_people_write() {
        for (name, key) in [
            ("x", (KeyCode::Char('x'), KeyModifiers::NONE)),
            ("R", (KeyCode::Char('R'), KeyModifiers::NONE)),
            ("shift-r", (KeyCode::Char('R'), KeyModifiers::NONE)),
            ("ü", (KeyCode::Char('ü'), KeyModifiers::NONE)),
            ("-", (KeyCode::Char('-'), KeyModifiers::NONE)),
            ("F5", (KeyCode::F(5), KeyModifiers::NONE)),
            ("f12", (KeyCode::F(12), KeyModifiers::NONE)),
            ("Ctrl-K", (KeyCode::Char('k'), KeyModifiers::CONTROL)),
            ("alt-left", (KeyCode::Left, KeyModifiers::ALT)),
            ("PgUp", (KeyCode::PageUp, KeyModifiers::NONE)),
            ("pagedown", (KeyCode::PageDown, KeyModifiers::NONE)),
            ("space", (KeyCode::Char(' '), KeyModifiers::NONE)),
        ] {
            assert_eq!(parse(name), Some(key), "{name}");
        }
    }

    #[test]
    fn what_no_terminal_sends_is_no_key() {
        for name in
            ["", " ", "pause", "F99", "a-b", "ctrl-", "ctrl-i", "shift-5", "ctrl-shift-q", "shift-F5", "a b"]
        {
            assert_eq!(parse(name), None, "{name:?}");
        }
    }

    #[test]
    fn a_name_that_is_shown_can_be_written_in_the_settings() {
        for code in
            [KeyCode::Char('a'), KeyCode::Char('-'), KeyCode::Char(' '), KeyCode::F(7), KeyCode::PageUp]
        {
            for modifiers in [KeyModifiers::NONE, KeyModifiers::CONTROL, KeyModifiers::ALT] {
                let name = key_name((code, modifiers));
                assert_eq!(parse(&name), Some((code, modifiers)), "{name}");
            }
        }
        assert_eq!(key_name((KeyCode::Char('l'), KeyModifiers::CONTROL)), "Ctrl-L");
    }
}
