//! Why logs cannot be imported.

use std::io;

use thiserror::Error;

use super::written::{Misdated, Written};
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
    /// Its first line was written by that time, more than a year before its last: it has to be read again.
    #[error(
        "{name} goes over more than a year; give the year of its first line with --year, or save it to a file"
    )]
    Longer { name: String, begins_by: Timestamp },
    #[error(
        "the counter of GETs is given as {baseline} before stage 1 (--baseline) and as {gets} at its end (--gets): it fell, and \
         the log shows no start of rfsd that set it to zero; check both, and leave --baseline out if it is not known"
    )]
    CounterFell { baseline: u64, gets: u64 },
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The disk refused a record, with its reason.
    #[error("the record cannot be written: {0}")]
    Refused(String),
}

impl ImportError {
    /// What a reading has shown of the years of a log, with which all logs are to be read once more.
    pub(crate) fn shows(&self) -> Option<Misdated> {
        match self {
            Self::Older { name, written_by } => {
                Some(Misdated { name: name.clone(), written: Written::at(*written_by) })
            }
            Self::Longer { name, begins_by } => {
                let ends_by = Timestamp::new(chrono::DateTime::<chrono::Utc>::MAX_UTC);
                Some(Misdated { name: name.clone(), written: Written { begins_by: *begins_by, ends_by } })
            }
            _ => None,
        }
    }
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
