//! What the two ends of the askpass socket agree on: `askpass` asks, `secret` answers.

use std::time::Duration;

/// The environment variable that holds the path of the socket to ask.
pub(super) const SOCKET_VARIABLE: &str = "DRWATCH_ASKPASS_SOCKET";

/// Longest prompt passed on and longest secret accepted, in bytes.
pub(super) const MAX_MESSAGE_BYTES: usize = 4096;

/// How long the password command may take.
pub(super) const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// Keeps the memory of this process out of core dumps, and away from other processes of the user: it is about to
/// hold a password.
pub(super) fn keep_memory_private() {
    #[cfg(target_os = "linux")]
    // Where the system refuses, the password is still erased after its use.
    let _ = nix::sys::prctl::set_dumpable(false);
}
