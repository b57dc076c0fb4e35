//! A world shared through a folder: several openers must see one world.

use super::*;
use crate::{run::Elapsed, simulator::Stage};

fn start() -> Timestamp {
    Timestamp::new(chrono::DateTime::parse_from_rfc3339("2025-09-13T15:30:00Z").unwrap().into())
}

fn open(dir: &Path, seed: u64, clock: Clock) -> SharedWorld {
    let scenario = Scenario::named("procedure").unwrap();
    SharedWorld::in_folder(dir, scenario, seed, Speed::new(20.0).unwrap(), clock).unwrap()
}

fn logs(world: &SharedWorld) -> [Vec<String>; 2] {
    [Role::Primary, Role::Dr].map(|role| {
        world.view(|world| world.appliance(role).log.since(0).map(str::to_owned).collect()).unwrap()
    })
}

#[tokio::test(start_paused = true)]
async fn two_openers_of_a_folder_see_one_world() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::scaled(start(), 1.0);
    let (first, second) = (open(dir.path(), 1, clock), open(dir.path(), 2, clock));
    assert_eq!(second.view(|world| world.origin.seed).unwrap(), 1, "the first opener decides");
    first.change(Role::Primary, Change::ReplicationOff).unwrap();
    clock.sleep(Duration::from_secs(5)).await;
    assert_eq!(
        second.view(|world| world.appliance(Role::Primary).replication).unwrap(),
        ReplicationState::Paused
    );
    second.type_line(Role::Dr, "service enable").unwrap();
    for _ in 0..100 {
        clock.sleep(Duration::from_secs(1)).await;
        assert_eq!(logs(&first), logs(&second));
        let gets = |world: &SharedWorld| world.view(|world| world.gets(Role::Dr)).unwrap();
        assert_eq!(gets(&first), gets(&second));
    }
    assert_eq!(first.view(World::stage).unwrap(), Stage::Restored);
    let third = open(dir.path(), 3, clock);
    assert_eq!(logs(&third), logs(&first), "one who comes late sees the same past");
}

#[tokio::test(start_paused = true)]
async fn a_drop_is_the_same_for_all_openers_of_a_folder_and_each_is_told_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::scaled(start(), 1.0);
    let open = || {
        let scenario = Scenario::named("drops").unwrap();
        SharedWorld::in_folder(dir.path(), scenario, 1, Speed::REAL, clock).unwrap()
    };
    let (first, second) = (open(), open());
    first.type_line(Role::Dr, "service enable").unwrap();
    let away = tokio::join!(first.unreachable(Role::Dr), second.unreachable(Role::Dr));
    assert!(away.0.is_ok() && away.1.is_ok());
    // Stage 1 begins eight seconds after the service, and the drop forty seconds later.
    let passed = clock.now().since(start());
    assert!((48_000..48_500).contains(&passed.millis()), "{passed}");
    for world in [&first, &second] {
        assert!(!world.is_reachable(Role::Dr).unwrap() && world.is_reachable(Role::Primary).unwrap());
    }
    clock.sleep(Duration::from_secs(8)).await;
    assert!(first.is_reachable(Role::Dr).unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_folder_made_before_there_were_faults_can_still_be_read() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path(), 1, Clock::scaled(start(), 1.0));
    let path = dir.path().join("world.json");
    let mut world: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    for later in ["past", "fault", "patience_minutes"] {
        assert!(world["definition"].as_object_mut().unwrap().remove(later).is_some());
    }
    assert!(world["definition"]["dr"].as_object_mut().unwrap().remove("log_threshold").is_some());
    std::fs::write(&path, world.to_string()).unwrap();
    let again = open(dir.path(), 1, Clock::scaled(start(), 1.0));
    assert!(again.view(|world| world.scenario.fault.is_empty()).unwrap());
}

#[tokio::test(start_paused = true)]
async fn received_lines_are_kept_tab_separated_with_controls_escaped() {
    let dir = tempfile::tempdir().unwrap();
    let world = open(dir.path(), 1, Clock::scaled(start(), 1.0));
    world.record(Role::Dr, "tail", "show\tlog \x1b[2J").unwrap();
    world.record(Role::Primary, "", " ").unwrap();
    let text = std::fs::read_to_string(dir.path().join("commands.log")).unwrap();
    assert_eq!(text, "2025-09-13T15:30:00.000+00:00\tdr\ttail\tshow\\tlog \\u{1b}[2J\n");
    assert_eq!(world.received().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn half_an_input_of_a_killed_process_is_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let world = open(dir.path(), 1, Clock::scaled(start(), 1.0));
    world.change(Role::Dr, Change::Recovery(true)).unwrap();
    let inputs = dir.path().join("inputs.ndjson");
    let mut text = std::fs::read_to_string(&inputs).unwrap();
    text.push_str("{\"at\":\"2025-09-13T15:");
    std::fs::write(&inputs, text).unwrap();
    assert!(world.view(|world| world.appliance(Role::Dr).recovery).unwrap());
    world.change(Role::Dr, Change::Recovery(false)).unwrap();
    let text = std::fs::read_to_string(&inputs).unwrap();
    assert_eq!((text.lines().count(), text.ends_with('\n')), (2, true));
    assert!(!open(dir.path(), 1, world.clock()).view(|world| world.appliance(Role::Dr).recovery).unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_does_not_reorder_what_was_done() {
    let dir = tempfile::tempdir().unwrap();
    let ahead = open(dir.path(), 1, Clock::scaled(start() + Elapsed::from_secs(60), 1.0));
    ahead.change(Role::Primary, Change::ReplicationOff).unwrap();
    let behind = open(dir.path(), 1, Clock::scaled(start(), 1.0));
    behind.change(Role::Primary, Change::ReplicationOn).unwrap();
    assert_eq!(
        ahead.view(|world| world.appliance(Role::Primary).replication).unwrap(),
        ReplicationState::Running
    );
}

#[tokio::test(start_paused = true)]
async fn a_folder_that_holds_something_else_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("world.json"), "{}").unwrap();
    let scenario = Scenario::named("procedure").unwrap();
    let error = SharedWorld::in_folder(dir.path(), scenario, 1, Speed::REAL, Clock::scaled(start(), 1.0))
        .unwrap_err();
    assert!(error.to_string().contains("world.json"), "{error}");
}
