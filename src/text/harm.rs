//! For tests: what must not reach a terminal, by the properties that Unicode gives its characters rather than by the
//! table of this room.

use std::sync::LazyLock;

use regex::Regex;

use super::{Charset, hidden::is_hidden, line_in, printable};

/// Controls, formats, separators of lines and paragraphs, and what is drawn as nothing; more than two marks on a letter,
/// and marks on none.
///
/// Allowed of what is no plain character: private use (Co) and unassigned (Cn), of which a terminal draws a box or what
/// its font has. Surrogates (Cs) are in no text.
static HARM: LazyLock<Regex> = LazyLock::new(|| {
    let harm =
        r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|[\p{Mn}\p{Me}]{3}|^[\p{Mn}\p{Me}]";
    Regex::new(harm).unwrap()
});

/// The first harmful place of a text of one line.
pub(crate) fn harm(text: &str) -> Option<&str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return None;
    }
    HARM.find(text).map(|found| found.as_str())
}

#[test]
fn a_character_is_hidden_just_where_unicode_has_it_act_or_vanish() {
    let hidden = Regex::new(r"^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]$").unwrap();
    for character in '\0'..=char::MAX {
        assert_eq!(
            is_hidden(character),
            hidden.is_match(character.encode_utf8(&mut [0; 4])),
            "{character:?}"
        );
    }
    for (class, members) in [
        ("controls", "\0\t\n\u{1b}\u{7f}\u{9b}"),
        ("directions", "\u{61c}\u{200e}\u{202a}\u{202e}\u{2066}\u{2069}"),
        ("zero width", "\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}"),
        ("tags", "\u{e0001}\u{e0041}\u{e007f}"),
        ("fillers", "\u{115f}\u{3164}\u{ffa0}\u{34f}\u{fe0f}"),
    ] {
        assert!(members.chars().all(is_hidden), "{class}");
    }
    assert!(!"a é日📼\u{301}\u{a0}\u{e000}\u{378}\u{10fffd}".chars().any(is_hidden));
}

#[test]
fn a_character_is_shown_as_it_is_just_where_unicode_calls_it_harmless() {
    for character in '\0'..=char::MAX {
        let text = format!("a{character}");
        let is_shown = line_in(&text, Charset::Unicode) == text;
        assert_eq!(is_shown, harm(&text).is_none(), "{character:?}");
        assert_eq!(printable(text.as_bytes()) == text, is_shown && character != '\\', "{character:?}");
    }
}
