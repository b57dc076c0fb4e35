//! What can go wrong with the record on disk, in sentences for the engineer.

use std::{io, path::PathBuf};

use super::{disk::LeftoverFiles, format::json_error};
use crate::run::{ByteCount, FORMAT, FormatVersion, RunId, Sequence, StartError, Timestamp};
use crate::text::shell_path;

/// Why the record of a run could not be made, written or read.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum JournalError {
    #[error("cannot make a run folder in {}: {source}; check its permissions and free space, or choose another with --runs-dir", path.display())]
    Create { path: PathBuf, source: io::Error },
    #[error(
        "run {run} is being recorded by {}; end that drwatch first, or look on with `drwatch view {}`",
        holder(*pid),
        shell_path(path)
    )]
    Locked { run: RunId, path: PathBuf, pid: Option<u32> },
    #[error("{} is no plain file, as the lock of a run has to be; remove it and start again", path.display())]
    NoLock { path: PathBuf },
    #[error("cannot read {}: {source}; check that the file exists and may be read", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(
        "{} is missing; the record cites {bytes} bytes of it. Put it back from a copy, or begin a new run", path.display()
    )]
    NoLog { path: PathBuf, bytes: ByteCount },
    /// A file of the run folder could not be written. Nothing of what was to be written counts as
    /// written; it can be tried again.
    #[error("cannot write {}: {source}; make room or make it writable", path.display())]
    Write { path: PathBuf, source: io::Error },
    /// Earlier records wait for the disk, so none can be written after them.
    #[error(
        "the record has a hole since {from} ({reason}); nothing that must be on disk can be done until it closes"
    )]
    HoleOpen { from: Timestamp, reason: String },
    #[error("an event of {bytes} bytes is longer than a journal line may be; it was not recorded")]
    TooLong { bytes: usize },
    #[error("an event could not be written as JSON: {source}; it was not recorded")]
    Encode { source: serde_json::Error },
    #[error("{} holds no record; the run ended before it began, and its folder can be deleted", path.display())]
    Empty { path: PathBuf },
    #[error(
        "{} holds no whole record, but beside it there is {remains}; keep the folder, put the journal back from a \
         copy, or read those files themselves", path.display()
    )]
    Emptied { path: PathBuf, remains: LeftoverFiles },
    #[error(
        "{} is no summary made by drwatch ({detail}); `drwatch report RUN --format json` makes it anew", path.display()
    )]
    NoSummary {
        path: PathBuf,
        /// What is wrong with it, control characters escaped.
        detail: String,
    },
    #[error(
        "{}: journal.records is 0, but every summary is made from one record at least; do not rely on this summary, \
         `drwatch report` makes it anew", path.display()
    )]
    SummaryOfNothing { path: PathBuf },
    #[error(
        "{} is in format {}.{} and this drwatch reads up to {}.x; use the drwatch that recorded it, or a newer one",
        path.display(), found.major, found.minor, FORMAT.major
    )]
    TooNew { path: PathBuf, found: FormatVersion },
    #[error("{}: record {record} (byte {offset}) {problem}; do not rely on this run's record from there on", path.display())]
    Bad { path: PathBuf, record: Sequence, offset: u64, problem: Problem },
    #[error("{}: {source}; it is no journal of a run that this drwatch can read", path.display())]
    Start { path: PathBuf, source: StartError },
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the sentence of each variant names its fields")]
pub enum Problem {
    #[error("is longer than any journal line")]
    TooLong,
    #[error("is not a journal line ({detail})")]
    Malformed {
        /// In which way, control characters escaped.
        detail: String,
    },
    #[error("does not begin a run")]
    NotStarted,
    #[error("is not there: record {found} stands in its place")]
    OutOfSequence { found: Sequence },
    #[error("was changed: the record after it holds another digest of it")]
    Changed,
    #[error("was changed: it holds a wrong digest of the record before it")]
    Unchained,
    #[error(
        "or the one after it was changed: they do not fit together, and nothing behind them shows which of the two it was"
    )]
    Unfitting,
    #[error("was changed: summary.json, which was written with it, holds another digest of it")]
    NotTheExport,
    #[error("says {found}, but an earlier one says {before}, and times of a record never run back")]
    RunsBack { found: Timestamp, before: Timestamp },
    #[error("cites the log from byte {found}, but the chunk before it ends at {expected}")]
    ChunkPlace { expected: u64, found: u64 },
    #[error("cites {missing} bytes that dr.log does not have")]
    ChunkMissing { missing: u64 },
    #[error("cites bytes of dr.log that were changed")]
    ChunkChanged,
    #[error("is missing: summary.json was made from {records} records")]
    Missing { records: u64 },
    #[error("is not the one that summary.json was made from")]
    NotSummarised,
}

impl JournalError {
    pub(crate) fn no_summary(path: PathBuf, error: &serde_json::Error) -> Self {
        Self::NoSummary { path, detail: json_error::in_words(error) }
    }

    /// Why the disk did not take a record, in the system's own words; of any other error, all of it.
    pub(crate) fn cause(&self) -> String {
        match self {
            Self::Write { source, .. } => source.to_string(),
            Self::HoleOpen { reason, .. } => reason.clone(),
            other => other.to_string(),
        }
    }
}

impl Problem {
    pub(super) fn malformed(error: &serde_json::Error) -> Self {
        Self::Malformed { detail: json_error::in_words(error) }
    }
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}
