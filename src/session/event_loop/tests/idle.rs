//! What a watch costs while nothing happens, counted on the virtual clock.

use tokio::runtime::Handle;

use super::*;
use crate::ingest::log_source::{LogReader, LogSource};

/// In a minute in which a log file is followed that nobody writes to.
const MAX_WAKEUPS_PER_IDLE_MINUTE: u64 = 360;

#[tokio::test(start_paused = true)]
async fn an_idle_minute_wakes_the_watch_a_bounded_number_of_times() {
    let home = tempfile::tempdir().unwrap();
    let log = home.path().join("messages");
    std::fs::write(&log, "Sep 13 16:03:38 localhost rfsd[13852]: [gc.INFO] (14306) bitmaps set up\n")
        .unwrap();
    let mut event_loop = loop_in(&home);
    let (sender, observations) = mpsc::channel(OBSERVATION_QUEUE);
    event_loop.sources.appliance_tasks.clear();
    event_loop.sources.scripted = None;
    event_loop.sources.observations = observations;
    event_loop.sources.log_reader =
        LogReader::start(LogSource::File(log), event_loop.session.clock(), sender, None);
    let mut beat = event_loop.session.clock().ticker(BEAT_INTERVAL);
    let mut signals = Signals::listen().unwrap();
    let (mut turns, mut parked) = (0, 0);
    // The log is read in the first minute; the second one is idle.
    for _ in 0..2 {
        let end = Instant::now() + Duration::from_mins(1);
        let parked_before = Handle::current().metrics().worker_park_count(0);
        turns = 0;
        while Instant::now() < end {
            event_loop.turn(&mut beat, &mut signals).await;
            turns += 1;
        }
        parked = Handle::current().metrics().worker_park_count(0) - parked_before;
    }
    assert_eq!(event_loop.run().log.tally.lines.0, 1, "the log is followed");
    assert!(turns <= 60, "{turns} turns of the loop");
    assert!(parked <= MAX_WAKEUPS_PER_IDLE_MINUTE, "{parked} wakeups, {turns} turns");
}
