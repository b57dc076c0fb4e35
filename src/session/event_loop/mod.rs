//! The loop of a recorded watch: it owns the terminal and the sources, waits for what comes first, hands it to the
//! [`Session`] and carries out the effects.

mod demo;
mod effects;
mod finish;
mod login;
mod past;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use crossterm::event::Event as TerminalEvent;
use nix::errno::Errno;
use tokio::{sync::mpsc, time::Instant};

use super::{
    appliances::task::ApplianceTask,
    event::LoopEvent,
    look_back::{OpenRecord, ReadRecord, Shows},
    signals::{Signalled, Signals, outlives_hang_up},
    state::{RepeatedOptions, Session},
};
use crate::{
    appliance::observation::Observation,
    clock::Ticker,
    console::{
        front::Front,
        pace::Redraw,
        screen_front::{ScreenFront, stop_this_process},
    },
    ingest::{log_panel::MAX_WORK_BETWEEN_KEYS, log_source::LogReader},
    run::{Elapsed, Ending, Run, Sequence},
    screen::{Intent, Keymap, RecordingState},
    simulator::{Script, SharedWorld},
};

/// Observations on their way to the loop; beyond it the sources wait.
// A log that comes faster than the disk takes it is slowed down at its source, and memory stays bounded.
pub(crate) const OBSERVATION_QUEUE: usize = 1024;

/// How often the clock is looked at: timer events that are due, the log's chunk, forcing to disk.
const BEAT_INTERVAL: Duration = Duration::from_secs(1);

/// The same while the display is frozen and nothing has happened for a while.
const RESTING_BEAT_INTERVAL: Duration = Duration::from_secs(15);

/// Beats in a row at which nothing has happened, before they come more seldom: by then all is forced to disk.
const RESTING_AFTER: u8 = 3;

/// Observations taken in before keys and the screen get their turn.
const BATCH_OBSERVATIONS: usize = 256;

pub(crate) struct Sources {
    pub(crate) appliance_tasks: Vec<ApplianceTask>,
    pub(crate) observations: mpsc::Receiver<Observation>,
    pub(crate) log_reader: Option<LogReader>,
    pub(crate) scripted: Option<Scripted>,
}

/// A scripted engineer, and the simulated world in which the script plays.
pub(crate) struct Scripted {
    pub(crate) world: SharedWorld,
    pub(crate) script: Script,
}

/// A step that waits for the engineer, and since when.
#[derive(Clone, Copy, Debug)]
struct Asked {
    step: usize,
    /// The last alarm by then: a new one is to be read first.
    alarm: Option<Sequence>,
    since: Instant,
}

pub(crate) struct EventLoop {
    pub(crate) session: Session,
    front: Front,
    sources: Sources,
    /// The engineer has asked for a login, which waits for the end of the turn.
    login_wanted: bool,
    shows: Shows,
    read_record: Option<ReadRecord>,
    /// When the last key was pressed; at first, when the loop began.
    last_key: Instant,
    /// The step of the script that waits for the engineer.
    asked: Option<Asked>,
    /// Beats since anything else has woken the loop.
    quiet_beats: u8,
}

#[expect(clippy::large_enum_variant, reason = "there is one at a time, and it is handled at once")]
enum Wake {
    Signal(Signalled),
    Key(Option<TerminalEvent>),
    Observed(Observation),
    /// The record has been read, where it was asked for, or the moment shown may have moved on.
    Past(Option<Result<OpenRecord, String>>),
    Beat,
    Frame,
}

impl EventLoop {
    pub(crate) fn new(session: Session, front: Front, sources: Sources) -> Self {
        let (shows, last_key) = (Shows::Present, Instant::now());
        let mut new = Self {
            session,
            front,
            sources,
            login_wanted: false,
            shows,
            read_record: None,
            last_key,
            asked: None,
            quiet_beats: 0,
        };
        if let Some(screen) = new.front.screen() {
            screen.view().run_folder = Some(new.session.recorder.folder().path().to_owned());
        }
        // The first record waits to be printed.
        new.update(|_| ());
        new
    }

    /// Gives the screen other keys.
    pub(crate) fn with_keymap(mut self, keymap: Keymap) -> Self {
        if let Some(screen) = self.front.screen() {
            screen.view().keymap = Arc::new(keymap);
        }
        self
    }

