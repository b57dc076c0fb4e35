//! Text into cells as ratatui does it, quicker where each character has one column: to look for graphemes and their widths
//! took a sixth of a frame.

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::Style,
    text::Line,
};

use super::Charset;
use crate::text::{self, is_plain, is_printable};

/// Whether each character of `text` has one column, and none joins it.
pub(super) fn is_simple(text: &str) -> bool {
    is_plain(text) || text.chars().all(is_simple_character)
}

/// Printable ASCII, and most of what borders, bars, curves, marks and sentences of the screen are made of.
const fn is_simple_character(character: char) -> bool {
    matches!(
        character,
        ' '..='~' | '·' | '–' | '…' | '→' | '\u{2500}'..='\u{25fc}' | '✓' | '✗' | '\u{2800}'..='\u{28ff}'
    )
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

/// Writes the beginning of `text` into the first row of `place`, as far as there is room; the column behind it. The buffer may
/// begin and end within a text of simple characters.
pub(super) fn write(text: &str, place: Rect, style: Style, buffer: &mut Buffer) -> u16 {
    if !is_simple(text) {
        return buffer.set_stringn(place.x, place.y, text, place.width.into(), style).0;
    }
    let before = buffer.area.x.saturating_sub(place.x);
    for (cell, character) in row_of(place, buffer).iter_mut().zip(text.chars().skip(before.into())) {
        cell.set_char(character).set_style(style);
    }
    behind(text, place.x, place.right())
}

/// The column behind `text`, which is simple and begins at `from`, as far as there is room.
pub(super) fn behind(text: &str, from: u16, to: u16) -> u16 {
    let columns = if is_plain(text) { text.len() } else { text.chars().count() };
    from.saturating_add(u16::try_from(columns).unwrap_or(u16::MAX)).min(to).max(from)
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation as _;
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    const AREA: Rect = Rect::new(2, 1, 12, 3);

    #[test]
    fn a_simple_character_has_one_column_and_joins_no_other() {
        let simple: Vec<_> = ('\0'..=char::MAX).filter(|character| is_simple_character(*character)).collect();
        assert!(simple.len() > 500);
        for pair in simple.windows(2) {
            let text: String = pair.iter().collect();
            assert_eq!(text.width(), 2, "{text:?}");
            assert_eq!(text.graphemes(true).count(), 2, "{text:?}");
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
