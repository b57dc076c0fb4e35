//! Rows of bars and marks over one axis of time.

use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::palette::{Area, DrawingError, GRID, INK, ON_BAR, Size, colour, font};
use crate::report::document::{Bar, Row};
use crate::run::Timestamp;
use crate::text::hour_and_minute;

const WIDTH: i32 = 760;
/// The columns of the labels.
const LEFT: i32 = 92;
const RIGHT: i32 = 14;
const TOP: i32 = 6;
const ROW: i32 = 26;
/// The axis.
const BOTTOM: i32 = 26;
/// The height of a bar.
const BAR: i32 = 16;
/// What is shorter is drawn as long as this, so that it is seen.
const MIN_BAR: i32 = 3;
/// The width of a letter in a bar, at most.
const LETTER: i32 = 8;
/// Labels of the axis, at most.
const MAX_TICKS: u64 = 8;
const STEPS_IN_MINUTES: [u64; 13] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880];
const MILLIS_PER_MINUTE: u64 = 60_000;

pub(super) fn size(rows: &[Row]) -> Size {
    (WIDTH.unsigned_abs(), bottom(rows.len()).unsigned_abs() + BOTTOM.unsigned_abs())
}

/// Where the rows end.
fn bottom(rows: usize) -> i32 {
    TOP + ROW * i32::try_from(rows).unwrap_or(0)
}

pub(super) fn draw(area: &Area<'_>, span: (Timestamp, Timestamp), rows: &[Row]) -> Result<(), DrawingError> {
    axis(area, span, rows.len())?;
    for (row, top) in rows.iter().zip((TOP..).step_by(ROW.unsigned_abs() as usize)) {
        let middle = top + ROW / 2;
        let right = Pos::new(HPos::Right, VPos::Center);
        area.draw(&Text::new(row.label, (LEFT - 10, middle), font(13, INK).pos(right)))?;
        area.draw(&PathElement::new([(LEFT, middle), (WIDTH - RIGHT, middle)], GRID))?;
        for bar in &row.bars {
            draw_bar(area, span, bar, middle)?;
        }
        for mark in &row.marks {
            let x = place(span, mark.at);
            // A mark on another one is still seen as two by its edge.
            area.draw(&Circle::new((x, middle), 5, colour(mark.tone).filled()))?;
            area.draw(&Circle::new((x, middle), 5, ON_BAR))?;
        }
    }
    Ok(())
}

fn draw_bar(
    area: &Area<'_>,
    span: (Timestamp, Timestamp),
    bar: &Bar,
    middle: i32,
) -> Result<(), DrawingError> {
    let (from, to) = (place(span, bar.from), place(span, bar.to));
    // What took seconds of a run of days still gets a bar that can be seen, at the right edge as well.
    let to = to.max(from + MIN_BAR).min(WIDTH - RIGHT);
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

/// The x of a moment.
#[expect(clippy::cast_possible_truncation, reason = "a pixel within the width")]
fn place((from, to): (Timestamp, Timestamp), at: Timestamp) -> i32 {
    let length = to.since(from).secs_f64();
    let part = if length > 0.0 { (at.since(from).secs_f64() / length).clamp(0.0, 1.0) } else { 0.0 };
    LEFT + (part * f64::from(WIDTH - RIGHT - LEFT)).round() as i32
}

/// Whole steps of the clock, with their times.
fn axis(area: &Area<'_>, span: (Timestamp, Timestamp), rows: usize) -> Result<(), DrawingError> {
    let (from, to) = span;
    let minutes = to.since(from).millis() / MILLIS_PER_MINUTE;
    let step = STEPS_IN_MINUTES.into_iter().find(|step| minutes / step < MAX_TICKS);
    let step = step.unwrap_or_else(|| minutes / MAX_TICKS + 1) * MILLIS_PER_MINUTE;
    let begin = from.utc().timestamp_millis().unsigned_abs();
    let first = begin.div_ceil(step) * step;
    let bottom = bottom(rows);
    for passed in (0..=MAX_TICKS).map(|tick| first - begin + tick * step) {
        let at = from + crate::run::Elapsed::from_millis(passed);
        if at > to {
            break;
        }
        let x = place(span, at);
        area.draw(&PathElement::new([(x, TOP), (x, bottom + 4)], GRID))?;
        let below = Pos::new(HPos::Center, VPos::Top);
        area.draw(&Text::new(hour_and_minute(at), (x, bottom + 8), font(12, INK).pos(below)))?;
    }
    Ok(())
}
