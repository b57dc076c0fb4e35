//! Handles that fail, files that cannot be read, and changes of the log during one poll.

use std::{fs, path::Path};

use tokio::sync::mpsc::{Receiver, channel};

use super::*;

fn follower(path: PathBuf, now: Timestamp, observations: Sender<Observation>) -> Follower {
    let mut follower = Follower::new(path, Clock::scaled(now, 1.0), Outlet::new(observations));
    (follower.polled_at, follower.availability) = (now, Availability::Followed);
    follower
}

/// A log that is polled step by step.
struct Stepped {
    home: tempfile::TempDir,
    follower: Follower,
    observations: Receiver<Observation>,
}

const START: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::new(chrono::DateTime::from_timestamp(START + seconds, 0).unwrap())
}

impl Stepped {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let (sender, observations) = channel(16);
        let follower = follower(home.path().join("messages"), at(0), sender);
        Self { home, follower, observations }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn log(&self, text: &str) {
        append(&self.path("messages"), text);
    }

    fn copy_and_empty(&self) {
        fs::copy(self.path("messages"), self.path("messages.1")).unwrap();
        self.empty();
    }

    fn empty(&self) {
        fs::OpenOptions::new().write(true).truncate(true).open(self.path("messages")).unwrap();
    }

    async fn poll(&mut self, seconds: i64) {
        let polled = self.follower.poll(at(seconds)).await;
        self.follower.report(polled, at(seconds)).await.unwrap();
    }

    /// The lines passed on, and for each gap the second at which it begins.
    fn received(&mut self) -> String {
        let mut received = String::new();
        while let Ok(observation) = self.observations.try_recv() {
            match observation {
                Observation::Log { bytes, .. } => received += &String::from_utf8(bytes).unwrap(),
                Observation::LogGap { from, .. } => {
                    received += "GAP ";
                    received += &from.since(at(0)).secs().to_string();
                    received.push('\n');
                }
                other => panic!("{other:?}"),
            }
        }
        received
    }
}

fn append(path: &Path, text: &str) {
    let mut file = fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    io::Write::write_all(&mut file, text.as_bytes()).unwrap();
}

/// Beginnings that all files of a log share: a few lines, more than are compared, or a line with a timestamp first.
fn heads() -> [String; 3] {
    let banner = |count: usize| {
        (0..count).flat_map(|n| ["setting ".to_owned(), n.to_string(), "\n".to_owned()]).collect::<String>()
    };
    [banner(3), banner(600), "Sep 13 16:03:38 localhost rfsd[1]: started\n".to_owned() + &banner(3)]
}

#[tokio::test]
async fn a_log_begun_anew_between_check_and_reading_loses_nothing() {
    for head in heads() {
        let mut log = Stepped::new();
        log.log(&head);
        log.poll(0).await;
        assert_eq!(log.received(), head);
        log.log("1\n2\n");
        let checked = log.follower.open.as_mut().unwrap().check().await.unwrap();
        assert!(matches!(checked, FileChange::Grown | FileChange::Unproven), "{checked:?}");
        log.copy_and_empty();
        let anew = head.replace("16:03", "16:04");
        log.log(&[anew.as_str(), "3\n4\n5\n"].concat());
        let read = log.follower.read_to_end().await;
        assert!(read.is_err_and(|error| is_changed_meanwhile(&error)));
        log.poll(1).await;
        log.poll(2).await;
        assert_eq!(log.received(), format!("1\n2\n{anew}3\n4\n5\n"));
    }
}

#[tokio::test]
async fn a_log_begun_anew_between_reading_and_passing_on_loses_nothing() {
    for head in heads() {
        let mut log = Stepped::new();
        log.log(&head);
        log.poll(0).await;
        log.received();
        log.log("1\n");
        let open = log.follower.open.as_mut().unwrap();
        open.check().await.unwrap();
        assert_eq!(open.next_piece().await.unwrap().unwrap().bytes, b"1\n");
        log.log("2\n");
        log.copy_and_empty();
        let anew = head.replace("16:03", "16:04");
        log.log(&anew);
        assert!(log.follower.confirm().await.is_err_and(|error| is_changed_meanwhile(&error)));
        log.poll(1).await;
        log.poll(2).await;
        let received = log.received();
        let emptied = received.strip_prefix("1\n2\n").unwrap_or_else(|| panic!("{received}"));
        assert_eq!(emptied, anew);
    }
}

