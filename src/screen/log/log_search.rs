//! A search for a row that goes on beyond the rows in memory: what is left to look through, and where.

use std::ops::Range;

use super::{
    row::{LogRow, RowNumber},
    scrollback::Scrollback,
};
use crate::run::LogOffset;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Hit,
    /// Warnings and worse, alarms, gaps.
    Warning,
    /// Errors and worse.
    Error,
    /// The line at that place in `dr.log`, or the last one before it.
    Line(LogOffset),
}

impl Target {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Line(_) => "line as old as that",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Older,
    Newer,
}

/// Rows asked for at a time.
const ROWS_PER_READ: u64 = 1000;

/// The outcome of searching the rows in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Found {
        row: RowNumber,
        /// Found only after starting over at the other end.
        wrapped: bool,
    },
    /// These rows have to be read first.
    Wants(Range<RowNumber>),
    Nothing,
}

#[derive(Clone, Debug)]
pub(crate) struct LogSearch {
    pub(crate) to: Target,
    direction: Direction,
    left: Range<RowNumber>,
    /// The rows to search after starting over at the other end.
    then: Option<Range<RowNumber>>,
    /// Whether a row of the kind wanted was passed because it is hidden.
    pub(crate) has_hidden: bool,
}

impl LogSearch {
    /// A search of `all` rows that begins at `from`.
    pub(crate) fn new(to: Target, direction: Direction, from: RowNumber, all: Range<RowNumber>) -> Self {
        let from = from.clamp(all.start, all.end.max(all.start));
        let (older, newer) = (all.start..from, from..all.end);
        let (left, then) = match direction {
            Direction::Older => (older, newer),
            Direction::Newer => (newer, older),
        };
        Self { to, direction, left, then: Some(then), has_hidden: false }
    }

    /// Rows not yet looked at.
    pub(crate) fn left(&self) -> u64 {
        let length = |range: &Range<RowNumber>| range.end.saturating_sub(range.start);
        length(&self.left) + self.then.as_ref().map_or(0, length)
    }

    pub(crate) fn look(&mut self, log: &Scrollback, wanted: impl Fn(RowNumber, &LogRow) -> bool) -> Look {
        loop {
            // The oldest rows may have been given up since the last look.
            self.left.start = self.left.start.max(log.first());
            if self.left.is_empty() {
                match self.then.take() {
                    Some(rest) => self.left = rest,
                    None => return Look::Nothing,
                }
                continue;
            }
            let held = self.at_hand(log);
            if held.is_empty() {
                return Look::Wants(self.next());
            }
            let is_wanted = |number: &RowNumber| log.row(*number).is_some_and(|row| wanted(*number, row));
            let found = match self.direction {
                Direction::Older => held.clone().rev().find(is_wanted),
                Direction::Newer => held.clone().find(is_wanted),
            };
            if let Some(row) = found {
                return Look::Found { row, wrapped: self.then.is_none() };
            }
            match self.direction {
                Direction::Older => self.left.end = held.start,
                Direction::Newer => self.left.start = held.end,
            }
        }
    }

    /// The unbroken rows in memory that come next.
    fn at_hand(&self, log: &Scrollback) -> Range<RowNumber> {
        match self.direction {
            Direction::Older => {
                let held = log.unbroken(self.left.end.saturating_sub(1));
                held.start.max(self.left.start)..self.left.end.min(held.end)
            }
            Direction::Newer => {
                let held = log.unbroken(self.left.start);
                self.left.start.max(held.start)..held.end.min(self.left.end)
            }
        }
    }

    fn next(&self) -> Range<RowNumber> {
        match self.direction {
            Direction::Older => {
                self.left.end.saturating_sub(ROWS_PER_READ).max(self.left.start)..self.left.end
            }
            Direction::Newer => {
                self.left.start..self.left.start.saturating_add(ROWS_PER_READ).min(self.left.end)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        run::{Arrival, LogOffset},
        screen::log::row::find,
    };

    #[test]
    fn searches_go_both_ways_and_ignore_case() {
        let mut log = Scrollback::new(10);
        for text in ["alpha", "Beta", "gamma", "beta"] {
            let (offset, arrival) = (LogOffset(0), Arrival::Live);
            log.push(LogRow {
                offset,
                severity: None,
                mark: None,
                module: None,
                text: text.to_owned(),
                arrival,
            });
        }
        let looked = |direction, from, all| {
            let wanted = |_: RowNumber, row: &LogRow| find(&row.text, "BETA").is_some();
            LogSearch::new(Target::Hit, direction, from, all).look(&log, wanted)
        };
        assert_eq!(looked(Direction::Older, 3, 0..4), Look::Found { row: 1, wrapped: false });
        assert_eq!(looked(Direction::Newer, 2, 0..4), Look::Found { row: 3, wrapped: false });
        assert_eq!(looked(Direction::Older, 1, 0..4), Look::Found { row: 3, wrapped: true });
        assert_eq!(looked(Direction::Older, 1, 0..1), Look::Nothing);
    }
}
