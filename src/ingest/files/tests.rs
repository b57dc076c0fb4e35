//! Whatever happens to a followed file between two looks: no line is lost, none doubled, or the gap is told.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::sync::mpsc::{Receiver, channel};

use super::*;
use crate::run::{Event, Timestamp};

mod last_look;
mod storms;
mod unsure;

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
        let start = Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let clock = Clock::scaled(start, 1.0);
        Self::follow(home, clock, None)
    }

    fn follow(home: tempfile::TempDir, clock: Clock, seen: Option<Seen>) -> Self {
        let (sender, observations) = channel(1024);
        let task =
            tokio::spawn(follow(home.path().join("messages"), clock, sender, seen, std::future::pending()));
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

    /// As logrotate packs a file: its time of writing is kept.
    fn pack(&self, name: &str) {
        let plain = self.path(name);
        let target = fs::File::create(self.path(&format!("{name}.gz"))).unwrap();
        let mut packer = flate2::write::GzEncoder::new(target, flate2::Compression::default());
        packer.write_all(&fs::read(&plain).unwrap()).unwrap();
        let written = fs::metadata(&plain).unwrap().modified().unwrap();
        packer.finish().unwrap().set_modified(written).unwrap();
        fs::remove_file(plain).unwrap();
    }

    /// What logrotate's `copytruncate` does.
    fn copy_and_empty(&self) {
        fs::copy(self.path("messages"), self.path("messages.1")).unwrap();
        self.empty();
    }

    fn empty(&self) {
        OpenOptions::new().write(true).truncate(true).open(self.path("messages")).unwrap();
    }

    /// Nobody looks for so long, as while the program is suspended.
    async fn suspended(&mut self, seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
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
                Observation::Event(Event::LogFollowed | Event::LogLost { .. }) => {}
                other => panic!("{other:?}"),
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
        let seen = Seen { log, length, last, is_one_stretch: true, left_at: self.clock.now() };
        Self::follow(self.home, self.clock, Some(seen))
    }
}

fn append(path: &Path, lines: &str) {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(lines.as_bytes()).unwrap();
}

const STAMP: &str = "Sep 13 16:03:38 ";

/// The lines with a time stamp each, by which they are known again.
fn stamped(lines: &str) -> String {
    lines.split_inclusive('\n').flat_map(|line| [STAMP, line]).collect()
}

fn plain(lines: &str) -> String {
    lines.replace(STAMP, "")
}

/// A log that was rotated and goes on: by turns the file is written to and given one of the names.
async fn rotated(names: &[&str], packed: &[&str]) -> Followed {
    let mut followed = Followed::new();
    append(&followed.path("messages.7"), "long ago\n");
    append(&followed.path("messages-20250913"), "long ago\n");
    followed.log("1\n");
    assert_eq!(followed.look().await, "1\n");
    for (at, name) in names.iter().enumerate() {
        followed.log(&format!("{}\n", at + 2));
        followed.rename("messages", name);
    }
    followed.log("last\n");
    for name in packed {
        followed.pack(name);
    }
    followed
}

