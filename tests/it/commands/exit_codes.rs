//! The table of exit codes, meaning by meaning.

use std::{
    fs,
    process::{Command, Output, Stdio},
};

use drwatch::run::Exit;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

use crate::support::{PATIENCE, home::Home, pair::DRWATCH, wait_until};

const RESTORE: &str = "namespace_restore.INFO";

/// A folder with a log that is watched to its end, and the code of that watch.
struct Scene(TempDir);

impl Scene {
    fn new(log: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("log"), log).unwrap();
        Self(home)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn drwatch(&self, words: &[&str]) -> Command {
        let mut command = Command::new(DRWATCH);
        command.args(words).args(["--runs-dir", &self.path("runs")]).stdin(Stdio::null());
        command
    }

    /// Watches the log from standard input, to its end.
    fn watched(&self, more: &[&str]) -> Output {
        let log = fs::File::open(self.path("log")).unwrap();
        let mut command = self.drwatch(&["watch", "--headless", "--log", "-"]);
        command.args(more).stdin(log).output().unwrap()
    }

    fn run(&self) -> std::path::PathBuf {
        fs::read_dir(self.path("runs")).unwrap().next().unwrap().unwrap().path()
    }
}

#[track_caller]
fn ends_with(code: i32, meaning: &str, output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{meaning}: {said}");
    assert!(code == 0 || !said.contains("panicked"), "{meaning}: {said}");
}

/// A line that is written during the watch.
fn line(module: &str, message: &str) -> String {
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    let stamp = (now + chrono::TimeDelta::seconds(60)).format("%Y-%m-%dT%H:%M:%SZ");
    format!("{stamp} localhost rfsd[1]: [{module}] (1) {message}\n")
}

fn restored() -> String {
    [
        line(RESTORE, "Cloud restore phase complete. Starting namespace generation phase"),
        line(RESTORE, "Namespace generation phase complete. Successfully restored user namespace"),
        line("megamount.INFO", "restore namespace successful!"),
    ]
    .concat()
}

#[test]
fn keys_that_cannot_be_are_refused_at_the_start_with_their_line() {
    let wrong = [
        ("zoom = [\"p\"]", "p is the key of both zoom and pause"),
        ("fly = [\"x\"]", "no action is called `fly`"),
        ("zoom = [\"hyper-q\"]", "is no key that terminals send"),
    ];
    for (setting, reason) in wrong {
        let scene = Scene::new("");
        let settings = scene.path("settings.toml");
        fs::write(&settings, format!("[keys]\n{setting}\n")).unwrap();
        let output = scene.drwatch(&["demo", "--headless", "--settings", &settings]).output().unwrap();
        ends_with(2, setting, &output);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("line 2") && said.contains(reason), "{said}");
        assert!(!std::path::Path::new(&scene.path("runs")).exists(), "{setting}: a run was begun");
    }
}

