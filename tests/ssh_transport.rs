//! Reaching a real sshd on loopback through the SSH transport: logins, shells, failures, ends.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure is the answer here")]

mod support;

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::Duration,
};

use drwatch::appliance::{
    ssh::{SshOptions, SshTransport},
    transport::{BoxedWire, ConnectError, Connection, Transport},
};
use nix::sys::signal::Signal;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use support::{
    PATIENCE,
    client::ClientConfig,
    processes,
    proxy::Proxy,
    sshd::{Sshd, new_key},
    wait_until_async,
};

/// Acts like an appliance's command line: a prompt, and a few words it knows.
const COMMAND_LINE: &str = r#"#!/bin/bash
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
struct World {
    folder: TempDir,
    sshd: Sshd,
}

impl World {
    fn new() -> Self {
        Self::with(&[])
    }

    fn with(settings: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("cli");
        fs::write(&script, COMMAND_LINE).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        fs::create_dir(folder.path().join("sockets")).unwrap();
        let sshd = Sshd::start_with(&script.display().to_string(), settings);
        Self { folder, sshd }
    }

    fn config(&self) -> ClientConfig {
        ClientConfig::new().host("ava", &self.sshd)
    }

    fn control_base(&self) -> PathBuf {
        self.folder.path().join("sockets")
    }

    /// Options with limits that suit loopback.
    fn options(&self, client: &ClientConfig) -> SshOptions {
        SshOptions {
            config: Some(client.path()),
            control_base: Some(self.control_base()),
            askpass: Some(env!("CARGO_BIN_EXE_drwatch").into()),
            ..SshOptions::default()
        }
    }

    fn transport(&self, client: &ClientConfig) -> SshTransport {
        SshTransport::new("ava", self.options(client)).unwrap()
    }

    async fn connect(&self, client: &ClientConfig) -> Box<dyn Connection> {
        self.transport(client).connect().await.unwrap()
    }

    /// Processes that have to do with our control sockets: ssh, its helpers.
    fn own_processes(&self) -> Vec<i32> {
        processes::with_argument(&self.control_base().display().to_string())
    }

    fn leaves_nothing(&self) -> bool {
        self.own_processes().is_empty() && fs::read_dir(self.control_base()).unwrap().next().is_none()
    }

    /// Waits until no process and no folder is left; `ssh` needs a moment after its last word.
    async fn is_left_clean(&self) {
        wait_until_async("no process and no folder is left", PATIENCE, || self.leaves_nothing()).await;
    }

    async fn failure(&self, client: &ClientConfig) -> ConnectError {
        let failure = self.transport(client).connect().await.err().expect("the connection must fail");
        self.is_left_clean().await;
        failure
    }
}

async fn shell(connection: &dyn Connection) -> BoxedWire {
    let mut wire = connection.open_shell().await.unwrap();
    hear(&mut wire, "host > ").await;
    wire
}

