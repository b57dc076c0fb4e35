//! Random keys against simulated appliances behind a real sshd: read-only never changes anything, and
//! with control nothing leaves the allow-list, nor does a resume come before it is allowed. How many
//! keys: `DRWATCH_RANDOM_KEYS`, else 600, or 1,500 in the long variant; the seed: `DRWATCH_RANDOM_SEED`, else one that
//! goes every way.

mod requested;

use std::time::Duration;

use drwatch::{
    journal::{JournalReader, RunFolder, read_run},
    run::{ActionId, ActionKind, Authorization, Elapsed, Event, Phase, Run, Timestamp, apply, authorize},
};

use crate::support::{
    pair::{Pair, Received},
    short_or_long,
    terminal::Terminal,
};

use self::requested::{each_line_was_requested, requests};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];

/// What is pressed besides: the keys of the dashboard, whole phrases so that dialogs are passed, and rubbish. No
/// key that quits or suspends.
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

/// Leaves whatever is open: a line that is edited, a sheet that asks once more before its changes are dropped, a view.
const FROM_THE_START: &str = "\x1b[27u\x1b[27u\x1b[27u\x1b[27u";

/// A key that opens a dialog, what it asks to be typed, and whether that may come to something.
struct Dialog {
    key: &'static str,
    phrase: &'static str,
    /// Asked for once the phrase was right.
    then: &'static str,
}

const fn dialog(key: &'static str, phrase: &'static str, then: &'static str) -> Dialog {
    Dialog { key, phrase, then }
}

/// What an engineer may type into the dialogs of control, the override left out.
const DIALOGS: [Dialog; 8] = [
    dialog("p", "ava-prod", ""),
    dialog("r", "ava-prod", ""),
    dialog("r", "deleted files will not be read", ""),
    dialog("t", "ava-dr", ""),
    dialog("n", "noted", ""),
    dialog("c", "all is well", ""),
    dialog("by", "", ""),
    dialog("e", "", ""),
];

/// The way against the policy: right only where it is meant to be.
const OVERRIDE: Dialog = dialog("rordered by chance\r", "ava-prod", "");

/// What has to be stated before a resume after stage 1.
const STATEMENT: &str = "deleted files will not be read";

/// States that the test is over, from where on a resume is allowed.
const TEST_OVER: &str = "s6\r\rthe test is complete\r";

fn count() -> usize {
    let asked = std::env::var("DRWATCH_RANDOM_KEYS").ok().and_then(|count| count.parse().ok());
    asked.unwrap_or_else(|| short_or_long(600, 1_500))
}

