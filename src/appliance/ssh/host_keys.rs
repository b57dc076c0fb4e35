//! The host keys of all types that a server offers. A connection proves only the one it was made with;
//! the others are asked for by one handshake each that ends before any login.

use std::{collections::BTreeSet, process::Stdio, time::Duration};

use futures_util::future::join_all;
use process_wrap::tokio::{CommandWrap, ProcessSession};
use tokio::{io::AsyncReadExt as _, time::timeout};

use super::{
    destination::Destination,
    login::transcript::Transcript,
    master::Server,
    options::{SshOptions, host_key_arguments},
    parent_watch,
};
use crate::run::HostKey;

/// How long one handshake may take; a key that is not shown by then is left out.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(5);

/// Types of keys asked for beside the one in use. No server has more.
const MAX_KEY_TYPES: usize = 8;

/// What a handshake says is far shorter.
const MAX_HANDSHAKE_BYTES: u64 = 256 << 10;

/// All host keys of `server`, the proven one first.
pub(super) async fn offered(
    destination: &Destination,
    options: &SshOptions,
    server: &Server,
) -> Vec<HostKey> {
    let in_use = server.key.as_ref().map(|key| key.kind.as_str());
    let kinds = server.algorithms.split(',').filter_map(kind_of);
    let kinds: BTreeSet<&str> = kinds.filter(|kind| Some(*kind) != in_use).collect();
    let asked = kinds.into_iter().take(MAX_KEY_TYPES).map(|kind| shown(destination, options, kind));
    // Side by side: one after the other, eight slow handshakes would take 40 s.
    let others = join_all(asked).await.into_iter().flatten();
    server.key.clone().into_iter().chain(others).collect()
}

/// The type of key that a signature algorithm uses; `None` for certificates, whose key is not the host's
/// own name for itself.
fn kind_of(algorithm: &str) -> Option<&str> {
    match algorithm.trim() {
        // One RSA key signs in three ways (RFC 8332).
        "rsa-sha2-512" | "rsa-sha2-256" | "ssh-rsa" => Some("ssh-rsa"),
        "" => None,
        certificate if certificate.contains("-cert-") => None,
        other => Some(other),
    }
}

fn algorithms_of(kind: &str) -> &str {
    if kind == "ssh-rsa" { "rsa-sha2-512,rsa-sha2-256,ssh-rsa" } else { kind }
}

async fn shown(destination: &Destination, options: &SshOptions, kind: &str) -> Option<HostKey> {
    let mut command = parent_watch::ssh(options.program.as_deref());
    // The handshake ends before any login, so nothing may ask
    // for a password: neither this ssh nor that of a jump host.
    command
        .args(host_key_arguments(destination, options, algorithms_of(kind)))
        .env_remove("SSH_ASKPASS")
        .env("SSH_ASKPASS_REQUIRE", "never")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    // In a session of its own, without a controlling terminal: nothing it starts can ask in ours.
    let mut child = CommandWrap::from(command).wrap(ProcessSession).spawn().ok()?;
    let said = child.stdout().take()?;
    let mut transcript = Transcript::default();
    let listening = async {
        let mut bytes = Vec::new();
        // The key is shown before the handshake fails, so an error does not matter.
        drop(said.take(MAX_HANDSHAKE_BYTES).read_to_end(&mut bytes).await);
        bytes
    };
    if let Ok(bytes) = timeout(HANDSHAKE_LIMIT, listening).await {
        transcript.take_in(&bytes);
        transcript.finish();
    }
    // `kill` also waits for the end, which a process that hangs in the kernel does not reach.
    drop(timeout(HANDSHAKE_LIMIT, std::pin::Pin::from(child.kill())).await);
    transcript.host_key().filter(|key| key.kind == kind).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_algorithms_of_one_type_of_key_are_one_question() {
        let offered = "rsa-sha2-512,rsa-sha2-256,ssh-rsa,ecdsa-sha2-nistp256,ssh-ed25519,ssh-ed25519-cert-v01@openssh.com";
        let kinds: BTreeSet<&str> = offered.split(',').filter_map(kind_of).collect();
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["ecdsa-sha2-nistp256", "ssh-ed25519", "ssh-rsa"]);
        assert!(algorithms_of("ssh-rsa").ends_with(",ssh-rsa"));
    }
}
