//! `drwatch check` against simulated appliances behind a real sshd, in prepared states; and dialects
//! that are refused before anything is reached.

use std::{fs, process::Command};

use drwatch::{
    appliance::gate::Sendable,
    run::Role,
    simulator::{Anchor, Answers, Effect, Fault, Question, Scenario},
};
use serde_json::Value;

use crate::support::{
    PATIENCE,
    pair::{DRWATCH, Pair},
    terminal::Terminal,
    wait_until,
};

const BOTH: [&str; 4] = ["--primary", "ava-prod", "--dr", "ava-dr"];

/// The outcome of a check: exit code, JSON.
fn check(pair: &Pair, more: &[&str]) -> (i32, Value) {
    let mut command = Command::new(DRWATCH);
    let output = command.arg("check").args(pair.flags()).arg("--json").args(more).output().unwrap();
    let code = output.status.code().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    (code, serde_json::from_slice(&output.stdout).unwrap_or_else(|_| Value::String(errors.into_owned())))
}

/// State of the item of that code.
fn state<'v>(outcome: &'v Value, code: &str) -> &'v str {
    let items = outcome["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["code"] == code).unwrap();
    item["state"].as_str().unwrap()
}

/// Codes of all items that forbid the start.
fn blocking(outcome: &Value) -> Vec<&str> {
    let items = outcome["items"].as_array().unwrap().iter();
    items.filter(|item| item["state"] == "blocking").map(|item| item["code"].as_str().unwrap()).collect()
}

fn pause(pair: &Pair) {
    pair.type_by_hand("primary", &["enable", "configure terminal", "no replication enable", "exit", "exit"]);
}

fn sent_reads_only(pair: &Pair) {
    for received in pair.received() {
        let line = &received.line;
        assert!(
            !line.starts_with("configure")
                && !line.starts_with("no replication")
                && line != "replication enable"
                && !line.contains("num-threads "),
            "{line}"
        );
    }
}

#[test]
fn a_pair_as_it_stands_before_the_pause_is_no_go_and_once_paused_is_go() {
    let pair = Pair::start(1);
    let (code, outcome) = check(&pair, &BOTH);
    assert_eq!((code, outcome["verdict"].as_str()), (1, Some("no-go")), "{outcome:#}");
    assert_eq!(blocking(&outcome), ["replication-paused"]);
    assert_eq!(outcome["items"].as_array().unwrap().len(), 16);

    pause(&pair);
    let (code, outcome) = check(&pair, &BOTH);
    assert_eq!((code, outcome["verdict"].as_str()), (0, Some("go")), "{outcome:#}");
    for (item, expected) in [
        ("primary-reachable", "ok"),
        ("dr-reachable", "ok"),
        ("identities", "ok"),
        ("two-machines", "ok"),
        ("versions", "info"),
        ("same-bucket", "ok"),
        ("replication-paused", "ok"),
        ("listed-after-pause", "unknown"),
        ("maps-equal-rbtmds", "ok"),
        ("baseline-before-service", "unknown"),
        ("service", "ok"),
        ("info-lines", "ok"),
        ("clock-skew", "ok"),
        ("disk-space", "ok"),
    ] {
        assert_eq!(state(&outcome, item), expected, "{item} in {outcome:#}");
    }
    for item in outcome["items"].as_array().unwrap() {
        let has = |field: &str| item.get(field).is_some();
        assert!(
            ["code", "state", "text", "evidence", "age", "remedy", "reply"].into_iter().all(has),
            "{item}"
        );
    }
    let reply = |code: &str| {
        let item = outcome["items"].as_array().unwrap().iter().find(|item| item["code"] == code).unwrap();
        item["reply"].as_str().unwrap_or_default().to_owned()
    };
    assert!(reply("replication-paused").contains("Status:                         paused"));
    assert!(reply("same-bucket").contains("ava400-ks") && reply("threads").contains("16"));
    sent_reads_only(&pair);
    assert!(!pair.runs().exists(), "a check records nothing");
}

