//! What the GET counter counts: epochs, progress, the closing reading, stalls.

use super::*;

#[test]
fn a_counter_that_falls_in_stage_1_opens_an_epoch_that_counts_from_zero() {
    let mut story = Story::in_stage_1();
    story.polls(5, &[11_412, 300, 500]);
    let download = &story.run.download;
    assert_eq!(download.epochs.len(), 2);
    assert_eq!((download.epochs[1].first, download.epochs[1].last), (GetCount(0), GetCount(500)));
    assert_eq!(download.downloaded(), Some(ObjectCount(1500)));
    assert_eq!(story.finding(Code::CounterReset).severity, FindingSeverity::Attention);
    let progress = progress(&story.run);
    let (since_restart, downloaded) = (ObjectCount(500), ObjectCount(1500));
    assert_eq!(progress, Progress::AfterReset { since_restart, downloaded });
    assert_eq!(progress.percent(), None);
    assert_eq!(forecast(&story.run, story.now).end, None);
}

#[test]
fn a_restart_of_rfsd_opens_an_epoch_without_losing_what_was_counted() {
    let mut story = Story::in_stage_1();
    story.polls(5, &[11_412]);
    story.tell(Event::RfsdRestarted { before: 7, after: 8, line: line("rfsd", Arrival::Live, None) });
    story.polls(5, &[11_500, 11_600]);
    let download = &story.run.download;
    assert_eq!(download.epochs.len(), 2);
    assert_eq!(download.epochs[1].first, GetCount(11_412));
    assert!(download.epochs[1].reason.contains("process 7 became 8"));
    assert_eq!(download.downloaded(), Some(ObjectCount(1188)));
    assert!(story.findings(Code::CounterReset).is_empty());
    assert_eq!(story.finding(Code::RfsdRestarted).severity, FindingSeverity::Attention);
}

#[test]
fn one_restart_is_one_epoch_whichever_is_seen_first() {
    for restart_first in [true, false] {
        let mut story = Story::in_stage_1();
        story.polls(5, &[11_412]);
        let restart = Event::RfsdRestarted { before: 7, after: 8, line: line("rfsd", Arrival::Live, None) };
        if restart_first {
            story.tell(restart);
            story.polls(5, &[20, 90]);
        } else {
            story.polls(5, &[20]);
            story.tell(restart);
            story.polls(5, &[90]);
        }
        let epochs = &story.run.download.epochs;
        assert_eq!(epochs.len(), 2, "{epochs:?}");
        assert!(epochs[1].reason.contains("process 7 became 8"));
    }
}

#[test]
fn progress_passes_100_percent_honestly_and_awaits_the_marker() {
    let mut story = Story::in_stage_1();
    story.polls(5, &[10_412 + 2661]);
    assert_eq!(progress(&story.run).percent(), Some(99), "99.96 % is not 100");
    story.polls(5, &[10_412 + 2662]);
    let expected = ObjectCount(2662);
    assert_eq!(progress(&story.run), Progress::AwaitingMarker { downloaded: expected, expected });
    assert!(story.findings(Code::MoreThanExpected).is_empty());
    story.polls(5, &[10_412 + 2800]);
    assert_eq!(progress(&story.run).percent(), Some(105));
    assert_eq!(story.run.phase(), Phase::Stage1, "only a marker ends the stage");
    assert_eq!(story.finding(Code::MoreThanExpected).severity, FindingSeverity::Info);
}

#[test]
fn one_reading_after_stage_1_closes_the_count() {
    let mut story = Story::in_stage_1();
    story.polls(5, &[13_000]);
    story.wait(3);
    story.marker(Marker::DownloadComplete);
    assert_eq!(story.run.download.downloaded(), Some(ObjectCount(2588)));
    story.polls(60, &[13_074, 19_000]);
    assert_eq!(story.run.download.downloaded(), Some(ObjectCount(2662)));
    assert_eq!(story.run.download.counter.unwrap().0, GetCount(19_000));
    let mean = story.run.download.mean_per_second.unwrap();
    assert!((mean - 2662.0 / 8.0).abs() < 1e-9, "{mean}");
    assert_eq!(story.run.download.current_per_second, None);
}

