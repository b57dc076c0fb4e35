//! A recorded run that was tampered with, in every way there is, and stored journals: what `drwatch verify` says of them.

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
        for name in ["journal.ndjson", "dr.log", "summary.json"] {
            fs::copy(run.join(name), copy.join(name)).unwrap();
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

#[test]
fn whatever_is_changed_in_a_recorded_run_the_first_bad_record_is_named() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    let (code, said) = verify(&run);
    assert!(code == Some(0) && said.contains("summary.json was made from it and follows from it"), "{said}");
    let whole = Copy::of(&run).lines();
    let (middle, last) = (whole.len() / 2, whole.len() - 1);
    let places = [0, 1, middle, last - 1];

    for at in places {
        let copy = Copy::of(&run);
        copy.change_lines(|lines| lines[at] = lines[at].replacen("+00:00", "+00:01", 1));
        copy.is_refused(&format!("record {at} "));
    }
    for at in [1, middle, last - 2] {
        let copy = Copy::of(&run);
        copy.change_lines(|lines| drop(lines.remove(at)));
        copy.is_refused(&format!("record {at} "));
        let copy = Copy::of(&run);
        copy.change_lines(|lines| lines.swap(at, at + 1));
        copy.is_refused(&format!("record {at} "));
        let copy = Copy::of(&run);
        copy.change_lines(|lines| lines.insert(at + 1, lines[at].clone()));
        copy.is_refused(&format!("record {} ", at + 1));
        let copy = Copy::of(&run);
        copy.change_lines(|lines| lines.insert(at, "{\"seq\":1,\"kind\":\"noted\"}".to_owned()));
        copy.is_refused(&format!("record {at} "));
    }
    for at in [1, middle] {
        let copy = Copy::of(&run);
        // Two side by side; the first of them is the first bad one, at its own place.
        copy.change_lines(|lines| {
            for changed in [at, at + 1] {
                lines[changed] = lines[changed].replacen("+00:00", "+00:01", 1);
            }
        });
        let byte: usize = whole[..at].iter().map(|line| line.len() + 1).sum();
        copy.is_refused(&format!("record {at} (byte {byte}) "));
        let copy = Copy::of(&run);
        copy.change_lines(|lines| lines[at] = lines[at].replacen("\"prev\":\"", "\"prev\":\"0", 1));
        copy.is_refused(&format!("record {at} "));
    }
    let copy = Copy::of(&run);
    copy.change_lines(|lines| drop(lines.remove(0)));
    copy.is_refused("record 0 ");
    // Emptied: the summary tells that there was something.
    let copy = Copy::of(&run);
    copy.change_lines(Vec::clear);
    copy.change_bytes("journal.ndjson", Vec::clear);
    copy.is_refused("record 0 ");
    let copy = Copy::of(&run);
    copy.change_lines(|lines| lines.push("not a record".to_owned()));
    copy.is_refused(&format!("record {} ", last + 1));
    // Cut short at a record: the summary tells that there were more.
    let copy = Copy::of(&run);
    copy.change_lines(|lines| lines.truncate(middle));
    copy.is_refused(&format!("record {middle} "));
}

#[test]
fn records_added_by_a_forger_who_knows_the_chain_are_said_to_be_vouched_for_by_nothing() {
    let runs = tempfile::tempdir().unwrap();
    let copy = Copy::of(&recorded(runs.path()));
    copy.change_lines(|lines| {
        let before = lines.last().unwrap();
        let at = before.split_once("\"at\":\"").unwrap().1.split_once('"').unwrap().0.to_owned();
        let (seq, prev) = (lines.len(), digest(before));
        lines.push(format!(
            "{{\"seq\":{seq},\"at\":\"{at}\",\"prev\":\"{prev}\",\"kind\":\"noted\",\"text\":\"x\",\"user\":\"y\"}}"
        ));
    });
    let (code, said) = verify(&copy.run);
    let words = "its last 2 records came after that summary and are not covered by it";
    assert!(code == Some(0) && said.contains(words), "{said}");
    let vouched = fs::read_to_string(copy.path("journal.ndjson")).unwrap().lines().count() - 2;
    assert!(said.contains(&format!("whole up to its record {vouched};")), "{said}");
    // Nor can the whole chain be made anew: the summary holds another head.
    copy.change_lines(|lines| {
        let (at, left) = lines[1].split_once("\"at\":\"").unwrap().1.split_at(23);
        let later = format!("{}{:03}", &at[..20], at[20..].parse::<u32>().unwrap() + 1);
        assert!(left.starts_with("+00:00"));
        lines[1] = lines[1].replacen(at, &later, 1);
        chain_anew(lines);
    });
    copy.is_refused("is not the one that summary.json was made from");
}

