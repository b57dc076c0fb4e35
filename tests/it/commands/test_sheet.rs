//! The test sheet and the issue register, from outside.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use drwatch::journal::{RunFolder, RunLock, list_runs};
use serde_json::Value;

fn drwatch(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_drwatch"));
    command.args(arguments).env("XDG_CONFIG_HOME", "/nowhere").output().expect("drwatch runs")
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A demo with that plan, recorded in `home`; its folder and its summary.
fn demo(home: &Path, scenario: &str, plan: &str) -> (RunFolder, Value) {
    demo_with(home, scenario, plan, "")
}

/// The same with those settings.
fn demo_with(home: &Path, scenario: &str, plan: &str, settings: &str) -> (RunFolder, Value) {
    let (runs, file) = (home.join("runs"), home.join("plan.toml"));
    let own = home.join("settings.toml");
    fs::write(&own, settings).unwrap();
    fs::write(&file, plan).unwrap();
    let output = drwatch(&[
        "demo",
        "--headless",
        "--scenario",
        scenario,
        "--settings",
        own.to_str().unwrap(),
        "--plan",
        file.to_str().unwrap(),
        "--engineer",
        "Kim Berg",
        "--runs-dir",
        runs.to_str().unwrap(),
    ]);
    assert!(output.status.code().is_some_and(|code| code != 2), "{}", errors(&output));
    let folder = list_runs(&runs).unwrap().pop().unwrap().unwrap();
    let summary = fs::read(folder.path().join("summary.json")).unwrap();
    (folder, serde_json::from_slice(&summary).unwrap())
}

const PLAN: &str = "objective = \"Show it.\"\nchange_ticket = \"CHG-7\"\n\
                    [[people]]\nname = \"Kim Berg\"\nrole = \"operator\"\n\
                    [targets]\ntime_to_restored = { limit = \"14h\", source = \"BIA 7\" }\n\
                    time_to_usable = { limit = \"16h\" }\nexposure = { limit = \"1s\" }\n\
                    largest_gap = { limit = \"10m\" }\nopen_findings = { limit = 0 }\n\
                    [planned]\npause = 2026-11-29T20:00:00Z\n";

#[test]
fn a_run_from_a_plan_is_judged_by_each_criterion_and_one_from_an_empty_plan_states_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (_, summary) = demo(home.path(), "procedure", PLAN);
    let judged: Vec<_> = summary["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["target"].as_str().unwrap(), one["judgement"].as_str().unwrap()))
        .collect();
    assert_eq!(
        judged,
        [
            ("time_to_restored", "passed"),
            ("time_to_usable", "not_measured"),
            ("exposure", "failed"),
            ("largest_gap", "passed"),
            ("open_findings", "passed"),
        ]
    );
    assert!(summary["criteria"].as_array().unwrap().iter().all(|one| one["reason"].is_string()));
    assert_eq!(summary["test_sheet"]["objective"], "Show it.");
    assert_eq!(summary["test_sheet"]["origin"]["sha256"].as_str().map(str::len), Some(64));
    assert!(summary["test_sheet"]["frozen_at"].is_string());
    assert_eq!(summary["procedure"].as_array().map(Vec::len), Some(10));
    assert_eq!(summary["procedure"][0]["engineer"], "Kim Berg");
    assert!(summary["procedure"][0]["planned_at"].as_str().unwrap().starts_with("2026-11-29T20:00:00"));
    assert!(summary["recovery"]["time_to_restored_seconds"].as_f64().unwrap() > 0.0);

    let home = tempfile::tempdir().unwrap();
    let (_, summary) = demo(home.path(), "procedure", "");
    assert_eq!(summary["criteria"], Value::Array(Vec::new()));
    let sheet = summary["test_sheet"].as_object().unwrap();
    for name in ["objective", "scenario", "scope", "place", "change_ticket"] {
        assert_eq!(sheet[name], Value::Null, "{name}");
    }
    assert!(sheet["frozen_at"].is_string(), "that nothing was stated is frozen as well");
}

#[test]
fn a_step_that_was_left_out_is_shown_as_skipped_and_as_a_deviation() {
    let home = tempfile::tempdir().unwrap();
    // Neither the pause nor the threads can be sent then, and the simulated hand starts the service all the same.
    let (_, summary) = demo_with(home.path(), "procedure", PLAN, "read_only = true\n");
    let skipped: Vec<_> = summary["procedure"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["state"] == "skipped")
        .map(|step| step["step"].as_str().unwrap())
        .collect();
    assert!(skipped.contains(&"pause") && skipped.contains(&"threads"), "{skipped:?}");
    let deviations = summary["deviations"].to_string();
    assert!(deviations.contains("pause replication\\\" was skipped"), "{deviations}");
    let unproven = summary["not_proven"].to_string();
    assert!(unproven.contains("it was not listed while replication was paused"), "{unproven}");
}

#[test]
fn a_finding_gets_an_owner_and_a_due_date_after_the_end_and_the_record_still_verifies() {
    let home = tempfile::tempdir().unwrap();
    let (folder, before) = demo(home.path(), "counter-reset", PLAN);
    let code = before["issues"][0]["code"].as_str().expect("a finding that needs somebody").to_owned();
    let runs = home.path().join("runs");
    let runs = runs.to_str().unwrap();
    let findings = |more: &[&str]| drwatch(&[&["findings", "last", "--runs-dir", runs], more].concat());

    let set = ["--set", &code, "--owner", "Ole Lund", "--due", "2026-12-10", "--engineer", "Ida Holm"];
    let output = findings(&[&set[..], &["--remedy", "Replace it.", "--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let issue: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&issue[0]["owner"], &issue[0]["due"]), (&"Ole Lund".into(), &"2026-12-10".into()));
    assert_eq!(
        (&issue[0]["decision"]["decision"], &issue[0]["engineer"]),
        (&"remedy".into(), &"Ida Holm".into())
    );

    // What is not named stays.
    let output = findings(&["--set", &code, "--accept", "It is known."]);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("Ole Lund") && table.contains("risk accepted: It is known."), "{table}");
    let output = findings(&[]);
    assert!(output.stdout.split(|byte| *byte == b'\n').all(|line| line.len() <= 90), "wide");

    let verified = drwatch(&["verify", "last", "--runs-dir", runs]);
    let text = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(verified.status.code(), Some(0), "{}", errors(&verified));
    assert!(text.contains("(issue stated), is covered by no digest in this folder"), "{text}");

    // Nothing else moved.
    let output = drwatch(&["report", "last", "--format", "json", "--runs-dir", runs]);
    let mut after: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut before = before;
    for summary in [&mut before, &mut after] {
        let summary = summary.as_object_mut().unwrap();
        // The summary on disk was written before the end of the record.
        for name in ["issues", "journal", "ended_at", "export_record"] {
            summary.remove(name);
        }
    }
    let differing: Vec<_> = before
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, value)| after[name.as_str()] != **value)
        .map(|(name, _)| name)
        .collect();
    assert!(differing.is_empty(), "{differing:?}");

    // Refusals.
    let unknown = findings(&["--set", "no-such", "--owner", "x"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(errors(&unknown).contains(&code), "{}", errors(&unknown));
    for wrong in [&["--set", &code][..], &["--set", &code, "--due", "soon"], &["--owner", "x"]] {
        assert_eq!(findings(wrong).status.code(), Some(2), "{wrong:?}");
    }
    let _lock = RunLock::take(&folder).unwrap();
    let locked = findings(&["--set", &code, "--owner", "x"]);
    assert_eq!(locked.status.code(), Some(1));
    assert!(errors(&locked).contains("being recorded"), "{}", errors(&locked));
}

#[test]
fn a_plan_that_cannot_be_used_is_refused_with_its_line_and_the_template_is_never_written_over() {
    let home = tempfile::tempdir().unwrap();
    let plan = home.path().join("plan.toml");
    fs::write(&plan, "\nobjectve = \"x\"\n").unwrap();
    let words = ["--plan", plan.to_str().unwrap(), "--runs-dir", home.path().to_str().unwrap()];
    for command in [&["demo", "--headless"][..], &["watch", "--headless", "--log", "-"]] {
        let output = drwatch(&[command, &words].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(
            errors(&output).contains("line 2: ") && errors(&output).lines().count() == 1,
            "{}",
            errors(&output)
        );
    }
    let fresh = home.path().join("new.toml");
    let init = || drwatch(&["settings", "init", "--plan", fresh.to_str().unwrap()]);
    let output = init();
    assert_eq!(
        (output.status.code(), String::from_utf8_lossy(&output.stdout).trim()),
        (Some(0), fresh.to_str().unwrap())
    );
    fs::write(&fresh, "objective = \"mine\"").unwrap();
    assert_eq!(init().status.code(), Some(1));
    assert_eq!(fs::read_to_string(&fresh).unwrap(), "objective = \"mine\"");
}
