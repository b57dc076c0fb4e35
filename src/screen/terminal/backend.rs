//! The terminal that frames are drawn on, always with a usable size: some terminals report none, and an absurd one must
//! not exhaust the memory.

use std::{
    env,
    io::{self, Write},
};

use ratatui::{
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::Cell,
    layout::{Position, Size},
};

/// The size assumed where the terminal reports none: a serial console, a container without a terminal size.
const DEFAULT_SIZE: Size = Size { width: 80, height: 24 };

/// The largest screen that is drawn on.
const MAX_SIZE: Size = Size { width: 1000, height: 400 };

/// [`CrosstermBackend`] with a usable size.
#[derive(Debug)]
pub(super) struct SizedBackend<W: Write>(CrosstermBackend<W>);

impl<W: Write> SizedBackend<W> {
    pub(super) const fn new(out: W) -> Self {
        Self(CrosstermBackend::new(out))
    }
}

/// The size to draw at: the one reported; in place of a 0 the one in `COLUMNS` and `LINES`, else the default.
fn usable(reported: Size, variable: impl Fn(&str) -> Option<String>) -> Size {
    let of = |reported: u16, name: &str, default: u16, max: u16| {
        let variable_size =
            || variable(name)?.trim().parse().ok().filter(|variable_size: &u16| *variable_size > 0);
        let size = if reported > 0 { reported } else { variable_size().unwrap_or(default) };
        size.min(max)
    };
    Size {
        width: of(reported.width, "COLUMNS", DEFAULT_SIZE.width, MAX_SIZE.width),
        height: of(reported.height, "LINES", DEFAULT_SIZE.height, MAX_SIZE.height),
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
    fn a_missing_size_is_taken_from_the_environment_else_the_default() {
        let size = |width, height| Size { width, height };
        let variable_size = |name: &str| Some(if name == "LINES" { "30" } else { "100" }.to_owned());
        assert_eq!(usable(size(0, 0), |_| None), DEFAULT_SIZE);
        assert_eq!(usable(size(0, 0), variable_size), size(100, 30));
        assert_eq!(usable(size(120, 0), variable_size), size(120, 30));
        assert_eq!(usable(size(120, 40), variable_size), size(120, 40));
        for nonsense in ["", "0", "-1", "99999999", "many"] {
            assert_eq!(usable(size(0, 0), |_| Some(nonsense.to_owned())), DEFAULT_SIZE, "{nonsense}");
        }
    }

    #[test]
    fn an_enormous_size_is_bounded() {
        assert_eq!(usable(Size { width: u16::MAX, height: u16::MAX }, |_| None), MAX_SIZE);
    }
}
