//! The disk under the record refuses, or the record is deleted, while the whole program watches: it
//! says so loudly, goes on in memory, writes again as soon as that is possible, and marks the hole.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use drwatch::{
    clock::Clock,
    journal::{RunFolder, read_run, verify},
    run::Timestamp,
};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{PATIENCE, pair::DRWATCH, terminal::Terminal, wait_until};

/// A watch of a log file, started by a shell that may set limits first.
struct Watch {
    home: TempDir,
    terminal: Terminal,
    written: String,
}

impl Watch {
    fn start(limits: &str) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), limits)
    }

    /// Its record lies on a disk that can be turned read-only.
    fn start_on_such_a_disk() -> Self {
        let home = tempfile::tempdir().unwrap();
        let library = home.path().join("read_only_disk.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/read_only_disk.c");
        let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
        assert!(built.unwrap().success(), "the C compiler that Rust links with is needed");
        let environment = Self::such_a_disk(&home);
        Self::start_in(home, &environment)
    }

    /// What a program's environment has to say for that disk.
    fn such_a_disk(home: &TempDir) -> String {
        let path = |name: &str| home.path().join(name).display().to_string();
        let (library, disk, flag) = (path("read_only_disk.so"), path("runs"), path("read-only"));
        format!("LD_PRELOAD={library} DISK={disk} DISK_IS_READ_ONLY={flag}")
    }

    /// Somebody who looks on, on the same disk.
    fn view(&self) -> Terminal {
        let disk = Self::such_a_disk(&self.home);
        let script = format!("{disk} exec {DRWATCH} view {}", self.run().display());
        Terminal::start("bash", &["-c", &script], &[], 40, 120)
    }

    fn start_in(home: TempDir, limits: &str) -> Self {
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
        terminal.wait_for("● recording");
        Self { home, terminal, written: String::new() }
    }

    fn set_read_only(&self, is_read_only: bool) {
        let flag = self.home.path().join("read-only");
        if is_read_only { fs::write(flag, "") } else { fs::remove_file(flag) }.unwrap();
    }

    fn note(&mut self, text: &str) {
        self.terminal.type_keys("n");
        self.terminal.type_keys(&format!("{text}\r"));
    }

    /// What of the record is open in the process.
    fn open_files(&self) -> Vec<PathBuf> {
        let files = format!("/proc/{}/fd", self.terminal.process_id());
        let files = fs::read_dir(files).unwrap().filter_map(|file| fs::read_link(file.ok()?.path()).ok());
        files.filter(|path| path.starts_with(self.home.path().join("runs"))).collect()
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
    fn end(self) -> (drwatch::run::Run, TempDir) {
        let run = self.run();
        self.end_in(&run)
    }

    /// The same where its folder may not be there right now.
    fn end_in(mut self, run: &Path) -> (drwatch::run::Run, TempDir) {
        self.terminal.type_keys("qy");
        let (_, said) = self.terminal.wait_for_exit();
        assert!(!said.contains("lost now"), "{said}");
        let folder = RunFolder::open(run).unwrap();
        verify(&folder).unwrap();
        (read_run(&folder).unwrap().0, self.home)
    }
}

/// Lets the process write files of any length again.
fn lift_limit(pid: u32) {
    let lifted = Command::new("prlimit").args(["--pid", &pid.to_string(), "--fsize=unlimited"]).status();
    assert!(lifted.unwrap().success(), "prlimit of util-linux is needed");
}

fn hole_begins(journal: &str) -> Timestamp {
    let hole = journal.lines().find(|line| line.contains("\"kind\":\"record_hole\"")).unwrap();
    let hole: Value = serde_json::from_str(hole).unwrap();
    serde_json::from_value(hole["from"].clone()).unwrap()
}

fn holes(run: &drwatch::run::Run) -> usize {
    run.findings.iter().filter(|finding| finding.code == drwatch::run::Code::RecordHole).count()
}

