//! A terminal that shows sequences as text gets a sentence, and no screen.

use std::{fs, process::Command};

use crate::support::terminal::Terminal;

const PROGRAM: &str = env!("CARGO_BIN_EXE_drwatch");

#[test]
fn a_dumb_terminal_is_told_what_to_use_and_nothing_is_recorded() {
    let runs = tempfile::tempdir().unwrap();
    let folder = runs.path().to_str().unwrap();
    let recorded = Command::new(PROGRAM).args(["demo", "--headless", "--runs-dir", folder]).output().unwrap();
    assert!(recorded.status.success());
    let commands: [&[&str]; 4] =
        [&["demo"], &["watch", "--dr", "admin@192.0.2.1"], &["replay", "last"], &["view", "last"]];
    for command in commands {
        let arguments = [command, &["--runs-dir", folder]].concat();
        let terminal = Terminal::start(PROGRAM, &arguments, &[("TERM", "dumb")], 24, 100);
        let (code, text) = terminal.wait_for_exit();
        assert_eq!(code, 2, "{command:?}: {text}");
        assert!(text.contains("TERM is dumb") && text.contains("--headless"), "{command:?}: {text}");
        assert!(!text.contains('\u{1b}'), "{command:?}: {text:?}");
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "{command:?}");
    }
}
