//! The primary's replication: pauses, who brought them about, and what cannot be read.

use super::*;
use ReplicationState::{Paused, Running};

fn pauses(story: &Story) -> &[PauseInterval] {
    &story.run.replication.intervals
}

#[test]
fn a_pause_by_drwatch_is_its_own_and_dated() {
    let mut story = Story::connected();
    story.replication(Running);
    story.wait(15);
    story.act(ActionKind::Pause);
    let from = story.now;
    let pause = PauseInterval {
        from,
        to: None,
        from_known: true,
        ended_unseen: false,
        unwatched: false,
        by: PausedBy::Drwatch,
    };
    assert_eq!(pauses(&story), [pause]);
    assert_eq!(story.run.replication.state, Known::Paused);
    assert_eq!(story.run.actions[0].state, ActionState::Confirmed);
    story.wait(15);
    story.replication(Paused);
    assert_eq!(story.run.replication.since, Some(from));
    assert_eq!(story.run.replication.verified_at, Some(story.now));
    assert_eq!(story.run.replication.paused_for(story.now), Some(secs(15)));
    assert!(story.findings(Code::ReplicationChangedByOthers).is_empty());
}

#[test]
fn a_pause_by_drwatch_whose_effect_is_read_long_after_it_was_asked_for_began_at_an_unknown_time() {
    for (away, known) in [(10, true), (40, false), (7200, false)] {
        let mut story = Story::connected();
        story.replication(Running);
        let id = story.request(ActionKind::Pause, None);
        story.send(id);
        story.wait(away);
        story.replication(Paused);
        story.settle(id, ActionState::Confirmed);
        let pause = &pauses(&story)[0];
        assert_eq!((pause.by, pause.from_known), (PausedBy::Drwatch, known), "{away} s");
        let id = story.request(ActionKind::Resume, None);
        story.send(id);
        story.wait(away);
        story.replication(Running);
        assert_eq!(pauses(&story)[0].ended_unseen, !known, "{away} s");
    }
}

#[test]
fn while_the_state_cannot_be_read_a_pause_is_not_said_to_last_and_its_time_is_a_bound() {
    let mut story = Story::connected();
    story.replication(Running);
    story.act(ActionKind::Pause);
    story.wait(60);
    story.replication(Paused);
    assert_eq!(exposure(&story.run, story.now).present_pause, Some(secs(60)));
    story.tell(Event::ReplicationRead(answer(Reading::Unreadable)));
    story.wait(60);
    let cost = exposure(&story.run, story.now);
    assert_eq!((cost.present_pause, cost.total), (None, Some(secs(120))));
    assert_eq!((cost.at_least, cost.at_most), (false, true), "it may have ended meanwhile");
    assert_eq!(cost.earliest_safe_resume, EarliestResumes::default());
    story.replication(Paused);
    let cost = exposure(&story.run, story.now);
    assert_eq!((cost.present_pause, cost.at_most), (Some(secs(120)), false));
}

#[test]
fn a_confirmed_action_counts_even_without_a_reading_of_its_own() {
    let mut story = Story::connected();
    story.replication(Running);
    let id = story.request(ActionKind::Pause, None);
    story.send(id);
    story.settle(id, ActionState::Confirmed);
    assert_eq!(story.run.replication.state, Known::Paused);
    assert_eq!(pauses(&story)[0].by, PausedBy::Drwatch);
}

#[test]
fn a_pause_found_at_the_first_reading_began_at_an_unknown_time() {
    let mut story = Story::connected();
    story.wait(5);
    story.replication(Paused);
    let pause = PauseInterval {
        from: story.now,
        to: None,
        from_known: false,
        ended_unseen: false,
        unwatched: false,
        by: PausedBy::Other,
    };
    assert_eq!(pauses(&story), [pause]);
    assert!(story.findings(Code::ReplicationChangedByOthers).is_empty(), "nothing was seen to change");
}

