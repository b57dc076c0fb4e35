//! The last look at text before it leaves: what would act on a terminal, hide or reorder becomes visible,
//! and so does everything beyond ASCII where the reader takes nothing else. Text that was made harmless
//! before passes unchanged.

use std::{borrow::Cow, fmt::Write as _};

use super::{
    charset::{Charset, charset},
    printable::{Scan, push_escape},
};

/// Whether line feeds are part of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

/// Text of any number of lines, for people.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    text_in(text, charset())
}

/// As [`text`], for a reader of those characters.
#[must_use]
pub fn text_in(text: &str, charset: Charset) -> Cow<'_, str> {
    shown(text, charset, Lines::Many)
}

/// Text within one line, for people: line feeds become visible too.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    line_in(text, charset())
}

/// As [`line()`], for a reader of those characters.
#[must_use]
pub fn line_in(text: &str, charset: Charset) -> Cow<'_, str> {
    shown(text, charset, Lines::One)
}

fn shown(text: &str, charset: Charset, lines: Lines) -> Cow<'_, str> {
    let mut scan = Scan::default();
    let mut is_kept = |c: char| {
        let is_harmful = scan.is_harmful(c);
        match c {
            '\n' => lines == Lines::Many,
            _ => !is_harmful && (charset == Charset::Unicode || c.is_ascii()),
        }
    };
    let Some(from) = text.char_indices().find_map(|(at, c)| (!is_kept(c)).then_some(at)) else {
        return Cow::Borrowed(text);
    };
    let (kept, rest) = text.split_at(from);
    let mut shown = String::with_capacity(text.len().saturating_add(16));
    shown.push_str(kept);
    // The scan stands behind the first character of the rest.
    let mut rest = rest.chars();
    rest.by_ref().take(1).for_each(|c| escape(&mut shown, c, charset));
    for c in rest {
        if is_kept(c) { shown.push(c) } else { escape(&mut shown, c, charset) }
    }
    Cow::Owned(shown)
}

fn escape(shown: &mut String, c: char, charset: Charset) {
    match typewritten(c).filter(|_| charset == Charset::Ascii) {
        Some(typewritten) => shown.push_str(typewritten),
        None => push_escape(shown, c),
    }
}

/// What a typewriter has for the marks that drwatch's own sentences use.
const fn typewritten(c: char) -> Option<&'static str> {
    Some(match c {
        '…' => "...",
        '–' | '—' => "-",
        '·' => "|",
        '→' => "->",
        '×' => "x",
        '≥' => ">=",
        '≤' => "<=",
        _ => return None,
    })
}

/// JSON in which no string holds such a character raw: each becomes an escape of the same meaning. Line feeds
/// between the values stay.
#[must_use]
pub fn json(json: &str) -> Cow<'_, str> {
    json_in(json, charset())
}

/// As [`json`], for a reader of those characters.
#[must_use]
pub fn json_in(json: &str, charset: Charset) -> Cow<'_, str> {
    let mut scan = Scan::default();
    let mut is_kept =
        |c: char| (!scan.is_harmful(c) && (charset == Charset::Unicode || c.is_ascii())) || c == '\n';
    if json.chars().all(&mut is_kept) {
        return Cow::Borrowed(json);
    }
    let mut scan = Scan::default();
    let mut shown = String::with_capacity(json.len().saturating_add(16));
    for c in json.chars() {
        let is_harmful = scan.is_harmful(c);
        if c == '\n' || (!is_harmful && (charset == Charset::Unicode || c.is_ascii())) {
            shown.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOSTILE: &str = "a\u{1b}[2J\u{9b}1m\u{202e}x\u{200b}\u{e0041}e\u{301}\u{301}\u{301}\u{301}é\n";

    #[test]
    fn what_acts_hides_or_piles_up_is_shown_and_letters_stay() {
        assert_eq!(
            text_in(HOSTILE, Charset::Unicode),
            "a\\x1b[2J\\u{9b}1m\\u{202e}x\\u{200b}\\u{e0041}e\u{301}\u{301}\\u{301}\\u{301}é\n"
        );
        assert_eq!(line_in("a\nb\tc", Charset::Unicode), "a\\nb\\tc");
    }

    #[test]
    fn beyond_ascii_everything_is_shown_where_the_reader_takes_nothing_else() {
        let shown = text_in("größe … – 日", Charset::Ascii).into_owned();
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

    proptest! {
        #![proptest_config(crate::outlet::properties())]

        #[test]
        fn nothing_harmful_passes_and_what_passed_passes_again(hostile in any::<String>()) {
            for charset in [Charset::Unicode, Charset::Ascii] {
                let once = text_in(&hostile, charset).into_owned();
                let mut scan = Scan::default();
                prop_assert_eq!(once.chars().find(|&c| scan.is_harmful(c) && c != '\n'), None);
                prop_assert!(charset == Charset::Unicode || once.is_ascii());
                prop_assert_eq!(text_in(&once, charset), once.as_str());
                let json = serde_json::to_string(&hostile).unwrap();
                prop_assert_eq!(serde_json::from_str::<String>(&json_in(&json, charset)).unwrap(), hostile.clone());
            }
        }
    }
}
