//! A watch over ssh of appliances that drwatch simulates: a rehearsal everywhere it is shown, and no test of real ones.

use std::{fs, process::Command};

use serde_json::Value;

use crate::support::{
    PATIENCE,
    pair::{DRWATCH, Pair, summary},
    wait_until,
};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];

/// What `drwatch` prints with those words and the flags of `pair`.
fn said(words: &[&str], flags: &[String]) -> String {
    let output = Command::new(DRWATCH).args(words).args(flags).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_watch_of_simulated_appliances_is_a_rehearsal_in_every_output() {
    let pair = Pair::start(60);
    assert!(said(&[&["check"][..], &BOTH].concat(), &pair.flags()).contains("REHEARSAL"));
    let check = said(&[&["check", "--json"][..], &BOTH].concat(), &pair.flags());
    assert_eq!(serde_json::from_str::<Value>(&check).unwrap()["simulated"], true);

    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.wait_for("REHEARSAL");
    let folder = pair.run_folder();
    wait_until("both appliances are identified", PATIENCE, || {
        let journal = fs::read_to_string(folder.join("journal.ndjson")).unwrap();
        journal.matches(r#""kind":"identified""#).count() >= 2
    });
    terminal.type_keys("qy");
    let (_, screen) = terminal.wait_for_exit();
    assert!(screen.contains("simulated"), "{screen}");

    let summary = summary(&folder);
    assert_eq!(summary["simulated"], true);
    assert_eq!(summary["versions"]["primary"]["simulated"], true);
    assert_eq!(summary["protected_again"], Value::Null, "it was never paused");
    let flags = pair.flags_of_runs();
    assert!(said(&["runs"], &flags).contains("REHEARSAL"));
    let id = folder.file_name().unwrap().to_str().unwrap();
    assert!(!said(&["runs", "--real"], &flags).contains(&id[..8]));
    assert_eq!(said(&["runs", "--programme", "--json"], &flags).trim(), "[]");
    let report = said(&["report", id, "--format", "md"], &flags);
    let (head, _) = report.split_once("\n## ").unwrap();
    assert!(
        head.contains("**SIMULATED") && head.contains("Both appliances of this run were simulated."),
        "{head}"
    );
}
