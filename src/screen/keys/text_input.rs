//! A line of text being typed: cursor, UTF-8, bounded length. `tui-input` would replace this, but has neither a bound nor
//! the filter of harmful characters, and moves by `char` and not by grapheme.

use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation as _;

use super::undo::{Undo, asks_to_undo};
use crate::text::Scan;

/// A bounded line of text with a cursor between graphemes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextInput {
    text: String,
    /// Byte position, always between two graphemes.
    cursor: usize,
    /// Characters cut off since the text was last made shorter.
    left_out: usize,
    undo: Undo,
}

/// How much room a field has left, once it is scarce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// So many bytes.
    Left(usize),
    /// None, and so many characters were cut off.
    LeftOut(usize),
}

const MAX_BYTES: usize = 400;

/// The room is shown once fewer bytes are left.
const ROOM_SHOWN_BELOW: usize = 100;

impl TextInput {
    pub(crate) fn with(text: &str) -> Self {
        Self { text: text.to_owned(), cursor: text.len(), ..Self::default() }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn trimmed(&self) -> &str {
        self.text.trim()
    }

    pub(crate) fn halves(&self) -> (&str, &str) {
        self.text.split_at_checked(self.cursor).unwrap_or((&self.text, ""))
    }

    pub(crate) fn room(&self) -> Option<Room> {
        let left = MAX_BYTES.saturating_sub(self.text.len());
        match self.left_out {
            0 => (left < ROOM_SHOWN_BELOW).then_some(Room::Left(left)),
            left_out => Some(Room::LeftOut(left_out)),
        }
    }

    /// Takes a key that edits; returns whether it was one.
    pub(crate) fn on_key(&mut self, key: KeyEvent) -> bool {
        if asks_to_undo(key) {
            if let Some((text, cursor)) = self.undo.take() {
                (self.text, self.cursor, self.left_out) = (text, cursor, 0);
            }
            return true;
        }
        let before = (self.text.clone(), self.cursor);
        let is_edit = self.edit(key);
        // What is typed is undone word by word.
        let is_typed = matches!(key.code, KeyCode::Char(character) if !character.is_whitespace());
        self.undo.note(before, &self.text, is_typed && self.left_out == 0);
        is_edit
    }

    fn edit(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let by_word = control || alt;
        match key.code {
            KeyCode::Char('u') if control && !alt => self.delete(0..self.cursor),
            KeyCode::Char('k') if control && !alt => self.delete(self.cursor..self.text.len()),
            KeyCode::Char('d') if control && !alt => self.delete(self.cursor..self.cursor + self.behind()),
            KeyCode::Char('a') if control && !alt => self.cursor = 0,
            KeyCode::Char('e') if control && !alt => self.cursor = self.text.len(),
            KeyCode::Char('w') if control && !alt => self.delete(self.word_before()..self.cursor),
            KeyCode::Char('b') if alt && !control => self.cursor = self.word_before(),
            KeyCode::Char('f') if alt && !control => self.cursor = self.word_behind(),
            KeyCode::Char('d') if alt && !control => self.delete(self.cursor..self.word_behind()),
            KeyCode::Left if by_word => self.cursor = self.word_before(),
            KeyCode::Right if by_word => self.cursor = self.word_behind(),
            KeyCode::Backspace if by_word => self.delete(self.word_before()..self.cursor),
            KeyCode::Delete if by_word => self.delete(self.cursor..self.word_behind()),
            // A letter with a modifier is a command, never text.
            KeyCode::Char(_) if by_word || key.modifiers.contains(KeyModifiers::SUPER) => return false,
            KeyCode::Char(character) => self.insert(character.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace => self.delete(self.cursor - self.before()..self.cursor),
            KeyCode::Delete => self.delete(self.cursor..self.cursor + self.behind()),
            KeyCode::Left => self.cursor -= self.before(),
            KeyCode::Right => self.cursor += self.behind(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            _ => return false,
        }
        true
    }

    /// Inserts pasted text, as much of it as has room: line ends become blanks, so that a paste never submits
    /// anything.
    pub(crate) fn paste(&mut self, text: &str) {
        let before = (self.text.clone(), self.cursor);
        self.insert(text.replace(['\n', '\r', '\t'], " ").trim_end());
        self.undo.note(before, &self.text, false);
    }

    /// Inserts what of `text` may be shown at this place.
    fn insert(&mut self, text: &str) {
        // The characters before the cursor decide: a mark may be the third on its letter.
        let mut scan = Scan::default();
        for character in self.halves().0.chars() {
            scan.is_harmful(character);
        }
        let text: String = text.chars().filter(|character| !scan.is_harmful(*character)).collect();
        let text = text.as_str();
        let room = MAX_BYTES.saturating_sub(self.text.len());
        // Only whole graphemes are taken: a part of one would be another character.
        let ends = text.grapheme_indices(true).map(|(start, grapheme)| start + grapheme.len());
        let end = ends.take_while(|end| *end <= room).last().unwrap_or(0);
        let (text, rest) = text.split_at_checked(end).unwrap_or(("", text));
        self.left_out = self.left_out.saturating_add(rest.chars().count());
        self.text.insert_str(self.cursor, text);
        self.cursor += text.len();
        self.settle();
    }

    /// Moves the cursor out of a grapheme: a combining character joins the character before it.
    fn settle(&mut self) {
        let ends = self.text.grapheme_indices(true).map(|(start, grapheme)| start + grapheme.len());
        self.cursor =
            std::iter::once(0).chain(ends).find(|end| *end >= self.cursor).unwrap_or(self.text.len());
    }

    fn before(&self) -> usize {
        self.halves().0.graphemes(true).next_back().map_or(0, str::len)
    }

    fn behind(&self) -> usize {
        self.halves().1.graphemes(true).next().map_or(0, str::len)
    }

    /// Deletes `range`, which begins or ends at the cursor.
    fn delete(&mut self, range: Range<usize>) {
        self.left_out = 0;
        self.cursor = range.start;
        self.text.replace_range(range, "");
        self.settle();
    }

    fn word_before(&self) -> usize {
        let before = self.halves().0.trim_end();
        let word = before.rsplit(char::is_whitespace).next().unwrap_or(before);
        before.len() - word.len()
    }

    fn word_behind(&self) -> usize {
        let (_, behind) = self.halves();
        let word = behind.trim_start();
        let length = word.find(char::is_whitespace).unwrap_or(word.len());
        self.cursor + (behind.len() - word.len()) + length
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn press(input: &mut TextInput, code: KeyCode) {
        input.on_key(KeyEvent::new(code, KeyModifiers::NONE));
    }

    #[test]
    fn graphemes_are_deleted_whole() {
        let mut input = TextInput::default();
        input.paste("ae\u{301}z");
        press(&mut input, KeyCode::Left);
        press(&mut input, KeyCode::Backspace);
        assert_eq!(input.text(), "az");
        assert_eq!(input.halves(), ("a", "z"));
    }

    #[test]
    fn a_paste_holds_neither_line_ends_nor_escape_sequences_and_is_bounded() {
        let mut input = TextInput::default();
        input.paste("one\r\ntwo\u{1b}[0m\n");
        assert_eq!(input.text(), "one  two[0m");
        input.paste(&"x".repeat(10_000));
        assert!(input.text().len() <= MAX_BYTES);
    }

    #[test]
    fn characters_cut_off_are_counted_until_something_is_deleted() {
        let mut input = TextInput::default();
        input.paste("a short note");
        assert_eq!(input.room(), None);
        input = TextInput::default();
        input.paste(&"x".repeat(MAX_BYTES - 2));
        assert_eq!(input.room(), Some(Room::Left(2)));
        input.paste("y\u{e9}\u{e9}");
        assert_eq!(input.text().len(), MAX_BYTES - 1, "half a character is none");
        assert_eq!(input.room(), Some(Room::LeftOut(2)));
        press(&mut input, KeyCode::Char('z'));
        press(&mut input, KeyCode::Char('z'));
        assert_eq!(input.room(), Some(Room::LeftOut(3)));
        press(&mut input, KeyCode::Backspace);
        assert_eq!(input.room(), Some(Room::Left(1)));
    }

    #[test]
    fn control_w_deletes_the_word_before_the_cursor() {
        let mut input = TextInput::with("one two  ");
        input.on_key(KeyEvent::new(KeyCode::Char('w'), KeyModifiers::CONTROL));
        assert_eq!(input.text(), "one ");
    }

    #[test]
    fn control_u_and_control_k_delete_up_to_either_end() {
        let control = |input: &mut TextInput, letter| {
            assert!(input.on_key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL)));
        };
        let mut input = TextInput::with("one two three");
        press(&mut input, KeyCode::Home);
        input.on_key(KeyEvent::new(KeyCode::Right, KeyModifiers::CONTROL));
        control(&mut input, 'u');
        assert_eq!(input.halves(), ("", " two three"));
        input.on_key(KeyEvent::new(KeyCode::Right, KeyModifiers::CONTROL));
        control(&mut input, 'k');
        assert_eq!(input.text(), " two");
        control(&mut input, 'a');
        control(&mut input, 'd');
        assert_eq!(input.text(), "two");
    }

    #[test]
    fn undo_takes_back_words_pastes_and_deletions_one_by_one() {
        let mut input = TextInput::default();
        for character in "one two".chars() {
            press(&mut input, KeyCode::Char(character));
        }
        input.paste(" three");
        input.on_key(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL));
        assert_eq!(input.text(), "");
        let undo = [('7', KeyModifiers::CONTROL), ('_', KeyModifiers::CONTROL), ('z', KeyModifiers::ALT)];
        for (text, (character, modifiers)) in ["one two three", "one two", "one "].into_iter().zip(undo) {
            assert!(input.on_key(KeyEvent::new(KeyCode::Char(character), modifiers)));
            assert_eq!(input.halves(), (text, ""));
        }
        for _ in 0..3 {
            input.on_key(KeyEvent::new(KeyCode::Char('z'), KeyModifiers::ALT));
        }
        assert_eq!(input.text(), "", "there is nothing further back");
    }

    #[test]
    fn words_are_gone_over_and_deleted_with_alt_or_control() {
        let press = |input: &mut TextInput, code, modifiers| input.on_key(KeyEvent::new(code, modifiers));
        for (left, right, with) in [
            (KeyCode::Char('b'), KeyCode::Char('f'), KeyModifiers::ALT),
            (KeyCode::Left, KeyCode::Right, KeyModifiers::ALT),
            (KeyCode::Left, KeyCode::Right, KeyModifiers::CONTROL),
        ] {
            let mut input = TextInput::with("window  größe moved");
            for before in ["window  größe ", "window  ", "", ""] {
                assert!(press(&mut input, left, with));
                assert_eq!(input.halves().0, before);
            }
            for before in ["window", "window  größe", "window  größe moved", "window  größe moved"] {
                assert!(press(&mut input, right, with));
                assert_eq!(input.halves().0, before);
            }
        }
        let mut input = TextInput::with("one two three");
        press(&mut input, KeyCode::Backspace, KeyModifiers::ALT);
        assert_eq!(input.text(), "one two ");
        press(&mut input, KeyCode::Home, KeyModifiers::NONE);
        press(&mut input, KeyCode::Char('d'), KeyModifiers::ALT);
        assert_eq!(input.text(), " two ");
        press(&mut input, KeyCode::Delete, KeyModifiers::CONTROL);
        assert_eq!(input.text(), " ");
        assert!(!press(&mut input, KeyCode::Char('q'), KeyModifiers::ALT));
        assert_eq!(input.text(), " ");
    }

    #[test]
    fn a_letter_takes_two_combining_marks_at_most() {
        let mut input = TextInput::default();
        for character in "e\u{301}\u{323}\u{302}\u{303}z".chars() {
            input.on_key(KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE));
        }
        assert_eq!(input.text(), "e\u{301}\u{323}z");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_sequence_of_keys_panics_or_exceeds_the_bound(
            keys in prop::collection::vec((0_u8..9, any::<char>()), 0..60)
        ) {
            let mut input = TextInput::default();
            for (kind, character) in keys {
                let code = match kind {
                    0 => KeyCode::Backspace,
                    1 => KeyCode::Delete,
                    2 => KeyCode::Left,
                    3 => KeyCode::Right,
                    4 => KeyCode::Home,
                    _ => KeyCode::Char(character),
                };
                press(&mut input, code);
                prop_assert!(input.text().len() <= MAX_BYTES);
                prop_assert!(input.text().is_char_boundary(input.cursor));
            }
        }
    }
}
