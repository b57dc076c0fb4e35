//! From which reading downloads are counted.

use super::*;

#[test]
fn the_baseline_moves_with_every_reading_before_stage_1() {
    let mut story = Story::connected();
    story.service_stopped();
    story.polls(5, &[100, 120, 120]);
    let last = story.run.last;
    assert_eq!(baseline(&story).value, GetCount(120));
    assert_eq!(baseline(&story).record, last);
    assert_eq!(progress(&story.run), Progress::NotCounted);
}

#[test]
fn a_chosen_baseline_stays() {
    let mut story = Story::connected();
    story.service_stopped();
    story.polls(5, &[100]);
    story.tell(Event::BaselineTaken { user: "eng".to_owned() });
    story.polls(5, &[120, 120]);
    assert!(baseline(&story).chosen);
    assert_eq!(baseline(&story).value, GetCount(100));
    story.service_runs();
    story.polls(5, &[200, 300]);
    assert_eq!(story.run.phase(), Phase::Stage1);
    assert_eq!(story.run.download.downloaded(), Some(ObjectCount(200)));
}

#[test]
fn a_baseline_read_only_once_the_service_runs_is_late() {
    let mut story = Story::connected();
    story.tell(Event::CounterRead(answer(Reading::ServiceDown)));
    story.wait(60);
    story.service_runs();
    let seen_running = story.now;
    story.polls(5, &[40, 90, 150]);
    assert_eq!(story.run.phase(), Phase::Stage1);
    assert_eq!(story.span(Phase::Stage1).started_at, Some(seen_running));
    assert!(baseline(&story).late);
    assert_eq!(baseline(&story).value, GetCount(40));
    assert!(story.finding(Code::BaselineLate).is_open());
}

#[test]
fn the_first_reading_of_all_in_stage_1_is_a_late_baseline() {
    let mut story = Story::connected();
    story.marker(Marker::DownloadStarted);
    assert_eq!(progress(&story.run), Progress::NotCounted);
    story.polls(5, &[40, 90]);
    assert!(baseline(&story).late);
    assert_eq!(progress(&story.run), Progress::WithoutTarget { downloaded: ObjectCount(50) });
    assert!(story.finding(Code::BaselineLate).is_open());
}

#[test]
fn a_late_baseline_may_be_replaced_in_stage_1_and_a_good_one_may_not() {
    let mut story = Story::connected();
    story.marker(Marker::DownloadStarted);
    story.polls(5, &[40, 90]);
    story.tell(Event::BaselineTaken { user: "eng".to_owned() });
    assert_eq!(baseline(&story).value, GetCount(90));
    let mut story = Story::in_stage_1();
    story.polls(5, &[10_500]);
    assert!(!story.run.may_choose_baseline());
    story.tell(Event::BaselineTaken { user: "eng".to_owned() });
    assert_eq!(baseline(&story).value, GetCount(10_412));
}

#[test]
fn a_counter_that_restarts_with_the_service_counts_from_zero() {
    let mut story = Story::connected();
    story.service_stopped();
    story.polls(5, &[10_412]);
    story.service_runs();
    story.polls(5, &[50, 120]);
    assert_eq!(story.run.phase(), Phase::Stage1);
    assert_eq!(baseline(&story).value, GetCount(0));
    assert_eq!(story.run.download.downloaded(), Some(ObjectCount(120)));
    assert!(!story.run.download.was_reset());
}

#[test]
fn a_counter_that_falls_before_stage_1_voids_a_chosen_baseline_and_says_so() {
    let mut story = Story::connected();
    story.service_stopped();
    story.polls(5, &[10_412]);
    story.tell(Event::BaselineTaken { user: "eng".to_owned() });
    story.service_runs();
    story.polls(5, &[50, 120]);
    assert_eq!(baseline(&story).value, GetCount(0));
    assert_eq!(story.finding(Code::CounterReset).severity, FindingSeverity::Info);
}

#[test]
fn a_counter_that_begins_again_at_zero_has_not_risen_yet() {
    let mut story = Story::connected();
    story.service_stopped();
    story.polls(5, &[100]);
    story.service_runs();
    story.polls(5, &[0]);
    assert_eq!(story.run.download.successive_rises, 0);
    story.polls(5, &[40]);
    assert_eq!((story.run.download.successive_rises, story.run.phase()), (1, Phase::Prepare));
}

#[test]
fn a_baseline_is_late_only_if_every_reading_came_while_the_service_ran() {
    let mut story = Story::connected();
    story.polls(5, &[100]);
    assert!(!baseline(&story).late, "nothing tells that the service runs");
    story.service_runs();
    story.polls(5, &[100]);
    assert!(baseline(&story).late);
    let mut story = Story::connected();
    story.service_stopped();
    story.polls(5, &[100]);
    story.service_runs();
    story.polls(5, &[100]);
    assert!(!baseline(&story).late, "one reading came before");
}

#[test]
fn a_baseline_read_after_the_time_of_the_line_that_begins_stage_1_is_late() {
    for (written_before, late) in [(3, true), (0, false)] {
        let mut story = Story::connected();
        story.polls(5, &[100]);
        let stamp = story.now.before(secs(written_before));
        story.wait(10);
        story.marker_as(Marker::DownloadStarted, Arrival::CaughtUp, Some(stamp));
        assert_eq!(story.span(Phase::Stage1).started_at, Some(stamp));
        assert_eq!(baseline(&story).late, late, "written {written_before} s before");
    }
}

#[test]
fn a_single_rise_before_the_line_that_begins_stage_1_makes_no_baseline_late() {
    let mut story = Story::connected();
    story.polls(5, &[100, 120]);
    story.marker(Marker::DownloadStarted);
    assert_eq!((baseline(&story).value, baseline(&story).late), (GetCount(100), false));
}

#[test]
fn a_baseline_read_in_the_moment_the_service_was_first_seen_to_run_is_late() {
    let mut story = Story::connected();
    story.tell(Event::CounterRead(answer(Reading::ServiceDown)));
    story.wait(60);
    story.service_runs();
    let seen_running = story.now;
    story.counter(40);
    story.polls(5, &[90, 150]);
    assert_eq!(story.span(Phase::Stage1).started_at, Some(seen_running));
    assert!(baseline(&story).at == seen_running && baseline(&story).late);
}

#[test]
fn a_baseline_read_in_the_moment_stage_1_ends_stays_and_a_later_one_counts_nothing() {
    for (ended_before, stays) in [(0, true), (1, false)] {
        let mut story = Story::connected();
        story.marker(Marker::DownloadStarted);
        story.polls(5, &[100]);
        let stamp = story.now.before(secs(ended_before));
        story.marker_as(Marker::DownloadComplete, Arrival::CaughtUp, Some(stamp));
        assert_eq!(story.run.phase(), Phase::Stage2);
        assert_eq!(story.run.download.baseline.is_some(), stays, "ended {ended_before} s before");
    }
}