#[test]
fn the_engineer_can_date_a_pause_found_under_way() {
    let mut story = Story::connected();
    story.replication(Paused);
    let since = story.now.shifted(minutes(-90));
    story.attest_since(Statement::ReplicationPaused, since);
    let pause = PauseInterval {
        from: since,
        to: None,
        from_known: true,
        ended_unseen: false,
        unwatched: false,
        by: PausedBy::Attested,
    };
    assert_eq!(pauses(&story), [pause]);
    assert!(!story.run.replication.attested, "it was read as well");
}

#[test]
fn a_stated_pause_counts_from_the_time_stated() {
    let mut story = Story::connected();
    story.wait(600);
    let since = story.now.shifted(minutes(-5));
    story.attest_since(Statement::ReplicationPaused, since);
    assert!(story.run.replication.attested);
    assert_eq!(story.run.replication.paused_for(story.now), Some(secs(300)));
    story.wait(60);
    story.replication(Paused);
    assert!(!story.run.replication.attested, "a reading outranks the statement");
    assert_eq!(pauses(&story).len(), 1);
    story.wait(60);
    story.attest(Statement::ReplicationRunning);
    assert_eq!(story.run.replication.paused_total(story.now), secs(420));
    assert_eq!(story.run.replication.state, Known::Running);
}

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
    story.tell(Event::ReplicationRead(answer(Reading::Unreadable)));
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
    let unreadable = || Event::ReplicationRead(answer(Reading::Unreadable));
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
    story.tell(Event::ReplicationRead(answer(Reading::Unreadable)));
    assert_eq!(story.run.replication.state, Known::Unreadable);
}

