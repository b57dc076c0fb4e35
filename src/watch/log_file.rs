//! Rows of the log panel made anew from `dr.log`, by the code that makes them live.

use std::{
    fs::File,
    io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    arrivals::Arrivals,
    log_book::{absence_row, gap_row, rows},
};
use crate::{
    dialect::Dialect,
    run::{LogOffset, Run},
    screen::LogRow,
};

/// Read at a time when looking for line ends.
const BLOCK: u64 = 256 << 10;

/// Most bytes read for the rows of one panel; where lines are endless there are fewer rows.
const MOST: u64 = 16 << 20;

/// The log on disk.
pub(super) struct LogFile {
    path: PathBuf,
    dialect: Arc<Dialect>,
}

impl LogFile {
    pub(super) fn new(path: PathBuf, dialect: Arc<Dialect>) -> Self {
        Self { path, dialect }
    }

    /// Where the last `count` lines before `end` begin.
    ///
    /// # Errors
    /// The bytes before it cannot be read.
    pub(super) fn lines_before(&self, end: LogOffset, count: usize) -> io::Result<LogOffset> {
        let file = File::open(&self.path)?;
        let mut from = end.0;
        let mut lines = 0;
        while from > 0 && end.0 - from < MOST {
            let start = from.saturating_sub(BLOCK);
            let block = read_at(&file, start, from)?;
            for place in memchr::memrchr_iter(b'\n', &block) {
                lines += 1;
                // The first newline found ends the last line.
                if lines > count {
                    return Ok(LogOffset(start + place as u64 + 1));
                }
            }
            from = start;
        }
        Ok(LogOffset(from))
    }

    /// Where the first `count` lines from `from` on end, which is at `limit` at the latest.
    ///
    /// # Errors
    /// The bytes up to there cannot be read.
    pub(super) fn lines_behind(
        &self,
        from: LogOffset,
        count: usize,
        limit: LogOffset,
    ) -> io::Result<LogOffset> {
        let file = File::open(&self.path)?;
        let mut at = from.0;
        let mut lines = 0;
        while at < limit.0 && at - from.0 < MOST {
            let block = read_at(&file, at, limit.0.min(at + BLOCK))?;
            for place in memchr::memchr_iter(b'\n', &block) {
                lines += 1;
                if lines == count {
                    return Ok(LogOffset(at + place as u64 + 1));
                }
            }
            at += block.len() as u64;
        }
        Ok(LogOffset(at))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes in the file; none where there is no file.
    pub(super) fn length(&self) -> LogOffset {
        LogOffset(std::fs::metadata(&self.path).map_or(0, |data| data.len()))
    }

    /// The rows of the lines between two places.
    ///
    /// # Errors
    /// Not all of the bytes between them can be read.
    pub(super) fn lines(
        &self,
        from: LogOffset,
        to: LogOffset,
        arrivals: &Arrivals,
    ) -> io::Result<Vec<LogRow>> {
        let mut made = Vec::new();
        if from >= to {
            return Ok(made);
        }
        let bytes = read_at(&File::open(&self.path)?, from.0, to.0)?;
        let (mut rest, mut at) = (bytes.as_slice(), from);
        while !rest.is_empty() {
            let (arrival, until) = arrivals.of(at);
            let length = usize::try_from(until.0 - at.0).unwrap_or(usize::MAX).min(rest.len());
            let (stretch, others) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            made.extend(rows(&self.dialect, stretch, at, arrival));
            at.0 += stretch.len() as u64;
            rest = others;
        }
        Ok(made)
    }
}

/// The rows that stand between lines, for what is missing and for when nothing was watched, in the order
/// in which they came.
pub(super) fn remarks(run: &Run) -> Vec<LogRow> {
    let gaps = run.log.gaps.iter().map(|gap| (gap.offset, gap.to, gap_row(gap)));
    let absences = run.absences.iter().map(|absence| (absence.offset, absence.to, absence_row(absence)));
    let mut all: Vec<_> = gaps.chain(absences).collect();
    all.sort_by_key(|(offset, to, _)| (*offset, *to));
    all.into_iter().map(|(.., row)| row).collect()
}

/// Lines and remarks in the order in which they came: a remark stands before the line that was first after
/// it.
pub(super) fn merged(lines: Vec<LogRow>, remarks: impl IntoIterator<Item = LogRow>) -> Vec<LogRow> {
    let mut remarks = remarks.into_iter().peekable();
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        while let Some(remark) = remarks.next_if(|remark| remark.offset <= line.offset) {
            rows.push(remark);
        }
        rows.push(line);
    }
    rows.extend(remarks);
    rows
}

/// The bytes from `from` to `to`.
fn read_at(file: &File, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let length = usize::try_from(to.saturating_sub(from)).unwrap_or(0);
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, from)?;
    Ok(bytes)
}
