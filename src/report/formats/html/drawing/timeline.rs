//! Rows of bars and marks over one axis of time.

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::palette::{Area, DrawingError, GRID, INK, ON_BAR, Shape, Size, colour, font};
use crate::report::document::{Bar, Row};
use crate::run::Timestamp;
use crate::text::hour_and_minute;

const RIGHT: i32 = 14;
const TOP: i32 = 6;
/// The axis.
const BOTTOM: i32 = 26;
/// The height of a bar.
const BAR: i32 = 16;
/// What is shorter is drawn as long as this, so that it is seen.
const MIN_BAR: i32 = 3;
/// The width of a letter in a bar, at most.
const LETTER: i32 = 8;
const STEPS_IN_MINUTES: [u64; 13] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880];
const MILLIS_PER_MINUTE: u64 = 60_000;

/// Where things are.
#[derive(Clone, Copy)]
pub(super) struct Layout {
    width: i32,
    /// Where the axis begins.
    left: i32,
    /// The height of a row.
    row: i32,
    /// The part of it above its bars, for its label; 0 where the label stands beside them.
    label: i32,
    /// Labels of the axis, at most.
    ticks: u64,
}

impl Layout {
    pub(super) const fn of(shape: Shape) -> Self {
        match shape {
            Shape::Wide => Self { width: 760, left: 92, row: 26, label: 0, ticks: 8 },
            Shape::Narrow => Self { width: 340, left: 14, row: 40, label: 16, ticks: 5 },
        }
    }

    pub(super) fn size(self, rows: &[Row]) -> Size {
        (self.width.unsigned_abs(), self.bottom(rows.len()).unsigned_abs() + BOTTOM.unsigned_abs())
    }

    /// Where the rows end.
    fn bottom(self, rows: usize) -> i32 {
        TOP + self.row * i32::try_from(rows).unwrap_or(0)
    }

    /// The x of a moment.
    #[expect(clippy::cast_possible_truncation, reason = "a pixel within the width")]
    fn place(self, (from, to): (Timestamp, Timestamp), at: Timestamp) -> i32 {
        let length = to.since(from).secs_f64();
        let part = if length > 0.0 { (at.since(from).secs_f64() / length).clamp(0.0, 1.0) } else { 0.0 };
        self.left + (part * f64::from(self.width - RIGHT - self.left)).round() as i32
    }
}

pub(super) fn draw(
    area: &Area<'_>,
    layout: Layout,
    span: (Timestamp, Timestamp),
    rows: &[Row],
) -> Result<(), DrawingError> {
    let Layout { width, left, row: height, label, .. } = layout;
    axis(area, layout, span, rows.len())?;
    for (row, top) in rows.iter().zip((TOP..).step_by(height.unsigned_abs() as usize)) {
        let middle = top + label + (height - label) / 2;
        let (at, side) = if label == 0 {
            ((left - 10, middle), HPos::Right)
        } else {
            ((left, top + label / 2), HPos::Left)
        };
        area.draw(&Text::new(row.label, at, font(13, INK).pos(Pos::new(side, VPos::Center))))?;
        area.draw(&PathElement::new([(left, middle), (width - RIGHT, middle)], GRID))?;
        for bar in &row.bars {
            draw_bar(area, layout, span, bar, middle)?;
        }
        for mark in &row.marks {
            let x = layout.place(span, mark.at);
            // A mark on another one is still seen as two by its edge.
            area.draw(&Circle::new((x, middle), 5, colour(mark.tone).filled()))?;
            area.draw(&Circle::new((x, middle), 5, ON_BAR))?;
        }
    }
    Ok(())
}

fn draw_bar(
    area: &Area<'_>,
    layout: Layout,
    span: (Timestamp, Timestamp),
    bar: &Bar,
    middle: i32,
) -> Result<(), DrawingError> {
    let (from, to) = (layout.place(span, bar.from), layout.place(span, bar.to));
    // What took seconds of a run of days still gets a bar that can be seen, at the right edge as well.
    let to = to.max(from + MIN_BAR).min(layout.width - RIGHT);
    let from = from.min(to - MIN_BAR);
    let corners = [(from, middle - BAR / 2), (to, middle + BAR / 2)];
    area.draw(&Rectangle::new(corners, colour(bar.tone).filled()))?;
    let needed = LETTER * i32::try_from(bar.label.len()).unwrap_or(i32::MAX / LETTER);
    if !bar.label.is_empty() && to - from >= needed {
        let centre = Pos::new(HPos::Center, VPos::Center);
        area.draw(&Text::new(bar.label, (i32::midpoint(from, to), middle), font(12, ON_BAR).pos(centre)))?;
    }
    Ok(())
}

/// Whole steps of the clock, with their times.
fn axis(
    area: &Area<'_>,
    layout: Layout,
    span: (Timestamp, Timestamp),
    rows: usize,
) -> Result<(), DrawingError> {
    let ticks = layout.ticks;
    let (from, to) = span;
    let minutes = to.since(from).millis() / MILLIS_PER_MINUTE;
    let step = STEPS_IN_MINUTES.into_iter().find(|step| minutes / step < ticks);
    let step = step.unwrap_or_else(|| minutes / ticks + 1) * MILLIS_PER_MINUTE;
    let begin = from.utc().timestamp_millis().unsigned_abs();
    let first = begin.div_ceil(step) * step;
    let bottom = layout.bottom(rows);
    for passed in (0..=ticks).map(|tick| first - begin + tick * step) {
        let at = from + crate::run::Elapsed::from_millis(passed);
        if at > to {
            break;
        }
        let x = layout.place(span, at);
        area.draw(&PathElement::new([(x, TOP), (x, bottom + 4)], GRID))?;
        let below = Pos::new(HPos::Center, VPos::Top);
        area.draw(&Text::new(hour_and_minute(at), (x, bottom + 8), font(12, INK).pos(below)))?;
    }
    Ok(())
}
