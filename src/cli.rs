//! The command line: what can be asked of drwatch. The commands themselves are in `commands`.
#![expect(clippy::doc_markdown, reason = "these comments are the help that clap prints, as plain text")]

use std::{ffi::OsString, path::PathBuf};

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use thiserror::Error;

use crate::run::{Exit, Role, SignerRole, TestVerdict};

/// Watch a disaster-recovery test of an AltaVault appliance live; pause and resume replication on
/// the production appliance safely; walk away with evidence.
#[derive(Debug, Parser)]
#[command(name = "drwatch", version, propagate_version = true, max_term_width = 100)]
#[command(after_help = exit_codes())]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Append to FILE what drwatch itself does (questions, connections, errors, times); no replies, no passwords
    #[arg(long, global = true, value_name = "FILE", env = "DRWATCH_LOG", hide_env_values = true)]
    pub(crate) debug_log: Option<OsString>,
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

#[derive(Clone, Debug, Args)]
pub(crate) struct RunsDir {
    /// Folder that holds the runs [default: $XDG_STATE_HOME/drwatch/runs]
    #[arg(long, value_name = "DIR")]
    pub(crate) runs_dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct HeadlessArgs {
    /// No screen: one readable line per noteworthy change
    #[arg(long)]
    pub(crate) headless: bool,
    /// With --headless: the journal's lines, then the summary, as JSON
    #[arg(long, requires = "headless")]
    pub(crate) json: bool,
}

/// What is stated of a test that is recorded.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct TestArgs {
    /// The person at the keys, recorded beside the local account in all that is done
    #[arg(long, value_name = "NAME", value_parser = person)]
    pub(crate) engineer: Option<String>,
    /// The test sheet, as TOML: objective, people, targets, times; `drwatch settings init --plan` writes a template
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The scenario to play; see --list
    #[arg(long, value_name = "NAME", default_value = "procedure")]
    pub(crate) scenario: String,
    /// How many times faster than real time the demo runs on the screen
    #[arg(long, value_name = "N", default_value = "10", value_parser = speed)]
    pub(crate) speed: f64,
    /// Seed of all chance: equal seeds give equal runs
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) seed: u64,
    /// Settings to practise with: policy, budget, threads, periods, screen; appliances and notice command do not apply
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: HeadlessArgs,
    /// List the scenarios and exit
    #[arg(long)]
    pub(crate) list: bool,
    #[command(flatten)]
    pub(crate) test: TestArgs,
    #[command(flatten)]
    pub(crate) runs: RunsDir,
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ConnectionArgs {
    /// Settings file [default: $XDG_CONFIG_HOME/drwatch/settings.toml, where it exists]
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// The production appliance: anything ssh takes (admin@host, a Host alias, ssh://user@host:port)
    #[arg(long, value_name = "DEST")]
    pub(crate) primary: Option<String>,
    /// The DR appliance, likewise
    #[arg(long, value_name = "DEST")]
    pub(crate) dr: Option<String>,
    /// Where the rfsd log comes from: `ssh` follows it on the DR appliance, FILE is read from its start
    /// and followed by name, `-` is standard input
    #[arg(long, value_name = "ssh|FILE|-", default_value = "ssh")]
    pub(crate) log: String,
    /// A saved bucket listing, in place of asking the primary
    #[arg(long, value_name = "FILE")]
    pub(crate) bucket: Option<PathBuf>,
    /// Send nothing that changes anything, whatever is pressed
    #[arg(long)]
    pub(crate) read_only: bool,
}

