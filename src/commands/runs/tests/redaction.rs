//! What a redacted report shows, and what it does not.

use std::{collections::BTreeMap, fs};

use hmac::{Hmac, KeyInit as _, Mac as _};
use proptest::prelude::*;
use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;

use super::played;
use crate::{
    commands::runs::recorded,
    journal::{self, JournalWriter, RunFolder, samples},
    report::{self, Collector, Report, Series},
    run::{
        ActionId, ActionKind, ActionPlan, ActionState, Answer, Arrival, BucketCounts, BucketListing,
        Certainty, Elapsed, Event, Gap, GetCount, Identity, Link, ListingCause, LogCitation, LogOffset,
        Marker, NO_ANSWER, ObjectCount, PairIdentities, Person, PersonRole, Reading, Record,
        ReplicationState, Role, Sequence, ServiceState, Statement, Summary, TestSheet, ThreadCount,
    },
};

/// The names of a run.
#[derive(Clone, Debug)]
struct Originals {
    primary: String,
    dr: String,
    user: String,
    console: String,
    serial: String,
    bucket: String,
    person: String,
    path: String,
    address: String,
    address_6: String,
}

impl Originals {
    fn all(&self) -> [&str; 10] {
        [
            &self.primary,
            &self.dr,
            &self.user,
            &self.console,
            &self.serial,
            &self.bucket,
            &self.person,
            &self.path,
            &self.address,
            &self.address_6,
        ]
    }

