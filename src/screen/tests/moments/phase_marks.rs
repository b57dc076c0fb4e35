//! The marks of pauses and findings below the phase bar, and on its cells where they have no row.

use crate::run::{ReplicationState, RunSettings, ServiceState};
use crate::screen::keys::Panel;
use crate::screen::tests::story::{
    Story, connected, downloading, ended, generating, in_use, prepared, troubled,
};

/// The row below the cells of the bar, and what the rows of the step begin with.
fn below_the_bar(story: &Story, width: u16, height: u16) -> (String, bool) {
    let frame = story.frame(width, height);
    let rows: Vec<&str> = frame.lines().collect();
    let is_step = |row: &str| row.starts_with(" NEXT ") || row.starts_with(" NOW ");
    (rows[3].to_owned(), is_step(rows[4]))
}

#[test]
fn a_pause_has_a_row_below_the_bar_at_80_by_24() {
    for make in [prepared as fn() -> Story, || downloading(68), generating, in_use, ended] {
        let (marks, is_step_below) = below_the_bar(&make(), 80, 24);
        assert!(marks.contains('└') && is_step_below, "{}", make().frame(80, 24));
        assert!(marks.contains("─ paused 15:30"), "{marks}");
    }
    assert!(below_the_bar(&ended(), 80, 24).0.contains('┘'));
    assert!(below_the_bar(&generating(), 80, 24).0.contains("─ paused 15:30 ─"));
}

#[test]
fn the_name_of_a_pause_stays_where_it_is_while_the_pause_grows() {
    let mut story = prepared();
    let mut places = Vec::new();
    for step in 1..27 {
        story.at(62 + 20 * step).replication(ReplicationState::Paused).service(ServiceState::Stopped);
        story.counter(10_412).threads(128);
        let row = below_the_bar(&story, 80, 24).0;
        let line = row.split_once('└').and_then(|(_, behind)| behind.split_once("paused"));
        places.push(line.unwrap_or_else(|| panic!("{}", story.frame(80, 24))).0.chars().count());
    }
    places.dedup();
    assert_eq!(places.len(), 1, "{places:?}\n{}", story.frame(80, 24));
}

#[test]
fn nothing_to_mark_takes_no_row() {
    let frame = connected(RunSettings::default()).frame(80, 24);
    assert!(frame.lines().nth(3).unwrap().starts_with(" NEXT "), "{frame}");
}

#[test]
fn the_marks_take_no_row_from_the_step_the_findings_or_the_last_lines_of_the_log() {
    for make in [prepared as fn() -> Story, || downloading(68), generating, in_use, ended, troubled] {
        let (with, without) = (make().frame(80, 24), make().frame(80, 23));
        let of_log = with.lines().skip_while(|row| !row.starts_with("─ log of")).count();
        assert!(of_log >= 5 || !has_row(&with), "the title, three lines and the keys: {with}");
        let step = |frame: &str| {
            frame
                .lines()
                .skip_while(|row| !row.starts_with(" N"))
                .take_while(|row| row.starts_with(' '))
                .count()
        };
        assert_eq!(step(&with), step(&without), "{with}\n{without}");
    }
}

fn has_row(frame: &str) -> bool {
    !frame.lines().nth(3).is_some_and(|row| row.starts_with(" N"))
}

#[test]
fn without_a_row_the_ends_of_pauses_and_the_findings_are_on_the_cells() {
    let mut story = troubled();
    let frame = story.frame(80, 24);
    let cells = frame.lines().nth(2).unwrap();
    assert!(!has_row(&frame), "{frame}");
    assert!(cells.contains('P') && cells.contains('✗'), "{frame}");
    // A view has the same rows above it as the main one.
    story.view.zoom = Some(Panel::Log);
    assert_eq!(story.frame(80, 24).lines().nth(2).unwrap(), cells);
}
