//! A watch that is killed at any point is gone on with: nothing acknowledged is lost, nothing is
//! doubled, and what was under way is not taken for done.
#![expect(clippy::print_stdout, reason = "the figures of a long run are wanted")]

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
    pair::{DRWATCH, Pair, summary},
    short_or_long,
    terminal::Terminal,
    wait_until,
};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];
const PATIENCE: Duration = Duration::from_mins(2);

/// How many kills, where the environment does not say; short and long.
const KILLS: [usize; 2] = [5, 25];

/// Kills of one run.
const KILLS_PER_RUN: usize = 25;

/// Runs played at the same time.
const AT_ONCE: usize = 4;

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
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
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

fn start_or_resume(pair: &Pair, runs: &Path) -> Child {
    if has_run(runs) { pair.headless(runs, &["--resume"]) } else { pair.headless(runs, &BOTH) }
}

/// Reads all that a watch prints, so that its pipe never fills up; its exit code.
fn drained(child: Child) -> thread::JoinHandle<Option<i32>> {
    thread::spawn(move || child.wait_with_output().unwrap().status.code())
}

fn verify(folder: &Path) -> (Option<i32>, String) {
    let output = Command::new(DRWATCH).arg("verify").arg(folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

/// What of a summary does not depend on when it was looked at.
fn timeless(summary: &Value) -> Value {
    let phases: Vec<_> = summary["phases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|phase| {
            let evidence = &phase["evidence"];
            // What the counter was at depends on when it was read.
            let raw = (evidence["source"] == "log").then(|| evidence["raw"].clone());
            json!([phase["name"], phase["ended_at"].is_string(), evidence["source"], raw])
        })
        .collect();
    let mut bucket = summary["bucket"].clone();
    bucket["record"].take();
    let codes = |severity: &str| {
        let findings = summary["findings"].as_array().unwrap().iter();
        let mut codes: Vec<_> = findings
            .filter(|finding| finding["severity"] == severity)
            .map(|finding| finding["code"].as_str().unwrap().to_owned())
            .collect();
        codes.sort();
        codes.dedup();
        codes
    };
    json!({
        "outcome": summary["outcome"],
        "bucket": bucket,
        "baseline": summary["download"]["baseline"],
        "downloaded": summary["download"]["downloaded"],
        "expected": summary["download"]["expected"],
        "epochs": summary["download"]["epochs"].as_array().unwrap().len(),
        "phases": phases,
        "replication": [summary["replication"]["state"], summary["replication"]["policy"]],
        "pauses": summary["replication"]["intervals"].as_array().unwrap().len(),
        "threads": summary["threads"],
        "attention": codes("attention"),
        "blocking": codes("blocking"),
        "versions": summary["versions"],
        "actions": summary["actions"],
    })
}

/// Plays one run to its end under `kills` kills, beside a watch that is left in peace.
fn play(seed: u64, kills: usize) {
    let mut random = fastrand::Rng::with_seed(seed);
    let pair = Pair::start(20);
    pair.type_by_hand("primary", &["enable", "configure terminal", "no replication enable", "exit", "exit"]);
    let folder = tempfile::tempdir().unwrap();
    let (killed, peaceful) = (folder.path().join("killed"), folder.path().join("peaceful"));
    let reference = drained(pair.headless(&peaceful, &BOTH));
    wait_until("the other watch follows the log", PATIENCE, || {
        has_run(&peaceful) && log(&only_run(&peaceful)).lines().count() > 3
    });
    let mut acknowledged = Vec::new();
    let mut really = 0;
    let mut kill_now = |point| {
        let (is_killed, printed) = kill_at(start_or_resume(&pair, &killed), point);
        really += usize::from(is_killed);
        acknowledged.extend(printed);
    };
    for kill in 0..kills {
        let mut point = Point::random(&mut random);
        if kill == kills / 3 {
            // A baseline that nobody read while the service was known to be down could not be the same.
            kill_now(Point::Seen(&["\"counter_read\"", "\"service_read\",\"role\":\"dr\""]));
            pair.enable_service();
            point = Point::Seen(&["\"counter_read\""]);
        }
        kill_now(point);
        if has_run(&killed) {
            let (code, text) = verify(only_run(&killed).path());
            assert_eq!(code, Some(0), "seed {seed}, kill {kill} {point:?}: {text}");
        }
    }
    // The run may have come to its end before the last of them.
    assert!(really > kills / 2, "seed {seed}: only {really} of {kills} watches were killed");
    let last = drained(start_or_resume(&pair, &killed));
    assert!(matches!(last.join().unwrap(), Some(0 | 4)), "seed {seed}");
    assert!(matches!(reference.join().unwrap(), Some(0 | 4)), "seed {seed}");

    let (killed, peaceful) = (only_run(&killed), only_run(&peaceful));
    let journal = fs::read_to_string(killed.journal_path()).unwrap();
    let recorded: HashSet<_> = journal.lines().collect();
    for line in acknowledged.iter().filter(|line| line.starts_with("{\"seq\"")) {
        assert!(recorded.contains(line.as_str()), "seed {seed}: printed and not recorded: {line}");
    }
    let (code, text) = verify(killed.path());
    assert_eq!(code, Some(0), "seed {seed}: {text}");
    assert!(text.contains("follows from it"), "seed {seed}: {text}");
    same_log(seed, &log(&killed), &log(&peaceful));
    let (killed, peaceful) = (summary(killed.path()), summary(peaceful.path()));
    assert_eq!(timeless(&killed), timeless(&peaceful), "seed {seed}");
    let continued = recorded.iter().filter(|line| line.contains("\"kind\":\"run_continued\"")).count();
    let gaps = killed["gaps"].as_array().unwrap();
    assert!(gaps.iter().all(|gap| gap["reason"] == "drwatch was not running"), "seed {seed}: {gaps:?}");
    assert_eq!(gaps.len(), continued, "seed {seed}");
    println!(
        "seed {seed}: {really} kills, {} acknowledged records, {} in the journal, {continued} continued, {} log lines",
        acknowledged.len(),
        recorded.len(),
        killed["log"]["lines"]
    );
}

fn log(folder: &RunFolder) -> String {
    fs::read_to_string(folder.log_path()).unwrap_or_default()
}

/// Both hold the same lines from where the later one begins to where the earlier one ends. An appliance may
/// log the same words twice within a second, so that the first line alone does not tell the place.
fn same_log(seed: u64, killed: &str, peaceful: &str) {
    let (killed, peaceful): (Vec<_>, Vec<_>) = (killed.lines().collect(), peaceful.lines().collect());
    let is_same = |begin: &usize| killed.iter().zip(&peaceful[*begin..]).all(|(ours, theirs)| ours == theirs);
    let mut places = (0..peaceful.len()).filter(|at| peaceful[*at] == killed[0]);
    assert!(places.any(|begin| is_same(&begin)), "seed {seed}: {killed:#?}\nis not in\n{peaceful:#?}");
    assert!(killed.iter().any(|line| line.contains("restore namespace successful!")), "seed {seed}");
}

/// `DRWATCH_TEST_KILLS` asks for more of them.
#[test]
fn a_watch_killed_at_random_points_loses_nothing_and_doubles_nothing() {
    let [short, long] = KILLS;
    let kills = std::env::var("DRWATCH_TEST_KILLS")
        .map_or_else(|_| short_or_long(short, long), |kills| kills.parse().unwrap());
    let runs = kills.div_ceil(KILLS_PER_RUN);
    let seeds: Vec<usize> = (0..runs).collect();
    for together in seeds.chunks(AT_ONCE) {
        thread::scope(|scope| {
            for &run in together {
                let share = (kills - run * KILLS_PER_RUN).min(KILLS_PER_RUN);
                scope.spawn(move || play(1 + run as u64, share));
            }
        });
    }
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
    writer.append_durably(ahead, &Event::Noted { text: "x".to_owned(), user: "kim".to_owned() }).unwrap();
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
        screen.contains("LOCKED BY THE POLICY") || screen.contains("no replication enable")
    });
    terminal.type_keys("\x1b[27uqy");
    let (code, screen) = terminal.wait_for_exit();
    assert_eq!(code, 3, "{screen}");
}