/// Reads until `words` have come, and returns all that came.
async fn hear(wire: &mut BoxedWire, words: &str) -> String {
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

async fn ask(wire: &mut BoxedWire, line: &str, answer: &str) -> String {
    wire.write_all(format!("{line}\r").as_bytes()).await.unwrap();
    let heard = hear(wire, answer).await;
    if heard.ends_with("host > ") { heard } else { heard + &hear(wire, "host > ").await }
}

/// Waits until the wire ends, whatever comes before.
async fn end_of(wire: &mut BoxedWire, limit: Duration) {
    let mut rest = Vec::new();
    // An error is an end too.
    let _ = timeout(limit, wire.read_to_end(&mut rest)).await.expect("the wire must end");
}

#[tokio::test]
async fn three_shells_of_one_login_talk_independently_on_a_wide_terminal() {
    let world = World::new();
    let connection = world.connect(&world.config()).await;
    assert_eq!(connection.host_key(), Some(world.sshd.fingerprint()));
    let mut shells = Vec::new();
    for _ in 0..3 {
        shells.push(shell(&*connection).await);
    }
    for (number, wire) in shells.iter_mut().enumerate() {
        let line = format!("number {number}");
        let heard = ask(wire, &line, &format!("heard: {line}")).await;
        assert!(heard.starts_with(&format!("{line}\r\n")), "no echo: {heard:?}");
    }
    ask(&mut shells[0], "size", "1000 511").await;
    ask(&mut shells[1], "term", "terminal vt100").await;
    let opened = world.sshd.log().matches("Accepted publickey").count();
    assert_eq!(opened, 1, "one login must carry all shells");
    connection.close().await;
    world.is_left_clean().await;
}

#[tokio::test]
async fn ctrl_c_interrupts_what_runs_on_the_appliance() {
    let world = World::new();
    let connection = world.connect(&world.config()).await;
    let mut wire = shell(&*connection).await;
    wire.write_all(b"hang\r").await.unwrap();
    hear(&mut wire, "hanging").await;
    wire.write_all(b"\x03").await.unwrap();
    hear(&mut wire, "interrupted").await;
    ask(&mut wire, "still there?", "heard: still there?").await;
}

#[tokio::test]
async fn a_long_answer_arrives_whole() {
    let world = World::new();
    let connection = world.connect(&world.config()).await;
    let mut wire = shell(&*connection).await;
    let heard = ask(&mut wire, "flood", "x\r\nhost > ").await;
    assert_eq!(heard.matches('x').count(), 2_000_000);
}

#[tokio::test]
async fn an_ssh_url_reaches_the_appliance_as_an_alias_does() {
    let world = World::new();
    let client = world.config();
    let key = world.sshd.client_key();
    let client = client.alias("127.0.0.1", world.sshd.port(), &key);
    let destination = format!("ssh://{}@127.0.0.1:{}", support::sshd::user(), world.sshd.port());
    let transport = SshTransport::new(&destination, world.options(&client)).unwrap();
    let connection = transport.connect().await.unwrap();
    shell(&*connection).await;
}

#[tokio::test]
async fn a_dropped_wire_ends_its_shell_and_no_other() {
    let world = World::new();
    let connection = world.connect(&world.config()).await;
    let mut kept = shell(&*connection).await;
    let before = world.sshd.sessions().len();
    let dropped = shell(&*connection).await;
    assert!(world.sshd.sessions().len() > before);
    drop(dropped);
    wait_until_async("the dropped shell ends", PATIENCE, || world.sshd.sessions().len() == before).await;
    ask(&mut kept, "me too?", "heard: me too?").await;
}

#[tokio::test]
async fn a_shell_that_ends_itself_ends_its_wire_and_another_can_be_opened() {
    let world = World::new();
    let connection = world.connect(&world.config()).await;
    let mut wire = shell(&*connection).await;
    wire.write_all(b"exit\r").await.unwrap();
    end_of(&mut wire, PATIENCE).await;
    shell(&*connection).await;
}

#[tokio::test]
async fn an_appliance_that_gives_no_terminal_is_an_error_and_not_silence() {
    let world = World::with(&["PermitTTY no"]);
    let connection = world.connect(&world.config()).await;
    let mut wire = connection.open_shell().await.unwrap();
    let mut buffer = Vec::new();
    let read = timeout(PATIENCE, wire.read_to_end(&mut buffer)).await.unwrap();
    assert!(read.unwrap_err().to_string().contains("gives no terminal"));
}

#[tokio::test]
async fn one_shell_more_than_the_appliance_allows_is_refused_and_the_others_live() {
    let world = World::with(&["MaxSessions 1"]);
    let connection = world.connect(&world.config()).await;
    let mut first = shell(&*connection).await;
    let refused = connection.open_shell().await.err().unwrap();
    assert!(
        matches!(&refused, ConnectError::Other { detail, .. } if detail.contains("no shell")),
        "{refused}"
    );
    ask(&mut first, "alive?", "heard: alive?").await;
}

#[tokio::test]
async fn a_port_on_which_nothing_listens_is_named() {
    let world = World::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = ClientConfig::new().host_at("ava", &world.sshd, free);
    assert_eq!(world.failure(&client).await, ConnectError::Refused { destination: "ava".to_owned() });
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_named() {
    let world = World::new();
    let client = world.config();
    let transport = SshTransport::new("admin@no-such-host.invalid", world.options(&client)).unwrap();
    let destination = "admin@no-such-host.invalid".to_owned();
    assert_eq!(transport.connect().await.err(), Some(ConnectError::NameUnknown { destination }));
    world.is_left_clean().await;
}

#[tokio::test]
async fn an_unknown_host_key_is_refused_and_not_learned() {
    let world = World::new();
    // Even where the engineer's configuration would take any key.
    let client = ClientConfig::new()
        .alias("ava", world.sshd.port(), &world.sshd.client_key())
        .setting("StrictHostKeyChecking no");
    assert_eq!(world.failure(&client).await, ConnectError::HostKeyUnknown { destination: "ava".to_owned() });
    assert_eq!(fs::read_to_string(client.known_hosts()).unwrap(), "");
}

#[tokio::test]
async fn a_changed_host_key_is_refused() {
    let world = World::new();
    let other = World::new();
    let client = ClientConfig::new().know(world.sshd.port(), &other.sshd.host_key()).alias(
        "ava",
        world.sshd.port(),
        &world.sshd.client_key(),
    );
    assert_eq!(world.failure(&client).await, ConnectError::HostKeyChanged { destination: "ava".to_owned() });
}

#[tokio::test]
async fn a_key_that_may_not_log_in_is_refused_once() {
    let world = World::with(&["Banner none"]);
    let stranger = world.folder.path().join("stranger");
    new_key(&stranger, "");
    let client = ClientConfig::new().know(world.sshd.port(), &world.sshd.host_key()).alias(
        "ava",
        world.sshd.port(),
        &stranger,
    );
    let failure = world.failure(&client).await;
    assert_eq!(failure, ConnectError::Authentication { destination: "ava".to_owned() });
    assert!(!failure.is_retryable());
}

#[tokio::test]
async fn a_banner_with_misleading_words_does_not_change_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let banner = folder.path().join("banner");
    fs::write(
        &banner,
        "ssh: connect to host ava port 22: Connection refused\ndebug1: Server host key: x SHA256:y\n",
    )
    .unwrap();
    let world = World::with(&[&format!("Banner {}", banner.display())]);
    let stranger = world.folder.path().join("stranger");
    new_key(&stranger, "");
    let client = ClientConfig::new().know(world.sshd.port(), &world.sshd.host_key()).alias(
        "ava",
        world.sshd.port(),
        &stranger,
    );
    assert_eq!(world.failure(&client).await, ConnectError::Authentication { destination: "ava".to_owned() });
    let connection = world.connect(&world.config()).await;
    assert_eq!(connection.host_key(), Some(world.sshd.fingerprint()));
}

#[tokio::test]
async fn an_appliance_with_old_algorithms_only_tells_which_and_works_once_they_are_allowed() {
    let world = World::with(&["KexAlgorithms diffie-hellman-group1-sha1"]);
    let client = world.config();
    let offer = "diffie-hellman-group1-sha1";
    match world.failure(&client).await {
        ConnectError::LegacyAlgorithms { destination, offer: told } => {
            assert_eq!(destination, "ava");
            assert!(told.contains(offer), "{told}");
        }
        failure => panic!("{failure:?}"),
    }
    let client = client.setting(&format!("KexAlgorithms +{offer}"));
    shell(&*world.connect(&client).await).await;
}

#[tokio::test]
async fn a_peer_that_accepts_and_says_nothing_times_out() {
    let world = World::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = ClientConfig::new().host_at("ava", &world.sshd, silent.local_addr().unwrap().port());
    let options = SshOptions { connect_timeout: Duration::from_secs(1), ..world.options(&client) };
    let failure = SshTransport::new("ava", options).unwrap().connect().await.err();
    assert_eq!(failure, Some(ConnectError::TimedOut { destination: "ava".to_owned() }));
    world.is_left_clean().await;
}

#[tokio::test]
async fn a_login_that_hangs_is_ended_at_the_limit() {
    let world = World::new();
    // The banner passes, and nothing after it: ssh's own limit does not end this one soon.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let peer = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"SSH-2.0-OpenSSH_5.8\r\n").unwrap();
        let mut rest = Vec::new();
        // Until ssh is ended.
        let _ = stream.read_to_end(&mut rest);
    });
    let client = ClientConfig::new().host_at("ava", &world.sshd, port);
    let options = SshOptions { login_limit: Duration::from_secs(2), ..world.options(&client) };
    let failure = SshTransport::new("ava", options).unwrap().connect().await.err();
    assert_eq!(failure, Some(ConnectError::TimedOut { destination: "ava".to_owned() }));
    peer.join().unwrap();
    world.is_left_clean().await;
}

