//! The terminal that frames are drawn on, with a size that is always one: some terminals tell none, and a
//! made-up one must not use up the memory.

use std::{
    env,
    io::{self, Write},
};

use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};

/// The size of a terminal that tells none: a serial console, a container without one.
const USUAL: Size = Size { width: 80, height: 24 };

/// The largest screen that is drawn on.
const LARGEST: Size = Size { width: 1000, height: 400 };

/// [`CrosstermBackend`] with such a size.
#[derive(Debug)]
pub(super) struct SizedBackend<W: Write>(CrosstermBackend<W>);

impl<W: Write> SizedBackend<W> {
    pub(super) const fn new(out: W) -> Self {
        Self(CrosstermBackend::new(out))
    }
}

/// The size to draw at: what the terminal tells, in place of a 0 what `COLUMNS` and `LINES` say, or the usual.
fn usable(told: Size, variable: impl Fn(&str) -> Option<String>) -> Size {
    let of = |told: u16, name: &str, usual: u16, largest: u16| {
        let said = || variable(name)?.trim().parse().ok().filter(|said: &u16| *said > 0);
        let size = if told > 0 { told } else { said().unwrap_or(usual) };
        size.min(largest)
    };
    Size {
        width: of(told.width, "COLUMNS", USUAL.width, LARGEST.width),
        height: of(told.height, "LINES", USUAL.height, LARGEST.height),
    }
}

impl<W: Write> Write for SizedBackend<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.0)
    }
}

impl<W: Write> Backend for SizedBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.0.draw(content)
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.0.append_lines(lines)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.0.hide_cursor()
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

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        self.0.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        Ok(usable(self.0.size()?, |name| env::var(name).ok()))
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.0.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_without_a_size_has_the_one_of_the_environment_or_the_usual() {
        let size = |width, height| Size { width, height };
        let said = |name: &str| Some(if name == "LINES" { "30" } else { "100" }.to_owned());
        assert_eq!(usable(size(0, 0), |_| None), USUAL);
        assert_eq!(usable(size(0, 0), said), size(100, 30));
        assert_eq!(usable(size(120, 0), said), size(120, 30));
        assert_eq!(usable(size(120, 40), said), size(120, 40));
        for nonsense in ["", "0", "-1", "99999999", "many"] {
            assert_eq!(usable(size(0, 0), |_| Some(nonsense.to_owned())), USUAL, "{nonsense}");
        }
    }

    #[test]
    fn an_enormous_terminal_does_not_use_up_the_memory() {
        assert_eq!(usable(Size { width: u16::MAX, height: u16::MAX }, |_| None), LARGEST);
    }
}
