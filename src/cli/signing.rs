//! What is stated of a recorded run, and how it is checked.
#![expect(clippy::doc_markdown, reason = "these comments are the help that clap prints, as plain text")]

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{
    parsers::{DueDate, due_date, person},
    recorded::RunArgs,
};
use crate::run::{SignerRole, TestVerdict};

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Who may sign, in the form of ssh-keygen(1), ALLOWED SIGNERS
    #[arg(long, value_name = "FILE")]
    pub(crate) allowed_signers: Option<PathBuf>,
    /// A head that was sent elsewhere and has to be in this record: 16 to 64 hexadecimal digits, or the line of JSON of
    /// the notice; may be repeated
    #[arg(long, value_name = "HEAD")]
    pub(crate) anchor: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SignerArg {
    /// Who carried the test out
    Operator,
    /// Who decides whether it passed; another person than the operator
    Approver,
    /// Who read the report
    Reviewer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerdictArg {
    /// It reached what it was to reach
    Passed,
    /// It did under conditions, which --notes names
    Conditions,
    /// It did not, and --notes says what failed
    Failed,
}

impl From<SignerArg> for SignerRole {
    fn from(role: SignerArg) -> Self {
        match role {
            SignerArg::Operator => Self::Operator,
            SignerArg::Approver => Self::Approver,
            SignerArg::Reviewer => Self::Reviewer,
        }
    }
}

impl From<VerdictArg> for TestVerdict {
    fn from(verdict: VerdictArg) -> Self {
        match verdict {
            VerdictArg::Passed => Self::Passed,
            VerdictArg::Conditions => Self::Conditions,
            VerdictArg::Failed => Self::Failed,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// As what you sign
    #[arg(long = "as", value_enum, value_name = "ROLE")]
    pub(crate) role: SignerArg,
    /// How you judge the test; an operator and an approver have to
    #[arg(long, value_enum)]
    pub(crate) verdict: Option<VerdictArg>,
    /// What you add; needed for the verdicts conditions and failed, and for passed against what is on record
    #[arg(long, value_name = "TEXT")]
    pub(crate) notes: Option<String>,
    /// Your SSH key, private, or public with the other half in the agent [default: the first key of the agent, else the
    /// first of ~/.ssh/id_ed25519, id_ed25519_sk, id_ecdsa, id_ecdsa_sk, id_rsa]
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Your name [default: the local user]
    #[arg(long, value_name = "NAME")]
    pub(crate) engineer: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct FindingsArgs {
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Code of the finding to state something about; the rest of what was stated of it stays
    #[arg(long, value_name = "CODE")]
    pub(crate) set: Option<String>,
    /// Record that opened it, where there are several of one code [default: the latest open one]
    #[arg(long, value_name = "N", requires = "set")]
    pub(crate) record: Option<u64>,
    /// Who takes care of it; an empty text takes it back, as for all that follow
    #[arg(long, value_name = "NAME", requires = "set", value_parser = person)]
    pub(crate) owner: Option<String>,
    /// Until when, as YYYY-MM-DD
    #[arg(long, value_name = "DATE", requires = "set", value_parser = due_date)]
    pub(crate) due: Option<DueDate>,
    /// How it is remedied
    #[arg(long, value_name = "TEXT", requires = "set", conflicts_with = "accept")]
    pub(crate) remedy: Option<String>,
    /// Why its risk is accepted
    #[arg(long, value_name = "TEXT", requires = "set")]
    pub(crate) accept: Option<String>,
    /// Run in which it was tested again
    #[arg(long, value_name = "RUN", requires = "set")]
    pub(crate) retest: Option<String>,
    /// The person who states it [default: as in the settings]
    #[arg(long, value_name = "NAME", requires = "set", value_parser = person)]
    pub(crate) engineer: Option<String>,
    /// As JSON, an array of objects
    #[arg(long)]
    pub(crate) json: bool,
}
