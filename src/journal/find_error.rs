//! Why a run was not found, in sentences that name the remedy.

use std::{io, path::PathBuf};

use super::disk::LeftoverFiles;

/// Why a run was not found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The runs directory could not be read.
    #[error("cannot look for runs in {}: {source}; name the right place with --runs-dir", path.display())]
    Unreadable {
        /// The runs directory.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A run folder could not be entered or read.
    #[error("the run folder {} cannot be read: {source}; make it readable, or name another run", path.display())]
    RunUnreadable {
        /// The run folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// No run was ever recorded there.
    #[error("no run is recorded in {}; `drwatch demo` or `drwatch watch` makes one, --runs-dir names another place", path.display())]
    NoRuns {
        /// The runs directory.
        path: PathBuf,
    },
    /// Nothing there goes by that name.
    #[error("no run {name:?} in {}; `drwatch runs` lists those there are", path.display())]
    NotFound {
        /// What was asked for.
        name: String,
        /// The runs directory.
        path: PathBuf,
    },
    /// Several runs begin like that.
    #[error("{name:?} may be {}; give more of the name", candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        name: String,
        /// All runs that begin like that.
        candidates: Vec<String>,
    },
    /// A run folder has lost its journal.
    #[error(
        "the run folder {} holds no journal, as journal.ndjson is missing or no file; what is left is {remains}: put \
         the journal back from a copy of the folder, or read those files themselves", path.display()
    )]
    NoJournal {
        /// The run folder.
        path: PathBuf,
        /// What else is in it.
        remains: LeftoverFiles,
    },
    /// A run folder was made, and nothing recorded in it.
    #[error(
        "the run folder {} holds no journal and nothing else: drwatch is just beginning it, or ended before its first \
         record, and then it can be deleted", path.display()
    )]
    Unbegun {
        /// The run folder.
        path: PathBuf,
    },
    /// The path is none of a run folder.
    #[error("{} is no run folder, as it holds no journal.ndjson; `drwatch runs` lists the runs there are", path.display())]
    NotARun {
        /// The path.
        path: PathBuf,
    },
}
