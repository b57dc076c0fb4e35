//! Storms: a log that is followed through drops, stalls, rotations, truncations, equal lines and kills, in seeded
//! order. No line is lost without a gap that covers it, and none is doubled unmarked.
//!
//! `DRWATCH_TEST_STORMS` runs so many; `DRWATCH_TEST_STORM_SEED` runs one again.

use super::*;
use crate::appliance::tail::last_look::LAST_LOOK_TIMEOUT;
use crate::{
    appliance::continuity::{Figures, Item, Received, Written, banner, check, storms},
    run::Timestamp,
};

/// Storms of an ordinary run.
const ORDINARY: u64 = 25;

struct Storm {
    random: fastrand::Rng,
    fake: Fake,
    written: Vec<Written>,
    number: usize,
    /// By how much the appliance's clock is set.
    clock_set: i64,
    /// Lines that each file begins with.
    banner: Vec<String>,
    /// The lines of the present file.
    file: Vec<String>,
    has_constant_stamps: bool,
    seen: mpsc::UnboundedReceiver<(Timestamp, Observation)>,
    task: JoinHandle<()>,
    closing: watch::Sender<bool>,
    received: Received,
    /// When the last line was received that surely follows on those before, or the log begun.
    sure_at: Timestamp,
}

/// Follows on from `memory` until `closing`, and notes when what is seen comes.
fn start(
    memory: Memory,
    fake: &Fake,
    closing: &watch::Sender<bool>,
) -> (JoinHandle<()>, mpsc::UnboundedReceiver<(Timestamp, Observation)>) {
    // One place: the tail waits at every observation, and may be killed at each of them.
    let (sender, mut observations) = mpsc::channel(1);
    let (noted, seen) = mpsc::unbounded_channel();
    let (fake, clock, closing) = (fake.clone(), fake.clock(), closing.subscribe());
    let task = tokio::spawn(async move {
        let follow = follow_until(closing, memory, fake, sender);
        let note = async {
            while let Some(observation) = observations.recv().await {
                let _ = noted.send((clock.now(), observation));
            }
        };
        tokio::join!(follow, note);
    });
    (task, seen)
}

