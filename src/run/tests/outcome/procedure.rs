//! The run of the procedure, from preparation to the end of the test, without a hitch.

use super::*;
use EvidenceSource::{Attested, Counter, Log};

/// Pause, list, baseline, threads, service, restored, test over, resume.
fn procedure() -> Story {
    let mut story = Story::connected();
    story.chunk(LogTally { lines: LineCount(10), info: LineCount(8), ..LogTally::default() });
    story.replication(ReplicationState::Running);
    story.service_stopped();
    story.service(Role::Primary, ServiceState::Running("running".to_owned()));
    story.threads(16);
    story.counter(10_412);
    story.listing(1330, 1330, ListingCause::Start);
    story.wait(20);
    story.act(ActionKind::Pause);
    story.listing(1331, 1331, ListingCause::Paused);
    story.polls(5, &[10_412, 10_412]);
    story.tell(Event::BaselineTaken { user: "eng".to_owned() });
    let threads = story.request(ActionKind::SetThreads(ThreadCount(128)), None);
    story.send(threads);
    story.settle(threads, ActionState::AwaitingService);
    story.wait(30);
    story.tell(Event::RfsdRestarted { before: 1, after: 2, line: line("rfsd", Arrival::Live, None) });
    story.polls(5, &[10_412, 10_500, 10_700, 10_912]);
    story.service_runs();
    story.threads(128);
    story.settle(threads, ActionState::Confirmed);
    story.polls(5, &[11_412, 12_412, 13_000]);
    story.wait(4);
    story.marker(Marker::DownloadComplete);
    story.wait(1);
    story.counter(13_074);
    story.listing(1331, 1331, ListingCause::StageEnd);
    for _ in 0..20 {
        story.wait(30);
        story.service_runs();
        story.replication(ReplicationState::Paused);
    }
    story.counter(13_100);
    story.final_lines();
    for _ in 0..20 {
        story.wait(30);
        story.service_runs();
        story.replication(ReplicationState::Paused);
    }
    story.attest(Statement::TestOver);
    story.wait(10);
    story.act(ActionKind::Resume);
    story.tell(Event::RunEnded(Ending::Finished));
    story
}

#[test]
fn a_run_without_a_hitch_is_restored_with_nothing_left_to_settle() {
    let story = procedure();
    let weighty: Vec<_> =
        story.run.open_findings().filter(|finding| finding.severity > FindingSeverity::Info).collect();
    assert!(weighty.is_empty(), "{weighty:#?}");
    assert_eq!(story.run.exit().code(), 0);
    assert_eq!(story.run.outcome(), Outcome::Restored);
}

#[test]
fn all_four_phases_have_a_start_an_end_and_evidence() {
    let story = procedure();
    let summary = summarise(&story.run, story.now, head());
    let sources: Vec<_> = summary
        .phases
        .iter()
        .map(|phase| {
            assert!(phase.started_at.is_some() && phase.ended_at.is_some(), "{phase:?}");
            assert!(phase.seconds.is_some(), "{phase:?}");
            phase.evidence.as_ref().unwrap().source
        })
        .collect();
    assert_eq!(sources, [Counter, Log, Log, Attested]);
}

#[test]
fn phases_follow_one_another_without_a_hole() {
    let story = procedure();
    for pair in story.run.phases.spans.windows(2) {
        assert_eq!(pair[0].ended_at, pair[1].started_at);
    }
}

#[test]
fn the_summary_has_the_figures_of_the_procedure() {
    let story = procedure();
    let summary = summarise(&story.run, story.now, head());
    assert_eq!(summary.download.expected, Some(ObjectCount(2662)));
    assert_eq!(summary.download.downloaded, Some(ObjectCount(2662)));
    assert_eq!(summary.download.baseline, Some(GetCount(10_412)));
    assert_eq!(summary.download.counter, Some(GetCount(13_100)));
    assert_eq!(summary.bucket.unclassified, Some(ObjectCount(4)));
    assert_eq!(summary.bucket.provisional, Some(false));
    assert_eq!(summary.threads, Some(ThreadCount(128)));
    assert_eq!(summary.replication.state, Known::Running);
    assert_eq!(summary.replication.intervals.len(), 1);
    assert_eq!(summary.replication.intervals[0].by, PausedBy::Drwatch);
    assert_eq!(
        summary.actions.iter().map(|action| action.state.as_str()).collect::<Vec<_>>(),
        ["confirmed"; 3]
    );
    assert_eq!(summary.ended_at, Some(story.now));
}

#[test]
fn folding_the_same_records_again_gives_an_equal_run() {
    let story = procedure();
    let mut again = Run::start(&story.records[0]).unwrap();
    for record in &story.records[1..] {
        let line = serde_json::to_string(record).unwrap();
        apply(&mut again, &serde_json::from_str(&line).unwrap());
    }
    assert_eq!(again, story.run);
}

#[test]
fn a_record_taken_in_twice_changes_nothing() {
    let mut story = procedure();
    let before = story.run.clone();
    for record in story.records.clone() {
        apply(&mut story.run, &record);
    }
    assert_eq!(story.run, before);
}

#[test]
fn only_the_start_of_a_run_in_a_known_format_can_begin_one() {
    let start = |seq, event| Run::start(&Record { seq: Sequence(seq), at: morning(), event }).unwrap_err();
    let noted = Event::Noted { text: String::new(), user: String::new(), line: None };
    assert_eq!(start(0, noted), StartError::NotTheStart);
    assert_eq!(start(3, Event::RunStarted(Box::new(started()))), StartError::WrongPosition(Sequence(3)));
    let later = FormatVersion { major: FORMAT.major + 1, minor: 0 };
    let later = Event::RunStarted(Box::new(Started { format: later, ..started() }));
    assert_eq!(start(0, later), StartError::LaterFormat { major: FORMAT.major + 1 });
}
