//! The rows of the log panel: the last ones in memory, older ones read again from `dr.log` where the engineer scrolls
//! back or searches. A watch pushes rows as lines arrive; playback moves the panel to a place of the recording.

mod line_details;
mod log_file;

#[cfg(test)]
mod tests;

use std::{io, ops::Range, path::PathBuf, sync::Arc, time::Duration};

use thiserror::Error;
use tokio::time::Instant;

use self::{
    line_details::line_details,
    log_file::{Lines, LogFile, merged, remarks},
};
use super::arrivals::Arrivals;
use crate::{
    dialect::Dialect,
    run::{LogOffset, LogTally, Run, Timestamp},
    screen::{AvailableActions, Edge, Facts, LogRow, Mode, RowNumber, Scrollback, View},
};

pub(crate) const SCROLLBACK: usize = 10_000;

/// Longest time that paging, or one batch of observations, goes on before keys and signals are looked at again. Keys
/// must be answered within 100 ms: this leaves room for both, for the page under way and for drawing a frame.
pub(crate) const MAX_WORK_BETWEEN_KEYS: Duration = Duration::from_millis(15);

const PAGE_LINES: usize = 2000;

/// Most bytes read line by line when playback moves on; beyond it refilling the panel from its end takes less time.
const MAX_STEP_BYTES: u64 = 1 << 20;

#[derive(Debug, Error)]
enum RowsUnreadable {
    #[error("older lines cannot be read from {}: they are not on disk", path.display())]
    NotOnDisk { path: PathBuf },
    #[error("older lines cannot be read from {}: {source}", path.display())]
    Disk { path: PathBuf, source: io::Error },
}

/// What the journal holds on the log: the rows read from `dr.log` are made with it.
#[derive(Clone, Copy)]
pub(crate) struct LogRecord<'a> {
    pub(crate) run: &'a Run,
    pub(crate) arrivals: &'a Arrivals,
}

/// How much of the log is shown: where it ends in `dr.log`, and the counts of the lines up to there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogExtent {
    pub(crate) end: LogOffset,
    pub(crate) tally: LogTally,
}

/// What the panel shows of a recording.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct PanelState {
    end: LogOffset,
    /// Gaps and absences, those the run has dropped included.
    remarks: u64,
    is_ended: bool,
}

pub(crate) struct LogPanel {
    rows: Scrollback,
    file: LogFile,
    shown: PanelState,
    /// End of the last whole line shown.
    lines_end: LogOffset,
    shortage: Option<String>,
    /// Number of the first row that was pushed as its line arrived; those before were read again.
    pushed_from: Option<RowNumber>,
}

impl LogPanel {
    /// An empty panel; `dialect` marks the lines of the log at `path`.
    pub(crate) fn new(path: PathBuf, dialect: Arc<Dialect>) -> Self {
        let (rows, file) = (Scrollback::on_disk(SCROLLBACK), LogFile::new(path, dialect));
        let (shown, lines_end) = (PanelState::default(), LogOffset::default());
        Self { rows, file, shown, lines_end, shortage: None, pushed_from: None }
    }

    pub(crate) fn rows(&self) -> &Scrollback {
        &self.rows
    }

    pub(crate) fn push(&mut self, row: LogRow) {
        self.pushed_from.get_or_insert(self.rows.end());
        self.rows.push(row);
    }

    /// Shows the log up to `extent`, where the recording stood when its run was `record.run`.
    pub(crate) fn move_to(&mut self, extent: LogExtent, record: LogRecord<'_>) {
        let LogRecord { run, .. } = record;
        let held = run.log.gaps.len() + run.absences.len();
        let remarks_ever = (held as u64).saturating_add(run.dropped.gaps);
        let to = PanelState { end: extent.end, remarks: remarks_ever, is_ended: run.log.is_ended };
        let from = std::mem::replace(&mut self.shown, to);
        if from == to {
            return;
        }
        // A place further back holds fewer rows, and rows cannot be taken off the end of the panel.
        let is_forward = to.end >= from.end && to.remarks >= from.remarks && to.is_ended >= from.is_ended;
        if is_forward && to.end.0 - from.end.0 <= MAX_STEP_BYTES {
            let added = usize::try_from(to.remarks - from.remarks).unwrap_or(usize::MAX);
            let lines = self.lines_or_none(self.lines_end, to.end, record);
            self.lines_end = lines.end;
            // The run may have dropped old remarks meanwhile, so the new ones are counted from the end.
            for row in merged(lines, remarks(run).into_iter().skip(held.saturating_sub(added))) {
                self.rows.push(row);
            }
        } else {
            self.show_end(extent, record);
        }
        self.shortage = self.file.shortage(to.end);
    }