    /// Gives the options that the commands named at the end need as well.
    pub(crate) fn repeating(mut self, options: RepeatedOptions) -> Self {
        self.session.repeated = options;
        self
    }

    #[cfg(test)]
    pub(crate) fn show_nothing(&mut self) {
        self.front = Front::Silent(std::io::ErrorKind::Other.into());
    }

    /// Runs until the end; the summary of the run is written, and the front has shown the closing text.
    pub(crate) async fn run_to_end(mut self, mut signals: Signals) -> (Run, std::io::Result<()>) {
        // In a fast demo a second passes at once, and the beat must leave time for everything else.
        let beat = self.session.clock().real(BEAT_INTERVAL).max(Duration::from_millis(50));
        let mut beat = self.session.clock().ticker(beat);
        while !self.session.is_ending() {
            // Before the wait, so that what the last turn has changed is on the screen while nothing happens.
            self.serve_front();
            self.turn(&mut beat, &mut signals).await;
            // Between two turns, as `ssh` has the terminal meanwhile.
            self.log_in_where_wanted(&mut signals).await;
        }
        // On the heap, as it holds the whole loop while it waits.
        Box::pin(self.finish(&mut signals)).await
    }

    pub(crate) async fn turn(&mut self, beat: &mut Ticker, signals: &mut Signals) {
        let wake = self.next_wake(beat, signals).await;
        let is_beat = matches!(wake, Wake::Beat);
        // Before the event itself, so that an absence is on record before anything that was seen after it.
        self.handle(LoopEvent::Woke);
        match wake {
            Wake::Signal(Signalled::End(name)) => {
                self.handle(LoopEvent::End(Ending::Signal { name: name.to_owned() }));
            }
            Wake::Signal(Signalled::Stop) => self.suspend(),
            Wake::Signal(Signalled::GoneOn) => self.retake_terminal(),
            Wake::Key(key) => self.key(key),
            Wake::Observed(observation) => self.observe_batch(observation),
            Wake::Past(opened) => self.wake_past(opened),
            Wake::Frame => {}
            Wake::Beat => self.beat(),
        }
        self.pace_beat(is_beat, beat);
    }

    /// Lets a frozen display rest: with no clock to move and nothing else going on, most beats would find nothing.
    fn pace_beat(&mut self, is_beat: bool, beat: &mut Ticker) {
        let was_resting = self.quiet_beats >= RESTING_AFTER;
        self.quiet_beats = if is_beat { self.quiet_beats.saturating_add(1) } else { 0 };
        let is_frozen = self.front.screen().is_some_and(|screen| screen.view().is_frozen());
        let interval = Elapsed::from_secs(RESTING_BEAT_INTERVAL.as_secs());
        let may_rest = self.quiet_beats >= RESTING_AFTER
            && is_frozen
            && self.sources.scripted.is_none()
            && self.session.may_rest(interval);
        if may_rest {
            beat.reset_after(RESTING_BEAT_INTERVAL);
            // The heartbeat allows for one usual interval already.
            self.session.expect_beat_later(RESTING_BEAT_INTERVAL.saturating_sub(BEAT_INTERVAL));
        } else {
            // The tick that waits is up to a whole rest away.
            if was_resting {
                beat.reset();
            }
            // A beat that finds work after all must not be taken for the end of a rest again and again.
            self.quiet_beats = self.quiet_beats.min(RESTING_AFTER - 1);
        }
    }

    /// Waits for whatever comes first; handles nothing, so that dropping it loses nothing.
    ///
    /// `biased`: signals first, so that a flood of log lines cannot delay an orderly end; keys next, so that the
    /// engineer is answered within one batch; then observations; the beat, the past and the frame last, as they only get later.
    ///
    /// Every arm is cancel-safe: a signal, a key and an observation are each taken out of a queue by the poll that
    /// returns them, and a tick and a sleep lose only the wait. A key typed while another arm wins stays in its queue.
    async fn next_wake(&mut self, beat: &mut Ticker, signals: &mut Signals) -> Wake {
        let redraw = self.session.redraw;
        let frame = self.front.screen().and_then(|screen| screen.until_next_frame(redraw));
        tokio::select! {
            biased;
            signal = signals.next() => Wake::Signal(signal),
            key = self.front.next_key() => Wake::Key(key),
            // Once every sender is gone `recv` gives `None`: the pattern then disables this arm, and the loop does not
            // spin.
            Some(observation) = self.sources.observations.recv() => Wake::Observed(observation),
            () = beat.tick() => Wake::Beat,
            opened = self.shows.due() => Wake::Past(opened),
            () = wait(frame) => Wake::Frame,
        }
    }

