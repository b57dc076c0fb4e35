//! Random keys against simulated appliances behind a real sshd: read-only never changes anything, and
//! with control nothing leaves the allow-list, nor does a resume come before it is allowed. How many
//! keys: `DRWATCH_RANDOM_KEYS`, else 1,500; the seed: `DRWATCH_RANDOM_SEED`, else 4.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure is the answer here")]

mod support;

use std::time::Duration;

use drwatch::{
    journal::{JournalReader, RunFolder, read_run},
    run::{ActionKind, Event, Phase, Run, Verdict, apply, judge},
};
use support::{
    pair::{Pair, Received},
    terminal::Terminal,
};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];

/// What is pressed: the keys of the dashboard, whole phrases so that dialogs are passed, and rubbish. No
/// key that quits or suspends, and no phrase that overrides the policy.
const TOKENS: [&str; 52] = [
    "p",
    "r",
    "t",
    "b",
    "B",
    "s",
    "u",
    "a",
    "n",
    "R",
    "e",
    "c",
    "z",
    " ",
    "?",
    "/",
    "w",
    "W",
    "E",
    "N",
    "g",
    "G",
    "j",
    "k",
    "1",
    "2",
    "3",
    "6",
    "9",
    "\r",
    "\r",
    "\r",
    "\x1b",
    "\x1b",
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[5~",
    "\x1b[6~",
    "\x1b[H",
    "\x1b[F",
    "\x7f",
    "\t",
    "\x0c",
    "ava-prod\r",
    "ava-prod\r",
    "ava-dr\r",
    "deleted files will not be read\r",
    "because\r",
    "datastore format local\r",
    "é漢;|`$(reload)\r",
];

/// Whole ways through a dialog, as an engineer would go them; one in five of what is pressed.
const WAYS: [&str; 9] = [
    "pava-prod\r",
    "pava-prod\rava-prod\r",
    "rava-prod\r",
    "rdeleted files will not be read\r",
    "tava-dr\r",
    "qr\x1b",
    "call well\r",
    "nnoted\r",
    "s5\r\rby chance\r",
];

/// States that the test is over, from where on a resume is allowed.
const TEST_OVER: &str = "s6\r\rthe test is complete\r";

fn count() -> usize {
    std::env::var("DRWATCH_RANDOM_KEYS").ok().and_then(|count| count.parse().ok()).unwrap_or(1_500)
}

fn seed() -> u64 {
    std::env::var("DRWATCH_RANDOM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(4)
}

/// Lines that only ask, or that set up a session.
fn only_reads(line: &str) -> bool {
    const READS: [&str; 13] = [
        "no cli session paging enable",
        "terminal length 0",
        "cli session auto-logout 0",
        "enable",
        "exit",
        "show version",
        "show info",
        "show service",
        "show replication",
        "show replication bucket",
        "rfsctl exec backend.ops.get",
        "rfsctl exec replicator.num_threads",
        "show log",
    ];
    READS.contains(&line) || line == "show log continuous" || line.starts_with("show log files ")
}

fn is_allowed(received: &Received) -> bool {
    let line = received.line.as_str();
    let changes = match received.role.as_str() {
        "primary" => ["configure terminal", "no replication enable", "replication enable"],
        "dr" => ["configure terminal", "replication num-threads 128", "replication num-threads 128"],
        other => panic!("unknown role {other}"),
    };
    only_reads(line) || changes.contains(&line)
}

/// Presses `count` tokens. `q` and `y` are never pressed, so no dialog of quitting is ever consented to;
/// `q` within a phrase is typed into a field at most.
fn press(terminal: &mut Terminal, random: &mut fastrand::Rng, count: usize) {
    for index in 0..count {
        if random.usize(..5) == 0 {
            go(terminal, WAYS[random.usize(..WAYS.len())]);
        } else {
            terminal.type_keys(TOKENS[random.usize(..TOKENS.len())]);
        }
        if index % 10 == 9 {
            // A place to start from, and the program's own pace.
            terminal.type_keys("\x1b\x1b");
            terminal.drain(Duration::from_millis(40));
        }
    }
    terminal.type_keys("\x1b\x1b\x1b");
    terminal.drain(Duration::from_secs(1));
}

/// Goes a way through a dialog, from the main screen.
fn go(terminal: &mut Terminal, way: &str) {
    terminal.type_keys("\x1b\x1b");
    terminal.drain(Duration::from_millis(20));
    terminal.type_keys(way);
    terminal.drain(Duration::from_millis(20));
}

/// Goes `way` until the record has come to `phase`; the screen may be frozen by a key.
fn until_phase(terminal: &mut Terminal, pair: &Pair, phase: Phase, way: &str) {
    let begun = std::time::Instant::now();
    while read_run(&RunFolder::open(&pair.run_folder()).unwrap()).unwrap().0.phase() < phase {
        assert!(begun.elapsed() < Duration::from_mins(2), "not {phase:?}:\n{}", terminal.contents());
        go(terminal, way);
        terminal.drain(Duration::from_millis(500));
    }
}

fn leave(mut terminal: Terminal) {
    terminal.type_keys("\x1b\x1b");
    terminal.drain(Duration::from_millis(300));
    // Without a question where chance has settled everything, else by one of the dialog's two answers.
    terminal.type_keys("qyl");
    terminal.wait_for_exit();
}

#[test]
fn random_keys_in_a_read_only_watch_send_reads_only() {
    let pair = Pair::start(20);
    let mut terminal = pair.watch(&[&BOTH[..], &["--read-only"]].concat(), 40, 120);
    terminal.wait_for("READ-ONLY");
    terminal.wait_for("verified");
    let mut random = fastrand::Rng::with_seed(seed());
    press(&mut terminal, &mut random, count());
    leave(terminal);
    let received = pair.received();
    let changes: Vec<_> = received.iter().filter(|received| !only_reads(&received.line)).collect();
    assert!(changes.is_empty(), "{changes:?}");
    assert!(received.len() > 20, "the appliances were asked");
    println!("{} keys, {} lines received, all of them reads", count(), received.len());
}

#[test]
fn random_keys_with_control_stay_on_the_allow_list_and_never_resume_too_early() {
    let mut gone = [0; 3];
    for policy in ["paused-throughout", "resume-after-stage-1"] {
        let pair = Pair::start(60);
        pair.write_settings(&format!("[replication]\nresume_policy = \"{policy}\""));
        let mut terminal = pair.watch(&BOTH, 40, 120);
        terminal.wait_for("verified");
        let mut random = fastrand::Rng::with_seed(seed());
        // The first consent is given, so that all keys are live from the start.
        terminal.type_keys("p");
        terminal.wait_for("Confirm the two appliances");
        terminal.type_keys("ava-prod\r");
        terminal.wait_for("no replication enable");
        terminal.type_keys("ava-prod\r");
        terminal.wait_for("pause confirmed");
        let share = count() / 8;
        press(&mut terminal, &mut random, share);
        pair.enable_service();
        press(&mut terminal, &mut random, share);
        until_phase(&mut terminal, &pair, Phase::InUse, "");
        press(&mut terminal, &mut random, share);
        until_phase(&mut terminal, &pair, Phase::Ended, TEST_OVER);
        press(&mut terminal, &mut random, share);
        leave(terminal);

        let received = pair.received();
        let outside: Vec<_> = received.iter().filter(|received| !is_allowed(received)).collect();
        assert!(outside.is_empty(), "{outside:?}");
        let (resumes, pauses, threads) = resumes_were_allowed(&pair);
        let sent = pair.sent_to_primary("replication enable");
        assert!(sent <= resumes, "{sent} sent, {resumes} requested");
        println!(
            "{policy}: {} keys, {} lines received; requested: {pauses} pauses, {resumes} resumes, {threads} threads",
            share * 4,
            received.len()
        );
        gone = [gone[0] + pauses, gone[1] + resumes, gone[2] + threads];
    }
    assert!(gone[0] > 2 && gone[1] > 0 && gone[2] > 0, "too few ways were gone to prove anything: {gone:?}");
}

/// Replays the record: every resume requested was allowed, or its statement made, at that very moment.
fn resumes_were_allowed(pair: &Pair) -> (usize, usize, usize) {
    let folder = RunFolder::open(&pair.run_folder()).unwrap();
    let mut run: Option<Run> = None;
    let mut counts = (0, 0, 0);
    for entry in JournalReader::open(&folder).unwrap() {
        let drwatch::journal::Content::Record(record) = entry.unwrap().content else { continue };
        let Some(run) = &mut run else {
            run = Some(Run::start(&record).unwrap());
            continue;
        };
        if let Event::ActionRequested { plan, r#override, .. } = &record.event {
            match plan.action {
                ActionKind::Resume => {
                    counts.0 += 1;
                    let verdict = judge(run, ActionKind::Resume);
                    assert!(matches!(verdict, Verdict::Allowed { .. }), "{:?} {verdict:?}", run.phase());
                    assert!(r#override.is_none(), "the phrase was never typed");
                }
                ActionKind::Pause => counts.1 += 1,
                ActionKind::SetThreads(_) => counts.2 += 1,
            }
        }
        apply(run, &record);
    }
    counts
}
