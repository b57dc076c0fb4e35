//! Keys and what they ask for: nothing is asked for without the consent that is due.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::story::{
    Story, attached_in_stage_2, connected, download, downloading, ended, in_use, prepared, prepared_with,
};
use crate::{
    run::{
        ActionKind, ActionState, Code, Link, Marker, Override, ReplicationState, ResumePolicy, Role,
        RunSettings, Severity, Statement, ThreadCount,
    },
    screen::{AvailableActions, Intent, Mode},
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

#[test]
fn a_pause_takes_the_typed_name_of_the_primary() {
    let mut story = named();
    press(&mut story, 'p');
    assert_eq!(story.enter(), None, "an empty phrase sends nothing");
    story.type_text("ava-dr");
    assert_eq!(story.enter(), None, "a wrong phrase sends nothing");
    assert!(story.frame(120, 40).contains("nothing was sent"));
    (0..6).for_each(|_| {
        story.key(KeyCode::Backspace);
    });
    story.type_text("ava-prod");
    assert_eq!(story.enter(), Some(act(ActionKind::Pause)));
    assert!(story.frame(120, 40).contains("asked to pause replication"));
    assert_eq!(story.enter(), None, "the dialog is closed");
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
    story.view.on_paste("p\nava-prod\n");
    assert!(!story.frame(120, 40).contains("These lines will be sent"));
    press(&mut story, 'p');
    story.view.on_paste("ava-prod\n");
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
fn a_locked_resume_takes_phrase_and_reason() {
    let mut story = downloading(50);
    press(&mut story, 'r');
    story.type_text("ava-prod");
    assert_eq!(story.enter(), None, "the name does not override the policy");
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("resume against the policy");
    assert_eq!(story.enter(), None, "the reason is still to come");
    assert_eq!(story.enter(), None, "an empty reason sends nothing");
    story.type_text("the test is called off");
    let r#override = Some(Override { reason: "the test is called off".to_owned() });
    let typed = "resume against the policy".to_owned();
    let act = Intent::Act { action: ActionKind::Resume, r#override, statement: None, typed };
    assert_eq!(story.enter(), Some(act));
}

#[test]
fn a_dialog_left_open_judges_by_the_run_as_it_is_now() {
    let mut story = downloading(50);
    press(&mut story, 'r');
    story.at(600).attested(Statement::TestOver);
    story.replication(ReplicationState::Paused);
    story.type_text("resume against the policy");
    assert_eq!(story.enter(), None, "the old phrase no longer counts");
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

#[test]
fn without_an_offer_nothing_can_be_consented_to() {
    let mut story = named();
    story.available = AvailableActions::default();
    press(&mut story, 'p');
    story.type_text("ava-prod");
    assert!(story.frame(120, 40).contains("holds nothing to send"));
    assert_eq!(story.enter(), None);
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
fn the_course_of_an_action_is_told_until_it_is_settled() {
    let mut story = named();
    let says = |story: &Story, words: &str| story.frame(120, 40).contains(words);
    story.at(30).requested(ActionKind::Pause, None);
    assert!(says(&story, "requested, not yet sent"));
    story.at(31).sent();
    assert!(says(&story, "sent, reading back"));
    story.at(33).settled(ActionState::Confirmed);
    assert!(says(&story, "confirmed by the appliance") && says(&story, "pause confirmed"));
    story.at(60);
    assert!(!says(&story, "confirmed by the appliance"));
}

#[test]
fn a_statement_has_a_time_and_a_reason() {
    let mut story = downloading(50);
    press(&mut story, 's');
    story.key(KeyCode::Char('6'));
    story.enter();
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("25:61");
    story.enter();
    assert!(story.frame(80, 24).contains("Not a time"));
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("15:35");
    story.enter();
    assert_eq!(story.enter(), None, "a reason is needed");
    story.type_text("called off");
    let Some(Intent::Attest { statement, since, reason }) = story.enter() else { panic!("no statement") };
    assert_eq!((statement, reason.as_str()), (Statement::TestOver, "called off"));
    assert_eq!(since.utc().format("%F %T").to_string(), "2026-09-13 15:35:00");
}

#[test]
fn a_finding_is_acknowledged_with_a_reason() {
    let mut story = prepared();
    let (code, opened) =
        story.run.open_findings().map(|finding| (finding.code, finding.record)).next().unwrap();
    assert_eq!(code, Code::UnclassifiedEntries);
    press(&mut story, 'a');
    story.enter();
    assert_eq!(story.enter(), None);
    story.type_text("known");
    assert_eq!(story.enter(), Some(Intent::Acknowledge { code, opened, reason: "known".to_owned() }));
}

#[test]
fn notes_exports_listings_and_baselines() {
    let mut story = prepared();
    press(&mut story, 'n');
    story.type_text("DR service started by Kim é");
    assert_eq!(story.enter(), Some(Intent::Note("DR service started by Kim é".to_owned())));
    assert_eq!(press(&mut story, 'e'), Some(Intent::Export));
    assert_eq!(press(&mut story, 'b'), None);
    assert_eq!(press(&mut story, 'y'), Some(Intent::ListBucket));
    assert_eq!(press(&mut story, 'R'), Some(Intent::Reconnect));
    assert_eq!(press(&mut story, 'B'), None);
    assert_eq!(press(&mut story, 'y'), Some(Intent::TakeBaseline));
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
fn a_key_with_alt_does_nothing_outside_of_a_field() {
    let mut story = prepared();
    for opened in
        [None, Some('b'), Some('B'), Some('q'), Some('?'), Some('c'), Some('s'), Some('m'), Some('a')]
    {
        if let Some(opened) = opened {
            press(&mut story, opened);
        }
        let before = story.frame(120, 40);
        for key in modified() {
            assert_eq!(story.key_with(key.code, key.modifiers), None, "{opened:?} {key:?}");
            assert_eq!(story.frame(120, 40), before, "{opened:?} {key:?}");
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
fn no_letter_alone_asks_anything_of_an_appliance() {
    for letter in ' '..='~' {
        // Reconnecting is what a person presses who has seen the connection fail.
        let mut story = prepared();
        let intent = press(&mut story, letter);
        let is_local = matches!(intent, None | Some(Intent::Export | Intent::Quit | Intent::Reconnect));
        assert!(is_local, "{letter}: {intent:?}");
    }
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
    assert_eq!(press(&mut story, 'l'), Some(Intent::LeavePaused));
    assert_eq!(press(&mut ended(), 'q'), Some(Intent::Quit), "nothing is left to ask about");
}

#[test]
fn ctrl_c_once_more_quits_at_once_and_what_stays_paused_is_left_so_on_record() {
    let interrupt = |story: &mut Story| story.key_with(KeyCode::Char('c'), KeyModifiers::CONTROL);
    let mut paused = downloading(50);
    assert_eq!(interrupt(&mut paused), None);
    assert!(
        paused.frame(60, 15).contains("l/^C leave it paused and quit   Esc stay"),
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
fn the_quit_dialog_leads_to_the_resume_with_its_own_consent() {
    let mut story = downloading(50);
    assert_eq!(press(&mut story, 'q'), None);
    assert_eq!(press(&mut story, 'r'), None, "nothing is sent from here");
    assert!(story.frame(80, 24).contains("LOCKED BY THE POLICY"));
}

#[test]
fn a_run_is_signed_off_in_words_once_the_test_is_over() {
    let mut story = ended();
    assert_eq!(press(&mut story, 'c'), None);
    story.type_text("all as planned");
    assert_eq!(story.enter(), Some(Intent::SignOff("all as planned".to_owned())));
    let mut early = downloading(50);
    press(&mut early, 'c');
    early.type_text("too early");
    assert_eq!(early.enter(), None);
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
    assert!(frame.contains("GET took 9120 ms") && frame.contains("below, End follows"));
    story.key(KeyCode::End);
    assert!(story.frame(120, 40).contains("a line that arrives meanwhile"));
    press(&mut story, 'E');
    assert!(story.frame(120, 40).contains("no error in the log"));
}

#[test]
fn the_help_names_every_key_of_the_table() {
    let mut story = prepared();
    press(&mut story, '?');
    let frame = story.frame(120, 50);
    for binding in crate::screen::keys::keymap::BINDINGS {
        assert!(frame.contains(binding.help), "{:?}", binding.command);
    }
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

#[test]
fn a_good_baseline_cannot_be_lost_during_stage_1() {
    let mut story = downloading(50);
    press(&mut story, 'B');
    assert!(story.frame(80, 24).contains("read in time and stage 1 has begun"));
    assert_eq!(press(&mut story, 'y'), None);
}

#[test]
fn older_markers_are_asked_about_once_and_claimed_only_after_the_question() {
    let mut story = attached_in_stage_2();
    let places: Vec<_> = story.run.prior_markers.iter().map(|marker| marker.place).collect();
    story.view.ask_about_markers(&story.run);
    assert!(story.frame(120, 40).contains("Esc decide later"));
    press(&mut story, ' ');
    story.key(KeyCode::End);
    press(&mut story, ' ');
    story.key(KeyCode::Home);
    press(&mut story, ' ');
    assert_eq!(story.enter(), None, "a question comes first");
    assert_eq!(story.enter(), None, "Enter alone answers nothing");
    assert_eq!(press(&mut story, 'n'), None);
    story.enter();
    assert_eq!(press(&mut story, 'y'), Some(Intent::ClaimMarkers(vec![places[2]])));
    story.view.ask_about_markers(&story.run);
    assert!(!story.frame(120, 40).contains("Esc decide later"), "it does not ask a second time");
    press(&mut story, 'm');
    assert!(story.frame(120, 40).contains("Esc decide later"));
}

#[test]
fn the_question_about_older_markers_never_takes_over_what_is_being_typed() {
    let mut story = attached_in_stage_2();
    press(&mut story, 'n');
    story.type_text("a no");
    story.view.ask_about_markers(&story.run);
    story.type_text("te");
    assert_eq!(story.enter(), Some(Intent::Note("a note".to_owned())));
    story.view.ask_about_markers(&story.run);
    assert!(story.frame(120, 40).contains("Esc decide later"));
    story.key(KeyCode::Esc);
    story.view.ask_about_markers(&story.run);
    assert!(!story.frame(120, 40).contains("Esc decide later"));
}

#[test]
fn a_statement_about_a_time_before_what_it_ends_is_refused() {
    let mut story = in_use();
    press(&mut story, 's');
    press(&mut story, '6');
    story.enter();
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("15:40");
    story.enter();
    assert!(
        story.frame(120, 40).contains("That is before in use began, 16:19:26"),
        "{}",
        story.frame(120, 40)
    );
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("16:19");
    story.enter();
    assert!(story.frame(120, 40).contains("How do you know"), "a time typed to the minute is that minute");
}
