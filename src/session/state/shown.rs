//! What there is to show: the run, the rows of the log panel, and what the screen may offer.

use super::Session;
use crate::{
    console::screen_front::{ScreenFront, Shown},
    ingest::{
        arrivals::Arrivals,
        log_panel::{LogExtent, LogRecord},
        log_parser::{absence_row, gap_row},
    },
    run::Event,
    screen::{AvailableActions, RecordingState, Scrollback},
    session::record::recorder::Appended,
};

impl Session {
    pub(crate) fn available(&self) -> AvailableActions {
        AvailableActions {
            disk_free: self.automation.preflight.disk_free(),
            ..self.control.available(self.run().threads_wanted())
        }
    }

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

    pub(crate) fn shown<'a>(
        &'a self,
        available: &'a AvailableActions,
        recording: &'a RecordingState,
    ) -> Shown<'a> {
        Shown { run: self.run(), log: self.log_rows(), available, recording, now: self.now() }
    }

    pub(crate) fn show_recorded_log(&mut self, arrivals: Arrivals) {
        self.arrivals = arrivals;
        let run = self.recorder.run();
        let extent = LogExtent { end: run.log.end, tally: run.log.tally };
        self.log_panel.show_end(extent, LogRecord { run, arrivals: &self.arrivals });
    }

    pub(crate) fn fetch_older(&mut self, screen: &mut ScreenFront) {
        let (mode, now) = (screen.mode(), self.now());
        let record = LogRecord { run: self.recorder.run(), arrivals: &self.arrivals };
        self.redraw.ask_if(self.log_panel.page(screen.view(), mode, now, record));
    }
}
