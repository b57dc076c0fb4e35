//! A log line as a row of the log panel; what is shown live and what is read again from `dr.log` are both made here.

use crate::{
    dialect::Dialect,
    parse::{self, LogLine},
    run::{Arrival, Gap, LogOffset, Marker},
    screen::{LogMark, LogRow},
};

/// Most bytes read of a line, whatever its length.
pub(in crate::watch) const HEAD: usize = 64 << 10;

/// A line as read, and the row it makes in the log panel.
pub(super) struct Read<'b> {
    pub(super) line: LogLine<'b>,
    pub(super) row: LogRow,
    pub(super) marker: Option<Marker>,
    pub(super) alarm: Option<String>,
}

/// Reads the line that stands at `offset` of `dr.log`.
pub(super) fn read_row<'b>(
    dialect: &Dialect,
    bytes: &'b [u8],
    offset: LogOffset,
    arrival: Arrival,
) -> Read<'b> {
    let line = parse::log_line(bytes.get(..HEAD).unwrap_or(bytes));
    let text = parse::printable_within(line.text(), 4096);
    let marker = match (line.program, line.module) {
        (Some(program), Some(module)) => dialect.marker(program, module, line.message),
        _ => None,
    };
    let alarm = dialect.alarm(line.text()).map(str::to_owned);
    let mark = alarm.as_ref().map(|_| LogMark::Alarm).or_else(|| marker.map(LogMark::Marker));
    let row = LogRow { offset, severity: line.severity, mark, text, arrival };
    Read { line, row, marker, alarm }
}

/// The row of the line that stands at `offset` of `dr.log`.
pub(in crate::watch) fn row(dialect: &Dialect, bytes: &[u8], offset: LogOffset, arrival: Arrival) -> LogRow {
    read_row(dialect, bytes, offset, arrival).row
}

/// The row that marks missing lines.
pub(in crate::watch) fn gap_row(gap: &Gap) -> LogRow {
    let text = format!("log lines from {} are missing: {}", bounds(gap), gap.reason);
    remark(gap, LogMark::Gap, text)
}

/// The row that marks where nothing was watched.
pub(in crate::watch) fn absence_row(absence: &Gap) -> LogRow {
    let reason = &absence.reason;
    let text =
        format!("nothing was watched from {}: {reason}; what was logged meanwhile follows", bounds(absence));
    remark(absence, LogMark::Absence, text)
}

fn bounds(gap: &Gap) -> String {
    let (from, to) = (gap.from.utc().format("%H:%M:%S"), gap.to.utc().format("%H:%M:%S"));
    format!("{from} to {to} UTC")
}

fn remark(gap: &Gap, mark: LogMark, text: String) -> LogRow {
    LogRow { offset: gap.offset, severity: None, mark: Some(mark), text, arrival: Arrival::Live }
}
