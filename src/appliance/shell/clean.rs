//! What a terminal would show of the bytes received: escape sequences dropped, backspaces and
//! carriage returns carried out. Bytes that are no UTF-8 stay as they are.

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;

/// `raw` without escape sequences, NUL and BEL; a backspace takes the byte before it, a carriage
/// return that is followed by more text restarts the line, and line ends become `\n`.
#[must_use]
pub fn clean(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut line = 0;
    let mut rest = raw;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            ESCAPE => rest = skip_sequence(after),
            0x08 => {
                // A backspace stops at the beginning of the line, as the cursor of a terminal does.
                if out.len() > line {
                    out.pop();
                }
            }
            b'\r' => {
                // `\r\r\n` comes from two terminals in a row, of which
                // each puts a return before the newline (ONLCR).
                let text_follows = after.first().is_some_and(|next| !matches!(next, b'\n' | b'\r'));
                if text_follows {
                    out.truncate(line);
                }
            }
            b'\n' => {
                out.push(byte);
                line = out.len();
            }
            0 | BELL => {}
            _ => out.push(byte),
        }
    }
    out
}

/// What follows an escape sequence whose ESC has been read (ECMA-48: CSI, OSC and two-byte forms).
fn skip_sequence(rest: &[u8]) -> &[u8] {
    let after = |end: Option<usize>| end.and_then(|end| rest.get(end + 1..)).unwrap_or_default();
    match rest.first() {
        Some(b'[') => {
            // A newline ends a sequence that was cut off; otherwise
            // the next line of the reply would vanish with it.
            let end = rest.iter().skip(1).position(|byte| (0x40..=0x7e).contains(byte) || *byte == b'\n');
            match end.map(|end| end + 1) {
                Some(end) if rest.get(end) == Some(&b'\n') => rest.get(end..).unwrap_or_default(),
                end => after(end),
            }
        }
        Some(b']') => {
            // OSC ends with BEL or with ST, which is `ESC \`. A newline ends one that was cut off.
            let end = rest.iter().position(|byte| matches!(*byte, BELL | ESCAPE | b'\n'));
            match end.and_then(|end| rest.get(end)) {
                Some(&ESCAPE) => after(end.map(|end| end + 1)),
                Some(b'\n') => rest.get(end.unwrap_or(0)..).unwrap_or_default(),
                _ => after(end),
            }
        }
        // Sequences that select a character set or a line size have one byte more (ISO 2022).
        Some(b'(' | b')' | b'#' | b'%') => rest.get(2..).unwrap_or_default(),
        // A lone ESC at the end of a line: the line end stays.
        Some(b'\n') | None => rest,
        Some(_) => rest.get(1..).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(raw: &str) -> String {
        String::from_utf8(clean(raw.as_bytes())).expect("UTF-8")
    }

    #[test]
    fn the_text_is_what_a_terminal_shows() {
        for (raw, text) in [
            ("plain\r\n", "plain\n"),
            ("half\rwhole\r\n", "whole\n"),
            ("\r\rx", "x"),
            ("x\r\r\ny\r", "x\ny"),
            ("# \u{8} ", "# "),
            ("ab\u{8}\u{8}\u{8}c", "c"),
            ("x\n\u{8}\u{8}y", "x\ny"),
            ("\u{1b}[1;31mred\u{1b}[0m", "red"),
            ("\u{1b}]0;title\u{7}x", "x"),
            ("\u{1b}]0;title\u{1b}\\x", "x"),
            ("\u{1b}(Bx", "x"),
            ("\u{1b}=x\u{1b}>", "x"),
            ("a\0b\u{7}c", "abc"),
            ("x\u{1b}", "x"),
            ("x\u{1b}[12", "x"),
            ("x\u{1b}[12\ny", "x\ny"),
        ] {
            assert_eq!(shown(raw), text, "{raw:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        assert_eq!(clean(b"a\xff\xfe\r\n"), b"a\xff\xfe\n");
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn nothing_that_steers_a_terminal_is_left_of_any_bytes(
            raw in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200),
        ) {
            let shown = clean(&raw);
            proptest::prop_assert!(!shown.iter().any(|byte| [ESCAPE, BELL, 0, 8, b'\r'].contains(byte)));
            proptest::prop_assert_eq!(clean(&shown), shown);
        }
    }
}
