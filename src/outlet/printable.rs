//! The one way in which bytes from outside become text to be shown, journalled or reported. Marks
//! that mean something to Markdown or HTML alone are left to whoever writes those.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar as _;

/// What stands where text was cut off.
const CUT: char = '…';

/// The bytes as text on one line, without anything a terminal, an editor or a reader could be fooled by.
///
/// - Tab, line feed and carriage return: `\t`, `\n`, `\r`; a backslash: `\\`.
/// - Other ASCII controls, and each byte that is not UTF-8: `\xNN`.
/// - C1 controls, line and paragraph separators, and format and invisible characters (direction
///   overrides and isolates, zero-width ones, tags, fillers): `\u{N}`. So do combining marks without a letter,
///   and those beyond the second on one letter, which terminals draw over the lines around.
/// - Everything else stays. Two different inputs never give the same text.
#[must_use]
pub fn printable(bytes: &[u8]) -> String {
    printable_within(bytes, usize::MAX)
}

/// Like [`printable`], but at most `limit` bytes long. Where that cuts something off, never inside a
/// character or an escape, the text ends in `…`, which counts too (and is left out below 3 bytes).
#[must_use]
pub fn printable_within(bytes: &[u8], limit: usize) -> String {
    let mut text = Bounded::new(bytes.len(), limit);
    let mut scan = Scan::default();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            let is_harmful = scan.is_harmful(character);
            if !text.add(|out| push_character(out, character, is_harmful)) {
                return text.cut();
            }
        }
        if !chunk.invalid().is_empty() {
            scan = Scan::default();
        }
        for &byte in chunk.invalid() {
            if !text.add(|out| push_byte(out, byte)) {
                return text.cut();
            }
        }
    }
    text.out
}

/// Text that remembers where it can be cut to leave room for the mark.
struct Bounded {
    out: String,
    limit: usize,
    cut_at: usize,
}

impl Bounded {
    fn new(expected: usize, limit: usize) -> Self {
        Self { out: String::with_capacity(expected.min(limit)), limit, cut_at: 0 }
    }

    /// Whether the text is within its limit after `push`.
    fn add(&mut self, push: impl FnOnce(&mut String)) -> bool {
        push(&mut self.out);
        if self.out.len() <= self.limit.saturating_sub(CUT.len_utf8()) {
            self.cut_at = self.out.len();
        }
        self.out.len() <= self.limit
    }

    fn cut(mut self) -> String {
        self.out.truncate(self.cut_at);
        if self.limit >= CUT.len_utf8() {
            self.out.push(CUT);
        }
        self.out
    }
}

fn push_character(out: &mut String, character: char, is_harmful: bool) {
    match character {
        '\\' => out.push_str("\\\\"),
        _ if is_harmful => push_escape(out, character),
        _ => out.push(character),
    }
}

/// What is shown in place of a harmful character.
pub(super) fn push_escape(out: &mut String, character: char) {
    match character {
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\0'..='\x7f' => push_byte(out, u8::try_from(character).unwrap_or_default()),
        _ => {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        }
    }
}

fn push_byte(out: &mut String, byte: u8) {
    let _ = write!(out, "\\x{byte:02x}");
}

/// Combining marks that a letter carries in the languages of the world; more of them are no writing.
const MARKS_PER_LETTER: u8 = 2;

/// Looks at the characters of a text one after the other: which of them must not reach a terminal as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scan {
    /// Marks that the last character can still carry.
    room: u8,
}

impl Scan {
    /// Whether `character`, the next one, moves the cursor, hides or reorders text, or piles up.
    pub fn is_harmful(&mut self, character: char) -> bool {
        let (room, is_harmful) = match character {
            '!'..='~' => (MARKS_PER_LETTER, false),
            ' ' => (0, false),
            control if control.is_control() || is_hidden(control) => (0, true),
            mark if mark.width() == Some(0) => (self.room.saturating_sub(1), self.room == 0),
            _ => (MARKS_PER_LETTER, false),
        };
        self.room = room;
        is_harmful
    }
}

