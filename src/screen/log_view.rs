//! Which part of the log is looked at: following or staying put, the search, the row jumped to.

use std::cell::Cell;

use super::{
    input::TextInput,
    scrollback::{LogMark, LogRow, RowNumber, Scrollback, find},
};
use crate::run::Severity;

/// What a jump looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Rows that hold the pattern searched for.
    Hit,
    /// Warnings and worse, alarms, gaps.
    Warning,
    /// Errors and worse.
    Error,
}

/// Direction of a jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Older,
    Newer,
}

/// How a jump came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Jump {
    Found,
    /// Found only after starting over at the other end.
    Wrapped,
    Nothing,
}

/// The part of the log that is looked at.
#[derive(Debug, Default)]
pub(crate) struct LogView {
    /// Number behind the lowest row shown; `None`: the newest, and follow.
    bottom: Option<RowNumber>,
    /// The row last jumped to.
    pub(crate) cursor: Option<RowNumber>,
    /// Columns cut off at the left.
    pub(crate) shift: u16,
    /// The pattern being typed.
    pub(crate) typing: Option<TextInput>,
    pattern: Option<String>,
    /// Rows shown at the last draw: what a page is.
    page: Cell<u16>,
    /// Rows counted for hits so far, and the hits among them.
    counted: Cell<(RowNumber, RowNumber, u64)>,
}

impl LogView {
    /// Whether the newest row is followed.
    pub(crate) const fn follows(&self) -> bool {
        self.bottom.is_none()
    }

    /// The pattern to highlight: the one being typed, or the one searched for.
    pub(crate) fn pattern(&self) -> Option<&str> {
        let typed = self.typing.as_ref().map(TextInput::text);
        typed.or(self.pattern.as_deref()).filter(|pattern| !pattern.is_empty())
    }

    /// Whether a search is on.
    pub(crate) const fn searches(&self) -> bool {
        self.pattern.is_some()
    }

    /// Takes the typed pattern; an empty one ends the search.
    pub(crate) fn search_typed(&mut self) {
        self.pattern =
            self.typing.take().map(|typed| typed.text().to_owned()).filter(|text| !text.is_empty());
        self.counted.set((0, 0, 0));
    }

    /// Ends the search.
    pub(crate) fn end_search(&mut self) {
        self.pattern = None;
        self.typing = None;
        self.cursor = None;
        self.counted.set((0, 0, 0));
    }

    /// Numbers of the rows to show, `height` of them at most, `end` being the last that may be.
    pub(crate) fn window(&self, log: &Scrollback, end: RowNumber, height: u16) -> std::ops::Range<RowNumber> {
        self.page.set(height.max(1));
        let end = end.min(log.end()).max(log.first());
        let height = u64::from(height);
        let lowest = (log.first() + height).min(end);
        let bottom = self.bottom.map_or(end, |bottom| bottom.clamp(lowest, end));
        bottom.saturating_sub(height).max(log.first())..bottom
    }

    /// Moves by `rows`, towards newer ones if positive; follows once the newest is reached.
    pub(crate) fn scroll(&mut self, rows: i64, log: &Scrollback, end: RowNumber) {
        self.cursor = None;
        let now = self.window(log, end, self.page.get()).end;
        self.look_at(now.saturating_add_signed(rows), log, end);
    }

    /// Moves by pages.
    pub(crate) fn scroll_pages(&mut self, pages: i64, log: &Scrollback, end: RowNumber) {
        let page = i64::from(self.page.get().saturating_sub(1).max(1));
        self.scroll(pages * page, log, end);
    }

    /// Goes to the oldest row held.
    pub(crate) fn oldest(&mut self, log: &Scrollback, end: RowNumber) {
        self.cursor = None;
        self.look_at(log.first(), log, end);
    }

    /// Follows the newest row again.
    pub(crate) fn follow(&mut self) {
        self.bottom = None;
        self.cursor = None;
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
        let pattern = self.pattern.clone();
        let wanted = |row: &LogRow| matches_target(row, to, pattern.as_deref());
        let (found, wrapped) = self.seek(direction, log, end, wanted);
        let Some(row) = found.or(wrapped) else { return Jump::Nothing };
        let below = u64::from(self.page.get() / 3);
        self.look_at(row + 1 + below, log, end);
        self.cursor = Some(row);
        if found.is_some() { Jump::Found } else { Jump::Wrapped }
    }

