//! The start of stage 1, inferred from the GET counter.

use super::*;

#[test]
fn stage_1_is_inferred_from_two_rises_while_the_service_runs() {
    let mut story = Story::connected();
    story.service_stopped();
    story.polls(5, &[100, 100]);
    let before = story.now;
    story.service_runs();
    story.polls(5, &[150]);
    assert_eq!(story.run.phase(), Phase::Prepare, "one rise may be anything");
    story.polls(5, &[230]);
    assert_eq!(story.run.phase(), Phase::Stage1);
    let span = story.span(Phase::Prepare);
    assert_eq!(span.ended_at, Some(before));
    assert_eq!(span.end_precision, Precision::Estimated);
    assert_eq!(span.evidence.as_ref().unwrap().source, EvidenceSource::Counter);
    assert_eq!(story.run.download.downloaded(), Some(ObjectCount(130)));
    assert_eq!(story.finding(Code::StageInferred).severity, FindingSeverity::Info);
    assert!(!story.run.download.baseline.as_ref().unwrap().late);
}

#[test]
fn rises_seen_before_the_service_is_read_as_running_count_from_their_beginning() {
    let mut story = Story::connected();
    story.service_stopped();
    story.polls(5, &[100, 100, 200]);
    assert!(!story.run.wants_service_reading());
    story.polls(5, &[300, 400]);
    assert_eq!(story.run.phase(), Phase::Prepare);
    assert!(story.run.wants_service_reading());
    story.service_runs();
    assert!(!story.run.wants_service_reading());
    assert_eq!(story.run.phase(), Phase::Stage1);
    assert_eq!(story.run.download.downloaded(), Some(ObjectCount(300)));
    assert_eq!(story.run.download.rates.len(), 3);
}

#[test]
fn rises_while_the_service_is_stopped_are_no_stage_1() {
    let mut story = Story::connected();
    story.polls(5, &[100, 200, 300]);
    story.service_stopped();
    story.polls(5, &[300]);
    story.service_runs();
    story.polls(5, &[300, 310]);
    assert_eq!(story.run.phase(), Phase::Prepare);
    assert_eq!(story.run.download.baseline.as_ref().unwrap().value, GetCount(300));
}

#[test]
fn a_watch_begun_in_the_middle_infers_stage_1_but_not_when_it_began() {
    let mut story = Story::connected();
    story.service_runs();
    story.polls(5, &[5000, 5100, 5200]);
    assert_eq!(story.run.phase(), Phase::Stage1);
    assert_eq!(story.span(Phase::Stage1).started_at, None);
    assert_eq!(story.span(Phase::Prepare).end_precision, Precision::Unobserved);
    assert!(story.run.download.baseline.as_ref().unwrap().late);
    assert_eq!(story.finding(Code::BaselineLate).severity, FindingSeverity::Attention);
}

#[test]
fn a_swapped_pair_never_starts_stage_1() {
    let mut story = Story::connected();
    story.service(Role::Primary, ServiceState::Stopped);
    story.service_runs();
    story.polls(5, &[5000, 5100, 5200, 5300]);
    assert_eq!(story.run.phase(), Phase::Prepare);
    assert_eq!(story.finding(Code::RolesSwapped).severity, FindingSeverity::Blocking);
}

/// The counter at rest, the pause, a few seconds of it, and the first rise: stage 1 began in between.
fn paused_between_the_bounds(ran: u64) -> Story {
    let mut story = Story::connected();
    story.replication(ReplicationState::Running);
    story.service_stopped();
    story.counter(100);
    story.wait(ran);
    story.act(ActionKind::Pause);
    story.service_runs();
    story.polls(5, &[150, 230]);
    assert_eq!(story.run.phase(), Phase::Stage1);
    story
}

#[test]
fn an_inferred_start_has_bounds_and_nobody_is_blamed_by_the_earlier_one() {
    let story = paused_between_the_bounds(7);
    let began = story.span(Phase::Stage1).started_at.unwrap();
    let by = story.run.stage_1_begun_by().unwrap();
    let paused = story.run.replication.intervals[0].from;
    assert!(began < paused && paused < by, "{began:?} {paused:?} {by:?}");
    assert!(story.findings(Code::ReplicationRanInRestore).is_empty());
    let test = test_summary(&story.run, story.now);
    let late =
        |test: &TestSummary| test.deviations.iter().any(|found| found.text.contains("only after stage 1"));
    assert!(!late(&test), "{:?}", test.deviations);
    let says = |start: &str| test.not_proven.iter().any(|text| text.starts_with(start));
    let bounds = format!("to within {}", by.length_since(began));
    assert!(says(&format!("When stage 1 began: it is concluded from the GET counter, {bounds}")));
    assert!(says("That replication was paused before stage 1 began: it was paused at "));
    let start = test.procedure.iter().find(|step| step.step == ProcedureStep::Start).unwrap();
    assert!(start.ended_at.unwrap() >= paused, "{start:?}");

    let mut story = Story::connected();
    story.replication(ReplicationState::Running);
    story.service_stopped();
    story.counter(100);
    story.service_runs();
    story.polls(5, &[150, 230, 300]);
    story.act(ActionKind::Pause);
    assert!(late(&test_summary(&story.run, story.now)), "the later bound decides");
    let found = &story.finding(Code::ReplicationRanInRestore).text;
    assert!(found.contains("ran for at least 00:00:1") && found.contains(" and at most 00:00:1"), "{found}");
}
