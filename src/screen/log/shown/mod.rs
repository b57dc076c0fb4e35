//! The rows of the log that a filter and folding leave, around the place looked at. They are kept here as they are
//! found, because the rows between them need not stay in memory.

mod below;
mod filter;
mod hidden;
mod selection;

use std::{collections::VecDeque, ops::Range};

pub(crate) use self::{below::ShownBelow, filter::LogFilter, hidden::Hidden, selection::Selection};
use super::{
    row::{LogRow, RowNumber, parts},
    scrollback::Scrollback,
};

/// Most rows kept: several times those of the highest screen.
const MAX_KEPT_ROWS: usize = 4000;

/// Rows asked for at a time.
const ROWS_PER_READ: u64 = 1000;

/// A row as it is shown: one of the log, or several of one pattern.
#[derive(Clone, Debug)]
pub(crate) struct ShownRow {
    pub(crate) first: RowNumber,
    pub(crate) last: RowNumber,
    /// The rows folded into it.
    pub(crate) times: u64,
    /// The time of day of the first of several, where it shows one.
    pub(crate) since: Option<Box<str>>,
    /// The last row; `None` where it could not be read.
    pub(crate) row: Option<LogRow>,
}

impl ShownRow {
    pub(crate) fn of(number: RowNumber, row: Option<&LogRow>) -> Self {
        Self { first: number, last: number, times: 1, since: None, row: row.cloned() }
    }

    pub(crate) fn holds(&self, number: RowNumber) -> bool {
        (self.first..=self.last).contains(&number)
    }
}

/// Where in the log rows are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Number behind the lowest row shown.
    pub(crate) bottom: RowNumber,
    /// Number behind the newest row that may be shown.
    pub(crate) end: RowNumber,
    pub(crate) height: usize,
}

#[derive(Debug, Default)]
pub(crate) struct ShownRows {
    refills: u64,
    /// The rows judged, without a break.
    judged: Range<RowNumber>,
    /// Those of them that are shown.
    rows: VecDeque<ShownRow>,
}

/// The rows of a page, and those that have to be read to fill it.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) rows: Vec<ShownRow>,
    /// Whether nothing newer is shown.
    pub(crate) is_newest: bool,
    pub(crate) wants: Option<Range<RowNumber>>,
}

impl ShownRows {
    /// The rows shown at `place`, `by` rows further towards newer ones.
    pub(crate) fn page(&mut self, log: &Scrollback, selection: &Selection, place: Place, by: i64) -> Page {
        let Place { bottom, end, height } = place;
        self.go_to(bottom, log, selection);
        // Less than what is kept, or the rows of the page would be given up on the way.
        let distance = usize::try_from(by.unsigned_abs()).unwrap_or(usize::MAX).min(MAX_KEPT_ROWS / 4);
        let (back, on) = if by < 0 { (distance, 0) } else { (0, distance) };
        let mut wants = None;
        while self.before(bottom) < height + back && self.judged.start > log.first() {
            if self.judge_older(log, selection).is_none() {
                let start = self.judged.start;
                wants = Some(start.saturating_sub(ROWS_PER_READ).max(log.first())..start);
                break;
            }
        }
        // At the beginning of the log the oldest rows fill the page.
        let lowest = self.before(bottom).max(height);
        let target = lowest.saturating_sub(back).max(height) + on;
        // One more, so that reaching the newest is noticed though hidden rows follow.
        let sought = target + usize::from(on > 0);
        while self.rows.len() < sought && self.judged.end < end {
            if self.judge_newer(log, selection).is_none() {
                let start = self.judged.end;
                wants = wants.or(Some(start..start.saturating_add(ROWS_PER_READ).min(end)));
                break;
            }
        }
        // Rows given up at the other end have moved the places of the others.
        let lowest = self.before(bottom).max(height);
        let until = (lowest.saturating_sub(back).max(height) + on).min(self.rows.len());
        let rows = self.rows.range(until.saturating_sub(height)..until).cloned().collect();
        let is_newest = until == self.rows.len() && self.judged.end >= end;
        Page { rows, is_newest, wants }
    }

    /// Shown rows before number `bottom`.
    fn before(&self, bottom: RowNumber) -> usize {
        self.rows.partition_point(|row| row.first < bottom)
    }

    /// Older rows not yet judged.
    pub(crate) fn left(&self, log: &Scrollback) -> u64 {
        self.judged.start.saturating_sub(log.first())
    }

    /// Makes number `bottom` one that is judged, or has judged rows beside it.
    fn go_to(&mut self, bottom: RowNumber, log: &Scrollback, selection: &Selection) {
        let is_beside = (self.judged.start..=self.judged.end).contains(&bottom)
            || (self.judged.end < bottom && log.unbroken(self.judged.end).end >= bottom);
        if self.refills != log.refills() || !is_beside {
            *self = Self { refills: log.refills(), judged: bottom..bottom, ..Self::default() };
        }
        while self.judged.end < bottom && self.judge_newer(log, selection).is_some() {}
        // A log that is not on disk gives its oldest rows up for good.
        while self.rows.front().is_some_and(|row| row.last < log.first()) {
            self.rows.pop_front();
        }
        self.judged.start = self.judged.start.max(log.first()).min(self.judged.end);
    }

    fn judge_older(&mut self, log: &Scrollback, selection: &Selection) -> Option<()> {
        let number = self.judged.start.checked_sub(1)?;
        let row = log.row(number)?;
        self.judged.start = number;
        if !selection.shows(number, row) {
            return Some(());
        }
        if let Some(front) = self.rows.front_mut()
            && front
                .row
                .as_ref()
                .is_some_and(|own| selection.folds_into_one((front.last, own), (number, row)))
        {
            front.first = number;
            front.times += 1;
            front.since = time(row);
            return Some(());
        }
        self.rows.push_front(ShownRow::of(number, Some(row)));
        if self.rows.len() > MAX_KEPT_ROWS
            && let Some(given_up) = self.rows.pop_back()
        {
            self.judged.end = given_up.first;
        }
        Some(())
    }

    fn judge_newer(&mut self, log: &Scrollback, selection: &Selection) -> Option<()> {
        let number = self.judged.end;
        let row = log.row(number)?;
        self.judged.end = number + 1;
        if !selection.shows(number, row) {
            return Some(());
        }
        if let Some(back) = self.rows.back_mut()
            && let Some(own) = &back.row
            && selection.folds_into_one((back.last, own), (number, row))
        {
            if back.times == 1 {
                back.since = time(own);
            }
            back.last = number;
            back.times += 1;
            back.row = Some(row.clone());
            return Some(());
        }
        self.rows.push_back(ShownRow::of(number, Some(row)));
        if self.rows.len() > MAX_KEPT_ROWS
            && let Some(given_up) = self.rows.pop_front()
        {
            self.judged.start = given_up.last + 1;
        }
        Some(())
    }
}

fn time(row: &LogRow) -> Option<Box<str>> {
    parts(&row.text).map(|(time, ..)| time.into())
}
