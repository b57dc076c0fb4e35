//! The palette: every action by its name, and why it can do nothing now.

use crossterm::event::{KeyCode, KeyModifiers};
use insta::assert_snapshot;

use super::{Mode, Story, connected, downloading, named, prepared, press};
use crate::{
    run::{ActionKind, RunSettings},
    screen::{
        FrameFormat, Intent, Landmark, Play,
        keys::{Copied, Seek},
    },
};

fn typed(story: &mut Story, words: &str) -> String {
    press(story, ':');
    story.type_text(words);
    story.frame(100, 30)
}

#[test]
fn the_palette_finds_actions_and_shows_their_keys() {
    let mut story = downloading(68);
    press(&mut story, ':');
    assert_snapshot!("palette_120x40", story.frame(120, 40));
    story.type_text("write");
    assert_snapshot!("palette_write_80x24", story.frame(80, 24));
    assert_snapshot!("palette_write_40x10", story.frame(40, 10));
}

#[test]
fn enter_does_what_the_key_of_the_action_does() {
    let mut story = named();
    typed(&mut story, "pause");
    assert_eq!(story.enter(), None);
    assert!(story.frame(100, 30).contains("Pause replication"), "{}", story.frame(100, 30));
    story.key(KeyCode::Esc);

    story.key_with(KeyCode::Char('p'), KeyModifiers::CONTROL);
    story.type_text("svg");
    assert_eq!(story.enter(), Some(Intent::WriteFrame(FrameFormat::Svg)));
    assert!(!story.view.has_dialog());
    typed(&mut story, "copy run path");
    assert_eq!(story.enter(), Some(Intent::Copy(Copied::RunPath)));
}

#[test]
fn the_arrows_choose_and_typing_begins_anew() {
    let mut story = named();
    typed(&mut story, "write frame");
    story.key(KeyCode::Down);
    story.key(KeyCode::Down);
    story.key(KeyCode::Up);
    assert_eq!(story.enter(), Some(Intent::WriteFrame(FrameFormat::Ansi)));
    typed(&mut story, "write");
    story.key(KeyCode::Down);
    story.type_text(" text");
    assert_eq!(story.enter(), Some(Intent::WriteFrame(FrameFormat::Text)));
}

#[test]
fn what_cannot_be_done_says_why() {
    let mut paused = downloading(50);
    let frame = typed(&mut paused, "resume");
    assert!(frame.contains("locked: "), "{frame}");
    let mut unconfirmed = connected(RunSettings::default());
    assert!(typed(&mut unconfirmed, "pause").contains("not confirmed yet"));
    let mut story = named();
    assert!(typed(&mut story, "acknowledge").contains("No finding is open."));
    story.key(KeyCode::Esc);
    let frame = typed(&mut story, "markers");
    assert!(frame.contains("There is nothing to decide."), "{frame}");
    story.key(KeyCode::Esc);
    story.available.pause = None;
    let frame = typed(&mut story, "pause");
    assert!(frame.contains("drwatch knows no command for this on this appliance."), "{frame}");
    story.enter();
    assert!(
        story.frame(100, 30).contains("drwatch knows no command for this on this appliance."),
        "as the key says it"
    );
}

#[test]
fn the_palette_refuses_in_a_replay_what_the_keys_refuse() {
    for (mode, session) in [(Mode::Replay, "replay"), (Mode::View, "view")] {
        let mut story = prepared();
        story.mode = mode;
        for words in ["pause", "export", "reconnect", "note"] {
            let frame = typed(&mut story, words);
            assert!(frame.contains(&format!("this is a {session}: nothing can be sent or added")), "{frame}");
            assert_eq!(story.enter(), None);
            assert!(!story.view.has_dialog(), "{words}");
        }
        assert!(!typed(&mut story, "freeze").contains("this is a"));
    }
}

#[test]
fn in_a_replay_a_time_goes_there() {
    let mut story = prepared();
    story.mode = Mode::Replay;
    typed(&mut story, "16:42");
    assert_eq!(story.enter(), Some(Intent::Play(Play::Seek(Seek::parse("16:42").unwrap()))));
    typed(&mut story, "replay next phase");
    assert_eq!(story.enter(), Some(Intent::Play(Play::Next(Landmark::Phase))));
    let mut live = prepared();
    typed(&mut live, "16:42");
    assert_eq!(live.enter(), None);
    assert!(live.frame(100, 30).contains("No action has these words."));
    let mut live = prepared();
    typed(&mut live, "faster");
    assert!(
        live.frame(100, 30).contains("in a replay, or in the past of this run (P)."),
        "where it is possible"
    );
}

#[test]
fn words_pasted_into_the_palette_choose_the_first_row() {
    let mut story = named();
    press(&mut story, ':');
    story.key(KeyCode::Down);
    story.view.on_paste("set the replication threads", story.now);
    assert_eq!(story.enter(), None);
    let action = ActionKind::SetThreads(story.run.threads_wanted()).to_string();
    assert!(story.frame(100, 30).to_lowercase().contains(&action.to_lowercase()), "{}", story.frame(100, 30));
}

#[test]
fn the_hits_of_a_search_are_found_with_the_key_that_goes_there_or_why_there_are_none() {
    for words in ["next hit", "hit", "older hit"] {
        let mut story = downloading(50);
        story.frame(120, 40);
        let frame = typed(&mut story, words);
        assert!(frame.contains("older-hit") && frame.contains("no search: / searches the log"), "{frame}");
        story.key(KeyCode::Esc);
        press(&mut story, '/');
        story.type_text("bitmaps");
        story.enter();
        let first = story.frame(100, 30);
        let frame = typed(&mut story, words);
        let row = frame.lines().find(|row| row.contains(" older-hit ")).unwrap();
        assert!(row.contains(" n  older-hit") && !frame.contains("no search"), "{frame}");
        story.key(KeyCode::Esc);
        typed(&mut story, "older hit");
        assert_eq!(story.enter(), None);
        assert!(!story.view.has_dialog() && story.frame(100, 30) != first, "{}", story.frame(100, 30));
        typed(&mut story, "newer hit");
        story.enter();
        assert_eq!(story.frame(100, 30), first);
        // A note is still written by its name.
        typed(&mut story, "note");
        story.enter();
        assert!(story.frame(100, 30).contains("A note for the record"), "{}", story.frame(100, 30));
    }
    let mut story = downloading(50);
    press(&mut story, 'N');
    assert!(story.frame(100, 30).contains("no search: / searches the log"), "{}", story.frame(100, 30));
}
