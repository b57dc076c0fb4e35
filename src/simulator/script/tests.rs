//! The operator's script against a run that comes to know one thing after the other.

use std::time::Duration;

use super::*;
use crate::{
    clock::Clock,
    run::{
        Baseline, BucketListing, Event, FORMAT, GetCount, ListingCause, ListingState, ObjectCount, Observed,
        Record, RunId, RunSettings, Sequence, Started,
    },
    simulator::{Change, Scenario, Speed},
};

fn start() -> At {
    At::new(chrono::DateTime::parse_from_rfc3339("2025-09-13T15:30:00Z").unwrap().into())
}

fn world(primary_starts: ReplicationState) -> SharedWorld {
    let scenario = Scenario::named("procedure").unwrap();
    SharedWorld::in_memory(scenario, 1, start(), Speed::REAL, primary_starts, Clock::scaled(start(), 1.0))
}

fn run() -> Run {
    let started = Started {
        format: FORMAT,
        run: RunId("20250913T153000Z-000001".to_owned()),
        simulated: true,
        program: String::new(),
        recorder: String::new(),
        primary: Some("ava-prod".to_owned()),
        dr: Some("ava-dr".to_owned()),
        read_only: false,
        settings: RunSettings::default(),
        dialect: String::new(),
    };
    Run::start(&Record { seq: Sequence(0), at: start(), event: Event::RunStarted(started) }).unwrap()
}

/// What the run comes to know when a key was pressed.
fn obey(run: &mut Run, key: OperatorKey, world: &SharedWorld) {
    let now = world.clock().now();
    match key {
        OperatorKey::Pause => {
            world.change(Role::Primary, Change::ReplicationOff).unwrap();
            run.replication.state = Known::Paused;
        }
        OperatorKey::List => {
            let listing = BucketListing {
                name: "ava400-ks".to_owned(),
                entries: ObjectCount(1),
                bytes: None,
                slabs: None,
                maps: None,
                rbtmds: None,
                other: Vec::new(),
            };
            let cause = ListingCause::Asked;
            run.listing =
                Some(ListingState { listing, at: now, record: Sequence(1), cause, provisional: false });
        }
        OperatorKey::Baseline => {
            let value = GetCount(10_412);
            let record = Sequence(1);
            run.download.baseline = Some(Baseline { value, at: now, record, late: false, chosen: true });
        }
        OperatorKey::Threads => {
            let reading = Reading::Known(run.started.settings.threads);
            run.threads = Some(Observed { reading, at: now, record: Sequence(1) });
        }
        OperatorKey::TestOver => run.phases.current = Phase::Ended,
        OperatorKey::Resume => world.change(Role::Primary, Change::ReplicationOn).unwrap(),
        OperatorKey::AttestDownloadOver => run.phases.current = Phase::Stage2,
        OperatorKey::AttestNamespaceOver => run.phases.current = Phase::InUse,
        OperatorKey::AttestPaused => run.replication.state = Known::Paused,
        OperatorKey::AttestRunning => run.replication.state = Known::Running,
        OperatorKey::AcknowledgeAll => {}
    }
}

/// Plays the script to its end, second by second, and returns what was due and when.
async fn play(parts: Parts, primary_starts: ReplicationState) -> Vec<(u64, Due)> {
    let (world, mut run) = (world(primary_starts), run());
    let steps = world.view(|world| world.scenario().operator.clone()).unwrap();
    let mut script = Script::new(steps, parts);
    let mut played = Vec::new();
    for second in 0..3600 {
        if second == 5 {
            run.primary.link = Link::Connected;
            run.dr.link = Link::Connected;
        }
        if primary_starts == ReplicationState::Paused {
            run.replication.state = Known::Paused;
        }
        if run.phases.current < Phase::InUse && world.view(World::stage).unwrap() == Stage::Restored {
            run.phases.current = Phase::InUse;
        }
        for due in script.poll(world.clock().now(), &world, Some(&run)).unwrap() {
            match &due {
                Due::Typed { role, line } => drop(world.type_line(*role, line).unwrap()),
                Due::Key(key) => obey(&mut run, *key, &world),
            }
            played.push((second, due));
        }
        world.clock().sleep(Duration::from_secs(1)).await;
    }
    assert!(script.is_over(), "{:?}", script.steps);
    played
}

#[tokio::test(start_paused = true)]
async fn the_whole_procedure_is_played_in_its_order() {
    let played = play(Parts::All, ReplicationState::Running).await;
    let service = Due::Typed { role: Role::Dr, line: "service enable".to_owned() };
    let whats: Vec<&Due> = played.iter().map(|(_, due)| due).collect();
    assert_eq!(
        whats,
        [
            &Due::Key(OperatorKey::Pause),
            &Due::Key(OperatorKey::List),
            &Due::Key(OperatorKey::Baseline),
            &Due::Key(OperatorKey::Threads),
            &service,
            &Due::Key(OperatorKey::TestOver),
            &Due::Key(OperatorKey::Resume),
        ]
    );
    assert_eq!(played[0].0, 5 + 20, "counted from when both were connected");
}

#[tokio::test(start_paused = true)]
async fn without_drwatchs_own_steps_a_hand_sets_threads_and_starts_the_service() {
    let played = play(Parts::ApplianceSideOnly, ReplicationState::Paused).await;
    let line = |line: &str| Due::Typed { role: Role::Dr, line: line.to_owned() };
    assert_eq!(played, [(65, line("replication num-threads 128")), (95, line("service enable"))]);
}

#[test]
fn steps_are_read_as_written_and_unknown_words_refused() {
    let read = |text: &str| toml::from_str::<Step>(text);
    let step = read("when = 'stage-1'\nafter = 3\ndo = { key = 'test-over' }").unwrap();
    assert_eq!((step.when, step.after), (Some(Condition::Stage1), 3));
    assert_eq!(step.r#do, Deed::Press(PressedKey { key: OperatorKey::TestOver }));
    assert!(read("when = 'someday'\ndo = { key = 'pause' }").is_err());
    assert!(read("do = { key = 'format' }").is_err());
    assert!(read("do = { type = 'service enable' }").is_err());
}
