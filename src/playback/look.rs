//! `drwatch replay` and `drwatch view`: what they are made from, and their beginning.

use std::{
    io::{self, IsTerminal as _},
    sync::Arc,
};

use super::{follower::Follower, player::Player, session::Replay, stage::present, survey::Survey};
use crate::{
    clock::Clock,
    console::screen_front::ScreenFront,
    dialect::Dialect,
    journal::RunFolder,
    run::Run,
    screen::Mode,
    session::{
        setup::{Failure, theme},
        signals::Signals,
    },
    settings::Settings,
};

/// What a replay or a view is made from.
#[derive(Clone, Debug)]
pub struct LookOptions {
    /// The settings: dialect and symbols.
    pub settings: Settings,
    /// The run.
    pub folder: RunFolder,
}

/// A dialect to mark lines of the log with.
struct Marking {
    dialect: Arc<Dialect>,
    /// What to tell the engineer of it.
    warning: Option<String>,
}

impl LookOptions {
    /// The dialect that the run was recorded with, where it is at hand.
    fn marking(&self, run: &Run) -> Result<Marking, Failure> {
        let set = self.settings.dialect.as_deref().map(Dialect::load).transpose()?;
        let built_in = Dialect::built_in();
        let is_the_one = |dialect: &Dialect| dialect.digest() == run.started.dialect;
        let warning =
            "this run was recorded with another dialect: lines may be marked otherwise than they were";
        let (dialect, warning) = match set {
            Some(set) if is_the_one(&set) => (set, None),
            _ if is_the_one(&built_in) => (built_in, None),
            set => (set.unwrap_or(built_in), Some(warning.to_owned())),
        };
        Ok(Marking { dialect: Arc::new(dialect), warning })
    }

    fn front(&self, mode: Mode) -> Result<ScreenFront, Failure> {
        if !io::stdout().is_terminal() {
            return Err(Failure::NoTerminal(io::Error::other("standard output is none")));
        }
        ScreenFront::enter(theme(self.settings.screen.symbols), mode).map_err(Failure::NoTerminal)
    }
}

/// Plays a recorded run `speed` times as fast as it was recorded.
///
/// # Errors
/// The journal cannot be read, or the terminal cannot be had.
pub async fn replay(options: LookOptions, speed: f64) -> Result<io::Result<()>, Failure> {
    let survey = Survey::open(&options.folder)?;
    let Marking { dialect, warning } = options.marking(survey.run())?;
    let replay = Replay::new(Player::over(survey, dialect)?, speed);
    let signals = Signals::listen().map_err(Failure::Signals)?;
    Ok(Box::pin(present(replay, options.front(Mode::Replay)?, signals, warning)).await)
}

/// Follows a run that another process records.
///
/// # Errors
/// As for [`replay`].
pub async fn view(options: LookOptions) -> Result<io::Result<()>, Failure> {
    let survey = Survey::open(&options.folder)?;
    let Marking { dialect, warning } = options.marking(survey.run())?;
    let follower = Follower::over(survey, dialect, Clock::system());
    let signals = Signals::listen().map_err(Failure::Signals)?;
    Ok(Box::pin(present(follower, options.front(Mode::View)?, signals, warning)).await)
}
