//! `cargo bench`: the time and the allocations of the parts of a watch. `tests/benches/compare` measures the whole program
//! beside others.
#![expect(clippy::unwrap_used, reason = "a bench that fails says where")]

mod log;

use std::{
    fs,
    hint::black_box,
    process::{Command, Stdio},
    sync::LazyLock,
};

use divan::{AllocProfiler, Bencher, counter::ItemsCount};
use drwatch::{
    benchmarks::{JournalAppending, LogReading, Replay, read_saved_log},
    journal::{Content, JournalReader, RunFolder},
    parse,
    run::{Record, Run, Timestamp, apply},
};
use tempfile::TempDir;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const LINES: u64 = 20_000;

static LOG: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut log = Vec::new();
    log::write_log(LINES, 1, &mut log).unwrap();
    log
});

/// A run recorded by a demo: `procedure` takes minutes, `large` most of a day.
struct Recorded {
    _home: TempDir,
    folder: RunFolder,
    records: Vec<Record>,
}

impl Recorded {
    fn by_demo(scenario: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut demo = Command::new(env!("CARGO_BIN_EXE_drwatch"));
        demo.args(["demo", "--headless", "--scenario", scenario, "--runs-dir"]).arg(home.path());
        assert!(demo.stdout(Stdio::null()).status().unwrap().success());
        let folder =
            RunFolder::open(&fs::read_dir(home.path()).unwrap().next().unwrap().unwrap().path()).unwrap();
        let records =
            JournalReader::open(&folder).unwrap().filter_map(|entry| match entry.unwrap().content {
                Content::Record(record) => Some(record),
                Content::Opaque { .. } => None,
            });
        let records = records.collect();
        Self { _home: home, folder, records }
    }

    fn fold(&self) -> Run {
        let mut run = Run::start(&self.records[0]).unwrap();
        for record in &self.records[1..] {
            apply(&mut run, record);
        }
        run
    }
}

static DAY: LazyLock<Recorded> = LazyLock::new(|| Recorded::by_demo("large"));
static PROCEDURE: LazyLock<Recorded> = LazyLock::new(|| Recorded::by_demo("procedure"));

#[divan::bench]
fn parse_log_line(bencher: Bencher) {
    let lines: Vec<_> = LOG.split_inclusive(|byte| *byte == b'\n').collect();
    bencher.counter(ItemsCount::new(lines.len())).bench(|| {
        for line in &lines {
            black_box(parse::log_line(line));
        }
    });
}

#[divan::bench]
fn parse_counter(bencher: Bencher) {
    bencher.bench(|| parse::counter(black_box(b"backend.ops.get: 1,234,567\n"), "backend.ops.get"));
}

/// The listing in the vendor's procedure.
const LISTING: &[u8] = b"listing entries from bucket ava400-ks
2927 entries in bucket ava400-ks
883.7MiB (926580933 bytes) in bucket ava400-ks:
* 883.3MiB in 261 slabs
* 189.2KiB in 1331 maps <- pointer maps
* 223.2KiB in 1331 rbtmds <- metadata files
";

#[divan::bench]
fn parse_bucket_listing(bencher: Bencher) {
    bencher.bench(|| parse::bucket_listing(black_box(LISTING)));
}

/// As a watch reads a log: rows, counts and events. An import reads it by the path that is benched next to this one.
#[divan::bench]
fn read_log(bencher: Bencher) {
    bencher.counter(ItemsCount::new(LINES)).with_inputs(|| LogReading::new(now())).bench_local_refs(
        |reading| {
            let read: u64 = LOG.chunks(64 << 10).map(|piece| reading.read(piece)).sum();
            assert_eq!(read, LINES);
        },
    );
}

/// As an import reads it, on one thread: digests are made, and nothing is written.
#[divan::bench]
fn import_log(bencher: Bencher) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("messages");
    fs::write(&path, &*LOG).unwrap();
    bencher.counter(ItemsCount::new(LINES)).bench_local(|| {
        assert_eq!(read_saved_log(&path, now(), 1), Some(LINES));
    });
}

fn now() -> Timestamp {
    Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap())
}

#[divan::bench(sample_count = 20)]
fn apply_a_day(bencher: Bencher) {
    bencher.counter(ItemsCount::new(DAY.records.len())).bench(|| DAY.fold());
}

#[divan::bench]
fn append_to_a_journal(bencher: Bencher) {
    let home = tempfile::tempdir().unwrap();
    let records = &PROCEDURE.records;
    bencher
        .counter(ItemsCount::new(records.len()))
        .with_inputs(|| {
            // Journals of one moment need folders of their own.
            let runs_dir = TempDir::new_in(home.path()).unwrap().keep();
            JournalAppending::begin(&runs_dir, records[0].at).unwrap()
        })
        .bench_local_refs(|journal| {
            for record in records {
                journal.append(record).unwrap();
            }
        });
}

#[divan::bench(sample_count = 20)]
fn open_a_day(bencher: Bencher) {
    bencher.bench_local(|| Replay::open(&DAY.folder).unwrap());
}

#[divan::bench]
fn seek_in_a_day(bencher: Bencher) {
    let mut replay = Replay::open(&DAY.folder).unwrap();
    let mut shares = (0..).map(|step| f64::from(step * 37 % 100) / 100.0);
    bencher.bench_local(|| {
        replay.seek(shares.next().unwrap());
        replay.draw().unwrap();
    });
}

#[divan::bench]
fn frame_unchanged(bencher: Bencher) {
    let mut replay = Replay::open(&DAY.folder).unwrap();
    replay.draw().unwrap();
    bencher.bench_local(|| replay.draw().unwrap());
}
