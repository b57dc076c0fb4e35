//! Dialogs from their opening to their end: what they show first, and what they do when the run moves on under them.

use crossterm::event::KeyCode;

use super::{act, named, press};
use crate::{
    run::{
        ActionKind, Answer, ByteCount, Elapsed, Event, Reading, ReplicationState, ResumePolicy, RunSettings,
        Statement,
    },
    screen::{
        Intent,
        tests::story::{Story, connected, downloading, dr_away, ended, generating, in_use, troubled},
    },
};

/// The test is over, replication runs, and the run is signed off.
fn signed() -> Story {
    let mut story = ended();
    story.record(Event::SignedOff { text: "done".to_owned(), user: "kim".to_owned(), consent: None });
    story
}

#[test]
fn a_dialog_that_another_follows_begins_at_its_top() {
    let mut story = connected(RunSettings::default());
    press(&mut story, 'p');
    story.frame(40, 10);
    (0..9).for_each(|_| drop(story.key(KeyCode::PageDown)));
    assert!(!story.frame(40, 10).contains("must be confirmed first"));
    story.type_text("ava-prod");
    assert!(matches!(story.enter(), Some(Intent::ConfirmPair { .. })));
    story.names_confirmed();
    let frame = story.frame(40, 10);
    assert!(frame.contains("ava-prod, the primary"), "{frame}");
}

#[test]
fn nothing_below_the_end_has_to_be_scrolled_back_from() {
    let mut story = connected(RunSettings::default());
    press(&mut story, 'i');
    story.frame(40, 10);
    (0..40).for_each(|_| drop(story.key(KeyCode::PageDown)));
    let end = story.frame(40, 10);
    story.key(KeyCode::PageUp);
    assert_ne!(story.frame(40, 10), end);
}

#[test]
fn what_to_type_is_never_cut() {
    let mut pair = connected(RunSettings::default());
    press(&mut pair, 'i');
    assert!(pair.frame(40, 10).contains("Type ava-prod, then Enter:"), "{}", pair.frame(40, 10));
    (0..30).for_each(|_| drop(pair.key(KeyCode::PageDown)));
    drop(pair.frame(40, 10));
    pair.type_text("AVA-PROD");
    pair.enter();
    let frame = pair.frame(40, 10);
    assert!(frame.contains("Type ava-prod, then Enter:"), "what was wrong does not take its place: {frame}");
    assert!(frame.contains("capital letters"), "{frame}");
    let mut locked = downloading(50);
    press(&mut locked, 'r');
    let frame = locked.frame(40, 10);
    assert!(frame.contains("Why is the policy overridden?"), "{frame}");
    let mut stated = downloading(50);
    press(&mut stated, 's');
    press(&mut stated, '6');
    stated.enter();
    let frame = stated.frame(40, 10);
    assert!(frame.contains("Type \"end before it is restored\", then"), "{frame}");
    (0..30).for_each(|_| drop(stated.key(KeyCode::PageDown)));
    drop(stated.frame(40, 10));
    stated.type_text("end before it is restored");
    stated.enter();
    let frame = stated.frame(40, 10);
    assert!(frame.contains("YYYY-MM-DD") && frame.contains("in UTC:"), "{frame}");
    stated.type_text("nonsense");
    stated.enter();
    let frame = stated.frame(40, 10);
    assert!(frame.contains("Not a time") && frame.contains("YYYY-MM-DD HH:MM."), "{frame}");
}

#[test]
fn an_action_before_the_confirmation_says_what_comes_first_and_what_next() {
    for (key, then) in [('p', "The pause comes next."), ('t', "The threads come next.")] {
        let mut story = connected(RunSettings::default());
        press(&mut story, key);
        let frame = story.frame(80, 24);
        assert!(frame.contains(&format!("must be confirmed first. {then}")), "{frame}");
    }
}

