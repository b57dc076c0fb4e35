//! The bucket during the pause: standing still, draining, changed.

use super::*;

/// Connected and paused by drwatch just now.
fn paused() -> Story {
    let mut story = Story::connected();
    story.service_stopped();
    story.replication(ReplicationState::Running);
    story.wait(5);
    story.act(ActionKind::Pause);
    story
}

fn read(story: &mut Story, listing: BucketListing, cause: ListingCause) {
    story.tell(Event::ListingStarted { cause });
    story.wait(2);
    story.tell(Event::ListingRead { listing, cause, took: secs(2), raw: String::new() });
}

fn maps(counts: Option<&PausedListing>) -> Option<u64> {
    counts?.counts.maps.map(|maps| maps.0)
}

#[test]
fn a_bucket_that_stands_still_is_proven_by_three_listings() {
    let mut story = Story::in_stage_2();
    assert_eq!(story.run.frozen.unchanged, None, "one listing proves nothing");
    story.listing(1331, 1331, ListingCause::StageEnd);
    assert_eq!(story.run.frozen.unchanged, Some(true));
    story.wait(900);
    story.listing(1331, 1331, ListingCause::BeforeResume);
    let frozen = &story.run.frozen;
    assert!(frozen.at_pause.is_some() && frozen.at_stage_1_end.is_some() && frozen.before_resume.is_some());
    assert_eq!(frozen.after_draining, None);
    assert!(story.findings(Code::BucketChangedWhilePaused).is_empty());
    let summary = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    assert_eq!(summary["frozen_bucket"]["unchanged"], true);
    assert_eq!(summary["frozen_bucket"]["before_resume"]["rbtmds"], 1331);
    assert!(summary["frozen_bucket"].get("pause").is_none());
}

#[test]
fn a_change_after_the_drain_window_is_worth_attention() {
    let mut story = Story::in_stage_2();
    story.wait(700);
    story.listing(1340, 1331, ListingCause::StageEnd);
    let finding = story.finding(Code::BucketChangedWhilePaused);
    assert_eq!(finding.severity, FindingSeverity::Attention);
    assert!(finding.text.contains("maps went from 1331 to 1340"), "{}", finding.text);
    assert_eq!(story.run.frozen.unchanged, Some(false));
    story.listing(1331, 1331, ListingCause::Asked);
    assert_eq!(story.run.frozen.unchanged, Some(false), "it did change");
}

#[test]
fn uploads_that_drain_right_after_the_pause_are_information() {
    let mut story = paused();
    story.listing(1331, 1331, ListingCause::Paused);
    story.wait(300);
    story.listing(1335, 1335, ListingCause::Asked);
    assert_eq!(story.finding(Code::BucketChangedWhilePaused).severity, FindingSeverity::Info);
    assert_eq!(maps(story.run.frozen.at_pause.as_ref()), Some(1331));
    assert_eq!(maps(story.run.frozen.after_draining.as_ref()), Some(1335));
    assert_eq!(story.run.frozen.unchanged, None);
    story.wait(900);
    story.listing(1335, 1335, ListingCause::Asked);
    assert_eq!(story.run.frozen.unchanged, Some(true), "compared with the settled bucket");
}

#[test]
fn growth_behind_a_time_in_which_replication_was_not_read_is_no_draining() {
    // The listing comes before the next reading, or behind it.
    for (held, is_read, severity) in [
        (10, false, FindingSeverity::Info),
        (90, false, FindingSeverity::Attention),
        (90, true, FindingSeverity::Attention),
    ] {
        let mut story = paused();
        story.listing(1331, 1331, ListingCause::Paused);
        let since = story.now;
        story.wait(held);
        story.tell(held_up(since));
        if is_read {
            story.replication(ReplicationState::Paused);
        }
        story.wait(5);
        story.listing(1335, 1335, ListingCause::Asked);
        let finding = story.finding(Code::BucketChangedWhilePaused);
        assert_eq!(finding.severity, severity, "{held} s, {is_read}");
        let has_doubt = finding.text.contains("may have run");
        assert_eq!(has_doubt, severity == FindingSeverity::Attention, "{}", finding.text);
    }
}

#[test]
fn a_listing_of_a_later_pause_is_named_as_such_and_proves_nothing_of_the_one_before() {
    let mut story = Story::in_stage_2();
    story.listing(1331, 1331, ListingCause::StageEnd);
    story.replication(ReplicationState::Running);
    story.wait(60);
    story.replication(ReplicationState::Paused);
    story.wait(60);
    story.listing(1402, 1402, ListingCause::BeforeResume);
    let frozen = &story.run.frozen;
    assert_eq!((frozen.unchanged, &frozen.before_resume), (Some(true), &None));
    assert_eq!(maps(frozen.in_later_pause.as_deref()), Some(1402));
    let summary = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    let not_proven = summary["not_proven"].to_string();
    assert!(
        not_proven.contains("is of a later one") && !not_proven.contains("not listed again"),
        "{not_proven}"
    );
}

#[test]
fn a_stage_1_that_ends_while_uploads_drain_keeps_its_listing() {
    let mut story = Story::in_stage_2();
    story.listing(1335, 1335, ListingCause::StageEnd);
    assert_eq!(story.finding(Code::BucketChangedWhilePaused).severity, FindingSeverity::Info);
    assert_eq!(story.run.frozen.at_stage_1_end, story.run.frozen.after_draining);
    assert_eq!(maps(story.run.frozen.at_stage_1_end.as_ref()), Some(1335));
}

