//! When phases begin and end, by markers and statements.

use super::*;

#[test]
fn a_live_marker_ends_its_phase_at_its_receipt() {
    let mut story = Story::in_stage_1();
    story.wait(100);
    let record = story.marker(Marker::DownloadComplete);
    let span = story.span(Phase::Stage1);
    assert_eq!(span.ended_at, Some(story.now));
    assert_eq!(span.end_precision, Precision::Observed);
    assert_eq!(span.evidence.as_ref().unwrap().record, record);
    assert_eq!(story.span(Phase::Stage2).started_at, Some(story.now));
    assert_eq!(story.run.phase(), Phase::Stage2);
}

#[test]
fn a_marker_read_later_ends_its_phase_at_its_corrected_stamp() {
    let mut story = Story::in_stage_1();
    story.tell(Event::ClockOffset { role: Role::Dr, seconds: 30 });
    story.wait(600);
    let written = story.now.shifted(minutes(-3));
    story.marker_as(Marker::DownloadComplete, Arrival::CaughtUp, Some(written + secs(30)));
    let span = story.span(Phase::Stage1);
    assert_eq!(span.ended_at, Some(written));
    assert_eq!(span.end_precision, Precision::Estimated);
}

#[test]
fn a_marker_older_than_the_run_ends_nothing_and_is_a_finding_until_decided() {
    let mut story = Story::in_stage_1();
    let last_autumn = story.run.started_at.shifted(minutes(-100_000));
    for marker in [Marker::DownloadComplete, Marker::NamespaceComplete, Marker::RestoreSuccessful] {
        story.marker_as(marker, Arrival::CaughtUp, Some(last_autumn));
    }
    assert_eq!(story.run.phases.current, Phase::Stage1);
    let is_open = |story: &Story| story.run.open_findings().any(|finding| finding.code == Code::OlderMarkers);
    assert!(is_open(&story));
    story.marker(Marker::DownloadComplete);
    story.marker(Marker::NamespaceComplete);
    story.marker(Marker::RestoreSuccessful);
    assert_eq!(story.run.phases.current, Phase::InUse);
    assert!(!is_open(&story));
}

#[test]
fn a_marker_read_later_never_ends_a_phase_before_its_start_or_after_its_receipt() {
    let mut story = Story::in_stage_1();
    let start = story.span(Phase::Stage1).started_at;
    story.wait(60);
    let before = story.run.started_at;
    story.marker_as(Marker::DownloadComplete, Arrival::CaughtUp, Some(before));
    assert_eq!(story.span(Phase::Stage1).ended_at, start);
    story.wait(60);
    let ahead = story.now.shifted(minutes(300));
    story.marker_as(Marker::NamespaceComplete, Arrival::CaughtUp, Some(ahead));
    story.marker_as(Marker::RestoreSuccessful, Arrival::CaughtUp, Some(ahead));
    assert_eq!(story.span(Phase::Stage2).ended_at, Some(story.now));
}

#[test]
fn lines_older_than_the_watch_end_no_phase() {
    let mut story = Story::in_stage_1();
    for marker in [Marker::DownloadComplete, Marker::NamespaceComplete, Marker::RestoreSuccessful] {
        story.marker_as(marker, Arrival::Earlier, Some(story.now));
    }
    assert_eq!(story.run.phase(), Phase::Stage1);
    assert_eq!(story.run.final_lines, FinalLines::default());
}

#[test]
fn stage_2_ends_with_both_final_lines_in_either_order() {
    let pair = [Marker::NamespaceComplete, Marker::RestoreSuccessful];
    for [first, second] in [pair, [pair[1], pair[0]]] {
        let mut story = Story::in_stage_2();
        story.wait(300);
        story.marker(first);
        assert_eq!(story.run.phase(), Phase::Stage2);
        story.marker(first);
        assert_eq!(story.run.phase(), Phase::Stage2, "a duplicate is no second line");
        let record = story.marker(second);
        assert_eq!(story.run.phase(), Phase::InUse);
        assert_eq!(story.span(Phase::Stage2).evidence.as_ref().unwrap().record, record);
        assert!(story.findings(Code::OneFinalLineOnly).is_empty());
    }
}

#[test]
fn one_final_line_alone_is_a_finding_until_the_other_comes() {
    let mut story = Story::in_stage_2();
    story.marker(Marker::NamespaceComplete);
    story.wait(59);
    story.service_runs();
    assert!(story.findings(Code::OneFinalLineOnly).is_empty());
    story.wait(1);
    story.service_runs();
    let finding = story.finding(Code::OneFinalLineOnly);
    assert!(finding.is_open() && finding.text.contains("restore namespace successful!"));
    story.wait(60);
    story.marker(Marker::RestoreSuccessful);
    assert_eq!(story.finding(Code::OneFinalLineOnly).closed_at, Some(story.now));
    assert_eq!(story.run.outcome(), Outcome::Restored);
}

