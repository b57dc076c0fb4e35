//! The commands of the log panel that choose what is shown of it: the filter, folding, wrapping, the chosen line,
//! bookmarks.

use super::{MessageKind, View};
use crate::{
    screen::{
        dialogs::Dialog,
        keys::Command,
        log::{Direction, LineDetails, LogFilter, LogRow, RowNumber},
        scene::facts::Facts,
    },
    text::plural,
};

impl View {
    pub(super) fn on_log_command(&mut self, command: Command, facts: &Facts<'_>) {
        let (log, end) = (facts.log, self.log_end(facts));
        match command {
            Command::Filter => {
                self.dialog = Some(Dialog::filter(self.log.filter().map_or("", LogFilter::text)));
            }
            Command::ClearFilter => self.filter_by(None, facts),
            Command::Fold => {
                self.log.toggle_folding();
                let text = if self.log.folds() { "equal lines are folded" } else { "every line is shown" };
                self.notify(text, MessageKind::Plain, facts.now);
            }
            Command::Wrap => {
                self.log.wraps = !self.log.wraps;
                self.log.shift = 0;
            }
            Command::Histogram => self.log.has_histogram = !self.log.has_histogram,
            Command::LineAbove => self.log.choose(Direction::Older, log, end),
            Command::LineBelow => self.log.choose(Direction::Newer, log, end),
            Command::Open => self.open_line(facts),
            Command::Bookmark => self.toggle_bookmark(facts),
            Command::OlderBookmark => self.go_to_bookmark(Direction::Older, facts),
            Command::NewerBookmark => self.go_to_bookmark(Direction::Newer, facts),
            _ => {}
        }
    }

    pub(super) fn filter_by(&mut self, filter: Option<LogFilter>, facts: &Facts<'_>) {
        let end = self.log_end(facts);
        self.log.set_filter(filter, facts.log, end);
    }

    /// Unfolds the chosen line, or asks for what is known of it.
    fn open_line(&mut self, facts: &Facts<'_>) {
        let Some(line) = self.log.line(facts.log, self.log_end(facts)) else { return };
        if line.times > 1 {
            self.log.unfold(&line);
        } else {
            self.log.cursor = Some(line.last);
            self.wanted_line = line.row.map(|row| (line.last, row));
        }
    }

    /// Goes from the line whose details are open to the one above or below.
    pub(super) fn open_neighbour(&mut self, direction: Direction, facts: &Facts<'_>) {
        let end = self.log_end(facts);
        self.log.choose(direction, facts.log, end);
        let line = self.log.line(facts.log, end);
        self.wanted_line = line.and_then(|line| Some((line.last, line.row?)));
    }

    /// The line whose details are wanted; they are given by [`View::show_line`].
    pub(crate) fn take_wanted_line(&mut self) -> Option<(RowNumber, LogRow)> {
        self.wanted_line.take()
    }

    pub(crate) fn show_line(&mut self, details: LineDetails) {
        self.dialog = Some(Dialog::line(details));
    }

    fn toggle_bookmark(&mut self, facts: &Facts<'_>) {
        let end = self.log_end(facts);
        let text = match self.log.toggle_bookmark(facts.log, end) {
            Some(true) => {
                format!("bookmark set ({} again removes it)", self.keymap.key_of(Command::Bookmark))
            }
            Some(false) => "bookmark removed".to_owned(),
            None => return,
        };
        let count = self.log.bookmarks().count() as u64;
        self.notify(format!("{text}: {} in all", plural(count, "bookmark")), MessageKind::Plain, facts.now);
    }

    fn go_to_bookmark(&mut self, direction: Direction, facts: &Facts<'_>) {
        let end = self.log_end(facts);
        if self.log.go_to_bookmark(direction, facts.log, end) {
            self.show_log();
        } else {
            let key = self.keymap.key_of(Command::Bookmark);
            self.notify(
                format!("no bookmark; {key} sets one on the chosen line"),
                MessageKind::Plain,
                facts.now,
            );
        }
    }
}
