//! What is shown of a state that was not read, an action whose outcome was not seen, and a count without its marker; and
//! that no key without effect is offered.

use crossterm::event::KeyCode;

use crate::screen::tests::story::{Story, connected, downloading, ended, prepared};
use crate::{
    run::{
        ActionKind, ActionState, Answer, ByteCount, Elapsed, Event, Link, ListingCause, Marker, Reading,
        ReplicationState, Role, RunSettings, ThreadCount,
    },
    screen::{Intent, Mode},
};

const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (60, 15), (40, 10)];

fn unreadable() -> Story {
    let mut story = prepared();
    let answer =
        Answer { reading: Reading::Unreadable, took: Elapsed::from_millis(9), raw: "odd".to_owned() };
    story.at(90).record(Event::ReplicationRead { answer, backlog: None });
    story.at(150);
    story
}

#[test]
fn a_state_that_cannot_be_read_shows_the_last_one_read_and_when() {
    let mut story = unreadable();
    for (width, height) in SIZES {
        let frame = story.frame(width, height);
        assert!(frame.contains("UNREADABLE"), "{frame}");
        assert!(frame.contains("last read PAUSED 15:30"), "{width}x{height}\n{frame}");
        assert!(!frame.contains("verified"), "{frame}");
    }
    assert!(story.frame(120, 40).contains("at most 00:01:53 of 02:00:00"), "{}", story.frame(120, 40));
    story.key(KeyCode::Char('q'));
    let frame = story.frame(80, 24);
    assert!(frame.contains("is not known") && frame.contains("last read   PAUSED, at 15:30:26"), "{frame}");
}

#[test]
fn production_is_not_called_protected_before_what_waited_is_sent() {
    let mut story = ended();
    let mut at = story.now.since(story.run.started_at).secs();
    let mut read = |story: &mut Story, state, backlog| {
        at += 60;
        let reading = Reading::Known(state);
        let answer = Answer { reading, took: Elapsed::from_millis(9), raw: String::new() };
        story.at(at).record(Event::ReplicationRead { answer, backlog: Some(ByteCount(backlog)) });
        story.frame(120, 40)
    };
    read(&mut story, ReplicationState::Paused, 5 << 30);
    let frame = read(&mut story, ReplicationState::Running, 1_262_485_504);
    assert!(frame.contains("not protected yet: 1.2 GiB to send"), "{frame}");
    assert!(frame.contains("runs again; 1.2 GiB still to send"), "{frame}");
    assert!(!frame.contains("production is protected again"), "{frame}");
    story.key(KeyCode::Char('9'));
    let frame = read(&mut story, ReplicationState::Running, 1 << 20);
    assert!(frame.contains("total unprotected") && frame.contains("1.0 MiB to send"), "{frame}");
    let frame = read(&mut story, ReplicationState::Running, 0);
    assert!(frame.contains("production is protected again"), "{frame}");
    assert!(!frame.contains("to send"), "{frame}");
}

#[test]
fn the_exposure_of_a_state_that_cannot_be_read_is_an_upper_bound() {
    let story = unreadable();
    assert!(crate::run::exposure(&story.run, story.now).at_most);
    assert!(!crate::run::exposure(&prepared().run, story.now).at_most);
}

#[test]
fn a_late_baseline_makes_count_and_forecast_bounds() {
    let mut story = Story::begin(RunSettings::default());
    story.link(Role::Dr, Link::Connected);
    story.at(10).listing(1331, ListingCause::Start).at(20).marker(Marker::DownloadStarted);
    for step in 0..14 {
        story.at(30 + 5 * step).counter(20_000 + 50 * step);
    }
    for (width, height) in SIZES {
        let frame = story.frame(width, height);
        assert!(frame.contains("at least 650 / 2,662"), "{width}x{height}\n{frame}");
    }
    let frame = story.frame(120, 40);
    assert!(frame.contains("ends by 15:"), "{frame}");
    assert!(frame.contains("total pause: not known"), "replication was never read\n{frame}");
    assert!(!downloading(50).frame(120, 40).contains("at least 1,331"));
}

#[test]
fn an_unanswered_action_gives_way_to_a_later_reading() {
    let mut story = connected(RunSettings::default());
    story.at(20).names_confirmed();
    story.at(34).requested(ActionKind::Pause, None).sent();
    story.at(40).settled(ActionState::Unknown { reason: "drwatch ended".to_owned() });
    assert!(story.frame(120, 40).contains("! pause outcome unknown"), "nothing tells yet");
    story.at(50).replication(ReplicationState::Paused);
    let frame = story.frame(120, 40);
    assert!(!frame.contains("outcome unknown: drwatch"), "{frame}");
    assert!(frame.contains("pause not answered; since read: paused"), "{frame}");
    assert!(matches!(story.run.actions[0].state, ActionState::Unknown { .. }), "the record keeps it");
}

