//! An appliance behind a real sshd, ways to it, and how to talk to its shells.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use drwatch::appliance::{
    ssh::{SshOptions, SshTransport},
    transport::{BoxedWire, ConnectError, Connection, Transport},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::support::{PATIENCE, client::ClientConfig, processes, sshd::Sshd, wait_until_async};

/// Acts like an appliance's command line: a prompt, and a few words it knows.
pub(super) const COMMAND_LINE: &str = r#"#!/bin/bash
trap 'echo interrupted' INT
while IFS= read -r -p 'host > ' line; do
    case "$line" in
        size) stty size ;;
        term) echo "terminal $TERM" ;;
        hang) sh -c 'echo hanging; exec sleep 1000' ;;
        flood) head -c 2000000 /dev/zero | tr '\0' x; echo ;;
        exit) exit ;;
        *) echo "heard: $line" ;;
    esac
done
"#;

/// An appliance, a way to it, and a folder for the control sockets that nobody else uses.
pub(super) struct World {
    pub(super) folder: TempDir,
    pub(super) sshd: Sshd,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(&[])
    }

    pub(super) fn with(settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("cli");
        fs::write(&script, COMMAND_LINE).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(folder.path().join("sockets")).unwrap();
        let sshd = Sshd::start_with(&script.display().to_string(), settings);
        Self { folder, sshd }
    }

    pub(super) fn config(&self) -> ClientConfig {
        ClientConfig::new().host("ava", &self.sshd)
    }

    pub(super) fn control_base(&self) -> PathBuf {
        self.folder.path().join("sockets")
    }

    /// Options with limits that suit loopback.
    pub(super) fn options(&self, client: &ClientConfig) -> SshOptions {
        SshOptions {
            config: Some(client.path()),
            control_base: Some(self.control_base()),
            program: Some(env!("CARGO_BIN_EXE_drwatch").into()),
            // So long that what ends a connection in a test is never this, however slow the machine.
            keepalive: Duration::from_mins(10),
            ..SshOptions::default()
        }
    }

    pub(super) fn transport(&self, client: &ClientConfig) -> SshTransport {
        SshTransport::new("ava", self.options(client)).unwrap()
    }

    pub(super) async fn connect(&self, client: &ClientConfig) -> Box<dyn Connection> {
        self.transport(client).connect().await.unwrap()
    }

    /// Processes that have to do with our control sockets: ssh, its helpers.
    pub(super) fn own_processes(&self) -> Vec<i32> {
        processes::with_argument(&self.control_base().display().to_string())
    }

    pub(super) fn leaves_nothing(&self) -> bool {
        self.own_processes().is_empty() && fs::read_dir(self.control_base()).unwrap().next().is_none()
    }

    /// Waits until no process and no folder is left; `ssh` needs a moment after its last word.
    pub(super) async fn is_left_clean(&self) {
        wait_until_async("no process and no folder is left", PATIENCE, || self.leaves_nothing()).await;
    }

    pub(super) async fn failure(&self, client: &ClientConfig) -> ConnectError {
        let failure = self.transport(client).connect().await.err().expect("the connection must fail");
        self.is_left_clean().await;
        failure
    }
}

pub(super) async fn shell(connection: &dyn Connection) -> BoxedWire {
    let mut wire = connection.open_shell().await.unwrap();
    hear(&mut wire, "host > ").await;
    wire
}

/// Reads until `words` have come, and returns all that came.
pub(super) async fn hear(wire: &mut BoxedWire, words: &str) -> String {
    let mut heard = Vec::new();
    let reading = async {
        let mut buffer = [0; 4096];
        while !String::from_utf8_lossy(&heard).contains(words) {
            let count = wire.read(&mut buffer).await.unwrap();
            assert_ne!(count, 0, "ended before {words:?}: {:?}", String::from_utf8_lossy(&heard));
            heard.extend_from_slice(&buffer[..count]);
        }
    };
    let in_time = timeout(PATIENCE, reading).await;
    let heard = String::from_utf8_lossy(&heard).into_owned();
    assert!(in_time.is_ok(), "{words:?} is missing in {heard:?}");
    heard
}

pub(super) async fn ask(wire: &mut BoxedWire, line: &str, answer: &str) -> String {
    wire.write_all(format!("{line}\r").as_bytes()).await.unwrap();
    let heard = hear(wire, answer).await;
    if heard.ends_with("host > ") { heard } else { heard + &hear(wire, "host > ").await }
}

/// Waits until the wire ends, whatever comes before.
pub(super) async fn end_of(wire: &mut BoxedWire, limit: Duration) {
    let mut rest = Vec::new();
    // An error is an end too.
    let _ = timeout(limit, wire.read_to_end(&mut rest)).await.expect("the wire must end");
}
