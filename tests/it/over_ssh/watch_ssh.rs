//! The whole program against simulated appliances behind a real sshd, driven through a terminal of
//! its own, as its user would.

use std::{
    collections::BTreeSet,
    fs,
    process::Command,
    time::{Duration, Instant},
};

use drwatch::{
    journal::{RunFolder, read_run},
    run::{Run, apply},
};

use crate::support::{
    PATIENCE,
    pair::{DRWATCH, Pair, Received, summary},
    terminal::Terminal,
    wait_until,
};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];
/// Everything drwatch may send, with the role it may go to.
fn is_allowed(received: &Received) -> bool {
    let line = received.line.as_str();
    let anywhere = [
        "no cli session paging enable",
        "terminal length 0",
        "cli session auto-logout 0",
        "enable",
        "exit",
        "configure terminal",
        "show version",
        "show info",
        "show service",
        // Of the DR appliance for its bucket alone.
        "show replication",
    ];
    let primary = ["show replication bucket", "no replication enable", "replication enable"];
    let dr = [
        "rfsctl exec backend.ops.get",
        "rfsctl exec replicator.num_threads",
        "replication num-threads 128",
        "show log",
        "show log continuous",
        "show log files 1",
        "show log files 2",
        "show log files 3",
        "show log files 4",
    ];
    anywhere.contains(&line)
        || match received.role.as_str() {
            "primary" => primary.contains(&line),
            "dr" => dr.contains(&line),
            other => panic!("unknown role {other}"),
        }
}

fn changes_something(line: &str) -> bool {
    line.starts_with("configure")
        || line.starts_with("no replication")
        || line == "replication enable"
        || line.contains("num-threads ")
}

fn confirm_names(terminal: &mut Terminal) {
    terminal.wait_for("Confirm the two appliances");
    terminal.type_keys("ava-prod\r");
}

/// Replays the journal record by record beside what reading it whole gives.
fn replayed(pair: &Pair) -> Run {
    let folder = RunFolder::open(&pair.run_folder()).unwrap();
    let (run, _) = read_run(&folder).unwrap();
    let text = fs::read_to_string(folder.journal_path()).unwrap();
    let mut records = text.lines().map(|line| serde_json::from_str::<drwatch::run::Record>(line).unwrap());
    let mut again = Run::start(&records.next().unwrap()).unwrap();
    records.for_each(|record| apply(&mut again, &record));
    assert_eq!(run, again);
    run
}

#[test]
fn a_whole_test_is_watched_paused_resumed_exported_and_left() {
    let pair = Pair::start(60);
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.wait_for("verified");
    terminal.wait_for("[mgmtd.");

    terminal.type_keys("p");
    confirm_names(&mut terminal);
    terminal.wait_for("no replication enable");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("pause confirmed");
    wait_until("the pause reaches the primary", PATIENCE, || {
        pair.sent_to_primary("no replication enable") == 1
    });
    let world = fs::read_to_string(pair.state().join("inputs.ndjson")).unwrap();
    assert!(world.contains("replication-off"), "{world}");
    terminal.wait_for("2,662");

    pair.enable_service();
    terminal.wait_for("128 threads");
    terminal.wait_until("objects are counted", |screen| screen.contains(" / 2,662"));
    wait_until("stage 1 and 2 are logged", PATIENCE, || {
        fs::read(pair.run_folder().join("dr.log"))
            .unwrap()
            .windows(29)
            .any(|text| text == b"restore namespace successful!")
    });
    terminal.wait_for("▶ RESTORED");

    // Locked until the test is over.
    terminal.type_keys("r");
    terminal.wait_for("AGAINST THE POLICY");
    terminal.type_keys("\x1b[27u");
    assert_eq!(pair.sent_to_primary("replication enable"), 0);

    terminal.type_keys("s6\r\rthe test is complete\r");
    terminal.wait_for("statement is on record");
    terminal.type_keys("r");
    terminal.wait_for("replication enable");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("resume confirmed");
    assert_eq!(pair.sent_to_primary("replication enable"), 1);

    terminal.type_keys("nall went well\r");
    terminal.wait_for("note is on record");
    terminal.type_keys("e");
    terminal.wait_for("written: summary.json, summary.md in");
    let folder = pair.run_folder().display().to_string();
    terminal.wait_until("the message names the folder", |screen| {
        // It may be broken where a row ends.
        let shown: String = screen.split(['\n', ' ', '│', '╰', '╯', '─']).collect();
        shown.contains(&folder)
    });
    terminal.type_keys("?");
    terminal.wait_for("freeze");
    terminal.type_keys("\x1b[27u");
    terminal.type_keys("q");
    terminal.wait_for("The run is not signed off.");
    terminal.type_keys("y");
    let (code, screen) = terminal.wait_for_exit();
    assert_eq!(code, 0, "{screen}");
    assert!(screen.to_lowercase().contains("restored"), "{screen}");

    let summary = summary(&pair.run_folder());
    assert_eq!(summary["outcome"], "restored");
    assert_eq!(summary["simulated"], true, "its appliances say so");
    assert_eq!(summary["download"]["downloaded"], 2662);
    assert_eq!(summary["notes"][0]["text"], "all went well");
    assert_eq!(summary["bucket"]["unclassified"], 4);
    let outside: Vec<_> = pair.received().into_iter().filter(|received| !is_allowed(received)).collect();
    assert!(outside.is_empty(), "{outside:?}");
    replayed(&pair);
    assert_eq!(
        Command::new(DRWATCH).args(["verify"]).arg(pair.run_folder()).status().unwrap().code(),
        Some(0)
    );
}

