//! The views on number keys: which is shown, what is chosen in it, and where Enter leads.

mod log_panel;
mod log_place;
mod whole_event;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use insta::assert_snapshot;

use super::story::{Story, connected, downloading, dr_away, ended, generating, in_use, prepared, troubled};
use crate::{
    run::{
        Answer, Elapsed, Event, PreflightCode, PreflightItem, PreflightState, PreflightVerdict, Reading,
        ReplicationState, Role, RunSettings, dated_events,
    },
    screen::{
        Intent, Mode, Moment, Play, View,
        keys::{Command, Group, Panel},
    },
};

fn press(story: &mut Story, keys: &str) {
    for key in keys.chars() {
        assert_eq!(story.key(KeyCode::Char(key)), None, "{key}");
    }
}

const NAMES: [(char, &str); 8] = [
    ('2', "[2 log]"),
    ('3', "[3 events]"),
    ('4', "[4 timeline]"),
    ('5', "[5 appliances]"),
    ('6', "[6 checks]"),
    ('7', "[7 findings]"),
    ('8', "[8 objects]"),
    ('9', "[9 replication]"),
];

#[test]
fn a_number_key_shows_its_view_and_one_and_esc_lead_back() {
    let overview = downloading(68).frame(120, 40);
    for (key, name) in NAMES {
        for (width, height) in [(120, 40), (80, 24)] {
            let mut story = downloading(68);
            press(&mut story, &key.to_string());
            let frame = story.frame(width, height);
            let short = story.view.zoom.map(|panel| format!("[{key} {}]", Panel::short_name(Some(panel))));
            let name = short.as_deref().filter(|_| width < 100).unwrap_or(name);
            assert!(frame.contains(name), "{key} at {width}x{height}\n{frame}");
            press(&mut story, "1");
            assert_eq!(story.frame(120, 40), overview);
            press(&mut story, &key.to_string());
            story.key(KeyCode::Esc);
            assert_eq!(story.frame(120, 40), overview);
        }
    }
}

#[test]
fn z_shows_every_view_in_turn_and_shift_z_the_same_backwards() {
    let mut story = downloading(68);
    let mut forwards = vec![story.frame(120, 40)];
    for _ in 0..9 {
        press(&mut story, "z");
        forwards.push(story.frame(120, 40));
    }
    assert_eq!(forwards.first(), forwards.last(), "eight views and the overview");
    for frame in forwards.iter().rev().skip(1) {
        press(&mut story, "Z");
        assert_eq!(story.frame(120, 40), *frame);
    }
    for (frame, (_, name)) in forwards.iter().skip(1).zip(NAMES) {
        assert!(frame.contains(name), "in the order of the row of the views: {name}\n{frame}");
    }
}

/// The keys of the commands of the log.
fn log_keys(story: &Story) -> Vec<(Command, KeyCode)> {
    use KeyCode::{Char, Down, End, Enter, Home, Left, PageDown, PageUp, Right, Up};
    let codes = ('!'..='~').map(Char).chain([Up, Down, Left, Right, Home, End, PageUp, PageDown, Enter]);
    let keymap = &story.view.keymap;
    let of_log = |command: &Command| {
        let mut bindings = keymap.bindings(Mode::Watch).map(|bound| bound.binding);
        bindings.any(|binding| binding.command == *command && binding.group == Group::Log)
    };
    let command = |code| keymap.command(KeyEvent::new(code, KeyModifiers::NONE), Mode::Watch);
    codes.filter_map(|code| Some((command(code).filter(of_log)?, code))).collect()
}

