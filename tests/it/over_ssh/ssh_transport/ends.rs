//! Connections that break, and connections that are ended.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, Instant},
};

use drwatch::appliance::{
    ssh::{SshOptions, SshTransport},
    transport::Transport,
};
use nix::sys::signal::Signal;

use super::world::{World, end_of, shell};
use crate::support::{PATIENCE, client::ClientConfig, processes, proxy::Proxy, wait_until_async};

/// Far below the time after which the keepalive of this world would notice.
const AT_ONCE: Duration = Duration::from_mins(2);

/// Three intervals of a second, and much more for a busy machine; without a keepalive nothing would ever be noticed.
const KEEPALIVE_LIMIT: Duration = Duration::from_mins(1);

#[tokio::test]
async fn killed_sessions_end_the_wires_at_once_and_a_new_connection_works() {
    let world = World::new();
    let client = world.config();
    let connection = world.connect(&client).await;
    let mut wires = [shell(&*connection).await, shell(&*connection).await];
    world.sshd.kill_children();
    for wire in &mut wires {
        end_of(wire, AT_ONCE).await;
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
        end_of(&mut wire, AT_ONCE).await;
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
    end_of(&mut wire, KEEPALIVE_LIMIT).await;
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
    end_of(&mut wire, KEEPALIVE_LIMIT).await;
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
    end_of(&mut wire, AT_ONCE).await;

    let dropped = world.connect(&client).await;
    let mut wire = shell(&*dropped).await;
    drop(dropped);
    end_of(&mut wire, AT_ONCE).await;
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
    let start = Instant::now();
    wait_until_async("the idle limit of 5 s passes", PATIENCE, || {
        assert!(!world.own_processes().is_empty(), "ended after {:?}", start.elapsed());
        start.elapsed() > Duration::from_secs(8)
    })
    .await;
    shell(&*connection).await;
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
