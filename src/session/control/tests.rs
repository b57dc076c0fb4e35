//! Control through everything that is real but the wire: the loop, supervisors, gates and clients of a
//! watch, against the simulated pair on the virtual clock. Here is the watch that these tests drive.

mod bad_input;
mod exposed;
mod hostile;
mod listing;
mod plans;
mod read_only;
mod refusals;
mod table;
mod threads;

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use chrono::{TimeZone as _, Utc};
use tempfile::TempDir;

use super::ActionRequest;
use crate::{
    appliance::{gate::Access, transport::Transport},
    clock::{Clock, Ticker},
    commands::simulated::{
        demo::{Simulation, simulated_session_over},
        transport::SimulatedTransport,
    },
    console::{
        front::Front,
        headless::{Headless, Style},
        lines::LineSink,
    },
    dialect::Dialect,
    journal::{Content, JournalReader, RunFolder, read_run},
    run::{
        ActionId, ActionKind, ActionState, Authorization, Elapsed, Event, Link, Override, Phase, Record,
        ReplicationState, Role, Run, RunSettings, Statement, ThreadCount, Timestamp, authorize,
    },
    session::{event_loop::EventLoop, record::recorder::Syncing, signals::Signals, state::Until},
    simulator::{KeyPresser, Scenario, Script, SharedWorld, Speed},
};

/// Time of the world that anything waited for may take.
const PATIENCE: Elapsed = Elapsed::from_secs(1800);

/// A watch of a simulated pair.
struct Watched {
    event_loop: EventLoop,
    world: SharedWorld,
    clock: Clock,
    beat: Ticker,
    signals: Signals,
    /// Removed with the watch.
    _runs: TempDir,
}

/// The scenario of the procedure with a bucket that is restored within a minute or two.
fn quick() -> Scenario {
    let mut scenario = Scenario::named("procedure").unwrap();
    let bucket = &mut scenario.bucket;
    (bucket.entries, bucket.slabs, bucket.maps, bucket.rbtmds) = (110, 6, 50, 50);
    bucket.listing_seconds = 1;
    scenario.generation.seconds = 20;
    scenario
}

/// A world that begins when all tests do, production replicating.
fn world(scenario: Scenario) -> SharedWorld {
    let start = Timestamp::new(Utc.with_ymd_and_hms(2026, 9, 13, 16, 0, 0).unwrap());
    let clock = Clock::scaled(start, 1.0);
    SharedWorld::in_memory(scenario, 1, start, Speed::REAL, ReplicationState::Running, clock)
}

impl Watched {
    fn start(scenario: Scenario, settings: RunSettings) -> Self {
        Self::start_as(scenario, settings, Access::ReadAndChange)
    }

    fn start_as(scenario: Scenario, settings: RunSettings, access: Access) -> Self {
        let world = world(scenario);
        let honest = world.clone();
        Self::over(world, settings, access, Dialect::built_in(), |role| {
            Arc::new(SimulatedTransport::new(honest.clone(), role))
        })
    }

    /// A watch of what the given ways lead to, beside `world`.
    fn over(
        world: SharedWorld,
        settings: RunSettings,
        access: Access,
        dialect: Dialect,
        way: impl Fn(Role) -> Arc<dyn Transport>,
    ) -> Self {
        let clock = world.clock();
        let runs = tempfile::tempdir().unwrap();
        let simulation = Simulation {
            clock,
            world: world.clone(),
            script: Script::new(Vec::new(), KeyPresser::Script, None),
            seed: 1,
            settings,
            schedule: crate::appliance::supervisor::Schedule::default(),
            bell: false,
            access,
            dialect,
            runs_dir: runs.path().to_owned(),
            syncing: Syncing::OnEdges,
            until: Until::Quit,
            front: Front::Headless(Headless::new(
                Style::Lines,
                LineSink::new(io::stdout(), Style::Lines.of_dropped()).unwrap(),
            )),
        };
        let event_loop =
            simulated_session_over(simulation, way).unwrap().with_witness(Box::new(|_, _, _| {}));
        let beat = clock.ticker(Duration::from_secs(1));
        Self { event_loop, world, clock, beat, signals: Signals::listen().unwrap(), _runs: runs }
    }

    fn run(&self) -> &Run {
        self.event_loop.run()
    }

    /// Lets the watch go on until `holds`.
    async fn until(&mut self, what: &str, holds: impl Fn(&Run) -> bool) {
        let end = self.clock.now() + PATIENCE;
        while !holds(self.run()) {
            assert!(self.clock.now() < end, "never came: {what}; {:?}", self.run().actions);
            self.event_loop.turn(&mut self.beat, &mut self.signals).await;
        }
    }

