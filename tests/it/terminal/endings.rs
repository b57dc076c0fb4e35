//! However drwatch is stopped, suspended or killed: the terminal comes back, the record is whole,
//! and no ssh is left on either side.

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    time::{Duration, Instant},
};

use drwatch::{
    journal::{RunFolder, find_run, read_run},
    run::Ending,
    simulator::Scenario,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::support::{
    PATIENCE,
    pair::{DRWATCH, Pair},
    proxy::Proxy,
    terminal::Terminal,
    wait_until,
};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];

/// By when nothing may be left of a drwatch that ended.
const GONE: Duration = Duration::from_secs(30);

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
    // No state to wait for: that time has passed is what is to be told. Less than five seconds are not.
    std::thread::sleep(Duration::from_secs(7));
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
        terminal.wait_for("● recording");
        terminal.wait_for("verified");
        assert_eq!(terminal.close(), 3);
        assert_eq!(journal(&pair).matches("\"kind\":\"run_ended\"").count(), round);
        assert!(pair.run_folder().join("summary.json").is_file());
        nothing_is_left(&pair);
    }
}

#[test]
fn a_second_signal_ends_at_once_though_an_appliance_does_not_answer() {
    // Without the second signal it waits for two seconds. On a busy machine a try may take as long by itself.
    assert!((0..5).any(|_| time_to_second_signal() < Duration::from_millis(1800)));
}

/// How long a watch takes to its end, from a first signal on, where a second one follows.
fn time_to_second_signal() -> Duration {
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
    let first = Instant::now();
    wait_until("the first is taken in", PATIENCE, || pair.dr.sessions().is_empty());
    assert_ne!(state(pid), 'Z');
    signal(pid, Signal::SIGINT);
    let (code, screen) = terminal.wait_for_exit();
    let took = first.elapsed();
    assert_eq!(code, 3, "{screen}");
    assert!(journal(&pair).contains("\"kind\":\"run_ended\""));
    pair.primary.cont();
    nothing_is_left(&pair);
    took
}

#[test]
fn killed_in_any_state_it_leaves_no_ssh_on_either_side() {
    let mut scenario = Scenario::named("procedure").unwrap();
    scenario.bucket.listing_seconds = 3600;
    let pair = Pair::start_world(scenario, 10);
    // With the tail, polls and a bucket listing under way.
    let mut terminal = settled(&pair);
    terminal.type_keys("by");
    wait_until("the listing is under way", PATIENCE, || journal(&pair).contains("\"listing_started\""));
    terminal.kill();
    assert!(!journal(&pair).contains("\"listing_read\""));
    nothing_is_left(&pair);
    // Stopped, then killed.
    let mut terminal = pair.watch(&["--resume"], 40, 120);
    terminal.wait_for("verified");
    let pid = terminal.process_id();
    signal(pid, Signal::SIGSTOP);
    wait_until("drwatch is stopped", PATIENCE, || state(pid) == 'T');
    terminal.kill();
    nothing_is_left(&pair);
    // On its way up: at once, as ssh logs in, as recording goes on, as it is connected.
    for moment in ["", "ssh", "\"run_continued\"", "\"connected\""] {
        let before = journal(&pair).len();
        let mut child = pair.headless(&pair.runs(), &["--resume"]);
        wait_until(moment, PATIENCE, || match moment {
            "ssh" => !pair.ssh_processes().is_empty(),
            recorded => journal(&pair).get(before..).unwrap_or_default().contains(recorded),
        });
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(9), "{moment}");
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
    // As ssh is there, and while it waits for a greeting that never comes.
    for is_connected in [false, true] {
        let mut child = pair.headless(&pair.runs(), &["--primary", &destination]);
        wait_until("ssh is started", PATIENCE, || !pair.ssh_processes().is_empty());
        let _greeted_never = is_connected.then(|| silent.accept().unwrap());
        child.kill().unwrap();
        assert_eq!(child.wait().unwrap().signal(), Some(9));
        // Well before the time limits of ssh itself.
        wait_until("no ssh is left", Duration::from_secs(10), || pair.ssh_processes().is_empty());
    }
}

/// The signals of a process by the line of its status that names them, as bits.
fn signals_of(pid: u32, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let bits = status.lines().find_map(|found| found.strip_prefix(line)).unwrap();
    u64::from_str_radix(bits.trim(), 16).unwrap()
}

#[test]
fn a_quit_signal_ends_everything_in_order() {
    let home = tempfile::tempdir().unwrap();
    let (runs, log) = (home.path().join("runs"), home.path().join("messages"));
    fs::write(&log, "first\n").unwrap();
    let (runs, log) = (runs.to_str().unwrap(), log.to_str().unwrap());
    let settings = [("XDG_CONFIG_HOME", home.path().to_str().unwrap())];
    let start = |words: &[&str]| {
        let words = [words, &["--runs-dir", runs]].concat();
        Terminal::start(DRWATCH, &words, &settings, 40, 120)
    };
    let watch = ["watch", "--log", log];
    let headless = [&watch[..], &["--headless"]].concat();
    for (words, shown, expected) in [
        (&headless[..], "recorded by", 3),
        (&watch, "recording", 3),
        (&["demo"], "recording", 3),
        (&["replay", "last"], "REPLAY", 0),
        (&["view", "last"], "VIEW", 0),
    ] {
        let mut terminal = start(words);
        terminal.wait_for(shown);
        let pid = terminal.process_id();
        signal(pid, Signal::SIGQUIT);
        // That the terminal is given back is asserted there.
        let (code, screen) = terminal.wait_for_exit();
        assert_eq!(code, expected, "{words:?}: {screen}");
        if expected == 3 {
            let folder = find_run(Path::new(runs), "last").unwrap();
            let (run, _) = read_run(&folder).unwrap();
            let by_signal = matches!(&run.ending, Some(Ending::Signal { name }) if name == "SIGQUIT");
            assert!(by_signal, "{words:?}: {:?}", run.ending);
            assert!(folder.summary_path().is_file(), "{words:?}");
        }
    }
}

#[test]
fn signals_are_handled_and_not_ignored_as_children_would_then_ignore_them_too() {
    let home = tempfile::tempdir().unwrap();
    let runs = home.path().join("runs");
    let demo = ["demo", "--runs-dir", runs.to_str().unwrap()];
    let mut terminal = Terminal::start(DRWATCH, &demo, &[], 40, 120);
    terminal.wait_for("● recording");
    let pid = terminal.process_id();
    let bit = |signal: Signal| 1 << (signal as u64 - 1);
    for handled in [Signal::SIGXFSZ, Signal::SIGQUIT] {
        let (is_ignored, is_handled) = (signals_of(pid, "SigIgn:"), signals_of(pid, "SigCgt:"));
        assert_eq!((is_ignored & bit(handled), is_handled & bit(handled)), (0, bit(handled)), "{handled}");
    }
    terminal.kill();
}
