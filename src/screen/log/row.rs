//! One row of the log panel, its number, and the search for a pattern in its text.

use crate::run::{Arrival, LogOffset, Marker, Severity};

/// What sets a row apart from the lines around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogMark {
    /// A line that begins or ends something.
    Marker(Marker),
    Alarm,
    /// A line that has the words of a marker or an alarm, but is none.
    NearMiss,
    /// Lines are missing here; the row's text says which and why.
    Gap,
    /// Nothing was watched here; the row's text says how long and why.
    Absence,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogRow {
    /// Offset of the line in `dr.log`.
    pub(crate) offset: LogOffset,
    pub(crate) severity: Option<Severity>,
    pub(crate) mark: Option<LogMark>,
    /// The module in the tag of the line, made printable.
    pub(crate) module: Option<Box<str>>,
    /// The line, control characters escaped.
    pub(crate) text: String,
    pub(crate) arrival: Arrival,
}

impl LogRow {
    /// Whether the row is a line of the log, and not a remark between two.
    pub(crate) const fn is_line(&self) -> bool {
        !matches!(self.mark, Some(LogMark::Gap | LogMark::Absence))
    }
}

/// Absolute number of a row: the first ever pushed is 0, whatever was dropped since.
pub(crate) type RowNumber = u64;

/// `16:03:38`, `rfsd[13852]: message` and `message` of `Sep 13 16:03:38 localhost rfsd[13852]: message`. Where no
/// module in brackets begins the message, the process stays: it is all that identifies the source of the line.
pub(crate) fn parts(text: &str) -> Option<(&str, &str, &str)> {
    // Taken by byte positions, which are columns in ASCII only.
    let time = text.get(7..15).filter(|_| text.is_ascii())?;
    let is_time = time.bytes().enumerate().all(|(index, byte)| match index {
        2 | 5 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let (host, rest) = text.get(16..)?.split_once(' ')?;
    let is_plain = is_time && !host.is_empty();
    let tagged = rest.split_once("]: ").filter(|(_, words)| words.starts_with('['));
    is_plain.then_some((time, rest, tagged.map_or(rest, |(_, words)| words)))
}

/// Byte position of `pattern` in `text`, upper and lower case of ASCII letters being the same.
pub(crate) fn find(text: &str, pattern: &str) -> Option<usize> {
    let pattern = pattern.as_bytes();
    let first = pattern.first()?.to_ascii_lowercase();
    text.as_bytes().windows(pattern.len()).position(|window| {
        window.first().is_some_and(|byte| byte.to_ascii_lowercase() == first)
            && window.eq_ignore_ascii_case(pattern)
    })
}
