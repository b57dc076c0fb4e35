//! Recorded runs that are signed with real OpenSSH keys, and what `drwatch verify` says of them and of forgeries.

mod forgeries;
mod heads;
mod keys;
mod refusals;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::support::pair::DRWATCH;

/// A run that was recorded once and may be signed, in a home of its own without keys or an agent.
struct Desk {
    home: TempDir,
    run: PathBuf,
}

/// One recorded demo for all tests, which each copy it.
fn demo() -> &'static Path {
    static DEMO: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, run) = DEMO.get_or_init(|| {
        let runs = tempfile::tempdir().unwrap();
        let output = Command::new(DRWATCH)
            .args(["demo", "--headless", "--runs-dir"])
            .arg(runs.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let run = fs::read_dir(runs.path()).unwrap().next().unwrap().unwrap().path();
        (runs, run)
    });
    run
}

impl Desk {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let run = home.path().join("runs").join(demo().file_name().unwrap());
        fs::create_dir_all(&run).unwrap();
        for name in ["journal.ndjson", "dr.log", "summary.json"] {
            fs::copy(demo().join(name), run.join(name)).unwrap();
        }
        Self { home, run }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// A fresh key of that name; the path of its private half.
    fn key(&self, name: &str) -> PathBuf {
        self.key_with(name, "")
    }

    fn key_with(&self, name: &str, passphrase: &str) -> PathBuf {
        let path = self.path(name);
        let comment = format!("{name}@example.com");
        let words = ["-q", "-t", "ed25519", "-N", passphrase, "-C", &comment, "-f"];
        assert!(Command::new("ssh-keygen").args(words).arg(&path).status().unwrap().success());
        path
    }

    /// A file that allows the keys of these names to sign.
    fn allowed(&self, names: &[&str]) -> String {
        let path = self.path("allowed_signers");
        let line = |name: &&str| {
            let public = fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap();
            format!("{name}@example.com namespaces=\"drwatch\" {public}")
        };
        fs::write(&path, names.iter().map(line).collect::<String>()).unwrap();
        path.display().to_string()
    }

    /// The command in this home, without a terminal.
    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(DRWATCH);
        command.args(words).env("HOME", self.home.path()).stdin(Stdio::null());
        for name in ["SSH_AUTH_SOCK", "SSH_ASKPASS", "DISPLAY", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
            command.env_remove(name);
        }
        command
    }

    fn drwatch(&self, words: &[&str]) -> (Option<i32>, String) {
        said(&mut self.command(words))
    }

    fn id(&self) -> &str {
        self.run.to_str().unwrap()
    }

    /// Signs as `role` with the key of `name` and the verdict passed.
    fn sign(&self, role: &str, name: &str) -> (Option<i32>, String) {
        let key = self.path(name).display().to_string();
        self.drwatch(&[
            "sign",
            self.id(),
            "--as",
            role,
            "--verdict",
            "passed",
            "--engineer",
            name,
            "--key",
            &key,
        ])
    }

    #[track_caller]
    fn signed(&self, role: &str, name: &str) {
        let (code, said) = self.sign(role, name);
        assert_eq!(code, Some(0), "{said}");
    }

    fn verify(&self, words: &[&str]) -> (Option<i32>, String) {
        self.drwatch(&[&["verify", self.id()], words].concat())
    }

    #[track_caller]
    fn is_sound(&self, words: &[&str]) -> String {
        let (code, said) = self.verify(words);
        assert_eq!(code, Some(0), "{said}");
        said
    }

    #[track_caller]
    fn is_refused(&self, words: &[&str], reason: &str) {
        let (code, said) = self.verify(words);
        assert!(code == Some(1) && said.contains(reason), "{code:?}, {reason:?} is missing in {said}");
    }

    fn journal(&self) -> String {
        fs::read_to_string(self.run.join("journal.ndjson")).unwrap()
    }

    fn lines(&self) -> Vec<String> {
        self.journal().lines().map(str::to_owned).collect()
    }

    fn write_lines(&self, lines: &[String]) {
        fs::write(self.run.join("journal.ndjson"), lines.join("\n") + "\n").unwrap();
    }

    /// Number of the last record.
    fn last(&self) -> usize {
        self.lines().len() - 1
    }

    /// A file of the signature in record `record`.
    fn file(&self, record: usize, end: &str) -> PathBuf {
        self.run.join(format!("signatures/{record}-{end}"))
    }

    /// Appends a note as drwatch would, with the right digest.
    fn append_note(&self, text: &str) {
        let mut lines = self.lines();
        let before: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
        let (seq, at, prev) =
            (lines.len(), before["at"].as_str().unwrap().to_owned(), digest(lines.last().unwrap()));
        lines.push(format!(
            "{{\"seq\":{seq},\"at\":\"{at}\",\"prev\":\"{prev}\",\"kind\":\"noted\",\"text\":\"{text}\",\"user\":\"x\"}}"
        ));
        self.write_lines(&lines);
    }
}

