//! The rows of the log panel: the last ones in memory, older ones read again from `dr.log` where the
//! engineer goes back to them.

use std::{io, ops::Range, path::PathBuf, sync::Arc};

use super::{
    arrivals::Arrivals,
    log_file::{Lines, LogFile, merged, remarks},
};
use crate::{
    dialect::Dialect,
    run::{LogOffset, LogTally, Run},
    screen::{Edge, LogRow, Scrollback},
};

/// Log lines kept in memory.
pub(crate) const SCROLLBACK: usize = 10_000;

/// Lines read again at a time.
const PAGE: usize = 2000;

/// Pages read at most before the screen is served again.
const PAGES: usize = 4;

/// The log as the engineer can page through it.
pub(crate) struct LogPanel {
    rows: Scrollback,
    file: LogFile,
}

impl LogPanel {
    /// An empty panel; `dialect` marks the lines of the log at `path`.
    pub(crate) fn new(path: PathBuf, dialect: Arc<Dialect>) -> Self {
        Self { rows: Scrollback::on_disk(SCROLLBACK), file: LogFile::new(path, dialect) }
    }

    pub(crate) fn rows(&self) -> &Scrollback {
        &self.rows
    }

    pub(crate) fn push(&mut self, row: LogRow) {
        self.rows.push(row);
    }

    /// Adds the rows of the whole lines between two places of the log, and `remarks` among them; where the last of
    /// them ends. What cannot be read has no rows; the figures beside them are the record's.
    pub(crate) fn read_on(
        &mut self,
        from: LogOffset,
        to: LogOffset,
        remarks: &[LogRow],
        run: &Run,
        arrivals: &Arrivals,
    ) -> LogOffset {
        let lines = self.lines_or_none(from, to.min(self.file.length()), run, arrivals);
        let end = lines.end;
        for row in merged(lines, remarks.iter().cloned()) {
            self.rows.push(row);
        }
        end
    }

    fn lines_or_none(&self, from: LogOffset, to: LogOffset, run: &Run, arrivals: &Arrivals) -> Lines {
        let lines = self.file.lines(from, to, run.log.is_ended, arrivals);
        lines.unwrap_or(Lines { rows: Vec::new(), end: from })
    }

    /// Shows the end of the log that reaches to `end`, whose lines are `tally`; where the last whole one ends.
    pub(crate) fn show_end(
        &mut self,
        end: LogOffset,
        tally: LogTally,
        run: &Run,
        arrivals: &Arrivals,
    ) -> LogOffset {
        let on_disk = end.min(self.file.length());
        let from = self.file.lines_before(on_disk, SCROLLBACK).unwrap_or(on_disk);
        let lines = self.lines_or_none(from, on_disk, run, arrivals);
        let end = lines.end;
        let all = remarks(run);
        let total = tally.lines.0.saturating_add(all.len() as u64).saturating_add(run.dropped.gaps);
        let gaps = (run.log.gaps.len() as u64).saturating_add(run.dropped.gaps);
        let among = all.into_iter().filter(|remark| remark.offset >= from);
        self.rows.refill(merged(lines, among), total, tally, gaps);
        end
    }

    /// Tells, as a sentence, where the log on disk is shorter than the record of it, which reaches to `end`.
    pub(crate) fn shortage(&self, end: LogOffset) -> Option<String> {
        let length = self.file.length();
        (length < end).then(|| {
            let path = self.file.path().display();
            format!(
                "{path} has {} of the {} bytes on record; the other lines cannot be shown",
                length.0, end.0
            )
        })
    }

    /// Reads rows of `wanted` that are not in memory; not all of them where that takes long.
    ///
    /// # Errors
    /// They cannot be read; why, as a sentence.
    pub(crate) fn supply(
        &mut self,
        wanted: &Range<u64>,
        run: &Run,
        arrivals: &Arrivals,
    ) -> Result<(), String> {
        for _ in 0..PAGES {
            let Some(edge) = self.rows.edge_towards(wanted.clone()) else { break };
            self.read_beside(edge, run, arrivals).map_err(|error| self.unreadable(&error))?;
        }
        Ok(())
    }

    fn unreadable(&self, error: &io::Error) -> String {
        let path = self.file.path().display();
        match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                format!("older lines cannot be read from {path}: they are not on disk")
            }
            _ => format!("older lines cannot be read from {path}: {error}"),
        }
    }

    fn read_beside(&mut self, edge: Edge, run: &Run, arrivals: &Arrivals) -> io::Result<()> {
        let Some(Edge::Before { offset: ring, .. }) = self.rows.ring_edge() else {
            return Err(io::ErrorKind::UnexpectedEof.into());
        };
        let behind = |from| self.file.lines_behind(from, PAGE, ring);
        let (from, to) = match edge {
            Edge::Beginning { .. } => (LogOffset(0), behind(LogOffset(0))?),
            Edge::Behind { offset, .. } => (offset, behind(offset)?),
            Edge::Before { offset, .. } => (self.file.lines_before(offset, PAGE)?, offset),
        };
        if from >= to {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut lines = self.file.lines(from, to, false, arrivals)?;
        let after_line = matches!(edge, Edge::Behind { .. });
        let mut remarks_from = from;
        if after_line {
            // The line that is known already.
            lines.rows.drain(..1.min(lines.rows.len()));
            remarks_from = lines.rows.first().map_or(lines.end, |line| line.offset);
        }
        let among =
            remarks(run).into_iter().filter(|remark| remark.offset >= remarks_from && remark.offset <= to);
        let rows = merged(lines, among);
        self.rows.take_older(edge, rows, from..to);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
