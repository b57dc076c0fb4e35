//! The options of the command line merged with the settings.

use std::path::{Path, PathBuf};

use super::stop::Stop;
use crate::{
    appliance::ssh::Destination,
    cli::{ConnectionArgs, HeadlessArgs, RunArgs, RunsDir, TestArgs},
    ingest::LogSource,
    journal::{self, JournalError, RunFolder},
    run::{self, SheetOrigin, Summary, TestSheet},
    session::{self, Display, setup::keymap, state::StatedTest},
    settings::{Settings, Symbols, load_plan},
    text::{self, Charset},
};

pub(in crate::commands) const fn display(output: HeadlessArgs) -> Display {
    match (output.headless, output.json) {
        (false, _) => Display::Screen,
        (true, false) => Display::Lines,
        (true, true) => Display::Json,
    }
}

/// Reads the settings, and sets the characters of all output as they ask.
pub(in crate::commands) fn load(path: Option<&Path>) -> Result<Settings, Stop> {
    let settings = Settings::load(path).map_err(Stop::usage)?;
    match settings.screen.symbols {
        Symbols::Auto => {}
        Symbols::Unicode => text::set_charset(Charset::Unicode),
        Symbols::Ascii => text::set_charset(Charset::Ascii),
    }
    check_destinations(&settings)?;
    keymap(&settings).map_err(Stop::usage)?;
    Ok(settings)
}

/// Refuses what cannot be a destination before anything is done with it: a password in it is never shown.
pub(in crate::commands) fn check_destinations(settings: &Settings) -> Result<(), Stop> {
    for appliance in [&settings.primary, &settings.dr] {
        if let Some(destination) = &appliance.destination {
            Destination::parse(destination).map_err(Stop::usage)?;
        }
    }
    Ok(())
}

/// The settings with the command line laid over them.
pub(in crate::commands) fn merged(
    connection: &ConnectionArgs,
    runs: &RunsDir,
) -> Result<(Settings, LogSource), Stop> {
    let mut settings = load(connection.settings.as_deref())?;
    settings.primary.destination = connection.primary.clone().or(settings.primary.destination);
    settings.dr.destination = connection.dr.clone().or(settings.dr.destination);
    settings.runs_dir = runs.runs_dir.clone().or(settings.runs_dir);
    settings.read_only |= connection.read_only;
    check_destinations(&settings)?;
    let log = match connection.log.as_str() {
        "ssh" => LogSource::Ssh,
        "-" => LogSource::StandardInput,
        path => LogSource::File(PathBuf::from(path)),
    };
    Ok((settings, log))
}

pub(in crate::commands) fn runs_dir(arguments: &RunsDir) -> Result<PathBuf, Stop> {
    runs_dir_of(arguments, &load(None)?)
}

pub(in crate::commands) fn runs_dir_of(arguments: &RunsDir, settings: &Settings) -> Result<PathBuf, Stop> {
    Ok(session::runs_dir(arguments.runs_dir.as_deref().or(settings.runs_dir.as_deref()))?)
}

pub(in crate::commands) fn folder(arguments: &RunArgs) -> Result<RunFolder, Stop> {
    journal::find_run(&runs_dir(&arguments.runs)?, &arguments.run).map_err(Stop::usage)
}

pub(in crate::commands) fn summary(folder: &RunFolder) -> Result<Summary, JournalError> {
    let (run, report) = journal::read_run(folder)?;
    Ok(run::summarise(&run, run.last_at, report.head))
}

/// What is stated of the test: by the flags, else by the settings.
pub(in crate::commands) fn stated_test(test: &TestArgs, settings: &Settings) -> Result<StatedTest, Stop> {
    let engineer = test.engineer.clone().or_else(|| settings.engineer.clone());
    let sheet = if let Some(path) = &test.plan {
        Some(load_plan(path).map_err(Stop::usage)?)
    } else {
        let sheet = settings.plan.clone().sheet();
        (sheet != TestSheet::default()).then_some((sheet, SheetOrigin::Settings))
    };
    Ok(StatedTest { engineer: engineer.filter(|name| !name.is_empty()), sheet, is_taken_over: false })
}
