//! Every form that a line of a saved log may have, watched by the whole program: it is understood, or told.

use std::{
    fs,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use drwatch::{
    journal::{find_run, read_run},
    run::{Code, Event, FindingSeverity, Record},
};
use serde_json::Value;

use crate::support::{PATIENCE, home::played, pair::DRWATCH, short_or_long, wait_until};

const MARKERS: [&str; 3] = [
    "[namespace_restore.INFO] (13852) Cloud restore phase complete. Starting namespace generation phase",
    "[namespace_restore.INFO] (13852) Namespace generation phase complete. Successfully restored user namespace",
    "[megamount.INFO] (13852) restore namespace successful!",
];

/// The end of every log here: once it is on record, all before it is.
const END: &str =
    "Sep 13 16:03:39 localhost rfsd[13852]: [megamount.INFO] (1) restore namespace successful!\n";

/// A watch that does not outlive its test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
    }
}

struct Watched {
    home: tempfile::TempDir,
}

impl Watched {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    fn log(&self) -> PathBuf {
        self.home.path().join("messages")
    }

    /// What the record holds once the log was read to its [`END`], oldest first.
    fn records(&self) -> Vec<Value> {
        let child = Command::new(DRWATCH)
            .args(["watch", "--headless", "--json", "--log"])
            .arg(self.log())
            .arg("--runs-dir")
            .arg(self.home.path().join("runs"))
            .env("XDG_CONFIG_HOME", self.home.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut child = Ended(child);
        let end = END.trim_end();
        wait_until("the log is read to its end", PATIENCE, || {
            self.journal().is_some_and(|journal| journal.lines().any(|line| line.contains(end)))
        });
        let pid = nix::unistd::Pid::from_raw(i32::try_from(child.0.id()).unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).unwrap();
        child.0.wait().unwrap();
        let journal = self.journal().unwrap();
        journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn folder(&self) -> Option<PathBuf> {
        Some(fs::read_dir(self.home.path().join("runs")).ok()?.next()?.unwrap().path())
    }

    fn journal(&self) -> Option<String> {
        fs::read_to_string(self.folder()?.join("journal.ndjson")).ok()
    }
}

/// Markers with the times of their stamps, the last line aside.
fn markers(records: &[Value]) -> Vec<(String, String)> {
    let seen = records.iter().filter(|record| record["kind"] == "marker_seen");
    let of = |record: &Value| (text(&record["marker"]), text(&record["line"]["stamp"]));
    let mut found: Vec<_> = seen.map(of).collect();
    found.pop();
    found
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn all_at(stamp: &str) -> Vec<(String, String)> {
    ["download_complete", "namespace_complete", "restore_successful"]
        .map(|marker| (marker.to_owned(), stamp.to_owned()))
        .to_vec()
}

#[test]
fn three_markers_are_seen_in_every_form_with_the_year_and_zone_that_are_written() {
    let rfsd = |header: &str| MARKERS.map(|marker| format!("{header} rfsd[13852]: {marker}\n")).concat();
    let standard = MARKERS.map(|marker| format!("<134>1 2021-09-13T14:03:38Z ava rfsd 13852 - - {marker}\n"));
    for log in [
        rfsd("2021-09-13T16:03:38.000001+02:00 ava-dr"),
        rfsd("Sep 13 14:03:38 2021 localhost"),
        rfsd("<13>2021-09-13T16:05:00+02:00 relay <134>Sep 13 14:03:38 localhost"),
        rfsd("2021-09-13T14:03:38z localhost local0.info"),
        standard.concat(),
        format!("\u{feff}{}", standard.concat().replace(" - - ", " - [m x=\"[y]\"] \u{feff}")),
        rfsd("\x1b[32m2021-09-13 14:03:38,5 +0000 h").replace('\n', "\x1b[0m\r\n").replace(",5", ""),
        format!("{}{}", "\0".repeat(700), rfsd("Sep 13 14:03:38 2021 h").replace('\n', " \0\n")),
    ] {
        let watched = Watched::new();
        fs::write(watched.log(), log.clone() + END).unwrap();
        assert_eq!(markers(&watched.records()), all_at("2021-09-13T14:03:38.000+00:00"), "{log:?}");
    }
}

#[test]
fn a_saved_log_without_years_is_not_dated_after_its_file() {
    let watched = Watched::new();
    let log = MARKERS.map(|marker| format!("Sep 13 14:03:38 localhost rfsd[13852]: {marker}\n")).concat();
    fs::write(watched.log(), log + END).unwrap();
    // 2019-09-14 00:00:00 UTC.
    let written = std::time::UNIX_EPOCH + std::time::Duration::from_hours(1_568_419_200 / 3600);
    fs::File::options().append(true).open(watched.log()).unwrap().set_modified(written).unwrap();
    assert_eq!(markers(&watched.records()), all_at("2019-09-13T14:03:38.000+00:00"));
}

#[test]
fn what_only_has_the_words_is_a_finding_of_attention_with_the_line() {
    let watched = Watched::new();
    let quoted = format!("Sep 13 16:03:38 localhost cli[9]: said rfsd[13852]: {}", MARKERS[2]);
    let wrapped = "Successfully restored user namespace".to_owned();
    let alarm = "Sep 13 16:03:38 localhost rfsd[1]: [x.ERR] (1) bucket in the cloud: inconsistent".to_owned();
    let echoed =
        format!("Sep 13 16:03:38 localhost cli[9]: [cli.INFO]: user a: Executing command: {}", MARKERS[0]);
    fs::write(
        watched.log(),
        [&quoted, &wrapped, &alarm, &echoed, END].map(|line| format!("{line}\n")).concat(),
    )
    .unwrap();
    let records = watched.records();
    assert_eq!(markers(&records), []);
    let folder = find_run(&watched.home.path().join("runs"), "last").unwrap();
    let (run, _) = read_run(&folder).unwrap();
    let near: Vec<_> = run
        .findings
        .iter()
        .filter(|finding| matches!(finding.code, Code::MarkerNearMiss | Code::AlarmNearMiss))
        .collect();
    assert!(near.iter().all(|finding| finding.severity == FindingSeverity::Attention && finding.is_open()));
    let texts: Vec<_> = near.iter().map(|finding| finding.text.as_str()).collect();
    let [first, second, third] = texts[..] else { panic!("{texts:#?}") };
    assert!(first.contains(&quoted) && second.contains(&wrapped) && third.ends_with(&alarm), "{texts:#?}");
    assert!(run.prior_markers.iter().filter(|marker| marker.found.near).count() == 2, "they are offered");
}

#[test]
fn a_hole_is_a_gap_on_record_and_is_not_copied() {
    let watched = Watched::new();
    let mut file = fs::File::create(watched.log()).unwrap();
    writeln!(file, "Sep 13 14:03:38 2021 localhost rfsd[13852]: {}", MARKERS[0]).unwrap();
    file.seek(SeekFrom::Start(3 << 30)).unwrap();
    for marker in &MARKERS[1..] {
        writeln!(file, "Sep 13 14:03:38 2021 localhost rfsd[13852]: {marker}").unwrap();
    }
    file.write_all(END.as_bytes()).unwrap();
    let records = watched.records();
    assert_eq!(markers(&records), all_at("2021-09-13T14:03:38.000+00:00"));
    let gap = records.iter().find(|record| record["kind"] == "log_gap").unwrap();
    assert!(text(&gap["reason"]).contains("the log has a hole of"), "{gap}");
    let mut log = Vec::new();
    fs::File::open(watched.folder().unwrap().join("dr.log")).unwrap().read_to_end(&mut log).unwrap();
    assert!(log.len() < 8192, "{} bytes were copied", log.len());
}

#[test]
fn no_line_of_a_simulated_restore_is_taken_for_a_near_miss() {
    let scenarios = Command::new(DRWATCH).args(["demo", "--list"]).output().unwrap();
    for line in String::from_utf8(scenarios.stdout).unwrap().lines() {
        let name = line.split_whitespace().next().unwrap();
        // Costs more than all the others together.
        if name == "large" && short_or_long(true, false) {
            continue;
        }
        let demo = played(name);
        let is_near = |line: &str| {
            let record = serde_json::from_str::<Record>(line);
            record.is_ok_and(|record| matches!(record.event, Event::NearMissSeen { .. }))
        };
        let said = str::from_utf8(&demo.wait().output.stdout).unwrap();
        assert!(said.lines().count() > 10, "{name}: {said}");
        assert_eq!(said.lines().find(|line| is_near(line)), None, "{name}");
    }
}

#[test]
fn a_file_that_is_no_plain_text_is_refused_with_what_to_do() {
    let watched = Watched::new();
    let wide: Vec<u8> = format!("\u{feff}{END}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(END.as_bytes()).unwrap();
    for (bytes, words) in [(wide, "UTF-16"), (packer.finish().unwrap(), "zcat")] {
        fs::write(watched.log(), bytes).unwrap();
        for flags in [&["--log"][..], &["--log", "-", "--bucket"]] {
            let output = Command::new(DRWATCH)
                .args(["watch", "--headless"])
                .args(flags)
                .arg(watched.log())
                .env("XDG_CONFIG_HOME", watched.home.path())
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{flags:?}: {said}");
            assert!(said.contains(words), "{flags:?}: {said}");
        }
    }
}

#[test]
fn a_variable_of_the_helpers_that_is_set_from_outside_is_told() {
    let home = tempfile::tempdir().unwrap();
    let own_pid = std::process::id().to_string();
    let nobody = home.path().join("socket");
    for (variable, value) in [
        ("DRWATCH_SSH_OWNER", Path::new("1")),
        ("DRWATCH_SSH_OWNER", Path::new(&own_pid)),
        ("DRWATCH_SSH_OWNER", Path::new("")),
        ("DRWATCH_ASKPASS_SOCKET", &nobody),
        ("DRWATCH_ASKPASS_SOCKET", Path::new("")),
    ] {
        let output = Command::new(DRWATCH)
            .args(["runs", "--runs-dir"])
            .arg(home.path())
            .env(variable, value)
            .env("XDG_CONFIG_HOME", home.path())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{variable}={value:?}: {said}");
        assert!(said.contains(variable) && said.contains("unset it"), "{said}");
    }
}