#[test]
fn a_key_of_the_log_shows_the_log_or_answers_in_any_other_view() {
    let mut story = troubled();
    let keys = log_keys(&story);
    let commands = story.view.keymap.bindings(Mode::Watch).filter(|bound| bound.binding.group == Group::Log);
    let commands = commands.filter(|bound| !bound.shown.is_empty());
    assert!(commands.map(|bound| bound.binding.command).all(|own| keys.iter().any(|(key, _)| *key == own)));
    for (view, name) in
        Panel::NUMBERED.into_iter().filter(|(view, _)| !matches!(view, None | Some(Panel::Log)))
    {
        for (command, code) in &keys {
            story.view = View::default();
            // A line is chosen and has a bookmark, so that each command has something to do.
            press(&mut story, "2KKx");
            story.view.message = None;
            let log = story.frame(80, 24);
            story.view.zoom = view;
            let before = story.frame(80, 24);
            if story.key(*code).is_some() {
                continue;
            }
            if story.view.zoom == Some(Panel::Log) {
                assert!(command.finds_in_log() || *command == Command::Open, "{command:?} in {name}");
                continue;
            }
            let scrolls = view != Some(Panel::Objects);
            let moves = matches!(
                command,
                Command::Up
                    | Command::Down
                    | Command::PageUp
                    | Command::PageDown
                    | Command::Oldest
                    | Command::Follow
            );
            let after = story.frame(80, 24);
            assert!(after != before || (scrolls && moves), "{command:?} is not answered in {name}\n{after}");
            // Nothing of it was done to the log.
            (story.view.message, story.view.dialog) = (None, None);
            press(&mut story, "2");
            assert_eq!(story.frame(80, 24), log, "{command:?} in {name}");
        }
    }
}

#[test]
fn a_view_scrolls_no_further_than_its_end() {
    let mut story = eventful();
    press(&mut story, "5");
    let top = story.frame(80, 24);
    story.key(KeyCode::End);
    let end = story.frame(80, 24);
    assert_ne!(end, top);
    (0..5).for_each(|_| drop(story.key(KeyCode::Down)));
    assert_eq!(story.frame(80, 24), end);
    story.key(KeyCode::Up);
    assert_ne!(story.frame(80, 24), end, "one press is enough to come back");
    story.key(KeyCode::Home);
    assert_eq!(story.frame(80, 24), top);
}

#[test]
fn digits_are_typed_into_a_field_and_choose_in_a_dialog() {
    let mut story = prepared();
    press(&mut story, "n");
    story.type_text("3 of 4");
    assert_eq!(story.enter(), Some(Intent::Note("3 of 4".to_owned())));
    assert!(!story.frame(120, 40).contains("[3 events]"));
}

fn eventful() -> Story {
    let mut story = dr_away();
    story.at(600).link(Role::Dr, crate::run::Link::Connected);
    story.record(Event::Noted {
        text: "switch port was reset".to_owned(),
        user: "kim".to_owned(),
        line: None,
    });
    story.at(640).counter(12_300);
    story
}

#[test]
fn the_events() {
    let mut story = eventful();
    press(&mut story, "3");
    assert_snapshot!("events_120x40", story.frame(120, 40));
    assert_snapshot!("events_80x24", story.frame(80, 24));
    assert_snapshot!("events_40x10", story.frame(40, 10));
}

#[test]
fn the_newest_event_is_followed_until_another_is_chosen() {
    let mut story = eventful();
    press(&mut story, "3");
    let count = dated_events(&story.run).len();
    assert!(story.frame(120, 40).contains(&format!("{count} of {count}")));
    story.record(Event::Noted { text: "and again".to_owned(), user: "kim".to_owned(), line: None });
    assert!(story.frame(120, 40).contains(&format!("{0} of {0}", count + 1)));
    story.key(KeyCode::Up);
    story.record(Event::Noted { text: "a third time".to_owned(), user: "kim".to_owned(), line: None });
    assert!(story.frame(120, 40).contains(&format!("{count} of {}", count + 2)), "{}", story.frame(120, 40));
    story.key(KeyCode::End);
    assert!(story.frame(120, 40).contains(&format!("{0} of {0}", count + 2)));
}

