//! The text that is signed, heads given by hand, and the programs that sign, without keys.

use std::{process::Stdio, time::Duration};

use super::{
    anchor::{Anchor, AnchorPlace, find_anchors},
    check::{SignatureFault, check_signatures},
    files::SignatureFiles,
    openssh::{OpenSshError, run, said},
    signed_text::{first_difference, signed_text},
};
use crate::{
    journal::{
        JournalWriter,
        disk::RunFolder,
        format::samples::{at, folder, note, started},
    },
    run::{Event, JournalHead, RunId, Sequence, SignedStatement, SignerRole, TestVerdict},
};

fn statement(role: SignerRole, name: &str) -> SignedStatement {
    SignedStatement {
        role,
        verdict: Some(TestVerdict::Passed),
        notes: None,
        name: name.to_owned(),
        user: "kim@console".to_owned(),
        key: format!("SHA256:{}", "k".repeat(43)),
    }
}

fn head() -> JournalHead {
    JournalHead { records: 412, head: "ab".repeat(32) }
}

fn text(name: &str) -> String {
    signed_text(
        &RunId("20260913T160338Z-a1b2c3".to_owned()),
        false,
        &head(),
        &statement(SignerRole::Operator, name),
    )
}

#[test]
fn the_signed_text_names_run_head_role_verdict_and_signer() {
    let expected = format!(
        "drwatch signature 1\nrun: 20260913T160338Z-a1b2c3\nsimulated: no\nrecords: 412\nhead: {}\nrole: operator\n\
         verdict: passed\nname: Kim Berg\n",
        "ab".repeat(32)
    );
    assert_eq!(text("Kim Berg"), expected);
}

#[test]
fn a_hostile_name_adds_no_line_to_the_signed_text() {
    let text = text("Kim\nhead: 00\u{202e}");
    assert_eq!(text.lines().count(), 8, "{text}");
    assert!(!text.contains('\u{202e}'), "{text}");
}

#[test]
fn the_first_line_that_differs_is_named() {
    let expected = text("Kim");
    assert_eq!(first_difference(expected.as_bytes(), &expected), None);
    let quoted = |line: &str| format!("\"{line}\"");
    for (found, difference) in [
        (expected.replace("412", "413"), (quoted("records: 413"), quoted("records: 412"))),
        (expected.trim_end().to_owned(), ("nothing".to_owned(), "an empty line".to_owned())),
        (String::new(), ("an empty line".to_owned(), quoted("drwatch signature 1"))),
        (expected.replace("Kim", "\u{1b}[2J"), (quoted("name: \\x1b[2J"), quoted("name: Kim"))),
    ] {
        assert_eq!(first_difference(found.as_bytes(), &expected), Some(difference), "{found:?}");
    }
    assert!(first_difference(&[expected.as_bytes(), b"\xff"].concat(), &expected).is_some());
}

#[test]
fn a_head_is_given_whole_by_its_beginning_or_as_the_notice_carried_it() {
    let digits = "0123456789abcdef".repeat(4);
    let parsed = |given: &str| Anchor::parse(given).unwrap();
    assert_eq!(parsed(&format!(" {} \n", digits.to_uppercase())).digits, digits);
    assert_eq!(parsed(&digits[..16]).digits, digits[..16]);
    let notice =
        format!("{{\"run\":\"r\",\"text\":\"x\",\"head\":{{\"records\":7,\"sha256\":\"{digits}\"}}}}");
    let anchor = parsed(&notice);
    assert_eq!((anchor.digits, anchor.records, anchor.run.as_deref()), (digits.clone(), Some(7), Some("r")));
    let too_long = format!("{digits}0");
    for given in
        ["", "xyz", &digits[..15], &too_long, "{}", "{\"head\":7}", "{\"head\":{\"sha256\":\"x\"}}", "{"]
    {
        assert!(Anchor::parse(given).unwrap_err().to_string().contains("is no head"), "{given}");
    }
}

/// A journal of notes, and the head after each record.
fn noted(count: u64) -> (tempfile::TempDir, RunFolder, Vec<JournalHead>) {
    let (home, folder) = folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    writer.append(at(0), &started()).unwrap();
    let mut heads = vec![writer.head().clone()];
    for second in 1..count {
        writer.append(at(second), &note("x")).unwrap();
        heads.push(writer.head().clone());
    }
    (home, folder, heads)
}

#[test]
fn each_head_of_a_chain_is_found_with_its_record_and_time() {
    let (_home, folder, heads) = noted(5);
    let anchors: Vec<_> = heads.iter().map(|head| Anchor::parse(&head.head[..16]).unwrap()).collect();
    let expected: Vec<_> = (0..5)
        .map(|seq| AnchorPlace::Found {
            record: Sequence(seq),
            at: at(seq),
            records: seq + 1,
            behind: 4 - seq,
        })
        .collect();
    assert_eq!(find_anchors(&folder, &anchors).unwrap(), expected);
}

