//! The log, the listing, and the end.

use super::*;

const LISTING: &str = "listing entries from bucket b\n5 entries in bucket b\n1.0KiB (1024 bytes) in bucket b:\n* 1.0KiB in 1 slabs\n* 1B in 2 maps\n* 1B in 2 rbtmds\n";

/// Lines with a stamp, as an appliance logs them: those without one prove no place in a log.
const STAMP: &str = "Sep 13 16:03:38 localhost rfsd[1]:";

#[tokio::test(start_paused = true)]
async fn a_listing_of_hours_holds_up_neither_polls_nor_actions() {
    let fake = Fake::new("ava");
    fake.answer_after("show replication bucket", MINUTE * 120, LISTING);
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.ask(Request::ListBucket(ListingCause::Asked)).await;
    harness.ask(Request::ListBucket(ListingCause::Paused)).await;
    harness.act(ActionKind::Pause).await;
    assert_eq!(harness.settled().await.0, ActionState::Confirmed);
    let events = harness.until(|event| matches!(event, Event::ListingRead { .. })).await;
    assert!(events.iter().filter(|event| matches!(event, Event::ReplicationRead { .. })).count() > 470);
    let Some(Event::ListingRead { cause, took, .. }) = events.last() else { panic!() };
    assert_eq!((*cause, took.secs()), (ListingCause::Asked, 7200));
    assert_eq!(harness.times_typed("show replication bucket"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_is_cut_off_by_a_drop_is_refused() {
    let fake = Fake::new("ava");
    fake.answer_after("show replication bucket", MINUTE * 120, LISTING);
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.ask(Request::ListBucket(ListingCause::Start)).await;
    harness.within(MINUTE).await;
    fake.drop_all();
    harness.until(|event| matches!(event, Event::ListingRefused { .. })).await;
    harness.connected().await;
}

#[tokio::test(start_paused = true)]
async fn the_log_is_followed_across_drops_without_loss() {
    let fake = Fake::new("ava-dr");
    fake.log(["old".to_owned()]);
    let mut harness = Harness::start_with(Role::Dr, &fake, Access::ReadOnly, true);
    harness.within(Duration::from_secs(2)).await;
    let writer = fake.clone();
    tokio::spawn(async move {
        for n in 0..600 {
            tokio::time::sleep(Duration::from_millis(500)).await;
            writer.log([format!("{STAMP} line {n}")]);
            if n % 150 == 70 {
                writer.drop_all();
            }
        }
    });
    let seen = harness.within(MINUTE * 6).await;
    let mut text = Vec::new();
    for observation in seen {
        match observation {
            Observation::Log { bytes, arrival: Arrival::Live | Arrival::CaughtUp } => text.extend(bytes),
            Observation::LogGap { reason, .. } => panic!("{reason}"),
            _ => {}
        }
    }
    let expected = (0..600).map(|n| format!("{STAMP} line {n}")).collect::<Vec<_>>().join("\n") + "\n";
    assert_eq!(String::from_utf8_lossy(&text), expected);
    assert_eq!(fake.connections(), 5);
}

#[tokio::test(start_paused = true)]
async fn the_task_ends_when_nobody_receives() {
    let fake = Fake::new("ava");
    let harness = Harness::start(Role::Primary, &fake);
    let Harness { seen, task, requests, .. } = harness;
    drop(seen);
    timeout(MINUTE, task).await.expect("it ends").expect("in order");
    drop(requests);
}

#[tokio::test(start_paused = true)]
async fn equal_seeds_give_equal_observations() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let fake = Fake::new("ava-dr");
        fake.log(["old".to_owned()]);
        let mut harness = Harness::start_with(Role::Dr, &fake, Access::ReadAndChange, true);
        harness.connected().await;
        harness.act(ActionKind::SetThreads(ThreadCount(128))).await;
        let mut all = harness.within(MINUTE).await;
        fake.log(["new".to_owned()]);
        fake.drop_all();
        all.extend(harness.within(MINUTE).await);
        runs.push(format!("{all:?}"));
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test(start_paused = true)]
async fn a_busy_log_comes_through_drops_at_any_moment_whole_and_once() {
    for seed in 0..12 {
        let fake = Fake::new("ava-dr");
        fake.follow_shows(if seed % 3 == 0 { 0 } else { 10 });
        fake.log((0..30).map(|n| format!("{STAMP} old {n}")));
        let mut harness = Harness::start_with(Role::Dr, &fake, Access::ReadOnly, true);
        let earlier = harness.within(Duration::from_secs(5)).await;
        assert!(earlier.iter().all(|seen| !matches!(seen, Observation::Log { arrival: Arrival::Live, .. })));
        let writer = fake.clone();
        tokio::spawn(async move {
            for n in 0..2000 {
                tokio::time::sleep(Duration::from_millis(50)).await;
                writer.log([format!("{STAMP} line {n}")]);
            }
        });
        let dropper = fake.clone();
        tokio::spawn(async move {
            let mut random = fastrand::Rng::with_seed(seed);
            for _ in 0..12 {
                tokio::time::sleep(Duration::from_millis(random.u64(1..8000))).await;
                dropper.drop_all();
            }
        });
        let seen = harness.within(MINUTE * 4).await;
        let mut text = Vec::new();
        for observation in seen {
            match observation {
                Observation::Log { bytes, .. } => text.extend(bytes),
                Observation::LogEnded
                | Observation::LogReadToEnd
                | Observation::LogHole { .. }
                | Observation::ReadyToSend { .. } => {
                    panic!("{observation:?}")
                }
                Observation::LogGap { reason, .. } => panic!("seed {seed}: {reason}"),
                Observation::Event(_) => {}
            }
        }
        let text = String::from_utf8(text).expect("text");
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains(" old ")).collect();
        let expected: Vec<String> = (0..2000).map(|n| format!("{STAMP} line {n}")).collect();
        let differs = lines.iter().zip(&expected).find(|(seen, expected)| seen != expected);
        assert_eq!((differs, lines.len()), (None, expected.len()), "seed {seed}");
        assert!(text.matches("old").count() <= 30, "seed {seed}");
    }
}
