//! The command `settings`.

use std::path::PathBuf;

use super::command_line::{messages::say, options::load, stop::Stop};
use crate::{
    cli::{SettingsArgs, SettingsCommand},
    run::Exit,
    session::setup::keymap,
    settings,
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
    }
    Ok(Exit::Done)
}