fn said(command: &mut Command) -> (Option<i32>, String) {
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

fn digest(line: &str) -> String {
    let mut hex = String::new();
    for byte in Sha256::digest(line.as_bytes()) {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex
}

#[test]
fn two_people_sign_and_each_signature_is_checked_with_or_without_a_list_of_signers() {
    let desk = Desk::new();
    desk.key("kim");
    desk.key("lee");
    let (code, said) = desk.sign("operator", "kim");
    assert!(code == Some(0) && said.contains("signing with") && said.contains("SHA256:"), "{said}");
    let first = desk.last();
    desk.signed("approver", "lee");
    let second = desk.last();
    assert_eq!(second, first + 1, "a signature is one record");
    let said = desk.is_sound(&[]);
    let lines: Vec<_> = said.lines().filter(|line| line.starts_with("signed in record")).collect();
    assert_eq!(lines.len(), 2, "{said}");
    for (line, record, who) in
        [(lines[0], first, "as operator by kim ("), (lines[1], second, "as approver by lee (")]
    {
        let covered = format!("over the first {} records: valid", record + 1);
        assert!(line.starts_with(&format!("signed in record {record} (")), "{line}");
        assert!(line.contains(who) && line.contains("verdict passed") && line.ends_with(&covered), "{line}");
    }
    assert!(said.contains(&format!("the signature in record {second} covers the whole record")), "{said}");
    assert!(!said.contains("covered by no digest"), "{said}");
    desk.append_note("later");
    let later = desk.verify(&[]).1;
    assert!(later.contains("covered by no digest"), "the last record has no signature behind it: {later}");
    let said = desk.is_sound(&[]);
    assert!(said.contains("whose keys these are is not checked") && said.contains("--anchor HEAD"), "{said}");
    let both = desk.allowed(&["kim", "lee"]);
    let said = desk.is_sound(&["--allowed-signers", &both]);
    assert!(said.contains("valid, the key of kim@example.com"), "{said}");
    assert!(said.contains("valid, the key of lee@example.com"), "{said}");
    assert!(!said.contains("whose keys"), "{said}");
    let (code, said) = desk.drwatch(&["report", desk.id(), "--format", "json"]);
    assert_eq!(code, Some(0), "{said}");
    let summary: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(summary["signatures"][1]["name"], "lee");
}

#[test]
fn a_signature_is_checked_by_openssh_alone() {
    let desk = Desk::new();
    desk.key("kim");
    desk.signed("operator", "kim");
    let record = desk.last();
    let text = desk.file(record, "operator.txt");
    let by_hand = |file: &Path| {
        let words = ["-Y", "verify", "-n", "drwatch", "-I", "kim@example.com", "-f"];
        let mut command = Command::new("ssh-keygen");
        command.args(words).arg(desk.allowed(&["kim"])).arg("-s").arg(desk.file(record, "operator.txt.sig"));
        said(command.stdin(fs::File::open(file).unwrap()))
    };
    let (code, said) = by_hand(&text);
    assert!(code == Some(0) && said.starts_with("Good \"drwatch\" signature for kim@example.com"), "{said}");
    let head = digest(desk.lines().last().unwrap());
    let written = fs::read_to_string(&text).unwrap();
    assert!(
        written.contains(&format!("head: {head}\n")) && written.contains("simulated: yes\n"),
        "{written}"
    );
    let other = desk.path("other");
    fs::write(&other, written.replace("passed", "failed")).unwrap();
    assert_ne!(by_hand(&other).0, Some(0));
}

#[test]
fn records_behind_the_last_signature_are_named() {
    let desk = Desk::new();
    desk.key("kim");
    desk.signed("operator", "kim");
    desk.append_note("one");
    desk.append_note("two");
    let said = desk.is_sound(&[]);
    assert!(said.contains("behind the last valid signature, covered by none: 2 records (2 noted)"), "{said}");
    desk.key("lee");
    desk.signed("reviewer", "lee");
    assert!(!desk.is_sound(&[]).contains("covered by none"));
    // A signature that is not valid covers nothing.
    fs::remove_file(desk.file(desk.last(), "reviewer.txt.sig")).unwrap();
    desk.is_refused(&[], "covered by none: 3 records (2 noted, 1 signed)");
}

#[test]
fn a_chain_without_a_signature_is_said_to_prove_little() {
    let desk = Desk::new();
    let said = desk.is_sound(&[]);
    assert!(said.contains("no signature: the chain shows that no record was changed"), "{said}");
    assert!(said.contains("whoever can write to this folder"), "{said}");
}
