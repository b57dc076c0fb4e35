//! Records, chains and log bytes that were changed after they were written.

use super::*;

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
fn records_added_by_a_forger_who_knows_the_chain_are_said_to_be_covered_by_nothing() {
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
    let covered = fs::read_to_string(copy.path("journal.ndjson")).unwrap().lines().count() - 1;
    let words = format!("the last record, {covered} (noted), is covered by no digest in this folder");
    assert!(code == Some(0) && said.contains(&words), "{said}");
    assert!(said.contains(&format!("whole for its first {covered} records;")), "{said}");
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
fn a_changed_record_of_the_export_is_named_and_more_of_them_are_said_to_be_covered_by_nothing() {
    let runs = tempfile::tempdir().unwrap();
    let run = recorded(runs.path());
    let copy = Copy::of(&run);
    copy.change_lines(|lines| {
        let last = lines.last_mut().unwrap();
        assert!(last.contains("\"exported\""));
        *last = last.replacen("summary.json", "summary.jsom", 1);
    });
    let (code, said) = verify(&run);
    assert!(code == Some(0) && said.contains(": whole; ") && !said.contains("covered by no"), "{said}");
    let last = fs::read_to_string(copy.path("journal.ndjson")).unwrap().lines().count() - 1;
    copy.is_refused(&format!("record {last} "));
    copy.is_refused("was changed: summary.json, which was written with it, holds another digest of it");
    let copy = Copy::of(&run);
    copy.change_lines(|lines| {
        let last = lines.last_mut().unwrap();
        let at = last.find("\"prev\":\"").unwrap() + 9;
        last.replace_range(at..at + 4, "0000");
    });
    copy.is_refused(&format!("record {last} "));
    copy.is_refused("was changed: it holds a wrong digest of the record before it");
    let copy = Copy::of(&run);
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
    assert!(code == Some(0) && said.contains("its last 3 records came after that summary"), "{said}");
    assert!(
        said.contains(&format!("the last record, {} (exported), is covered by no digest", last + 3)),
        "{said}"
    );
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
