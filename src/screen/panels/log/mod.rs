//! The log: its rows in a box or below a rule, the newest at the bottom.

mod histogram;
mod row;
mod scrollbar;
mod title;

use super::{Canvas, Line, Picture, Pieces, Rect, Span, Tone, below, indented};
use crate::screen::{
    keys::Panel,
    log::{LogRow, RowNumber, ShownRow},
    view::{KeptLog, LogLook, Moved},
};

/// Draws the panel, as it was drawn before where nothing but clocks has moved since.
pub(crate) fn draw(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    picture.place(area, Panel::Log);
    let (view, facts) = (picture.scene.view, &picture.scene.facts);
    let look = LogLook {
        area,
        is_boxed: canvas.is_boxed,
        theme: canvas.theme,
        end: view.log_end(facts),
        newest: facts.log.end(),
    };
    // Time brings the cursor's moment into the log without anything else.
    let is_kept =
        |kept: &KeptLog| view.moved == Moved::Clocks && view.time_cursor.is_none() && kept.look == look;
    // Nothing else borrows it while a frame is drawn.
    let Ok(mut kept) = view.kept_log.try_borrow_mut() else { return };
    if let Some(kept) = kept.as_ref().filter(|kept| is_kept(kept)) {
        canvas.drawing.draw_again(area, &kept.part);
        picture.note_place(|places| kept.rows.iter().for_each(|(place, row)| places.log_row(*place, *row)));
        return;
    }
    let before = canvas.drawing.before(area);
    draw_anew(picture, area, canvas);
    let mut rows = Vec::new();
    picture.note_place(|places| rows = places.log_rows().to_vec());
    *kept = Some(KeptLog { look, part: canvas.drawing.part(area, &before), rows });
}

fn draw_anew(picture: &Picture<'_>, area: Rect, canvas: &mut Canvas<'_>) {
    let view = picture.scene.view;
    let facts = &picture.scene.facts;
    let end = view.log_end(facts);
    // Below a rule the rows have the whole width, but for the scroll bar.
    let columns = match (canvas.is_boxed, view.log.follows()) {
        (true, _) => canvas.frame_size().0,
        (false, true) => 0,
        (false, false) => 2,
    };
    let height = area.height.saturating_sub(canvas.frame_size().1);
    let width = area.width.saturating_sub(columns);
    let beside = histogram::width(picture, width, height);
    let width = width - beside;
    let rows = page_with_chosen(picture, (width, height), end);
    let bottom = rows.last().map_or(end, |row| row.last + 1);
    let title = title::title(picture, (bottom, end), area.width, canvas);
    let right = title::right_end(picture, title.width(), area.width, canvas);
    let inner = if canvas.is_boxed {
        canvas.frame(area, &title, &right, Tone::Quiet)
    } else {
        canvas.rule(area, &title, &right, Tone::Quiet);
        Rect { width: width + beside, ..below(area, 1) }
    };
    let edge = Rect { x: area.right().saturating_sub(1), width: area.width.min(1), height, ..below(area, 1) };
    scrollbar::draw(picture, edge, &rows, end, canvas);
    if rows.is_empty() && inner.height > 0 {
        let text = if facts.log.end() == 0 { "no lines yet" } else { "no line is shown" };
        let place = if canvas.is_boxed { inner } else { indented(inner) };
        canvas.row(place, 0, &canvas.line(text, Tone::Quiet));
    }
    let (inner, right) = (Rect { width: inner.width.saturating_sub(beside), ..inner }, inner.right());
    if beside > 0 {
        let place = Rect { x: right - beside, width: beside, ..inner };
        histogram::draw(picture, place, end, canvas);
    }
    draw_rows(picture, &rows, inner, canvas);
}

/// As [`page`], up to the row that was chosen or jumped to where that would be above it: the place of the page was found for
/// a panel of another height, and wrapped rows below that row may take its room.
fn page_with_chosen(picture: &Picture<'_>, size: (u16, u16), end: RowNumber) -> Vec<ShownRow> {
    let rows = page(picture, size, end);
    let chosen = picture.scene.view.log.cursor;
    match chosen.filter(|chosen| rows.first().is_some_and(|first| first.first > *chosen)) {
        Some(chosen) => page(picture, size, end.min(chosen + 1)),
        None => rows,
    }
}

/// The rows to show in so many columns and rows: where long lines are wrapped, as many as fit whole.
fn page(picture: &Picture<'_>, (width, height): (u16, u16), end: RowNumber) -> Vec<ShownRow> {
    let (log, facts) = (&picture.scene.view.log, &picture.scene.facts);
    let mut most = height;
    loop {
        let rows = log.page(facts.log, end, most);
        let is_wrapped = |shown: &ShownRow| log.wraps || row::is_always_whole(shown);
        if most <= 1 || !rows.iter().any(is_wrapped) {
            return rows;
        }
        let fitting = fitting(picture, &rows, width, height);
        if fitting >= rows.len() {
            return rows;
        }
        // At least one fewer each time, so that this ends: with other rows on the page, other lines of it wrap.
        most = u16::try_from(fitting).unwrap_or(most).clamp(1, most - 1);
    }
}

/// How many of the rows fit into the panel, counted from the lowest one.
fn fitting(picture: &Picture<'_>, rows: &[ShownRow], width: u16, height: u16) -> usize {
    let mut left = height;
    let fits = |row: &&ShownRow| {
        let taken = row::rows(row, picture, width);
        let fits = taken <= left;
        left = left.saturating_sub(taken);
        fits
    };
    rows.iter().rev().take_while(fits).count()
}

/// The row that holds the last line at the moment under the cursor, where it is among those shown.
fn under_cursor(picture: &Picture<'_>, rows: &[ShownRow]) -> Option<RowNumber> {
    let place = picture.run.log.places.at_time(picture.cursor()?);
    let is_before = |row: &LogRow| row.is_line() && row.offset <= place;
    let last = rows.iter().rposition(|row| row.row.as_ref().is_some_and(is_before))?;
    let found = rows.get(last)?.last;
    // A later line of that moment may stand below the page: then the mark is not on this one.
    let goes_on = last + 1 == rows.len() && picture.scene.facts.log.row(found + 1).is_some_and(is_before);
    (!goes_on).then_some(found)
}

fn draw_rows(picture: &Picture<'_>, rows: &[ShownRow], area: Rect, canvas: &mut Canvas<'_>) {
    let log = &picture.scene.view.log;
    let (mut rest, mut longest) = (area, 0);
    let under_cursor = under_cursor(picture, rows);
    for shown in rows {
        let wanted = row::rows(shown, picture, area.width);
        let place = Rect { height: wanted.min(rest.height), ..rest };
        rest = below(rest, wanted);
        if place.is_empty() {
            break;
        }
        picture.note_place(|places| places.log_row(place, shown.last));
        match &shown.row {
            Some(line) => longest = longest.max(row::draw(picture, shown, line, place, canvas)),
            // It could not be read from disk.
            None => canvas.row(place, 0, &canvas.line(canvas.theme.symbols().ellipsis, Tone::Quiet)),
        }
        if under_cursor == Some(shown.last) {
            let mark = canvas.line(canvas.theme.symbols().cursor, Tone::Chosen);
            canvas.over(
                Rect { x: place.x + 1, width: place.width.saturating_sub(1).min(1), ..place },
                0,
                &mark,
            );
        }
    }
    log.longest.set(u16::try_from(longest).unwrap_or(u16::MAX));
}
