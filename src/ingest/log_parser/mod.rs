//! Log bytes from any source to rows of the log panel, counts, and an event for each line that matters. What the events
//! mean for a run is decided in `run`.

mod clock_offset;
mod partial_line;
mod quick;
mod rows;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use rows::{MAX_LINE_BYTES, absence_row, gap_row, row};

use self::rows::printable_row;
pub(crate) use self::rows::{Read, read_row, words};
use self::{clock_offset::OffsetMeter, partial_line::PartialLine, quick::QuickReader};
use crate::{
    dialect::Dialect,
    ingest::latest_stamp::LatestStamp,
    parse::{Form, LogLine, Stamp},
    run::{Arrival, Elapsed, Event, LogCitation, LogOffset, LogTally, Role, Severity, Timestamp},
    screen::LogRow,
};

/// Most near misses put on record in one watch: a flood of them says no more than its beginning.
const MAX_NEAR_MISSES: u32 = 1000;

/// Times that the log's clock was set back, likewise.
const MAX_SET_BACKS: u32 = 1000;

/// Lines that waited while nothing was watched arrive within this time after it.
const CATCH_UP_TIME: Elapsed = Elapsed::from_secs(10);

/// A line that is this many seconds old has waited.
// Above what whole-second stamps and the way through ssh make a fresh line look late.
const MIN_WAIT_SECONDS: i64 = 4;

#[derive(Default)]
pub(crate) struct ParsedLog {
    pub(crate) events: Vec<Event>,
    pub(crate) rows: Vec<LogRow>,
    pub(crate) tally: LogTally,
    /// Whether rfsd logs live under a process id not seen before: its service has been started.
    pub(crate) has_new_rfsd: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Completeness {
    Whole,
    Partial,
    CutOff,
}

/// Reads log lines; holds only what is needed to see changes.
pub(crate) struct LogParser {
    dialect: Arc<Dialect>,
    rfsd_pid: Option<u32>,
    latest: LatestStamp,
    clock_offset: OffsetMeter,
    /// Whether lines were read, or none were there to read, when the watch began: what is caught up later is newer.
    is_begun: bool,
    /// The end of the last time in which nothing was watched.
    back_at: Option<Timestamp>,
    partial: Option<PartialLine>,
    /// When the file was last written from which older lines are read.
    file_written_at: Option<Timestamp>,
    near_misses: u32,
    set_backs: u32,
    quick: QuickReader,
}

impl LogParser {
    pub(crate) fn new(dialect: Arc<Dialect>) -> Self {
        Self {
            quick: QuickReader::of(&dialect),
            dialect,
            rfsd_pid: None,
            latest: LatestStamp::default(),
            clock_offset: OffsetMeter::default(),
            is_begun: false,
            back_at: None,
            partial: None,
            file_written_at: None,
            near_misses: 0,
            set_backs: 0,
        }
    }

    pub(crate) fn dialect(&self) -> Arc<Dialect> {
        Arc::clone(&self.dialect)
    }

    /// Sets when the file was last written that older lines are read from: none of them is newer.
    pub(crate) const fn written_by(&mut self, written_by: Option<Timestamp>) {
        self.file_written_at = written_by;
    }

    /// Goes on after an interruption, with the clock offset measured before and whether the log was followed then.
    pub(crate) const fn go_on_from(&mut self, offset_seconds: Option<i64>, is_begun: bool) {
        self.clock_offset.set(offset_seconds);
        self.is_begun = is_begun;
    }

    /// Notes that the log was read to its end: what is caught up later is newer.
    pub(crate) const fn mark_followed(&mut self) {
        self.is_begun = true;
    }

    /// Notes that nothing was watched until `now`: lines that waited meanwhile arrive at once.
    pub(crate) const fn was_away(&mut self, now: Timestamp) {
        self.back_at = Some(now);
        self.clock_offset.restart();
    }

    /// Reads log that begins at `offset` of `dr.log`. A line counts, and has a row, once its end has come.
    pub(crate) fn read(
        &mut self,
        bytes: &[u8],
        mut offset: LogOffset,
        arrival: Arrival,
        now: Timestamp,
    ) -> ParsedLog {
        let mut log = ParsedLog::default();
        self.quick.look_over(bytes);
        let mut start = 0;
        while let Some(rest) = bytes.get(start..).filter(|rest| !rest.is_empty()) {
            let end = start + memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let piece = bytes.get(start..end).unwrap_or_default();
            let at = std::mem::replace(&mut start, end);
            // The quick way reads whole lines only, and after an unfinished one this may be its rest.
            if self.partial.is_none() && self.read_known(piece, at, (offset, arrival), now, &mut log) {
                offset.0 = offset.0.saturating_add(piece.len() as u64);
                continue;
            }
            let mut line = match self.partial.take() {
                None => PartialLine::new(piece, offset, arrival, now),
                Some(mut line) => {
                    line.add(piece, now);
                    line
                }
            };
            if piece.ends_with(b"\n") {
                self.read_line(&mut line, Completeness::Whole, now, &mut log);
            } else {
                self.partial = Some(line);
            }
            offset.0 = offset.0.saturating_add(piece.len() as u64);
        }
        log
    }

