//! Where the last frame had its panels and the rows of the log, so that a click can be answered.

use ratatui::layout::{Position, Rect};

use crate::screen::{keys::Panel, log::RowNumber};

#[derive(Debug, Default)]
pub(crate) struct Places {
    panels: Vec<(Rect, Panel)>,
    rows: Vec<(Rect, RowNumber)>,
}

impl Places {
    /// Forgets the last frame.
    pub(crate) fn clear(&mut self) {
        self.panels.clear();
        self.rows.clear();
    }

    pub(crate) fn panel(&mut self, area: Rect, panel: Panel) {
        self.panels.push((area, panel));
    }

    pub(crate) fn log_row(&mut self, area: Rect, row: RowNumber) {
        self.rows.push((area, row));
    }

    pub(super) fn panel_at(&self, place: Position) -> Option<Panel> {
        at(&self.panels, place)
    }

    pub(super) fn log_row_at(&self, place: Position) -> Option<RowNumber> {
        at(&self.rows, place)
    }
}

/// What was drawn last at that place.
fn at<T: Copy>(drawn: &[(Rect, T)], place: Position) -> Option<T> {
    drawn.iter().rev().find(|(area, _)| area.contains(place)).map(|(_, what)| *what)
}
