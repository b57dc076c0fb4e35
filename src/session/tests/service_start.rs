//! The start of the DR service is read when its log shows it, and not when the next reading is due.

use crate::session::signals::Signals;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_service_that_begins_to_log_is_read_at_once() {
    let runs = tempfile::tempdir().unwrap();
    let clock = Clock::scaled(start(), 1.0);
    let event_loop = event_loop(runs.path(), "procedure", clock, clock);
    let (run, _) = Box::pin(event_loop.run_to_end(Signals::listen().unwrap())).await;
    let folder = crate::journal::find_run(runs.path(), "last").unwrap();
    let log = std::fs::read_to_string(folder.path().join("dr.log")).unwrap();
    let launched = log.find("Launched rfsd").unwrap();
    let first = log[launched..].lines().find(|line| line.contains(" rfsd[")).unwrap();
    let time = first.split_whitespace().nth(2).unwrap();
    let (read_at, _) = run.service_started.unwrap();
    let seconds = |time: &str| time.split(':').fold(0, |sum, part| sum * 60 + part.parse::<i64>().unwrap());
    let waited = seconds(&read_at.utc().format("%H:%M:%S").to_string()) - seconds(time);
    assert!((0..=3).contains(&waited), "{first} was read after {waited} s");
}
