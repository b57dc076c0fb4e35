//! The demo without a screen, from outside: its contract for people and programs.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

use crate::support::{PATIENCE, home::Home, short_or_long, wait_until};

pub(super) fn drwatch(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_drwatch")).args(arguments).output().expect("drwatch runs")
}

pub(super) fn demo(runs: &Path, more: &[&str]) -> (Vec<Value>, Value) {
    let mut arguments = vec!["demo", "--headless", "--json", "--runs-dir", runs.to_str().unwrap()];
    arguments.extend(more);
    let output = drwatch(&arguments);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let summary = lines.pop().expect("a summary");
    assert_eq!(summary["kind"], "summary");
    (lines, summary)
}

/// All that may differ between equal runs: the run's name, times, and what is hashed from them.
fn without_times(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                if [
                    "run", "at", "since", "head", "prev", "from", "to", "stamp", "earliest", "likely",
                    "latest", "actual",
                ]
                .contains(&key.as_str())
                    || key.ends_with("_at")
                {
                    *value = Value::Null;
                } else if key == "raw" && value.is_string() {
                    let text = value.as_str().unwrap_or_default();
                    // The log line's own stamp: fifteen characters.
                    let rest: String = text.chars().skip(15).collect();
                    *value = Value::String(if text.contains("rfsd[") { rest } else { text.to_owned() });
                } else {
                    without_times(value);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(without_times),
        _ => {}
    }
}

