//! What `import` says of the logs and of the run: bounds that hold, figures that were given, commands that work.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::import::{Home, json, restore};

#[test]
fn a_restore_is_listed_with_the_bounds_that_picking_it_gives() {
    let home = Home::new();
    // The same process writes both, in two logs: nothing but the markers tells them apart.
    let (one, two) = (restore(13, 1, 100), restore(14, 5, 100));
    let only_markers =
        |log: &str| log.lines().skip(1).take(4).flat_map(|line| [line, "\n"]).collect::<String>();
    let (one, two) = (only_markers(&one), only_markers(&two));
    let logs = [home.file("messages.1", &one), home.file("messages", &two)];
    for logs in [vec![&*logs[0], &*logs[1]], vec![&*home.file("both", format!("{one}{two}"))]] {
        let (list, _) = home.import(&[&logs[..], &["--list"]].concat());
        let restores = list["restores"].as_array().unwrap();
        let bounds = |restore: &Value| [restore["first_at"].clone(), restore["last_at"].clone()];
        let ends = |day: &str| format!("-09-{day}:00.");
        for (restore, [first, last]) in
            restores.iter().zip([["13T01:01", "13T01:30"], ["14T05:01", "14T05:30"]])
        {
            let [first_at, last_at] = bounds(restore).map(|at| at.as_str().unwrap().to_owned());
            assert!(first_at.contains(&ends(first)) && last_at.contains(&ends(last)), "{restore}");
        }
        let line = if logs.len() == 2 { 1 } else { 5 };
        assert_eq!((restores.len(), &restores[1]["line"]), (2, &line.into()), "{list}");
        let (picked, _) = home.import(&[&logs[..], &["--pick", "2"]].concat());
        assert_eq!(
            [&picked["first_at"], &picked["last_at"]],
            [&restores[1]["first_at"], &restores[1]["last_at"]]
        );
    }
}

#[test]
fn a_counter_that_fell_without_a_start_of_rfsd_is_refused() {
    let home = Home::new();
    let log = home.file("messages", restore(13, 1, 100).lines().skip(2).collect::<Vec<_>>().join("\n"));
    let said = home.refused(&[&log, "--baseline", "10", "--gets", "5"]);
    assert!(said.contains("(--baseline)") && said.contains("it fell"), "{said}");
    // With a start the count goes on from zero, and a finding says so.
    let log = home.file("whole", restore(13, 1, 100));
    let (imported, _) = home.import(&[&log, "--baseline", "10", "--gets", "5"]);
    let summary = json(&PathBuf::from(imported["folder"].as_str().unwrap()).join("summary.json"));
    assert!(summary.to_string().contains("counter-reset"), "{summary}");
}

#[test]
fn the_commands_that_an_import_names_find_its_run() {
    let home = Home::new();
    let runs = home.path("runs of kim");
    let settings = home.file("settings.toml", format!("runs_dir = {:?}\n", runs.to_str().unwrap()));
    let log = home.file("messages", restore(13, 1, 100));
    let import = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drwatch"));
        command.args(words).env("XDG_CONFIG_HOME", home.path("")).env("XDG_STATE_HOME", home.path(""));
        command.stdin(Stdio::null()).output().unwrap()
    };
    let output = import(&["import", "--settings", &settings, &log]);
    let said = String::from_utf8(output.stdout).unwrap();
    let named = said.lines().find(|line| line.contains("drwatch report ")).unwrap();
    assert!(named.ends_with(&format!("--runs-dir '{}'", runs.display())), "{named}");
}

#[test]
fn a_count_without_the_end_of_stage_1_gives_no_rate_of_it() {
    let home = Home::new();
    let whole = restore(13, 1, 100);
    let without: Vec<_> =
        whole.split_inclusive('\n').filter(|line| !line.contains("restore phase complete")).collect();
    let log = home.file("messages", without.concat());
    for (log, has_rate) in [(home.file("whole", &whole), true), (log, false)] {
        let (imported, _) = home.import(&[&log, "--baseline", "100", "--gets", "2762"]);
        let folder = PathBuf::from(imported["folder"].as_str().unwrap());
        let summary = json(&folder.join("summary.json"));
        assert_eq!(summary["download"]["mean_per_second"].is_number(), has_rate, "{log}");
    }
}

#[test]
fn a_stage_in_which_the_clock_of_the_log_was_set_back_has_no_length() {
    let home = Home::new();
    // Daylight saving time ended in stage 2, between minutes 9 and 30.
    let lines = restore(13, 2, 100).replace(" 02:30:00", " 02:20:00");
    let back = "Sep 13 02:59:59 localhost rfsd[100]: [gc.INFO] (1) y\nSep 13 02:00:00 localhost rfsd[100]: [gc.INFO] (1) y\n";
    let place = lines.match_indices('\n').nth(2).unwrap().0 + 1;
    let log = home.file("messages", format!("{}{back}{}", &lines[..place], &lines[place..]));
    let (imported, exit) = home.import(&[&log, "--year", "2025"]);
    assert_eq!((exit, &imported["outcome"]), (Some(4), &"restored".into()));
    let folder = PathBuf::from(imported["folder"].as_str().unwrap());
    let summary = json(&folder.join("summary.json"));
    let stage_2 =
        summary["phases"].as_array().unwrap().iter().find(|phase| phase["name"] == "stage-2").unwrap();
    assert!(stage_2["started_at"].is_string() && stage_2["seconds"].is_null(), "{stage_2}");
    let findings = summary["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["code"] == "log-clock-set-back").unwrap();
    let text = found["text"].as_str().unwrap();
    assert!(text.contains("set back by 00:59:59") && text.contains("in stage 2"), "{text}");
    let log = std::fs::read_to_string(folder.join("dr.log")).unwrap();
    let offset = log.find("Sep 13 02:00:00 localhost rfsd[100]: [gc.INFO] (1) y").unwrap();
    assert!(text.contains(&format!("at byte {offset} of dr.log")), "{text}");
}
