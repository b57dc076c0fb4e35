//! Signatures: who stands for the record, and how the test is judged.

use serde::{Deserialize, Serialize};

use crate::run::values::{Sequence, Timestamp};

/// As what somebody signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignerRole {
    /// Who carried the test out.
    Operator,
    /// Who decides whether it passed.
    Approver,
    /// Who read the report.
    Reviewer,
}

impl SignerRole {
    /// In the order in which their judgements are read.
    pub const ALL: [Self; 3] = [Self::Operator, Self::Approver, Self::Reviewer];

    /// As it is written in files and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::Reviewer => "reviewer",
        }
    }

    /// The role that has to be another person's.
    #[must_use]
    pub const fn counterpart(self) -> Option<Self> {
        match self {
            Self::Operator => Some(Self::Approver),
            Self::Approver => Some(Self::Operator),
            Self::Reviewer => None,
        }
    }
}

/// How a signer judges the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TestVerdict {
    /// It reached what it was to reach.
    Passed,
    /// It did under conditions, which the notes name.
    Conditions,
    /// It did not.
    Failed,
}

impl TestVerdict {
    /// As it is written in files and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Conditions => "conditions",
            Self::Failed => "failed",
        }
    }
}

/// A statement to sign, in the journal; the detached signature covers the chain up to and with its record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SignedStatement {
    /// As what.
    pub role: SignerRole,
    /// The judgement; an operator's is mandatory.
    #[serde(default)]
    pub verdict: Option<TestVerdict>,
    /// What the signer adds; mandatory for conditions and for a failure.
    #[serde(default)]
    pub notes: Option<String>,
    /// The person who signs.
    pub name: String,
    /// Local user and machine, as `user@host`.
    pub user: String,
    /// The fingerprint of the signing key, as OpenSSH prints it (`SHA256:…`).
    pub key: String,
}

/// A head of the record that the notice command took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SentHead {
    /// When the command had ended.
    pub at: Timestamp,
    /// The record of it.
    pub record: Sequence,
    /// What the notice was about.
    pub notice: String,
    /// How many records the chain had.
    pub records: u64,
    /// The SHA-256 of the last of them, in hex.
    pub sha256: String,
}

/// A signed statement on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Signature {
    /// When.
    pub at: Timestamp,
    /// The record.
    pub record: Sequence,
    /// What was signed.
    #[serde(flatten)]
    pub statement: SignedStatement,
}
