//! The log on its way through the session: to disk, to the events that its lines give, and to its panel.

use super::{Session, intake::pieces};
use crate::{
    appliance::supervisor::Request,
    console::pace::Redraw,
    ingest::{holes::Part, log_parser::ParsedLog},
    run::{Arrival, ByteCount, Event, Phase, Role},
};

impl Session {
    /// Takes in log, and of the events that its lines give those that are `new`.
    pub(crate) fn take_log(&mut self, bytes: &[u8], arrival: Arrival, new: impl Fn(&Event) -> bool) {
        if arrival == Arrival::MayRepeat {
            // A chunk of its own marks exactly these lines as possible repetitions.
            self.cut_log();
        }
        for part in self.intake.holes.split(bytes) {
            match part {
                Part::Log(bytes) => self.take_part(bytes, arrival, &new),
                Part::Hole(length) => self.intake.holes.add(length as u64),
            }
        }
    }

    fn take_part(&mut self, bytes: &[u8], arrival: Arrival, new: impl Fn(&Event) -> bool) {
        // Before the bytes behind the hole, as the gap is placed at the end of the log so far.
        self.record_ended_hole();
        for piece in pieces(bytes) {
            if !self.recorder.has_room_for(piece) {
                self.cut_log();
            }
            self.take_piece(piece, arrival, &new);
        }
    }

    pub(super) fn record_ended_hole(&mut self) {
        let ended = self.intake.holes.ended();
        self.record_hole(ended);
    }

    fn record_hole(&mut self, length: Option<ByteCount>) {
        let Some(length) = length else { return };
        let gap = self.intake.hole(length, self.clock.now(), self.recorder.log_end());
        self.record(&Event::LogGap(gap));
    }

    pub(super) fn take_event(&mut self, event: &Event) {
        if *event == Event::LogFollowed {
            self.intake.parser.mark_followed();
        }
        self.record(event);
    }

    fn take_piece(&mut self, bytes: &[u8], arrival: Arrival, new: impl Fn(&Event) -> bool) {
        let now = self.clock.now();
        let taken = self.intake.parser.read(bytes, self.recorder.log_end(), arrival, now);
        self.keep_log(bytes, arrival, taken, new);
    }

    /// The log has ended. A last line without a line feed is recorded as a chunk of no bytes.
    pub(super) fn end_log(&mut self) {
        self.record_ended_hole();
        self.cut_log();
        let taken = self.intake.parser.end(self.clock.now());
        if taken.tally.lines.0 > 0 {
            self.keep_log(&[], Arrival::Live, taken, |_| true);
            self.cut_log();
        }
    }

    fn keep_log(&mut self, bytes: &[u8], arrival: Arrival, taken: ParsedLog, new: impl Fn(&Event) -> bool) {
        let now = self.clock.now();
        // Before the rows and events of these bytes, in front of which others were dropped.
        if let Some(gap) = self.recorder.log(bytes, &taken, now) {
            self.record(&Event::LogGap(gap));
        }
        // The rest of the line is dropped with the bytes, so that what comes next must not be joined to its beginning.
        if self.recorder.is_dropping() {
            self.intake.parser.drop_partial_line();
        }
        for row in taken.rows {
            self.log_panel.push(row);
        }
        self.redraw.ask(Redraw::Log);
        let run = self.recorder.run();
        if taken.has_new_rfsd && run.phase() == Phase::Prepare && !run.dr.service_runs() {
            // The engineer has just started it, and sees that by its reading: not when the next one is due.
            self.outbox.send(Role::Dr, Request::AskNow);
        }
        let needs_own_chunk =
            !taken.events.is_empty() || matches!(arrival, Arrival::Earlier | Arrival::MayRepeat);
        // The events first, then the chunk that cites their lines; so that no later line shares it.
        for event in taken.events.iter().filter(|event| new(event)) {
            self.record_of_log(now, event);
        }
        if needs_own_chunk {
            self.cut_log();
        }
        if let Some(made) = self.recorder.take_due_chunk(now) {
            self.after(&made);
        }
    }

    /// Records the events of a line without its end once none is to be expected any more, and a hole that nothing
    /// follows.
    pub(super) fn record_unfinished_line(&mut self, is_over: bool) {
        let at_rest = self.intake.holes.at_rest();
        self.record_hole(at_rest);
        let now = self.clock.now();
        for event in self.intake.parser.events_of_partial_line(now, is_over) {
            self.record_of_log(now, &event);
        }
    }

    pub(super) fn note_unread_end(&mut self) {
        let gap = self.intake.unread_end(self.recorder.run(), self.clock.now(), self.recorder.log_end());
        if let Some(gap) = gap {
            self.record(&Event::LogGap(gap));
        }
    }
}
