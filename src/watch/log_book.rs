//! The DR appliance's log on its way in: raw bytes to `dr.log`, counts to the journal, and an event
//! for each line that matters. The meaning of those events for a run is `run`'s business.

use std::sync::Arc;

use crate::{
    dialect::Dialect,
    parse::{self, Form, LogLine},
    run::{Arrival, At, Event, Gap, LogCitation, LogOffset, LogTally, Marker, Role, Severity, Span},
    screen::{LogMark, LogRow},
};

/// A clock offset is measured over so many seconds.
const OFFSET_INTERVAL: u64 = 60;

/// An offset is put right upwards once it was this many seconds too small.
const OFFSET_CORRECTION: i64 = 2;

/// After an absence lines that waited come within this time.
const CATCHING_UP: Span = Span::from_secs(10);

/// A line has waited when it is so many seconds old.
const WAITED: i64 = 4;

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
    measuring: Option<Measuring>,
    /// When drwatch last came back from a time in which it watched nothing.
    back_at: Option<At>,
}

/// Measuring the clock offset. A line comes late or in time, never early: of several the greatest offset
/// is the truest.
#[derive(Clone, Copy)]
struct Measuring {
    since: At,
    greatest: i64,
}

impl LogBook {
    pub(super) fn new(dialect: Arc<Dialect>) -> Self {
        Self { dialect, rfsd: None, offset_seconds: None, measuring: None, back_at: None }
    }

    /// What the lines are read by.
    pub(super) fn dialect(&self) -> Arc<Dialect> {
        Arc::clone(&self.dialect)
    }

    /// Takes the clock offset measured before an interruption for known.
    pub(super) const fn go_on_from(&mut self, offset_seconds: Option<i64>) {
        self.offset_seconds = offset_seconds;
    }

    /// Nothing was watched until `now`: lines that waited meanwhile come at once.
    pub(super) const fn was_away(&mut self, now: At) {
        self.back_at = Some(now);
        // One of the clocks may have been set meanwhile.
        self.measuring = None;
    }

    /// How a line arrived, where it may have waited for drwatch to come back: then its time is its own
    /// stamp, not that of its receipt.
    fn arrival_of(&self, arrival: Arrival, stamp: Option<At>, now: At) -> Arrival {
        let is_back = self.back_at.is_some_and(|back| now.since(back) <= CATCHING_UP);
        let Some(stamp) = stamp.filter(|_| arrival == Arrival::Live && is_back) else { return arrival };
        let ahead = self.offset_seconds.unwrap_or_default();
        let waited = now.offset_from(stamp).num_seconds().saturating_add(ahead);
        if waited >= WAITED { Arrival::CaughtUp } else { arrival }
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
        let arrival = self.arrival_of(arrival, stamp, now);
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
        let seconds = stamp.offset_from(now).num_seconds();
        let before = self.measuring;
        let (measuring, over) = match before {
            Some(measuring) if now.since(measuring.since).secs() < OFFSET_INTERVAL => {
                (Measuring { greatest: measuring.greatest.max(seconds), ..measuring }, None)
            }
            over => (Measuring { since: now, greatest: seconds }, over),
        };
        self.measuring = Some(measuring);
        let measured = match (self.offset_seconds, over) {
            (None, _) => Some(seconds),
            (Some(known), _) if before.is_none() && (known - seconds).abs() >= OFFSET_CHANGE => Some(seconds),
            // Too great it cannot have been measured, so what is greater is nearer to the truth.
            (Some(known), _) if measuring.greatest - known >= OFFSET_CORRECTION => Some(measuring.greatest),
            (Some(known), Some(over)) if (known - over.greatest).abs() >= OFFSET_CHANGE => {
                Some(over.greatest)
            }
            _ => None,
        };
        if let Some(seconds) = measured {
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
    let text = format!("log lines from {} are missing: {}", bounds(gap), gap.reason);
    remark(gap, LogMark::Gap, text)
}

/// The row that marks where nothing was watched.
pub(super) fn absence_row(absence: &Gap) -> LogRow {
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

#[cfg(test)]
mod tests {
    use super::*;

    const STAGE_END: &str = "[namespace_restore.INFO] (13852) Cloud restore phase complete. Starting namespace \
                             generation phase";

    fn at(seconds: i64) -> At {
        At::new(chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap())
    }

    fn line(seconds: i64, words: &str) -> String {
        format!("{} localhost rfsd[13852]: {words}\n", at(seconds).utc().format("%b %e %H:%M:%S"))
    }

    fn book() -> LogBook {
        LogBook::new(Arc::new(Dialect::built_in()))
    }

    fn read(book: &mut LogBook, text: &str, now: At) -> Vec<Event> {
        book.read(text.as_bytes(), LogOffset(0), Arrival::Live, now).events
    }

    fn offsets(events: &[Event]) -> Vec<i64> {
        let offset = |event: &Event| match event {
            Event::ClockOffset { seconds, .. } => Some(*seconds),
            _ => None,
        };
        events.iter().filter_map(offset).collect()
    }

    fn arrivals(events: &[Event]) -> Vec<Arrival> {
        let arrival = |event: &Event| match event {
            Event::MarkerSeen { line, .. } => Some(line.arrival),
            _ => None,
        };
        events.iter().filter_map(arrival).collect()
    }

    #[test]
    fn a_line_that_waited_while_nothing_was_watched_has_its_own_time() {
        let mut book = book();
        read(&mut book, &line(0, "x"), at(0));
        assert_eq!(arrivals(&read(&mut book, &line(1, STAGE_END), at(1))), [Arrival::Live]);
        book.was_away(at(60));
        let waited = read(&mut book, &line(20, STAGE_END), at(60));
        assert_eq!((arrivals(&waited), offsets(&waited)), (vec![Arrival::CaughtUp], vec![]));
        assert_eq!(arrivals(&read(&mut book, &line(60, STAGE_END), at(61))), [Arrival::Live]);
        let late = read(&mut book, &line(20, STAGE_END), at(90));
        assert_eq!(arrivals(&late), [Arrival::Live], "only what came with the return waited");
    }

    #[test]
    fn what_waited_is_told_by_the_appliances_own_clock() {
        let mut book = book();
        assert_eq!(offsets(&read(&mut book, &line(600, "x"), at(0))), [600]);
        book.was_away(at(60));
        assert_eq!(arrivals(&read(&mut book, &line(659, STAGE_END), at(60))), [Arrival::Live]);
        assert_eq!(arrivals(&read(&mut book, &line(620, STAGE_END), at(60))), [Arrival::CaughtUp]);
    }

    #[test]
    fn a_line_that_came_late_does_not_put_the_clock_off_for_long() {
        let mut book = book();
        assert_eq!(offsets(&read(&mut book, &line(-3, "x"), at(0))), [-3], "better than nothing");
        assert_eq!(offsets(&read(&mut book, &line(2, "x"), at(2))), [0], "no line comes early");
        for second in 3..200 {
            let delay = second % 3;
            assert_eq!(
                offsets(&read(&mut book, &line(second - delay, "x"), at(second))),
                Vec::<i64>::new(),
                "{second}"
            );
        }
    }

    #[test]
    fn a_clock_that_is_set_back_is_seen_within_two_windows() {
        let mut book = book();
        read(&mut book, &line(0, "x"), at(0));
        let mut seen = Vec::new();
        for second in 1..200 {
            seen.extend(offsets(&read(&mut book, &line(second - 3600, "x"), at(second))));
        }
        assert_eq!(seen, [-3600]);
    }
}
