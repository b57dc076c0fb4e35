//! The log on its way through the loop: to disk, to the events it gives, and to its panel.

use super::{Hub, LastLook};
use crate::{
    console::screen_front::ScreenFront,
    ingest::{
        arrivals::Arrivals,
        holes::Part,
        log_panel::{LogExtent, LogRecord},
        log_parser::{ParsedLog, absence_row, gap_row},
    },
    journal::CHUNK_BYTES,
    run::{Arrival, ByteCount, Event, Gap, Link, LogOrigin},
    screen::Scrollback,
    session::recorder::Appended,
};

/// Most bytes taken in at a time: what a chunk of the record holds.
#[expect(clippy::cast_possible_truncation, reason = "64 KiB")]
const CHUNK: usize = CHUNK_BYTES as usize;

impl Hub {
    /// Takes in log, and of the events they give those that are `new`.
    pub(crate) fn take_log(&mut self, bytes: &[u8], arrival: Arrival, new: impl Fn(&Event) -> bool) {
        if arrival == Arrival::MayRepeat {
            // A chunk of its own marks exactly these lines.
            self.cut_log();
        }
        for part in self.holes.split(bytes) {
            match part {
                Part::Log(bytes) => self.take_part(bytes, arrival, &new),
                Part::Hole(length) => self.holes.add(length as u64),
            }
        }
    }

    fn take_part(&mut self, bytes: &[u8], arrival: Arrival, new: impl Fn(&Event) -> bool) {
        self.tell_of_hole_at_end();
        for piece in pieces(bytes) {
            if !self.recorder.has_room_for(piece) {
                self.cut_log();
            }
            self.take_piece(piece, arrival, &new);
        }
    }

    /// Puts on record a hole that is at its end, or will never be.
    pub(super) fn tell_of_hole_at_end(&mut self) {
        let ended = self.holes.ended();
        self.tell_of_hole(ended);
    }

    fn tell_of_hole(&mut self, length: Option<ByteCount>) {
        let Some(length) = length else { return };
        let now = self.clock.now();
        let reason = format!(
            "{length} NUL bytes of the log are a hole and are not copied; a log leaves one that was emptied while its \
             writer kept its place, and so does a machine that lost its power"
        );
        let offset = self.log_parser.partial_line_start().unwrap_or(self.recorder.log_end());
        self.record(&Event::LogGap(Gap { from: now, to: now, offset, reason }));
    }

    pub(super) fn take_event(&mut self, event: &Event) {
        if *event == Event::LogFollowed {
            self.log_parser.mark_followed();
        }
        self.record(event);
    }

    fn take_piece(&mut self, bytes: &[u8], arrival: Arrival, new: impl Fn(&Event) -> bool) {
        let now = self.clock.now();
        let taken = self.log_parser.read(bytes, self.recorder.log_end(), arrival, now);
        self.keep_log(bytes, arrival, taken, new);
    }

    /// The log has ended. A last line without an end of its own is on record as a chunk of no bytes.
    pub(super) fn end_log(&mut self) {
        self.tell_of_hole_at_end();
        self.cut_log();
        let taken = self.log_parser.end(self.clock.now());
        if taken.tally.lines.0 > 0 {
            self.keep_log(&[], Arrival::Live, taken, |_| true);
            self.cut_log();
        }
    }

    fn keep_log(&mut self, bytes: &[u8], arrival: Arrival, taken: ParsedLog, new: impl Fn(&Event) -> bool) {
        let now = self.clock.now();
        if let Some(gap) = self.recorder.log(bytes, &taken, now) {
            self.record(&Event::LogGap(gap));
        }
        if self.recorder.is_dropping() {
            self.log_parser.drop_partial_line();
        }
        for row in taken.rows {
            self.log_panel.push(row);
        }
        self.dirty = true;
        let is_stretch_of_its_own =
            !taken.events.is_empty() || matches!(arrival, Arrival::Earlier | Arrival::MayRepeat);
        for event in taken.events.iter().filter(|event| new(event)) {
            self.record_as_is(now, event);
        }
        if is_stretch_of_its_own {
            self.cut_log();
        }
        if let Some(made) = self.recorder.chunk(now) {
            self.after(&made);
        }
    }

