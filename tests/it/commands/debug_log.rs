//! `--debug-log FILE` and `DRWATCH_LOG`: what drwatch itself does, for whoever looks into a hang.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use crate::support::pair::DRWATCH;

fn demo(runs: &Path) -> Command {
    let mut command = Command::new(DRWATCH);
    command.args(["demo", "--headless", "--runs-dir"]).arg(runs).env_remove("DRWATCH_LOG");
    command
}

#[test]
fn the_option_and_the_variable_name_a_file_for_the_user_alone() {
    let home = tempfile::tempdir().unwrap();
    let (by_option, by_variable) = (home.path().join("option.log"), home.path().join("variable.log"));
    assert!(demo(home.path()).arg("--debug-log").arg(&by_option).output().unwrap().status.success());
    assert!(demo(home.path()).env("DRWATCH_LOG", &by_variable).output().unwrap().status.success());
    for path in [by_option, by_variable] {
        let logged = fs::read_to_string(&path).unwrap();
        assert!(logged.contains("appliance{role=primary}") && logged.contains("question{kind="), "{logged}");
        assert!(logged.chars().all(|character| character == '\n' || !character.is_control()));
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn nothing_is_logged_without_them() {
    let home = tempfile::tempdir().unwrap();
    assert!(demo(home.path()).env("DRWATCH_LOG", "").output().unwrap().status.success());
    assert!(fs::read_dir(home.path()).unwrap().all(|entry| entry.unwrap().path().is_dir()));
}

#[test]
fn a_debug_log_that_cannot_be_written_is_one_sentence_and_exit_code_2() {
    let home = tempfile::tempdir().unwrap();
    for place in [Path::new("/dev/null"), home.path(), Path::new("/no/such/folder/log")] {
        let output = demo(home.path()).arg("--debug-log").arg(place).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.lines().count() == 1 && said.contains("the debug log") && said.contains("DRWATCH_LOG"));
    }
}
