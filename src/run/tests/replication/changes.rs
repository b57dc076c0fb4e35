//! Who changed replication, and findings about its state.

use super::*;
use ReplicationState::{Paused, Running};

#[test]
fn a_change_without_an_action_is_by_others() {
    let mut story = Story::connected();
    story.replication(Running);
    story.wait(15);
    let record = story.replication(Paused);
    let finding = story.finding(Code::ReplicationChangedByOthers);
    assert_eq!((finding.severity, finding.record), (FindingSeverity::Info, record), "stage 1 needs it");
    assert_eq!(pauses(&story)[0].by, PausedBy::Other);
    assert!(pauses(&story)[0].from_known);
    let mut story = Story::in_stage_2();
    story.act(ActionKind::Resume);
    story.wait(60);
    story.replication(Paused);
    assert_eq!(story.finding(Code::ReplicationChangedByOthers).severity, FindingSeverity::Attention);
}

#[test]
fn a_resume_by_others_in_stage_1_is_blocking() {
    let mut story = Story::in_stage_1();
    story.wait(60);
    story.replication(Running);
    assert_eq!(story.finding(Code::ReplicationChangedByOthers).severity, FindingSeverity::Blocking);
    assert_eq!(story.finding(Code::ReplicationRunsInStage1).severity, FindingSeverity::Blocking);
    story.act(ActionKind::Pause);
    assert!(!story.finding(Code::ReplicationRunsInStage1).is_open(), "closed by the pause");
    assert!(story.finding(Code::ReplicationChangedByOthers).is_open(), "it did happen");
}

#[test]
fn a_change_soon_after_an_action_settled_is_its_doing() {
    for (wait, by) in [(30, PausedBy::Drwatch), (31, PausedBy::Other)] {
        let mut story = Story::connected();
        story.replication(Running);
        let id = story.request(ActionKind::Pause, None);
        story.send(id);
        story.settle(id, ActionState::Rejected { reason: "it still runs".to_owned() });
        story.wait(wait);
        story.replication(Paused);
        assert_eq!(pauses(&story)[0].by, by);
    }
}

#[test]
fn an_unknown_outcome_is_told_by_the_next_reading() {
    let mut story = Story::connected();
    story.replication(Running);
    let id = story.request(ActionKind::Pause, None);
    story.send(id);
    story.settle(id, ActionState::Unknown { reason: "the connection was lost".to_owned() });
    assert!(story.finding(Code::ActionUnknown).is_open());
    story.wait(600);
    story.replication(Paused);
    assert!(!story.finding(Code::ActionUnknown).is_open());
    assert_eq!(pauses(&story)[0].by, PausedBy::Drwatch);
    story.wait(600);
    story.replication(Running);
    story.wait(600);
    story.replication(Paused);
    assert_eq!(pauses(&story)[1].by, PausedBy::Other, "an outcome once told explains nothing later");
    story.settle(id, ActionState::Confirmed);
    assert_eq!(story.run.actions[0].state, ActionState::Confirmed);
}

#[test]
fn a_settled_action_is_not_taken_back() {
    let mut story = Story::connected();
    story.act(ActionKind::Pause);
    story.settle(ActionId(1), ActionState::Rejected { reason: "no".to_owned() });
    story.settle(ActionId(1), ActionState::Requested);
    assert_eq!(story.run.actions[0].state, ActionState::Confirmed);
}

#[test]
fn an_unreadable_state_keeps_the_pause_and_is_a_finding() {
    let mut story = Story::in_stage_1();
    let pause = pauses(&story).to_vec();
    story.wait(15);
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    assert_eq!(story.run.replication.state, Known::Unreadable);
    assert_eq!(pauses(&story), pause);
    assert!(story.finding(Code::ReplicationUnreadable).is_open());
    story.wait(15);
    story.replication(Paused);
    assert!(!story.finding(Code::ReplicationUnreadable).is_open());
    assert_eq!(story.run.replication.since, Some(pause[0].from));
    assert!(story.findings(Code::ReplicationChangedByOthers).is_empty());
}

