//! The terminal and what it shows. A frame writes only what has changed: on a quiet screen a few cells of clocks, for which
//! ratatui's own terminal writes more around them than they take, and makes and compares every cell. Here that is done of the
//! parts of rows alone that were drawn in another way than before.

use std::io::{self, Write};

use crossterm::{
    queue,
    terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate},
};
use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
};

use super::{changes::for_each_change, encoder::Encoder};
use crate::screen::paint::{Charset, Drawing, replace_unprintable};

/// Frames of more cells are shown at once, which takes two sequences. Fewer cells come in one piece in any case.
const CELLS_AT_ONCE: usize = 128;

/// Whoever takes the terminal hides its cursor, and no frame shows it.
#[derive(Debug)]
pub(crate) struct Surface<W: Write> {
    out: W,
    /// What the terminal shows, and the charset that it was checked for.
    shown: Drawing,
    charset: Charset,
    /// Blank between frames.
    next: Drawing,
}

impl<W: Write> Surface<W> {
    /// A cleared terminal of that size.
    pub(crate) fn new(out: W, area: Rect) -> Self {
        Self { out, shown: Drawing::new(area), charset: Charset::default(), next: Drawing::new(area) }
    }

    pub(in crate::screen) const fn area(&self) -> Rect {
        self.next.area
    }

    /// Where what is not a frame is written.
    pub(super) const fn out(&mut self) -> &mut W {
        &mut self.out
    }

    /// The terminal was cleared, and has that size now.
    pub(super) fn start_anew(&mut self, area: Rect) {
        self.shown.start_anew(area);
        self.next.start_anew(area);
    }

    /// Shows what `render` draws on a blank area, with nothing in it that is not printable in `charset`. After an error, what
    /// was shown before counts as shown.
    pub(crate) fn draw(&mut self, charset: Charset, render: impl FnOnce(&mut Drawing)) -> io::Result<()> {
        render(&mut self.next);
        let (mut frame, mut cells) = (Encoder::default(), 0);
        let [mut shown, mut next] = [(); 2].map(|()| Buffer::default());
        let area = self.area();
        for y in area.top()..area.bottom() {
            let part = if charset == self.charset {
                self.next.changed_part(&self.shown, y)
            } else {
                Some(Rect { y, height: 1, ..area })
            };
            let Some(part) = part else { continue };
            make_part(&self.shown, part, self.charset, &mut shown);
            make_part(&self.next, part, charset, &mut next);
            for_each_change(&shown.content, &next.content, |x, cell| {
                frame.push(part.x + x, y, cell);
                cells += 1;
            });
        }
        let written = self.write(&frame.finish(), cells);
        if written.is_ok() {
            std::mem::swap(&mut self.shown, &mut self.next);
            self.charset = charset;
        }
        // Behind the frame, so that it is not waited for.
        self.next.start_anew(area);
        written
    }

    fn write(&mut self, frame: &[u8], cells: usize) -> io::Result<()> {
        if cells <= CELLS_AT_ONCE {
            self.out.write_all(frame)?;
            return self.out.flush();
        }
        queue!(self.out, BeginSynchronizedUpdate)?;
        // Ended whatever became of the frame: within a synchronized update a terminal shows nothing new.
        let drawn = self.out.write_all(frame);
        drawn.and(queue!(self.out, EndSynchronizedUpdate))?;
        self.out.flush()
    }
}