#[test]
fn killed_connections_come_back_and_no_log_line_is_lost_or_doubled() {
    let pair = Pair::start(20);
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.wait_for("[mgmtd.");
    pair.type_by_hand("primary", &["enable", "configure terminal", "no replication enable", "exit", "exit"]);
    terminal.wait_for("total pause");
    pair.enable_service();
    for share in ["10", "50"] {
        let bar = share.parse::<u64>().unwrap();
        terminal
            .wait_until("the download goes on", |screen| percentage(screen).is_some_and(|now| now >= bar));
        pair.dr.kill_children();
        pair.primary.kill_children();
        terminal.wait_until("the loss is shown", |screen| {
            screen.contains("reconnect") || screen.contains("connecting")
        });
        terminal.wait_until("both are back", |screen| {
            !screen.contains("reconnect") && !screen.contains("connecting")
        });
    }
    terminal.wait_for("▶ RESTORED");
    terminal.type_keys("q");
    terminal.wait_for("STILL PAUSED");
    terminal.type_keys("Q");
    let (code, screen) = terminal.wait_for_exit();
    assert!([0, 4].contains(&code), "{code}: {screen}");
    assert!(screen.contains("PAUSED"), "{screen}");

    let log = fs::read_to_string(pair.run_folder().join("dr.log")).unwrap();
    let whole = Command::new(DRWATCH)
        .args(["appliance", "--role", "dr", "--label", "hand", "--state"])
        .arg(pair.state())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let whole = {
        use std::io::Write as _;
        let mut whole = whole;
        whole.stdin.take().unwrap().write_all(b"enable\nshow log\n").unwrap();
        String::from_utf8(whole.wait_with_output().unwrap().stdout).unwrap()
    };
    let first = log.lines().next().unwrap();
    let from = whole.find(first).expect("the first line watched was logged");
    let expected: Vec<_> = whole[from..].lines().map(|line| line.trim_end_matches('\r')).collect();
    let watched: Vec<_> = log.lines().collect();
    assert_eq!(watched, expected[..watched.len()]);
    assert!(log.contains("restore namespace successful!"));
    assert_eq!(replayed(&pair).log.gaps, []);
}

fn percentage(screen: &str) -> Option<u64> {
    let before = &screen[..screen.find('%')?];
    let digits: String = before.trim_end().chars().rev().take_while(char::is_ascii_digit).collect();
    digits.chars().rev().collect::<String>().parse().ok()
}

#[test]
fn read_only_sends_nothing_that_changes_anything_whatever_is_pressed() {
    let pair = Pair::start(60);
    let mut terminal = pair.watch(&[&BOTH[..], &["--read-only"]].concat(), 40, 120);
    terminal.wait_for("READ-ONLY");
    terminal.wait_for("verified");
    for key in ["p", "r", "t", "b", "B", "s", "a", "n", "R"] {
        terminal.type_keys(key);
        terminal.type_keys("ava-prod\r");
        terminal.type_keys("because\rava-prod\r");
        terminal.type_keys("\x1b[27u\x1b[27u");
    }
    // While `ssh` logs in again it has the terminal, and takes the keys.
    let deadline = Instant::now() + PATIENCE;
    while !terminal.contents().contains("written") && Instant::now() < deadline {
        terminal.type_keys("e");
        terminal.drain(Duration::from_millis(500));
    }
    terminal.wait_for("written");
    terminal.type_keys("qy");
    terminal.wait_for_exit();
    let changes: Vec<_> =
        pair.received().into_iter().filter(|received| changes_something(&received.line)).collect();
    assert!(changes.is_empty(), "{changes:?}");
    assert!(pair.received().iter().all(is_allowed));
}