#[tokio::test]
async fn a_log_emptied_before_it_was_read_is_a_gap_since_the_last_poll() {
    for head in heads() {
        for is_short in [true, false] {
            let mut log = Stepped::new();
            log.log(&head);
            log.poll(0).await;
            log.received();
            log.log("1\n");
            log.follower.open.as_mut().unwrap().check().await.unwrap();
            log.empty();
            log.log(if is_short { "2\n" } else { "" });
            let polled = log.follower.read_to_end().await;
            log.follower.report(polled, at(100)).await.unwrap();
            log.poll(101).await;
            let expected = if is_short { "GAP 0\n2\n" } else { "GAP 0\n" };
            assert_eq!(log.received(), expected);
        }
    }
}

#[tokio::test]
async fn a_file_renamed_since_the_folder_was_listed_is_not_taken_for_another() {
    let log = Stepped::new();
    append(&log.path("messages.1"), "1\n");
    let files = rotated_or_none(&log.path("messages"), None).await.unwrap();
    let [listed] = files.as_slice() else { panic!("one file") };
    fs::rename(log.path("messages.1"), log.path("messages.2")).unwrap();
    for other in [false, true] {
        if other {
            append(&log.path("messages.1"), "2\n");
        }
        let opened = listed.open(Arrival::Live).await;
        assert!(opened.is_err_and(|error| is_changed_meanwhile(&error)));
    }
    assert!(listed.is_there(&log.path("messages")).await);
}

#[tokio::test]
async fn a_file_is_removed_once_it_has_no_name() {
    let log = Stepped::new();
    log.log("1\n");
    let open = OpenFile::open(&log.path("messages"), Arrival::Live).await.unwrap();
    fs::rename(log.path("messages"), log.path("messages.1")).unwrap();
    assert!(!open.is_removed().await.unwrap());
    fs::rename(log.path("messages.1"), log.path("messages.1.gz")).unwrap();
    assert!(!open.is_removed().await.unwrap());
    fs::remove_file(log.path("messages.1.gz")).unwrap();
    assert!(open.is_removed().await.unwrap());
}

#[tokio::test]
async fn a_file_whose_handle_fails_is_opened_anew_at_its_place() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("messages");
    fs::write(&path, "1\n").unwrap();
    let (sender, mut observations) = channel(16);
    let now = at(0);
    let mut follower = follower(path.clone(), now, sender);
    follower.poll(now).await.unwrap();
    // As a stale handle on a network disk.
    // Opened for writing alone, it answers EBADF to every read.
    let unreadable = fs::OpenOptions::new().append(true).open(&path).unwrap();
    follower.open.as_mut().unwrap().file = tokio::fs::File::from_std(unreadable);
    fs::write(&path, "1\n2\n").unwrap();
    follower.poll(now).await.unwrap();
    let mut seen = Vec::new();
    while let Ok(observation) = observations.try_recv() {
        match observation {
            Observation::Log { bytes, .. } => seen.extend(bytes),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, b"1\n2\n");
}

#[tokio::test]
async fn only_a_log_that_stays_unreadable_is_a_gap() {
    let (sender, mut observations) = channel(16);
    let mut follower = follower("messages".into(), at(0), sender);
    // Ahead of the polls: a gap has to reach to the time when it is recorded, and not only to the poll's.
    follower.clock = Clock::scaled(at(5000), 1.0);
    let failed = || Err(io::ErrorKind::PermissionDenied.into());
    follower.report(failed(), at(3600)).await.unwrap();
    follower.report(Ok(()), at(3601)).await.unwrap();
    assert!(observations.try_recv().is_err());
    for second in 3602..3700 {
        follower.report(failed(), at(second)).await.unwrap();
    }
    let gap = observations.try_recv().unwrap();
    assert!(
        matches!(&gap, Observation::LogGap { from, to, .. } if *from == at(3601) && *to >= at(5000)),
        "{gap:?}"
    );
    let lost = observations.try_recv().unwrap();
    assert!(matches!(&lost, Observation::Event(Event::LogLost { .. })), "{lost:?}");
    assert!(observations.try_recv().is_err(), "it is recorded once");
}

#[tokio::test]
async fn a_file_that_lost_its_name_long_after_a_poll_is_read_on_as_its_writer_may_still_have_it() {
    let mut log = Stepped::new();
    log.log("1\n");
    log.poll(0).await;
    let mut writer = fs::OpenOptions::new().append(true).open(log.path("messages")).unwrap();
    fs::remove_file(log.path("messages")).unwrap();
    log.log("");
    log.poll(20).await;
    io::Write::write_all(&mut writer, b"2\n").unwrap();
    log.poll(22).await;
    assert_eq!(log.received(), "1\n2\n");
    log.poll(26).await;
    // What else may have come and gone since the file was last seen by its name is unknown.
    assert_eq!(log.received(), "GAP 0\n");
}
