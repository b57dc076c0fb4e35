//! The preparation, and how long people were waited for in it.

use super::*;

/// What is shown of the preparation and of its parts, in seconds; `None` where there is no preparation.
fn preparation(summary: &TestSummary) -> Option<(u64, u64)> {
    let recovery = &summary.recovery;
    let waited = recovery.waiting_for_people.unwrap_or_default().shown();
    Some((recovery.preparation?.shown().secs(), waited.secs()))
}

#[test]
fn the_preparation_is_counted_from_the_reading_that_shows_the_pause_as_everywhere() {
    let mut story = Story::connected();
    story.service_stopped();
    let id = story.request(ActionKind::Pause, None);
    story.send(id);
    story.wait(2);
    let paused = story.replication(ReplicationState::Paused);
    // The read-back of the action comes later.
    story.wait(4);
    story.settle(id, ActionState::Confirmed);
    story.wait(100);
    let start = story.marker(Marker::DownloadStarted);
    let recovery = summary(&story).recovery;
    assert_eq!(recovery.preparation, Some(secs(104).into()));
    assert_eq!(recovery.records.preparation, [paused, start]);
    assert_eq!(story.run.replication.paused_total(story.now), secs(104));
    let step = step(&story, ProcedureStep::Pause);
    assert_eq!(step.records, [story.run.actions[0].record, paused]);
}

#[test]
fn nobody_is_waited_for_before_stage_1_once_it_has_begun() {
    let mut story = Story::connected();
    story.service_stopped();
    story.act(ActionKind::Pause);
    story.wait(60);
    let start = story.attest(Statement::DownloadBegun);
    story.wait(4000);
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    story.wait(1000);
    story.service_runs();
    let waited = step(&story, ProcedureStep::Threads);
    assert_eq!(waited.waited, Some(secs(60).into()), "until stage 1 began, and not until they were set");
    assert_eq!(waited.waited_by.last(), Some(&start));
    assert_eq!(preparation(&summary(&story)), Some((60, 60)));
}

#[test]
fn two_steps_do_not_wait_for_the_same_time() {
    let mut story = Story::connected();
    story.service_stopped();
    story.act(ActionKind::Pause);
    story.wait(90);
    let waited = ProcedureStep::ALL.map(|open| step(&story, open).waited);
    assert_eq!(waited.into_iter().flatten().collect::<Vec<_>>(), [secs(90).into()]);
}

#[test]
fn a_primary_that_was_not_read_is_named_beside_the_largest_gap() {
    let gap = Target::LargestGap { limit: secs(30) };
    let mut story = Story::in_stage_2();
    story.replication(ReplicationState::Paused);
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connecting });
    story.now = story.now + secs(100);
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connected });
    story.replication(ReplicationState::Paused);
    story.final_lines();
    story.attest(Statement::TestOver);
    let reason = judged(&mut story, gap).reason;
    assert!(reason.ends_with("Not counted: prod was not read for 00:01:40 during stage 2."), "{reason}");
    let mut story = Story::in_use();
    story.attest(Statement::TestOver);
    assert!(!judged(&mut story, gap).reason.contains("Not counted"));
}

#[test]
fn an_end_of_the_test_stated_later_is_shown_with_both_times_and_nobody_is_waited_for_before() {
    let mut story = Story::in_use();
    story.attest(Statement::RestoredUsable);
    story.wait(100);
    let end = story.now;
    story.wait(3600);
    let record = story.attest_since(Statement::TestOver, end);
    let stated = story.now;
    story.wait(50);
    story.act(ActionKind::Resume);
    let resume = step(&story, ProcedureStep::Resume);
    let waited = resume.started_at.unwrap().length_since(stated);
    assert_eq!(resume.waited, Some(waited), "from when it was stated on");
    let used = step(&story, ProcedureStep::Use);
    assert_eq!((used.ended_at, used.grounds), (Some(end), Grounds::Stated));
    let only = format!("Its end was stated only at {}, for an earlier moment.", stated.in_words());
    assert!(used.remark.as_ref().unwrap().contains(&only), "{used:?}");
    assert_eq!(step(&story, ProcedureStep::CleanUp).started_at, Some(stated));
    let of_it = |story: &Story, record| {
        let deviations = summary(story).deviations;
        deviations.into_iter().find(|deviation| deviation.record == Some(record))
    };
    let text = of_it(&story, record).unwrap().text;
    let words = format!("That the test is over was stated, for {}, ", end.in_words());
    assert!(text.starts_with(&words) && text.ends_with("before it was stated."), "{text}");

    let mut story = Story::in_use();
    let record = story.attest(Statement::TestOver);
    assert_eq!(of_it(&story, record), None, "stated at once");
    assert_eq!(step(&story, ProcedureStep::Use).grounds, Grounds::Read);

    let mut story = Story::in_use();
    let end = story.now;
    story.wait(10);
    story.tell(Event::AlarmSeen { alarm: "bad".to_owned(), line: line("bad", Arrival::Live, None) });
    story.wait(600);
    let record = story.attest_since(Statement::TestOver, end);
    let used = step(&story, ProcedureStep::Use);
    assert_eq!(used.grounds, Grounds::Doubted);
    assert!(used.remark.unwrap().contains(", although dr logged the alarm bad, at "));
    assert!(of_it(&story, record).unwrap().text.contains("although dr logged the alarm"));
}

#[test]
fn a_time_to_usable_stated_later_says_when_and_is_in_doubt_beyond_the_limit() {
    for (limit, grounds) in [(HOUR, Grounds::Stated), (secs(900), Grounds::Doubted)] {
        let mut story = Story::in_use();
        let since = story.now;
        story.wait(600);
        story.attest_since(Statement::RestoredUsable, since);
        let at = story.now.in_words().to_string();
        let judged = judged(&mut story, Target::TimeToUsable { limit });
        assert_eq!((judged.judgement, judged.grounds), (Passed, grounds), "{judged:?}");
        assert!(judged.reason.contains(&format!("That was stated only at {at}")), "{}", judged.reason);
    }
}
