//! drwatch as the askpass program of `ssh`: it fetches the answer from the drwatch
//! that started `ssh`, through a socket, and prints it. It holds no secret and asks no person.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Read, Write},
    net::Shutdown,
    os::{
        fd::AsFd as _,
        unix::{net::UnixStream, process::parent_id},
    },
    path::Path,
    process::ExitCode,
};

use zeroize::Zeroizing;

use super::askpass_socket::{ANSWER_LIMIT, MAX_MESSAGE_BYTES, SOCKET_VARIABLE, keep_memory_private};
use crate::appliance::ssh::parent_watch::set_from_outside;

/// Answers `ssh` if this process was started by it as its askpass program; `None` otherwise. Its
/// arguments are prompts then, not flags.
pub(in crate::appliance::ssh) fn dispatch() -> Option<ExitCode> {
    let socket = std::env::var_os(SOCKET_VARIABLE)?;
    let prompt = std::env::args_os().nth(1).unwrap_or_default();
    let kind = std::env::var_os("SSH_ASKPASS_PROMPT").unwrap_or_default();
    Some(match run(Path::new(&socket), prompt, &kind.to_string_lossy()) {
        Ok(()) => ExitCode::SUCCESS,
        // The drwatch that set it listens for as long as its ssh may ask.
        Err(Refused::NobodyListens) => set_from_outside(SOCKET_VARIABLE),
        // ssh takes it as "no answer" and says so itself.
        Err(Refused::NoAnswer(_)) => ExitCode::FAILURE,
    })
}

/// Why there is no secret.
#[derive(Debug)]
enum Refused {
    /// No drwatch is there to be asked.
    NobodyListens,
    /// There is one, and it gives none.
    NoAnswer(#[expect(dead_code, reason = "ssh has no use for it; tests print it")] io::Error),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::NoAnswer(error)
    }
}

/// `kind` is empty where a secret is asked for, `confirm` or `none` where a person is wanted
/// (`SSH_ASKPASS_PROMPT` in ssh(1)).
fn run(socket: &Path, prompt: OsString, kind: &str) -> Result<(), Refused> {
    if !kind.is_empty() {
        return Err(io::Error::from(io::ErrorKind::Unsupported).into());
    }
    let mut stream = UnixStream::connect(socket).map_err(|_| Refused::NobodyListens)?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    let mut request = format!("{}\n", parent_id()).into_bytes();
    request.extend_from_slice(&prompt.into_encoded_bytes());
    request.truncate(MAX_MESSAGE_BYTES);
    stream.write_all(&request)?;
    stream.shutdown(Shutdown::Write)?;
    keep_memory_private();
    let mut secret = Zeroizing::new(Vec::with_capacity(MAX_MESSAGE_BYTES + 1));
    stream.take(MAX_MESSAGE_BYTES as u64).read_to_end(&mut secret)?;
    if secret.is_empty() {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied).into());
    }
    secret.push(b'\n');
    // Not through the buffer of the standard library, which keeps what it wrote.
    let mut output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    Ok(output.write_all(&secret)?)
}
