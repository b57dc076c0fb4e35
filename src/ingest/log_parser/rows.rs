//! Rows of the log panel: made here both for lines that arrive and for lines read again from `dr.log`.

use std::borrow::Cow;

use crate::{
    dialect::Dialect,
    parse::{self, LogLine},
    run::{Arrival, Gap, LogOffset, Marker, NearMiss},
    screen::{LogMark, LogRow},
    text,
};

/// Most bytes read of a line; the whole line is in `dr.log`.
pub(crate) const MAX_LINE_BYTES: usize = 64 << 10;

/// Longest name of a module kept with a row.
pub(super) const MAX_MODULE_BYTES: usize = 48;

/// A line as read, and the row it makes in the log panel.
pub(crate) struct Read<'w> {
    pub(crate) line: LogLine<'w>,
    pub(crate) row: LogRow,
    pub(crate) marker: Option<Marker>,
    pub(crate) alarm: Option<String>,
    /// The marker or alarm that it resembles without being it.
    pub(crate) near: Option<NearMiss>,
}

pub(crate) fn words(bytes: &[u8]) -> Cow<'_, [u8]> {
    parse::undecorated(bytes.get(..MAX_LINE_BYTES).unwrap_or(bytes))
}

/// Reads the line `bytes` at `offset` of `dr.log`; `words` are those of the same line.
pub(crate) fn read_row<'w>(
    dialect: &Dialect,
    words: &'w [u8],
    bytes: &[u8],
    offset: LogOffset,
    arrival: Arrival,
) -> Read<'w> {
    let line = parse::log_line(words);
    // The words alone are not enough: the log also holds commands that were typed, and these may quote them.
    let marker = match (line.program, line.module) {
        (Some(program), Some(module)) => dialect.marker(program, module, line.message),
        _ => None,
    };
    let alarm = dialect.alarm(words).map(str::to_owned);
    let is_understood = marker.is_some() || alarm.is_some();
    // The marker itself has the words of a near miss too.
    let near = if is_understood { None } else { dialect.near_miss(words).cloned() };
    let mark = match (&alarm, marker, &near) {
        (Some(_), ..) => Some(LogMark::Alarm),
        (None, Some(marker), _) => Some(LogMark::Marker(marker)),
        (None, None, Some(_)) => Some(LogMark::NearMiss),
        (None, None, None) => None,
    };
    // From the bytes and not from the words: a row shows what stands in `dr.log`, colour codes
    // in printable form included.
    let text = printable_row(parse::without_line_end(bytes.get(..MAX_LINE_BYTES).unwrap_or(bytes)));
    let module = line.module.map(|module| text::printable_within(module, MAX_MODULE_BYTES).into());
    let row = LogRow { offset, severity: line.severity, mark, module, text, arrival };
    Read { line, row, marker, alarm, near }
}

/// The text of a row, given the line without its end.
pub(super) fn printable_row(line: &[u8]) -> String {
    text::printable_line(line, 4096)
}

pub(crate) fn row(dialect: &Dialect, bytes: &[u8], offset: LogOffset, arrival: Arrival) -> LogRow {
    read_row(dialect, &words(bytes), bytes, offset, arrival).row
}

pub(crate) fn gap_row(gap: &Gap) -> LogRow {
    let text = format!("log lines from {} are missing: {}", bounds(gap), gap.reason);
    remark(gap, LogMark::Gap, text)
}

pub(crate) fn absence_row(absence: &Gap) -> LogRow {
    let reason = &absence.reason;
    let text =
        format!("nothing was watched from {}: {reason}; what was logged meanwhile follows", bounds(absence));
    remark(absence, LogMark::Absence, text)
}

fn bounds(gap: &Gap) -> String {
    let (from, to) = (text::time_of_day(gap.from), text::time_of_day(gap.to));
    format!("{from} to {to} UTC")
}

fn remark(gap: &Gap, mark: LogMark, text: String) -> LogRow {
    LogRow {
        offset: gap.offset,
        severity: None,
        mark: Some(mark),
        module: None,
        text,
        arrival: Arrival::Live,
    }
}
