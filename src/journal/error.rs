//! What can go wrong with the record on disk, in sentences for the engineer.

use std::{io, path::PathBuf};

use super::{disk::LeftoverFiles, format::json_error};
use crate::run::{FORMAT, FormatVersion, RunId, Sequence, StartError, Timestamp};

/// Why the record of a run could not be made, written or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The run folder could not be made.
    #[error("cannot make a run folder in {}: {source}; check its permissions and free space, or choose another with --runs-dir", path.display())]
    Create {
        /// The runs directory.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Another process records this run.
    #[error(
        "run {run} is being recorded by {}; end that drwatch first, or look on with `drwatch view {run}`",
        holder(*pid)
    )]
    Locked {
        /// The run.
        run: RunId,
        /// The process that holds the lock, as far as it told.
        pid: Option<u32>,
    },
    /// Something else than a plain file stands in the place of a run's lock.
    #[error("{} is no plain file, as the lock of a run has to be; remove it and start again", path.display())]
    NoLock {
        /// Where the lock should be.
        path: PathBuf,
    },
    /// A file of the run folder could not be opened or read.
    #[error("cannot read {}: {source}; check that the file exists and may be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A file of the run folder could not be written. Nothing of what was to be written counts as
    /// written; it can be tried again.
    #[error("cannot write {}: {source}; make room or make it writable", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Earlier records wait for the disk, so none can be written after them.
    #[error(
        "the record has a hole since {from} ({reason}); nothing that must be on disk can be done until it closes"
    )]
    HoleOpen {
        /// Since when.
        from: Timestamp,
        /// Why.
        reason: String,
    },
    /// An event does not fit into one line of the journal.
    #[error("an event of {bytes} bytes is longer than a journal line may be; it was not recorded")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// An event could not be put into words.
    #[error("an event could not be written as JSON: {source}; it was not recorded")]
    Encode {
        /// The reason.
        source: serde_json::Error,
    },
    /// The journal holds no whole record.
    #[error("{} holds no record; the run ended before it began, and its folder can be deleted", path.display())]
    Empty {
        /// The journal.
        path: PathBuf,
    },
    /// The journal holds no whole record, but other files of the run hold something.
    #[error(
        "{} holds no whole record, but beside it there is {remains}; keep the folder, put the journal back from a \
         copy, or read those files themselves", path.display()
    )]
    Emptied {
        /// The journal.
        path: PathBuf,
        /// What is there.
        remains: LeftoverFiles,
    },
    /// `summary.json` holds something else than a summary.
    #[error(
        "{} is no summary made by drwatch ({detail}); `drwatch report RUN --format json` makes it anew", path.display()
    )]
    NoSummary {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, control characters escaped.
        detail: String,
    },
    /// `summary.json` says that it was made from no record at all.
    #[error(
        "{}: journal.records is 0, but every summary is made from one record at least; do not rely on this summary, \
         `drwatch report` makes it anew", path.display()
    )]
    SummaryOfNothing {
        /// The summary.
        path: PathBuf,
    },
    /// The journal was written by a newer program.
    #[error(
        "{} is in format {}.{} and this drwatch reads up to {}.x; use the drwatch that recorded it, or a newer one",
        path.display(), found.major, found.minor, FORMAT.major
    )]
    TooNew {
        /// The journal.
        path: PathBuf,
        /// Its format.
        found: FormatVersion,
    },
    /// A record is not what was written.
    #[error("{}: record {record} (byte {offset}) {problem}; do not rely on this run's record from there on", path.display())]
    Bad {
        /// The journal.
        path: PathBuf,
        /// The first bad record.
        record: Sequence,
        /// Where its line begins.
        offset: u64,
        /// What is wrong with it.
        problem: Problem,
    },
    /// The first record does not start a run.
    #[error("{}: {source}; it is no journal of a run that this drwatch can read", path.display())]
    Start {
        /// The journal.
        path: PathBuf,
        /// The reason.
        source: StartError,
    },
}

/// What is wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Longer than any line drwatch writes.
    #[error("is longer than any journal line")]
    TooLong,
    /// No journal line.
    #[error("is not a journal line ({detail})")]
    Malformed {
        /// In which way, control characters escaped.
        detail: String,
    },
    /// The first record is none that begins a run.
    #[error("does not begin a run")]
    NotStarted,
    /// Another record stands in its place.
    #[error("is not there: record {found} stands in its place")]
    OutOfSequence {
        /// That record.
        found: Sequence,
    },
    /// Its bytes are not those that the following record vouches for.
    #[error("was changed: the record after it holds another digest of it")]
    Changed,
    /// It does not hold the digest of the record before it.
    #[error("was changed: it holds a wrong digest of the record before it")]
    Unchained,
    /// Its time is before that of an earlier record.
    #[error("says {found}, but an earlier one says {before}, and times of a record never run back")]
    RunsBack {
        /// Its time.
        found: Timestamp,
        /// The latest time before.
        before: Timestamp,
    },
    /// The log bytes it cites do not follow those cited before.
    #[error("cites the log from byte {found}, but the chunk before it ends at {expected}")]
    ChunkPlace {
        /// End of the chunk before.
        expected: u64,
        /// Where this one begins.
        found: u64,
    },
    /// The log bytes it cites are not there.
    #[error("cites {missing} bytes that dr.log does not have")]
    ChunkMissing {
        /// How many.
        missing: u64,
    },
    /// The log bytes it cites were changed.
    #[error("cites bytes of dr.log that were changed")]
    ChunkChanged,
    /// An exported summary was made from a longer journal.
    #[error("is missing: summary.json was made from {records} records")]
    Missing {
        /// How many there were.
        records: u64,
    },
    /// An exported summary vouches for another journal.
    #[error("is not the one that summary.json was made from")]
    NotSummarised,
}

impl JournalError {
    /// What stands in `path` is no summary.
    #[must_use]
    pub fn no_summary(path: PathBuf, error: &serde_json::Error) -> Self {
        Self::NoSummary { path, detail: json_error::in_words(error) }
    }
}

impl Problem {
    pub(super) fn malformed(error: &serde_json::Error) -> Self {
        Self::Malformed { detail: json_error::in_words(error) }
    }
}

impl JournalError {
    /// Why the disk did not take a record, in the system's own words; of any other error, all of it.
    #[must_use]
    pub fn cause(&self) -> String {
        match self {
            Self::Write { source, .. } => source.to_string(),
            Self::HoleOpen { reason, .. } => reason.clone(),
            other => other.to_string(),
        }
    }
}

fn holder(pid: Option<u32>) -> String {
    pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"))
}
