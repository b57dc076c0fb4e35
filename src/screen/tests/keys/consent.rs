//! Nothing is asked of an appliance without the consent that is due.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{act, named, press};
use crate::{
    run::{
        ActionKind, ActionState, Event, Link, Marker, Override, ReplicationState, ResumePolicy, Role,
        RunSettings, Statement, ThreadCount,
    },
    screen::{
        AvailableActions, Intent,
        tests::story::{Story, connected, download, downloading, identity, in_use, prepared, prepared_with},
        view::MessageKind,
    },
};

#[test]
fn a_pause_takes_the_typed_name_of_the_primary() {
    let mut story = named();
    press(&mut story, 'p');
    assert_eq!(story.enter(), None, "an empty phrase sends nothing");
    story.type_text("ava-dr");
    assert_eq!(story.enter(), None, "a wrong phrase sends nothing");
    let said = "Nothing was sent: you typed \"ava-dr\", not \"ava-prod\".";
    assert!(story.frame(120, 40).contains(said), "{}", story.frame(120, 40));
    // The field is empty: what is typed next is not typed on to what was refused.
    story.type_text("ava-prod");
    assert!(!story.frame(120, 40).contains("you typed"));
    assert_eq!(story.enter(), Some(act(ActionKind::Pause)));
    assert!(story.frame(120, 40).contains("asked to pause replication"));
    assert_eq!(story.enter(), None, "the dialog is closed");
}

#[test]
fn a_refusal_cannot_be_read_as_its_opposite() {
    let mut story = named();
    press(&mut story, 'p');
    story.type_text("Ava-prod");
    assert_eq!(story.enter(), None);
    let frame = story.frame(120, 40);
    assert!(frame.contains("Nothing was sent: you typed \"Ava-prod\","), "{frame}");
    assert!(frame.contains("Small and capital"), "{frame}");
    assert_eq!(story.enter(), None);
    let frame = story.frame(120, 40);
    assert!(frame.contains("Nothing was sent: first type ava-prod."), "{frame}");
    // Any length, and any bytes, may be pasted.
    story.view.on_paste(&"\u{1b}[2J猫".repeat(90), story.now);
    assert_eq!(story.enter(), None);
    let frame = story.frame(80, 24);
    assert!(frame.contains("you typed") && frame.contains("...\", not"), "{frame}");
}

#[test]
fn the_smallest_window_says_what_a_name_is_typed_for() {
    let mut story = connected(RunSettings::default());
    press(&mut story, 'i');
    let frame = story.frame(40, 10);
    assert!(frame.contains("Type ava-prod, then Enter:"), "{frame}");
    let mut story = named();
    press(&mut story, 'p');
    let frame = story.frame(40, 10);
    assert!(frame.contains("Type ava-prod, then Enter:"), "{frame}");
}

#[test]
fn a_name_typed_in_quotation_marks_is_that_name() {
    for typed in ["\"ava-prod\"", "'ava-prod'", "“ava-prod”"] {
        let mut story = named();
        press(&mut story, 'p');
        story.type_text(typed);
        assert_eq!(story.enter(), Some(act(ActionKind::Pause)), "{typed}");
    }
    let mut story = named();
    press(&mut story, 'p');
    story.type_text("\"ava-dr\"");
    assert_eq!(story.enter(), None);
    assert!(story.frame(80, 24).contains("you typed \"ava-dr\", not"), "{}", story.frame(80, 24));
}

#[test]
fn esc_cancels_and_what_was_typed_is_gone() {
    let mut story = named();
    press(&mut story, 'p');
    story.type_text("ava-prod");
    assert_eq!(story.key(KeyCode::Esc), None);
    press(&mut story, 'p');
    assert_eq!(story.enter(), None);
}

#[test]
fn pasted_text_never_submits_and_never_acts_as_keys() {
    let mut story = named();
    story.view.on_paste("p\nava-prod\n", story.now);
    assert!(!story.frame(120, 40).contains("These lines will be sent"));
    press(&mut story, 'p');
    story.view.on_paste("ava-prod\n", story.now);
    assert!(story.frame(120, 40).contains("These lines will be sent"));
    assert_eq!(story.enter(), Some(act(ActionKind::Pause)));
}

#[test]
fn the_names_come_first_and_the_pause_dialog_follows() {
    let mut story = connected(RunSettings::default());
    press(&mut story, 'p');
    story.type_text("ava-dr");
    assert_eq!(story.enter(), None, "the name of the DR appliance does not confirm");
    (0..6).for_each(|_| {
        story.key(KeyCode::Backspace);
    });
    story.type_text("ava-prod");
    let Some(Intent::ConfirmPair { pair, reason, typed }) = story.enter() else {
        panic!("nothing confirmed")
    };
    let shown = |role| story.run.appliance(role).identity.clone();
    assert_eq!((pair.primary, pair.dr), (shown(Role::Primary), shown(Role::Dr)));
    assert_eq!((reason, typed.as_str()), (None, "ava-prod"));
    story.names_confirmed();
    assert!(story.frame(120, 40).contains("no replication enable"));
    assert_eq!(story.enter(), None, "confirming the names does not consent to the pause");
}