#[test]
fn swapped_destinations_and_one_machine_given_twice_are_no_go() {
    let pair = Pair::start(1);
    pause(&pair);
    let (code, outcome) = check(&pair, &["--primary", "ava-dr", "--dr", "ava-prod"]);
    assert_eq!(code, 1);
    assert!(blocking(&outcome).contains(&"service"), "{outcome:#}");

    let (code, outcome) = check(&pair, &["--primary", "ava-prod", "--dr", "ava-prod"]);
    assert_eq!(code, 1);
    assert!(blocking(&outcome).contains(&"two-machines"), "{outcome:#}");
    sent_reads_only(&pair);
}

#[test]
fn an_appliance_away_or_not_given_is_no_go() {
    let pair = Pair::start(1);
    pause(&pair);
    let (code, outcome) = check(&pair, &["--primary", "ava-prod", "--dr", "ssh://127.0.0.1:1"]);
    assert_eq!(code, 1);
    assert_eq!(blocking(&outcome), ["dr-reachable"], "{outcome:#}");
    assert_eq!(state(&outcome, "replication-paused"), "ok");

    let (code, outcome) = check(&pair, &["--dr", "ava-dr"]);
    assert_eq!(code, 1);
    assert!(blocking(&outcome).contains(&"primary-reachable"), "{outcome:#}");
}

#[test]
fn a_service_already_started_is_attention_and_threads_can_be_read() {
    let pair = Pair::start(1);
    pause(&pair);
    pair.enable_service();
    let mut last = Value::Null;
    wait_until("the service runs and tells its threads", PATIENCE, || {
        let (code, outcome) = check(&pair, &BOTH);
        assert_eq!(code, 0, "{outcome:#}");
        assert_eq!(state(&outcome, "service"), "attention", "{outcome:#}");
        last = outcome;
        state(&last, "threads") == "ok"
    });
}

#[test]
fn a_state_that_cannot_be_read_is_no_go_because_it_must_be_known() {
    let pair = Pair::start(1);
    pause(&pair);
    let dialect = pair.settings().with_file_name("dialect.toml");
    fs::write(&dialect, "[replication]\nrunning = ['^quiesced$']\npaused = ['^asleep$']\n").unwrap();
    pair.write_settings(&format!("dialect = \"{}\"", dialect.display()));
    let (code, outcome) = check(&pair, &BOTH);
    assert_eq!(code, 1, "{outcome:#}");
    assert_eq!(state(&outcome, "replication-paused"), "unknown", "{outcome:#}");
    assert_eq!(outcome["verdict"], "no-go");
}

#[test]
fn a_run_answers_what_only_a_record_knows() {
    let pair = Pair::start(1);
    let mut terminal = pair.watch(&BOTH, 40, 120);
    terminal.pause();
    terminal.wait_for("2,662");
    terminal.type_keys("qQ");
    let (code, _) = terminal.wait_for_exit();
    assert_eq!(code, 3);

    let (code, outcome) = check(&pair, &[&BOTH[..], &["--run", "last"]].concat());
    assert_eq!(code, 0, "{outcome:#}");
    for item in ["listed-after-pause", "replication-paused", "identities"] {
        assert_eq!(state(&outcome, item), "ok", "{item} in {outcome:#}");
    }
    assert_ne!(state(&outcome, "baseline-before-service"), "unknown", "{outcome:#}");
    let text = outcome["items"].to_string();
    assert!(text.contains("is paused for"), "{text}");

    // Names once confirmed are remembered, whatever the services do now.
    let (code, outcome) = check(&pair, &["--primary", "ava-dr", "--dr", "ava-prod"]);
    assert_eq!(code, 1);
    assert!(blocking(&outcome).contains(&"identities"), "{outcome:#}");
    let text = outcome["items"].to_string();
    assert!(text.contains("given as primary, was the DR appliance in run "), "{text}");

    let (code, outcome) = check(&pair, &[&BOTH[..], &["--run", "20200101"]].concat());
    assert_eq!(code, 2, "{outcome}");
}

