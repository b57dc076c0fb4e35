//! Where in the log the panel stands, and where in it errors, warnings, markers and bookmarks are: on a line along the
//! right edge of the panel. Its marks carry less weight than those of the rows, which they do not belong to.

use super::{Canvas, Picture, Rect, Tone, row::mark};
use crate::screen::log::{RowNumber, ShownRow};

/// Draws both into the one column of `area`; neither while following.
pub(super) fn draw(
    picture: &Picture<'_>,
    area: Rect,
    rows: &[ShownRow],
    end: RowNumber,
    canvas: &mut Canvas<'_>,
) {
    let log = picture.scene.facts.log;
    let all = end.saturating_sub(log.first());
    let track = u64::from(area.height);
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return };
    if picture.scene.view.log.follows() || all == 0 || track == 0 || area.width == 0 {
        return;
    }
    let shown = (last.last + 1).saturating_sub(first.first).min(all);
    let length = (shown * track / all).clamp(1, track);
    // Scaled so that the thumb touches the top at the oldest line and the foot at the newest, however long it is.
    let from = first.first.saturating_sub(log.first()) * (track - length) / all.saturating_sub(shown).max(1);
    let thumb = from..(from + length).min(track);
    if !canvas.is_boxed {
        // A box has its own edge there.
        let (line, style) = (canvas.theme.symbols().boundary, canvas.theme.style(Tone::Quiet));
        area.rows().for_each(|row| canvas.drawing.write(line, row, style));
    }
    draw_marks(picture, area, end, track, canvas);
    let style = canvas.theme.style(Tone::Strong);
    let symbol = canvas.theme.symbols().thumb;
    for row in thumb {
        let y = area.y + u16::try_from(row).unwrap_or(0);
        canvas.drawing.write(symbol, Rect { y, ..area }, style);
    }
}

/// The errors, warnings and markers of the lines in memory, and all bookmarks.
fn draw_marks(picture: &Picture<'_>, area: Rect, end: RowNumber, track: u64, canvas: &mut Canvas<'_>) {
    let log = picture.scene.facts.log;
    let all = end.saturating_sub(log.first()).max(1);
    let mut marks = vec![(" ", 0); usize::try_from(track).unwrap_or(0)];
    for number in log.ring_from()..end {
        let Some(row) = log.row(number) else { continue };
        let (symbol, _, own) = mark(row, canvas);
        let place = usize::try_from((number - log.first()) * track / all).unwrap_or(0);
        if let Some(mark) = marks.get_mut(place).filter(|(_, weight)| *weight < own) {
            *mark = (symbol, own);
        }
    }
    let symbol = canvas.theme.symbols().bookmark;
    for number in picture.scene.view.log.bookmarks().filter(|number| (log.first()..end).contains(number)) {
        let place = usize::try_from((number - log.first()) * track / all).unwrap_or(0);
        if let Some(mark) = marks.get_mut(place) {
            *mark = (symbol, u8::MAX);
        }
    }
    let style = canvas.theme.style(Tone::Quiet);
    for (y, (symbol, _)) in (area.y..).zip(marks).filter(|(_, (_, weight))| *weight > 0) {
        canvas.drawing.write(symbol, Rect { y, ..area }, style);
    }
}
