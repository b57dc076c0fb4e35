//! For tests: what must not reach a terminal, by the properties that Unicode gives its characters rather than by the
//! table of this room.

use std::sync::LazyLock;

use regex::Regex;

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
fn a_character_is_shown_as_it_is_just_where_unicode_calls_it_harmless() {
    for character in '\0'..=char::MAX {
        let text = format!("a{character}");
        let is_shown = super::line_in(&text, super::Charset::Unicode) == text;
        assert_eq!(is_shown, harm(&text).is_none(), "{character:?}");
    }
}
