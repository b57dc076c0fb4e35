//! Targets of which only bounds of what they ask for are known.

use super::*;

#[test]
fn an_exposure_known_between_bounds_is_judged_by_the_one_that_decides() {
    // Paused for 100 s that were read, then not read for 500 s, then read as running or as paused again.
    let story = |then| {
        let mut story = Story::connected();
        story.replication(ReplicationState::Running);
        story.act(ActionKind::Pause);
        story.wait(50);
        story.replication(ReplicationState::Paused);
        story.wait(50);
        story.replication(ReplicationState::Paused);
        story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connecting });
        story.wait(500);
        story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connected });
        story.replication(then);
        story
    };
    let mut ended_unseen = story(ReplicationState::Running);
    let mut held = story(ReplicationState::Paused);
    held.act(ActionKind::Resume);
    for story in [&mut ended_unseen, &mut held] {
        story.attest(Statement::TestOver);
        let mut by = |limit| judged(story, Target::Exposure { limit: secs(limit) });
        let failed = by(60);
        assert_eq!(failed.judgement, Failed, "{failed:?}");
        for words in ["at least 00:01:4", "at most 00:10:0", "more than the 00:01:00 allowed"] {
            assert!(failed.reason.contains(words), "{words}: {}", failed.reason);
        }
        let open = by(300);
        assert_eq!(open.judgement, NotMeasured);
        assert!(open.reason.contains("while 00:05:00 are allowed"), "{}", open.reason);
        let passed = by(700);
        assert_eq!(passed.judgement, Passed);
        assert!(passed.reason.starts_with("Production was exposed for at most"), "{}", passed.reason);
    }
    // While it is not read again, what was read is all that is certain.
    let mut away = Story::connected();
    away.replication(ReplicationState::Running);
    away.act(ActionKind::Pause);
    away.wait(100);
    away.replication(ReplicationState::Paused);
    away.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connecting });
    away.wait(500);
    assert_eq!(judged(&mut away, Target::Exposure { limit: secs(60) }).judgement, Failed);
    assert_eq!(judged(&mut away, Target::Exposure { limit: secs(300) }).judgement, NotMeasured);
}

#[test]
fn a_log_that_was_not_followed_to_the_end_is_a_gap_of_at_least_that_length() {
    let mut story = Story::in_stage_2();
    story.tell(Event::LogFollowed);
    story.tell(Event::LogLost { reason: "removed".to_owned() });
    story.wait(100);
    story.tell(Event::RunEnded(Ending::Quit));
    let by = |story: &mut Story, limit| judged(story, Target::LargestGap { limit: secs(limit) });
    let failed = by(&mut story, 60);
    assert_eq!((failed.judgement, failed.measured), (Failed, Some(100.0)), "{failed:?}");
    assert_eq!(by(&mut story, 100).judgement, NotMeasured);
}

#[test]
fn a_gap_of_unknown_length_is_measured_by_nobody_and_called_so_everywhere() {
    let mut story = Story::in_use();
    let (at, offset) = (story.now, story.run.log.end);
    let reason = "the rest of a log cannot be read".to_owned();
    story.tell(Event::LogGap(Gap { from: at, to: at, offset, reason, record: None }));
    story.wait(10);
    story.attest(Statement::TestOver);
    let judged = judged(&mut story, Target::LargestGap { limit: secs(30) });
    assert_eq!((judged.judgement, judged.measured), (NotMeasured, None), "{judged:?}");
    let finding = story.run.findings.iter().find(|finding| finding.code == Code::LogGap).unwrap();
    assert!(finding.text.contains("of unknown length"), "{}", finding.text);
    let summary = summary(&story);
    let gap = summary.not_proven.iter().find(|sentence| sentence.contains("gap of the watch")).unwrap();
    assert!(gap.contains("whose length is not known"), "{gap}");
    for text in [&finding.text, gap, &judged.reason] {
        assert!(!text.contains("00:00:00"), "{text}");
    }
}

#[test]
fn an_exposure_that_lasts_until_data_is_sent_is_a_lower_bound_as_while_paused() {
    let mut story = Story::connected();
    let read = |story: &mut Story, state, bytes| {
        let answer = answer(Reading::Known(state));
        story.tell(Event::ReplicationRead { answer, backlog: Some(ByteCount(bytes)) });
    };
    read(&mut story, ReplicationState::Running, 0);
    story.wait(10);
    read(&mut story, ReplicationState::Paused, 9);
    story.wait(30);
    read(&mut story, ReplicationState::Running, 8);
    story.attest(Statement::TestOver);
    story.wait(20);
    let target = Target::Exposure { limit: HOUR };
    let unsent = judged(&mut story, target);
    assert_eq!(unsent.judgement, NotMeasured, "{unsent:?}");
    assert!(unsent.reason.contains("at least 00:00:5"), "{}", unsent.reason);
    assert!(
        unsent.reason.ends_with("so far, and data of the pause is still to be sent."),
        "{}",
        unsent.reason
    );
    assert!(exposure(&story.run, story.now).at_least);
    let past = judged(&mut story, Target::Exposure { limit: secs(40) });
    assert_eq!(past.judgement, Failed, "it can only grow");
    read(&mut story, ReplicationState::Running, 0);
    assert_eq!(judged(&mut story, target).judgement, Passed);
    assert!(!exposure(&story.run, story.now).at_least);
}

