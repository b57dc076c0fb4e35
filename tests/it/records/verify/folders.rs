//! Run folders that are copied, incomplete, or hold something else than files.

use super::*;

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
        copy.is_refused("summary.md (");
        fs::remove_file(copy.path("summary.md")).unwrap();
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
        for name in ["journal.ndjson", "dr.log", "summary.json", "summary.md"] {
            fs::copy(run.join(name), folder.join(name)).unwrap();
        }
        let (code, said) = drwatch(&["verify", copy, "--runs-dir", runs_dir]);
        assert!(code == Some(0) && said.starts_with(&format!("{copy}: ")), "{said}");
    }
    let (_, said) = drwatch(&["runs", "--runs-dir", runs_dir]);
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), 4, "a header and three runs: {said}");
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
        let runs: Vec<serde_json::Value> = serde_json::from_str(&said).unwrap();
        runs.iter().filter(|run| run["run"] == name).map(|run| run["copy_of"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(id), [serde_json::Value::Null]);
    assert_eq!(of(&copies[0]), [serde_json::Value::from(id)]);
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
