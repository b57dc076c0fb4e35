//! `import`, from outside: runs made of saved logs beside the runs that were watched.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;

use crate::support::{PATIENCE, home::played, short_or_long, wait_until};

/// A folder with logs, and the runs made of them.
pub(super) struct Home(tempfile::TempDir);

impl Home {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(super) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drwatch"));
        command.args(words).arg("--runs-dir").arg(self.path("runs"));
        command.env("XDG_CONFIG_HOME", self.0.path()).stdin(Stdio::null());
        command
    }

    fn drwatch(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// The object that an import prints, and its exit code.
    pub(super) fn import(&self, words: &[&str]) -> (Value, Option<i32>) {
        self.import_from(words, Stdio::null())
    }

    fn import_from(&self, words: &[&str], input: Stdio) -> (Value, Option<i32>) {
        let output = self.command(&[&["import", "--json"], words].concat()).stdin(input).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{said}"));
        (value, output.status.code())
    }

    pub(super) fn refused(&self, words: &[&str]) -> String {
        let output = self.drwatch(&[&["import"], words].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        assert_eq!(self.runs(), 0, "something is recorded");
        String::from_utf8(output.stderr).unwrap()
    }

    fn runs(&self) -> usize {
        fs::read_dir(self.path("runs")).map_or(0, Iterator::count)
    }

    fn verify(&self) {
        let output = self.drwatch(&["verify", "last"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

pub(super) fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Lines of a log, with a restore that begins at `hour`.
pub(super) fn restore(day: u8, hour: u8, pid: u32) -> String {
    let line = |minute: u8, program: &str, text: &str| {
        format!("Sep {day:2} {hour:02}:{minute:02}:00 localhost {program}: {text}\n")
    };
    let rfsd = format!("rfsd[{pid}]");
    [
        line(0, "mgmtd[1]", "[mgmtd.NOTICE]: hardware poll"),
        line(1, &rfsd, "[replicator.INFO] (1) 80 operations in flight"),
        line(9, &rfsd, "[namespace_restore.INFO] (1) Cloud restore phase complete. Starting namespace generation phase"),
        line(
            30,
            &rfsd,
            "[namespace_restore.INFO] (1) Namespace generation phase complete. Successfully restored user namespace",
        ),
        line(30, &rfsd, "[megamount.INFO] (1) restore namespace successful!"),
        line(40, "sshd[2]", "Connection closed"),
    ]
    .concat()
}

fn seconds_apart(one: &Value, other: &Value) -> i64 {
    let at = |value: &Value| {
        chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap_or_else(|| panic!("{one} {other}")))
            .unwrap()
    };
    (at(one) - at(other)).num_seconds().abs()
}

/// The log of every scenario gives the phases of the watched run, as far as they rest on it.
#[test]
fn the_log_of_every_scenario_gives_the_phases_of_the_watched_run() {
    let home = Home::new();
    let list = home.drwatch(&["demo", "--list"]);
    let names = String::from_utf8(list.stdout).unwrap();
    let names: Vec<_> = names.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 9);
    // A simulated day takes half a minute.
    for name in names.into_iter().filter(|name| short_or_long(*name != "large", true)) {
        let home = Home::new();
        let demo = played(name);
        let demo = demo.wait();
        assert!(demo.output.status.success() || name == "alarm", "{name}");
        let watched_in = demo.run();
        let watched = json(&watched_in.join("summary.json"));
        let mut words = vec![watched_in.join("dr.log").display().to_string()];
        let counts = ["baseline", "counter"].map(|key| watched["download"][key].as_u64());
        if let [Some(baseline), gets] = counts {
            words.extend(["--baseline".to_owned(), baseline.to_string()]);
            words.extend(gets.iter().flat_map(|gets| ["--gets".to_owned(), gets.to_string()]));
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let listing = home.file(
            "listing",
            "listing entries from bucket ava400-ks\n2927 entries in bucket ava400-ks\n\
             1KiB (1024 bytes) in bucket ava400-ks:\n* 512B in 261 slabs\n* 256B in 1331 maps\n* 256B in 1331 rbtmds\n",
        );
        let (value, _) = home.import(&[&words[..], &["--bucket", &listing]].concat());
        let imported = json(&Path::new(value["folder"].as_str().unwrap()).join("summary.json"));
        assert_eq!(imported["gaps"], watched["gaps"], "{name}");
        assert_eq!(imported["log"]["lines"], watched["log"]["lines"], "{name}");
        assert_eq!(imported["bucket"]["entries"], 2927, "{name}");
        let phases = watched["phases"].as_array().unwrap().iter().zip(imported["phases"].as_array().unwrap());
        for (watched, imported) in phases {
            assert_eq!(watched["name"], imported["name"]);
            let evidence = &watched["evidence"];
            let is_of_log = evidence["source"] == "log" && evidence["offset"].is_u64();
            if is_of_log {
                let phase = &watched["name"];
                assert_eq!(evidence["raw"], imported["evidence"]["raw"], "{name} {phase}");
                assert!(seconds_apart(&watched["ended_at"], &imported["ended_at"]) <= 1, "{name} {phase}");
            }
            if watched["name"] == "stage-1" && is_of_log && watched["started_at"].is_string() {
                // The counter is read every five seconds.
                assert!(seconds_apart(&watched["started_at"], &imported["started_at"]) <= 6, "{name}");
            }
            if watched["name"] == "stage-1" && watched["started_at"].is_null() {
                assert!(imported["started_at"].is_null(), "{name}");
            }
        }
        if name != "counter-reset" && watched["phases"][1]["started_at"].is_string() {
            assert_eq!(watched["download"]["downloaded"], imported["download"]["downloaded"], "{name}");
        }
        if !["no-info-lines", "mid-stage-2"].contains(&name) {
            assert_eq!(watched["outcome"], imported["outcome"], "{name}");
        }
        home.verify();
    }
}

#[test]
fn an_imported_run_says_so_in_all_that_shows_it() {
    let home = Home::new();
    let log = home.file("messages", restore(13, 16, 100));
    let output = home.drwatch(&["import", &log, "--engineer", "Kim"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    for words in
        ["RESTORED (imported)", "6 lines in 1 log: 6 parsed, 0 in no known form", "messages:3 stage 1 ends"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    let report = String::from_utf8(home.drwatch(&["report", "last"]).stdout).unwrap();
    assert!(report.contains("IMPORTED") && report.contains("Nobody watched this test"), "{report}");
    let redacted = String::from_utf8(home.drwatch(&["report", "last", "--redact"]).stdout).unwrap();
    assert!(redacted.contains("IMPORTED") && !redacted.contains(&log), "{redacted}");
    let runs = String::from_utf8(home.drwatch(&["runs"]).stdout).unwrap();
    assert!(runs.contains("IMPORTED"), "{runs}");
    let listed: Value = serde_json::from_slice(&home.drwatch(&["runs", "--json"]).stdout).unwrap();
    assert_eq!(listed[0]["imported"], true);
    let programme = home.drwatch(&["runs", "--programme"]);
    assert!(String::from_utf8_lossy(&programme.stderr).contains("imported runs do not count"));
    let resumed = home.drwatch(&["watch", "--headless", "--log", &log, "--resume", "last"]);
    assert_eq!(resumed.status.code(), Some(2));
    home.verify();
}

#[test]
fn several_restores_are_told_apart_and_one_is_picked() {
    let home = Home::new();
    let (one, two) = (restore(13, 1, 100), restore(14, 5, 200));
    let log = home.file("messages", format!("{one}{two}"));
    let said = home.refused(&[&log]);
    assert!(said.contains("2 restores in these logs") && said.contains("--pick N"), "{said}");
    let (list, code) = home.import(&[&log, "--list"]);
    assert_eq!((code, home.runs()), (Some(0), 0));
    let restores = list["restores"].as_array().unwrap();
    assert_eq!(restores.len(), 2);
    assert_eq!((&restores[0]["line"], &restores[1]["line"]), (&1.into(), &8.into()));
    assert!(restores.iter().all(|restore| restore["outcome"] == "restored"));
    assert!(home.refused(&[&log, "--pick", "3"]).contains("there is no restore 3"));
    let (picked, code) = home.import(&[&log, "--pick", "2"]);
    assert_eq!((code, &picked["lines"], &picked["outcome"]), (Some(0), &5.into(), &"restored".into()));
    let found = picked["found"].as_array().unwrap();
    assert_eq!((&found[0]["kind"], &found[0]["line"]), (&"rfsd_start".into(), &8.into()));
    let folder = PathBuf::from(picked["folder"].as_str().unwrap());
    let recorded = fs::read_to_string(folder.join("dr.log")).unwrap();
    assert!(two.ends_with(&recorded) && recorded.starts_with("Sep 14 05:01:00"), "{recorded}");
    assert!(
        json(&folder.join("summary.json"))["phases"][1]["started_at"]
            .as_str()
            .unwrap()
            .contains("-09-14T05:01:00")
    );
    home.verify();
    // What is read from a pipe is kept for the second reading.
    let mut child = home
        .command(&["import", "-", "--pick", "1", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{one}{two}").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let picked: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&picked["lines"], &picked["outcome"]), (&7.into(), &"restored".into()));
}

#[test]
fn nothing_to_import_is_a_sentence() {
    let home = Home::new();
    let empty = home.file("empty", "");
    let said = home.refused(&[&empty]);
    assert!(said.contains("there is nothing to import") && said.contains("empty"), "{said}");
    let said = home.refused(&[home.path("missing").to_str().unwrap()]);
    assert!(said.contains("missing") && said.contains("cannot be imported"), "{said}");
}

#[test]
fn bytes_of_any_kind_and_lines_without_end_are_recorded_whole() {
    let home = Home::new();
    let mut random = fastrand_bytes(3 << 20);
    random.extend(b"x".repeat(3 << 20));
    let log = home.file("noise", &random);
    let (value, code) = home.import(&[&log]);
    assert_eq!((code, &value["outcome"]), (Some(3), &"incomplete".into()));
    let ends = random.split(|byte| *byte == b'\n').count() as u64 - 1;
    assert_eq!(
        (value["lines"].as_u64(), value["bytes"].as_u64()),
        (Some(ends + 1), Some(random.len() as u64))
    );
    assert_eq!(value["parsed"].as_u64().unwrap() + value["unparsed"].as_u64().unwrap(), ends + 1);
    assert!(fs::read(Path::new(value["folder"].as_str().unwrap()).join("dr.log")).unwrap() == random);
    home.verify();
}

/// Bytes that look random, the same each time.
fn fastrand_bytes(count: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    std::iter::repeat_with(next).take(count).collect()
}

#[test]
fn nothing_of_a_log_reaches_the_terminal_unescaped() {
    let home = Home::new();
    let log = format!(
        "Sep 13 16:00:00 localhost rfsd[1]: [evil\u{1b}]0;x\u{7}.INFO] \u{1b}[2J\nSep 13 16:00:01 h rfsd[1]: [x.ERR] \
         cloud bucket inconsistent \u{1b}[31m\u{9b}2J\u{202e}\n{}",
        restore(13, 17, 100)
    );
    let log = home.file("mess\u{1b}[31mages", log);
    for words in [&["import", &log][..], &["import", &log, "--json"], &["import", &log, "--list"]] {
        let output = home.drwatch(words);
        for stream in [output.stdout, output.stderr] {
            let text = String::from_utf8(stream).unwrap();
            let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
            assert_eq!(bad, None, "{text:?}");
        }
    }
}

#[test]
fn a_signal_ends_an_import_and_leaves_nothing() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let home = Home::new();
        let mut child =
            home.command(&["import", "-"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(restore(13, 16, 100).repeat(2000).as_bytes()).unwrap();
        wait_until("the record", PATIENCE, || home.runs() > 0);
        kill(Pid::from_raw(child.id().try_into().unwrap()), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        drop(input);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains("ended by a signal") && said.contains("nothing is recorded"), "{said}");
        assert_eq!(home.runs(), 0);
    }
}

#[test]
fn logs_are_taken_from_an_archive_a_folder_and_standard_input_alike() {
    let home = Home::new();
    let whole = restore(13, 16, 100);
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    fs::create_dir(home.path("logs")).unwrap();
    home.file("logs/a", lines[4..].concat());
    home.file("logs/b", lines[..2].concat());
    home.file("logs/c", lines[2..4].concat());
    let mut tar = tar::Builder::new(Vec::new());
    tar.append_dir_all("bundle", home.path("logs")).unwrap();
    let tar = home.file("bundle.tar", tar.into_inner().unwrap());
    let folder = home.path("logs").display().to_string();
    let log = home.file("log", &whole);
    let redirected = |file: &str| fs::File::open(file).unwrap().into();
    let piped = |file: &str| {
        let (reader, mut writer) = std::io::pipe().unwrap();
        writer.write_all(&fs::read(file).unwrap()).unwrap();
        reader.into()
    };
    for (name, input, count) in [
        (tar.as_str(), Stdio::null(), 3),
        (&folder, Stdio::null(), 3),
        ("-", redirected(&log), 1),
        ("-", piped(&log), 1),
        ("-", redirected(&tar), 3),
        ("-", piped(&tar), 3),
    ] {
        let (value, code) = home.import_from(&[name], input);
        assert_eq!(
            (code, &value["outcome"], value["logs"].as_array().unwrap().len()),
            (Some(0), &"restored".into(), count)
        );
        let recorded =
            fs::read_to_string(Path::new(value["folder"].as_str().unwrap()).join("dr.log")).unwrap();
        assert_eq!(recorded, whole);
        let found = value["found"].as_array().unwrap();
        let (ending, line) = if count == 1 { ("standard input", 5) } else { ("a", 1) };
        assert!(
            found.iter().any(|mark| mark["log"].as_str().unwrap().ends_with(ending) && mark["line"] == line),
            "{found:?}"
        );
    }
}
