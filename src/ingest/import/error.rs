//! Why logs cannot be imported.

use std::io;

use thiserror::Error;

use crate::{journal::JournalError, run::Timestamp};

#[derive(Debug, Error)]
pub(crate) enum ImportError {
    #[error(
        "the log {name} cannot be imported: {reason}; give plain or compressed logs (gzip, xz, zstd, bzip2), tar archives of \
         them, or - for standard input"
    )]
    Unusable { name: String, reason: String },
    /// A signal has come.
    #[error("stopped")]
    Stopped,
    /// The log numbered so was written by that time, long before its file was: it has to be read again.
    #[error(
        "{name} holds lines of 29 February, so it is older than its file; give the year with --year, or save it to a file"
    )]
    Older { name: String, written_by: Timestamp },
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The disk refused a record, with its reason.
    #[error("the record cannot be written: {0}")]
    Refused(String),
}

/// The error of a read that a signal ended; one of the system would be tried again by what decompresses.
#[derive(Debug, Error)]
#[error("stopped by a signal")]
struct StoppedRead;

pub(super) fn stopped() -> io::Error {
    io::Error::other(StoppedRead)
}

pub(super) fn is_stopped(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<StoppedRead>)
}
