//! The dashboard as a front: keys in, intents to the hub, frames out at a bounded pace.

use std::{
    io::{self, IsTerminal as _},
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crossterm::event::{Event as TerminalEvent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use tokio::{sync::mpsc, time::Instant};

use crate::{
    run::{At, Cause, Ending, Event, ListingCause, Run},
    screen::{Facts, Intent, Mode, Offers, RecordingState, Scene, Scrollback, Theme, Tidings, Tui, View},
};

use super::{control::Wish, hub::Hub, output::FrameSink};

/// Least time between two frames.
const FRAME: Duration = Duration::from_millis(33);

/// How often a busy terminal is looked at again.
const BUSY: Duration = Duration::from_millis(20);

/// A sentence for the engineer.
struct Said {
    text: String,
    tidings: Tidings,
}

impl Said {
    fn good(text: impl Into<String>) -> Self {
        Self { text: text.into(), tidings: Tidings::Good }
    }

    fn bad(text: impl Into<String>) -> Self {
        Self { text: text.into(), tidings: Tidings::Bad }
    }
}

/// What there is to show.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) run: &'a Run,
    pub(super) log: &'a Scrollback,
    pub(super) offers: &'a Offers,
    pub(super) recording: &'a RecordingState,
    pub(super) now: At,
}

impl<'a> Shown<'a> {
    fn facts(&self, mode: Mode) -> Facts<'a> {
        Facts { run: self.run, log: self.log, offers: self.offers, mode, now: self.now }
    }
}

/// Events of the terminal waiting to be served; more than anybody types meanwhile.
const EVENTS: usize = 256;

/// How long the thread that reads keys looks before it asks whether they are still for us.
const LOOK: Duration = Duration::from_millis(200);

/// Keys and other events of the terminal, read by a thread of their own: reading a terminal that has
/// hung up may never return.
pub(super) struct Keys {
    events: Option<mpsc::Receiver<TerminalEvent>>,
    /// Set while somebody else reads the terminal.
    lent: Arc<AtomicBool>,
}

impl Keys {
    fn read() -> io::Result<Self> {
        let (sender, events) = mpsc::channel(EVENTS);
        let lent = Arc::new(AtomicBool::new(false));
        let elsewhere = Arc::clone(&lent);
        thread::Builder::new().name("keys".to_owned()).spawn(move || {
            loop {
                if elsewhere.load(Ordering::Acquire) {
                    thread::sleep(LOOK);
                    continue;
                }
                let event = match crossterm::event::poll(LOOK) {
                    Ok(false) => continue,
                    Ok(true) => crossterm::event::read(),
                    Err(error) => Err(error),
                };
                let passed_on = event.is_ok_and(|event| sender.blocking_send(event).is_ok());
                if !passed_on {
                    return;
                }
            }
        })?;
        Ok(Self { events: Some(events), lent })
    }

    /// The next event; never comes once the terminal has hung up.
    pub(super) async fn next(&mut self) -> Option<TerminalEvent> {
        let Some(events) = &mut self.events else { return std::future::pending().await };
        let event = events.recv().await;
        if event.is_none() {
            // A terminal that is gone would report its end for ever.
            self.events = None;
        }
        event
    }
}

/// The dashboard.
pub(super) struct ScreenFront {
    sink: FrameSink,
    tui: Tui<FrameSink>,
    keys: Keys,
    view: View,
    theme: Theme,
    mode: Mode,
    drawn_at: Option<Instant>,
    hung_up: bool,
    bell: bool,
}

impl ScreenFront {
    /// Takes over the terminal.
    ///
    /// # Errors
    /// There is no terminal, or it cannot be set up.
    pub(super) fn enter(theme: Theme, mode: Mode) -> io::Result<Self> {
        let sink = FrameSink::new(io::stdout())?;
        let tui = Tui::enter(sink.clone())?;
        let keys = Keys::read()?;
        let view = View::new();
        Ok(Self { sink, tui, keys, view, theme, mode, drawn_at: None, hung_up: false, bell: false })
    }

    pub(super) fn keys(&mut self) -> &mut Keys {
        &mut self.keys
    }

    pub(super) fn has_lost_its_terminal(&self) -> bool {
        self.hung_up || self.sink.has_failed()
    }

    /// Whether a frame may be drawn now.
    pub(super) fn may_draw(&self) -> bool {
        self.sink.is_idle() && self.drawn_at.is_none_or(|at| at.elapsed() >= FRAME)
    }

    /// How long until a frame may be drawn.
    pub(super) fn until_next_frame(&self) -> Duration {
        let left = self.drawn_at.map_or(Duration::ZERO, |at| FRAME.saturating_sub(at.elapsed()));
        if self.sink.is_idle() { left } else { left.max(BUSY) }
    }

    /// Rings the terminal's bell before the next frame.
    pub(super) fn ring(&mut self) {
        self.bell = true;
    }

