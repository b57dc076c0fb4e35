//! `summary.json` against the journal that it was made from.

use super::*;

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
    assert!(code == Some(0) && said.contains("no summary covers its end"), "{said}");
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
fn each_line_of_the_page_follows_from_the_journal() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    assert!(verify(&run).1.contains("as does summary.md"), "{}", verify(&run).1);
    let page = fs::read_to_string(Copy::of(&run).path("summary.md")).unwrap();
    let lines: Vec<_> = page.split_inclusive('\n').collect();
    for line in (0..lines.len()).step_by(17).chain([lines.len() - 1]) {
        for changed in ["", "x\n", "\u{fffd}"] {
            let copy = Copy::of(&run);
            let mut lines = lines.clone();
            lines[line] = changed;
            fs::write(copy.path("summary.md"), lines.concat()).unwrap();
            copy.is_refused("summary.md: line ");
        }
    }
    let copy = Copy::of(&run);
    fs::write(copy.path("summary.md"), page.clone() + "- all was well\n").unwrap();
    copy.is_refused(&format!("line {} is \"- all was well\\n\", but \"nothing\" follows", lines.len() + 1));
    fs::write(copy.path("summary.md"), page.clone()).unwrap();
    assert!(!verify(&copy.run).1.contains("not compared"), "{}", verify(&copy.run).1);
    fs::write(copy.path("report\u{1b}.html"), "<p>all was well").unwrap();
    let (code, said) = verify(&copy.run);
    assert!(code == Some(0) && said.contains("; not compared: report\\x1b.html; `drwatch report`"), "{said}");
    fs::remove_file(copy.path("summary.md")).unwrap();
    assert!(verify(&copy.run).1.contains("; summary.md, which is exported with it, is not there"));
}
