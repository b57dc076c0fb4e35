//! The test as an auditor reads it: criteria, recovery, procedure, deviations, what is not proven, issues.

mod bounds;
mod steps;
mod waits;

use super::*;
use Judgement::{Failed, NotMeasured, Passed};

fn name(story: &mut Story, engineer: &str) {
    story.tell(Event::EngineerNamed { engineer: Some(engineer.to_owned()), user: "eng".to_owned() });
}

fn sheet(criteria: &[Target]) -> TestSheet {
    let criteria = criteria.iter().map(|target| Criterion { target: *target, source: None }).collect();
    TestSheet { objective: Some("show it".to_owned()), criteria, ..TestSheet::default() }
}

fn state(story: &mut Story, sheet: &TestSheet, reason: Option<&str>) -> Sequence {
    story.tell(Event::TestSheetStated {
        sheet: Box::new(sheet.clone()),
        origin: SheetOrigin::Settings,
        reason: reason.map(str::to_owned),
        user: "eng".to_owned(),
    })
}

fn freeze(story: &mut Story) {
    let sheet = Box::new(story.run.stated_sheet().cloned().unwrap_or_default());
    story.tell(Event::TestSheetFrozen { sheet });
}

fn summary(story: &Story) -> TestSummary {
    test_summary(&story.run, story.now)
}

/// How the only criterion came out.
fn judged(story: &mut Story, target: Target) -> JudgedCriterion {
    state(story, &sheet(&[target]), None);
    let mut criteria = summary(story).criteria;
    assert_eq!(criteria.len(), 1);
    criteria.remove(0)
}

fn step(story: &Story, step: ProcedureStep) -> StepSummary {
    let procedure = summary(story).procedure;
    assert_eq!(procedure.iter().map(|step| step.step).collect::<Vec<_>>(), ProcedureStep::ALL);
    procedure.into_iter().find(|own| own.step == step).unwrap()
}

fn not_watched_count(story: &Story) -> usize {
    summarise(&story.run, story.now, head()).gaps.len()
}

const HOUR: Elapsed = Elapsed::from_secs(3600);
const SECOND: Elapsed = Elapsed::from_secs(1);

#[test]
fn nothing_is_invented_where_nothing_was_stated() {
    let summary = summary(&Story::ended());
    assert_eq!(summary.test_sheet.sheet, TestSheet::default());
    assert_eq!((summary.test_sheet.origin, summary.test_sheet.frozen_at), (None, None));
    assert!(summary.criteria.is_empty() && summary.engineer.is_none());
    assert!(summary.procedure.iter().all(|step| step.planned_at.is_none()));
    let unstated = |issue: &Issue| issue.entry == IssueEntry::default() && issue.record.is_none();
    assert!(!summary.issues.is_empty() && summary.issues.iter().all(unstated));
}

#[test]
fn the_time_to_restored_is_judged_once_the_namespace_is_restored_or_the_limit_passed() {
    let limits = [HOUR, SECOND].map(|limit| Target::TimeToRestored { limit });
    let outcome = |story: &mut Story| limits.map(|target| judged(story, target).judgement);
    assert_eq!(outcome(&mut Story::connected()), [NotMeasured; 2]);
    assert_eq!(outcome(&mut Story::in_stage_2()), [NotMeasured, Failed]);
    let mut story = Story::in_use();
    assert_eq!(outcome(&mut story), [Passed, Failed]);
    let judged = judged(&mut story, limits[0]);
    assert_eq!((judged.measured, judged.records.len()), (Some(635.0), 2), "{judged:?}");
    let mut story = Story::in_stage_2();
    story.attest(Statement::TestOver);
    assert_eq!(outcome(&mut story), [Failed; 2], "it was ended before");
    let mut story = Story::in_stage_1();
    story.marker(Marker::RestoreFailed);
    assert_eq!(outcome(&mut story), [Failed; 2]);
}

#[test]
fn the_time_to_usable_is_not_measured_until_somebody_states_it() {
    let target = Target::TimeToUsable { limit: HOUR };
    let mut story = Story::in_use();
    // Before the restore nothing could be usable.
    story.attest_since(Statement::RestoredUsable, story.run.started_at);
    assert_eq!(judged(&mut story, target).judgement, NotMeasured);
    assert_eq!(summary(&story).recovery.time_to_usable, None);
    assert!(summary(&story).not_proven.iter().any(|text| text.contains("stated only for a time before")));
    let unstated = summary(&Story::in_use()).not_proven;
    assert!(unstated.iter().any(|text| text.contains("can be used: nobody stated it")), "{unstated:?}");
    story.wait(65);
    let record = story.attest(Statement::RestoredUsable);
    let judged = judged(&mut story, target);
    assert_eq!((judged.judgement, judged.measured), (Passed, Some(700.0)));
    assert!(judged.records.contains(&record));
    assert_eq!(summary(&story).recovery.time_to_usable, Some(secs(700).into()));
    assert_eq!(story.run.phase(), Phase::InUse, "it ends no phase");
}

#[test]
fn the_exposure_is_judged_when_replication_was_read_to_run_again() {
    let (long, short) = (Target::Exposure { limit: HOUR }, Target::Exposure { limit: SECOND });
    assert_eq!(judged(&mut Story::connected(), long).judgement, NotMeasured);
    let mut story = Story::ended();
    let paused = judged(&mut story, long);
    assert_eq!(paused.judgement, NotMeasured);
    assert!(paused.reason.contains("still paused"), "{}", paused.reason);
    assert_eq!(judged(&mut story, short).judgement, Failed, "it can only grow");
    story.act(ActionKind::Resume);
    let resumed = judged(&mut story, long);
    // Its beginning was not seen: no reading came before the first pause.
    assert_eq!(resumed.judgement, NotMeasured, "{resumed:?}");
    let mut story = Story::connected();
    story.replication(ReplicationState::Running);
    story.act(ActionKind::Pause);
    story.wait(50);
    story.act(ActionKind::Resume);
    story.attest(Statement::TestOver);
    let judged = judged(&mut story, long);
    assert_eq!((judged.judgement, judged.measured), (Passed, Some(51.0)));
    assert_eq!(judged.records.len(), 2);
}

