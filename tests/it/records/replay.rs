//! Replay and view, from outside: through a terminal, beside a recorder, and with names that mean no run.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use crate::support::terminal::Terminal;

const PROGRAM: &str = env!("CARGO_BIN_EXE_drwatch");

fn drwatch(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().expect("drwatch runs")
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A recorded demo.
fn recorded(runs: &Path) -> PathBuf {
    let output = drwatch(&["demo", "--headless", "--runs-dir", text(runs)]);
    assert_eq!(output.status.code(), Some(0));
    fs::read_dir(runs).unwrap().next().unwrap().unwrap().path()
}

fn open(arguments: &[&str], runs: &Path, size: (u16, u16)) -> Terminal {
    let mut all = arguments.to_vec();
    all.extend(["--runs-dir", text(runs)]);
    Terminal::start(PROGRAM, &all, &[], size.0, size.1)
}

/// Every file of a run folder with its content.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn a_replay_is_played_held_and_steered_by_keys_and_changes_nothing() {
    let runs = tempfile::tempdir().unwrap();
    let folder = recorded(runs.path());
    let before = contents(&folder);
    // Not even the right to write is needed.
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o500)).unwrap();
    let mut replay = open(&["replay", "last", "--speed", "20"], runs.path(), (40, 120));
    replay.wait_for("REPLAY  x20");
    replay.wait_for("PAUSED since");
    replay.type_keys("h");
    replay.wait_for("REPLAY  held");
    replay.type_keys("+");
    replay.type_keys("]");
    replay.wait_for("▶ 1 METADATA");
    replay.type_keys("]");
    replay.wait_for("▶ 2 NAMESPACE");
    replay.wait_for("Cloud restore phase complete");
    replay.type_keys("[");
    replay.wait_for("▶ 1 METADATA");
    replay.type_keys("<");
    replay.wait_for("held 00:00:00");
    replay.type_keys(":+1h\r");
    replay.wait_until("the end", |screen| !screen.contains("held 00:00:00"));
    replay.type_keys("@soon\r");
    replay.wait_for("that is no time");
    replay.type_keys("\x1b[27u");
    for key in ["p", "r", "t", "s", "a", "e", "b", "n", "B", "R"] {
        replay.type_keys("<");
        replay.wait_until("the message is gone", |screen| !screen.contains("this is a replay"));
        replay.type_keys(key);
        replay.wait_for("this is a replay: nothing can be sent or added");
    }
    replay.type_keys("<h");
    replay.wait_for("REPLAY  x50");
    replay.type_keys(">");
    replay.wait_for("at the end");
    replay.wait_for("✓ ended");
    replay.resize(24, 80);
    replay.wait_for("at the end");
    replay.type_keys("?");
    replay.wait_for("The replay");
    replay.type_keys("\x1b[27u");
    replay.type_keys("q");
    let (code, closing) = replay.wait_for_exit();
    assert_eq!(code, 0, "{closing}");
    assert!(closing.contains("Nothing was sent or recorded"), "{closing}");
    assert_eq!(contents(&folder), before);
}

#[test]
fn no_key_is_lost_that_is_typed_while_the_window_changes_its_size() {
    const CHANGES: u16 = 100;
    let runs = tempfile::tempdir().unwrap();
    recorded(runs.path());
    let mut replay = open(&["replay", "last", "--speed", "20"], runs.path(), (40, 120));
    replay.wait_for("REPLAY  x20");
    replay.type_keys("h");
    for change in 0..CHANGES {
        let columns = 100 + change % 2;
        replay.resize(40, columns);
        replay.type_keys("?");
        replay.wait_for("The replay");
        replay.type_keys("\x1b[27u");
        replay.wait_until("help is closed", |screen| !screen.contains("The replay"));
    }
}

#[test]
fn hostile_bytes_in_the_raw_log_do_not_reach_the_terminal() {
    let runs = tempfile::tempdir().unwrap();
    let folder = recorded(runs.path());
    let log = folder.join("dr.log");
    let mut bytes = fs::read(&log).unwrap();
    let hostile = b"\x1b]0;owned\x07\x1b[31m\x9b2J\xff\x00";
    let length = bytes.len();
    for line in bytes[length / 2..].split_mut(|byte| *byte == b'\n').filter(|line| line.len() > 60) {
        line[40..40 + hostile.len()].copy_from_slice(hostile);
    }
    fs::write(&log, bytes).unwrap();
    for (command, mark) in [("replay", "REPLAY"), ("view", "VIEW")] {
        let mut terminal = open(&[command, "last"], runs.path(), (40, 160));
        terminal.wait_for(mark);
        terminal.type_keys(">z");
        terminal.wait_for("owned");
        terminal.type_keys("q");
        terminal.wait_until("the shell's line", |screen| screen.contains("Nothing was sent or recorded"));
        let received = terminal.received();
        for sequence in [&b"\x1b]0;"[..], b"\x9b2J", b"\x00"] {
            assert!(!received.windows(sequence.len()).any(|window| window == sequence), "{command}");
        }
    }
}

