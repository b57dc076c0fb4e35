//! The faults of the scenarios, as they show in counter, log and reachability of the world.

use proptest::prelude::*;

use super::super::{
    Change, Stage, World,
    tests::{any_inputs, input, lines, start, world_of},
};
use crate::{
    dialect::Dialect,
    run::{Elapsed, ReplicationState, Role, ThreadCount, Timestamp},
    simulator::Scenario,
};

/// Metadata objects of every scenario but the large one.
const OBJECTS: u64 = 2662;
const BASELINE: u64 = 10_412;

fn at(second: u64) -> Timestamp {
    start() + Elapsed::from_secs(second)
}

/// The scenario's world as an engineer brings it into stage 1.
fn begun(name: &str) -> World {
    let mut world = world_of(name, 7, 1.0);
    world.input(input(0, Role::Primary, Change::ReplicationOff));
    world.input(input(2_000, Role::Dr, Change::Threads(ThreadCount(128))));
    world.input(input(3_000, Role::Dr, Change::ServiceOn));
    world
}

/// Lets the world reach `stage`, second by second, and returns the second.
fn reach(world: &mut World, stage: Stage) -> u64 {
    (0..7200)
        .find(|second| {
            world.advance(at(*second));
            world.stage() >= stage
        })
        .expect("the stage is reached within two hours")
}

/// What `look` sees in every second of the first two hours.
fn watch<T>(world: &mut World, mut look: impl FnMut(&World) -> T) -> Vec<T> {
    let mut seen = Vec::new();
    for second in 0..7200 {
        world.advance(at(second));
        seen.push(look(world));
    }
    seen
}

fn position(lines: &[String], part: &str) -> usize {
    lines.iter().position(|line| line.contains(part)).unwrap_or_else(|| panic!("no line with {part:?}"))
}

#[test]
fn every_scenario_is_restored_in_the_end() {
    for scenario in Scenario::all().unwrap() {
        let mut world = begun(&scenario.name);
        world.advance(at(15 * 3600));
        assert_eq!(world.stage(), Stage::Restored, "{}", scenario.name);
    }
}

#[test]
fn after_a_restart_rfsd_counts_from_zero_and_fetches_part_of_the_metadata_again() {
    let mut world = begun("counter-reset");
    let gets = watch(&mut world, |world| world.gets(Role::Dr));
    let falls: Vec<usize> = (1..gets.len()).filter(|second| gets[*second] < gets[second - 1]).collect();
    assert_eq!(falls.len(), 1, "{falls:?}");
    assert_eq!(gets[falls[0]], 0);
    let before = gets[falls[0] - 1] - BASELINE;
    // Two fifths are kept: what is left of the objects is counted from zero.
    let kept = before * 2 / 5;
    let last = *gets.last().unwrap();
    assert!(last.abs_diff(OBJECTS - kept) <= 1, "{before} before the restart, {last} after it");
    assert!(before + last > OBJECTS);
    let lines = lines(&world, Role::Dr);
    assert!(
        position(&lines, "rfsd with pid 13852 exited") < position(&lines, "Cloud restore phase complete")
    );
    assert!(!lines[position(&lines, "Cloud restore phase complete")].contains("rfsd[13852]"));
}

#[test]
fn a_service_stopped_by_hand_after_it_crashed_stays_stopped() {
    let mut world = begun("counter-reset");
    let crashed = reach(&mut world, Stage::Download) + 151;
    world.advance(at(crashed));
    assert!(!world.appliance(Role::Dr).service_runs);
    world.input(input(crashed * 1000, Role::Dr, Change::ServiceOff));
    world.advance(at(crashed + 600));
    assert!(!world.appliance(Role::Dr).service_runs);
}

#[test]
fn a_stall_holds_the_counter_for_four_minutes_and_then_lets_it_go_on() {
    let mut world = begun("stall");
    let begins = reach(&mut world, Stage::Download) + 101;
    let mut gets = |second| {
        world.advance(at(second));
        world.gets(Role::Dr)
    };
    let held = gets(begins);
    assert!((BASELINE + 1..BASELINE + OBJECTS).contains(&held));
    assert_eq!(gets(begins + 238), held);
    assert!(gets(begins + 245) > held);
    assert_eq!(gets(7200), BASELINE + OBJECTS);
}

