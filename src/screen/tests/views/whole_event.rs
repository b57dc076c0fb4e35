//! An event is read whole, however long its text is.

use crossterm::event::KeyCode;

use super::{eventful, press};
use crate::{
    run::Event,
    screen::{Intent, Mode, keys::Panel},
};

/// Words that are told apart wherever a row ends.
fn numbered(count: usize) -> String {
    (0..count).map(|number| format!("w{number:03}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_long_event_is_read_whole_below_the_list_and_in_a_dialog() {
    let mut story = eventful();
    let text = numbered(78);
    story.record(Event::Noted { text: text.clone(), user: "kim".to_owned(), line: None });
    press(&mut story, "3");
    let frame = story.frame(80, 24);
    assert!(text.split(' ').all(|word| frame.contains(word)), "{frame}");
    let list = frame.lines().filter(|line| line.contains("  15:")).count();
    assert!(list >= 4, "the list keeps some rows\n{frame}");

    for size in [(40, 10), (60, 15), (80, 24)] {
        story.frame(size.0, size.1);
        story.key(KeyCode::Right);
        let mut seen = story.frame(size.0, size.1);
        while story.frame(size.0, size.1).contains("more: PgDn") {
            story.key(KeyCode::PageDown);
            seen += &story.frame(size.0, size.1);
        }
        assert!(text.split(' ').all(|word| seen.contains(word)), "{size:?}\n{seen}");
        assert!(seen.contains("record") && seen.contains("byte"), "{seen}");
        story.key(KeyCode::Left);
        assert!(!story.view.has_dialog());
    }
    assert!(story.frame(40, 10).contains("Right whole"), "{}", story.frame(40, 10));
    story.key(KeyCode::Right);
    assert_eq!(story.key(KeyCode::Enter), None);
    assert_eq!(story.view.zoom, Some(Panel::Log), "Enter goes on to the log line");
    press(&mut story, "3");
    story.mode = Mode::Past;
    story.key(KeyCode::Right);
    assert!(matches!(story.key(KeyCode::Enter), Some(Intent::Play(_))));
}
