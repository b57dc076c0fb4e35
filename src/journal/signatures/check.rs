//! Checking the signatures of a run against its chain.

use std::{collections::BTreeMap, path::PathBuf};

use thiserror::Error;

use super::{
    files::{self, SignatureFiles},
    openssh::{CheckAnswer, OpenSshError, check_signature, principal},
    signed_text::{first_difference, signed_text},
};
use crate::{
    journal::{
        disk::RunFolder,
        error::JournalError,
        reading::reader::{Content, JournalReader, Position},
    },
    run::{Event, JournalHead, Record, RunId, Sequence, SignedStatement, Timestamp},
};

/// A file that names who may sign, in the form of `ssh-keygen(1)`, ALLOWED SIGNERS.
#[derive(Clone, Debug)]
pub(crate) struct AllowedSigners(pub(crate) PathBuf);

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum SignatureFault {
    #[error(
        "the statement stands without a signature: {file} is not there; drwatch ended before it was written, or \
         somebody removed it; the signer can repeat the same `drwatch sign`"
    )]
    Unsigned { file: String },
    #[error(
        "{file} is not there, the text that was signed; put it back from a copy, or repeat the same `drwatch sign`"
    )]
    TextMissing { file: String },
    #[error(
        "{file} says {found}, but the record gives {expected}: the record was rewritten after it was signed, or the \
         text was changed or belongs to another run or record"
    )]
    TextDiffers { file: String, found: String, expected: String },
    #[error("the signature was not made over this text: {said}")]
    Wrong { said: String },
    #[error("it was made with another key, {found}")]
    OtherKey { found: String },
    #[error("the allowed signers do not have its key for the namespace drwatch at that time: {said}")]
    NotAllowed { said: String },
    #[error(
        "it is by the same person as that of the {other} in record {record}; two signatures are to be of two people"
    )]
    SamePerson { other: &'static str, record: Sequence },
}

/// A statement in the record, and what its signature is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CheckedSignature {
    /// When it was stated.
    pub(crate) at: Timestamp,
    /// The record of the statement.
    pub(crate) record: Sequence,
    /// The end of the chain with it.
    pub(crate) head: JournalHead,
    pub(crate) statement: SignedStatement,
    /// The name that the allowed signers have for the key, where they were asked.
    pub(crate) verdict: Result<Option<String>, SignatureFault>,
}

impl CheckedSignature {
    /// Whether its files were not written to their end, as after a crash.
    pub(crate) const fn is_unfinished(&self) -> bool {
        matches!(
            self.verdict,
            Err(SignatureFault::Unsigned { .. }
                | SignatureFault::TextMissing { .. }
                | SignatureFault::Wrong { .. })
        )
    }
}

/// All signatures of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SignatureReport {
    pub(crate) signatures: Vec<CheckedSignature>,
    /// Files in the folder of signatures that belong to no statement of this record.
    pub(crate) strays: Vec<String>,
    /// How many records of each kind stand behind the last valid signature; all, where there is none.
    pub(crate) behind: BTreeMap<String, u64>,
}

impl SignatureReport {
    /// The last signature that is valid.
    pub(crate) fn last_valid(&self) -> Option<&CheckedSignature> {
        self.signatures.iter().rfind(|signature| signature.verdict.is_ok())
    }
}

