//! An answer to a question, as recorded.

use serde::{Deserialize, Serialize};

use crate::run::values::{Elapsed, Reading};

/// An answer to a question, with what is needed to judge it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// What was made of it.
    pub reading: Reading<T>,
    /// Time from question to answer.
    pub took: Elapsed,
    /// The reply itself, control characters escaped, cut at 4 KiB.
    pub raw: String,
}

/// How the raw text of an answer begins that did not come in time.
pub const NO_ANSWER: &str = "(no answer within ";

impl<T> Answer<T> {
    /// Whether this stands for an answer that did not come within its time limit.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        self.raw.starts_with(NO_ANSWER)
    }
}