#[test]
fn the_filter_shows_one_kind_after_the_other_and_then_all() {
    let mut story = eventful();
    press(&mut story, "3");
    let all = story.frame(120, 40);
    let mut kinds = Vec::new();
    loop {
        press(&mut story, "f");
        let frame = story.frame(120, 40);
        if frame == all {
            break;
        }
        kinds.push(frame);
    }
    assert!(kinds.len() >= 5, "{}", kinds.len());
    assert!(kinds.iter().any(|frame| frame.contains("note (f), 1 of 1")), "{kinds:#?}");
    press(&mut story, "ff");
    assert_ne!(story.frame(120, 40), all);
    press(&mut story, "F");
    assert_eq!(story.frame(120, 40), all, "F ends the filter of the events too");
    press(&mut story, "F");
    assert!(story.frame(120, 40).contains("every kind of event is shown"));
}

#[test]
fn enter_on_an_event_of_a_watch_shows_its_line_of_the_log() {
    let mut story = in_use();
    press(&mut story, "3");
    press(&mut story, "f");
    assert!(story.frame(120, 40).contains("phase (f)"));
    // From the last phase back to the end of stage 1.
    story.key(KeyCode::Up);
    assert_eq!(story.enter(), None);
    let frame = story.frame(120, 40);
    let row = frame.lines().find(|row| row.contains("Cloud restore phase complete"));
    assert!(row.is_some() && frame.contains("[2 log]"), "{frame}");
}

#[test]
fn enter_on_an_event_of_a_replay_goes_to_its_moment_also_ahead() {
    let mut story = prepared();
    story.mode = Mode::Replay;
    story.view.list_events_of(&ended().run);
    press(&mut story, "3");
    let chosen = story.frame(120, 40);
    story.key(KeyCode::End);
    (0..200).for_each(|_| drop(story.key(KeyCode::Down)));
    assert_ne!(story.frame(120, 40), chosen, "what is ahead is listed");
    let last = ended();
    let event = dated_events(&last.run).last().copied().unwrap();
    let moment = Moment { record: event.record, at: event.at };
    assert_eq!(story.enter(), Some(Intent::Play(Play::To(moment))));
}

#[test]
fn the_timeline() {
    let mut story = eventful();
    press(&mut story, "4");
    assert_snapshot!("timeline_120x40", story.frame(120, 40));
    assert_snapshot!("timeline_80x24", story.frame(80, 24));
    let mut story = ended();
    press(&mut story, "4");
    assert_snapshot!("timeline_of_a_whole_test", story.frame(120, 40));
}

#[test]
fn the_appliances() {
    let mut story = eventful();
    let answer = Answer {
        reading: Reading::Known(ReplicationState::Paused),
        took: Elapsed::from_millis(14),
        raw: "Replication: paused\\nSince: 15:30".to_owned(),
    };
    story.record(Event::ReplicationRead { answer, backlog: None });
    press(&mut story, "5");
    let frame = story.frame(120, 40);
    assert!(frame.contains("> Replication: paused"), "{frame}");
    assert_snapshot!("appliances_120x40", frame);
    assert_snapshot!("appliances_80x24", story.frame(80, 24));
}

#[test]
fn a_finding_is_chosen_and_opened_with_its_evidence_and_history() {
    let mut story = connected(RunSettings::default());
    story.at(20).names_confirmed();
    story.near_miss("[namespace_restore.INFO] (13852) Cloud restore phase completed");
    story.at(80);
    press(&mut story, "7");
    assert_snapshot!("findings_view", story.frame(80, 24));
    // Below the two appliances that are not heard from.
    story.key(KeyCode::Down);
    story.key(KeyCode::Down);
    story.enter();
    let frame = story.frame(100, 40);
    for words in ["Evidence", "phase completed", "byte ", "History", "opened"] {
        assert!(frame.contains(words), "{words}\n{frame}");
    }
    press(&mut story, "a");
    story.type_text("known form");
    assert!(matches!(story.enter(), Some(Intent::Acknowledge { reason, .. }) if reason == "known form"));
    let frame = story.frame(80, 24);
    let marked = frame.lines().find(|row| row.contains("▶ ▲")).unwrap();
    assert!(marked.contains("No answer from ava-prod"), "the list begins with the gravest again\n{frame}");
}

