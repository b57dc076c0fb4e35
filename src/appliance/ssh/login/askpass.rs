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
    process::ExitCode,
    time::Duration,
};

use zeroize::Zeroizing;

use crate::{appliance::ssh::parent_watch::set_from_outside, platform::keep_memory_private};

/// The environment variable that holds the path of the socket to ask.
pub(super) const SOCKET_VARIABLE: &str = "DRWATCH_ASKPASS_SOCKET";

/// Longest prompt passed on and longest secret accepted, in bytes.
pub(super) const MAX_MESSAGE_BYTES: usize = 4096;

/// How long the password command may take.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// Answers `ssh` if this process was started by it as its askpass program; `None` otherwise. Its
/// arguments are prompts then, not flags.
pub(in crate::appliance::ssh) fn dispatch() -> Option<ExitCode> {
    let socket = std::env::var_os(SOCKET_VARIABLE)?;
    // `confirm` or `none` where a person is wanted, nothing where a secret is asked for (ssh(1)).
    if std::env::var_os("SSH_ASKPASS_PROMPT").is_some_and(|kind| !kind.is_empty()) {
        return Some(ExitCode::FAILURE);
    }
    // If nobody listens, no drwatch started this process: the variable was set from outside.
    let Ok(stream) = UnixStream::connect(socket) else { return Some(set_from_outside(SOCKET_VARIABLE)) };
    let prompt = std::env::args_os().nth(1).unwrap_or_default();
    // ssh takes a failure as "no answer" and says so itself.
    Some(hand_over(stream, prompt).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS))
}

/// Sends the prompt to the drwatch at the other end, and prints its answer.
fn hand_over(mut stream: UnixStream, prompt: OsString) -> io::Result<()> {
    // A drwatch that hangs must not keep ssh, which waits for its helper without a limit.
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    // The other end answers the helper of its own ssh alone, and knows it by this id.
    let mut request = format!("{}\n", parent_id()).into_bytes();
    request.extend_from_slice(&prompt.into_encoded_bytes());
    // The prompt holds what a server sends in a keyboard-interactive login, of any length.
    request.truncate(MAX_MESSAGE_BYTES);
    stream.write_all(&request)?;
    // The other end reads the request to its end.
    stream.shutdown(Shutdown::Write)?;
    keep_memory_private();
    // Room for all of it at once: a vector that grows leaves copies of the secret behind.
    let mut secret = Zeroizing::new(Vec::with_capacity(MAX_MESSAGE_BYTES + 1));
    stream.take(MAX_MESSAGE_BYTES as u64).read_to_end(&mut secret)?;
    // An empty answer must not reach ssh, which would try it as a password.
    if secret.is_empty() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    secret.push(b'\n');
    // Not through the buffer of the standard library, which keeps what it wrote.
    let mut output = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    output.write_all(&secret)
}