#[test]
fn a_run_is_offered_found_refused_while_recorded_and_held_to_its_destinations() {
    let pair = Pair::start(60);
    let mut terminal = pair.watch(&BOTH, 24, 80);
    terminal.wait_for("verified");
    let pid = terminal.process_id().to_string();
    let id = pair.run_folder().file_name().unwrap().to_str().unwrap().to_owned();
    let (code, text) = watch(&pair, &["--resume"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains(&format!("process {pid}")) && text.contains(&id), "{text}");
    terminal.kill();
    assert!(fs::read_to_string(pair.run_folder().join("lock")).unwrap().contains(&pid));

    for wrong in [["--primary", "ava-other"], ["--dr", "ava-other"]] {
        let (code, text) = watch(&pair, &["--resume", &id, wrong[0], wrong[1]]);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.contains(wrong[0]) && text.lines().count() == 1, "{text}");
    }
    let (code, text) = watch(&pair, &["--resume", "last", "--primary", "ava-other"]);
    assert_eq!(code, Some(2), "{text}");
    let (code, text) = watch(&pair, &["--resume", "20010101"]);
    assert_eq!(code, Some(2), "{text}");

    // A stale lock is none. A watch begun anew says how to go on with the old run.
    let mut terminal = pair.watch(&["--resume", &id[..20]], 40, 120);
    terminal.wait_for("verified");
    terminal.type_keys("s6\r\rthe test is complete\r");
    terminal.wait_for("statement is on record");
    terminal.kill();
    let mut fresh = pair.watch(&BOTH, 40, 120);
    fresh.wait_for("verified");
    let told = String::from_utf8_lossy(fresh.received()).into_owned();
    assert!(told.contains(&format!("--resume {id}")), "{told:?}");
    fresh.wait_for(&format!("{id} is unfinished: `watch --resume` goes on with it"));
    fresh.type_keys("qy");
    fresh.wait_for_exit();

    // Declared over and ended: nothing to go on with.
    let mut terminal = pair.watch(&["--resume", &id], 40, 120);
    terminal.wait_for("verified");
    terminal.type_keys("qy");
    terminal.wait_for_exit();
    let (code, text) = watch(&pair, &["--resume", &id]);
    assert_eq!(code, Some(2), "{text}");
    assert!(text.contains("is over"), "{text}");
}

