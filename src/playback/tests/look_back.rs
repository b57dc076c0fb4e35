//! A moment of a run that is still being recorded by this process.

use super::*;
use crate::{playback::read_record, session::look_back::LookBack};

fn look_back(folder: &RunFolder, at: Option<Timestamp>) -> Box<dyn LookBack> {
    let open = read_record(folder, &|| true).unwrap();
    open(Arc::new(Dialect::built_in()), at).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_look_back_stands_still_while_the_record_goes_on() {
    let runs = tempfile::tempdir().unwrap();
    let (mut recording, folder) = Appended::begin(runs.path());
    (0..3000).for_each(|number| recording.log(&lines(number, 1), Arrival::Live));
    let middle = start() + Elapsed::from_secs(1500);
    let mut past = look_back(&folder, Some(middle));
    assert_eq!((past.run().last_at, past.now()), (middle, middle));
    assert_eq!(past.log().tally().lines.0, past.run().log.tally.lines.0);
    let reached = past.run().last;
    let recorded = past.recorded().unwrap().last;
    (3000..3010).for_each(|number| recording.log(&lines(number, 1), Arrival::Live));
    tokio::time::sleep(Duration::from_mins(1)).await;
    past.update();
    assert_eq!((past.run().last, past.now()), (reached, middle), "it is held");
    assert_eq!(past.recorded().unwrap().last.0, recorded.0 + 10, "and what is recorded meanwhile is known");
    assert_eq!(past.steer(Play::End), None);
    assert_eq!(past.run().last, recording.recorder.run().last);
    past.steer(Play::Beginning);
    past.steer(Play::Hold);
    tokio::time::sleep(Duration::from_secs(6)).await;
    past.update();
    assert_eq!(past.run().last_at, start() + Elapsed::from_secs(60), "ten times as fast");
}

#[test]
fn without_a_moment_it_is_the_last_one_and_a_moment_before_the_run_is_its_first() {
    let runs = tempfile::tempdir().unwrap();
    let (mut recording, folder) = Appended::begin(runs.path());
    recording.log(&lines(0, 1), Arrival::Live);
    assert_eq!(look_back(&folder, None).run(), recording.recorder.run());
    let before = start().before(Elapsed::from_secs(60));
    assert_eq!(look_back(&folder, Some(before)).run().last, Sequence(0));
    let later = start() + Elapsed::from_secs(9000);
    assert_eq!(look_back(&folder, Some(later)).run(), recording.recorder.run());
}

#[test]
fn a_record_that_cannot_be_read_is_an_error_and_one_no_longer_wanted_is_left() {
    let runs = tempfile::tempdir().unwrap();
    let (mut recording, folder) = Appended::begin(runs.path());
    (0..50).for_each(|number| recording.log(&lines(number, 1), Arrival::Live));
    let unread = read_record(&folder, &|| false).unwrap();
    assert!(unread(Arc::new(Dialect::built_in()), None).unwrap().recorded().is_none());
    std::fs::remove_file(folder.journal_path()).unwrap();
    assert!(read_record(&folder, &|| true).is_err());
}