    async fn for_seconds(&mut self, seconds: u64) {
        let end = self.clock.now() + Elapsed::from_secs(seconds);
        while self.clock.now() < end {
            self.event_loop.turn(&mut self.beat, &mut self.signals).await;
        }
    }

    /// Connected to both, whose names are confirmed, and replication read.
    async fn ready(&mut self) {
        self.until("connections", |run| {
            run.primary.link == Link::Connected
                && run.dr.link == Link::Connected
                && run.replication.verified_at.is_some()
                && run.dr.service.is_some()
        })
        .await;
        self.event_loop.confirm_pair(&self.event_loop.present_pair(), None, None).unwrap();
    }

    /// The consent that the judgement asks for at this moment.
    fn consenting(&self, action: ActionKind) -> ActionRequest {
        let none = ActionRequest { action, r#override: None, statement: None, typed: None };
        match authorize(self.run(), action) {
            Authorization::Locked { .. } => {
                let reason = "ordered by the head of operations".to_owned();
                ActionRequest { r#override: Some(Override { reason }), ..none }
            }
            Authorization::NeedsStatement { statement, .. } => {
                ActionRequest { statement: Some(statement), ..none }
            }
            Authorization::Allowed { .. } => none,
            other => panic!("{action}: {other:?}"),
        }
    }

    /// Asks for `action` with all consent it takes, and waits for what becomes of it.
    async fn act(&mut self, action: ActionKind) -> ActionId {
        let wish = self.consenting(action);
        self.event_loop.act(wish).unwrap();
        let id = self.run().actions.last().unwrap().id;
        self.until("the outcome", |run| state_of(run, id).is_settled()).await;
        id
    }

    /// What somebody types on an appliance beside drwatch.
    fn by_hand(&self, role: Role, line: &str) {
        self.world.type_line(role, line).unwrap();
    }

    /// Goes on to `phase` on the appliances' own way.
    async fn go_to(&mut self, phase: Phase) {
        if phase > Phase::Prepare {
            self.by_hand(Role::Dr, "service enable");
        }
        let until = phase.min(Phase::InUse);
        self.until(phase.name(), |run| run.phase() >= until).await;
        if phase == Phase::Ended {
            let (since, user) = (self.clock.now(), self.event_loop.user());
            let reason = "the test is complete".to_owned();
            self.event_loop.record(&Event::Attested {
                statement: Statement::TestOver,
                since,
                reason,
                user,
                consent: None,
            });
        }
        assert_eq!(self.run().phase(), phase);
    }

    /// How often drwatch has sent `line` to an appliance.
    fn sent(&self, role: Role, line: &str) -> usize {
        let received = self.world.received().unwrap();
        let is_it = |one: &&crate::simulator::ReceivedLine| {
            one.label == "drwatch" && one.role == role && one.line == line
        };
        received.iter().filter(is_it).count()
    }

    /// Every line of drwatch that changes something, with its appliance.
    fn changes(&self) -> Vec<(Role, String)> {
        let received = self.world.received().unwrap().into_iter();
        let changes = received.filter(|one| {
            one.label == "drwatch"
                && (one.line.contains("replication enable") || one.line.contains("num-threads "))
        });
        changes.map(|one| (one.role, one.line)).collect()
    }

    /// The run as its journal tells it.
    fn replayed(&mut self) -> Run {
        self.event_loop.cut_log();
        self.event_loop.session.recorder.sync();
        read_run(&RunFolder::open(&self.folder()).unwrap()).unwrap().0
    }

    fn folder(&self) -> PathBuf {
        self.event_loop.recorder().folder().path().to_owned()
    }
}

/// The records of the watch as they are in its journal.
fn recorded(watched: &mut Watched) -> Vec<Record> {
    watched.event_loop.session.recorder.sync();
    let folder = RunFolder::open(&watched.folder()).unwrap();
    let record = |content| match content {
        Content::Record(record) => Some(record),
        Content::Opaque { .. } => None,
    };
    JournalReader::open(&folder).unwrap().filter_map(|entry| record(entry.unwrap().content)).collect()
}

fn state_of(run: &Run, id: ActionId) -> &ActionState {
    &run.actions.iter().find(|action| action.id == id).unwrap().state
}

const fn line_of(action: ActionKind) -> &'static str {
    match action {
        ActionKind::Pause => "no replication enable",
        ActionKind::Resume => "replication enable",
        ActionKind::SetThreads(_) => "replication num-threads 128",
    }
}

const THREADS: ActionKind = ActionKind::SetThreads(ThreadCount(128));