#[test]
fn a_damaged_run_is_not_passed_over_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let (file, runs) = (folder.path().join("messages"), folder.path().join("runs"));
    fs::write(&file, "Sep 13 16:03:38 ava-dr rfsd[1234]: [rfsd.INFO] line\n".repeat(100)).unwrap();
    let start = |resume: &[&str]| {
        let mut command = Command::new(DRWATCH);
        command.args(["watch", "--headless", "--log"]).arg(&file).arg("--runs-dir").arg(&runs);
        command.args(resume).env("XDG_CONFIG_HOME", folder.path());
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let readable = || {
        let all = list_runs(&runs).unwrap().into_iter().flatten();
        all.filter(|run| read_run(run).is_ok_and(|(run, _)| run.log.tally.lines.0 == 100)).collect::<Vec<_>>()
    };
    for count in [1, 2] {
        let mut child = start(&[]);
        wait_until("the file is taken in", PATIENCE, || readable().len() == count);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let (old, new) = (readable()[0].clone(), readable()[1].clone());
    let damage = |run: &RunFolder| {
        let text = fs::read_to_string(run.journal_path()).unwrap();
        fs::write(run.journal_path(), text.replacen("\"seq\":1,", "", 1)).unwrap();
    };
    let told_of = |run: &RunFolder, text: &str| {
        let name = &run.id().0;
        let about: Vec<_> = text.lines().filter(|line| line.contains(name.as_str())).collect();
        assert_eq!(about.len(), 1, "{text}");
        assert!(about[0].contains("is passed over") && about[0].contains("record 1 "), "{text}");
        assert!(about[0].contains(&format!("`drwatch verify {name}`")), "{text}");
    };

    damage(&new);
    let mut child = start(&["--resume"]);
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    child.kill().unwrap();
    assert!(line.contains(&format!("recording of run {} goes on, by ", old.id())), "{line}");
    told_of(&new, &String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap());

    let paths = [&file, &runs].map(|path| path.to_str().unwrap());
    let arguments = ["watch", "--resume", "--log", paths[0], "--runs-dir", paths[1]];
    let home = folder.path().to_str().unwrap();
    let mut terminal = Terminal::start(DRWATCH, &arguments, &[("XDG_CONFIG_HOME", home)], 24, 100);
    terminal.wait_for(&format!("{} is passed over, as it cannot be read", new.id()));
    terminal.kill();

    damage(&old);
    let output = start(&["--resume"]).wait_with_output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    told_of(&old, &text);
    told_of(&new, &text);
    assert!(text.contains("no unfinished run of what is named can be gone on with"), "{text}");

    // A run folder whose journal is gone may have been the one, too.
    fs::remove_file(new.journal_path()).unwrap();
    let text = String::from_utf8(start(&["--resume"]).wait_with_output().unwrap().stderr).unwrap();
    assert!(text.contains("a run is passed over") && text.contains("holds no journal"), "{text}");
}

#[test]
fn a_copy_of_a_run_is_never_gone_on_with_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let (file, runs) = (folder.path().join("messages"), folder.path().join("runs"));
    fs::write(&file, "Sep 13 16:03:38 ava-dr rfsd[1234]: [rfsd.INFO] line\n").unwrap();
    let start = |resume: &[&str]| {
        let mut command = Command::new(DRWATCH);
        command.args(["watch", "--headless", "--log"]).arg(&file).arg("--runs-dir").arg(&runs);
        command.args(resume).env("XDG_CONFIG_HOME", folder.path());
        command.stdout(std::process::Stdio::null()).spawn().unwrap()
    };
    let mut child = start(&[]);
    wait_until("the run has begun", PATIENCE, || has_run(&runs));
    child.kill().unwrap();
    child.wait().unwrap();
    let run = only_run(&runs);
    let copies = ["20991231T235959Z-00ffee".to_owned(), format!("{}-copy", run.id())];
    for copy in &copies {
        fs::create_dir(runs.join(copy)).unwrap();
        fs::copy(run.journal_path(), runs.join(copy).join("journal.ndjson")).unwrap();
    }
    let continued = |path: &Path| fs::read_to_string(path).unwrap().contains("\"run_continued\"");
    let mut child = start(&["--resume"]);
    wait_until("the run is gone on with", PATIENCE, || continued(&run.journal_path()));
    child.kill().unwrap();
    child.wait().unwrap();
    for copy in &copies {
        assert!(!continued(&runs.join(copy).join("journal.ndjson")), "{copy}");
    }
}

