//! The last step of every output: characters that act on a terminal, hide or reorder become visible escapes, and so
//! does everything beyond ASCII for a reader of ASCII. Text that was escaped before passes unchanged.

use std::{borrow::Cow, fmt::Write as _};

use super::charset::{Charset, charset};
use super::hidden::{Scan, is_plain};
use super::printable::push_escape;

/// Text of any number of lines, for people.
#[must_use]
pub fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, charset(), true, push_visible)
}

/// Text within one line, for people: line feeds become visible too.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    line_in(text, charset())
}

/// As [`line()`], for a reader of those characters.
#[must_use]
pub fn line_in(text: &str, charset: Charset) -> Cow<'_, str> {
    escaped(text, charset, false, push_visible)
}

/// The first `length` characters of `text` within one line, for an error or a record.
#[must_use]
pub fn excerpt(text: &str, length: usize) -> String {
    line_in(&text.chars().take(length).collect::<String>(), Charset::Unicode).into_owned()
}

/// As [`line()`], for a row of the screen: a tab becomes a space.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    if text.contains('\t') { Cow::Owned(line(&text.replace('\t', " ")).into_owned()) } else { line(text) }
}

/// Whether a reader of those characters is shown `text`, a line, as it is.
#[must_use]
pub fn is_printable(text: &str, charset: Charset) -> bool {
    matches!(line_in(text, charset), Cow::Borrowed(_))
}

/// JSON in which no string holds such a character raw: each becomes an escape of the same meaning. Line feeds
/// between the values stay.
#[must_use]
pub fn json(json: &str) -> Cow<'_, str> {
    json_in(json, charset())
}

/// As [`json()`], for a reader of those characters.
#[must_use]
pub fn json_in(json: &str, charset: Charset) -> Cow<'_, str> {
    escaped(json, charset, true, |out, character| {
        // JSON writes a character beyond the basic plane as two surrogates (RFC 8259, section 7).
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

/// `text` with `escape` in place of each character that must not or cannot be shown.
fn escaped(text: &str, charset: Charset, many_lines: bool, escape: fn(&mut String, char)) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut scan = Scan::default();
    let mut out: Option<String> = None;
    for (at, character) in text.char_indices() {
        let is_harmful = scan.is_harmful(character);
        let is_kept = match character {
            '\n' => many_lines,
            _ => !is_harmful && (charset == Charset::Unicode || character.is_ascii()),
        };
        match &mut out {
            Some(out) if is_kept => out.push(character),
            None if is_kept => {}
            _ => escape(out.get_or_insert_with(|| text.split_at(at).0.to_owned()), character),
        }
    }
    out.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Writes an ASCII form for the characters of drwatch's own sentences; for others their escape.
fn push_visible(out: &mut String, character: char) {
    out.push_str(match character {
        '…' => "...",
        '–' | '—' => "-",
        '·' => "|",
        '→' => "->",
        '×' => "x",
        '≥' => ">=",
        '≤' => "<=",
        _ => return push_escape(out, character),
    });
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines_in(text: &str, charset: Charset) -> Cow<'_, str> {
        escaped(text, charset, true, push_visible)
    }

    const HOSTILE: &str = "a\u{1b}[2J\u{9b}1m\u{202e}x\u{200b}\u{e0041}e\u{301}\u{301}\u{301}\u{301}é\n";

    #[test]
    fn what_acts_hides_or_piles_up_is_shown_and_letters_stay() {
        assert_eq!(
            lines_in(HOSTILE, Charset::Unicode),
            "a\\x1b[2J\\u{9b}1m\\u{202e}x\\u{200b}\\u{e0041}e\u{301}\u{301}\\u{301}\\u{301}é\n"
        );
        assert_eq!(line_in("a\nb\tc", Charset::Unicode), "a\\nb\\tc");
    }

    #[test]
    fn beyond_ascii_everything_is_shown_where_the_reader_takes_nothing_else() {
        let shown = lines_in("größe … – 日", Charset::Ascii).into_owned();
        assert_eq!(shown, "gr\\u{f6}\\u{df}e ... - \\u{65e5}");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let value = serde_json::to_string(&[HOSTILE]).unwrap();
        for charset in [Charset::Unicode, Charset::Ascii] {
            let shown = json_in(&value, charset);
            assert!(!shown.contains(['\u{9b}', '\u{202e}', '\u{200b}', '\u{e0041}']), "{shown:?}");
            assert_eq!(shown.is_ascii(), charset == Charset::Ascii, "{shown}");
            assert_eq!(serde_json::from_str::<[String; 1]>(&shown).unwrap(), [HOSTILE]);
        }
    }

    #[test]
    fn escape_sequences_and_direction_marks_do_not_pass() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}c\td"), "a\\x1b[31mb\\u{202e}c d");
        assert!(matches!(clean("plain"), Cow::Borrowed(_)));
    }

    proptest! {
        #![proptest_config(crate::text::properties())]

        #[test]
        fn nothing_harmful_passes_and_what_passed_passes_again(hostile in any::<String>()) {
            for charset in [Charset::Unicode, Charset::Ascii] {
                let once = lines_in(&hostile, charset).into_owned();
                let mut scan = Scan::default();
                prop_assert_eq!(once.chars().find(|&c| scan.is_harmful(c) && c != '\n'), None);
                prop_assert!(charset == Charset::Unicode || once.is_ascii());
                prop_assert_eq!(lines_in(&once, charset), once.as_str());
                let json = serde_json::to_string(&hostile).unwrap();
                prop_assert_eq!(serde_json::from_str::<String>(&json_in(&json, charset)).unwrap(), hostile.clone());
            }
        }
    }
}