/// What the engineer does in a demo until the script starts the service of the DR appliance.
fn pause_and_set_threads(demo: &mut Terminal) {
    demo.wait_for("verified");
    demo.type_keys("p");
    demo.wait_for("Confirm the two appliances");
    demo.type_keys("ava-prod\r");
    demo.wait_for("no replication enable");
    demo.type_keys("ava-prod\r");
    demo.wait_for("PAUSED since");
    demo.type_keys("t");
    demo.wait_for("replication num-threads 128");
    demo.type_keys("ava-dr\r");
}

#[test]
fn two_views_look_on_and_one_that_is_killed_disturbs_neither_the_other_nor_the_recorder() {
    let runs = tempfile::tempdir().unwrap();
    let mut recorder = open(&["demo", "--speed", "50"], runs.path(), (40, 120));
    recorder.wait_for("● recording");
    pause_and_set_threads(&mut recorder);
    let mut first = open(&["view", "last"], runs.path(), (24, 80));
    let mut second = open(&["view", "last"], runs.path(), (40, 120));
    for view in [&mut first, &mut second] {
        view.wait_for("VIEW");
        view.wait_for("recording goes on");
        view.type_keys("p");
        view.wait_for("this is a view: nothing can be sent or added");
    }
    let killed = Command::new("kill").args(["-9", &first.process_id().to_string()]).status().unwrap();
    assert!(killed.success());
    // At this speed stage 2 lasts some seconds: a busy machine may show it only when it is over.
    for terminal in [&mut recorder, &mut second] {
        terminal.wait_until("stage 2 has begun", |screen| {
            screen.contains("▶ 2 NAMESPACE") || screen.contains("▶ RESTORED")
        });
    }
    // Looking back while it is being recorded.
    let mut replay = open(&["replay", "last", "--speed", "1"], runs.path(), (40, 120));
    replay.wait_for("REPLAY");
    replay.type_keys("]");
    replay.wait_for("▶ 1 METADATA");
    replay.type_keys(">");
    // A recorder that got no turn through all of stage 1 has seen its end without its beginning.
    replay.wait_until("stage 2, or what follows", |screen| {
        screen.contains("▶ 2 NAMESPACE") || screen.contains("stage inferred")
    });
    recorder.wait_for("▶ RESTORED");
    replay.type_keys(">");
    replay.wait_for("▶ RESTORED");
    second.wait_for("▶ RESTORED");
    replay.type_keys("q");
    assert_eq!(replay.wait_for_exit().0, 0);

    // Not q: a dialog that a busy machine has opened meanwhile, for older markers, would be closed by it.
    recorder.type_keys("\u{3}");
    recorder.wait_for("Quit drwatch?");
    recorder.type_keys("Q");
    second.wait_for("recording has ended");
    second.type_keys("q");
    let (code, closing) = second.wait_for_exit();
    assert_eq!(code, 0, "{closing}");
    let (code, closing) = recorder.wait_for_exit();
    assert!([0, 4].contains(&code), "restored, whatever findings are open: {code} {closing}");
    let verified = drwatch(&["verify", "last", "--runs-dir", text(runs.path())]);
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stderr));
}

#[test]
fn a_recorder_that_is_killed_is_told_of_as_gone() {
    let runs = tempfile::tempdir().unwrap();
    let mut recorder = open(&["demo", "--speed", "20"], runs.path(), (24, 80));
    recorder.wait_for("● REC");
    let mut view = open(&["view", "last"], runs.path(), (24, 100));
    view.wait_for("recording goes on");
    assert!(
        Command::new("kill").args(["-9", &recorder.process_id().to_string()]).status().unwrap().success()
    );
    view.wait_for("the recorder is gone");
    view.type_keys("q");
    assert_eq!(view.wait_for_exit().0, 0);
}

#[test]
fn a_run_is_named_by_id_prefix_path_or_last_and_no_other_way() {
    let runs = tempfile::tempdir().unwrap();
    let folder = recorded(runs.path());
    let id = folder.file_name().unwrap().to_str().unwrap();
    for name in [id, &id[..20], text(&folder), "last"] {
        let mut replay = open(&["replay", name], runs.path(), (24, 80));
        replay.wait_for("REPLAY");
        replay.type_keys("q");
        assert_eq!(replay.wait_for_exit().0, 0, "{name}");
    }
    for command in ["replay", "view"] {
        let output = drwatch(&[command, "20200101", "--runs-dir", text(runs.path())]);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8(output.stderr).unwrap().lines().count(), 1);
        // Standard output is no terminal here.
        let output = drwatch(&[command, "last", "--runs-dir", text(runs.path())]);
        assert_eq!(output.status.code(), Some(1));
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.lines().count() == 1 && error.contains("drwatch report"), "{error}");
    }
    let output = drwatch(&["replay", "last", "--speed", "0", "--runs-dir", text(runs.path())]);
    assert_eq!(output.status.code(), Some(2));
}
