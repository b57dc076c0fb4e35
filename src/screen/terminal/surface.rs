//! The terminal and what it shows. A frame writes only what has changed: on a quiet screen a few cells of clocks, for which
//! ratatui's own terminal writes more around them than they take, and compares every cell in the dearest way.

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
use crate::screen::paint::Charset;

/// Frames of more cells are shown at once, which takes two sequences. Fewer cells come in one piece in any case.
const CELLS_AT_ONCE: usize = 128;

/// Whoever takes the terminal hides its cursor, and no frame shows it.
#[derive(Debug)]
pub(crate) struct Surface<W: Write> {
    out: W,
    /// Empty where the terminal is blank. The first frame needs no memory for it: that of a large terminal took a tenth of
    /// the time until then.
    shown: Vec<Cell>,
    /// Blank between frames.
    next: Buffer,
}

impl<W: Write> Surface<W> {
    /// A cleared terminal of that size.
    pub(crate) fn new(out: W, area: Rect) -> Self {
        let mut next = Buffer { area: Rect::ZERO, content: Vec::new() };
        make_blank(&mut next, area);
        Self { out, shown: Vec::new(), next }
    }

    pub(super) const fn area(&self) -> Rect {
        self.next.area
    }

    /// Where what is not a frame is written.
    pub(super) const fn out(&mut self) -> &mut W {
        &mut self.out
    }

    /// The terminal was cleared, and has that size now.
    pub(super) fn start_anew(&mut self, area: Rect) {
        self.shown.clear();
        if area != self.next.area {
            make_blank(&mut self.next, area);
        }
    }

    /// Shows what `render` draws on blank cells, with nothing in it that is not printable in `charset`. After an error, what
    /// was shown before counts as shown.
    pub(crate) fn draw(&mut self, charset: Charset, render: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        render(&mut self.next);
        let (mut frame, mut cells) = (Encoder::default(), 0);
        for_each_change(&self.shown, &mut self.next, charset, |x, y, cell| {
            frame.push(x, y, cell);
            cells += 1;
        });
        let written = self.write(&frame.finish(), cells);
        if written.is_ok() {
            std::mem::swap(&mut self.shown, &mut self.next.content);
        }
        // Behind the frame, so that it is not waited for.
        let area = self.next.area;
        make_blank(&mut self.next, area);
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

/// Gives the buffer that size and blank cells, in the memory it has. Not by its own `resize`, which copies each cell from
/// another.
fn make_blank(buffer: &mut Buffer, area: Rect) {
    let count = usize::from(area.width) * usize::from(area.height);
    buffer.content.truncate(count);
    buffer.reset();
    buffer.content.resize_with(count, || Cell::EMPTY);
    buffer.area = area;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::style::{Color, Modifier, Style};

    use super::*;
    use crate::screen::paint::replace_unprintable;

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
        fn a_frame_writes_what_ratatui_finds_changed(frames in prop::collection::vec(rows(), 1..5)) {
            let mut surface = Surface::new(Vec::new(), AREA);
            let mut shown = Buffer::empty(AREA);
            for rows in frames {
                let mut next = Buffer::empty(AREA);
                for (x, y, text, style) in rows {
                    next.set_string(x, y, text, style);
                }
                surface.out.clear();
                // With what is not printable, which ratatui leaves out.
                next[(1, 1)].set_symbol("\u{1b}");
                surface.draw(Charset::Unicode, |buffer| buffer.content.clone_from(&next.content)).unwrap();
                replace_unprintable(&mut next.content, Charset::Unicode);
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
        assert!(surface.draw(Charset::Unicode, hello).is_err());
        surface.out.0 = false;
        surface.draw(Charset::Unicode, hello).unwrap();
        assert_eq!(String::from_utf8_lossy(&surface.out.1), "\x1b[1Hhello");
    }
}
