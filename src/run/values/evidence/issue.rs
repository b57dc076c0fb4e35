//! The issue register: what is done about a finding.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::run::values::{RunId, Sequence, Timestamp};

/// What is done about a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// It is remedied.
    Remedy {
        /// How.
        text: String,
    },
    /// The risk is accepted.
    Accept {
        /// Why.
        text: String,
    },
}

impl Decision {
    /// What is done, and its text.
    #[must_use]
    pub fn in_words(&self) -> (&'static str, &str) {
        match self {
            Self::Remedy { text } => ("remedy", text),
            Self::Accept { text } => ("risk accepted", text),
        }
    }
}

/// What is stated of a finding; each statement replaces the one before as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct IssueEntry {
    /// Who takes care of it.
    pub owner: Option<String>,
    /// Until when.
    pub due: Option<NaiveDate>,
    /// What is done about it.
    pub decision: Option<Decision>,
    /// The run in which it was tested again.
    pub retest: Option<RunId>,
}

/// The latest statement of one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatedIssue {
    /// Code of the finding.
    pub code: String,
    /// The record that opened the finding.
    pub opened: Sequence,
    /// When it was stated.
    pub at: Timestamp,
    /// The record of the statement.
    pub record: Sequence,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    pub engineer: Option<String>,
    /// What it says.
    #[serde(flatten)]
    pub entry: IssueEntry,
}
