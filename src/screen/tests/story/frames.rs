//! The frames of a story.

use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use super::Story;
use crate::screen::{Scene, draw_cells};

impl Story {
    pub(in crate::screen::tests) fn buffer(&self, width: u16, height: u16) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        let scene =
            Scene { facts: self.facts(), view: &self.view, theme: &self.theme, journal: &self.journal };
        terminal.draw(|frame| draw_cells(frame.buffer_mut(), &scene)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// The frame as text, blanks at line ends left out.
    pub(in crate::screen::tests) fn frame(&self, width: u16, height: u16) -> String {
        let buffer = self.buffer(width, height);
        let row = |y: u16| {
            let mut skip = 0;
            let mut text = String::new();
            for x in 0..width {
                let symbol = buffer[(x, y)].symbol();
                if skip == 0 {
                    text.push_str(symbol);
                    skip = unicode_width::UnicodeWidthStr::width(symbol).max(1);
                }
                skip -= 1;
            }
            text.trim_end().to_owned()
        };
        (0..height).map(row).collect::<Vec<_>>().join("\n")
    }
}
