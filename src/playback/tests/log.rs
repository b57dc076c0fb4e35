//! The log panel of a recording.

use super::*;

#[test]
fn a_log_longer_than_the_panel_shows_the_rows_and_counts_of_the_live_run() {
    let runs = tempfile::tempdir().unwrap();
    let (mut recording, folder) = Appended::begin(runs.path());
    recording.log(&lines(0, 30), Arrival::Earlier);
    let mut at_first = player(&folder);
    at_first.go_to_record(Sequence(u64::MAX));
    recording.assert_shown_alike(&at_first);
    for batch in 0..30 {
        let bytes = lines(30 + batch * 1000, 1000);
        // A buffering writer leaves its last line unfinished for a while.
        let (first, rest) = bytes.split_at(bytes.len() - usize::try_from(batch).unwrap() - 1);
        recording.log(first, Arrival::Live);
        if batch == 20 {
            recording.absence();
        }
        recording.log(rest, Arrival::Live);
        if batch % 9 == 4 {
            recording.gap("the connection was lost");
            recording.absence();
        }
    }
    recording.log(b"the last line, which has no end", Arrival::Live);
    let taken = recording.parser.end(recording.now);
    assert!(recording.recorder.log(&[], &taken, recording.now).is_none());
    taken.rows.into_iter().for_each(|row| recording.live.push(row));
    recording.recorder.cut(recording.now).unwrap();
    let mut player = player(&folder);
    player.go_to_record(Sequence(u64::MAX));
    assert_eq!(player.log().len(), SCROLLBACK);
    recording.assert_shown_alike(&player);
    // From another place, and record by record.
    let end = player.run().last;
    player.go_to_record(Sequence(2));
    for record in 3..=end.0 {
        player.go_to_record(Sequence(record));
        let lines = player.log().tally().lines;
        assert_eq!(lines, player.run().log.tally.lines, "a line is shown when it counts");
    }
    recording.assert_shown_alike(&player);
}

#[test]
fn hostile_bytes_of_the_log_never_reach_the_screen() {
    let runs = tempfile::tempdir().unwrap();
    let (mut recording, folder) = Appended::begin(runs.path());
    recording
        .log(b"\x1b]0;owned\x07\x1b[2J\x00\xff\xfe \xe2\x80\xae turned\r\nplain\x9b31m\n", Arrival::Live);
    let mut player = player(&folder);
    player.go_to_record(Sequence(u64::MAX));
    recording.assert_shown_alike(&player);
    let frame = frame(player.run(), player.log(), recording.now, Mode::Replay, (120, 40));
    let text: String = frame.content().iter().map(ratatui::buffer::Cell::symbol).collect();
    assert!(text.contains("owned") && !text.chars().any(|c| c.is_control() || c == '\u{202e}'), "{text}");
}

#[test]
fn a_log_shorter_than_its_record_is_reported_and_what_is_left_is_shown() {
    let runs = tempfile::tempdir().unwrap();
    let (mut recording, folder) = Appended::begin(runs.path());
    (0..4).for_each(|batch| recording.log(&lines(batch * 10, 10), Arrival::Live));
    let whole = std::fs::read(folder.log_path()).unwrap();
    for (kept, rows) in [(0, 0), (lines(0, 20).len(), 20)] {
        std::fs::write(folder.log_path(), &whole[..kept]).unwrap();
        let (mut view, mut player) = (follower(&folder), player(&folder));
        view.update();
        player.go_to_record(Sequence(4));
        let problem = view.problem().unwrap();
        assert!(problem.contains(&format!("has {kept} of the {} bytes on record", whole.len())), "{problem}");
        assert_eq!(player.problem(), Some(problem));
        assert_eq!((view.log().len(), player.log().len()), (rows, rows));
    }
    std::fs::write(folder.log_path(), whole).unwrap();
    let mut view = follower(&folder);
    view.update();
    assert_eq!((view.problem(), view.log().len()), (None, 40));
}
