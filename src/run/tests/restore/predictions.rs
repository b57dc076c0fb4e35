//! Predictions on record, stage 2 against past runs, standstills, and the model of the GETs.

use super::*;

fn past(hours_and_minutes: (u64, u64), objects: u64, release: &str) -> PastRun {
    let (hours, minutes) = hours_and_minutes;
    PastRun {
        run: RunId(format!("2026010{hours:01}T080000Z-{minutes:06}")),
        release: Some(release.to_owned()),
        objects: Some(ObjectCount(objects)),
        stage_2: secs(hours * 3600 + minutes * 60),
        log_lines_per_10_minutes: vec![120, 60, 27, 10, 10, 10, 50],
    }
}

/// Stage 2 begins at this moment, with 2,662 objects on release 4.4.1.
fn in_stage_2_after(history: Vec<PastRun>) -> Story {
    let mut story = Story::with(|started| started.history = history);
    story.meet();
    let identity = Identity { release: Some("4.4.1".to_owned()), ..identity("dr", "serial-dr") };
    story.tell(Event::Identified { role: Role::Dr, identity, raw: String::new() });
    story.act(ActionKind::Pause);
    story.listing(1331, 1331, ListingCause::Paused);
    story.counter(10_412);
    story.marker(Marker::DownloadStarted);
    story.polls(10, &[11_412, 12_412, 13_074]);
    story.marker(Marker::DownloadComplete);
    story
}

fn predict(story: &mut Story) -> Option<Prediction> {
    let due = prediction_due(&story.run, story.now);
    if let Some(prediction) = due {
        story.tell(Event::Predicted(prediction));
    }
    due
}

fn at_hour(story: &mut Story, hour: u64) -> Stage2 {
    story.now = story.span(Phase::Stage2).started_at.unwrap() + secs(hour * 3600);
    stage_2(&story.run, story.now).unwrap()
}

#[test]
fn without_a_past_run_of_its_kind_stage_2_has_no_history_at_any_hour() {
    let others = vec![past((11, 0), 2662, "4.3.0"), past((11, 0), 9000, "4.4.1")];
    for (history, said) in [
        (Vec::new(), "no past run of this size and release to compare with"),
        (
            others,
            "no past run of this size and release to compare with; 2 of another or unknown size or release are left out",
        ),
    ] {
        let mut story = in_stage_2_after(history);
        for hour in [1, 6, 14] {
            let compared = at_hour(&mut story, hour);
            assert_eq!(
                (compared.to_string().as_str(), compared.in_short()[0].as_str()),
                (said, "no past run")
            );
            assert_eq!(forecast(&story.run, story.now).end, None);
            assert_eq!(compared.median, None);
        }
    }
}

#[test]
fn one_past_run_is_named_and_gives_no_forecast() {
    let mut story = in_stage_2_after(vec![past((11, 42), 2662, "4.4.1")]);
    let one = "the one past run of this size and release took 11:42:00";
    assert_eq!(at_hour(&mut story, 1).to_string(), one);
    assert_eq!(at_hour(&mut story, 6).to_string(), one);
    assert_eq!(at_hour(&mut story, 14).to_string(), format!("{one}; this one takes longer"));
    assert_eq!(at_hour(&mut story, 6).in_short(), ["11:42:00 in 1 past run", "past run 11:42:00"]);
    assert_eq!(forecast(&story.run, story.now).end, None);
}

#[test]
fn three_past_runs_give_a_band_until_all_of_them_were_over() {
    let lengths = [(11, 42), (10, 0), (12, 30)];
    let mut history: Vec<_> = lengths.into_iter().map(|length| past(length, 3000, "4.4.1")).collect();
    history.push(past((1, 0), 200_000, "4.4.1"));
    let mut story = in_stage_2_after(history);
    let begun = story.span(Phase::Stage2).started_at.unwrap();
    let all = "3 past runs of this size and release took 10:00:00 to 12:30:00, median 11:42:00";
    let left_out = "; 1 of another or unknown size or release is left out";
    for hour in [1, 6] {
        assert_eq!(at_hour(&mut story, hour).to_string(), format!("{all}{left_out}"));
        let end = forecast(&story.run, story.now).end.unwrap();
        assert_eq!((end.earliest, end.latest), (begun + secs(36_000), begun + secs(45_000)));
        assert_eq!(end.likely, begun + secs(42_120));
    }
    // At the eleventh hour the shortest is over, so it no longer counts.
    assert_eq!(
        at_hour(&mut story, 11).to_string(),
        format!("{all}; this one takes longer than 1 of them{left_out}")
    );
    assert_eq!(forecast(&story.run, story.now).end.unwrap().earliest, begun + secs(42_120));
    let late = at_hour(&mut story, 14);
    assert_eq!(late.to_string(), format!("{all}; this one takes longer than all of them{left_out}"));
    assert_eq!(forecast(&story.run, story.now).end, None);
    assert_eq!((late.past_runs, late.other_runs, late.past_runs_over_by_then), (3, 1, 3));
}

