//! Why a run was not found, in sentences that name the remedy.

use std::{io, path::PathBuf};

use crate::journal::disk::LeftoverFiles;

/// Why a run was not found.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum FindError {
    #[error("cannot look for runs in {}: {source}; name the right place with --runs-dir", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("the run folder {} cannot be read: {source}; make it readable, or name another run", path.display())]
    RunUnreadable { path: PathBuf, source: io::Error },
    #[error("no run is recorded in {}; `drwatch demo` or `drwatch watch` makes one, --runs-dir names another place", path.display())]
    NoRuns { path: PathBuf },
    #[error("no run {name:?} in {}; `drwatch runs` lists those there are", path.display())]
    NotFound { name: String, path: PathBuf },
    #[error("{name:?} may be {}; give more of the name", candidates.join(", "))]
    Ambiguous { name: String, candidates: Vec<String> },
    #[error(
        "the run folder {} holds no journal, as journal.ndjson is missing or no file; what is left is {remains}: put \
         the journal back from a copy of the folder, or read those files themselves", path.display()
    )]
    NoJournal { path: PathBuf, remains: LeftoverFiles },
    #[error(
        "the run folder {} holds no journal and nothing else: drwatch is just beginning it, or ended before its first \
         record, and then it can be deleted", path.display()
    )]
    Unbegun { path: PathBuf },
    #[error("{} is no run folder, as it holds no journal.ndjson; `drwatch runs` lists the runs there are", path.display())]
    NotARun { path: PathBuf },
}
