//! Where the last frame had its panels and the rows of the log, so that a click can be answered and a cursor be moved.

use ratatui::layout::{Position, Rect};

use crate::{
    run::{Elapsed, Timestamp},
    screen::{keys::Panel, log::RowNumber},
};

/// The times that a frame shows from left to right, and the time of one column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeAxis {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
    pub(crate) step: Elapsed,
}

#[derive(Debug, Default)]
pub(crate) struct Places {
    panels: Vec<(Rect, Panel)>,
    rows: Vec<(Rect, RowNumber)>,
    pub(crate) axis: Option<TimeAxis>,
}

impl Places {
    /// Forgets the last frame.
    pub(crate) fn clear(&mut self) {
        self.panels.clear();
        self.rows.clear();
        self.axis = None;
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
