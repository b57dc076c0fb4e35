//! Bytes from outside as text to be shown, journalled or reported.

use std::{fmt::Write as _, iter};

use super::hidden::Scan;

/// Marks that text was cut off.
const CUT: char = '…';

/// So many NUL bytes in a row are counted instead of being shown one by one.
const NULS_SHOWN: usize = 4;

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

/// Like [`printable`], but at most `limit` bytes long: a cut falls between characters and escapes and ends in `…`.
#[must_use]
pub fn printable_within(bytes: &[u8], limit: usize) -> String {
    escaped(bytes, limit, false)
}

/// As [`printable_within`], with a long run of NUL bytes as `\0{812 NUL bytes}`.
#[must_use]
pub fn printable_line(line: &[u8], limit: usize) -> String {
    escaped(line, limit, true)
}

/// The lines of a text that [`printable`] made, without the escapes of the line feeds between them.
pub fn lines_of_printable(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text.strip_suffix("\\n").filter(|text| !ends_inside_escape(text)).unwrap_or(text));
    iter::from_fn(move || {
        let text = rest?;
        let mut is_escaped = false;
        let end = text.bytes().position(|byte| {
            let ends = is_escaped && byte == b'n';
            is_escaped = !is_escaped && byte == b'\\';
            ends
        });
        // Both bytes of the escape are ASCII.
        let (line, next) = match end {
            Some(at) => (text.get(..at - 1)?, text.get(at + 1..)),
            None => (text, None),
        };
        rest = next;
        Some(line.strip_suffix("\\r").filter(|text| !ends_inside_escape(text)).unwrap_or(line))
    })
}

/// Whether the last backslash of `text` escapes what follows it.
fn ends_inside_escape(text: &str) -> bool {
    text.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn escaped(bytes: &[u8], limit: usize, counts_nuls: bool) -> String {
    // Nearly every log line. Looked at as a whole, as a look at each character took a third of the time of a line.
    if bytes.len() <= limit
        && is_shown_as_it_is(bytes)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.to_owned();
    }
    let mut out = String::with_capacity(bytes.len().min(limit));
    let (mut rest, mut scan, mut cut_at) = (bytes, Scan::default(), 0);
    while let Some(first) = rest.first() {
        let nuls = if counts_nuls { rest.iter().take_while(|byte| **byte == 0).count() } else { 0 };
        let used = match first_character(rest) {
            _ if nuls > NULS_SHOWN => {
                scan = Scan::default();
                // Writing to a String cannot fail.
                let _ = write!(out, "\\0{{{nuls} NUL bytes}}");
                nuls
            }
            Some(character) => {
                let is_harmful = scan.is_harmful(character);
                if is_harmful || character == '\\' {
                    push_escape(&mut out, character);
                } else {
                    out.push(character);
                }
                character.len_utf8()
            }
            None => {
                scan = Scan::default();
                push_byte(&mut out, *first);
                1
            }
        };
        if out.len() > limit {
            out.truncate(cut_at);
            out.extend(Some(CUT).filter(|_| limit >= CUT.len_utf8()));
            break;
        }
        // The last place behind which the mark of a cut still fits.
        if out.len() + CUT.len_utf8() <= limit {
            cut_at = out.len();
        }
        rest = rest.split_at(used).1;
    }
    out
}

/// Whether all bytes are printable ASCII, and no backslash.
fn is_shown_as_it_is(bytes: &[u8]) -> bool {
    // Each byte is looked at: a search that stops is not made of vectors.
    let is_odd = |byte: u8| u8::from(!matches!(byte, b' '..=b'~') || byte == b'\\');
    bytes.iter().fold(0, |odd, byte| odd | is_odd(*byte)) == 0
}

/// The character that `bytes` begin with, if they are UTF-8.
fn first_character(bytes: &[u8]) -> Option<char> {
    // No character of UTF-8 is longer than four bytes.
    let longest = bytes.get(..4).unwrap_or(bytes);
    longest.utf8_chunks().next()?.valid().chars().next()
}

pub(super) fn push_escape(out: &mut String, character: char) {
    match character {
        '\\' => out.push_str("\\\\"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\0'..='\x7f' => push_byte(out, u8::try_from(character).unwrap_or_default()),
        _ => _ = write!(out, "\\u{{{:x}}}", u32::from(character)),
    }
}

fn push_byte(out: &mut String, byte: u8) {
    let _ = write!(out, "\\x{byte:02x}");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_with_nothing_to_escape_reads_as_it_does_before_something_that_has() {
        for byte in 0..=u8::MAX {
            let line = [b"a ", &[byte][..], b" b"].concat();
            let before_an_escape = printable(&[&line[..], b"\x01"].concat());
            assert_eq!(before_an_escape.strip_suffix("\\x01"), Some(printable(&line).as_str()), "{byte:#x}");
        }
        for (limit, cut) in [(5, "a b c"), (4, "a\u{2026}"), (2, "")] {
            assert_eq!(printable_within(b"a b c", limit), cut, "{limit}");
        }
    }

    #[test]
    fn lines_end_at_line_feeds_and_not_at_a_backslash_before_an_n() {
        for (text, expected) in [
            ("one\ntwo\n", vec!["one", "two"]),
            ("one\r\ntwo", vec!["one", "two"]),
            ("C:\\new\nend", vec!["C:\\\\new", "end"]),
            ("ends with \\n", vec!["ends with \\\\n"]),
            ("\n\nx", vec!["", "", "x"]),
            ("", vec![""]),
        ] {
            let printable = printable(text.as_bytes());
            assert_eq!(lines_of_printable(&printable).collect::<Vec<_>>(), expected, "{text:?}");
        }
    }

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
    fn a_byte_to_escape_is_found_wherever_it_stands_in_a_plain_line() {
        for byte in 0..=u8::MAX {
            for place in 0..19 {
                let mut line = *b"Sep 13 16:03:38 h ~";
                line[place] = byte;
                let is_plain = matches!(byte, b' '..=b'~') && byte != b'\\';
                assert_eq!(is_shown_as_it_is(&line), is_plain, "{byte:#x} at {place}");
            }
        }
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

    #[test]
    fn nul_bytes_are_counted_instead_of_being_shown_one_by_one() {
        assert_eq!(printable_line(b"a\0b", 99), "a\\x00b");
        assert_eq!(printable_line(b"a\0\0\0\0\0b\0", 99), "a\\0{5 NUL bytes}b\\x00");
        let nuls = [&[0; 4000][..], b"words"].concat();
        assert_eq!(printable_line(&nuls, 40), "\\0{4000 NUL bytes}words");
        assert_eq!(printable_line(&[0; 9], 40), "\\0{9 NUL bytes}");
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
        #![proptest_config(crate::text::properties())]

        #[test]
        fn no_control_or_hidden_character_gets_through(bytes in hostile(), limit in 0_usize..200) {
            for text in [printable(&bytes), printable_within(&bytes, limit), printable_line(&bytes, limit)] {
                prop_assert_eq!(crate::text::harm(&text), None);
            }
        }

        #[test]
        fn what_is_shown_of_a_line_is_bounded(
            parts in prop::collection::vec((any::<Vec<u8>>(), 0_usize..99), 0..40), limit in 0_usize..200
        ) {
            let line: Vec<u8> = parts.into_iter().flat_map(|(part, nuls)| [part, vec![0; nuls]].concat()).collect();
            prop_assert!(printable_line(&line, limit).len() <= limit);
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
