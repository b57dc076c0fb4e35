//! The test as an auditor reads it: criteria, recovery, procedure, deviations, what is not proven, issues.

mod bounds;
mod deviations;
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