#[test]
fn the_record_of_the_export_and_more_of_them_are_said_to_be_vouched_for_by_nothing() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    let copy = Copy::of(&run);
    copy.change_lines(|lines| {
        let last = lines.last_mut().unwrap();
        assert!(last.contains("\"exported\""));
        *last = last.replacen("summary.json", "summary.jsom", 1);
    });
    for run in [&run, &copy.run] {
        let (code, said) = verify(run);
        let words = "its last record, that of the export, is not covered by the summary";
        assert!(code == Some(0) && said.contains(words), "{said}");
    }
    copy.change_lines(|lines| {
        for _ in 0..3 {
            let (seq, prev) = (lines.len(), digest(lines.last().unwrap()));
            let last: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
            let at = last["at"].as_str().unwrap();
            lines.push(format!(
                "{{\"seq\":{seq},\"at\":\"{at}\",\"prev\":\"{prev}\",\"kind\":\"exported\",\"files\":[],\
                 \"cause\":\"engineer\"}}"
            ));
        }
    });
    let (code, said) = verify(&copy.run);
    assert!(code == Some(0) && said.contains("its last 4 records came after that summary"), "{said}");
}

/// Makes every record vouch for the one before it, as a forger would.
fn chain_anew(lines: &mut [String]) {
    for at in 1..lines.len() {
        let (before, prev) = (digest(&lines[at - 1]), lines[at].find("\"prev\":\"").unwrap() + 8);
        lines[at].replace_range(prev..prev + 64, &before);
    }
}

#[test]
fn a_time_that_runs_back_is_a_bad_record_though_its_chain_is_sound() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    let middle = Copy::of(&run).lines().len() / 2;
    for (year, bad) in [("1925", middle), ("9999", middle + 1)] {
        let copy = Copy::of(&run);
        fs::remove_file(copy.path("summary.json")).unwrap();
        copy.change_lines(|lines| {
            let at = lines[middle].find("\"at\":\"").unwrap() + 6;
            lines[middle].replace_range(at..at + 4, year);
            chain_anew(lines);
        });
        copy.is_refused(&format!("record {bad} "));
        copy.is_refused("never run back");
    }
}

#[test]
fn a_summary_of_another_stretch_of_the_journal_is_refused() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    let lines = Copy::of(&run).lines();
    let summarised = lines.len() - 1;
    let head = |records: usize| digest(&lines[records - 1]);
    let more = summarised + 2;
    for (records, head, words) in [
        (0, head(summarised), "journal.records is 0".to_owned()),
        (0, "0".repeat(64), "journal.records is 0".to_owned()),
        (more, head(summarised), format!("was made from {more} records")),
        (usize::MAX, head(summarised), "is missing".to_owned()),
        (summarised, head(summarised - 1), "is not the one that summary.json was made from".to_owned()),
        (summarised - 1, head(summarised), "is not the one that summary.json was made from".to_owned()),
        // All of what came between is missing in it then.
        (summarised - 1, head(summarised - 1), "summary.json: ended_at".to_owned()),
        (1, head(1), "summary.json: ".to_owned()),
    ] {
        let copy = Copy::of(&run);
        copy.change_summary(|summary| {
            summary["journal"] = serde_json::json!({"records": records, "head": head});
        });
        copy.is_refused(&words);
        copy.change_summary(|summary| summary["outcome"] = "failed".into());
        copy.is_refused("summary.json");
    }
}

#[test]
fn a_file_that_is_no_summary_is_called_so_with_the_remedy() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    let head = digest(&Copy::of(&run).lines()[0]);
    let of_lists =
        [format!("[{{\"records\":1,\"head\":\"{head}\"}}]"), format!("{{\"journal\":[1,\"{head}\"]}}")];
    for text in
        ["", "not JSON", "null", "{}", "{\n\"journal\": 7}", &of_lists[0], &of_lists[1]].into_iter().chain([
            "{\"journal\":{\"records\":\"x\",\"head\":\"\"}}",
            "{\"journal\":{\"records\":-1,\"head\":\"\"}}",
            "{\"journal\":{\"records\":1.0,\"head\":\"\"}}",
            "{\"journal\":{\"records\":null,\"head\":\"\"}}",
            "{\"journal\":{\"records\":1,\"head\":7}}",
            "{\"journal\":{\"records\":1}}",
        ])
    {
        let copy = Copy::of(&run);
        fs::write(copy.path("summary.json"), text).unwrap();
        copy.is_refused("is no summary made by drwatch");
        copy.is_refused("`drwatch report");
        let (_, said) = verify(&copy.run);
        assert!(
            !said.contains("check that") && !said.contains("struct") && !said.contains("expected"),
            "{said}"
        );
    }
}

