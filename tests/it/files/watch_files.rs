//! A log that comes from a file or from standard input, watched by the whole program.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

fn watch_command(home: &Path, log: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_drwatch"));
    command
        .args(["watch", "--headless", "--log", log, "--runs-dir"])
        .arg(home.join("runs"))
        .env("XDG_CONFIG_HOME", home)
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    command
}

fn watch(home: &Path, log: &str) -> Child {
    watch_command(home, log).spawn().unwrap()
}

fn wait_until(what: &str, condition: impl FnMut() -> bool) {
    crate::support::wait_until(what, crate::support::PATIENCE, condition);
}

/// The raw log of the only run recorded.
fn raw_log(home: &Path) -> Option<String> {
    let run = fs::read_dir(home.join("runs")).ok()?.next()?.unwrap().path();
    fs::read_to_string(run.join("dr.log")).ok()
}

fn wait_for_log(home: &Path, text: &str) {
    wait_until(text, || raw_log(home).is_some_and(|log| log.contains(text)));
}

#[test]
fn a_file_that_is_not_there_yet_is_refused_and_nothing_is_recorded() {
    let home = tempfile::tempdir().unwrap();
    let log = home.path().join("messages");
    let output = watch_command(home.path(), log.to_str().unwrap()).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("messages") && said.contains("cannot be read"), "{said}");
    assert!(!home.path().join("runs").exists());
}

#[test]
fn a_watch_of_standard_input_without_appliances_ends_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let mut child = watch(home.path(), "-");
    child.stdin.take().unwrap().write_all(b"syslogd 1.4.1: restart.\nunfinished").unwrap();
    let mut status = None;
    wait_until("the watch ends", || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    assert_eq!(status.unwrap().code(), Some(3), "nothing was restored");
    assert_eq!(raw_log(home.path()).unwrap(), "syslogd 1.4.1: restart.\nunfinished");
}

/// A marker of the restore, as it stands in the log now.
fn marker(words: &str) -> String {
    let now = drwatch::clock::Clock::system().now();
    let stamp = now.utc().format("%b %e %H:%M:%S");
    format!("{stamp} localhost rfsd[13852]: {words}\n")
}

#[test]
fn a_marker_counts_though_its_line_is_written_in_pieces_or_never_ended() {
    let home = tempfile::tempdir().unwrap();
    let log: PathBuf = home.path().join("messages");
    let append = |text: &str| {
        fs::OpenOptions::new().append(true).open(&log).unwrap().write_all(text.as_bytes()).unwrap();
    };
    fs::write(&log, marker("[dsfs.INFO] (1) up")).unwrap();
    let mut child = watch(home.path(), log.to_str().unwrap());
    wait_until("the file is taken in", || raw_log(home.path()).is_some_and(|text| text.ends_with("up\n")));
    let stage_1 = marker(
        "[namespace_restore.INFO] (13852) Cloud restore phase complete. Starting namespace generation phase",
    );
    let (first, rest) = stage_1.split_at(90);
    append(first);
    wait_until("its beginning is taken in", || {
        raw_log(home.path()).is_some_and(|text| text.ends_with(first))
    });
    append(rest);
    append(&marker(
        "[namespace_restore.INFO] (13852) Namespace generation phase complete. Successfully restored user namespace",
    ));
    append(marker("[megamount.INFO] (13852) restore namespace successful!").trim_end());
    let mut status = None;
    wait_until("the watch ends", || {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    assert_eq!(status.unwrap().code(), Some(0), "restored");
    assert_eq!(raw_log(home.path()).unwrap(), fs::read_to_string(&log).unwrap());
}

#[test]
fn a_log_that_cannot_be_read_any_more_is_told_and_goes_on_once_it_can() {
    let home = tempfile::tempdir().unwrap();
    let log: PathBuf = home.path().join("messages");
    fs::write(&log, "syslogd 1.4.1: restart.\n").unwrap();
    let mut child = watch(home.path(), log.to_str().unwrap());
    wait_until("the file is taken in", || raw_log(home.path()).is_some_and(|text| !text.is_empty()));
    // Reading a folder fails for root as well.
    fs::rename(&log, home.path().join("messages.1")).unwrap();
    fs::create_dir(&log).unwrap();
    fs::write(log.join("x"), "so that it has a size").unwrap();
    let journal = || {
        let run = fs::read_dir(home.path().join("runs")).unwrap().next().unwrap().unwrap().path();
        fs::read_to_string(run.join("journal.ndjson")).unwrap()
    };
    wait_until("the gap is on record", || journal().contains("cannot be read"));
    fs::remove_dir_all(&log).unwrap();
    fs::write(&log, "syslogd 1.4.1: restart again.\n").unwrap();
    wait_until("the new file is taken in", || {
        raw_log(home.path()).is_some_and(|text| text.ends_with("again.\n"))
    });
    assert_eq!(journal().matches("log_gap").count(), 1, "{}", journal());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_unfinished_line_is_kept_apart_from_the_file_that_takes_over_the_name() {
    let home = tempfile::tempdir().unwrap();
    let log: PathBuf = home.path().join("messages");
    fs::write(&log, "first\nunfin").unwrap();
    let mut child = watch(home.path(), log.to_str().unwrap());
    wait_for_log(home.path(), "first\n");
    fs::rename(&log, home.path().join("messages.1")).unwrap();
    fs::write(&log, "of the new file\n").unwrap();
    wait_for_log(home.path(), "of the new file\n");
    kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    child.wait().unwrap();
    assert_eq!(raw_log(home.path()).unwrap(), "first\nunfin\nof the new file\n");
}

#[test]
fn a_full_disk_behind_standard_output_does_not_end_the_recording() {
    let home = tempfile::tempdir().unwrap();
    let log: PathBuf = home.path().join("messages");
    fs::write(&log, "first\n").unwrap();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = watch_command(home.path(), log.to_str().unwrap());
    let child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    wait_for_log(home.path(), "first\n");
    // Each beat of the watch is a second: by now the output has failed.
    let run = fs::read_dir(home.path().join("runs")).unwrap().next().unwrap().unwrap().path();
    for number in 0..3 {
        fs::OpenOptions::new().append(true).open(&log).unwrap().write_all(b"more\n").unwrap();
        wait_until("the line is on record", || {
            let journal = fs::read_to_string(run.join("journal.ndjson")).unwrap();
            journal.matches("\"log_chunk\"").count() > number
        });
    }
    kill(Pid::from_raw(child.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said.matches("standard output takes no more (No space left on device").count(), 1, "{said}");
    assert_eq!(output.status.code(), Some(1), "{said}");
    let journal = fs::read_to_string(run.join("journal.ndjson")).unwrap();
    assert!(journal.contains("SIGTERM") && !journal.contains("SIGPIPE"), "{journal}");
    assert!(raw_log(home.path()).unwrap().ends_with("more\nmore\nmore\n"));
}
