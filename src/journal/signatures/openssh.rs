//! The one place that runs `ssh-keygen` and `ssh-add`. What they print is untrusted: bounded, and made printable before
//! anybody sees it.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;
use thiserror::Error;

use super::files::read_bounded;
use crate::{run::Timestamp, text::excerpt};

/// The namespace of the signatures (`ssh-keygen -Y sign -n`): one made for mail or for git does not count here.
const NAMESPACE: &str = "drwatch";

/// How long a passphrase, a PIN or a touch is waited for.
const SIGN_TIMEOUT: Duration = Duration::from_mins(5);

/// How long a question without a person may take.
const CHECK_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a program is given to put the terminal back before it is killed.
const TERMINATION_TIMEOUT: Duration = Duration::from_secs(2);

const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Characters of what a program said that are shown.
const MAX_SAID: usize = 300;

/// Why OpenSSH gave no answer.
#[derive(Debug, Error)]
pub(crate) enum OpenSshError {
    #[error(
        "`{program}` cannot be run: {source}; signatures need OpenSSH 8.8 or newer (`apt-get install openssh-client`)"
    )]
    Missing { program: &'static str, source: io::Error },
    #[error("`{program}` took longer than {} s and was ended", limit.as_secs())]
    TimedOut { program: &'static str, limit: Duration },
    #[error("`{program}` refused: {said}")]
    Refused { program: &'static str, said: String },
    #[error("the answer of `{program}` is not understood: {said}")]
    NotUnderstood { program: &'static str, said: String },
    #[error("a temporary file for ssh-keygen cannot be used: {0}; make room or set TMPDIR")]
    TemporaryFile(#[from] io::Error),
    #[error(
        "there is no key to sign with: the ssh agent holds none, and {} has none of the usual names; make one with \
         `ssh-keygen -t ed25519`, load one with `ssh-add`, or name one with --key",
        folder.display()
    )]
    NoKey { folder: PathBuf },
}

/// The key that somebody signs with.
pub(crate) struct SigningKey {
    path: PathBuf,
    /// As OpenSSH prints it: `SHA256:…`.
    pub(crate) fingerprint: String,
    /// Where it is from, in words.
    pub(crate) origin: String,
    /// Holds the public key of the agent while it is used.
    _folder: Option<TempDir>,
}

/// The usual names of keys, as `ssh` looks for them, the newest kind first.
const USUAL_NAMES: [&str; 5] = ["id_ed25519", "id_ed25519_sk", "id_ecdsa", "id_ecdsa_sk", "id_rsa"];

impl SigningKey {
    /// The key in a file: a private one, or a public one whose other half the agent holds.
    pub(crate) fn of_file(path: &Path) -> Result<Self, OpenSshError> {
        let fingerprint = fingerprint(path)?;
        Ok(Self { path: path.to_owned(), fingerprint, origin: path.display().to_string(), _folder: None })
    }

    /// The first key of the agent, else the first of the usual names in `folder`, the user's `.ssh`.
    pub(crate) fn usual(folder: &Path) -> Result<Self, OpenSshError> {
        if let Some(public) = first_of_agent()? {
            let place = tempfile::tempdir()?;
            let path = place.path().join("agent.pub");
            fs::write(&path, public)?;
            let key = Self::of_file(&path)?;
            let origin = "the first key of the ssh agent".to_owned();
            return Ok(Self { origin, _folder: Some(place), ..key });
        }
        let found = USUAL_NAMES.iter().map(|name| folder.join(name)).find(|path| path.is_file());
        Self::of_file(&found.ok_or_else(|| OpenSshError::NoKey { folder: folder.to_owned() })?)
    }
}

/// The public half of the agent's first plain key.
fn first_of_agent() -> Result<Option<Vec<u8>>, OpenSshError> {
    let answer = run("ssh-add", &["-L".as_ref()], Stdio::null(), CHECK_TIMEOUT)?;
    let lines = answer.output.split(|byte| *byte == b'\n');
    // Without an agent or a key in it the answer is a failure. A certificate has the key it certifies beside it.
    let is_plain = |line: &&[u8]| memchr::memmem::find(line, b"-cert-v01@").is_none() && !line.is_empty();
    Ok(lines.filter(|_| answer.status.success()).find(is_plain).map(<[u8]>::to_vec))
}

fn fingerprint(key: &Path) -> Result<String, OpenSshError> {
    let words = ["-l".as_ref(), "-E".as_ref(), "sha256".as_ref(), "-f".as_ref(), key.as_os_str()];
    let answer = ssh_keygen(&words, Stdio::null(), CHECK_TIMEOUT)?.successful()?;
    answer.fingerprint().ok_or_else(|| answer.not_understood())
}

/// The signature of `key` over `text`. Asks on the terminal for a passphrase or a PIN where the key needs one.
pub(crate) fn sign_text(key: &SigningKey, text: &str) -> Result<Vec<u8>, OpenSshError> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("statement.txt");
    fs::write(&path, text)?;
    let words = with_namespace("sign", &["-f".as_ref(), key.path.as_os_str(), path.as_os_str()]);
    // The terminal stays its standard input: without one ssh-keygen asks nobody.
    ssh_keygen(&words, Stdio::inherit(), SIGN_TIMEOUT)?.successful()?;
    let signature = File::open(folder.path().join("statement.txt.sig"))?;
    Ok(read_bounded(signature)?)
}

/// What OpenSSH says of a signature over a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CheckAnswer {
    /// It was made over this text, with the key of this fingerprint.
    Good {
        fingerprint: String,
    },
    Bad {
        said: String,
    },
}

