//! The world as a pure function: what it promises whatever way it is looked at.

use proptest::prelude::*;

use super::*;
use crate::run::ThreadCount;

pub(super) fn start() -> Timestamp {
    Timestamp::new(chrono::DateTime::parse_from_rfc3339("2025-09-13T15:30:00Z").unwrap().into())
}

pub(super) fn world_of(name: &str, seed: u64, speed: f64) -> World {
    let origin = Origin {
        seed,
        speed: Speed::new(speed).unwrap(),
        start: start(),
        primary_starts: ReplicationState::Running,
    };
    World::new(Arc::new(Scenario::named(name).unwrap()), origin)
}

pub(super) fn input(millis: u64, role: Role, change: Change) -> Input {
    Input { at: start() + Elapsed::from_millis(millis), role, change }
}

fn restored(name: &str, speed: f64, threads: u32, hours: u64) -> World {
    let mut world = world_of(name, 7, speed);
    world.input(input(0, Role::Primary, Change::ReplicationOff));
    world.input(input(2_000, Role::Dr, Change::Threads(ThreadCount(threads))));
    world.input(input(3_000, Role::Dr, Change::ServiceOn));
    world.advance(start() + Elapsed::from_secs(hours * 3600));
    world
}

pub(super) fn lines(world: &World, role: Role) -> Vec<String> {
    world.appliance(role).log.since(0).map(str::to_owned).collect()
}

/// A world whose production writes from the start, and whose uploads drain after a pause.
fn growing(seed: u64, drain_seconds: u32) -> World {
    let mut scenario = Scenario::named("procedure").unwrap();
    scenario.growth.quiet_minutes = 0;
    scenario.growth.files_per_minute = 20;
    scenario.growth.drain_seconds = drain_seconds;
    World::new(Arc::new(scenario), world_of("procedure", seed, 1.0).origin)
}

/// Seconds from the service's start to the end of stage 1.
fn stage_1_seconds(threads: u32) -> f64 {
    let mut world = world_of("procedure", 3, 1.0);
    world.input(input(0, Role::Primary, Change::ReplicationOff));
    world.input(input(0, Role::Dr, Change::Threads(ThreadCount(threads))));
    world.input(input(0, Role::Dr, Change::ServiceOn));
    world.advance(start());
    let begins = loop {
        let next = world.next_event().unwrap();
        world.advance(next);
        if world.stage() == Stage::Download {
            break next;
        }
    };
    loop {
        let next = world.next_event().unwrap();
        world.advance(next);
        if world.stage() == Stage::Generation {
            break next.since(begins).secs_f64();
        }
    }
}

#[test]
fn both_stages_end_with_the_very_lines_of_the_procedure() {
    let world = restored("procedure", 1.0, 128, 1);
    assert_eq!(world.stage(), Stage::Restored);
    let lines = lines(&world, Role::Dr);
    let found: Vec<&str> = lines
        .iter()
        .filter(|line| line.contains("restore.INFO]") || line.contains("megamount.INFO]"))
        .map(|line| &line[15..])
        .collect();
    assert_eq!(
        found,
        [
            " localhost rfsd[13852]: [namespace_restore.INFO] (13852) Cloud restore phase complete. Starting namespace generation phase",
            " localhost rfsd[13852]: [namespace_restore.INFO] (13852) Namespace generation phase complete. Successfully restored user namespace",
            " localhost rfsd[13852]: [megamount.INFO] (13852) restore namespace successful!",
        ]
    );
    let stamps: Vec<&str> =
        lines.iter().rev().filter(|line| line.contains("namespace")).map(|line| &line[..15]).collect();
    assert_eq!(stamps[0], stamps[1], "both final lines carry the same second");
}

#[test]
fn stage_1_counts_one_get_for_every_map_and_rbtmd() {
    let world = restored("procedure", 1.0, 128, 1);
    assert_eq!(world.gets(Role::Dr), 10_412 + 2_662);
}

#[test]
fn gets_beyond_the_metadata_are_counted_where_the_scenario_has_them() {
    let mut scenario = Scenario::named("procedure").unwrap();
    scenario.download.extra_gets = 40;
    let mut world = World::new(Arc::new(scenario), world_of("procedure", 1, 1.0).origin);
    world.input(input(0, Role::Primary, Change::ReplicationOff));
    world.input(input(0, Role::Dr, Change::ServiceOn));
    world.advance(start() + Elapsed::from_secs(7200));
    assert_eq!(world.gets(Role::Dr), 10_412 + 2_662 + 40);
}

