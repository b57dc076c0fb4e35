//! What a redacted report shows, and what it does not.

use std::{collections::BTreeMap, fs};

use hmac::{Hmac, KeyInit as _, Mac as _};
use proptest::prelude::*;
use regex::Regex;
use serde_json::Value;

use super::{
    played,
    story::{Originals, recorded, reported, story, text},
};
use crate::{journal, report, run::Summary};

/// The text without the words that replace names, and without digests.
fn without_words(text: &str) -> String {
    let words =
        Regex::new(r"\b(host|user|address|serial|path|bucket|person|place)-\d+|[0-9a-f]{64}").unwrap();
    words.replace_all(text, "□").into_owned()
}

fn digest(key: &[u8], name: &str) -> String {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
    mac.update(name.as_bytes());
    mac.finalize().into_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Every leaf of `original` and `redacted`, side by side.
fn leaves<'v>(
    original: &'v Value,
    redacted: &'v Value,
    path: &str,
    found: &mut Vec<(String, &'v Value, &'v Value)>,
) {
    match (original, redacted) {
        (Value::Object(one), Value::Object(other)) => {
            assert!(one.keys().eq(other.keys()), "{path}");
            for (key, value) in one {
                leaves(value, &other[key], &format!("{path}/{key}"), found);
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            assert_eq!(one.len(), other.len(), "{path}");
            for (at, (value, redacted)) in one.iter().zip(other).enumerate() {
                leaves(value, redacted, &format!("{path}/{at}"), found);
            }
        }
        _ => found.push((path.to_owned(), original, redacted)),
    }
}

/// Holds a redacted run against the original: all that differs are words in place of names, and putting the names back
/// gives the original.
fn check(names: &Originals) {
    let (_home, folder) = recorded(&story(names));
    let original = reported(&folder, false).0.summary;
    let (report, shown) = reported(&folder, true);
    let mut redacted = report.summary;
    let words = redacted.redacted.take().unwrap().words;
    let key = journal::redaction_key(&folder).unwrap();
    // What the words may replace, known by its digest: the names, parts of them, and words of the run in another case.
    let longer = [
        format!("{}9", names.serial),
        format!("{}/a.txt", names.path),
        format!("{}/{}", names.path, names.bucket),
    ];
    let whole = serde_json::to_string(&original).unwrap();
    let forms = [r"[\p{L}\p{N}]+", r"[\w-]+", r"[\w-]+(\.[\w-]+)+"].map(|form| Regex::new(form).unwrap());
    let parts = forms.iter().flat_map(|form| form.find_iter(&whole)).map(|part| part.as_str());
    let known: BTreeMap<String, &str> = names
        .all()
        .into_iter()
        .chain(names.person.split_whitespace())
        .chain(names.place.split(", "))
        .chain(longer.iter().map(String::as_str))
        .chain(parts.collect::<std::collections::BTreeSet<_>>())
        .map(|name| (digest(&key, name), name))
        .collect();
    let names_of: BTreeMap<&str, Option<&str>> =
        words.iter().map(|word| (word.word.as_str(), known.get(&word.hmac_sha256).copied())).collect();
    let word = Regex::new(r"(host|user|address|serial|path|bucket|person|place)-\d+").unwrap();
    let put_back = |text: &str| {
        let name = |found: &regex::Captures<'_>| {
            names_of.get(&found[0]).copied().flatten().unwrap_or(&found[0]).to_owned()
        };
        word.replace_all(text, name).into_owned()
    };
    let [one, other] = [&original, &redacted].map(|summary| serde_json::to_value(summary).unwrap());
    let mut found = Vec::new();
    leaves(&one, &other, "", &mut found);
    let mut replaced = 0;
    for (path, original, redacted) in found {
        if let (Value::String(original), Value::String(redacted)) = (original, redacted) {
            replaced += usize::from(original != redacted);
            assert_eq!(&put_back(redacted), original, "{path} of {names:?}");
        } else {
            assert_eq!(original, redacted, "{path} of {names:?}");
        }
    }
    assert!(replaced > 20, "{replaced}");
    let versions = &redacted.versions;
    for (role, hostname) in [(&versions.primary, &names.primary), (&versions.dr, &names.dr)] {
        assert_ne!(role.as_ref().unwrap().hostname.as_ref(), Some(hostname));
        assert_ne!(role.as_ref().unwrap().bucket.as_ref(), Some(&names.bucket));
    }
    assert_ne!(redacted.recorder, original.recorder);
    // A name that is also a word of the report itself shows nothing by standing in it.
    let (_plain_home, plain) = recorded(&story(&Originals::plain()));
    let own_words = without_words(&reported(&plain, true).1).to_lowercase();
    let shown = without_words(&shown);
    for name in names.all() {
        let is_word = own_words.contains(&name.to_lowercase());
        assert!(is_word || !shown.contains(name), "{name:?} of {names:?} in\n{shown}");
    }
}

#[test]
fn no_name_is_left_and_nothing_else_changes() {
    check(&Originals::plain());
    let shown = reported(&recorded(&story(&Originals::plain())).1, true).1.to_lowercase();
    assert!(!shown.contains("zq"), "{shown}");
}