    pub(crate) fn partial_line_start(&self) -> Option<LogOffset> {
        self.partial.as_ref().map(|line| line.offset)
    }

    /// Reads the last line of a log that has ended: it is whole without a newline.
    pub(crate) fn end(&mut self, now: Timestamp) -> ParsedLog {
        let mut log = ParsedLog::default();
        if let Some(mut line) = self.partial.take() {
            self.read_line(&mut line, Completeness::Whole, now, &mut log);
        }
        log
    }

    /// Drops what has come of the unfinished line, as it could not be recorded; its rest is a line of its own.
    pub(crate) fn drop_partial_line(&mut self) {
        self.partial = None;
    }

    /// The events of the unfinished line: its writer may end a phase with it and never write again. None while its end
    /// is still expected, unless the watch `is_over`.
    pub(crate) fn events_of_partial_line(&mut self, now: Timestamp, is_over: bool) -> Vec<Event> {
        let mut log = ParsedLog::default();
        if let Some(mut line) = self.partial.take() {
            if line.is_to_be_read(now, is_over) {
                // At the end of a watch no more of the line is awaited, so that a near miss in it counts as
                // well.
                let completeness = if is_over { Completeness::CutOff } else { Completeness::Partial };
                self.read_line(&mut line, completeness, now, &mut log);
            }
            self.partial = Some(line);
        }
        log.events
    }

    /// Reads the line at `start` of the present bytes, if it is whole and says nothing new.
    fn read_known(
        &mut self,
        line: &[u8],
        start: usize,
        (offset, arrival): (LogOffset, Arrival),
        now: Timestamp,
        log: &mut ParsedLog,
    ) -> bool {
        let Some(text) = line.strip_suffix(b"\n").filter(|text| self.quick.is_plain(text)) else {
            return false;
        };
        let Some((stamp, header)) = self.quick.find(&self.dialect, text, start) else { return false };
        if header.rfsd.is_some_and(|pid| self.rfsd_pid != Some(pid)) {
            return false;
        }
        if let Some(stamp) = stamp.filter(|_| header.rfsd.is_some() && is_next(arrival)) {
            let mut latest = self.latest;
            if latest.go_on_to(stamp).is_some() {
                return false;
            }
            self.latest = latest;
        }
        let (severity, module) = (header.severity, header.module.clone());
        // Of such a line only the time can lead to an event.
        if arrival == Arrival::Live {
            let stamp = self.date(stamp, arrival, now);
            if let Some(stamp) = stamp
                && self.arrival_of(arrival, Some(stamp), now) == Arrival::Live
                && let Some(seconds) = self.clock_offset.measure(stamp, now)
            {
                log.events.push(Event::ClockOffset { role: Role::Dr, seconds });
            }
        }
        self.is_begun |= matches!(arrival, Arrival::Live | Arrival::Earlier);
        log.tally.add_lines(severity, 1);
        log.tally.earlier.0 += u64::from(arrival == Arrival::Earlier);
        log.tally.may_repeat.0 += u64::from(arrival == Arrival::MayRepeat);
        let text = printable_row(text);
        log.rows.push(LogRow { offset, severity, mark: None, module, text, arrival });
        true
    }

