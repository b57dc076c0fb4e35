//! A frozen display says so, legibly and everywhere, and hides nothing for it.

use crossterm::event::KeyCode;
use ratatui::style::Modifier;

use crate::run::{ReplicationState, RunSettings};
use crate::screen::tests::story::{Story, connected, downloading, prepared};

/// The row of the frame that holds `words`.
fn row_of(story: &Story, width: u16, height: u16, words: &str) -> Option<u16> {
    let frame = story.frame(width, height);
    frame.lines().position(|line| line.contains(words)).and_then(|row| u16::try_from(row).ok())
}

#[test]
fn the_freeze_banner_is_never_dim_whatever_is_below_it() {
    for zooms in 0..6 {
        for (width, height) in [(120, 40), (110, 26), (80, 24), (60, 15), (40, 10), (40, 6), (40, 4)] {
            let mut story = prepared();
            (0..zooms).for_each(|_| drop(story.key(KeyCode::Char('z'))));
            story.key(KeyCode::Char(' '));
            story.at(90);
            let row = row_of(&story, width, height, "DISPLAY FROZEN");
            let row = row.unwrap_or_else(|| panic!("{width}x{height}\n{}", story.frame(width, height)));
            let buffer = story.buffer(width, height);
            let cells = (0..width).map(|column| &buffer[(column, row)]);
            let mut cells = cells.filter(|cell| cell.modifier.contains(Modifier::DIM));
            assert_eq!(cells.next(), None, "{width}x{height}");
            assert!(story.frame(width, height).contains("Space"), "{width}x{height}");
        }
    }
}

#[test]
fn a_frozen_display_says_so_even_where_nearly_nothing_has_room() {
    for (width, height) in [(30, 3), (24, 2), (18, 5)] {
        let mut story = downloading(68);
        story.key(KeyCode::Char(' '));
        story.at(600);
        let frame = story.frame(width, height);
        assert!(frame.contains("FROZEN"), "{width}x{height}\n{frame}");
    }
}

#[test]
fn the_freeze_banner_hides_no_verdict_and_no_title() {
    for (width, height) in [(120, 40), (110, 26), (100, 30), (80, 24)] {
        let mut story = connected(RunSettings::default());
        let titles = |frame: &str| {
            ["NO-GO", "findings", "log of ava-dr", "metadata objects", "replication ava-prod"]
                .map(|title| frame.matches(title).count())
        };
        let before = titles(&story.frame(width, height));
        story.key(KeyCode::Char(' '));
        let frame = story.frame(width, height);
        assert_eq!(titles(&frame), before, "{width}x{height}\n{frame}");
        // In the strip and on the list.
        assert_eq!(frame.matches("NO-GO").count(), 2, "{width}x{height}\n{frame}");
    }
}

#[test]
fn changes_since_the_freeze_are_the_last_of_the_banner_to_go() {
    let mut story = downloading(68);
    story.key(KeyCode::Char(' '));
    story.at(600).replication(ReplicationState::Running);
    let frame = story.frame(80, 24);
    assert!(frame.contains("REPLICATION CHANGED") && frame.contains("Space releases it"), "{frame}");
}
