//! Which recorded run is meant, and where the runs are.
#![expect(clippy::doc_markdown, reason = "these comments are the help that clap prints, as plain text")]

use std::path::PathBuf;

use clap::Args;

#[derive(Clone, Debug, Args)]
pub(crate) struct RunsDir {
    /// Folder that holds the runs [default: $XDG_STATE_HOME/drwatch/runs]
    #[arg(long, value_name = "DIR")]
    pub(crate) runs_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Id, unique prefix of an id, path, or `last`
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) runs: RunsDir,
}
