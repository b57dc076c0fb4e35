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

/// Byte position of `pattern` in `text`, upper and lower case of ASCII letters being the same.
pub(crate) fn find(text: &str, pattern: &str) -> Option<usize> {
    let pattern = pattern.as_bytes();
    let first = pattern.first()?.to_ascii_lowercase();
    text.as_bytes().windows(pattern.len()).position(|window| {
        window.first().is_some_and(|byte| byte.to_ascii_lowercase() == first)
            && window.eq_ignore_ascii_case(pattern)
    })
}
