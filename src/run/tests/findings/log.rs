//! Findings about the log: alarms, levels, forms, gaps, silence.

use super::*;

fn tally(lines: u64, info: u64, unparsed: u64) -> LogTally {
    LogTally {
        lines: LineCount(lines),
        info: LineCount(info),
        unparsed: LineCount(unparsed),
        ..LogTally::default()
    }
}

#[test]
fn an_alarm_blocks_until_the_engineer_takes_it_on() {
    let mut story = Story::in_use();
    let alarm = || Event::AlarmSeen {
        alarm: "cloud bucket inconsistent".to_owned(),
        line: line("bucket inconsistent", Arrival::Live, None),
    };
    let opened = story.tell(alarm());
    story.tell(alarm());
    assert_eq!(
        story.finding(Code::Alarm).severity,
        FindingSeverity::Blocking,
        "a repeated alarm is one finding"
    );
    story.tell(Event::Acknowledged {
        code: "alarm".to_owned(),
        opened,
        reason: "known".to_owned(),
        user: "eng".to_owned(),
    });
    let taken_on = story.finding(Code::Alarm);
    assert_eq!(taken_on.acknowledged.as_deref(), Some("known"));
    assert_eq!(taken_on.acknowledged_by.as_deref(), Some("eng"));
    assert_eq!(taken_on.acknowledged_at, Some(story.now));
    assert!(!story.open().contains(&Code::Alarm));
    story.tell(alarm());
    assert_eq!(story.findings(Code::Alarm).len(), 2, "once taken on, the next is a new one");
}

#[test]
fn a_missing_object_during_a_pause_is_not_blamed_on_a_deletion_of_now() {
    let mut story = Story::in_use();
    let alarm = || Event::AlarmSeen {
        alarm: "cloud bucket inconsistent".to_owned(),
        line: line("bucket inconsistent", Arrival::Live, None),
    };
    story.tell(alarm());
    assert_eq!(
        story.finding(Code::Alarm).text,
        "dr logged the alarm cloud bucket inconsistent: data is missing in the bucket, although replication on prod has \
         been paused since 2026-03-02 08:00:01 UTC. Files deleted before that, reclamation on prod or another writer to \
         the bucket may be the cause. Reclamation would show in the log of prod (not read here): lines with \"[gc\" that name a delete. The line: \
         'bucket inconsistent'. Stop all reading on dr, unmount its shares, keep the pause, call the vendor."
    );
    let mut story = Story::in_use();
    story.replication(ReplicationState::Running);
    story.tell(alarm());
    let text = &story.finding(Code::Alarm).text;
    assert!(
        text.contains("inconsistent. It does so when a file is read there whose data production has deleted"),
        "{text}"
    );
}

#[test]
fn a_restart_of_rfsd_is_told_with_its_phase_in_words() {
    let mut story = Story::in_use();
    let line = line("rfsd[2]: started", Arrival::Live, None);
    story.tell(Event::RfsdRestarted { before: 1, after: 2, line });
    assert_eq!(
        story.finding(Code::RfsdRestarted).text,
        "rfsd was restarted after the restore: process 1 became 2. See why in the log."
    );
}

#[test]
fn an_alarm_from_before_the_watch_is_information() {
    let mut story = Story::connected();
    let line = line("old", Arrival::Earlier, None);
    story.tell(Event::AlarmSeen { alarm: "x".to_owned(), line });
    assert_eq!(story.finding(Code::Alarm).severity, FindingSeverity::Info);
}

#[test]
fn a_flood_of_different_alarms_stays_bounded() {
    let mut story = Story::in_use();
    for number in 0..200 {
        let line = line(&format!("alarm {number}"), Arrival::Live, None);
        story.tell(Event::AlarmSeen { alarm: "flood".to_owned(), line });
    }
    let alarms = story.findings(Code::Alarm);
    assert_eq!(alarms.len(), 16);
    assert!(alarms[15].text.contains("alarm 199"));
}

#[test]
fn a_missing_info_level_is_told_until_a_line_of_it_comes() {
    let mut story = Story::connected();
    story.chunk(tally(5, 0, 0));
    story.wait(599);
    assert!(story.findings(Code::NoInfoLines).is_empty());
    story.wait(1);
    assert!(story.finding(Code::NoInfoLines).is_open());
    story.chunk(tally(5, 1, 0));
    assert!(!story.finding(Code::NoInfoLines).is_open());
    story.wait(9000);
    assert_eq!(story.findings(Code::NoInfoLines).len(), 1);
}

#[test]
fn lines_in_no_known_form_are_counted_in_one_finding() {
    let mut story = Story::connected();
    story.chunk(tally(10, 1, 1));
    story.chunk(tally(10, 1, 2));
    let finding = story.finding(Code::UnparsedLines);
    assert_eq!(finding.severity, FindingSeverity::Info);
    assert!(finding.text.starts_with("3 of 20"));
    assert_eq!(story.run.log.end, LogOffset(1600));
}

#[test]
fn gaps_are_kept_one_by_one_and_told_in_one_finding() {
    let mut story = Story::connected();
    for _ in 0..2 {
        let from = story.now;
        story.wait(30);
        let reason = "the connection was lost".to_owned();
        story.tell(Event::LogGap(Gap { from, to: story.now, offset: LogOffset(0), reason, record: None }));
    }
    assert_eq!(story.run.log.gaps.len(), 2);
    let finding = story.finding(Code::LogGap);
    assert!(finding.text.starts_with("2 stretches") && finding.text.contains("00:01:00"), "{}", finding.text);
}

