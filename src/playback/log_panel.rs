//! The log panel of a recording: the log as it was at a place of it.

use std::{ops::Range, path::PathBuf, sync::Arc};

use super::log_map::{Extent, LogMap};
use crate::{
    dialect::Dialect,
    ingest::{log_file::remarks, log_panel::LogPanel},
    run::{LogOffset, Run},
    screen::Scrollback,
};

/// More bytes than this and the panel is filled anew from the end instead of line by line.
const STEP: u64 = 1 << 20;

/// The end of the log as it was at some place of the recording.
pub(super) struct PlacedLog {
    panel: LogPanel,
    end: LogOffset,
    /// Where the last line shown ends.
    shown: LogOffset,
    remarks: u64,
    has_ended: bool,
    trouble: Option<String>,
}

impl PlacedLog {
    pub(super) fn new(path: PathBuf, dialect: Arc<Dialect>) -> Self {
        Self {
            panel: LogPanel::new(path, dialect),
            end: LogOffset(0),
            shown: LogOffset(0),
            remarks: 0,
            has_ended: false,
            trouble: None,
        }
    }

    pub(super) fn rows(&self) -> &Scrollback {
        self.panel.rows()
    }

    /// Shows the log as it was when `run` was as it is.
    pub(super) fn show(&mut self, run: &Run, map: &LogMap) {
        let Extent { end, tally } = map.extent(run);
        let all = run.log.gaps.len() + run.absences.len();
        let ever = (all as u64).saturating_add(run.dropped.gaps);
        let has_ended = run.log.is_ended;
        if (end, ever, has_ended) == (self.end, self.remarks, self.has_ended) {
            return;
        }
        let is_forward = end >= self.end && ever >= self.remarks && has_ended >= self.has_ended;
        if is_forward && end.0 - self.end.0 <= STEP {
            let remarks = remarks(run);
            let more = usize::try_from(ever - self.remarks).unwrap_or(usize::MAX);
            let known = remarks.len().saturating_sub(more);
            let fresh = remarks.get(known..).unwrap_or_default();
            self.shown = self.panel.read_on(self.shown, end, fresh, run, map.arrivals());
        } else {
            self.shown = self.panel.show_end(end, tally, run, map.arrivals());
        }
        self.end = end;
        self.remarks = ever;
        self.has_ended = has_ended;
        self.trouble = self.panel.shortage(end);
    }

    /// Why not all of the log can be shown, as a sentence.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Reads rows of `wanted` that are not in memory.
    ///
    /// # Errors
    /// They cannot be read; why, as a sentence.
    pub(super) fn supply(&mut self, wanted: &Range<u64>, run: &Run, map: &LogMap) -> Result<(), String> {
        self.panel.supply(wanted, run, map.arrivals())
    }
}