#[test]
fn a_later_thread_reading_replaces_an_unanswered_action() {
    let mut story = prepared();
    story.at(80).requested(ActionKind::SetThreads(ThreadCount(128)), None).sent();
    story.at(81).settled(ActionState::Unknown { reason: "drwatch ended".to_owned() });
    let frame = story.frame(120, 40);
    assert!(frame.contains("! outcome unknown"), "{frame}");
    story.at(90).threads(128);
    let frame = story.frame(120, 40);
    assert!(frame.contains("128 threads") && !frame.contains("! outcome unknown"), "{frame}");
}

#[test]
fn no_stall_is_shown_while_only_the_marker_is_awaited() {
    let mut story = downloading(100);
    for step in 1..40 {
        story.at(542 + step * 5).counter(13_074);
    }
    story.at(750);
    assert!(story.run.reported.stalled.is_some());
    for (width, height) in SIZES {
        let frame = story.frame(width, height);
        assert!(frame.contains("awaiting marker"), "{frame}");
        assert!(!frame.contains("STALLED") && !frame.contains(" 0.00/s"), "{frame}");
    }
    let mut story = downloading(68);
    for step in 1..40 {
        story.at(542 + step * 5).counter(12_222);
    }
    story.at(740);
    assert!(story.frame(120, 40).contains("STALLED"), "a real stall is still one");
}

#[test]
fn a_cut_note_is_marked_before_it_is_recorded() {
    for (width, height) in SIZES {
        let mut story = prepared();
        story.key(KeyCode::Char('n'));
        story.view.on_paste(&"x".repeat(5_000), story.now);
        let frame = story.frame(width, height);
        assert!(frame.contains("FULL, cut off: 4,600 characters"), "{frame}");
        assert_eq!(story.enter(), None, "it is not recorded at once");
        let frame = story.frame(width, height);
        assert!(frame.contains("4,600 characters did not fit: "), "{frame}");
        story.view.on_paste("yy", story.now);
        assert_eq!(story.enter(), None, "more was cut off since");
        let recorded = story.enter();
        assert!(matches!(&recorded, Some(Intent::Note(text)) if text.len() == 400), "{recorded:?}");
        story.key(KeyCode::Char('n'));
        story.view.on_paste(&"x".repeat(5_000), story.now);
        story.key(KeyCode::Backspace);
        assert!(story.frame(width, height).contains(" 1 left"));
    }
}

#[test]
fn a_replay_and_a_view_name_no_key_that_does_nothing_there() {
    let hints = [
        "bucket not listed: b",
        "b lists",
        ": t sets",
        "p pauses",
        "i confirms",
        "r resumes",
        "a acknowledges",
    ];
    let states = vec![connected(RunSettings::default()), prepared(), unreadable(), downloading(68), ended()];
    for mut story in states {
        for (mode, (width, height)) in
            [Mode::Replay, Mode::View].into_iter().flat_map(|mode| SIZES.map(|size| (mode, size)))
        {
            story.mode = mode;
            let frame = story.frame(width, height);
            for hint in hints {
                assert!(!frame.contains(hint), "{hint}\n{frame}");
            }
        }
    }
    let live = connected(RunSettings::default()).frame(120, 40);
    assert!(
        live.contains("bucket: to be listed after the pause")
            && live.contains("confirm the two appliances (i)"),
        "{live}"
    );
}

#[test]
fn the_key_line_offers_to_confirm_the_pair_until_it_is_confirmed() {
    let offers = |story: &Story| story.frame(80, 24).contains("i confirm  ");
    let mut story = connected(RunSettings::default());
    assert!(offers(&story));
    story.run.started.read_only = true;
    assert!(!offers(&story), "a read-only session sends nothing");
    let mut story = connected(RunSettings::default());
    story.run.started.primary = None;
    assert!(!offers(&story), "there is no pair");
    assert!(!offers(&prepared()), "it is confirmed");
}

#[test]
fn a_run_without_pause_or_restore_claims_neither_at_its_end() {
    let mut story = connected(RunSettings::default());
    story.at(20).names_confirmed().replication(ReplicationState::Running);
    story.attested(crate::run::Statement::TestOver);
    let frame = story.frame(120, 40);
    assert!(!frame.contains("protected again") && frame.contains("never paused in this run"), "{frame}");
    assert!(!frame.contains("objects, restored"), "{frame}");
}

#[test]
fn the_pause_is_an_upper_bound_while_a_resume_is_in_doubt() {
    let mut story = prepared();
    story.at(110);
    assert!(!story.frame(120, 40).contains("at most"));
    story.requested(ActionKind::Resume, None);
    let frame = story.frame(80, 24);
    assert!(frame.contains(" at most 00:01:13 of 02:00:00"), "{frame}");
    assert!(frame.contains("The resume is requested, no answer yet."), "{frame}");
    assert!(frame.contains("resume replication: requested, no answer yet"), "{frame}");
    story.sent();
    let frame = story.frame(80, 24);
    assert!(frame.contains("The resume is sent, reading back."), "{frame}");
    assert!(frame.contains("resume replication: sent, reading back"), "{frame}");
    story.key(KeyCode::Char('9'));
    let frame = story.frame(120, 40);
    assert!(frame.contains("total pause             at most 00:01:13"), "{frame}");
    assert!(frame.contains("present pause           not known"), "{frame}");
}
