//! Whatever happens to a followed file between two polls, no line is lost or doubled without a gap on record.

mod ambiguous;
mod closing;
mod resumed;
mod rotation;
mod storms;

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::sync::{
    mpsc::{Receiver, channel},
    oneshot,
};

use super::{Looking, Seen, follow};
use crate::{
    appliance::observation::Observation,
    clock::Clock,
    run::{Arrival, Event, Timestamp},
};

/// A followed file in a temporary folder. Time is virtual: a poll happens only while a test waits for it.
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
        let task = tokio::spawn(follow(
            home.path().join("messages"),
            clock,
            sender,
            seen,
            Looking::Polled,
            std::future::pending(),
        ));
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

    /// Packs a file as logrotate does, which keeps the time of writing.
    fn pack(&self, name: &str) {
        let plain = self.path(name);
        let target = fs::File::create(self.path(&format!("{name}.gz"))).unwrap();
        let mut packer = flate2::write::GzEncoder::new(target, flate2::Compression::default());
        packer.write_all(&fs::read(&plain).unwrap()).unwrap();
        let written = fs::metadata(&plain).unwrap().modified().unwrap();
        packer.finish().unwrap().set_modified(written).unwrap();
        fs::remove_file(plain).unwrap();
    }

    /// Rotates as logrotate's `copytruncate` does.
    fn copy_and_empty(&self) {
        fs::copy(self.path("messages"), self.path("messages.1")).unwrap();
        self.empty();
    }

    fn empty(&self) {
        OpenOptions::new().write(true).truncate(true).open(self.path("messages")).unwrap();
    }

    /// Lets time pass without a poll, as while the program is suspended.
    async fn suspended(&mut self, seconds: u64) {
        tokio::time::advance(Duration::from_secs(seconds)).await;
    }

    /// The lines that two polls have passed on, and a mark for each gap.
    async fn poll(&mut self) -> String {
        // Two intervals of 250 ms and some more.
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

    /// Ends the watch and starts another one that has `taken` in before.
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

/// The lines with a timestamp each, which prove a place.
fn stamped(lines: &str) -> String {
    lines.split_inclusive('\n').flat_map(|line| [STAMP, line]).collect()
}

fn plain(lines: &str) -> String {
    lines.replace(STAMP, "")
}
