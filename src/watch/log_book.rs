//! The DR appliance's log on its way in: raw bytes to `dr.log`, counts to the journal, and an event
//! for each line that matters. The meaning of those events for a run is `run`'s business.

use std::sync::Arc;

use crate::{
    dialect::Dialect,
    parse::{self, Form, LogLine},
    run::{Arrival, At, Event, Gap, LogCitation, LogOffset, LogTally, Marker, Role, Severity},
    screen::{LogMark, LogRow},
};

/// A clock offset is measured at most this often, in seconds.
const OFFSET_INTERVAL: u64 = 60;

/// A change of the clock offset below this many seconds is not worth an event: stamps carry no
/// fractions, and delivery takes time.
const OFFSET_CHANGE: i64 = 3;

/// What a stretch of log amounts to.
#[derive(Default)]
pub(super) struct Taken {
    /// Events for the journal, in order.
    pub(super) events: Vec<Event>,
    /// Rows for the log panel, in order.
    pub(super) rows: Vec<LogRow>,
    /// What the lines were.
    pub(super) tally: LogTally,
}

/// Reads log lines; remembers only what is needed to see changes.
pub(super) struct LogBook {
    dialect: Arc<Dialect>,
    rfsd: Option<u32>,
    offset_seconds: Option<i64>,
    offset_measured: Option<At>,
}

impl LogBook {
    pub(super) fn new(dialect: Arc<Dialect>) -> Self {
        Self { dialect, rfsd: None, offset_seconds: None, offset_measured: None }
    }

    /// Takes the clock offset measured before an interruption for known.
    pub(super) const fn go_on_from(&mut self, offset_seconds: Option<i64>) {
        self.offset_seconds = offset_seconds;
    }

    /// Reads whole lines that begin at `offset` of `dr.log`.
    pub(super) fn read(&mut self, bytes: &[u8], mut offset: LogOffset, arrival: Arrival, now: At) -> Taken {
        let mut taken = Taken::default();
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.read_line(line, offset, arrival, now, &mut taken);
            offset.0 = offset.0.saturating_add(line.len() as u64);
        }
        taken
    }

    fn read_line(&mut self, bytes: &[u8], offset: LogOffset, arrival: Arrival, now: At, taken: &mut Taken) {
        let Read { line, row, marker, alarm } = read_row(&self.dialect, bytes, offset, arrival);
        count(&line, arrival, &mut taken.tally);
        let stamp = line.stamp.and_then(|stamp| stamp.resolve(now));
        let cite = || LogCitation { offset, stamp, arrival, raw: row.text.clone() };

        if arrival == Arrival::Live
            && let Some(stamp) = stamp
        {
            self.measure_offset(stamp, now, &mut taken.events);
        }
        if let Some((before, after)) = self.new_rfsd(&line) {
            taken.events.push(Event::RfsdRestarted { before, after, line: cite() });
        }
        if let Some(marker) = marker {
            taken.events.push(Event::MarkerSeen { marker, line: cite() });
        }
        if let Some(alarm) = alarm {
            taken.events.push(Event::AlarmSeen { alarm, line: cite() });
        }
        taken.rows.push(row);
    }

    /// The former and present process id, where rfsd logs under another one than before.
    fn new_rfsd(&mut self, line: &LogLine<'_>) -> Option<(u32, u32)> {
        if line.program != Some(b"rfsd") {
            return None;
        }
        let after = line.pid?;
        let before = self.rfsd.replace(after)?;
        (before != after).then_some((before, after))
    }

    fn measure_offset(&mut self, stamp: At, now: At, events: &mut Vec<Event>) {
        let due = self.offset_measured.is_none_or(|last| now.since(last).secs() >= OFFSET_INTERVAL);
        if !due {
            return;
        }
        self.offset_measured = Some(now);
        let seconds = stamp.offset_from(now).num_seconds();
        if self.offset_seconds.is_none_or(|known| (known - seconds).abs() >= OFFSET_CHANGE) {
            self.offset_seconds = Some(seconds);
            events.push(Event::ClockOffset { role: Role::Dr, seconds });
        }
    }
}

/// A line as read, and the row it makes in the log panel.
struct Read<'b> {
    line: LogLine<'b>,
    row: LogRow,
    marker: Option<Marker>,
    alarm: Option<String>,
}

/// Reads the line that stands at `offset` of `dr.log`. Live and replayed rows are both made here.
fn read_row<'b>(dialect: &Dialect, bytes: &'b [u8], offset: LogOffset, arrival: Arrival) -> Read<'b> {
    let line = parse::log_line(bytes);
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

/// The rows of whole lines that begin at `offset` of `dr.log`.
pub(super) fn rows(dialect: &Dialect, bytes: &[u8], mut offset: LogOffset, arrival: Arrival) -> Vec<LogRow> {
    let row = |line: &[u8]| {
        let row = read_row(dialect, line, offset, arrival).row;
        offset.0 = offset.0.saturating_add(line.len() as u64);
        row
    };
    bytes.split_inclusive(|byte| *byte == b'\n').map(row).collect()
}

/// The row that marks missing lines.
pub(super) fn gap_row(gap: &Gap) -> LogRow {
    let (from, to) = (gap.from.utc().format("%H:%M:%S"), gap.to.utc().format("%H:%M:%S"));
    let text = format!("log lines from {from} to {to} UTC are missing: {}", gap.reason);
    let mark = Some(LogMark::Gap);
    LogRow { offset: gap.offset, severity: None, mark, text, arrival: Arrival::Live }
}

fn count(line: &LogLine<'_>, arrival: Arrival, tally: &mut LogTally) {
    let mut one = LogTally::default();
    one.lines.0 = 1;
    one.earlier.0 = u64::from(arrival == Arrival::Earlier);
    match line.form {
        Form::Unparsed => one.unparsed.0 = 1,
        Form::Repeated { times } => one.repeated.0 = times,
        _ => {}
    }
    match line.severity {
        Some(Severity::Info) => one.info.0 = 1,
        Some(Severity::Warning) => one.warnings.0 = 1,
        Some(severity) if severity >= Severity::Error => one.errors.0 = 1,
        _ => {}
    }
    tally.add(one);
}