#[test]
fn a_finding_of_a_replay_is_read_and_not_acknowledged() {
    let mut story = generating();
    story.mode = Mode::Replay;
    story.near_miss("[namespace_restore.INFO] (13852) Namespace generation phase completed");
    press(&mut story, "7");
    story.enter();
    let before = story.frame(120, 39);
    press(&mut story, "a");
    // But for the key line, which says that it has no meaning there.
    let answered = story.frame(120, 39);
    assert_eq!(answered.rsplit_once('\n').unwrap().0, before.rsplit_once('\n').unwrap().0);
    assert!(answered.contains("no key here: a"), "{answered}");
}

#[test]
fn an_earlier_note_is_read_and_edited() {
    let mut story = prepared();
    let mut noted = |text: &str| {
        story.record(Event::Noted { text: text.to_owned(), user: "kim".to_owned(), line: None });
        story.run.last
    };
    let first = noted("link was donw");
    noted("window agreed with Ann");
    press(&mut story, "n");
    story.key(KeyCode::Up);
    let frame = story.frame(120, 40);
    assert!(frame.contains("link was donw") && frame.contains("window agreed"), "{frame}");
    story.key(KeyCode::Up);
    assert_eq!(story.enter(), None);
    story.key(KeyCode::Backspace);
    story.key(KeyCode::Backspace);
    story.type_text("wn");
    let edit = Intent::EditNote { note: first, text: "link was down".to_owned() };
    assert_eq!(story.enter(), Some(edit));
    story.record(Event::NoteEdited { note: first, text: "link was down".to_owned(), user: "lee".to_owned() });
    press(&mut story, "n");
    story.key(KeyCode::Up);
    story.key(KeyCode::Up);
    assert_snapshot!("notes", story.frame(80, 24));
    // An edit that changes nothing records nothing.
    story.enter();
    assert_eq!(story.enter(), None);
}

#[test]
fn the_notes_of_a_replay_are_read_and_not_edited() {
    let mut story = prepared();
    story.record(Event::Noted { text: "window agreed".to_owned(), user: "kim".to_owned(), line: None });
    story.mode = Mode::Replay;
    press(&mut story, "n");
    assert!(story.frame(80, 24).contains("window agreed"), "{}", story.frame(80, 24));
    assert_eq!(story.enter(), None);
    assert!(!story.view.has_dialog());
}

#[test]
fn in_mid_test_the_checklist_lists_the_preflight_as_it_was_recorded() {
    let mut story = downloading(68);
    press(&mut story, "6");
    assert!(story.frame(120, 40).contains("no pre-flight is on record"), "{}", story.frame(120, 40));
    let item = |code, state, text: &str, remedy: Option<&str>| PreflightItem {
        code,
        state,
        text: text.to_owned(),
        evidence: None,
        age: None,
        remedy: remedy.map(str::to_owned),
    };
    let items = vec![
        item(PreflightCode::PrimaryReachable, PreflightState::Ok, "ava-prod answers.", None),
        item(
            PreflightCode::Threads,
            PreflightState::Attention,
            "16 of 128 threads.",
            Some("Set them to 128."),
        ),
    ];
    story.record(Event::PreflightJudged { verdict: PreflightVerdict::Go, items });
    let frame = story.frame(120, 40);
    let row = |words: &str| frame.lines().position(|line| line.contains(words));
    assert!(
        row("Pre-flight before the start, at 15:38:28: go") < row("attention   16 of 128 threads."),
        "{frame}"
    );
    assert!(row("Set them to 128.") < row("ok          ava-prod answers."), "the gravest first\n{frame}");
    assert!(row("ok          ava-prod answers.").is_some(), "{frame}");
}
