//! Cells as few bytes: what moves the cursor and sets colours is most of a small frame, and of one in which text has changed
//! here and there. Sequences are those of ECMA-48 (CUP, CUF, SGR); colours beyond 16 as xterm has them.

use std::io::Write as _;

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr as _;

use crate::screen::paint::SIXTEEN;

/// Colours and attributes, as the terminal has them after a reset or after what was written since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Look {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

impl Look {
    const fn of(cell: &Cell) -> Self {
        Self { foreground: cell.fg, background: cell.bg, modifier: cell.modifier }
    }
}

const ATTRIBUTES: [(Modifier, &str); 9] = [
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::SLOW_BLINK, "5"),
    (Modifier::RAPID_BLINK, "6"),
    (Modifier::REVERSED, "7"),
    (Modifier::HIDDEN, "8"),
    (Modifier::CROSSED_OUT, "9"),
];

/// Column and row of the cursor.
#[derive(Clone, Copy, Debug)]
struct Place {
    x: u16,
    y: u16,
    /// Only ASCII was written since the place was last set, of which every terminal has the same idea of its width.
    is_sure: bool,
}

/// The bytes of one frame, which begins and ends with colours and attributes reset.
#[derive(Debug, Default)]
pub(super) struct Encoder {
    bytes: Vec<u8>,
    look: Look,
    place: Option<Place>,
}

impl Encoder {
    /// Adds a cell. Cells come by rows, and within a row from left to right.
    pub(super) fn push(&mut self, x: u16, y: u16, cell: &Cell) {
        self.go_to(x, y);
        self.dress(Look::of(cell));
        let symbol = cell.symbol();
        self.bytes.extend_from_slice(symbol.as_bytes());
        // Behind a wide character the place is set anew: terminals disagree on widths.
        let is_ascii = symbol.is_ascii();
        // Printable ASCII, as most is, without a look into the tables of widths.
        let is_narrow = matches!(symbol.as_bytes(), [b' '..=b'~']) || symbol.width() == 1;
        self.place = is_narrow.then(|| Place {
            x: x + 1,
            y,
            is_sure: is_ascii && self.place.is_some_and(|place| place.is_sure),
        });
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.dress(Look::default());
        self.bytes
    }

    fn go_to(&mut self, x: u16, y: u16) {
        match self.place {
            Some(place) if (place.x, place.y) == (x, y) => return,
            Some(place) if place.is_sure && place.y == y && place.x < x => match x - place.x {
                // A number that is left out counts as 1, also for the column in CUP below.
                1 => self.write(format_args!("\x1b[C")),
                columns => self.write(format_args!("\x1b[{columns}C")),
            },
            _ => match x {
                0 => self.write(format_args!("\x1b[{}H", y + 1)),
                _ => self.write(format_args!("\x1b[{};{}H", y + 1, x + 1)),
            },
        }
        self.place = Some(Place { x, y, is_sure: true });
    }

    /// Sets colours and attributes, in one sequence with what differs from the last ones.
    fn dress(&mut self, look: Look) {
        let mut last = std::mem::replace(&mut self.look, look);
        if last == look {
            return;
        }
        self.bytes.extend_from_slice(b"\x1b[");
        let mut separator = "";
        // Attributes are not ended one by one: what ends bold ends dim as well.
        let ends_attribute = !look.modifier.contains(last.modifier);
        if ends_attribute || look == Look::default() {
            last = Look::default();
            // A sequence without a number is a reset.
            separator = if look == last { "" } else { "0;" };
            self.write(format_args!("{separator}"));
            separator = "";
        }
        for (attribute, number) in ATTRIBUTES {
            if look.modifier.difference(last.modifier).contains(attribute) {
                self.write(format_args!("{separator}{number}"));
                separator = ";";
            }
        }
        for (colour, was, base) in
            [(look.foreground, last.foreground, 30), (look.background, last.background, 40)]
        {
            if colour != was {
                self.write(format_args!("{separator}"));
                self.colour(colour, base);
                separator = ";";
            }
        }
        self.bytes.push(b'm');
    }

    /// The parameters that choose a colour; `base` is 30 for the foreground and 40 for the background.
    fn colour(&mut self, colour: Color, base: u8) {
        match colour {
            // 39 and 49: the colours that the terminal has without any set.
            Color::Reset => self.write(format_args!("{}", base + 9)),
            Color::Indexed(index) => self.write(format_args!("{};5;{index}", base + 8)),
            Color::Rgb(red, green, blue) => {
                self.write(format_args!("{};2;{red};{green};{blue}", base + 8));
            }
            // The eight bright ones follow 60 behind the dark ones.
            named => {
                let place = (0..).zip(SIXTEEN).find_map(|(place, one)| (one == named).then_some(place));
                let place = place.unwrap_or(0);
                self.write(format_args!("{}", if place < 8 { base + place } else { base + 52 + place }));
            }
        }
    }

    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        // Memory takes all that is written.
        let _ = self.bytes.write_fmt(text);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::{buffer::Buffer, layout::Rect};

    use super::*;

    const AREA: Rect = Rect::new(0, 0, 12, 4);

    fn encoded(from: &Buffer, to: &Buffer) -> Vec<u8> {
        let mut encoder = Encoder::default();
        for (x, y, cell) in from.diff(to) {
            encoder.push(x, y, cell);
        }
        encoder.finish()
    }

