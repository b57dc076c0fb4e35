//! What is drawn, row by row and in its order, before there is any cell of it. On a quiet screen most rows are drawn as in
//! the frame before, or but for a clock: to see that takes a fraction of what making and comparing their cells does.

use std::ops::Range;

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::{Color, Style},
    text::Line,
};

use super::cells::{behind, is_simple, row_of, write};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// So many of the bytes of the row's text that those before it have left.
    Text(usize),
    Style,
    /// Blanks without colours.
    Erase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stroke {
    /// The first column; `None`: the one behind the text before it, which is known once that is cells.
    from: Option<u16>,
    /// The column behind the last one that it may take.
    to: u16,
    style: Style,
    what: What,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    strokes: Vec<Stroke>,
    text: String,
}

impl Row {
    fn push(&mut self, from: Option<u16>, to: u16, style: Style, what: What) {
        self.strokes.push(Stroke { from, to, style, what });
    }

    fn write(&mut self, text: &str, from: Option<u16>, to: u16, style: Style) {
        self.text.push_str(text);
        self.push(from, to, style, What::Text(text.len()));
    }

    /// Each stroke with its columns and its text, where all text of the row is simple.
    fn placed(&self) -> impl Iterator<Item = (Range<u16>, &str, Style, What)> {
        let (mut rest, mut end) = (self.text.as_str(), 0);
        self.strokes.iter().map(move |stroke| {
            let from = stroke.from.unwrap_or(end);
            let What::Text(bytes) = stroke.what else {
                return (from..stroke.to, "", stroke.style, stroke.what);
            };
            let (text, others) = rest.split_at_checked(bytes).unwrap_or((rest, ""));
            rest = others;
            end = behind(text, from, stroke.to);
            (from..end, text, stroke.style, stroke.what)
        })
    }

    /// The columns of what is drawn in another way in `other`; `None` where that is not known without the cells.
    fn changed_columns(&self, other: &Self) -> Option<Range<u16>> {
        if self.strokes.len() != other.strokes.len() || ![self, other].iter().all(|row| is_simple(&row.text))
        {
            return None;
        }
        let changed = self.placed().zip(other.placed()).filter(|(one, other)| one != other);
        changed
            .flat_map(|(one, other)| [one.0, other.0])
            .reduce(|all, columns| all.start.min(columns.start)..all.end.max(columns.end))
    }
}

/// What was drawn of one panel, to be drawn again while it is known to be the same.
#[derive(Debug, Default)]
pub(crate) struct Part(Vec<Row>);

/// How much was drawn in each row of an area so far.
pub(crate) struct Before(Vec<(usize, usize)>);

/// All that was drawn into an area. What would be outside of its rows is left out; its columns bound the cells.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    pub(crate) area: Rect,
    rows: Vec<Row>,
    /// The colours of cells without any: of the text, and of the background.
    pub(crate) ground: Option<(Color, Color)>,
}

impl Drawing {
    pub(crate) fn new(area: Rect) -> Self {
        let mut drawing = Self::default();
        drawing.start_anew(area);
        drawing
    }

    /// Blank, in the memory that it has.
    pub(crate) fn start_anew(&mut self, area: Rect) {
        (self.area, self.ground) = (area, None);
        self.rows.resize_with(area.height.into(), Row::default);
        for row in &mut self.rows {
            row.strokes.clear();
            row.text.clear();
        }
    }

    fn row(&self, y: u16) -> Option<&Row> {
        self.rows.get(usize::from(y.checked_sub(self.area.y)?))
    }

    fn row_mut(&mut self, y: u16) -> Option<&mut Row> {
        self.rows.get_mut(usize::from(y.checked_sub(self.area.y)?))
    }

    fn on_rows(&mut self, area: Rect, style: Style, what: What) {
        for y in area.intersection(self.area).rows().map(|row| row.y) {
            if let Some(row) = self.row_mut(y) {
                row.push(Some(area.x), area.right(), style, what);
            }
        }
    }

    pub(crate) fn erase(&mut self, area: Rect) {
        self.on_rows(area, Style::new(), What::Erase);
    }

    /// Lays `style` over what is drawn in `area`.
    pub(crate) fn set_style(&mut self, area: Rect, style: Style) {
        self.on_rows(area, style, What::Style);
    }

    /// Writes the beginning of `text` into the first row of `place`, as far as there is room.
    pub(crate) fn write(&mut self, text: &str, place: Rect, style: Style) {
        if let Some(row) = self.row_mut(place.y) {
            row.write(text, Some(place.x), place.right(), style);
        }
    }

