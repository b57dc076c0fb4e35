//! The command line: what can be asked of drwatch. What it does then lives in the rooms.
#![expect(clippy::doc_markdown, reason = "these comments are the help that clap prints, as plain text")]

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::run::{Exit, Role};

/// Watch a disaster-recovery test of an AltaVault appliance live; pause and resume replication on
/// the production appliance safely; walk away with evidence.
#[derive(Debug, Parser)]
#[command(name = "drwatch", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = exit_codes())]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Append to FILE what drwatch itself does (questions, connections, errors, times); no replies, no passwords
    #[arg(long, global = true, value_name = "FILE", env = "DRWATCH_LOG", hide_env_values = true)]
    pub debug_log: Option<OsString>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Watch a simulated pair of appliances; needs no set-up
    Demo(DemoArgs),
    /// Watch a real test over SSH
    Watch(WatchArgs),
    /// Ask both appliances whether the test may be started; reads only
    Check(CheckArgs),
    /// Show a recorded run in the same screen, at any speed and from any place; works on a live run too
    Replay(ReplayArgs),
    /// Follow a run that another drwatch records, without being able to touch it
    View(RunArgs),
    /// List recorded runs
    Runs(RunsArgs),
    /// Render a recorded run, finished or not
    Report(ReportArgs),
    /// Check what a record proves: sequence, chain, raw log
    Verify(RunArgs),
    /// Be one simulated appliance on standard input and output, e.g. behind sshd
    Appliance(ApplianceArgs),
    /// Write, show or locate the settings file
    Settings(SettingsArgs),
    /// Explain one topic, from the test day to troubleshooting; without a topic, list them
    Guide {
        /// The topic
        topic: Option<String>,
    },
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Where runs are kept.
#[derive(Clone, Debug, Args)]
pub struct RunsDir {
    /// Folder that holds the runs [default: $XDG_STATE_HOME/drwatch/runs]
    #[arg(long, value_name = "DIR")]
    pub runs_dir: Option<PathBuf>,
}

/// Output without a screen.
#[derive(Clone, Copy, Debug, Args)]
pub struct HeadlessArgs {
    /// No screen: one readable line per noteworthy change
    #[arg(long)]
    pub headless: bool,
    /// With --headless: the journal's lines, then the summary, as JSON
    #[arg(long, requires = "headless")]
    pub json: bool,
}

/// `drwatch demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The scenario to play; see --list
    #[arg(long, value_name = "NAME", default_value = "procedure")]
    pub scenario: String,
    /// How many times faster than real time the demo runs on the screen
    #[arg(long, value_name = "N", default_value = "10", value_parser = speed)]
    pub speed: f64,
    /// Seed of all chance: equal seeds give equal runs
    #[arg(long, value_name = "N", default_value = "1")]
    pub seed: u64,
    /// How to show it
    #[command(flatten)]
    pub output: HeadlessArgs,
    /// List the scenarios and exit
    #[arg(long)]
    pub list: bool,
    /// Where runs are kept
    #[command(flatten)]
    pub runs: RunsDir,
}

/// The appliances and files to watch.
#[derive(Clone, Debug, Default, Args)]
pub struct ConnectionArgs {
    /// Settings file [default: $XDG_CONFIG_HOME/drwatch/settings.toml, where it exists]
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// The production appliance: anything ssh takes (admin@host, a Host alias, ssh://user@host:port)
    #[arg(long, value_name = "DEST")]
    pub primary: Option<String>,
    /// The DR appliance, likewise
    #[arg(long, value_name = "DEST")]
    pub dr: Option<String>,
    /// Where the rfsd log comes from: `ssh` follows it on the DR appliance, FILE is read from its start
    /// and followed by name, `-` is standard input
    #[arg(long, value_name = "ssh|FILE|-", default_value = "ssh")]
    pub log: String,
    /// A saved bucket listing, in place of asking the primary
    #[arg(long, value_name = "FILE")]
    pub bucket: Option<PathBuf>,
    /// Send nothing that changes anything, whatever is pressed
    #[arg(long)]
    pub read_only: bool,
}

