//! What takes a process of its own: logins in its terminal, its violent end, a machine without ssh.
//! The test program starts itself once more, with a role.

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use drwatch::appliance::{
    ssh::{SshOptions, SshTransport},
    transport::{ConnectError, Transport},
};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tokio::time::timeout;

use super::{
    secrets::Locked,
    world::{World, shell},
};
use crate::support::{PATIENCE, client::ClientConfig, wait_until, wait_until_async};

/// What the second process is to do; absent in the first.
const ROLE: &str = "DRWATCH_TEST_ROLE";
const CONFIG: &str = "DRWATCH_TEST_CONFIG";
const CONTROL_BASE: &str = "DRWATCH_TEST_CONTROL_BASE";

/// Plays the part of the second process, if this is one.
async fn is_second_process() -> bool {
    let Ok(role) = std::env::var(ROLE) else { return false };
    let options = SshOptions {
        config: std::env::var_os(CONFIG).map(PathBuf::from),
        control_base: std::env::var_os(CONTROL_BASE).map(PathBuf::from),
        program: Some(env!("CARGO_BIN_EXE_drwatch").into()),
        ..SshOptions::default()
    };
    let transport = SshTransport::new("ava", options).unwrap();
    match role.as_str() {
        "log in in the terminal" => {
            transport.login_in_terminal().await.unwrap();
            let connection = transport.connect().await.unwrap();
            shell(&*connection).await;
            assert!(connection.host_key().unwrap().starts_with("SHA256:"));
            connection.close().await;
            tell("logged in, and one shell heard");
        }
        "be refused in the terminal" => {
            let refused = timeout(PATIENCE, transport.login_in_terminal()).await.unwrap().err();
            tell(&format!("{refused:?}"));
        }
        "hold" => {
            let connection = transport.connect().await.unwrap();
            let _wire = shell(&*connection).await;
            tell("holding");
            std::future::pending::<()>().await;
        }
        "connect" => tell(&format!("{:?}", transport.connect().await.err())),
        role => panic!("no such role: {role}"),
    }
    true
}

#[expect(clippy::print_stdout, reason = "how the second process tells the first")]
fn tell(words: &str) {
    println!("{words}");
}

/// The arguments and variables with which the test program runs a test of this file in a role.
fn part(test: &str, role: &str, config: &Path, control_base: &Path) -> (Vec<String>, Vec<(String, String)>) {
    let (_, module) = module_path!().split_once("::").unwrap();
    let arguments = ["--exact", &format!("{module}::{test}"), "--nocapture"].map(str::to_owned).to_vec();
    let config = config.display().to_string();
    let control_base = control_base.display().to_string();
    let variables = [(ROLE, role.to_owned()), (CONFIG, config), (CONTROL_BASE, control_base)];
    (arguments, variables.map(|(name, value)| (name.to_owned(), value)).to_vec())
}

fn second_process(test: &str, role: &str, client: &ClientConfig, world: &World) -> Command {
    let (arguments, variables) = part(test, role, &client.path(), &world.control_base());
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments).envs(variables).stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

#[tokio::test]
async fn a_login_in_the_terminal_lets_ssh_ask_and_is_taken_over_by_the_next_connect() {
    if is_second_process().await {
        return;
    }
    let locked = Locked::new("correct horse");
    let client = ClientConfig::new().alias("ava", locked.world.sshd.port(), &locked.key);
    let size = PtySize { rows: 24, cols: 200, ..PtySize::default() };
    let pty = native_pty_system().openpty(size).unwrap();
    let (arguments, variables) = part(
        "a_login_in_the_terminal_lets_ssh_ask_and_is_taken_over_by_the_next_connect",
        "log in in the terminal",
        &client.path(),
        &locked.world.control_base(),
    );
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(arguments);
    for (name, value) in variables {
        command.env(name, value);
    }
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut screen = Screen { reader: pty.master.try_clone_reader().unwrap(), seen: String::new() };
    let mut keyboard = pty.master.take_writer().unwrap();
    screen.wait_for("Are you sure you want to continue connecting");
    keyboard.write_all(b"yes\r").unwrap();
    screen.wait_for("Enter passphrase for key");
    keyboard.write_all(b"correct horse\r").unwrap();
    screen.wait_for("logged in, and one shell heard");
    let seen = screen.seen;
    assert!(child.wait().unwrap().success(), "{seen}");
    assert!(seen.contains(&locked.world.sshd.fingerprint()), "{seen}");
    assert!(!seen.contains("debug1") && !seen.contains("OpenSSH_"), "{seen}");
    assert_eq!(locked.world.sshd.log().matches("Accepted publickey").count(), 1);
    locked.world.is_left_clean().await;
}

#[tokio::test]
async fn a_login_in_the_terminal_does_not_ask_about_a_host_key_that_the_own_configuration_refuses() {
    if is_second_process().await {
        return;
    }
    let world = World::new();
    let client = ClientConfig::new()
        .alias("ava", world.sshd.port(), &world.sshd.client_key())
        .setting("StrictHostKeyChecking yes");
    let output = second_process(
        "a_login_in_the_terminal_does_not_ask_about_a_host_key_that_the_own_configuration_refuses",
        "be refused in the terminal",
        &client,
        &world,
    )
    .output()
    .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains("Some(HostKeyUnknown { destination: \"ava\""), "{told}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("Host key verification failed."));
    world.is_left_clean().await;
}

#[tokio::test]
async fn a_killed_process_leaves_no_ssh_behind_and_the_next_one_clears_its_folder() {
    if is_second_process().await {
        return;
    }
    let world = World::new();
    let client = world.config();
    let mut child = second_process(
        "a_killed_process_leaves_no_ssh_behind_and_the_next_one_clears_its_folder",
        "hold",
        &client,
        &world,
    )
    .spawn()
    .unwrap();
    let mut screen = Screen { reader: Box::new(child.stdout.take().unwrap()), seen: String::new() };
    screen.wait_for("holding");
    assert!(!world.own_processes().is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    let limit = Duration::from_secs(10);
    wait_until_async("no ssh is left", limit, || world.own_processes().is_empty()).await;
    wait_until("no shell is left", limit, || world.sshd.sessions().is_empty());
    assert!(!world.leaves_nothing(), "a killed process cannot have cleared its folder");
    world.connect(&client).await.close().await;
    world.is_left_clean().await;
}

#[tokio::test]
async fn a_machine_without_ssh_is_told_so() {
    if is_second_process().await {
        return;
    }
    let world = World::new();
    let client = world.config();
    let output = second_process("a_machine_without_ssh_is_told_so", "connect", &client, &world)
        .env("PATH", "/nonexistent")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(told.contains(&format!("{:?}", Some(ConnectError::NoSsh))), "{told}");
    world.is_left_clean().await;
}

/// What a process has shown.
struct Screen {
    reader: Box<dyn Read + Send>,
    seen: String,
}

impl Screen {
    /// Reads until `words` have come; the process's end is the limit.
    fn wait_for(&mut self, words: &str) {
        let mut buffer = [0; 4096];
        while !self.seen.contains(words) {
            let count = self.reader.read(&mut buffer).unwrap_or(0);
            assert_ne!(count, 0, "{words:?} is missing in {:?}", self.seen);
            self.seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    }
}
