//! A moment of the run that this process is recording, for its own screen: the player of a replay, held until the engineer
//! moves it.

use std::{sync::Arc, time::Duration};

use super::{
    engine::{Engine, Source as _},
    index::Index,
    player::Player,
};
use crate::{
    console::screen_front::ScreenFront,
    dialect::Dialect,
    journal::{JournalError, RunFolder},
    run::{Run, Timestamp},
    screen::{Play, Playback, Scrollback},
    session::look_back::{LookBack, OpenRecord},
};

/// The speed at first, once it is no longer held.
const SPEED: f64 = 10.0;

/// Reads the record of the run in `folder`, as long as it `is_wanted`.
pub(crate) fn read_record(
    folder: &RunFolder,
    is_wanted: &dyn Fn() -> bool,
) -> Result<OpenRecord, JournalError> {
    let mut index = Index::open(folder)?;
    while !index.is_read_to_end && is_wanted() {
        index.advance();
    }
    Ok(Box::new(move |dialect: Arc<Dialect>, at| {
        let player = Player::held(&index, SPEED, at)?;
        let mut engine = Engine::new(index, player, dialect);
        engine.show_log();
        Ok(Box::new(engine))
    }))
}

impl LookBack for Engine<Player> {
    fn update(&mut self) -> (bool, Duration) {
        Self::update(self)
    }

    fn steer(&mut self, play: Play) -> Option<String> {
        Self::steer(self, play)
    }

    fn page_log(&mut self, screen: &mut ScreenFront) -> bool {
        Self::page_log(self, screen)
    }

    fn resume_at(&mut self, at: Timestamp) {
        self.source.resume_at(at);
    }

    fn run(&self) -> &Run {
        Self::run(self)
    }

    fn recorded(&self) -> Option<&Run> {
        Self::recorded(self)
    }

    fn log(&self) -> &Scrollback {
        Self::log(self)
    }

    fn now(&self) -> Timestamp {
        Self::now(self)
    }

    fn status(&self) -> Playback {
        Self::status(self)
    }

    fn problem(&self) -> Option<&str> {
        Self::problem(self)
    }
}