    /// Rings, where that is due and no frame is on its way; the next one waits for it.
    pub(super) fn ring_if_due(&mut self) {
        const BELL: &[u8] = b"\x07";
        if self.bell && self.sink.is_idle() {
            self.bell = false;
            let rung =
                io::Write::write_all(&mut self.sink, BELL).and_then(|()| io::Write::flush(&mut self.sink));
            self.hung_up |= rung.is_err();
        }
    }

    /// Shows a sentence about something that went wrong.
    pub(super) fn complain(&mut self, text: String, now: At) {
        self.view.notify(text, Tidings::Bad, now);
    }

    /// Draws the present state.
    pub(super) fn draw(&mut self, shown: &Shown<'_>) {
        self.drawn_at = Some(Instant::now());
        if self.mode.is_live() {
            self.view.ask_about_markers(shown.run);
        }
        let scene = Scene {
            facts: shown.facts(self.mode),
            view: &self.view,
            theme: &self.theme,
            journal: shown.recording,
        };
        if self.tui.draw(&scene).is_err() {
            self.hung_up = true;
        }
    }

    /// Looks whether the terminal is still there: no signal may have told.
    pub(super) fn look_for_terminal(&mut self) {
        self.hung_up |= !io::stdout().is_terminal();
    }

    /// Takes in one event of the terminal; `None` is its end. What the engineer wants is for the caller to
    /// carry out.
    pub(super) fn take(&mut self, event: Option<TerminalEvent>, shown: &Shown<'_>) -> Option<Intent> {
        match event {
            None => self.hung_up = true,
            Some(TerminalEvent::Key(key)) if key.kind != KeyEventKind::Release => {
                let facts = shown.facts(self.mode);
                let keys = apart(key);
                let intents = keys.into_iter().flatten().filter_map(|key| self.view.on_key(key, &facts));
                return intents.last();
            }
            // Several sizes in a row may end where they began, and the content is gone all the same.
            Some(TerminalEvent::Resize(..)) => self.redraw(),
            Some(TerminalEvent::Paste(text)) => self.view.on_paste(&text),
            Some(_) => {}
        }
        None
    }

    /// The rows of the log that are to be read from disk.
    pub(super) fn wants_rows(&mut self, shown: &Shown<'_>) -> Option<Range<u64>> {
        self.view.wants_rows(&shown.facts(self.mode))
    }

    /// Those rows cannot be read.
    pub(super) fn rows_unreadable(&mut self, reason: String, shown: &Shown<'_>) {
        self.view.rows_unreadable(reason, &shown.facts(self.mode));
    }

    /// What the engineer has made of the screen.
    pub(super) fn view(&mut self) -> &mut View {
        &mut self.view
    }

    /// Stops in the background until the shell brings the program back.
    pub(super) fn go_to_background(&mut self) {
        self.hung_up |= self.suspend().is_err();
    }

    /// Draws everything anew with the next frame.
    pub(super) fn redraw(&mut self) {
        self.hung_up |= self.tui.redraw().is_err();
    }

    /// Gives the terminal back and prints the last words below it, if there still is one.
    pub(super) fn finish(mut self, closing: &str) -> io::Result<()> {
        self.leave();
        match io::Write::write_all(&mut io::stdout(), closing.as_bytes()) {
            // A terminal that has hung up answers everything with this.
            Err(error) if error.raw_os_error() == Some(nix::libc::EIO) => Ok(()),
            said => said,
        }
    }

    fn leave(&mut self) {
        // What is still on its way must not land on the engineer's shell.
        let patience = Instant::now() + Duration::from_millis(500);
        while !self.sink.is_idle() && Instant::now() < patience {
            thread::yield_now();
        }
        self.tui.suspend();
    }

    /// Gives the terminal to somebody else, such as an `ssh` that asks for a password. Done once the
    /// thread that reads keys has let go of it.
    pub(super) async fn lend(&mut self) {
        self.keys.lent.store(true, Ordering::Release);
        tokio::time::sleep(LOOK * 2).await;
        self.leave();
    }

    /// Takes the terminal back from whom it was lent to.
    pub(super) fn take_back(&mut self) {
        self.hung_up |= self.come_back().is_err();
        self.keys.lent.store(false, Ordering::Release);
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.leave();
        stop_this_process()?;
        self.come_back()
    }

    /// Takes the terminal anew after somebody else may have used it.
    fn take_again(&mut self) -> io::Result<()> {
        self.leave();
        self.come_back()
    }

    fn come_back(&mut self) -> io::Result<()> {
        self.tui.resume()
    }
}

/// Stops, as Ctrl-Z does, until a shell lets this process go on. SIGTSTP itself is listened to.
fn stop_this_process() -> io::Result<()> {
    Ok(nix::sys::signal::raise(nix::sys::signal::Signal::SIGSTOP)?)
}

/// A key as it was pressed: Escape and a key in quick succession reach us as that key with Alt, which
/// nothing is bound to.
fn apart(key: KeyEvent) -> [Option<KeyEvent>; 2] {
    if !key.modifiers.contains(KeyModifiers::ALT) {
        return [Some(key), None];
    }
    let bare = KeyEvent { modifiers: key.modifiers - KeyModifiers::ALT, ..key };
    [Some(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)), Some(bare)]
}

