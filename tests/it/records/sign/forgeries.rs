//! Records, signatures and lists of signers that were tampered with.

use drwatch::journal::{self, RunFolder};

use super::*;
use crate::support::short_or_long;

/// Makes every record vouch for the one before it, as a forger would.
fn chain_anew(lines: &mut [String]) {
    for at in 1..lines.len() {
        let (before, prev) = (digest(&lines[at - 1]), lines[at].find("\"prev\":\"").unwrap() + 8);
        lines[at].replace_range(prev..prev + 64, &before);
    }
}

/// Rewrites the whole record: replication was paused by somebody else. The summary, which would give it away, goes.
fn rewrite(desk: &Desk) {
    let mut lines = desk.lines();
    let action = lines.iter().position(|line| line.contains("\"kind\":\"action_requested\"")).unwrap();
    let user = lines[action].find("\"user\":\"").unwrap() + 8;
    lines[action].insert_str(user, "not");
    chain_anew(&mut lines);
    desk.write_lines(&lines);
    fs::remove_file(desk.run.join("summary.json")).unwrap();
}

/// A desk with a run that Kim has signed, and the number of that record.
fn signed_by_kim() -> (Desk, usize) {
    let desk = Desk::new();
    desk.key("kim");
    desk.signed("operator", "kim");
    let record = desk.last();
    (desk, record)
}

#[test]
fn a_whole_chain_rewritten_by_hand_is_found_by_the_signature() {
    let (desk, record) = signed_by_kim();
    let text = desk.file(record, "operator.txt");
    rewrite(&desk);
    desk.is_refused(&[], "the record was rewritten after it was signed");
    // The forger writes the text beside the signature anew as well.
    let head = digest(desk.lines().last().unwrap());
    let written = fs::read_to_string(&text).unwrap();
    let old = written.lines().find_map(|line| line.strip_prefix("head: ")).unwrap().to_owned();
    fs::write(&text, written.replace(&old, &head)).unwrap();
    desk.is_refused(&[], "the signature was not made over this text");
    // With a key of his own.
    desk.key("mallory");
    let key = desk.path("mallory");
    fs::remove_file(desk.file(record, "operator.txt.sig")).unwrap();
    let sign = ["-q", "-Y", "sign", "-n", "drwatch", "-f"];
    assert!(Command::new("ssh-keygen").args(sign).arg(key).arg(&text).status().unwrap().success());
    desk.is_refused(&[], "it was made with another key, SHA256:");
    desk.is_refused(&[], "no signature is valid");
}

#[test]
fn a_whole_chain_rewritten_by_hand_is_found_by_a_head_that_was_sent_elsewhere() {
    let (desk, _) = signed_by_kim();
    let middle = desk.lines().len() / 2;
    let anchor = digest(&desk.lines()[middle]);
    let said = desk.is_sound(&["--anchor", &anchor[..16]]);
    assert!(
        said.contains(&format!("head {}: in this record, after record {middle} of 2", &anchor[..16])),
        "{said}"
    );
    assert!(!said.contains("--anchor HEAD"), "{said}");
    // The signer himself rewrites the record, and signs it again.
    let mut lines = desk.lines();
    lines.pop();
    desk.write_lines(&lines);
    fs::remove_dir_all(desk.run.join("signatures")).unwrap();
    rewrite(&desk);
    desk.signed("operator", "kim");
    let said = desk.is_sound(&[]);
    assert!(said.contains("a signature does not show what its own signer rewrote"), "{said}");
    desk.is_refused(&["--anchor", &anchor], "NOT in this record: the record was rewritten or cut");
    let (code, said) = desk.verify(&["--anchor", "0123"]);
    assert!(code == Some(2) && said.contains("is no head"), "{said}");
}

#[test]
fn a_change_of_one_byte_in_any_record_is_found() {
    let (desk, record) = signed_by_kim();
    let (lines, folder) = (desk.lines(), RunFolder::open(&desk.run).unwrap());
    // The short variant changes every fifth record; the journal's own tests change each byte of a shorter one.
    for at in (0..record).step_by(short_or_long(5, 1)) {
        let mut changed = lines.clone();
        // Another letter in the middle of the line, which leaves it a line of the journal most of the time.
        let middle = changed[at].len() / 2;
        let place = (middle..changed[at].len())
            .find(|&byte| changed[at].as_bytes()[byte].is_ascii_alphanumeric())
            .unwrap();
        let other = if changed[at].as_bytes()[place] == b'1' { "2" } else { "1" };
        changed[at].replace_range(place..=place, other);
        desk.write_lines(&changed);
        let error = journal::verify(&folder).expect_err("the change is not seen").to_string();
        assert!(error.contains(&format!("record {at} ")), "{error}");
    }
    // No record holds the digest of the last one: only the signature covers it.
    for (old, new) in [("\"name\":\"kim\"", "\"name\":\"kin\""), ("\"passed\"", "\"failed\"")] {
        let mut changed = lines.clone();
        changed[record] = changed[record].replacen(old, new, 1);
        assert_ne!(changed, lines);
        desk.write_lines(&changed);
        desk.is_refused(&[], &format!("signature of the operator in record {record}: "));
    }
}