#[tokio::test]
async fn a_connect_that_is_given_up_ends_ssh() {
    let world = World::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = ClientConfig::new().host_at("ava", &world.sshd, silent.local_addr().unwrap().port());
    let transport = world.transport(&client);
    let mut connecting = transport.connect();
    while world.own_processes().is_empty() {
        assert!(timeout(Duration::from_millis(10), &mut connecting).await.is_err());
    }
    drop(connecting);
    world.is_left_clean().await;
}

#[tokio::test]
async fn killed_sessions_end_the_wires_at_once_and_a_new_connection_works() {
    let world = World::new();
    let client = world.config();
    let connection = world.connect(&client).await;
    let mut wires = [shell(&*connection).await, shell(&*connection).await];
    world.sshd.kill_children();
    for wire in &mut wires {
        end_of(wire, Duration::from_secs(2)).await;
    }
    wait_until_async("the master has noticed", PATIENCE, || world.own_processes().is_empty()).await;
    assert!(connection.open_shell().await.is_err());
    drop((wires, connection));
    shell(&*world.connect(&client).await).await;
}

#[tokio::test]
async fn a_connection_that_is_reset_or_closed_ends_the_wires_at_once() {
    let world = World::new();
    for cut in [Proxy::reset, Proxy::close] {
        let proxy = Proxy::start(world.sshd.port(), Duration::ZERO);
        let client = ClientConfig::new().host_at("ava", &world.sshd, proxy.port());
        let connection = world.connect(&client).await;
        let mut wire = shell(&*connection).await;
        cut(&proxy);
        end_of(&mut wire, Duration::from_secs(2)).await;
    }
}

