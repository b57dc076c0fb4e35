//! Predictions on record, standstills, and the model of the GETs.

use super::stage_2::{at_hour, in_stage_2_after, past};
use super::*;

fn predict(story: &mut Story) -> Option<Prediction> {
    let due = prediction_due(&story.run, story.now);
    if let Some(prediction) = due {
        story.tell(Event::Predicted(prediction));
    }
    due
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
    assert_eq!(expected.total, exposed.total.unwrap().exact().saturating_add(secs(36_000)));
    assert!(expected.at_least, "the time in use comes on top");
}
