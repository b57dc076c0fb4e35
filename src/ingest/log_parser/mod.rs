//! The DR appliance's log on its way in: raw bytes to `dr.log`, counts to the journal, and an event
//! for each line that matters. The meaning of those events for a run is `run`'s business.

mod rows;
mod unfinished;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub(crate) use rows::{HEAD, absence_row, gap_row, row};

use crate::{
    dialect::Dialect,
    parse::{Form, LogLine},
    run::{Arrival, Elapsed, Event, LogCitation, LogOffset, LogTally, Role, Severity, Timestamp},
    screen::LogRow,
};
use rows::{Read, read_row, words};
use unfinished::{Told, Unfinished};

/// Near misses put on record in one watch.
const NEAR_MISSES: u32 = 1000;

/// A clock offset is measured over so many seconds.
const OFFSET_INTERVAL: u64 = 60;

/// An offset is put right upwards once it was this many seconds too small.
const OFFSET_CORRECTION: i64 = 2;

/// After an absence lines that waited come within this time.
const CATCHING_UP: Elapsed = Elapsed::from_secs(10);

/// A line has waited when it is so many seconds old.
const WAITED: i64 = 4;

/// A change of the clock offset below this many seconds is not worth an event: stamps carry no
/// fractions, and delivery takes time.
const OFFSET_CHANGE: i64 = 3;

/// What a stretch of log amounts to.
#[derive(Default)]
pub(crate) struct Taken {
    /// Events for the journal, in order.
    pub(crate) events: Vec<Event>,
    /// Rows for the log panel, in order.
    pub(crate) rows: Vec<LogRow>,
    /// What the lines were.
    pub(crate) tally: LogTally,
}

/// Reads log lines; remembers only what is needed to see changes.
pub(crate) struct LogParser {
    dialect: Arc<Dialect>,
    rfsd: Option<u32>,
    offset_seconds: Option<i64>,
    measuring: Option<Measuring>,
    /// Whether lines were taken in of which it is known where the log had come to when the watch began.
    is_begun: bool,
    /// When drwatch last came back from a time in which it watched nothing.
    back_at: Option<Timestamp>,
    /// The line whose end has not come yet.
    unfinished: Option<Unfinished>,
    /// When the file was last written from which older lines are read.
    written_by: Option<Timestamp>,
    /// Near misses seen so far.
    near_misses: u32,
}

/// Measuring the clock offset. A line comes late or in time, never early: of several the greatest offset
/// is the truest.
#[derive(Clone, Copy)]
struct Measuring {
    since: Timestamp,
    greatest: i64,
}

impl LogParser {
    pub(crate) fn new(dialect: Arc<Dialect>) -> Self {
        Self {
            dialect,
            rfsd: None,
            offset_seconds: None,
            measuring: None,
            is_begun: false,
            back_at: None,
            unfinished: None,
            written_by: None,
            near_misses: 0,
        }
    }

    /// What the lines are read by.
    pub(crate) fn dialect(&self) -> Arc<Dialect> {
        Arc::clone(&self.dialect)
    }

    /// Takes the lines that stand in a file already for no later than its last writing.
    pub(crate) const fn written_by(&mut self, written_by: Option<Timestamp>) {
        self.written_by = written_by;
    }

    /// Takes the clock offset measured before an interruption for known, and whether the log was followed then.
    pub(crate) const fn go_on_from(&mut self, offset_seconds: Option<i64>, is_begun: bool) {
        self.offset_seconds = offset_seconds;
        self.is_begun = is_begun;
    }

    /// The log was read to its end: whatever stands behind that is new.
    pub(crate) const fn is_followed(&mut self) {
        self.is_begun = true;
    }

    /// Nothing was watched until `now`: lines that waited meanwhile come at once.
    pub(crate) const fn was_away(&mut self, now: Timestamp) {
        self.back_at = Some(now);
        // One of the clocks may have been set meanwhile.
        self.measuring = None;
    }