/// Whether `signature` was made over `text`, by whatever key.
pub(crate) fn check_signature(text: &str, signature: &[u8]) -> Result<CheckAnswer, OpenSshError> {
    let file = SignatureFile::new(signature)?;
    let words = with_namespace("check-novalidate", &["-s".as_ref(), file.path.as_os_str()]);
    let answer = ssh_keygen(&words, input(text)?, CHECK_TIMEOUT)?;
    if !answer.status.success() {
        return Ok(CheckAnswer::Bad { said: answer.said() });
    }
    let fingerprint = answer.fingerprint().ok_or_else(|| answer.not_understood())?;
    Ok(CheckAnswer::Good { fingerprint })
}

/// By which name the file `allowed` (`ssh-keygen(1)`, ALLOWED SIGNERS) knows the signer of `text`, at the time `at`.
pub(super) fn principal(
    text: &str,
    signature: &[u8],
    allowed: &Path,
    at: Timestamp,
) -> Result<Result<String, String>, OpenSshError> {
    let file = SignatureFile::new(signature)?;
    let time = format!("-Overify-time={}", local_digits(at));
    let known: [&OsStr; 5] =
        ["-f".as_ref(), allowed.as_os_str(), time.as_ref(), "-s".as_ref(), file.path.as_os_str()];
    let found = ssh_keygen(
        &[&["-Y".as_ref(), "find-principals".as_ref()], &known[..]].concat(),
        input(text)?,
        CHECK_TIMEOUT,
    )?;
    if !found.status.success() {
        return Ok(Err(found.said()));
    }
    let names = String::from_utf8_lossy(&found.output).into_owned();
    let mut said = found.said();
    // Each name costs a process, and a key may stand under any number of them.
    for name in names.split(['\n', ',']).map(str::trim).filter(|name| !name.is_empty()).take(64) {
        let words = with_namespace("verify", &[&known[..], &["-I".as_ref(), name.as_ref()]].concat());
        let answer = ssh_keygen(&words, input(text)?, CHECK_TIMEOUT)?;
        if answer.status.success() {
            return Ok(Ok(excerpt(name, MAX_SAID)));
        }
        said = answer.said();
    }
    Ok(Err(said))
}

/// A time as OpenSSH reads it: local, as it knows a time with a zone only since 9.1.
fn local_digits(at: Timestamp) -> String {
    let instant = jiff::Timestamp::from_second(at.utc().timestamp()).unwrap_or_default();
    let zone = jiff::tz::TimeZone::try_system().unwrap_or(jiff::tz::TimeZone::UTC);
    let ahead = chrono::TimeDelta::seconds(zone.to_offset(instant).seconds().into());
    at.shifted(ahead).utc().format("%Y%m%d%H%M%S").to_string()
}