    /// As [`Self::write`], of a line with the styles of its spans.
    pub(crate) fn write_line(&mut self, line: &Line<'_>, place: Rect) {
        let Some(row) = self.row_mut(place.y) else { return };
        let mut from = Some(place.x);
        for span in line.spans.iter().filter(|span| !span.content.is_empty()) {
            row.write(&span.content, from.take(), place.right(), line.style.patch(span.style));
        }
    }

    fn rows_of(&self, area: Rect) -> impl Iterator<Item = &Row> {
        area.rows().filter_map(|row| self.row(row.y))
    }

    /// Of the rows of `area`, for [`Self::part`].
    pub(crate) fn before(&self, area: Rect) -> Before {
        Before(self.rows_of(area).map(|row| (row.strokes.len(), row.text.len())).collect())
    }

    /// What has been drawn in the rows of `area` since `before`.
    pub(crate) fn part(&self, area: Rect, before: &Before) -> Part {
        let since = |(row, (strokes, text)): (&Row, &(usize, usize))| Row {
            strokes: row.strokes.get(*strokes..).unwrap_or_default().to_vec(),
            text: row.text.get(*text..).unwrap_or_default().to_owned(),
        };
        Part(self.rows_of(area).zip(&before.0).map(since).collect())
    }

    /// Draws what a part has in the rows of the `area` that it is of.
    pub(crate) fn draw_again(&mut self, area: Rect, part: &Part) {
        for (place, kept) in area.rows().zip(&part.0) {
            let Some(row) = self.row_mut(place.y) else { return };
            row.strokes.extend_from_slice(&kept.strokes);
            row.text.push_str(&kept.text);
        }
    }

    /// The part of a row outside of which its cells are the same as in `other`; `None` where the whole row is drawn in the same
    /// way.
    pub(crate) fn changed_part(&self, other: &Self, y: u16) -> Option<Rect> {
        let whole = Rect { y, height: 1, ..self.area };
        if self.area != other.area || self.ground != other.ground {
            return Some(whole);
        }
        let (row, was) = (self.row(y)?, other.row(y)?);
        if row == was {
            return None;
        }
        let Range { start, end } = row.changed_columns(was).unwrap_or(whole.left()..whole.right());
        Some(Rect { x: start, width: end.saturating_sub(start), ..whole }.intersection(whole))
    }

    /// What a cell shows.
    pub(crate) fn symbol(&self, x: u16, y: u16) -> String {
        let mut cell = Buffer::empty(Rect { y, height: 1, ..self.area });
        self.paint_row(y, &mut cell);
        cell.cell((x, y)).map_or(" ", Cell::symbol).to_owned()
    }

    /// Draws all of it over the cells of `buffer`.
    pub(crate) fn paint(&self, buffer: &mut Buffer) {
        self.area.rows().for_each(|row| self.paint_row(row.y, buffer));
    }

