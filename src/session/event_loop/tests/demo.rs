//! The operator of a demo: who is on record for what he does, and how long the engineer has before it.

use super::*;
use crate::{
    run::Phase,
    simulator::{OperatorKey, Script},
};

#[tokio::test(start_paused = true)]
async fn what_the_operator_of_a_demo_does_is_on_record_as_his() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    let engineer = event_loop.user();
    event_loop.handle(LoopEvent::ScriptKey(OperatorKey::TestOver));
    let record = std::fs::read_to_string(event_loop.recorder().folder().journal_path()).unwrap();
    let attested = record.lines().find(|line| line.contains("\"attested\"")).unwrap();
    assert!(attested.contains("\"user\":\"demo operator\""), "{attested}");
    assert_eq!(event_loop.user(), engineer);
}

async fn is_over_after(event_loop: &mut EventLoop, seconds: u64) -> bool {
    tokio::time::advance(Duration::from_secs(seconds)).await;
    event_loop.beat();
    event_loop.run().phases.current == Phase::Ended
}

#[tokio::test(start_paused = true)]
async fn a_step_of_a_demo_waits_from_when_it_is_asked_for_and_anew_from_an_alarm() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    event_loop.sources.scripted.as_mut().unwrap().script = Script::asking(OperatorKey::TestOver);
    // Nobody has pressed a key for long before there is anything to press one for.
    assert!(!is_over_after(&mut event_loop, 300).await);
    assert!(!is_over_after(&mut event_loop, 40).await);
    let line = LogCitation {
        offset: LogOffset(0),
        stamp: None,
        arrival: Arrival::Live,
        raw: "inconsistent cloud bucket".to_owned(),
    };
    event_loop.record(&Event::AlarmSeen { alarm: "cloud-bucket-inconsistent".to_owned(), line });
    event_loop.beat();
    assert!(!is_over_after(&mut event_loop, 40).await, "the alarm is to be read first");
    event_loop.last_key = Instant::now();
    assert!(!is_over_after(&mut event_loop, 44).await, "a key was pressed meanwhile");
    assert!(is_over_after(&mut event_loop, 2).await);
}
