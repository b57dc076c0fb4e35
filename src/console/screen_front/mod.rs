//! The dashboard as a front: keys in, intents out for its owner to carry out, frames out at a bounded pace.

mod files;

use std::{
    io::{self, IsTerminal as _},
    thread,
    time::Duration,
};

use crossterm::event::{Event as TerminalEvent, KeyEventKind};
use tokio::time::Instant;

use crate::{
    run::{Run, Timestamp},
    screen::{
        AvailableActions, Facts, Intent, LocalZone, MessageKind, Mode, Moved, RecordingState, Scene,
        Scrollback, Theme, Tui, View, is_in_foreground, leave_terminal,
    },
    text,
    timed_write::{Stream, write_within},
};

use super::{
    output::FrameSink,
    pace::{Pace, Redraw},
    reading_time::ReadingTime,
    terminal_input::{Report, TerminalInput},
};

/// Time after which a busy terminal is checked again.
const BUSY_INTERVAL: Duration = Duration::from_millis(20);

/// How long the closing text waits for a terminal that takes nothing.
const CLOSING_TIMEOUT: Duration = Duration::from_secs(1);

/// How long an answer of the terminal counts: colours that change long after the screen is there would only confuse.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// What there is to show.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) run: &'a Run,
    pub(crate) log: &'a Scrollback,
    pub(crate) available: &'a AvailableActions,
    pub(crate) recording: &'a RecordingState,
    pub(crate) now: Timestamp,
}

impl<'a> Shown<'a> {
    fn facts(&self, mode: Mode) -> Facts<'a> {
        Facts { run: self.run, log: self.log, available: self.available, mode, now: self.now }
    }
}

pub(crate) struct ScreenFront {
    sink: FrameSink,
    tui: Tui<FrameSink>,
    input: TerminalInput,
    view: View,
    theme: Theme,
    /// As the engineer asked for it, before the terminal has said what its background is.
    asked_theme: Theme,
    /// Since when an answer to the question for the background is awaited.
    asked_at: Option<Instant>,
    mode: Mode,
    pace: Pace,
    reading_time: ReadingTime,
    hung_up: bool,
    bell: bool,
    /// The terminal is another job's at the moment: nothing is drawn, and no key is read.
    is_away: bool,
}

impl ScreenFront {
    /// Takes over the terminal; where it is another job's, as soon as it is ours.
    pub(crate) fn enter(theme: Theme, mode: Mode) -> io::Result<Self> {
        if !io::stdout().is_terminal() {
            return Err(io::Error::other("standard output is not a terminal"));
        }
        // The standard library would write a frame in pieces of a kilobyte.
        let sink = FrameSink::new(Stream::Output.file()?)?;
        let mut tui = Tui::new(sink.clone())?;
        let is_away = !is_in_foreground();
        // SIGTTOU is blocked here, so that a background job could take the terminal from the job in front.
        if !is_away {
            tui.take()?;
        }
        let input = TerminalInput::new()?;
        let view = View::default();
        let (hung_up, bell) = (false, false);
        let mut front = Self {
            sink,
            tui,
            input,
            view,
            theme: theme.on_stated_background(),
            asked_theme: theme,
            asked_at: None,
            mode,
            pace: Pace::default(),
            reading_time: ReadingTime::default(),
            hung_up,
            bell,
            is_away,
        };
        front.ask_for_background();
        Ok(front)
    }

    pub(crate) fn input(&mut self) -> &mut TerminalInput {
        &mut self.input
    }

    pub(crate) fn has_lost_its_terminal(&self) -> bool {
        self.hung_up || self.sink.has_failed()
    }

    /// Whether a frame that is wanted so soon is drawn at all: nothing moves on a frozen display.
    pub(crate) const fn shows(&self, redraw: Redraw) -> bool {
        match redraw {
            Redraw::Not => false,
            Redraw::Clock | Redraw::Log => !self.view.is_frozen() || self.pace.shows_passing,
            Redraw::Soon => true,
        }
    }

    pub(crate) fn may_draw(&self, redraw: Redraw) -> bool {
        self.shows(redraw) && self.sink.is_idle() && self.pace.left(redraw).is_zero()
    }

    /// How long to wait for the next frame; `None`: none is wanted.
    pub(crate) fn until_next_frame(&self, redraw: Redraw) -> Option<Duration> {
        let left = self.pace.left(redraw);
        let left = if self.sink.is_idle() { left } else { left.max(BUSY_INTERVAL) };
        self.shows(redraw).then_some(left)
    }

    /// Rings the terminal's bell before the next frame.
    pub(crate) fn ring(&mut self) {
        self.bell = true;
    }

