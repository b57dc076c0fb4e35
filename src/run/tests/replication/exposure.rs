//! What the pause costs, and when it may end.

use super::*;

fn with_budget(seconds: u64) -> Story {
    let mut story = Story::with(|started| started.settings.pause_budget = Some(secs(seconds)));
    story.meet();
    story.act(ActionKind::Pause);
    story
}

#[test]
fn nothing_is_known_of_a_state_never_read() {
    let story = Story::connected();
    let exposed = exposure(&story.run, story.now);
    assert_eq!((exposed.present_pause, exposed.total, exposed.used_percent), (None, None, None));
    assert_eq!(exposed.earliest_safe_resume, EarliestResumes::default());
    assert_eq!(exposed.saved_by_resuming_after_stage_1, None);
}

#[test]
fn the_present_pause_and_the_sum_are_counted_apart() {
    let mut story = with_budget(1000);
    story.wait(100);
    story.act(ActionKind::Resume);
    let first = story.run.replication.paused_total(story.now);
    story.wait(50);
    assert_eq!(exposure(&story.run, story.now).present_pause, None);
    assert_eq!(exposure(&story.run, story.now).earliest_safe_resume, EarliestResumes::default());
    story.act(ActionKind::Pause);
    story.wait(30);
    let exposed = exposure(&story.run, story.now);
    assert_eq!(exposed.present_pause, Some(secs(30).into()));
    assert_eq!(exposed.total.map(Length::exact), Some(first.saturating_add(secs(30))));
    assert_eq!(exposed.budget, Some(secs(1000)));
    assert_eq!(exposed.used_percent, Some(13));
    assert!(exposed.at_least, "the first pause was on when replication was first read");
}

#[test]
fn the_budget_may_be_overdrawn_and_a_budget_of_nothing_has_no_percentage() {
    let mut story = with_budget(100);
    story.wait(250);
    assert_eq!(exposure(&story.run, story.now).used_percent, Some(250));
    story.run.started.settings.pause_budget = Some(Elapsed::ZERO);
    assert_eq!(exposure(&story.run, story.now).used_percent, None);
}

#[test]
fn the_earliest_safe_resume_is_told_under_each_policy() {
    let at = |story: &Story| {
        let safe = exposure(&story.run, story.now).earliest_safe_resume;
        (safe.paused_throughout.unwrap(), safe.resume_after_stage_1.unwrap())
    };
    let mut story = Story::in_stage_1();
    story.polls(10, &[10_512, 10_612]);
    let (throughout, after) = at(&story);
    assert_eq!((throughout.condition.as_str(), throughout.at), ("once the test is declared over", None));
    let latest = forecast(&story.run, story.now).end.unwrap().latest;
    assert_eq!((after.at, after.forecast), (Some(latest), true));
    assert!(after.condition.contains("once stage 1 is over, if files deleted"));
    story.attest(Statement::DeletedFilesNotRead);
    assert_eq!(at(&story).1.condition, "once stage 1 is over");

    let story = Story::in_stage_2();
    let (throughout, after) = at(&story);
    assert_eq!(throughout.at, None);
    assert_eq!((after.at, after.forecast), (story.span(Phase::Stage1).ended_at, false));

    let story = Story::ended();
    let (throughout, after) = at(&story);
    assert_eq!(throughout.at, story.span(Phase::InUse).ended_at);
    assert_eq!(after, throughout);
}

#[test]
fn no_resume_is_called_safe_while_an_alarm_is_not_settled() {
    let mut story = Story::in_stage_2();
    let line = line("rfsd[1]: bad", Arrival::Live, None);
    let opened = story.tell(Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line });
    let (code, reason, user) = ("alarm".to_owned(), "known".to_owned(), "eng".to_owned());
    story.tell(Event::Acknowledged { code, opened, reason, user });
    for over in [false, true] {
        if over {
            story.attest(Statement::TestOver);
        }
        let earliest = exposure(&story.run, story.now).earliest_safe_resume;
        for resume in [earliest.paused_throughout.unwrap(), earliest.resume_after_stage_1.unwrap()] {
            let alarm = resume.unsafe_because.unwrap();
            assert_eq!(
                (alarm.record, alarm.alarm.as_str()),
                (opened, "dr logged the alarm cloud bucket inconsistent")
            );
            assert_eq!(resume.condition.starts_with("now: the test is over"), over, "{}", resume.condition);
        }
    }
}

#[test]
fn resuming_after_stage_1_would_have_saved_what_was_paused_since() {
    assert_eq!(exposure(&Story::in_stage_1().run, morning()).saved_by_resuming_after_stage_1, None);
    let mut story = Story::ended();
    let end = story.span(Phase::Stage1).ended_at.unwrap();
    story.wait(30);
    story.act(ActionKind::Resume);
    let resumed = story.now;
    story.wait(500);
    let exposed = exposure(&story.run, story.now);
    assert_eq!(exposed.saved_by_resuming_after_stage_1, Some(resumed.length_since(end)));
    let mut story = Story::in_stage_2();
    story.act(ActionKind::Resume);
    story.wait(600);
    let saved = exposure(&story.run, story.now).saved_by_resuming_after_stage_1;
    assert_eq!(saved, Some(secs(1).into()), "only the second it took to resume");
}

#[test]
fn the_end_of_the_record_ends_the_count() {
    let mut story = Story::in_stage_2();
    story.tell(Event::RunEnded(Ending::Quit));
    let at_end = exposure(&story.run, story.now);
    assert_eq!(exposure(&story.run, story.now + secs(9000)), at_end);
}

#[test]
fn the_exposure_is_in_the_summary_in_seconds() {
    let mut story = with_budget(200);
    story.wait(100);
    let summary = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    let exposed = &summary["exposure"];
    assert_eq!(exposed["present_pause_seconds"], 100.0);
    assert_eq!(exposed["total_seconds"], 100.0);
    assert_eq!(exposed["budget_seconds"], 200.0);
    assert_eq!(exposed["used_percent"], 50);
    assert_eq!(exposed["saved_by_resuming_after_stage_1_seconds"], serde_json::Value::Null);
    let throughout = &exposed["earliest_safe_resume"]["paused_throughout"];
    assert_eq!(throughout["condition"], "once the test is declared over");
}
