//! Whatever happens to a followed file between two looks: no line is lost, none doubled, or the gap is told.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::sync::mpsc::{Receiver, channel};

use super::*;
use crate::run::At;

/// A followed file in a folder of its own. Time is virtual: a look is made only when it is waited for.
struct Followed {
    home: tempfile::TempDir,
    observations: Receiver<Observation>,
    task: tokio::task::JoinHandle<()>,
    clock: Clock,
}

impl Followed {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let start = At::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let clock = Clock::scaled(start, 1.0);
        Self::follow(home, clock, None)
    }

    fn follow(home: tempfile::TempDir, clock: Clock, seen: Option<Seen>) -> Self {
        let (sender, observations) = channel(1024);
        let task = tokio::spawn(follow(home.path().join("messages"), clock, sender, seen));
        Self { home, observations, task, clock }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn log(&self, lines: &str) {
        append(&self.path("messages"), lines);
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// What two looks have given: lines, and a mark for each gap.
    async fn look(&mut self) -> String {
        self.clock.sleep(Duration::from_millis(600)).await;
        let mut seen = String::new();
        while let Ok(observation) = self.observations.try_recv() {
            match observation {
                Observation::Log { bytes, .. } => seen.push_str(&String::from_utf8(bytes).unwrap()),
                Observation::LogGap { from, to, .. } => {
                    assert!(from <= to);
                    seen.push_str("GAP\n");
                }
                Observation::Event(event) => panic!("{event:?}"),
            }
        }
        seen
    }

    /// Ends the watch, and goes on from what it had taken in: `taken`.
    async fn resumed(self, taken: &str) -> Self {
        self.task.abort();
        drop(self.task.await);
        let log = self.home.path().join("dr.log");
        fs::write(&log, taken).unwrap();
        let (length, last) = (taken.len() as u64, taken.as_bytes().to_vec());
        let seen = Seen { log, length, last, left_at: self.clock.now() };
        Self::follow(self.home, self.clock, Some(seen))
    }
}

fn append(path: &Path, lines: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(lines.as_bytes()).unwrap();
}

/// What logrotate's `copytruncate` does.
fn copy_and_empty(followed: &Followed) {
    fs::copy(followed.path("messages"), followed.path("messages.1")).unwrap();
    OpenOptions::new().write(true).truncate(true).open(followed.path("messages")).unwrap();
}

#[tokio::test(start_paused = true)]
async fn rotated_any_number_of_times_between_two_looks_nothing_is_lost() {
    for names in [["messages.2", "messages.1"], ["messages-20260913", "messages-20260914"]] {
        let mut followed = Followed::new();
        append(&followed.path("messages.7"), "long ago\n");
        followed.log("1\n");
        assert_eq!(followed.look().await, "1\n");
        followed.log("2\n");
        followed.rename("messages", names[0]);
        followed.log("3\nunfin");
        followed.rename("messages", names[1]);
        followed.log("4\n");
        assert_eq!(followed.look().await, "2\n3\nunfin\n4\n");
        followed.log("5\n");
        assert_eq!(followed.look().await, "5\n");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_packed_or_removed_is_a_gap_only_where_another_came_after_it() {
    let mut followed = Followed::new();
    append(&followed.path("messages.1"), "long ago\n");
    followed.log("1\n");
    assert_eq!(followed.look().await, "1\n");
    followed.rename("messages", "packed");
    fs::remove_file(followed.path("packed")).unwrap();
    followed.log("2\n");
    assert_eq!(followed.look().await, "2\n");
    followed.rename("messages", "packed");
    fs::remove_file(followed.path("packed")).unwrap();
    // Stamps of files may be as coarse as a timer's tick.
    let later = std::time::SystemTime::now() + Duration::from_secs(5);
    followed.log("3\n");
    OpenOptions::new().append(true).open(followed.path("messages")).unwrap().set_modified(later).unwrap();
    followed.rename("messages", "messages.1");
    followed.log("4\n");
    assert_eq!(followed.look().await, "GAP\n3\n4\n");
}

#[tokio::test(start_paused = true)]
async fn an_emptied_file_goes_on_from_its_copy_however_far_it_has_grown_again() {
    for grown in ["3\n", "3 as long as before\n", "3 and longer than the one that stood there\n"] {
        let mut followed = Followed::new();
        followed.log("1 as long as before\n");
        assert_eq!(followed.look().await, "1 as long as before\n");
        followed.log("2\n");
        copy_and_empty(&followed);
        followed.log(grown);
        let seen = followed.look().await;
        followed.log("4\n");
        assert_eq!(seen + &followed.look().await, format!("2\n{grown}4\n"));
    }
}

#[tokio::test(start_paused = true)]
async fn an_emptied_file_without_a_copy_is_a_gap() {
    for grown in ["3\n", "3 and longer than the one that stood there\n"] {
        let mut followed = Followed::new();
        append(&followed.path("messages.1"), "long ago, and much longer than what is followed\n");
        followed.log("1 as long as before\n");
        assert_eq!(followed.look().await, "1 as long as before\n");
        OpenOptions::new().write(true).truncate(true).open(followed.path("messages")).unwrap();
        followed.log(grown);
        assert_eq!(followed.look().await, format!("GAP\n{grown}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_gone_on_with_finds_its_place_in_a_rotated_file() {
    for copied in [false, true] {
        let mut followed = Followed::new();
        followed.log("1\n2\n");
        assert_eq!(followed.look().await, "1\n2\n");
        let mut followed = followed.resumed("1\n2\n").await;
        assert_eq!(followed.look().await, "");
        followed.log("3\n");
        if copied {
            copy_and_empty(&followed);
        } else {
            followed.rename("messages", "messages.1");
        }
        followed.log("4\n");
        followed.rename("messages.1", "messages.2");
        followed.rename("messages", "messages.1");
        followed.log("5\n");
        let mut followed = followed.resumed("1\n2\n").await;
        assert_eq!(followed.look().await, "3\n4\n5\n");
        let mut followed = followed.resumed("1\n2\nof another log\n").await;
        assert_eq!(followed.look().await, "GAP\n5\n");
    }
}
