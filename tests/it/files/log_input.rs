//! A log on standard input: taken in whole, in memory that does not grow, and the watch ends after it.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    ops::Range,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::support::{PATIENCE, pair::DRWATCH, short_or_long, wait_until};

/// Lines after which the memory has its final size.
const WARM_UP: u64 = 100_000;

fn start(runs: &Path) -> Child {
    Command::new(DRWATCH)
        .args(["watch", "--headless", "--log", "-", "--runs-dir"])
        .arg(runs)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn lines(range: Range<u64>) -> String {
    range.fold(String::new(), |mut text, n| {
        writeln!(text, "Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (1) line {n}").unwrap();
        text
    })
}

fn log_of(runs: &Path) -> PathBuf {
    let run = fs::read_dir(runs).unwrap().next().unwrap().unwrap();
    run.path().join("dr.log")
}

/// Resident memory of a process in KiB.
fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Writes the lines of `range` and waits until all the log, `length` bytes, is on disk.
fn feed(watch: &mut Child, runs: &Path, range: Range<u64>, length: &mut u64) {
    let input = watch.stdin.as_mut().unwrap();
    for start in range.clone().step_by(10_000) {
        let text = lines(start..range.end.min(start + 10_000));
        input.write_all(text.as_bytes()).unwrap();
        *length += text.len() as u64;
    }
    wait_until("all lines are on disk", PATIENCE, || {
        fs::metadata(log_of(runs)).is_ok_and(|log| log.len() == *length)
    });
}

#[test]
fn a_log_is_taken_in_whole_in_memory_that_does_not_grow_and_the_watch_ends_after_it() {
    let runs = tempfile::tempdir().unwrap();
    let mut watch = start(runs.path());
    let mut length = 0;
    feed(&mut watch, runs.path(), 0..WARM_UP, &mut length);
    let before = resident(watch.id());
    let all = short_or_long(200_000, 1_000_000);
    feed(&mut watch, runs.path(), WARM_UP..all, &mut length);
    let after = resident(watch.id());
    assert!(after < before + 1024, "{before} KiB after {WARM_UP} lines, {after} KiB after {all}");
    drop(watch.stdin.take());
    wait_until("the watch ends after its log", PATIENCE, || watch.try_wait().unwrap().is_some());
    assert_eq!(fs::metadata(log_of(runs.path())).unwrap().len(), length);
    let journal = fs::read_to_string(log_of(runs.path()).with_file_name("journal.ndjson")).unwrap();
    let records = journal.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let chunks: Vec<u64> = records.filter_map(|record| record["bytes"].as_u64()).collect();
    assert_eq!(chunks.iter().sum::<u64>(), length);
    assert!(chunks.iter().all(|bytes| *bytes <= 64 << 10), "the longest has {:?} bytes", chunks.iter().max());
}
