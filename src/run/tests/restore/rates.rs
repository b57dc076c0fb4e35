//! How fast stage 1 downloads, and when it may be done.

use super::*;

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
    let (soonest, latest) = forecast.end.map(|end| (end.earliest, end.latest)).unwrap();
    let at_measured_rate = story.now + Elapsed::from_millis(1862 * 1000 / 40);
    assert!(soonest < at_measured_rate && at_measured_rate < latest);
    assert!(latest.since(soonest) < secs(80));
    assert_eq!(forecast.time_per_get, Some(Elapsed::from_millis(3200)));
}

#[test]
fn what_was_fetched_before_a_late_baseline_may_end_stage_1_at_any_time() {
    let mut story = Story::connected();
    story.listing(1331, 1331, ListingCause::Start);
    story.marker(Marker::DownloadStarted);
    story.polls(10, &[10_412, 10_812, 11_212]);
    assert!(baseline(&story).late);
    let (soonest, latest) =
        forecast(&story.run, story.now).end.map(|end| (end.earliest, end.latest)).unwrap();
    assert_eq!(soonest, story.now);
    assert!(latest > story.now + secs(40));
}

#[test]
fn nothing_is_forecast_without_a_rate_without_a_target_or_outside_stage_1() {
    let mut story = Story::in_stage_1();
    assert_eq!(forecast(&story.run, story.now), Forecast::default());
    story.polls(10, &[13_074]);
    assert_eq!(forecast(&story.run, story.now).end, None, "nothing is left");
    story.marker(Marker::DownloadComplete);
    assert_eq!(forecast(&story.run, story.now), Forecast::default());
}

#[test]
fn a_forecast_falls_silent_once_it_is_overdue_or_the_appliance_is_away() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[10_812, 11_212]);
    assert!(forecast(&story.run, story.now).end.is_some());
    assert_eq!(forecast(&story.run, story.now + secs(3600)).end, None);
    story.wait(60);
    assert!(story.run.dr.reported_lost.is_some());
    assert_eq!(forecast(&story.run, story.now).end, None);
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
fn a_mean_over_stage_1_needs_its_beginning() {
    // Read at rest long before, and nothing shows when the stage began.
    let mut story = Story::connected();
    story.service_stopped();
    story.counter(100);
    story.wait(3 * 86_400);
    story.counter(2762);
    story.marker(Marker::DownloadComplete);
    assert_eq!(story.run.download.downloaded(), Some(ObjectCount(2662)));
    assert_eq!(story.run.download.mean_per_second, None);
    // All that was counted since is of the stage where its service ran already.
    let mut story = Story::connected();
    story.service_runs();
    story.counter(100);
    story.wait(10);
    story.counter(200);
    story.marker(Marker::DownloadComplete);
    assert!(baseline(&story).late && story.span(Phase::Stage1).started_at.is_none());
    assert_eq!(story.run.download.mean_per_second, Some(10.0));
}

#[test]
fn a_count_given_with_a_saved_log_is_spread_over_stage_1_alone() {
    let log = ImportedLog { made_at: Story::new().now, files: vec!["dr.log".to_owned()] };
    let mut story = Story::with(|started| started.imported = Some(log));
    story.counter(100);
    story.wait(600);
    story.marker(Marker::DownloadStarted);
    story.polls(2400, &[2762]);
    let rate = Some(2662.0 / 2400.0);
    assert_eq!(story.run.latest_rate(), rate);
    story.marker(Marker::DownloadComplete);
    let download = &story.run.download;
    assert_eq!((download.mean_per_second, download.peak_per_second), (rate, rate));
}