fn seed() -> u64 {
    std::env::var("DRWATCH_RANDOM_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| short_or_long(11, 4))
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

/// Time for what a dialog may have brought about: no action is taken beside another.
const SETTLED: Duration = Duration::from_millis(700);

/// What was pressed, so that a test can tell whether it was enough.
#[derive(Clone, Copy, Debug, Default)]
struct Pressed {
    raw: usize,
    right: usize,
    almost: usize,
    overridden: usize,
}

/// Presses `count` tokens: one in twenty a dialog typed right, one in five one typed almost right, else
/// single keys and rubbish. `q` and `y` are never pressed, so no dialog of quitting is ever consented to.
fn press(terminal: &mut Terminal, random: &mut fastrand::Rng, count: usize, pressed: &mut Pressed) {
    for index in 0..count {
        match random.usize(..200) {
            0..3 => {
                type_into(terminal, &OVERRIDE, OVERRIDE.phrase);
                pressed.overridden += 1;
                terminal.drain(SETTLED);
            }
            3..10 => {
                // Of control more often than of the rest.
                let dialog = &DIALOGS[random.usize(..DIALOGS.len()) & random.usize(..DIALOGS.len())];
                type_into(terminal, dialog, dialog.phrase);
                pressed.right += 1;
                terminal.drain(SETTLED);
            }
            10..50 => {
                let dialog = if random.bool() { &OVERRIDE } else { &DIALOGS[random.usize(..4)] };
                type_into(terminal, dialog, &almost(random, dialog.phrase));
                pressed.almost += 1;
            }
            _ => {
                terminal.type_keys(TOKENS[random.usize(..TOKENS.len())]);
                pressed.raw += 1;
            }
        }
        if index % 10 == 9 {
            // A place to start from, and the program's own pace.
            terminal.type_keys(FROM_THE_START);
            terminal.drain(Duration::from_millis(40));
        }
    }
    terminal.type_keys("\x1b[27u\x1b[27u\x1b[27u");
    terminal.drain(Duration::from_secs(1));
}

/// Opens the dialog from the main screen and types `phrase`.
fn type_into(terminal: &mut Terminal, dialog: &Dialog, phrase: &str) {
    let end = if dialog.phrase.is_empty() { "" } else { "\r" };
    go(terminal, &format!("{}{phrase}{end}{}", dialog.key, dialog.then));
}

/// The phrase with one thing wrong.
fn almost(random: &mut fastrand::Rng, phrase: &str) -> String {
    let place = random.usize(..phrase.len());
    let (head, tail) = phrase.split_at(place);
    match random.usize(..6) {
        0 => format!("{head}x{tail}"),
        1 => format!("{head}{}", tail.get(1..).unwrap_or_default()),
        2 => phrase.to_uppercase(),
        3 => format!("{phrase} now"),
        4 => head.to_owned(),
        _ => if phrase == "ava-dr" { "ava-prod" } else { "ava-dr" }.to_owned(),
    }
}

/// Goes a way through a dialog, from the main screen.
fn go(terminal: &mut Terminal, way: &str) {
    terminal.type_keys(FROM_THE_START);
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
    terminal.type_keys(FROM_THE_START);
    terminal.drain(Duration::from_millis(300));
    // Without a question where chance has settled everything, else by one of the dialog's two answers.
    terminal.type_keys("qyQ");
    terminal.wait_for_exit();
}

#[test]
fn random_keys_in_a_read_only_watch_send_reads_only() {
    let pair = Pair::start(20);
    let mut terminal = pair.watch(&[&BOTH[..], &["--read-only"]].concat(), 40, 120);
    terminal.wait_for("READ-ONLY");
    terminal.wait_for("verified");
    let mut random = fastrand::Rng::with_seed(seed());
    let mut pressed = Pressed::default();
    press(&mut terminal, &mut random, count(), &mut pressed);
    leave(terminal);
    let received = pair.received();
    let changes: Vec<_> = received.iter().filter(|received| !only_reads(&received.line)).collect();
    assert!(changes.is_empty(), "{changes:?}");
    assert!(received.len() > 20, "the appliances were asked");
    assert!(pressed.right > count() / 40 && pressed.almost > count() / 10, "{pressed:?}");
    println!("read-only: {pressed:?}, {} lines received, all of them reads", received.len());
}

#[test]
fn random_keys_under_paused_throughout_stay_on_the_allow_list_and_never_resume_too_early() {
    println!("{}", with_control("paused-throughout"));
}

#[test]
fn random_keys_under_resume_after_stage_1_stay_on_the_allow_list_and_never_resume_too_early() {
    println!("{}", with_control("resume-after-stage-1"));
}

/// What somebody types beside drwatch, so that there is something to pause and threads to raise.
fn undo_by_hand(pair: &Pair) {
    pair.type_by_hand("primary", &["enable", "configure terminal", "replication enable", "exit", "exit"]);
    pair.type_by_hand("dr", &["enable", "configure terminal", "replication num-threads 16", "exit", "exit"]);
}

/// The whole course under one policy; its figures in a sentence.
fn with_control(policy: &str) -> String {
    let pair = Pair::start(60);
    pair.write_settings(&format!("[replication]\nresume_policy = \"{policy}\""));
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.wait_for("verified");
    let mut random = fastrand::Rng::with_seed(seed());
    let mut pressed = Pressed::default();
    // The first consent is given, so that all keys are live from the start.
    terminal.type_keys("p");
    terminal.wait_for("Confirm the two appliances");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("no replication enable");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("pause confirmed");
    let mut in_phase = |terminal: &mut Terminal| {
        for _ in 0..2 {
            press(terminal, &mut random, count() / 8, &mut pressed);
            undo_by_hand(&pair);
        }
    };
    in_phase(&mut terminal);
    pair.enable_service();
    in_phase(&mut terminal);
    until_phase(&mut terminal, &pair, Phase::InUse, "");
    in_phase(&mut terminal);
    until_phase(&mut terminal, &pair, Phase::Ended, TEST_OVER);
    in_phase(&mut terminal);
    leave(terminal);

    let received = pair.received();
    let outside: Vec<_> = received.iter().filter(|received| !is_allowed(received)).collect();
    assert!(outside.is_empty(), "{outside:?}");
    let requests = requests(&pair);
    for (word, line) in [
        ("pause", "no replication enable"),
        ("resume", "replication enable"),
        ("threads", "replication num-threads 128"),
    ] {
        each_line_was_requested(word, line, &requests, &received);
    }
    let of = |word: &str| requests.iter().filter(|request| request.word == word).count();
    let [pauses, resumes, threads] = ["pause", "resume", "threads"].map(of);
    let figures = format!(
        "{policy}: {pressed:?}, {} lines received; requested: {pauses} pauses, {resumes} resumes of which \
         {} overridden, {threads} threads",
        received.len(),
        requests.iter().filter(|request| request.overridden).count(),
    );
    // Threads that were set are wanted again only once somebody has changed them by hand.
    let least = short_or_long([2, 1, 1], [3, 2, 1]);
    let is_enough = [pauses, resumes, threads].into_iter().zip(least).all(|(count, least)| count >= least);
    assert!(is_enough, "too few ways were gone: {figures}");
    assert!(pressed.almost > count() / 10, "{pressed:?}");
    figures
}