#[test]
fn the_exposure_of_a_pause_that_was_left_is_a_lower_bound() {
    let mut story = Story::connected();
    story.replication(ReplicationState::Running);
    let of = |story: &Story| exposure(&story.run, story.now);
    assert!(!of(&story).at_least, "there was no pause");
    story.wait(10);
    story.replication(ReplicationState::Paused);
    story.wait(30);
    story.tell(Event::RunEnded(Ending::Quit));
    let left = of(&story);
    assert_eq!((left.at_least, left.began_unseen), (true, false));
    assert_eq!(serde_json::to_value(&left).unwrap()["at_least"], true);
    let unread = Story::connected();
    assert!(!of(&unread).at_least, "of what was never read nothing is said");
}

#[test]
fn a_pause_that_was_seen_only_under_way_is_not_called_late() {
    let is_late = |begins_seen: bool| {
        let mut story = Story::connected();
        story.service_stopped();
        let planned = vec![PlannedStep { step: ProcedureStep::Pause, at: story.now }];
        state(&mut story, &TestSheet { planned, ..TestSheet::default() }, None);
        story.wait(3600);
        if begins_seen {
            story.replication(ReplicationState::Running);
        }
        story.wait(5);
        story.replication(ReplicationState::Paused);
        summary(&story).deviations.iter().any(|deviation| deviation.text.contains("later than planned"))
    };
    assert!(is_late(true));
    assert!(!is_late(false), "it may have begun in time");
}

#[test]
fn of_a_bucket_first_listed_after_stage_1_had_begun_nothing_is_known_before() {
    let mut story = Story::connected();
    story.replication(ReplicationState::Paused);
    story.marker(Marker::DownloadStarted);
    story.wait(60);
    story.listing(1331, 1331, ListingCause::Paused);
    let first = story.now;
    story.wait(600);
    story.listing(1331, 1331, ListingCause::BeforeResume);
    assert_eq!(story.run.frozen.unchanged, Some(true));
    let open = summary(&story).not_proven;
    let words = format!("That the bucket did not change before {}", first.in_words());
    assert!(open.iter().any(|sentence| sentence.starts_with(&words)), "{open:#?}");
    // Whose start was not observed, it had begun before the watch.
    let mut story = Story::connected();
    story.replication(ReplicationState::Paused);
    story.attest(Statement::DownloadOver);
    story.listing(1331, 1331, ListingCause::Paused);
    story.wait(600);
    story.listing(1331, 1331, ListingCause::BeforeResume);
    let whole = summarise(&story.run, story.now, head());
    assert!(whole.frozen_bucket.is_listed_late);
    assert!(
        summary(&story).not_proven.iter().any(|text| text.starts_with("That the bucket did not change bef"))
    );
    let open = summary(&Story::ended()).not_proven;
    assert!(!open.iter().any(|sentence| sentence.contains("did not change before")), "{open:#?}");
}

#[test]
fn a_record_that_was_cut_short_speaks_of_its_end_and_never_of_now() {
    let mut story = Story::connected();
    story.replication(ReplicationState::Running);
    story.wait(5);
    story.replication(ReplicationState::Paused);
    story.marker(Marker::DownloadStarted);
    story.wait(60);
    let target = Target::Exposure { limit: HOUR };
    assert!(judged(&mut story, target).reason.contains("so far, and replication is still paused"));
    let text = |story: &Story| format!("{:?} {:?}", summary(story), cleanup(&story.run, story.now));
    assert!(text(&story).contains(" now:"), "{}", text(&story));
    story.run.cut_short();
    let reason = judged(&mut story, target).reason;
    assert!(reason.contains("at least") && reason.ends_with("was paused when the record ended."), "{reason}");
    let text = text(&story);
    for words in ["so far", " now:", "still", "when this was written"] {
        assert!(!text.contains(words), "{words}: {text}");
    }
}

#[test]
fn what_replication_did_to_the_bucket_of_a_restore_is_named_as_not_proven() {
    let mut story = Story::in_stage_2();
    let disturbed = |story: &Story| {
        summary(story).not_proven.iter().any(|text| text.starts_with("That all files of production"))
    };
    story.wait(10);
    assert!(!disturbed(&story));
    story.replication(ReplicationState::Running);
    story.wait(60);
    story.final_lines();
    assert!(disturbed(&story));
}

#[test]
fn a_stage_whose_beginning_was_not_seen_is_not_called_late_by_its_end() {
    let mut story = Story::connected();
    let planned = vec![PlannedStep { step: ProcedureStep::Stage1, at: story.now }];
    state(&mut story, &TestSheet { planned, ..TestSheet::default() }, None);
    story.wait(7200);
    story.attest(Statement::DownloadOver);
    let stage = step(&story, ProcedureStep::Stage1);
    assert!(stage.started_at.is_none() && stage.ended_at.is_some(), "{stage:?}");
    let deviations = summary(&story).deviations;
    assert!(
        !deviations.iter().any(|deviation| deviation.text.contains("later than planned")),
        "{deviations:?}"
    );
}