#[test]
fn the_record_of_one_log_is_never_gone_on_with_from_another() {
    let folder = tempfile::tempdir().unwrap();
    let runs = folder.path().join("runs");
    let [first, second] = ["messages", "others"].map(|name| {
        let file = folder.path().join(name);
        // Two lines that no other file has tell the place in this one.
        let line = |second: u8, words: &str| {
            format!("Sep 13 16:03:{second} ava-dr rfsd[1234]: [rfsd.INFO] {words}{name}\n")
        };
        fs::write(&file, line(37, "begin ") + &line(38, "")).unwrap();
        file
    });
    let command = |arguments: &[&str]| {
        let mut command = Command::new(DRWATCH);
        command.args(["watch", "--headless", "--runs-dir"]).arg(&runs).args(arguments);
        command.env("XDG_CONFIG_HOME", folder.path()).current_dir(folder.path());
        command.stdout(std::process::Stdio::null());
        command
    };
    let recorded = |arguments: &[&str], expected: &str| {
        let mut child = command(arguments).spawn().unwrap();
        wait_until("the file is taken in", PATIENCE, || {
            has_run(&runs) && log(&only_run(&runs)).ends_with(expected)
        });
        child.kill().unwrap();
        child.wait().unwrap();
    };
    let refused = |arguments: &[&str], expected: &str| {
        let output = command(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(expected), "{said}");
    };
    recorded(&["--log", "messages"], "messages\n");
    let id = only_run(&runs).id().to_string();
    let others = second.to_str().unwrap();
    refused(&["--resume", "--log", others], "no unfinished run of what is named");
    refused(&["--log", others, "--resume", id.as_str()], "--log contradicts");
    // The record itself tells which file it was.
    let more = fs::read_to_string(&first).unwrap() + "Sep 13 16:03:39 ava-dr rfsd[1234]: [rfsd.INFO] more\n";
    fs::write(&first, &more).unwrap();
    recorded(&["--resume"], "more\n");
    assert_eq!(log(&only_run(&runs)), more);
    let said = String::from_utf8(command(&["--log", "gone"]).output().unwrap().stderr).unwrap();
    assert!(said.contains("gone") && !said.contains("is unfinished"), "{said}");
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

#[test]
fn a_summary_that_does_not_follow_from_the_journal_is_named_by_its_first_wrong_field() {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(DRWATCH)
        .args(["demo", "--headless", "--json", "--runs-dir"])
        .arg(folder.path())
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    let run = only_run(folder.path());
    let (code, text) = verify(run.path());
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("follows from it"), "{text}");
    let sound = fs::read_to_string(run.summary_path()).unwrap();
    for (pointer, value, field) in [
        ("/simulated", json!(false), "simulated"),
        ("/download/downloaded", json!(2663), "download.downloaded"),
        ("/phases/1/seconds", json!(1.5), "phases[1].seconds"),
        ("/outcome", json!("incomplete"), "outcome"),
    ] {
        let mut changed: Value = serde_json::from_str(&sound).unwrap();
        *changed.pointer_mut(pointer).unwrap() = value;
        fs::write(run.summary_path(), changed.to_string()).unwrap();
        let (code, text) = verify(run.path());
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains(&format!("{field} is ")), "{text}");
    }
}