/// Why the signatures could not be checked.
#[derive(Debug, Error)]
pub(crate) enum CheckError {
    #[error(transparent)]
    Record(#[from] JournalError),
    #[error("the signatures cannot be checked: {0}")]
    OpenSsh(#[from] OpenSshError),
}

/// A statement as it stands in the journal.
struct Stated {
    signature: CheckedSignature,
    after: Position,
}

/// Checks each signature against the chain as it is now; with `allowed` also whether its key is one of these.
pub(crate) fn check_signatures(
    folder: &RunFolder,
    allowed: Option<&AllowedSigners>,
) -> Result<SignatureReport, CheckError> {
    let (run, mut stated) = statements(folder)?;
    for at in 0..stated.len() {
        let (before, rest) = stated.split_at_mut(at);
        let Some(Stated { signature, .. }) = rest.first_mut() else { break };
        signature.verdict = judge(folder, &run, signature, allowed)?
            .and_then(|principal| two_people(before, signature, principal));
    }
    let last_valid = stated.iter().rfind(|stated| stated.signature.verdict.is_ok());
    let behind = kinds_behind(folder, last_valid.map(|stated| &stated.after))?;
    let signatures: Vec<_> = stated.into_iter().map(|stated| stated.signature).collect();
    let expected: Vec<String> = signatures
        .iter()
        .flat_map(|it| SignatureFiles::of(folder, it.record, it.statement.role).names().collect::<Vec<_>>())
        .collect();
    let strays = files::names_in(folder)?.into_iter().filter(|name| !expected.contains(name)).collect();
    Ok(SignatureReport { signatures, strays, behind })
}

struct SignedRun {
    id: RunId,
    simulated: bool,
}

fn statements(folder: &RunFolder) -> Result<(SignedRun, Vec<Stated>), JournalError> {
    let mut reader = JournalReader::open(folder)?;
    let mut run = SignedRun { id: folder.id().clone(), simulated: false };
    let mut statements = Vec::new();
    while let Some(entry) = reader.next().transpose()? {
        let Content::Record(Record { seq, at, event }) = entry.content else { continue };
        match event {
            Event::RunStarted(started) => run = SignedRun { id: started.run, simulated: started.demo },
            // Never reset: a run in which an appliance once said that it is simulated stays simulated.
            Event::Identified { identity, .. } if identity.simulated => run.simulated = true,
            Event::Signed(statement) => {
                let (head, verdict) = (reader.head().clone(), Ok(None));
                let signature = CheckedSignature { at, record: seq, head, statement, verdict };
                statements.push(Stated { signature, after: reader.position() });
            }
            _ => {}
        }
    }
    Ok((run, statements))
}

/// What the signature of a statement is worth by itself.
fn judge(
    folder: &RunFolder,
    run: &SignedRun,
    stated: &CheckedSignature,
    allowed: Option<&AllowedSigners>,
) -> Result<Result<Option<String>, SignatureFault>, CheckError> {
    let paths = SignatureFiles::of(folder, stated.record, stated.statement.role);
    let file = |path| format!("signatures/{}", files::name(path));
    let text = signed_text(&run.id, run.simulated, &stated.head, &stated.statement);
    let Some(signature) = files::read(&paths.signature)? else {
        return Ok(Err(SignatureFault::Unsigned { file: file(&paths.signature) }));
    };
    let Some(found) = files::read(&paths.text)? else {
        return Ok(Err(SignatureFault::TextMissing { file: file(&paths.text) }));
    };
    // The signature is checked over the text that the record gives; the file beside it is what `ssh-keygen -Y verify`
    // reads, and so it is compared by itself.
    if let Some((found, expected)) = first_difference(&found, &text) {
        return Ok(Err(SignatureFault::TextDiffers { file: file(&paths.text), found, expected }));
    }
    match check_signature(&text, &signature)? {
        CheckAnswer::Bad { said } => return Ok(Err(SignatureFault::Wrong { said })),
        CheckAnswer::Good { fingerprint } if fingerprint != stated.statement.key => {
            return Ok(Err(SignatureFault::OtherKey { found: fingerprint }));
        }
        CheckAnswer::Good { .. } => {}
    }
    let Some(AllowedSigners(allowed)) = allowed else { return Ok(Ok(None)) };
    let principal = principal(&text, &signature, allowed, stated.at)?;
    Ok(principal.map(Some).map_err(|said| SignatureFault::NotAllowed { said }))
}

/// Whether a signature of the operator or the approver is by another person than that of the other one, as far as keys
/// and the allowed signers show it.
fn two_people(
    before: &[Stated],
    signature: &CheckedSignature,
    principal: Option<String>,
) -> Result<Option<String>, SignatureFault> {
    let Some(other) = signature.statement.role.counterpart() else { return Ok(principal) };
    let is_same = |earlier: &&CheckedSignature| {
        let same_principal =
            principal.is_some() && matches!(&earlier.verdict, Ok(known) if *known == principal);
        earlier.statement.role == other
            && (earlier.statement.key == signature.statement.key || same_principal)
    };
    match before.iter().map(|stated| &stated.signature).find(is_same) {
        Some(earlier) => Err(SignatureFault::SamePerson { other: other.name(), record: earlier.record }),
        None => Ok(principal),
    }
}

/// How many records of each kind come after `from`, or in all.
fn kinds_behind(folder: &RunFolder, from: Option<&Position>) -> Result<BTreeMap<String, u64>, JournalError> {
    let reader = match from {
        Some(position) => JournalReader::open_at(folder, position)?,
        None => JournalReader::open(folder)?,
    };
    let mut kinds = BTreeMap::new();
    for entry in reader {
        *kinds.entry(entry?.content.kind()).or_default() += 1;
    }
    Ok(kinds)
}
