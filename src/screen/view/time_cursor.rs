//! The cursor on the time axis: one moment that is marked on the chart, the phase bar, the findings and the log.

use super::{MessageKind, View, places::TimeAxis};
use crate::screen::{
    facts::Facts,
    keys::{Command, Intent, Panel},
};

impl View {
    /// The time axis of the last frame: that of the chart, or else of the phase bar.
    pub(crate) fn axis(&self) -> Option<TimeAxis> {
        self.places.try_borrow().ok()?.axis
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

    /// Moves the cursor, or goes to its line of the log.
    pub(super) fn on_cursor_command(&mut self, command: Command, facts: &Facts<'_>) -> Option<Intent> {
        let (at, axis) = (self.time_cursor?, self.axis()?);
        let at = at.clamp(axis.from, axis.to.max(axis.from));
        self.time_cursor = Some(match command {
            Command::Left => at.before(axis.step).max(axis.from),
            Command::Right => (at + axis.step).min(axis.to),
            Command::Oldest => axis.from,
            Command::Follow => axis.to,
            _ => {
                let place = self.shown_run(facts).0.log.places.at_time(at);
                self.show_in_log(place, facts);
                at
            }
        });
        None
    }
}