    /// Takes in what has arrived, but no longer than keys can wait.
    fn observe_batch(&mut self, first: Observation) {
        let since = Instant::now();
        self.handle(LoopEvent::Observed(first));
        for _ in 1..BATCH_OBSERVATIONS {
            if since.elapsed() >= MAX_WORK_BETWEEN_KEYS {
                return;
            }
            match self.sources.observations.try_recv() {
                Ok(observation) => self.handle(LoopEvent::Observed(observation)),
                Err(_) => return,
            }
        }
    }

    fn beat(&mut self) {
        if let Some(screen) = self.front.screen() {
            screen.look_for_terminal();
        }
        let tasks = self.sources.appliance_tasks.iter_mut();
        let failed = tasks.filter_map(|task| task.has_failed().then_some(task.role())).collect();
        self.handle(LoopEvent::Beat { failed });
        self.play_script();
        // The reader ends before the last of what it has sent is taken in.
        let log_has_ended = self.sources.log_reader.as_ref().is_some_and(LogReader::has_ended);
        self.handle(LoopEvent::SourcesChecked {
            log_is_read: log_has_ended && self.sources.observations.is_empty(),
            script_is_over: self.sources.scripted.as_ref().is_none_or(|scripted| scripted.script.is_over()),
        });
    }

    fn key(&mut self, event: Option<TerminalEvent>) {
        self.session.redraw.ask(Redraw::Soon);
        if matches!(event, Some(TerminalEvent::Key(_) | TerminalEvent::Paste(_))) {
            self.last_key = Instant::now();
        }
        if self.shows.is_past() {
            self.key_in_past(event);
            return;
        }
        let Some(screen) = self.front.screen() else { return };
        let (available, recording) = (self.session.available(), recording(&self.session));
        let shown = self.session.shown(&available, &recording);
        let Some(intent) = screen.take(event, &shown) else { return };
        // Before the session hears of it, as this returns only once the process runs again: the stop is known by its
        // reason then.
        match intent {
            Intent::Suspend => screen.go_to_background(),
            Intent::Redraw => screen.redraw(),
            Intent::LookBack(at) => self.look_back(at),
            _ => {}
        }
        self.handle(LoopEvent::Intent(intent));
    }

    /// Stops until a shell lets this process go on; the terminal is the shell's meanwhile.
    fn suspend(&mut self) {
        let left_at = self.shows.left_at();
        match self.front.screen() {
            Some(screen) => screen.go_to_background(),
            // A process that cannot be stopped just goes on.
            None => drop(stop_this_process()),
        }
        self.shows.resume_at(left_at);
        self.handle(LoopEvent::Suspended);
    }

    fn retake_terminal(&mut self) {
        if let Some(screen) = self.front.screen() {
            screen.take_again();
        }
        self.session.redraw.ask(Redraw::Soon);
    }

    fn serve_front(&mut self) {
        let Some(screen) = self.front.screen() else { return };
        screen.ring_if_due();
        if self.shows.is_past() {
            self.serve_past();
        } else {
            self.serve_present();
        }
        let Some(screen) = self.front.screen() else { return };
        if !screen.has_lost_its_terminal() {
            return;
        }
        if outlives_hang_up() {
            // As `nohup tail -F` does: the recording goes on.
            self.front = Front::Silent(Errno::EIO.into());
        } else {
            self.handle(LoopEvent::End(Ending::Signal { name: "SIGHUP".to_owned() }));
        }
    }

    fn serve_present(&mut self) {
        let Some(screen) = self.front.screen() else { return };
        self.session.fetch_older(screen);
        if screen.may_draw(self.session.redraw) {
            self.session.redraw = draw(&self.session, screen);
        }
    }
}

fn draw(session: &Session, screen: &mut ScreenFront) -> Redraw {
    screen.draw(&session.shown(&session.available(), &recording(session)), session.redraw)
}

fn recording(session: &Session) -> RecordingState {
    session.recorder.unwritten().map_or(RecordingState::Recording, RecordingState::Failing)
}

async fn wait(until: Option<Duration>) {
    match until {
        Some(duration) => tokio::time::sleep(duration).await,
        None => std::future::pending().await,
    }
}
