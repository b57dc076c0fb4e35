//! Going to any place in the recording of a day applies few records. The short variant records two hours.

use std::{fs, time::Instant};

use super::*;
use crate::{
    run::{Answer, GetCount, Reading, ReplicationState, ThreadCount},
    short_or_long,
};

const SEEKS: usize = 40;

/// A day as a watch records it by default: one log line a second, polls at their default intervals.
fn a_day(runs: &Path) -> (Appended, RunFolder) {
    let (mut recording, folder) = Appended::begin(runs);
    let answer = |raw: &str| (Elapsed::from_millis(12), raw.to_owned());
    for second in 1..=short_or_long(2, 24) * 3600_u64 {
        recording.log(&lines(second, 1), Arrival::Live);
        let mut due = Vec::new();
        if second.is_multiple_of(5) {
            let (took, raw) = answer("backend.ops.get: 1");
            due.push(Event::CounterRead(Answer { reading: Reading::Known(GetCount(second)), took, raw }));
        }
        if second.is_multiple_of(15) {
            let (took, raw) = answer("Replication: disabled");
            let reading = Reading::Known(ReplicationState::Paused);
            due.push(Event::ReplicationRead { answer: Answer { reading, took, raw }, backlog: None });
        }
        if second.is_multiple_of(30) {
            let (took, raw) = answer("replicator.num_threads: 128");
            due.push(Event::ThreadsRead(Answer { reading: Reading::Known(ThreadCount(128)), took, raw }));
        }
        for event in &due {
            recording.recorder.record(recording.now, event);
        }
    }
    (recording, folder)
}

/// `cargo test --release --lib seeking_in_a_day -- --nocapture` prints how long it takes.
#[test]
fn seeking_in_a_day_applies_few_records() {
    let runs = tempfile::tempdir().unwrap();
    let (recording, folder) = a_day(runs.path());
    let records = recording.recorder.run().last.0;
    let size = fs::metadata(folder.journal_path()).unwrap().len();
    let begun = Instant::now();
    let mut player = player(&folder);
    println!("{records} records, {} MiB of journal, read whole in {:?}", size >> 20, begun.elapsed());
    let mut random = fastrand::Rng::with_seed(7);
    let mut seeks: Vec<_> = (0..SEEKS)
        .map(|_| {
            let record = Sequence(random.u64(0..=records));
            let behind = record.0 - player.index.snapshots.before(SeekTarget::Record(record)).run.last.0;
            // Of 64 snapshots, 32 are left after every other one was dropped.
            assert!(behind <= records / 32, "{behind} records to apply");
            let begun = Instant::now();
            player.go_to_record(record);
            assert_eq!(player.run().last, record);
            begun.elapsed()
        })
        .collect();
    seeks.sort();
    println!("{SEEKS} seeks: median {:?}, longest {:?}", seeks[SEEKS / 2], seeks[SEEKS - 1]);
}
