//! The settings file: what it may say, read and merged under the flags of the command line, and its template.

use std::{
    fs, io,
    path::{Path, PathBuf, absolute},
    time::Duration,
};

use etcetera::BaseStrategy as _;
use serde::Deserialize;

pub(crate) use error::SettingsError;
use error::located;
use keys::KeySettings;
pub(crate) use plan::{PLAN_TEMPLATE, Plan, load_plan};
pub(crate) use values::check_text;
use values::{command, days, duration, path, period, some_duration, stated_text, threads};

use crate::{
    input,
    run::{Elapsed, ResumePolicy, RunSettings, ThreadCount},
};

mod error;
mod keys;
mod plan;
mod show;
#[cfg(test)]
mod tests;
mod values;

/// The commented template that `drwatch settings init` writes.
pub(crate) const TEMPLATE: &str = include_str!("../../assets/settings.toml");

/// A settings file longer than this is taken for a mistake.
const FILE_LIMIT: u64 = 1 << 20;

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    #[serde(deserialize_with = "path")]
    pub(crate) runs_dir: Option<PathBuf>,
    /// The person at the keys.
    #[serde(deserialize_with = "stated_text")]
    pub(crate) engineer: Option<String>,
    /// Whether nothing may be sent that changes an appliance.
    pub(crate) read_only: bool,
    /// A dialect laid over the built-in one.
    #[serde(deserialize_with = "path")]
    pub(crate) dialect: Option<PathBuf>,
    /// Read by ssh in place of `~/.ssh/config`.
    #[serde(deserialize_with = "path")]
    pub(crate) ssh_config: Option<PathBuf>,
    pub(crate) primary: ApplianceSettings,
    pub(crate) dr: ApplianceSettings,
    pub(crate) replication: ReplicationSettings,
    pub(crate) download: DownloadSettings,
    pub(crate) polling: PollingSettings,
    pub(crate) screen: ScreenSettings,
    pub(crate) keys: KeySettings,
    pub(crate) notice: NoticeSettings,
    pub(crate) programme: ProgrammeSettings,
    /// The test sheet, where no plan is named.
    pub(crate) plan: Plan,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ApplianceSettings {
    /// Anything ssh takes.
    pub(crate) destination: Option<String>,
    /// A program that prints the password, and its arguments.
    #[serde(deserialize_with = "command")]
    pub(crate) password_command: Option<Vec<String>>,
    /// A program that prints the password that `enable` asks for, and its arguments.
    #[serde(deserialize_with = "command")]
    pub(crate) enable_password_command: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ReplicationSettings {
    pub(crate) resume_policy: ResumePolicy,
    /// How long it may stay paused in all.
    #[serde(deserialize_with = "some_duration")]
    pub(crate) pause_budget: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DownloadSettings {
    /// Threads wanted, 16 to 128.
    #[serde(deserialize_with = "threads")]
    pub(crate) threads: u32,
    /// No GET for this long is a stall.
    #[serde(deserialize_with = "duration")]
    pub(crate) stall_after: Duration,
}

impl Default for DownloadSettings {
    fn default() -> Self {
        Self { threads: 128, stall_after: Duration::from_mins(2) }
    }
}

/// How often the appliances are asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PollingSettings {
    /// The GET counter until stage 1 ends.
    #[serde(deserialize_with = "period")]
    pub(crate) counter: Duration,
    #[serde(deserialize_with = "period")]
    pub(crate) counter_after_stage_1: Duration,
    #[serde(deserialize_with = "period")]
    pub(crate) replication: Duration,
    #[serde(deserialize_with = "period")]
    pub(crate) threads: Duration,
    #[serde(deserialize_with = "period")]
    pub(crate) service: Duration,
}

impl Default for PollingSettings {
    fn default() -> Self {
        Self {
            counter: Duration::from_secs(5),
            counter_after_stage_1: Duration::from_mins(1),
            replication: Duration::from_secs(15),
            threads: Duration::from_secs(30),
            service: Duration::from_secs(30),
        }
    }
}

/// How phase ends, stalls, alarms, the budget and lost appliances reach an engineer who is not looking.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NoticeSettings {
    /// Whether the terminal's bell rings.
    pub(crate) bell: bool,
    /// A program and its arguments, given the event as JSON on standard input.
    #[serde(deserialize_with = "command")]
    pub(crate) command: Option<Vec<String>>,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self { bell: true, command: None }
    }
}

/// When the tests of `runs --programme` are due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ProgrammeSettings {
    /// Days from a test that restored the namespace to the next one.
    #[serde(deserialize_with = "days")]
    pub(crate) test_interval_days: u32,
}