#[test]
fn threads_set_during_a_stall_do_not_end_it() {
    let mut world = begun("stall");
    let begins = reach(&mut world, Stage::Download) + 101;
    world.advance(at(begins));
    let held = world.gets(Role::Dr);
    world.input(input(begins * 1000 + 10_000, Role::Dr, Change::Threads(ThreadCount(64))));
    world.advance(at(begins + 200));
    assert_eq!(world.gets(Role::Dr), held);
}

#[test]
fn below_its_threshold_an_appliance_logs_nothing_and_no_marker() {
    let mut world = begun("no-info-lines");
    world.advance(at(7200));
    assert_eq!(world.stage(), Stage::Restored);
    let dr = lines(&world, Role::Dr);
    assert!(dr.iter().all(|line| !line.contains(".INFO]")));
    assert!(dr.iter().filter(|line| line.contains(".NOTICE]")).count() > 100);
    assert!(lines(&world, Role::Primary).iter().any(|line| line.contains(".INFO]")));
}

#[test]
fn the_alarm_is_logged_in_use_in_words_the_dialect_knows_and_nowhere_else() {
    let dialect = Dialect::built_in();
    let alarms = |name: &str| {
        let mut world = begun(name);
        world.advance(at(7200));
        let lines = lines(&world, Role::Dr);
        let alarms: Vec<usize> =
            (0..lines.len()).filter(|line| dialect.alarm(lines[*line].as_bytes()).is_some()).collect();
        (lines, alarms)
    };
    let (lines, found) = alarms("alarm");
    assert_eq!(found.len(), 1);
    assert!(found[0] > position(&lines, "restore namespace successful!"));
    assert!(alarms("drops").1.is_empty());
}

#[test]
fn drops_come_and_go_on_either_appliance_while_the_log_goes_on() {
    let mut world = begun("drops");
    let seen = watch(&mut world, |world| {
        let away = [Role::Primary, Role::Dr].map(|role| !world.is_reachable(role));
        (away, world.appliance(Role::Dr).log.end())
    });
    let drops = |role: usize| {
        let begins = (1..seen.len()).filter(|second| seen[*second].0[role] && !seen[second - 1].0[role]);
        begins.collect::<Vec<usize>>()
    };
    assert_eq!((drops(0).len(), drops(1).len()), (2, 6));
    assert!(seen.iter().any(|(away, _)| *away == [true, true]));
    let away: Vec<usize> = seen.iter().filter(|(away, _)| away[1]).map(|(_, end)| *end).collect();
    assert!(away.last().unwrap() - away[0] > 50);
    assert_eq!(seen.last().unwrap().0, [false, false]);
    let lost_at = |stage, role: Role| {
        let mut world = begun("drops");
        let second = reach(&mut world, stage);
        world.advance(at(second + 1));
        !world.is_reachable(role)
    };
    assert!(lost_at(Stage::Generation, Role::Dr) && lost_at(Stage::Restored, Role::Dr));
}

#[test]
fn a_rotated_log_begins_with_the_version_and_holds_only_what_came_later() {
    let mut world = begun("rotation");
    let rotates = reach(&mut world, Stage::Download) + 121;
    world.advance(at(rotates - 3));
    let before = world.appliance(Role::Dr).log.end();
    world.advance(at(rotates));
    let log = &world.appliance(Role::Dr).log;
    let present: Vec<&str> = log.present().collect();
    assert_eq!(present[0], "BUILD_PROD_VERSION: altavault 4.4.1 #31");
    assert!(present[1].ends_with("localhost syslogd 1.4.1: restart."));
    assert!(log.beginning() >= before && log.file() == 1);
    world.advance(at(7200));
    assert_eq!(world.appliance(Role::Dr).log.file(), 3);
    let present: Vec<&str> = world.appliance(Role::Dr).log.present().collect();
    assert!(present.iter().any(|line| line.contains("restore namespace successful!")));
    assert!(present.iter().all(|line| !line.contains("Cloud restore phase complete")));
    assert_eq!(world.appliance(Role::Primary).log.file(), 0);
}