#[test]
fn a_reading_asked_for_before_stage_1_ended_does_not_close_the_count() {
    let mut story = Story::in_stage_1();
    story.polls(5, &[13_000]);
    story.wait(3);
    story.marker(Marker::DownloadComplete);
    // Its answer was on the way when the line that ends the stage came.
    story.wait(1);
    let reading = Reading::Known(GetCount(13_071));
    story.tell(Event::CounterRead(Answer { took: secs(2), ..answer(reading) }));
    assert_eq!(story.run.download.downloaded(), Some(ObjectCount(2659)));
    story.polls(1, &[13_074, 19_000]);
    assert_eq!(story.run.download.downloaded(), Some(ObjectCount(2662)));
}

#[test]
fn a_reading_that_came_just_after_stage_1_is_followed_by_one_more() {
    let mut story = Story::in_stage_1();
    story.polls(5, &[13_000]);
    story.wait(3);
    story.marker(Marker::DownloadComplete);
    // Its last byte came early enough, but silence and queue kept it from the record for a moment.
    story.now = story.now + Elapsed::from_millis(76);
    let reading = Reading::Known(GetCount(13_071));
    story.tell(Event::CounterRead(Answer { took: Elapsed::from_millis(2), ..answer(reading) }));
    story.polls(1, &[13_074]);
    assert_eq!(story.run.download.downloaded(), Some(ObjectCount(2662)));
    story.polls(60, &[19_000]);
    assert_eq!(
        story.run.download.downloaded(),
        Some(ObjectCount(2662)),
        "what comes later is not of stage 1"
    );
}

#[test]
fn a_stall_is_due_once_and_over_with_the_next_rise() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[10_500, 10_500]);
    story.polls(60, &[10_500]);
    assert!(story.findings(Code::Stalled).is_empty());
    story.polls(60, &[10_500, 10_500, 10_500]);
    story.wait(1);
    assert!(story.finding(Code::Stalled).is_open());
    assert_eq!(forecast(&story.run, story.now).end, None);
    story.polls(5, &[10_501]);
    assert_eq!(story.finding(Code::Stalled).closed_at, Some(story.now));
    story.polls(130, &[10_501]);
    story.wait(1);
    assert_eq!(story.findings(Code::Stalled).len(), 2, "a new stall is a new finding");
}

#[test]
fn without_readings_there_is_no_stall() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[10_500]);
    story.wait(3000);
    assert!(story.findings(Code::Stalled).is_empty());
}

#[test]
fn restarts_beyond_the_limit_of_the_list_lose_nothing_that_was_counted() {
    let mut story = Story::in_stage_1();
    story.polls(5, &[11_412]);
    let restarts = LIST_LIMIT as u64 + 3;
    for object in 1..=restarts {
        story.tell(Event::RfsdRestarted { before: 7, after: 8, line: line("rfsd", Arrival::Live, None) });
        story.counter(11_412 + object);
    }
    let download = &story.run.download;
    assert_eq!((download.epochs.len(), story.run.dropped.epochs), (LIST_LIMIT, 4));
    assert_eq!(download.downloaded(), Some(ObjectCount(1000 + restarts)));
}

#[test]
fn a_pair_that_is_one_machine_infers_no_start_from_its_counter() {
    for (serial, phase) in [("one", Phase::Prepare), ("other", Phase::Stage1)] {
        let mut story = Story::new();
        for (role, serial) in [(Role::Primary, "one"), (Role::Dr, serial)] {
            story.tell(Event::LinkChanged { role, link: Link::Connected });
            story.tell(Event::Identified { role, identity: identity("name", serial), raw: String::new() });
        }
        story.service_stopped();
        story.polls(5, &[100]);
        story.service_runs();
        story.polls(5, &[200, 300, 400]);
        assert_eq!(story.run.phase(), phase, "the DR appliance's serial: {serial}");
    }
}

