//! A replay: the player kept at the pace the engineer wants, and steered by keys.

use std::{ops::Range, time::Duration};

use tokio::time::Instant;

use super::{
    pace::Pace,
    player::Player,
    stage::{Showing, Turn},
    survey::Reading,
};
use crate::{
    journal::JournalError,
    run::{Elapsed, Run, Timestamp},
    screen::{Landmark, Motion, Play, Playback, Position, Scrollback, Seek},
};

/// How often a playing replay is looked at.
const FRAME: Duration = Duration::from_millis(33);

/// How often a live journal is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Going back twice within this time of the reader goes back two places and not to the same one again.
const AGAIN: Duration = Duration::from_millis(1500);

/// A replay under way.
pub(super) struct Replay {
    player: Player,
    pace: Pace,
    looked: Option<Instant>,
    reading: Reading,
    /// Why the journal could not be looked at the last time.
    unreadable: Option<String>,
}

impl Replay {
    pub(super) fn new(player: Player, speed: f64) -> Self {
        let pace = Pace::playing(player.run().last_at, speed);
        Self { player, pace, looked: None, reading: Reading::More, unreadable: None }
    }

    /// The journal looked at again, where that is due.
    fn look(&mut self) -> Result<bool, JournalError> {
        let is_due = self.looked.is_none_or(|at| at.elapsed() >= LOOK_EVERY);
        if is_due {
            self.looked = Some(Instant::now());
            self.player.refresh()?;
        }
        if is_due || self.reading == Reading::More {
            let end = self.player.survey().run().last;
            self.reading = self.player.look_ahead();
            return Ok(end != self.player.survey().run().last);
        }
        Ok(false)
    }

    fn end(&self) -> Timestamp {
        self.player.survey().run().last_at
    }

    fn go_to(&mut self, at: Timestamp) -> Result<(), JournalError> {
        self.player.go_to_time(at)?;
        self.pace.go_to(at);
        Ok(())
    }

    /// Carries a wish out; a sentence where there is nothing to go to.
    fn carry_out(&mut self, play: Play) -> Result<Option<String>, JournalError> {
        match play {
            Play::Hold if self.pace.is_held() => self.pace.go_on(),
            Play::Hold => self.pace.hold(),
            Play::Faster => self.pace.faster(),
            Play::Slower => self.pace.slower(),
            Play::Beginning => self.go_to(self.player.run().started_at)?,
            Play::End => {
                self.player.go_to_record(self.player.survey().run().last)?;
                self.pace.go_to(self.player.run().last_at);
            }
            Play::Seek(seek) => self.seek(seek)?,
            Play::Next(kind) => return self.go_to_landmark(kind, Way::On),
            Play::Previous(kind) => return self.go_to_landmark(kind, Way::Back),
        }
        Ok(None)
    }

    fn seek(&mut self, seek: Seek) -> Result<(), JournalError> {
        let to = seek.resolve(self.pace.now(), self.player.run().started_at, self.end());
        self.go_to(to)
    }

    fn go_to_landmark(&mut self, kind: Landmark, way: Way) -> Result<Option<String>, JournalError> {
        let place = match way {
            Way::On => self.player.next_landmark(kind),
            Way::Back => self.player.previous_landmark(kind, self.before_again()),
        };
        let Some(place) = place else { return Ok(Some(format!("no {} {}", way.words(), words(kind)))) };
        self.player.go_to_record(place.record)?;
        self.pace.go_to(place.at);
        Ok(None)
    }

    /// The time before which a place is another than the one just gone to.
    fn before_again(&self) -> Timestamp {
        let now = self.pace.now();
        if self.pace.is_held() {
            return now;
        }
        let back = AGAIN.mul_f64(self.pace.speed());
        let back = chrono::TimeDelta::from_std(back).unwrap_or_default();
        now.shifted(-back)
    }
}

/// Direction in which a place is looked for.
#[derive(Clone, Copy)]
enum Way {
    On,
    Back,
}

impl Way {
    const fn words(self) -> &'static str {
        match self {
            Self::On => "later",
            Self::Back => "earlier",
        }
    }
}

const fn words(kind: Landmark) -> &'static str {
    match kind {
        Landmark::Phase => "change of phase",
        Landmark::Action => "action or statement",
        Landmark::Finding => "finding",
        Landmark::Any => "phase, action or finding",
    }
}

impl Showing for Replay {
    fn turn(&mut self) -> Turn {
        let looked = self.look();
        let before = self.player.run().last;
        let now = self.pace.now();
        if !self.pace.is_held() {
            let reached = self.player.play_to(now);
            // Beyond the last record there is no time to show; a live recording goes on there.
            let reached =
                if self.player.is_at_the_end() { reached.min(self.player.run().last_at) } else { reached };
            if reached != now {
                self.pace.go_to(reached);
            }
        }
        let is_at_the_end = self.player.is_at_the_end() && self.reading == Reading::AtTheEnd;
        self.unreadable = looked.as_ref().err().map(ToString::to_string);
        let is_still = self.pace.is_held() || is_at_the_end;
        Turn {
            changed: looked.unwrap_or(false) || before != self.player.run().last || !is_still,
            wait: match self.reading {
                Reading::More => Duration::ZERO,
                Reading::AtTheEnd if is_still => LOOK_EVERY,
                Reading::AtTheEnd => FRAME,
            },
        }
    }

    fn run(&self) -> &Run {
        self.player.run()
    }

    fn log(&self) -> &Scrollback {
        self.player.log()
    }

    fn supply(&mut self, wanted: &Range<u64>) -> Result<(), String> {
        self.player.supply(wanted)
    }

    fn now(&self) -> Timestamp {
        self.pace.now().min(self.end().max(self.player.run().last_at))
    }

    fn trouble(&self) -> Option<String> {
        self.unreadable.clone().or_else(|| self.player.trouble())
    }

    fn playback(&self) -> Playback {
        let is_at_the_end = self.player.is_at_the_end() && self.reading == Reading::AtTheEnd;
        let motion = match (self.pace.is_held(), is_at_the_end) {
            (true, _) => Motion::Held,
            (false, true) => Motion::AtTheEnd,
            (false, false) => Motion::Playing,
        };
        let began = self.player.run().started_at;
        let whole_seconds = |at: Timestamp| Elapsed::from_secs(at.since(began).secs());
        Playback::Replay(Position {
            speed: self.pace.speed(),
            motion,
            reached: whole_seconds(self.now()),
            length: whole_seconds(self.end()),
        })
    }

    fn steer(&mut self, play: Play) -> Option<String> {
        self.carry_out(play).unwrap_or_else(|error| Some(error.to_string()))
    }

    fn resumed(&mut self, left_at: Timestamp) {
        self.pace.go_to(left_at);
    }

    fn closing(&self) -> String {
        let at = self.now().utc().format("%Y-%m-%d %H:%M:%S");
        let run = &self.player.run().started.run;
        format!("The replay of {run} was left at {at} UTC. Nothing was sent or recorded.\n")
    }
}
