//! The line that is chosen among those shown, and the bookmarks.

use super::LogView;
use crate::screen::log::{Direction, row::RowNumber, scrollback::Scrollback, shown::ShownRow};

/// Most bookmarks; beyond it the oldest line loses its own.
const MAX_BOOKMARKS: usize = 500;

impl LogView {
    /// The line chosen, or else the lowest one shown.
    pub(crate) fn line(&self, log: &Scrollback, end: RowNumber) -> Option<ShownRow> {
        let mut rows = self.page(log, end, self.page.get());
        let chosen = rows.iter().position(|row| self.cursor.is_some_and(|cursor| row.holds(cursor)));
        let at = chosen.or(rows.len().checked_sub(1))?;
        Some(rows.swap_remove(at))
    }

    /// Chooses the line above or below the one chosen; the log stays put from then on, and moves at its edges.
    pub(crate) fn choose(&mut self, direction: Direction, log: &Scrollback, end: RowNumber) {
        let by = if direction == Direction::Older { -1 } else { 1 };
        let rows = self.page(log, end, self.page.get());
        let chosen = rows.iter().position(|row| self.cursor.is_some_and(|cursor| row.holds(cursor)));
        let next = chosen.map_or(rows.len().checked_sub(1), |at| at.checked_add_signed(by));
        if let Some(row) = next.and_then(|at| rows.get(at)) {
            self.bottom = rows.last().map(|last| last.last + 1);
            self.cursor = Some(row.last);
            return;
        }
        self.scroll(by as i64, log, end);
        let rows = self.page(log, end, self.page.get());
        let edge = if direction == Direction::Older { rows.first() } else { rows.last() };
        self.cursor = edge.map(|row| row.last);
        self.bottom = rows.last().map(|last| last.last + 1).filter(|_| self.pending == 0).or(self.bottom);
    }

    /// Sets a bookmark on the line chosen, or removes it; whether it has one now.
    pub(crate) fn toggle_bookmark(&mut self, log: &Scrollback, end: RowNumber) -> Option<bool> {
        let row = self.line(log, end)?.last;
        let is_set = !self.selection.bookmarks.remove(&row);
        if is_set {
            self.selection.bookmarks.insert(row);
            if self.selection.bookmarks.len() > MAX_BOOKMARKS {
                self.selection.bookmarks.pop_first();
            }
        }
        // A line with a bookmark is shown whatever the filter says.
        if self.is_selective() {
            self.judge_anew();
        }
        Some(is_set)
    }

    pub(crate) fn bookmarks(&self) -> impl Iterator<Item = RowNumber> {
        self.selection.bookmarks.iter().copied()
    }

    pub(crate) fn is_bookmarked(&self, row: &ShownRow) -> bool {
        self.selection.bookmarks.range(row.first..=row.last).next().is_some()
    }

    /// Goes to the next bookmark, and starts over at the other end; whether there is one.
    pub(crate) fn go_to_bookmark(&mut self, direction: Direction, log: &Scrollback, end: RowNumber) -> bool {
        let all = &self.selection.bookmarks;
        let from = self.cursor.or(self.bottom).unwrap_or(end);
        let next = match direction {
            Direction::Older => all.range(..from).next_back().or(all.last()),
            Direction::Newer => all.range(from.saturating_add(1)..).next().or(all.first()),
        };
        let Some(row) = next.copied().filter(|row| (log.first()..end).contains(row)) else { return false };
        self.show_row(row, log, end);
        true
    }
}