impl Storm {
    async fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let fake = Fake::new("ava");
        fake.follow_shows([0, 3, 10, 10][random.usize(..4)]);
        match random.u8(..8) {
            0 => fake.answer("show log", "% Insufficient permissions\n"),
            1 => (1..9)
                .for_each(|file| fake.answer(&format!("show log files {file}"), "% Unrecognized command.\n")),
            _ => {}
        }
        let (task, received) = (tokio::spawn(async {}), mpsc::unbounded_channel().1);
        let sure_at = fake.clock().now();
        let banner = banner(&mut random);
        // All lines of one second, so that only their order and their text distinguish them.
        let has_constant_stamps = random.u8(..4) == 0;
        let mut storm = Self {
            random,
            fake,
            written: Vec::new(),
            number: 0,
            clock_set: 0,
            banner,
            file: Vec::new(),
            has_constant_stamps,
            seen: received,
            task,
            closing: watch::Sender::new(false),
            received: Received::default(),
            sure_at,
        };
        if storm.random.u8(..3) > 0 {
            storm.write(30).await;
        }
        sleep(Duration::from_mins(1)).await;
        (storm.task, storm.seen) = start(Memory::default(), &storm.fake, &storm.closing);
        sleep(Duration::from_secs(30)).await;
        storm
    }

    fn line(&mut self) -> String {
        let stamp = if self.has_constant_stamps {
            "Sep 13 16:03:38".to_owned()
        } else {
            let at = self.fake.clock().now().shifted(chrono::TimeDelta::seconds(self.clock_set));
            at.utc().format("%b %e %H:%M:%S").to_string()
        };
        self.number += 1;
        match self.random.u8(..16) {
            0 => String::new(),
            1 => "last message repeated 2 times".to_owned(),
            2 => format!("{stamp} localhost rfsd[1]: [gc.INFO] (1) tick"),
            3 => format!("no stamp {}", self.number),
            _ => format!("{stamp} localhost rfsd[1]: [gc.INFO] (1) line {}", self.number),
        }
    }

    fn log(&mut self, lines: Vec<String>) {
        let at = self.fake.clock().now();
        let text = |line: &String| Written { text: format!("{line}\n").into_bytes(), at };
        self.written.extend(lines.iter().map(text));
        self.file.extend(lines.iter().cloned());
        self.fake.log(lines);
    }

    async fn write(&mut self, count: usize) {
        let pause = [0, 0, 5, 100, 700][self.random.usize(..5)];
        for _ in 0..count {
            let line = self.line();
            self.log(vec![line]);
            if pause > 0 {
                sleep(Duration::from_millis(pause)).await;
            }
        }
    }

    fn write_equal(&mut self) {
        let line =
            ["", "x", "Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (1) again"][self.random.usize(..3)];
        let count = self.random.usize(1..16);
        self.log(vec![line.to_owned(); count]);
    }

    fn write_banner(&mut self) {
        self.log(self.banner.clone());
    }

    async fn step(&mut self) {
        match self.random.u8(..20) {
            0..=3 => {
                let count = self.random.usize(1..40);
                self.write(count).await;
            }
            4..=5 => self.write_equal(),
            6 => self.write_banner(),
            7..=9 => self.fake.drop_all(),
            10 => self.fake.freeze_follows(),
            11..=12 => {
                self.fake.rotate_away();
                self.file.clear();
                self.write_banner();
            }
            13 if self.can_be_cleared().await => {
                // Who follows sees that the file is shorter before it has grown again.
                self.fake.rotate();
                self.file.clear();
                sleep(Duration::from_millis(5)).await;
                self.write_banner();
            }
            14 => self.fake.keep_older(self.random.usize(..3)),
            15 => self.clock_set += self.random.i64(-7200..7200),
            16 => self.kill_and_resume().await,
            17 => sleep(Duration::from_secs(self.random.u64(50..200))).await,
            _ => {
                let wait = self.random.u64(1..6000);
                sleep(Duration::from_millis(wait)).await;
            }
        }
    }

    /// Whether it can be seen later that the file was emptied: something of it was received that no other file
    /// begins with. A file that came and went unseen leaves no trace in the log.
    async fn can_be_cleared(&mut self) -> bool {
        sleep(Duration::from_millis(5)).await;
        self.drain();
        let last = self.received.items.iter().rev().find_map(|item| match item {
            Item::Line(line, Arrival::Live) => Some(line),
            _ => None,
        });
        let last = last.map(|line| String::from_utf8_lossy(line).trim_end().to_owned());
        last.is_some_and(|last| last.contains(" line ") && self.file.contains(&last))
    }

    async fn kill_and_resume(&mut self) {
        self.task.abort();
        self.drain();
        let away = self.random.u64(..3);
        for _ in 0..away {
            let count = self.random.usize(..20);
            self.write(count).await;
            if self.random.bool() {
                self.fake.rotate_away();
                self.file.clear();
                self.write_banner();
            }
        }
        let mut memory = Memory::from_log(&self.received.bytes, self.received.one_stretch_from, self.sure_at);
        if self.received.was_followed {
            memory.begin(self.sure_at);
        }
        (self.task, self.seen) = start(memory, &self.fake, &self.closing);
    }

    fn drain(&mut self) {
        while let Ok((at, observation)) = self.seen.try_recv() {
            if matches!(&observation, Observation::Log { arrival, .. } if *arrival != Arrival::MayRepeat) {
                self.sure_at = at;
            }
            self.received.take(observation);
        }
    }

    /// Ends in order. Whoever records puts a gap on record where the last look was not possible.
    async fn close(&mut self) {
        let _ = self.closing.send(true);
        sleep(LAST_LOOK_TIMEOUT * 2).await;
        self.drain();
        if !self.received.was_read_to_end && self.received.was_followed {
            let (from, to) = (self.sure_at, self.fake.clock().now());
            self.received.take(Observation::LogGap { from, to, reason: "no last look".to_owned() });
        }
    }

    async fn run(mut self) -> Result<Figures, String> {
        self.drain();
        let first = self.written.len();
        for _ in 0..self.random.usize(5..40) {
            self.step().await;
            self.drain();
        }
        if self.random.bool() {
            self.close().await;
        } else {
            // Until the last follow has surely been started anew.
            sleep(MAX_FREEZE_LIMIT * 3).await;
        }
        self.drain();
        self.task.abort();
        check(&self.written, first, &self.received.items)
    }
}

#[tokio::test(start_paused = true)]
async fn in_any_storm_no_line_is_lost_without_a_gap_and_none_doubled_unmarked() {
    let mut figures = Figures::default();
    let (mut failed, mut count) = (Vec::new(), 0);
    for seed in storms(ORDINARY) {
        count += 1;
        match Storm::new(seed).await.run().await {
            Ok(storm) => figures.add(storm),
            Err(error) => failed.push(format!("seed {seed}: {error}")),
        }
    }
    println!("{count} storms: {figures:?}");
    let again = "again with DRWATCH_TEST_STORM_SEED=<seed> cargo test --lib tail::tests::storms";
    assert!(failed.is_empty(), "{} of {count} failed; {again}\n{}", failed.len(), failed.join("\n"));
}
