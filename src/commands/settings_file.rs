//! The command `settings`.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::command_line::{
    messages::{inform, say},
    options::load,
    runtime::{Time, runtime},
    stop::Stop,
};
use crate::{
    cli::{SettingsArgs, SettingsCommand},
    clock::Clock,
    run::Exit,
    session::{
        notices::{notifier::CommandError, trial::try_command},
        setup::keymap,
    },
    settings::{self, Settings},
};

pub(super) fn settings_file(arguments: &SettingsArgs) -> Result<Exit, Stop> {
    let path = match &arguments.settings {
        Some(path) => path.clone(),
        None => settings::default_path().map_err(Stop::usage)?,
    };
    match &arguments.command {
        SettingsCommand::Init { plan: None } => {
            settings::init(&path, settings::TEMPLATE).map_err(Stop::failed)?;
            say(&format!("{}\n", path.display()))?;
        }
        SettingsCommand::Init { plan: Some(named) } => {
            let plan = if named.is_empty() { path.with_file_name("plan.toml") } else { PathBuf::from(named) };
            settings::init(&plan, settings::PLAN_TEMPLATE).map_err(Stop::failed)?;
            say(&format!("{}\n", plan.display()))?;
        }
        SettingsCommand::Show => {
            let settings = load(arguments.settings.as_deref())?;
            say(&settings.render())?;
            say(&keymap(&settings).map_err(Stop::usage)?.render())?;
        }
        SettingsCommand::Path => say(&format!("{}\n", path.display()))?,
        SettingsCommand::TestNotify => test_notify(&load(arguments.settings.as_deref())?, &path)?,
    }
    Ok(Exit::Done)
}

#[derive(Debug, Error)]
enum TestError {
    #[error("no notice command is set; name one as `command` below [notice] in {path}")]
    NoCommand { path: String },
    #[error("the notice command failed: {0}; nobody is called by it until that is mended")]
    Failed(CommandError),
}

/// Runs the notice command of `settings`, which are those of the file at `path`.
fn test_notify(settings: &Settings, path: &Path) -> Result<(), Stop> {
    let Some(command) = &settings.notice.command else {
        return Err(Stop::usage(TestError::NoCommand { path: path.display().to_string() }));
    };
    inform(&format!("starting {}", command.join(" ")));
    let taken = runtime(Time::Real)?.block_on(try_command(command, Clock::system().now()));
    taken.map_err(|error| Stop::failed(TestError::Failed(error)))?;
    say("the notice command took the test notice; see that it has arrived where it is read at night\n")
}
