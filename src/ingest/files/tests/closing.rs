//! A followed file is polled once more before an orderly end.

use super::*;

/// Follows `messages`, and closes right after `change`: the lines read since, and whether the log was reported as read
/// to its end.
async fn closed_after(change: impl FnOnce(&Path)) -> (String, bool) {
    let home = tempfile::tempdir().unwrap();
    let messages = home.path().join("messages");
    append(&messages, "Sep 13 16:03:38 a\nSep 13 16:03:39 b\n");
    let clock =
        Clock::scaled(Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap()), 1.0);
    let (sender, mut observations) = channel(1024);
    let (closing, closed) = oneshot::channel::<()>();
    let task =
        tokio::spawn(follow(messages, clock, sender, None, Looking::Polled, async { drop(closed.await) }));
    // Only once the log is followed: the change has to come after the last ordinary poll.
    while !matches!(observations.recv().await, Some(Observation::Event(Event::LogFollowed))) {}
    change(home.path());
    closing.send(()).unwrap();
    task.await.unwrap();
    let (mut text, mut is_read_to_end) = (String::new(), false);
    while let Ok(seen) = observations.try_recv() {
        match seen {
            Observation::Log { bytes, .. } => text += std::str::from_utf8(&bytes).unwrap(),
            Observation::LogReadToEnd => is_read_to_end = true,
            _ => {}
        }
    }
    (text, is_read_to_end)
}

#[tokio::test(start_paused = true)]
async fn lines_written_since_the_last_poll_are_read_before_the_end() {
    let read = closed_after(|home| {
        append(&home.join("messages"), "Sep 13 16:03:40 c\n");
        fs::rename(home.join("messages"), home.join("messages.1")).unwrap();
        append(&home.join("messages"), "Sep 13 16:03:41 d\n");
    });
    assert_eq!(read.await, ("Sep 13 16:03:40 c\nSep 13 16:03:41 d\n".to_owned(), true));
}

#[tokio::test(start_paused = true)]
async fn a_file_unreadable_at_the_end_is_not_reported_as_read_to_its_end() {
    let (_, is_read_to_end) = closed_after(|home| {
        fs::rename(home.join("messages"), home.join("messages.1")).unwrap();
        fs::create_dir(home.join("messages")).unwrap();
    })
    .await;
    assert!(!is_read_to_end);
}