#[test]
fn a_record_of_other_machines_or_of_simulated_ones_vouches_for_nothing() {
    let pair = Pair::start(20);
    let demo =
        Command::new(DRWATCH).args(["demo", "--headless"]).args(["--runs-dir"]).arg(pair.runs()).output();
    assert!(demo.unwrap().status.success());
    let (code, said) = check(&pair, &[&BOTH[..], &["--run", "last"]].concat());
    assert_eq!(code, 2);
    assert!(said.as_str().unwrap().contains("is of simulated appliances"), "{said}");

    let mut terminal = pair.watch(&["--primary", "ava-dr", "--dr", "ava-prod"], 40, 120);
    terminal.wait_for("verified");
    terminal.type_keys("qyQ");
    terminal.wait_for_exit();
    let (code, said) = check(&pair, &[&BOTH[..], &["--run", "last"]].concat());
    assert_eq!(code, 2);
    assert!(said.as_str().unwrap().contains("was recorded with another primary"), "{said}");
}

#[test]
fn the_page_for_people_names_every_item_and_ends_with_the_verdict() {
    let pair = Pair::start(1);
    let mut command = Command::new(DRWATCH);
    let output = command.arg("check").args(pair.flags()).args(BOTH).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("BLOCKING  replication-paused: Replication on ava-prod runs"), "{text}");
    assert!(text.lines().last().unwrap().starts_with("NO-GO: "), "{text}");
    assert!(text.lines().count() <= 40, "{text}");
    assert!(!text.contains('\x1b'), "{text}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("Listing the bucket"));
}

/// The page as a terminal of eighty columns shows it.
fn page(pair: &Pair, more: &[&str]) -> String {
    let mut arguments = vec!["check".to_owned()];
    arguments.extend(pair.flags());
    arguments.extend(more.iter().map(ToString::to_string));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (_, page) = Terminal::start(DRWATCH, &arguments, &[("NO_COLOR", "1")], 60, 80).wait_for_exit();
    page
}

/// The procedure's scenario, changed.
fn changed(change: impl FnOnce(&mut Scenario)) -> Scenario {
    let mut scenario = Scenario::named("procedure").unwrap();
    change(&mut scenario);
    scenario
}

#[test]
fn another_bucket_on_the_dr_appliance_is_no_go() {
    let pair = Pair::start_world(changed(|scenario| scenario.dr.other_bucket = Some("ava400-old".into())), 1);
    pause(&pair);
    let (code, outcome) = check(&pair, &BOTH);
    assert_eq!((code, blocking(&outcome)), (1, vec!["same-bucket"]), "{outcome:#}");
    let page = page(&pair, &BOTH);
    assert!(page.contains("ava400-ks") && page.contains("ava400-old"), "{page}");
}

#[test]
fn a_bucket_that_no_reply_names_stays_unknown() {
    let with = "Replication:                    disabled".to_owned();
    let answers = Answers { role: Role::Dr, to: Question::ShowReplication, with };
    let fault = Fault {
        from: Anchor::Start,
        after: 0,
        lasts: 86_400,
        times: 1,
        every: 0,
        effect: Effect::Answers(answers),
    };
    let pair = Pair::start_world(changed(|scenario| scenario.fault.push(fault)), 1);
    pause(&pair);
    let (code, outcome) = check(&pair, &BOTH);
    assert_eq!((code, state(&outcome, "same-bucket")), (0, "unknown"), "{outcome:#}");
}

#[test]
fn every_page_reads_on_eighty_columns() {
    let pair = Pair::start(1);
    let before = page(&pair, &BOTH);
    pause(&pair);
    let after = page(&pair, &BOTH);
    let swapped = page(&pair, &["--primary", "ava-dr", "--dr", "ava-prod"]);
    let twice = page(&pair, &["--primary", "ava-prod", "--dr", "ava-prod"]);
    let away = page(&pair, &["--primary", "ava-prod", "--dr", "ssh://127.0.0.1:1"]);
    let alone = page(&pair, &["--dr", "ava-dr"]);
    pair.enable_service();
    let started = page(&pair, &BOTH);
    for page in [&before, &after, &swapped, &twice, &away, &alone, &started] {
        println!("{page}\n");
        assert!(page.lines().count() <= 40, "{page}");
        let verdict = page.trim_end().lines().last().unwrap();
        assert!(verdict.starts_with("GO: ") || verdict.starts_with("NO-GO: "), "{page}");
        for of_the_dashboard in ["Wait for", "keeps trying", ", with ", "key "] {
            assert!(!page.contains(of_the_dashboard), "{of_the_dashboard} in {page}");
        }
    }
    for usual in [&before, &after] {
        // One row is left for the prompt.
        assert!(usual.trim_end().lines().count() <= 23, "{usual}");
    }
}

