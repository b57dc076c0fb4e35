//! The end of the test, taken back while nothing rests on it.

use super::*;
use crate::run::dated_events;

/// In use, and stated to be over a while later.
fn over() -> Story {
    let mut story = Story::in_use();
    story.wait(600);
    story.attest(Statement::TestOver);
    story
}

fn why_not(story: &Story) -> String {
    match judge_statement(&story.run, Statement::TestNotOver, story.now) {
        StatementVerdict::Off { reason } => reason,
        verdict => panic!("{verdict:?}"),
    }
}

#[test]
fn the_test_goes_on_as_before_and_the_policy_locks_the_resume_again() {
    let mut story = over();
    let ended = story.span(Phase::InUse).clone();
    assert!(matches!(authorize(&story.run, ActionKind::Resume), Authorization::Allowed { .. }));
    story.wait(60);
    assert_eq!(judge_statement(&story.run, Statement::TestNotOver, story.now), StatementVerdict::Allowed);
    story.attest(Statement::TestNotOver);
    assert_eq!(story.run.phase(), Phase::InUse);
    let span = story.span(Phase::InUse);
    assert_eq!((span.started_at, span.ended_at), (ended.started_at, None));
    assert_eq!(span.evidence, story.span(Phase::Stage2).evidence, "what ended stage 2 began it");
    assert!(matches!(authorize(&story.run, ActionKind::Resume), Authorization::Locked { .. }));
    let told: Vec<String> = dated_events(&story.run).iter().map(ToString::to_string).collect();
    let is_told = |text: &&String| text.starts_with("the test is not over after all, stated by ");
    assert_eq!(told.iter().filter(is_told).count(), 1, "{told:#?}");
    assert!(!told.iter().any(|text| text.starts_with("the test is over")), "{told:#?}");
    story.wait(60);
    story.attest(Statement::TestOver);
    assert_eq!(story.span(Phase::InUse).ended_at, Some(story.now), "it ends when it does");
}

#[test]
fn each_phase_that_was_ended_goes_on() {
    let stories: [(fn() -> Story, Phase); 3] = [
        (Story::connected, Phase::Prepare),
        (Story::in_stage_1, Phase::Stage1),
        (Story::in_stage_2, Phase::Stage2),
    ];
    for (story, phase) in stories {
        let mut story = story();
        let before = story.run.phases.clone();
        story.attest(Statement::TestOver);
        assert_eq!(story.run.phase(), Phase::Ended);
        story.attest(Statement::TestNotOver);
        assert_eq!((story.run.phase(), &story.run.phases), (phase, &before));
    }
    let mut story = Story::in_stage_1();
    story.attest(Statement::TestOver);
    story.attest(Statement::TestNotOver);
    story.polls(10, &[11_000, 11_200]);
    assert!(story.run.download.current_per_second.is_some(), "stage 1 is counted on");
    story.marker(Marker::DownloadComplete);
    assert_eq!(story.run.phase(), Phase::Stage2);
}

#[test]
fn what_rests_on_the_end_keeps_it() {
    assert_eq!(why_not(&Story::in_use()), "The test is not over; nothing was recorded.");
    let mut resumed = over();
    let id = resumed.request(ActionKind::Resume, None);
    let mut signed = over();
    signed.tell(Event::SignedOff { text: "done".to_owned(), user: "eng".to_owned(), consent: None });
    let mut failed = over();
    failed.attest(Statement::RestoreFailed);
    for (story, why) in [
        (&mut resumed, "A resume of replication was requested at "),
        (&mut signed, "The run is signed off"),
        (&mut failed, "The restore failed"),
    ] {
        assert!(why_not(story).starts_with(why), "{}", why_not(story));
        // Whoever writes the record: the fold holds it too.
        story.attest(Statement::TestNotOver);
        assert_eq!(story.run.phase(), Phase::Ended, "{why}");
    }
    resumed.settle(id, ActionState::Rejected { reason: "no such command".to_owned() });
    resumed.attest(Statement::TestNotOver);
    assert_eq!(resumed.run.phase(), Phase::InUse, "what was refused has changed nothing");
}

#[test]
fn an_alarm_forbids_again_what_it_forbade() {
    let mut story = Story::in_use();
    let line = line("[rfsd.ERR] (1) cloud bucket inconsistent", Arrival::Live, None);
    story.tell(Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line });
    story.attest(Statement::TestOver);
    assert!(story.finding(Code::Alarm).to_do.as_deref().unwrap().starts_with("Do not resume"));
    story.attest(Statement::TestNotOver);
    let finding = story.finding(Code::Alarm);
    let to_do = finding.to_do.as_deref().unwrap();
    assert!(to_do.contains("do not read files on dr") && finding.text.ends_with(to_do), "{finding:?}");
}
