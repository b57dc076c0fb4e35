//! Entering and leaving the terminal's full screen: alternate screen, raw mode, hidden cursor, bracketed paste. Keys are
//! read elsewhere; what is drawn is decided elsewhere.

mod changes;
mod clipboard;
mod encoder;
mod size;
mod surface;

use std::{
    io::{self, Write},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use crossterm::{
    cursor::{Hide, MoveTo, Show},
    event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste},
    execute, queue,
    style::ResetColor,
    terminal::{
        BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
        LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
    },
};
use nix::{
    sys::termios::{LocalFlags, OutputFlags, tcgetattr},
    unistd::{getpgrp, tcgetpgrp},
};
use ratatui::layout::Rect;

pub(crate) use self::{size::drawn_area, surface::Surface};
use super::{Scene, draw, paint::Clipboard};
use crate::timed_write::{Stream, write_or_discard_within};

/// How long a terminal that accepts no output delays leaving.
const LEAVE_TIMEOUT: Duration = Duration::from_millis(500);

/// Whether the terminal is ours at the moment. One process has one terminal.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back, if it is ours. May be called any number of times, from anywhere: each
/// step is tried whatever became of the one before.
pub(crate) fn leave_terminal() {
    // A swap, because a panic on another thread may come here while the terminal is being dropped.
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut bytes = Vec::new();
    // There is nobody to report either error to, and a terminal that accepts no output stays as it is.
    let _ = give_back(&mut bytes);
    let _ = write_or_discard_within(Stream::Output, bytes, LEAVE_TIMEOUT);
    // A shell that has the terminal back has set modes of its own,
    // which must stay. While it is still in raw mode, no shell has.
    if is_in_foreground() || is_in_raw_mode() {
        let _ = disable_raw_mode();
    }
}

/// Whether this process may use the terminal; true where there is no job control.
pub(crate) fn is_in_foreground() -> bool {
    match tcgetpgrp(io::stdout()) {
        Ok(group) if group.as_raw() > 0 => group == getpgrp(),
        // No controlling terminal, or one whose foreground group is not visible (a container).
        _ => true,
    }
}

/// Whether the terminal is as [`take`] leaves it, and not as a shell has set it since.
fn is_in_raw_mode() -> bool {
    tcgetattr(io::stdout()).is_ok_and(|mode| {
        !mode.local_flags.intersects(LocalFlags::ISIG | LocalFlags::ICANON)
            && !mode.output_flags.contains(OutputFlags::OPOST)
    })
}

/// Asks for the background (OSC 11), and for a report whenever the colours change (mode 2031).
const ASK_FOR_BACKGROUND: &[u8] = b"\x1b]11;?\x1b\\\x1b[?2031h";

/// Ends these reports.
const NO_COLOUR_REPORTS: &[u8] = b"\x1b[?2031l";

/// A row that no terminal has: the cursor goes to the last one.
const BELOW_ALL: u16 = 9998;

/// The sequences that undo [`take`], all written even where one fails.
fn give_back(out: &mut impl Write) -> io::Result<()> {
    let results = [
        // First of all: within a frame that was cut off, the terminal shows nothing else.
        queue!(out, EndSynchronizedUpdate),
        queue!(out, DisableBracketedPaste),
        queue!(out, DisableMouseCapture),
        out.write_all(NO_COLOUR_REPORTS),
        queue!(out, ResetColor, Show),
        // A terminal without an alternate screen keeps the frame: what follows goes below it, on a row of its own. With one,
        // leaving brings back the place of the cursor.
        queue!(out, MoveTo(0, BELOW_ALL), Clear(ClearType::CurrentLine)),
        queue!(out, LeaveAlternateScreen),
        out.flush(),
    ];
    results.into_iter().collect()
}

/// Asks the terminal to report buttons and the wheel. Not by crossterm's own command, which asks for every move as well.
fn capture_mouse(out: &mut impl Write) -> io::Result<()> {
    // 1000 reports buttons and the wheel. 1006 has the places as numbers: the older form ends at column 223.
    out.write_all(b"\x1b[?1000h\x1b[?1006h")
}

/// Written with the first frame, as one piece: there is nothing to see before it.
fn take(out: &mut impl Write) -> io::Result<()> {
    // Colours reset, as frames begin with them so and a shell may have left others.
    queue!(out, EnterAlternateScreen, EnableBracketedPaste, Hide, ResetColor)
}

/// Makes a panic give the terminal back before its message is printed. To be called after any
/// other panic hook is installed (such as an error reporter's), which then runs on the plain screen.
pub(crate) fn install_panic_hook() {
    let earlier = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        leave_terminal();
        earlier(info);
    }));
}

/// The terminal while it is ours; given back when dropped.
#[derive(Debug)]
pub(crate) struct Tui<W: Write> {
    surface: Surface<W>,
    /// Whether the terminal has been asked to report the mouse.
    has_mouse: bool,
}

impl<W: Write> Tui<W> {
    /// A terminal that is not taken yet. `out` leads to it, and keeps the order of what is written.
    pub(crate) fn new(out: W) -> io::Result<Self> {
        Ok(Self { surface: Surface::new(out, drawn_area()?), has_mouse: false })
    }

