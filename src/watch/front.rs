//! The two fronts of a watch behind one type: the screen, and plain lines.

use std::io::{self, Stdout, Write};

use crate::run::{Record, Run, Summary};

use super::{headless::Headless, lines::LineSink, screen_front::ScreenFront};

/// The way to standard output.
pub(super) enum Output {
    /// As it goes: a run on virtual time waits for its reader.
    Direct(Stdout),
    /// Behind a thread: a run on real time waits for nobody.
    Threaded(LineSink),
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Direct(out) => out.write(bytes),
            Self::Threaded(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Direct(out) => out.flush(),
            Self::Threaded(out) => out.flush(),
        }
    }
}

/// Where a watch is shown.
pub(super) enum Front {
    /// The dashboard.
    Screen(Box<ScreenFront>),
    /// Lines on standard output.
    Headless(Headless<Output>),
}

impl Front {
    /// Tells the front what was just recorded; `line` is the record as it stands in the journal.
    ///
    /// # Errors
    /// Standard output is gone.
    pub(super) fn noticed(&mut self, record: &Record, line: &str, run: &Run) -> io::Result<()> {
        match self {
            // The screen is drawn from the run itself.
            Self::Screen(_) => Ok(()),
            Self::Headless(headless) => headless.noticed(record, line, run),
        }
    }

    /// Gives the terminal back and says the last words.
    pub(super) fn finish(self, summary: &Summary, closing: &str) -> io::Result<()> {
        match self {
            Self::Screen(screen) => screen.finish(closing),
            Self::Headless(mut headless) => headless.finish(summary, closing),
        }
    }
}
