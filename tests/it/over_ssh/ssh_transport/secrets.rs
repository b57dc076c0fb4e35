//! Logins that need a secret, told by the password command. A passphrase goes the same way as a
//! password; only the prompt differs.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use drwatch::appliance::{
    ssh::{SshOptions, SshTransport},
    transport::{ConnectError, Connection, Transport},
};
use tokio::time::timeout;

use super::world::{World, shell};
use crate::support::{client::ClientConfig, processes};

/// A world whose client key has a passphrase, and a password command that leaves a trace.
pub(super) struct Locked {
    pub(super) world: World,
    pub(super) key: PathBuf,
}

impl Locked {
    pub(super) fn new(passphrase: &str) -> Self {
        let world = World::new();
        let key = world.folder.path().join("locked");
        fs::copy(world.sshd.client_key(), &key).unwrap();
        let mut change = Command::new("ssh-keygen");
        change.args(["-q", "-p", "-P", "", "-N", passphrase, "-f"]).arg(&key);
        assert!(change.output().unwrap().status.success());
        Self { world, key }
    }

    fn client(&self) -> ClientConfig {
        let port = self.world.sshd.port();
        ClientConfig::new().know(port, &self.world.sshd.host_key()).alias("ava", port, &self.key)
    }

    fn trace(&self) -> PathBuf {
        self.world.folder.path().join("asked")
    }

    fn times_asked(&self) -> usize {
        fs::read_to_string(self.trace()).map_or(0, |trace| trace.lines().count())
    }

    fn transport(&self, client: &ClientConfig, script: &str) -> SshTransport {
        let script = format!("echo asked >> {}; {script}", self.trace().display());
        let command = ["sh", "-c", &script].map(str::to_owned).to_vec();
        let options = SshOptions { password_command: Some(command), ..self.world.options(client) };
        SshTransport::new("ava", options).unwrap()
    }

    async fn outcome(
        &self,
        client: &ClientConfig,
        script: &str,
    ) -> Result<Box<dyn Connection>, ConnectError> {
        self.transport(client, script).connect().await
    }
}

#[tokio::test]
async fn the_password_command_unlocks_a_login_and_leaves_no_socket() {
    let locked = Locked::new("correct horse");
    let client = locked.client();
    assert_eq!(
        locked.world.failure(&client).await,
        ConnectError::Authentication { destination: "ava".to_owned() },
        "without the command the key is locked"
    );
    let connection = locked.outcome(&client, "echo 'correct horse'; echo 'user: admin'").await.unwrap();
    shell(&*connection).await;
    assert_eq!(locked.times_asked(), 1);
    connection.close().await;
    locked.world.is_left_clean().await;
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    let locked = Locked::new("correct horse");
    let failure = locked.outcome(&locked.client(), "echo wrong").await.err().unwrap();
    assert_eq!(failure, ConnectError::Authentication { destination: "ava".to_owned() });
    assert_eq!(locked.times_asked(), 1);
    locked.world.is_left_clean().await;
}

#[tokio::test]
async fn a_password_command_that_fails_is_the_reason_and_not_retried() {
    let locked = Locked::new("correct horse");
    let failure = locked.outcome(&locked.client(), "echo hunter2; exit 7").await.err().unwrap();
    assert!(matches!(&failure, ConnectError::PasswordCommand { .. }), "{failure}");
    assert!(failure.to_string().contains("exit status: 7"), "{failure}");
    assert!(!failure.to_string().contains("hunter2"), "{failure}");
    assert!(!failure.is_retryable());
    locked.world.is_left_clean().await;
}

#[tokio::test]
async fn a_jump_host_is_not_told_the_password_of_the_appliance() {
    let jump = Locked::new("correct horse");
    let port = jump.world.sshd.port();
    // The jump host's key is locked, the appliance's is not.
    let client = jump
        .world
        .config()
        .setting("ProxyJump jump")
        .know(port, &jump.world.sshd.host_key())
        .alias("jump", port, &jump.key);
    let failure = jump.outcome(&client, "echo 'correct horse'").await.err().unwrap();
    assert_eq!(failure, ConnectError::Authentication { destination: "ava".to_owned() });
    assert_eq!(jump.times_asked(), 0);
}

#[tokio::test]
async fn the_secret_is_in_no_argument_and_no_environment_and_no_file_of_ours() {
    const SECRET: &str = "seen nowhere but here";
    let locked = Locked::new(SECRET);
    let client = locked.client();
    let folder = locked.world.folder.path();
    let (vault, gate) = (folder.join("vault"), folder.join("gate"));
    fs::write(&vault, SECRET).unwrap();
    // The command has told the secret, but does not end before the gate opens.
    let script = format!("cat {}; echo; mkfifo {1}; read -r line < {1}", vault.display(), gate.display());
    let transport = locked.transport(&client, &script);
    let mut connecting = transport.connect();
    while !gate.exists() {
        assert!(timeout(Duration::from_millis(10), &mut connecting).await.is_err());
    }
    // Those of this test alone: others run in the same process.
    let place = locked.world.folder.path().display().to_string();
    let with_children = |pid| [vec![pid], processes::descendants(pid)].concat();
    let ours: Vec<_> = processes::with_argument(&place).into_iter().flat_map(with_children).collect();
    let helper = env!("CARGO_BIN_EXE_drwatch");
    assert!(ours.iter().any(|pid| command_line(*pid).contains(helper)), "no askpass helper is there");
    for pid in ours {
        for file in ["cmdline", "environ"] {
            assert_lacks(Path::new(&format!("/proc/{pid}/{file}")), SECRET);
        }
    }
    for file in files_below(&locked.world.control_base()) {
        assert_lacks(&file, SECRET);
    }
    let opened = std::thread::spawn(move || fs::write(gate, "go\n").unwrap());
    connecting.await.unwrap();
    opened.join().unwrap();
}

fn command_line(pid: i32) -> String {
    let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).into_owned()
}

/// Processes end meanwhile and sockets cannot be read: neither holds anything.
fn assert_lacks(file: &Path, secret: &str) {
    let text = fs::read(file).unwrap_or_default();
    assert!(!String::from_utf8_lossy(&text).contains(secret), "{}", file.display());
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    let mut next = 0;
    while let Some(entry) = found.get(next).cloned() {
        let inside = fs::read_dir(entry).into_iter().flatten();
        found.extend(inside.map(|entry| entry.unwrap().path()));
        next += 1;
    }
    found
}
