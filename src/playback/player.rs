//! The source of `drwatch replay`: plays a recording at the speed wanted, and goes where the keys say.

use std::time::Duration;

use super::{cursor::Cursor, engine::Source, index::Index, snapshots::SeekTarget};
use crate::{
    clock::Clock,
    journal::JournalError,
    run::{Elapsed, Run, Timestamp},
    screen::{Landmark, Motion, Play, Playback, Position},
};

/// The speeds that the keys step through.
const SPEEDS: [f64; 19] = [
    0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0,
    20_000.0, 50_000.0, 100_000.0,
];

/// Of the reader's time: a second step back within it goes to the landmark before the one just reached, though the
/// replay has played on from there meanwhile.
const STEP_BACK_WINDOW: Duration = Duration::from_millis(1500);

pub(super) struct Player {
    pub(super) cursor: Cursor,
    speed: f64,
    clock: Clock,
    /// The time at which the engineer holds the replay.
    held_at: Option<Timestamp>,
}

impl Player {
    /// A player that starts at the first record.
    pub(super) fn new(index: &Index, speed: f64) -> Result<Self, JournalError> {
        let cursor = Cursor::new(index)?;
        let clock = Clock::scaled(cursor.run().last_at, speed);
        Ok(Self { cursor, speed, clock, held_at: None })
    }

    /// A player that is held at that moment, or at the last record.
    pub(super) fn held(index: &Index, speed: f64, at: Option<Timestamp>) -> Result<Self, JournalError> {
        let mut player = Self::new(index, speed)?;
        let at = at.unwrap_or(index.end.last_at).clamp(index.end.started_at, index.end.last_at);
        player.cursor.go_to(index, SeekTarget::Time(at))?;
        player.held_at = Some(at);
        Ok(player)
    }

    fn time(&self) -> Timestamp {
        self.held_at.unwrap_or_else(|| self.clock.now())
    }

    /// Sets the time; a replay that is held stays held.
    fn set_time(&mut self, at: Timestamp) {
        self.held_at = self.held_at.map(|_| at);
        self.clock = Clock::scaled(at, self.speed);
    }

    fn set_speed(&mut self, speed: Option<f64>) {
        // Before the speed changes, as the time so far has passed at the old one.
        let now = self.time();
        self.speed = speed.unwrap_or(self.speed);
        self.set_time(now);
    }

    /// Whether the last record is shown and no more of the journal is known.
    fn is_at_end(&self, index: &Index) -> bool {
        self.cursor.is_at_end(index) && index.is_read_to_end
    }

    /// The latest time of a landmark to step back to.
    fn step_back_from(&self) -> Timestamp {
        // A replay that is held does not play on from the landmark.
        let window =
            if self.held_at.is_some() { Duration::ZERO } else { STEP_BACK_WINDOW.mul_f64(self.speed) };
        self.time().shifted(-chrono::TimeDelta::from_std(window).unwrap_or_default())
    }
}

const fn name(kind: Landmark) -> &'static str {
    match kind {
        Landmark::Phase => "change of phase",
        Landmark::Action => "action or statement",
        Landmark::Finding => "finding",
        Landmark::Any => "phase, action or finding",
    }
}

impl Source for Player {
    fn run<'a>(&'a self, _: &'a Index) -> &'a Run {
        self.cursor.run()
    }

    fn advance(&mut self, index: &Index) -> bool {
        if self.held_at.is_some() {
            return false;
        }
        let now = self.time();
        let mut reached = self.cursor.play_to(index, now);
        // Time stops at the last record: a recording still being made goes on there.
        if self.cursor.is_at_end(index) {
            reached = reached.min(self.cursor.run().last_at);
        }
        // The clock begins anew at the time reached: a machine too slow for the speed plays late, and skips
        // nothing.
        if reached != now {
            self.set_time(reached);
        }
        !self.is_at_end(index)
    }

    fn now(&self, index: &Index) -> Timestamp {
        self.time().min(index.end.last_at.max(self.cursor.run().last_at))
    }

    fn status(&self, index: &Index) -> Playback {
        let motion = match (self.held_at.is_some(), self.is_at_end(index)) {
            (true, _) => Motion::Held,
            (false, true) => Motion::AtTheEnd,
            (false, false) => Motion::Playing,
        };
        let elapsed = |at: Timestamp| Elapsed::from_secs(at.since(self.cursor.run().started_at).secs());
        let (reached, length) = (elapsed(self.now(index)), elapsed(index.end.last_at));
        Playback::Replay(Position { speed: self.speed, motion, reached, length })
    }

    fn steer(&mut self, index: &Index, play: Play) -> Result<Option<String>, JournalError> {
        let (here, end) = (self.cursor.run(), &index.end);
        let (target, at) = match play {
            Play::Hold => {
                let now = self.time();
                self.held_at = if self.held_at.is_some() { None } else { Some(now) };
                // The clock has run on while the replay was held, so it is set either way.
                self.set_time(now);
                return Ok(None);
            }
            Play::Faster => {
                self.set_speed(SPEEDS.into_iter().find(|speed| *speed > self.speed));
                return Ok(None);
            }
            Play::Slower => {
                self.set_speed(SPEEDS.into_iter().rev().find(|speed| *speed < self.speed));
                return Ok(None);
            }
            Play::Beginning => (SeekTarget::Time(here.started_at), here.started_at),
            Play::End => (SeekTarget::Record(end.last), end.last_at),
            Play::Seek(seek) => {
                let at = seek.resolve(self.time(), here.started_at, end.last_at);
                (SeekTarget::Time(at), at)
            }
            Play::To(moment) => {
                let target = moment.record.map_or(SeekTarget::Time(moment.at), SeekTarget::Record);
                self.cursor.go_to(index, target)?;
                // The time of an event may be an estimate that lies before its record.
                self.set_time(moment.at.max(self.cursor.run().last_at));
                return Ok(None);
            }
            Play::Next(kind) => match index.landmarks.next(kind, here.last) {
                Some(place) => (SeekTarget::Record(place.record), place.at),
                None => return Ok(Some(format!("no later {}", name(kind)))),
            },
            Play::Previous(kind) => match index.landmarks.previous(kind, here.last, self.step_back_from()) {
                Some(place) => (SeekTarget::Record(place.record), place.at),
                None => return Ok(Some(format!("no earlier {}", name(kind)))),
            },
        };
        self.cursor.go_to(index, target)?;
        self.set_time(at);
        Ok(None)
    }

    fn reopen(&mut self, index: &mut Index) -> Result<(), JournalError> {
        let last = self.cursor.run().last;
        // The cursor goes no further than the index has read.
        while index.end.last < last && !index.is_read_to_end {
            index.advance();
        }
        self.cursor = Cursor::new(index)?;
        self.cursor.go_to(index, SeekTarget::Record(last))
    }

    fn resume_at(&mut self, at: Timestamp) {
        self.set_time(at);
    }

    fn farewell(&self, index: &Index) -> String {
        let at = self.now(index).utc().format("%Y-%m-%d %H:%M:%S");
        let run = &self.cursor.run().started.run;
        format!("The replay of {run} was left at {at} UTC. Nothing was sent or recorded.\n")
    }
}
