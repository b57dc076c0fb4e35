//! A recorded run on the screen: `drwatch replay` plays it, `drwatch view` follows it while another process records
//! it. Neither has a gate, a transport or a writer, so neither can reach an appliance or change the record.
//!
//! `look_back` shows a moment of the run in the watch that records it.
//!
//! `engine` is what they share; `player` and `follower` decide which place of the recording is shown.

mod cursor;
mod engine;
mod follower;
mod index;
mod landmarks;
mod log_timeline;
mod look_back;
mod player;
mod screen_loop;
mod snapshots;

#[cfg(test)]
mod tests;

use std::{
    io::{self, IsTerminal as _},
    sync::Arc,
};

pub(crate) use self::look_back::read_record;

use self::{
    engine::{Engine, Source},
    follower::Follower,
    index::Index,
    player::Player,
};
use crate::{
    console::screen_front::ScreenFront,
    dialect::Dialect,
    journal::{JournalError, RunFolder},
    run::Run,
    screen::Mode,
    session::{
        setup::{Failure, check_not_dumb, keymap, theme},
        signals::Signals,
    },
    settings::Settings,
};

#[derive(Clone, Debug)]
pub(crate) struct PlaybackOptions {
    pub(crate) settings: Settings,
    pub(crate) folder: RunFolder,
}

/// Plays a recorded run `speed` times as fast as it was recorded.
pub(crate) async fn replay(options: PlaybackOptions, speed: f64) -> Result<io::Result<()>, Failure> {
    show(options, Mode::Replay, |index| Player::new(index, speed)).await
}

/// Follows a run that another process records.
pub(crate) async fn view(options: PlaybackOptions) -> Result<io::Result<()>, Failure> {
    show(options, Mode::View, |_| Ok(Follower::new())).await
}

async fn show<S: Source>(
    options: PlaybackOptions,
    mode: Mode,
    source: impl FnOnce(&Index) -> Result<S, JournalError>,
) -> Result<io::Result<()>, Failure> {
    if io::stdout().is_terminal() {
        check_not_dumb(
            "`drwatch report RUN` renders a recording as text, and a watch or demo prints lines with --headless",
        )?;
    }
    // Read before the terminal is taken, so that a failure is a sentence on the shell.
    let index = Index::open(&options.folder)?;
    let (dialect, warning) = dialect_for(&index.end, &options.settings)?;
    let source = source(&index)?;
    let engine = Engine::new(index, source, Arc::new(dialect));
    // Listened to before the terminal is taken: a signal must not leave it taken.
    let signals = Signals::listen().map_err(Failure::Signals)?;
    let keymap = keymap(&options.settings)?;
    let mut front = ScreenFront::enter(theme(options.settings.screen), mode).map_err(Failure::NoTerminal)?;
    front.view().keymap = Arc::new(keymap);
    front.view().run_folder = Some(options.folder.path().to_owned());
    Ok(Box::pin(screen_loop::run(engine, front, signals, warning)).await)
}

/// The dialect that marks the lines of the log: the one the run was recorded with, or else another and a warning.
fn dialect_for(run: &Run, settings: &Settings) -> Result<(Dialect, Option<String>), Failure> {
    let configured = settings.dialect.as_deref().map(Dialect::load).transpose()?;
    // The engineer's own first: it may be the one that the run was recorded with, and
    // otherwise it is the one wanted.
    let mut known = configured.into_iter().chain([Dialect::built_in()]).collect::<Vec<_>>();
    let recorded = known.iter().position(|dialect| dialect.digest() == run.started.dialect);
    let warning = recorded.is_none().then(|| {
        "this run was recorded with another dialect: lines may be marked otherwise than they were".to_owned()
    });
    Ok((known.swap_remove(recorded.unwrap_or(0)), warning))
}