#[test]
fn a_journal_that_was_emptied_is_not_advised_to_be_deleted_while_a_log_is_left() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    for journal in [&b""[..], &[0; 4096], b"{\"seq\":0"] {
        let copy = Copy::of(&run);
        fs::write(copy.path("journal.ndjson"), journal).unwrap();
        // The summary tells how much there was.
        copy.is_refused("is missing: summary.json was made from");
        fs::remove_file(copy.path("summary.json")).unwrap();
        copy.is_refused("dr.log (");
        for command in ["verify", "report"] {
            let (code, said) = drwatch(&[command, copy.run.to_str().unwrap()]);
            assert!(code == Some(1) && said.contains("keep the folder"), "{command}: {said}");
            assert!(!said.contains("deleted") && said.lines().count() == 1, "{command}: {said}");
        }
        fs::remove_file(copy.path("dr.log")).unwrap();
        copy.is_refused("can be deleted");
    }
}

#[test]
fn a_run_folder_without_a_journal_is_named_and_the_others_are_listed() {
    let runs = tempfile::tempdir().unwrap();
    let runs_dir = runs.path().to_str().unwrap();
    let whole = recorded(runs.path());
    let damaged = "20991231T235959Z-00ffee";
    fs::create_dir(runs.path().join(damaged)).unwrap();
    fs::copy(whole.join("dr.log"), runs.path().join(damaged).join("dr.log")).unwrap();
    let command = |words: &[&str]| drwatch(&[words, &["--runs-dir", runs_dir]].concat());
    let (code, said) = command(&["runs"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(whole.file_name().unwrap().to_str().unwrap()), "{said}");
    let about: Vec<_> = said.lines().filter(|line| line.contains(damaged)).collect();
    assert!(about.len() == 1 && about[0].contains("holds no journal"), "{said}");
    for name in ["verify", "report", "replay"] {
        let (code, said) = command(&[name, damaged]);
        assert!(code == Some(2) && said.contains("holds no journal") && said.contains("dr.log"), "{said}");
    }
    fs::remove_file(runs.path().join(damaged).join("dr.log")).unwrap();
    let (code, said) = command(&["verify", damaged]);
    assert!(code == Some(2) && said.contains("ended before its first record"), "{said}");
}

#[test]
fn a_copied_run_is_listed_and_found_by_its_own_folders_name() {
    let runs = tempfile::tempdir().unwrap();
    let runs_dir = runs.path().to_str().unwrap();
    let run = recorded(runs.path());
    let id = run.file_name().unwrap().to_str().unwrap();
    let copies = [format!("{id}-copy"), "20991231T235959Z-00ffee".to_owned()];
    for copy in &copies {
        let folder = runs.path().join(copy);
        fs::create_dir(&folder).unwrap();
        for name in ["journal.ndjson", "dr.log", "summary.json"] {
            fs::copy(run.join(name), folder.join(name)).unwrap();
        }
        let (code, said) = drwatch(&["verify", copy, "--runs-dir", runs_dir]);
        assert!(code == Some(0) && said.starts_with(&format!("{copy}: ")), "{said}");
    }
    let (_, said) = drwatch(&["runs", "--runs-dir", runs_dir]);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 3, "{said}");
    assert!(
        lines.iter().any(|line| line.starts_with(&format!("{id}  ")) && !line.contains("copy")),
        "{said}"
    );
    for copy in &copies {
        let words = format!("a copy of run {id}");
        assert!(lines.iter().any(|line| line.starts_with(copy) && line.contains(&words)), "{said}");
    }
    let (_, said) = drwatch(&["runs", "--json", "--runs-dir", runs_dir]);
    let of = |name: &str| {
        let parsed = said.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        parsed.filter(|run| run["run"] == name).map(|run| run["copy_of"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(id), [serde_json::Value::Null]);
    assert_eq!(of(&copies[0]), [serde_json::Value::from(id)]);
}

#[test]
fn a_changed_log_is_blamed_on_the_record_that_cites_it() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    let chunks: Vec<(usize, u64, u64)> = Copy::of(&run)
        .lines()
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|record| record["kind"] == "log_chunk")
        .map(|record| {
            let number = |name: &str| record[name].as_u64().unwrap();
            (usize::try_from(number("seq")).unwrap(), number("offset"), number("bytes"))
        })
        .collect();
    let length = fs::metadata(run.join("dr.log")).unwrap().len();
    assert!(chunks.len() > 10);
    for (seq, offset, bytes) in [chunks[0], chunks[chunks.len() / 2], chunks[chunks.len() - 1]] {
        for at in [offset, offset + bytes - 1] {
            let copy = Copy::of(&run);
            copy.change_bytes("dr.log", |log| log[usize::try_from(at).unwrap()] ^= 1);
            copy.is_refused(&format!("record {seq} "));
        }
        let copy = Copy::of(&run);
        copy.change_bytes("dr.log", |log| log.truncate(usize::try_from(offset + bytes - 1).unwrap()));
        copy.is_refused(&format!("record {seq} "));
    }
    let copy = Copy::of(&run);
    fs::remove_file(copy.path("dr.log")).unwrap();
    copy.is_refused(&format!("record {} ", chunks[0].0));
    let copy = Copy::of(&run);
    copy.change_bytes("dr.log", |log| log.extend_from_slice(b"forged\n"));
    let (code, said) = verify(&copy.run);
    assert!(code == Some(0) && said.contains("7 bytes of log at the end are in no chunk"), "{said} {length}");
}

