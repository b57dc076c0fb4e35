//! The lines of the log, for the screen alone: a bounded ring of the last ones with counts and searches, and older
//! ones read again from disk. Nothing here is evidence: every line is on disk before it gets here.

use std::{collections::VecDeque, ops::Range};

use super::{
    reread::{Edge, RereadRows},
    row::{LogMark, LogRow, RowNumber},
};
use crate::run::{LogOffset, LogTally, Severity};

#[derive(Clone, Debug)]
pub(crate) struct Scrollback {
    rows: VecDeque<LogRow>,
    capacity: usize,
    dropped: u64,
    tally: LogTally,
    gaps: u64,
    /// Number of the oldest row that can be read again; `None` where none can be.
    beginning: Option<RowNumber>,
    reread: RereadRows,
    /// How often the rows were replaced as a whole.
    refills: u64,
}

/// Longest text kept of a row, in bytes; the whole line is on disk.
const MAX_ROW_BYTES: usize = 4096;

impl Default for Scrollback {
    fn default() -> Self {
        Self::new(10_000)
    }
}

impl Scrollback {
    /// A ring of at most `capacity` rows.
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            rows: VecDeque::new(),
            capacity: capacity.max(1),
            dropped: 0,
            tally: LogTally::default(),
            gaps: 0,
            beginning: None,
            reread: RereadRows::default(),
            refills: 0,
        }
    }

    /// A ring of at most `capacity` rows; those that it gives up can be read again.
    pub(crate) fn on_disk(capacity: usize) -> Self {
        Self { beginning: Some(0), ..Self::new(capacity) }
    }

    /// Appends a row; the oldest gives way where there are too many.
    pub(crate) fn push(&mut self, mut row: LogRow) {
        if row.text.len() > MAX_ROW_BYTES {
            let end = row.text.floor_char_boundary(MAX_ROW_BYTES);
            row.text.truncate(end);
        }
        self.count(&row);
        if self.rows.len() >= self.capacity {
            self.rows.pop_front();
            self.dropped += 1;
        }
        self.rows.push_back(row);
    }

    /// Holds `rows` and no others: the end of a log of `total` rows, which `tally` and `gaps` count.
    pub(crate) fn refill(
        &mut self,
        rows: impl IntoIterator<Item = LogRow>,
        total: u64,
        tally: LogTally,
        gaps: u64,
    ) {
        let (beginning, refills) = (self.beginning.map(|_| 0), self.refills + 1);
        *self = Self { beginning, refills, ..Self::new(self.capacity) };
        for row in rows {
            self.push(row);
        }
        self.dropped = total.saturating_sub(self.rows.len() as u64);
        self.tally = LogTally {
            lines: tally.lines,
            warnings: tally.warnings,
            errors: tally.errors,
            ..LogTally::default()
        };
        self.gaps = gaps;
    }

    fn count(&mut self, row: &LogRow) {
        if !row.is_line() {
            self.gaps += u64::from(row.mark == Some(LogMark::Gap));
            return;
        }
        self.tally.lines.0 += 1;
        match row.severity {
            Some(Severity::Warning) => self.tally.warnings.0 += 1,
            Some(severity) if severity >= Severity::Error => self.tally.errors.0 += 1,
            _ => {}
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Lines, warnings and errors ever pushed.
    pub(crate) const fn tally(&self) -> &LogTally {
        &self.tally
    }

    /// Gaps ever pushed.
    pub(crate) const fn gaps(&self) -> u64 {
        self.gaps
    }

    /// Number of the oldest row there is, in memory or on disk.
    pub(crate) fn first(&self) -> RowNumber {
        self.beginning.unwrap_or(self.dropped).min(self.dropped)
    }

    /// How often the rows were replaced as a whole: what was found in them before no longer holds.
    pub(crate) const fn refills(&self) -> u64 {
        self.refills
    }

    /// Number of the oldest row of the ring.
    pub(crate) const fn ring_from(&self) -> RowNumber {
        self.dropped
    }

    /// Number behind that of the newest row.
    pub(crate) fn end(&self) -> RowNumber {
        self.dropped + self.rows.len() as u64
    }

    pub(crate) fn row(&self, number: RowNumber) -> Option<&LogRow> {
        match number.checked_sub(self.dropped) {
            Some(place) => self.rows.get(usize::try_from(place).ok()?),
            None => self.reread.row(number),
        }
    }

    /// The unbroken rows in memory around `number`; empty where that one is not.
    pub(crate) fn unbroken(&self, number: RowNumber) -> Range<RowNumber> {
        let ring = self.dropped..self.end();
        let held = [ring, self.reread.range()].into_iter().find(|held| held.contains(&number));
        held.unwrap_or(number..number)
    }

    /// The row from which to read on, so that more of the `wanted` ones are in memory; `None` once all are,
    /// or where no more can be had.
    pub(crate) fn edge_towards(&self, wanted: Range<RowNumber>) -> Option<Edge> {
        let wanted = wanted.start.max(self.first())..wanted.end.min(self.dropped);
        let beginning = self.beginning?.min(self.dropped);
        let missing = wanted.rev().find(|number| self.row(*number).is_none())?;
        let from_beginning = (missing - beginning, Edge::Beginning { row: beginning });
        let known = [self.ring_edge(), self.reread.lines().map(|(first, _)| first)];
        let behind = self.reread.lines().map(|(_, last)| last);
        let distance = |edge: Edge| match edge {
            Edge::Before { row, .. } => row.checked_sub(missing),
            Edge::Behind { row, .. } | Edge::Beginning { row } => missing.checked_sub(row),
        };
        let beside = known.into_iter().chain([behind]).flatten();
        let reachable = beside.filter_map(|edge| Some((distance(edge)?, edge)));
        reachable.chain([from_beginning]).min_by_key(|(distance, _)| *distance).map(|(_, edge)| edge)
    }

    /// The oldest line of the ring.
    pub(crate) fn ring_edge(&self) -> Option<Edge> {
        let mut numbered = (self.dropped..).zip(&self.rows);
        let (row, line) = numbered.find(|(_, row)| row.is_line())?;
        Some(Edge::Before { row, offset: line.offset })
    }

    /// Takes rows that were read again from `edge` on, out of the bytes `read` of `dr.log`.
    pub(crate) fn take_older(&mut self, edge: Edge, rows: Vec<LogRow>, read: Range<LogOffset>) {
        self.reread.take(edge, rows);
        if let Some(Edge::Before { row, offset }) = self.ring_edge()
            && offset == read.end
        {
            // Numbers count back from the newest row: rows that could not be written have a number too, so the rows on
            // disk are numbered from the ring's oldest line and not from 0.
            self.reread.end_at(row);
        }
        if read.start == LogOffset(0) && !matches!(edge, Edge::Behind { .. }) {
            self.beginning = Some(self.reread.range().start);
        }
    }

    /// The rows of the ring from `from` to `to`, each with its number.
    pub(crate) fn ring_rows(
        &self,
        from: RowNumber,
        to: RowNumber,
    ) -> impl Iterator<Item = (RowNumber, &LogRow)> {
        let from = from.max(self.dropped);
        let skipped = usize::try_from(from - self.dropped).unwrap_or(usize::MAX);
        let count = usize::try_from(to.saturating_sub(from)).unwrap_or(usize::MAX);
        (from..).zip(self.rows.iter().skip(skipped).take(count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Arrival;

    fn row(text: &str, severity: Option<Severity>) -> LogRow {
        let (offset, text, arrival) = (LogOffset(0), text.to_owned(), Arrival::Live);
        LogRow { offset, severity, mark: None, module: None, text, arrival }
    }

    #[test]
    fn the_ring_is_bounded_and_numbers_stay_the_same() {
        let mut log = Scrollback::new(3);
        for index in 0..5 {
            log.push(row(&format!("line {index}"), None));
        }
        assert_eq!((log.len(), log.first(), log.end()), (3, 2, 5));
        assert_eq!(log.row(4).map(|row| row.text.as_str()), Some("line 4"));
        assert_eq!(log.row(1), None);
        assert_eq!(log.tally().lines.0, 5);
    }

    #[test]
    fn warnings_and_errors_are_counted_apart() {
        let mut log = Scrollback::new(2);
        for severity in [Severity::Warning, Severity::Error, Severity::Alert, Severity::Info] {
            log.push(row("x", Some(severity)));
        }
        assert_eq!((log.tally().warnings.0, log.tally().errors.0), (1, 2));
    }
}