    /// Takes the terminal, for the first time or again after [`leave_terminal`]; after an error it is as it was.
    pub(crate) fn take(&mut self) -> io::Result<()> {
        // Marked first, so that a step that fails half-way is undone as well.
        ENTERED.store(true, Ordering::SeqCst);
        // Leaving has given it back; the next frame asks for it again.
        self.has_mouse = false;
        let taken = enable_raw_mode().and_then(|()| take(self.surface.out())).and_then(|()| self.redraw());
        if taken.is_err() {
            leave_terminal();
        }
        taken
    }

    /// Asks the terminal for its background, in front of the next frame; the answer comes with what is typed.
    pub(crate) fn ask_for_background(&mut self) -> io::Result<()> {
        self.surface.out().write_all(ASK_FOR_BACKGROUND)
    }

    /// Draws one frame; an unchanged one writes nothing.
    pub(crate) fn draw(&mut self, scene: &Scene<'_>) -> io::Result<()> {
        let (area, charset) = (drawn_area()?, scene.theme.charset);
        self.follow_mouse(scene.view.takes_mouse)?;
        if area == self.surface.area() {
            return self.surface.draw(charset, |drawing| draw(drawing, scene));
        }
        // What clears the screen and what fills it again are one update.
        queue!(self.surface.out(), BeginSynchronizedUpdate)?;
        let drawn =
            self.redraw_on(area).and_then(|()| self.surface.draw(charset, |drawing| draw(drawing, scene)));
        // Ended whatever became of the frame: within a synchronized update a terminal shows nothing new.
        let ended = execute!(self.surface.out(), EndSynchronizedUpdate);
        drawn.and(ended)
    }

    fn follow_mouse(&mut self, is_wanted: bool) -> io::Result<()> {
        if is_wanted == self.has_mouse {
            return Ok(());
        }
        self.has_mouse = is_wanted;
        let out = self.surface.out();
        if is_wanted { capture_mouse(out) } else { queue!(out, DisableMouseCapture) }
    }

    /// Hands `text` to the terminal's clipboard (OSC 52), in front of the next frame.
    pub(crate) fn copy(&mut self, text: &str, clipboard: Clipboard) -> io::Result<()> {
        self.surface.out().write_all(clipboard::copying(text, clipboard).as_bytes())
    }

    /// Forgets what is on the screen, so that the next frame is drawn whole.
    pub(crate) fn redraw(&mut self) -> io::Result<()> {
        self.redraw_on(drawn_area()?)
    }

    fn redraw_on(&mut self, area: Rect) -> io::Result<()> {
        // All of it: the terminal may be larger than what is drawn on. Whoever had the terminal may have shown the cursor.
        queue!(self.surface.out(), Hide, Clear(ClearType::All))?;
        self.surface.start_anew(area);
        Ok(())
    }
}

impl<W: Write> Drop for Tui<W> {
    fn drop(&mut self) {
        leave_terminal();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Held by tests of what the whole process shares.
    static ALONE: Mutex<()> = Mutex::new(());

    #[test]
    fn leaving_undoes_everything_that_entering_does() {
        let mut parser = vt100::Parser::default();
        let mut bytes = Vec::new();
        take(&mut bytes).unwrap();
        capture_mouse(&mut bytes).unwrap();
        parser.process(&bytes);
        let screen = parser.screen();
        assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
        assert_ne!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        bytes.clear();
        give_back(&mut bytes).unwrap();
        parser.process(&bytes);
        let screen = parser.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }

    #[test]
    fn without_an_alternate_screen_what_follows_starts_on_a_row_of_its_own() {
        let mut parser = vt100::Parser::default();
        parser.process(b"\x1b[22;1Hlog\x1b[24;1Hkeys of the screen\x1b[2;7H");
        let mut bytes = Vec::new();
        give_back(&mut bytes).unwrap();
        let bytes = String::from_utf8(bytes).unwrap().replace("\x1b[?1049l", "");
        parser.process(bytes.as_bytes());
        parser.process(b"INCOMPLETE");
        assert_eq!(parser.screen().contents().trim_start(), "log\n\nINCOMPLETE");
    }

    #[test]
    fn a_failing_terminal_does_not_keep_later_steps_from_being_tried() {
        struct Broken(usize);
        impl Write for Broken {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                self.0 += 1;
                Err(io::Error::other("gone"))
            }
            fn flush(&mut self) -> io::Result<()> {
                self.0 += 1;
                Err(io::Error::other("gone"))
            }
        }
        let mut broken = Broken(0);
        assert!(give_back(&mut broken).is_err());
        assert!(broken.0 >= 5);
    }

    #[test]
    fn a_panic_leaves_the_full_screen_before_its_message() {
        static TAKEN_WHEN_SAID: AtomicBool = AtomicBool::new(true);
        let _alone = ALONE.lock().unwrap();
        let outermost = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {
            TAKEN_WHEN_SAID.store(ENTERED.load(Ordering::SeqCst), Ordering::SeqCst);
        }));
        install_panic_hook();
        ENTERED.store(true, Ordering::SeqCst);
        assert!(std::panic::catch_unwind(|| panic!("as a bug would")).is_err());
        std::panic::set_hook(outermost);
        assert!(!TAKEN_WHEN_SAID.load(Ordering::SeqCst), "it was said on the alternate screen");
        assert!(!ENTERED.load(Ordering::SeqCst));
    }

    #[test]
    fn leaving_without_having_entered_writes_nothing_and_does_not_fail() {
        let _alone = ALONE.lock().unwrap();
        leave_terminal();
        leave_terminal();
        assert!(!ENTERED.load(Ordering::SeqCst));
    }
}