/// A summary that says `told` in that field is refused by the name of it.
fn assert_held_to(run: &Path, field: &str, told: &str) {
    let copy = Copy::of(run);
    copy.change_summary(|summary| {
        let slot = summary.pointer_mut(field).unwrap();
        let told = serde_json::from_str(told).unwrap();
        assert_ne!(*slot, told, "{field}");
        *slot = told;
    });
    let name = field.trim_start_matches('/').split('/').next().unwrap();
    copy.is_refused(&format!("summary.json: {name}"));
}

#[test]
fn every_figure_of_a_summary_has_to_follow_from_the_journal() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    for (field, told) in [
        ("/outcome", "\"failed\""),
        ("/download/downloaded", "2661"),
        ("/bucket/entries", "null"),
        ("/phases/2/seconds", "1.5"),
        ("/phases/1/evidence/raw", "\"x\""),
        ("/replication/paused_seconds", "0.0"),
        ("/actions/0/user", "\"somebody\""),
        ("/findings", "[]"),
        ("/versions/dialect", "\"\""),
    ] {
        assert_held_to(&run, field, told);
    }
    // Neither does it help to leave a field out, or to name another writer.
    for (object, field) in [("", "outcome"), ("/download", "baseline"), ("/bucket", "provisional")] {
        let copy = Copy::of(&run);
        copy.change_summary(|summary| {
            let object = summary.pointer_mut(object).unwrap().as_object_mut().unwrap();
            object.remove(field).unwrap();
        });
        copy.is_refused("summary.json: ");
    }
    let copy = Copy::of(&run);
    copy.change_summary(|summary| {
        summary["versions"]["drwatch"] = "0.0.1".into();
        summary["outcome"] = "failed".into();
    });
    copy.is_refused("versions.drwatch");
    let copy = Copy::of(&run);
    copy.change_bytes("summary.json", |bytes| bytes.truncate(100));
    copy.is_refused("summary.json");
    let copy = Copy::of(&run);
    fs::remove_file(copy.path("summary.json")).unwrap();
    let (code, said) = verify(&copy.run);
    assert!(code == Some(0) && said.contains("no summary vouches for its end"), "{said}");
    assert!(said.contains("unbroken as far as it goes") && !said.contains("whole"), "{said}");
}

#[test]
fn a_summary_whose_export_is_not_on_record_has_to_follow_all_the_same() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    let torn = || {
        let copy = Copy::of(&run);
        copy.change_lines(|lines| assert!(lines.pop().unwrap().contains("\"exported\"")));
        copy
    };
    let (code, said) = verify(&torn().run);
    assert!(code == Some(0) && said.contains("but for its times"), "{said}");
    for field in ["/outcome", "/download/downloaded", "/findings", "/versions/drwatch"] {
        let copy = torn();
        copy.change_summary(|summary| *summary.pointer_mut(field).unwrap() = serde_json::Value::Null);
        copy.is_refused(&field[1..].replace('/', "."));
    }
}

