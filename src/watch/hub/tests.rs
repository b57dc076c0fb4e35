//! What the loop does where drwatch itself fails.

use std::sync::Arc;

use super::*;
use crate::{
    appliance::{
        gate::{Access, Gate},
        supervisor::{Schedule, Supervision},
        tail::Memory,
        transport::{ConnectError, Connection, Pending, Transport},
    },
    dialect::Dialect,
    run::{At, Link},
    watch::{DemoOptions, Display, demo::hub_of},
};

struct Faulty;

impl Transport for Faulty {
    fn connect(&self) -> Pending<'_, Result<Box<dyn Connection>, ConnectError>> {
        panic!("as a bug would")
    }
}

fn faulty(clock: Clock) -> Supervision {
    let dialect = Dialect::built_in();
    Supervision {
        expected: None,
        role: Role::Dr,
        transport: Arc::new(Faulty),
        gate: Gate::new(Role::Dr, &dialect, Access::ReadOnly).unwrap(),
        dialect: Arc::new(dialect),
        schedule: Schedule::default(),
        clock,
        tail: true,
        memory: Memory::default(),
        enable_password: None,
        seed: 1,
    }
}

/// A demo's hub without a front, recording into `home`.
fn hub_in(home: &tempfile::TempDir) -> Hub {
    let options = DemoOptions {
        scenario: "procedure".to_owned(),
        speed: 1.0,
        seed: 1,
        display: Display::Lines,
        runs_dir: Some(home.path().to_owned()),
    };
    let start = At::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let clock = Clock::scaled(start, 1.0);
    hub_of(&options, clock, clock).unwrap().with_witness(Box::new(|_, _, _| {}))
}

#[tokio::test(start_paused = true)]
async fn an_appliance_that_nobody_talks_to_any_more_does_not_look_alive() {
    let home = tempfile::tempdir().unwrap();
    let mut hub = hub_in(&home);
    let (sender, observations) = mpsc::channel(OBSERVATIONS);
    hub.observations = observations;
    hub.stations = vec![Station::start(faulty(hub.clock), sender)];
    assert!(!hub.stations.iter_mut().any(Station::has_failed));
    tokio::task::yield_now().await;
    hub.beat();
    let Link::Stopped { reason } = &hub.run().dr.link else { panic!("{:?}", hub.run().dr.link) };
    assert!(reason.contains("--resume"), "{reason}");
    let told = hub.run().last;
    hub.look_after_stations();
    assert_eq!(hub.run().last, told, "it is told once");
}

#[tokio::test(start_paused = true)]
async fn an_appliance_that_is_connected_is_not_connected_anew_for_the_sake_of_the_other() {
    let home = tempfile::tempdir().unwrap();
    let mut hub = hub_in(&home);
    for role in [Role::Primary, Role::Dr] {
        hub.record(&Event::LinkChanged { role, link: Link::Connected });
    }
    assert_eq!(hub.reconnect(), 0);
    let reason = "refused".to_owned();
    hub.record(&Event::LinkChanged { role: Role::Dr, link: Link::Stopped { reason } });
    assert_eq!(hub.reconnect(), 1);
}
