//! `report --format csv`.

use std::{collections::BTreeMap, fs, path::Path};

use csv::StringRecord;

use super::played;
use crate::{
    cli::{ReportArgs, ReportFormat, RunArgs, RunsDir},
    commands::command_line::stop::Stop,
    journal::{self, JournalWriter, RunFolder, samples},
    report::Series,
    run::{
        ActionId, ActionKind, ActionPlan, ActionState, Answer, Certainty, Elapsed, Event, Exit, Known,
        Reading, ReplicationState, Run,
    },
};

fn csv_of(folder: &RunFolder) -> (String, Run) {
    let mut series = Series::new(Vec::new());
    let (run, _) = journal::read_run_by(folder, |run, record| series.see(run, record)).unwrap();
    (String::from_utf8(series.finish().unwrap()).unwrap(), run)
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = |record: StringRecord| {
        header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect::<BTreeMap<_, _>>()
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

#[test]
fn the_series_has_each_counter_reading_and_the_rates_that_the_report_shows() {
    for scenario in ["procedure", "counter-reset", "drops"] {
        let (_home, folder) = played(scenario);
        let mut readings = 0;
        let (run, _) = journal::read_run_by(&folder, |_, record| {
            readings += usize::from(matches!(record.event, Event::CounterRead(_)));
        })
        .unwrap();
        let (text, _) = csv_of(&folder);
        let rows = rows(&text);
        assert_eq!(rows.iter().filter(|row| row["change"] == "counter").count(), readings, "{scenario}");
        let mut compared = 0;
        for sample in &run.download.rates {
            let at = sample.at.to_string();
            let row = rows.iter().find(|row| row["time_utc"] == at && row["change"] == "counter").unwrap();
            if row["phase"] == "prepare" {
                // It counts only since a later reading showed that stage 1 had begun.
                assert_eq!(row["objects_per_second"], "");
                continue;
            }
            compared += 1;
            let rate: f64 = row["objects_per_second"].parse().unwrap();
            assert!((rate - sample.per_second).abs() < 1e-9, "{scenario} {at}: {rate}");
        }
        assert!(compared > 10, "{scenario}: {compared}");
        let last = rows.iter().rev().find(|row| !row["get_counter"].is_empty()).unwrap();
        assert_eq!(last["get_counter"], run.download.counter.unwrap().0.to_string());
        assert_eq!(last["objects_downloaded"], run.download.downloaded().unwrap().to_string());
        assert_eq!(last["objects_expected"], run.expected().unwrap().to_string());
        let states: Vec<_> = rows.iter().filter(|row| row["change"] == "replication").collect();
        let states: Vec<_> = states.iter().map(|row| row["replication_state"].as_str()).collect();
        assert_eq!(states, ["running", "paused", "running"], "{scenario}");
        assert_eq!(run.replication.state, Known::Running);
        let paused: f64 = rows.last().unwrap()["paused_seconds"].parse().unwrap();
        assert!((paused - run.replication.paused_total(run.last_at).secs_f64()).abs() < 1.0, "{paused}");
    }
}

#[test]
fn the_series_is_rfc_4180_with_one_header_and_no_field_that_a_spreadsheet_computes() {
    let (_home, folder) = played("procedure");
    let (text, _) = csv_of(&folder);
    assert!(text.ends_with("\r\n"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_eq!(text.matches("time_utc").count(), 1);
    assert!(text.starts_with("time_utc,seconds_since_start,change,phase,get_counter,"));
    let columns = text.lines().next().unwrap().split(',').count();
    for line in text.lines() {
        assert_eq!(line.split(',').count(), columns, "{line}");
        for field in line.split(',') {
            assert!(!field.starts_with(['=', '+', '-', '@', '\t']), "{line}");
            assert!(field.chars().all(|c| c.is_ascii_alphanumeric() || ".:+-_".contains(c)), "{line}");
        }
    }
}

#[test]
fn what_was_never_read_is_empty_and_never_zero() {
    let (_home, folder) = samples::folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    writer.append(samples::at(0), &samples::every_event()[0]).unwrap();
    assert_eq!(rows(&csv_of(&folder).0), []);
    assert_eq!(csv_of(&folder).0.lines().count(), 1, "the header alone");
    for (second, event) in (1..).zip(samples::every_event()) {
        if matches!(event, Event::CounterRead(_)) {
            writer.append(samples::at(second), &event).unwrap();
        }
    }
    let rows = rows(&csv_of(&folder).0);
    assert_eq!(rows.len(), 1);
    for column in [
        "objects_downloaded",
        "objects_expected",
        "objects_per_second",
        "replication_state",
        "paused_seconds",
        "threads",
    ] {
        assert_eq!(rows[0][column], "", "{column}");
    }
    assert_eq!((rows[0]["get_counter"].as_str(), rows[0]["phase"].as_str()), ("10412", "prepare"));
}

#[test]
fn the_replication_state_is_empty_until_it_shows_what_came_of_a_pause() {
    let (_home, folder) = samples::folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    let every = samples::every_event();
    let counter = every.iter().find(|event| matches!(event, Event::CounterRead(_))).unwrap();
    let read = |state| {
        let answer = Answer { reading: Reading::Known(state), took: Elapsed::ZERO, raw: String::new() };
        Event::ReplicationRead { answer, backlog: None }
    };
    let request = |id| {
        let plan =
            ActionPlan { action: ActionKind::Pause, lines: Vec::new(), certainty: Certainty::Inferred };
        let (user, typed, consent, agreed) = ("eng".to_owned(), None, None, None);
        Event::ActionRequested { id: ActionId(id), plan, user, r#override: None, typed, consent, agreed }
    };
    let sent =
        |id| Event::ActionSent { id: ActionId(id), sent: Vec::new(), answer: String::new(), remark: None };
    let settle = |id, state| Event::ActionSettled { id: ActionId(id), state };
    let unknown = ActionState::Unknown { reason: "no answer".to_owned() };
    let events = [
        every[0].clone(),
        read(ReplicationState::Running),
        request(1),
        counter.clone(),
        sent(1),
        settle(1, unknown),
        counter.clone(),
        read(ReplicationState::Running),
        request(2),
        sent(2),
        read(ReplicationState::Paused),
        settle(2, ActionState::Confirmed),
    ];
    for (second, event) in (0..).zip(&events) {
        writer.append(samples::at(second), event).unwrap();
    }
    let rows = rows(&csv_of(&folder).0);
    let told: Vec<_> =
        rows.iter().map(|row| (row["change"].as_str(), row["replication_state"].as_str())).collect();
    let expected = [
        ("replication", "running"),
        ("counter", ""),
        ("replication", ""),
        ("counter", ""),
        ("replication", "running"),
        ("replication", "paused"),
    ];
    assert_eq!(told, expected);
    assert_eq!(rows[5]["time_utc"], samples::at(10).to_string(), "when it was read");
}

#[test]
fn no_text_of_a_hostile_run_reaches_its_series() {
    let (_home, folder) = samples::folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    for (second, event) in (0..).zip(samples::every_event()) {
        let line = serde_json::to_string(&event).unwrap();
        let hostile = line.replace("ava400-ks", "=cmd|' /C calc'!A1").replace("kim", "@SUM(1+1)");
        writer.append(samples::at(second), &serde_json::from_str(&hostile).unwrap()).unwrap();
    }
    let (text, _) = csv_of(&folder);
    assert!(!text.contains(['=', '@', '|', '\'', '"']), "{text}");
}

fn to_file(folder: &RunFolder, output: &Path) -> Result<Exit, Stop> {
    crate::commands::runs::report(&ReportArgs {
        run: RunArgs { run: folder.path().display().to_string(), runs: RunsDir { runs_dir: None } },
        format: ReportFormat::Csv,
        redact: false,
        output: Some(output.to_owned()),
    })
}

#[test]
fn a_damaged_record_leaves_the_file_of_an_earlier_series_alone() {
    let (home, folder) = samples::folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    for (second, event) in (0..).zip(samples::every_event()) {
        writer.append(samples::at(second), &event).unwrap();
    }
    drop(writer);
    let output = home.path().join("series.csv");
    assert_eq!(to_file(&folder, &output).ok(), Some(Exit::Done));
    let series = fs::read_to_string(&output).unwrap();
    assert_eq!(series, csv_of(&folder).0);
    let nowhere = to_file(&folder, &home.path().join("none/series.csv")).unwrap_err();
    assert!(nowhere.exit == Exit::Failed && nowhere.text.contains("none/series.csv"), "{}", nowhere.text);
    let journal = fs::read_to_string(folder.journal_path()).unwrap();
    fs::write(folder.journal_path(), journal.replacen("ava-prod", "eva-prod", 1)).unwrap();
    let stop = to_file(&folder, &output).unwrap_err();
    assert_eq!(stop.exit, Exit::Failed);
    assert!(stop.text.contains("was changed"), "{}", stop.text);
    assert_eq!(fs::read_to_string(&output).unwrap(), series);
}