#[test]
fn a_signer_who_is_not_allowed_is_named() {
    let (desk, record) = signed_by_kim();
    desk.key("lee");
    let lee = desk.allowed(&["lee"]);
    desk.is_refused(
        &["--allowed-signers", &lee],
        &format!("signature of the operator in record {record}: the allowed"),
    );
    // Allowed for something else only.
    let kim = desk.allowed(&["kim"]);
    let line = fs::read_to_string(&kim).unwrap();
    fs::write(&kim, line.replace("namespaces=\"drwatch\"", "namespaces=\"git\"")).unwrap();
    desk.is_refused(&["--allowed-signers", &kim], "the allowed signers do not have its key");
    // Not any more, or once: what counts is when it was signed.
    for (option, code) in [("valid-before=\"20200101\"", 1), ("valid-after=\"20200101\"", 0)] {
        fs::write(&kim, line.replace("namespaces=\"drwatch\"", option)).unwrap();
        let (found, said) = desk.verify(&["--allowed-signers", &kim]);
        assert_eq!(found, Some(code), "{option}: {said}");
    }
    let (code, said) = desk.verify(&["--allowed-signers", "/nonexistent"]);
    assert!(code == Some(2) && said.contains("cannot be read"), "{said}");
}

#[test]
fn a_changed_missing_foreign_or_additional_file_is_named() {
    let (desk, record) = signed_by_kim();
    let (text, signature) = (desk.file(record, "operator.txt"), desk.file(record, "operator.txt.sig"));
    let (whole_text, whole_signature) = (fs::read(&text).unwrap(), fs::read(&signature).unwrap());
    let other = Desk::new();
    other.key("kim");
    other.append_note("another course");
    other.signed("operator", "kim");
    let foreign = fs::read(other.file(other.last(), "operator.txt.sig")).unwrap();
    fs::write(&signature, foreign).unwrap();
    desk.is_refused(&[], "the signature was not made over this text");
    for broken in [&b""[..], b"-----BEGIN SSH SIGNATURE-----\n\x1b[2J", &whole_signature[..100]] {
        fs::write(&signature, broken).unwrap();
        desk.is_refused(&[], &format!("signature of the operator in record {record}: "));
    }
    fs::write(&signature, &whole_signature).unwrap();
    fs::write(&text, [&whole_text[..], b"and more\n"].concat()).unwrap();
    desk.is_refused(&[], &format!("signatures/{record}-operator.txt says"));
    fs::remove_file(&text).unwrap();
    desk.is_refused(&[], "is not there, the text that was signed");
    fs::write(&text, &whole_text).unwrap();
    desk.is_sound(&[]);
    fs::remove_file(&signature).unwrap();
    desk.is_refused(&[], "the statement stands without a signature");
    assert!(Command::new("mkfifo").arg(&signature).status().unwrap().success());
    desk.is_refused(&[], "no regular file");
    fs::remove_file(&signature).unwrap();
    fs::write(&signature, &whole_signature).unwrap();
    fs::copy(&text, desk.file(record + 1, "approver.txt")).unwrap();
    desk.is_refused(&[], &format!("signatures/{}-approver.txt belongs to no statement", record + 1));
}

#[test]
fn a_statement_removed_with_its_record_leaves_its_files_to_show_it() {
    let (desk, record) = signed_by_kim();
    let mut lines = desk.lines();
    lines.pop();
    desk.write_lines(&lines);
    desk.is_refused(&[], &format!("signatures/{record}-operator.txt belongs to no statement"));
}

#[test]
fn an_approver_with_the_operators_key_is_found_though_drwatch_did_not_sign_it() {
    let (desk, _) = signed_by_kim();
    let key = desk.key("lee");
    desk.signed("approver", "lee");
    let record = desk.last();
    // A statement written by hand, with the key of the operator.
    let mut lines = desk.lines();
    let fingerprint = |line: &str| {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        record["key"].as_str().unwrap().to_owned()
    };
    lines[record] = lines[record].replace(&fingerprint(&lines[record]), &fingerprint(&lines[record - 1]));
    desk.write_lines(&lines);
    let text = desk.file(record, "approver.txt");
    let written = fs::read_to_string(&text).unwrap();
    let old = written.lines().find_map(|line| line.strip_prefix("head: ")).unwrap().to_owned();
    fs::write(&text, written.replace(&old, &digest(&lines[record]))).unwrap();
    fs::remove_file(desk.file(record, "approver.txt.sig")).unwrap();
    let sign = ["-q", "-Y", "sign", "-n", "drwatch", "-f"];
    let kim = key.with_file_name("kim");
    assert!(Command::new("ssh-keygen").args(sign).arg(kim).arg(&text).status().unwrap().success());
    desk.is_refused(&[], "two signatures are to be of two people");
}

#[test]
fn what_a_signer_wrote_does_not_look_like_another_sentence_of_verify() {
    let desk = Desk::new();
    let key = desk.key("kim").display().to_string();
    let forged = "fine\nsigned in record 9 as approver by Lee: valid, the key of lee@example.com";
    let words = ["--as", "operator", "--verdict", "passed", "--notes", forged, "--engineer", "Kim"];
    let (code, said) = desk.drwatch(&[&["sign", desk.id(), "--key", &key], &words[..]].concat());
    assert_eq!(code, Some(0), "{said}");
    let said = desk.is_sound(&[]);
    assert_eq!(said.lines().filter(|line| line.starts_with("signed in")).count(), 1, "{said}");
    assert!(said.contains("(fine\\nsigned in record 9 as approver"), "{said}");
}

#[test]
fn a_head_from_after_the_signature_shows_nothing_of_the_time_before_it() {
    let (desk, record) = signed_by_kim();
    let lines = desk.lines();
    for (anchor, shows) in [(record - 1, true), (record, false)] {
        let said = desk.is_sound(&["--anchor", &digest(&lines[anchor])]);
        assert_ne!(said.contains("a signature does not show what its own signer rewrote"), shows, "{said}");
    }
}
