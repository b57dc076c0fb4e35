//! The disk under the record refuses, or the record is deleted, while the whole program watches: it
//! says so loudly, goes on in memory, writes again as soon as that is possible, and marks the hole.
#![expect(clippy::unwrap_used, reason = "a failure is the answer here")]

mod support;

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use drwatch::journal::{RunFolder, read_run, verify};
use support::{pair::DRWATCH, terminal::Terminal, wait_until};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(40);

/// A watch of a log file, started by a shell that may set limits first.
struct Watch {
    home: TempDir,
    terminal: Terminal,
    written: String,
}

impl Watch {
    fn start(limits: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name).display().to_string();
        fs::write(home.path().join("messages"), "").unwrap();
        let script = format!(
            "{limits} exec {DRWATCH} watch --log {} --runs-dir {} --settings {}",
            path("messages"),
            path("runs"),
            path("settings.toml")
        );
        fs::write(home.path().join("settings.toml"), "").unwrap();
        let mut terminal = Terminal::start("bash", &["-c", &script], &[], 40, 120);
        terminal.wait_for("recording");
        Self { home, terminal, written: String::new() }
    }

    fn run(&self) -> PathBuf {
        fs::read_dir(self.home.path().join("runs")).unwrap().next().unwrap().unwrap().path()
    }

    /// Appends so many lines of a hundred bytes to the log.
    fn log(&mut self, lines: usize) {
        let mut text = String::new();
        for _ in 0..lines {
            let number = self.written.len() + text.len();
            let line = format!("Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (1) at {number:>10} ");
            writeln!(text, "{line:x<99}").unwrap();
        }
        let mut log = fs::OpenOptions::new().append(true).open(self.home.path().join("messages")).unwrap();
        log.write_all(text.as_bytes()).unwrap();
        self.written.push_str(&text);
    }

    fn wait_until_all_is_on_disk(&self) {
        wait_until("all of the log is on disk", PATIENCE, || {
            fs::read_to_string(self.run().join("dr.log")).is_ok_and(|log| log == self.written)
        });
    }

    /// Ends the watch; the run as its record tells it.
    fn end(mut self) -> (drwatch::run::Run, TempDir) {
        let run = self.run();
        self.terminal.type_keys("qy");
        let (_, said) = self.terminal.wait_for_exit();
        assert!(!said.contains("lost now"), "{said}");
        let folder = RunFolder::open(&run).unwrap();
        verify(&folder).unwrap();
        (read_run(&folder).unwrap().0, self.home)
    }
}

/// Lets the process write files of any length again.
fn lift_limit(pid: u32) {
    let lifted = Command::new("prlimit").args(["--pid", &pid.to_string(), "--fsize=unlimited"]).status();
    assert!(lifted.unwrap().success(), "prlimit of util-linux is needed");
}

fn holes(run: &drwatch::run::Run) -> usize {
    run.findings.iter().filter(|finding| finding.code == drwatch::run::Code::RecordHole).count()
}

#[test]
fn a_disk_that_takes_no_more_is_told_loudly_and_written_again_once_it_does() {
    // No file longer than 40 KiB; a write beyond it is an error and no signal.
    let mut watch = Watch::start("trap '' XFSZ; ulimit -S -f 40;");
    watch.log(50);
    watch.wait_until_all_is_on_disk();
    watch.log(1000);
    watch.terminal.wait_for("NOT ON DISK");
    watch.terminal.wait_for("the record does not reach the disk");
    // The watch goes on: what comes meanwhile is taken in, and shown.
    watch.terminal.wait_for(&format!("{:>10}", watch.written.len() - 100));
    lift_limit(watch.terminal.process_id());
    watch.wait_until_all_is_on_disk();
    watch.terminal.wait_until("the trouble is over", |screen| !screen.contains("NOT ON DISK"));
    let (run, _home) = watch.end();
    assert_eq!(run.log.gaps, [], "memory held all of it");
}

#[test]
fn a_journal_that_the_disk_does_not_take_has_its_hole_marked_once_it_does() {
    // The journal reaches the limit: every note is a record.
    let mut watch = Watch::start("trap '' XFSZ; ulimit -S -f 3;");
    let journal = watch.run().join("journal.ndjson");
    let mut notes = 0;
    while !watch.terminal.shown_now().contains("NOT ON DISK") {
        assert!(notes < 100, "the limit is never reached");
        watch.terminal.type_keys("n");
        watch.terminal.type_keys(&format!("note {notes} {}\r", "x".repeat(60)));
        wait_until("the note is on disk, or the trouble on the screen", PATIENCE, || {
            let on_disk = fs::read_to_string(&journal).unwrap().contains(&format!("note {notes} "));
            on_disk || watch.terminal.shown_now().contains("NOT ON DISK")
        });
        notes += 1;
    }
    assert!(fs::metadata(&journal).unwrap().len() <= 3 << 10);
    lift_limit(watch.terminal.process_id());
    watch.terminal.wait_until("the trouble is over", |screen| !screen.contains("NOT ON DISK"));
    let (run, _home) = watch.end();
    assert_eq!((run.notes.len(), holes(&run)), (notes, 1), "{:?}", run.findings);
}

#[test]
fn a_deleted_run_folder_is_told_and_comes_back_whole() {
    let mut watch = Watch::start("");
    watch.log(200);
    watch.wait_until_all_is_on_disk();
    let run = watch.run();
    fs::remove_dir_all(&run).unwrap();
    watch.log(200);
    wait_until("the folder is there again", PATIENCE, || is_there(&run));
    watch.wait_until_all_is_on_disk();
    watch.terminal.wait_until("the trouble is over", |screen| !screen.contains("NOT ON DISK"));
    let (run, _home) = watch.end();
    assert_eq!((run.log.gaps.len(), holes(&run)), (0, 1), "{:?}", run.findings);
}

#[test]
fn what_neither_disk_nor_memory_can_hold_is_a_gap_with_its_bounds() {
    let mut watch = Watch::start("trap '' XFSZ; ulimit -S -f 40;");
    // Memory holds 8 MiB.
    watch.log(150_000);
    watch.terminal.wait_for("NOT ON DISK");
    watch.terminal.wait_for(&format!("{:>10}", watch.written.len() - 100));
    lift_limit(watch.terminal.process_id());
    watch.terminal.wait_until("the trouble is over", |screen| !screen.contains("NOT ON DISK"));
    watch.log(10);
    let last = watch.written[watch.written.len() - 1000..].to_owned();
    let (run, written) = (watch.run(), watch.written.clone());
    let on_disk = || fs::read_to_string(run.join("dr.log")).unwrap();
    wait_until("what is logged later is on disk", PATIENCE, || on_disk().ends_with(&last));
    let (run, home) = watch.end();
    let [gap] = run.log.gaps.as_slice() else { panic!("{:?}", run.log.gaps) };
    let on_disk =
        fs::read_to_string(home.path().join("runs").join(&run.started.run.0).join("dr.log")).unwrap();
    let (before, after) = on_disk.split_at(usize::try_from(gap.offset.0).unwrap());
    assert!(before.len() > 7 << 20, "{}", before.len());
    assert!(written.starts_with(before), "what was kept before it");
    assert!(!after.is_empty() && written.ends_with(after), "what was kept after it: {} bytes", after.len());
    assert!(gap.to > gap.from && gap.reason.contains("dr.log"), "{gap:?}");
}

fn is_there(run: &Path) -> bool {
    ["journal.ndjson", "dr.log"].iter().all(|name| run.join(name).is_file())
}