#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) output: HeadlessArgs,
    /// Go on with an unfinished run [default: the newest unfinished one]
    #[arg(long, value_name = "RUN", num_args = 0..=1, default_missing_value = "last")]
    pub(crate) resume: Option<String>,
    #[command(flatten)]
    pub(crate) test: TestArgs,
    #[command(flatten)]
    pub(crate) runs: RunsDir,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
    /// A recorded run, which questions about the past are put to: id, unique prefix, path, or `last`
    #[arg(long, value_name = "RUN")]
    pub(crate) run: Option<String>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) runs: RunsDir,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// Logs of the DR appliance in any order: plain, gzip, xz, zstd or bzip2; tar archives and folders of them; `-` is
    /// standard input
    #[arg(value_name = "LOG", required = true)]
    pub(crate) logs: Vec<PathBuf>,
    /// A saved bucket listing
    #[arg(long, value_name = "FILE")]
    pub(crate) bucket: Option<PathBuf>,
    /// The GET counter before stage 1
    #[arg(long, value_name = "N", requires = "gets")]
    pub(crate) baseline: Option<u64>,
    /// The GET counter at the end of stage 1
    #[arg(long, value_name = "N", requires = "baseline")]
    pub(crate) gets: Option<u64>,
    /// The year of the first line, where the lines have none [default: the latest by which no line is dated more than a day
    /// after its file]
    #[arg(long, value_name = "Y", value_parser = clap::value_parser!(i32).range(1970..2200))]
    pub(crate) year: Option<i32>,
    /// List the restores in the logs and exit; nothing is recorded
    #[arg(long, conflicts_with = "pick")]
    pub(crate) list: bool,
    /// The restore to import, by its number in the list
    #[arg(long, value_name = "N")]
    pub(crate) pick: Option<usize>,
    /// As JSON, one object
    #[arg(long)]
    pub(crate) json: bool,
    /// Settings file, of which the dialect counts [default: $XDG_CONFIG_HOME/drwatch/settings.toml, where it exists]
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    /// The person who imports, recorded beside the local account
    #[arg(long, value_name = "NAME", value_parser = person)]
    pub(crate) engineer: Option<String>,
    #[command(flatten)]
    pub(crate) runs: RunsDir,
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
pub(crate) struct RunArgs {
    /// Id, unique prefix of an id, path, or `last`
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) runs: RunsDir,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Who may sign, in the form of ssh-keygen(1), ALLOWED SIGNERS
    #[arg(long, value_name = "FILE")]
    pub(crate) allowed_signers: Option<PathBuf>,
    /// A head that was sent elsewhere and has to be in this record: 16 to 64 hexadecimal digits, or the line of JSON of
    /// the notice; may be repeated
    #[arg(long, value_name = "HEAD")]
    pub(crate) anchor: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignerArg {
    /// Who carried the test out
    Operator,
    /// Who decides whether it passed; another person than the operator
    Approver,
    /// Who read the report
    Reviewer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerdictArg {
    /// It reached what it was to reach
    Passed,
    /// It did under conditions, which --notes names
    Conditions,
    /// It did not, and --notes says what failed
    Failed,
}

impl From<SignerArg> for SignerRole {
    fn from(role: SignerArg) -> Self {
        match role {
            SignerArg::Operator => Self::Operator,
            SignerArg::Approver => Self::Approver,
            SignerArg::Reviewer => Self::Reviewer,
        }
    }
}

impl From<VerdictArg> for TestVerdict {
    fn from(verdict: VerdictArg) -> Self {
        match verdict {
            VerdictArg::Passed => Self::Passed,
            VerdictArg::Conditions => Self::Conditions,
            VerdictArg::Failed => Self::Failed,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// As what you sign
    #[arg(long = "as", value_enum, value_name = "ROLE")]
    pub(crate) role: SignerArg,
    /// How you judge the test; an operator and an approver have to
    #[arg(long, value_enum)]
    pub(crate) verdict: Option<VerdictArg>,
    /// What you add; needed for the verdicts conditions and failed
    #[arg(long, value_name = "TEXT")]
    pub(crate) notes: Option<String>,
    /// Your SSH key, private, or public with the other half in the agent [default: the first key of the agent, else the
    /// first of ~/.ssh/id_ed25519, id_ed25519_sk, id_ecdsa, id_ecdsa_sk, id_rsa]
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Your name [default: the local user]
    #[arg(long, value_name = "NAME")]
    pub(crate) engineer: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct FindingsArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Code of the finding to state something about; the rest of what was stated of it stays
    #[arg(long, value_name = "CODE")]
    pub(crate) set: Option<String>,
    /// Record that opened it, where there are several of one code [default: the latest open one]
    #[arg(long, value_name = "N", requires = "set")]
    pub(crate) record: Option<u64>,
    /// Who takes care of it; an empty text takes it back, as for all that follow
    #[arg(long, value_name = "NAME", requires = "set", value_parser = person)]
    pub(crate) owner: Option<String>,
    /// Until when, as YYYY-MM-DD
    #[arg(long, value_name = "DATE", requires = "set", value_parser = due_date)]
    pub(crate) due: Option<DueDate>,
    /// How it is remedied
    #[arg(long, value_name = "TEXT", requires = "set", conflicts_with = "accept")]
    pub(crate) remedy: Option<String>,
    /// Why its risk is accepted
    #[arg(long, value_name = "TEXT", requires = "set")]
    pub(crate) accept: Option<String>,
    /// Run in which it was tested again
    #[arg(long, value_name = "RUN", requires = "set")]
    pub(crate) retest: Option<String>,
    /// The person who states it [default: as in the settings]
    #[arg(long, value_name = "NAME", requires = "set", value_parser = person)]
    pub(crate) engineer: Option<String>,
    /// As JSON, an array of objects
    #[arg(long)]
    pub(crate) json: bool,
}

/// A date; `None` where it is taken back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DueDate(pub(crate) Option<NaiveDate>);

#[derive(Debug, Error)]
#[error("a date is written as YYYY-MM-DD, like 2026-12-10")]
struct BadDate;

fn due_date(text: &str) -> Result<DueDate, BadDate> {
    match text.trim() {
        "" => Ok(DueDate(None)),
        text => {
            NaiveDate::parse_from_str(text, "%Y-%m-%d").map(|due| DueDate(Some(due))).map_err(|_| BadDate)
        }
    }
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
    /// Replace the names of hosts, users, addresses, serials, paths, buckets and people by words
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
}

fn exit_codes() -> String {
    let lines = Exit::ALL.map(|exit| format!("  {}  {}", exit.code(), exit.meaning()));
    format!("Exit codes:\n{}", lines.join("\n"))
}

/// Longer is no name of a person.
const MAX_NAME: usize = 200;

#[derive(Debug, Error)]
#[error("a name is a line of at most {MAX_NAME} characters")]
struct BadName;

/// The name of a person; an empty one counts as none.
fn person(text: &str) -> Result<String, BadName> {
    let is_name = text.chars().count() <= MAX_NAME && !text.contains(char::is_control);
    is_name.then(|| text.trim().to_owned()).ok_or(BadName)
}

#[derive(Debug, Error)]
#[error("a speed is a number from 0.1 to 100000")]
struct BadSpeed;

fn speed(text: &str) -> Result<f64, BadSpeed> {
    text.parse().ok().filter(|speed| (0.1..=100_000.0).contains(speed)).ok_or(BadSpeed)
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
