//! What is known of one line of the log: read by the caller, who has the log on disk.

use super::row::LogRow;
use crate::run::{Certainty, LogCitation, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineDetails {
    pub(crate) row: LogRow,
    /// The parts of the line, each with its name.
    pub(crate) fields: Vec<(&'static str, String)>,
    /// When it was written, by its own stamp.
    pub(crate) written: Option<Timestamp>,
    /// Where the line is on disk, and how it arrived.
    pub(crate) source: String,
    /// Its bytes, escaped; or why they cannot be read. Nothing for what is no line.
    pub(crate) raw: Option<Result<String, String>>,
    pub(crate) explanation: Option<Explanation>,
}

impl LineDetails {
    /// The line as a record cites it; `None` for what is no line.
    pub(crate) fn citation(&self) -> Option<LogCitation> {
        let LogRow { offset, arrival, text, .. } = &self.row;
        let (offset, stamp, arrival, raw) = (*offset, self.written, *arrival, text.clone());
        self.row.is_line().then_some(LogCitation { offset, stamp, arrival, raw })
    }
}

/// What a known line means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Explanation {
    pub(crate) meaning: String,
    pub(crate) next: Option<String>,
    pub(crate) certainty: Certainty,
    /// Where the meaning is known from.
    pub(crate) source: String,
}
