//! Who may sign what.

use super::criteria::judged;
use super::schema::Judgement;
use super::sheet::summary;
use crate::run::read::restore::grounds_of_end;
use crate::run::state::Run;
use crate::run::values::{
    Finding, FindingSeverity, Grounds, Known, Phase, Sequence, Signature, SignedStatement, SignerRole,
    TestVerdict,
};

/// Why a statement is not to be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningRefusal {
    /// The statement itself lacks something.
    #[error("an operator and an approver have to judge the test: add --verdict passed, conditions or failed")]
    NoVerdict,
    /// A verdict that has to be explained.
    #[error("the verdict \"{}\" takes --notes: which conditions, or what failed", .0.name())]
    NoNotes(TestVerdict),
    /// Nobody signs.
    #[error("a signature needs the name of a person: add --engineer NAME")]
    NoName,
    /// The second signature is to be another person's.
    #[error(
        "the {} in record {record}, {name}, signed with {}; operator and approver have to be two people, each with a \
         name and a key of their own", role.name(), same.words()
    )]
    SamePerson {
        /// As what the earlier statement was signed.
        role: SignerRole,
        /// Its record.
        record: Sequence,
        /// Its name.
        name: String,
        /// What both have in common.
        same: SameSigner,
    },
    /// "Passed" without a word, against what the record says.
    #[error(
        "the verdict is passed, but this stands against it: {}; say with --notes why the test has passed all the same, or \
         sign with --verdict conditions or failed", .against.join("; ")
    )]
    Against {
        /// What, one clause each.
        against: Vec<String>,
    },
}

impl SigningRefusal {
    /// Whether the statement itself lacks something, whatever the run.
    #[must_use]
    pub const fn is_incomplete(&self) -> bool {
        matches!(self, Self::NoVerdict | Self::NoNotes(_) | Self::NoName)
    }
}

/// By what two signers are taken for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameSigner {
    /// The key.
    Key,
    /// The name.
    Name,
}

impl SameSigner {
    const fn words(self) -> &'static str {
        match self {
            Self::Key => "this very key",
            Self::Name => "the same name",
        }
    }
}

/// Whether a statement is complete, whatever the run.
///
/// # Errors
/// What it lacks.
pub fn check_statement(statement: &SignedStatement) -> Result<(), SigningRefusal> {
    let has_notes = statement.notes.as_deref().is_some_and(|notes| !notes.trim().is_empty());
    if statement.name.trim().is_empty() {
        return Err(SigningRefusal::NoName);
    }
    match statement.verdict {
        None if statement.role != SignerRole::Reviewer => Err(SigningRefusal::NoVerdict),
        Some(verdict @ (TestVerdict::Conditions | TestVerdict::Failed)) if !has_notes => {
            Err(SigningRefusal::NoNotes(verdict))
        }
        _ => Ok(()),
    }
}

/// Whether `run` may be signed so.
///
/// # Errors
/// Why not.
pub fn may_sign(run: &Run, statement: &SignedStatement) -> Result<(), SigningRefusal> {
    check_statement(statement)?;
    if let Some((other, same)) =
        statement.role.counterpart().and_then(|role| same_person(run, role, statement))
    {
        let Signature { record, statement: SignedStatement { role, name, .. }, .. } = other.clone();
        return Err(SigningRefusal::SamePerson { role, record, name, same });
    }
    let is_bare_pass = statement.verdict == Some(TestVerdict::Passed)
        && statement.notes.as_deref().is_none_or(|notes| notes.trim().is_empty());
    let against = if is_bare_pass { against_passed(run) } else { Vec::new() };
    if against.is_empty() { Ok(()) } else { Err(SigningRefusal::Against { against }) }
}

/// What stands against the verdict "passed" at the end of the record, one clause each.
fn against_passed(run: &Run) -> Vec<String> {
    let mut against = Vec::new();
    if !run.is_restored() || run.failed.is_some() {
        against.push("the namespace was not restored".to_owned());
    }
    for criterion in judged(run, run.last_at, &summary(run).sheet) {
        let title = criterion.target.title();
        match (criterion.judgement, criterion.grounds) {
            (Judgement::Failed, _) => against.push(format!("the target \"{title}\" was missed")),
            (Judgement::Passed, Grounds::Doubted) => {
                against.push(format!("the target \"{title}\" was met, but is in doubt"));
            }
            _ => {}
        }
    }
    if grounds_of_end(run, Phase::Stage2) == Grounds::Doubted {
        against.push("that the namespace was restored was stated against what was read".to_owned());
    }
    let is_danger =
        |finding: &&Finding| finding.severity == FindingSeverity::Blocking && finding.closed_at.is_none();
    against.extend(run.findings.iter().filter(is_danger).map(|finding| {
        let state = if finding.is_open() { "open" } else { "acknowledged, but not settled" };
        format!("the blocking finding {} is {state}", finding.code)
    }));
    match run.replication_state() {
        Known::Paused => against.push("replication was left paused".to_owned()),
        Known::Unknown | Known::Unreadable if run.replication.open_pause().is_some() => {
            against.push("replication was paused, and not seen to run again".to_owned());
        }
        Known::Unknown if run.change_in_doubt().is_some() => {
            against.push("whether replication was left paused is unknown".to_owned());
        }
        Known::Running | Known::Unknown | Known::Unreadable => {}
    }
    against
}

fn same_person<'r>(
    run: &'r Run,
    role: SignerRole,
    statement: &SignedStatement,
) -> Option<(&'r Signature, SameSigner)> {
    let words = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    let is_name = |name: &str| words(name) == words(&statement.name);
    run.signatures.iter().filter(|signature| signature.statement.role == role).find_map(|signature| {
        let earlier = &signature.statement;
        let same = if earlier.key == statement.key {
            SameSigner::Key
        } else if is_name(&earlier.name) {
            SameSigner::Name
        } else {
            return None;
        };
        Some((signature, same))
    })
}
