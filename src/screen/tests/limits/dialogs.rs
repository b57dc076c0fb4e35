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