impl Default for ProgrammeSettings {
    fn default() -> Self {
        Self { test_interval_days: 365 }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ScreenSettings {
    pub(crate) symbols: Symbols,
    pub(crate) theme: ThemeName,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ThemeName {
    /// Dark or light, as the background of the terminal is.
    #[default]
    Auto,
    Dark,
    Light,
    HighContrast,
    #[serde(alias = "color-blind")]
    ColourBlind,
    Mono,
    /// The terminal's own sixteen colours.
    Terminal,
}

impl ThemeName {
    /// As it is written in the file.
    const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::ColourBlind => "colour-blind",
            Self::Mono => "mono",
            Self::Terminal => "terminal",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Symbols {
    /// As the locale says.
    #[default]
    Auto,
    /// Box drawing, blocks and braille.
    Unicode,
    Ascii,
}

impl Settings {
    /// Reads `path`, or the default file where it exists, or the defaults.
    pub(crate) fn load(path: Option<&Path>) -> Result<Self, SettingsError> {
        match path {
            Some(path) => Self::read(path),
            None => match default_path() {
                Ok(path) if path.exists() => Self::read(&path),
                // Where there is no home directory there is no settings file to miss.
                _ => Ok(Self::default()),
            },
        }
    }

    fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = input::read_text(path, FILE_LIMIT)
            .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
        let mut settings: Self = toml::from_str(&text).map_err(|error| SettingsError::Invalid {
            path: path.to_owned(),
            detail: located(&text, &error),
        })?;
        for keys in settings.keys.0.values_mut() {
            keys.found_in(path.to_owned(), &text);
        }
        // Paths in the file are meant from its own folder, wherever drwatch is started.
        let folder = absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = folder.parent().unwrap_or(Path::new(""));
        for path in [&mut settings.runs_dir, &mut settings.dialect, &mut settings.ssh_config] {
            *path = path.take().map(|path| folder.join(in_home(path)));
        }
        for command in settings.commands() {
            resolve_command(command, folder);
        }
        Ok(settings)
    }

    fn commands(&mut self) -> impl Iterator<Item = &mut Vec<String>> {
        let of_primary = [&mut self.primary.password_command, &mut self.primary.enable_password_command];
        let of_dr = [&mut self.dr.password_command, &mut self.dr.enable_password_command];
        of_primary.into_iter().chain(of_dr).chain([&mut self.notice.command]).flatten()
    }

    /// The settings that a run records.
    pub(crate) fn for_run(&self) -> RunSettings {
        RunSettings {
            resume_policy: self.replication.resume_policy,
            pause_budget: self.replication.pause_budget.map(Elapsed::from),
            stall_after: Elapsed::from(self.download.stall_after),
            threads: ThreadCount(self.download.threads),
        }
    }
}

/// Expands a leading `~/` or `$HOME/`: no shell has done it.
fn in_home(path: PathBuf) -> PathBuf {
    let rest = ["~", "$HOME", "${HOME}"].iter().find_map(|home| path.strip_prefix(home).ok());
    match (rest, etcetera::home_dir()) {
        (Some(rest), Ok(home)) => home.join(rest),
        _ => path,
    }
}

/// Resolves the paths of a command: its program from the `folder` of the settings, unless it is a bare name, and
/// arguments that begin with the home directory.
fn resolve_command(command: &mut [String], folder: &Path) {
    for (place, word) in command.iter_mut().enumerate() {
        let is_program_path = place == 0 && word.contains('/');
        let path = in_home(PathBuf::from(word.as_str()));
        let path = if is_program_path { folder.join(path) } else { path };
        // Not UTF-8 only where the home directory is not: then the shell's form stays.
        if let Some(path) = path.to_str().filter(|path| path != word) {
            *word = path.to_owned();
        }
    }
}

/// Where the settings are looked for: `$XDG_CONFIG_HOME/drwatch/settings.toml`.
pub(crate) fn default_path() -> Result<PathBuf, SettingsError> {
    let base = etcetera::choose_base_strategy().map_err(|_| SettingsError::NoHome)?;
    Ok(base.config_dir().join("drwatch").join("settings.toml"))
}

/// Writes `template` to `path`, never over a file.
pub(crate) fn init(path: &Path, template: &str) -> Result<(), SettingsError> {
    let unwritable = |source| SettingsError::Unwritable { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    match fs::File::create_new(path) {
        Ok(mut file) => io::Write::write_all(&mut file, template.as_bytes()).map_err(unwritable),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(SettingsError::Exists { path: path.to_owned() })
        }
        Err(error) => Err(unwritable(error)),
    }
}
