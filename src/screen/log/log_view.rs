//! Which part of the log is looked at: following or staying put, the search, the row jumped to or chosen.

mod choice;
mod selected;

use std::{
    cell::{Cell, RefCell},
    ops::Range,
};

use super::{
    log_search::{Direction, LogSearch, Look, Target},
    row::{LogMark, LogRow, RowNumber, find},
    scrollback::Scrollback,
    shown::{Hidden, Selection, ShownBelow, ShownRow, ShownRows},
};
use crate::{run::Severity, screen::keys::TextInput};

/// How a jump came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Jump {
    Found,
    /// Found only after starting over at the other end.
    Wrapped,
    /// Found nothing but the row that it began at.
    Alone(Target),
    /// Found the line looked for, and ended the filter that hid it.
    Unfiltered,
    Nothing(Target),
    /// Found nothing among the lines shown, but the filter hides some.
    Hidden(Target),
    /// Older rows have to be read first.
    Wants(Range<RowNumber>),
}

/// The part of the log that is looked at.
#[expect(clippy::struct_excessive_bools, reason = "each switches something of its own, in any combination")]
#[derive(Debug, Default)]
pub(crate) struct LogView {
    /// Number behind the lowest row shown; `None`: the newest, and follow.
    bottom: Option<RowNumber>,
    /// The row last jumped to or chosen.
    pub(crate) cursor: Option<RowNumber>,
    /// The row last jumped to, of which those behind it are shown too.
    gone_to: Option<RowNumber>,
    /// Columns cut off at the left.
    pub(crate) shift: u16,
    /// Columns of the longest line at the last draw.
    pub(crate) longest: Cell<u16>,
    /// Whether long lines go on in the next row.
    pub(crate) wraps: bool,
    pub(crate) has_histogram: bool,
    pub(crate) typing: Option<TextInput>,
    pattern: Option<String>,
    /// Whether the log was followed when the search began.
    followed: bool,
    /// Rows shown at the last draw: what a page is.
    page: Cell<u16>,
    /// A search that goes on in rows not in memory.
    log_search: Option<LogSearch>,
    /// Whether rows not in memory could not be read at the last try.
    pub(crate) unreadable: bool,
    hits: Cell<Option<Hits>>,
    selection: Selection,
    /// The rows that the selection leaves, where it is not all of them.
    shown_rows: RefCell<ShownRows>,
    hidden: RefCell<Hidden>,
    shown_below: RefCell<Option<ShownBelow>>,
    /// Rows still to be scrolled by, once those passed have been read.
    pending: i64,
    /// Whether no more rows are read to fill the page.
    is_stopped: bool,
    /// Rows not yet looked through to fill the page.
    left: Cell<Option<u64>>,
}

/// Hits among the rows counted so far.
#[derive(Clone, Copy, Debug)]
struct Hits {
    refills: u64,
    to: RowNumber,
    count: u64,
}

impl LogView {
    pub(crate) const fn follows(&self) -> bool {
        self.bottom.is_none()
    }

    /// The pattern to highlight: the one being typed, or the one searched for.
    pub(crate) fn pattern(&self) -> Option<&str> {
        let typed = self.typing.as_ref().map(TextInput::text);
        typed.or(self.pattern.as_deref()).filter(|pattern| !pattern.is_empty())
    }

    pub(crate) const fn searches(&self) -> bool {
        self.pattern.is_some()
    }

    /// Takes the typed pattern; an empty one ends the search.
    pub(crate) fn search_typed(&mut self) {
        if !self.searches() {
            self.followed = self.follows();
        }
        self.pattern =
            self.typing.take().map(|typed| typed.text().to_owned()).filter(|text| !text.is_empty());
        self.hits.set(None);
    }

    pub(crate) fn end_search(&mut self) {
        // Back to where the search was begun, which is the newest line for most.
        if self.searches() && std::mem::take(&mut self.followed) {
            self.follow();
        }
        self.pattern = None;
        self.typing = None;
        self.cursor = None;
        self.hits.set(None);
    }

    /// Rows that a search under way, or the filter, has still to look through.
    pub(crate) fn left_to_search(&self) -> Option<u64> {
        self.log_search.as_ref().map(LogSearch::left).or(self.left.get())
    }