#[test]
fn stage_1_takes_as_much_less_time_with_128_threads_as_was_measured() {
    let gain = stage_1_seconds(16) / stage_1_seconds(128);
    assert!((2.5..=3.5).contains(&gain), "{gain}");
}

#[test]
fn the_counter_never_falls_and_stays_below_the_target_until_the_marker() {
    let mut world = world_of("procedure", 11, 1.0);
    world.input(input(0, Role::Primary, Change::ReplicationOff));
    world.input(input(0, Role::Dr, Change::ServiceOn));
    let mut last = 0;
    for second in 0..900 {
        world.advance(start() + Elapsed::from_secs(second));
        let gets = world.gets(Role::Dr);
        assert!(gets >= last && gets <= 10_412 + 2_662, "{second}: {last} then {gets}");
        assert!(world.stage() < Stage::Generation || gets == 10_412 + 2_662);
        last = gets;
    }
    assert_eq!(last, 10_412 + 2_662);
}

/// Entries that belong to no listed class.
fn unclassified(bucket: &BucketPlan) -> u64 {
    bucket.entries - bucket.slabs - bucket.maps - bucket.rbtmds
}

#[test]
fn a_paused_bucket_stays_as_it_is_and_a_replicating_one_changes() {
    let mut world = growing(5, 0);
    let before = world.bucket().clone();
    world.advance(start() + Elapsed::from_secs(1800));
    let grown = world.bucket().clone();
    assert!(grown.bytes > before.bytes && grown.maps > before.maps);
    assert_eq!(unclassified(&grown), unclassified(&before));
    world.input(input(1_800_000, Role::Primary, Change::ReplicationOff));
    world.advance(start() + Elapsed::from_secs(7200));
    assert_eq!(*world.bucket(), grown);
    assert!(world.unprotected_bytes() > 0, "what production writes meanwhile waits");
    world.input(input(7_200_000, Role::Primary, Change::ReplicationOn));
    world.advance(start() + Elapsed::from_secs(9000));
    assert!(world.bucket().maps > grown.maps);
}

#[test]
fn production_writes_nothing_while_the_engineer_prepares_until_the_pause() {
    let mut world = world_of("procedure", 5, 1.0);
    let before = world.bucket().clone();
    world.advance(start() + Elapsed::from_secs(1800));
    assert_eq!(*world.bucket(), before);
    world.input(input(1_800_000, Role::Primary, Change::ReplicationOff));
    world.advance(start() + Elapsed::from_secs(3600));
    assert_eq!(*world.bucket(), before);
    assert!(world.unprotected_bytes() > 0);
}

#[test]
fn uploads_under_way_drain_after_a_pause_where_the_scenario_has_it() {
    let mut world = growing(5, 45);
    world.input(input(60_000, Role::Primary, Change::ReplicationOff));
    let mut at = |seconds| {
        world.advance(start() + Elapsed::from_secs(seconds));
        world.bucket().clone()
    };
    let (paused, drained, later) = (at(60), at(110), at(4000));
    assert!(drained.maps > paused.maps);
    assert_eq!(later, drained);
}

#[test]
fn deletions_on_production_reach_the_bucket_while_replication_runs() {
    let mut world = growing(5, 0);
    world.advance(start() + Elapsed::from_secs(3600));
    assert!(
        lines(&world, Role::Primary)
            .iter()
            .any(|line| line.contains("[gc.INFO]") && line.contains("reclaimed"))
    );
}

#[test]
fn a_restart_of_the_service_counts_from_zero_under_a_new_process_id() {
    let mut world = world_of("procedure", 5, 1.0);
    world.input(input(0, Role::Dr, Change::ServiceOn));
    world.input(input(60_000, Role::Dr, Change::ServiceOff));
    world.input(input(70_000, Role::Dr, Change::ServiceOn));
    world.advance(start() + Elapsed::from_secs(65));
    assert!(world.gets(Role::Dr) > 10_412);
    world.advance(start() + Elapsed::from_secs(71));
    assert_eq!(world.gets(Role::Dr), 0);
    world.advance(start() + Elapsed::from_secs(3600));
    let lines = lines(&world, Role::Dr);
    assert!(
        world.stage() == Stage::Restored
            && lines.iter().all(|line| !line.contains("rfsd[13852]: [namespace"))
    );
}

#[test]
fn a_service_stopped_in_stage_2_does_not_download_again() {
    let mut world = restored("procedure", 1.0, 128, 0);
    world.advance(start() + Elapsed::from_secs(400));
    assert_eq!(world.stage(), Stage::Generation);
    world.input(input(400_000, Role::Dr, Change::ServiceOff));
    world.input(input(410_000, Role::Dr, Change::ServiceOn));
    world.advance(start() + Elapsed::from_secs(3600));
    assert_eq!((world.stage(), world.gets(Role::Dr)), (Stage::Restored, 0));
}

