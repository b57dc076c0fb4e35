//! What a report says of results that rest on a statement.

use super::samples::evidence::filled;
use crate::report::{Report, markdown};
use crate::run::{
    Code, Elapsed, Grounds, Judgement, Known, Phase, Sequence, SpeaksAgainst, StatedRestored, StatedUsable,
    Target, UnsettledThen,
};

#[test]
fn page_one_says_in_the_row_of_a_target_that_it_was_met_despite_a_danger() {
    let mut report = filled();
    let usable = StatedUsable {
        since: report.summary.started_at,
        stated_at: report.summary.started_at + Elapsed::from_secs(600),
        despite: vec![UnsettledThen {
            code: Code::Alarm,
            text: "ava-dr logged the alarm".to_owned(),
            record: Sequence(77),
        }],
        later: Vec::new(),
        against: Vec::new(),
        record: Sequence(88),
    };
    report.summary.test.recovery.stated_usable = Some(usable);
    let target = Target::TimeToUsable { limit: Elapsed::from_secs(60) };
    let judged = report.summary.test.criteria.iter_mut().find(|judged| judged.judgement == Judgement::Passed);
    let judged = judged.unwrap();
    (judged.target, judged.grounds) = (target, Grounds::Doubted);
    judged.reason = "It was stated although this was not settled: an alarm.".to_owned();
    let text = markdown(&report);
    let row = text.lines().find(|line| line.starts_with("| time to usable")).unwrap();
    assert!(row.contains("**passed, in doubt**") && row.contains("although this was not settled"), "{row}");
    let tile = text.lines().find(|line| line.starts_with("- Time to usable")).unwrap();
    for words in ["until 2026", ", as stated at 2026", ", although `alarm` was not settled, record 77"] {
        assert!(tile.contains(words), "{tile}");
    }
    assert!(text.contains(" met, 1 of them in doubt, "), "the result counts it apart");
    let stated = report.summary.test.recovery.stated_usable.as_mut().unwrap();
    stated.later = std::mem::take(&mut stated.despite);
    let text = markdown(&report);
    assert!(text.contains("**passed, in doubt**"), "found after it, it is in doubt all the same");
    assert!(text.contains("; after that `alarm` was found, and is not settled, record 77"), "{text}");
}

#[test]
fn a_restore_stated_against_what_was_read_is_in_doubt_from_its_first_line_on() {
    let mut report = filled();
    let against = |text: &str, record| SpeaksAgainst { text: text.to_owned(), record };
    let count = "0 of 2,662 objects (0 %) were counted on ava-dr";
    let stated = StatedRestored {
        logged: false,
        since: report.summary.started_at,
        stated_at: report.summary.started_at,
        against: vec![against(count, Some(Sequence(41))), against("its service was read as stopped", None)],
        record: Sequence(42),
    };
    report.summary.test.recovery.stated_restored = Some(stated);
    for judged in &mut report.summary.test.criteria {
        judged.grounds = Grounds::Stated;
    }
    for step in &mut report.summary.test.procedure {
        step.grounds = Grounds::Doubted;
    }
    let text = markdown(&report);
    for words in [
        "**RESTORED, IN DOUBT, ALARM NOT SETTLED.**",
        "Against it: 0 of 2,662 objects (0 %) were counted on ava-dr (record 41), and its service was read as stopped.",
        "its end in doubt: stated against what was read; stage 1 ",
        "Of 5 targets 3 met, 3 of them as stated, ",
        "**passed, as stated**",
        "**stated, in doubt**",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let rows = text.split("### Targets and what").nth(1).unwrap().split("###").next().unwrap();
    assert!(!rows.contains("**passed**") && !text.contains("**done**"), "{text}");
    assert_eq!(rows.matches("0 of 2,662").count(), 0, "it stands in the headline: {rows}");
    let tile = text.lines().find(|line| line.starts_with("- Time to recover")).unwrap();
    assert_eq!(tile.matches(", in doubt").count(), 2, "both stages: {tile}");
    let stated = report.summary.test.recovery.stated_restored.as_mut().unwrap();
    stated.against.clear();
    assert!(markdown(&report).contains("**RESTORED, AS STATED, ALARM NOT SETTLED.**"));
}

#[test]
fn the_open_findings_and_what_an_earlier_resume_would_have_saved_cite_their_records() {
    let mut report = filled();
    let phases = report.summary.phases.iter_mut();
    for phase in phases.filter(|phase| phase.name == Phase::Stage1) {
        phase.evidence.as_mut().unwrap().record = Sequence(890);
    }
    report.summary.replication.intervals[0].record = Some(Sequence(31));
    let text = markdown(&report);
    let line = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap();
    let tile = line("- Open findings: ");
    assert!(tile.ends_with("(records 1000, 77)"), "open or taken on: {tile}");
    let saved = line("- Resuming after stage 1: ");
    assert!(saved.contains(", records 31, 890"), "{saved}");
}

#[test]
fn a_present_pause_is_unknown_and_not_none_while_a_change_is_in_doubt() {
    for (state, shown) in [(Known::Running, "none"), (Known::Unknown, "unknown")] {
        let mut report = filled();
        report.summary.replication.state = state;
        report.summary.exposure.present_pause = None;
        let text = markdown(&report);
        let row = text.lines().find(|line| line.contains("Present pause")).unwrap();
        assert!(row.contains(shown), "{row}");
    }
}

#[test]
fn a_mean_rate_of_a_stage_begun_unseen_is_that_of_what_was_watched_of_it() {
    let mut report = filled();
    let fact = |report: &Report| {
        markdown(report).lines().find(|line| line.starts_with("- Mean rate over")).unwrap().to_owned()
    };
    assert!(fact(&report).starts_with("- Mean rate over stage 1: 0.6/s"), "{}", fact(&report));
    let stage_1 = report.summary.phases.iter_mut().find(|phase| phase.name == Phase::Stage1).unwrap();
    stage_1.started_at = None;
    let shown = fact(&report);
    assert!(shown.starts_with("- Mean rate over the watched part of stage 1: 0.6/s"), "{shown}");
    report.summary.download.mean_per_second = None;
    let shown = fact(&report);
    assert!(shown.starts_with("- Mean rate over stage 1: unknown"), "{shown}");
}
