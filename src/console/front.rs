//! The two fronts of a watch behind one type: the screen, and plain lines.

use std::io;

use crate::run::{Record, Run, Summary};

use super::{headless::Headless, lines::LineSink, screen_front::ScreenFront};

/// Where a watch is shown.
pub(crate) enum Front {
    /// The dashboard.
    Screen(Box<ScreenFront>),
    /// Lines on standard output.
    Headless(Headless<LineSink>),
    /// Nowhere any more, as standard output has failed; the record goes on.
    Silent(io::Error),
}

impl Front {
    /// Tells the front what was just recorded; `line` is the record as it stands in the journal.
    ///
    /// # Errors
    /// Standard output is gone, or takes no more.
    pub(crate) fn noticed(&mut self, record: &Record, line: &str, run: &Run) -> io::Result<()> {
        match self {
            // The screen is drawn from the run itself.
            Self::Screen(_) | Self::Silent(_) => Ok(()),
            Self::Headless(headless) => headless.noticed(record, line, run),
        }
    }

    /// Whether the closing text is said by [`Self::finish`].
    pub(crate) fn says_closing(&self) -> bool {
        match self {
            Self::Screen(_) => true,
            Self::Headless(headless) => headless.says_closing(),
            Self::Silent(_) => false,
        }
    }

    /// Gives the terminal back and says the last words.
    pub(crate) fn finish(self, summary: &Summary, closing: &str) -> io::Result<()> {
        match self {
            Self::Screen(screen) => screen.finish(closing),
            Self::Headless(mut headless) => headless.finish(summary, closing),
            Self::Silent(error) => Err(error),
        }
    }
}
