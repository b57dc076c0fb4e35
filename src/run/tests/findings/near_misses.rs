//! Lines that have the words of a marker or an alarm and are none: a finding each, and the engineer's word on them.

use super::*;

fn near(story: &mut Story, marker: Marker, arrival: Arrival, raw: &str) -> Sequence {
    let stamp = (arrival != Arrival::Live).then_some(story.now);
    story.tell(Event::NearMissSeen { of: NearMiss::Marker(marker), line: line(raw, arrival, stamp) })
}

fn claim_all(story: &mut Story) {
    let claimed = story.run.prior_markers.iter().map(|marker| marker.place).collect();
    story.tell(Event::MarkersClaimed { claimed, user: "eng".to_owned() });
}

#[test]
fn a_line_like_a_marker_is_a_finding_of_attention_with_the_line_and_ends_nothing() {
    let mut story = Story::in_stage_1();
    near(&mut story, Marker::DownloadComplete, Arrival::Live, "cloud restore phase completed");
    let finding = story.finding(Code::MarkerNearMiss);
    assert_eq!(finding.severity, FindingSeverity::Attention);
    assert!(finding.text.contains("know: 'cloud restore phase completed'. It changes"), "{}", finding.text);
    assert_eq!(finding.remedy, Some(Remedy::ClaimMarkers));
    assert_eq!(story.run.phase(), Phase::Stage1);
    assert!(!story.open().contains(&Code::OlderMarkers), "it is not of an earlier time");
}

#[test]
fn the_engineers_word_makes_a_line_like_a_marker_one_at_the_time_it_was_received() {
    let mut story = Story::in_stage_1();
    let record = near(&mut story, Marker::DownloadComplete, Arrival::Live, "cloud restore phase completed");
    let received = story.finding(Code::MarkerNearMiss).opened_at;
    story.wait(300);
    claim_all(&mut story);
    assert_eq!(story.run.phase(), Phase::Stage2);
    let ended = story.span(Phase::Stage1);
    assert_eq!(ended.ended_at, Some(received));
    assert_eq!(ended.evidence.as_ref().unwrap().record, record);
    assert!(!story.open().contains(&Code::MarkerNearMiss));
}

#[test]
fn the_word_that_none_is_a_marker_closes_the_finding_too() {
    let mut story = Story::in_stage_1();
    near(&mut story, Marker::DownloadComplete, Arrival::Live, "user typed: cloud restore phase complete");
    story.tell(Event::MarkersClaimed { claimed: Vec::new(), user: "eng".to_owned() });
    assert_eq!(story.run.phase(), Phase::Stage1);
    assert!(!story.open().contains(&Code::MarkerNearMiss));
}

#[test]
fn a_line_like_a_marker_that_came_already_is_information() {
    let mut story = Story::in_stage_2();
    near(&mut story, Marker::DownloadComplete, Arrival::Live, "cloud restore phase complete, took 70 min");
    assert_eq!(story.finding(Code::MarkerNearMiss).severity, FindingSeverity::Info);
    assert_eq!(story.run.prior_markers, []);
}

#[test]
fn a_line_like_an_alarm_is_a_finding_of_attention_with_the_line() {
    let mut story = Story::in_stage_1();
    let line = line("bucket of the cloud looks inconsistent", Arrival::Live, None);
    story.tell(Event::NearMissSeen { of: NearMiss::Alarm("cloud bucket inconsistent".to_owned()), line });
    let finding = story.finding(Code::AlarmNearMiss);
    assert_eq!(finding.severity, FindingSeverity::Attention);
    assert!(finding.text.ends_with(": bucket of the cloud looks inconsistent"), "{}", finding.text);
}

#[test]
fn a_flood_of_lines_like_a_marker_is_bounded_and_hides_no_marker() {
    let mut story = Story::connected();
    let stamp = story.run.started_at.shifted(-minutes(90));
    story.marker_as(Marker::DownloadComplete, Arrival::Earlier, Some(stamp));
    for count in 0..100 {
        near(&mut story, Marker::NamespaceComplete, Arrival::Live, &format!("line {count}"));
    }
    assert_eq!(story.findings(Code::MarkerNearMiss).len(), 8);
    assert!(story.run.findings.iter().any(|finding| finding.text.contains("'line 99'")));
    assert_eq!(story.run.prior_markers.len(), 16);
    assert!(story.run.prior_markers.iter().any(|marker| !marker.found.near));
}

#[test]
fn what_a_search_finds_like_a_marker_is_a_finding_and_can_be_claimed() {
    let mut story = Story::connected();
    story.service_runs();
    let stamp = Some(story.run.started_at.shifted(-minutes(90)));
    let raw = "cloud restore phase completed".to_owned();
    let found = vec![FoundMarker { marker: Marker::DownloadComplete, stamp, raw, near: true }];
    story.tell(Event::LogSearched(answer(Reading::Known(found))));
    assert!(story.open().contains(&Code::MarkerNearMiss));
    claim_all(&mut story);
    assert_eq!((story.run.phase(), story.span(Phase::Stage1).ended_at), (Phase::Stage2, stamp));
}