#[test]
fn a_change_behind_an_unreadable_spell_is_seen_but_not_dated() {
    let mut story = Story::connected();
    story.replication(Running);
    story.tell(Event::ReplicationRead(answer(Reading::Refused("% no".to_owned()))));
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
    assert!(story.findings(Code::ReplicationChangedByOthers).is_empty());
    story.wait(60);
    story.act(ActionKind::Pause);
    assert!(!story.finding(Code::ResumedAgainstPolicy).is_open());
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
fn nobody_saw_when_a_pause_began_that_was_not_looked_for_in_between() {
    let mut story = Story::connected();
    story.replication(Running);
    story.wait(340);
    story.replication(Paused);
    assert!(!pauses(&story)[0].from_known);
}

#[test]
fn nobody_saw_when_a_pause_ended_that_was_not_looked_at_in_between() {
    for (waited, unseen) in [(15, false), (340, true)] {
        let mut story = Story::connected();
        story.replication(Running);
        story.act(ActionKind::Pause);
        story.wait(waited);
        story.replication(Running);
        assert_eq!(pauses(&story)[0].ended_unseen, unseen, "after {waited} s");
        let bound = if unseen { Bound::AtMost } else { Bound::Exact };
        assert_eq!(Bound::of(pauses(&story)), bound);
        assert_eq!(exposure(&story.run, story.now).at_most, unseen);
    }
    let mut story = Story::connected();
    story.replication(Paused);
    story.wait(340);
    story.replication(Running);
    assert_eq!(Bound::of(pauses(&story)), Bound::About);
    let mut story = Story::connected();
    story.replication(Paused);
    story.wait(340);
    story.act(ActionKind::Resume);
    assert_eq!(Bound::of(pauses(&story)), Bound::AtLeast, "drwatch itself ended it");
}

#[test]
fn a_pause_stated_for_the_future_counts_from_now() {
    let mut story = Story::connected();
    story.attest_since(Statement::ReplicationPaused, story.now + secs(3600));
    assert_eq!(pauses(&story)[0].from, story.now);
    story.wait(60);
    assert_eq!(story.run.replication.paused_total(story.now), secs(60));
}

#[test]
fn an_end_stated_for_the_future_is_now() {
    let mut story = Story::connected();
    story.attest(Statement::ReplicationPaused);
    story.wait(60);
    story.attest_since(Statement::ReplicationRunning, story.now + secs(3600));
    assert_eq!(story.run.replication.paused_total(story.now), secs(60));
    assert_eq!(story.run.replication.since, Some(story.now));
}

#[test]
fn a_pause_stated_to_begin_within_the_one_before_begins_at_its_end() {
    let mut story = Story::connected();
    story.attest(Statement::ReplicationPaused);
    story.wait(60);
    story.attest(Statement::ReplicationRunning);
    let over = story.now;
    story.wait(60);
    story.attest_since(Statement::ReplicationPaused, over.shifted(minutes(-1)));
    assert_eq!(pauses(&story)[1].from, over);
    assert_eq!(story.run.replication.paused_total(story.now), secs(120), "no second counts twice");
}

#[test]
fn a_pause_found_under_way_is_dated_no_earlier_than_the_end_of_the_one_before() {
    let mut story = Story::connected();
    story.replication(Paused);
    story.wait(15);
    story.replication(Running);
    let over = story.now;
    story.wait(600);
    story.replication(Paused);
    assert!(!pauses(&story)[1].from_known);
    story.attest_since(Statement::ReplicationPaused, over.shifted(minutes(-5)));
    assert_eq!((pauses(&story)[1].from, pauses(&story)[1].from_known), (over, true));
    assert_eq!(story.run.replication.since, Some(over));
}

#[test]
fn a_pause_ended_before_it_began_has_no_length() {
    let mut story = Story::connected();
    story.attest(Statement::ReplicationPaused);
    story.attest_since(Statement::ReplicationRunning, story.now.shifted(minutes(-5)));
    assert_eq!(pauses(&story)[0].to, Some(pauses(&story)[0].from));
}

#[test]
fn leaving_while_paused_says_whether_only_a_statement_says_so() {
    let leave = Event::LeftPaused { user: "eng".to_owned() };
    let mut story = Story::connected();
    story.attest(Statement::ReplicationPaused);
    story.wait(60);
    let record = story.tell(leave.clone());
    let left = story.run.left_paused.clone().unwrap();
    assert_eq!((left.attested, left.paused, left.record), (true, Some(secs(60)), record));
    story.replication(Paused);
    story.tell(leave);
    assert!(!story.run.left_paused.unwrap().attested, "it is read by now");
}

#[test]
fn a_length_of_pause_is_said_as_exactly_as_its_ends_were_seen() {
    for (at_least, at_most, words, sign) in [
        (false, false, "", ""),
        (true, false, "at least ", "≥ "),
        (false, true, "at most ", "≤ "),
        (true, true, "about ", "≈ "),
    ] {
        let bound = Bound::new(at_least, at_most);
        assert_eq!((bound.words(), bound.sign()), (words, sign));
    }
}

#[test]
fn a_pause_during_which_the_primary_was_out_of_sight_for_more_than_a_minute_may_be_shorter() {
    for (waited, bound) in [(60, Bound::Exact), (61, Bound::AtMost)] {
        let mut story = Story::connected();
        story.replication(Running);
        story.wait(15);
        story.act(ActionKind::Pause);
        story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connecting });
        story.wait(waited);
        assert_eq!(story.run.replication.bound(story.now), bound, "out of sight, after {waited} s");
        story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connected });
        story.replication(Paused);
        assert_eq!(story.run.replication.bound(story.now), bound, "looked at again after {waited} s");
        story.wait(7200);
        story.replication(Paused);
        assert_eq!(story.run.replication.bound(story.now), bound, "a slow poll is no loss of sight");
        assert!(story.run.replication.present_pause(story.now).is_some(), "it is taken to last");
        story.act(ActionKind::Resume);
        assert_eq!(story.run.replication.bound(story.now), bound, "and when it is over");
    }
}

#[test]
fn while_the_primary_runs_out_of_sight_for_more_than_a_minute_a_pause_may_come_and_go() {
    for (waited, bound) in [(60, Bound::Exact), (61, Bound::AtLeast)] {
        let mut story = Story::connected();
        story.replication(Running);
        story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connecting });
        story.wait(waited);
        assert_eq!(story.run.replication.bound(story.now), bound, "out of sight, after {waited} s");
        story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connected });
        story.replication(Running);
        story.wait(15);
        story.replication(Running);
        assert_eq!(story.run.replication.bound(story.now), bound, "looked at again after {waited} s");
    }
}
