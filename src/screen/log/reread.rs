//! Rows of the log that were read again from disk, without a break between them: lines that the ring no longer
//! holds.

use std::{collections::VecDeque, ops::Range};

use super::row::{LogRow, RowNumber};
use crate::run::LogOffset;

/// A known row from which older rows are read on; `offset` is the place of its line in `dr.log`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// From the beginning of the log, whose first row is `row`.
    Beginning { row: RowNumber },
    /// The rows behind a line.
    Behind { row: RowNumber, offset: LogOffset },
    /// The rows before a line.
    Before { row: RowNumber, offset: LogOffset },
}

/// The most earlier rows kept when others are read beside them: more than any screen is high.
const MAX_KEPT_ROWS: usize = 1000;

/// Rows read again, without a break between them.
#[derive(Clone, Debug, Default)]
pub(super) struct RereadRows {
    first: RowNumber,
    rows: VecDeque<LogRow>,
}

impl RereadRows {
    pub(super) fn range(&self) -> Range<RowNumber> {
        self.first..self.first + self.rows.len() as u64
    }

    pub(super) fn row(&self, number: RowNumber) -> Option<&LogRow> {
        self.rows.get(usize::try_from(number.checked_sub(self.first)?).ok()?)
    }

    /// The first and the last row that are lines.
    pub(super) fn lines(&self) -> Option<(Edge, Edge)> {
        let line = |(number, row): (u64, &LogRow)| row.is_line().then_some((number, row.offset));
        let numbered = || (self.first..).zip(&self.rows);
        let (first, last) = (numbered().find_map(line)?, numbered().filter_map(line).last()?);
        Some((Edge::Before { row: first.0, offset: first.1 }, Edge::Behind { row: last.0, offset: last.1 }))
    }

    /// Takes rows read from `edge` on; those already here stay where they are beside it.
    pub(super) fn take(&mut self, edge: Edge, rows: Vec<LogRow>) {
        match edge {
            Edge::Beginning { row } => *self = Self { first: row, rows: rows.into() },
            Edge::Behind { row, .. } => {
                let mut kept = self.split(row + 1).0;
                let given_up = kept.len().saturating_sub(MAX_KEPT_ROWS);
                kept.drain(..given_up);
                self.first = row + 1 - kept.len() as u64;
                kept.extend(rows);
                self.rows = kept;
            }
            Edge::Before { row, .. } => {
                let mut kept = self.split(row).1;
                kept.truncate(MAX_KEPT_ROWS);
                // Fewer numbers than rows: the oldest have none.
                let surplus = rows.len().saturating_sub(usize::try_from(row).unwrap_or(usize::MAX));
                let mut all: VecDeque<_> = rows.into_iter().skip(surplus).collect();
                self.first = row - all.len() as u64;
                all.extend(kept);
                self.rows = all;
            }
        }
    }

    /// Gives the rows other numbers, the one behind the last being `end`.
    pub(super) fn end_at(&mut self, end: RowNumber) {
        self.first = end.saturating_sub(self.rows.len() as u64);
    }

    /// The rows before and from number `at` on; none where they would not stand beside it.
    fn split(&mut self, at: RowNumber) -> (VecDeque<LogRow>, VecDeque<LogRow>) {
        let mut rows = std::mem::take(&mut self.rows);
        let place = at.checked_sub(self.first).and_then(|place| usize::try_from(place).ok());
        match place.filter(|place| *place <= rows.len()) {
            Some(place) => {
                let behind = rows.split_off(place);
                (rows, behind)
            }
            None => (VecDeque::new(), VecDeque::new()),
        }
    }
}
