//! Logins that cannot succeed, and the reason each gives.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    time::Duration,
};

use drwatch::appliance::{
    ssh::{SshOptions, SshTransport},
    transport::{ConnectError, Transport},
};
use tokio::time::timeout;

use super::world::{World, shell};
use crate::support::{client::ClientConfig, sshd::new_key};

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
    assert_eq!(
        transport.connect().await.err(),
        Some(ConnectError::NameUnknown { destination, configuration: client.path().display().to_string() })
    );
    world.is_left_clean().await;
}

#[tokio::test]
async fn an_unknown_host_key_is_refused_and_not_learned() {
    let world = World::new();
    // Even where the engineer's configuration would take any key.
    let client = ClientConfig::new()
        .alias("ava", world.sshd.port(), &world.sshd.client_key())
        .setting("StrictHostKeyChecking no");
    let failure = world.failure(&client).await;
    assert!(matches!(&failure, ConnectError::HostKeyUnknown { destination, .. } if destination == "ava"));
    // What `ssh` would otherwise take without a question.
    let advice = format!("ssh -F {} -o StrictHostKeyChecking=ask ava", client.path().display());
    assert!(failure.to_string().contains(&advice), "{failure}");
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
    let ConnectError::HostKeyChanged { destination, remedy } = world.failure(&client).await else {
        panic!("the changed key was not noticed");
    };
    assert_eq!(destination, "ava");
    let place = format!("'[127.0.0.1]:{}' -f '{}'", world.sshd.port(), client.known_hosts().display());
    assert_eq!(remedy, format!("ssh-keygen -R {place}"));
}

#[tokio::test]
async fn a_changed_host_key_of_this_machine_is_refused_whatever_the_configuration_says() {
    let world = World::new();
    let other = World::new();
    let client = ClientConfig::new()
        .know(world.sshd.port(), &other.sshd.host_key())
        .alias("ava", world.sshd.port(), &world.sshd.client_key())
        .setting("NoHostAuthenticationForLocalhost yes");
    assert!(matches!(world.failure(&client).await, ConnectError::HostKeyChanged { .. }));
}

#[tokio::test]
async fn where_no_host_key_is_kept_the_advice_says_so() {
    let world = World::new();
    let client = ClientConfig::new().alias("ava", world.sshd.port(), &world.sshd.client_key());
    let kept = client.known_hosts().display().to_string();
    let config = fs::read_to_string(client.path()).unwrap().replace(&kept, "/dev/null");
    fs::write(client.path(), config).unwrap();
    let failure = world.failure(&client).await.to_string();
    assert!(failure.contains("keeps no host keys (UserKnownHostsFile /dev/null)"), "{failure}");
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
        ConnectError::LegacyAlgorithms { destination, offer: told, configuration } => {
            assert_eq!(configuration, client.path().display().to_string());
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
