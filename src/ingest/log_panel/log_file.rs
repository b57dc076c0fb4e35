//! Rows of the log panel read again from `dr.log`, made by the code that made them when the lines arrived.

use std::{
    fs::File,
    io,
    ops::Range,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    dialect::Dialect,
    ingest::{
        arrivals::Arrivals,
        log_parser::{MAX_LINE_BYTES, absence_row, gap_row, row},
    },
    run::{LogOffset, Run},
    screen::LogRow,
};

const BLOCK_BYTES: u64 = 256 << 10;

/// Most bytes searched for line ends; the search goes on until it has found one whole line.
const MAX_SEARCHED_BYTES: u64 = 16 << 20;

pub(crate) struct LogFile {
    path: PathBuf,
    dialect: Arc<Dialect>,
}

impl LogFile {
    pub(crate) fn new(path: PathBuf, dialect: Arc<Dialect>) -> Self {
        Self { path, dialect }
    }

    /// Where the last `count` whole lines before `end` begin; fewer where they are long.
    pub(crate) fn lines_before(&self, end: LogOffset, count: usize) -> io::Result<LogOffset> {
        let file = File::open(&self.path)?;
        let mut from = end.0;
        let mut found: Option<u64> = None;
        let mut lines = 0;
        // A whole line lies between two newlines: with fewer found there is nothing to show yet, however long
        // the line is.
        while from > 0 && (end.0 - from < MAX_SEARCHED_BYTES || lines < 2) {
            let start = from.saturating_sub(BLOCK_BYTES);
            let block = read_at(&file, start, from)?;
            for place in memchr::memrchr_iter(b'\n', &block) {
                let begin = start + place as u64 + 1;
                lines += 1;
                // The first newline found ends the last line.
                if lines > count {
                    return Ok(LogOffset(begin));
                }
                found = Some(begin);
            }
            from = start;
        }
        Ok(LogOffset(if from == 0 { 0 } else { found.unwrap_or(end.0) }))
    }

    pub(crate) fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A sentence where the file does not reach to `recorded`, the end of the log by the journal.
    pub(crate) fn shortage(&self, recorded: LogOffset) -> Option<String> {
        let length = self.length();
        (length < recorded).then(|| {
            format!(
                "{} has {} of the {} bytes on record; the other lines cannot be shown",
                self.path.display(),
                length.0,
                recorded.0
            )
        })
    }

    pub(crate) fn length(&self) -> LogOffset {
        LogOffset(std::fs::metadata(&self.path).map_or(0, |data| data.len()))
    }

    /// The rows of the whole lines between two offsets; with `max_lines`, of so many at most, and of fewer where they are
    /// long. A line without a newline is whole where the log has ended.
    pub(crate) fn lines(
        &self,
        range: Range<LogOffset>,
        max_lines: Option<usize>,
        is_ended: bool,
        arrivals: &Arrivals,
    ) -> io::Result<Lines> {
        let Range { start: from, end: to } = range;
        let mut lines = Lines { rows: Vec::new(), end: from };
        if from >= to {
            return Ok(lines);
        }
        let file = File::open(&self.path)?;
        let mut head = Vec::new();
        let mut at = from.0;
        while at < to.0 {
            // Two lines at least, as the first one may be in memory already.
            if max_lines.is_some() && at - from.0 >= MAX_SEARCHED_BYTES && lines.rows.len() >= 2 {
                break;
            }
            let block = read_at(&file, at, to.0.min(at + BLOCK_BYTES))?;
            for piece in block.split_inclusive(|byte| *byte == b'\n') {
                if max_lines == Some(lines.rows.len()) {
                    return Ok(lines);
                }
                at += piece.len() as u64;
                // The rest of a longer line is passed over, as it was when the line
                // arrived: both make the same row.
                let room = MAX_LINE_BYTES.saturating_sub(head.len()).min(piece.len());
                head.extend_from_slice(piece.get(..room).unwrap_or_default());
                if piece.ends_with(b"\n") || (is_ended && at == to.0) {
                    let arrival = arrivals.of(lines.end);
                    lines.rows.push(row(&self.dialect, &head, lines.end, arrival));
                    lines.end = LogOffset(at);
                    head.clear();
                }
            }
        }
        Ok(lines)
    }
}

pub(crate) struct Lines {
    pub(crate) rows: Vec<LogRow>,
    pub(crate) end: LogOffset,
}

/// The rows between lines: one for each gap, and one for each time in which nothing was watched, in their order.
pub(crate) fn remarks(run: &Run) -> Vec<LogRow> {
    let gaps = run.log.gaps.iter().map(|gap| (gap.offset, gap.to, gap_row(gap)));
    let absences = run.absences.iter().map(|absence| (absence.offset, absence.to, absence_row(absence)));
    let mut all: Vec<_> = gaps.chain(absences).collect();
    all.sort_by_key(|(offset, to, _)| (*offset, *to));
    all.into_iter().map(|(.., row)| row).collect()
}

/// Lines and remarks in the order in which they arrived: a remark comes before the first line that ended after it.
pub(crate) fn merged(lines: Lines, remarks: impl IntoIterator<Item = LogRow>) -> Vec<LogRow> {
    let mut remarks = remarks.into_iter().peekable();
    let mut rows = Vec::with_capacity(lines.rows.len());
    let mut following = lines.rows.into_iter().peekable();
    while let Some(line) = following.next() {
        let end = following.peek().map_or(lines.end, |next| next.offset);
        while let Some(remark) = remarks.next_if(|remark| remark.offset < end) {
            rows.push(remark);
        }
        rows.push(line);
    }
    rows.extend(remarks);
    rows
}

fn read_at(file: &File, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let length = usize::try_from(to.saturating_sub(from)).unwrap_or(0);
    let mut bytes = vec![0; length];
    // Fewer bytes than asked for are an error, which readers of older rows report as lines that are not on
    // disk.
    file.read_exact_at(&mut bytes, from)?;
    Ok(bytes)
}
