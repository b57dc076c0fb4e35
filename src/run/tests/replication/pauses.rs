//! When pauses begin and end, and how exactly that is known.

use super::*;
use ReplicationState::{Paused, Running};

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
        seen_until: None,
        end: PauseEnd::Read,
        unwatched: false,
        unseen: None,
        by: PausedBy::Drwatch,
        record: pauses(&story)[0].record,
        end_record: None,
        recovery: None,
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
    assert_eq!(exposure(&story.run, story.now).present_pause, Some(secs(60).into()));
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    story.wait(60);
    let cost = exposure(&story.run, story.now);
    assert_eq!((cost.present_pause, cost.total), (None, Some(secs(120).into())));
    assert_eq!((cost.began_unseen, cost.at_most), (false, true), "it may have ended meanwhile");
    assert_eq!(cost.earliest_safe_resume, EarliestResumes::default());
    story.replication(Paused);
    let cost = exposure(&story.run, story.now);
    assert_eq!((cost.present_pause, cost.at_most), (Some(secs(120).into()), false));
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
        seen_until: None,
        end: PauseEnd::Read,
        unwatched: false,
        unseen: None,
        by: PausedBy::Other,
        record: pauses(&story)[0].record,
        end_record: None,
        recovery: None,
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
        seen_until: None,
        end: PauseEnd::Read,
        unwatched: false,
        unseen: None,
        by: PausedBy::Attested,
        record: pauses(&story)[0].record,
        end_record: None,
        recovery: None,
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
        assert_eq!(Bound::of(&pauses(&story)[0]), bound);
        assert_eq!(exposure(&story.run, story.now).at_most, unseen);
    }
    let mut story = Story::connected();
    story.replication(Paused);
    story.wait(340);
    story.replication(Running);
    assert_eq!(Bound::of(&pauses(&story)[0]), Bound::About);
    let mut story = Story::connected();
    story.replication(Paused);
    story.wait(340);
    story.act(ActionKind::Resume);
    assert_eq!(Bound::of(&pauses(&story)[0]), Bound::AtLeast, "drwatch itself ended it");
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
fn a_pause_that_was_not_read_for_more_than_a_minute_may_be_shorter_though_the_connection_stood() {
    for is_held in [true, false] {
        for waited in [60, 61] {
            let mut story = Story::in_stage_1();
            let since = story.now;
            story.replication(Paused);
            if is_held {
                story.wait(waited);
                story.tell(held_up(since));
            } else {
                story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
                story.wait(waited);
            }
            story.replication(Paused);
            let what = format!("{}, {waited} s", if is_held { "stopped" } else { "unreadable" });
            let may_be_shorter =
                matches!(story.run.replication.bound(story.now), Bound::AtMost | Bound::About);
            assert_eq!(may_be_shorter, waited > 60, "{what}");
            let unseen = pauses(&story)[0].unseen.as_ref().map(|unseen| unseen.total);
            assert_eq!(unseen, (waited > 60).then(|| secs(waited)), "{what}");
            let has_finding = story.open().contains(&Code::ReplicationUnreadInRestore);
            assert_eq!(has_finding, waited > 60, "{what}");
        }
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

#[test]
fn a_statement_later_than_the_first_reading_of_a_pause_does_not_date_it() {
    let mut story = Story::connected();
    let seen = story.now;
    story.replication(Paused);
    story.wait(60);
    story.attest(Statement::ReplicationPaused);
    let pause = &pauses(&story)[0];
    assert_eq!((pause.from, pause.from_known), (seen, false));
}