#[test]
fn a_lock_that_ends_under_the_dialog_is_said_at_once_and_asked_anew() {
    let mut story = downloading(50);
    press(&mut story, 'r');
    assert!(story.frame(80, 24).contains("Why is the policy overridden?"));
    story.type_text("called off");
    story.at(600).attested(Statement::TestOver);
    story.replication(ReplicationState::Paused);
    let frame = story.frame(80, 24);
    assert!(!frame.contains("Why is the policy overridden?"), "{frame}");
    assert!(frame.contains("This has changed while you typed") && !frame.contains("called off"), "{frame}");
    // Seen, so that the next key is meant for what is asked now.
    story.type_text("ava-prod");
    assert_eq!(story.enter(), Some(act(ActionKind::Resume)));
}

#[test]
fn quitting_before_the_sign_off_asks() {
    let mut story = ended();
    assert_eq!(press(&mut story, 'q'), None);
    let frame = story.frame(80, 24);
    assert!(frame.contains("The run is not signed off."), "{frame}");
    assert!(frame.contains("c sign off") && frame.contains("quit anyway"), "{frame}");
    assert_eq!(press(&mut story, 'c'), None);
    story.type_text("all as planned");
    assert_eq!(story.enter(), Some(Intent::SignOff { text: "all as planned".to_owned(), typed: None }));
    let mut anyway = ended();
    press(&mut anyway, 'q');
    assert_eq!(press(&mut anyway, 'y'), Some(Intent::Quit));
    assert_eq!(press(&mut signed(), 'q'), Some(Intent::Quit), "nothing is left to ask about");
}

#[test]
fn no_statement_is_chosen_beforehand_while_the_appliance_can_be_read() {
    // Nor while it is away: the step waits for the connection, and asks for no statement.
    let unasked = vec![downloading(50), downloading(100), generating(), dr_away()];
    for mut story in unasked {
        press(&mut story, 's');
        assert!(story.frame(80, 24).contains("1-7, Up/Down choose"), "{}", story.frame(80, 24));
        story.enter();
        assert!(!story.frame(80, 24).contains("Since when?"), "Enter alone states nothing");
        assert!(story.frame(80, 24).contains("Nothing is chosen yet"), "and says so");
        story.key(KeyCode::Down);
        story.enter();
        assert!(story.frame(80, 24).contains("Since when?"), "{}", story.frame(80, 24));
    }
    let mut story = in_use();
    press(&mut story, 's');
    story.enter();
    let frame = story.frame(80, 24);
    assert!(frame.contains("can be used") && frame.contains("Since when?"), "{frame}");
}

#[test]
fn quitting_while_data_is_still_to_be_sent_asks() {
    let mut story = signed();
    let backlog = |state, left| {
        let answer =
            Answer { reading: Reading::Known(state), took: Elapsed::from_millis(9), raw: String::new() };
        Event::ReplicationRead { answer, backlog: Some(ByteCount(left)) }
    };
    story.record(backlog(ReplicationState::Paused, 5 << 30));
    story.record(backlog(ReplicationState::Running, 1 << 30));
    // Nothing else is open.
    for finding in story.run.open_findings().cloned().collect::<Vec<_>>() {
        let (code, opened) = (finding.code.name(), finding.record);
        story.record(Event::Acknowledged {
            code,
            opened,
            reason: "known".to_owned(),
            user: "kim".to_owned(),
        });
    }
    assert_eq!(press(&mut story, 'q'), None);
    assert!(story.frame(80, 24).contains("1.0 GiB are still to send"), "{}", story.frame(80, 24));
}

#[test]
fn a_dialog_that_was_read_to_its_end_says_what_enter_does() {
    let mut story = named();
    press(&mut story, 'p');
    story.frame(80, 24);
    let frame = story.frame(40, 10);
    assert!(frame.contains("Enter send") && !frame.contains("to the end"), "{frame}");
    let mut anew = named();
    press(&mut anew, 'p');
    let frame = anew.frame(40, 10);
    assert!(frame.contains("PgDn to the end, Enter"), "{frame}");
    let mut pair = connected(RunSettings::default());
    press(&mut pair, 'i');
    let frame = pair.frame(40, 10);
    let rows = frame.replace(['│', '\n'], " ");
    assert!(
        rows.contains("ava-prod and") && rows.contains("ava-dr"),
        "both names are on the first page\n{frame}"
    );
}

