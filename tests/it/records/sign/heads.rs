//! Heads that the notice command sends while a run is recorded, looked for in the record afterwards.

use serde_json::Value;

use super::*;

/// Watches a log from standard input to its end; what the notice command was given, line by line.
fn watched(desk: &Desk, more: &[&str]) -> Vec<String> {
    let given = desk.path("given");
    let settings = desk.path("settings.toml");
    let command = format!("[notice]\ncommand = [\"tee\", \"-a\", {:?}]\n", given.display().to_string());
    fs::write(&settings, command).unwrap();
    let (settings, runs) = (settings.display().to_string(), desk.path("watched").display().to_string());
    let words = ["watch", "--settings", &settings, "--log", "-", "--headless", "--runs-dir", &runs];
    let log = desk.path("messages");
    fs::write(&log, "Sep 13 16:03:38 localhost rfsd[1]: [a.NOTICE] (1) one\n").unwrap();
    let mut command = desk.command(&[&words, more].concat());
    let (_, said) = said(command.stdin(fs::File::open(log).unwrap()));
    let text = fs::read_to_string(given).unwrap_or_default();
    assert!(text.ends_with('\n'), "{said}{text}");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn the_heads_sent_at_the_start_and_at_the_end_are_in_the_record() {
    let desk = Desk::new();
    let notices = watched(&desk, &[]);
    let values: Vec<Value> = notices.iter().map(|notice| serde_json::from_str(notice).unwrap()).collect();
    let events: Vec<_> = values.iter().map(|notice| notice["event"].as_str().unwrap()).collect();
    assert_eq!((events.first(), events.last()), (Some(&"started"), Some(&"ended")), "{events:?}");
    assert!(
        values.iter().all(|notice| notice["head"]["sha256"].as_str().unwrap().len() == 64),
        "{notices:?}"
    );
    let run = values[0]["run"].as_str().unwrap();
    let runs = desk.path("watched").display().to_string();
    let mut words = vec!["verify", run, "--runs-dir", &runs];
    words.extend(notices.iter().flat_map(|notice| ["--anchor", notice.as_str()]));
    let (code, said) = desk.drwatch(&words);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.matches(": in this record, after record ").count(), notices.len(), "{said}");
    assert!(said.contains("after record 0 of 2"), "the start: {said}");
    assert!(said.contains("; 0 records since"), "the end is the very end: {said}");
    // Another run does not have them.
    let (code, said) = desk.verify(&["--anchor", &notices[0]]);
    assert!(code == Some(1) && said.contains(&format!("the notice carried it for run {run}")), "{said}");
    // And neither does this one, rewritten: the same head after another number of records.
    let bare = values[0]["head"]["sha256"].as_str().unwrap();
    desk.is_refused(&["--anchor", bare], "NOT in this record");
}