/// `drwatch watch`.
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// What to watch
    #[command(flatten)]
    pub connection: ConnectionArgs,
    /// How to show it
    #[command(flatten)]
    pub output: HeadlessArgs,
    /// Go on with an unfinished run [default: the newest unfinished one]
    #[arg(long, value_name = "RUN", num_args = 0..=1, default_missing_value = "last")]
    pub resume: Option<String>,
    /// Where runs are kept
    #[command(flatten)]
    pub runs: RunsDir,
}

/// `drwatch check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// What to ask
    #[command(flatten)]
    pub connection: ConnectionArgs,
    /// A recorded run, which questions about the past are put to: id, unique prefix, path, or `last`
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
    /// Where runs are kept
    #[command(flatten)]
    pub runs: RunsDir,
}

/// `drwatch runs`.
#[derive(Debug, Args)]
pub struct RunsArgs {
    /// As JSON, one object per line
    #[arg(long)]
    pub json: bool,
    /// Where runs are kept
    #[command(flatten)]
    pub runs: RunsDir,
}

/// A command on one recorded run.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Id, unique prefix of an id, path, or `last`
    pub run: String,
    /// Where runs are kept
    #[command(flatten)]
    pub runs: RunsDir,
}

/// `drwatch replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Which run
    #[command(flatten)]
    pub run: RunArgs,
    /// How many times faster than it was recorded; + and - change it
    #[arg(long, value_name = "N", default_value = "10", value_parser = speed)]
    pub speed: f64,
}

/// Formats of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// Markdown
    #[default]
    Md,
    /// JSON, as `summary.json`
    Json,
}

/// `drwatch report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Which run
    #[command(flatten)]
    pub run: RunArgs,
    /// The format
    #[arg(long, value_enum, default_value_t)]
    pub format: ReportFormat,
    /// Write to FILE; `-` is standard output, as without it
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// A role on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// The production appliance
    Primary,
    /// The appliance that is restored
    Dr,
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Primary => Self::Primary,
            RoleArg::Dr => Self::Dr,
        }
    }
}

/// `drwatch appliance`.
#[derive(Debug, Args)]
pub struct ApplianceArgs {
    /// Which of the two appliances to be
    #[arg(long, value_enum)]
    pub role: RoleArg,
    /// The scenario to play; the first process that opens a state folder decides [default: procedure]
    #[arg(long, value_name = "NAME")]
    pub scenario: Option<String>,
    /// How many times faster the workload runs; log stamps and clocks stay real [default: 1]
    #[arg(long, value_name = "N", value_parser = speed)]
    pub speed: Option<f64>,
    /// Folder that several processes share as one world
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Name of this session in the folder's commands.log
    #[arg(long, value_name = "NAME", default_value = "shell")]
    pub label: String,
}

/// `drwatch settings`.
#[derive(Debug, Args)]
pub struct SettingsArgs {
    /// What to do
    #[command(subcommand)]
    pub command: SettingsCommand,
    /// Settings file [default: $XDG_CONFIG_HOME/drwatch/settings.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub settings: Option<PathBuf>,
}

/// What to do with the settings file.
#[derive(Debug, Subcommand)]
pub enum SettingsCommand {
    /// Write a commented template; never over an existing file
    Init,
    /// Print the settings in effect
    Show,
    /// Print where the file is looked for
    Path,
}

fn exit_codes() -> String {
    let lines = Exit::ALL.map(|exit| format!("  {}  {}", exit.code(), exit.meaning()));
    format!("Exit codes:\n{}", lines.join("\n"))
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.1..=100_000.0).contains(&speed) => Ok(speed),
        _ => Err("a speed is a number from 0.1 to 100000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn resume_without_a_run_means_the_last_one() {
        let cli = Cli::try_parse_from(["drwatch", "watch", "--dr", "a", "--resume"]).unwrap();
        let Command::Watch(watch) = cli.command else { panic!("not a watch") };
        assert_eq!(watch.resume.as_deref(), Some("last"));
    }

    #[test]
    fn a_speed_of_nothing_is_refused() {
        assert!(Cli::try_parse_from(["drwatch", "demo", "--speed", "0"]).is_err());
    }
}
