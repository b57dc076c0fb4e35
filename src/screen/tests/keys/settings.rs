//! Keys from the settings: what they do, and that everything which names a key names the real one.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyModifiers};

use super::{Story, downloading, ended, named, press};
use crate::screen::{Intent, Keymap, tests::story::in_use};

fn with(mut story: Story, settings: &[(&str, &str)]) -> Story {
    let owned: Vec<(&str, Vec<String>)> =
        settings.iter().map(|(action, key)| (*action, vec![(*key).to_owned()])).collect();
    let keymap = Keymap::with(owned.iter().map(|(action, keys)| (*action, keys.as_slice()))).unwrap();
    story.view.keymap = Arc::new(keymap);
    story
}

#[test]
fn a_key_of_the_settings_takes_the_place_of_the_old_one() {
    let mut story = with(named(), &[("export", "F5"), ("redraw", "F6"), ("suspend", "ctrl-b")]);
    assert_eq!(story.key(KeyCode::F(5)), Some(Intent::Export));
    assert_eq!(press(&mut story, 'e'), None);
    assert!(story.frame(80, 24).contains("no key: e"));
    press(&mut story, 'n');
    assert_eq!(story.key(KeyCode::F(6)), Some(Intent::Redraw), "in a dialog as well");
    assert_eq!(story.key_with(KeyCode::Char('b'), KeyModifiers::CONTROL), Some(Intent::Suspend));
    assert_eq!(story.key_with(KeyCode::Char('z'), KeyModifiers::CONTROL), None);
}

#[test]
fn a_letter_that_redraws_is_text_in_a_field() {
    let mut story = with(named(), &[("redraw", "X")]);
    assert_eq!(press(&mut story, 'X'), Some(Intent::Redraw));
    press(&mut story, 'n');
    story.type_text("X");
    assert_eq!(story.enter(), Some(Intent::Note("X".to_owned())));
}

#[test]
fn the_key_line_the_help_and_every_hint_name_the_real_key() {
    let mut story =
        with(downloading(68), &[("freeze", "F7"), ("follow", "F8"), ("help", "F3"), ("note", "ctrl-n")]);
    assert!(story.frame(160, 40).contains("F3 help"), "{}", story.frame(160, 40));
    story.key(KeyCode::F(7));
    assert!(story.frame(120, 40).contains("F7 releases it"));
    story.key(KeyCode::F(7));
    story.frame(120, 40);
    press(&mut story, 'w');
    assert!(story.frame(120, 40).contains("below, press F8 for the newest"), "{}", story.frame(120, 40));
    press(&mut story, '/');
    story.type_text("bitmaps");
    story.enter();
    assert!(story.frame(120, 40).contains("Ctrl-N older hit"), "{}", story.frame(120, 40));
    story.key(KeyCode::Esc);
    story.key(KeyCode::F(3));
    assert!(story.frame(120, 120).contains("    F7  freeze the display"), "{}", story.frame(120, 120));
}

#[test]
fn what_is_to_be_done_names_the_real_key() {
    let done = with(ended(), &[("checklist", "F4"), ("attest", "F2")]);
    assert!(done.frame(120, 40).contains("F4 signs off"), "{}", done.frame(120, 40));
    let used = with(in_use(), &[("attest", "F2")]);
    let frame = used.frame(120, 40);
    assert!(
        frame.contains("(F2, statement 8)") && frame.contains("resume: not before the test is over"),
        "{frame}"
    );
    let mut unbound = in_use();
    unbound.view.keymap = Arc::new(Keymap::with(std::iter::once(("attest", [].as_slice()))).unwrap());
    assert!(unbound.frame(120, 40).contains("(:attest, statement 8)"), "{}", unbound.frame(120, 40));
}