#[test]
fn the_drain_window_ends_to_the_second() {
    for (seconds, severity) in [(600, FindingSeverity::Info), (601, FindingSeverity::Attention)] {
        let mut story = paused();
        story.listing(1331, 1331, ListingCause::Paused);
        // The listing above took two seconds since the pause.
        story.wait(seconds - 2);
        story.listing(1332, 1332, ListingCause::Asked);
        assert_eq!(story.finding(Code::BucketChangedWhilePaused).severity, severity, "{seconds}");
    }
}

#[test]
fn a_bucket_that_shrinks_is_never_draining() {
    let mut story = paused();
    story.listing(1331, 1331, ListingCause::Paused);
    story.wait(10);
    story.listing(1330, 1330, ListingCause::Asked);
    assert_eq!(story.finding(Code::BucketChangedWhilePaused).severity, FindingSeverity::Attention);
}

#[test]
fn bytes_alone_are_a_change_and_an_unknown_size_is_none() {
    let mut story = Story::in_stage_2();
    story.wait(700);
    read(&mut story, with(|counts| BucketCounts { bytes: None, ..counts }), ListingCause::StageEnd);
    assert_eq!(story.run.frozen.unchanged, Some(true));
    let bytes = Some(ByteCount(926_580_934));
    read(&mut story, with(|counts| BucketCounts { bytes, ..counts }), ListingCause::Asked);
    assert!(story.finding(Code::BucketChangedWhilePaused).text.contains("bytes went from 926580933"));
}

#[test]
fn a_listing_of_another_bucket_is_a_change() {
    let mut story = paused();
    story.listing(1331, 1331, ListingCause::Paused);
    read(&mut story, with(|counts| BucketCounts { name: "other".to_owned(), ..counts }), ListingCause::Asked);
    assert!(story.finding(Code::BucketChangedWhilePaused).text.contains("another bucket, other"));
}

#[test]
fn a_new_pause_before_stage_1_begins_the_proof_anew() {
    let mut story = paused();
    story.listing(1331, 1331, ListingCause::Paused);
    story.act(ActionKind::Resume);
    story.wait(60);
    story.act(ActionKind::Pause);
    assert_eq!(story.run.frozen.at_pause, None);
    story.listing(1340, 1340, ListingCause::Paused);
    assert_eq!(maps(story.run.frozen.at_pause.as_ref()), Some(1340));
    assert!(story.findings(Code::BucketChangedWhilePaused).is_empty(), "it was not paused in between");
}

#[test]
fn listings_while_replication_runs_prove_nothing() {
    let mut story = Story::in_stage_2();
    story.listing(1331, 1331, ListingCause::StageEnd);
    let proof = story.run.frozen.clone();
    story.act(ActionKind::Resume);
    story.wait(900);
    story.listing(1400, 1400, ListingCause::Asked);
    assert_eq!(story.run.frozen, proof);
    story.act(ActionKind::Pause);
    story.listing(1400, 1400, ListingCause::Paused);
    let beside_it = FrozenBucket { in_later_pause: None, ..story.run.frozen.clone() };
    assert_eq!(beside_it, proof, "a later pause proves nothing about the first");
    assert!(story.findings(Code::BucketChangedWhilePaused).is_empty());
}

#[test]
fn without_a_listing_nothing_is_known_of_the_bucket() {
    let story = Story::connected();
    let summary = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    for key in ["at_pause", "at_stage_1_end", "before_resume", "unchanged"] {
        assert_eq!(summary["frozen_bucket"][key], serde_json::Value::Null, "{key}");
    }
}

#[test]
fn a_listing_after_stage_1_proves_the_bucket_and_leaves_what_was_to_be_downloaded() {
    let mut story = Story::in_use();
    story.act(ActionKind::Resume);
    story.wait(60);
    story.listing(1400, 1400, ListingCause::Asked);
    assert_eq!(story.run.expected(), Some(ObjectCount(2662)), "the bucket of stage 1 is the one that counts");
    let mut story = Story::connected();
    story.replication(ReplicationState::Running);
    story.listing(1300, 1300, ListingCause::Asked);
    story.act(ActionKind::Pause);
    story.marker(Marker::DownloadStarted);
    story.marker(Marker::DownloadComplete);
    story.listing(1331, 1331, ListingCause::StageEnd);
    assert_eq!(story.run.expected(), Some(ObjectCount(2662)), "a final listing replaces a provisional one");
    story.wait(700);
    story.listing(1332, 1332, ListingCause::BeforeResume);
    assert_eq!(story.run.expected(), Some(ObjectCount(2662)));
    assert_eq!(story.run.frozen.unchanged, Some(false));
}

#[test]
fn a_listing_that_a_resume_overtook_does_not_replace_the_one_that_stage_1_counts_against() {
    let mut story = Story::in_stage_1();
    let counted_against = story.run.listing.clone();
    let cause = ListingCause::BeforeResume;
    story.tell(Event::ListingStarted { cause });
    story.replication(ReplicationState::Running);
    let listing = bucket(2000, 2000);
    story.tell(Event::ListingRead { listing, cause, took: secs(2), raw: String::new() });
    assert_eq!(story.run.listing, counted_against);
    assert_eq!(story.run.listing_since, None, "it is under way no more");
}