#[test]
fn a_statement_holds_until_a_readable_reading_says_otherwise() {
    let mut story = Story::connected();
    let unreadable = || Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None };
    story.tell(unreadable());
    assert!(story.finding(Code::ReplicationUnreadable).is_open());
    story.attest(Statement::ReplicationPaused);
    let stated = story.now;
    for _ in 0..5 {
        story.wait(15);
        story.tell(unreadable());
        assert_eq!(story.run.replication.state, Known::Paused);
        assert!(story.run.replication.attested);
        assert!(story.findings(Code::ReplicationUnreadable).iter().all(|finding| !finding.is_open()));
    }
    assert_eq!(story.run.replication.since, Some(stated));
    story.replication(Paused);
    assert!(!story.run.replication.attested, "it is read now");
    story.tell(unreadable());
    assert_eq!((story.run.replication.state, story.run.replication.attested), (Known::Paused, true));
    story.attest(Statement::ReplicationRunning);
    story.tell(unreadable());
    assert_eq!(story.run.replication.state, Known::Running);
    story.replication(Paused);
    story.tell(unreadable());
    assert_eq!(story.run.replication.state, Known::Unreadable, "a reading has outdated the statement");
}

#[test]
fn a_statement_says_nothing_of_the_time_after_a_change_was_sent() {
    let mut story = Story::connected();
    story.attest(Statement::ReplicationPaused);
    let id = story.request(ActionKind::Resume, None);
    story.send(id);
    story.settle(id, ActionState::Unknown { reason: "the connection was lost".to_owned() });
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    assert_eq!(story.run.replication.state, Known::Unreadable);
}

#[test]
fn a_change_behind_an_unreadable_spell_is_seen_but_not_dated() {
    let mut story = Story::connected();
    story.replication(Running);
    story.tell(Event::ReplicationRead { answer: answer(Reading::Refused("% no".to_owned())), backlog: None });
    story.wait(300);
    story.replication(Paused);
    assert!(!pauses(&story)[0].from_known);
    assert!(story.finding(Code::ReplicationChangedByOthers).is_open());
}

#[test]
fn a_stage_1_with_replication_never_read_is_worth_attention() {
    let mut story = Story::connected();
    story.marker(Marker::DownloadStarted);
    assert_eq!(story.finding(Code::ReplicationRunsInStage1).severity, FindingSeverity::Attention);
    story.replication(Running);
    let findings = story.findings(Code::ReplicationRunsInStage1);
    assert_eq!(findings.len(), 2);
    assert!(findings[0].closed_at.is_some());
    assert_eq!(findings[1].severity, FindingSeverity::Blocking);
}

#[test]
fn without_a_primary_nothing_is_said_of_replication() {
    let mut story = Story::with(|started| started.primary = None);
    story.marker(Marker::DownloadStarted);
    assert!(story.findings(Code::ReplicationRunsInStage1).is_empty());
    let summary = summarise(&story.run, story.now, head());
    assert_eq!(summary.replication.state, Known::Unknown);
    assert_eq!(summary.replication.paused_seconds, None);
}

#[test]
fn a_resume_before_the_policy_allows_it_stands_while_it_lasts() {
    let mut story = Story::in_stage_2();
    story.wait(60);
    let id = story.request(ActionKind::Resume, Some("production needs it"));
    story.send(id);
    story.replication(Running);
    story.settle(id, ActionState::Confirmed);
    assert!(story.finding(Code::PolicyOverridden).is_open());
    assert!(story.finding(Code::PolicyOverridden).text.contains("production needs it"));
    assert!(story.finding(Code::ResumedAgainstPolicy).is_open());
    let text = &story.finding(Code::ResumedAgainstPolicy).text;
    assert!(text.contains("runs during stage 2 against the policy, by a decision of eng at "), "{text}");
    assert!(story.findings(Code::ReplicationChangedByOthers).is_empty());
    story.wait(60);
    story.act(ActionKind::Pause);
    assert!(!story.finding(Code::ResumedAgainstPolicy).is_open());
}

