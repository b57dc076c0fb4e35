//! The two fronts of a watch behind one type: the screen, and plain lines.

use std::io;

use crossterm::event::Event as TerminalEvent;

use crate::run::{Summary, Timestamp};

use super::{
    headless::{Headless, Transcript},
    output::say_on_error,
    screen_front::ScreenFront,
};

pub(crate) enum Front {
    Screen(Box<ScreenFront>),
    Headless(Headless),
    /// Nowhere any more, as standard output has failed; the record goes on.
    Silent(io::Error),
}

impl Front {
    /// What makes the text for [`Self::print`]; nothing where the screen is drawn from the run itself.
    pub(crate) fn transcript(&self) -> Option<Transcript> {
        match self {
            Self::Headless(headless) => Some(headless.transcript()),
            Self::Screen(_) | Self::Silent(_) => None,
        }
    }

    /// Prints a text of the transcript.
    pub(crate) fn print(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::Screen(_) | Self::Silent(_) => Ok(()),
            Self::Headless(headless) => headless.print(text),
        }
    }

    pub(crate) fn screen(&mut self) -> Option<&mut ScreenFront> {
        match self {
            Self::Screen(screen) => Some(screen),
            Self::Headless(_) | Self::Silent(_) => None,
        }
    }

    /// The next event of the terminal, `None` once at its end; never ready without a screen. Cancel-safe, as
    /// [`TerminalInput::next`](super::terminal_input::TerminalInput::next) is.
    pub(crate) async fn next_key(&mut self) -> Option<TerminalEvent> {
        match self.screen() {
            Some(screen) => screen.input().next().await,
            None => std::future::pending().await,
        }
    }

    /// Shows a sentence about something that went wrong, on standard error where there is no screen.
    pub(crate) fn warn(&mut self, text: String, now: Timestamp) {
        match self.screen() {
            Some(screen) => screen.complain(text, now),
            // There is no other place to report that this fails too.
            None => drop(say_on_error(&text)),
        }
    }

    /// Whether the closing text is printed by [`Self::finish`].
    pub(crate) fn says_closing(&self) -> bool {
        match self {
            Self::Screen(_) => true,
            Self::Headless(headless) => headless.says_closing(),
            Self::Silent(_) => false,
        }
    }

    /// Gives the terminal back and prints the closing text or the summary.
    pub(crate) fn finish(self, summary: &Summary, closing: &str) -> io::Result<()> {
        match self {
            Self::Screen(screen) => screen.finish(closing),
            Self::Headless(mut headless) => headless.finish(summary, closing),
            // A full disk behind the output makes the command fail; a reader or a terminal that is gone does
            // not.
            Self::Silent(error) => Err(error),
        }
    }
}
