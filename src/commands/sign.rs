//! The command `sign`: a statement in the record of a run, and a signature over the record with it.

use std::path::PathBuf;

use thiserror::Error;

use super::{
    command_line::{
        append::EndedRun,
        messages::{inform, say},
        options::{folder, load},
        stop::Stop,
    },
    runs::verify::verify,
};
use crate::{
    cli::SignArgs,
    journal::{self, CheckAnswer, CheckedSignature, JournalError, RunFolder, SignatureFiles, SigningKey},
    run::{
        Event, Exit, JournalHead, Run, Sequence, SignedStatement, check_statement, may_sign, sign_off_hazard,
    },
    session::record::identity::LocalIdentity,
    settings::check_text,
    text::{Charset, is_printable},
};

/// Longest name of a signer, in bytes.
const MAX_NAME: usize = 200;

#[derive(Debug, Error)]
enum SignError {
    #[error(
        "the name of a signer is one line of at most {MAX_NAME} bytes that can be shown as it is; write another with --engineer"
    )]
    BadName,
    #[error("--notes cannot be signed: {0}")]
    BadNotes(String),
    #[error("there is no home directory to look for a key in; name one with --key")]
    NoHome,
    #[error("{} is there already, and is no signature of this record; `drwatch verify` names such files, move it away first", .0.display())]
    InTheWay(PathBuf),
    #[error("the signature that ssh-keygen made does not fit ({0}); nothing was recorded")]
    Unfit(String),
    #[error(
        "record {record} holds your statement as {role}, but its signature was never written; repeat it with the same \
         --verdict, --notes and --engineer first, then sign anew"
    )]
    Unfinished { record: Sequence, role: &'static str },
    #[error(
        "the statement is in record {record}, but its signature is not written: {source}; repeat the same command"
    )]
    Unwritten { record: Sequence, source: JournalError },
}

pub(super) fn sign(arguments: SignArgs) -> Result<Exit, Stop> {
    let folder = folder(&arguments.run)?;
    let key = arguments.key.clone();
    let statement = stated(arguments)?;
    let mut ended = EndedRun::open(&folder).map_err(Stop::failed)?;
    // Nobody is to stand for a record that is not whole, nor for figures that do not follow from it.
    verify(&folder).map_err(Stop::failed)?;
    let key = signing_key(key)?;
    let statement = SignedStatement { key: key.fingerprint.clone(), ..statement };
    inform(&format!(
        "signing with {}: {}; ssh-keygen may ask for its passphrase, or for a touch",
        key.origin, key.fingerprint
    ));
    if let Some(unfinished) = unfinished(&folder, &statement)? {
        return finish(&folder, &ended.run, &key, &unfinished);
    }
    may_sign(&ended.run, &statement).map_err(Stop::failed)?;
    // Nothing can be awaited here: the record has ended.
    if let Some(hazard) = sign_off_hazard(&ended.run) {
        inform(&format!("the record ends with this left: {}", hazard.what));
    }
    let at = ended.next_at();
    let prepared = ended.writer.prepare(at, Event::Signed(statement.clone())).map_err(Stop::failed)?;
    let files = SignatureFiles::of(&folder, prepared.seq(), statement.role);
    if let Some(path) = files.existing() {
        return Err(Stop::failed(SignError::InTheWay(path.to_owned())));
    }
    // The head after the record is known before it is written, so that a signature that fails leaves nothing behind.
    let head = prepared.head();
    let text = journal::signed_text(&ended.run.started.run, ended.run.is_simulated(), &head, &statement);
    let signature = made_by(&key, &text)?;
    let made = prepared.append_durably().map_err(Stop::failed)?;
    files
        .write(&folder, &text, &signature)
        .map_err(|source| Stop::failed(SignError::Unwritten { record: made.seq, source }))?;
    report(&folder, made.seq, &head, &statement, &files)
}

