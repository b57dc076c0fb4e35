//! Following and catching up: nothing lost, nothing twice, gaps told.

use std::sync::Arc;

use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use super::*;
use crate::{
    appliance::{
        client::{Means, arrive},
        fake::Fake,
        gate::{Access, Gate},
    },
    dialect::Dialect,
    run::Role,
};

mod doubts;
mod last_look;
mod storms;
mod unsure;

/// A tail on a fake appliance, its observations collected as they come.
struct Harness {
    fake: Fake,
    seen: mpsc::Receiver<Observation>,
    task: JoinHandle<()>,
}

impl Harness {
    /// Follows over connections that are made anew as soon as one is gone.
    fn start(fake: &Fake) -> Self {
        let (sender, seen) = mpsc::channel(1000);
        let fake = fake.clone();
        let task = tokio::spawn(follow_on(fake.clone(), sender));
        Self { fake, seen, task }
    }

    /// All text observed until nothing more comes for a while, by arrival.
    async fn settle(&mut self) -> Vec<(Arrival, String)> {
        let mut all: Vec<(Arrival, String)> = Vec::new();
        while let Ok(Some(observation)) =
            tokio::time::timeout(Duration::from_secs(20), self.seen.recv()).await
        {
            match observation {
                Observation::LogEnded | Observation::LogReadToEnd | Observation::LogHole { .. } => {
                    panic!("the log of an appliance never ends, and comes as it is")
                }
                Observation::Log { bytes, arrival } => {
                    let text = String::from_utf8(bytes).expect("text");
                    match all.last_mut() {
                        Some((last, all)) if *last == arrival => all.push_str(&text),
                        _ => all.push((arrival, text)),
                    }
                }
                Observation::LogGap { reason, .. } => {
                    all.push((Arrival::CaughtUp, format!("GAP {reason}\n")));
                }
                Observation::ReadyToSend { .. } => panic!("a tail sends nothing"),
                Observation::Event(Event::LogFollowed | Event::LogLost { .. }) => {}
                Observation::Event(event) => panic!("{event:?}"),
            }
        }
        all
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn follow_on(fake: Fake, sender: mpsc::Sender<Observation>) {
    follow_from(Memory::default(), fake, sender).await;
}

/// Follows on from what is remembered of the log, as a watch that is gone on with.
async fn follow_from(memory: Memory, fake: Fake, sender: mpsc::Sender<Observation>) {
    follow_until(watch::channel(false).1, memory, fake, sender).await;
}

/// The same, until `closing` is true or, with its sender gone, for ever.
async fn follow_until(
    closing: watch::Receiver<bool>,
    mut memory: Memory,
    fake: Fake,
    sender: mpsc::Sender<Observation>,
) {
    let dialect = Dialect::built_in();
    let means = Means {
        gate: Arc::new(Gate::new(Role::Dr, &dialect, Access::ReadOnly).expect("valid")),
        dialect: Arc::new(dialect),
        clock: fake.clock(),
        enable_password: None,
    };
    let emitter = Emitter::new(sender);
    loop {
        let connection = fake.connection();
        let Ok(arrived) = arrive(connection.as_ref(), &means).await else {
            sleep(Duration::from_millis(5)).await;
            continue;
        };
        let appliance = IdentifiedConnection::new(connection.as_ref(), &means, arrived.identity);
        let mut closing = closing.clone();
        let closed = async {
            if closing.wait_for(|closing| *closing).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let tail = Tail { appliance: &appliance, memory: &mut memory, emitter: &emitter };
        if matches!(tail.run(closed).await, TailEnd::Closed) {
            return;
        }
    }
}

fn lines(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (1) line {n}")).collect()
}

fn text(range: std::ops::Range<usize>) -> String {
    lines(range).into_iter().map(|line| line + "\n").collect()
}

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
async fn a_follow_that_is_refused_is_told_once_and_tried_again() {
    let fake = Fake::new("ava");
    fake.answer("show log continuous", "% Unrecognized command \"continuous\".\n");
    let mut tail = Harness::start(&fake);
    let all = tail.settle().await;
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(all[0].1.contains("Unrecognized command"), "{all:?}");
    sleep(RETRY_LIMIT * 3).await;
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