    /// Stops a search under way; returns whether there was one.
    pub(crate) fn stop_search(&mut self) -> bool {
        self.log_search.take().is_some()
    }

    /// The rows to show, `height` of them at most, `end` being behind the last that may be.
    pub(crate) fn page(&self, log: &Scrollback, end: RowNumber, height: u16) -> Vec<ShownRow> {
        if self.selection.is_everything() {
            return self.window(log, end, height).map(|row| ShownRow::of(row, log.row(row))).collect();
        }
        self.page.set(height.max(1));
        self.selected_page(log, end)
    }

    /// The rows to be read from disk, so that the page is full and the search can go on.
    pub(crate) fn missing(&mut self, log: &Scrollback, end: RowNumber) -> Option<Range<RowNumber>> {
        let wanted = if self.selection.is_everything() {
            Some(self.window(log, end, self.page.get()))
        } else {
            self.settle(log, end)
        };
        wanted.filter(|rows| log.edge_towards(rows.clone()).is_some())
    }

    /// Numbers of the rows to show where all are, `height` of them at most, `end` being behind the last that may be.
    fn window(&self, log: &Scrollback, end: RowNumber, height: u16) -> Range<RowNumber> {
        self.page.set(height.max(1));
        let end = end.min(log.end()).max(log.first());
        let height = u64::from(height);
        let lowest = (log.first() + height).min(end);
        // Where the rows looked at have been given up, the oldest ones are shown.
        // The page may have grown since a row was gone to, which would be its last one.
        let gone_to = self.gone_to.filter(|row| self.cursor == Some(*row));
        let wanted = gone_to.map_or(0, |row| row + 1 + height / 3);
        let bottom = self.bottom.map_or(end, |bottom| bottom.max(wanted).clamp(lowest, end));
        bottom.saturating_sub(height).max(log.first())..bottom
    }

    /// Moves by `rows`, towards newer ones if positive; follows once the newest is reached.
    pub(crate) fn scroll(&mut self, rows: i64, log: &Scrollback, end: RowNumber) {
        self.cursor = None;
        if !self.selection.is_everything() {
            self.scroll_selected(rows, log, end);
            return;
        }
        let now = self.window(log, end, self.page.get()).end;
        self.look_at(now.saturating_add_signed(rows), log, end);
    }

    pub(crate) fn scroll_pages(&mut self, pages: i64, log: &Scrollback, end: RowNumber) {
        // One row stays, by which the eye finds its place again.
        let page = i64::from(self.page.get().saturating_sub(1).max(1));
        self.scroll(pages * page, log, end);
    }

    pub(crate) fn oldest(&mut self, log: &Scrollback, end: RowNumber) {
        self.cursor = None;
        self.show_row_at_bottom(log.first(), 0, log, end);
    }

    /// Marks a row that is shown; the log then stays put.
    pub(crate) fn mark(&mut self, row: RowNumber, log: &Scrollback, end: RowNumber) {
        let rows = self.page(log, end, self.page.get());
        self.bottom = rows.last().map_or(self.bottom, |lowest| Some(lowest.last + 1));
        self.cursor = Some(row);
    }

    pub(crate) fn follow(&mut self) {
        (self.pending, self.is_stopped) = (0, false);
        self.bottom = None;
        self.cursor = None;
    }

    /// Shows the rows that end at `bottom`, and `below` more.
    fn show_row_at_bottom(&mut self, bottom: RowNumber, below: u16, log: &Scrollback, end: RowNumber) {
        if self.selection.is_everything() {
            self.look_at(bottom + u64::from(below), log, end);
        } else {
            self.bottom = Some(bottom);
            self.pending = 0;
            self.scroll_selected(below.into(), log, end);
        }
    }

    /// Moves the rows by some columns, while the longest one goes on.
    pub(crate) fn shift_by(&mut self, columns: i16) {
        let most = if self.wraps { 0 } else { self.longest.get().saturating_sub(1) };
        self.shift = self.shift.saturating_add_signed(columns).min(most);
    }

    fn look_at(&mut self, bottom: RowNumber, log: &Scrollback, end: RowNumber) {
        let lowest = (log.first() + u64::from(self.page.get())).min(end);
        let bottom = bottom.max(lowest);
        self.bottom = (bottom < end.min(log.end())).then_some(bottom);
    }

