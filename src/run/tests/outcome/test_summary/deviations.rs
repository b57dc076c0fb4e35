//! What was done otherwise, what is not proven, what is left open, and who is named.

use super::*;

#[test]
fn what_shows_a_rewrite_is_named_by_what_is_missing() {
    let mut story = Story::ended();
    let missing = |story: &Story| {
        let not_proven = summary(story).not_proven;
        not_proven.into_iter().find(|sentence| sentence.contains("rewrit") || sentence.contains("rewrote"))
    };
    assert!(missing(&story).unwrap().contains("no key has signed it, and no head"));
    story.tell(Event::HeadSent { notice: "started".to_owned(), records: 1, sha256: "a".repeat(64) });
    assert_eq!(story.run.sent_heads.len(), 1);
    assert!(missing(&story).unwrap().contains("after its last head was sent out"));
    story.tell(Event::Signed(SignedStatement {
        role: SignerRole::Reviewer,
        verdict: None,
        notes: None,
        name: "Lou".to_owned(),
        user: "lou@console".to_owned(),
        key: "SHA256:l".to_owned(),
    }));
    assert_eq!(missing(&story), None);
}

#[test]
fn the_first_frozen_sheet_is_what_the_test_is_judged_by_and_a_later_one_is_a_deviation() {
    let target = Target::TimeToRestored { limit: HOUR };
    let mut story = Story::in_stage_1();
    let stated = state(&mut story, &sheet(&[target]), None);
    freeze(&mut story);
    let frozen = story.run.last;
    story.wait(5);
    let softer = TestSheet { place: Some("Kiel".to_owned()), criteria: Vec::new(), ..sheet(&[]) };
    name(&mut story, "Kim Berg");
    state(&mut story, &softer, Some("the limit was a slip"));
    state(&mut story, &softer, Some("once more"));
    freeze(&mut story);
    let summary = summary(&story);
    assert!(stated < frozen);
    assert_eq!((summary.test_sheet.record, summary.criteria.len()), (Some(frozen), 1));
    let [change] = summary.test_sheet.changes.as_slice() else { panic!("{:?}", summary.test_sheet.changes) };
    assert_eq!(change.fields, ["criteria", "place"]);
    let [target, place] = change.values.as_slice() else { panic!("{:?}", change.values) };
    assert_eq!(target.to_string(), "time to restored from \"at most 01:00:00\" to not stated");
    assert_eq!(place.to_string(), "place from not stated to \"Kiel\"");
    let deviation =
        summary.deviations.iter().find(|deviation| deviation.record == Some(change.record)).unwrap();
    assert_eq!(deviation.reason.as_deref(), Some("the limit was a slip"));
    assert_eq!(deviation.engineer.as_deref(), Some("Kim Berg"));
}

#[test]
fn people_and_planned_times_changed_in_a_frozen_sheet_are_deviations_with_both_values() {
    let mut story = Story::in_stage_1();
    let start = story.run.started_at;
    let person = |name: &str| Person { name: name.to_owned(), role: PersonRole::Approver };
    let planned = |step, minutes: u64| PlannedStep { step, at: start + secs(60 * minutes) };
    let before = TestSheet {
        people: vec![person("Lee Sato")],
        planned: vec![planned(ProcedureStep::Stage2, 5), planned(ProcedureStep::Resume, 60)],
        ..sheet(&[])
    };
    state(&mut story, &before, None);
    freeze(&mut story);
    name(&mut story, "Kim Berg");
    let after = TestSheet {
        people: vec![person("Ida Lund")],
        planned: vec![planned(ProcedureStep::Stage2, 5), planned(ProcedureStep::Resume, 90)],
        late_start_tolerance: Some(secs(60)),
        ..sheet(&[])
    };
    let record = state(&mut story, &after, Some("Lee is ill"));
    let summary = summary(&story);
    assert_eq!(summary.test_sheet.sheet, before, "the test is judged by what was frozen");
    let deviation = summary.deviations.iter().find(|deviation| deviation.record == Some(record)).unwrap();
    assert_eq!(
        (deviation.reason.as_deref(), deviation.engineer.as_deref()),
        (Some("Lee is ill"), Some("Kim Berg"))
    );
    let [from, to] = [60, 90].map(|minutes| (start + secs(60 * minutes)).in_words().to_string());
    for words in [
        "people from \"Lee Sato (approver)\" to \"Ida Lund (approver)\"",
        &format!("planned start of resume replication from \"{from}\" to \"{to}\""),
        "tolerance of late starts from not stated to \"00:01:00\"",
    ] {
        assert!(deviation.text.contains(words), "{words}: {}", deviation.text);
    }
    assert!(!deviation.text.contains("stage 2"), "it stayed: {}", deviation.text);
}

