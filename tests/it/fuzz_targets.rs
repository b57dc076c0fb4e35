//! What the fuzz targets check, without a fuzzer: their seeds, and short random changes of them. With one, and
//! nightly Rust: `cd tests && cargo fuzz run log_line fuzz/seeds/log_line`.

#[path = "../fuzz/bodies/bucket_listing.rs"]
mod bucket_listing;
#[path = "../fuzz/bodies/framing.rs"]
mod framing;
#[path = "../fuzz/bodies/journal.rs"]
mod journal;
#[path = "../fuzz/bodies/log_line.rs"]
mod log_line;
#[path = "../fuzz/bodies/replies.rs"]
mod replies;
#[path = "../fuzz/bodies/shell.rs"]
mod shell;

use std::{fs, path::PathBuf};

use crate::support::short_or_long;

/// Random inputs for each target, short and long.
const INPUTS: [usize; 2] = [2_000, 20_000];

/// What a target checks of an input.
type Check = fn(&[u8]);

/// The targets by name.
const TARGETS: [(&str, Check); 6] = [
    ("bucket_listing", bucket_listing::run),
    ("framing", |bytes| framing::run(with_size(bytes))),
    ("journal", journal::run),
    ("log_line", log_line::run),
    ("replies", replies::run),
    ("shell", |bytes| shell::run(with_size(bytes))),
];

/// The last byte says into pieces of what size the others are cut.
fn with_size(bytes: &[u8]) -> (Vec<u8>, u8) {
    bytes.split_last().map_or_else(Default::default, |(size, bytes)| (bytes.to_vec(), *size))
}

fn folder(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/fuzz", name].iter().collect()
}

/// The names in a folder, sorted and without an ending.
fn names(of: &str) -> Vec<String> {
    let entries = fs::read_dir(folder(of)).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// The input with a few things wrong.
fn changed(seed: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    const PIECES: [&[u8]; 8] =
        [b"\x1b[2J", b"\r\n", b"\0", b"\xff\xfe", b"ava # ", b"{\"seq\":", b"99999999999999999999", b": "];
    let mut bytes = seed.to_vec();
    for _ in 0..random.usize(1..6) {
        let at = random.usize(..=bytes.len());
        let end = random.usize(at..=bytes.len().min(at + 12));
        match random.u8(..5) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..at, PIECES[random.usize(..PIECES.len())].iter().copied())),
            2 => bytes.truncate(at),
            3 => bytes.extend_from_within(at..end),
            _ if at < bytes.len() => bytes[at] = random.u8(..),
            _ => bytes.push(random.u8(..)),
        }
    }
    bytes
}

#[test]
fn every_fuzz_target_holds_for_its_seeds_and_for_short_changes_of_them() {
    for (name, run) in TARGETS {
        let seeds: Vec<_> = fs::read_dir(folder("seeds").join(name))
            .unwrap()
            .map(|seed| fs::read(seed.unwrap().path()).unwrap())
            .collect();
        assert!(!seeds.is_empty(), "{name}");
        for seed in &seeds {
            run(seed);
        }
        let mut random = fastrand::Rng::with_seed(4);
        let [short, long] = INPUTS;
        for _ in 0..short_or_long(short, long) {
            let input = changed(&seeds[random.usize(..seeds.len())], &mut random);
            let told = std::panic::catch_unwind(|| run(&input));
            assert!(told.is_ok(), "{name} fails for {:?}", input.escape_ascii().to_string());
        }
    }
}

#[test]
fn every_fuzz_target_is_played_here() {
    let played = TARGETS.map(|(name, _)| name);
    assert_eq!(names("targets"), played);
    assert_eq!(names("bodies"), played);
    assert_eq!(names("seeds"), played);
}
