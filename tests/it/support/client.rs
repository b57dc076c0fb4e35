//! An ssh client's configuration of its own, so that the user's keys and known hosts are neither
//! read nor written.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::sshd::{Sshd, user};

/// A folder with `config` and `known_hosts`.
pub struct ClientConfig {
    folder: TempDir,
}

impl ClientConfig {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("known_hosts"), "").unwrap();
        let client = Self { folder };
        client.append(
            "config",
            "Host *\n  IdentitiesOnly yes\n  IdentityAgent none\n  GlobalKnownHostsFile /dev/null\n",
        );
        client.append("config", &format!("  UserKnownHostsFile {}\n", client.known_hosts().display()));
        client
    }

    /// Adds a Host alias for an sshd, and its key to the known hosts.
    pub fn host(self, alias: &str, sshd: &Sshd) -> Self {
        self.host_at(alias, sshd, sshd.port())
    }

    /// The same for an sshd behind a proxy that listens on `port`.
    pub fn host_at(self, alias: &str, sshd: &Sshd, port: u16) -> Self {
        self.know(port, &sshd.host_key()).alias(alias, port, &sshd.client_key())
    }

    /// Adds a Host alias only.
    pub fn alias(self, alias: &str, port: u16, key: &Path) -> Self {
        let user = user();
        let key = key.display();
        self.append(
            "config",
            &format!(
                "Host {alias}\n  HostName 127.0.0.1\n  Port {port}\n  User {user}\n  IdentityFile {key}\n"
            ),
        );
        self
    }

    /// From now on `alias` leads to that sshd, whose host key is known.
    pub fn lead(&self, alias: &str, sshd: &Sshd) {
        let config = fs::read_to_string(self.path()).unwrap();
        let entry = format!("Host {alias}\n");
        let (before, rest) = config.split_once(&entry).unwrap();
        let after = rest.find("Host ").map_or("", |next| &rest[next..]);
        let (user, port, key) = (user(), sshd.port(), sshd.client_key());
        let key = key.display();
        let lines = format!("  HostName 127.0.0.1\n  Port {port}\n  User {user}\n  IdentityFile {key}\n");
        fs::write(self.path(), format!("{before}{entry}{lines}{after}")).unwrap();
        self.append("known_hosts", &format!("[127.0.0.1]:{port} {}", sshd.host_key()));
    }

    /// Adds a line to the entry added last.
    pub fn setting(self, line: &str) -> Self {
        self.append("config", &format!("  {line}\n"));
        self
    }

    /// Adds a host key to the known hosts.
    pub fn know(self, port: u16, host_key: &str) -> Self {
        self.append("known_hosts", &format!("[127.0.0.1]:{port} {host_key}"));
        self
    }

    /// What `ssh -F` is given.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    pub fn known_hosts(&self) -> PathBuf {
        self.folder.path().join("known_hosts")
    }

    fn append(&self, name: &str, text: &str) {
        let mut file =
            OpenOptions::new().create(true).append(true).open(self.folder.path().join(name)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }
}