#[test]
fn what_was_done_otherwise_is_listed_with_who_and_why_in_the_order_of_time() {
    let mut story = Story::in_stage_2();
    name(&mut story, "Kim Berg");
    story.wait(5);
    let id = story.request(ActionKind::Resume, Some("the database team cannot wait"));
    story.send(id);
    story.wait(5);
    story.attest(Statement::ReplicationRunning);
    story.wait(5);
    story.tell(Event::LeftPaused { user: "eng".to_owned() });
    let deviations = summary(&story).deviations;
    let of = |words: &str| deviations.iter().find(|deviation| deviation.text.contains(words)).unwrap();
    let over = of("resume replication overrode the policy");
    assert_eq!(over.reason.as_deref(), Some("the database team cannot wait"));
    assert_eq!(over.engineer.as_deref(), Some("Kim Berg"));
    assert_eq!(of("That replication runs was stated").reason.as_deref(), Some("seen in the web UI"));
    assert_eq!(of("The watch was left while").user.as_deref(), Some("eng"));
    let times: Vec<_> = deviations.iter().filter_map(|deviation| deviation.at).collect();
    assert!(times.is_sorted(), "{deviations:#?}");
}

#[test]
fn what_is_not_proven_names_what_is_missing_and_nothing_that_was_shown() {
    let story = Story::ended();
    let texts = summary(&story).not_proven;
    let says = |words: &str| texts.iter().any(|text| text.contains(words));
    for words in ["both were simulated", "no files were compared", "listed only once", "no key has signed it"]
    {
        assert!(says(words), "{words}: {texts:#?}");
    }
    for words in ["When stage 1", "When the namespace", "gap", "That the namespace can be restored"] {
        assert!(!says(words), "{words}: {texts:#?}");
    }
}

#[test]
fn the_register_holds_what_needs_attention_with_what_was_stated_last() {
    let mut story = Story::ended();
    let opened = story.finding(Code::StillPaused).record;
    let mut say = |owner: &str| {
        let entry = IssueEntry { owner: Some(owner.to_owned()), ..IssueEntry::default() };
        let (code, user) = (Code::StillPaused.name(), "eng".to_owned());
        story.tell(Event::IssueStated { code, opened, entry, user, engineer: Some("Kim Berg".to_owned()) })
    };
    say("Ole");
    let record = say("Ida");
    let issues = summary(&story).issues;
    let issue = issues.iter().find(|issue| issue.code == "still-paused").unwrap();
    assert_eq!((issue.entry.owner.as_deref(), issue.record), (Some("Ida"), Some(record)));
    assert_eq!((issue.state, issue.engineer.as_deref()), (IssueState::Open, Some("Kim Berg")));
    assert!(issues.iter().all(|issue| issue.severity >= FindingSeverity::Attention));
    story.act(ActionKind::Resume);
    let closed = summary(&story).issues.into_iter().find(|issue| issue.code == "still-paused").unwrap();
    assert_eq!(closed.state, IssueState::Closed);
}

#[test]
fn the_person_is_named_beside_the_account_in_all_that_is_done() {
    let mut story = Story::ended();
    name(&mut story, "Kim Berg");
    let user = || "eng".to_owned();
    let kim = Some("Kim Berg");
    let note = story.tell(Event::Noted { text: "first".to_owned(), user: user(), line: None });
    story.tell(Event::NoteEdited { note, text: "second".to_owned(), user: user() });
    let opened = story.finding(Code::StillPaused).record;
    let (code, reason) = (Code::StillPaused.name(), "known".to_owned());
    story.tell(Event::Acknowledged { code, opened, reason, user: user() });
    story.act(ActionKind::Resume);
    story.tell(Event::LeftPaused { user: user() });
    story.tell(Event::SignedOff { text: "fine".to_owned(), user: user(), consent: None });
    let run = &story.run;
    assert_eq!(run.notes[0].engineer.as_deref(), kim);
    assert_eq!(run.notes[0].edits[0].engineer.as_deref(), kim);
    assert_eq!(
        run.findings.iter().find(|f| f.code == Code::StillPaused).unwrap().acknowledged_in_name(),
        "Kim Berg (eng)"
    );
    assert_eq!(run.actions.last().unwrap().engineer.as_deref(), kim);
    assert_eq!(run.left_paused.as_ref().unwrap().engineer.as_deref(), kim);
    assert_eq!(run.signed_off.as_ref().unwrap().engineer.as_deref(), kim);
    let told: Vec<_> = dated_events(run).iter().map(ToString::to_string).collect();
    for words in [
        "Kim Berg (eng): first",
        "Kim Berg (eng) signed",
        "Kim Berg (eng) left",
        "Kim Berg (eng) asked to resume",
    ] {
        assert!(told.iter().any(|text| text.contains(words)), "{words}: {told:#?}");
    }
}
