//! What surrounds the words of a log line without belonging to them: colour codes, control characters, NUL bytes.

use std::{borrow::Cow, fmt::Write as _};

use super::printable_within;

/// A line without escape sequences, control characters and NUL bytes, and without what log servers write for them at
/// its end. Tabs stay, and so do carriage returns inside: what a terminal would write over is no part of another line.
#[must_use]
pub fn undecorated(line: &[u8]) -> Cow<'_, [u8]> {
    let line = without_tail(line);
    if !line.iter().copied().any(is_decoration) {
        return Cow::Borrowed(line);
    }
    let mut rest = line;
    let mut words = Vec::with_capacity(line.len());
    while let Some((&byte, behind)) = rest.split_first() {
        rest = if byte == ESCAPE { behind_escape(behind) } else { behind };
        if !is_decoration(byte) {
            words.push(byte);
        }
    }
    let end = without_tail(&words).len();
    words.truncate(end);
    Cow::Owned(words)
}

const ESCAPE: u8 = 0x1b;

const fn is_decoration(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n')
}

/// The line up to its last word; rsyslog writes a control character as its octal number.
fn without_tail(mut line: &[u8]) -> &[u8] {
    loop {
        let end = line.iter().rposition(|byte| !byte.is_ascii_control()).map_or(0, |last| last + 1);
        line = line.get(..end).unwrap_or_default();
        let cut = [&b"#000"[..], b"#012", b"#015"].iter().find_map(|written| line.strip_suffix(*written));
        match cut {
            Some(cut) => line = cut,
            None => return line,
        }
    }
}

/// What follows on an escape sequence of which the first byte was read (ECMA-48, sections 5.3 to 5.6).
fn behind_escape(sequence: &[u8]) -> &[u8] {
    let Some((&kind, body)) = sequence.split_first() else { return sequence };
    let length = match kind {
        b'[' => body.iter().position(|byte| (0x40..=0x7e).contains(byte)).map(|last| last + 1),
        b']' | b'P' | b'X' | b'^' | b'_' => {
            body.iter().position(|byte| matches!(byte, 0x07 | &ESCAPE)).map(|last| match body.get(last..) {
                Some([ESCAPE, b'\\', ..]) => last + 2,
                _ => last + 1,
            })
        }
        _ => {
            let last = sequence.iter().position(|byte| !(0x20..=0x2f).contains(byte));
            return last.and_then(|last| sequence.get(last + 1..)).unwrap_or_default();
        }
    };
    // One that never ends was none: its words stay.
    length.and_then(|length| body.get(length..)).unwrap_or(body)
}

/// So many NUL bytes in a row are counted instead of being shown one by one.
const NULS_SHOWN: usize = 4;

/// As [`printable_within`], with a long run of NUL bytes as `\0{812 NUL bytes}`.
#[must_use]
pub fn printable_line(line: &[u8], limit: usize) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, nuls)) = next_run(rest) {
        text.push_str(&printable_within(before, limit));
        // Writing to a String cannot fail.
        let _ = write!(text, "\\0{{{nuls} NUL bytes}}");
        rest = rest.get(before.len() + nuls..).unwrap_or_default();
        if text.len() > limit {
            break;
        }
    }
    if text.is_empty() {
        return printable_within(rest, limit);
    }
    let room = limit.saturating_sub(text.len());
    text.push_str(&printable_within(rest, room));
    text
}

/// What stands before the next long run of NUL bytes, and its length.
fn next_run(line: &[u8]) -> Option<(&[u8], usize)> {
    let starts = memchr::memchr_iter(0, line);
    for start in starts.filter(|start| *start == 0 || line.get(start - 1) != Some(&0)) {
        let run = line.get(start..)?;
        let length = run.iter().position(|byte| *byte != 0).unwrap_or(run.len());
        if length > NULS_SHOWN {
            return Some((line.get(..start)?, length));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINE: &str =
        "Sep 13 16:03:38 localhost rfsd[1]: [megamount.INFO] (1) restore namespace successful!";

    #[test]
    fn decoration_is_no_part_of_a_line() {
        for decorated in [
            LINE.to_owned(),
            format!("\x1b[32m{LINE}\x1b[0m"),
            format!("\x1b[1;38;5;11m{LINE}\x1b[K\r"),
            format!("\x1b]0;title\x07{LINE}"),
            format!("\x1b]8;;http://x\x1b\\{LINE}\x1b(B"),
            format!("{}{LINE}", "\0".repeat(800)),
            format!("{LINE}\0"),
            format!("{LINE}\r\0\r\n"),
            format!("{LINE}#015"),
            format!("{LINE}#012#000\n"),
            format!("\x02{LINE}\x03\x7f"),
            LINE.replace("INFO", "\x1b[36mINFO\x1b[0m"),
            LINE.replace("restore ", "restore\0 \x08"),
        ] {
            assert_eq!(undecorated(decorated.as_bytes()).as_ref(), LINE.as_bytes(), "{decorated:?}");
        }
    }

    #[test]
    fn an_escape_sequence_without_an_end_takes_no_words_with_it() {
        assert_eq!(undecorated(b"a\x1b]0;b c").as_ref(), b"a0;b c");
        assert_eq!(undecorated(b"a\x1b").as_ref(), b"a");
        assert_eq!(undecorated(b"a\x1b[").as_ref(), b"a");
    }

    #[test]
    fn a_carriage_return_inside_a_line_stays() {
        assert_eq!(undecorated(b"\rx\rSep 13\r\n").as_ref(), b"\rx\rSep 13");
    }

    #[test]
    fn nul_bytes_are_counted_instead_of_being_shown_one_by_one() {
        assert_eq!(printable_line(b"a\0b", 99), "a\\x00b");
        assert_eq!(printable_line(b"a\0\0\0\0\0b\0", 99), "a\\0{5 NUL bytes}b\\x00");
        let nuls = [&[0; 4000][..], b"words"].concat();
        assert_eq!(printable_line(&nuls, 40), "\\0{4000 NUL bytes}words");
        assert_eq!(printable_line(&[0; 9], 40), "\\0{9 NUL bytes}");
    }

    proptest! {
        #![proptest_config(crate::parse::properties())]

        #[test]
        fn no_control_character_is_left_and_plain_lines_stay(line in any::<Vec<u8>>(), plain in "[ -~]{0,60}[!-\"$-~]") {
            prop_assert!(!undecorated(&line).iter().copied().any(is_decoration));
            let words = undecorated(plain.as_bytes());
            prop_assert_eq!(words.as_ref(), plain.as_bytes());
        }

        #[test]
        fn what_is_shown_of_a_line_is_bounded(parts in prop::collection::vec((any::<Vec<u8>>(), 0_usize..99), 0..40), limit in 0_usize..200) {
            let line: Vec<u8> = parts.into_iter().flat_map(|(part, nuls)| [part, vec![0; nuls]].concat()).collect();
            prop_assert!(printable_line(&line, limit).len() <= 2 * limit + 40);
        }
    }
}
