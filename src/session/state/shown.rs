//! What there is to show: the run, the rows of the log panel, and what the screen may offer.

use std::ops::Range;

use tokio::time::Instant;

use super::{SLICE, Session};
use crate::{
    console::screen_front::{ScreenFront, Shown},
    ingest::{
        arrivals::Arrivals,
        log_parser::{absence_row, gap_row},
    },
    run::Event,
    screen::{AvailableActions, RecordingState, Scrollback},
    session::record::recorder::Appended,
};

impl Session {
    /// What the screen may offer.
    pub(crate) fn available(&self) -> AvailableActions {
        AvailableActions {
            disk_free: self.automation.preflight.disk_free(),
            ..self.control.available(self.run().threads_wanted())
        }
    }

    /// Adds the row of a gap or an absence to the log panel.
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

    pub(crate) fn log_rows(&self) -> &Scrollback {
        self.log_panel.rows()
    }

    /// The present state, to be drawn.
    pub(crate) fn shown<'a>(
        &'a self,
        available: &'a AvailableActions,
        recording: &'a RecordingState,
    ) -> Shown<'a> {
        Shown { run: self.run(), log: self.log_rows(), available, recording, now: self.now() }
    }

    /// Fills the panel with the end of a log that was recorded before this watch.
    pub(crate) fn show_recorded_log(&mut self, arrivals: Arrivals) {
        self.arrivals = arrivals;
        let run = self.recorder.run();
        let _ = self.log_panel.show_end(run.log.end, run.log.tally, run, &self.arrivals);
    }

    /// Reads the older lines that the engineer has gone back to, or looks for; not longer than a moment.
    pub(crate) fn fetch_older(&mut self, screen: &mut ScreenFront) {
        let since = Instant::now();
        while since.elapsed() < SLICE {
            let available = AvailableActions::default();
            let wanted = screen.wants_rows(&self.shown(&available, &RecordingState::Recording));
            let Some(wanted) = wanted else { return };
            if let Err(reason) = self.supply(&wanted) {
                screen.rows_unreadable(reason, &self.shown(&available, &RecordingState::Recording));
            }
            self.dirty = true;
        }
    }

    fn supply(&mut self, wanted: &Range<u64>) -> Result<(), String> {
        self.log_panel.supply(wanted, self.recorder.run(), &self.arrivals)
    }
}