#[test]
fn twenty_past_runs_are_summed_up_in_the_summary_without_a_percentage() {
    let history = (0..20).map(|run| past((8, run * 10 % 60), 2000 + run * 50, "4.4.1")).collect();
    let mut story = in_stage_2_after(history);
    at_hour(&mut story, 6);
    let json = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    let stage = &json["stage_2"];
    assert_eq!((&stage["past_runs"], &stage["elapsed_seconds"]), (&20.into(), &21_600.0.into()));
    assert_eq!(stage["median_seconds"], 8.0 * 3600.0 + 20.0 * 60.0);
    assert!(!stage.to_string().contains("percent"));
}

#[test]
fn an_unknown_release_or_size_is_of_no_kind() {
    let mut unknown = past((11, 0), 2662, "4.4.1");
    unknown.objects = None;
    let mut unnamed = past((11, 0), 2662, "4.4.1");
    unnamed.release = None;
    let mut story =
        in_stage_2_after(vec![unknown, unnamed, past((11, 0), u64::MAX, "4.4.1"), past((11, 0), 0, "4.4.1")]);
    assert_eq!(at_hour(&mut story, 1).past_runs, 0);
}

#[test]
fn the_log_of_the_past_run_at_the_same_age_is_found() {
    let mut story = in_stage_2_after(vec![past((11, 42), 2662, "4.4.1")]);
    story.chunk(LogTally { lines: LineCount(40), ..LogTally::default() });
    story.wait(1200);
    let (_, lines) = activity_then(&story.run, story.now).unwrap();
    assert_eq!(lines, 3, "the third ten minutes had 27 lines, which is 2.7 a minute");
    assert_eq!(stage_2(&story.run, story.now).unwrap().log_lines_per_10_minutes, [40, 0]);
    at_hour(&mut story, 6);
    assert_eq!(activity_then(&story.run, story.now), None, "it was not recorded so long");
}

#[test]
fn stage_1_is_predicted_at_its_beginning_and_at_each_quarter_and_scored_at_its_end() {
    let mut story = Story::in_stage_1();
    assert_eq!(predict(&mut story), None, "there is no rate yet");
    let mut made = Vec::new();
    for step in 1..=26_u64 {
        story.polls(10, &[10_412 + step * 100]);
        made.extend(predict(&mut story).map(|prediction| prediction.basis));
        assert_eq!(predict(&mut story), None, "it is on record");
    }
    let percent = |basis: &Basis| matches!(basis, Basis::Counted { percent } if *percent >= 22);
    assert_eq!(made.len(), 4, "{made:?}");
    assert!(made.iter().all(percent));
    story.polls(10, &[13_074]);
    story.marker(Marker::DownloadComplete);
    let scored = scored_predictions(&story.run);
    let ended = story.span(Phase::Stage1).ended_at;
    for prediction in &scored {
        assert_eq!((prediction.actual, prediction.within), (ended, Some(true)), "{prediction:?}");
        assert!(prediction.error_seconds.unwrap().abs() < 20.0);
    }
    let json = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    assert_eq!(json["predictions"].as_array().unwrap().len(), 4);
    assert_eq!(json["predictions"][0]["within"], true);
    assert_eq!(json["predictions"][0]["phase"], "stage-1");
}

#[test]
fn a_replay_up_to_a_prediction_gives_the_forecast_made_then() {
    let mut story = Story::in_stage_1();
    for step in 1..=20_u64 {
        story.polls(10, &[10_412 + step * step * 6]);
        predict(&mut story);
    }
    assert!(story.run.predictions.len() > 2);
    for made in &story.run.predictions {
        let mut replayed = Run::start(&story.records[0]).unwrap();
        let before = story.records.iter().take_while(|record| record.seq < made.record);
        before.for_each(|record| apply(&mut replayed, record));
        assert_eq!(forecast(&replayed, made.at).end, made.prediction.end);
        assert_eq!(prediction_due(&replayed, made.at), Some(made.prediction));
    }
}

#[test]
fn an_end_outside_the_band_is_scored_as_missed_with_its_sign() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[10_512, 10_612, 10_712, 10_812, 10_912, 11_012]);
    predict(&mut story).unwrap();
    story.wait(7200);
    story.marker(Marker::DownloadComplete);
    let scored = scored_predictions(&story.run);
    assert_eq!(scored[0].within, Some(false));
    assert!(scored[0].error_seconds.unwrap() < -3600.0, "it was predicted too early");
}

#[test]
fn stage_2_is_predicted_each_hour_even_where_no_end_can_be_given() {
    let mut story = in_stage_2_after(Vec::new());
    let first = predict(&mut story).unwrap();
    assert_eq!((first.phase, first.end, first.basis), (Phase::Stage2, None, Basis::PastRuns { runs: 0 }));
    let mut made = 0;
    for _ in 0..720 {
        story.wait(10);
        made += usize::from(predict(&mut story).is_some());
    }
    assert_eq!(made, 2, "in two hours");
    story.final_lines();
    assert_eq!(predict(&mut story), None, "it is over");
    assert!(scored_predictions(&story.run).iter().all(|scored| scored.within.is_none()));
}

