//! Looking back in a live screen: the run goes on, nothing is sent, and the way back is always open.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::support::terminal::Terminal;

/// Escape, in the form that is no beginning of another key.
const ESCAPE: &str = "\x1b[27u";

fn demo(runs: &Path) -> Terminal {
    let arguments = ["demo", "--speed", "5", "--runs-dir", runs.to_str().unwrap()];
    let mut demo = Terminal::start(env!("CARGO_BIN_EXE_drwatch"), &arguments, &[], 40, 120);
    demo.wait_for("● recording");
    demo.wait_for("verified");
    demo
}

fn journal(runs: &Path) -> PathBuf {
    fs::read_dir(runs).unwrap().next().unwrap().unwrap().path().join("journal.ndjson")
}

fn records(journal: &Path) -> usize {
    fs::read_to_string(journal).unwrap().lines().count()
}

#[test]
fn the_run_goes_on_while_the_engineer_looks_back_and_nothing_is_sent() {
    let runs = tempfile::tempdir().unwrap();
    let mut demo = demo(runs.path());
    let journal = journal(runs.path());
    demo.type_keys("P");
    demo.wait_for("PAST ");
    let before = records(&journal);
    for key in ["p", "r", "t", "s", "e", "B", "R"] {
        // The message of the key before goes with the next one.
        demo.type_keys("<");
        demo.wait_until("the message is gone", |screen| !screen.contains("You look at"));
        demo.type_keys(key);
        demo.wait_for("Esc goes back to live.");
    }
    demo.wait_for("held");
    while records(&journal) < before + 5 {
        demo.drain(Duration::from_millis(50));
    }
    assert!(demo.contents().contains("PAST "), "{}", demo.contents());
    demo.type_keys(ESCAPE);
    demo.wait_until("the present", |screen| !screen.contains("PAST "));
    // A note needs the present; it is on record behind what was recorded meanwhile.
    demo.type_keys("n");
    demo.wait_for("A note for the record");
    demo.type_keys("seen\r");
    demo.wait_for("your note is on record");
    demo.type_keys("P");
    demo.wait_for("PAST ");
    demo.type_keys("q");
    demo.wait_for("Quit drwatch?");
    assert!(!demo.contents().contains("PAST "), "{}", demo.contents());
    demo.type_keys("y");
    assert_eq!(demo.wait_for_exit().0, 3);
    let text = fs::read_to_string(&journal).unwrap();
    assert!(!text.contains("action_requested") && !text.contains("baseline_taken"));
    assert!(text.contains("\"seen\""));
}

#[test]
fn a_signal_in_the_past_ends_the_run_in_order() {
    let runs = tempfile::tempdir().unwrap();
    let mut demo = demo(runs.path());
    demo.type_keys("P");
    demo.wait_for("PAST ");
    let pid = demo.process_id().try_into().unwrap();
    crate::support::processes::signal(&[pid], nix::sys::signal::Signal::SIGTERM);
    assert_eq!(demo.wait_for_exit().0, 3);
    assert!(fs::read_to_string(journal(runs.path())).unwrap().contains("run_ended"));
}

#[test]
fn a_record_that_cannot_be_read_leaves_the_present_on_the_screen() {
    let runs = tempfile::tempdir().unwrap();
    let mut demo = demo(runs.path());
    let journal = journal(runs.path());
    let aside = journal.with_extension("aside");
    fs::rename(&journal, &aside).unwrap();
    demo.type_keys("P");
    demo.wait_for("the record cannot be read");
    assert!(!demo.contents().contains("PAST "), "{}", demo.contents());
    fs::rename(&aside, &journal).unwrap();
    demo.type_keys("P");
    demo.wait_for("PAST ");
    demo.type_keys("q");
    demo.wait_for("Quit drwatch?");
    demo.type_keys("y");
    assert_eq!(demo.wait_for_exit().0, 3);
}
