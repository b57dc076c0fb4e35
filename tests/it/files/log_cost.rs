//! What a line of log costs, in instructions: unlike time, the same on a busy machine.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::Write as _,
    process::{Command, Stdio},
};

use crate::support::{pair::DRWATCH, short_or_long};

/// Of the build of the tests, which is not optimised. `tests/benches/compare` counts those of the release.
const MAX_INSTRUCTIONS_PER_LINE: u64 = 200_000;

const LINES: u64 = 200;

/// Instructions of a watch of so many lines, from its start to its end, as valgrind counts them.
fn instructions(lines: u64) -> u64 {
    let home = tempfile::tempdir().unwrap();
    let log = (0..lines).fold(String::new(), |mut log, n| {
        writeln!(log, "Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (1) line {n}").unwrap();
        log
    });
    fs::write(home.path().join("log"), log).unwrap();
    let watch = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", DRWATCH])
        .args(["watch", "--headless", "--log", "-", "--runs-dir"])
        .arg(home.path().join("runs"))
        .stdin(File::open(home.path().join("log")).unwrap())
        .stdout(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8(watch.stderr).unwrap();
    let counted = said.lines().find_map(|line| line.split_once("refs:")).expect(&said);
    counted.1.trim().replace(',', "").parse().unwrap()
}

#[test]
fn a_line_of_log_takes_a_bounded_number_of_instructions() {
    let has_valgrind = || Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_ok();
    let missing = match short_or_long("tests/run --long, as it takes half a minute", "") {
        "" if has_valgrind() => None,
        "" => Some("valgrind"),
        long => Some(long),
    };
    if let Some(missing) = missing {
        // Past the capture of the tests' output: nobody is to take it for counted.
        writeln!(std::io::stderr(), "SKIPPED: counting the instructions of a line of log needs {missing}")
            .unwrap();
        return;
    }
    let per_line = (instructions(2 * LINES) - instructions(LINES)) / LINES;
    assert!(per_line <= MAX_INSTRUCTIONS_PER_LINE, "{per_line} instructions a line");
}
