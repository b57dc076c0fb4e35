//! The log panel of a recording: rows made anew from `dr.log`, by the code that makes them live.

use std::{fs::File, io, os::unix::fs::FileExt as _, path::PathBuf, sync::Arc};

use super::log_map::{Extent, LogMap};
use crate::{
    dialect::Dialect,
    run::{Gap, LogOffset, Run},
    screen::{LogRow, Scrollback},
    watch::{
        hub::SCROLLBACK,
        log_book::{gap_row, rows},
    },
};

/// More than this and the panel is filled anew from the end instead of line by line.
const STEP: u64 = 1 << 20;

/// Read at a time when looking for the beginning of the rows to show.
const BLOCK: u64 = 256 << 10;

/// Most bytes read for the rows of one panel; where lines are endless there are fewer rows.
const MOST: u64 = 16 << 20;

/// The end of the log as it was at some place of the recording.
pub(super) struct LogPanel {
    path: PathBuf,
    dialect: Arc<Dialect>,
    scrollback: Scrollback,
    end: u64,
    gaps: u64,
}

impl LogPanel {
    pub(super) fn new(path: PathBuf, dialect: Arc<Dialect>) -> Self {
        Self { path, dialect, scrollback: Scrollback::new(SCROLLBACK), end: 0, gaps: 0 }
    }

    pub(super) fn scrollback(&self) -> &Scrollback {
        &self.scrollback
    }

    /// Shows the log as it was when `run` was as it is.
    pub(super) fn show(&mut self, run: &Run, map: &LogMap) {
        let extent = map.extent(run);
        let gaps = (run.log.gaps.len() as u64).saturating_add(run.dropped.gaps);
        let is_forward = extent.end >= self.end && gaps >= self.gaps;
        if is_forward && extent.end - self.end <= STEP {
            let fresh = usize::try_from(gaps - self.gaps).unwrap_or(usize::MAX);
            let known = run.log.gaps.len().saturating_sub(fresh);
            let new = run.log.gaps.get(known..).unwrap_or_default();
            for row in self.read(self.end, extent.end, new, map) {
                self.scrollback.push(row);
            }
        } else {
            self.refill(run, extent, gaps, map);
        }
        self.end = extent.end;
        self.gaps = gaps;
    }

    fn refill(&mut self, run: &Run, extent: Extent, gaps: u64, map: &LogMap) {
        let from = self.beginning(extent.end).unwrap_or(extent.end);
        let rows = self.read(from, extent.end, &run.log.gaps, map);
        self.scrollback.refill(rows, extent.tally, gaps);
    }

    /// Where the last [`SCROLLBACK`] lines before `end` begin.
    fn beginning(&self, end: u64) -> io::Result<u64> {
        let file = File::open(&self.path)?;
        let mut from = end;
        let mut lines = 0;
        while from > 0 && end - from < MOST {
            let start = from.saturating_sub(BLOCK);
            let block = read_at(&file, start, from)?;
            for place in memchr::memrchr_iter(b'\n', &block) {
                lines += 1;
                // The first newline found ends the last line.
                if lines > SCROLLBACK {
                    return Ok(start + place as u64 + 1);
                }
            }
            from = start;
        }
        Ok(from)
    }

    /// The rows between two places of the log, those of `gaps` among them.
    fn read(&self, from: u64, to: u64, gaps: &[Gap], map: &LogMap) -> Vec<LogRow> {
        let mut lines = Vec::new();
        let mut at = from;
        // A log that cannot be read has no rows; the figures beside them are the journal's.
        let bytes = File::open(&self.path).and_then(|file| read_at(&file, from, to)).unwrap_or_default();
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let (arrival, until) = map.arrival(at);
            let length = usize::try_from(until - at).unwrap_or(usize::MAX).min(rest.len());
            let (stretch, others) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            lines.extend(rows(&self.dialect, stretch, LogOffset(at), arrival));
            at += stretch.len() as u64;
            rest = others;
        }
        merged(lines, gaps.iter().filter(|gap| gap.offset.0 >= from))
    }
}

/// Lines and gaps in the order in which they came: a gap stands before the line that was first after it.
fn merged<'g>(lines: Vec<LogRow>, gaps: impl Iterator<Item = &'g Gap>) -> Vec<LogRow> {
    let mut gaps = gaps.peekable();
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        while let Some(gap) = gaps.next_if(|gap| gap.offset <= line.offset) {
            rows.push(gap_row(gap));
        }
        rows.push(line);
    }
    rows.extend(gaps.map(gap_row));
    rows
}

/// The bytes from `from` to `to`, as far as there are any.
fn read_at(file: &File, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let length = usize::try_from(to.saturating_sub(from)).unwrap_or(0);
    let mut bytes = vec![0; length];
    let mut done = 0;
    while let Some(rest) = bytes.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, from + done as u64) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(done);
    Ok(bytes)
}
