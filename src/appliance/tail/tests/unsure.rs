//! Where it is not sure how the log goes on: equal lines, files that begin alike, a follow that was stuck.

use super::*;
use crate::appliance::continuity::{Item, Received, Written, check};

/// What is received of a log in twenty minutes, as the check of continuity takes it.
async fn received(tail: &mut Harness) -> Received {
    let mut received = Received::default();
    let end = tokio::time::Instant::now() + FREEZE_LIMIT * 20;
    while let Ok(Some(observation)) = tokio::time::timeout_at(end, tail.seen.recv()).await {
        received.take(observation);
    }
    received
}

fn gaps(received: &Received) -> usize {
    received.items.iter().filter(|item| matches!(item, Item::Gap { .. })).count()
}

/// All that is written to a log, to be compared with what is received.
struct World {
    fake: Fake,
    written: Vec<Written>,
}

impl World {
    fn new(fake: &Fake) -> Self {
        Self { fake: fake.clone(), written: Vec::new() }
    }

    fn log(&mut self, lines: impl IntoIterator<Item = String>) {
        let at = self.fake.clock().now();
        let lines: Vec<String> = lines.into_iter().collect();
        self.written.extend(lines.iter().map(|line| Written { text: format!("{line}\n").into_bytes(), at }));
        self.fake.log(lines);
    }

    fn check(&self, first: usize, received: &Received) {
        check(&self.written, first, &received.items).expect("nothing is lost or doubled unmarked");
    }
}

/// So many different lines without a stamp, as an appliance may write whenever it starts.
fn banner(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("banner {n}")).collect()
}

fn equal(line: &str, count: usize) -> Vec<String> {
    vec![line.to_owned(); count]
}

