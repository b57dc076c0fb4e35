//! What of a frame differs from what the terminal shows, checked before it is written. As ratatui's own `Buffer::diff` does
//! it, but by rows, most of which are as they were; and without a second buffer where the terminal is blank.

use ratatui::{
    buffer::{Buffer, Cell, CellWidth as _},
    style::{Color, Modifier},
};

use crate::screen::paint::{Charset, replace_unprintable};

/// Attributes that are seen on a blank cell.
const SEEN_ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// Calls `change` with column, row and cell of all that has to be written for the terminal to show `next`, by rows and from
/// left to right. `shown` are the cells that it shows, none where it is blank; these were checked, and with them all rows that
/// are like them.
pub(super) fn for_each_change(
    shown: &[Cell],
    next: &mut Buffer,
    charset: Charset,
    mut change: impl FnMut(u16, u16, &Cell),
) {
    let width = usize::from(next.area.width).max(1);
    let mut shown_rows = shown.chunks(width);
    for (y, row) in (0..).zip(next.content.chunks_mut(width)) {
        let shown = shown_rows.next().unwrap_or_default();
        // Up to the first change, without asking for widths: most rows have none.
        let first = if shown.is_empty() {
            row.iter().position(|cell| !looks_alike(&Cell::EMPTY, cell))
        } else {
            shown.iter().zip(row.iter()).position(|(shown, cell)| !looks_alike(shown, cell))
        };
        if let Some(first) = first {
            replace_unprintable(row, charset);
            for_each_change_of_row(shown, row, first, |x, cell| change(x, y, cell));
        }
    }
}

/// `first` is the first cell that is not as it was.
fn for_each_change_of_row(shown: &[Cell], row: &[Cell], first: usize, mut change: impl FnMut(u16, &Cell)) {
    let was = |x: usize| shown.get(x).unwrap_or(&Cell::EMPTY);
    let mut change = |x: usize| {
        if let (Ok(column), Some(cell)) = (u16::try_from(x), row.get(x)) {
            change(column, cell);
        }
    };
    // From the beginning, as the first change may be covered by a wide character.
    let mut x = 0;
    while let Some(cell) = row.get(x) {
        let width = usize::from(cell.cell_width());
        let behind = x + width.max(1);
        if x < first || looks_alike(was(x), cell) {
            x = behind;
            continue;
        }
        change(x);
        // On the columns behind a wide character its colours may still be seen after it is replaced.
        let shown = was(x);
        let shown_width = usize::from(shown.cell_width());
        let left_colours = width <= 1
            && shown_width > width
            && (shown.bg != Color::Reset || shown.modifier.intersects(SEEN_ON_BLANK));
        if !left_colours {
            x = behind;
            continue;
        }
        let mut end = (x + shown_width).min(row.len());
        x += 1;
        while x < end {
            let Some(cell) = row.get(x) else { break };
            change(x);
            x += usize::from(cell.cell_width()).max(1);
            end = end.max(x).min(row.len());
        }
    }
}

/// As cells compare themselves, which for each calls a comparison of memory.
#[inline]
fn looks_alike(one: &Cell, other: &Cell) -> bool {
    let symbols_match = match (one.symbol().as_bytes(), other.symbol().as_bytes()) {
        ([one], [other]) => one == other,
        (one, other) => one == other,
    };
    symbols_match && one.fg == other.fg && one.bg == other.bg && one.modifier == other.modifier
}
