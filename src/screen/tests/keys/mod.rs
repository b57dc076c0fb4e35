//! Keys of the main screen and of dialogs in general: what they ask for, and what they leave alone.

mod consent;
mod dialogs;
mod ends_and_alarms;
mod mouse;
mod palette;
mod settings;
mod sign_off;
mod statement_list;
mod statements;
mod take_back;
mod test_sheet;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::story::{
    Story, attached_in_stage_2, connected, downloading, ended, generating, prepared, troubled,
};
use crate::{
    run::{ActionKind, Role, RunSettings, Severity},
    screen::{Intent, Mode},
};

fn act(action: ActionKind) -> Intent {
    let typed = match action.role() {
        Role::Primary => "ava-prod".to_owned(),
        Role::Dr => "ava-dr".to_owned(),
    };
    Intent::Act { action, r#override: None, statement: None, typed }
}

fn named() -> Story {
    let mut story = connected(RunSettings::default());
    story.at(20).names_confirmed();
    story
}

fn press(story: &mut Story, key: char) -> Option<Intent> {
    story.key(KeyCode::Char(key))
}

/// Every key that may do something somewhere, with a modifier that makes another key of it.
fn modified() -> impl Iterator<Item = KeyEvent> {
    let letters = ('!'..='~').map(KeyCode::Char);
    let others = [KeyCode::Enter, KeyCode::Left, KeyCode::Right, KeyCode::Up, KeyCode::Down, KeyCode::Home]
        .into_iter()
        .chain([
            KeyCode::End,
            KeyCode::Backspace,
            KeyCode::Delete,
            KeyCode::PageUp,
            KeyCode::Esc,
            KeyCode::Tab,
        ]);
    letters.chain(others).flat_map(|code| {
        [KeyModifiers::ALT, KeyModifiers::SUPER, KeyModifiers::ALT | KeyModifiers::CONTROL]
            .into_iter()
            .filter(move |with| code != KeyCode::Char('c') || !with.contains(KeyModifiers::CONTROL))
            .map(move |with| KeyEvent::new(code, with))
    })
}

#[test]
fn a_replay_asks_for_nothing_but_to_quit() {
    let mut story = prepared();
    story.mode = Mode::Replay;
    for key in "prtbBsuaneR".chars() {
        assert_eq!(press(&mut story, key), None, "{key}");
        assert_eq!(story.enter(), None, "{key}");
        story.key(KeyCode::Esc);
    }
    assert_eq!(press(&mut story, 'q'), Some(Intent::Quit));
}

#[test]
fn a_key_with_alt_does_nothing_outside_of_a_field() {
    let mut story = prepared();
    for key in modified() {
        assert_eq!(story.key_with(key.code, key.modifiers), None, "{key:?}");
        let message = story.view.message.as_ref().map(|message| message.text.as_str());
        assert!(message.is_some_and(|text| text.contains("no key: ")), "{key:?} {message:?}");
    }
    assert!(story.frame(80, 24).contains("no key: "));
    // The key line says that the key has no meaning.
    let above_keys = |story: &Story| story.frame(80, 24).lines().take(23).collect::<Vec<_>>().join("\n");
    for opened in ['b', 'B', 'q', '?', 'c', 's', 'm', 'a'] {
        press(&mut story, opened);
        let before = above_keys(&story);
        // One frame for a key with each of its modifiers: what three presses change, a fourth would take back at the soonest.
        let keys: Vec<KeyEvent> = modified().collect();
        for of_one_code in keys.chunk_by(|one, next| one.code == next.code && one.code != KeyCode::Char('c'))
        {
            for key in of_one_code {
                assert_eq!(story.key_with(key.code, key.modifiers), None, "{opened:?} {key:?}");
            }
            assert_eq!(above_keys(&story), before, "{opened:?} {of_one_code:?}");
        }
        story.key(KeyCode::Esc);
    }
}

#[test]
fn within_a_field_a_key_with_alt_moves_and_deletes_by_words_and_submits_nothing() {
    let mut story = prepared();
    press(&mut story, 'n');
    story.type_text("window moved");
    story.key_with(KeyCode::Char('b'), KeyModifiers::ALT);
    story.type_text("was ");
    for key in [KeyCode::Enter, KeyCode::Esc, KeyCode::Char('q'), KeyCode::Char('y')] {
        assert_eq!(story.key_with(key, KeyModifiers::ALT), None);
    }
    assert_eq!(story.enter(), Some(Intent::Note("window was moved".to_owned())));
    press(&mut story, '/');
    story.type_text("gc rfsd");
    story.key_with(KeyCode::Backspace, KeyModifiers::ALT);
    story.key_with(KeyCode::Enter, KeyModifiers::ALT);
    assert!(story.frame(120, 40).contains("gc "), "the search is still typed");
}

#[test]
fn quitting_asks_while_a_run_is_on_and_says_that_the_primary_is_paused() {
    let mut story = downloading(50);
    assert_eq!(press(&mut story, 'q'), None);
    assert!(story.frame(60, 15).contains("REPLICATION ON ava-prod IS STILL PAUSED"));
    assert_eq!(story.enter(), None, "Enter does not quit");
    assert_eq!(story.key(KeyCode::Esc), None);
    story.key_with(KeyCode::Char('c'), KeyModifiers::CONTROL);
    assert_eq!(press(&mut story, 'y'), None, "to quit is not yet to decide");
    assert_eq!(press(&mut story, 'Q'), Some(Intent::LeavePaused));
}

#[test]
fn ctrl_c_once_more_quits_at_once_and_what_stays_paused_is_left_so_on_record() {
    let interrupt = |story: &mut Story| story.key_with(KeyCode::Char('c'), KeyModifiers::CONTROL);
    let mut paused = downloading(50);
    assert_eq!(interrupt(&mut paused), None);
    assert!(
        paused.frame(60, 15).contains("Q leave it paused and quit   Esc stay"),
        "{}",
        paused.frame(60, 15)
    );
    assert_eq!(interrupt(&mut paused), Some(Intent::LeavePaused));

    let mut running = named();
    assert_eq!(interrupt(&mut running), None);
    assert_eq!(interrupt(&mut running), Some(Intent::Quit));

    // From another dialog it still asks first; a key held down does not answer.
    let mut held = downloading(50);
    press(&mut held, 'n');
    assert_eq!(interrupt(&mut held), None);
    let mut key = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    key.kind = KeyEventKind::Repeat;
    let mut view = std::mem::take(&mut held.view);
    assert_eq!(view.on_key(key, &held.facts()), None);
    held.view = view;
    assert!(held.frame(80, 24).contains("Quit drwatch?"));
    assert_eq!(interrupt(&mut held), Some(Intent::LeavePaused));
}

#[test]
fn control_keys_work_while_a_dialog_is_open() {
    let mut story = named();
    press(&mut story, 'p');
    assert_eq!(story.key_with(KeyCode::Char('l'), KeyModifiers::CONTROL), Some(Intent::Redraw));
    assert_eq!(story.key_with(KeyCode::Char('z'), KeyModifiers::CONTROL), Some(Intent::Suspend));
    assert_eq!(story.key_with(KeyCode::Char('c'), KeyModifiers::CONTROL), None);
    assert!(story.frame(80, 24).contains("Quit drwatch?"));
}

#[test]
fn the_release_of_a_key_is_no_second_press() {
    let mut story = prepared();
    let mut key = KeyEvent::new(KeyCode::Char('e'), KeyModifiers::NONE);
    key.kind = KeyEventKind::Release;
    let mut view = std::mem::take(&mut story.view);
    assert_eq!(view.on_key(key, &story.facts()), None);
}

#[test]
fn in_a_search_n_is_the_next_hit_and_esc_gives_the_note_back() {
    let mut story = downloading(50);
    story.frame(120, 40);
    press(&mut story, '/');
    story.type_text("bitmaps");
    story.enter();
    let first = story.frame(120, 40);
    assert_eq!(press(&mut story, 'n'), None);
    assert!(!story.frame(120, 40).contains("A note for the record"));
    assert_ne!(story.frame(120, 40), first);
    press(&mut story, 'N');
    assert_eq!(story.frame(120, 40), first);
    story.key(KeyCode::Esc);
    press(&mut story, 'n');
    assert!(story.frame(120, 40).contains("A note for the record"));
}

#[test]
fn w_finds_the_warning_and_end_follows_again() {
    let mut story = downloading(50);
    story.frame(120, 40);
    press(&mut story, 'w');
    assert!(story.frame(120, 40).contains("GET took 9120 ms"));
    story.line(Severity::Info, "a line that arrives meanwhile", None);
    let frame = story.frame(120, 40);
    assert!(frame.contains("GET took 9120 ms") && frame.contains("below, press End for the newest"));
    story.key(KeyCode::End);
    assert!(story.frame(120, 40).contains("a line that arrives meanwhile"));
    press(&mut story, 'E');
    assert!(story.frame(120, 40).contains("no error in the log"));
}

#[test]
fn the_help_names_every_key_of_the_table() {
    let mut story = prepared();
    press(&mut story, '?');
    let frame = story.frame(120, 120);
    for bound in story.view.keymap.bindings(Mode::Watch).filter(|bound| !bound.shown.is_empty()) {
        assert!(frame.contains(&bound.help()), "{:?}", bound.binding.command);
    }
}

#[test]
fn the_help_can_be_searched() {
    let mut story = prepared();
    press(&mut story, '?');
    press(&mut story, '/');
    story.type_text("replication");
    let frame = story.frame(120, 40);
    assert!(frame.contains("pause replication on the primary"), "{frame}");
    assert!(!frame.contains("freeze the display"), "{frame}");
    story.type_text(" nothing of the kind");
    assert!(story.frame(120, 40).contains("No key does that."));
    story.key(KeyCode::Esc);
    assert!(!story.view.has_dialog());
}

#[test]
fn every_key_without_a_meaning_answers() {
    let mut story = prepared();
    for (key, shown) in [(KeyCode::Char('X'), "X"), (KeyCode::F(9), "F9"), (KeyCode::Tab, "Tab")] {
        assert_eq!(story.key(key), None);
        let frame = story.frame(80, 24);
        assert!(frame.contains(&format!("no key: {shown}; ? shows the keys")), "{frame}");
    }
    press(&mut story, 'z');
    assert!(!story.frame(80, 24).contains("no key"), "a key that has one ends the answer");
}

#[test]
fn every_key_without_a_meaning_in_a_dialog_answers_and_closes_nothing() {
    for dialog in ['s', 'q', 'a', 'b', 'n', '?', ':', 'c', 'p', 't', 'r', 'i'] {
        // Before the pause its dialog asks for consent, and otherwise those of the resume and of the threads.
        let mut story = if dialog == 'p' { connected(RunSettings::default()) } else { prepared() };
        press(&mut story, dialog);
        assert!(story.view.has_dialog(), "{dialog}");
        assert_eq!(story.key(KeyCode::F(7)), None);
        let frame = story.frame(80, 24);
        assert!(story.view.has_dialog() && frame.contains("no key here: F7"), "{dialog} {frame}");
        // A key that is known there ends the answer; what scrolls or moves is known everywhere.
        for known in [KeyCode::PageDown, KeyCode::Up, KeyCode::Home] {
            story.key(known);
            assert!(!story.frame(80, 24).contains("no key here"), "{dialog} {known:?}");
        }
    }
    let mut story = prepared();
    press(&mut story, 's');
    assert_eq!(story.key_with(KeyCode::Char('x'), KeyModifiers::ALT), None);
    assert!(story.frame(80, 24).contains("no key here: Alt-X"), "{}", story.frame(80, 24));
    press(&mut story, '%');
    assert!(story.frame(80, 24).contains("no key here: %"), "{}", story.frame(80, 24));
    story.key(KeyCode::Esc);
    press(&mut story, '/');
    story.key(KeyCode::F(7));
    let frame = story.frame(80, 24);
    assert!(frame.contains("search /") && frame.contains("no key here: F7"), "{frame}");
}
