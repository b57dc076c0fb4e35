//! An answer to a question, as recorded.

use serde::{Deserialize, Serialize};

use crate::run::values::{Elapsed, Reading};

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// The value read from it.
    pub reading: Reading<T>,
    /// Time from question to answer.
    pub took: Elapsed,
    /// The reply itself, control characters escaped, cut at 4 KiB.
    pub raw: String,
}

/// Start of the raw text recorded on timeout.
pub const NO_ANSWER: &str = "(no answer within ";

impl<T> Answer<T> {
    /// Whether this was recorded on timeout.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.raw.starts_with(NO_ANSWER)
    }
}
