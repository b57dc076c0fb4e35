//! The cursor on the time axis: one moment that is marked on the chart, the phase bar, the findings and the log.

use super::{
    MessageKind, View,
    places::{TimeAxis, TimeCell},
};
use crate::screen::{
    keys::{Command, Intent, Panel},
    scene::facts::Facts,
};

impl View {
    /// The time axis of the last frame: that of the chart, or else of the phase bar, which begins earlier.
    pub(crate) fn axis(&self) -> Option<TimeAxis> {
        self.places.try_borrow().ok()?.axis_of(self.time_cursor)
    }

    /// Whether the panels with the axis take the keys that move the cursor.
    pub(crate) const fn moves_cursor(&self) -> bool {
        self.time_cursor.is_some() && matches!(self.zoom, None | Some(Panel::Objects | Panel::Replication))
    }

    pub(super) fn toggle_time_cursor(&mut self, facts: &Facts<'_>) {
        let axis = self.axis();
        self.time_cursor = match self.time_cursor.take() {
            Some(_) => None,
            None => axis.map(|axis| axis.to),
        };
        if axis.is_none() {
            let text = "no room for a cursor: neither chart nor phase bar is shown";
            self.notify(text, MessageKind::Plain, facts.now);
        }
    }

    /// Moves the cursor from column to column, to an end of the axis, or goes to its line of the log.
    pub(super) fn on_cursor_command(&mut self, command: Command, facts: &Facts<'_>) -> Option<Intent> {
        let (at, axis) = (self.time_cursor?, self.axis()?);
        if command == Command::Open {
            self.show_cursor_in_log(facts);
            return None;
        }
        let at = at.clamp(axis.from, axis.to.max(axis.from));
        self.time_cursor = Some(match command {
            Command::Left => at.before(axis.step).max(axis.from),
            Command::Right => (at + axis.step).min(axis.to),
            Command::Oldest => axis.from,
            _ => axis.to,
        });
        None
    }

    /// Sets the cursor where the chart or the phase bar was clicked; a click on the cursor goes to its line of the log.
    pub(super) fn on_time_click(&mut self, cell: TimeCell, facts: &Facts<'_>) {
        match cell {
            TimeCell::Cursor => self.show_cursor_in_log(facts),
            TimeCell::At(at) => self.time_cursor = Some(at),
            TimeCell::Nowhere => {
                self.notify("no known moment of the run lies here", MessageKind::Plain, facts.now);
            }
        }
    }

    fn show_cursor_in_log(&mut self, facts: &Facts<'_>) {
        let Some(at) = self.time_cursor else { return };
        let place = self.shown_run(facts).0.log.places.at_time(at);
        self.show_in_log(place, facts);
    }
}