    /// Draws a row over the cells of `buffer`, which may have a part of it alone where [`Self::changed_part`] says so.
    pub(crate) fn paint_row(&self, y: u16, buffer: &mut Buffer) {
        let Some(row) = self.row(y) else { return };
        let (mut text, mut behind) = (row.text.as_str(), 0);
        for stroke in &row.strokes {
            let x = stroke.from.unwrap_or(behind);
            let place = Rect { x, y, width: stroke.to.saturating_sub(x), height: 1 };
            match stroke.what {
                What::Text(bytes) => {
                    let (own, rest) = text.split_at_checked(bytes).unwrap_or((text, ""));
                    behind = write(own, place, stroke.style, buffer);
                    text = rest;
                }
                What::Style => buffer.set_style(place, stroke.style),
                What::Erase => row_of(place, buffer).fill(Cell::EMPTY),
            }
        }
        let Some((text, background)) = self.ground else { return };
        // Last, as whatever is drawn over another starts from a blank cell.
        for cell in row_of(Rect { y, height: 1, ..self.area }, buffer) {
            if cell.fg == Color::Reset {
                cell.fg = text;
            }
            if cell.bg == Color::Reset {
                cell.bg = background;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::{
        style::{Color, Modifier},
        text::Span,
    };

    use super::*;
    use crate::screen::paint::cells::width;

    const AREA: Rect = Rect::new(2, 1, 12, 3);

    const SIMPLE: [&str; 7] = ["a", "~ b", "plain text", "──", "● 12", "12345678", "✓"];
    const OTHERS: [&str; 6] = ["", "größe", "漢字", "⚠️ x", "a\u{301}b", "x漢"];

    fn line() -> impl Strategy<Value = Line<'static>> {
        prop_oneof![
            line_of(&SIMPLE),
            line_of(&OTHERS),
            line_of(&["plain text", "", "漢字", "──", "a\u{301}b"])
        ]
    }

    fn line_of(texts: &[&'static str]) -> impl Strategy<Value = Line<'static>> + use<> {
        let style = prop::sample::select(vec![
            Style::new(),
            Style::reset(),
            Style::new().fg(Color::Red),
            Style::new().bg(Color::Blue).add_modifier(Modifier::BOLD),
            Style::new().remove_modifier(Modifier::BOLD),
        ]);
        let text = prop::sample::select(texts.to_vec());
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
            let mut buffer = Buffer::empty(AREA);
            expected.set_line(x, 2, &line, columns);
            let mut drawing = Drawing::new(AREA);
            drawing.write_line(&before, Rect { y: 2, ..AREA });
            drawing.write_line(&line, Rect { x, y: 2, width: columns, height: 1 });
            drawing.paint(&mut buffer);
            prop_assert_eq!(&buffer, &expected);
            prop_assert_eq!(drawing.symbol(7, 2), expected[(7, 2)].symbol());
            prop_assert_eq!(width(&line), line.width());
        }

        #[test]
        fn outside_of_the_part_that_is_drawn_in_another_way_the_cells_are_the_same(
            strokes in prop::collection::vec(
                (line_of(&SIMPLE), prop_oneof![line_of(&SIMPLE), line_of(&OTHERS)], 0..3_u8, 2..14_u16, 0..20_u16, 0..6_u8), 1..5
            )
        ) {
            let [mut one, mut other] = [Drawing::new(AREA), Drawing::new(AREA)];
            for (line, other_line, differs, x, columns, what) in strokes {
                let place = Rect { x, width: columns, height: 1, ..AREA };
                for (drawing, line) in [(&mut one, &line), (&mut other, if differs > 0 { &line } else { &other_line })] {
                    match what {
                        0 => drawing.erase(place),
                        1 => drawing.set_style(place, line.style),
                        _ => drawing.write_line(line, place),
                    }
                }
            }
            let row = Rect { height: 1, ..AREA };
            let part = one.changed_part(&other, AREA.y).unwrap_or_default();
            let mut whole = [(); 2].map(|()| Buffer::empty(row));
            for (drawing, whole) in [&one, &other].into_iter().zip(&mut whole) {
                drawing.paint_row(AREA.y, whole);
                let mut cells = Buffer::empty(part);
                drawing.paint_row(AREA.y, &mut cells);
                for place in part.positions() {
                    prop_assert_eq!(&cells[place], &whole[place]);
                }
            }
            for place in row.positions().filter(|place| !part.contains(*place)) {
                prop_assert_eq!(&whole[0][place], &whole[1][place]);
            }
        }
    }

    #[test]
    fn of_a_clock_that_has_moved_on_no_more_than_its_text_is_made_cells() {
        let drawn = |clock: &str| {
            let mut drawing = Drawing::new(AREA);
            drawing.write_line(&Line::from(vec![Span::raw("● "), Span::raw(clock), Span::raw(" s")]), AREA);
            drawing
        };
        let part = drawn("12").changed_part(&drawn("13"), AREA.y);
        assert_eq!(part, Some(Rect { x: AREA.x + 2, width: 2, height: 1, ..AREA }));
    }

    #[test]
    fn strokes_hold_in_their_order_and_within_their_area() {
        let mut drawing = Drawing::new(AREA);
        let red = Style::new().fg(Color::Red);
        drawing.write("abcdefgh", AREA, Style::new());
        drawing.erase(Rect::new(4, 0, 3, 9));
        drawing.set_style(Rect::new(6, 1, 2, 1), red);
        drawing.write("xy", Rect { x: 5, width: 1, ..AREA }, Style::new());
        let mut expected = Buffer::with_lines(["ab x fgh    ", "", ""]);
        expected.set_style(Rect::new(4, 0, 2, 1), red);
        expected.area = AREA;
        let mut buffer = Buffer::empty(AREA);
        drawing.paint(&mut buffer);
        assert_eq!(buffer, expected);
    }

    #[test]
    fn a_row_is_that_of_another_drawing_only_where_all_that_decides_on_its_cells_is_the_same() {
        let drawn = |text: &str, style, ground| {
            let mut drawing = Drawing::new(AREA);
            drawing.ground = ground;
            drawing.write(text, AREA, style);
            drawing
        };
        let (plain, red) = (Style::new(), Style::new().fg(Color::Red));
        let one = drawn("a", plain, None);
        let changed = |one: &Drawing, other: &Drawing, y| one.changed_part(other, y).is_some();
        assert!(!changed(&one, &drawn("a", plain, None), AREA.y));
        for other in [("b", plain, None), ("a", red, None), ("a", plain, Some((Color::Red, Color::Blue)))] {
            let other = drawn(other.0, other.1, other.2);
            assert!(changed(&one, &other, AREA.y) && changed(&other, &one, AREA.y));
        }
        assert!(!changed(&one, &drawn("b", plain, None), AREA.y + 1));
    }
}
