//! Which strings of a record are redacted, and what of a free text.

use serde_json::Value;

use super::story::text;
use crate::{
    journal::samples,
    report::Collector,
    run::{Event, Person, PersonRole, Record, Sequence, SheetOrigin, TestSheet},
};

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

/// `words` as the objective of a sheet that names a person and a place.
fn redacted_objective(words: &str, person: &str, place: &str) -> String {
    let sheet = TestSheet {
        objective: Some(text(words)),
        place: Some(text(place)),
        people: vec![Person { name: text(person), role: PersonRole::Operator }],
        ..TestSheet::default()
    };
    let (sheet, origin) = (Box::new(sheet), SheetOrigin::Form);
    let stated = record(2, Event::TestSheetStated { sheet, origin, reason: None, user: text("root") });
    let mut names = Collector::default();
    names.see(&confirmed("ava-prod.corp.example")).unwrap();
    names.see(&stated).unwrap();
    let Event::TestSheetStated { sheet, .. } = names.redactor(b"key").unwrap().record(&stated).unwrap().event
    else {
        panic!("not a sheet")
    };
    assert_eq!(sheet.place.unwrap().starts_with("place-"), place.chars().any(char::is_uppercase));
    sheet.objective.unwrap()
}

#[test]
fn the_words_of_a_test_sheet_are_cleared_of_the_place_and_of_every_name_however_they_are_written() {
    for (words, shown) in [
        ("at Kiel, second data centre (RZ-Nord) now", "at place-1 now"),
        ("KIEL or kiel; the Second Data Centre", "place-1 or place-2; the place-3"),
        ("rz-nord2 and RZ-NORD", "place-12 and place-2"),
        ("Kieler and Nordkiel stay", "Kieler and Nordkiel stay"),
        ("ends at Kiel", "ends at place-1"),
        ("the second\n  data\tcentre\nis cold", "the place-1\nis cold"),
        ("by kim berg, KIM, Berg; the berg is ice", "by person-1, person-2, person-3; the person-4 is ice"),
        ("Kim\nBerg", "person-1"),
        ("Kim\u{a0}Berg", "person-1"),
        ("on ava\u{2011}prod and AVA\u{2013}PROD.", "on host-1 and host-2."),
        ("on a\u{ad}va-pr\u{200b}od", "on host-1"),
        ("on \u{ff41}\u{ff56}\u{ff41}-prod", "on host-1"),
        ("by K\u{ad}im", "by person-1"),
    ] {
        let redacted = redacted_objective(words, "Kim Berg", "Kiel, second data centre (RZ-Nord)");
        assert_eq!(redacted, shown, "{words:?}");
    }
}

#[test]
fn a_name_is_found_in_letters_that_look_like_its_own() {
    for (words, shown) in [
        ("by Zoë Müller, Zoe Muller, ZOE\u{308} MU\u{308}LLER", "by person-1, person-2, person-3"),
        ("by mu\u{308}ller, Mueller, MÜLLER.", "by person-1, person-2, person-3."),
        ("by Мüller, 𝐌𝐮𝐥𝐥𝐞𝐫, Mu\u{202e}ller", "by person-1, person-2, person-3"),
        ("at Kо\u{308}ln, KOELN, ｋｏｌｎ", "at place-1, place-2, place-3"),
        ("on аvа-рrod, ava\u{301}-prod", "on host-1, host-2"),
        ("mu\u{308}llers Garten, Zoes", "mu\u{308}llers Garten, Zoes"),
    ] {
        assert_eq!(redacted_objective(words, "Zoë Müller", "Köln"), shown, "{words:?}");
    }
}

#[test]
fn a_part_of_a_name_that_is_a_plain_word_is_replaced_with_a_capital_letter_only() {
    for (words, shown) in [
        ("a long test; Long and LONG agreed", "a long test; person-1 and person-2 agreed"),
        ("the main building, Main gate", "the place-1, place-2 gate"),
        ("the building is cold; it is in porto", "the building is cold; it is in place-1"),
        ("meyer-long, meyer or MEYER", "person-1, person-2 or person-3"),
    ] {
        let redacted = redacted_objective(words, "Anna Meyer-Long", "Porto, Main Building");
        assert_eq!(redacted, shown, "{words:?}");
    }
    for person in ["kim vandenberg", "Kim van der Vandenberg", "Storage team Vandenberg"] {
        let redacted = redacted_objective("a storage team asked vandenberg", person, "Porto");
        assert_eq!(redacted, "a storage team asked person-1", "{person:?}");
    }
}

#[test]
fn a_name_without_a_letter_that_is_shown_replaces_nothing() {
    for name in ["\u{345}", "\u{200b}\u{301}", "-", "localho\u{ad}st"] {
        assert_eq!(
            redacted_objective("at noon on localhost", name, name),
            "at noon on localhost",
            "{name:?}"
        );
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
