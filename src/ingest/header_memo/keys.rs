//! What of a header is remembered under one key.

use memchr::memchr;

use super::text::{MAX_TEXT_BYTES, Text, position};
use crate::parse::{Form, LogLine, Stamp};

/// `Sep 13 16:03:38 `
pub(super) const STAMP_BYTES: usize = 16;
/// Digits of a process id that surely fits its type.
const MAX_PID_DIGITS: usize = 9;

/// The stamp `bytes`, in the form of `Sep 13 16:03:38 ` and of the month of `stamp`.
pub(super) fn plain_stamp(bytes: &[u8; STAMP_BYTES], stamp: Stamp) -> Option<Stamp> {
    let [_, _, _, _, pad, day, _, hours, hour, _, minutes, minute, _, seconds, second, _] = *bytes;
    // The pad of a day is a blank, of which these are the bits of 0.
    let number = |tens: u8, ones: u8| (tens & 0xf) * 10 + (ones & 0xf);
    let of_time = Stamp {
        day: number(pad, day),
        hour: number(hours, hour),
        minute: number(minutes, minute),
        second: number(seconds, second),
        ..stamp
    };
    is_plain_stamp(bytes, of_time).then_some(of_time)
}

/// `Sep 13 16:03:38 `, without a fraction behind it.
pub(super) fn is_plain_stamp(bytes: &[u8; STAMP_BYTES], stamp: Stamp) -> bool {
    let shape: [fn(u8) -> bool; STAMP_BYTES] = {
        const ALPHA: fn(u8) -> bool = |byte| byte.is_ascii_alphabetic();
        const DIGIT: fn(u8) -> bool = |byte| byte.is_ascii_digit();
        const PAD: fn(u8) -> bool = |byte| byte == b' ' || byte.is_ascii_digit();
        const BLANK: fn(u8) -> bool = |byte| byte == b' ';
        const COLON: fn(u8) -> bool = |byte| byte == b':';
        [
            ALPHA, ALPHA, ALPHA, BLANK, PAD, DIGIT, BLANK, DIGIT, DIGIT, COLON, DIGIT, DIGIT, COLON, DIGIT,
            DIGIT, BLANK,
        ]
    };
    stamp.nanosecond == 0 && bytes.iter().zip(shape).all(|(byte, is)| is(*byte))
}

/// `rfsd[13852]: [gc.INFO]` at the start of `body`; `None` where it is longer than a text may be.
pub(super) fn tagged_key(body: &[u8]) -> Option<&[u8]> {
    let body = body.get(..MAX_TEXT_BYTES).unwrap_or(body);
    let blank = position(body, b' ')?;
    if body.get(blank.checked_sub(1)?) != Some(&b':') || body.get(blank + 1) != Some(&b'[') {
        return None;
    }
    body.get(..=blank + 2 + position(body.get(blank + 2..)?, b']')?)
}

/// What stands at the start of `body` whatever the process id: `cli[]: [cli.NOTICE]`, or without a tag `sshd[]:`. `None`
/// where a tag may stand behind something else.
pub(super) fn key_of_any_process(body: &[u8]) -> Option<Text> {
    let start = body.get(..MAX_TEXT_BYTES).unwrap_or(body);
    let end = start.iter().position(|byte| matches!(byte, b'[' | b':' | b' '))?;
    let (program, behind) = start.split_at_checked(end)?;
    let (process, behind) = match behind {
        [b'[', behind @ ..] => {
            let digits = behind.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let behind = behind.get(digits..)?.strip_prefix(b"]")?;
            (&b"[]"[..], (1..=MAX_PID_DIGITS).contains(&digits).then_some(behind)?)
        }
        _ => (&b""[..], behind),
    };
    let tag = match behind.strip_prefix(b": ")? {
        [] | [b' ' | b'<', ..] | [b'[', b'I', b'D', b' ', ..] => return None,
        [b'[', inside @ ..] => {
            let end = inside.iter().position(|byte| matches!(byte, b'[' | b']' | b' '))?;
            let (inside, behind) = inside.split_at_checked(end)?;
            // A level is written in capitals.
            let may_be_tag = behind.starts_with(b"]") && inside.last().is_some_and(u8::is_ascii_uppercase);
            if may_be_tag { inside } else { b"" }
        }
        text => {
            // `TID 7: [gc.INFO]`, `local0.info [gc.INFO]`
            let word = text.get(..position(text, b' ')?)?;
            if word == b"TID" || word.iter().any(|byte| matches!(byte, b'.' | b':')) {
                return None;
            }
            b""
        }
    };
    Text::of(&[program, process, b":", tag])
}

/// Whether the parser has found in `line` just what stands in `key`.
pub(super) fn is_plain_key(key: &[u8], line: &LogLine<'_>) -> bool {
    let (Form::Tagged, Some(program), Some(module)) = (line.form, line.program, line.module) else {
        return false;
    };
    let pid = key.strip_prefix(program).and_then(|rest| {
        let end = memchr(b':', rest)?;
        rest.split_at_checked(end)
    });
    let Some((pid, tag)) = pid else { return false };
    let is_pid = match pid {
        [] => line.pid.is_none(),
        [b'[', digits @ .., b']'] => line.pid.is_some() && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    let inside = tag.strip_prefix(b": [").and_then(|tag| tag.strip_suffix(b"]"));
    let level = inside.and_then(|inside| inside.strip_prefix(module)?.strip_prefix(b"."));
    is_word(program) && is_pid && level.is_some_and(|level| level.iter().all(u8::is_ascii_uppercase))
}

/// The same of a key without a process id, which must not matter: that of rfsd does.
pub(super) fn is_plain_key_of_any_process(key: &Text, line: &LogLine<'_>) -> bool {
    let Some(program) = line.program.filter(|program| is_word(program) && *program != b"rfsd") else {
        return false;
    };
    let behind = key.get().strip_prefix(program);
    let behind =
        behind.map(|behind| (behind.strip_prefix(b"[]").unwrap_or(behind), behind.starts_with(b"[")));
    let Some((behind, has_pid)) = behind else { return false };
    let is_read_so = match line.form {
        Form::Plain => behind.starts_with(b":"),
        Form::Tagged => {
            let level = behind.strip_prefix(b":").and_then(|tag| tag.strip_prefix(line.module?));
            level.is_some_and(|level| level.starts_with(b"."))
        }
        _ => false,
    };
    is_read_so && line.pid.is_some() == has_pid
}

/// A number in front, as in `1.4.1: `, means something else behind some words.
fn is_word(program: &[u8]) -> bool {
    program.first().is_some_and(u8::is_ascii_alphabetic)
}
