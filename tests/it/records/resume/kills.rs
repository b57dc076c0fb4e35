//! A watch killed at random points and resumed loses nothing and doubles nothing.

use super::*;

/// How many kills, where the environment does not say; short and long.
const KILLS: [usize; 2] = [5, 25];

/// The DR service was read, and does not run: an answer that came too late says nothing of it.
const STOPPED: &str = "\"service_read\",\"role\":\"dr\",\"reading\":{\"known\":\"stopped\"}";

/// Kills of one run.
const KILLS_PER_RUN: usize = 25;

/// Runs played at the same time.
const AT_ONCE: usize = 4;

fn start_or_resume(pair: &Pair, runs: &Path) -> Child {
    if has_run(runs) { pair.headless(runs, &["--resume"]) } else { pair.headless(runs, &BOTH) }
}

/// Reads all that a watch prints, so that its pipe never fills up; its exit code.
fn drained(child: Child) -> thread::JoinHandle<Option<i32>> {
    thread::spawn(move || child.wait_with_output().unwrap().status.code())
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
            kill_now(Point::Seen(&["\"counter_read\"", STOPPED]));
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
