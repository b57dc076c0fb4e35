//! A moment of the record in a live session says so at every size, takes the keys of a replay and refuses those that act.

use crossterm::event::{KeyCode, KeyModifiers};
use insta::assert_snapshot;

use crate::screen::tests::story::{Story, connected, downloading, prepared};
use crate::{
    run::{Elapsed, Link, ReplicationState, Role, RunSettings},
    screen::{
        Intent, LiveMark, Mode, Motion, Play, Playback, Position,
        keys::{Command, Keymap},
        scene::facts::Facts,
    },
};

/// `moment` as it is shown while the live run is `live`, which had no news at the moment shown.
fn looking_back(moment: Story, live: &Story) -> Story {
    let mut past = moment;
    past.mode = Mode::Past;
    past.view.past = Some(LiveMark::of(&past.run).news(&live.run, live.now));
    let (reached, length) = (past.now.since(past.run.started_at), live.now.since(live.run.started_at));
    let [reached, length] = [reached, length].map(|time| Elapsed::from_secs(time.secs()));
    past.view.playback =
        Some(Playback::Replay(Position { speed: 10.0, motion: Motion::Held, reached, length }));
    past
}

fn without_news() -> Story {
    let live = downloading(68);
    looking_back(downloading(68), &live)
}

fn with_news() -> Story {
    let mut live = downloading(68);
    let reason = "connection refused".to_owned();
    live.at(7000).replication(ReplicationState::Running).link(Role::Dr, Link::Stopped { reason });
    looking_back(downloading(68), &live)
}

#[test]
fn the_banner_of_the_past_with_news_and_without() {
    for (width, height) in [(120, 40), (80, 24), (40, 10)] {
        assert_snapshot!(format!("past_{width}x{height}"), without_news().frame(width, height));
        assert_snapshot!(format!("past_news_{width}x{height}"), with_news().frame(width, height));
    }
}

#[test]
fn the_past_says_so_in_every_view_and_where_nearly_nothing_has_room() {
    let sizes =
        [(120, 40), (110, 26), (80, 24), (60, 15), (40, 10), (40, 6), (40, 4), (24, 3), (18, 5), (16, 1)];
    for zooms in 0..9 {
        let mut story = without_news();
        (0..zooms).for_each(|_| drop(story.key(KeyCode::Char('z'))));
        for (width, height) in sizes {
            let frame = story.frame(width, height);
            assert_eq!(frame.matches("PAST 1").count(), 1, "{width}x{height}\n{frame}");
        }
    }
}

#[test]
fn what_is_lost_or_found_meanwhile_is_the_first_of_the_banner() {
    let frame = with_news().frame(40, 10);
    let banner = frame.lines().find(|line| line.contains("PAST")).unwrap();
    assert!(banner.contains("new"), "{banner}");
    let frame = with_news().frame(120, 40);
    assert!(frame.contains("dr lost") && frame.contains("replication changed"), "{frame}");
}

#[test]
fn what_was_known_when_the_look_back_began_is_no_news() {
    let live = with_news();
    let mark = LiveMark::of(&live.run);
    let news = mark.news(&live.run, live.now);
    assert_eq!((news.blocking, news.attention, news.lost.len()), (0, 0, 0));
    assert!(!news.has_other_phase && !news.has_other_replication);
}

#[test]
fn every_key_that_acts_is_refused_with_the_time_and_the_way_back() {
    for key in "prtiRbBsmaec".chars() {
        let mut story = without_news();
        assert_eq!(story.key(KeyCode::Char(key)), None, "{key}");
        assert!(!story.view.has_dialog(), "{key}");
        let said = story.view.message.as_ref().unwrap().text.clone();
        assert!(
            said.starts_with("You look at 1") && said.ends_with("; Esc goes back to live."),
            "{key}: {said}"
        );
    }
    let mut story = without_news();
    assert_eq!(story.key_with(KeyCode::Char('p'), KeyModifiers::CONTROL), None);
    assert!(story.view.has_dialog(), "the palette opens");
    story.type_text("pause");
    assert!(story.frame(120, 40).contains("You look at"), "{}", story.frame(120, 40));
    assert_eq!(story.enter(), None);
}

#[test]
fn the_keys_of_a_replay_work_and_esc_and_the_key_itself_go_back() {
    let mut story = without_news();
    assert_eq!(story.key(KeyCode::Char('h')), Some(Intent::Play(Play::Hold)));
    assert_eq!(story.key(KeyCode::Char(' ')), Some(Intent::Play(Play::Hold)), "a moment is held, not frozen");
    assert_eq!(story.key(KeyCode::Char('<')), Some(Intent::Play(Play::Beginning)));
    story.key(KeyCode::Char('3'));
    assert!(matches!(story.enter(), Some(Intent::Play(Play::To(_)))));
    assert_eq!(story.key(KeyCode::Esc), Some(Intent::ReturnToLive));
    assert_eq!(story.key(KeyCode::Char('P')), Some(Intent::ReturnToLive));
    story.key(KeyCode::Char('/'));
    story.type_text("slab");
    story.enter();
    assert_eq!(story.key(KeyCode::Esc), None, "it ends the search first");
    assert_eq!(story.key(KeyCode::Esc), Some(Intent::ReturnToLive));
}

#[test]
fn quitting_is_left_to_the_present() {
    let mut story = without_news();
    assert_eq!(story.key(KeyCode::Char('q')), Some(Intent::Quit));
    assert_eq!(story.key_with(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Intent::Quit));
    assert!(!story.view.has_dialog(), "what the past says of replication is no ground to quit on");
}

#[test]
fn looking_back_begins_at_the_frozen_moment_or_at_the_end() {
    let mut story = prepared();
    assert_eq!(story.key(KeyCode::Char('P')), Some(Intent::LookBack(None)));
    story.key(KeyCode::Char(' '));
    let frozen = story.now;
    story.at(900);
    assert_eq!(story.key(KeyCode::Char('P')), Some(Intent::LookBack(Some(frozen))));
}

#[test]
fn a_replay_and_a_view_have_no_present_to_look_back_from() {
    for (mode, word) in [(Mode::Replay, "replay"), (Mode::View, "view")] {
        let mut story = connected(RunSettings::default());
        story.mode = mode;
        assert_eq!(story.key(KeyCode::Char('P')), None);
        assert!(story.view.message.as_ref().unwrap().text.contains(word));
    }
}

#[test]
fn a_view_of_the_past_has_no_dialog_no_search_and_the_same_keys() {
    let mut story = downloading(68);
    let keys = [("look-back", vec!["F6".to_owned()])];
    let keymap = Keymap::with(keys.iter().map(|(name, keys)| (*name, keys.as_slice()))).unwrap();
    story.view.keymap = std::sync::Arc::new(keymap);
    story.key(KeyCode::Char('2'));
    story.key(KeyCode::Char('/'));
    assert!(story.view.is_asking());
    let beside = story.view.beside();
    assert!(!beside.is_asking() && !beside.is_frozen());
    assert_eq!((beside.zoom, beside.keymap.key_of(Command::LookBack)), (story.view.zoom, "F6".to_owned()));
    let facts = Facts { mode: Mode::Past, ..story.facts() };
    assert_eq!(facts.refusal("F9"), Some("You look at 15:38; F9 goes back to live.".to_owned()));
}