#[test]
fn repeated_and_late_markers_do_not_move_history_back() {
    let mut story = Story::in_use();
    let phases = story.run.phases.clone();
    for marker in [
        Marker::DownloadStarted,
        Marker::DownloadComplete,
        Marker::NamespaceComplete,
        Marker::RestoreSuccessful,
    ] {
        story.wait(10);
        story.marker(marker);
        story.marker_as(marker, Arrival::CaughtUp, Some(morning()));
    }
    assert_eq!(story.run.phases, phases);
}

#[test]
fn the_end_of_stage_1_without_a_start_leaves_the_start_unknown() {
    let mut story = Story::connected();
    story.wait(100);
    let record = story.marker(Marker::DownloadComplete);
    assert_eq!(story.run.phase(), Phase::Stage2);
    let (prepare, stage_1) = (story.span(Phase::Prepare), story.span(Phase::Stage1));
    assert_eq!((prepare.ended_at, prepare.end_precision), (None, Precision::Unobserved));
    assert_eq!(prepare.length(story.now), None);
    assert_eq!((stage_1.started_at, stage_1.ended_at), (None, Some(story.now)));
    assert_eq!(stage_1.evidence.as_ref().unwrap().record, record);
    let summary = summarise(&story.run, story.now, head());
    assert_eq!(summary.phases[0].seconds, None);
    assert_eq!(summary.phases[1].seconds, None);
    assert_eq!(summary.phases[2].seconds, Some(Length::ZERO));
    assert_eq!(summary.phases[3].seconds, None);
}

#[test]
fn both_final_lines_in_stage_1_complete_the_restore_and_say_what_was_missed() {
    let mut story = Story::in_stage_1();
    story.wait(600);
    story.final_lines();
    assert_eq!(story.run.phase(), Phase::InUse);
    assert_eq!(story.run.outcome(), Outcome::Restored);
    let stage_1 = story.span(Phase::Stage1);
    assert_eq!((stage_1.ended_at, stage_1.end_precision), (None, Precision::Unobserved));
    assert_eq!(story.span(Phase::Stage2).started_at, None);
    assert_eq!(story.span(Phase::Stage2).ended_at, Some(story.now));
    assert_eq!(story.finding(Code::StageInferred).severity, FindingSeverity::Attention);
    assert_eq!(story.run.exit().code(), 4);
}

#[test]
fn statements_move_phases_and_are_marked_as_stated() {
    let mut story = Story::connected();
    story.wait(300);
    let begun = story.now.shifted(minutes(-2));
    story.attest_since(Statement::DownloadBegun, begun);
    assert_eq!(story.span(Phase::Stage1).started_at, Some(begun));
    assert_eq!(story.span(Phase::Prepare).end_precision, Precision::Stated);
    story.wait(300);
    story.attest(Statement::DownloadOver);
    assert_eq!(story.run.phase(), Phase::Stage2);
    story.wait(300);
    story.attest(Statement::NamespaceOver);
    assert_eq!(story.run.phase(), Phase::InUse);
    assert_eq!(story.run.outcome(), Outcome::Restored);
    story.attest(Statement::TestOver);
    assert_eq!(story.run.phase(), Phase::Ended);
    for span in &story.run.phases.spans {
        assert_eq!(span.evidence.as_ref().unwrap().source, EvidenceSource::Attested);
    }
}

#[test]
fn a_statement_cannot_date_a_phase_before_the_one_before_it() {
    let mut story = Story::in_stage_1();
    let start = story.span(Phase::Stage1).started_at;
    story.wait(300);
    story.attest_since(Statement::DownloadOver, morning().shifted(minutes(-600)));
    assert_eq!(story.span(Phase::Stage1).ended_at, start);
}

#[test]
fn a_failure_ends_the_run_as_failed() {
    for by_statement in [false, true] {
        let mut story = Story::in_stage_2();
        story.wait(10);
        let record = if by_statement {
            story.attest(Statement::RestoreFailed)
        } else {
            story.marker(Marker::RestoreFailed)
        };
        assert_eq!(story.run.failed, Some(record));
        assert_eq!(story.run.phase(), Phase::Ended);
        assert_eq!(story.run.outcome(), Outcome::Failed);
        assert_eq!(story.run.exit().code(), 1);
        assert_eq!(story.span(Phase::Stage2).ended_at, Some(story.now));
        assert_eq!(story.span(Phase::InUse).started_at, None);
        assert_eq!(story.finding(Code::RestoreFailed).severity, FindingSeverity::Blocking);
    }
}

#[test]
fn a_test_declared_over_early_is_incomplete() {
    let mut story = Story::in_stage_1();
    story.wait(10);
    story.attest(Statement::TestOver);
    assert_eq!(story.run.phase(), Phase::Ended);
    assert_eq!(story.run.exit().code(), 3);
    story.final_lines();
    assert_eq!(story.run.outcome(), Outcome::Incomplete, "nothing counts once the test is over");
}

