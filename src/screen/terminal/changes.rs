//! What of a row differs from what the terminal shows. As ratatui's own `Buffer::diff` does it, but without asking for widths
//! up to the first change, and with the columns behind a wide character that is replaced.

use ratatui::buffer::{Cell, CellWidth as _};

/// Calls `change` with column and cell of all that has to be written for a terminal that shows `shown` to show `row`, from left
/// to right.
pub(super) fn for_each_change(shown: &[Cell], row: &[Cell], mut change: impl FnMut(u16, &Cell)) {
    let Some(first) = shown.iter().zip(row).position(|(shown, cell)| shown != cell) else { return };
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
        if x < first || was(x) == cell {
            x = behind;
            continue;
        }
        change(x);
        // A terminal blanks the columns behind a wide character that is replaced, one with the colours that it had, another
        // with those of what replaces it.
        let shown_width = usize::from(was(x).cell_width());
        if width > 1 || shown_width <= width {
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
