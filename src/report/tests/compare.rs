//! Runs beside each other: what is compared, what is not and why, and how it reads.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::report::{Page, RecordedRun, compare, compare::Comparison, comparison_text};
use crate::run::{Epoch, Gap, LogOffset, Outcome, Precision, RateSample, ThreadCount};

/// A run of stage 1 from 250 to 4364 s and stage 2 to 8000 s, with so many threads.
fn recorded(name: &str, threads: u32, change: impl FnOnce(&mut Summary)) -> RecordedRun {
    let mut summary = restored();
    summary.gaps.clear();
    summary.download.peak_per_second = Some(0.8);
    change(&mut summary);
    let seconds = (250..4364).step_by(60).map(|seconds| (seconds, if seconds < 2000 { 0.8 } else { 0.4 }));
    RecordedRun {
        name: name.to_owned(),
        summary,
        rates: seconds.map(|(seconds, rate)| RateSample { at: at(seconds), per_second: rate }).collect(),
        threads: BTreeSet::from([ThreadCount(threads)]),
    }
}

/// The same three times as fast in stage 1.
fn fast(name: &str) -> RecordedRun {
    let mut run = recorded(name, 128, |summary| {
        summary.phases[1].ended_at = Some(at(1621));
        summary.phases[1].seconds = Some(Elapsed::from_secs(1371).into());
        summary.phases[2].started_at = Some(at(1621));
        summary.phases[2].ended_at = Some(at(5257));
        summary.download.mean_per_second = Some(1.941);
        summary.download.peak_per_second = Some(2.4);
    });
    run.rates.retain(|sample| sample.at <= at(1621));
    for sample in &mut run.rates {
        sample.per_second *= 3.0;
    }
    run
}

fn reset(summary: &mut Summary) {
    let second = Epoch { reason: "rfsd was restarted".to_owned(), ..summary.download.epochs[0].clone() };
    summary.download.epochs.push(second);
}

fn gap(from: u64, to: u64) -> Gap {
    Gap {
        from: at(from),
        to: at(to),
        offset: LogOffset(0),
        reason: "the connection was lost".to_owned(),
        record: None,
    }
}

fn page(columns: usize) -> Page {
    Page { columns: Some(columns), is_coloured: false }
}

fn value<'c>(comparison: &'c Value, name: &str, run: usize) -> &'c Value {
    let figures = comparison["figures"].as_array().unwrap();
    &figures.iter().find(|figure| figure["name"] == name).expect(name)["values"][run]
}

fn json(comparison: &Comparison) -> Value {
    serde_json::to_value(comparison).unwrap()
}