    /// Reads a line, and adds the events that are not on record yet; a whole one also counts and has a row.
    fn read_line(
        &mut self,
        line: &mut PartialLine,
        completeness: Completeness,
        now: Timestamp,
        log: &mut ParsedLog,
    ) {
        let is_whole = completeness == Completeness::Whole;
        let words = words(&line.head);
        let Read { line: parsed, row, marker, alarm, near } =
            read_row(&self.dialect, &words, &line.head, line.offset, line.arrival);
        if is_whole {
            self.quick.learn(&self.dialect, &parsed);
        }
        let set_back_from = parsed
            .stamp
            .filter(|_| {
                is_whole && is_next(line.arrival) && parsed.program == Some(b"rfsd") && parsed.pid.is_some()
            })
            .and_then(|stamp| self.latest.go_on_to(stamp))
            .and_then(|before| self.date(Some(before), line.arrival, now));
        let stamp = self.date(parsed.stamp, line.arrival, now);
        let arrival = self.arrival_of(line.arrival, stamp, now);
        let cite = || LogCitation { offset: line.offset, stamp, arrival, raw: row.text.clone() };
        if is_whole {
            log.tally.add(tally_of(&parsed, &line.head, line.arrival));
            self.is_begun |= matches!(line.arrival, Arrival::Live | Arrival::Earlier);
            // Other lines were written long before they arrive, and would make the appliance's clock look far
            // behind.
            if let Some(stamp) = stamp.filter(|_| arrival == Arrival::Live)
                && let Some(seconds) = self.clock_offset.measure(stamp, now)
            {
                log.events.push(Event::ClockOffset { role: Role::Dr, seconds });
            }
            if let Some(before) = set_back_from
                && arrival != Arrival::Live
                && self.set_backs < MAX_SET_BACKS
            {
                self.set_backs += 1;
                log.events.push(Event::LogClockSetBack { from: before, line: cite() });
            }
            log.has_new_rfsd |= arrival == Arrival::Live
                && parsed.program == Some(b"rfsd")
                && parsed.pid.is_some_and(|pid| self.rfsd_pid != Some(pid));
            // The process of a line that is read once more may be long gone.
            if arrival != Arrival::MayRepeat
                && let Some((before, after)) = self.new_rfsd(&parsed)
            {
                log.events.push(Event::RfsdRestarted { before, after, line: cite() });
            }
        }
        // A partial line is reported once, though it may read as something else when it is whole.
        let reported = &mut line.reported;
        let is_new = |was_reported: bool, is_same: bool| !was_reported || (is_whole && !is_same);
        if let Some(marker) =
            marker.filter(|marker| is_new(reported.marker.is_some(), reported.marker == Some(*marker)))
        {
            reported.marker = Some(marker);
            log.events.push(Event::MarkerSeen { marker, line: cite() });
        }
        if let Some(alarm) =
            alarm.filter(|alarm| is_new(reported.alarm.is_some(), reported.alarm.as_ref() == Some(alarm)))
        {
            reported.alarm = Some(alarm.clone());
            log.events.push(Event::AlarmSeen { alarm, line: cite() });
        }
        // What is a near miss so far may still become the very marker.
        if let Some(of) = near.filter(|_| completeness != Completeness::Partial)
            && self.near_misses < MAX_NEAR_MISSES
        {
            self.near_misses += 1;
            log.events.push(Event::NearMissSeen { of, line: cite() });
        }
        if is_whole {
            log.rows.push(row);
        }
    }

    /// How a line arrived. One that is caught up is newer than all read before, if anything was. One that may have
    /// waited while nothing was watched is dated by its own timestamp and not by its receipt.
    fn arrival_of(&self, arrival: Arrival, stamp: Option<Timestamp>, now: Timestamp) -> Arrival {
        if arrival == Arrival::CaughtUp && self.is_begun {
            return Arrival::Behind;
        }
        let is_back = self.back_at.is_some_and(|back| now.since(back) <= CATCH_UP_TIME);
        let Some(stamp) = stamp.filter(|_| arrival == Arrival::Live && is_back) else { return arrival };
        // With the offset, so that a clock behind ours does not make every line look late.
        let waited = now.offset_from(stamp).num_seconds().saturating_add(self.clock_offset.seconds());
        if waited >= MIN_WAIT_SECONDS { Arrival::Behind } else { arrival }
    }

    /// When a line was written, by its own timestamp, which has no year.
    fn date(&self, stamp: Option<Stamp>, arrival: Arrival, now: Timestamp) -> Option<Timestamp> {
        let of_file = self.file_written_at.filter(|_| arrival != Arrival::Live);
        // The clock that dated the file may be ahead of ours, and no line was written after now.
        stamp?.resolve(of_file.map_or(now, |written_at| written_at.min(now)))
    }

    /// The former and the present process id, where rfsd logs under another one than before.
    fn new_rfsd(&mut self, line: &LogLine<'_>) -> Option<(u32, u32)> {
        if line.program != Some(b"rfsd") {
            return None;
        }
        let after = line.pid?;
        // The first process id seen is no restart.
        let before = self.rfsd_pid.replace(after)?;
        (before != after).then_some((before, after))
    }
}

/// Whether a line was surely written after those read before it.
const fn is_next(arrival: Arrival) -> bool {
    !matches!(arrival, Arrival::MayRepeat | Arrival::Earlier)
}

pub(crate) fn tally_of(line: &LogLine<'_>, bytes: &[u8], arrival: Arrival) -> LogTally {
    let mut tally = LogTally::default();
    tally.lines.0 = 1;
    tally.earlier.0 = u64::from(arrival == Arrival::Earlier);
    tally.may_repeat.0 = u64::from(arrival == Arrival::MayRepeat);
    tally.nul_bytes.0 = memchr::memchr_iter(0, bytes).count() as u64;
    match line.form {
        Form::Unparsed => tally.unparsed.0 = 1,
        Form::Repeated { times } => tally.repeated.0 = times,
        _ => {}
    }
    match line.severity {
        Some(Severity::Info) => tally.info.0 = 1,
        Some(Severity::Warning) => tally.warnings.0 = 1,
        Some(severity) if severity >= Severity::Error => tally.errors.0 = 1,
        _ => {}
    }
    tally
}
