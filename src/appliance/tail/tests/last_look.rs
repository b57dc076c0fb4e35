//! An orderly end is behind a last look at the log: what a rotation has hidden from the follow is on record.

use super::*;

/// A tail that is followed until it is closed.
struct Closable {
    fake: Fake,
    seen: mpsc::Receiver<Observation>,
    closing: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Closable {
    /// Follows a log of thirty lines.
    async fn start() -> Self {
        let fake = Fake::new("ava");
        fake.log(lines(0..30));
        let (sender, seen) = mpsc::channel(1000);
        let closing = watch::Sender::new(false);
        let task = tokio::spawn(follow_until(closing.subscribe(), Memory::default(), fake.clone(), sender));
        let mut tail = Self { fake, seen, closing, task };
        sleep(Duration::from_secs(20)).await;
        tail.take();
        tail
    }

    /// The lines that came behind the first ones, and whether the log was read to its end.
    fn take(&mut self) -> (String, bool) {
        let (mut text, mut is_read_to_end) = (String::new(), false);
        while let Ok(seen) = self.seen.try_recv() {
            assert!(!is_read_to_end, "{seen:?} behind the end");
            match seen {
                Observation::Log { bytes, .. } => text += &String::from_utf8(bytes).unwrap(),
                Observation::LogReadToEnd => is_read_to_end = true,
                Observation::LogGap { .. } => text += "GAP\n",
                _ => {}
            }
        }
        (text, is_read_to_end)
    }

    async fn close(mut self) -> (String, bool) {
        self.closing.send(true).unwrap();
        (&mut self.task).await.unwrap();
        self.take()
    }
}

#[tokio::test(start_paused = true)]
async fn a_quiet_log_is_read_to_its_end_without_being_fetched() {
    let tail = Closable::start().await;
    let fake = tail.fake.clone();
    assert_eq!(tail.close().await, (String::new(), true));
    assert!(!fake.typed().contains(&"show log".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn lines_written_behind_a_rotation_that_the_follow_has_not_noticed_are_not_lost() {
    for rotations in 1..=3 {
        let tail = Closable::start().await;
        for rotation in 0..rotations {
            tail.fake.rotate_away();
            tail.fake.log(lines(30 + 20 * rotation..50 + 20 * rotation));
        }
        assert_eq!(tail.close().await, (text(30..30 + 20 * rotations), true), "{rotations}");
    }
}

#[tokio::test(start_paused = true)]
async fn lines_that_pour_in_while_the_log_is_looked_at_come_once() {
    let tail = Closable::start().await;
    let fake = tail.fake.clone();
    let pouring = tokio::spawn(async move {
        for line in 30..900 {
            fake.log(lines(line..line + 1));
            sleep(Duration::from_millis(5)).await;
        }
    });
    sleep(Duration::from_millis(200)).await;
    let fake = tail.fake.clone();
    let (seen, is_read_to_end) = tail.close().await;
    assert!(is_read_to_end);
    assert_eq!(seen, text(30..30 + seen.lines().count()));
    assert!(seen.lines().count() >= 40, "{seen}");
    assert!(!fake.typed().contains(&"show log".to_owned()), "the follow itself shows all of it");
    pouring.abort();
}

#[tokio::test(start_paused = true)]
async fn lines_on_their_way_in_the_follow_are_waited_for_before_the_log_is_fetched() {
    let tail = Closable::start().await;
    let fake = tail.fake.clone();
    // Later than the new follow has shown the last ten of them, which takes some 400 ms.
    fake.delay_follows(Duration::from_millis(600));
    fake.log(lines(30..90));
    assert_eq!(tail.close().await, (text(30..90), true));
    assert!(!fake.typed().contains(&"show log".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_follow_that_is_stuck_is_looked_behind() {
    let tail = Closable::start().await;
    tail.fake.freeze_follows();
    tail.fake.log(lines(30..90));
    assert_eq!(tail.close().await, (text(30..90), true));
}

#[tokio::test(start_paused = true)]
async fn a_log_that_cannot_be_looked_at_once_more_is_not_said_to_be_read_to_its_end() {
    let tail = Closable::start().await;
    tail.fake.log(lines(30..33));
    tail.fake.mute_new_shells();
    let begun = tokio::time::Instant::now();
    let (_, is_read_to_end) = tail.close().await;
    assert!(!is_read_to_end);
    assert!(begun.elapsed() <= Duration::from_secs(4), "{:?}", begun.elapsed());
}
