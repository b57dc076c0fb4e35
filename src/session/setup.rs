//! What a demo and a watch of real appliances have in common: failures, the first record, the front.

use std::{
    io::{self, IsTerminal as _},
    path::{Path, PathBuf},
};

use thiserror::Error;

use crate::{
    appliance::{gate::GateError, ssh::InvalidDestination},
    console::{
        front::Front,
        headless::{Headless, Style},
        lines::LineSink,
        screen_front::ScreenFront,
    },
    dialect::{Dialect, DialectError},
    journal::{FindError, JournalError, NoStateDirectory, RunFolder, default_runs_dir},
    run::{
        Event, FORMAT, ImportedLog, KnownRole, LogOrigin, PastRun, RunId, RunSettings, Started, Timestamp,
    },
    screen::{Charset, Keymap, Mode, Scheme, Theme, ThemeChoice},
    settings::{ScreenSettings, Settings, SettingsError, Symbols, ThemeName},
    simulator::SimulatorError,
};

use super::{
    record::identity::LocalIdentity,
    record::recorder::{Appended, Recorder, Syncing},
};

/// Why a watch could not begin.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error(transparent)]
    Scenario(#[from] SimulatorError),
    #[error(transparent)]
    Dialect(#[from] DialectError),
    /// The dialect holds a line that may never be sent.
    #[error(transparent)]
    Gate(#[from] GateError),
    #[error(transparent)]
    Find(#[from] FindError),
    #[error(transparent)]
    NoStateDirectory(#[from] NoStateDirectory),
    #[error(transparent)]
    Destination(#[from] InvalidDestination),
    /// The flags contradict each other or leave something out.
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// An appliance cannot be reached at the start.
    #[error("{0}")]
    NeverConnected(String),
    #[error("ended by {0} before the watch began; nothing was recorded")]
    Interrupted(&'static str),
    #[error("the terminal cannot be used: {0}; use --headless where there is none")]
    Terminal(#[source] io::Error),
    #[error(
        "the terminal cannot be used: {0}; a recording is shown on a terminal, `drwatch report RUN` renders it as text"
    )]
    NoTerminal(#[source] io::Error),
    /// `TERM=dumb`; `instead` is what shows the same without a screen.
    #[error("this terminal has no full screen (TERM is dumb): {instead}")]
    DumbTerminal { instead: &'static str },
    #[error("standard output cannot be written: {0}")]
    Output(#[source] io::Error),
    #[error("the system's signals cannot be listened to: {0}")]
    Signals(#[source] io::Error),
}

impl Failure {
    /// Whether the command line or its files have to be changed.
    pub(crate) const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Settings(_)
                | Self::Scenario(_)
                | Self::Dialect(_)
                | Self::Gate(_)
                | Self::Find(_)
                | Self::NoStateDirectory(_)
                | Self::Destination(_)
                | Self::Usage(_)
                | Self::DumbTerminal { .. }
        )
    }
}

/// What is shown where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Display {
    Screen,
    Lines,
    Json,
}

/// What the first record holds about the appliances.
pub(crate) struct Names {
    pub(crate) primary: Option<String>,
    pub(crate) dr: Option<String>,
    /// Where the log comes from, where that is not the DR appliance.
    pub(crate) log: Option<LogOrigin>,
    pub(crate) simulated: bool,
    /// The saved logs that the run is made from, where it is not watched.
    pub(crate) imported: Option<ImportedLog>,
    pub(crate) known_roles: Vec<KnownRole>,
    pub(crate) history: Vec<PastRun>,
}

impl Names {
    pub(crate) fn simulated() -> Self {
        let name = |role: &str| Some(format!("simulated {role}"));
        Self {
            primary: name("primary"),
            dr: name("DR appliance"),
            log: None,
            simulated: true,
            imported: None,
            known_roles: Vec::new(),
            history: Vec::new(),
        }
    }
}

pub(crate) fn started_event(
    run: &RunId,
    settings: &RunSettings,
    dialect: &Dialect,
    names: Names,
    read_only: bool,
) -> Event {
    started(run, settings, dialect.digest().to_owned(), names, read_only)
}

/// The same, of a dialect that may not be read yet.
pub(crate) fn started(
    run: &RunId,
    settings: &RunSettings,
    dialect_digest: String,
    names: Names,
    read_only: bool,
) -> Event {
    Event::RunStarted(Box::new(Started {
        format: FORMAT,
        run: run.clone(),
        demo: names.simulated,
        program: env!("DRWATCH_VERSION").to_owned(),
        recorder: LocalIdentity::of_this_process().label(),
        primary: names.primary,
        dr: names.dr,
        log: names.log,
        imported: names.imported,
        read_only,
        settings: settings.clone(),
        dialect: dialect_digest,
        known_roles: names.known_roles,
        history: names.history,
    }))
}

/// The folder that holds the runs.
pub(crate) fn runs_dir(given: Option<&Path>) -> Result<PathBuf, Failure> {
    match given {
        Some(dir) => Ok(dir.to_owned()),
        None => Ok(default_runs_dir()?),
    }
}

pub(crate) fn begin(
    runs_dir: &Path,
    now: Timestamp,
    syncing: Syncing,
    started: impl FnOnce(&RunFolder) -> Event,
) -> Result<(Recorder, Appended), Failure> {
    let folder = RunFolder::create(runs_dir, now, fastrand::u64(..))?;
    let event = started(&folder);
    Ok(Recorder::begin(folder, now, &event, syncing)?)
}

/// Checks that there is a terminal where a screen is wanted, before anything is connected to or recorded.
pub(crate) fn check_display(display: Display) -> Result<(), Failure> {
    if display != Display::Screen {
        return Ok(());
    }
    if !io::stdout().is_terminal() {
        return Err(Failure::Terminal(io::Error::other("standard output is not a terminal")));
    }
    check_not_dumb("--headless prints lines instead")
}

/// Refuses a terminal that shows sequences as text, such as a shell within an editor; `instead` says what to use.
pub(crate) fn check_not_dumb(instead: &'static str) -> Result<(), Failure> {
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    if is_dumb { Err(Failure::DumbTerminal { instead }) } else { Ok(()) }
}

/// Takes over the terminal, or prepares to print.
pub(crate) fn front(display: Display, theme: Theme, mode: Mode) -> Result<Front, Failure> {
    Ok(match display {
        Display::Screen => {
            Front::Screen(Box::new(ScreenFront::enter(theme, mode).map_err(Failure::Terminal)?))
        }
        Display::Lines => headless(Style::Lines)?,
        Display::Json => headless(Style::Json)?,
    })
}

fn headless(style: Style) -> Result<Front, Failure> {
    let lines = LineSink::new(io::stdout(), style.of_dropped()).map_err(Failure::Output)?;
    Ok(Front::Headless(Headless::new(style, lines)))
}

/// The keys with those of the settings.
pub(crate) fn keymap(settings: &Settings) -> Result<Keymap, SettingsError> {
    Keymap::with(settings.keys.iter()).map_err(|error| settings.keys.refused(error.action(), &error))
}

/// The theme that settings and environment ask for.
pub(crate) fn theme(settings: ScreenSettings) -> Theme {
    let choice = match settings.theme {
        ThemeName::Auto => ThemeChoice::Auto,
        ThemeName::Dark => ThemeChoice::Scheme(Scheme::Dark),
        ThemeName::Light => ThemeChoice::Scheme(Scheme::Light),
        ThemeName::HighContrast => ThemeChoice::Scheme(Scheme::HighContrast),
        ThemeName::ColourBlind => ThemeChoice::Scheme(Scheme::ColourBlind),
        ThemeName::Mono => ThemeChoice::Monochrome,
        ThemeName::Terminal => ThemeChoice::Terminal,
    };
    let theme = Theme::from_environment(|name| std::env::var(name).ok()).chosen(choice);
    match settings.symbols {
        Symbols::Auto => theme,
        Symbols::Unicode => Theme { charset: Charset::Unicode, ..theme },
        Symbols::Ascii => Theme { charset: Charset::Ascii, ..theme },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::TEMPLATE;

    fn read(text: &str) -> Result<Keymap, SettingsError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(&path, text).unwrap();
        keymap(&Settings::load(Some(&path))?)
    }

    #[test]
    fn the_keys_of_the_template_are_the_ones_without_settings() {
        let on = TEMPLATE.lines().skip_while(|line| *line != "[keys]").take_while(|line| !line.is_empty());
        let on: Vec<_> = on
            .map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line))
            .collect();
        assert!(on.len() > 3);
        assert_eq!(read(&on.join("\n")).unwrap().render(), Keymap::default().render());
    }

    #[test]
    fn keys_that_cannot_be_are_an_error_of_usage_with_their_line() {
        for (line, said) in [
            ("puase = \"F5\"", "no action is called `puase`"),
            ("pause = \"F55\"", "`F55`, the key of pause"),
            ("zoom = [\"x\", \"p\"]", "p is the key of both zoom and pause"),
            ("zoom = \"ctrl-c\"", "Ctrl-C always quits"),
        ] {
            let error = read(&format!("# keys\n[keys]\n{line}\n")).unwrap_err();
            assert!(error.to_string().contains("line 3: ") && error.to_string().contains(said), "{error}");
            assert!(Failure::from(error).is_usage());
        }
    }
}
