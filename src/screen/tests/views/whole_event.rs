//! An event is read whole, however long its text is.

use crossterm::event::KeyCode;

use super::{eventful, press};
use crate::{
    run::{Arrival, Event, LogCitation, Severity},
    screen::{Intent, Mode, keys::Panel, tests::story::downloading},
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

#[test]
fn a_pinned_note_shows_its_line_and_enter_leads_there() {
    let mut story = downloading(68);
    let number = story.log.end();
    let raw = story.line(Severity::Info, "[gc.INFO] (1) pinned", None);
    let offset = story.log.row(number).unwrap().offset;
    (0..60).for_each(|index| drop(story.line(Severity::Info, &format!("[gc.INFO] (1) later {index}"), None)));
    let line = LogCitation { offset, stamp: None, arrival: Arrival::Live, raw };
    let text = "ask the storage team".to_owned();
    story.record(Event::Noted { text, user: "kim".to_owned(), line: Some(line) });
    press(&mut story, "3");
    for (width, height) in [(120, 40), (80, 24)] {
        let frame = story.frame(width, height);
        assert!(frame.contains("on the line: ") && frame.contains("pinned"), "{frame}");
    }
    story.key(KeyCode::Right);
    assert!(story.frame(80, 24).contains("pinned"), "{}", story.frame(80, 24));
    story.key(KeyCode::Enter);
    let chosen = story.view.log.cursor.and_then(|row| story.log.row(row)).unwrap();
    assert!(chosen.text.contains("pinned"), "{}", chosen.text);
    // The text from an edit on is about the same line.
    let (note, text) = (story.run.last, "the storage team knows".to_owned());
    story.record(Event::NoteEdited { note, text, user: "kim".to_owned() });
    press(&mut story, "3");
    assert!(story.frame(120, 40).contains("pinned"), "{}", story.frame(120, 40));
}
