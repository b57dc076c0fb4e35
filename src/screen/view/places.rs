//! Where the last frame had its panels, the names of the views and the rows of the log, so that a click can be answered
//! and a cursor be moved; and how far its view can be scrolled.

use ratatui::layout::{Position, Rect};

use crate::{
    run::{Elapsed, Timestamp},
    screen::{
        keys::{Command, Panel},
        log::RowNumber,
    },
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
    views: Vec<(Rect, Command)>,
    rows: Vec<(Rect, RowNumber)>,
    pub(crate) axis: Option<TimeAxis>,
    /// The most rows that the view can be scrolled by.
    pub(crate) max_scroll: u16,
}

impl Places {
    /// Forgets the last frame.
    pub(crate) fn clear(&mut self) {
        self.panels.clear();
        self.views.clear();
        self.rows.clear();
        self.axis = None;
        self.max_scroll = 0;
    }

    pub(crate) fn panel(&mut self, area: Rect, panel: Panel) {
        self.panels.push((area, panel));
    }

    /// The name of a view.
    pub(crate) fn view(&mut self, area: Rect, view: Option<Panel>) {
        self.views.push((area, Command::Show(view)));
    }

    pub(crate) fn log_row(&mut self, area: Rect, row: RowNumber) {
        self.rows.push((area, row));
    }

    pub(super) fn view_at(&self, place: Position) -> Option<Command> {
        at(&self.views, place)
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
