//! Storms: a log is followed through rotations of every kind, copies, truncations, equal lines, clock steps, other things
//! in its place, stalls and kills, in random order by seed. No line is lost without a gap that covers it, and none is
//! doubled unmarked.
//!
//! `DRWATCH_TEST_STORMS` sets how many run; `DRWATCH_TEST_STORM_SEED` runs one again.

use super::*;
use crate::appliance::continuity::{Figures, Item, Received, Written, banner, check, storms};

/// Storms where `DRWATCH_TEST_STORMS` is not set.
const DEFAULT_STORMS: u64 = 25;

struct Storm {
    random: fastrand::Rng,
    followed: Followed,
    written: Vec<Written>,
    number: usize,
    banner: Vec<String>,
    /// The lines of the present file.
    file: Vec<String>,
    /// How the log is rotated.
    kind: u8,
    /// The steps, for the message of a failure.
    done: Vec<String>,
    /// Whether the log was copied and emptied since the last poll, and nothing read of it proves that: the copy is the
    /// only trace.
    is_traceless: bool,
    received: Received,
    /// When the log was last read to its end.
    left_at: Timestamp,
}

impl Storm {
    async fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let followed = Followed::new();
        let left_at = followed.clock.now();
        let (banner, kind) = (banner(&mut random), random.u8(..6));
        let mut storm = Self {
            random,
            followed,
            written: Vec::new(),
            number: 0,
            banner,
            file: Vec::new(),
            kind,
            done: Vec::new(),
            is_traceless: false,
            received: Received::default(),
            left_at,
        };
        match storm.random.u8(..3) {
            0 => storm.followed.log(""),
            _ => storm.write(10),
        }
        storm.poll().await;
        storm
    }

    fn log(&mut self, lines: &[String]) {
        let at = self.followed.clock.now();
        self.written.extend(lines.iter().map(|line| Written { text: format!("{line}\n").into_bytes(), at }));
        self.file.extend(lines.iter().cloned());
        let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        self.followed.log(&text);
    }

    fn line(&mut self) -> String {
        self.number += 1;
        let stamp = self.followed.clock.now().utc().format("%b %e %H:%M:%S");
        match self.random.u8(..16) {
            0 => String::new(),
            1 => "last message repeated 2 times".to_owned(),
            2 => format!("{stamp} localhost rfsd[1]: [gc.INFO] (1) tick"),
            3 => format!("no stamp {}", self.number),
            _ => format!("{stamp} localhost rfsd[1]: [gc.INFO] (1) line {}", self.number),
        }
    }

    fn write(&mut self, count: usize) {
        let lines: Vec<String> = (0..count).map(|_| self.line()).collect();
        self.log(&lines);
    }

    fn write_banner(&mut self) {
        let lines = self.banner.clone();
        self.log(&lines);
    }

    /// Gives the older files the next higher numbers.
    fn make_room(&self) {
        for number in (1..20).rev() {
            for packed in ["", ".gz"] {
                let (from, to) =
                    (format!("messages.{number}{packed}"), format!("messages.{}{packed}", number + 1));
                if self.followed.path(&from).exists() {
                    self.followed.rename(&from, &to);
                }
            }
        }
    }

    /// Rotates the log, in one way per storm: two ways at a time leave no trace of their order.
    fn rotate(&mut self) {
        let kind = self.kind;
        match kind {
            0..=2 => return self.rotate_by_name(),
            3 => {
                self.is_traceless |= !self.can_be_emptied();
                self.make_room();
                self.followed.copy_and_empty();
            }
            4 => {
                let folder = self.followed.path("old");
                fs::create_dir_all(&folder).unwrap();
                for number in (1..20).rev() {
                    let (from, to) = (format!("messages.{number}"), format!("messages.{}", number + 1));
                    if folder.join(&from).exists() {
                        fs::rename(folder.join(from), folder.join(to)).unwrap();
                    }
                }
                fs::rename(self.followed.path("messages"), folder.join("messages.1")).unwrap();
            }
            _ => fs::remove_file(self.followed.path("messages")).unwrap(),
        }
        self.file.clear();
        self.write_banner();
    }

    fn rotate_by_name(&mut self) {
        self.make_room();
        self.followed.rename("messages", "messages.1");
        self.file.clear();
        self.write_banner();
    }

    /// Whether a truncation can be detected: a line was read that is in no other file.
    fn can_be_emptied(&self) -> bool {
        let last = self.received.items.iter().rev().find_map(|item| match item {
            Item::Line(line, _) => Some(String::from_utf8_lossy(line).trim_end().to_owned()),
            Item::Gap { .. } => None,
        });
        last.is_some_and(|last| last.contains(" line ") && self.file.contains(&last))
    }

    /// Puts something else in the place of the log for a while.
    async fn hide(&mut self) {
        self.followed.rename("messages", "aside");
        if self.random.bool() {
            fs::create_dir(self.followed.path("messages")).unwrap();
        } else {
            nix::unistd::mkfifo(&self.followed.path("messages"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        }
        for _ in 0..self.random.usize(1..30) {
            self.poll().await;
        }
        let path = self.followed.path("messages");
        if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) }.unwrap();
        self.followed.rename("aside", "messages");
    }

    async fn step(&mut self) {
        let step = self.random.u8(..20);
        self.done.push(format!("{step} at {}", self.written.len()));
        match step {
            0..=4 => {
                let count = self.random.usize(1..40);
                self.write(count);
            }
            5 => {
                let line = ["", "x", "Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (1) again"];
                let line = line[self.random.usize(..line.len())].to_owned();
                let count = self.random.usize(1..16);
                self.log(&vec![line; count]);
            }
            6..=9 => self.rotate(),
            // Otherwise nothing shows that the file was emptied, and no reader could report it.
            10 if self.can_be_emptied() => {
                self.followed.empty();
                self.file.clear();
                self.write_banner();
            }
            11 => {
                let number = self.random.usize(1..4);
                let name = format!("messages.{number}");
                if self.followed.path(&name).exists() {
                    self.followed.pack(&name);
                }
            }
            12 => {
                // As by a clock that was set, or by `touch`.
                let name = ["messages", "messages.1", "messages.2"][self.random.usize(..3)];
                if let Ok(file) = OpenOptions::new().append(true).open(self.followed.path(name)) {
                    let back = Duration::from_secs(self.random.u64(..7200));
                    file.set_modified(std::time::SystemTime::now() - back).unwrap();
                }
            }
            13 => {
                // The copy is the only trace of what was written; removed unseen, nobody could miss it.
                if self.is_traceless {
                    self.poll().await;
                }
                let number = self.random.usize(1..4);
                drop(fs::remove_file(self.followed.path(&format!("messages.{number}"))));
            }
            14 => {
                self.followed.suspended(self.random.u64(1..100)).await;
                // The poll that this has started is at some point of its way when the next step is taken.
                for _ in 0..self.random.usize(..40) {
                    tokio::task::spawn_blocking(|| ()).await.unwrap();
                }
            }
            15 => self.hide().await,
            16 => self.kill_and_resume().await,
            _ => self.poll().await,
        }
    }

    async fn kill_and_resume(&mut self) {
        self.poll().await;
        let left_at = self.left_at;
        self.received.was_followed = false;
        self.followed.task.abort();
        for _ in 0..self.random.usize(..4) {
            match self.random.u8(..3) {
                0 => self.rotate(),
                _ => self.write(7),
            }
        }
        let home = std::mem::replace(&mut self.followed.home, tempfile::tempdir().unwrap());
        let log = home.path().join("dr.log");
        fs::write(&log, &self.received.bytes).unwrap();
        let last = self.received.bytes.get(self.received.one_stretch_from..).unwrap_or_default().to_vec();
        let is_one_stretch = self.received.one_stretch_from == 0;
        let length = self.received.bytes.len() as u64;
        let seen = Seen { log, length, last, is_one_stretch, left_at };
        self.followed = Followed::follow(home, self.followed.clock, Some(seen));
    }

    async fn poll(&mut self) {
        self.followed.clock.sleep(Duration::from_millis(600)).await;
        self.is_traceless = false;
        while let Ok(observation) = self.followed.observations.try_recv() {
            self.received.take(observation);
        }
        if self.received.was_followed {
            self.left_at = self.followed.clock.now();
        }
    }

    async fn run(mut self) -> Result<Figures, String> {
        for _ in 0..self.random.usize(5..40) {
            self.step().await;
        }
        for _ in 0..30 {
            self.poll().await;
        }
        self.followed.task.abort();
        let done = format!("kind {}: {}", self.kind, self.done.join(", "));
        check(&self.written, 0, &self.received.items).map_err(|error| format!("{error}\n{done}"))
    }
}

#[tokio::test(start_paused = true)]
async fn in_any_storm_no_line_is_lost_without_a_gap_and_none_doubled_unmarked() {
    let mut figures = Figures::default();
    let (mut failed, mut count) = (Vec::new(), 0);
    for seed in storms(DEFAULT_STORMS) {
        count += 1;
        match Storm::new(seed).await.run().await {
            Ok(storm) => figures.add(storm),
            Err(error) => failed.push(format!("seed {seed}: {error}")),
        }
    }
    println!("{count} storms: {figures:?}");
    let again = "again with DRWATCH_TEST_STORM_SEED=<seed> cargo test --lib files::tests::storms";
    assert!(failed.is_empty(), "{} of {count} failed; {again}\n{}", failed.len(), failed.join("\n"));
}