#[test]
fn swapped_destinations_leave_control_off_and_say_why() {
    let pair = Pair::start(60);
    let mut terminal = pair.watch(&["--primary", "ava-dr", "--dr", "ava-prod"], 40, 120);
    terminal.wait_for("swapped");
    for key in ["p", "r", "t"] {
        terminal.type_keys(key);
        terminal.wait_for("Cannot be done now");
        terminal.type_keys("ava-dr\rava-dr\r");
        terminal.type_keys("\x1b[27u");
    }
    // What is read of the wrong appliance may say that it is paused; either way out is pressed.
    terminal.type_keys("qyQ");
    terminal.wait_for_exit();
    let changes: BTreeSet<_> = pair
        .received()
        .into_iter()
        .map(|received| received.line)
        .filter(|line| changes_something(line))
        .collect();
    assert!(changes.is_empty(), "{changes:?}");
}

#[test]
fn a_saved_listing_takes_the_place_of_asking_the_primary() {
    let pair = Pair::start(60);
    let saved = pair.runs().with_file_name("listing");
    let listing = "listing entries from bucket saved\n2670 entries in bucket saved\n1KiB (1024 bytes) in bucket saved:\n\
                   * 512B in 1331 maps\n* 512B in 1331 rbtmds\n";
    fs::write(&saved, listing).unwrap();
    pair.type_by_hand("primary", &["enable", "configure terminal", "no replication enable", "exit", "exit"]);
    pair.enable_service();
    let given = [&BOTH[..], &["--bucket", saved.to_str().unwrap()]].concat();
    let output = pair.headless(&pair.runs(), &given).wait_with_output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 4)), "{output:?}");
    let asked = pair.received().iter().filter(|received| received.line == "show replication bucket").count();
    let summary = summary(&pair.run_folder());
    assert_eq!(
        (asked, &summary["bucket"]["name"], &summary["bucket"]["maps"]),
        (0, &"saved".into(), &1331.into())
    );
    assert_eq!(summary["download"]["expected"], 2662);
}

#[test]
fn the_screen_gives_way_in_small_terminals_and_comes_back() {
    let pair = Pair::start(60);
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.wait_for("verified");
    for (rows, columns) in [(24, 80), (15, 60), (10, 40), (4, 20), (2, 9), (1, 1), (50, 200), (40, 120)] {
        let before = terminal.received().len();
        terminal.resize(rows, columns);
        // Drawn anew, and not left from the size before.
        terminal.wait_for_bytes(before, b"\x1b[2J");
        if columns > 1 {
            terminal.wait_until(&format!("{columns}x{rows}"), |screen| screen.contains("RUNNING"));
        }
    }
    terminal.wait_for("verified");
    terminal.type_keys("qy");
    let (code, _) = terminal.wait_for_exit();
    assert_eq!(code, 3);
}

#[test]
fn a_signal_ends_the_watch_in_order_and_leaves_no_ssh_behind() {
    let pair = Pair::start(60);
    for signal in [
        nix::sys::signal::Signal::SIGTERM,
        nix::sys::signal::Signal::SIGINT,
        nix::sys::signal::Signal::SIGHUP,
    ] {
        let mut terminal = pair.watch(&BOTH, 24, 80);
        terminal.wait_for("verified");
        let process = terminal.process_id();
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(i32::try_from(process).unwrap()), signal).unwrap();
        let (code, screen) = terminal.wait_for_exit();
        assert_eq!(code, 3, "{screen}");
    }
    wait_until("the appliances' sessions are gone", PATIENCE, || {
        pair.primary.sessions().is_empty() && pair.dr.sessions().is_empty()
    });
    for entry in fs::read_dir(pair.runs()).unwrap() {
        let path = entry.unwrap().path();
        let last = fs::read_to_string(path.join("journal.ndjson")).unwrap();
        assert!(last.contains("\"kind\":\"run_ended\""));
        assert!(path.join("summary.json").is_file());
    }
}

#[test]
fn unreachable_appliances_are_one_sentence_each_and_exit_code_1() {
    let pair = Pair::start(60);
    let watch = |primary: &str, dr: &str| {
        let mut command = Command::new(DRWATCH);
        command.arg("watch").args(pair.flags()).args(["--headless", "--primary", primary, "--dr", dr]);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, text) = watch("nosuchhost.invalid", "ava-dr");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("nosuchhost.invalid") && text.lines().count() == 1, "{text}");
    let (code, text) = watch("ssh://127.0.0.1:1", "ssh://127.0.0.1:1");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("refuses connections"), "{text}");
    let (code, text) = watch(&format!("ssh://nobody@127.0.0.1:{}", pair.primary.port()), "ava-dr");
    assert_eq!(code, Some(1), "{text}");
    let (code, text) = watch("-oProxyCommand=x", "ava-dr");
    assert_eq!(code, Some(2), "{text}");
}