    /// The next row in `direction`, and the one found by starting over at the other end.
    fn seek(
        &self,
        direction: Direction,
        log: &Scrollback,
        end: RowNumber,
        wanted: impl Fn(&LogRow) -> bool,
    ) -> (Option<RowNumber>, Option<RowNumber>) {
        let shown = |row: &RowNumber| *row < end;
        match direction {
            Direction::Older => {
                let from = self.cursor.or(self.bottom).unwrap_or(end).min(end);
                (log.last_before(from, &wanted), log.last_before(end, &wanted))
            }
            Direction::Newer => {
                let from = self.cursor.map_or_else(|| self.bottom.unwrap_or(end), |row| row + 1);
                let found = log.first_from(from, &wanted).filter(shown);
                (found, log.first_from(log.first(), &wanted).filter(shown))
            }
        }
    }

    /// Hits among the rows up to `end`, each row being looked at once.
    pub(crate) fn hits(&self, log: &Scrollback, end: RowNumber) -> u64 {
        let Some(pattern) = self.pattern.as_deref() else { return 0 };
        let (from, to, count) = self.counted.get();
        let known = if from == 0 && to == 0 { (log.first(), log.first(), 0) } else { (from, to, count) };
        let count = known.2 + log.hits(known.1, end, pattern);
        self.counted.set((known.0.max(1), end.max(known.1), count));
        count
    }
}

fn matches_target(row: &LogRow, to: Target, pattern: Option<&str>) -> bool {
    let at_least = |severity| row.severity.is_some_and(|own| own >= severity);
    match to {
        Target::Hit => pattern.is_some_and(|pattern| find(&row.text, pattern).is_some()),
        Target::Warning => {
            at_least(Severity::Warning) || matches!(row.mark, Some(LogMark::Alarm | LogMark::Gap))
        }
        Target::Error => at_least(Severity::Error) || row.mark == Some(LogMark::Alarm),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Arrival, LogOffset};

    fn log(count: u64, capacity: usize) -> Scrollback {
        let mut log = Scrollback::new(capacity);
        (0..count).for_each(|index| push(&mut log, index));
        log
    }

    fn push(log: &mut Scrollback, index: u64) {
        log.push(LogRow {
            offset: LogOffset(index),
            severity: Some(if index % 7 == 3 { Severity::Warning } else { Severity::Info }),
            mark: None,
            text: format!("line {index}"),
            arrival: Arrival::Live,
        });
    }

    #[test]
    fn the_view_stays_put_while_lines_arrive_and_end_follows_again() {
        let mut log = log(100, 1000);
        let mut view = LogView::default();
        assert_eq!(view.window(&log, log.end(), 10), 90..100);
        view.scroll(-5, &log, log.end());
        (100..120).for_each(|index| push(&mut log, index));
        assert_eq!(view.window(&log, log.end(), 10), 85..95);
        view.follow();
        assert_eq!(view.window(&log, log.end(), 10), 110..120);
    }

    #[test]
    fn scrolling_down_to_the_newest_follows_again() {
        let log = log(100, 1000);
        let mut view = LogView::default();
        view.window(&log, log.end(), 10);
        view.scroll_pages(-1, &log, log.end());
        assert!(!view.follows());
        view.scroll_pages(1, &log, log.end());
        assert!(view.follows());
    }

    #[test]
    fn rows_that_were_dropped_do_not_take_the_view_along() {
        let mut log = log(10, 20);
        let mut view = LogView::default();
        view.window(&log, log.end(), 5);
        view.oldest(&log, log.end());
        (10..100).for_each(|index| push(&mut log, index));
        assert_eq!(view.window(&log, log.end(), 5), 80..85);
    }

    #[test]
    fn jumps_go_from_row_to_row_and_start_over() {
        let log = log(20, 100);
        let mut view = LogView::default();
        view.window(&log, log.end(), 5);
        let mut older = || {
            let jump = view.jump(Target::Warning, Direction::Older, &log, log.end());
            (jump, view.cursor)
        };
        assert_eq!(older(), (Jump::Found, Some(17)));
        assert_eq!(older(), (Jump::Found, Some(10)));
        assert_eq!(older(), (Jump::Found, Some(3)));
        assert_eq!(older(), (Jump::Wrapped, Some(17)));
        assert_eq!(view.jump(Target::Error, Direction::Older, &log, log.end()), Jump::Nothing);
    }

    #[test]
    fn hits_are_counted_once_each_while_lines_arrive() {
        let mut log = log(20, 100);
        let mut view = LogView { typing: Some(TextInput::with("line 1")), ..LogView::default() };
        view.search_typed();
        assert_eq!(view.hits(&log, log.end()), 11);
        (20..30).for_each(|index| push(&mut log, index));
        push(&mut log, 100);
        assert_eq!(view.hits(&log, log.end()), 12);
        assert_eq!(view.hits(&log, log.end()), 12);
    }
}
