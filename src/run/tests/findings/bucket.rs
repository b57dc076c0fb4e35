//! Findings about the listing of the bucket.

use super::*;

#[test]
fn a_listing_is_provisional_until_one_was_begun_after_a_confirmed_pause() {
    let mut story = Story::connected();
    story.replication(ReplicationState::Running);
    story.listing(1331, 1331, ListingCause::Start);
    assert!(story.finding(Code::ListingProvisional).is_open());
    story.tell(Event::ListingStarted { cause: ListingCause::Asked });
    story.wait(1);
    story.act(ActionKind::Pause);
    let listing = bucket(1331, 1331);
    let read = Event::ListingRead { listing, cause: ListingCause::Asked, took: secs(9), raw: String::new() };
    story.tell(read);
    assert!(story.finding(Code::ListingProvisional).is_open(), "begun before the pause");
    story.listing(1331, 1331, ListingCause::Paused);
    assert_eq!(story.finding(Code::ListingProvisional).closed_at, Some(story.now));
    assert!(!story.run.listing.as_ref().unwrap().provisional);
    assert_eq!(story.run.listing_since, None);
}

#[test]
fn a_listing_from_a_file_is_provisional_but_only_information() {
    let mut story = Story::with(|started| started.primary = None);
    story.listing(1331, 1331, ListingCause::File);
    assert_eq!(story.finding(Code::ListingProvisional).severity, FindingSeverity::Info);
}

#[test]
fn entries_in_no_class_and_differing_counts_are_told() {
    let mut story = Story::connected();
    story.listing(1331, 1331, ListingCause::Start);
    let finding = story.finding(Code::UnclassifiedEntries);
    assert_eq!(finding.severity, FindingSeverity::Info);
    assert!(finding.text.contains("4 of the 2,927 entries"));
    assert!(story.findings(Code::MapsDifferFromRbtmds).is_empty());
    story.listing(1331, 1330, ListingCause::Asked);
    assert_eq!(story.finding(Code::MapsDifferFromRbtmds).severity, FindingSeverity::Attention);
}

#[test]
fn a_refused_listing_stands_until_one_comes() {
    let mut story = Story::connected();
    story.tell(Event::ListingStarted { cause: ListingCause::Start });
    story.tell(Event::ListingRefused { reason: "It is cut off.".to_owned(), raw: String::new() });
    assert_eq!(story.run.listing_since, None);
    assert!(story.finding(Code::ListingRefused).text.contains("It is cut off."));
    story.listing(1331, 1331, ListingCause::Asked);
    assert!(!story.finding(Code::ListingRefused).is_open());
}

#[test]
fn a_listing_that_lacks_one_of_its_classes_is_worth_attention() {
    let mut story = Story::connected();
    story.replication(ReplicationState::Paused);
    let listing = with(|counts| BucketCounts { rbtmds: None, ..counts });
    let (cause, took, raw) = (ListingCause::Asked, secs(1), String::new());
    story.tell(Event::ListingRead { listing, cause, took, raw });
    let finding = story.finding(Code::UnclassifiedEntries);
    assert_eq!(finding.severity, FindingSeverity::Attention);
    assert!(finding.text.contains("names no rbtmds"), "{}", finding.text);
    assert_eq!(story.run.expected(), None);
}
