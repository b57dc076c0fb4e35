//! View: following a journal that another process writes.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_view_waits_for_the_rest_of_a_torn_line_and_shows_how_the_recording_ends() {
    let runs = tempfile::tempdir().unwrap();
    let (mut recording, folder) = Appended::begin(runs.path());
    let mut view = follower(&folder);
    poll(&mut view).await;
    assert_eq!(view.status(), Playback::View(Recording::Recording));
    recording.log(&lines(0, 5), Arrival::Live);
    let journal = folder.journal_path();
    let whole = std::fs::read(&journal).unwrap();
    // What a reader sees while the recorder's write is on its way.
    std::fs::write(&journal, &whole[..whole.len() - 20]).unwrap();
    poll(&mut view).await;
    assert_eq!((view.run().last, view.log().len()), (Sequence(0), 0));
    std::fs::write(&journal, &whole).unwrap();
    poll(&mut view).await;
    assert_eq!((view.run().last, view.log().len()), (Sequence(1), 5));

    drop(recording);
    tokio::time::sleep(Duration::from_secs(2)).await;
    poll(&mut view).await;
    assert_eq!(view.status(), Playback::View(Recording::Gone));
    let (mut writer, _) = JournalWriter::reopen(&folder).unwrap();
    writer.append(start() + Elapsed::from_secs(9), &Event::RunEnded(crate::run::Ending::Quit)).unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    poll(&mut view).await;
    assert_eq!(view.status(), Playback::View(Recording::Ended));
    assert_eq!(view.now(), view.run().last_at);
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_was_cut_is_read_anew() {
    let runs = tempfile::tempdir().unwrap();
    let (mut recording, folder) = Appended::begin(runs.path());
    recording.log(&lines(0, 5), Arrival::Live);
    let one = std::fs::read(folder.journal_path()).unwrap();
    recording.log(&lines(5, 5), Arrival::Live);
    let mut view = follower(&folder);
    let mut player = player(&folder);
    player.go_to_record(Sequence(2));
    poll(&mut view).await;
    assert_eq!(view.run().last, Sequence(2));
    std::fs::write(folder.journal_path(), one).unwrap();
    poll(&mut view).await;
    assert_eq!((view.run().last, view.log().len()), (Sequence(1), 5));
    poll(&mut player).await;
    assert_eq!((player.run().last, player.log().len()), (Sequence(1), 5));
}

#[tokio::test(start_paused = true)]
async fn a_changed_record_is_reported_and_the_records_before_it_stay() {
    let runs = tempfile::tempdir().unwrap();
    let (mut recording, folder) = Appended::begin(runs.path());
    (0..4).for_each(|batch| recording.log(&lines(batch, 1), Arrival::Live));
    let text = std::fs::read_to_string(folder.journal_path()).unwrap();
    let (before, after) = text.split_at(text.rfind("log_chunk").unwrap());
    std::fs::write(folder.journal_path(), format!("{before}log_chink{}", &after[9..])).unwrap();
    let mut view = follower(&folder);
    assert_eq!(view.problem(), None);
    for _ in 0..2 {
        poll(&mut view).await;
        let problem = view.problem().unwrap();
        assert!(problem.contains("record 4"), "{problem}");
        assert_eq!(view.run().last, Sequence(3));
    }
}

#[test]
fn neither_replay_nor_view_takes_the_lock() {
    let runs = tempfile::tempdir().unwrap();
    let (recording, folder) = Appended::begin(runs.path());
    drop(recording);
    let mut view = follower(&folder);
    view.update();
    let player = player(&folder);
    let lock = RunLock::take(&folder);
    assert!(lock.is_ok(), "{lock:?}");
    drop(player);
}
