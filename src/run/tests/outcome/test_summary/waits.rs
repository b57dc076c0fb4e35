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
