//! A watch that is killed at any point is gone on with: nothing acknowledged is lost, nothing is
//! doubled, and what was under way is not taken for done.
#![expect(clippy::print_stdout, reason = "the figures of a long run are wanted")]

mod kills;
mod refusals;

use std::{
    collections::HashSet,
    fs,
    io::{BufRead as _, BufReader},
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{Child, Command},
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use drwatch::{
    journal::{Content, JournalReader, JournalWriter, RunFolder, list_runs, read_run},
    run::{ActionState, Elapsed, Event, Known},
};
use serde_json::{Value, json};

use crate::support::{
    PATIENCE,
    pair::{DRWATCH, Pair, summary},
    short_or_long,
    terminal::Terminal,
    wait_until,
};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];
/// When a watch is killed.
#[derive(Clone, Copy, Debug)]
enum Point {
    /// As soon as it has printed that many records.
    Records(usize),
    /// As soon as it has printed records with each of these words.
    Seen(&'static [&'static str]),
    /// After that time, wherever it is.
    After(Duration),
}

impl Point {
    fn random(random: &mut fastrand::Rng) -> Self {
        if random.bool() {
            Self::Records(random.usize(0..40))
        } else {
            Self::After(Duration::from_millis(random.u64(0..3000)))
        }
    }
}

