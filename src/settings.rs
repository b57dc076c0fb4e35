//! The settings file: read, merged under the flags of the command line, and its template.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use etcetera::BaseStrategy as _;
use serde::{Deserialize, Deserializer, de::Error as _};
use thiserror::Error;

use crate::run::{ResumePolicy, RunSettings, Span, ThreadCount};

/// The commented template that `drwatch settings init` writes.
pub const TEMPLATE: &str = include_str!("../assets/settings.toml");

/// Why the settings cannot be used.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("the settings file {path} cannot be read: {source}; check the path and its permissions")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file does not say what settings may say.
    #[error("the settings file {path} is not valid: {detail}; `drwatch settings init` writes a template")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        detail: String,
    },
    /// A template would replace a file.
    #[error("{path} exists already and is left as it is; remove it first, or name another with --settings")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The template cannot be written.
    #[error("the settings file {path} cannot be written: {source}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is no home directory to look in.
    #[error("no home directory was found; name the settings file with --settings")]
    NoHome,
}

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Where runs are kept.
    pub runs_dir: Option<PathBuf>,
    /// Whether the writing half of the gate is left out.
    pub read_only: bool,
    /// A dialect laid over the built-in one.
    pub dialect: Option<PathBuf>,
    /// Read by ssh in place of `~/.ssh/config`.
    pub ssh_config: Option<PathBuf>,
    /// The production appliance.
    pub primary: ApplianceSettings,
    /// The DR appliance.
    pub dr: ApplianceSettings,
    /// Pausing and resuming.
    pub replication: ReplicationSettings,
    /// Stage 1.
    pub download: DownloadSettings,
    /// How often is asked.
    pub polling: PollingSettings,
    /// How it looks.
    pub screen: ScreenSettings,
    /// Who is told of what happens.
    pub notice: NoticeSettings,
}

/// One appliance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApplianceSettings {
    /// Anything ssh takes.
    pub destination: Option<String>,
    /// A program that prints the password, and its arguments.
    pub password_command: Option<Vec<String>>,
    /// A program that prints the password that `enable` asks for, and its arguments.
    pub enable_password_command: Option<Vec<String>>,
}

/// Pausing and resuming.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReplicationSettings {
    /// When replication may be resumed.
    pub resume_policy: ResumePolicy,
    /// How long it may stay paused in all.
    #[serde(deserialize_with = "optional_duration")]
    pub pause_budget: Option<Duration>,
}

/// Stage 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DownloadSettings {
    /// Threads wanted, 16 to 128.
    #[serde(deserialize_with = "threads")]
    pub threads: u32,
    /// No GET for this long is a stall.
    #[serde(deserialize_with = "duration")]
    pub stall_after: Duration,
}

impl Default for DownloadSettings {
    fn default() -> Self {
        Self { threads: 128, stall_after: Duration::from_mins(2) }
    }
}

/// How often the appliances are asked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PollingSettings {
    /// The GET counter until stage 1 ends.
    #[serde(deserialize_with = "duration")]
    pub counter: Duration,
    /// The GET counter from then on.
    #[serde(deserialize_with = "duration")]
    pub counter_after_stage_1: Duration,
    /// The replication state.
    #[serde(deserialize_with = "duration")]
    pub replication: Duration,
    /// The number of threads.
    #[serde(deserialize_with = "duration")]
    pub threads: Duration,
    /// The service state.
    #[serde(deserialize_with = "duration")]
    pub service: Duration,
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

/// How an engineer who is not looking is told of phase ends, stalls, alarms, the budget and lost
/// appliances.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoticeSettings {
    /// Whether the terminal's bell rings.
    pub bell: bool,
    /// A program and its arguments, given the event as JSON on standard input.
    #[serde(deserialize_with = "command")]
    pub command: Option<Vec<String>>,
}

impl Default for NoticeSettings {
    fn default() -> Self {
        Self { bell: true, command: None }
    }
}

/// How it looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScreenSettings {
    /// Which symbols may be drawn.
    pub symbols: Symbols,
}

/// Which symbols may be drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Symbols {
    /// As the locale says.
    #[default]
    Auto,
    /// Box drawing, blocks and braille.
    Unicode,
    /// Plain ASCII.
    Ascii,
}

