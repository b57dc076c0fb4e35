//! A real sshd on loopback that lets this user log in to itself, with keys of its own.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use nix::{
    sys::signal::Signal,
    unistd::{User, getuid},
};
use tempfile::TempDir;

use super::{PATIENCE, processes, wait_until};

const SSHD: &str = "/usr/sbin/sshd";

/// Needed by an sshd that root runs; a fresh container has none.
const RUN_FOLDER: &str = "/run/sshd";

/// How often to pick another port when somebody else was faster.
const ATTEMPTS: usize = 20;

/// A running sshd; it and its sessions are killed when dropped.
pub struct Sshd {
    folder: TempDir,
    port: u16,
    listener: Child,
}

impl Sshd {
    /// Starts an sshd whose every login runs `forced_command`, through the user's shell.
    pub fn start(forced_command: &str) -> Self {
        Self::start_with(forced_command, &[])
    }

    /// Starts one with more lines in its configuration, each stronger than the usual ones.
    pub fn start_with(forced_command: &str, settings: &[&str]) -> Self {
        assert!(Path::new(SSHD).exists(), "{SSHD} is missing: run `apt-get install openssh-server`");
        if getuid().is_root() {
            fs::create_dir_all(RUN_FOLDER).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        for key in ["host", "client"] {
            new_key(&folder.path().join(key), "");
        }
        fs::copy(folder.path().join("client.pub"), folder.path().join("authorized_keys")).unwrap();
        for _ in 0..ATTEMPTS {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            write_configuration(folder.path(), port, forced_command, settings);
            if let Some(listener) = start_listener(folder.path()) {
                return Self { folder, port, listener };
            }
        }
        panic!("no free port in {ATTEMPTS} attempts");
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where its keys, configuration and log are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The private key that may log in.
    pub fn client_key(&self) -> PathBuf {
        self.folder.path().join("client")
    }

    /// The host's public key, as in a known-hosts file.
    pub fn host_key(&self) -> String {
        fs::read_to_string(self.folder.path().join("host.pub")).unwrap()
    }

    /// The host key's fingerprint, `SHA256:…`.
    pub fn fingerprint(&self) -> String {
        let file = self.folder.path().join("host.pub");
        let told = Command::new("ssh-keygen").args(["-l", "-E", "sha256", "-f"]).arg(file).output().unwrap();
        String::from_utf8(told.stdout).unwrap().split_whitespace().nth(1).unwrap().to_owned()
    }

    /// What sshd has written so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Kills all sessions, as when the appliance restarts them; the listener stays.
    pub fn kill_children(&self) {
        processes::signal(&self.sessions(), Signal::SIGKILL);
    }

    /// Halts listener and sessions, so that nothing answers.
    pub fn stop(&self) {
        processes::signal(&[self.pid()], Signal::SIGSTOP);
        processes::signal(&self.sessions(), Signal::SIGSTOP);
    }

    /// Lets them go on.
    pub fn cont(&self) {
        processes::signal(&self.sessions(), Signal::SIGCONT);
        processes::signal(&[self.pid()], Signal::SIGCONT);
    }

    /// Processes of all sessions, forced commands included.
    pub fn sessions(&self) -> Vec<i32> {
        processes::descendants(self.pid())
    }

    fn pid(&self) -> i32 {
        self.listener.id().try_into().unwrap()
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let sessions = self.sessions();
        let _ = self.listener.kill();
        processes::signal(&sessions, Signal::SIGKILL);
        let _ = self.listener.wait();
    }
}

/// Makes a key pair with `ssh-keygen`.
pub fn new_key(file: &Path, passphrase: &str) {
    let status = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", passphrase, "-f"])
        .arg(file)
        .status()
        .expect("ssh-keygen is missing: run `apt-get install openssh-client`");
    assert!(status.success());
}

/// Name of the user who runs the tests.
pub fn user() -> String {
    User::from_uid(getuid()).unwrap().expect("the user has no name").name
}

fn write_configuration(folder: &Path, port: u16, forced_command: &str, settings: &[&str]) {
    let shown = folder.display();
    let mut lines: Vec<String> = settings.iter().map(|&line| line.to_owned()).collect();
    lines.extend([
        format!("Port {port}"),
        "ListenAddress 127.0.0.1".to_owned(),
        format!("HostKey {shown}/host"),
        format!("AuthorizedKeysFile {shown}/authorized_keys"),
        format!("ForceCommand {forced_command}"),
        "AuthenticationMethods publickey".to_owned(),
        "PermitRootLogin yes".to_owned(),
        "StrictModes no".to_owned(),
        "UsePAM no".to_owned(),
        "PidFile none".to_owned(),
        "PermitTTY yes".to_owned(),
        "PermitUserRC no".to_owned(),
        // At this level bash reads no start-up file, whatever the user's may do.
        "SetEnv SHLVL=1".to_owned(),
        "PrintMotd no".to_owned(),
        "PrintLastLog no".to_owned(),
    ]);
    let file = folder.join("sshd_config");
    fs::write(&file, lines.join("\n") + "\n").unwrap();
    // Since 9.8, tests that fail to log in would otherwise lock themselves out.
    let penalties = "PerSourcePenalties no";
    let check = Command::new(SSHD).args(["-t", "-o", penalties, "-f"]).arg(&file).output().unwrap();
    if check.status.success() {
        lines.push(penalties.to_owned());
        fs::write(&file, lines.join("\n") + "\n").unwrap();
    }
}

/// Starts the listener and waits until it listens; `None` if the port was taken.
fn start_listener(folder: &Path) -> Option<Child> {
    let log = File::create(folder.join("log")).unwrap();
    // A shell's background job ignores SIGINT and would hand that on to the forced commands.
    let mut child = Command::new("env")
        .args(["--default-signal=INT", SSHD, "-D", "-e", "-f"])
        .arg(folder.join("sshd_config"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut ended = false;
    wait_until("sshd listens", PATIENCE, || {
        ended = child.try_wait().unwrap().is_some();
        ended || fs::read_to_string(folder.join("log")).unwrap().contains("Server listening on")
    });
    if !ended {
        return Some(child);
    }
    let log = fs::read_to_string(folder.join("log")).unwrap();
    assert!(log.contains("Address already in use"), "sshd does not start: {log}");
    None
}
