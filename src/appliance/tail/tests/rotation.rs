//! Logs that are rotated while they are followed, or while the connection is away.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_rotated_log_is_a_gap_and_what_is_left_is_passed_on() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.drop_all();
    fake.rotate();
    fake.log(lines(100..130));
    let all = tail.settle().await;
    let [(Arrival::CaughtUp, all)] = all.as_slice() else { panic!("{all:?}") };
    let (gap, rest) = all.split_once('\n').expect("a gap");
    assert!(gap.starts_with("GAP the log does not reach back"), "{gap}");
    assert_eq!(rest, text(100..130));
}

#[tokio::test(start_paused = true)]
async fn a_follow_left_behind_by_rotations_misses_nothing_though_every_file_begins_alike() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    for round in 1..4 {
        fake.rotate_away();
        let head = "BUILD_PROD_VERSION: 4.4.1 #31".to_owned();
        let first = round * 100;
        fake.log([head.clone()].into_iter().chain(lines(first..first + 30)));
        sleep(FREEZE_LIMIT).await;
        let expected = format!("{head}\n{}", text(first..first + 30));
        assert_eq!(tail.settle().await, [(Arrival::CaughtUp, expected)], "round {round}: whole, and no gap");
    }
}

/// Rotates the log away twice, each file with the same first line; what was written meanwhile.
fn rotate_twice(fake: &Fake) -> String {
    let head = "BUILD_PROD_VERSION: 4.4.1 #31".to_owned();
    let mut written = String::new();
    for first in [100, 200] {
        fake.rotate_away();
        fake.log([head.clone()].into_iter().chain(lines(first..first + 30)));
        written = [written.as_str(), &head, "\n"].concat();
        written.push_str(&text(first..first + 30));
    }
    written
}

#[tokio::test(start_paused = true)]
async fn two_rotations_within_a_silent_minute_lose_nothing() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    let written = rotate_twice(&fake);
    sleep(FREEZE_LIMIT).await;
    assert_eq!(tail.settle().await, [(Arrival::CaughtUp, written)]);
    fake.log(lines(230..231));
    assert_eq!(tail.settle().await, [(Arrival::Live, text(230..231))]);
}

#[tokio::test(start_paused = true)]
async fn two_rotations_whose_first_file_is_gone_are_a_gap_with_its_bounds() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    let left = fake.clock().now();
    let written = rotate_twice(&fake);
    fake.keep_older(1);
    sleep(FREEZE_LIMIT).await;
    let (mut gaps, mut passed_on) = (Vec::new(), String::new());
    while let Ok(Some(seen)) = tokio::time::timeout(Duration::from_secs(20), tail.seen.recv()).await {
        match seen {
            Observation::LogGap { from, to, .. } => gaps.push((from, to, passed_on.len())),
            Observation::LogEnded
            | Observation::LogReadToEnd
            | Observation::LogHole { .. }
            | Observation::ReadyToSend { .. } => {
                panic!("{seen:?}")
            }
            Observation::Log { bytes, .. } => {
                passed_on += &String::from_utf8(bytes).expect("text");
            }
            Observation::Event(Event::LogFollowed) => {}
            Observation::Event(event) => panic!("{event:?}"),
        }
    }
    let [(from, to, place)] = gaps.as_slice() else { panic!("{gaps:?}") };
    assert!(*from <= left && *to >= left && to.since(left) <= FREEZE_LIMIT.into(), "{from} to {to}");
    assert_eq!((*place, passed_on), (0, written), "before what is left of the log");
}

#[tokio::test(start_paused = true)]
async fn a_rotation_while_the_connection_was_away_loses_nothing() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.drop_all();
    fake.log(lines(30..60));
    let written = text(30..60) + &rotate_twice(&fake);
    assert_eq!(tail.settle().await, [(Arrival::CaughtUp, written)]);
}

#[tokio::test(start_paused = true)]
async fn four_rotations_while_the_connection_was_away_lose_nothing_and_a_fifth_is_a_gap() {
    for rotations in 1..=5 {
        let fake = Fake::new("ava");
        fake.log(lines(0..30));
        let mut tail = Harness::start(&fake);
        tail.settle().await;
        fake.drop_all();
        fake.log(lines(30..40));
        for file in 1..=rotations {
            fake.rotate_away();
            fake.log(lines(file * 100..file * 100 + 20));
        }
        let all = tail.settle().await;
        let [(Arrival::CaughtUp, all)] = all.as_slice() else { panic!("{rotations}: {all:?}") };
        let files: String = (1..=rotations).map(|file| text(file * 100..file * 100 + 20)).collect();
        if rotations <= 4 {
            assert_eq!(*all, text(30..40) + &files, "{rotations}");
        } else {
            let (gap, rest) = all.split_once('\n').expect("a gap");
            assert!(gap.starts_with("GAP "), "{gap}");
            assert_eq!(rest, files, "all that the four older files and the present one hold");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_appliance_that_shows_the_present_file_for_every_older_one_doubles_nothing() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.rotate_away();
    fake.log(lines(100..130));
    for file in 1..9 {
        fake.answer(&format!("show log files {file}"), &text(100..130));
    }
    sleep(FREEZE_LIMIT).await;
    let all = tail.settle().await;
    let [(Arrival::CaughtUp, all)] = all.as_slice() else { panic!("{all:?}") };
    let (gap, rest) = all.split_once('\n').expect("a gap");
    assert!(gap.starts_with("GAP "), "what was in the file before nothing tells: {gap}");
    assert_eq!(rest, text(100..130));
}

#[tokio::test(start_paused = true)]
async fn an_old_file_shown_again_is_marked_as_what_may_be_there_twice() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    // The last line received is gone from the log; those before it are there.
    fake.log(["a line that will vanish".to_owned()]);
    tail.settle().await;
    fake.drop_all();
    fake.rotate_away();
    fake.keep_older(0);
    fake.log(lines(0..60));
    let all = tail.settle().await;
    let [(Arrival::CaughtUp, gap), (Arrival::MayRepeat, again)] = all.as_slice() else { panic!("{all:?}") };
    assert!(gap.starts_with("GAP ") && gap.contains("the next 60 lines may repeat earlier ones"), "{gap}");
    assert_eq!(*again, text(0..60));
}
