//! The log on its way through the loop: to disk, to the events it gives, and to its panel.

use std::{ops::Range, time::Duration};

use tokio::time::Instant;

use super::Hub;
use crate::{
    run::{Arrival, Event},
    screen::{Offers, RecordingState, Scrollback},
    watch::{
        arrivals::Arrivals,
        log_book::{Taken, absence_row, gap_row},
        recorder::Made,
        screen_front::ScreenFront,
    },
};

/// How long older lines are read before everything else gets its turn.
const SLICE: Duration = Duration::from_millis(15);

impl Hub {
    /// Takes in log, and of the events they give those that are `new`.
    pub(in crate::watch) fn take_log(
        &mut self,
        bytes: &[u8],
        arrival: Arrival,
        new: impl Fn(&Event) -> bool,
    ) {
        let now = self.clock.now();
        let taken = self.log_book.read(bytes, self.recorder.log_end(), arrival, now);
        self.keep_log(bytes, arrival, taken, new);
    }

    /// As [`Hub::take_log`], for the last line of a log, which has no end of its own.
    pub(super) fn take_last_line(&mut self, bytes: &[u8], arrival: Arrival) {
        let now = self.clock.now();
        let taken = self.log_book.read_last(bytes, self.recorder.log_end(), arrival, now);
        self.keep_log(bytes, arrival, taken, |_| true);
    }

    fn keep_log(&mut self, bytes: &[u8], arrival: Arrival, taken: Taken, new: impl Fn(&Event) -> bool) {
        let now = self.clock.now();
        if let Some(gap) = self.recorder.log(bytes, &taken, now) {
            self.record(&Event::LogGap(gap));
        }
        for row in taken.rows {
            self.log_panel.push(row);
        }
        self.dirty = true;
        let is_stretch_of_its_own = !taken.events.is_empty() || arrival == Arrival::Earlier;
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

    /// Puts on record what a line without its end tells, once no end is to be expected any more.
    pub(super) fn look_at_unfinished(&mut self, is_over: bool) {
        let now = self.clock.now();
        for event in self.log_book.told_by_unfinished(now, is_over) {
            self.record_as_is(now, &event);
        }
    }

    pub(in crate::watch) fn cut_log(&mut self) {
        if let Some(made) = self.recorder.cut(self.clock.now()) {
            self.after(&made);
        }
    }

    pub(in crate::watch) fn log_rows(&self) -> &Scrollback {
        self.log_panel.rows()
    }

    /// Shows in the log panel what a record tells of the log.
    pub(super) fn show_in_log(&mut self, made: &Made) {
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
    pub(in crate::watch) fn show_recorded_log(&mut self, arrivals: Arrivals) {
        self.arrivals = arrivals;
        let run = self.recorder.run();
        let _ = self.log_panel.show_end(run.log.end, run.log.tally, run, &self.arrivals);
    }

    /// Reads the older lines that the engineer has gone back to, or looks for; not longer than a moment.
    pub(super) fn fetch_older(&mut self, screen: &mut ScreenFront) {
        let since = Instant::now();
        while since.elapsed() < SLICE {
            let offers = Offers::default();
            let wanted = screen.wants_rows(&self.shown(&offers, &RecordingState::Recording));
            let Some(wanted) = wanted else { return };
            if let Err(reason) = self.supply(&wanted) {
                screen.rows_unreadable(reason, &self.shown(&offers, &RecordingState::Recording));
            }
            self.dirty = true;
        }
    }

    fn supply(&mut self, wanted: &Range<u64>) -> Result<(), String> {
        self.log_panel.supply(wanted, self.recorder.run(), &self.arrivals)
    }
}