#[test]
fn a_world_may_begin_in_the_midst_of_stage_1() {
    let world = world_of("mid-run", 7, 1.0);
    assert_eq!(
        (world.stage(), world.appliance(Role::Primary).replication),
        (Stage::Download, ReplicationState::Paused)
    );
    assert_eq!(world.appliance(Role::Dr).threads, ThreadCount(128));
    let gets = world.gets(Role::Dr);
    assert!((BASELINE + 1_000..BASELINE + 2_000).contains(&gets), "{gets}");
    let lines = lines(&world, Role::Dr);
    let launched = position(&lines, "Launched rfsd with pid 13852");
    assert!(launched > 10 && launched < lines.len() - 10);
    let fast = world_of("mid-run", 7, 20.0);
    assert_eq!(fast.stage(), Stage::Download, "its past is as much faster");
}

#[test]
fn an_input_that_becomes_known_late_leaves_the_past_as_it_was() {
    let mut world = world_of("mid-run", 7, 1.0);
    let past = lines(&world, Role::Dr);
    world.advance(at(60));
    world.input(input(5_000, Role::Dr, Change::Threads(ThreadCount(64))));
    assert_eq!(lines(&world, Role::Dr)[..past.len()], past);
    assert_eq!(world.appliance(Role::Dr).threads, ThreadCount(64));
}

#[test]
fn commands_that_change_something_are_logged_as_executed() {
    let world = begun("procedure");
    let mut world = world;
    world.advance(at(10));
    let dr = lines(&world, Role::Dr);
    let threads = position(&dr, "Executing command: replication num-threads 128");
    assert!(dr[threads].ends_with("[cli.INFO]: user admin: Executing command: replication num-threads 128"));
    assert!(dr[threads + 1].contains("Configuration changed by user admin"));
    assert!(Dialect::built_in().is_own_command(dr[threads].as_bytes()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::short_or_long(32, 80)))]

    #[test]
    fn how_often_a_world_with_faults_is_looked_at_changes_nothing(
        which in 0_usize..11,
        seed in any::<u64>(),
        inputs in any_inputs(),
        mut looks in prop::collection::vec(0_u64..1_000_000, 0..40),
    ) {
        let name = Scenario::all().unwrap()[which].name.clone();
        // At this speed all faults fall into the time looked at.
        let new = || {
            let mut world = world_of(&name, seed, 4.0);
            world.input(input(1_000, Role::Dr, Change::ServiceOn));
            world.input(input(1_500, Role::Dr, Change::Threads(ThreadCount(128))));
            for input in &inputs {
                world.input(*input);
            }
            world
        };
        let (mut once, mut often) = (new(), new());
        once.advance(at(1_000));
        looks.sort_unstable();
        for look in looks {
            often.advance(start() + Elapsed::from_millis(look));
        }
        often.advance(at(1_000));
        prop_assert_eq!(once, often);
    }

    #[test]
    fn when_an_input_becomes_known_changes_nothing_in_a_world_with_faults(
        which in 0_usize..11,
        seed in any::<u64>(),
        inputs in any_inputs(),
    ) {
        let name = Scenario::all().unwrap()[which].name.clone();
        let mut inputs = inputs;
        inputs.push(input(1_000, Role::Dr, Change::ServiceOn));
        inputs.sort_by_key(|input| input.at);
        inputs.dedup_by_key(|input| input.at);
        let mut in_time = world_of(&name, seed, 4.0);
        for input in &inputs {
            in_time.advance(input.at);
            in_time.input(*input);
        }
        in_time.advance(at(1_000));
        let mut late = world_of(&name, seed, 4.0);
        late.advance(at(1_000));
        for input in inputs.iter().rev() {
            late.input(*input);
        }
        late.advance(at(1_000));
        prop_assert_eq!(in_time, late);
    }
}