#[tokio::test]
async fn a_silent_network_ends_the_wires_within_the_keepalive_time() {
    let world = World::new();
    let proxy = Proxy::start(world.sshd.port(), Duration::from_millis(5));
    let client = ClientConfig::new().host_at("ava", &world.sshd, proxy.port());
    let options =
        SshOptions { keepalive: Duration::from_secs(1), keepalive_count: 2, ..world.options(&client) };
    let connection = SshTransport::new("ava", options).unwrap().connect().await.unwrap();
    let mut wire = shell(&*connection).await;
    proxy.black_hole();
    // Three intervals, and as much again for a busy machine.
    end_of(&mut wire, Duration::from_secs(6)).await;
    wait_until_async("the master has ended", PATIENCE, || world.own_processes().is_empty()).await;
}

#[tokio::test]
async fn a_halted_appliance_ends_the_wires_within_the_keepalive_time() {
    let world = World::new();
    let client = world.config();
    let options =
        SshOptions { keepalive: Duration::from_secs(1), keepalive_count: 2, ..world.options(&client) };
    let connection = SshTransport::new("ava", options).unwrap().connect().await.unwrap();
    let mut wire = shell(&*connection).await;
    world.sshd.stop();
    end_of(&mut wire, Duration::from_secs(6)).await;
    world.sshd.cont();
    shell(&*world.connect(&client).await).await;
}

#[tokio::test]
async fn a_connection_closed_or_dropped_leaves_neither_process_nor_folder_though_shells_are_open() {
    let world = World::new();
    let client = world.config();
    let closed = world.connect(&client).await;
    let mut wire = shell(&*closed).await;
    assert!(!world.leaves_nothing());
    closed.close().await;
    world.is_left_clean().await;
    end_of(&mut wire, Duration::from_secs(2)).await;

    let dropped = world.connect(&client).await;
    let mut wire = shell(&*dropped).await;
    drop(dropped);
    end_of(&mut wire, Duration::from_secs(2)).await;
    world.is_left_clean().await;
}

#[tokio::test]
async fn a_halted_master_is_ended_too() {
    let world = World::new();
    let client = world.config();
    for close in [true, false] {
        let connection = world.connect(&client).await;
        processes::signal(&world.own_processes(), Signal::SIGSTOP);
        if close {
            connection.close().await;
        } else {
            drop(connection);
        }
        world.is_left_clean().await;
    }
}

#[tokio::test]
async fn a_connection_without_shells_outlives_the_idle_limit() {
    let world = World::new();
    let connection = world.connect(&world.config()).await;
    let start = std::time::Instant::now();
    wait_until_async("the idle limit of 5 s passes", PATIENCE, || {
        assert!(!world.own_processes().is_empty(), "ended after {:?}", start.elapsed());
        start.elapsed() > Duration::from_secs(8)
    })
    .await;
    shell(&*connection).await;
}