#[test]
fn nothing_to_check_is_a_usage_error() {
    let pair = Pair::start(1);
    assert_eq!(check(&pair, &[]).0, 2);
}

/// The dialect's command slots and the first line of each.
fn slots() -> Vec<(&'static str, &'static str)> {
    let built_in = include_str!("../../../assets/dialects/altavault.toml");
    let mut slots = Vec::new();
    let mut slot = None;
    for line in built_in.lines() {
        if let Some(table) = line.strip_prefix('[') {
            slot = table.strip_prefix("commands.").and_then(|name| name.strip_suffix(']'));
        } else if let Some(lines) = line.strip_prefix("lines = [\"")
            && let Some(name) = slot
        {
            slots.push((name, lines.split('"').next().unwrap()));
        }
    }
    assert_eq!(slots.len(), Sendable::all().count(), "{slots:?}");
    slots
}

#[test]
fn a_dialect_that_smuggles_a_command_is_refused_at_the_start_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let refusal = |verb: &str, name: &str, lines: &str| {
        let dialect = folder.path().join("dialect.toml");
        let text = format!("[commands.{name}]\nlines = [{lines}]\ncertainty = \"documented\"\n");
        fs::write(&dialect, text).unwrap();
        let settings = folder.path().join("settings.toml");
        fs::write(&settings, format!("dialect = \"{}\"\n", dialect.display())).unwrap();
        let output = Command::new(DRWATCH)
            .args([verb, "--primary", "ssh://127.0.0.1:1", "--dr", "ssh://127.0.0.1:1", "--settings"])
            .arg(&settings)
            .arg("--runs-dir")
            .arg(folder.path().join("runs"))
            .output()
            .unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{name} {lines} {verb}: {text}");
        assert!(text.contains(&format!("commands.{name}")), "{lines} {verb}: {text}");
        assert_eq!(text.lines().count(), 1, "{text}");
        text
    };
    for (name, own) in slots() {
        for (lines, named) in [
            ("\"datastore format local\"".to_owned(), "datastore"),
            // Behind the slot's own words, and in words that nothing else is wrong with.
            (format!("\"{own}; reload\""), "';'"),
            (format!("\"{own}\\nreload\""), "'\\n'"),
            (format!("\"{own}\\rreload\""), "'\\r'"),
            (format!("\"{own}\\u0007\""), "'\\u{7}'"),
            (format!("\"{own}\\u0003\""), "'\\u{3}'"),
            (format!("\"{own} | include x\""), "'|'"),
        ] {
            let text = refusal("watch", name, &lines);
            assert!(text.contains(named), "{name} {lines}: {text}");
        }
        // As a second line, which only some slots may have.
        refusal("watch", name, &format!("\"{own}\", \"datastore format local\""));
        refusal("check", name, "\"datastore format local\"");
    }
    assert!(!folder.path().join("runs").exists());
}

#[test]
fn a_dialect_that_lets_resume_do_what_pause_does_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dialect = folder.path().join("dialect.toml");
    fs::write(&dialect, "[commands.resume]\nlines = [\"no replication enable\"]\n").unwrap();
    let settings = folder.path().join("settings.toml");
    fs::write(&settings, format!("dialect = \"{}\"\n", dialect.display())).unwrap();
    let output = Command::new(DRWATCH)
        .args(["check", "--primary", "ssh://127.0.0.1:1", "--settings"])
        .arg(&settings)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("commands.resume") && text.contains("commands.pause"), "{text}");
}
