//! The closed list is closed: whatever a dialect says, a read-only watch sends nothing but what stands on
//! the list below, which is written out here and not taken from the gate.

use std::fmt::Write as _;

use regex::Regex;

use super::*;
use crate::{
    appliance::gate::{Gate, Sendable},
    simulator::SharedWorld,
};

/// Everything that a read-only watch may ever type.
const LIST: &[&str] = &[
    "no cli session paging enable",
    "no cli session paging",
    "terminal length 0",
    "cli session auto-logout 0",
    "no cli session auto-logout",
    "enable",
    "exit",
    r"show (version|info|hardware|system|service|replication|replication bucket)( (all|brief|current|detail|details|info|state|stats|status|summary)){0,2}",
    r"rfsctl exec ([a-z][a-z0-9_]*\.)*ops\.(get|gets|get_count|get_total|num_gets|total_gets)",
    r"rfsctl exec ([a-z][a-z0-9_]*\.)+(num_threads|threads|thread_count)",
    "show log",
    r"show log (files )?[0-9]+",
    "show log continuous",
    r"show log matching [A-Za-z0-9._-]+",
];

/// What a hostile or careless dialect may try.
const TRIED: &[&str] = &[
    "no cli session paging enable",
    "no cli session all",
    "cli session auto-logout 0",
    "cli session reset",
    "terminal length 0",
    "terminal type x",
    "enable",
    "exit",
    "configure terminal",
    "show version",
    "show info detail",
    "show replication status",
    "show replication bucket",
    "show replication bucket summary detail",
    "show running-config",
    "show log",
    "show log matching namespace",
    "show log matching two words",
    "show log continuous",
    "show log files {file}",
    "show log files {file} {file}",
    "rfsctl exec backend.ops.get",
    "rfsctl exec backend.ops.get_total",
    "rfsctl exec replicator.num_threads",
    "rfsctl exec gc.start",
    "rfsctl exec replicator.pause",
    "rfsctl exec replicator.disable",
    "rfsctl exec -c gc.check",
    "rfsctl exec gc.ops.start",
    "rfsctl exec",
    "replication enable",
    "no replication enable",
    "replication suspend",
    "replication resume",
    "replication num-threads {threads}",
    "replication num-threads 16",
    "service enable",
    "no service enable",
    "datastore format local",
    "reload",
    "write memory",
    "debug generate dump",
];

fn random_line(random: &mut fastrand::Rng) -> String {
    let mut line = TRIED[random.usize(..TRIED.len())].to_owned();
    if random.u8(..4) == 0 {
        let other = TRIED[random.usize(..TRIED.len())];
        let words: Vec<&str> = other.split(' ').collect();
        line = format!("{line} {}", words[random.usize(..words.len())]);
    }
    line
}

/// The built-in dialect with some of its entries replaced.
fn random_dialect(random: &mut fastrand::Rng) -> Dialect {
    let mut text = String::new();
    for kind in Sendable::all() {
        if random.u8(..12) > 0 {
            continue;
        }
        let lines: Vec<String> =
            (0..random.usize(1..=2)).map(|_| format!("{:?}", random_line(random))).collect();
        writeln!(text, "[{}]\nlines = [{}]", kind.entry(), lines.join(", ")).unwrap();
    }
    Dialect::over_built_in(&text, "test").unwrap()
}

/// How many; more for a long run.
fn amount(variable: &str, ordinary: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(ordinary)
}

fn list() -> Regex {
    Regex::new(&format!("^(?:{})$", LIST.join("|"))).unwrap()
}

/// All that a gate would let through.
fn sendable(gate: &Gate) -> Vec<String> {
    let file = std::num::NonZeroU8::new(7).unwrap();
    let questions = Sendable::all().filter_map(|kind| gate.questions(kind).ok()).flatten();
    let mut lines: Vec<String> = questions.map(|line| line.line().to_owned()).collect();
    lines.extend(gate.archived_log(file).ok().map(|line| line.line().to_owned()));
    lines
}

#[test]
fn no_dialect_gets_a_line_off_the_list_through_a_read_only_gate() {
    let (list, tried) = (list(), amount("DRWATCH_TEST_DIALECTS", crate::short_or_long(150, 400)));
    let (mut accepted, mut lines) = (0, 0);
    for seed in 0..tried {
        let mut random = fastrand::Rng::with_seed(seed);
        let dialect = random_dialect(&mut random);
        for role in [Role::Primary, Role::Dr] {
            let Ok(gate) = Gate::new(role, &dialect, Access::ReadOnly) else { continue };
            accepted += 1;
            for line in sendable(&gate) {
                lines += 1;
                assert!(list.is_match(&line), "seed {seed}, {role}: `{line}` is not on the list");
            }
            for action in [ActionKind::Pause, ActionKind::Resume, THREADS] {
                assert!(gate.plan(action).is_err(), "seed {seed}: a read-only gate plans to {action}");
            }
        }
    }
    println!("{tried} dialects tried, {accepted} gates accepted, {lines} lines, none off the list");
    assert!(accepted > tried / 8, "{accepted} is too few to show anything");
}

#[tokio::test(start_paused = true)]
async fn all_that_a_read_only_watch_sends_is_on_the_list() {
    let list = list();
    let (mut watches, mut received) = (0, 0);
    for seed in 0..amount("DRWATCH_TEST_DIALECTS", 400) / 8 {
        let mut random = fastrand::Rng::with_seed(seed);
        let dialect = random_dialect(&mut random);
        if [Role::Primary, Role::Dr].iter().any(|role| Gate::new(*role, &dialect, Access::ReadOnly).is_err())
        {
            continue;
        }
        let world: SharedWorld = world(quick());
        let honest = world.clone();
        let way = |role| Arc::new(SimulatedTransport::new(honest.clone(), role)) as Arc<dyn Transport>;
        let mut watching =
            Watched::over(world.clone(), RunSettings::default(), Access::ReadOnly, dialect, way);
        watching.for_seconds(20).await;
        for wanted in [ActionKind::Pause, THREADS] {
            let wish = ActionRequest { action: wanted, r#override: None, statement: None, typed: None };
            assert!(watching.event_loop.act(wish).is_err(), "seed {seed}");
        }
        watching.for_seconds(20).await;
        watches += 1;
        for line in world.received().unwrap() {
            received += 1;
            assert!(list.is_match(&line.line), "seed {seed}: `{}` is not on the list", line.line);
        }
    }
    println!("{watches} read-only watches, {received} lines received, none off the list");
    assert!(watches >= 5, "{watches} is too few to show anything");
}
