//! However drwatch is stopped, suspended or killed: the terminal comes back, the record is whole,
//! and no ssh is left on either side.
#![expect(clippy::unwrap_used, reason = "a failure is the answer here")]

mod support;

use std::{
    fs,
    time::{Duration, Instant},
};

use drwatch::journal::{RunFolder, read_run};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use support::{pair::Pair, proxy::Proxy, terminal::Terminal, wait_until};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];
const PATIENCE: Duration = Duration::from_mins(1);

/// By when nothing may be left of a drwatch that ended.
const GONE: Duration = Duration::from_secs(10);

fn signal(pid: u32, signal: Signal) {
    kill(Pid::from_raw(pid.try_into().unwrap()), signal).unwrap();
}

/// The state letter of a process, as `ps` shows it.
fn state(pid: u32) -> char {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    status.rsplit_once(')').unwrap().1.trim_start().chars().next().unwrap()
}

fn journal(pair: &Pair) -> String {
    fs::read_to_string(pair.run_folder().join("journal.ndjson")).unwrap_or_default()
}

#[track_caller]
fn nothing_is_left(pair: &Pair) {
    wait_until("no ssh and no session is left", GONE, || {
        pair.ssh_processes().is_empty() && pair.primary.sessions().is_empty() && pair.dr.sessions().is_empty()
    });
}

fn settled(pair: &Pair) -> Terminal {
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.wait_for("verified");
    terminal.wait_for("[mgmtd.");
    terminal
}

/// Until drwatch is stopped and has given the terminal back, and the time it takes to be worth a record.
fn stay_away(terminal: &mut Terminal, pid: u32) {
    terminal.wait_until_screen("the terminal is given back", |screen| {
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
    });
    wait_until("drwatch is stopped", PATIENCE, || state(pid) == 'T');
    let away = Instant::now();
    wait_until("some time passes", PATIENCE, || away.elapsed() > Duration::from_secs(7));
}

#[test]
fn suspended_by_key_or_signal_it_comes_back_and_says_how_long_it_was_away() {
    let pair = Pair::start(60);
    let mut terminal = settled(&pair);
    let pid = terminal.process_id();
    for (round, by_key) in [(1, true), (2, false)] {
        if by_key {
            terminal.type_keys("\x1a");
        } else {
            signal(pid, Signal::SIGTSTP);
        }
        stay_away(&mut terminal, pid);
        signal(pid, Signal::SIGCONT);
        terminal.wait_until_screen("the screen is back", |screen| {
            screen.alternate_screen() && screen.contents().contains("verified")
        });
        wait_until("the absence is on record", PATIENCE, || {
            journal(&pair).matches("\"held\":\"drwatch was suspended\"").count() == round
        });
    }
    terminal.type_keys("n");
    terminal.type_keys("still here\r");
    terminal.wait_for("note is on record");
    terminal.type_keys("qy");
    assert_eq!(terminal.wait_for_exit().0, 3);
    let (run, _) = read_run(&RunFolder::open(&pair.run_folder()).unwrap()).unwrap();
    assert_eq!(run.absences.len(), 2);
    assert!(run.absences.iter().all(|gap| gap.to.since(gap.from).millis() >= 5000), "{:?}", run.absences);
    assert_eq!(run.log.gaps, []);
    nothing_is_left(&pair);
}

#[test]
fn stopped_from_outside_it_takes_the_terminal_anew_when_it_goes_on() {
    let pair = Pair::start(60);
    let mut terminal = settled(&pair);
    let pid = terminal.process_id();
    signal(pid, Signal::SIGSTOP);
    wait_until("drwatch is stopped", PATIENCE, || state(pid) == 'T');
    let before = terminal.received().len();
    signal(pid, Signal::SIGCONT);
    terminal.wait_for_bytes(before, b"\x1b[?1049h");
    terminal.type_keys("n");
    terminal.type_keys("still here\r");
    terminal.wait_for("note is on record");
    terminal.type_keys("qy");
    assert_eq!(terminal.wait_for_exit().0, 3);
}

