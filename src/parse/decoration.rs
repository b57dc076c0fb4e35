//! What surrounds the words of a log line without belonging to them: colour codes, control characters, NUL bytes.

use std::borrow::Cow;

/// A line without escape sequences, control characters and NUL bytes, and without their octal forms at its end. Tabs
/// and inner carriage returns stay: what a terminal would write over is no part of another line.
#[must_use]
pub fn undecorated(line: &[u8]) -> Cow<'_, [u8]> {
    let line = without_tail(line);
    if !line.iter().copied().any(is_decoration) {
        // Nearly every line of a log comes this way, without a copy.
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

// DEL and the C0 controls. The C1 controls (0x80 to 0x9f) are continuation bytes in UTF-8 and stay.
const fn is_decoration(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\r' | b'\n')
}

/// The line up to its last word; rsyslog writes a control character as its octal number.
fn without_tail(mut line: &[u8]) -> &[u8] {
    // In a loop, because the two forms alternate, as in `#012#000\n`.
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

/// The bytes after an escape sequence, given those after its first byte (ECMA-48, sections 5.3 to 5.6).
fn behind_escape(sequence: &[u8]) -> &[u8] {
    let Some((&kind, body)) = sequence.split_first() else { return sequence };
    let length = match kind {
        b'[' => body.iter().position(|byte| (0x40..=0x7e).contains(byte)).map(|last| last + 1),
        // OSC, DCS, SOS, PM and APC.
        b']' | b'P' | b'X' | b'^' | b'_' => {
            // These sequences hold text, which ends with BEL, as xterm has it, or with ST, which is `ESC \`.
            body.iter().position(|byte| matches!(byte, 0x07 | &ESCAPE)).map(|last| match body.get(last..) {
                Some([ESCAPE, b'\\', ..]) => last + 2,
                _ => last + 1,
            })
        }
        _ => {
            // An escape sequence of intermediate bytes and one final byte,
            // such as `ESC ( B`, which selects a character set.
            let last = sequence.iter().position(|byte| !(0x20..=0x2f).contains(byte));
            return last.and_then(|last| sequence.get(last + 1..)).unwrap_or_default();
        }
    };
    // One that never ends was none: its words stay.
    length.and_then(|length| body.get(length..)).unwrap_or(body)
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

    proptest! {
        #![proptest_config(crate::parse::properties())]

        #[test]
        fn no_control_character_is_left_and_plain_lines_stay(line in any::<Vec<u8>>(), plain in "[ -~]{0,60}[!-\"$-~]") {
            prop_assert!(!undecorated(&line).iter().copied().any(is_decoration));
            let words = undecorated(plain.as_bytes());
            prop_assert_eq!(words.as_ref(), plain.as_bytes());
        }
    }
}
