//! The DR appliance's log on its way in: raw bytes to `dr.log`, counts to the journal, and an event
//! for each line that matters. The meaning of those events for a run is `run`'s business.

use std::sync::Arc;

use crate::{
    dialect::Dialect,
    parse::{self, Form, LogLine},
    run::{Arrival, At, Event, LogCitation, LogOffset, LogTally, Role, Severity},
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
        let line = parse::log_line(bytes);
        count(&line, &mut taken.tally);
        let stamp = line.stamp.and_then(|stamp| stamp.resolve(now));
        let text = parse::printable_within(line.text(), 4096);
        let cite = || LogCitation { offset, stamp, arrival, raw: text.clone() };

        if arrival == Arrival::Live
            && let Some(stamp) = stamp
        {
            self.measure_offset(stamp, now, &mut taken.events);
        }
        let mut mark = None;
        if let Some((before, after)) = self.new_rfsd(&line) {
            taken.events.push(Event::RfsdRestarted { before, after, line: cite() });
        }
        if let (Some(program), Some(module)) = (line.program, line.module)
            && let Some(marker) = self.dialect.marker(program, module, line.message)
        {
            taken.events.push(Event::MarkerSeen { marker, line: cite() });
            mark = Some(LogMark::Marker(marker));
        }
        if let Some(alarm) = self.dialect.alarm(line.text()) {
            taken.events.push(Event::AlarmSeen { alarm: alarm.to_owned(), line: cite() });
            mark = Some(LogMark::Alarm);
        }
        taken.rows.push(LogRow { offset, severity: line.severity, mark, text, arrival });
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

fn count(line: &LogLine<'_>, tally: &mut LogTally) {
    let mut one = LogTally::default();
    one.lines.0 = 1;
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