#[test]
fn each_kind_of_standstill_is_named_and_ends_the_forecast() {
    let standstill = |story: &Story| {
        let forecast = forecast(&story.run, story.now);
        assert_eq!(forecast.end, None);
        forecast.standstill
    };
    let mut story = Story::in_stage_1();
    story.polls(10, &[10_812, 11_212]);
    let last = story.now;
    let moving = forecast(&story.run, story.now);
    assert!(moving.end.is_some() && moving.standstill.is_none());
    let mut refused = Story { run: story.run.clone(), now: story.now, records: Vec::new() };
    for _ in 0..3 {
        refused.wait(10);
        refused.tell(Event::CounterRead(answer(Reading::Refused("% no".to_owned()))));
    }
    assert_eq!(standstill(&refused), Some(Standstill::PollFailed(last)));
    let mut silent = Story { run: story.run.clone(), now: story.now, records: Vec::new() };
    silent.wait(61);
    assert_eq!(standstill(&silent), Some(Standstill::DataStale(last)));
    let mut flat = Story { run: story.run.clone(), now: story.now, records: Vec::new() };
    flat.polls(10, &[11_212; 13]);
    flat.wait(1);
    assert_eq!(standstill(&flat), Some(Standstill::CounterFlat(last)));
    story.polls(10, &[13_074]);
    assert_eq!(standstill(&story), Some(Standstill::AwaitingMarker(story.now)));
}

#[test]
fn silence_moves_the_end_on_and_never_nearer() {
    let mut story = Story::in_stage_1();
    story.polls(5, &(1..=30).map(|step| 10_412 + step * 40).collect::<Vec<_>>());
    let ends = [0, 20, 40, 55].map(|silent| forecast(&story.run, story.now + secs(silent)).end.unwrap());
    assert!(ends.windows(2).all(|pair| pair[0].likely < pair[1].likely), "{ends:?}");
}

#[test]
fn the_time_per_get_is_compared_between_numbers_of_threads() {
    let mut story = Story::in_stage_1();
    story.threads(16);
    story.polls(10, &(1..=10).map(|step| 10_412 + step * 50).collect::<Vec<_>>());
    let few = get_speed(&story.run).unwrap();
    assert_eq!((few.threads, few.time_per_get), (ThreadCount(16), Elapsed::from_millis(3200)));
    assert_eq!(few.advice(ThreadCount(128)).unwrap(), "128 threads may give 2.5 to 8.0x");
    let bounds = few
        .estimates
        .iter()
        .map(|estimate| (estimate.from_per_second.round(), estimate.to_per_second.round()));
    assert_eq!(bounds.collect::<Vec<_>>(), [(5.0, 5.0), (9.0, 20.0), (12.0, 40.0)]);
    story.threads(128);
    story.polls(10, &(1..=10).map(|step| 10_912 + step * 125).collect::<Vec<_>>());
    let many = get_speed(&story.run).unwrap();
    assert_eq!(
        many.before,
        Some(SpeedBefore { threads: ThreadCount(16), time_per_get: Elapsed::from_millis(3200) })
    );
    assert_eq!(many.trend, Some(Trend::Steady));
    let said = many.advice(ThreadCount(128)).unwrap();
    assert_eq!(said, "queued: 3.2 s at 16, 10.2 s at 128");
}

#[test]
fn gets_that_take_longer_at_the_same_threads_are_said_and_steady_ones_are_not() {
    let mut story = Story::in_stage_1();
    story.threads(128);
    let mut value = 10_412;
    for step in 0..12_u64 {
        value += 120 - step * 8;
        story.polls(10, &[value]);
    }
    let speed = get_speed(&story.run).unwrap();
    assert_eq!(speed.trend, Some(Trend::Growing));
    assert!(speed.advice(ThreadCount(128)).unwrap().contains("longer than at first"));
    let mut steady = Story::in_stage_1();
    steady.threads(128);
    steady.polls(10, &(1..=12).map(|step| 10_412 + step * 80).collect::<Vec<_>>());
    assert_eq!(get_speed(&steady.run).unwrap().advice(ThreadCount(128)), None);
}

#[test]
fn the_expected_exposure_follows_the_forecast() {
    let lengths = [(10, 0), (11, 0), (12, 0)];
    let mut story = in_stage_2_after(lengths.into_iter().map(|length| past(length, 2662, "4.4.1")).collect());
    at_hour(&mut story, 2);
    let exposed = exposure(&story.run, story.now);
    let expected = exposed.expected.unwrap();
    assert_eq!(Some(expected.until), forecast(&story.run, story.now).end.map(|end| end.latest));
    assert_eq!(expected.total, exposed.total.unwrap().saturating_add(secs(36_000)));
    assert!(expected.at_least, "the time in use comes on top");
}