#[test]
fn a_head_of_another_chain_run_or_place_is_not_found() {
    let (_home, folder, heads) = noted(3);
    let of = |records: u64, run: &str| {
        let head = &heads[1].head;
        format!("{{\"run\":\"{run}\",\"head\":{{\"records\":{records},\"sha256\":\"{head}\"}}}}")
    };
    // What the first record says, whatever the folder is called.
    let own = "20260913T160338Z-a1b2c3";
    let given = ["f".repeat(64), of(2, own), of(3, own), of(2, "other")];
    let anchors: Vec<_> = given.iter().map(|given| Anchor::parse(given).unwrap()).collect();
    let places = find_anchors(&folder, &anchors).unwrap();
    assert_eq!(places[0], AnchorPlace::NotFound);
    assert!(matches!(places[1], AnchorPlace::Found { record: Sequence(1), .. }), "{places:?}");
    assert_eq!(places[2], AnchorPlace::NotFound);
    assert_eq!(places[3], AnchorPlace::OtherRun { run: "other".to_owned() });
}

#[test]
fn the_head_after_a_record_is_known_before_it_is_written() {
    let (_home, folder, _) = noted(3);
    let (mut writer, _) = JournalWriter::reopen(&folder).unwrap();
    let before = writer.head().clone();
    let prepared = writer.prepare(at(9), note("signed")).unwrap();
    let (seq, head) = (prepared.seq(), prepared.head());
    drop(prepared);
    assert_eq!(*writer.head(), before, "nothing is written yet");
    let made = writer.prepare(at(9), note("signed")).unwrap().append_durably().unwrap();
    assert_eq!((made.seq, writer.head()), (seq, &head));
    drop(writer);
    assert_eq!(JournalWriter::reopen(&folder).unwrap().1.head, head);
}

#[test]
fn a_statement_without_its_files_and_files_without_a_statement_are_named() {
    let (_home, folder, _) = noted(2);
    let (mut writer, _) = JournalWriter::reopen(&folder).unwrap();
    let statement = statement(SignerRole::Operator, "Kim");
    writer.append(at(5), &Event::Signed(statement.clone())).unwrap();
    writer.append(at(6), &note("later")).unwrap();
    let report = check_signatures(&folder, None).unwrap();
    let fault = report.signatures[0].verdict.clone().unwrap_err();
    assert!(
        matches!(fault, SignatureFault::Unsigned { .. }) && report.signatures[0].is_unfinished(),
        "{fault}"
    );
    assert!(report.last_valid().is_none() && report.strays.is_empty());
    assert_eq!(report.behind.get("noted"), Some(&2), "{:?}", report.behind);
    let files = SignatureFiles::of(&folder, Sequence(2), SignerRole::Operator);
    assert_eq!(files.existing(), None);
    files.write(&folder, "text", b"signature").unwrap();
    assert_eq!(files.existing(), Some(files.text.as_path()));
    std::fs::write(folder.signatures_path().join("9-reviewer.txt"), "x").unwrap();
    let report = check_signatures(&folder, None).unwrap();
    let fault = report.signatures[0].verdict.clone().unwrap_err();
    assert!(
        matches!(fault, SignatureFault::TextDiffers { .. }) && !report.signatures[0].is_unfinished(),
        "{fault}"
    );
    assert_eq!(report.strays, ["9-reviewer.txt"]);
    std::fs::remove_file(&files.text).unwrap();
    let report = check_signatures(&folder, None).unwrap();
    assert!(matches!(report.signatures[0].verdict, Err(SignatureFault::TextMissing { .. })));
}

#[test]
fn files_of_signatures_are_written_in_place_of_a_link_and_never_through_it() {
    let (home, folder, _) = noted(1);
    let files = SignatureFiles::of(&folder, Sequence(1), SignerRole::Approver);
    std::fs::create_dir(folder.signatures_path()).unwrap();
    let target = home.path().join("target");
    std::fs::write(&target, "of somebody else").unwrap();
    std::os::unix::fs::symlink(&target, &files.signature).unwrap();
    files.write(&folder, "text", b"signature").unwrap();
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "of somebody else");
    assert_eq!(std::fs::read(&files.signature).unwrap(), b"signature");
}

#[test]
fn what_a_program_said_is_one_bounded_printable_line() {
    let framed = b"@@@@\n@ WARNING: open file @\n@@@@\nLoad key: bad \x1b[2J\n";
    assert_eq!(said(framed).unwrap(), "WARNING: open file; Load key: bad \\x1b[2J");
    assert_eq!(said(b" \n@@\n"), None);
    assert!(said(&[b'x'; 9_000]).unwrap().len() <= 300);
}

#[test]
fn a_program_that_hangs_is_ended_and_a_missing_one_is_named() {
    let hang = run("sleep", &["1000".as_ref()], Stdio::null(), Duration::from_millis(50));
    assert!(matches!(hang, Err(OpenSshError::TimedOut { program: "sleep", .. })));
    let missing =
        run("no-such-ssh-keygen", &[], Stdio::null(), Duration::from_secs(1)).err().unwrap().to_string();
    assert!(missing.contains("no-such-ssh-keygen") && missing.contains("OpenSSH"), "{missing}");
}
