//! The rows of the log to show or search that only the disk holds. They are read by the caller.

use std::ops::Range;

use crate::screen::view::{MessageKind, View};
use crate::screen::{
    log::{Jump, RowNumber},
    scene::facts::Facts,
};

impl View {
    /// Goes on with a search under way. Returns the rows to be read from disk: for that search, or to be shown; `None` where nothing is wanted.
    pub(crate) fn wants_rows(&mut self, facts: &Facts<'_>) -> Option<Range<RowNumber>> {
        if self.log.unreadable {
            return None;
        }
        let end = self.log_end(facts);
        match self.log.continue_search(facts.log, end) {
            Some(Jump::Wants(rows)) if facts.log.edge_towards(rows.clone()).is_some() => return Some(rows),
            Some(Jump::Wants(_)) => self.rows_unreadable("older lines cannot be read".to_owned(), facts),
            Some(jump) => self.report_jump(&jump, facts),
            None => {}
        }
        self.log.missing(facts.log, end)
    }

    /// The rows wanted cannot be read, why as a sentence; they are not asked for again before the next key.
    pub(crate) fn rows_unreadable(&mut self, reason: String, facts: &Facts<'_>) {
        self.log.stop_search();
        self.log.unreadable = true;
        self.notify(reason, MessageKind::Bad, facts.now);
    }

    /// Whether a search goes on in rows that have to be read first.
    pub(crate) fn is_searching(&self) -> bool {
        self.log.left_to_search().is_some()
    }
}