/// Kills a watch at that point; whether that is what ended it, and all records it had printed, whole lines only.
fn kill_at(mut child: Child, point: Point) -> (bool, Vec<String>) {
    let out = child.stdout.take().unwrap();
    let (sender, lines) = channel();
    let reader = thread::spawn(move || {
        let mut out = BufReader::new(out);
        let mut line = Vec::new();
        while out.read_until(b'\n', &mut line).unwrap() > 0 {
            // What a kill cut was not printed.
            if line.ends_with(b"\n") {
                let _ = sender.send(String::from_utf8(line.split_off(0)).unwrap());
            }
        }
    });
    let deadline = Instant::now() + if let Point::After(time) = point { time } else { PATIENCE };
    let mut printed = Vec::new();
    loop {
        let reached = match point {
            Point::Records(count) => printed.len() >= count,
            Point::Seen(kinds) => {
                kinds.iter().all(|kind| printed.iter().any(|line: &String| line.contains(kind)))
            }
            Point::After(_) => false,
        };
        if reached {
            break;
        }
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => printed.push(line),
            Err(RecvTimeoutError::Timeout) => {
                assert!(matches!(point, Point::After(_)), "{point:?} was not reached: {printed:?}");
                break;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    child.kill().unwrap();
    let is_killed = child.wait().unwrap().signal() == Some(9);
    reader.join().unwrap();
    printed.extend(lines.try_iter());
    (is_killed, printed.into_iter().map(|line| line.trim_end().to_owned()).collect())
}

fn has_run(runs: &Path) -> bool {
    list_runs(runs).unwrap().iter().flatten().any(|folder| read_run(folder).is_ok())
}

fn only_run(runs: &Path) -> RunFolder {
    let mut found: Vec<_> =
        list_runs(runs).unwrap().into_iter().flatten().filter(|folder| read_run(folder).is_ok()).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn verify(folder: &Path) -> (Option<i32>, String) {
    let output = Command::new(DRWATCH).arg("verify").arg(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

fn log(folder: &RunFolder) -> String {
    fs::read_to_string(folder.log_path()).unwrap_or_default()
}

fn journal_of(pair: &Pair) -> String {
    fs::read_to_string(pair.run_folder().join("journal.ndjson")).unwrap_or_default()
}

fn watch(pair: &Pair, more: &[&str]) -> (Option<i32>, String) {
    let output =
        Command::new(DRWATCH).args(["watch", "--headless"]).args(pair.flags()).args(more).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_run_gone_on_with_after_the_clock_was_set_back_goes_on_behind_its_last_record() {
    let pair = Pair::start(20);
    kill_at(pair.headless(&pair.runs(), &BOTH), Point::Seen(&["\"counter_read\""]));
    let folder = only_run(&pair.runs());
    // What the machine's clock said before it was set back by an hour.
    let ahead = drwatch::clock::Clock::system().now() + Elapsed::from_secs(3600);
    let (mut writer, _) = JournalWriter::reopen(&folder).unwrap();
    writer
        .append_durably(ahead, &Event::Noted { text: "x".to_owned(), user: "kim".to_owned(), line: None })
        .unwrap();
    drop(writer);
    kill_at(pair.headless(&pair.runs(), &["--resume"]), Point::Seen(&["\"counter_read\""]));
    let records: Vec<_> = JournalReader::open(&folder)
        .unwrap()
        .filter_map(|entry| match entry.unwrap().content {
            Content::Record(record) => Some(record),
            Content::Opaque { .. } => None,
        })
        .collect();
    assert!(records.is_sorted_by_key(|record| record.at), "time never runs back");
    let behind: Vec<_> = records
        .iter()
        .filter_map(|record| match record.event {
            Event::OwnClock { behind } => Some(behind.secs()),
            _ => None,
        })
        .collect();
    assert!(matches!(behind.as_slice(), [3590..=3600]), "{behind:?}");
    assert_eq!(verify(folder.path()).0, Some(0));
}

#[test]
fn an_action_under_way_at_the_kill_is_unknown_and_its_effect_is_read_back() {
    let pair = Pair::start(60);
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.wait_for("verified");
    terminal.wait_for("[mgmtd.");
    terminal.type_keys("p");
    terminal.wait_for("Confirm the two appliances");
    terminal.type_keys("ava-prod\r");
    terminal.wait_for("no replication enable");
    // Nothing answers from here on, so the action cannot come to its end.
    pair.primary.stop();
    terminal.type_keys("ava-prod\r");
    wait_until("the request is on record", PATIENCE, || journal_of(&pair).contains("\"action_requested\""));
    terminal.kill();
    pair.primary.cont();

    let mut terminal = pair.watch(&["--resume"], 40, 120);
    wait_until("the state is read back", PATIENCE, || {
        let journal = journal_of(&pair);
        let place = |text: &str| journal.rfind(text);
        place("\"replication_read\"") > place("\"run_continued\"") && place("\"run_continued\"").is_some()
    });
    terminal.wait_for("verified");
    let (run, _) = read_run(&RunFolder::open(&pair.run_folder()).unwrap()).unwrap();
    assert!(matches!(run.actions[0].state, ActionState::Unknown { .. }), "{:?}", run.actions[0]);
    let journal = journal_of(&pair);
    let place = |text: &str| journal.find(text).unwrap();
    let continued = place("\"kind\":\"run_continued\"");
    assert!(continued < place("\"state\":\"unknown\""), "{journal}");
    let identified = journal.rfind("\"kind\":\"identified\"").unwrap();
    assert!(place("\"state\":\"unknown\"") < identified, "control was possible before");
    assert!(pair.sent_to_primary("no replication enable") <= 1);
    // The names confirmed before hold, since the same appliances answer.
    let paused = run.replication.state == Known::Paused;
    terminal.type_keys(if paused { "r" } else { "p" });
    terminal.wait_until("no names are asked for again", |screen| {
        screen.contains("AGAINST THE POLICY") || screen.contains("no replication enable")
    });
    terminal.type_keys("\x1b[27uqy");
    let (code, screen) = terminal.wait_for_exit();
    assert_eq!(code, 3, "{screen}");
}

#[test]
fn a_log_file_is_gone_on_with_where_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let (file, runs) = (folder.path().join("messages"), folder.path().join("runs"));
    let line = |n: u32| format!("Sep 13 16:03:38 ava-dr rfsd[1234]: [rfsd.INFO] line {n}\n");
    let append = |from: u32, to: u32| {
        let mut text = fs::read_to_string(&file).unwrap_or_default();
        (from..to).for_each(|n| text.push_str(&line(n)));
        fs::write(&file, text).unwrap();
    };
    let start = |resume: &[&str]| {
        Command::new(DRWATCH)
            .args(["watch", "--headless", "--log"])
            .arg(&file)
            .arg("--runs-dir")
            .arg(&runs)
            .args(resume)
            .env("XDG_CONFIG_HOME", folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap()
    };
    append(0, 5000);
    for (round, resume) in [(1, &[][..]), (2, &["--resume"][..]), (3, &["--resume"][..])] {
        let mut child = start(resume);
        wait_until("the file is taken in", PATIENCE, || {
            has_run(&runs) && log(&only_run(&runs)) == fs::read_to_string(&file).unwrap()
        });
        child.kill().unwrap();
        child.wait().unwrap();
        append(round * 5000, (round + 1) * 5000);
        if round == 2 {
            // Rotated: only its last lines are those that were seen.
            let text = fs::read_to_string(&file).unwrap();
            let seen = log(&only_run(&runs));
            fs::write(&file, &text[seen.len() / 2..]).unwrap();
            break;
        }
    }
    let mut child = start(&["--resume"]);
    let whole: String = (0..15000).map(line).collect();
    wait_until("the rest of the file is taken in", PATIENCE, || log(&only_run(&runs)) == whole);
    let process = nix::unistd::Pid::from_raw(child.id().try_into().unwrap());
    nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let (run, _) = read_run(&only_run(&runs)).unwrap();
    assert_eq!(run.log.gaps, []);
    assert_eq!(run.log.tally.lines.0, 15000);
    let (code, text) = verify(only_run(&runs).path());
    assert_eq!(code, Some(0), "{text}");
}

#[test]
fn log_that_a_power_failure_took_is_a_gap_from_the_last_line_left_and_is_read_again_from_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let (file, runs) = (folder.path().join("messages"), folder.path().join("runs"));
    let line = |n: usize| format!("Sep 13 16:03:38 ava-dr rfsd[1234]: [rfsd.INFO] line {n:04}\n");
    let text = |until: usize| (0..until).map(line).collect::<String>();
    let start = |resume: &[&str]| {
        let mut command = Command::new(DRWATCH);
        command.args(["watch", "--headless", "--log"]).arg(&file).arg("--runs-dir").arg(&runs).args(resume);
        command.env("XDG_CONFIG_HOME", folder.path()).stdout(std::process::Stdio::null());
        command.spawn().unwrap()
    };
    let is_cited = |lines: usize| {
        let cited = || read_run(&only_run(&runs)).map(|(run, _)| run.log.tally.lines.0);
        has_run(&runs) && cited().is_ok_and(|cited| cited == lines as u64)
    };
    fs::write(&file, text(100)).unwrap();
    let mut child = start(&[]);
    wait_until("the first lines are on record", PATIENCE, || is_cited(100));
    let kept_at = read_run(&only_run(&runs)).unwrap().0.log.last_at.unwrap();
    fs::write(&file, text(150)).unwrap();
    wait_until("the others too", PATIENCE, || is_cited(150));
    child.kill().unwrap();
    child.wait().unwrap();
    // The journal reached the disk, of the log only a part did.
    let left = text(100).len() + 10;
    let log = fs::OpenOptions::new().write(true).open(only_run(&runs).log_path()).unwrap();
    log.set_len(left as u64).unwrap();

    let mut child = start(&["--resume"]);
    let again = text(150)[text(100).len()..].to_owned();
    wait_until("the lost lines are read again", PATIENCE, || {
        fs::read(only_run(&runs).log_path()).unwrap().ends_with(again.as_bytes())
    });
    let process = nix::unistd::Pid::from_raw(child.id().try_into().unwrap());
    nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGTERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let (run, _) = read_run(&only_run(&runs)).unwrap();
    let [gap] = run.log.gaps.as_slice() else { panic!("{:?}", run.log.gaps) };
    assert_eq!((gap.from, gap.offset.0), (kept_at, left as u64), "{gap:?}");
    assert!(gap.reason.contains("lost with the machine"), "{gap:?}");
}