/// Makes the cells of a part of a row, as a terminal of that charset may show them, in the memory of `cells`.
fn make_part(drawing: &Drawing, part: Rect, charset: Charset, cells: &mut Buffer) {
    cells.area = part;
    cells.content.clear();
    cells.content.resize_with(part.width.into(), || Cell::EMPTY);
    drawing.paint_row(part.y, cells);
    replace_unprintable(&mut cells.content, charset);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::{
        buffer::CellWidth as _,
        style::{Color, Modifier, Style},
    };

    use super::*;

    const AREA: Rect = Rect::new(0, 0, 10, 4);

    fn rows() -> impl Strategy<Value = Vec<(u16, u16, &'static str, Style)>> {
        let text =
            prop::sample::select(vec!["a", "ab", " ", "漢", "漢字漢字漢字", "é", "⚠️", "x漢", "──────────"]);
        let style = prop::sample::select(vec![
            Style::reset(),
            Style::reset().fg(Color::Red),
            Style::reset().bg(Color::Blue),
            Style::reset().add_modifier(Modifier::REVERSED),
        ]);
        prop::collection::vec((0..AREA.width, 0..AREA.height, text, style), 0..12)
    }

    fn look() -> impl Strategy<Value = (Charset, Option<(Color, Color)>)> {
        let ground = prop::sample::select(vec![
            None,
            Some((Color::White, Color::Black)),
            Some((Color::Red, Color::Blue)),
        ]);
        (prop::sample::select(vec![Charset::Unicode, Charset::Unicode, Charset::Ascii]), ground)
    }

    /// What ratatui finds changed, where a wide character that is replaced leaves its colours behind whatever they are.
    fn expected(shown: &Buffer, next: &Buffer) -> Vec<u8> {
        let (mut frame, mut shown) = (Encoder::default(), shown.clone());
        for (was, cell) in shown.content.iter_mut().zip(&next.content) {
            if was != cell && was.cell_width() > 1 {
                was.bg = Color::Indexed(200);
            }
        }
        shown.diff_iter(next).for_each(|(x, y, cell)| frame.push(x, y, cell));
        frame.finish()
    }

    proptest! {
        #[test]
        fn a_frame_writes_what_ratatui_finds_changed(frames in prop::collection::vec((rows(), look()), 1..5)) {
            let mut surface = Surface::new(Vec::new(), AREA);
            let mut shown = Buffer::empty(AREA);
            for (rows, (charset, ground)) in frames {
                let mut next = Buffer::empty(AREA);
                for (x, y, text, style) in &rows {
                    next.set_string(*x, *y, text, *style);
                }
                if let Some((text, background)) = ground {
                    for cell in &mut next.content {
                        cell.fg = if cell.fg == Color::Reset { text } else { cell.fg };
                        cell.bg = if cell.bg == Color::Reset { background } else { cell.bg };
                    }
                }
                replace_unprintable(&mut next.content, charset);
                surface.out.clear();
                let draw = |drawing: &mut Drawing| {
                    drawing.ground = ground;
                    for (x, y, text, style) in rows {
                        drawing.write(text, Rect { x, y, ..AREA }, style);
                    }
                };
                surface.draw(charset, draw).unwrap();
                let expected = expected(&shown, &next);
                prop_assert_eq!(String::from_utf8_lossy(&surface.out), String::from_utf8_lossy(&expected));
                shown = next;
            }
        }
    }

    #[test]
    fn what_is_drawn_as_before_is_checked_anew_for_another_charset() {
        let mut surface = Surface::new(Vec::new(), AREA);
        let letter = |drawing: &mut Drawing| drawing.write("é", AREA, Style::reset());
        for (charset, expected) in
            [(Charset::Unicode, "\x1b[1Hé"), (Charset::Unicode, ""), (Charset::Ascii, "\x1b[1H?")]
        {
            surface.out.clear();
            surface.draw(charset, letter).unwrap();
            assert_eq!(String::from_utf8_lossy(&surface.out), expected);
        }
    }

    #[test]
    fn what_was_not_written_counts_as_not_shown() {
        #[derive(Default)]
        struct Full(bool, Vec<u8>);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                if self.0 { Err(io::ErrorKind::StorageFull.into()) } else { self.1.write(bytes) }
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut surface = Surface::new(Full::default(), AREA);
        surface.out.0 = true;
        let hello = |drawing: &mut Drawing| drawing.write("hello", AREA, Style::reset());
        assert!(surface.draw(Charset::Unicode, hello).is_err());
        surface.out.0 = false;
        surface.draw(Charset::Unicode, hello).unwrap();
        assert_eq!(String::from_utf8_lossy(&surface.out.1), "\x1b[1Hhello");
    }
}