    /// Names that are no words of any report.
    fn plain() -> Self {
        let text = str::to_owned;
        Self {
            primary: text("zq-prod7"),
            dr: text("zq-dr7"),
            user: text("zquser"),
            console: text("zqconsole"),
            serial: text("ZQ77A1"),
            bucket: text("zqbucket"),
            person: text("Zqkim Zqberg"),
            path: text("/exports/zq7/data"),
            address: text("10.77.1.9"),
            address_6: text("fe80::77:1"),
        }
    }
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn answer<T>(value: T, raw: &str) -> Answer<T> {
    Answer { reading: Reading::Known(value), took: Elapsed::from_millis(12), raw: text(raw) }
}

fn identity(hostname: &str, serial: &str, bucket: &str) -> Identity {
    Identity {
        hostname: Some(text(hostname)),
        product: Some(text("AltaVault")),
        release: Some(text("4.4.1.0")),
        model: Some(text("AVA400")),
        serial: Some(text(serial)),
        host_key: Some(format!("SHA256:{}", "K".repeat(43))),
        host_keys: Vec::new(),
        bucket: Some(text(bucket)),
        simulated: false,
    }
}

/// A short run in which every name is met in fields, replies, log lines and sentences.
#[expect(clippy::too_many_lines, reason = "one event after the other")]
fn story(names: &Originals) -> Vec<Event> {
    let Originals { primary, dr, user, console, serial, bucket, person, path, address, address_6 } = names;
    let Event::RunStarted(mut started) = samples::every_event().remove(0) else { panic!("not a start") };
    started.demo = false;
    started.recorder = format!("{user}@{console}");
    started.primary = Some(format!("{user}@{primary}"));
    started.dr = Some(text(address));
    let own = || text(user);
    let line = |words: &str| LogCitation {
        offset: LogOffset(120),
        stamp: Some(samples::at(9)),
        arrival: Arrival::Live,
        raw: format!("Sep 13 16:03:38 {dr} rfsd[13852]: [x.INFO] (1) {words}"),
    };
    let plan = ActionPlan {
        action: ActionKind::Pause,
        lines: vec![text("enable"), text("no replication enable")],
        certainty: Certainty::Inferred,
    };
    let counts = BucketCounts {
        name: text(bucket),
        entries: ObjectCount(2927),
        bytes: None,
        slabs: Some(ObjectCount(261)),
        maps: Some(ObjectCount(1331)),
        rbtmds: Some(ObjectCount(1331)),
    };
    let raw_listing = format!("Bucket: {bucket}, listed for {user} from {address}:443 by {person}");
    let mut events = vec![
        Event::RunStarted(started),
        Event::EngineerNamed { engineer: Some(text(person)), user: own() },
        Event::TestSheetStated {
            sheet: Box::new(TestSheet {
                objective: Some(format!("to restore {bucket} on {dr}")),
                people: vec![Person { name: text(person), role: PersonRole::Operator }],
                ..TestSheet::default()
            }),
            origin: crate::run::SheetOrigin::Plan { file: text(path), sha256: "f".repeat(64) },
            reason: None,
            user: own(),
        },
    ];
    for (role, hostname, serial) in
        [(Role::Primary, primary, serial.clone()), (Role::Dr, dr, format!("{serial}9"))]
    {
        events.extend([
            Event::LinkChanged {
                role,
                link: Link::Waiting {
                    reason: format!(
                        "ssh: connect to host {hostname} ({address}) port 22: refused; see {path}"
                    ),
                    retry_at: samples::at(5),
                },
            },
            Event::LinkChanged { role, link: Link::Connected },
            Event::Identified {
                role,
                identity: identity(hostname, &serial, bucket),
                raw: format!("{hostname} > show info\nSerial: {serial}\nAddress: {address_6}\n{hostname} > "),
            },
            Event::ServiceRead {
                role,
                answer: answer(ServiceState::Busy(text("replaying")), "Service: replaying"),
            },
            Event::BucketNamed { role, answer: answer(text(bucket), &format!("bucket {bucket}")) },
        ]);
    }
    events.extend([
        Event::NamesConfirmed {
            primary: text(primary),
            dr: text(dr),
            identities: Box::new(PairIdentities {
                primary: Some(identity(primary, serial, bucket)),
                dr: Some(identity(dr, &format!("{serial}9"), bucket)),
            }),
            reason: None,
            user: own(),
            typed: Some(text(primary)),
        },
        Event::ReplicationRead { answer: answer(ReplicationState::Running, &format!("{primary}: enabled")), backlog: None },
        Event::ThreadsRead(answer(ThreadCount(128), "128")),
        Event::CounterRead(answer(GetCount(10_412), &format!("{dr} # backend.ops.get: 10412"))),
        Event::ActionRequested { id: ActionId(1), plan, user: own(), r#override: None, typed: Some(text(primary)) },
        Event::ActionSent {
            id: ActionId(1),
            sent: vec![text("enable"), text("no replication enable")],
            answer: format!("{primary} (config) # \nuser {user}: no replication enable"),
            remark: Some(format!("asked by {user}@{address}, kept in {path}/{bucket}")),
        },
        Event::ActionSettled { id: ActionId(1), state: ActionState::Confirmed },
        Event::ReplicationRead { answer: answer(ReplicationState::Paused, &format!("{primary}: disabled")), backlog: None },
        Event::ListingRead {
            listing: BucketListing { counts, other: Vec::new() },
            cause: ListingCause::Paused,
            took: Elapsed::from_secs(61),
            raw: raw_listing,
        },
        Event::ServiceRead {
            role: Role::Dr,
            answer: answer(ServiceState::Running(text("running")), &format!("{dr} runs")),
        },
        Event::Noted {
            text: format!(
                "{person} ({user}, {user}@{console}) copies {path}/a.txt of {bucket} from {primary}, [{address_6}] and \
                 {address}, serial {serial}."
            ),
            user: own(),
            line: Some(line(&format!("{bucket}/00/4f fetched via {address}:443, see {path}"))),
        },
        Event::Attested {
            statement: Statement::DownloadBegun,
            since: samples::at(20),
            reason: format!("{person} saw it on {dr}"),
            user: own(),
        },
        Event::CounterRead(answer(GetCount(10_512), "backend.ops.get: 10512")),
        Event::CounterRead(Answer {
            reading: Reading::Unreadable,
            took: Elapsed::from_secs(10),
            raw: format!("{NO_ANSWER}10 s; {dr} is silent)"),
        }),
        Event::CounterRead(answer(GetCount(10_712), "backend.ops.get: 10712")),
        Event::AlarmSeen { alarm: text("inconsistent"), line: line(&format!("cloud bucket {bucket} inconsistent")) },
        Event::LogGap(Gap {
            from: samples::at(22),
            to: samples::at(24),
            offset: LogOffset(240),
            reason: format!("the connection to {dr} was lost"),
        }),
        Event::MarkerSeen { marker: Marker::DownloadComplete, line: line("Cloud restore phase complete.") },
        Event::SignedOff { text: format!("{bucket} restored on {dr}"), user: own() },
    ]);
    events
}

fn recorded(events: &[Event]) -> (TempDir, RunFolder) {
    let (home, folder) = samples::folder();
    let mut writer = JournalWriter::create(&folder).unwrap();
    for (second, event) in (0..).zip(events) {
        writer.append(samples::at(second), event).unwrap();
    }
    (home, folder)
}

/// The summary of a run, and everything that a report may show of it.
fn reported(folder: &RunFolder, redact: bool) -> (Report, String) {
    let report = recorded::report(folder, folder.path(), redact).unwrap();
    let mut series = Series::new(Vec::new());
    journal::read_run_by(folder, |run, record| series.see(run, record)).unwrap();
    let series = String::from_utf8(series.finish().unwrap()).unwrap();
    let shown = [
        report::markdown(&report),
        report::html(&report).unwrap(),
        report::json(&report.summary).unwrap(),
        series,
        format!("{:#?}", report.events),
    ];
    let shown = shown.join("\n");
    (report, shown)
}

/// The text without the words that replace names, and without digests.
fn without_words(text: &str) -> String {
    let words = Regex::new(r"\b(host|user|address|serial|path|bucket|person)-\d+|[0-9a-f]{64}").unwrap();
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
        .chain(longer.iter().map(String::as_str))
        .chain(parts.collect::<std::collections::BTreeSet<_>>())
        .map(|name| (digest(&key, name), name))
        .collect();
    let names_of: BTreeMap<&str, Option<&str>> =
        words.iter().map(|word| (word.word.as_str(), known.get(&word.hmac_sha256).copied())).collect();
    let word = Regex::new(r"(host|user|address|serial|path|bucket|person)-\d+").unwrap();
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
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_names_are_none_is_left_and_nothing_else_changes(
        names in prop::collection::vec(name(), 6),
        person in "[A-Z][a-z]{2,6} [A-Z][a-z]{2,6}",
        octets in any::<[u8; 4]>(),
        groups in any::<[u16; 8]>(),
    ) {
        let name = |at: usize| names[at].clone();
        check(&Originals {
            primary: name(0),
            dr: name(1),
            user: name(2),
            console: name(3),
            serial: format!("Q{}", name(4)),
            bucket: name(5),
            person,
            path: format!("/exports/{}/{}", name(1), name(5)),
            address: std::net::Ipv4Addr::from(octets).to_string(),
            address_6: std::net::Ipv6Addr::from(groups).to_string(),
        });
    }
}

/// The places of all strings in a value.
fn strings(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, value)| strings(value, &format!("{path}/{at}"), found));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| strings(value, &format!("{path}/{key}"), found));
        }
        _ => {}
    }
}