fn parse_duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) if duration >= Duration::from_secs(1) => Ok(duration),
        Ok(_) => Err(format!("`{text}` is shorter than a second")),
        Err(error) => {
            Err(format!("`{text}` is no duration ({error}); write it like \"90s\", \"5m\" or \"2h 30m\""))
        }
    }
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    parse_duration(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn optional_duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    duration(deserializer).map(Some)
}

fn command<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let command = Vec::<String>::deserialize(deserializer)?;
    if command.first().is_none_or(String::is_empty) {
        return Err(D::Error::custom("the command is empty; write it like [\"program\", \"argument\"]"));
    }
    Ok(Some(command))
}

fn threads<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let threads = u32::deserialize(deserializer)?;
    if (16..=128).contains(&threads) {
        Ok(threads)
    } else {
        Err(D::Error::custom(format!("threads is {threads}; the appliance takes 16 to 128")))
    }
}

impl Settings {
    /// Reads `path`, or the default file where it exists, or the defaults.
    ///
    /// # Errors
    /// The named file cannot be read, or a file does not hold valid settings.
    pub fn load(path: Option<&Path>) -> Result<Self, SettingsError> {
        match path {
            Some(path) => Self::read(path),
            None => match default_path() {
                Ok(path) if path.exists() => Self::read(&path),
                _ => Ok(Self::default()),
            },
        }
    }

    fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = fs::read_to_string(path)
            .map_err(|source| SettingsError::Unreadable { path: path.to_owned(), source })?;
        let mut settings: Self = toml::from_str(&text).map_err(|error| SettingsError::Invalid {
            path: path.to_owned(),
            detail: place(&text, &error),
        })?;
        for path in [&mut settings.runs_dir, &mut settings.dialect, &mut settings.ssh_config] {
            *path = path.take().map(in_home);
        }
        Ok(settings)
    }

    /// What a run needs to know of them.
    #[must_use]
    pub fn for_run(&self) -> RunSettings {
        RunSettings {
            resume_policy: self.replication.resume_policy,
            pause_budget: self.replication.pause_budget.map(Span::from),
            stall_after: Span::from(self.download.stall_after),
            threads: ThreadCount(self.download.threads),
            ..RunSettings::default()
        }
    }

    /// The settings in effect, one `name = value` a line.
    #[must_use]
    pub fn render(&self) -> String {
        let path = |path: &Option<PathBuf>| {
            path.as_ref().map_or_else(unset, |path| format!("{:?}", path.display().to_string()))
        };
        let text = |text: &Option<String>| text.as_ref().map_or_else(unset, |text| format!("{text:?}"));
        let time = |time: Duration| format!("\"{}\"", humantime::format_duration(time));
        let policy = match self.replication.resume_policy {
            ResumePolicy::PausedThroughout => "paused-throughout",
            ResumePolicy::ResumeAfterStage1 => "resume-after-stage-1",
        };
        // A password command may itself name a secret: that it is set is all that is shown.
        let set =
            |command: &Option<Vec<String>>| if command.is_some() { "(set)".to_owned() } else { unset() };
        let lines = [
            ("runs_dir", path(&self.runs_dir)),
            ("read_only", self.read_only.to_string()),
            ("dialect", path(&self.dialect)),
            ("ssh_config", path(&self.ssh_config)),
            ("primary.destination", text(&self.primary.destination)),
            ("primary.password_command", set(&self.primary.password_command)),
            ("primary.enable_password_command", set(&self.primary.enable_password_command)),
            ("dr.destination", text(&self.dr.destination)),
            ("dr.password_command", set(&self.dr.password_command)),
            ("dr.enable_password_command", set(&self.dr.enable_password_command)),
            ("replication.resume_policy", format!("{policy:?}")),
            ("replication.pause_budget", self.replication.pause_budget.map_or_else(unset, time)),
            ("download.threads", self.download.threads.to_string()),
            ("download.stall_after", time(self.download.stall_after)),
            ("polling.counter", time(self.polling.counter)),
            ("polling.counter_after_stage_1", time(self.polling.counter_after_stage_1)),
            ("polling.replication", time(self.polling.replication)),
            ("polling.threads", time(self.polling.threads)),
            ("polling.service", time(self.polling.service)),
            ("notice.bell", self.notice.bell.to_string()),
            ("notice.command", set(&self.notice.command)),
            ("screen.symbols", format!("{:?}", self.screen.symbols).to_lowercase()),
        ];
        lines.map(|(name, value)| format!("{name} = {value}\n")).concat()
    }
}

