//! A log file to watch and the runs that are made of it, and the record of each scenario.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Arc, Mutex, OnceLock},
};

use drwatch::{
    journal::{RunFolder, RunLock, read_run},
    run::{Ending, Run},
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

use super::{PATIENCE, pair::DRWATCH, wait_until};

/// A log to watch, and where its runs are kept.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("messages"), "Sep 13 16:03:38 localhost rfsd[1]: [a.NOTICE] (1) one\n")
            .unwrap();
        Self(home)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The arguments of a watch of that log.
    pub fn words(&self) -> Vec<String> {
        let path = |name: &str| self.0.path().join(name).display().to_string();
        ["watch", "--log", &path("messages"), "--runs-dir", &path("runs")].map(str::to_owned).to_vec()
    }

    /// The same as a line for a shell.
    pub fn line(&self) -> String {
        format!("{DRWATCH} {}", self.words().join(" "))
    }

    /// The folder of the only run.
    pub fn run(&self) -> PathBuf {
        fs::read_dir(self.0.path().join("runs")).unwrap().next().unwrap().unwrap().path()
    }

    /// Whether something of the log is recorded.
    pub fn has_begun(&self) -> bool {
        let runs = fs::read_dir(self.0.path().join("runs")).into_iter().flatten();
        runs.flatten().any(|run| fs::metadata(run.path().join("dr.log")).is_ok_and(|log| log.len() > 0))
    }

    /// The process that records the run.
    pub fn process(&self) -> i32 {
        let lock = fs::read_to_string(self.run().join("lock")).unwrap();
        lock.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// What is on record once the process is gone; nothing of it may be missing, and nobody may hold it.
    #[track_caller]
    pub fn ended(&self) -> Run {
        let folder = RunFolder::open(&self.run()).unwrap();
        drop(RunLock::take(&folder).unwrap());
        for file in ["summary.json", "summary.md"] {
            assert!(folder.path().join(file).is_file(), "{file}");
        }
        read_run(&folder).unwrap().0
    }

    #[track_caller]
    pub fn ended_by(&self, signal: &str) {
        let ending = self.ended().ending;
        assert_eq!(ending, Some(Ending::Signal { name: signal.to_owned() }));
    }
}

/// A scenario as a headless demo with `--json` played it.
pub struct Played {
    home: TempDir,
    pub output: Output,
}

impl Played {
    /// The folder of the run, which tests only read.
    pub fn run(&self) -> PathBuf {
        fs::read_dir(self.home.path()).unwrap().next().unwrap().unwrap().path()
    }
}

/// Plays a scenario once for all tests.
pub fn played(scenario: &str) -> Arc<OnceLock<Played>> {
    static PLAYED: Mutex<BTreeMap<String, Arc<OnceLock<Played>>>> = Mutex::new(BTreeMap::new());
    let once = Arc::clone(PLAYED.lock().unwrap().entry(scenario.to_owned()).or_default());
    once.get_or_init(|| {
        let home = tempfile::tempdir().unwrap();
        let output = Command::new(DRWATCH)
            .args(["demo", "--headless", "--json", "--scenario", scenario, "--runs-dir"])
            .arg(home.path())
            .env("XDG_CONFIG_HOME", "/nowhere")
            .output()
            .unwrap();
        Played { home, output }
    });
    once
}

/// The state letter of a process, as `ps` shows it; nothing once it is gone.
pub fn state(pid: i32) -> Option<char> {
    let status = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    status.rsplit_once(')')?.1.trim_start().chars().next()
}

pub fn send(pid: i32, signal: Signal) {
    kill(Pid::from_raw(pid), signal).unwrap();
}

#[track_caller]
pub fn is_gone(pid: i32) {
    wait_until("the process is gone", PATIENCE, || state(pid).is_none_or(|state| state == 'Z'));
}
