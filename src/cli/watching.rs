//! What a run is recorded from: a watch, real or simulated, or saved logs.
#![expect(clippy::doc_markdown, reason = "these comments are the help that clap prints, as plain text")]

use std::path::PathBuf;

use clap::Args;

use super::{
    parsers::{person, speed},
    recorded::RunsDir,
};

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

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct HeadlessArgs {
    /// No screen: one readable line per noteworthy change
    #[arg(long)]
    pub(crate) headless: bool,
    /// With --headless: the journal's lines, then the summary, as JSON
    #[arg(long, requires = "headless")]
    pub(crate) json: bool,
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
    #[arg(long, value_name = "N")]
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
