//! Follows that drop, stall, are refused or end, without a rotation.

use super::*;

#[tokio::test(start_paused = true)]
async fn old_lines_are_earlier_and_new_ones_live_and_the_echo_is_no_line() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    assert_eq!(tail.settle().await, [(Arrival::Earlier, text(20..30))]);
    tail.fake.log(lines(30..33));
    assert_eq!(tail.settle().await, [(Arrival::Live, text(30..33))]);
}

#[tokio::test(start_paused = true)]
async fn after_a_drop_every_line_comes_once_by_overlap() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.drop_all();
    fake.log(lines(30..35));
    assert_eq!(tail.settle().await, [(Arrival::CaughtUp, text(30..35))]);
    assert!(!fake.typed().contains(&"show log".to_owned()));
    fake.log(lines(35..36));
    assert_eq!(tail.settle().await, [(Arrival::Live, text(35..36))]);
}

#[tokio::test(start_paused = true)]
async fn more_lines_than_the_follow_shows_are_fetched_and_spliced() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.drop_all();
    fake.log(lines(30..500));
    assert_eq!(tail.settle().await, [(Arrival::CaughtUp, text(30..500))]);
    fake.log(lines(500..501));
    assert_eq!(tail.settle().await, [(Arrival::Live, text(500..501))]);
}

#[tokio::test(start_paused = true)]
async fn lines_logged_while_the_log_is_fetched_come_once() {
    for shows in [0, 10] {
        let fake = Fake::new("ava");
        fake.follow_shows(shows);
        fake.log(lines(0..30));
        let mut tail = Harness::start(&fake);
        let first = tail.settle().await;
        assert_eq!(first.len(), usize::from(shows > 0));
        fake.log(lines(30..32));
        tail.settle().await;
        fake.drop_all();
        fake.log(lines(32..100));
        let writer = fake.clone();
        tokio::spawn(async move {
            for n in 100..200 {
                sleep(Duration::from_millis(7)).await;
                writer.log(lines(n..n + 1));
            }
        });
        let all: String = tail.settle().await.into_iter().map(|(_, text)| text).collect();
        assert_eq!(all, text(32..200), "a follow that shows {shows} lines");
    }
}

#[tokio::test(start_paused = true)]
async fn lines_written_since_the_follow_began_are_live_however_busy_the_log_is() {
    for (hours_ahead, interval) in [(0, 50), (5, 50), (-3, 50), (0, 150), (2, 900), (0, 10)] {
        let fake = Fake::new("ava");
        let clock = fake.clock();
        let stamped = move |n: usize| {
            let at = clock.now().shifted(chrono::TimeDelta::hours(hours_ahead));
            format!("{} localhost rfsd[1]: [gc.INFO] (1) line {n}", at.utc().format("%b %e %H:%M:%S"))
        };
        sleep(Duration::from_hours(10)).await;
        fake.log((0..30).map(stamped));
        sleep(Duration::from_secs(20)).await;
        let mut tail = Harness::start(&fake);
        let writer = fake.clone();
        tokio::spawn(async move {
            for n in 100..600 {
                sleep(Duration::from_millis(interval)).await;
                writer.log([stamped(n)]);
            }
        });
        let all = tail.settle().await;
        let said =
            |wanted| all.iter().filter(move |(arrival, _)| *arrival == wanted).map(|(_, text)| text.as_str());
        let (earlier, live): (String, String) =
            (said(Arrival::Earlier).collect(), said(Arrival::Live).collect());
        assert!(!earlier.contains(" line 1"), "{hours_ahead} h, {interval} ms: {earlier}");
        assert!(
            live.contains(" line 150\n") && !live.contains(" line 29\n"),
            "{hours_ahead} h, {interval} ms"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_log_that_cannot_be_fetched_is_a_gap() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.answer("show log", "% Insufficient permissions\n");
    fake.drop_all();
    fake.log(lines(30..60));
    let all = tail.settle().await;
    let [(Arrival::CaughtUp, all)] = all.as_slice() else { panic!("{all:?}") };
    assert!(all.starts_with("GAP ") && all.contains("Insufficient permissions"), "{all}");
    assert!(all.ends_with(&text(50..60)), "{all}");
}

#[tokio::test(start_paused = true)]
async fn a_silent_follow_is_started_anew_and_doubles_nothing() {
    let fake = Fake::new("ava");
    fake.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    let follows = || fake.typed().iter().filter(|line| *line == "show log continuous").count();
    assert_eq!(follows(), 1);
    sleep(FREEZE_LIMIT * 2 + Duration::from_secs(10)).await;
    assert_eq!(follows(), 3);
    fake.log(lines(30..31));
    assert_eq!(tail.settle().await, [(Arrival::Live, text(30..31))]);
}

#[tokio::test(start_paused = true)]
async fn a_follow_that_shows_its_old_lines_late_doubles_nothing() {
    for wait in [Duration::from_millis(300), Duration::from_secs(5)] {
        let fake = Fake::new("ava");
        fake.log(lines(0..8));
        let mut tail = Harness::start(&fake);
        tail.settle().await;
        fake.follow_waits(wait);
        sleep(FREEZE_LIMIT + Duration::from_secs(20)).await;
        fake.log(lines(8..9));
        assert_eq!(tail.settle().await, [(Arrival::Live, text(8..9))], "{wait:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_follow_is_reported_once_and_tried_again() {
    let fake = Fake::new("ava");
    fake.answer("show log continuous", "% Unrecognized command \"continuous\".\n");
    let mut tail = Harness::start(&fake);
    let all = tail.settle().await;
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].1.contains("Unrecognized command"), "{all:?}");
    sleep(MAX_RETRY_PAUSE * 3).await;
    assert!(fake.typed().iter().filter(|line| *line == "show log continuous").count() >= 3);
    assert!(tail.settle().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_follow_that_ends_at_a_prompt_is_started_again() {
    let fake = Fake::new("ava");
    fake.log(lines(0..3));
    fake.end_shell_at("show log continuous");
    let mut tail = Harness::start(&fake);
    assert_eq!(tail.settle().await, [(Arrival::Earlier, text(0..3))]);
}

#[tokio::test(start_paused = true)]
async fn hostile_bytes_and_prompt_look_alikes_pass_as_lines() {
    let fake = Fake::new("ava");
    let hostile = ["ava # ", "", "show log continuous", "\u{1b}[2J\u{7}\0", "% error"];
    fake.log(lines(0..1));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.log(hostile.iter().map(|line| (*line).to_owned()));
    let expected = hostile.join("\n") + "\n";
    assert_eq!(tail.settle().await, [(Arrival::Live, expected)]);
}

#[test]
fn the_pause_between_follows_that_show_nothing_stays_bounded() {
    let pauses = std::iter::successors(Some(FIRST_RETRY_PAUSE), |pause| Some(next_pause(*pause)));
    let last = pauses.take(200).last();
    assert_eq!(last, Some(MAX_RETRY_PAUSE));
}
