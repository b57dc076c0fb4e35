//! The terminal and what it shows. A frame writes only what has changed: on a quiet screen a few cells of clocks, for which
//! ratatui's own terminal writes more around them than they take, and compares every cell in the dearest way.

use std::io::{self, Write};

use crossterm::{
    queue,
    terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate},
};
use ratatui::{
    buffer::{Buffer, Cell, CellDiffOption},
    layout::Rect,
};

use super::encoder::Encoder;

/// Frames of more cells are shown at once, which takes two sequences. Fewer cells come in one piece in any case.
const CELLS_AT_ONCE: usize = 128;

/// Whoever takes the terminal hides its cursor, and no frame shows it.
#[derive(Debug)]
pub(crate) struct Surface<W: Write> {
    out: W,
    shown: Buffer,
    /// Kept from frame to frame for its memory alone.
    next: Buffer,
}

impl<W: Write> Surface<W> {
    /// A cleared terminal of that size.
    pub(crate) fn new(out: W, area: Rect) -> Self {
        Self { out, shown: Buffer::empty(area), next: Buffer::empty(area) }
    }

    pub(super) const fn area(&self) -> Rect {
        self.shown.area
    }

    /// Where what is not a frame is written.
    pub(super) const fn out(&mut self) -> &mut W {
        &mut self.out
    }

    /// The terminal was cleared, and has that size now.
    pub(super) fn start_anew(&mut self, area: Rect) {
        for buffer in [&mut self.shown, &mut self.next] {
            // In the memory it has: for a large terminal, fresh memory takes a tenth of the time to the first frame.
            buffer.resize(area);
            buffer.reset();
        }
    }

    /// Shows what `render` draws on blank cells. After an error, what was shown before counts as shown.
    pub(crate) fn draw(&mut self, render: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        self.next.reset();
        render(&mut self.next);
        skip_unchanged_rows(&self.shown, &mut self.next);
        let (mut frame, mut cells) = (Encoder::default(), 0);
        for (x, y, cell) in self.shown.diff_iter(&self.next) {
            frame.push(x, y, cell);
            cells += 1;
        }
        self.write(&frame.finish(), cells)?;
        for cell in &mut self.next.content {
            cell.diff_option = CellDiffOption::None;
        }
        std::mem::swap(&mut self.shown, &mut self.next);
        Ok(())
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

/// Spares the rows that are as they were the look for changes, which asks for the width of each cell and took two fifths of
/// a frame.
fn skip_unchanged_rows(shown: &Buffer, next: &mut Buffer) {
    let width = usize::from(next.area.width).max(1);
    for (shown, next) in shown.content.chunks(width).zip(next.content.chunks_mut(width)) {
        if shown.iter().zip(&*next).all(|(shown, next)| looks_alike(shown, next)) {
            for cell in next {
                cell.diff_option = CellDiffOption::Skip;
            }
        }
    }
}

/// As cells compare themselves, which for each calls a comparison of memory.
fn looks_alike(one: &Cell, other: &Cell) -> bool {
    let symbols_match = match (one.symbol().as_bytes(), other.symbol().as_bytes()) {
        ([one], [other]) => one == other,
        (one, other) => one == other,
    };
    symbols_match && one.fg == other.fg && one.bg == other.bg && one.modifier == other.modifier
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::style::{Color, Modifier, Style};

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

    fn expected(shown: &Buffer, next: &Buffer) -> Vec<u8> {
        let mut frame = Encoder::default();
        shown.diff_iter(next).for_each(|(x, y, cell)| frame.push(x, y, cell));
        frame.finish()
    }

    proptest! {
        #[test]
        fn rows_that_are_skipped_would_have_written_nothing(frames in prop::collection::vec(rows(), 1..5)) {
            let mut surface = Surface::new(Vec::new(), AREA);
            let mut shown = Buffer::empty(AREA);
            for rows in frames {
                let mut next = Buffer::empty(AREA);
                for (x, y, text, style) in rows {
                    next.set_string(x, y, text, style);
                }
                surface.out.clear();
                surface.draw(|buffer| buffer.clone_from(&next)).unwrap();
                let expected = expected(&shown, &next);
                prop_assert_eq!(String::from_utf8_lossy(&surface.out), String::from_utf8_lossy(&expected));
                shown = next;
            }
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
        let hello = |buffer: &mut Buffer| buffer.set_string(0, 0, "hello", Style::reset());
        assert!(surface.draw(hello).is_err());
        surface.out.0 = false;
        surface.draw(hello).unwrap();
        assert_eq!(String::from_utf8_lossy(&surface.out.1), "\x1b[1Hhello");
    }
}
