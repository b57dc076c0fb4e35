//! The record on a network file system that has neither locks nor a way to force a folder to disk (CIFS, NFS
//! without a lock service): the watch goes on, says what is not guaranteed, and leaves no empty folder.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use drwatch::journal::{RunFolder, read_run};
use nix::sys::signal::Signal;
use tempfile::TempDir;

use crate::support::{PATIENCE, pair::DRWATCH, processes::signal, wait_until};

struct Disk(TempDir);

impl Disk {
    fn mount() -> Self {
        let home = tempfile::tempdir().unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/network_disk.c");
        let library = home.path().join("network_disk.so");
        let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(library).arg(source).status();
        assert!(built.unwrap().success(), "the C compiler that Rust links with is needed");
        fs::write(home.path().join("messages"), "Sep 13 16:03:38 localhost rfsd[1]: [a.NOTICE] (1) one\n")
            .unwrap();
        Self(home)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn drwatch(&self, words: &[&str]) -> Command {
        let mut command = Command::new(DRWATCH);
        command.args(words).arg("--runs-dir").arg(self.path("runs"));
        command.env("LD_PRELOAD", self.path("network_disk.so")).env("XDG_CONFIG_HOME", self.0.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    fn watch(&self, words: &[&str]) -> Child {
        let log = self.path("messages");
        let words = [&["watch", "--log", log.to_str().unwrap(), "--headless"], words].concat();
        self.drwatch(&words).spawn().unwrap()
    }

    fn run(&self) -> Option<PathBuf> {
        Some(fs::read_dir(self.path("runs")).ok()?.next()?.unwrap().path())
    }

    fn wait_for_the_log(&self) -> PathBuf {
        let has_log = |run: &Path| fs::metadata(run.join("dr.log")).is_ok_and(|log| log.len() > 0);
        wait_until("the log is recorded", PATIENCE, || self.run().is_some_and(|run| has_log(&run)));
        self.run().unwrap()
    }
}

fn end(child: Child) -> (Option<i32>, String) {
    signal(&[child.id().try_into().unwrap()], Signal::SIGTERM);
    told(child)
}

fn told(child: Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_disk_without_locks_is_recorded_on_and_what_it_does_not_guarantee_is_said() {
    let disk = Disk::mount();
    let watch = disk.watch(&[]);
    let run = disk.wait_for_the_log();
    // Another drwatch of this machine is kept out all the same.
    let (code, said) = told(disk.watch(&["--resume", run.to_str().unwrap()]));
    assert_eq!((code, said.contains("is being recorded by")), (Some(1), true), "{said}");
    let (code, said) = end(watch);
    assert_eq!(code, Some(3), "{said}");
    for words in ["has no locks", "does not force the names of new files down"] {
        assert!(said.contains(words), "{said}");
    }
    assert!(read_run(&RunFolder::open(&run).unwrap()).unwrap().0.ending.is_some());
    assert!(run.join("summary.json").is_file() && run.join("summary.md").is_file());
    let watch = disk.watch(&["--resume", run.to_str().unwrap()]);
    wait_until("it is gone on with", PATIENCE, || {
        fs::read_to_string(run.join("journal.ndjson")).unwrap().contains("\"run_continued\"")
    });
    assert_eq!(end(watch).0, Some(3));
}

#[test]
fn a_run_that_cannot_begin_leaves_no_folder() {
    let disk = Disk::mount();
    let log = disk.path("messages");
    let watch = disk
        .drwatch(&["watch", "--log", log.to_str().unwrap(), "--headless"])
        .env("DISK_REFUSES_FOLDERS", "1")
        .output()
        .unwrap();
    assert_eq!(watch.status.code(), Some(1));
    assert_eq!(disk.run(), None);
}