#[test]
fn speed_shortens_the_workload_but_not_the_everyday_lines() {
    let (slow, fast) = (restored("procedure", 1.0, 128, 1), restored("procedure", 20.0, 128, 1));
    assert_eq!((slow.gets(Role::Dr), fast.gets(Role::Dr)), (13_074, 13_074));
    let when = |world: &World| {
        let line = lines(world, Role::Dr).into_iter().find(|line| line.contains("Cloud restore")).unwrap();
        line[7..15].to_owned()
    };
    assert_eq!(&when(&fast)[..5], "15:30");
    assert!(when(&slow).as_str() > "15:33:00");
    let many = |world: &World| lines(world, Role::Dr).len();
    assert!(many(&fast).abs_diff(many(&slow)) < many(&slow) / 5);
}

#[test]
fn equal_seeds_give_equal_logs_and_others_do_not() {
    let log = |seed| {
        let mut world = world_of("procedure", seed, 1.0);
        world.input(input(500, Role::Dr, Change::ServiceOn));
        world.advance(start() + Elapsed::from_secs(1200));
        (lines(&world, Role::Primary), lines(&world, Role::Dr))
    };
    assert_eq!(log(42), log(42));
    assert_ne!(log(42), log(43));
}

#[test]
fn the_large_scenario_is_restored_within_fifteen_hours_of_its_own() {
    // Of this thread alone, whatever else the machine has to do.
    let used = || nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap();
    let before = used();
    let world = restored("large", 1.0, 128, 15);
    assert_eq!(world.stage(), Stage::Restored);
    let used = std::time::Duration::from(used() - before);
    assert!(used < std::time::Duration::from_secs(1), "{used:?}");
    let slow = restored("large", 1.0, 16, 13);
    assert_eq!(slow.stage(), Stage::Generation);
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::ReplicationOn),
        Just(Change::ReplicationOff),
        (16_u32..=128).prop_map(|threads| Change::Threads(ThreadCount(threads))),
        Just(Change::ServiceOn),
        Just(Change::ServiceOff),
        Just(Change::Format),
        any::<bool>().prop_map(Change::Recovery),
    ]
}

prop_compose! {
    pub(super) fn any_inputs()(
        list in prop::collection::vec((0_u64..900_000, any::<bool>(), any_change()), 0..8),
    ) -> Vec<Input> {
        let role = |dr| if dr { Role::Dr } else { Role::Primary };
        list.into_iter().map(|(millis, dr, change)| input(millis, role(dr), change)).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::short_or_long(24, 48)))]

    #[test]
    fn how_often_the_world_is_looked_at_changes_nothing(
        seed in any::<u64>(),
        inputs in any_inputs(),
        mut looks in prop::collection::vec(0_u64..1_000_000, 0..30),
    ) {
        let end = start() + Elapsed::from_secs(1_000);
        let (mut once, mut often) = (world_of("procedure", seed, 2.0), world_of("procedure", seed, 2.0));
        for input in &inputs {
            once.input(*input);
            often.input(*input);
        }
        once.advance(end);
        looks.sort_unstable();
        for look in looks {
            often.advance(start() + Elapsed::from_millis(look));
        }
        often.advance(end);
        prop_assert_eq!(once, often);
    }

    #[test]
    fn when_an_input_becomes_known_changes_nothing(seed in any::<u64>(), mut inputs in any_inputs()) {
        inputs.sort_by_key(|input| input.at);
        inputs.dedup_by_key(|input| input.at);
        let end = start() + Elapsed::from_secs(1_000);
        let mut in_time = world_of("procedure", seed, 2.0);
        for input in &inputs {
            in_time.advance(input.at);
            in_time.input(*input);
        }
        in_time.advance(end);
        let mut late = world_of("procedure", seed, 2.0);
        late.advance(end);
        for input in inputs.iter().rev() {
            late.input(*input);
        }
        late.advance(end);
        prop_assert_eq!(in_time, late);
    }

    #[test]
    fn a_bucket_always_holds_its_classes(seed in any::<u64>(), inputs in any_inputs()) {
        let mut world = world_of("procedure", seed, 50.0);
        for input in inputs {
            world.input(input);
        }
        world.advance(start() + Elapsed::from_secs(1_000));
        let listing = world.bucket();
        prop_assert_eq!(unclassified(listing), 4);
        prop_assert_eq!(listing.maps, listing.rbtmds);
    }
}