#[tokio::test(start_paused = true)]
async fn rotated_any_number_of_times_between_two_looks_nothing_is_lost() {
    for (names, packed) in [
        (["messages.2", "messages.1"], [].as_slice()),
        (["messages.2", "messages.1"], &["messages.2"]),
        (["messages.2", "messages.1"], &["messages.2", "messages.1"]),
        (["messages-20260913", "messages-20260914"], &[]),
        (["messages-20260913", "messages-20260914"], &["messages-20260913", "messages-20260914"]),
        (["messages.20260913", "messages.20260914"], &[]),
        (["messages.2026-09-13", "messages.2026-09-14"], &["messages.2026-09-13"]),
    ] {
        let mut followed = rotated(&names, packed).await;
        assert_eq!(followed.look().await, "2\n3\nlast\n", "{names:?} {packed:?}");
        followed.log("5\n");
        assert_eq!(followed.look().await, "5\n");
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_that_rotation_cuts_off_is_ended() {
    let mut followed = Followed::new();
    followed.log("1\nunfin");
    assert_eq!(followed.look().await, "1\nunfin");
    followed.rename("messages", "messages.1");
    followed.log("2\nunfin");
    followed.rename("messages", "messages.0");
    followed.log("3\n");
    assert_eq!(followed.look().await, "\n2\nunfin\n3\n");
}

#[tokio::test(start_paused = true)]
async fn what_is_still_written_to_the_renamed_file_is_taken_in_too() {
    let mut followed = Followed::new();
    followed.log("1\n");
    assert_eq!(followed.look().await, "1\n");
    followed.rename("messages", "messages.1");
    followed.log("");
    assert_eq!(followed.look().await, "");
    append(&followed.path("messages.1"), "2\n");
    assert_eq!(followed.look().await, "2\n");
    append(&followed.path("messages.1"), "3\n");
    followed.log("4\n");
    assert_eq!(followed.look().await, "3\n4\n");
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_gone_is_a_gap_as_others_may_have_come_after_it() {
    let mut followed = Followed::new();
    append(&followed.path("messages.1"), "long ago\n");
    followed.log("1\n");
    assert_eq!(followed.look().await, "1\n");
    fs::remove_file(followed.path("messages")).unwrap();
    followed.log("2\n");
    assert_eq!(followed.look().await, "GAP\n2\n");
    fs::remove_file(followed.path("messages")).unwrap();
    // Stamps of files may be as coarse as a timer's tick.
    let later = std::time::SystemTime::now() + Duration::from_secs(5);
    followed.log("3\n");
    OpenOptions::new().append(true).open(followed.path("messages")).unwrap().set_modified(later).unwrap();
    followed.rename("messages", "messages.1");
    followed.log("4\n");
    assert_eq!(followed.look().await, "GAP\n3\n4\n");
    fs::remove_file(followed.path("messages")).unwrap();
    followed.log("5\n");
    followed.suspended(60).await;
    assert_eq!(followed.look().await, "GAP\n5\n", "nobody knows what came and went in a minute");
}

#[tokio::test(start_paused = true)]
async fn a_file_between_that_cannot_be_unpacked_is_a_gap() {
    let mut followed = rotated(&["messages.2", "messages.1"], &[]).await;
    followed.rename("messages.1", "messages.1.xz");
    assert_eq!(followed.look().await, "2\nGAP\nlast\n");
}

#[tokio::test(start_paused = true)]
async fn an_emptied_file_goes_on_from_its_copy_however_far_it_has_grown_again() {
    for grown in ["3\n", "3 as long as before\n", "3 and longer than the one that stood there\n"] {
        for is_packed in [false, true] {
            let mut followed = Followed::new();
            followed.log("1 as long as before\n");
            assert_eq!(followed.look().await, "1 as long as before\n");
            followed.log("2\n");
            followed.copy_and_empty();
            followed.log(grown);
            if is_packed {
                followed.pack("messages.1");
            }
            let seen = followed.look().await;
            followed.log("4\n");
            assert_eq!(seen + &followed.look().await, format!("2\n{grown}4\n"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_emptied_twice_between_two_looks_goes_on_through_both_copies() {
    for is_empty in [false, true] {
        let mut followed = Followed::new();
        followed.log("1\n");
        assert_eq!(followed.look().await, "1\n");
        followed.log("2\n");
        followed.copy_and_empty();
        let mut seen = String::new();
        if is_empty {
            // A look that finds nothing in it has no place in it either.
            seen = followed.look().await;
        }
        followed.log("3\n");
        followed.rename("messages.1", "messages.2");
        followed.copy_and_empty();
        followed.log("4\n");
        assert_eq!(seen + &followed.look().await, "2\n3\n4\n");
    }
}

#[tokio::test(start_paused = true)]
async fn an_emptied_file_without_a_copy_is_a_gap() {
    for grown in ["3\n", "3 as long as before\n", "3 and longer than the one that stood there\n"] {
        let mut followed = Followed::new();
        append(&followed.path("messages.1"), "long ago, and much longer than what is followed\n");
        followed.log("1 as long as before\n");
        assert_eq!(followed.look().await, "1 as long as before\n");
        followed.empty();
        followed.log(grown);
        assert_eq!(followed.look().await, format!("GAP\n{grown}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_gone_on_with_finds_its_place_in_a_rotated_file() {
    for (is_copied, is_packed) in [(false, false), (true, false), (false, true)] {
        let mut followed = Followed::new();
        followed.log(&stamped("1\n2\n"));
        assert_eq!(plain(&followed.look().await), "1\n2\n");
        let mut followed = followed.resumed(&stamped("1\n2\n")).await;
        assert_eq!(plain(&followed.look().await), "");
        followed.log(&stamped("3\n"));
        if is_copied {
            followed.copy_and_empty();
        } else {
            followed.rename("messages", "messages.1");
        }
        followed.log(&stamped("4\n"));
        followed.rename("messages.1", "messages.2");
        followed.rename("messages", "messages.1");
        followed.log(&stamped("5\n"));
        if is_packed {
            followed.pack("messages.2");
            followed.pack("messages.1");
        }
        let mut followed = followed.resumed(&stamped("1\n2\n")).await;
        assert_eq!(plain(&followed.look().await), "3\n4\n5\n");
        let mut followed = followed.resumed(&stamped("1\n2\nof another log\n")).await;
        assert_eq!(plain(&followed.look().await), "GAP\n5\n");
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_gone_on_with_in_a_packed_file_reads_all_that_came_after_it_however_old_they_are() {
    let followed = Followed::new();
    let stamp = |name: &str, days: u64| {
        let time = std::time::SystemTime::now() - Duration::from_hours(24 * days);
        OpenOptions::new().append(true).open(followed.path(name)).unwrap().set_modified(time).unwrap();
    };
    followed.log(&stamped("0\n1\n2\n"));
    stamp("messages", 9);
    followed.rename("messages", "messages.3");
    followed.pack("messages.3");
    for (lines, name, days) in [("3\n", "messages.2", 6), ("4\n", "messages.1", 3)] {
        followed.log(&stamped(lines));
        stamp("messages", days);
        followed.rename("messages", name);
        followed.pack(name);
    }
    followed.log(&stamped("5\n"));
    let mut followed = followed.resumed(&stamped("0\n1\n")).await;
    assert_eq!(plain(&followed.look().await), "2\n3\n4\n5\n");
}

#[tokio::test(start_paused = true)]
async fn a_file_rotated_in_between_is_read_though_the_new_one_is_still_empty() {
    let mut followed = rotated(&["messages.1"], &[]).await;
    assert_eq!(followed.look().await, "2\nlast\n");
    followed.rename("messages.1", "messages.2");
    followed.rename("messages", "messages.1");
    followed.log("3\n");
    followed.rename("messages", "messages.0");
    followed.log("");
    assert_eq!(followed.look().await, "3\n");
    append(&followed.path("messages.0"), "late\n");
    followed.log("4\n");
    assert_eq!(followed.look().await, "late\n4\n");
}

#[tokio::test(start_paused = true)]
async fn a_watch_gone_on_with_waits_for_a_log_that_cannot_be_read_yet() {
    let followed = Followed::new();
    followed.log(&stamped("0\n1\n2\n"));
    followed.rename("messages", "elsewhere");
    fs::create_dir(followed.path("messages")).unwrap();
    let mut followed = followed.resumed(&stamped("0\n1\n")).await;
    assert_eq!(plain(&followed.look().await), "");
    fs::remove_dir(followed.path("messages")).unwrap();
    assert_eq!(plain(&followed.look().await), "");
    followed.rename("elsewhere", "messages");
    let mut seen = String::new();
    while !seen.ends_with("2\n") {
        seen += &plain(&followed.look().await);
    }
    assert_eq!(seen, "2\n");
}

#[tokio::test(start_paused = true)]
async fn a_watch_gone_on_with_between_two_files_of_the_name_finds_its_place() {
    let followed = Followed::new();
    followed.log(&stamped("0\n1\n2\n"));
    followed.rename("messages", "messages.1");
    let mut followed = followed.resumed(&stamped("0\n1\n")).await;
    assert_eq!(plain(&followed.look().await), "2\n");
    followed.suspended(60).await;
    followed.log(&stamped("3\n"));
    assert_eq!(plain(&followed.look().await), "3\n");
}

#[tokio::test(start_paused = true)]
async fn a_watch_gone_on_with_finds_its_place_where_its_last_lines_stand_in_two_files() {
    for is_packed in [false, true] {
        let followed = Followed::new();
        followed.log(&stamped("1\n2\nunfin"));
        followed.rename("messages", "messages.1");
        followed.log(&stamped("3\n4\nunfin"));
        if is_packed {
            followed.pack("messages.1");
        }
        let mut followed = followed.resumed(&stamped("1\n2\nunfin\n3\n")).await;
        assert_eq!(plain(&followed.look().await), "4\nunfin");
        followed.log("ished\n");
        let mut followed = followed.resumed(&stamped("1\n2\nunfin\n3\n4\nunfi")).await;
        assert_eq!(plain(&followed.look().await), "nished\n");
        let mut followed = followed.resumed(&stamped("1\n2\nof another l")).await;
        assert_eq!(plain(&followed.look().await), "\nGAP\n3\n4\nunfinished\n");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rotated_file_that_is_gone_before_it_was_read_is_a_gap() {
    let mut followed = Followed::new();
    followed.log("1\n");
    assert_eq!(followed.look().await, "1\n");
    followed.log("2\n");
    followed.rename("messages", "messages.1");
    followed.log("3\n");
    followed.rename("messages.1", "messages.2");
    followed.rename("messages", "messages.1");
    followed.log("4\n");
    fs::remove_file(followed.path("messages.1")).unwrap();
    assert_eq!(followed.look().await, "2\nGAP\n4\n");
}
