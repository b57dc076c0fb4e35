//! The screen of a session that makes no record: keys in, frames out, until the engineer quits. What is
//! shown is the player's or the follower's matter.

use std::{io, ops::Range, time::Duration};

use crossterm::event::Event as TerminalEvent;
use tokio::time::Instant;

use crate::{
    clock::Clock,
    console::screen_front::{ScreenFront, Shown},
    run::{Run, Timestamp},
    screen::{AvailableActions, Intent, MessageKind, Play, Playback, RecordingState, Scrollback},
    session::signals::{Signalled, Signals},
};

/// How long a message stays: the reader's time, which is not the recording's.
const MESSAGE: Duration = Duration::from_secs(8);

/// Least time between two looks, so that keys and signals always get their turn.
const LEAST: Duration = Duration::from_millis(1);

/// Longest time between two looks.
const MOST: Duration = Duration::from_secs(1);

/// How long older lines are read before everything else gets its turn.
const SLICE: Duration = Duration::from_millis(15);

/// What came of a look at the recording.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// Whether there is something new to show.
    pub(super) changed: bool,
    /// How long until the next look is due.
    pub(super) wait: Duration,
}

/// A recording that is shown.
pub(super) trait Showing {
    /// Does what is due.
    fn turn(&mut self) -> Turn;
    /// The run to show.
    fn run(&self) -> &Run;
    /// Its log.
    fn log(&self) -> &Scrollback;
    /// Reads rows of its log that are not in memory; why, as a sentence, where they cannot be read.
    fn supply(&mut self, wanted: &Range<u64>) -> Result<(), String>;
    /// The time to show.
    fn now(&self) -> Timestamp;
    /// Why not all of it can be shown, as a sentence.
    fn trouble(&self) -> Option<String>;
    /// What the header tells of it.
    fn playback(&self) -> Playback;
    /// Does as the engineer wishes; a sentence where that cannot be done.
    fn steer(&mut self, play: Play) -> Option<String>;
    /// Time has passed in which nobody looked: none of it counts.
    fn resumed(&mut self, left_at: Timestamp);
    /// The last words.
    fn closing(&self) -> String;
}

/// Shows `showing` until the engineer quits, a signal comes or the terminal is gone; `first_words` are told
/// at once.
pub(super) async fn present(
    mut showing: impl Showing,
    mut front: ScreenFront,
    mut signals: Signals,
    mut first_words: Option<String>,
) -> io::Result<()> {
    let clock = Clock::system();
    let mut stage = Stage { dirty: true, said: None, drawn: None, trouble: None };
    loop {
        let turn = showing.turn();
        stage.dirty |= turn.changed;
        if let Some(warning) = stage.news_of_trouble(&showing).or_else(|| first_words.take()) {
            front.view().notify(warning, MessageKind::Bad, showing.now());
            stage.said = Some(Instant::now());
            stage.dirty = true;
        }
        stage.fetch_older(&mut showing, &mut front);
        stage.draw(&showing, &mut front);
        if front.has_lost_its_terminal() {
            break;
        }
        let wait = if stage.dirty { front.until_next_frame().min(turn.wait) } else { turn.wait };
        tokio::select! {
            biased;
            signal = signals.next() => {
                let left_at = showing.now();
                match signal {
                    Signalled::End(_) => break,
                    Signalled::Stop => {
                        front.go_to_background();
                        showing.resumed(left_at);
                    }
                    Signalled::GoneOn => front.take_again(),
                }
                stage.dirty = true;
            }
            event = front.input().next() => {
                if stage.key(event, &mut showing, &mut front).is_break() {
                    break;
                }
            }
            () = clock.sleep(wait.clamp(LEAST, MOST)) => {}
        }
    }
    let mut closing = showing.closing();
    if let Some(trouble) = showing.trouble() {
        closing = format!("{closing}Not all of the record could be shown: {trouble}\n");
    }
    front.finish(&closing)
}

/// What has to be remembered between two turns.
struct Stage {
    dirty: bool,
    said: Option<Instant>,
    drawn: Option<Instant>,
    /// The trouble last told of.
    trouble: Option<String>,
}

impl Stage {
    /// The trouble with the recording, if it is another than was told of.
    fn news_of_trouble(&mut self, showing: &impl Showing) -> Option<String> {
        let trouble = showing.trouble();
        let news = trouble.clone().filter(|text| self.trouble.as_ref() != Some(text));
        self.dirty |= self.trouble != trouble;
        self.trouble = trouble;
        news
    }

    /// Reads the older lines that the engineer has gone back to, or looks for; not longer than a moment.
    fn fetch_older(&mut self, showing: &mut impl Showing, front: &mut ScreenFront) {
        let available = AvailableActions::default();
        let since = Instant::now();
        let said_before = front.view().has_message();
        while since.elapsed() < SLICE {
            let Some(wanted) = front.wants_rows(&shown(showing, &available)) else { break };
            if let Err(reason) = showing.supply(&wanted) {
                front.rows_unreadable(reason, &shown(showing, &available));
            }
            self.dirty = true;
        }
        if front.view().has_message() && !said_before {
            self.said = Some(since);
        }
    }

    fn draw(&mut self, showing: &impl Showing, front: &mut ScreenFront) {
        // Ages and the clock move on with nothing recorded.
        self.dirty |= self.drawn.is_none_or(|at| at.elapsed() >= MOST);
        if !self.dirty || !front.may_draw() {
            return;
        }
        let now = showing.now();
        let view = front.view();
        if self.said.is_some_and(|said| said.elapsed() < MESSAGE) {
            view.keep_message(now);
        } else {
            view.drop_message();
        }
        view.set_playback(showing.playback());
        front.draw(&shown(showing, &AvailableActions::default()));
        self.dirty = front.view().is_searching();
        self.drawn = Some(Instant::now());
    }

    fn key(
        &mut self,
        event: Option<TerminalEvent>,
        showing: &mut impl Showing,
        front: &mut ScreenFront,
    ) -> std::ops::ControlFlow<()> {
        self.dirty = true;
        let intent = front.take(event, &shown(showing, &AvailableActions::default()));
        let refusal = match intent {
            Some(Intent::Quit) => return std::ops::ControlFlow::Break(()),
            Some(Intent::Suspend) => {
                let left_at = showing.now();
                front.go_to_background();
                showing.resumed(left_at);
                None
            }
            Some(Intent::Redraw) => {
                front.redraw();
                None
            }
            Some(Intent::Play(play)) => showing.steer(play),
            // The screen asks for nothing else where no record is made, and there is nobody here to do it.
            Some(_) | None => None,
        };
        if let Some(refusal) = refusal {
            front.view().notify(refusal, MessageKind::Plain, showing.now());
        }
        if front.view().has_message() {
            self.said = Some(Instant::now());
        }
        std::ops::ControlFlow::Continue(())
    }
}

fn shown<'a>(showing: &'a impl Showing, available: &'a AvailableActions) -> Shown<'a> {
    Shown {
        run: showing.run(),
        log: showing.log(),
        available,
        recording: if showing.trouble().is_some() {
            &RecordingState::Damaged
        } else {
            &RecordingState::NotRecording
        },
        now: showing.now(),
    }
}