fn with_namespace<'w>(question: &'w str, more: &[&'w OsStr]) -> Vec<&'w OsStr> {
    let first: [&OsStr; 4] = ["-Y".as_ref(), question.as_ref(), "-n".as_ref(), NAMESPACE.as_ref()];
    [&first[..], more].concat()
}

/// A signature as the file that ssh-keygen reads it from.
struct SignatureFile {
    path: PathBuf,
    _folder: TempDir,
}

impl SignatureFile {
    fn new(signature: &[u8]) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("statement.txt.sig");
        fs::write(&path, signature)?;
        Ok(Self { path, _folder: folder })
    }
}

/// A text as standard input.
fn input(text: &str) -> io::Result<Stdio> {
    let mut file = tempfile::tempfile()?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file.into())
}

pub(super) struct Answer {
    program: &'static str,
    status: ExitStatus,
    output: Vec<u8>,
    errors: Vec<u8>,
}

impl Answer {
    fn successful(self) -> Result<Self, OpenSshError> {
        if self.status.success() {
            Ok(self)
        } else {
            Err(OpenSshError::Refused { program: self.program, said: self.said() })
        }
    }

    /// The fingerprint that it names.
    fn fingerprint(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.output);
        let is_digit = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        let is_fingerprint = |word: &&str| {
            word.strip_prefix("SHA256:")
                .is_some_and(|rest| !rest.is_empty() && rest.len() < 64 && rest.chars().all(is_digit))
        };
        text.split_whitespace().find(is_fingerprint).map(str::to_owned)
    }

    /// What it printed, within one line: errors where there are any.
    fn said(&self) -> String {
        said(&self.errors)
            .or_else(|| said(&self.output))
            .unwrap_or_else(|| format!("it ended with {}", self.status))
    }

    fn not_understood(&self) -> OpenSshError {
        OpenSshError::NotUnderstood { program: self.program, said: self.said() }
    }
}

pub(super) fn said(output: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(output);
    // A key file that others can read is complained about in a frame of `@`.
    let lines = text.lines().map(|line| line.trim().trim_matches('@').trim()).filter(|line| !line.is_empty());
    let joined = lines.collect::<Vec<_>>().join("; ");
    (!joined.is_empty()).then(|| excerpt(&joined, MAX_SAID))
}

fn ssh_keygen(words: &[&OsStr], input: Stdio, limit: Duration) -> Result<Answer, OpenSshError> {
    run("ssh-keygen", words, input, limit)
}

/// Runs a program to its end. Its output goes through files, so that neither a flood nor a grandchild that keeps a pipe
/// open holds anything up.
pub(super) fn run(
    program: &'static str,
    words: &[&OsStr],
    input: Stdio,
    limit: Duration,
) -> Result<Answer, OpenSshError> {
    let (mut output, mut errors) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let child = Command::new(program)
        .args(words)
        .stdin(input)
        .stdout(output.try_clone()?)
        .stderr(errors.try_clone()?)
        .spawn();
    let mut child = child.map_err(|source| OpenSshError::Missing { program, source })?;
    let Some(status) = wait(&mut child, limit)? else {
        end(&mut child)?;
        return Err(OpenSshError::TimedOut { program, limit });
    };
    output.rewind()?;
    errors.rewind()?;
    Ok(Answer { program, status, output: read_bounded(output)?, errors: read_bounded(errors)? })
}

/// Waits for the end of a program; `None` where it does not end within `limit`.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    // Counted rather than timed: only the clock room reads a clock.
    for _ in 0..limit.as_millis() / POLL_INTERVAL.as_millis() {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(POLL_INTERVAL);
    }
    child.try_wait()
}

fn end(child: &mut Child) -> io::Result<()> {
    if let Ok(pid) = i32::try_from(child.id()) {
        // A program that asks for a passphrase has switched the echo off, and puts it back on SIGTERM.
        let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
    }
    if wait(child, TERMINATION_TIMEOUT)?.is_none() {
        child.kill()?;
        child.wait()?;
    }
    Ok(())
}
