//! Stages in a log whose clock was set back: no length is given by stamps of two clocks.

use super::*;

/// A run made of a saved log.
fn imported() -> Story {
    let log = ImportedLog { made_at: Story::new().now, files: vec!["dr.log".to_owned()] };
    Story::with(|started| started.imported = Some(log))
}

/// A line behind the others, so long after the log begins.
fn marker_after(story: &mut Story, marker: Marker, minutes_after: i64) -> Sequence {
    let stamp = story.run.started_at.shifted(minutes(minutes_after));
    story.now = story.now.max(stamp);
    story.marker_as(marker, Arrival::Behind, Some(stamp))
}

/// The clock is set back between stamps so long after the log begins.
fn set_back(story: &mut Story, before: i64, after: i64) -> Sequence {
    let at = |after| story.run.started_at.shifted(minutes(after));
    let line = line("the first line behind it", Arrival::Behind, Some(at(after)));
    let (before, now) = (at(before), story.now.max(at(before)));
    story.now = now;
    story.tell(Event::LogClockSetBack { from: before, line })
}

fn final_lines_after(story: &mut Story, minutes_after: i64) {
    marker_after(story, Marker::NamespaceComplete, minutes_after);
    marker_after(story, Marker::RestoreSuccessful, minutes_after);
}

fn lengths(story: &Story) -> [Option<Elapsed>; 2] {
    [Phase::Stage1, Phase::Stage2].map(|phase| story.span(phase).length(story.now))
}

fn time_to_recover(story: &Story) -> Option<Length> {
    summarise(&story.run, story.now, head()).test.recovery.time_to_restored
}

#[test]
fn a_stage_in_which_the_clock_was_set_back_has_no_length_and_a_finding_says_why() {
    // The end may bear a stamp before the beginning, or one behind it that is as wrong.
    for end in [20, 55] {
        let mut story = imported();
        marker_after(&mut story, Marker::DownloadStarted, 10);
        marker_after(&mut story, Marker::DownloadComplete, 50);
        set_back(&mut story, 59, 0);
        final_lines_after(&mut story, end);
        assert_eq!(lengths(&story), [Some(secs(40 * 60)), None]);
        assert_eq!((time_to_recover(&story), story.run.outcome()), (None, Outcome::Restored));
        let finding = story.finding(Code::LogClockSetBack);
        assert_eq!(finding.severity, FindingSeverity::Attention);
        assert!(
            finding.text.contains("set back by 00:59:00") && finding.text.contains("stage 2"),
            "{finding:?}"
        );
        assert_eq!(finding.cited.as_ref().unwrap().raw, "the first line behind it");
        let text = finding.text.clone();
        set_back(&mut story, 70, 60);
        assert_eq!(
            story.finding(Code::LogClockSetBack).text,
            text,
            "what is behind the restore hides no stage"
        );
    }
}

#[test]
fn a_clock_set_back_in_a_stage_whose_beginning_was_not_seen_needs_attention_in_a_saved_log() {
    let mut story = imported();
    marker_after(&mut story, Marker::DownloadComplete, 50);
    set_back(&mut story, 59, 0);
    assert_eq!(story.finding(Code::LogClockSetBack).severity, FindingSeverity::Attention);
}

#[test]
fn a_stamp_that_is_no_earlier_once_it_is_dated_sets_no_clock_back() {
    let mut story = imported();
    set_back(&mut story, 0, 60 * 24 * 200);
    assert!(story.findings(Code::LogClockSetBack).is_empty());
}

#[test]
fn nothing_behind_a_clock_set_back_in_stage_1_is_measured_from_before_it() {
    let mut story = imported();
    story.counter(100);
    marker_after(&mut story, Marker::DownloadStarted, 10);
    set_back(&mut story, 59, 0);
    story.wait(3600);
    story.counter(2762);
    marker_after(&mut story, Marker::DownloadComplete, 70);
    final_lines_after(&mut story, 90);
    assert_eq!(lengths(&story), [None, None]);
    assert_eq!(time_to_recover(&story), None);
    let download = &story.run.download;
    assert_eq!((download.mean_per_second, download.peak_per_second), (None, None));
    assert_eq!(story.run.latest_rate(), None);
}

#[test]
fn a_clock_set_back_before_stage_1_leaves_both_stages_measured() {
    let mut story = imported();
    set_back(&mut story, 59, 0);
    marker_after(&mut story, Marker::DownloadStarted, 10);
    marker_after(&mut story, Marker::DownloadComplete, 50);
    final_lines_after(&mut story, 80);
    assert_eq!(lengths(&story), [Some(secs(40 * 60)), Some(secs(30 * 60))]);
    assert_eq!(story.span(Phase::Prepare).length(story.now), None);
    assert_eq!(story.finding(Code::LogClockSetBack).severity, FindingSeverity::Info);
}

#[test]
fn a_line_of_another_log_from_before_the_stage_it_ends_gives_no_length() {
    let mut story = imported();
    marker_after(&mut story, Marker::DownloadStarted, 10);
    marker_after(&mut story, Marker::DownloadComplete, 50);
    final_lines_after(&mut story, 20);
    assert_eq!(lengths(&story), [Some(secs(40 * 60)), None]);
    assert_eq!(story.run.outcome(), Outcome::Restored);
    // Lines that are a little out of order are of the same clock.
    let mut story = imported();
    marker_after(&mut story, Marker::DownloadStarted, 10);
    marker_after(&mut story, Marker::DownloadComplete, 50);
    final_lines_after(&mut story, 49);
    assert_eq!(lengths(&story)[1], Some(Elapsed::ZERO));
}

#[test]
fn what_was_received_as_it_was_written_needs_no_clock_of_the_log() {
    let mut story = Story::in_stage_1();
    set_back(&mut story, 59, 0);
    story.wait(600);
    story.marker(Marker::DownloadComplete);
    assert_eq!(story.span(Phase::Stage1).ended_at, Some(story.now));
    let finding = story.finding(Code::LogClockSetBack);
    assert!(finding.severity == FindingSeverity::Info && !finding.text.contains("stage 1"), "{finding:?}");
    // A stamp is of the clock as it was set.
    set_back(&mut story, 59, 0);
    let stamp = story.now;
    story.wait(600);
    story.marker_as(Marker::NamespaceComplete, Arrival::CaughtUp, Some(stamp));
    story.marker_as(Marker::RestoreSuccessful, Arrival::CaughtUp, Some(stamp));
    assert_eq!((lengths(&story)[1], story.run.outcome()), (None, Outcome::Restored));
}

#[test]
fn older_markers_that_are_claimed_give_no_length_over_a_clock_set_back() {
    for is_set_back in [false, true] {
        let mut story = Story::connected();
        let ago = |count| story.run.started_at.shifted(-minutes(count));
        let (first, second) = (ago(90), ago(20));
        story.marker_as(Marker::DownloadComplete, Arrival::CaughtUp, Some(first));
        if is_set_back {
            set_back(&mut story, -30, -90);
        }
        story.marker_as(Marker::NamespaceComplete, Arrival::CaughtUp, Some(second));
        story.marker_as(Marker::RestoreSuccessful, Arrival::CaughtUp, Some(second));
        let claimed = story.run.prior_markers.iter().map(|marker| marker.place).collect();
        story.tell(Event::MarkersClaimed { claimed, user: "eng".to_owned() });
        let length = (!is_set_back).then_some(secs(70 * 60));
        assert_eq!((lengths(&story)[1], story.run.outcome()), (length, Outcome::Restored));
    }
}