    /// Puts on record what a line without its end tells, once no end is to be expected any more; and a hole that
    /// nothing follows on.
    pub(super) fn look_at_unfinished(&mut self, is_over: bool) {
        let at_rest = self.holes.at_rest();
        self.tell_of_hole(at_rest);
        let now = self.clock.now();
        for event in self.log_parser.events_of_partial_line(now, is_over) {
            self.record_as_is(now, &event);
        }
    }

    /// Puts a gap on record where the last look did not show that nothing of a followed log is missing.
    pub(super) fn note_unread_end(&mut self) {
        let run = self.recorder.run();
        let is_followed = run.log.followed && run.started.log != Some(LogOrigin::StandardInput);
        if !is_followed || self.last_look == LastLook::NothingMissing {
            return;
        }
        let reason = if run.started.log.is_none() && run.dr.link != Link::Connected {
            "drwatch ended while it was not connected to the DR appliance; what was logged since the last line \
             received was not read"
        } else {
            "the log could not be looked at once more before drwatch ended; what was logged since the last line \
             received may be missing"
        };
        let from = self.log_sure_at.or(run.log.sure_at).unwrap_or(run.started_at);
        let (to, offset) = (self.clock.now(), self.recorder.log_end());
        self.record(&Event::LogGap(Gap { from, to, offset, reason: reason.to_owned() }));
    }

    pub(crate) fn cut_log(&mut self) {
        if let Some(made) = self.recorder.cut(self.clock.now()) {
            self.after(&made);
        }
    }

    pub(crate) fn log_rows(&self) -> &Scrollback {
        self.log_panel.rows()
    }

    /// Shows in the log panel what a record tells of the log.
    pub(super) fn show_in_log(&mut self, made: &Appended) {
        self.arrivals.take(&made.record.event);
        match &made.record.event {
            Event::LogGap(gap) => self.log_panel.push(gap_row(gap)),
            Event::RunContinued { .. } => {
                if let Some(absence) = self.recorder.run().absences.last() {
                    self.log_panel.push(absence_row(absence));
                }
            }
            _ => {}
        }
    }

    /// Fills the panel with the end of a log that was recorded before this watch.
    pub(crate) fn show_recorded_log(&mut self, arrivals: Arrivals) {
        self.arrivals = arrivals;
        let run = self.recorder.run();
        let extent = LogExtent { end: run.log.end, tally: run.log.tally };
        self.log_panel.show_end(extent, LogRecord { run, arrivals: &self.arrivals });
    }

    /// Reads the older rows that the engineer scrolls to or searches.
    pub(super) fn fetch_older(&mut self, screen: &mut ScreenFront) {
        let (mode, now) = (screen.mode(), self.clock.now());
        let record = LogRecord { run: self.recorder.run(), arrivals: &self.arrivals };
        self.dirty |= self.log_panel.page(screen.view(), mode, now, record);
    }
}

/// Log in pieces no longer than a chunk on record, of whole lines where those are no longer either.
fn pieces(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let most = bytes.get(..CHUNK).unwrap_or(bytes);
        let end = if most.len() == bytes.len() {
            bytes.len()
        } else {
            memchr::memrchr(b'\n', most).map_or(most.len(), |end| end + 1)
        };
        let (piece, rest) = bytes.split_at(end);
        bytes = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_no_longer_than_a_chunk_and_whole_lines_but_for_a_longer_line() {
        let short = [b"x".repeat(99), b"\n".to_vec()].concat();
        let long = [b"y".repeat(3 * CHUNK), b"\n".to_vec()].concat();
        let bytes = [&short.repeat(2000)[..], &long, &short.repeat(700), b"no end"].concat();
        let cut: Vec<&[u8]> = pieces(&bytes).collect();
        assert_eq!(cut.concat(), bytes);
        let (last, ended) = cut.split_last().unwrap();
        assert!(last.ends_with(b"no end"));
        assert!(cut.iter().all(|piece| piece.len() <= CHUNK));
        let inside = ended.iter().filter(|piece| !piece.ends_with(b"\n"));
        assert!(
            inside.clone().all(|piece| piece.iter().all(|byte| *byte == b'y')),
            "only the long line is cut"
        );
        assert_eq!((inside.count(), ended.len()), (3, 4 + 3 + 1));
        assert_eq!(pieces(b"").count(), 0);
    }
}
