//! What is not signed, and a signature that was interrupted.

use drwatch::journal::{RunFolder, RunLock};

use super::*;

#[test]
fn a_statement_that_lacks_something_is_refused_before_anything_is_asked() {
    let desk = Desk::new();
    let before = desk.journal();
    let key = desk.key("kim").display().to_string();
    for (words, reason) in [
        (&["--as", "operator"][..], "add --verdict"),
        (&["--as", "approver"], "add --verdict"),
        (&["--as", "approver", "--verdict", "conditions"], "takes --notes"),
        (&["--as", "operator", "--verdict", "failed", "--notes", " "], "takes --notes"),
        (&["--as", "reviewer", "--engineer", ""], "add --engineer"),
        (&["--as", "reviewer", "--engineer", "Kim\nBerg"], "name of a signer"),
        (
            &["--as", "reviewer", "--notes", "\u{1b}[2Jgood"],
            "--notes cannot be signed: the text holds a control",
        ),
        (&["--as", "boss"], "possible values: operator, approver, reviewer"),
    ] {
        let (code, said) = desk.drwatch(&[&["sign", desk.id(), "--key", &key], words].concat());
        assert!(code == Some(2) && said.contains(reason), "{code:?} {said}");
    }
    assert_eq!(desk.journal(), before);
}

#[test]
fn the_operators_key_or_name_does_not_sign_as_approver() {
    let desk = Desk::new();
    desk.key("kim");
    desk.signed("operator", "kim");
    let before = desk.journal();
    let (code, said) = desk.sign("approver", "kim");
    assert!(code == Some(1) && said.contains("two people"), "{said}");
    let other = desk.key("lee").display().to_string();
    let words =
        ["sign", desk.id(), "--as", "approver", "--verdict", "passed", "--key", &other, "--engineer", "Kim"];
    let (code, said) = desk.drwatch(&words);
    assert!(code == Some(1) && said.contains("the same name"), "{said}");
    assert_eq!(desk.journal(), before);
    desk.is_sound(&[]);
}

#[test]
fn passed_over_an_open_blocking_finding_takes_notes() {
    let desk = Desk::new();
    desk.key("kim");
    // An alarm on record, as drwatch writes it.
    let mut lines = desk.lines();
    let before: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    let (seq, at, prev) = (lines.len(), before["at"].as_str().unwrap(), digest(lines.last().unwrap()));
    let line = "{\"offset\":0,\"arrival\":\"live\",\"raw\":\"the disk is full\"}";
    lines.push(format!(
        "{{\"seq\":{seq},\"at\":\"{at}\",\"prev\":\"{prev}\",\"kind\":\"alarm_seen\",\"alarm\":\"full\",\"line\":{line}}}"
    ));
    desk.write_lines(&lines);
    let (code, said) = desk.sign("operator", "kim");
    assert!(
        code == Some(1) && said.contains("the blocking finding alarm is open; say with --notes"),
        "{said}"
    );
    let key = desk.path("kim").display().to_string();
    let words = [
        "sign",
        desk.id(),
        "--as",
        "operator",
        "--verdict",
        "passed",
        "--key",
        &key,
        "--notes",
        "a known alarm",
    ];
    let (code, said) = desk.drwatch(&words);
    assert_eq!(code, Some(0), "{said}");
    assert!(desk.is_sound(&[]).contains("verdict passed (a known alarm)"));
}