    /// Fills the panel with the end of the log up to `extent`.
    pub(crate) fn show_end(&mut self, extent: LogExtent, record: LogRecord<'_>) {
        let LogExtent { end, tally } = extent;
        // After a power failure the journal may cite more than the file still has.
        let on_disk = end.min(self.file.length());
        let from = self.file.lines_before(on_disk, SCROLLBACK).unwrap_or(on_disk);
        let lines = self.lines_or_none(from, on_disk, record);
        self.lines_end = lines.end;
        let (run, remarks) = (record.run, remarks(record.run));
        let total = tally.lines.0.saturating_add(remarks.len() as u64).saturating_add(run.dropped.gaps);
        let gaps = (run.log.gaps.len() as u64).saturating_add(run.dropped.gaps);
        let among = remarks.into_iter().filter(|remark| remark.offset >= from);
        self.pushed_from = None;
        self.rows.refill(merged(lines, among), total, tally, gaps);
    }

    /// What cannot be read has no rows: the panel shows the rest, beside the counts on record.
    fn lines_or_none(&self, from: LogOffset, to: LogOffset, record: LogRecord<'_>) -> Lines {
        let to = to.min(self.file.length());
        let lines = self.file.lines(from..to, None, record.run.log.is_ended, record.arrivals);
        lines.unwrap_or(Lines { rows: Vec::new(), end: from })
    }

    /// A sentence where `dr.log` is shorter than the journal says.
    pub(crate) fn shortage(&self) -> Option<&str> {
        self.shortage.as_deref()
    }

    /// Reads the line whose details `view` wants, and the older rows that it scrolls to, searches or filters, for
    /// [`MAX_WORK_BETWEEN_KEYS`] at most; whether anything was read, or found to be unreadable.
    pub(crate) fn page(
        &mut self,
        view: &mut View,
        mode: Mode,
        now: Timestamp,
        record: LogRecord<'_>,
    ) -> bool {
        let (run, none) = (record.run, AvailableActions::default());
        let began = Instant::now();
        let mut has_changed = false;
        if let Some((number, row)) = view.take_wanted_line() {
            let as_received = self.pushed_from.is_some_and(|from| number >= from.max(self.rows.ring_from()));
            view.show_line(line_details(&self.file, row, as_received, now));
            has_changed = true;
        }
        while began.elapsed() < MAX_WORK_BETWEEN_KEYS {
            let facts = Facts { run, log: &self.rows, available: &none, mode, now };
            let Some(wanted) = view.wants_rows(&facts) else { break };
            if let Err(reason) = self.read_page(&wanted, record) {
                view.rows_unreadable(
                    reason.to_string(),
                    &Facts { run, log: &self.rows, available: &none, mode, now },
                );
            }
            has_changed = true;
        }
        has_changed
    }

    /// Reads one page towards those rows of `wanted` that are not in memory.
    fn read_page(&mut self, wanted: &Range<u64>, record: LogRecord<'_>) -> Result<(), RowsUnreadable> {
        let Some(edge) = self.rows.edge_towards(wanted.clone()) else { return Ok(()) };
        self.read_beside(edge, record).map_err(|source| {
            let path = self.file.path().to_owned();
            match source.kind() {
                io::ErrorKind::UnexpectedEof => RowsUnreadable::NotOnDisk { path },
                _ => RowsUnreadable::Disk { path, source },
            }
        })
    }

    fn read_beside(&mut self, edge: Edge, record: LogRecord<'_>) -> io::Result<()> {
        let Some(Edge::Before { offset: ring, .. }) = self.rows.ring_edge() else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let (range, max_lines) = match edge {
            Edge::Beginning { .. } => (LogOffset(0)..ring, Some(PAGE_LINES)),
            Edge::Behind { offset, .. } => (offset..ring, Some(PAGE_LINES)),
            Edge::Before { offset, .. } => (self.file.lines_before(offset, PAGE_LINES)?..offset, None),
        };
        let mut lines = self.file.lines(range.clone(), max_lines, false, record.arrivals)?;
        let (from, to) = (range.start, if max_lines.is_some() { lines.end } else { range.end });
        // An error ends the paging. Without one, the same empty page would be asked for again and again.
        if from >= to {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut remarks_from = from;
        if matches!(edge, Edge::Behind { .. }) {
            // The edge itself is in memory, and so are the remarks before the line that follows on it.
            lines.rows.drain(..1.min(lines.rows.len()));
            remarks_from = lines.rows.first().map_or(lines.end, |line| line.offset);
        }
        let is_among = |remark: &LogRow| (remarks_from..=to).contains(&remark.offset);
        let rows = merged(lines, remarks(record.run).into_iter().filter(is_among));
        self.rows.take_older(edge, rows, from..to);
        Ok(())
    }
}
