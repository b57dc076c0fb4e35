//! A recorded run that was tampered with, in every way there is, and stored journals: what `drwatch verify` says of them.

mod folders;
mod summaries;
mod tampering;
mod versions;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use drwatch::journal::{RunFolder, read_run};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

fn drwatch(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_drwatch")).args(arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn verify(run: &Path) -> (Option<i32>, String) {
    drwatch(&["verify", run.to_str().unwrap()])
}

/// A copy of a run that may be changed.
struct Copy {
    _home: TempDir,
    run: PathBuf,
}

impl Copy {
    fn of(run: &Path) -> Self {
        let home = tempfile::tempdir().unwrap();
        let copy = home.path().join(run.file_name().unwrap());
        fs::create_dir(&copy).unwrap();
        // The stored runs have no page.
        for name in ["journal.ndjson", "dr.log", "summary.json", "summary.md"] {
            if run.join(name).exists() {
                fs::copy(run.join(name), copy.join(name)).unwrap();
            }
        }
        Self { _home: home, run: copy }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.run.join(name)
    }

    fn lines(&self) -> Vec<String> {
        fs::read_to_string(self.path("journal.ndjson")).unwrap().lines().map(str::to_owned).collect()
    }

    fn write_lines(&self, lines: &[String]) {
        fs::write(self.path("journal.ndjson"), lines.join("\n") + "\n").unwrap();
    }

    fn change_lines(&self, change: impl FnOnce(&mut Vec<String>)) {
        let mut lines = self.lines();
        change(&mut lines);
        self.write_lines(&lines);
    }

    fn change_bytes(&self, name: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(self.path(name)).unwrap();
        change(&mut bytes);
        fs::write(self.path(name), bytes).unwrap();
    }

    fn change_summary(&self, change: impl FnOnce(&mut serde_json::Value)) {
        self.change_bytes("summary.json", |bytes| {
            let mut summary = serde_json::from_slice(bytes).unwrap();
            change(&mut summary);
            *bytes = serde_json::to_vec(&summary).unwrap();
        });
    }

    #[track_caller]
    fn is_refused(&self, words: &str) {
        let (code, said) = verify(&self.run);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(words), "{words:?} is missing in {said}");
    }
}

fn digest(line: &str) -> String {
    let mut hex = String::new();
    for byte in Sha256::digest(line.as_bytes()) {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex
}

/// A demo recorded in `runs`.
fn recorded(runs: &Path) -> PathBuf {
    let (code, said) = drwatch(&["demo", "--headless", "--runs-dir", runs.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    fs::read_dir(runs).unwrap().next().unwrap().unwrap().path()
}

/// Makes every record vouch for the one before it, as a forger would.
fn chain_anew(lines: &mut [String]) {
    for at in 1..lines.len() {
        let (before, prev) = (digest(&lines[at - 1]), lines[at].find("\"prev\":\"").unwrap() + 8);
        lines[at].replace_range(prev..prev + 64, &before);
    }
}
