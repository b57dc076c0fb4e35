//! What a gap says and what is marked where catching up is not sure, and when no gap is due.

use super::*;

/// How often the log was followed.
fn follows(fake: &Fake) -> usize {
    fake.typed().iter().filter(|line| *line == "show log continuous").count()
}

#[tokio::test(start_paused = true)]
async fn a_connection_lost_while_the_log_is_fetched_is_no_gap() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.drop_in("show log", &text(0..3));
    fake.drop_all();
    fake.log(lines(30..90));
    assert_eq!(tail.settle().await, [(Arrival::CaughtUp, text(30..90))]);
}

#[tokio::test(start_paused = true)]
async fn a_fetched_log_that_is_never_the_followed_one_is_a_gap_after_two_more_follows() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.answer("show log", &text(0..30));
    fake.drop_all();
    fake.log(lines(100..130));
    let all = tail.settle().await;
    let [(Arrival::CaughtUp, all)] = all.as_slice() else { panic!("{all:?}") };
    let (gap, rest) = all.split_once('\n').expect("a gap");
    assert_eq!(gap, "GAP the log that was fetched does not hold what its follow showed before");
    assert_eq!((rest, follows(&fake)), (text(120..130).as_str(), 4));
}

#[tokio::test(start_paused = true)]
async fn what_is_written_to_a_log_that_was_empty_behind_a_known_file_is_new_without_a_gap() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    fake.rotate_away();
    let mut tail = Harness::start(&fake);
    assert_eq!(tail.settle().await, []);
    fake.drop_all();
    fake.log(lines(30..60));
    assert_eq!(tail.settle().await, [(Arrival::CaughtUp, text(30..60))]);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_was_empty_is_behind_a_gap_where_a_file_has_come_before_it() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    fake.rotate_away();
    let mut tail = Harness::start(&fake);
    assert_eq!(tail.settle().await, []);
    fake.drop_all();
    fake.log(lines(30..50));
    fake.rotate_away();
    fake.log(lines(50..80));
    let all = tail.settle().await;
    let [(Arrival::CaughtUp, gap), (Arrival::MayRepeat, rest)] = all.as_slice() else { panic!("{all:?}") };
    assert!(gap.ends_with("; the next 50 lines may repeat earlier ones\n"), "{gap}");
    assert_eq!(*rest, text(30..80));
}

#[tokio::test(start_paused = true)]
async fn unknown_lines_behind_a_likely_place_are_not_said_to_repeat() {
    let fake = Fake::new("ava");
    fake.log(["alone".to_owned()]);
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.drop_all();
    fake.log(lines(0..20));
    let all = tail.settle().await;
    let [(Arrival::CaughtUp, all)] = all.as_slice() else { panic!("{all:?}") };
    let (gap, rest) = all.split_once('\n').expect("a gap");
    assert_eq!(
        gap,
        "GAP the last lines received may stand in the log more than once, so that it is not sure where it goes on"
    );
    assert_eq!(rest, text(0..20), "without the line that was received");
}

#[tokio::test(start_paused = true)]
async fn a_gap_with_no_lines_behind_it_says_of_none_that_they_repeat() {
    let fake = Fake::new("ava");
    let mut tail = Harness::start(&fake);
    assert_eq!(tail.settle().await, []);
    fake.drop_all();
    fake.rotate_away();
    let all = tail.settle().await;
    let reason = "it is not known how the log began, or what was in it before it was rotated";
    assert_eq!(all, [(Arrival::CaughtUp, format!("GAP {reason}\n"))]);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_was_fetched_unchanged_is_fetched_again_later_although_its_follow_shows_another() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.answer("show log", &text(0..30));
    fake.drop_all();
    fake.log(lines(100..130));
    tail.settle().await;
    let before = follows(&fake);
    sleep(FREEZE_LIMIT).await;
    assert_eq!(follows(&fake), before, "the limit is twice as long");
    sleep(FREEZE_LIMIT).await;
    assert_eq!(follows(&fake), before + 1);
}