    /// Goes to the next row of the kind wanted.
    pub(crate) fn jump(
        &mut self,
        to: Target,
        direction: Direction,
        log: &Scrollback,
        end: RowNumber,
    ) -> Jump {
        let (from, all) = (self.start_of(direction, end), log.first()..end.min(log.end()));
        self.log_search = Some(LogSearch::new(to, direction, from, all));
        self.continue_search(log, end).unwrap_or(Jump::Nothing(to))
    }

    /// Goes on with a search under way; `None` where there is none.
    pub(crate) fn continue_search(&mut self, log: &Scrollback, end: RowNumber) -> Option<Jump> {
        let log_search = self.log_search.as_mut()?;
        let (to, pattern, selection) = (log_search.to, self.pattern.as_deref(), &self.selection);
        let has_hidden = Cell::new(log_search.has_hidden);
        let is_wanted = |number: RowNumber, row: &LogRow| {
            let is_target = matches_target(row, to, pattern);
            let is_shown = matches!(to, Target::Line(_)) || (is_target && selection.shows(number, row));
            has_hidden.set(has_hidden.get() || (is_target && !is_shown));
            is_target && is_shown
        };
        let look = log_search.look(log, is_wanted);
        log_search.has_hidden = has_hidden.get();
        let jump = match look {
            Look::Wants(rows) => return Some(Jump::Wants(rows)),
            Look::Nothing if log_search.has_hidden => Jump::Hidden(to),
            Look::Nothing => Jump::Nothing(to),
            Look::Found { row, wrapped } => {
                let is_alone = wrapped && self.cursor == Some(row);
                let is_hidden = log.row(row).is_some_and(|own| !self.selection.shows(row, own));
                if is_hidden {
                    self.set_filter(None, log, end);
                }
                self.show_row(row, log, end);
                match (is_hidden, wrapped) {
                    (true, _) => Jump::Unfiltered,
                    (false, true) if is_alone => Jump::Alone(to),
                    (false, true) => Jump::Wrapped,
                    (false, false) => Jump::Found,
                }
            }
        };
        self.log_search = None;
        Some(jump)
    }

    fn start_of(&self, direction: Direction, end: RowNumber) -> RowNumber {
        match direction {
            Direction::Older => self.cursor.or(self.bottom).unwrap_or(end),
            Direction::Newer => self.cursor.map_or_else(|| self.bottom.unwrap_or(end), |row| row + 1),
        }
    }

    /// Goes to a row, with some of those behind it.
    fn show_row(&mut self, row: RowNumber, log: &Scrollback, end: RowNumber) {
        self.show_row_at_bottom(row + 1, self.page.get() / 3, log, end);
        (self.cursor, self.gone_to) = (Some(row), Some(row));
    }

    /// Hits among the rows of the ring up to `end`, each row being looked at once.
    pub(crate) fn hits(&self, log: &Scrollback, end: RowNumber) -> u64 {
        let Some(pattern) = self.pattern.as_deref() else { return 0 };
        let known = self.hits.get().filter(|hits| hits.refills == log.refills());
        let mut hits = known.unwrap_or(Hits { refills: log.refills(), to: log.ring_from(), count: 0 });
        let is_hit = |(number, row): &(RowNumber, &LogRow)| {
            find(&row.text, pattern).is_some() && self.selection.shows(*number, row)
        };
        hits.count += log.ring_rows(hits.to, end).filter(is_hit).count() as u64;
        hits.to = hits.to.max(end.min(log.end()));
        self.hits.set(Some(hits));
        hits.count
    }
}

fn matches_target(row: &LogRow, to: Target, pattern: Option<&str>) -> bool {
    let at_least = |severity| row.severity.is_some_and(|own| own >= severity);
    match to {
        Target::Hit => pattern.is_some_and(|pattern| find(&row.text, pattern).is_some()),
        Target::Warning => {
            at_least(Severity::Warning)
                || matches!(
                    row.mark,
                    Some(LogMark::Alarm | LogMark::NearMiss | LogMark::Gap | LogMark::Absence)
                )
        }
        Target::Line(place) => row.is_line() && row.offset <= place,
        Target::Error => at_least(Severity::Error) || row.mark == Some(LogMark::Alarm),
    }
}

#[cfg(test)]
mod tests;