    /// Rings, where that is due and no frame is on its way; the next one waits for it.
    pub(crate) fn ring_if_due(&mut self) {
        const BELL: &[u8] = b"\x07";
        if self.bell && self.sink.is_idle() && !self.is_away {
            self.bell = false;
            // Through the sink: written directly, the bell could land within an escape sequence of a frame.
            let rung =
                io::Write::write_all(&mut self.sink, BELL).and_then(|()| io::Write::flush(&mut self.sink));
            self.hung_up |= rung.is_err();
        }
    }

    pub(crate) fn complain(&mut self, text: String, now: Timestamp) {
        self.view.notify(text, MessageKind::Bad, now);
    }

    /// Asks the terminal for its background, where that decides on the colours. Nothing waits for the answer.
    fn ask_for_background(&mut self) {
        if self.asked_theme.asks_for_background() && !self.is_away {
            self.asked_at = Some(Instant::now());
            self.hung_up |= self.tui.ask_for_background().is_err();
        }
    }

    /// Follows what the terminal has reported of its colours.
    fn follow_colours(&mut self) {
        while let Some(report) = self.input.report() {
            match report {
                Report::ColoursChanged => self.ask_for_background(),
                // Only the answer to a question: what comes unasked may come from anybody who writes to the terminal.
                Report::Background(background) => {
                    let asked_at = self.asked_at.take();
                    if asked_at.is_some_and(|at| at.elapsed() <= ANSWER_TIMEOUT) {
                        self.theme = self.asked_theme.on_background(background);
                    }
                }
            }
        }
    }

    /// Draws a frame, which was wanted for `redraw`; what is wanted after it.
    pub(crate) fn draw(&mut self, shown: &Shown<'_>, redraw: Redraw) -> Redraw {
        let is_first = self.pace.is_first();
        self.view.begin_frame(if redraw == Redraw::Clock { Moved::Clocks } else { Moved::Anything });
        self.draw_frame(shown);
        if is_first {
            // The thread that writes it may wait for this very processor.
            thread::yield_now();
            // Behind the first frame, as it may take reading a hundred folders of zones.
            self.view.zone = jiff::tz::TimeZone::try_system().ok().map(LocalZone::new);
        }
        if self.view.is_searching() {
            // A search goes on over several frames.
            return Redraw::Soon;
        }
        if self.view.log_end_held.is_some() { Redraw::Log } else { Redraw::Not }
    }

    fn draw_frame(&mut self, shown: &Shown<'_>) {
        // While newer lines wait, every other change is shown at once.
        let holds = self.mode.is_live() && self.view.only_follows_log();
        let waits = holds && !self.pace.left(Redraw::Log).is_zero();
        self.view.log_end_held = waits.then_some(self.pace.log_end()).filter(|end| *end < shown.log.end());
        // Set even where nothing is drawn: a job in the background must not check for the foreground without pause.
        self.pace.drawn(self.view.log_end_held.unwrap_or(shown.log.end()));
        self.mind_the_foreground();
        if self.is_away {
            return;
        }
        self.follow_colours();
        if self.theme.is_console && std::mem::take(&mut self.view.takes_mouse) {
            self.view.notify("this terminal does not report the mouse", MessageKind::Bad, shown.now);
        }
        if self.mode.is_live() {
            self.view.ask_about_markers(shown.run);
        }
        self.reading_time.pass(&mut self.view, shown.run, shown.now);
        self.pace.shows_passing = self.view.shows_passing(shown.now);
        let facts = shown.facts(self.mode);
        let scene = Scene { facts, view: &self.view, theme: &self.theme, journal: shown.recording };
        let _span = tracing::debug_span!("frame").entered();
        if self.tui.draw(&scene).is_err() {
            self.hung_up = true;
        }
    }

    /// Checks whether the terminal is still there: it may have hung up without a signal.
    pub(crate) fn look_for_terminal(&mut self) {
        // isatty(3) fails on a terminal that has hung up.
        self.hung_up |= !io::stdout().is_terminal();
    }

    /// Shows by another view, as another kind of session; returns the ones before.
    pub(crate) fn exchange(&mut self, view: View, mode: Mode) -> (View, Mode) {
        self.reading_time.change_run();
        (std::mem::replace(&mut self.view, view), std::mem::replace(&mut self.mode, mode))
    }

    /// Asks whether to quit, where that is asked; otherwise what to carry out.
    pub(crate) fn quit(&mut self, shown: &Shown<'_>) -> Option<Intent> {
        self.view.quit(&shown.facts(self.mode))
    }