#[test]
fn a_locked_resume_takes_a_reason_and_then_the_name() {
    let mut story = downloading(50);
    press(&mut story, 'r');
    assert!(story.frame(80, 24).contains("Enter next"), "{}", story.frame(80, 24));
    assert_eq!(story.enter(), None, "an empty reason sends nothing");
    for name in ["ava-prod", "\"ava-prod\"", "AVA-DR"] {
        story.type_text(name);
        assert_eq!(story.enter(), None);
        let frame = story.frame(80, 24);
        assert!(frame.contains("is an appliance. Type ") && frame.contains("Why is the"), "{frame}");
    }
    story.type_text("the test is called off");
    assert_eq!(story.enter(), None, "the name is still to come");
    let frame = story.frame(80, 24);
    assert!(frame.contains("Type ava-prod, then Enter:") && frame.contains("override and send"), "{frame}");
    story.type_text("the test is called off");
    assert_eq!(story.enter(), None, "whatever is typed last does not send");
    assert!(story.frame(80, 24).contains("Type ava-prod, then Enter:"), "the reason is kept");
    story.type_text("ava-prod");
    let r#override = Some(Override { reason: "the test is called off".to_owned() });
    let typed = "ava-prod".to_owned();
    let act = Intent::Act { action: ActionKind::Resume, r#override, statement: None, typed };
    assert_eq!(story.enter(), Some(act));
}

#[test]
fn a_resume_over_an_alarm_takes_who_agreed_and_then_the_name() {
    let mut story = in_use();
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the cloud bucket inconsistent alarm is raised");
    story.attested(Statement::TestOver);
    press(&mut story, 'r');
    let frame = story.frame(80, 24);
    assert!(frame.contains("Who at the vendor agreed?") && frame.contains("Enter next"), "{frame}");
    assert_eq!(story.enter(), None);
    let empty = story.frame(80, 24);
    assert!(empty.contains("Nothing was sent: type who agreed, e.g. Jones, case 1234."), "{empty}");
    assert!(frame.contains("DR service  running, read "), "what works on the same bucket\n{frame}");
    story.type_text("ava-prod");
    assert_eq!(story.enter(), None);
    assert!(story.frame(80, 24).contains("is an appliance. Type "), "{}", story.frame(80, 24));
    story.type_text("Jo Field of the vendor");
    assert_eq!(story.enter(), None, "the name is still to come");
    let frame = story.frame(80, 24);
    assert!(frame.contains("Type ava-prod, then Enter:"), "{frame}");
    let row_of = |words| frame.lines().position(|row| row.contains(words));
    let agreed = row_of("agreed      Jo Field of the vendor");
    let word = row_of("! The alarm is not settled; you resume on the word of Jo Field of the");
    assert!(frame.contains("Stop the service of ava-dr first."), "the vendor settles that not\n{frame}");
    assert!(agreed.is_some() && agreed < word, "above the rest\n{frame}");
    assert!(!frame.contains("ask the vendor"), "that is done\n{frame}");
    story.type_text("ava-prod");
    let r#override = Some(Override { reason: "Jo Field of the vendor".to_owned() });
    let typed = "ava-prod".to_owned();
    let act = Intent::Act { action: ActionKind::Resume, r#override, statement: None, typed };
    assert_eq!(story.enter(), Some(act));
}

#[test]
fn a_dialog_left_open_judges_by_the_run_as_it_is_now() {
    let mut story = downloading(50);
    press(&mut story, 'r');
    story.at(600).attested(Statement::TestOver);
    story.replication(ReplicationState::Paused);
    story.type_text("called off");
    assert_eq!(story.enter(), None, "no reason is asked for any more");
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("ava-prod");
    assert_eq!(story.enter(), Some(act(ActionKind::Resume)));
}

#[test]
fn a_resume_after_stage_1_takes_the_statement_on_deleted_files() {
    let settings = RunSettings { resume_policy: ResumePolicy::ResumeAfterStage1, ..RunSettings::default() };
    let mut story = prepared_with(settings);
    download(&mut story, 100);
    story.at(545).marker(Marker::DownloadComplete);
    press(&mut story, 'r');
    story.type_text("deleted files will not be read");
    let statement = Some(Statement::DeletedFilesNotRead);
    let typed = "deleted files will not be read".to_owned();
    let act = Intent::Act { action: ActionKind::Resume, r#override: None, statement, typed };
    assert_eq!(story.enter(), Some(act));
}

#[test]
fn threads_go_to_the_dr_appliance_by_its_name() {
    let mut story = named();
    press(&mut story, 't');
    let frame = story.frame(120, 40);
    assert!(frame.contains("replication num-threads 128") && frame.contains("ava-dr, the DR appliance"));
    story.type_text("ava-dr");
    assert_eq!(story.enter(), Some(act(ActionKind::SetThreads(ThreadCount(128)))));
}

/// Scrolls the open dialog to its end, page by page.
fn read_on(story: &mut Story, (width, height): (u16, u16)) {
    while story.frame(width, height).contains("more: PgDn") {
        story.key(KeyCode::PageDown);
    }
}

#[test]
fn consent_counts_only_once_its_end_was_in_sight() {
    const REFUSED: &str = "Not yet: read to the end first (PgDn).";
    for (key, name) in [('p', "ava-prod"), ('t', "ava-dr")] {
        for size in [(40, 10), (60, 15)] {
            let mut story = named();
            press(&mut story, key);
            let first = story.frame(size.0, size.1);
            assert!(first.contains("more: PgDn"), "{first}");
            story.type_text(name);
            assert_eq!(story.enter(), None, "{size:?}");
            let refused = story.frame(size.0, size.1);
            assert!(refused.contains(REFUSED) && refused.contains(name), "{refused}");
            read_on(&mut story, size);
            let read = story.frame(size.0, size.1);
            assert!(!read.contains("Not yet"), "{read}");
            assert!(matches!(story.enter(), Some(Intent::Act { .. })), "{size:?}");
        }
    }
}

#[test]
fn the_pair_is_confirmed_only_once_both_appliances_were_in_sight() {
    let size = (40, 10);
    let mut story = connected(RunSettings::default());
    press(&mut story, 'i');
    story.frame(size.0, size.1);
    story.type_text("ava-prod");
    assert_eq!(story.enter(), None);
    read_on(&mut story, size);
    // Another machine answers: what was read is another pair.
    let other = identity("ava-prod", "another");
    story.record(Event::Identified { role: Role::Primary, identity: other, raw: String::new() });
    (0..20).for_each(|_| drop(story.key(KeyCode::Up)));
    story.frame(size.0, size.1);
    story.type_text("another");
    assert_eq!(story.enter(), None);
    assert!(story.frame(size.0, size.1).contains("Not yet"), "{}", story.frame(size.0, size.1));
    read_on(&mut story, size);
    assert!(matches!(story.enter(), Some(Intent::ConfirmPair { .. })), "{}", story.frame(size.0, size.1));
}

#[test]
fn what_has_no_room_cannot_be_consented_to() {
    let mut story = named();
    press(&mut story, 'p');
    story.type_text("ava-prod");
    for size in [(7, 10), (30, 4)] {
        story.frame(size.0, size.1);
        assert_eq!(story.enter(), None, "{size:?}");
    }
    let frame = story.frame(36, 4);
    assert!(frame.contains("enlarge the window"), "{frame}");
    story.frame(120, 40);
    assert_eq!(story.enter(), Some(act(ActionKind::Pause)));
}

#[test]
fn without_an_offer_nothing_can_be_consented_to() {
    let mut story = named();
    story.available = AvailableActions::default();
    press(&mut story, 'p');
    story.type_text("ava-prod");
    assert!(story.frame(120, 40).contains("drwatch knows no command"));
    assert_eq!(story.enter(), None);
}

#[test]
fn an_action_is_reported_until_it_is_settled() {
    let mut story = named();
    let says = |story: &Story, words: &str| story.frame(120, 40).contains(words);
    story.at(30).requested(ActionKind::Pause, None);
    assert!(says(&story, "requested, no answer yet"));
    story.at(31).sent();
    assert!(says(&story, "sent, reading back"));
    story.at(33).settled(ActionState::Confirmed);
    assert!(says(&story, "confirmed by the appliance") && says(&story, "pause confirmed"));
    story.at(43);
    assert!(says(&story, "confirmed by the appliance"));
    // What is said then has taken its place, and it does not come back after that.
    let now = story.now;
    story.view.notify("the line is copied", MessageKind::Good, now);
    assert!(says(&story, "the line is copied"));
    story.view.end_message();
    assert!(!says(&story, "confirmed by the appliance"));
    story.at(60);
    assert!(!says(&story, "confirmed by the appliance"));
}

#[test]
fn no_letter_alone_asks_anything_of_an_appliance() {
    for letter in ' '..='~' {
        // Reconnecting is what a person presses who has seen the connection fail.
        let mut story = prepared();
        let intent = press(&mut story, letter);
        let is_local = matches!(
            intent,
            None | Some(
                Intent::Export | Intent::Quit | Intent::Reconnect | Intent::Copy(_) | Intent::LookBack(_)
            )
        );
        assert!(is_local, "{letter}: {intent:?}");
    }
}

#[test]
fn the_quit_dialog_leads_to_the_resume_with_its_own_consent() {
    let mut story = downloading(50);
    assert_eq!(press(&mut story, 'q'), None);
    assert_eq!(press(&mut story, 'r'), None, "nothing is sent from here");
    assert!(story.frame(80, 24).contains("AGAINST THE POLICY"));
}

#[test]
fn a_single_appliance_cannot_be_controlled() {
    let mut story = connected(RunSettings::default());
    story.link(Role::Dr, Link::Absent);
    press(&mut story, 'p');
    assert!(story.frame(120, 40).contains("Cannot be done now"));
    story.type_text("ava-prod");
    assert_eq!(story.enter(), None);
}