/// Tells of a gap from so many seconds before now to now.
fn gap_of(story: &mut Story, seconds: u64) {
    let (from, to) = (story.now.before(secs(seconds)), story.now);
    let (offset, reason) = (LogOffset(0), "the connection was lost".to_owned());
    story.tell(Event::LogGap(Gap { from, to, offset, reason, record: None }));
}

#[test]
fn of_a_gap_over_the_end_of_the_test_only_the_part_before_it_is_told() {
    let mut story = Story::ended();
    story.wait(100);
    gap_of(&mut story, 130);
    assert!(
        story.finding(Code::LogGap).text.starts_with("1 stretch of the DR appliance's log, 00:00:30 in all")
    );
    // Overlapping stretches are counted once, and one behind the end is none of the test.
    gap_of(&mut story, 140);
    gap_of(&mut story, 100);
    let told = story.finding(Code::LogGap);
    assert!(told.text.starts_with("2 stretches of the DR appliance's log, 00:00:40 in all"), "{}", told.text);
    // Taken on, a longer look back at the same stretch opens no other.
    let opened = told.record;
    let (code, reason, user) = ("log-gap".to_owned(), "known".to_owned(), "eng".to_owned());
    story.tell(Event::Acknowledged { code, opened, reason, user });
    story.wait(50);
    gap_of(&mut story, 190);
    assert!(!story.open().contains(&Code::LogGap));
    gap_of(&mut story, 200);
    assert!(story.open().contains(&Code::LogGap), "it reaches further back into the test");
}

#[test]
fn a_gap_over_the_end_of_the_test_opens_nothing_behind_the_sign_off() {
    let mut story = Story::ended();
    story.tell(Event::SignedOff { text: "done".to_owned(), user: "kim".to_owned(), consent: None });
    story.wait(100);
    gap_of(&mut story, 130);
    assert_eq!(story.findings(Code::LogGap), Vec::<&Finding>::new());
    assert_eq!(story.run.log.gaps.len(), 1, "it is listed");
    // What the signer cannot have known of, as it lies in the test alone, is a finding all the same.
    let (from, to) = (story.now.before(secs(200)), story.now.before(secs(150)));
    let (offset, reason) = (LogOffset(0), "the disk was full".to_owned());
    story.tell(Event::LogGap(Gap { from, to, offset, reason, record: None }));
    assert!(story.finding(Code::LogGap).is_open());
}

#[test]
fn a_lone_final_line_is_told_of_when_the_record_ends() {
    let mut story = Story::in_stage_2();
    story.marker(Marker::NamespaceComplete);
    story.wait(2);
    assert!(story.findings(Code::OneFinalLineOnly).is_empty());
    story.tell(Event::RunEnded(Ending::Finished));
    assert!(story.finding(Code::OneFinalLineOnly).is_open());
}

/// Stage 1 with a log that has spoken, and a counter that is read every 5 s.
fn downloading() -> Story {
    let mut story = Story::connected();
    story.marker(Marker::DownloadStarted);
    log_lines(&mut story);
    story.counter(100);
    story
}

fn log_lines(story: &mut Story) {
    let offset = story.run.log.end;
    let tally = LogTally { lines: LineCount(3), info: LineCount(3), ..LogTally::default() };
    let (bytes, lines, sha256) = (ByteCount(300), tally.lines, "e".repeat(64));
    story.tell(Event::LogChunk { offset, bytes, lines, sha256, tally, received_at: None });
}

#[test]
fn log_that_waited_for_the_disk_is_known_to_be_whole_only_up_to_its_receipt() {
    let mut story = downloading();
    let received = story.now;
    story.wait(60);
    let (offset, tally) = (story.run.log.end, LogTally::default());
    let (bytes, lines, sha256) = (ByteCount(0), tally.lines, "e".repeat(64));
    story.tell(Event::LogChunk { offset, bytes, lines, sha256, tally, received_at: Some(received) });
    assert_eq!(story.run.log.sure_at, Some(received));
}

#[test]
fn a_log_that_is_silent_while_the_counter_rises_is_a_finding_within_a_minute() {
    let mut story = downloading();
    for value in 1..12 {
        story.polls(5, &[100 + value]);
    }
    assert!(story.open().contains(&Code::LogSilent), "{:?}", story.open());
    log_lines(&mut story);
    assert!(!story.open().contains(&Code::LogSilent));
}

#[test]
fn a_log_that_is_silent_with_the_counter_is_no_such_finding() {
    let mut story = downloading();
    story.polls(5, &[101, 102]);
    for _ in 0..20 {
        story.polls(5, &[102]);
    }
    assert!(!story.open().contains(&Code::LogSilent));
}

#[test]
fn a_log_that_is_not_at_hand_is_a_finding_until_it_is_back() {
    for back in [0, 1] {
        let mut story = downloading();
        story.tell(Event::LogLost { reason: "messages is gone".to_owned() });
        assert!(story.finding(Code::LogLost).text.contains("messages is gone"));
        if back == 0 {
            story.tell(Event::LogFollowed);
        } else {
            log_lines(&mut story);
        }
        assert!(!story.open().contains(&Code::LogLost));
    }
}
