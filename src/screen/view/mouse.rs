//! The mouse, while the terminal reports it: the wheel scrolls, a click marks a line of the log or a moment, enlarges a
//! panel or opens a view.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{MessageKind, View};
use crate::{
    run::Timestamp,
    screen::{
        keys::{Command, Intent},
        scene::facts::Facts,
    },
};

/// Lines of the log that one step of the wheel goes.
const WHEEL_LINES: i64 = 3;

impl View {
    /// Takes the mouse from the terminal, or leaves it to it: a terminal that reports clicks selects no text.
    pub(super) fn switch_mouse(&mut self, now: Timestamp) {
        self.takes_mouse = !self.takes_mouse;
        let text = if self.takes_mouse {
            let key = self.keymap.key_of(Command::Mouse);
            format!("mouse on: the wheel scrolls, a click shows or marks; {key} lets you select text")
        } else {
            "mouse off: the terminal selects text".to_owned()
        };
        self.notify(text, MessageKind::Plain, now);
    }

    /// Takes a report of the mouse; the caller carries out the intent.
    pub(crate) fn on_mouse(&mut self, event: MouseEvent, facts: &Facts<'_>) -> Option<Intent> {
        match event.kind {
            // Of a report that was on its way when the mouse was left to the terminal.
            _ if !self.takes_mouse => None,
            MouseEventKind::ScrollUp => self.on_wheel(-1, facts),
            MouseEventKind::ScrollDown => self.on_wheel(1, facts),
            MouseEventKind::Down(MouseButton::Left) => {
                self.on_click(Position { x: event.column, y: event.row }, facts);
                self.note_dialog(facts.run);
                None
            }
            _ => None,
        }
    }

    fn on_wheel(&mut self, direction: i64, facts: &Facts<'_>) -> Option<Intent> {
        self.log.unreadable = false;
        if self.dialog.is_some() {
            let code = if direction < 0 { KeyCode::Up } else { KeyCode::Down };
            return self.on_dialog_key(KeyEvent::new(code, KeyModifiers::NONE), facts);
        }
        let command = if direction < 0 { Command::Up } else { Command::Down };
        if self.move_beside_log(command, facts).is_continue() && self.shows_log() {
            let end = self.log_end(facts);
            self.log.scroll(direction * WHEEL_LINES, facts.log, end);
        }
        None
    }

    fn on_click(&mut self, place: Position, facts: &Facts<'_>) {
        if self.dialog.is_some() {
            return;
        }
        let (view, time, row, panel) = {
            let places = self.places.borrow();
            let (view, time) = (places.view_at(place), places.time_at(place));
            (view, time, places.log_row_at(place), places.panel_at(place))
        };
        if let Some(Command::Show(view)) = view {
            self.show(view);
        } else if let Some(time) = time {
            self.on_time_click(time, facts);
        } else if let Some(row) = row {
            let end = self.log_end(facts);
            self.log.mark(row, facts.log, end);
        } else if let Some(panel) = panel {
            self.show(Some(panel).filter(|panel| self.zoom != Some(*panel)));
        }
    }
}
