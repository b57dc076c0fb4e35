//! Watches that begin in the middle of a restore: which older markers belong is the engineer's word.

use super::*;

fn found(marker: Marker, stamp: Timestamp) -> FoundMarker {
    FoundMarker { marker, stamp: Some(stamp), raw: format!("{marker:?} at {}", stamp.utc()), near: false }
}

/// A watch whose first look at the service finds it running.
fn attached() -> Story {
    let mut story = Story::connected();
    story.service_runs();
    story
}

fn ago(story: &Story, count: i64) -> Timestamp {
    story.run.started_at.shifted(-minutes(count))
}

fn searched(story: &mut Story, found: Vec<FoundMarker>) -> Sequence {
    story.tell(Event::LogSearched(answer(Reading::Known(found))))
}

fn claim(story: &mut Story, which: impl Fn(&PriorMarker) -> bool) -> Sequence {
    let claimed = story.run.prior_markers.iter().filter(|marker| which(marker));
    let claimed = claimed.map(|marker| marker.place).collect();
    story.tell(Event::MarkersClaimed { claimed, user: "eng".to_owned() })
}

#[test]
fn the_log_is_searched_only_where_the_service_was_up_at_the_first_look() {
    let mut story = attached();
    assert!(story.run.wants_log_search());
    searched(&mut story, Vec::new());
    assert!(!story.run.wants_log_search(), "an answer without markers is an answer");
    let mut story = Story::connected();
    story.service_stopped();
    story.service_runs();
    assert!(!story.run.wants_log_search());
}

#[test]
fn a_search_that_was_refused_is_told_as_none() {
    let mut story = attached();
    let refused = Reading::Refused("Unrecognized command".to_owned());
    story.tell(Event::LogSearched(answer(refused)));
    assert!(!story.run.wants_log_search(), "a refusal is final");
    let text = &story.run.open_findings().find(|finding| finding.code == Code::AttachedLate).unwrap().text;
    assert!(text.contains("was not searched"), "{text}");
    searched(&mut story, Vec::new());
    let text = &story.run.open_findings().find(|finding| finding.code == Code::AttachedLate).unwrap().text;
    assert!(!text.contains("searched"), "{text}");
}

#[test]
fn what_a_search_finds_ends_nothing_until_it_is_claimed() {
    let mut story = attached();
    let stage_end = ago(&story, 90);
    let record = searched(&mut story, vec![found(Marker::DownloadComplete, stage_end)]);
    assert_eq!(story.run.phase(), Phase::Prepare);
    assert!(story.run.has_undecided_markers());
    assert!(story.open().contains(&Code::OlderMarkers));
    claim(&mut story, |_| true);
    assert_eq!(story.run.phase(), Phase::Stage2);
    assert!(!story.open().contains(&Code::OlderMarkers));
    let (first, second) = (story.span(Phase::Stage1), story.span(Phase::Stage2));
    assert_eq!((first.started_at, first.ended_at), (None, Some(stage_end)));
    assert_eq!(second.started_at, Some(stage_end));
    let evidence = first.evidence.as_ref().unwrap();
    assert_eq!((evidence.record, evidence.source), (record, EvidenceSource::Log));
    assert_eq!(story.span(Phase::Prepare).length(story.now), None, "nobody saw when it began");
}

#[test]
fn the_appliances_own_time_is_corrected_by_its_clock() {
    let mut story = attached();
    story.tell(Event::ClockOffset { role: Role::Dr, seconds: 600 });
    let stamp = ago(&story, 90);
    searched(&mut story, vec![found(Marker::DownloadComplete, stamp)]);
    claim(&mut story, |_| true);
    assert_eq!(story.span(Phase::Stage1).ended_at, Some(stamp.shifted(-minutes(10))));
}

#[test]
fn only_what_is_claimed_counts_and_the_word_settles_the_finding() {
    let mut story = attached();
    let (autumn, today) = (ago(&story, 100_000), ago(&story, 30));
    let old = [Marker::DownloadComplete, Marker::NamespaceComplete, Marker::RestoreSuccessful];
    let mut all: Vec<_> = old.into_iter().map(|marker| found(marker, autumn)).collect();
    all.push(found(Marker::DownloadComplete, today));
    searched(&mut story, all);
    claim(&mut story, |marker| marker.found.stamp == Some(today));
    assert_eq!(story.run.phase(), Phase::Stage2);
    assert_eq!(story.run.final_lines, FinalLines::default());
    assert_eq!(story.span(Phase::Stage1).ended_at, Some(today));
    assert!(!story.run.has_undecided_markers());
}