#[tokio::test]
async fn an_appliance_behind_a_jump_host_is_reached_and_known_by_its_own_key() {
    let jump = World::new();
    let world = World::new();
    let client = world.config().setting("ProxyJump jump").host("jump", &jump.sshd);
    let connection = world.connect(&client).await;
    assert_eq!(connection.host_key(), Some(world.sshd.fingerprint()));
    let mut wire = shell(&*connection).await;
    ask(&mut wire, "far?", "heard: far?").await;
    connection.close().await;
    world.is_left_clean().await;
    wait_until_async("the jump host is left", PATIENCE, || jump.sshd.sessions().is_empty()).await;
}

/// A world whose client key has a passphrase, and a password command that leaves a trace.
struct Locked {
    world: World,
    key: PathBuf,
}

impl Locked {
    const PASSPHRASE: &str = "correct horse";

    fn new() -> Self {
        let world = World::new();
        let key = world.folder.path().join("locked");
        fs::copy(world.sshd.client_key(), &key).unwrap();
        let changed = std::process::Command::new("ssh-keygen")
            .args(["-q", "-p", "-P", "", "-N", Self::PASSPHRASE, "-f"])
            .arg(&key)
            .output()
            .unwrap();
        assert!(changed.status.success());
        Self { world, key }
    }

    fn client(&self) -> ClientConfig {
        let port = self.world.sshd.port();
        ClientConfig::new().know(port, &self.world.sshd.host_key()).alias("ava", port, &self.key)
    }

    fn asked(&self) -> PathBuf {
        self.world.folder.path().join("asked")
    }

    fn times_asked(&self) -> usize {
        fs::read_to_string(self.asked()).map_or(0, |trace| trace.lines().count())
    }

    fn options(&self, client: &ClientConfig, script: &str) -> SshOptions {
        let script = format!("echo asked >> {}; {script}", self.asked().display());
        SshOptions {
            password_command: Some(vec!["sh".to_owned(), "-c".to_owned(), script]),
            ..self.world.options(client)
        }
    }

    async fn outcome(
        &self,
        client: &ClientConfig,
        script: &str,
    ) -> Result<Box<dyn Connection>, ConnectError> {
        SshTransport::new("ava", self.options(client, script)).unwrap().connect().await
    }
}

#[tokio::test]
async fn the_password_command_unlocks_a_login_and_leaves_no_socket() {
    let locked = Locked::new();
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
    let locked = Locked::new();
    let failure = locked.outcome(&locked.client(), "echo wrong").await.err().unwrap();
    assert_eq!(failure, ConnectError::Authentication { destination: "ava".to_owned() });
    assert_eq!(locked.times_asked(), 1);
    locked.world.is_left_clean().await;
}

#[tokio::test]
async fn a_password_command_that_fails_is_the_reason_and_not_retried() {
    let locked = Locked::new();
    let failure = locked.outcome(&locked.client(), "echo hunter2; exit 7").await.err().unwrap();
    assert!(matches!(&failure, ConnectError::PasswordCommand { .. }), "{failure}");
    assert!(failure.to_string().contains("exit status: 7"), "{failure}");
    assert!(!failure.to_string().contains("hunter2"), "{failure}");
    assert!(!failure.is_retryable());
    locked.world.is_left_clean().await;
}

#[tokio::test]
async fn a_jump_host_is_not_told_the_password_of_the_appliance() {
    let jump = Locked::new();
    let client = jump.world.config().setting("ProxyJump jump");
    // The jump host's key is locked, the appliance's is not.
    let client = client.know(jump.world.sshd.port(), &jump.world.sshd.host_key()).alias(
        "jump",
        jump.world.sshd.port(),
        &jump.key,
    );
    let failure = jump.outcome(&client, "echo 'correct horse'").await.err().unwrap();
    assert_eq!(failure, ConnectError::Authentication { destination: "ava".to_owned() });
    assert_eq!(jump.times_asked(), 0);
}

#[tokio::test]
async fn the_secret_is_in_no_argument_and_no_environment() {
    let locked = Locked::new();
    let client = locked.client();
    let gate = locked.world.folder.path().join("gate");
    let script = format!("mkfifo {0}; echo 'correct horse' | (read -r line < {0}; cat)", gate.display());
    let transport = SshTransport::new("ava", locked.options(&client, &script)).unwrap();
    let mut connecting = transport.connect();
    while !gate.exists() {
        assert!(timeout(Duration::from_millis(10), &mut connecting).await.is_err());
    }
    // ssh, its askpass helper and the password command are all there now. The command itself, which
    // the engineer wrote, is the only one that may know.
    let control = locked.world.control_base().display().to_string();
    let mut looked_at = 0;
    for pid in locked.world.own_processes() {
        looked_at += 1;
        assert_knows_nothing(pid);
    }
    for pid in processes::with_argument("locked") {
        assert_knows_nothing(pid);
    }
    assert!(looked_at > 0, "no process mentions {control}");
    let open = std::thread::spawn(move || fs::write(gate, "go\n").unwrap());
    connecting.await.unwrap();
    open.join().unwrap();
}

