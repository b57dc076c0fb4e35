//! Text into cells as ratatui does it, quicker where it is ASCII: to look for graphemes and their widths took a sixth of a
//! frame.

use std::sync::LazyLock;

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::Style,
    text::Line,
};

use crate::text::{self, is_plain};

/// A cell of each printable ASCII character: to copy one takes a fraction of what making its text does.
static ASCII: LazyLock<Vec<Cell>> = LazyLock::new(|| {
    let mut cells = vec![Cell::EMPTY; usize::from(b'~' - b' ') + 1];
    for (cell, byte) in cells.iter_mut().zip(b' '..=b'~') {
        cell.set_char(char::from(byte));
    }
    cells
});

/// Puts the symbol of `of` into a cell, and lays `style` over its own.
pub(super) fn put(cell: &mut Cell, of: &Cell, style: Style) {
    let (foreground, background, modifier) = (cell.fg, cell.bg, cell.modifier);
    cell.clone_from(of);
    (cell.fg, cell.bg, cell.modifier) = (foreground, background, modifier);
    cell.set_style(style);
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
    if !is_plain(text) {
        return buffer.set_stringn(place.x, place.y, text, place.width.into(), style).0;
    }
    let place = Rect { height: place.height.min(1), ..place }.intersection(buffer.area);
    if place.is_empty() {
        return place.x;
    }
    let first = buffer.index_of(place.x, place.y);
    let cells = buffer.content.iter_mut().skip(first).take(place.width.into());
    let symbols: &[Cell] = &ASCII;
    let mut x = place.x;
    for (cell, byte) in cells.zip(text.bytes()) {
        if let Some(symbol) = symbols.get(usize::from(byte.wrapping_sub(b' '))) {
            put(cell, symbol, style);
        }
        x += 1;
    }
    x
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