impl Hub {
    /// Draws the present state on `screen`.
    pub(super) fn draw_on(&self, screen: &mut ScreenFront) {
        let recording =
            self.recorder().unwritten().map_or(RecordingState::Recording, RecordingState::Failing);
        screen.draw(&self.shown(&self.offers(), &recording));
    }

    pub(super) fn shown<'a>(&'a self, offers: &'a Offers, recording: &'a RecordingState) -> Shown<'a> {
        Shown { run: self.run(), log: self.log_rows(), offers, recording, now: self.now() }
    }

    /// Takes in one event of the terminal.
    pub(super) fn key(&mut self, event: Option<TerminalEvent>) {
        self.dirty = true;
        let Some(mut screen) = self.take_screen() else { return };
        let now = self.now();
        let offers = self.offers();
        let intent = screen.take(event, &self.shown(&offers, &RecordingState::Recording));
        let said = intent.and_then(|intent| self.carry_out(intent, &mut screen));
        if let Some(said) = said {
            screen.view.notify(said.text, said.tidings, now);
        }
        self.put_screen(screen);
    }

    /// Stops until a shell lets this process go on; the terminal is the shell's meanwhile.
    pub(super) fn stop(&mut self) {
        self.heartbeat.was_suspended();
        match self.take_screen() {
            Some(mut screen) => {
                screen.hung_up |= screen.suspend().is_err();
                self.put_screen(screen);
            }
            // Where it cannot be stopped there is nothing to come back from.
            None => drop(stop_this_process()),
        }
        self.dirty = true;
    }

    /// Takes the terminal anew after this process was stopped.
    pub(super) fn gone_on(&mut self) {
        if let Some(mut screen) = self.take_screen() {
            screen.hung_up |= screen.take_again().is_err();
            self.put_screen(screen);
        }
        self.dirty = true;
    }

    /// Carries out what the engineer wants; a sentence to show, where there is one.
    fn carry_out(&mut self, intent: Intent, screen: &mut ScreenFront) -> Option<Said> {
        let user = self.user();
        match intent {
            Intent::Act { action, r#override, statement, typed } => {
                let typed = Some(typed);
                self.act(Wish { action, r#override, statement, typed })
                    .err()
                    .map(|refused| Said::bad(refused.0))
            }
            Intent::ConfirmNames { primary, dr, typed } => {
                self.confirm_names(primary, dr, Some(typed));
                None
            }
            Intent::ListBucket => Some(self.ask_for_listing()),
            Intent::TakeBaseline => Some(self.take_baseline(user)),
            Intent::ClaimMarkers(claimed) => {
                self.record(&Event::MarkersClaimed { claimed, user });
                None
            }
            Intent::Attest { statement, since, reason } => {
                self.record(&Event::Attested { statement, since, reason, user });
                Some(Said::good("your statement is on record"))
            }
            Intent::Acknowledge { code, opened, reason } => {
                self.record(&Event::Acknowledged { code: code.name(), opened, reason, user });
                None
            }
            Intent::Export => Some(match self.export(Cause::Engineer) {
                Ok(files) => Said::good(format!("written: {}", files.join(", "))),
                Err(reason) => Said::bad(format!("not written: {reason}")),
            }),
            Intent::Note(text) => {
                self.record(&Event::Noted { text, user });
                Some(Said::good("your note is on record"))
            }
            Intent::SignOff(text) => {
                self.record(&Event::SignedOff { text, user });
                Some(Said::good("the run is signed off"))
            }
            Intent::Play(_) => None,
            Intent::Reconnect => {
                self.reconnect();
                self.login_wanted = true;
                Some(Said::good("connecting again"))
            }
            Intent::Quit => {
                self.end(Ending::Quit);
                None
            }
            Intent::LeavePaused => {
                self.record(&Event::LeftPaused { user });
                self.end(Ending::Quit);
                None
            }
            Intent::Suspend => {
                self.heartbeat.was_suspended();
                screen.go_to_background();
                None
            }
            Intent::Redraw => {
                screen.redraw();
                None
            }
        }
    }

    fn ask_for_listing(&mut self) -> Said {
        if self.run().started.primary.is_none() {
            return Said::bad("no primary was given, so there is no bucket to list");
        }
        if self.run().listing_since.is_some() {
            return Said::bad("a bucket listing is under way already");
        }
        self.list_bucket(ListingCause::Asked);
        Said::good("bucket listing asked for; it may take long")
    }

    fn take_baseline(&mut self, user: String) -> Said {
        match self.run().download.counter {
            None => Said::bad("the GET counter has not been read yet, so there is no baseline to take"),
            Some((value, ..)) => {
                self.record(&Event::BaselineTaken { user });
                Said::good(format!("baseline taken: {value}"))
            }
        }
    }
}
