//! Baseline, epochs, rates, progress and forecast.

use super::*;

fn baseline(story: &Story) -> &Baseline {
    story.run.download.baseline.as_ref().unwrap()
}

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
    assert_eq!(forecast(&story.run, story.now).done_between, None);
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
fn rates_are_measured_over_the_windows_they_claim() {
    let mut story = Story::in_stage_1();
    let mut value = 10_412;
    for step in [50_u64, 50, 50, 500, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50] {
        value += step;
        story.polls(5, &[value]);
    }
    let download = &story.run.download;
    assert!((download.current_per_second.unwrap() - 10.0).abs() < 1e-9, "the last minute has no burst");
    assert!((download.peak_per_second.unwrap() - 55.0).abs() < 1e-9, "over 10 s, not over 5");
    assert!((download.mean_per_second.unwrap() - 1300.0 / 85.0).abs() < 1e-9);
    assert_eq!(download.rates.len(), 17);
}

#[test]
fn the_chart_stays_bounded_and_keeps_its_average() {
    let mut story = Story::in_stage_1();
    let mut value = 10_412;
    for step in 0..5000_u64 {
        value += 40 + step % 3;
        story.polls(5, &[value]);
    }
    let rates = &story.run.download.rates;
    assert!(rates.len() <= 512 && rates.len() >= 256);
    assert!(rates.iter().all(|sample| (sample.per_second - 8.2).abs() < 0.3));
    assert!(rates.iter().zip(rates.iter().skip(1)).all(|(a, b)| a.at < b.at));
}

#[test]
fn the_forecast_is_a_range_around_the_measured_rates() {
    let mut story = Story::in_stage_1();
    story.threads(128);
    story.polls(10, &[10_812, 11_212]);
    let forecast = forecast(&story.run, story.now);
    let (soonest, latest) = forecast.done_between.unwrap();
    let at_measured_rate = story.now + Elapsed::from_millis(1862 * 1000 / 40);
    assert!(soonest < at_measured_rate && at_measured_rate < latest);
    assert!(latest.since(soonest) < secs(20));
    assert_eq!(forecast.time_per_get, Some(Elapsed::from_millis(3200)));
}

#[test]
fn what_was_fetched_before_a_late_baseline_may_end_stage_1_at_any_time() {
    let mut story = Story::connected();
    story.listing(1331, 1331, ListingCause::Start);
    story.marker(Marker::DownloadStarted);
    story.polls(10, &[10_412, 10_812, 11_212]);
    assert!(baseline(&story).late);
    let (soonest, latest) = forecast(&story.run, story.now).done_between.unwrap();
    assert_eq!(soonest, story.now);
    assert!(latest > story.now + secs(40));
}

#[test]
fn nothing_is_forecast_without_a_rate_without_a_target_or_outside_stage_1() {
    let mut story = Story::in_stage_1();
    assert_eq!(forecast(&story.run, story.now), Forecast::default());
    story.polls(10, &[13_074]);
    assert_eq!(forecast(&story.run, story.now).done_between, None, "nothing is left");
    story.marker(Marker::DownloadComplete);
    assert_eq!(forecast(&story.run, story.now), Forecast::default());
}

#[test]
fn a_forecast_falls_silent_once_it_is_overdue_or_the_appliance_is_away() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[10_812, 11_212]);
    assert!(forecast(&story.run, story.now).done_between.is_some());
    assert_eq!(forecast(&story.run, story.now + secs(3600)).done_between, None);
    story.wait(60);
    assert!(story.run.reported.dr_lost.is_some());
    assert_eq!(forecast(&story.run, story.now), Forecast::default());
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
    assert_eq!(forecast(&story.run, story.now), Forecast::default());
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

#[test]
fn the_mean_of_all_objects_is_that_of_the_moment_the_last_one_came() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[11_412, 12_412]);
    assert_eq!(story.run.download.mean_of_all, None, "objects are still to come");
    story.polls(10, &[13_074, 13_074, 13_074, 13_074]);
    let download = &story.run.download;
    assert_eq!(download.mean_of_all, Some(2662.0 / 30.0));
    assert_eq!(download.mean_per_second, Some(2662.0 / 60.0), "that goes on to fall");
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