#[tokio::test(start_paused = true)]
async fn of_equal_lines_none_is_lost_over_a_drop() {
    for line in ["", "x", "Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (1) again"] {
        let fake = Fake::new("ava");
        let mut world = World::new(&fake);
        world.log(lines(0..30));
        let mut tail = Harness::start(&fake);
        tail.settle().await;
        world.log(equal(line, 5));
        let mut seen = tail.settle().await;
        fake.drop_all();
        world.log(equal(line, 7));
        seen.extend(tail.settle().await);
        let seen: Vec<_> = seen.into_iter().map(|(_, text)| text).collect();
        assert_eq!(seen.concat(), format!("{line}\n").repeat(12), "{line:?}: all of them, and no gap");
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_log_of_equal_lines_all_is_there_and_what_may_be_twice_is_marked() {
    let fake = Fake::new("ava");
    let mut world = World::new(&fake);
    let mut tail = Harness::start(&fake);
    assert_eq!(tail.settle().await, []);
    world.log(equal("x", 5));
    let first = tail.settle().await;
    fake.drop_all();
    world.log(equal("x", 7));
    let mut all = received(&mut tail).await;
    let live = first.iter().flat_map(|(_, text)| text.lines()).count();
    for _ in 0..live {
        all.items.insert(0, Item::Line(b"x\n".to_vec(), Arrival::Live));
    }
    world.check(0, &all);
    assert!(gaps(&all) >= 1);
    assert!(all.items.iter().any(|item| matches!(item, Item::Line(_, Arrival::MayRepeat))));
}

#[tokio::test(start_paused = true)]
async fn a_follow_that_was_stuck_before_a_rotation_lost_nothing_or_there_is_a_gap() {
    for shows_older in [true, false] {
        let fake = Fake::new("ava");
        let mut world = World::new(&fake);
        world.log(lines(0..30));
        let mut tail = Harness::start(&fake);
        tail.settle().await;
        fake.freeze_follows();
        world.log(lines(30..40));
        fake.rotate_away();
        world.log(lines(40..105));
        if !shows_older {
            fake.keep_older(0);
        }
        let all = received(&mut tail).await;
        world.check(30, &all);
        assert_eq!(gaps(&all), usize::from(!shows_older));
    }
}

#[tokio::test(start_paused = true)]
async fn files_that_begin_alike_hide_no_line() {
    for count in (1..6).chain([20, 60]) {
        let fake = Fake::new("ava");
        let mut world = World::new(&fake);
        let head = banner(count);
        world.log(head.clone());
        world.log(lines(0..30));
        let mut tail = Harness::start(&fake);
        tail.settle().await;
        fake.rotate_away();
        fake.drop_all();
        world.log(head.clone());
        let mut all = received(&mut tail).await;
        fake.drop_all();
        world.log(lines(30..70));
        fake.rotate_away();
        world.log(head.clone());
        world.log(lines(70..130));
        fake.keep_older(1);
        let more = received(&mut tail).await;
        all.items.extend(more.items);
        world.check(30 + count, &all);
    }
}

#[tokio::test(start_paused = true)]
async fn a_log_that_was_empty_at_first_and_rotated_unseen_is_behind_a_gap() {
    for keeps_older in [true, false] {
        let fake = Fake::new("ava");
        let mut world = World::new(&fake);
        let mut tail = Harness::start(&fake);
        assert_eq!(tail.settle().await, []);
        fake.freeze_follows();
        world.log(lines(0..30));
        fake.rotate_away();
        world.log(lines(30..50));
        if !keeps_older {
            fake.keep_older(0);
        }
        let all = received(&mut tail).await;
        world.check(0, &all);
        assert_eq!(gaps(&all), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_quiet_log_of_which_nothing_is_sure_is_reported_seldom_and_passed_on_once() {
    for show_log_is_refused in [false, true] {
        let fake = Fake::new("ava");
        let mut world = World::new(&fake);
        world.log(equal("x", 30));
        if show_log_is_refused {
            fake.answer("show log", "% Insufficient permissions\n");
        }
        let mut tail = Harness::start(&fake);
        tail.settle().await;
        let mut all = Received::default();
        sleep(FREEZE_LIMIT * 60).await;
        while let Ok(observation) = tail.seen.try_recv() {
            all.take(observation);
        }
        // It may be another one each time it is looked at.
        assert!(gaps(&all) <= 10, "{} gaps in an hour", gaps(&all));
        let received = all.bytes.len() / 2;
        assert!(received <= 40, "{received} lines of 30 that were there");
    }
}

#[tokio::test(start_paused = true)]
async fn a_log_that_cannot_be_followed_is_said_to_be_so_until_it_can() {
    let fake = Fake::new("ava");
    fake.log(lines(0..3));
    let mut tail = Harness::start(&fake);
    let mut told = Vec::new();
    fake.answer("show log continuous", "% Unrecognized command \"continuous\".\n");
    sleep(Duration::from_secs(5)).await;
    fake.answer_again("show log continuous");
    sleep(MAX_RETRY_PAUSE * 2).await;
    while let Ok(observation) = tail.seen.try_recv() {
        if let Observation::Event(event) = observation {
            told.push(event);
        }
    }
    assert!(matches!(told.as_slice(), [Event::LogLost { .. }, Event::LogFollowed]), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rotated_file_that_holds_only_the_banner_of_the_present_one_is_not_left_out() {
    for count in [2, 20, 60] {
        let fake = Fake::new("ava");
        let mut world = World::new(&fake);
        world.log(lines(0..30));
        let mut tail = Harness::start(&fake);
        tail.settle().await;
        for written in [0..0, 30..40, 0..0] {
            fake.rotate_away();
            world.log(banner(count));
            world.log(lines(written));
        }
        let all = received(&mut tail).await;
        world.check(30, &all);
    }
}

#[tokio::test(start_paused = true)]
async fn a_short_file_that_is_fetched_twice_over_a_rotation_is_marked() {
    let fake = Fake::new("ava");
    let mut world = World::new(&fake);
    world.log(lines(0..30));
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.rotate_away();
    world.log(equal("x", 3));
    fake.rotate_away();
    world.log(lines(30..50));
    // The log is rotated once the first of the older files was fetched.
    fake.answer("show log files 2", "x\nx\nx\n");
    fake.answer("show log files 3", &text(0..30));
    let all = received(&mut tail).await;
    world.check(30, &all);
}

#[tokio::test(start_paused = true)]
async fn lines_older_than_a_line_received_from_an_unsure_beginning_are_marked() {
    let fake = Fake::new("ava");
    let mut world = World::new(&fake);
    fake.answer("show log", "% Insufficient permissions\n");
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    fake.answer_again("show log");
    fake.drop_all();
    world.log(lines(0..10));
    fake.rotate_away();
    world.log(equal("banner", 1));
    let mut all = received(&mut tail).await;
    fake.drop_all();
    world.log(equal("banner", 1));
    fake.rotate_away();
    world.log(equal("banner", 2));
    all.items.extend(received(&mut tail).await.items);
    world.check(0, &all);
}

#[tokio::test(start_paused = true)]
async fn old_lines_are_not_taken_for_new_ones_where_the_only_line_received_was_shown_otherwise() {
    let fake = Fake::new("ava");
    let mut world = World::new(&fake);
    world.log(lines(0..30));
    fake.rotate_away();
    fake.follow_shows(0);
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    let line = lines(30..31).remove(0);
    fake.log([format!("a remark of the console{line}")]);
    let shown = tail.settle().await;
    assert_eq!(shown.len(), 1);
    fake.reword_last(line);
    fake.drop_all();
    fake.log(lines(31..33));
    let all = received(&mut tail).await;
    let old = lines(0..1).remove(0) + "\n";
    let arrivals: Vec<Arrival> = all
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Line(line, arrival) if *line == old.as_bytes() => Some(*arrival),
            _ => None,
        })
        .collect();
    assert_eq!(arrivals, [Arrival::MayRepeat]);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_was_replaced_by_one_alike_is_behind_a_gap() {
    for head in [Vec::new(), equal("banner", 2), banner(20), banner(60)] {
        let fake = Fake::new("ava");
        let mut world = World::new(&fake);
        let head = || head.clone();
        world.log(lines(0..30));
        let mut tail = Harness::start(&fake);
        tail.settle().await;
        fake.drop_all();
        fake.rotate_away();
        fake.keep_older(0);
        world.log(head());
        let mut all = received(&mut tail).await;
        fake.freeze_follows();
        world.log(lines(30..40));
        fake.rotate_away();
        fake.keep_older(0);
        world.log(head());
        all.items.extend(received(&mut tail).await.items);
        world.check(30, &all);
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_line_like_one_that_was_fetched_is_not_lost() {
    let fake = Fake::new("ava");
    let mut world = World::new(&fake);
    fake.follow_shows(0);
    let mut tail = Harness::start(&fake);
    tail.settle().await;
    world.log(lines(0..30));
    tail.settle().await;
    fake.drop_all();
    for written in [30..35, 35..35] {
        world.log(lines(written));
        world.log(equal("last message repeated 2 times", 1));
        sleep(Duration::from_secs(5)).await;
    }
    world.log(lines(35..40));
    let all = received(&mut tail).await;
    world.check(30, &all);
}

#[tokio::test(start_paused = true)]
async fn a_watch_gone_on_with_takes_no_long_banner_for_its_place() {
    for (count, keeps_older) in [(20, true), (20, false), (60, true), (60, false)] {
        // All of it was received in one stretch, or the banner only behind a gap.
        let text: String = lines(0..30).into_iter().chain(banner(count)).map(|line| line + "\n").collect();
        for one_stretch_from in [0, text.find("banner").expect("a banner")] {
            let fake = Fake::new("ava");
            let mut world = World::new(&fake);
            world.log(lines(0..30));
            fake.rotate_away();
            world.log(banner(count));
            let memory = Memory::from_log(text.as_bytes(), one_stretch_from, fake.clock().now());
            world.log(lines(30..40));
            fake.rotate_away();
            world.log(banner(count));
            world.log(lines(40..60));
            if !keeps_older {
                fake.keep_older(0);
            }
            let (sender, seen) = mpsc::channel(1000);
            let task = tokio::spawn(follow_from(memory, fake.clone(), sender));
            let mut tail = Harness { fake, seen, task };
            let all = received(&mut tail).await;
            world.check(30 + count, &all);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lines_before_the_last_one_received_are_marked_although_they_come_for_the_first_time() {
    let text: String = lines(0..30).into_iter().chain(banner(1)).map(|line| line + "\n").collect();
    let one_stretch_from = text.find("banner").expect("a banner");
    let fake = Fake::new("ava");
    fake.log(lines(30..40));
    for _ in 0..2 {
        fake.rotate_away();
        fake.log(equal("banner 0", 2));
    }
    let memory = Memory::from_log(text.as_bytes(), one_stretch_from, fake.clock().now());
    let (sender, seen) = mpsc::channel(1000);
    let task = tokio::spawn(follow_from(memory, fake.clone(), sender));
    let mut tail = Harness { fake, seen, task };
    let old = lines(30..31).remove(0) + "\n";
    let all = received(&mut tail).await;
    let first = all.items.iter().find_map(|item| match item {
        Item::Line(line, arrival) if *line == old.as_bytes() => Some(*arrival),
        _ => None,
    });
    assert_eq!(first, Some(Arrival::MayRepeat));
}
