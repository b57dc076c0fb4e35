//! The terminal as ratatui draws on it, with nothing written for what is as it was: on a quiet screen a frame is a few
//! cells of clocks, and ratatui's own backend writes more around them than they take.

use std::io::{self, Write};

use crossterm::{
    queue,
    terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate},
};
use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};

use super::encoder::Encoder;

/// Frames of more cells are shown at once, which takes two sequences. Fewer cells come in one piece in any case.
const CELLS_AT_ONCE: usize = 128;

/// Whoever takes the terminal hides its cursor, and no frame shows it.
#[derive(Debug)]
pub(crate) struct FrameBackend<W: Write>(CrosstermBackend<W>);

impl<W: Write> FrameBackend<W> {
    pub(crate) const fn new(out: W) -> Self {
        Self(CrosstermBackend::new(out))
    }
}

impl<W: Write> Write for FrameBackend<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.0)
    }
}

impl<W: Write> Backend for FrameBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let (mut frame, mut cells) = (Encoder::default(), 0);
        for (x, y, cell) in content {
            frame.push(x, y, cell);
            cells += 1;
        }
        let frame = frame.finish();
        if cells <= CELLS_AT_ONCE {
            return self.0.write_all(&frame);
        }
        queue!(self.0, BeginSynchronizedUpdate)?;
        // Ended whatever became of the frame: within a synchronized update a terminal shows nothing new.
        let drawn = self.0.write_all(&frame);
        drawn.and(queue!(self.0, EndSynchronizedUpdate))
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.0.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.0.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.0.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.0.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.0.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.0.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.0)
    }
}