#[test]
fn gaps_and_open_findings_are_judged_when_the_test_is_over() {
    let gap = Target::LargestGap { limit: secs(30) };
    let open = Target::OpenFindings { limit: 0 };
    let mut story = Story::in_use();
    assert_eq!(judged(&mut story, gap).judgement, NotMeasured);
    assert_eq!(judged(&mut story, open).judgement, NotMeasured);
    story.attest(Statement::TestOver);
    assert_eq!(judged(&mut story, gap).measured, Some(0.0));
    assert_eq!(judged(&mut story, gap).judgement, Passed);
    let still_paused = judged(&mut story, open);
    assert_eq!(still_paused.judgement, Failed);
    let weighty = story.run.open_findings().filter(|finding| finding.severity > FindingSeverity::Info);
    assert_eq!(still_paused.records, weighty.map(|finding| finding.record).collect::<Vec<_>>());
    // What came after the test bears on nothing that was tested.
    let over = story.now;
    story.wait(40);
    let mut gap_since = |from| {
        let (to, offset) = (story.now, story.run.log.end);
        story.tell(Event::LogGap(Gap { from, to, offset, reason: "away".to_owned(), record: None }));
        let count = story.run.findings.iter().filter(|finding| finding.code == Code::LogGap).count();
        let judged = judged(&mut story, gap);
        (judged.judgement, judged.measured, count)
    };
    assert_eq!(gap_since(over), (Passed, Some(0.0), 0));
    assert_eq!(gap_since(over.before(secs(1))), (Passed, Some(1.0), 1), "only the part in the test counts");
    assert_eq!(gap_since(over.before(secs(31))), (Failed, Some(31.0), 1));
    assert_eq!(not_watched_count(&story), 3, "all are listed");
    let failed = judged(&mut story, gap);
    assert_eq!(failed.records, [story.run.log.gaps[2].record.unwrap()]);
    // What is not on record may have been a gap.
    for (records, expected) in [(0, Passed), (1, NotMeasured)] {
        let mut story = Story::ended();
        story.tell(Event::RecordHole { from: story.now, records, reason: "disk full".to_owned() });
        assert_eq!(judged(&mut story, gap).judgement, expected, "{records}");
    }
}

#[test]
fn recovery_is_stage_1_and_stage_2_with_preparation_and_waiting_beside_it() {
    let mut story = Story::connected();
    story.service_stopped();
    story.replication(ReplicationState::Running);
    story.act(ActionKind::Pause);
    story.counter(10_412);
    story.wait(100);
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    story.wait(200);
    story.service_runs();
    story.wait(20);
    story.marker(Marker::DownloadStarted);
    story.wait(300);
    story.marker(Marker::DownloadComplete);
    let before = summary(&story).recovery;
    assert_eq!(
        (before.stage_1, before.stage_2, before.time_to_restored),
        (Some(secs(300).into()), None, None)
    );
    story.wait(400);
    story.final_lines();
    let recovery = summary(&story).recovery;
    assert_eq!((recovery.stage_1, recovery.stage_2), (Some(secs(300).into()), Some(secs(400).into())));
    assert_eq!(recovery.time_to_restored, Some(secs(700).into()));
    assert_eq!(recovery.preparation, Some(secs(321).into()));
    assert_eq!(
        recovery.waiting_for_people,
        Some(secs(300).into()),
        "100 s for the threads, 200 s for the start"
    );
    let end = |phase| story.span(phase).evidence.as_ref().unwrap().record;
    let [start, downloaded, restored] = [Phase::Prepare, Phase::Stage1, Phase::Stage2].map(end);
    let records = recovery.records;
    assert_eq!(records.time_to_restored, [start, restored]);
    assert_eq!((records.stage_1, records.stage_2), (vec![start, downloaded], vec![downloaded, restored]));
    let paused = story.run.replication.intervals[0].record.unwrap();
    assert_eq!(records.preparation, [paused, start]);
    let threads = &story.run.actions[1];
    let (set, running) = (threads.settled_record.unwrap(), story.run.service_started.unwrap().1);
    assert_eq!(records.waiting_for_people, [paused, threads.record, set, running], "from which to which");
    assert_eq!(records.time_to_usable, [], "what was not measured rests on nothing");
}

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
    assert_eq!(of("left while replication was paused").user.as_deref(), Some("eng"));
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

#[test]
fn the_service_was_started_no_later_than_stage_1_began_whenever_it_was_read() {
    let mut story = Story::connected();
    story.service_stopped();
    story.counter(10_412);
    story.polls(5, &[10_412, 10_500, 10_600]);
    story.service_runs();
    assert_eq!(story.run.phase(), Phase::Stage1);
    let start = step(&story, ProcedureStep::Start);
    assert_eq!((start.state, start.ended_at), (StepState::Done, story.run.stage_1_begun_by()));
    let later = story.now.length_since(start.ended_at.unwrap());
    let read = format!("the service was first read as running {later} later");
    assert!(start.remark.unwrap().contains(&read), "a later record that it cites is explained");
}
