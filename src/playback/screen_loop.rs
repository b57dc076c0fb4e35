//! The loop of replay and view: keys in, frames out, until the engineer quits, a signal comes or the terminal is gone.

use std::{io, ops::ControlFlow, time::Duration};

use crossterm::event::Event as TerminalEvent;
use tokio::time::Instant;

use super::engine::{Engine, Source};
use crate::{
    clock::Clock,
    console::{
        pace::Redraw,
        screen_front::{ScreenFront, Shown},
    },
    screen::{AvailableActions, Intent, MessageKind, Mode, RecordingState},
    session::signals::{Signalled, Signals},
};

/// Least time between two updates, so that keys and signals are always looked at.
const MIN_WAIT: Duration = Duration::from_millis(1);

/// Longest time between two updates and two frames: ages and clocks on the screen move with nothing recorded.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// Shows `engine` on `front`; `warning` is shown at once.
pub(super) async fn run<S: Source>(
    engine: Engine<S>,
    front: ScreenFront,
    mut signals: Signals,
    warning: Option<String>,
) -> io::Result<()> {
    let clock = Clock::system();
    let mut screen = PlaybackScreen { engine, front, is_dirty: true, drawn_at: None, reported: None };
    screen.show_message(warning, MessageKind::Bad);
    loop {
        let (has_changed, wait) = screen.engine.update();
        screen.is_dirty |= has_changed;
        screen.report_problem();
        screen.is_dirty |= screen.engine.page_log(&mut screen.front);
        screen.draw();
        if screen.front.has_lost_its_terminal() {
            break;
        }
        let frame = if screen.is_dirty { screen.front.until_next_frame(Redraw::Soon) } else { None }
            .unwrap_or(MAX_WAIT);
        // Signals before keys, so that a key held down cannot delay an end; both lose nothing when another arm wins.
        tokio::select! {
            biased;
            signal = signals.next() => match signal {
                Signalled::End(_) => break,
                Signalled::Stop => screen.suspend(),
                Signalled::GoneOn => {
                    screen.front.take_again();
                    screen.is_dirty = true;
                }
            },
            event = screen.front.input().next() => {
                if screen.handle(event).is_break() {
                    break;
                }
            }
            () = clock.sleep(wait.min(frame).clamp(MIN_WAIT, MAX_WAIT)) => {}
        }
    }
    let farewell = screen.engine.farewell();
    screen.front.finish(&farewell)
}

/// The engine and the terminal it is shown on.
struct PlaybackScreen<S> {
    engine: Engine<S>,
    front: ScreenFront,
    is_dirty: bool,
    drawn_at: Option<Instant>,
    /// The problem reported last.
    reported: Option<String>,
}

impl<S: Source> PlaybackScreen<S> {
    /// Reports a problem with the recording once, until it is another one.
    fn report_problem(&mut self) {
        let problem = self.engine.problem();
        if problem != self.reported.as_deref() {
            self.reported = problem.map(str::to_owned);
            self.is_dirty = true;
            self.show_message(self.reported.clone(), MessageKind::Bad);
        }
    }

    fn show_message(&mut self, text: Option<String>, kind: MessageKind) {
        if let Some(text) = text {
            self.front.view().notify(text, kind, self.engine.now());
        }
    }

    fn draw(&mut self) {
        self.is_dirty |= self.drawn_at.is_none_or(|at| at.elapsed() >= MAX_WAIT);
        if !self.is_dirty || !self.front.may_draw(Redraw::Soon) {
            return;
        }
        let mode = self.front.mode();
        let view = self.front.view();
        view.playback = Some(self.engine.status());
        if let Some(recorded) = self.engine.recorded().filter(|_| mode == Mode::Replay) {
            view.list_events_of(recorded);
        }
        let wanted = self.front.draw(&shown(&self.engine, &AvailableActions::default()), Redraw::Soon);
        self.is_dirty = wanted != Redraw::Not;
        self.drawn_at = Some(Instant::now());
    }

    fn suspend(&mut self) {
        // Read before the stop: the clock of a replay goes on meanwhile.
        let left_at = self.engine.now();
        self.front.go_to_background();
        self.engine.source.resume_at(left_at);
        self.is_dirty = true;
    }

    fn handle(&mut self, event: Option<TerminalEvent>) -> ControlFlow<()> {
        self.is_dirty = true;
        match self.front.take(event, &shown(&self.engine, &AvailableActions::default())) {
            Some(Intent::Quit) => return ControlFlow::Break(()),
            Some(Intent::Suspend) => self.suspend(),
            Some(Intent::Redraw) => self.front.redraw(),
            Some(Intent::Play(play)) => {
                let answer = self.engine.steer(play);
                self.show_message(answer, MessageKind::Plain);
            }
            // In these modes the screen offers nothing else.
            Some(_) | None => {}
        }
        ControlFlow::Continue(())
    }
}

fn shown<'a, S: Source>(engine: &'a Engine<S>, available: &'a AvailableActions) -> Shown<'a> {
    let recording = match engine.problem() {
        Some(_) => &RecordingState::Damaged,
        None => &RecordingState::NotRecording,
    };
    Shown { run: engine.run(), log: engine.log(), available, recording, now: engine.now() }
}
