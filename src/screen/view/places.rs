//! Where the last frame had its panels, the names of the views, the rows of the log and the times, so that a click can be
//! answered and a cursor be moved; and how far its view can be scrolled.

use std::fmt;

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

/// What the times of a frame show at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeCell {
    /// The cursor is drawn there.
    Cursor,
    At(Timestamp),
    /// No moment of the run: a phase of unknown length, or before the beginning.
    Nowhere,
}

/// The moment of a column. Worked out for a click alone: that of each column of a frame took a tenth of the frame.
type MomentOf = Box<dyn Fn(u16) -> Option<Timestamp>>;

/// The moments of the columns of an area.
struct TimeStrip {
    area: Rect,
    moment: MomentOf,
    /// The column in which the cursor is drawn.
    cursor: Option<u16>,
}

impl fmt::Debug for TimeStrip {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TimeStrip").field("area", &self.area).finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Places {
    panels: Vec<(Rect, Panel)>,
    views: Vec<(Rect, Command)>,
    rows: Vec<(Rect, RowNumber)>,
    /// That of the phase bar, and behind it that of the chart.
    axes: Vec<TimeAxis>,
    strips: Vec<TimeStrip>,
    /// The most rows that the view can be scrolled by.
    pub(crate) max_scroll: u16,
    /// The rows of the view in the last frame, and those of them that a message covers.
    pub(crate) shown_rows: u16,
    pub(crate) covered_rows: u16,
}

impl Places {
    /// Forgets the last frame.
    pub(crate) fn clear(&mut self) {
        self.panels.clear();
        self.views.clear();
        self.rows.clear();
        self.axes.clear();
        self.strips.clear();
        self.max_scroll = 0;
        (self.shown_rows, self.covered_rows) = (0, 0);
    }

    /// One page: what was in sight, but for a row that goes on with it.
    pub(crate) fn page(&self) -> u16 {
        self.shown_rows.saturating_sub(self.covered_rows).saturating_sub(1).max(1)
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

    /// The rows of the log noted so far.
    pub(crate) fn log_rows(&self) -> &[(Rect, RowNumber)] {
        &self.rows
    }

    pub(crate) fn axis(&mut self, axis: TimeAxis) {
        self.axes.push(axis);
    }

    /// An area with a moment, or none, for each of its columns, and the column in which the cursor is drawn.
    pub(crate) fn times(
        &mut self,
        area: Rect,
        moment: impl Fn(u16) -> Option<Timestamp> + 'static,
        cursor: Option<u16>,
    ) {
        self.strips.push(TimeStrip { area, moment: Box::new(moment), cursor });
    }

    /// The axis on which the cursor moves: the last one drawn, unless that begins behind `cursor`.
    pub(super) fn axis_of(&self, cursor: Option<Timestamp>) -> Option<TimeAxis> {
        let has = |axis: &&TimeAxis| cursor.is_none_or(|at| axis.from <= at);
        self.axes.iter().rev().find(has).or(self.axes.last()).copied()
    }

    pub(super) fn time_at(&self, place: Position) -> Option<TimeCell> {
        let strip = self.strips.iter().rev().find(|strip| strip.area.contains(place))?;
        let column = place.x - strip.area.x;
        if strip.cursor == Some(column) {
            return Some(TimeCell::Cursor);
        }
        Some((strip.moment)(column).map_or(TimeCell::Nowhere, TimeCell::At))
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