#[test]
fn a_run_that_is_being_recorded_or_damaged_is_not_signed() {
    let desk = Desk::new();
    desk.key("kim");
    let before = desk.journal();
    let held = RunLock::take(&RunFolder::open(&desk.run).unwrap()).unwrap();
    let (code, said) = desk.sign("operator", "kim");
    assert!(code == Some(1) && said.contains("is being recorded by process"), "{said}");
    drop(held);
    let summary = desk.run.join("summary.json");
    let exported = fs::read_to_string(&summary).unwrap();
    fs::write(&summary, exported.replacen("\"outcome\": \"restored\"", "\"outcome\": \"failed\"", 1))
        .unwrap();
    let (code, said) = desk.sign("operator", "kim");
    assert!(code == Some(1) && said.contains("outcome is \"failed\""), "{said}");
    fs::write(&summary, exported).unwrap();
    fs::write(desk.run.join("dr.log"), "x").unwrap();
    let (code, said) = desk.sign("operator", "kim");
    assert!(code == Some(1) && said.contains("dr.log"), "{said}");
    assert_eq!(desk.journal(), before);
}

#[test]
fn a_file_in_the_way_is_named_before_anything_is_recorded() {
    let desk = Desk::new();
    desk.key("kim");
    let before = desk.journal();
    fs::create_dir(desk.run.join("signatures")).unwrap();
    fs::write(desk.file(desk.last() + 1, "operator.txt.sig"), "x").unwrap();
    let (code, said) = desk.sign("operator", "kim");
    assert!(code == Some(1) && said.contains("is there already"), "{said}");
    assert_eq!(desk.journal(), before);
}

#[test]
fn a_process_killed_between_record_and_signature_leaves_a_statement_that_can_be_signed_again() {
    let desk = Desk::new();
    let key = desk.key("kim").display().to_string();
    let library = desk.path("kill.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/kill_at_signatures.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).status();
    assert!(built.unwrap().success(), "the C compiler that Rust links with is needed");
    let before = desk.lines().len();
    let words =
        ["sign", desk.id(), "--as", "operator", "--verdict", "passed", "--engineer", "kim", "--key", &key];
    let (code, said) = said(desk.command(&words).env("LD_PRELOAD", &library));
    assert_eq!(code, None, "{said}");
    assert_eq!(desk.lines().len(), before + 1);
    let reason =
        format!("signature of the operator in record {before}: the statement stands without a signature");
    desk.is_refused(&[], &reason);
    desk.is_refused(&[], "no signature is valid");
    // Another statement would leave this one without a signature for ever.
    let other = ["sign", desk.id(), "--as", "operator", "--verdict", "failed", "--notes", "x", "--key", &key];
    let (code, said) = desk.drwatch(&other);
    assert!(code == Some(1) && said.contains("signature was never written"), "{said}");
    let (code, said) = desk.sign("operator", "kim");
    assert!(code == Some(0) && said.contains("nothing was added to the record"), "{said}");
    assert_eq!(desk.lines().len(), before + 1);
    desk.is_sound(&["--allowed-signers", &desk.allowed(&["kim"])]);
}

#[test]
fn whoever_signs_a_run_that_leaves_production_paused_is_shown_that() {
    let desk = Desk::new();
    desk.key("kim");
    desk.key("lee");
    // Somebody has paused replication after the resume, and the record ended.
    let mut lines = desk.lines();
    let end: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    let (seq, at, prev) = (lines.len(), end["at"].as_str().unwrap(), digest(lines.last().unwrap()));
    lines.push(format!(
        "{{\"seq\":{seq},\"at\":\"{at}\",\"prev\":\"{prev}\",\"kind\":\"replication_read\",\"reading\":\
         {{\"known\":\"paused\"}},\"took\":0.0,\"raw\":\"paused\"}}"
    ));
    desk.write_lines(&lines);
    let (code, said) = desk.sign("operator", "kim");
    assert!(
        code == Some(1) && said.contains("this stands against it: replication was left paused;"),
        "{said}"
    );
    // Nothing can be resumed in a record that has ended: with a reason it is signed as it is.
    let key = desk.path("kim").display().to_string();
    let words = ["sign", desk.id(), "--as", "operator", "--verdict", "passed", "--key", &key];
    let (code, said) = desk.drwatch(&[&words[..], &["--notes", "resumed by hand"]].concat());
    assert!(code == Some(0) && said.contains("is still paused"), "{said}");
}