#[test]
fn the_pause_dialog_says_for_how_long_the_pause_is() {
    for (demo, policy, whole) in [
        (
            false,
            ResumePolicy::PausedThroughout,
            "until you resume it after the test: through listing, stage 1, stage 2 and use; plan 12 hours or more",
        ),
        (
            false,
            ResumePolicy::ResumeAfterStage1,
            "until you resume it: through listing and stage 1; plan some hours",
        ),
        (
            true,
            ResumePolicy::PausedThroughout,
            "until you resume it after the test: through listing, stage 1, stage 2 and use; in this demo some minutes",
        ),
    ] {
        let mut story = connected(RunSettings { resume_policy: policy, ..RunSettings::default() });
        story.run.started.demo = demo;
        story.at(20).names_confirmed();
        press(&mut story, 'p');
        let frame = story.frame(80, 24);
        let words = frame.replace(['│', '\n'], " ");
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(&format!("how long {whole}")), "{frame}");
        assert!(frame.contains("> ") && !frame.contains("more: PgDn"), "all of it is in sight\n{frame}");
    }
}

#[test]
fn what_is_acknowledged_in_the_view_of_findings_begins_at_the_one_chosen_there() {
    for (downs, words) in [(0, "alarm"), (1, "was resumed during stage 1")] {
        let mut story = troubled();
        press(&mut story, '7');
        (0..downs).for_each(|_| drop(story.key(KeyCode::Down)));
        press(&mut story, 'a');
        story.enter();
        let frame = story.frame(120, 40);
        assert!(frame.contains("What is done about it"), "{frame}");
        let asked = frame.split("Acknowledge a finding").nth(1).unwrap().lines().nth(1).unwrap();
        assert!(asked.contains(words), "{downs}\n{frame}");
    }
    // From the main view it begins at the gravest.
    let mut story = troubled();
    press(&mut story, '7');
    drop(story.key(KeyCode::Down));
    press(&mut story, '1');
    press(&mut story, 'a');
    story.enter();
    assert!(story.frame(120, 40).contains("case 1234:"), "{}", story.frame(120, 40));
}

#[test]
fn the_owner_of_a_finding_is_asked_for_from_the_main_screen_the_palette_and_the_findings() {
    let mut story = troubled();
    press(&mut story, 'o');
    let asked = story.frame(80, 24);
    assert!(asked.contains("Who takes care of it?"), "{asked}");
    story.key(KeyCode::Esc);
    press(&mut story, '7');
    let frame = story.frame(80, 24);
    assert!(frame.lines().last().unwrap().contains("o owner"), "{frame}");
    press(&mut story, 'o');
    assert!(story.frame(80, 24).contains("Who takes care of it?"), "{}", story.frame(80, 24));
    story.key(KeyCode::Esc);
    press(&mut story, ':');
    story.type_text("owner");
    let frame = story.frame(80, 24);
    assert!(frame.contains("o  owner"), "{frame}");
    story.key(KeyCode::Esc);
    let mut quiet = connected(RunSettings::default());
    press(&mut quiet, 'o');
    assert!(quiet.frame(80, 24).contains("no finding needs an owner"), "{}", quiet.frame(80, 24));
}

#[test]
fn quitting_while_it_is_not_known_what_came_of_a_pause_takes_a_decision() {
    for is_answered in [false, true] {
        let mut story = named();
        story.at(20).replication(ReplicationState::Running);
        story.at(25).requested(ActionKind::Pause, None);
        if is_answered {
            story
                .at(45)
                .settled(crate::run::ActionState::Unknown { reason: "no answer within 20 s".to_owned() });
        }
        let screen = story.frame(80, 24);
        assert!(screen.contains(", not since"), "{screen}");
        assert_eq!(press(&mut story, 'q'), None);
        let screen = story.frame(80, 24);
        assert!(screen.contains("REPLICATION ON ava-prod MAY BE PAUSED"), "{screen}");
        assert!(screen.contains("Q leave it as it is and quit"), "{screen}");
        assert_eq!(press(&mut story, 'y'), None, "to quit is not yet to decide");
        assert_eq!(press(&mut story, 'Q'), Some(Intent::LeavePaused));
    }
}