/// Unicode 16: general categories Cc, Cf, Zl and Zp, and all of `Default_Ignorable_Code_Point`.
fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{600}'..='\u{605}'
        | '\u{61c}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{890}'..='\u{891}'
        | '\u{8e2}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}'
        | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The bytes that `printable` was given: shows that nothing is lost.
    fn undone(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            rest = &rest[character.len_utf8()..];
            if character != '\\' {
                bytes.extend_from_slice(character.to_string().as_bytes());
                continue;
            }
            let (kind, after) = rest.split_at(1);
            rest = after;
            match kind {
                "t" => bytes.push(b'\t'),
                "n" => bytes.push(b'\n'),
                "r" => bytes.push(b'\r'),
                "\\" => bytes.push(b'\\'),
                "x" => {
                    bytes.push(u8::from_str_radix(&rest[..2], 16).unwrap());
                    rest = &rest[2..];
                }
                "u" => {
                    let (code, after) = rest[1..].split_once('}').unwrap();
                    let code = char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap();
                    bytes.extend_from_slice(code.to_string().as_bytes());
                    rest = after;
                }
                other => panic!("no escape: {other}"),
            }
        }
        bytes
    }

    #[test]
    fn an_ordinary_line_stays_as_it_is() {
        let line = "Sep 13 16:03:38 localhost rfsd[13852]: [gc.INFO] (1) größe 日本 📼 ½";
        assert_eq!(printable(line.as_bytes()), line);
    }

    #[test]
    fn a_terminal_sequence_becomes_visible() {
        assert_eq!(printable(b"\x1b]0;owned\x07\x1b[2J\r\n"), r"\x1b]0;owned\x07\x1b[2J\r\n");
        assert_eq!(printable("\u{9b}2J\x7f\0".as_bytes()), r"\u{9b}2J\x7f\x00");
    }

    #[test]
    fn an_escape_is_told_from_text_that_looks_like_one() {
        assert_eq!(printable(b"\\x1b \x1b \\t\t"), r"\\x1b \x1b \\t\t");
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_told_from_characters() {
        assert_eq!(printable(b"\x80 \xc2\x80 \xff\xfe \xe2\x82"), r"\x80 \u{80} \xff\xfe \xe2\x82");
    }

    #[test]
    fn text_that_reorders_or_hides_becomes_visible() {
        let text = "a\u{202e}b\u{2066}c\u{2069}d\u{200b}e\u{2028}f\u{2029}g\u{feff}h\u{61c}i\u{e0041}";
        let shown = r"a\u{202e}b\u{2066}c\u{2069}d\u{200b}e\u{2028}f\u{2029}g\u{feff}h\u{61c}i\u{e0041}";
        assert_eq!(printable(text.as_bytes()), shown);
    }

    #[test]
    fn a_pile_of_marks_becomes_visible_and_what_languages_write_stays() {
        for written in ["e\u{301}", "n\u{303}\u{323}", "\u{5e9}\u{5c1}\u{5b8}", "ที่", "각"] {
            assert_eq!(printable(written.as_bytes()), written);
        }
        assert_eq!(printable("z\u{300}\u{301}\u{302}\u{489}".as_bytes()), "z\u{300}\u{301}\\u{302}\\u{489}");
        assert_eq!(printable("\u{301}a \u{20dd}".as_bytes()), "\\u{301}a \\u{20dd}");
    }

    #[test]
    fn a_cut_is_marked_and_falls_between_characters_and_escapes() {
        assert_eq!(printable_within(b"abcdef", 6), "abcdef");
        assert_eq!(printable_within(b"abcdefg", 6), "abc…");
        assert_eq!(printable_within("abééé".as_bytes(), 7), "abé…");
        assert_eq!(printable_within(b"a\x1b\x1b\x1b", 8), r"a\x1b…");
        assert_eq!(printable_within(b"a\x1b\x1b\x1b", 7), "a…");
        assert_eq!(printable_within(b"abcd", 3), "…");
        assert_eq!(printable_within(b"abcd", 2), "");
        assert_eq!(printable_within(b"", 0), "");
    }

    fn hostile() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            any::<Vec<u8>>(),
            any::<String>().prop_map(String::into_bytes),
            any::<char>().prop_map(|character| character.to_string().into_bytes()),
            (0_u32..0x3000).prop_map(|code| char::from_u32(code).unwrap().to_string().into_bytes()),
            "[\\\\xunt0-9{}]{0,6}".prop_map(String::into_bytes),
        ];
        prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(crate::outlet::properties())]

        #[test]
        fn no_control_or_hidden_character_gets_through(bytes in hostile(), limit in 0_usize..200) {
            for text in [printable(&bytes), printable_within(&bytes, limit)] {
                prop_assert_eq!(crate::outlet::harm(&text), None);
            }
        }

        #[test]
        fn nothing_is_lost(bytes in hostile()) {
            prop_assert_eq!(undone(&printable(&bytes)), bytes);
        }

        #[test]
        fn the_limit_holds_and_what_is_kept_is_the_beginning(bytes in hostile(), limit in 0_usize..200) {
            let (whole, cut) = (printable(&bytes), printable_within(&bytes, limit));
            prop_assert!(cut.len() <= limit);
            if whole.len() <= limit {
                prop_assert_eq!(cut, whole);
            } else {
                prop_assert!(whole.starts_with(cut.strip_suffix(CUT).unwrap_or(&cut)));
                prop_assert!(cut.ends_with(CUT) || limit < CUT.len_utf8());
            }
        }
    }
}
