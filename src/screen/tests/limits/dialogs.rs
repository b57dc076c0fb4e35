//! What a dialog may cover, and what it shows at any size.

use crossterm::event::KeyCode;

use crate::screen::tests::story::{downloading, every_dialog};

const SIZES: [(u16, u16); 4] = [(20, 5), (40, 10), (60, 15), (80, 24)];

#[test]
fn an_unknown_key_is_answered_in_every_dialog_at_every_size() {
    let mut silent = Vec::new();
    for (name, mut story) in every_dialog() {
        for frozen in [false, true] {
            if frozen {
                let dialog = story.view.dialog.take();
                story.key(KeyCode::Char(' '));
                story.view.dialog = dialog;
            }
            for (width, height) in SIZES {
                drop(story.frame(width, height));
                story.key(KeyCode::F(9));
                if story.frame(width, height).matches("no key here: F9").count() != 1 {
                    silent.push(format!("{name} {width}x{height} frozen {frozen}"));
                }
                story.key(KeyCode::PageUp);
                let after = story.frame(width, height);
                assert!(!after.contains("no key here"), "a key that has a meaning ends the answer\n{after}");
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn a_key_that_changes_nothing_is_answered_where_nothing_is_typed() {
    let mut silent = Vec::new();
    for (name, mut story) in every_dialog() {
        for key in [KeyCode::Char('0'), KeyCode::Delete, KeyCode::Right] {
            let before = format!("{:?}", story.view.dialog);
            story.key(key);
            let is_the_same = before == format!("{:?}", story.view.dialog);
            let has_field = story.view.typed_into().is_some();
            if is_the_same && !has_field && !story.frame(80, 24).contains("no key here: ") {
                silent.push(format!("{name} {key}"));
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn an_unknown_key_is_answered_beside_a_long_search_and_in_a_frozen_display() {
    for frozen in [false, true] {
        for (width, height) in [(40, 10), (60, 15), (80, 24)] {
            let mut story = downloading(50);
            if frozen {
                story.key(KeyCode::Char(' '));
            }
            story.key(KeyCode::F(9));
            let frame = story.frame(width, height);
            assert!(frame.contains("no key: F9"), "{frame}");
            story.key(KeyCode::Char('/'));
            story.type_text("a search of many words that goes on");
            assert!(
                story.frame(width, height).contains("search /a search"),
                "{}",
                story.frame(width, height)
            );
            story.key(KeyCode::F(9));
            let frame = story.frame(width, height);
            assert!(frame.contains("no key here: F9"), "{frame}");
        }
    }
}

#[test]
fn no_dialog_covers_the_top_line() {
    let mut covered = Vec::new();
    for (name, mut story) in every_dialog() {
        for (width, height) in [(40, 10), (60, 15), (80, 24), (120, 40)] {
            let first = |frame: &str| frame.lines().next().unwrap().to_owned();
            let with = story.frame(width, height);
            let dialog = story.view.dialog.take();
            if first(&with) != first(&story.frame(width, height)) {
                covered.push(format!("{name} {width}x{height}\n{with}"));
            }
            story.view.dialog = dialog;
        }
    }
    assert!(covered.is_empty(), "{}", covered.join("\n\n"));
}

#[test]
fn what_is_asked_is_shown_in_twenty_columns_and_five_rows() {
    let frames: Vec<_> = every_dialog().into_iter().map(|(name, story)| (name, story.frame(20, 5))).collect();
    for (name, words) in [
        ("pair", "Type ava-prod, then Enter: >"),
        ("pause", "Type ava-prod, then Enter: >"),
        ("resume against the policy", "Why is the policy overridden? >"),
        ("resume overridden", "Type ava-prod, then Enter: >"),
        ("resume after an alarm", "Who at the vendor agreed? >"),
        ("statement", "8 The resto"),
        ("statement against the record", "Type \"end before"),
        ("since when", "Since when? > now"),
        ("why", "Who says so? >"),
        ("acknowledge why", "What is done about it, and"),
        ("owner", "Who takes care of it? >"),
        ("note", "A note for the record: >"),
        ("sign-off", "In your words,"),
        ("sign-off with an alarm", "Type \"leave"),
        ("row of the test sheet", "The objective"),
        ("search of the help", "Search for a key"),
        ("palette", "An action, by"),
        ("go to", "16:42, 16:42:10, +5m, -1h30m: >"),
        ("filter", "Only lines with (nothing: all): >"),
        ("finding", "ava-dr logged"),
        ("event", "connection"),
        ("line", "drwatch has no"),
        ("acknowledge which", "ava-dr"),
        ("markers", "[ ] the na"),
        ("listing", "listed"),
        ("quit", "REPLICATION"),
    ] {
        let frame = &frames.iter().find(|(own, _)| *own == name).unwrap().1;
        let rows = frame.lines().skip(1).map(str::trim).collect::<Vec<_>>().join(" ");
        assert!(rows.contains(words), "{name}\n{frame}");
        assert!(frame.contains("Esc") || frame.contains("Enter close"), "{name}: no way out\n{frame}");
    }
}