#[test]
fn a_clock_set_back_keeps_the_order_of_phases() {
    let mut story = Story::in_stage_1();
    story.now = story.now.shifted(minutes(-60));
    story.marker(Marker::DownloadComplete);
    story.final_lines();
    for pair in story.run.phases.spans.windows(2) {
        assert!(pair[0].ended_at <= pair[1].started_at);
        assert!(pair[0].ended_at >= pair[0].started_at);
    }
}

/// A marker of a clock that went back an hour while nothing was watched.
fn set_back(arrival: Arrival) -> Story {
    let mut story = Story::connected();
    story.tell(Event::ClockOffset { role: Role::Dr, seconds: 7200 });
    story.wait(60);
    let left = story.now;
    story.now = left + secs(20);
    story.tell(Event::RunContinued {
        program: "0.1.0".to_owned(),
        recorder: "eng@laptop".to_owned(),
        held: None,
        since: Some(left),
        distrusted: None,
    });
    let stamp = story.now.shifted(minutes(60));
    story.marker_as(Marker::DownloadComplete, arrival, Some(stamp));
    story
}

#[test]
fn a_marker_behind_lines_taken_in_is_of_this_run_whatever_its_stamp() {
    let story = set_back(Arrival::Behind);
    assert_eq!(story.run.phase(), Phase::Stage2);
    let ended = story.span(Phase::Stage1).ended_at.unwrap();
    assert_eq!(
        ended,
        story.now.shifted(-minutes(1) + TimeDelta::seconds(40)),
        "not before it was last watched"
    );
}

#[test]
fn a_marker_whose_place_is_not_sure_goes_by_its_stamp() {
    for arrival in [Arrival::CaughtUp, Arrival::MayRepeat] {
        let story = set_back(arrival);
        assert_eq!((story.run.phase(), story.run.has_undecided_markers()), (Phase::Prepare, true));
    }
    let mut story = Story::connected();
    story.marker_as(Marker::DownloadComplete, Arrival::MayRepeat, None);
    assert!(story.run.has_undecided_markers(), "without a stamp nothing says that it is new");
}

#[test]
fn a_marker_read_as_it_is_written_shows_that_the_appliance_is_there_and_an_older_one_does_not() {
    for (arrival, is_heard) in [
        (Arrival::Live, true),
        (Arrival::CaughtUp, false),
        (Arrival::Behind, false),
        (Arrival::MayRepeat, false),
        (Arrival::Earlier, false),
    ] {
        let mut story = Story::connected();
        let before = story.run.dr.heard_at;
        story.wait(20);
        story.marker_as(Marker::DownloadStarted, arrival, Some(story.now));
        let heard = if is_heard { Some(story.now) } else { before };
        assert_eq!(story.run.dr.heard_at, heard, "{arrival:?}");
    }
}

#[test]
fn a_marker_stamped_in_the_moment_the_run_began_is_of_this_run() {
    for arrival in [Arrival::CaughtUp, Arrival::MayRepeat] {
        for (before, phase) in [(0, Phase::Stage1), (1, Phase::Prepare)] {
            let mut story = Story::connected();
            let stamp = story.run.started_at.before(secs(before));
            story.wait(20);
            story.marker_as(Marker::DownloadStarted, arrival, Some(stamp));
            assert_eq!(story.run.phase(), phase, "{arrival:?}, stamped {before} s before");
        }
    }
}

#[test]
fn a_stamp_up_to_five_minutes_before_the_last_look_is_kept_and_an_earlier_one_is_of_a_clock_set_back() {
    for (millis_before, is_kept) in [(0, true), (300_000, true), (300_001, false)] {
        let mut story = Story::connected();
        story.wait(1000);
        let left = story.now;
        story.wait(20);
        story.tell(Event::RunContinued {
            program: "0.1.0".to_owned(),
            recorder: "eng@laptop".to_owned(),
            held: None,
            since: Some(left),
            distrusted: None,
        });
        let stamp = left.before(Elapsed::from_millis(millis_before));
        story.marker_as(Marker::DownloadComplete, Arrival::Behind, Some(stamp));
        let ended = if is_kept { stamp } else { left };
        assert_eq!(story.span(Phase::Stage1).ended_at, Some(ended), "{millis_before} ms before");
    }
}

#[test]
fn only_a_statement_about_the_stages_takes_back_that_the_run_began_with_its_record() {
    for (statement, takes_back) in [
        (Statement::DownloadBegun, true),
        (Statement::DownloadOver, true),
        (Statement::NamespaceOver, true),
        (Statement::TestOver, false),
        (Statement::RestoreFailed, false),
        (Statement::ReplicationPaused, false),
        (Statement::ReplicationRunning, false),
        (Statement::DeletedFilesNotRead, false),
        (Statement::RestoredUsable, false),
    ] {
        let mut story = Story::connected();
        story.attest_since(statement, story.run.started_at.shifted(minutes(-90)));
        assert_eq!(story.span(Phase::Prepare).started_at.is_none(), takes_back, "{statement:?}");
    }
}