#[test]
fn what_is_no_file_is_refused_and_never_waited_for() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    for name in ["journal.ndjson", "dr.log", "summary.json"] {
        let copy = Copy::of(&run);
        fs::remove_file(copy.path(name)).unwrap();
        assert!(Command::new("mkfifo").arg(copy.path(name)).status().unwrap().success());
        let (code, said) = verify(&copy.run);
        let words = if name == "journal.ndjson" { "holds no journal" } else { "no regular file" };
        assert!(matches!(code, Some(1 | 2)) && said.contains(words), "{name}: {code:?} {said}");
    }
}

/// A run kept from that format.
fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runs").join(name)
}

#[test]
fn the_stored_run_of_the_present_format_is_read_whole_and_its_summary_follows() {
    let format = drwatch::run::FORMAT;
    let run = sample(&format!("{}.{}", format.major, format.minor));
    let folder = RunFolder::open(&run).unwrap();
    let (state, report) = read_run(&folder).unwrap();
    assert_eq!((report.format, report.opaque, report.torn), (Some(format), 0, None));
    assert_eq!(state.exit().code(), 0);
    assert_eq!(state.download.downloaded().map(|count| count.0), Some(2662));
    assert_eq!(state.replication.intervals.len(), 1);
    let (code, said) = verify(&run);
    assert!(code == Some(0) && said.contains("summary.json was made from it and follows from it"), "{said}");
    for command in [&["report"][..], &["report", "--format", "json"]] {
        let path = run.display().to_string();
        let arguments: Vec<&str> = command.iter().copied().chain([path.as_str()]).collect();
        let (code, said) = drwatch(&arguments);
        assert!(code == Some(0) && said.contains("ava400-ks"), "{said}");
    }
}

/// A copy of the stored run in another format, with its chain and the head in its summary made anew.
fn sample_in(major: u16, minor: u16) -> Copy {
    let copy = Copy::of(&sample("1.0"));
    copy.change_lines(|lines| {
        let format = format!("\"format\":{{\"major\":{major},\"minor\":{minor}}}");
        lines[0] = lines[0].replacen("\"format\":{\"major\":1,\"minor\":0}", &format, 1);
        assert!(lines[0].contains(&format));
        chain_anew(lines);
    });
    let lines = copy.lines();
    copy.change_summary(|summary| summary["journal"]["head"] = digest(&lines[lines.len() - 2]).into());
    copy
}

#[test]
fn a_newer_minor_version_is_read_and_its_summary_not_compared() {
    let copy = sample_in(1, 1);
    let newer = "summary.json was made from it, by a newer drwatch, and cannot be held to it here";
    let (code, said) = verify(&copy.run);
    assert!(code == Some(0) && said.contains(newer), "{said}");
    copy.change_lines(|lines| {
        let noted = lines.iter().position(|line| line.contains("\"kind\":\"clock_offset\"")).unwrap();
        lines[noted] = lines[noted].replacen("clock_offset", "hummed", 1);
        chain_anew(lines);
    });
    let lines = copy.lines();
    copy.change_summary(|summary| {
        summary["journal"]["head"] = digest(&lines[lines.len() - 2]).into();
        summary["humming"] = true.into();
    });
    let (code, said) = verify(&copy.run);
    let passed_over = "1 records are of kinds that only a newer drwatch knows";
    assert!(code == Some(0) && said.contains(newer) && said.contains(passed_over), "{said}");
}

#[test]
fn a_newer_major_version_is_refused() {
    let copy = sample_in(2, 0);
    copy.is_refused("is in format 2.0 and this drwatch reads up to 1.x");
}

#[test]
fn a_run_interrupted_in_either_way_is_read_with_its_absences() {
    let folder = RunFolder::open(&sample("1.0-interrupted")).unwrap();
    let (run, _) = read_run(&folder).unwrap();
    let away: Vec<u64> = run.absences.iter().map(|gap| gap.to.since(gap.from).secs()).collect();
    // Stopped for seven seconds, then killed and gone on with.
    assert!(matches!(away.as_slice(), [7..=9, 1..=4]), "{:?}", run.absences);
    assert_eq!(run.log.gaps, []);
    assert_eq!(verify(&sample("1.0-interrupted")).0, Some(0));
}