fn assert_knows_nothing(pid: i32) {
    for file in ["cmdline", "environ"] {
        let text = fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        assert!(!text.contains(Locked::PASSPHRASE), "{file} of {pid}: {text}");
    }
}

/// Tells the second process of the next test what to do.
const CONFIG_VARIABLE: &str = "DRWATCH_TEST_CONFIG";

/// Runs twice: as the test, and as the program in a terminal of its own that the test drives.
#[tokio::test]
async fn a_login_in_the_terminal_lets_ssh_ask_and_is_taken_over_by_the_next_connect() {
    if let Some(config) = std::env::var_os(CONFIG_VARIABLE) {
        return log_in_in_this_terminal(config.into()).await;
    }
    let locked = Locked::new();
    let client = ClientConfig::new().alias("ava", locked.world.sshd.port(), &locked.key);
    let pty = native_pty_system().openpty(PtySize { rows: 24, cols: 200, ..PtySize::default() }).unwrap();
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args([
        "--exact",
        "a_login_in_the_terminal_lets_ssh_ask_and_is_taken_over_by_the_next_connect",
        "--nocapture",
    ]);
    command.env(CONFIG_VARIABLE, client.path());
    command.env("XDG_RUNTIME_DIR", "/nonexistent");
    command.env("DRWATCH_TEST_CONTROL", locked.world.control_base());
    let mut child = pty.slave.spawn_command(command).unwrap();
    drop(pty.slave);
    let mut terminal = Terminal { reader: pty.master.try_clone_reader().unwrap(), seen: String::new() };
    let mut keyboard = pty.master.take_writer().unwrap();
    let dialogue = std::thread::spawn(move || {
        terminal.wait_for("Are you sure you want to continue connecting");
        keyboard.write_all(b"yes\r").unwrap();
        terminal.wait_for("Enter passphrase for key");
        keyboard.write_all(b"correct horse\r").unwrap();
        terminal.wait_for("logged in, and one shell heard");
        terminal.seen
    });
    let seen = dialogue.join().unwrap();
    assert!(child.wait().unwrap().success(), "{seen}");
    assert!(seen.contains(&locked.world.sshd.fingerprint()), "{seen}");
    assert!(!seen.contains("debug1"), "{seen}");
    assert_eq!(locked.world.sshd.log().matches("Accepted publickey").count(), 1);
    locked.world.is_left_clean().await;
}

async fn log_in_in_this_terminal(config: PathBuf) {
    let options = SshOptions {
        config: Some(config),
        control_base: std::env::var_os("DRWATCH_TEST_CONTROL").map(PathBuf::from),
        ..SshOptions::default()
    };
    let transport = SshTransport::new("ava", options).unwrap();
    transport.login_in_terminal().await.unwrap();
    let connection = transport.connect().await.unwrap();
    shell(&*connection).await;
    assert!(connection.host_key().unwrap().starts_with("SHA256:"));
    connection.close().await;
    println!("logged in, and one shell heard");
}

/// What a terminal has shown.
struct Terminal {
    reader: Box<dyn Read + Send>,
    seen: String,
}

impl Terminal {
    fn wait_for(&mut self, words: &str) {
        let mut buffer = [0; 4096];
        while !self.seen.contains(words) {
            let count = self.reader.read(&mut buffer).unwrap_or(0);
            assert_ne!(count, 0, "{words:?} is missing in {:?}", self.seen);
            self.seen.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    }
}

/// Folders of dead processes are removed by the next connection.
#[tokio::test]
async fn what_a_killed_drwatch_left_is_swept() {
    let world = World::new();
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let left = world.control_base().join(format!("drwatch-{}-{}", nix::unistd::getuid(), child.id()));
    child.wait().unwrap();
    fs::create_dir(&left).unwrap();
    fs::set_permissions(&left, fs::Permissions::from_mode(0o700)).unwrap();
    let connection = world.connect(&world.config()).await;
    assert!(!Path::new(&left).exists());
    connection.close().await;
    world.is_left_clean().await;
}
