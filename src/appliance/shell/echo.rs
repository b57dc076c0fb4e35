//! The echo of a typed line at the head of its reply: finding it, wrapped or doubled, and taking it off.

use std::borrow::Cow;

use super::clean::clean;
use crate::dialect::Prompts;

/// Lines at the head of a reply among which the echo is looked for: late prompts may come before it.
const ECHO_SEARCH_LINES: usize = 12;

/// Bytes at the head of a reply among which the echo is looked for.
const ECHO_SEARCH_BYTES: usize = 8 << 10;

/// Lines that one wrapped echo may take.
// A line has at most 200 bytes, so that with its prompt four rows are enough down to 80 columns.
const MAX_WRAPPED_LINES: usize = 4;

/// Whether the echo of `line` is at the head of `raw`, complete.
pub(super) fn is_in(raw: &[u8], line: &str, prompts: &Prompts) -> bool {
    end(raw, line, prompts).is_some()
}

/// `raw` after the echo of `line`, or all of it without an echo.
pub(super) fn strip<'a>(raw: &'a [u8], line: &str, prompts: &Prompts) -> &'a [u8] {
    let Some(body) = end(raw, line, prompts).and_then(|end| raw.get(end..)) else { return raw };
    // A terminal that echoes by itself before the line editor does shows the line twice: the second
    // time behind a prompt.
    let next = body.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
    let text = clean(next);
    let doubled = is_echo(&String::from_utf8_lossy(&text), line, prompts, Prefix::Prompt);
    if doubled { body.get(next.len()..).unwrap_or_default() } else { body }
}

/// Whether one received line is the echo of `line`, with or without a prompt before it.
pub(super) fn is_whole(received: &[u8], line: &str, prompts: &Prompts) -> bool {
    let text = clean(received.get(..ECHO_SEARCH_BYTES).unwrap_or(received));
    is_echo(&String::from_utf8_lossy(&text), line, prompts, Prefix::Optional)
}

/// Whether a prompt must stand before the echo.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Optional,
    Prompt,
}

/// Where the echo ends in `raw`, if it is there.
fn end(raw: &[u8], line: &str, prompts: &Prompts) -> Option<usize> {
    // This runs again at each possible prompt of a reply that may be 64 MiB long.
    let head = raw.get(..ECHO_SEARCH_BYTES).unwrap_or(raw);
    let mut lines: Vec<&[u8]> = Vec::new();
    let mut end = 0;
    for piece in head.split_inclusive(|byte| *byte == b'\n').take(ECHO_SEARCH_LINES) {
        // An unfinished line may go on: `show log` is also
        // the beginning of the echo of `show log continuous`.
        if piece.last() != Some(&b'\n') {
            return None;
        }
        end += piece.len();
        lines.push(piece);
        // A terminal wraps a long echo at its margin, so the last lines are compared joined as well.
        for count in 1..=MAX_WRAPPED_LINES.min(lines.len()) {
            let joined = joined(lines.get(lines.len() - count..).unwrap_or_default());
            if is_echo(&joined, line, prompts, Prefix::Optional) {
                return Some(end);
            }
        }
    }
    None
}

fn joined(lines: &[&[u8]]) -> String {
    let mut text = String::new();
    for line in lines {
        let line = clean(line);
        let line = String::from_utf8_lossy(&line);
        text.push_str(line.strip_suffix('\n').unwrap_or(&line));
    }
    text
}

fn is_echo(text: &str, line: &str, prompts: &Prompts, prefix: Prefix) -> bool {
    // Compared from the end, because the line editor shows its prompt before the typed line.
    let Some(before) = text.trim_end().strip_suffix(line) else { return false };
    if before.trim().is_empty() {
        return prefix == Prefix::Optional;
    }
    let before: Cow<'_, str> =
        if before.ends_with(' ') { Cow::Borrowed(before) } else { Cow::Owned(format!("{before} ")) };
    prompts.read(&before).is_some()
}