#[test]
fn the_procedure_is_restored_with_the_documented_figures() {
    let runs = tempfile::tempdir().unwrap();
    let (lines, summary) = demo(runs.path(), &[]);
    assert_eq!(summary["outcome"], "restored");
    assert_eq!(summary["simulated"], true);
    assert_eq!(summary["bucket"]["name"], "ava400-ks");
    assert_eq!(summary["bucket"]["entries"], 2927);
    assert_eq!(summary["bucket"]["bytes"], 926_580_933_u64);
    assert_eq!(summary["bucket"]["unclassified"], 4);
    assert_eq!(summary["bucket"]["provisional"], false);
    assert_eq!(summary["download"]["expected"], 2662);
    assert_eq!(summary["download"]["downloaded"], 2662);
    assert!(summary["download"]["baseline"].as_u64().unwrap() > 0);
    let names: Vec<_> =
        summary["phases"].as_array().unwrap().iter().map(|phase| phase["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["prepare", "stage-1", "stage-2", "in-use"]);
    for phase in summary["phases"].as_array().unwrap() {
        assert!(!phase["evidence"].is_null(), "{phase}");
        let record = phase["evidence"]["record"].as_u64().unwrap();
        let source = phase["evidence"]["source"].as_str().unwrap();
        assert!(["log", "counter", "attested"].contains(&source));
        assert!(lines.iter().any(|line| line["seq"] == record), "record {record} was not printed");
    }
    assert_eq!(summary["replication"]["state"], "running");
    let again = &summary["protected_again"];
    assert!(again["seconds"].as_f64().unwrap() > 0.0 && again["backlog"] == 0, "{again:#}");
    assert!(again["backlog_gone_at"].as_str() > again["running_at"].as_str(), "{again:#}");
    let (exposed, paused) =
        (&summary["exposure"]["total_seconds"], &summary["replication"]["paused_seconds"]);
    assert!(exposed.as_f64() > paused.as_f64(), "{exposed} and {paused}");
    let frozen = &summary["frozen_bucket"];
    assert_eq!(frozen["unchanged"], true, "{frozen:#}");
    for moment in ["at_pause", "at_stage_1_end", "before_resume"] {
        assert_eq!(frozen[moment]["entries"], 2927, "{moment} in {frozen:#}");
    }
    assert_eq!(summary["preflight"]["verdict"], "go");
    assert!(lines.iter().filter(|line| line["kind"] == "preflight_judged").count() <= 4, "a flood");
    let kinds: Vec<_> = summary["actions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|action| (action["kind"].as_str().unwrap(), action["state"].as_str().unwrap()))
        .collect();
    assert_eq!(kinds.first(), Some(&("pause", "confirmed")));
    assert_eq!(kinds.last(), Some(&("resume", "confirmed")));
    assert!(kinds.iter().any(|(kind, state)| *kind == "threads" && *state == "confirmed"), "{kinds:?}");
    assert!(lines.iter().all(|line| line["kind"] != "log_chunk"));
    assert_eq!(lines[0]["kind"], "run_started");
    let predictions = summary["predictions"].as_array().unwrap();
    let recorded = lines.iter().filter(|line| line["kind"] == "predicted").count();
    assert!(recorded == predictions.len() && (2..=8).contains(&recorded), "{predictions:#?}");
    for made in predictions {
        let is_stage_1 = made["phase"] == "stage-1";
        assert_eq!((made["actual"].is_null(), made["within"].is_null()), (false, !is_stage_1), "{made:#}");
    }
    assert_eq!(summary["stage_2"]["past_runs"], 0, "simulated runs have no history");
}

#[test]
fn equal_seeds_give_equal_summaries_and_other_seeds_do_not() {
    let runs = tempfile::tempdir().unwrap();
    let mut summaries: Vec<Value> =
        ["7", "7", "8"].iter().map(|seed| demo(runs.path(), &["--seed", seed]).1).collect();
    summaries.iter_mut().for_each(without_times);
    assert_eq!(summaries[0], summaries[1]);
    assert_ne!(summaries[0], summaries[2]);
}

#[test]
fn forty_million_objects_are_restored_too() {
    if short_or_long(true, false) {
        // Past the capture of the tests' output: nobody is to take it for played.
        writeln!(
            std::io::stderr(),
            "SKIPPED: a simulated day takes a quarter of a minute; tests/run --long plays it"
        )
        .unwrap();
        return;
    }
    let runs = tempfile::tempdir().unwrap();
    let (_, summary) = demo(runs.path(), &["--scenario", "large"]);
    assert_eq!(summary["outcome"], "restored");
    assert_eq!(summary["download"]["expected"], 40_000_000);
}

#[test]
fn an_unknown_scenario_is_one_sentence_and_exit_code_2() {
    let output = drwatch(&["demo", "--headless", "--scenario", "nosuch"]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("nosuch") && text.contains("procedure") && text.lines().count() == 1, "{text}");
}

#[test]
fn the_recorded_run_is_reported_listed_and_verified() {
    let runs = tempfile::tempdir().unwrap();
    let (_, summary) = demo(runs.path(), &[]);
    let dir = runs.path().to_str().unwrap();
    let id = summary["run"].as_str().unwrap();

    let markdown = drwatch(&["report", "last", "--runs-dir", dir]);
    assert_eq!(markdown.status.code(), Some(0));
    let markdown = String::from_utf8(markdown.stdout).unwrap();
    assert!(markdown.contains(id) && markdown.to_lowercase().contains("simulated"), "{markdown}");

    let json = drwatch(&["report", &id[..id.len() - 2], "--format", "json", "--runs-dir", dir]);
    let json: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json["outcome"], "restored");
    assert_eq!(json["download"], summary["download"]);
    assert_eq!(json["phases"], summary["phases"]);

    let listed = drwatch(&["runs", "--runs-dir", dir]);
    assert!(String::from_utf8(listed.stdout).unwrap().contains(id));
    assert_eq!(drwatch(&["verify", "last", "--runs-dir", dir]).status.code(), Some(0));

    let folder = runs.path().join(id);
    for name in ["journal.ndjson", "dr.log", "summary.json", "summary.md"] {
        assert!(folder.join(name).is_file(), "{name} is missing");
    }
    let journal = folder.join("journal.ndjson");
    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, text.replacen("ava400-ks", "ava400-kz", 1)).unwrap();
    let verified = drwatch(&["verify", "last", "--runs-dir", dir]);
    assert_eq!(verified.status.code(), Some(1), "a changed record passes as whole");
}

#[test]
fn an_unfinished_run_is_reported_too() {
    let runs = tempfile::tempdir().unwrap();
    let (_, summary) = demo(runs.path(), &[]);
    let journal = runs.path().join(summary["run"].as_str().unwrap()).join("journal.ndjson");
    let text = std::fs::read_to_string(&journal).unwrap();
    let half = text.lines().take(40).collect::<Vec<_>>().join("\n");
    std::fs::write(&journal, format!("{half}\n{{\"seq\":40,\"at\":\"torn")).unwrap();
    let json = drwatch(&["report", "last", "--format", "json", "--runs-dir", runs.path().to_str().unwrap()]);
    assert_eq!(json.status.code(), Some(0));
    let json: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json["outcome"], "incomplete");
    assert_eq!(json["journal"]["records"], 40);
}

