//! The list of recorded runs, and runs beside each other.

use drwatch::journal::{RunFolder, RunLock};
use serde_json::Value;

use super::demo::{demo, drwatch};

#[test]
fn the_list_says_which_run_is_live_and_which_was_left_paused() {
    let runs = tempfile::tempdir().unwrap();
    let (_, summary) = demo(runs.path(), &[]);
    let folder = runs.path().join(summary["run"].as_str().unwrap());
    let listed = |more: &[&str]| {
        let dir = runs.path().to_str().unwrap();
        let output = drwatch(&[&["runs", "--runs-dir", dir], more].concat());
        String::from_utf8(output.stdout).unwrap()
    };
    let told = || {
        let json: Value = serde_json::from_str(&listed(&["--json"])).unwrap();
        let json = &json[0];
        let text = listed(&[]);
        assert_eq!(json["live"], text.contains("LIVE"), "{text}");
        assert_eq!(json["left_paused"], text.contains("LEFT PAUSED"), "{text}");
        (json["live"] == true, json["left_paused"] == true)
    };
    assert_eq!(told(), (false, false), "resumed at the end");
    let journal = folder.join("journal.ndjson");
    let text = std::fs::read_to_string(&journal).unwrap();
    let stage_2 = text.lines().position(|line| line.contains("download_complete")).expect("the marker");
    let killed: Vec<_> = text.lines().take(stage_2 + 1).collect();
    std::fs::write(&journal, killed.join("\n") + "\n").unwrap();
    assert_eq!(told(), (false, true), "killed while replication was paused");
    let held = RunLock::take(&RunFolder::open(&folder).unwrap()).unwrap();
    assert_eq!(told(), (true, false), "being recorded");
    assert!(listed(&[]).contains("PAUSED"));
    drop(held);
    assert_eq!(told(), (false, true));
}

#[test]
fn neither_a_report_nor_a_debug_log_is_written_over_a_record() {
    let runs = tempfile::tempdir().unwrap();
    let (_, summary) = demo(runs.path(), &[]);
    let (dir, run) = (runs.path().to_str().unwrap(), summary["run"].as_str().unwrap());
    let folder = runs.path().join(run);
    for name in ["journal.ndjson", "dr.log", "summary.json"] {
        let (path, before) = (folder.join(name), std::fs::read(folder.join(name)).unwrap());
        let path = path.to_str().unwrap();
        for words in [
            &["report", "--runs-dir", dir, run, "-o", path][..],
            &["report", "--runs-dir", dir, run, "-o", path, "--format", "csv"],
            &["runs", "--runs-dir", dir, "--debug-log", path],
        ] {
            let output = drwatch(words);
            assert_eq!(output.status.code(), Some(2), "{words:?}");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.contains("a file of a run's record"), "{said}");
        }
        assert!(std::fs::read(path).unwrap() == before, "{name}");
    }
    let page = folder.join("report.md");
    for _ in 0..2 {
        let output = drwatch(&["report", "--runs-dir", dir, run, "-o", page.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn the_list_leaves_out_rehearsals_where_real_runs_are_asked_for_and_never_counts_them_as_tests() {
    let runs = tempfile::tempdir().unwrap();
    demo(runs.path(), &[]);
    let damaged = runs.path().join("20991231T235959Z-00ffee");
    std::fs::create_dir(&damaged).unwrap();
    std::fs::write(damaged.join("dr.log"), "line\n").unwrap();
    let dir = runs.path().to_str().unwrap();
    let listed = |more: &[&str]| {
        let output = drwatch(&[&["runs", "--runs-dir", dir], more].concat());
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    let lines = |text: &str| text.lines().map(|line| line.chars().take(8).collect()).collect::<Vec<String>>();
    assert_eq!(lines(&listed(&[])).len(), 3);
    assert!(listed(&[]).contains("REHEARSAL") && lines(&listed(&[]))[1] == "20991231", "the newest first");
    let real = listed(&["--real"]);
    assert!(!real.contains("REHEARSAL") && real.contains("DAMAGED: holds no journal"), "{real}");
    let json: Value = serde_json::from_str(&listed(&["--real", "--json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 1);
    assert!(json[0]["error"].as_str().unwrap().contains("holds no journal"));
    assert_eq!(listed(&["--programme", "--json"]).trim(), "[]");
    let settings = runs.path().join("settings.toml");
    std::fs::write(&settings, "[programme]\ntest_interval_days = 30\n").unwrap();
    let settings = settings.to_str().unwrap();
    assert_eq!(listed(&["--programme", "--json", "--settings", settings]).trim(), "[]");
    std::fs::write(settings, "[programme]\ntest_interval_days = \"soon\"\n").unwrap();
    let refused = drwatch(&["runs", "--runs-dir", dir, "--programme", "--settings", settings]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("settings.toml"));
}

#[test]
fn sixteen_threads_and_128_are_compared_by_what_was_read_in_stage_1() {
    let runs = tempfile::tempdir().unwrap();
    let settings = runs.path().join("settings.toml");
    std::fs::write(&settings, "[download]\nthreads = 16\n").unwrap();
    let id = |summary: Value| summary["run"].as_str().unwrap().to_owned();
    let slow = id(demo(runs.path(), &["--settings", settings.to_str().unwrap()]).1);
    let fast = id(demo(runs.path(), &[]).1);
    let reset = id(demo(runs.path(), &["--scenario", "counter-reset"]).1);
    let words = ["compare", &slow, &fast, &reset, "--json", "--runs-dir", runs.path().to_str().unwrap()];
    let output = drwatch(&words);
    assert_eq!(output.status.code(), Some(0));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let values = |name: &str| {
        let figures = found["figures"].as_array().unwrap();
        figures.iter().find(|figure| figure["name"] == name).expect(name)["values"].clone()
    };
    assert_eq!([&values("threads")[0]["value"], &values("threads")[1]["value"]], [16.0, 128.0]);
    assert_eq!(values("objects_per_second")[1]["verdict"], "better");
    assert_eq!(values("seconds_per_get")[1]["verdict"], "worse");
    assert!(values("objects_per_second")[2]["not_compared"].as_str().unwrap().contains("reset"));
    assert!(found["runs"][1]["rates"].as_array().unwrap().len() > 10);
}

#[test]
fn a_missing_run_is_one_sentence_and_exit_code_2() {
    let runs = tempfile::tempdir().unwrap();
    for run in ["last", "20200101"] {
        let output = drwatch(&["report", run, "--runs-dir", runs.path().to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
    }
}

#[test]
fn a_report_of_a_run_whose_log_is_missing_or_cut_says_so() {
    let runs = tempfile::tempdir().unwrap();
    let (_, summary) = demo(runs.path(), &[]);
    let log = runs.path().join(summary["run"].as_str().unwrap()).join("dr.log");
    let report = || {
        let output = drwatch(&["report", "last", "--runs-dir", runs.path().to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(report(), "");
    let bytes = std::fs::read(&log).unwrap();
    std::fs::write(&log, &bytes[..bytes.len() - 5]).unwrap();
    assert!(report().contains("lacks 5 bytes that its record cites"), "{}", report());
    std::fs::remove_file(&log).unwrap();
    assert!(report().contains(&format!("lacks {} bytes", bytes.len())), "{}", report());
}