#[test]
fn none_is_an_answer_too() {
    let mut story = attached();
    let before = ago(&story, 100_000);
    searched(&mut story, vec![found(Marker::DownloadComplete, before)]);
    claim(&mut story, |_| false);
    assert_eq!(story.run.phase(), Phase::Prepare);
    assert!(!story.run.has_undecided_markers());
    assert!(!story.open().contains(&Code::OlderMarkers));
}

#[test]
fn a_restore_that_was_over_before_the_watch_is_known_as_a_whole() {
    let mut story = attached();
    let (first, second) = (ago(&story, 90), ago(&story, 20));
    searched(
        &mut story,
        vec![
            found(Marker::DownloadComplete, first),
            found(Marker::NamespaceComplete, second),
            found(Marker::RestoreSuccessful, second),
        ],
    );
    claim(&mut story, |_| true);
    assert_eq!(story.run.phase(), Phase::InUse);
    assert_eq!(story.span(Phase::Stage2).length(story.now), Some(secs(70 * 60)));
    assert_eq!(story.span(Phase::InUse).started_at, Some(second));
}

#[test]
fn the_same_line_by_tail_and_by_search_is_one_marker() {
    let mut story = attached();
    let stamp = ago(&story, 5);
    let marker = found(Marker::DownloadComplete, stamp);
    searched(&mut story, vec![marker.clone()]);
    let line = line(&marker.raw, Arrival::Earlier, Some(stamp));
    story.tell(Event::MarkerSeen { marker: Marker::DownloadComplete, line: line.clone() });
    assert_eq!(story.run.prior_markers.len(), 1);
    let line = LogCitation { arrival: Arrival::Live, ..line };
    story.tell(Event::MarkerSeen { marker: Marker::DownloadComplete, line });
    assert_eq!((story.run.phase(), story.run.prior_markers.len()), (Phase::Stage2, 0));
}

#[test]
fn of_many_older_markers_the_latest_are_kept() {
    let mut story = attached();
    let all: Vec<_> =
        (1..=40).rev().map(|count| found(Marker::DownloadComplete, ago(&story, count * 10))).collect();
    searched(&mut story, all);
    let kept: Vec<_> = story.run.prior_markers.iter().map(|marker| marker.found.stamp).collect();
    assert_eq!(kept.len(), 16);
    assert_eq!(kept.last(), Some(&Some(ago(&story, 10))));
    assert_eq!(kept.first(), Some(&Some(ago(&story, 160))));
}

#[test]
fn nothing_is_counted_where_stage_1_was_over_before_the_first_reading() {
    let mut story = attached();
    story.listing(1331, 1331, ListingCause::Asked);
    story.counter(13_074);
    let before = ago(&story, 30);
    searched(&mut story, vec![found(Marker::DownloadComplete, before)]);
    claim(&mut story, |_| true);
    assert_eq!(story.run.download.downloaded(), None, "unknown, never 0 of 2662");
    story.polls(60, &[13_074, 13_080]);
    assert_eq!(story.run.download.downloaded(), None);
}

#[test]
fn a_stage_stated_to_be_over_before_the_watch_keeps_the_time_stated() {
    let mut story = attached();
    let since = ago(&story, 120);
    story.attest_since(Statement::DownloadOver, since);
    assert_eq!(story.span(Phase::Stage1).ended_at, Some(since));
    assert_eq!(story.span(Phase::Prepare).started_at, None);
    let mut story = attached();
    story.attest_since(Statement::DownloadOver, story.now);
    assert_eq!(story.span(Phase::Prepare).started_at, Some(story.run.started_at));
}

#[test]
fn older_markers_stand_in_the_order_of_the_log_whatever_their_stamps() {
    let mut story = attached();
    let last = found(Marker::RestoreSuccessful, ago(&story, 100));
    let line = line(&last.raw, Arrival::Earlier, last.stamp);
    story.tell(Event::MarkerSeen { marker: last.marker, line });
    let first = found(Marker::DownloadComplete, ago(&story, 30));
    let second = found(Marker::NamespaceComplete, ago(&story, 90));
    searched(&mut story, vec![first.clone(), second.clone(), last.clone()]);
    let order: Vec<_> = story.run.prior_markers.iter().map(|marker| marker.found.clone()).collect();
    assert_eq!(order, [first, second, last]);
}