#[test]
fn an_undisturbed_procedure_is_a_go_that_asks_for_nothing() {
    let runs = tempfile::tempdir().unwrap();
    for seed in ["1", "2", "3"] {
        let (_, summary) = demo(runs.path(), &["--seed", seed]);
        assert_eq!(summary["preflight"]["verdict"], "go");
        let items = summary["preflight"]["items"].as_array().unwrap();
        let state = |code: &str| {
            items.iter().find(|item| item["code"] == code).map(|item| item["state"].clone()).unwrap()
        };
        assert_eq!(state("baseline-before-service"), "ok", "{items:#?}");
        let asking: Vec<_> = items.iter().filter(|item| item["state"] == "attention").collect();
        assert!(asking.is_empty(), "{asking:#?}");
    }
}

#[test]
fn lines_for_people_tell_the_course_of_the_run() {
    let runs = tempfile::tempdir().unwrap();
    let output = drwatch(&["demo", "--headless", "--runs-dir", runs.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    for part in [
        "phase: stage-1",
        "phase: stage-2",
        "phase: in-use",
        "phase: ended",
        "replication on the primary: paused",
        "Cloud restore phase complete",
    ] {
        assert!(text.contains(part), "{part} is missing in:\n{text}");
    }
}

#[test]
fn a_log_rotated_under_the_follow_is_taken_up_again_without_loss() {
    let runs = tempfile::tempdir().unwrap();
    let (lines, summary) = demo(runs.path(), &["--scenario", "rotation"]);
    assert_eq!(summary["outcome"], "restored");
    assert!(
        lines.iter().all(|line| line["kind"] != "log_gap"),
        "the older files tell that nothing is missing"
    );
    let run = std::fs::read_dir(runs.path()).unwrap().next().unwrap().unwrap().path();
    let log = std::fs::read_to_string(run.join("dr.log")).unwrap();
    // The second file of stage 2 was written and rotated away while the follow was silent.
    assert_eq!(log.lines().filter(|line| line.starts_with("BUILD_PROD_VERSION")).count(), 3);
}

#[test]
fn a_reader_that_reads_nothing_keeps_no_run_from_its_end() {
    let home = tempfile::tempdir().unwrap();
    let runs = home.path().to_str().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_drwatch"))
        .args(["demo", "--headless", "--json", "--runs-dir", runs])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Held open and never read: the pipe is full long before the end.
    let unread = child.stdout.take();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(unread);
    let verified = drwatch(&["verify", "last", "--runs-dir", runs]);
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stderr));
}

#[test]
fn a_full_disk_behind_standard_output_is_told() {
    let home = tempfile::tempdir().unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_drwatch"))
        .args(["demo", "--headless", "--runs-dir", home.path().to_str().unwrap()])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("standard output cannot be written: No space left on device"), "{said}");
}

#[test]
fn the_commands_named_at_the_end_are_those_that_work() {
    let home = tempfile::tempdir().unwrap();
    let runs = home.path().join("runs of kim");
    let output = drwatch(&["demo", "--headless", "--runs-dir", runs.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    let command = text.lines().find_map(|line| line.trim().strip_prefix("report ")).expect("a command");
    let words = command.trim().replacen("drwatch", env!("CARGO_BIN_EXE_drwatch"), 1);
    let output = Command::new("sh").args(["-c", &words]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{words}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("Disaster-recovery test"));
    assert!(text.contains("drwatch replay ") && !text.contains("to go on"), "{text}");
}

#[test]
fn a_watch_that_was_left_names_the_command_that_goes_on_with_it() {
    let home = Home::new();
    let watch = Command::new(env!("CARGO_BIN_EXE_drwatch"))
        .args(home.words())
        .arg("--headless")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until("it is recorded", PATIENCE, || home.has_begun());
    kill(Pid::from_raw(watch.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    let text = String::from_utf8(watch.wait_with_output().unwrap().stdout).unwrap();
    let command = text.lines().find_map(|line| line.trim().strip_prefix("to go on ")).expect("a command");
    let id = home.run().file_name().unwrap().to_str().unwrap().to_owned();
    let runs = home.path().join("runs");
    assert_eq!(command.trim(), format!("drwatch watch --resume {id} --runs-dir {}", runs.display()));
}