#[test]
fn a_resume_that_nobody_decided_is_told_with_its_phase_in_words() {
    let mut story = Story::in_use();
    story.replication(Running);
    let text = &story.finding(Code::ResumedAgainstPolicy).text;
    assert!(text.starts_with("Replication on prod runs after the restore, but the policy"), "{text}");
    let text = &story.finding(Code::ReplicationChangedByOthers).text;
    assert!(text.starts_with("Replication on prod was resumed after the restore, and not by"), "{text}");
}

#[test]
fn under_the_milder_policy_a_resume_with_the_statement_is_fine() {
    let mut story = Story::in_stage_2();
    story.run.started.settings.resume_policy = ResumePolicy::ResumeAfterStage1;
    story.act(ActionKind::Resume);
    assert!(story.finding(Code::ResumedAgainstPolicy).is_open());
    story.attest(Statement::DeletedFilesNotRead);
    assert!(!story.finding(Code::ResumedAgainstPolicy).is_open());
}

#[test]
fn a_pause_left_after_the_test_stands_until_it_is_over() {
    let mut story = Story::ended();
    assert!(story.finding(Code::StillPaused).is_open());
    assert_eq!(story.run.exit().code(), 4);
    story.act(ActionKind::Resume);
    assert!(!story.finding(Code::StillPaused).is_open());
    assert_eq!(story.run.exit().code(), 0);
}

#[test]
fn the_budget_warns_at_each_part_once() {
    let mut story = Story::with(|started| started.settings.pause_budget = Some(secs(1000)));
    story.meet();
    story.act(ActionKind::Pause);
    let severities = |story: &Story| {
        story.findings(Code::PauseBudget).iter().map(|finding| finding.severity).collect::<Vec<_>>()
    };
    story.wait(499);
    assert!(severities(&story).is_empty());
    story.wait(1).wait(100);
    assert_eq!(severities(&story), [FindingSeverity::Attention]);
    story.wait(200);
    story.wait(300);
    assert_eq!(severities(&story).last(), Some(&FindingSeverity::Blocking));
    assert_eq!(story.run.reported.budget_percent, 100);
    assert!(
        timer_events(&story.run, story.now + secs(9999))
            .iter()
            .all(|edge| !matches!(edge, TimerEvent::BudgetUsed { .. }))
    );
}

#[test]
fn a_pause_after_our_own_resume_is_not_put_down_to_our_pause_before_it() {
    let mut story = Story::connected();
    story.replication(Running);
    story.act(ActionKind::Pause);
    story.act(ActionKind::Resume);
    story.wait(2);
    story.replication(Paused);
    assert!(story.finding(Code::ReplicationChangedByOthers).is_open());
}

#[test]
fn leaving_while_paused_says_whether_only_a_statement_says_so() {
    let leave = Event::LeftPaused { user: "eng".to_owned() };
    let mut story = Story::connected();
    story.attest(Statement::ReplicationPaused);
    story.wait(60);
    let record = story.tell(leave.clone());
    let left = story.run.left_paused.clone().unwrap();
    assert_eq!((left.attested, left.paused, left.record), (true, Some(secs(60).into()), record));
    story.replication(Paused);
    story.tell(leave);
    assert!(!story.run.left_paused.unwrap().attested, "it is read by now");
}

#[test]
fn each_change_by_others_is_a_finding_of_its_own_until_eight_are_open() {
    let mut story = Story::in_stage_2();
    for count in 1..=10 {
        story.wait(60);
        story.replication(if count % 2 == 1 { Running } else { Paused });
        assert_eq!(story.findings(Code::ReplicationChangedByOthers).len(), count.min(8));
    }
}

#[test]
fn a_change_by_others_is_explained_for_its_phase() {
    let check = |mut story: Story, state, meaning: &str| {
        story.wait(60);
        story.replication(state);
        let text = &story.finding(Code::ReplicationChangedByOthers).text;
        assert!(text.contains(meaning), "{text}");
    };
    let mut running = Story::connected();
    running.replication(Running);
    check(running, Paused, "Stage 1 needs that");
    check(Story::in_stage_1(), Running, "pause it at once");
    check(Story::in_stage_2(), Running, "can no longer be read on the DR appliance");
    check(Story::ended(), Running, "The test is over, so it harms nothing.");
}
