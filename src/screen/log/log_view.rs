//! Which part of the log is looked at: following or staying put, the search, the row jumped to.

use std::{cell::Cell, ops::Range};

use super::{
    log_search::{Direction, LogSearch, Look, Target},
    row::{LogMark, LogRow, RowNumber, find},
    scrollback::Scrollback,
};
use crate::{run::Severity, screen::keys::TextInput};

/// How a jump came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Jump {
    Found,
    /// Found only after starting over at the other end.
    Wrapped,
    Nothing(Target),
    /// Older rows have to be read first.
    Wants(Range<RowNumber>),
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
    pub(crate) typing: Option<TextInput>,
    pattern: Option<String>,
    /// Rows shown at the last draw: what a page is.
    page: Cell<u16>,
    /// A search that goes on in rows not in memory.
    log_search: Option<LogSearch>,
    /// Whether rows not in memory could not be read at the last try.
    pub(crate) unreadable: bool,
    /// Rows counted for hits so far, and the hits among them.
    counted: Cell<(RowNumber, RowNumber, u64)>,
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
        self.pattern =
            self.typing.take().map(|typed| typed.text().to_owned()).filter(|text| !text.is_empty());
        self.counted.set((0, 0, 0));
    }

    pub(crate) fn end_search(&mut self) {
        self.pattern = None;
        self.typing = None;
        self.cursor = None;
        self.counted.set((0, 0, 0));
    }

    /// Rows that a search under way has still to look through.
    pub(crate) fn left_to_search(&self) -> Option<u64> {
        self.log_search.as_ref().map(LogSearch::left)
    }

    /// Stops a search under way; returns whether there was one.
    pub(crate) fn stop_search(&mut self) -> bool {
        self.log_search.take().is_some()
    }

    /// The rows shown at the last draw, or those that will be now.
    pub(crate) fn shown(&self, log: &Scrollback, end: RowNumber) -> Range<RowNumber> {
        self.window(log, end, self.page.get())
    }

    /// Numbers of the rows to show, `height` of them at most, `end` being the last that may be.
    pub(crate) fn window(&self, log: &Scrollback, end: RowNumber, height: u16) -> Range<RowNumber> {
        self.page.set(height.max(1));
        let end = end.min(log.end()).max(log.first());
        let height = u64::from(height);
        let lowest = (log.first() + height).min(end);
        // Where the rows looked at have been given up, the oldest ones are shown.
        let bottom = self.bottom.map_or(end, |bottom| bottom.clamp(lowest, end));
        bottom.saturating_sub(height).max(log.first())..bottom
    }

    /// Moves by `rows`, towards newer ones if positive; follows once the newest is reached.
    pub(crate) fn scroll(&mut self, rows: i64, log: &Scrollback, end: RowNumber) {
        self.cursor = None;
        let now = self.window(log, end, self.page.get()).end;
        self.look_at(now.saturating_add_signed(rows), log, end);
    }

    pub(crate) fn scroll_pages(&mut self, pages: i64, log: &Scrollback, end: RowNumber) {
        let page = i64::from(self.page.get().saturating_sub(1).max(1));
        self.scroll(pages * page, log, end);
    }

    pub(crate) fn oldest(&mut self, log: &Scrollback, end: RowNumber) {
        self.cursor = None;
        self.look_at(log.first(), log, end);
    }

    /// Marks a row that is shown; the log then stays put.
    pub(crate) fn mark(&mut self, row: RowNumber, log: &Scrollback, end: RowNumber) {
        self.bottom = Some(self.shown(log, end).end);
        self.cursor = Some(row);
    }

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
        let (from, all) = (self.start_of(direction, end), log.first()..end.min(log.end()));
        self.log_search = Some(LogSearch::new(to, direction, from, all));
        self.continue_search(log, end).unwrap_or(Jump::Nothing(to))
    }

    /// Goes on with a search under way; `None` where there is none.
    pub(crate) fn continue_search(&mut self, log: &Scrollback, end: RowNumber) -> Option<Jump> {
        let log_search = self.log_search.as_mut()?;
        let (to, pattern) = (log_search.to, self.pattern.as_deref());
        let jump = match log_search.look(log, |row| matches_target(row, to, pattern)) {
            Look::Wants(rows) => return Some(Jump::Wants(rows)),
            Look::Nothing => Jump::Nothing(to),
            Look::Found { row, wrapped } => {
                let below = u64::from(self.page.get() / 3);
                self.look_at(row + 1 + below, log, end);
                self.cursor = Some(row);
                if wrapped { Jump::Wrapped } else { Jump::Found }
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

    /// Hits among the rows of the ring up to `end`, each row being looked at once.
    pub(crate) fn hits(&self, log: &Scrollback, end: RowNumber) -> u64 {
        let Some(pattern) = self.pattern.as_deref() else { return 0 };
        let (from, to, count) = self.counted.get();
        let known =
            if from == 0 && to == 0 { (log.ring_from(), log.ring_from(), 0) } else { (from, to, count) };
        let count = known.2 + log.hits(known.1, end, pattern);
        // At least 1, because two zeros mean that nothing was counted yet.
        self.counted.set((known.0.max(1), end.max(known.1), count));
        count
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
        Target::Error => at_least(Severity::Error) || row.mark == Some(LogMark::Alarm),
    }
}

#[cfg(test)]
mod tests;
