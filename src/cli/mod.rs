//! The command line: what can be asked of drwatch. The commands themselves are in `commands`.
#![expect(clippy::doc_markdown, reason = "these comments are the help that clap prints, as plain text")]

mod parsers;
mod recorded;
mod signing;
mod watching;

use std::{ffi::OsString, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use self::parsers::speed;
pub(crate) use self::{
    recorded::{RunArgs, RunsDir},
    signing::{FindingsArgs, SignArgs, VerifyArgs},
    watching::{CheckArgs, ConnectionArgs, DemoArgs, HeadlessArgs, ImportArgs, TestArgs, WatchArgs},
};
use crate::run::{Exit, Role};

/// Watch a disaster-recovery test of an AltaVault appliance live; pause and resume replication on
/// the production appliance safely; walk away with evidence.
#[derive(Debug, Parser)]
#[command(name = "drwatch", version = env!("DRWATCH_VERSION"), propagate_version = true, max_term_width = 100)]
#[command(after_help = exit_codes())]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Append to FILE what drwatch itself does (questions, connections, errors, times); no replies, no passwords
    #[arg(long, global = true, value_name = "FILE", env = "DRWATCH_LOG", hide_env_values = true)]
    pub(crate) debug_log: Option<OsString>,
    /// With --version: also print commit, target, compiler and libraries
    #[arg(short, long, requires = "version")]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Watch a simulated pair of appliances; needs no set-up
    Demo(DemoArgs),
    /// Watch a real test over SSH
    Watch(WatchArgs),
    /// Ask both appliances whether the test may be started; reads only
    Check(CheckArgs),
    /// Make a finished run from saved logs: plain, compressed, in archives, from standard input
    Import(ImportArgs),
    /// Show a recorded run in the same screen, at any speed and from any place; works on a live run too
    Replay(ReplayArgs),
    /// Follow a run that another drwatch records, without being able to touch it
    View(RunArgs),
    /// List recorded runs, the newest first: which is live, left paused, a rehearsal, signed
    Runs(RunsArgs),
    /// Render a recorded run, finished or not
    Report(ReportArgs),
    /// Show recorded runs side by side, each against the first
    Compare(CompareArgs),
    /// Check what a record proves: sequence, chain, raw log, signatures, heads sent elsewhere
    Verify(VerifyArgs),
    /// List the findings of a run that need somebody, or state what is done about one of them
    Findings(FindingsArgs),
    /// Sign a recorded run with your SSH key, with your verdict
    Sign(SignArgs),
    /// Be one simulated appliance on standard input and output, e.g. behind sshd
    Appliance(ApplianceArgs),
    /// Write, show or locate the settings file; try its notice command
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
    Man {
        /// Write it to a file in DIR instead, and a page for each command
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    /// Leave out rehearsals, of which the appliances were simulated
    #[arg(long)]
    pub(crate) real: bool,
    /// In place of the runs, each bucket with its last real test and when the next one is due
    #[arg(long)]
    pub(crate) programme: bool,
    /// As JSON, an array of objects
    #[arg(long)]
    pub(crate) json: bool,
    /// Settings file with the test interval of --programme [default: $XDG_CONFIG_HOME/drwatch/settings.toml, where it exists]
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) runs: RunsDir,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// Two runs or more, each as id, unique prefix of an id, path, or `last`
    #[arg(value_name = "RUN", required = true, num_args = 2..)]
    pub(crate) names: Vec<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) runs: RunsDir,
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// How many times faster than it was recorded; + and - change it
    #[arg(long, value_name = "N", default_value = "10", value_parser = speed)]
    pub(crate) speed: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Markdown
    #[default]
    Md,
    /// JSON, as `summary.json`
    Json,
    /// One page of HTML that needs no other file, to be read on a screen or printed on A4
    Html,
    /// The series of counter, rate, replication and threads, as RFC 4180
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// The format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,
    /// Replace the names of hosts, users, addresses, serials, paths, buckets, people and the place by words
    #[arg(long)]
    pub(crate) redact: bool,
    /// Write to FILE; `-` is standard output, as without it
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleArg {
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

#[derive(Debug, Args)]
pub(crate) struct ApplianceArgs {
    /// Which of the two appliances to be
    #[arg(long, value_enum)]
    pub(crate) role: RoleArg,
    /// The scenario to play; the first process that opens a state folder decides [default: procedure]
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// How many times faster the workload runs; log stamps and clocks stay real [default: 1]
    #[arg(long, value_name = "N", value_parser = speed)]
    pub(crate) speed: Option<f64>,
    /// Folder that several processes share as one world
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<PathBuf>,
    /// Name of this session in the folder's commands.log
    #[arg(long, value_name = "NAME", default_value = "shell")]
    pub(crate) label: String,
}

#[derive(Debug, Args)]
pub(crate) struct SettingsArgs {
    #[command(subcommand)]
    pub(crate) command: SettingsCommand,
    /// Settings file [default: $XDG_CONFIG_HOME/drwatch/settings.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SettingsCommand {
    /// Write a commented template; never over an existing file
    Init {
        /// That of a test sheet in place of that of the settings: plan.toml beside the settings file, or FILE
        // An empty path where no FILE is named.
        #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "")]
        plan: Option<OsString>,
    },
    /// Print the settings in effect
    Show,
    /// Print where the file is looked for
    Path,
    /// Start the notice command once, with a notice that says it is a test, and say how it ended
    TestNotify,
}

fn exit_codes() -> String {
    let lines = Exit::ALL.map(|exit| format!("  {}  {}", exit.code(), exit.meaning()));
    format!("Exit codes:\n{}", lines.join("\n"))
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