    fn buffer(cells: &[(u16, &str, Look)]) -> Buffer {
        let mut buffer = Buffer::empty(AREA);
        for (place, symbol, look) in cells {
            // Two columns each, as there are cells of two letters.
            let (x, y) = (place * 2 % AREA.width, place * 2 / AREA.width % AREA.height);
            let style = ratatui::style::Style::reset().fg(look.foreground).bg(look.background);
            buffer.set_string(x, y, symbol, style.add_modifier(look.modifier));
        }
        buffer
    }

    /// What vt100 knows of: colours, bold or dim but not both, italic, underlined.
    fn look() -> impl Strategy<Value = Look> {
        let colour = prop_oneof![
            Just(Color::Reset),
            Just(Color::Red),
            Just(Color::Gray),
            Just(Color::DarkGray),
            Just(Color::White),
            any::<u8>().prop_map(Color::Indexed),
            any::<[u8; 3]>().prop_map(|[red, green, blue]| Color::Rgb(red, green, blue)),
        ];
        let weight = prop::sample::select(vec![Modifier::empty(), Modifier::BOLD, Modifier::DIM]);
        let others = prop::sample::subsequence(vec![Modifier::ITALIC, Modifier::UNDERLINED], 0..=2);
        (colour.clone(), colour, weight, others).prop_map(|(foreground, background, weight, others)| {
            let modifier = others.into_iter().fold(weight, Modifier::union);
            Look { foreground, background, modifier }
        })
    }

    fn cells() -> impl Strategy<Value = Vec<(u16, &'static str, Look)>> {
        let symbol = prop::sample::select(vec!["a", "Z ", " ", "ab", "é", "é─", "⣿"]);
        prop::collection::vec((0..AREA.width * AREA.height, symbol, look()), 0..40)
    }

    fn vt100_colour(colour: Color) -> vt100::Color {
        match colour {
            Color::Reset => vt100::Color::Default,
            Color::Red => vt100::Color::Idx(1),
            Color::Gray => vt100::Color::Idx(7),
            Color::DarkGray => vt100::Color::Idx(8),
            Color::White => vt100::Color::Idx(15),
            Color::Indexed(index) => vt100::Color::Idx(index),
            Color::Rgb(red, green, blue) => vt100::Color::Rgb(red, green, blue),
            other => unreachable!("{other:?} is not among the looks"),
        }
    }

    proptest! {
        #[test]
        fn a_terminal_shows_what_the_cells_are(frames in prop::collection::vec(cells(), 1..4)) {
            let mut terminal = vt100::Parser::new(AREA.height.try_into().unwrap(), AREA.width.try_into().unwrap(), 0);
            let mut last = Buffer::empty(AREA);
            for frame in &frames {
                let next = buffer(frame);
                terminal.process(&encoded(&last, &next));
                for y in 0..AREA.height {
                    for x in 0..AREA.width {
                        let (cell, shown) = (&next[(x, y)], terminal.screen().cell(y, x).unwrap());
                        if shown.is_wide_continuation() {
                            continue;
                        }
                        let symbol = if shown.has_contents() { shown.contents() } else { " " };
                        prop_assert_eq!(symbol, cell.symbol(), "at {},{}", x, y);
                        prop_assert_eq!(shown.fgcolor(), vt100_colour(cell.fg), "at {},{}", x, y);
                        prop_assert_eq!(shown.bgcolor(), vt100_colour(cell.bg), "at {},{}", x, y);
                        prop_assert_eq!(shown.bold(), cell.modifier.contains(Modifier::BOLD));
                        prop_assert_eq!(shown.dim(), cell.modifier.contains(Modifier::DIM));
                        prop_assert_eq!(shown.italic(), cell.modifier.contains(Modifier::ITALIC));
                        prop_assert_eq!(shown.underline(), cell.modifier.contains(Modifier::UNDERLINED));
                    }
                }
                last = next;
            }
        }
    }

    #[test]
    fn behind_a_wide_character_the_place_is_named() {
        assert_eq!(text(&[(0, "漢", PLAIN), (1, "b", PLAIN)]), "\x1b[1H漢\x1b[1;3Hb");
    }

    fn text(cells: &[(u16, &str, Look)]) -> String {
        String::from_utf8(encoded(&Buffer::empty(AREA), &buffer(cells))).unwrap()
    }

    const PLAIN: Look =
        Look { foreground: Color::Reset, background: Color::Reset, modifier: Modifier::empty() };
    const LOUD: Look = Look { foreground: Color::Red, background: Color::Reset, modifier: Modifier::BOLD };

    #[test]
    fn nothing_is_written_for_cells_that_are_as_they_were() {
        assert_eq!(text(&[]), "");
    }

    #[test]
    fn a_gap_behind_ascii_is_a_step_and_elsewhere_the_place_is_named() {
        assert_eq!(text(&[(0, "a", PLAIN), (1, "b", PLAIN), (3, "c", PLAIN)]), "\x1b[1Ha\x1b[Cb\x1b[3Cc");
        assert_eq!(text(&[(0, "─", PLAIN), (1, "b", PLAIN)]), "\x1b[1H─\x1b[1;3Hb");
        assert_eq!(text(&[(5, "a", PLAIN), (7, "b", PLAIN)]), "\x1b[1;11Ha\x1b[2;3Hb");
    }

    #[test]
    fn a_look_is_one_sequence_and_ends_with_the_shortest() {
        assert_eq!(text(&[(0, "a", LOUD), (1, "b", PLAIN)]), "\x1b[1H\x1b[1;31ma\x1b[C\x1b[mb");
        let dim = Look { modifier: Modifier::DIM, ..LOUD };
        assert_eq!(text(&[(0, "a", LOUD), (1, "b", dim)]), "\x1b[1H\x1b[1;31ma\x1b[C\x1b[0;2;31mb\x1b[m");
    }
}