/// A path that begins with `~/`, from the home directory: no shell has looked at it.
fn in_home(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), etcetera::home_dir()) {
        (Ok(rest), Ok(home)) => home.join(rest),
        _ => path,
    }
}

fn unset() -> String {
    "(not set)".to_owned()
}

/// The error's own words on one line, with the line they speak of.
fn place(text: &str, error: &toml::de::Error) -> String {
    let words = error.message().split_whitespace().collect::<Vec<_>>().join(" ");
    match error.span() {
        Some(span) => {
            let line = text.get(..span.start).map_or(1, |before| before.matches('\n').count() + 1);
            format!("line {line}: {words}")
        }
        None => words,
    }
}

/// Where the settings are looked for: `$XDG_CONFIG_HOME/drwatch/settings.toml`.
///
/// # Errors
/// There is no home directory.
pub fn default_path() -> Result<PathBuf, SettingsError> {
    let base = etcetera::choose_base_strategy().map_err(|_| SettingsError::NoHome)?;
    Ok(base.config_dir().join("drwatch").join("settings.toml"))
}

/// Writes the template to `path`.
///
/// # Errors
/// Something is there already, or it cannot be written.
pub fn init(path: &Path) -> Result<(), SettingsError> {
    let unwritable = |source| SettingsError::Unwritable { path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    match fs::File::create_new(path) {
        Ok(mut file) => io::Write::write_all(&mut file, TEMPLATE.as_bytes()).map_err(unwritable),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            Err(SettingsError::Exists { path: path.to_owned() })
        }
        Err(error) => Err(unwritable(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        fs::write(&path, text).unwrap();
        Settings::load(Some(&path)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_template_is_valid_and_changes_nothing() {
        assert_eq!(read(TEMPLATE).unwrap(), Settings::default());
    }

    #[test]
    fn the_template_with_every_line_turned_on_is_valid_and_says_the_defaults() {
        let on = TEMPLATE.lines().map(|line| {
            let setting = line.strip_prefix('#').filter(|rest| !rest.starts_with(' '));
            format!("{}\n", setting.unwrap_or(line))
        });
        let settings = read(&on.collect::<String>()).unwrap();
        assert_eq!(settings.polling, PollingSettings::default());
        assert_eq!(settings.download, DownloadSettings::default());
        assert_eq!(settings.replication.pause_budget, Some(Duration::from_hours(2)));
    }

    #[test]
    fn an_unknown_name_is_refused_with_its_line() {
        let error = read("\n[polling]\ncuonter = \"5s\"\n").unwrap_err();
        assert!(error.contains("line 3") && error.contains("cuonter"), "{error}");
    }

    #[test]
    fn a_duration_without_a_unit_is_refused() {
        assert!(read("[polling]\ncounter = \"5\"\n").unwrap_err().contains("no duration"));
        assert!(read("[polling]\ncounter = \"0s\"\n").unwrap_err().contains("shorter"));
    }

    #[test]
    fn threads_outside_the_appliances_range_are_refused() {
        assert!(read("[download]\nthreads = 129\n").unwrap_err().contains("16 to 128"));
    }

    #[test]
    fn both_policies_are_read_by_the_names_of_the_template() {
        for policy in [ResumePolicy::PausedThroughout, ResumePolicy::ResumeAfterStage1] {
            let mut settings = Settings::default();
            settings.replication.resume_policy = policy;
            let shown = settings.render();
            let line = shown.lines().find(|line| line.starts_with("replication.resume_policy")).unwrap();
            assert_eq!(read(line).unwrap().replication.resume_policy, policy);
            assert!(TEMPLATE.contains(line.split_once(" = ").unwrap().1), "{line}");
        }
    }

    #[test]
    fn a_path_may_begin_with_the_home_directory() {
        let settings = read("runs_dir = \"~/runs\"\ndialect = \"/etc/~/d.toml\"\n").unwrap();
        assert_eq!(settings.runs_dir, Some(etcetera::home_dir().unwrap().join("runs")));
        assert_eq!(settings.dialect, Some(PathBuf::from("/etc/~/d.toml")));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Settings::load(Some(Path::new("/nonexistent/settings.toml"))).unwrap_err();
        assert!(error.to_string().contains("/nonexistent/settings.toml"));
    }

    #[test]
    fn what_is_shown_holds_no_password_command() {
        let settings = read("[dr]\npassword_command = [\"echo\", \"hunter2\"]\n").unwrap();
        assert!(!settings.render().contains("hunter2"));
    }
}