fn record(seq: u64, event: Event) -> Record {
    Record { seq: Sequence(seq), at: samples::at(seq), event }
}

fn confirmed(primary: &str) -> Record {
    let (identities, user) = (Box::default(), String::new());
    let dr = String::new();
    record(
        1,
        Event::NamesConfirmed { primary: text(primary), dr, identities, reason: None, user, typed: None },
    )
}

#[test]
fn every_text_of_every_record_is_searched_for_names() {
    const NAME: &str = "qz7-marker";
    // None of these says whose or what it is, and a report is checked by them.
    let fixed = [
        "program",
        "dialect",
        "run",
        "retest",
        "sha256",
        "code",
        "alarm",
        "host_key",
        "fingerprint",
        "type",
        "key",
    ];
    let mut looked_at = 0;
    for (seq, event) in (0..).zip(samples::every_event()) {
        let whole = serde_json::to_value(record(seq, event)).unwrap();
        let mut places = Vec::new();
        strings(&whole, "", &mut places);
        for (place, _) in places {
            let mut changed = whole.clone();
            *changed.pointer_mut(&place).unwrap() = format!("on {NAME}, seen").into();
            // A code, a state or a time can be nothing else.
            let Ok(changed) = serde_json::from_value::<Record>(changed) else { continue };
            let key = place.rsplit('/').next().unwrap();
            let is_signal = whole["kind"] == "run_ended" && key == "name";
            if fixed.contains(&key) || is_signal {
                continue;
            }
            let mut names = Collector::default();
            names.see(&confirmed(NAME)).unwrap();
            let redacted = names.redactor(b"key").unwrap().record(&changed).unwrap();
            let line = serde_json::to_string(&redacted).unwrap();
            let is_replaced = ["on host-1, seen", "on host-2, seen"].iter().any(|words| line.contains(words));
            assert!(!line.contains(NAME) && is_replaced, "{place}: {line}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 60, "{looked_at}");
}

#[test]
fn no_code_and_no_state_is_touched_even_by_names_that_equal_them() {
    let events = samples::every_event();
    let mut words = Vec::new();
    for event in &events {
        strings(&serde_json::to_value(event).unwrap(), "", &mut words);
    }
    let mut names = Collector::default();
    for (_, word) in &words {
        names.see(&confirmed(word)).unwrap();
    }
    let mut redactor = names.redactor(b"key").unwrap();
    for (seq, event) in (0..).zip(events) {
        let original = record(seq, event);
        let redacted = redactor.record(&original).unwrap();
        let kinds =
            [&original, &redacted].map(|record| serde_json::to_value(record).unwrap()["kind"].clone());
        assert_eq!(kinds[0], kinds[1]);
        assert_eq!((original.seq, original.at), (redacted.seq, redacted.at));
    }
}

fn redacted_text(words: &str) -> String {
    let mut names = Collector::default();
    names.see(&confirmed("ava-prod.corp.example")).unwrap();
    let noted = Event::Noted { text: text(words), user: text("root"), line: None };
    let noted = record(2, noted);
    names.see(&noted).unwrap();
    let Event::Noted { text, .. } = names.redactor(b"key").unwrap().record(&noted).unwrap().event else {
        panic!("not a note")
    };
    text
}

#[test]
fn names_are_found_by_their_form_in_free_text() {
    for (words, shown) in [
        ("from 10.0.0.1:443, then 10.0.0.2.", "from address-1:443, then address-2."),
        ("via fe80::1%eth0 and [2001:db8::7]:22", "via address-1%eth0 and [address-2]:22"),
        ("address:fe80::1: unreachable", "address:address-1: unreachable"),
        ("aa:bb:cc:00:11:22 answers", "address-1 answers"),
        ("mail to kim.berg@corp.example now", "mail to user-1@host-1 now"),
        ("ssh://lee@other:22/share/x failed", "ssh://user-1@host-1:22path-1 failed"),
        ("see https://wiki.corp.example/plans/7", "see https://host-1path-1"),
        ("in /home/kim/plan.toml, ~/.ssh/config.", "in path-1, path-2."),
        (r"on \\files\share\kim and C:\Users\kim", "on path-1 and path-2"),
        ("db1.corp.example is down", "host-1 is down"),
        ("ava-prod and AVA-PROD", "host-1 and host-2"),
        ("root typed it; rooted and uprooted stay", "user-1 typed it; rooted and uprooted stay"),
        ("Sep 13 16:03:38 filer7 mgmtd[5082]: x", "Sep 13 16:03:38 host-1 mgmtd[5082]: x"),
        ("2026-09-13T16:03:38Z filer7 mgmtd: x", "2026-09-13T16:03:38Z host-1 mgmtd: x"),
        ("Configuration changed by user operator", "Configuration changed by user user-1"),
        ("Accepted publickey for lee from 10.0.0.1", "Accepted publickey for user-1 from address-1"),
        ("user lee: Entering configuration mode", "user user-1: Entering configuration mode"),
    ] {
        assert_eq!(redacted_text(words), shown, "{words}");
    }
}

#[test]
fn what_only_looks_like_a_name_stays() {
    for words in [
        "1,812 / 2,662 at 16:03:38, 0/1 0%, and/or, 41.2/s, release 4.4.1, 4.4.1.0.12",
        "Sep 13 16:03:38 localhost rfsd[13852]: [namespace_restore.INFO] (13852) Cloud restore phase complete.",
        "[namespace_restore.INFO] (13852) Successfully restored user namespace",
        "[splice/client.NOTICE] {- -} host key SHA256:abcdefghijklmnopqrstuvwxyz0123456789/+ABCDE",
        "backend.ops.get: 10412; gc.current_candidate_slabs_pct: 1.40311",
    ] {
        assert_eq!(redacted_text(words), words);
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
    assert!(
        first.notice.contains("cannot be verified") && first.notice.contains("openssl dgst"),
        "{}",
        first.notice
    );
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

#[tokio::test(start_paused = true)]
async fn a_played_run_is_redacted_whole_and_its_figures_stay() {
    let (_home, folder) = played("alarm").await;
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