/// What is to be signed, but for the key.
fn stated(arguments: SignArgs) -> Result<SignedStatement, Stop> {
    let local = LocalIdentity::of_this_process();
    let engineer = match arguments.engineer {
        Some(name) => Some(name),
        None => load(None)?.engineer,
    };
    let notes = arguments.notes.map(|notes| check_text(&notes)).transpose();
    let statement = SignedStatement {
        role: arguments.role.into(),
        verdict: arguments.verdict.map(Into::into),
        notes: notes.map_err(|reason| Stop::usage(SignError::BadNotes(reason)))?.flatten(),
        name: engineer.unwrap_or_else(|| local.user.clone()).trim().to_owned(),
        user: local.label(),
        key: String::new(),
    };
    check_statement(&statement).map_err(Stop::usage)?;
    if !is_printable(&statement.name, Charset::Unicode) || statement.name.len() > MAX_NAME {
        return Err(Stop::usage(SignError::BadName));
    }
    Ok(statement)
}

fn signing_key(named: Option<PathBuf>) -> Result<SigningKey, Stop> {
    let key = if let Some(path) = named {
        SigningKey::of_file(&path)
    } else {
        let home = etcetera::home_dir().map_err(|_| Stop::failed(SignError::NoHome))?;
        SigningKey::usual(&home.join(".ssh"))
    };
    key.map_err(Stop::failed)
}

/// The signature of `key` over `text`, found to be one.
fn made_by(key: &SigningKey, text: &str) -> Result<Vec<u8>, Stop> {
    let signature = journal::sign_text(key, text).map_err(Stop::failed)?;
    let unfit = match journal::check_signature(text, &signature).map_err(Stop::failed)? {
        CheckAnswer::Good { fingerprint } if fingerprint == key.fingerprint => return Ok(signature),
        CheckAnswer::Good { fingerprint } => format!("it is of the key {fingerprint}"),
        CheckAnswer::Bad { said } => said,
    };
    Err(Stop::failed(SignError::Unfit(unfit)))
}

/// An earlier statement of this key in this role whose signature was not written to its end.
fn unfinished(folder: &RunFolder, statement: &SignedStatement) -> Result<Option<CheckedSignature>, Stop> {
    let report = journal::check_signatures(folder, None).map_err(Stop::failed)?;
    let is_own =
        |it: &CheckedSignature| it.statement.role == statement.role && it.statement.key == statement.key;
    let found = report.signatures.into_iter().find(|it| is_own(it) && it.is_unfinished());
    let Some(found) = found else { return Ok(None) };
    let earlier = &found.statement;
    let is_same = (earlier.verdict, &earlier.notes, &earlier.name)
        == (statement.verdict, &statement.notes, &statement.name);
    if is_same {
        return Ok(Some(found));
    }
    Err(Stop::failed(SignError::Unfinished { record: found.record, role: earlier.role.name() }))
}

/// Writes the signature of a statement that is on record already; nothing is added to the record.
fn finish(
    folder: &RunFolder,
    run: &Run,
    key: &SigningKey,
    unfinished: &CheckedSignature,
) -> Result<Exit, Stop> {
    let CheckedSignature { record, head, statement, .. } = unfinished;
    let files = SignatureFiles::of(folder, *record, statement.role);
    let text = journal::signed_text(&run.started.run, run.is_simulated(), head, statement);
    let signature = made_by(key, &text)?;
    files
        .write(folder, &text, &signature)
        .map_err(|source| Stop::failed(SignError::Unwritten { record: *record, source }))?;
    inform("your statement was on record already, without its signature; nothing was added to the record");
    report(folder, *record, head, statement, &files)
}

fn report(
    folder: &RunFolder,
    record: Sequence,
    head: &JournalHead,
    statement: &SignedStatement,
    files: &SignatureFiles,
) -> Result<Exit, Stop> {
    let verdict =
        statement.verdict.map_or_else(String::new, |verdict| format!(", verdict {}", verdict.name()));
    say(&format!(
        "{}: signed in record {record} as {} by {} ({}){verdict}, key {}\nsignature {} over {}\nhead {} after {} \
         records; keep it where others cannot write, `drwatch verify --anchor` finds it again\n",
        folder.id(),
        statement.role.name(),
        statement.name,
        statement.user,
        statement.key,
        files.signature.display(),
        files.text.display(),
        head.head,
        head.records,
    ))?;
    Ok(Exit::Done)
}