#[test]
fn sixteen_threads_and_128_are_told_apart_in_one_screen() {
    let text = comparison_text(&compare(&[recorded("slow", 16, |_| {}), fast("fast")]), page(80));
    assert!(text.lines().count() <= 26 && text.lines().all(|line| line.chars().count() <= 80), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn differences_have_a_direction_and_a_size() {
    let found = json(&compare(&[recorded("slow", 16, |_| {}), fast("fast")]));
    for (name, change, verdict) in [
        ("threads", 700.0, Value::Null),
        ("stage_1_seconds", -66.7, "better".into()),
        ("objects_per_second", 200.0, "better".into()),
        ("objects_per_second_per_thread", -62.5, "worse".into()),
        ("seconds_per_get", 166.7, "worse".into()),
        ("stage_2_seconds", 0.0, "equal".into()),
        ("recovery_seconds", -35.4, "better".into()),
    ] {
        let value = value(&found, name, 1);
        assert!((value["change_percent"].as_f64().unwrap() - change).abs() < 0.1, "{name}: {value}");
        assert_eq!(value["verdict"], verdict, "{name}");
        assert_eq!(
            found["figures"][0]["values"][0]["change_percent"],
            Value::Null,
            "the first is compared with none"
        );
    }
    let per_get = value(&found, "seconds_per_get", 0)["value"].as_f64().unwrap();
    assert!((per_get - 16.0 / 0.647).abs() < 0.001, "{per_get}");
    let per_1000 = value(&found, "stage_2_seconds_per_1000_objects", 0)["value"].as_f64().unwrap();
    assert!((per_1000 - 3636.0 / 2.662).abs() < 0.001, "{per_1000}");
}

#[test]
fn three_runs_with_a_reset_and_a_gap_say_what_cannot_be_compared() {
    let runs = [
        recorded("sound", 128, |_| {}),
        recorded("reset", 128, reset),
        recorded("gap", 128, |summary| summary.gaps.push(gap(1000, 1600))),
    ];
    let comparison = compare(&runs);
    insta::assert_snapshot!(
        [80, 120].map(|columns| comparison_text(&comparison, page(columns))).join("\n\n")
    );
    let found = json(&comparison);
    for name in
        ["objects_per_second", "peak_objects_per_second", "objects_per_second_per_thread", "seconds_per_get"]
    {
        let value = value(&found, name, 1);
        assert!(value["not_compared"].as_str().unwrap().contains("counter was reset"), "{value}");
        assert_eq!(
            [&value["value"], &value["change_percent"], &value["verdict"]],
            [&Value::Null; 3],
            "{name}"
        );
    }
    assert!(value(&found, "stage_1_seconds", 1)["value"].is_number(), "the markers tell its time");
    assert_eq!(value(&found, "peak_objects_per_second", 2)["value"], Value::Null);
    assert!(value(&found, "objects_per_second", 2)["value"].is_number(), "the counter goes on over a gap");
}

#[test]
fn nothing_is_compared_with_a_first_run_that_has_no_value() {
    let found = json(&compare(&[recorded("reset", 16, reset), recorded("sound", 16, |_| {})]));
    let sound = value(&found, "objects_per_second", 1);
    assert_eq!((sound["value"].as_f64(), &sound["change_percent"]), (Some(0.647), &Value::Null));
}

/// Why the figure of a run changed like that is not compared.
fn reason(name: &str, change: impl FnOnce(&mut Summary)) -> String {
    let found = json(&compare(&[recorded("a", 16, change), recorded("b", 16, |_| {})]));
    let value = value(&found, name, 0);
    assert_eq!(value["value"], Value::Null, "{value}");
    value["not_compared"].as_str().unwrap().to_owned()
}

#[test]
fn a_stage_has_a_time_only_where_both_its_ends_are_known() {
    let of = |change: fn(&mut Summary)| reason("stage_2_seconds", change);
    for (words, change) in [
        (
            "end of stage 2 lies in a gap (17:05:04 to 17:15:04 UTC)",
            (|run| run.gaps.push(gap(7800, 8400))) as fn(&mut Summary),
        ),
        ("beginning of stage 2 lies in a gap", |run| run.gaps.push(gap(4300, 4400))),
        ("only stated, and its log has a gap", |run| {
            run.gaps.push(gap(5000, 5100));
            run.phases[2].precision = Precision::Stated;
        }),
        ("end of stage 2 was not observed", |run| {
            (run.phases[2].ended_at, run.phases[2].precision) = (None, Precision::Unobserved);
        }),
        ("stage 2 was broken off", |run| {
            (run.phases[3].started_at, run.phases[3].ended_at, run.outcome) = (None, None, Outcome::Failed);
        }),
        ("stage 2 was not over", |run| run.phases[2].ended_at = None),
        ("never came to stage 2", |run| (run.phases[2].started_at, run.phases[2].ended_at) = (None, None)),
    ] {
        let said = of(change);
        assert!(said.contains(words), "{words} in {said}");
    }
    let caught_up = recorded("a", 16, |run| {
        run.gaps.push(gap(7800, 8400));
        run.phases[2].precision = Precision::Estimated;
    });
    let found = json(&compare(&[caught_up, fast("b")]));
    assert_eq!(value(&found, "stage_2_seconds", 0)["value"], 3636.0, "the appliance stamped the line");
}

#[test]
fn a_pause_that_is_only_bounded_is_not_compared_and_its_bound_is_said() {
    let of = |change: fn(&mut Summary)| reason("paused_seconds", change);
    assert!(of(|run| run.exposure.began_unseen = true).contains("at least 02:25:00"));
    assert!(of(|run| run.replication.state = Known::Paused).contains("still paused"));
    assert!(of(|run| run.replication.paused_seconds = None).contains("never read"));
}

#[test]
fn per_thread_needs_one_number_of_threads_over_all_of_stage_1() {
    for (threads, words) in [(&[][..], "were not read"), (&[16, 128][..], "changed in stage 1 (16, 128)")] {
        let mut run = recorded("a", 16, |_| {});
        run.threads = threads.iter().copied().map(ThreadCount).collect();
        let found = json(&compare(&[run, fast("b")]));
        for name in ["threads", "objects_per_second_per_thread", "seconds_per_get"] {
            let value = value(&found, name, 0);
            assert!(value["not_compared"].as_str().unwrap().contains(words), "{value}");
        }
        assert!(value(&found, "objects_per_second", 0)["value"].is_number());
    }
}

#[test]
fn a_stage_1_that_was_joined_in_the_middle_has_neither_mean_nor_peak() {
    for name in ["stage_1_seconds", "objects_per_second", "peak_objects_per_second"] {
        assert!(reason(name, |run| run.phases[1].started_at = None).contains("not observed"), "{name}");
    }
}

#[test]
fn the_curve_is_blank_where_nothing_was_measured() {
    let mut run = recorded("a", 16, |_| {});
    run.rates.retain(|sample| sample.at < at(1500) || sample.at > at(3000));
    let text = comparison_text(&compare(&[run, recorded("b", 16, |_| {})]), page(80));
    let row = text.lines().find(|line| line.contains("/s |") && line.contains('*')).expect("a chart");
    assert!(row.contains('2'), "only the second was measured there: {row}");
}

#[test]
fn a_comparison_of_runs_of_which_nothing_is_known_has_reasons_and_no_figures() {
    let nothing = || RecordedRun {
        rates: [].into(),
        threads: BTreeSet::new(),
        ..recorded("x", 16, |run| *run = unknown())
    };
    let comparison = compare(&[nothing(), nothing()]);
    let found = json(&comparison);
    for figure in found["figures"].as_array().unwrap() {
        assert_eq!(figure["values"][0]["value"], Value::Null, "{figure}");
        assert!(figure["values"][0]["not_compared"].is_string(), "{figure}");
    }
    assert!(!comparison_text(&comparison, page(80)).contains(" |"), "no chart");
}

#[test]
fn hostile_text_and_any_width_do_no_harm() {
    let evil = "a\u{1b}[2J\u{9b}1m\n\u{202e}b日本";
    let hostile = || {
        recorded(evil, 16, |run| {
            run.bucket.name = Some(evil.to_owned());
            run.gaps.push(gap(100, 9000));
        })
    };
    let comparison = compare(&[hostile(), fast("b"), hostile()]);
    for columns in 0..200 {
        let text = comparison_text(&comparison, page(columns));
        assert_eq!(text.lines().find_map(harm), None, "{text}");
    }
}

#[test]
fn the_json_of_a_comparison_has_the_keys_of_the_contract() {
    let mut found = json(&compare(&[recorded("slow", 16, |_| {}), fast("fast")]));
    for run in found["runs"].as_array_mut().unwrap() {
        run["rates"].as_array_mut().unwrap().truncate(1);
    }
    found["figures"].as_array_mut().unwrap().truncate(2);
    insta::assert_snapshot!(serde_json::to_string_pretty(&found).unwrap());
}

#[test]
fn a_run_whose_restore_is_in_doubt_is_compared_as_one() {
    let doubted = recorded("doubted", 16, |run| {
        let against =
            vec![crate::run::SpeaksAgainst { text: "0 of 2,662 were counted".to_owned(), record: None }];
        let (since, stated_at, record) = (at(8000), at(8000), crate::run::Sequence(9));
        run.test.recovery.stated_restored =
            Some(crate::run::StatedRestored { since, stated_at, against, logged: false, record });
    });
    let comparison = compare(&[recorded("sound", 16, |_| {}), doubted]);
    assert!(comparison_text(&comparison, page(120)).contains("restored, in doubt"));
    let on = |run: usize| json(&comparison)["runs"][run]["restored_on"].clone();
    assert_eq!((on(0), on(1)), ("read".into(), "doubted".into()));
}