#[test]
fn a_closed_terminal_ends_the_watch_in_order() {
    let pair = Pair::start(60);
    // More than once, as the signal and the terminal's end race each other.
    for round in 1..=5 {
        let mut terminal = pair.watch(if round == 1 { &BOTH } else { &["--resume"] }, 40, 120);
        terminal.wait_for("verified");
        assert_eq!(terminal.close(), 3);
        assert_eq!(journal(&pair).matches("\"kind\":\"run_ended\"").count(), round);
        assert!(pair.run_folder().join("summary.json").is_file());
        nothing_is_left(&pair);
    }
}

#[test]
fn a_second_signal_ends_at_once_though_an_appliance_does_not_answer() {
    let pair = Pair::start(60);
    let mut terminal = settled(&pair);
    terminal.type_keys("p");
    terminal.wait_for("Confirm the two appliances");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("no replication enable");
    // An action that cannot come to its end is waited for, for a while.
    pair.primary.stop();
    terminal.type_keys("ava-prod\r");
    wait_until("the request is on record", PATIENCE, || journal(&pair).contains("\"action_requested\""));
    let pid = terminal.process_id();
    signal(pid, Signal::SIGINT);
    // The first is taken in before the second comes.
    let first = Instant::now();
    wait_until("the first is taken in", PATIENCE, || first.elapsed() > Duration::from_millis(300));
    assert_ne!(state(pid), 'Z');
    signal(pid, Signal::SIGINT);
    let (code, screen) = terminal.wait_for_exit();
    assert!(first.elapsed() < Duration::from_millis(1800), "{:?}", first.elapsed());
    assert_eq!(code, 3, "{screen}");
    assert!(journal(&pair).contains("\"kind\":\"run_ended\""));
    pair.primary.cont();
    nothing_is_left(&pair);
}

#[test]
fn killed_in_any_state_it_leaves_no_ssh_on_either_side() {
    let pair = Pair::start(60);
    // With the tail, polls and a bucket listing under way.
    let mut terminal = settled(&pair);
    terminal.type_keys("b");
    terminal.kill();
    nothing_is_left(&pair);
    // Stopped, then killed.
    let mut terminal = pair.watch(&["--resume"], 40, 120);
    terminal.wait_for("verified");
    let pid = terminal.process_id();
    signal(pid, Signal::SIGSTOP);
    wait_until("drwatch is stopped", PATIENCE, || state(pid) == 'T');
    terminal.kill();
    nothing_is_left(&pair);
    // At moments of the way up.
    for milliseconds in [50, 150, 300, 600] {
        let mut child = pair.headless(&pair.runs(), &["--resume"]);
        let begin = Instant::now();
        wait_until("a moment of its start", PATIENCE, || {
            begin.elapsed() > Duration::from_millis(milliseconds)
        });
        child.kill().unwrap();
        child.wait().unwrap();
        nothing_is_left(&pair);
    }
}

#[test]
fn a_signal_while_ssh_logs_in_leaves_no_ssh_behind() {
    let pair = Pair::start(60);
    let proxy = Proxy::start(pair.primary.port(), Duration::ZERO);
    proxy.black_hole();
    let destination = format!("ssh://127.0.0.1:{}", proxy.port());
    let mut child = pair.headless(&pair.runs(), &["--primary", &destination]);
    wait_until("ssh logs in", PATIENCE, || !pair.ssh_processes().is_empty());
    signal(child.id(), Signal::SIGTERM);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    wait_until("ssh is gone", GONE, || pair.ssh_processes().is_empty());
    assert!(!pair.runs().exists());
}

#[test]
fn killed_while_ssh_logs_in_into_silence_it_leaves_no_ssh_behind() {
    let pair = Pair::start(60);
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let destination = format!("ssh://127.0.0.1:{}", silent.local_addr().unwrap().port());
    // Before ssh is there, while it connects, and while it waits for a greeting that never comes.
    for wait in [Duration::ZERO, Duration::from_millis(20), Duration::from_millis(500)] {
        let mut child = pair.headless(&pair.runs(), &["--primary", &destination]);
        wait_until("ssh is started", PATIENCE, || !pair.ssh_processes().is_empty());
        let begin = Instant::now();
        wait_until("a moment of the login", PATIENCE, || begin.elapsed() >= wait);
        child.kill().unwrap();
        child.wait().unwrap();
        // Well before the time limits of ssh itself.
        wait_until("no ssh is left", Duration::from_secs(5), || pair.ssh_processes().is_empty());
    }
}