#[test]
fn names_that_hold_each_other_or_are_common_words_are_told_apart() {
    let plain = Originals::plain;
    let named = |primary: &str, dr: &str, user: &str, bucket: &str| Originals {
        primary: text(primary),
        dr: text(dr),
        user: text(user),
        bucket: text(bucket),
        ..plain()
    };
    for names in [
        named("ava", "ava-dr", "root", "log"),
        named("ava-prod", "ava-prod2", "a", "paused"),
        named("AVA-PROD", "ava-prod", "admin", "Ava-Prod"),
        named("host-1", "host-2", "user-1", "bucket-1"),
        named("x+y(z)*7", "[core]|^$", "k.berg", "a.b"),
        named("running", "restored", "info", "stage-1"),
        named("restor", "primary", "attention", "blocking"),
        named("localhost2", "127", "10", "2026"),
        named("Ünit-Ä", "ünit-ä", "ΣΟΦΙΑΣ", "σοφιας"),
        named("no", "answer", "within", "s"),
        named("prod.corp.example", "dr.corp.example", "CORP\\kim", "corp"),
    ] {
        check(&names);
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Z][a-zA-Z0-9]{0,6}([.+*_-][a-zA-Z0-9]{1,5}){0,2}",
        1 => r"[a-z]{1,3}[()\[\]{}^$|?*+.]{1,2}[a-z0-9]{1,3}",
        1 => prop::sample::select(vec!["paused", "Paused", "log", "root", "confirmed", "prepare", "zq", "zq-1", "zq-12", "ZQ-1"])
            .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: crate::short_or_long(24, 48), ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_names_are_none_is_left_and_nothing_else_changes(
        names in prop::collection::vec(name(), 6),
        person in "[A-Z][a-z]{2,6} [A-Z][a-z]{2,6}",
        place in "[A-Z][a-z]{2,6}(, [a-z]{3,6} [a-z]{1,6})?",
        octets in any::<[u8; 4]>(),
        groups in any::<[u16; 8]>(),
    ) {
        let name = |at: usize| names[at].clone();
        check(&Originals {
            primary: name(0),
            dr: name(1),
            user: name(2),
            console: name(3),
            // With a digit: `Qq` is one letter alone, which counts as a placeholder and is no name.
            serial: format!("Q7{}", name(4)),
            bucket: name(5),
            person,
            place,
            path: format!("/exports/{}/{}", name(1), name(5)),
            address: std::net::Ipv4Addr::from(octets).to_string(),
            address_6: std::net::Ipv6Addr::from(groups).to_string(),
        });
    }
}

#[test]
fn a_digest_is_checked_with_the_key_of_the_run_and_is_another_in_another_run() {
    let words = || {
        let (home, folder) = recorded(&story(&Originals::plain()));
        let redaction = reported(&folder, true).0.summary.redacted.unwrap();
        let again = reported(&folder, true).0.summary.redacted.unwrap();
        assert_eq!(redaction, again);
        let key = journal::redaction_key(&folder).unwrap();
        drop(home);
        (redaction, key)
    };
    let ((first, key), (second, _)) = (words(), words());
    let bucket = first.words.iter().find(|word| word.word == "bucket-1").unwrap();
    assert_eq!(bucket.hmac_sha256, digest(&key, "zqbucket"));
    assert_ne!(first.words, second.words);
    for words in
        ["cannot be verified", "openssl dgst", "is its authors' own words", "read it before you hand it on"]
    {
        assert!(first.notice.contains(words), "{}", first.notice);
    }
}

#[test]
fn a_redacted_report_says_so_first_and_lists_its_words() {
    let (_home, folder) = recorded(&story(&Originals::plain()));
    let report = report::markdown(&reported(&folder, true).0);
    let (head, rest) = report.split_once("\n## ").unwrap();
    assert!(head.contains("REDACTED") && head.contains("bucket-1"), "{head}");
    let names = rest.split("\n### ").find(|part| part.starts_with("Redacted names")).unwrap();
    assert!(names.contains("bucket-1"), "{report}");
    let plain = reported(&folder, false).1;
    assert!(!plain.contains("REDACTED") && !plain.contains("\"redacted\""));
}

#[test]
fn a_played_run_is_redacted_whole_and_its_figures_stay() {
    let (_home, folder) = played("alarm");
    let original = reported(&folder, false).0.summary;
    let (report, shown) = reported(&folder, true);
    let redacted = (report.summary, shown);
    for name in ["ava-prod", "ava-dr", "ava400-ks"] {
        assert!(!redacted.1.contains(name), "{name}");
    }
    let outcome = |summary: &Summary| {
        let codes: Vec<_> = summary.findings.iter().map(|finding| (finding.code, finding.record)).collect();
        (summary.outcome, summary.phases.iter().map(|phase| phase.seconds).collect::<Vec<_>>(), codes)
    };
    assert_eq!(outcome(&original), outcome(&redacted.0));
    assert_eq!(original.download, redacted.0.download);
    assert_eq!(original.journal, redacted.0.journal);
    assert!(fs::metadata(folder.redaction_key_path()).is_ok());
}
