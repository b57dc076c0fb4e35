//! Text into cells as ratatui does it, quicker where it is ASCII or of lines and blocks: to look for graphemes and their widths took a sixth of a
//! frame.

use std::{ops::RangeInclusive, sync::LazyLock};

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::{Color, Style},
    text::Line,
};

use super::Charset;
use crate::text::{self, is_plain, is_printable};

/// A cell of each printable ASCII character, and behind them of each in [`LINES_AND_BLOCKS`]: to copy one takes a fraction of
/// what making its text does.
static SIMPLE: LazyLock<Vec<Cell>> = LazyLock::new(|| {
    let simple = (' '..='~').chain(LINES_AND_BLOCKS);
    simple.map(|character| cell_of(character.encode_utf8(&mut [0; 4]))).collect()
});

/// What borders and bars are made of: characters of one column, of which none joins another.
const LINES_AND_BLOCKS: RangeInclusive<char> = '\u{2500}'..='\u{259f}';

/// The place in [`SIMPLE`] of a character that is there.
fn simple_place(character: char) -> Option<usize> {
    let code = match character {
        ' '..='~' => u32::from(character) - u32::from(' '),
        '\u{2500}'..='\u{259f}' => u32::from(character) - 0x2500 + 95,
        _ => return None,
    };
    usize::try_from(code).ok()
}

/// A cell without a style. A blank has no text, as cells have that are not written to: these compare quickest.
pub(super) fn cell_of(symbol: &str) -> Cell {
    let mut cell = Cell::EMPTY;
    if symbol != " " {
        cell.set_symbol(symbol);
    }
    cell
}

/// Puts the symbol of `of`, which has no style, into a cell, and lays `style` over its own.
#[inline]
pub(super) fn put(cell: &mut Cell, of: &Cell, style: Style) {
    let (foreground, background, modifier) = (cell.fg, cell.bg, cell.modifier);
    cell.clone_from(of);
    // Most cells have none, and what need not be kept takes half the work.
    if foreground != Color::Reset || background != Color::Reset || !modifier.is_empty() {
        (cell.fg, cell.bg, cell.modifier) = (foreground, background, modifier);
    }
    cell.set_style(style);
}

/// The cells of the first row of `place`, as far as the buffer has them.
pub(super) fn row_of(place: Rect, buffer: &mut Buffer) -> &mut [Cell] {
    let place = Rect { height: place.height.min(1), ..place }.intersection(buffer.area);
    if place.is_empty() {
        return &mut [];
    }
    let first = buffer.index_of(place.x, place.y);
    buffer.content.get_mut(first..first + usize::from(place.width)).unwrap_or_default()
}

/// The last check of what is shown: replaces what could control the terminal, stack combining marks or is not in the
/// charset.
pub(crate) fn replace_unprintable(cells: &mut [Cell], charset: Charset) {
    // Most that are not ASCII are those of borders and bars, one like the other.
    let mut printable = String::new();
    for cell in cells {
        let symbol = cell.symbol();
        if matches!(symbol.as_bytes(), [] | [b' '..=b'~']) || symbol == printable {
            continue;
        }
        if is_printable(symbol, charset) {
            symbol.clone_into(&mut printable);
        } else {
            cell.set_symbol("?");
        }
    }
}

/// As `Line::width`, which looks up each character.
pub(super) fn width(line: &Line<'_>) -> usize {
    line.spans.iter().map(|span| text::columns(&span.content)).sum()
}

/// Writes `line` into the first row of `place`, as far as there is room.
pub(super) fn write_line(line: &Line<'_>, place: Rect, buffer: &mut Buffer) {
    let mut x = place.x;
    for span in &line.spans {
        x = write(
            &span.content,
            Rect { x, width: place.right().saturating_sub(x), ..place },
            line.style.patch(span.style),
            buffer,
        );
    }
}

/// Writes the beginning of `text` into the first row of `place`, as far as there is room; the column behind it.
pub(crate) fn write(text: &str, place: Rect, style: Style, buffer: &mut Buffer) -> u16 {
    let is_plain = is_plain(text);
    if !is_plain && text.chars().any(|character| simple_place(character).is_none()) {
        return buffer.set_stringn(place.x, place.y, text, place.width.into(), style).0;
    }
    let symbols: &[Cell] = &SIMPLE;
    let cells = row_of(place, buffer);
    place.x
        + if is_plain {
            put_each(text.bytes().filter_map(|byte| symbols.get(usize::from(byte - b' '))), style, cells)
        } else {
            let symbols = text.chars().filter_map(|character| symbols.get(simple_place(character)?));
            put_each(symbols, style, cells)
        }
}

/// Puts symbols into cells, as far as there are both; how many.
fn put_each<'s>(symbols: impl Iterator<Item = &'s Cell>, style: Style, cells: &mut [Cell]) -> u16 {
    let mut count = 0;
    for (cell, symbol) in cells.iter_mut().zip(symbols) {
        put(cell, symbol, style);
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::{
        style::{Color, Modifier},
        text::Span,
    };

    use super::*;

    const AREA: Rect = Rect::new(2, 1, 12, 3);

    fn line() -> impl Strategy<Value = Line<'static>> {
        let style = prop::sample::select(vec![
            Style::new(),
            Style::reset(),
            Style::new().fg(Color::Red),
            Style::new().bg(Color::Blue).add_modifier(Modifier::BOLD),
            Style::new().remove_modifier(Modifier::BOLD),
        ]);
        let text = prop::sample::select(vec![
            "",
            "a",
            "~ b",
            "plain text",
            "größe",
            "漢字",
            "⚠️ x",
            "a\u{301}b",
            "──",
        ]);
        (style.clone(), prop::collection::vec((text, style), 0..4)).prop_map(|(own, spans)| {
            let spans: Vec<_> = spans.into_iter().map(|(text, style)| Span::styled(text, style)).collect();
            Line::from(spans).style(own)
        })
    }

    proptest! {
        #[test]
        fn a_line_is_written_and_measured_as_ratatui_does_it(
            before in line(), line in line(), x in 2..14_u16, columns in 0..20_u16
        ) {
            let mut expected = Buffer::empty(AREA);
            expected.set_line(AREA.x, 2, &before, AREA.width);
            let mut buffer = expected.clone();
            expected.set_line(x, 2, &line, columns);
            write_line(&line, Rect { x, y: 2, width: columns, height: 1 }, &mut buffer);
            prop_assert_eq!(buffer, expected);
            prop_assert_eq!(width(&line), line.width());
        }
    }

    #[test]
    fn nothing_is_written_outside_of_the_buffer() {
        let mut buffer = Buffer::empty(AREA);
        for (x, y) in [(0, 2), (1, 2), (14, 2), (5, 0), (5, 4), (u16::MAX, u16::MAX)] {
            write("text", Rect { x, y, width: 1, height: 1 }, Style::new(), &mut buffer);
        }
        assert_eq!(buffer, Buffer::empty(AREA));
    }
}