#[test]
fn the_readme_the_help_and_the_manual_have_the_one_table() {
    let said = |words: &[&str]| {
        let output = Command::new(DRWATCH).args(words).output().unwrap();
        String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let readme = include_str!("../../../README.md").replace('`', "");
    let section = readme.split("## Exit codes\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows: Vec<_> = section.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert_eq!(rows, Exit::ALL.map(|exit| format!("| {} | {} |", exit.code(), exit.meaning())));
    let (help, manual) = (said(&["--help"]), said(&["man"]).replace("\\-", "-"));
    for exit in Exit::ALL {
        let line = format!("{} {}", exit.code(), exit.meaning());
        assert!(help.contains(&line) && manual.contains(&line), "{line}");
    }
}

#[test]
fn a_restore_that_failed_by_its_marker_ends_with_1() {
    let scene = Scene::new(&line(RESTORE, "Restore failed for good"));
    let dialect = "[[markers.restore_failed]]\nprogram = \"rfsd\"\nmodule = \"namespace_restore\"\n\
                   message = \"Restore failed for good\"\ncertainty = \"procedure\"\n";
    fs::write(scene.path("dialect.toml"), dialect).unwrap();
    fs::write(scene.path("settings.toml"), "dialect = \"dialect.toml\"\n").unwrap();
    ends_with(1, "the restore failed", &scene.watched(&["--settings", &scene.path("settings.toml")]));
}

#[test]
fn appliances_never_reached_end_with_1() {
    let scene = Scene::new("");
    let never = scene.drwatch(&["watch", "--headless", "--dr", "ssh://127.0.0.1:1"]).output().unwrap();
    ends_with(1, "never connected", &never);
    let check = scene.drwatch(&["check", "--dr", "ssh://127.0.0.1:1"]).output().unwrap();
    ends_with(1, "no-go", &check);
}

#[test]
fn a_record_that_is_not_whole_cannot_be_made_or_gone_on_with_ends_with_1() {
    let scene = Scene::new("one\n");
    ends_with(3, "ended before the restore completed", &scene.watched(&[]));
    let journal = scene.run().join("journal.ndjson");
    ends_with(0, "whole", &scene.drwatch(&["verify", "last"]).output().unwrap());
    let changed = fs::read_to_string(&journal).unwrap().replacen("run_ended", "run_ender", 1);
    fs::write(&journal, changed).unwrap();
    ends_with(1, "not whole", &scene.drwatch(&["verify", "last"]).output().unwrap());

    let home = Home::new();
    let words = home.words();
    let recorded =
        Command::new(DRWATCH).args(&words).arg("--headless").stdout(Stdio::null()).spawn().unwrap();
    wait_until("it is recorded", PATIENCE, || home.has_begun());
    let id = home.run().file_name().unwrap().to_str().unwrap().to_owned();
    let again = Command::new(DRWATCH).args(&words).args(["--headless", "--resume", &id]).output().unwrap();
    ends_with(1, "it is recorded by another", &again);
    let pid = Pid::from_raw(recorded.id().try_into().unwrap());
    kill(pid, Signal::SIGTERM).unwrap();
    ends_with(3, "ended by a signal", &recorded.wait_with_output().unwrap());

    let scene = Scene::new("one\n");
    fs::write(scene.path("runs"), "a file is in the way").unwrap();
    ends_with(1, "cannot be made", &scene.watched(&[]));
}

#[test]
fn a_terminal_or_standard_output_that_cannot_be_used_ends_with_1() {
    let scene = Scene::new("one\n");
    ends_with(1, "no terminal", &scene.drwatch(&["watch", "--log", &scene.path("log")]).output().unwrap());
    ends_with(3, "incomplete", &scene.watched(&[]));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    ends_with(1, "a full disk", &scene.drwatch(&["report", "last"]).stdout(full).output().unwrap());
}

#[test]
fn a_restore_that_completed_ends_with_0_or_with_4_where_something_is_open() {
    ends_with(0, "restored", &Scene::new(&restored()).watched(&[]));
    let alarm = line("fs.ERROR", "cloud bucket is in an inconsistent state");
    ends_with(4, "an alarm is open", &Scene::new(&(restored() + &alarm)).watched(&[]));
}

#[test]
fn what_is_unknown_or_cannot_be_read_ends_with_2() {
    let scene = Scene::new("one\n");
    let settings = scene.path("settings.toml");
    fs::write(&settings, "no such key = 1").unwrap();
    for (meaning, words) in [
        ("usage", &["watch", "--no-such-flag"][..]),
        ("neither appliance nor log", &["watch", "--headless"]),
        ("settings", &["watch", "--headless", "--log", "-", "--settings", &settings]),
        ("unknown scenario", &["demo", "--headless", "--scenario", "none"]),
        ("unknown run", &["verify", "20200101"]),
        ("unknown run", &["report", "last"]),
        ("a listing that cannot be read", &["watch", "--headless", "--log", "-", "--bucket", "/no/such"]),
    ] {
        ends_with(2, meaning, &scene.drwatch(words).output().unwrap());
    }
}