    /// How a line arrived. What is read later stands behind all that was taken in, if anything was. A line that
    /// may have waited for drwatch to come back has the time of its own stamp, not that of its receipt.
    fn arrival_of(&self, arrival: Arrival, stamp: Option<Timestamp>, now: Timestamp) -> Arrival {
        if arrival == Arrival::CaughtUp && self.is_begun {
            return Arrival::Behind;
        }
        let is_back = self.back_at.is_some_and(|back| now.since(back) <= CATCHING_UP);
        let Some(stamp) = stamp.filter(|_| arrival == Arrival::Live && is_back) else { return arrival };
        let ahead = self.offset_seconds.unwrap_or_default();
        let waited = now.offset_from(stamp).num_seconds().saturating_add(ahead);
        if waited >= WAITED { Arrival::Behind } else { arrival }
    }

    /// Reads log that stands at `offset` of `dr.log`. A line counts, and is shown, once its end has come.
    pub(crate) fn read(
        &mut self,
        bytes: &[u8],
        mut offset: LogOffset,
        arrival: Arrival,
        now: Timestamp,
    ) -> Taken {
        let mut taken = Taken::default();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.read_piece(piece, offset, arrival, now, &mut taken);
            offset.0 = offset.0.saturating_add(piece.len() as u64);
        }
        taken
    }

    /// Where the line begins whose end has not come yet.
    pub(crate) fn line_begun(&self) -> Option<LogOffset> {
        self.unfinished.as_ref().map(|line| line.offset)
    }

    /// The log has ended: its last line is whole, though it has no end of its own.
    pub(crate) fn end(&mut self, now: Timestamp) -> Taken {
        let mut taken = Taken::default();
        if let Some(line) = self.unfinished.take() {
            self.read_line(&line.head, line.offset, line.arrival, &line.told, now, &mut taken);
        }
        taken
    }

    /// What has come of the unfinished line is lost; its rest is a line of its own.
    pub(crate) fn break_off(&mut self) {
        self.unfinished = None;
    }

    fn read_piece(
        &mut self,
        piece: &[u8],
        offset: LogOffset,
        arrival: Arrival,
        now: Timestamp,
        taken: &mut Taken,
    ) {
        let has_end = piece.ends_with(b"\n");
        match self.unfinished.take() {
            None if has_end => self.read_line(piece, offset, arrival, &Told::default(), now, taken),
            None => self.unfinished = Some(Unfinished::new(piece, offset, arrival, now)),
            Some(mut line) => {
                line.add(piece, now);
                if has_end {
                    self.read_line(&line.head, line.offset, line.arrival, &line.told, now, taken);
                } else {
                    self.unfinished = Some(line);
                }
            }
        }
    }

    fn read_line(
        &mut self,
        bytes: &[u8],
        offset: LogOffset,
        arrival: Arrival,
        told: &Told,
        now: Timestamp,
        taken: &mut Taken,
    ) {
        let words = words(bytes);
        let Read { line, row, marker, alarm, near } = read_row(&self.dialect, &words, bytes, offset, arrival);
        count(&line, memchr::memchr_iter(0, bytes).count(), arrival, &mut taken.tally);
        let stamp = self.stamp_of(&line, arrival, now);
        let is_new_or_old = matches!(arrival, Arrival::Live | Arrival::Earlier);
        let arrival = self.arrival_of(arrival, stamp, now);
        self.is_begun |= is_new_or_old;
        let cite = || LogCitation { offset, stamp, arrival, raw: row.text.clone() };

        if arrival == Arrival::Live
            && let Some(stamp) = stamp
        {
            self.measure_offset(stamp, now, &mut taken.events);
        }
        // A line that comes once more tells of a process that may be long gone.
        let may_repeat = arrival == Arrival::MayRepeat;
        if let Some((before, after)) = (!may_repeat).then(|| self.new_rfsd(&line)).flatten() {
            taken.events.push(Event::RfsdRestarted { before, after, line: cite() });
        }
        if let Some(marker) = marker.filter(|marker| told.marker != Some(*marker)) {
            taken.events.push(Event::MarkerSeen { marker, line: cite() });
        }
        if let Some(alarm) = alarm.filter(|alarm| told.alarm.as_ref() != Some(alarm)) {
            taken.events.push(Event::AlarmSeen { alarm, line: cite() });
        }
        if let Some(of) = near.filter(|_| self.has_room_for_near_miss()) {
            taken.events.push(Event::NearMissSeen { of, line: cite() });
        }
        taken.rows.push(row);
    }

    /// When a line was written, by its own stamp; `None` where it has none.
    fn stamp_of(&self, line: &LogLine<'_>, arrival: Arrival, now: Timestamp) -> Option<Timestamp> {
        let of_file = self.written_by.filter(|_| arrival != Arrival::Live);
        line.stamp?.resolve(of_file.map_or(now, |written_by| written_by.min(now)))
    }

    /// Whether one more may go on record: a flood of them says no more than its beginning.
    const fn has_room_for_near_miss(&mut self) -> bool {
        self.near_misses = self.near_misses.saturating_add(1);
        self.near_misses <= NEAR_MISSES
    }

    /// What the unfinished line tells already: its writer may end a phase with it and never write again. Nothing
    /// while its end is still to be expected, unless the watch `is_over`, or was.
    pub(crate) fn told_by_unfinished(&mut self, now: Timestamp, is_over: bool) -> Vec<Event> {
        let mut events = Vec::new();
        let Some(mut unfinished) = self.unfinished.take() else { return events };
        if unfinished.is_to_be_read(now, is_over) {
            let (offset, arrival) = (unfinished.offset, unfinished.arrival);
            let words = words(&unfinished.head);
            let Read { line, row, marker, alarm, near } =
                read_row(&self.dialect, &words, &unfinished.head, offset, arrival);
            let stamp = self.stamp_of(&line, arrival, now);
            let arrival = self.arrival_of(arrival, stamp, now);
            let cite = || LogCitation { offset, stamp, arrival, raw: row.text.clone() };
            let told = &mut unfinished.told;
            if let Some(marker) = marker.filter(|_| told.marker.is_none()) {
                told.marker = Some(marker);
                events.push(Event::MarkerSeen { marker, line: cite() });
            }
            if let Some(alarm) = alarm.filter(|_| told.alarm.is_none()) {
                told.alarm = Some(alarm.clone());
                events.push(Event::AlarmSeen { alarm, line: cite() });
            }
            // Before its end it may be a beginning of the very line.
            if let Some(of) = near.filter(|_| is_over) {
                events.push(Event::NearMissSeen { of, line: cite() });
            }
        }
        self.unfinished = Some(unfinished);
        events
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

    fn measure_offset(&mut self, stamp: Timestamp, now: Timestamp, events: &mut Vec<Event>) {
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

fn count(line: &LogLine<'_>, nuls: usize, arrival: Arrival, tally: &mut LogTally) {
    let mut one = LogTally::default();
    one.lines.0 = 1;
    one.earlier.0 = u64::from(arrival == Arrival::Earlier);
    one.may_repeat.0 = u64::from(arrival == Arrival::MayRepeat);
    match line.form {
        Form::Unparsed => one.unparsed.0 = 1,
        Form::Repeated { times } => one.repeated.0 = times,
        _ => {}
    }
    one.nul_bytes.0 = nuls as u64;
    match line.severity {
        Some(Severity::Info) => one.info.0 = 1,
        Some(Severity::Warning) => one.warnings.0 = 1,
        Some(severity) if severity >= Severity::Error => one.errors.0 = 1,
        _ => {}
    }
    tally.add(one);
}