    /// Takes in one event of the terminal; `None` is its end. What the engineer wants is for the caller to
    /// carry out.
    pub(crate) fn take(&mut self, event: Option<TerminalEvent>, shown: &Shown<'_>) -> Option<Intent> {
        self.reading_time.restart();
        // What a key means is decided by all the lines there are, and its frame shows them.
        self.view.log_end_held = None;
        self.pace.show_log();
        let intent = match event {
            Some(TerminalEvent::Key(key)) if key.kind != KeyEventKind::Release => {
                self.view.on_key(key, &shown.facts(self.mode))?
            }
            Some(TerminalEvent::Mouse(mouse)) => self.view.on_mouse(mouse, &shown.facts(self.mode))?,
            other => {
                self.take_other(other, shown.now);
                return None;
            }
        };
        match intent {
            Intent::Copy(what) => self.copy(what, shown),
            Intent::WriteFrame(format) => self.write_frame(format, shown),
            other => return Some(other),
        }
        None
    }

    fn take_other(&mut self, event: Option<TerminalEvent>, now: Timestamp) {
        match event {
            None => self.hung_up = true,
            // Several sizes in a row may end where they began, and the content is gone all the same.
            Some(TerminalEvent::Resize(..)) => self.redraw(),
            Some(TerminalEvent::Paste(text)) => self.view.on_paste(&text, now),
            Some(_) => {}
        }
    }

    fn scene<'a>(&'a self, shown: &'a Shown<'_>) -> Scene<'a> {
        let facts = shown.facts(self.mode);
        Scene { facts, view: &self.view, theme: &self.theme, journal: shown.recording }
    }

    pub(crate) const fn mode(&self) -> Mode {
        self.mode
    }

    pub(crate) fn view(&mut self) -> &mut View {
        &mut self.view
    }

    /// Stops in the background until the shell brings the program back.
    pub(crate) fn go_to_background(&mut self) {
        // Before the stop: a stopped process cannot give its terminal back.
        self.leave();
        match stop_this_process() {
            Ok(()) => self.come_back(),
            Err(_) => self.hung_up = true,
        }
    }

    pub(crate) fn redraw(&mut self) {
        if !self.is_away {
            self.hung_up |= self.tui.redraw().is_err();
        }
    }

    /// Gives the terminal back and prints the last words below it, if there still is one that takes them.
    pub(crate) fn finish(self, closing: &str) -> io::Result<()> {
        self.leave();
        match write_within(Stream::Output, text::lines(closing).as_bytes().to_vec(), CLOSING_TIMEOUT) {
            // A terminal that takes nothing only misses the text; the record is closed all the same.
            Err(error) if error.kind() == io::ErrorKind::TimedOut => Ok(()),
            // A terminal that has hung up answers everything with this.
            Err(error) if error.raw_os_error() == Some(nix::libc::EIO) => Ok(()),
            said => said,
        }
    }

    fn leave(&self) {
        // A frame written after the terminal was given back would land on the shell.
        self.sink.close();
        leave_terminal();
    }

    /// Gives the terminal to somebody else, such as an `ssh` that asks for a password.
    pub(crate) async fn lend(&mut self) {
        // The thread that reads keys lets go first: it would take letters of the password for keys.
        self.input.lend().await;
        self.leave();
    }

    /// Takes the terminal back from whom it was lent to.
    pub(crate) fn take_back(&mut self) {
        // Raw mode first: until then the terminal hands out whole lines, and echoes them.
        self.come_back();
        self.input.take_back();
    }

    /// Takes the terminal anew after somebody else may have used it.
    pub(crate) fn take_again(&mut self) {
        // Left first: crossterm's `enable_raw_mode` does nothing where it has enabled raw mode before, though
        // a shell may have switched it off since.
        self.leave();
        self.come_back();
    }

    /// Takes the terminal if it is ours, which it is not for a job that goes on in the background.
    fn come_back(&mut self) {
        self.is_away = !is_in_foreground();
        if !self.is_away {
            self.sink.open();
            self.hung_up |= self.tui.take().is_err();
            // It may be another terminal by now, as in a session that was attached elsewhere.
            self.ask_for_background();
        }
    }

    /// Follows the shell, which sends no signal when it gives the terminal to a job that runs already.
    fn mind_the_foreground(&mut self) {
        match (self.is_away, is_in_foreground()) {
            (true, true) => self.come_back(),
            (false, false) => {
                self.leave();
                self.is_away = true;
            }
            _ => {}
        }
    }
}

impl Drop for ScreenFront {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Stops, as Ctrl-Z does, until a shell lets this process go on. SIGTSTP itself is listened to.
pub(crate) fn stop_this_process() -> io::Result<()> {
    Ok(nix::sys::signal::raise(nix::sys::signal::Signal::SIGSTOP)?)
}