#[test]
fn a_test_declared_over_in_stage_1_ends_its_rate_and_its_stall() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[10_500, 10_600]);
    story.polls(60, &[10_600, 10_600, 10_600]);
    assert!(story.run.reported.stalled.is_some() && story.run.download.current_per_second.is_some());
    story.attest(Statement::TestOver);
    assert_eq!((story.run.reported.stalled, story.run.download.current_per_second), (None, None));
}

/// The objects and whether there is a mean rate, by the summary, and whether they are among what was not proven.
fn counted_and_proven(story: &Story) -> (Option<ObjectCount>, bool, bool) {
    let summary = summarise(&story.run, story.now, head());
    let is_not_proven = summary.test.not_proven.iter().any(|text| text.starts_with("How many objects were"));
    (summary.download.downloaded, summary.download.mean_per_second.is_some(), is_not_proven)
}

#[test]
fn a_stage_1_whose_end_no_reading_shows_has_neither_a_total_nor_a_mean() {
    let unreadable = || Event::CounterRead(answer(Reading::Unreadable));
    for (polls, at_least) in [(&[][..], 0), (&[11_000, 11_600][..], 1188)] {
        for is_answered in [true, false] {
            let mut story = Story::in_stage_1();
            story.polls(5, polls);
            // Either it is answered in words that nobody knows, or not at all.
            story.wait(if is_answered { 9 } else { 90 });
            if is_answered {
                story.tell(unreadable());
            }
            story.marker(Marker::DownloadComplete);
            assert_eq!(counted_and_proven(&story), (None, false, true));
            assert_eq!(progress(&story.run), Progress::CutOff { at_least: ObjectCount(at_least) });
            story.marker(Marker::NamespaceComplete);
            assert_eq!(counted_and_proven(&story), (None, false, true));
            // As a reading once the stage is over shows all of it.
            story.wait(60);
            story.counter(10_412 + 2662);
            assert_eq!(counted_and_proven(&story), (Some(ObjectCount(2662)), true, false));
        }
    }
}

#[test]
fn the_count_of_a_stage_1_that_was_read_shortly_before_its_end_is_one() {
    let mut story = Story::in_stage_1();
    story.polls(5, &[12_412]);
    story.wait(60);
    story.marker(Marker::DownloadComplete);
    assert_eq!(counted_and_proven(&story), (Some(ObjectCount(2000)), true, false));
}

#[test]
fn answers_long_after_stage_1_decide_nothing_about_its_count() {
    let mut story = Story::in_stage_1();
    story.polls(5, &[12_412]);
    story.wait(4);
    story.marker(Marker::DownloadComplete);
    // rfsd has begun anew, so that no later reading counts.
    story.polls(5, &[3, 4]);
    assert_eq!(counted_and_proven(&story), (Some(ObjectCount(2000)), true, false));
    story.wait(7200);
    story.tell(Event::CounterRead(answer(Reading::Unreadable)));
    assert_eq!(counted_and_proven(&story), (Some(ObjectCount(2000)), true, false));
    // Nor does an answer that can be read again, but counts nothing of it.
    let mut story = Story::in_stage_1();
    story.polls(5, &[12_412]);
    story.tell(Event::CounterRead(answer(Reading::Unreadable)));
    story.marker(Marker::DownloadComplete);
    story.polls(5, &[3, 4]);
    assert_eq!(counted_and_proven(&story), (None, false, true));
}

#[test]
fn a_counter_that_is_seldom_read_is_counted_by_its_own_measure() {
    let mut story = Story::in_stage_1();
    story.polls(120, &[11_412, 12_412]);
    story.wait(119);
    story.marker(Marker::DownloadComplete);
    assert_eq!(counted_and_proven(&story), (Some(ObjectCount(2000)), true, false));
}

#[test]
fn readings_before_a_late_sign_of_stage_1_are_counted_to_the_last() {
    let mut story = Story::connected();
    story.service_stopped();
    story.counter(10_412);
    story.tell(Event::BaselineTaken { user: "eng".to_owned() });
    story.polls(60, &[10_412; 10]);
    story.polls(5, &[10_500]);
    story.marker(Marker::DownloadComplete);
    assert!(story.run.uncounted_from().is_none(), "{:?}", story.run.uncounted_from());
}
