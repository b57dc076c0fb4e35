//! Talking to shells.

use drwatch::appliance::{
    ssh::SshTransport,
    transport::{ConnectError, Transport},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::world::{World, ask, end_of, hear, shell};
use crate::support::{PATIENCE, client::ClientConfig, sshd::user, wait_until_async};

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
    // ssh's own escape, which would end the shell.
    ask(&mut shells[2], "~.", "heard: ~.").await;
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
    let destination = format!("ssh://{}@127.0.0.1:{}", user(), world.sshd.port());
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

#[tokio::test]
async fn the_host_keys_of_all_types_are_told_whichever_the_login_was_made_with() {
    let keys = tempfile::tempdir().unwrap();
    let file = |kind: &str| keys.path().join(kind);
    let mut settings = Vec::new();
    for kind in ["ecdsa", "rsa"] {
        let made = std::process::Command::new("ssh-keygen")
            .args(["-q", "-t", kind, "-N", "", "-f"])
            .arg(file(kind))
            .status();
        assert!(made.unwrap().success());
        settings.push(format!("HostKey {}", file(kind).display()));
    }
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let world = World::with(&settings);
    let of_login = |connection: &dyn drwatch::appliance::transport::Connection| {
        let mut kinds: Vec<String> = connection.host_keys().into_iter().map(|key| key.kind).collect();
        let proven = connection.host_keys()[0].fingerprint.clone();
        assert_eq!(connection.host_key(), Some(proven), "the proven one comes first");
        kinds.sort();
        kinds
    };
    let connection = world.connect(&world.config()).await;
    let kinds = ["ecdsa-sha2-nistp256", "ssh-ed25519", "ssh-rsa"];
    assert_eq!(of_login(&*connection), kinds);
    let by_ed25519 = connection.host_keys();

    // Another client knows only the RSA key, so that the login is made with that one.
    let public = std::fs::read_to_string(file("rsa").with_extension("pub")).unwrap();
    let client = ClientConfig::new().know(world.sshd.port(), &public).alias(
        "ava",
        world.sshd.port(),
        &world.sshd.client_key(),
    );
    let connection = world.connect(&client).await;
    assert_eq!(connection.host_keys()[0].kind, "ssh-rsa");
    assert_eq!(of_login(&*connection), kinds);
    let sorted = |mut keys: Vec<drwatch::run::HostKey>| {
        keys.sort();
        keys
    };
    assert_eq!(sorted(connection.host_keys()), sorted(by_ed25519), "one machine, however it was reached");
}