#[test]
fn a_disk_that_takes_no_more_is_told_loudly_and_written_again_once_it_does() {
    // No file longer than 40 KiB.
    let mut watch = Watch::start("ulimit -S -f 40;");
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
    assert_eq!(holes(&run), 1, "and the record says so: {:?}", run.findings);
}

#[test]
fn a_journal_that_the_disk_does_not_take_has_its_hole_marked_once_it_does() {
    // The journal reaches the limit: every note is a record.
    let mut watch = Watch::start("ulimit -S -f 3;");
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
fn a_disk_turned_read_only_is_told_let_go_to_be_mended_and_written_again() {
    let mut watch = Watch::start_on_such_a_disk();
    watch.log(50);
    watch.wait_until_all_is_on_disk();
    assert_eq!(watch.open_files().len(), 3, "journal, log and lock: {:?}", watch.open_files());
    let run = watch.run();
    let journal = || fs::read_to_string(run.join("journal.ndjson")).unwrap();
    wait_until("the lines are on record", PATIENCE, || journal().contains("\"lines\":50"));

    let mut view = watch.view();
    view.wait_for("recording goes on");

    watch.set_read_only(true);
    let (before, turned) = (journal(), Clock::system().now());
    watch.log(60);
    watch.terminal.wait_for("NOT ON DISK");
    watch.terminal.wait_for("Read-only file");
    watch.terminal.wait_for("50 lines + 60 not on disk");
    let seen = Clock::system().now();
    watch.note("while the disk is read-only");
    watch.log(40);
    // The watch goes on: what comes meanwhile is taken in, shown, and counted as what it is.
    watch.terminal.wait_for(&format!("{:>10}", watch.written.len() - 100));
    watch.terminal.wait_for("50 lines + 100 not on disk");
    watch.terminal.wait_for("In memory: 100 lines,");
    assert_eq!(journal(), before);

    // An open file would keep the disk from being unmounted and checked.
    wait_until("no file of the record is open", PATIENCE, || watch.open_files().is_empty());
    view.wait_for("recorder unknown: read-only disk");
    let (runs, unmounted) = (watch.home.path().join("runs"), watch.home.path().join("unmounted"));
    fs::rename(&runs, &unmounted).unwrap();
    watch.set_read_only(false);
    watch.terminal.wait_for("No such file");
    assert!(!runs.exists(), "nothing is made in its place");
    fs::rename(&unmounted, &runs).unwrap();

    watch.wait_until_all_is_on_disk();
    watch.terminal.wait_until("the trouble is over", |screen| !screen.contains("NOT ON DISK"));
    watch.terminal.wait_until("all is counted", |screen| {
        screen.contains("150 lines") && !screen.contains("not on disk")
    });
    view.wait_for("recording goes on");
    let journal = journal();
    assert!(journal.starts_with(&before));
    assert_eq!(journal.matches("\"kind\":\"record_hole\"").count(), 1, "one hole, told once");
    let (run, _home) = watch.end();
    assert_eq!((run.log.gaps.len(), run.log.tally.lines.0), (0, 150));
    let from = hole_begins(&journal);
    assert!(turned <= from && from <= seen, "the hole begins with the first refused byte: {from}");
    assert_eq!((run.notes.len(), holes(&run)), (1, 1), "{:?}", run.findings);
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
fn all_runs_deleted_while_nothing_happens_come_back_for_the_one_recorded() {
    let mut watch = Watch::start("");
    watch.log(200);
    watch.wait_until_all_is_on_disk();
    let (run, runs) = (watch.run(), watch.home.path().join("runs"));
    wait_until("the lines are on record", PATIENCE, || {
        fs::read_to_string(run.join("journal.ndjson")).unwrap().contains("\"lines\":200")
    });
    // Where files come back meanwhile, the folder is not empty at once.
    let delete = || wait_until("all is deleted", PATIENCE, || fs::remove_dir_all(&runs).is_ok());
    delete();
    wait_until("the folder is there again", PATIENCE, || is_there(&run));
    watch.wait_until_all_is_on_disk();
    watch.terminal.wait_for("was deleted while the run");
    // Just before the end, too.
    delete();
    let (run, _home) = watch.end_in(&run);
    assert_eq!((run.log.gaps.len(), run.log.tally.lines.0), (0, 200), "{:?}", run.findings);
    assert_ne!(holes(&run), 0);
}

#[test]
fn what_neither_disk_nor_memory_can_hold_is_a_gap_with_its_bounds() {
    let mut watch = Watch::start("ulimit -S -f 40;");
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

/// A watch without a screen of a log of that many lines, its records as JSON; ended once it says that its record
/// cannot be written. Its exit code, what standard error said then, and its summary.
fn ended_in_trouble(limits: &str, lines: usize, trouble: impl FnOnce(&Path)) -> (Option<i32>, String, Value) {
    let home = tempfile::tempdir().unwrap();
    let (log, runs) = (home.path().join("messages"), home.path().join("runs"));
    fs::write(&log, "Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (1) a line\n".repeat(lines)).unwrap();
    let script = format!(
        "{limits} exec {DRWATCH} watch --headless --json --log {} --runs-dir {}",
        log.display(),
        runs.display()
    );
    let mut watch = Command::new("bash")
        .args(["-c", &script])
        .env("XDG_CONFIG_HOME", home.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut out, mut errors) =
        (BufReader::new(watch.stdout.take().unwrap()), BufReader::new(watch.stderr.take().unwrap()));
    let mut said = String::new();
    out.read_line(&mut said).unwrap();
    assert!(said.contains("run_started"), "{said}");
    trouble(&runs);
    said.clear();
    errors.read_line(&mut said).unwrap();
    assert!(said.contains("the watch goes on in memory"), "{said}");
    kill(Pid::from_raw(watch.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    let mut records = String::new();
    out.read_to_string(&mut records).unwrap();
    said.clear();
    errors.read_to_string(&mut said).unwrap();
    let summary: Value = serde_json::from_str(records.lines().last().unwrap()).unwrap();
    assert_eq!(summary["kind"], "summary");
    (watch.wait().unwrap().code(), said, summary)
}

fn open_findings(summary: &Value) -> Vec<&str> {
    let findings = summary["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["severity"] == "attention" && finding["closed_at"].is_null())
        .map(|finding| finding["code"].as_str().unwrap())
        .collect()
}

#[test]
fn a_program_that_reads_the_lines_is_told_which_end_of_the_log_is_lost() {
    let (code, said, summary) = ended_in_trouble("ulimit -S -f 20;", 1000, |_| {});
    assert_eq!(code, Some(3));
    assert!(said.contains("The end of the log is not on disk and is lost now"), "{said}");
    assert!(open_findings(&summary).contains(&"log-gap"), "{summary}");
    let reason = summary["gaps"][0]["reason"].as_str().unwrap();
    assert!(
        reason.contains(" lines that waited in memory could not be written to dr.log: File too"),
        "{reason}"
    );
}

#[test]
fn a_program_that_reads_the_lines_is_told_that_nothing_of_the_record_is_left() {
    let (code, said, summary) = ended_in_trouble("", 10, |runs| {
        wait_until("something else stands in the place of all runs", PATIENCE, || {
            fs::remove_dir_all(runs).is_ok() && fs::write(runs, "").is_ok()
        });
    });
    assert_eq!(code, Some(3));
    assert!(said.contains("Nothing of the record is on disk, and it is lost now"), "{said}");
    assert!(said.contains("The summary could not be written") && !said.contains("drwatch report"), "{said}");
    assert!(open_findings(&summary).contains(&"record-hole"), "{summary}");
}

fn is_there(run: &Path) -> bool {
    ["journal.ndjson", "dr.log"].iter().all(|name| run.join(name).is_file())
}
