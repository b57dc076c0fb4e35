//! The view of a log of which a filter hides lines, or in which equal ones are folded.

use std::ops::Range;

use super::LogView;
use crate::screen::log::{
    row::{LogRow, RowNumber},
    scrollback::Scrollback,
    shown::{Hidden, LogFilter, Place, ShownBelow, ShownRow, ShownRows},
};

/// Most rows that are still to be scrolled by.
const MAX_PENDING: i64 = 1000;

impl LogView {
    pub(crate) const fn filter(&self) -> Option<&LogFilter> {
        self.selection.filter.as_ref()
    }

    /// Shows the log by another filter, the chosen line among those around it.
    pub(crate) fn set_filter(&mut self, filter: Option<LogFilter>, log: &Scrollback, end: RowNumber) {
        self.selection.filter = filter;
        self.judge_anew();
        if let Some(row) = self.cursor {
            self.show_row(row, log, end);
        }
    }

    /// Whether the filter leaves the row.
    pub(crate) fn shows(&self, number: RowNumber, row: &LogRow) -> bool {
        self.selection.shows(number, row)
    }

    pub(crate) const fn folds(&self) -> bool {
        self.selection.folds
    }

    /// Folds equal lines, or shows each by itself again.
    pub(crate) fn toggle_folding(&mut self) {
        self.selection.fold_all(!self.selection.folds);
        self.judge_anew();
    }

    /// Shows the lines that were folded into `row`.
    pub(crate) fn unfold(&mut self, row: &ShownRow) {
        self.selection.unfold(row.first..row.last + 1);
        self.judge_anew();
        self.bottom = Some(row.last + 1);
        self.cursor = Some(row.last);
    }

    /// What the filter hides, up to `end`; `None` without a filter.
    pub(crate) fn hidden(&self, log: &Scrollback, end: RowNumber) -> Option<Hidden> {
        self.filter()?;
        let mut hidden = self.hidden.borrow_mut();
        hidden.count(log, &self.selection, end);
        Some(hidden.clone())
    }

    /// The lines from number `bottom` up to `end` that the filter shows; `None` where that takes reading the disk.
    pub(crate) fn shown_below(&self, log: &Scrollback, bottom: RowNumber, end: RowNumber) -> Option<u64> {
        if self.filter().is_none() {
            return Some(end.saturating_sub(bottom));
        }
        let range = bottom.min(end)..end;
        let counted = ShownBelow::counted(self.shown_below.take(), log, &self.selection, range);
        let count = counted.as_ref().map(|counted| counted.count);
        self.shown_below.replace(counted);
        count
    }

    /// Whether rows are left out, so that the numbers of those shown have holes.
    pub(crate) const fn is_selective(&self) -> bool {
        !self.selection.is_everything()
    }

    /// Stops looking for rows that fill the page; returns whether that was under way.
    pub(crate) fn stop_looking(&mut self) -> bool {
        let is_looking = self.left.take().is_some();
        self.is_stopped |= is_looking;
        self.pending = 0;
        is_looking
    }

    /// Forgets which rows are shown, as others are from now on.
    pub(super) fn judge_anew(&mut self) {
        *self.shown_rows.get_mut() = ShownRows::default();
        *self.hidden.get_mut() = Hidden::default();
        self.hits.set(None);
        self.shown_below.take();
        self.left.set(None);
        (self.log_search, self.pending, self.is_stopped) = (None, 0, false);
    }

    fn place(&self, log: &Scrollback, end: RowNumber) -> Place {
        let end = end.min(log.end()).max(log.first());
        let bottom = self.bottom.unwrap_or(end).clamp(log.first(), end);
        Place { bottom, end, height: self.page.get().max(1).into() }
    }

    pub(super) fn selected_page(&self, log: &Scrollback, end: RowNumber) -> Vec<ShownRow> {
        let mut shown = self.shown_rows.borrow_mut();
        let page = shown.page(log, &self.selection, self.place(log, end), 0);
        let is_looking = page.wants.is_some() && !self.is_stopped && !self.unreadable;
        self.left.set(is_looking.then(|| shown.left(log)));
        page.rows
    }

    pub(super) fn scroll_selected(&mut self, rows: i64, log: &Scrollback, end: RowNumber) {
        self.is_stopped = false;
        self.pending = self.pending.saturating_add(rows).clamp(-MAX_PENDING, MAX_PENDING);
        self.settle(log, end);
    }

    /// Scrolls by the rows still to be scrolled by, once they have been read; the rows to be read.
    pub(super) fn settle(&mut self, log: &Scrollback, end: RowNumber) -> Option<Range<RowNumber>> {
        if self.is_stopped || self.unreadable {
            self.left.set(None);
            return None;
        }
        let place = self.place(log, end);
        let shown = self.shown_rows.get_mut();
        let page = shown.page(log, &self.selection, place, self.pending);
        self.left.set(page.wants.as_ref().map(|_| shown.left(log)));
        if page.wants.is_none() {
            let has_moved = std::mem::take(&mut self.pending) != 0;
            if has_moved && page.is_newest {
                self.bottom = None;
            } else if self.bottom.is_some() || has_moved {
                self.bottom = page.rows.last().map_or(self.bottom, |row| Some(row.last + 1));
            }
        }
        page.wants
    }
}
