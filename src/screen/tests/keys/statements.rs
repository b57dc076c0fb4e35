//! Statements, acknowledgements, notes and signatures: what the engineer adds to the record.

use crossterm::event::{KeyCode, KeyModifiers};

use super::press;
use crate::{
    run::{
        Code, Criterion, Decision, Elapsed, Event, FindingSeverity, PersonRole, PlannedStep, ProcedureStep,
        Sequence, SheetOrigin, Statement, Target, TestSheet,
    },
    screen::{
        Intent,
        tests::story::{attached_in_stage_2, downloading, ended, in_use, prepared},
    },
};

#[test]
fn a_statement_has_a_time_and_a_reason() {
    let mut story = downloading(50);
    press(&mut story, 's');
    story.key(KeyCode::Char('6'));
    story.enter();
    assert!(story.frame(80, 24).contains("nothing is restored yet"), "{}", story.frame(80, 24));
    story.enter();
    assert!(!story.frame(80, 24).contains("Since when?"), "the phrase is needed");
    story.type_text("end before it is restored");
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
    let Some(Intent::Attest { statement, since, reason, typed }) = story.enter() else {
        panic!("no statement")
    };
    assert_eq!((statement, reason.as_str()), (Statement::TestOver, "called off"));
    assert_eq!(typed.as_deref(), Some("end before it is restored"));
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

#[test]
fn a_run_is_signed_off_in_words_once_the_test_is_over() {
    let mut story = ended();
    story.replication(crate::run::ReplicationState::Running);
    assert_eq!(press(&mut story, 'c'), None);
    story.type_text("all as planned");
    assert_eq!(story.enter(), Some(Intent::SignOff { text: "all as planned".to_owned(), typed: None }));
    let mut early = downloading(50);
    press(&mut early, 'c');
    early.type_text("too early");
    assert_eq!(early.enter(), None);
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
        story.frame(120, 40).contains("15:40:00 is before the DR appliance was restored (16:19:26)"),
        "{}",
        story.frame(120, 40)
    );
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("16:19");
    story.enter();
    assert!(story.frame(120, 40).contains("Who decided"), "a time typed to the minute is that minute");
}

#[test]
fn that_the_restored_appliance_can_be_used_is_stated_only_once_it_is_restored() {
    let mut story = downloading(50);
    press(&mut story, 's');
    assert!(!story.frame(80, 24).contains("can be used"));
    story.key(KeyCode::Char('8'));
    story.key(KeyCode::Esc);
    let mut story = in_use();
    press(&mut story, 's');
    assert!(story.frame(80, 24).contains("The restored appliance can be used."));
    story.key(KeyCode::Char('8'));
    story.enter();
    story.enter();
    story.type_text("the database team has opened it");
    let Some(Intent::Attest { statement, .. }) = story.enter() else { panic!("no statement") };
    assert_eq!(statement, Statement::RestoredUsable);
}

#[test]
fn after_an_alarm_the_end_of_the_test_is_offered_and_not_that_the_appliance_can_be_used() {
    let mut story = in_use();
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    let opened = story.run.open_findings().find(|finding| finding.code == Code::Alarm).unwrap().record;
    let (code, reason, user) = (Code::Alarm.name(), "stopped it".to_owned(), "kim".to_owned());
    story.record(Event::Acknowledged { code, opened, reason, user });
    for size in [(80, 24), (40, 10)] {
        press(&mut story, 's');
        let frame = story.frame(size.0, size.1);
        assert!(frame.contains("▶ 6"), "{frame}");
        story.key(KeyCode::Esc);
    }
    let frame = choose(&mut story, '8');
    assert!(frame.contains("can be used despite it") && frame.contains("not settled"), "{frame}");
    assert!(!frame.contains("Since when?"), "{frame}");
}

#[test]
fn seven_beside_six_ends_no_healthy_stage() {
    let mut story = downloading(75);
    let frame = choose(&mut story, '7');
    assert!(frame.contains("Type \"end as failed\"") && frame.contains("of 2,662 objects"), "{frame}");
    story.enter();
    assert!(!story.frame(80, 24).contains("Since when?"), "{}", story.frame(80, 24));
    story.key(KeyCode::Esc);
    story.attested(Statement::RestoreFailed);
    let frame = story.frame(120, 40);
    assert!(frame.contains("✗ 1 metadata") && !frame.contains("✓ 1 metadata"), "{frame}");
    assert!(!frame.contains("that log line") && !frame.contains("the test is over"), "{frame}");
}

#[test]
fn the_test_sheet_is_edited_row_by_row_and_goes_on_record_as_a_whole() {
    let mut story = prepared();
    press(&mut story, 'S');
    story.enter();
    story.type_text("Show it.");
    story.enter();
    for _ in 0..8 {
        story.key(KeyCode::Down);
    }
    story.enter();
    story.type_text("soon");
    story.enter();
    assert!(story.frame(80, 24).contains("Write it like"));
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("14h");
    story.enter();
    assert!(story.frame(80, 24).contains("at most 14h"));
    let target = Target::TimeToRestored { limit: Elapsed::from_secs(14 * 3600) };
    let sheet = TestSheet {
        objective: Some("Show it.".to_owned()),
        criteria: vec![Criterion { target, source: None }],
        ..TestSheet::default()
    };
    let stated = Intent::StateSheet { sheet: Box::new(sheet), reason: None };
    assert_eq!(press(&mut story, 's'), Some(stated));
    press(&mut story, 'S');
    assert_eq!(press(&mut story, 's'), None, "nothing was changed");
}

#[test]
fn the_figures_of_a_warning_go_on_while_it_is_read() {
    let mut story = downloading(50);
    let frame = choose(&mut story, '4');
    assert!(frame.contains("of 2,662 objects on ava-dr 2 s ago"), "{frame}");
    story.at(552);
    assert!(story.frame(80, 24).contains("on ava-dr 12 s ago"), "{}", story.frame(80, 24));
    story.counter(10_412 + 1_500);
    let frame = story.frame(80, 24);
    assert!(frame.contains("drwatch counted 1,500 of 2,662 objects on ava-dr 0 s ago"), "{frame}");
}

#[test]
fn the_list_of_statements_marks_what_is_so_already_and_answers_enter() {
    let mut story = downloading(50);
    press(&mut story, 's');
    let frame = story.frame(80, 24);
    assert!(frame.contains("Replication on the primary is paused. (so already)"), "{frame}");
    assert!(frame.contains("Stage 1 has begun. (so already)"), "{frame}");
    assert_eq!(frame.matches("(so already)").count(), 2, "{frame}");
    assert_eq!(story.enter(), None);
    for size in [(80, 24), (40, 10)] {
        let frame = story.frame(size.0, size.1);
        assert!(frame.contains("Nothing is chosen yet"), "{frame}");
    }
    press(&mut story, '4');
    assert!(!story.frame(80, 24).contains("Nothing is chosen yet"));
}

#[test]
fn a_time_that_is_still_to_come_today_is_refused_as_that() {
    let mut story = in_use();
    press(&mut story, 's');
    press(&mut story, '6');
    story.enter();
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("23:59");
    story.enter();
    assert!(story.frame(80, 24).contains("That is in the future"), "{}", story.frame(80, 24));
}

#[test]
fn what_was_typed_into_the_test_sheet_is_not_lost_by_one_key() {
    let mut story = prepared();
    press(&mut story, 'S');
    story.enter();
    story.type_text("Show it.");
    story.enter();
    story.key(KeyCode::Down);
    story.enter();
    story.type_text("half a");
    story.key(KeyCode::Esc);
    assert!(story.frame(80, 24).contains("Show it."), "a field leads back to the form");
    story.key(KeyCode::Esc);
    for size in [(80, 24), (40, 10)] {
        let frame = story.frame(size.0, size.1);
        assert!(frame.contains("is not recorded") && frame.contains("leave it out"), "{frame}");
    }
    story.key(KeyCode::Down);
    story.key(KeyCode::Esc);
    assert!(story.view.has_dialog(), "it asks anew");
    story.key(KeyCode::Esc);
    assert!(!story.view.has_dialog());
    press(&mut story, 'S');
    story.key(KeyCode::Esc);
    assert!(!story.view.has_dialog(), "nothing was changed");
}

#[test]
fn a_change_of_a_frozen_test_sheet_asks_for_the_reason() {
    let mut story = downloading(50);
    story.record(Event::TestSheetFrozen { sheet: Box::default() });
    press(&mut story, 'S');
    story.enter();
    story.type_text("Late.");
    story.enter();
    assert_eq!(press(&mut story, 's'), None);
    assert_eq!(story.enter(), None, "a reason is needed");
    story.type_text("it was forgotten");
    let Some(Intent::StateSheet { reason, .. }) = story.enter() else { panic!("no statement") };
    assert_eq!(reason.as_deref(), Some("it was forgotten"));
}

#[test]
fn people_planned_times_and_the_tolerance_are_edited_in_the_form_even_when_it_is_frozen() {
    let mut story = downloading(50);
    let planned = PlannedStep { step: ProcedureStep::Resume, at: story.now };
    let sheet = TestSheet { planned: vec![planned], ..TestSheet::default() };
    let origin = SheetOrigin::Settings;
    let user = "eng".to_owned();
    story.record(Event::TestSheetStated { sheet: Box::new(sheet.clone()), origin, reason: None, user });
    story.record(Event::TestSheetFrozen { sheet: Box::new(sheet) });
    press(&mut story, 'S');
    let mut edit = |downs: usize, wrong: &str, problem: &str, right: &str| {
        for _ in 0..downs {
            story.key(KeyCode::Down);
        }
        story.enter();
        for typed in [wrong, right] {
            story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
            story.type_text(typed);
            story.enter();
            let shown = story.frame(80, 24);
            assert_eq!(shown.contains(problem), typed == wrong, "{shown}");
        }
    };
    edit(13, "soon", "Write it like 90m", "5m");
    edit(1, "Lee Sato", "Write each as NAME: ROLE", "Lee Sato: approver; Kim Berg: operator");
    edit(9, "later", "Write it like 2026", "2026-11-29 20:00");
    edit(1, "now", "Write it like 2026", "2026-11-29 21:00:05 UTC");
    let shown = story.frame(80, 24);
    for words in ["Planned to begin", "resume replication         2026-11-29 20:00:00 UTC", "clean up"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert_eq!(press(&mut story, 's'), None);
    story.type_text("Lee is ill");
    let Some(Intent::StateSheet { sheet, reason }) = story.enter() else { panic!("no statement") };
    assert_eq!(reason.as_deref(), Some("Lee is ill"));
    assert_eq!(sheet.late_start_tolerance, Some(Elapsed::from_secs(300)));
    let people: Vec<_> = sheet.people.iter().map(|person| (person.name.as_str(), person.role)).collect();
    assert_eq!(people, [("Lee Sato", PersonRole::Approver), ("Kim Berg", PersonRole::Operator)]);
    let planned: Vec<_> = sheet.planned.iter().map(|step| (step.step, step.at.to_string())).collect();
    let expected = [
        (ProcedureStep::Resume, "2026-11-29T20:00:00.000+00:00".to_owned()),
        (ProcedureStep::CleanUp, "2026-11-29T21:00:05.000+00:00".to_owned()),
    ];
    assert_eq!(planned, expected);
}

#[test]
fn what_is_done_about_a_finding_is_stated_from_its_page() {
    let mut story = attached_in_stage_2();
    let finding = story.run.findings.iter().find(|f| f.severity >= FindingSeverity::Attention).unwrap();
    let (code, opened): (Code, Sequence) = (finding.code, finding.record);
    press(&mut story, '7');
    story.enter();
    press(&mut story, 'o');
    story.type_text("Ole Lund");
    story.enter();
    story.type_text("soon");
    story.enter();
    assert!(story.frame(80, 24).contains("Not a date"));
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("2026-12-10");
    story.enter();
    story.key(KeyCode::Up);
    story.enter();
    story.type_text("it is known");
    story.enter();
    let Some(Intent::StateIssue { code: of, opened: by, entry }) = story.enter() else { panic!("nothing") };
    assert_eq!((of, by), (code, opened));
    assert_eq!(entry.owner.as_deref(), Some("Ole Lund"));
    assert_eq!(entry.due.map(|due| due.to_string()).as_deref(), Some("2026-12-10"));
    assert_eq!(entry.decision, Some(Decision::Accept { text: "it is known".to_owned() }));
}

/// Chooses the statement of that number, and takes what is asked first.
fn choose(story: &mut crate::screen::tests::story::Story, digit: char) -> String {
    press(story, 's');
    press(story, digit);
    story.enter();
    story.frame(80, 24)
}

#[test]
fn a_test_that_has_not_begun_is_neither_ended_by_enter_nor_dated_yesterday() {
    let mut story = prepared();
    let frame = choose(&mut story, '6');
    assert!(frame.contains("The test has not begun") && !frame.contains("Since when?"), "{frame}");
    story.type_text("end");
    story.enter();
    assert!(
        story.frame(80, 24).contains("Nothing was recorded: you typed \"end\""),
        "{}",
        story.frame(80, 24)
    );
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("end without a test");
    story.enter();
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("23:00");
    story.enter();
    let frame = story.frame(120, 40);
    assert!(frame.contains("That is in the future; nothing was recorded."), "{frame}");
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("2026-09-12 23:00");
    story.enter();
    let frame = story.frame(120, 40);
    assert!(frame.contains("is before this run began") && frame.contains("nothing was"), "{frame}");
    assert!(frame.contains("2026-09-12 23:00:00"), "the day is named: {frame}");
}

#[test]
fn a_statement_that_would_change_nothing_is_not_recorded() {
    let mut story = downloading(50);
    let frame = choose(&mut story, '3');
    assert!(frame.contains("Stage 1 has begun already; nothing was recorded."), "{frame}");
    assert_eq!(story.enter(), None);
}

#[test]
fn the_opposite_of_a_fresh_reading_takes_a_phrase() {
    let mut story = downloading(50);
    let frame = choose(&mut story, '2');
    assert!(frame.contains("drwatch read PAUSED on ava-prod"), "{frame}");
    assert!(frame.contains("against the reading"), "{frame}");
}

#[test]
fn what_the_run_makes_wrong_while_it_is_typed_is_asked_again() {
    let mut story = in_use();
    press(&mut story, 's');
    press(&mut story, '6');
    story.enter();
    story.enter();
    story.type_text("all read");
    story.attested(Statement::TestOver);
    assert_eq!(story.enter(), None);
    assert!(story.frame(80, 24).contains("The test is over already"), "{}", story.frame(80, 24));
}

#[test]
fn the_chosen_statement_is_whole_on_the_smallest_screen() {
    let mut story = in_use();
    press(&mut story, 's');
    for (digit, end) in [('1', "paused."), ('6', "used."), ('7', "failed."), ('8', "used.")] {
        press(&mut story, digit);
        let frame = story.frame(40, 10);
        assert!(frame.contains(end), "{digit}: {frame}");
    }
}

#[test]
fn a_run_whose_production_is_still_paused_is_not_signed_off_by_one_word() {
    let mut story = ended();
    story.replication(crate::run::ReplicationState::Paused);
    press(&mut story, 'c');
    let frame = story.frame(80, 24);
    assert!(frame.contains("is still paused") && frame.contains("Resume it first (r)."), "{frame}");
    story.type_text("done");
    assert_eq!(story.enter(), None);
    assert!(
        story.frame(80, 24).contains("Nothing was signed: you typed \"done\""),
        "{}",
        story.frame(80, 24)
    );
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text("leave paused");
    assert_eq!(story.enter(), None, "the words of the signature come after it");
    story.type_text("as agreed");
    let signed = Intent::SignOff { text: "as agreed".to_owned(), typed: Some("leave paused".to_owned()) };
    assert_eq!(story.enter(), Some(signed));
}

#[test]
fn a_pause_that_begins_while_the_signature_is_typed_is_asked_about() {
    let mut story = ended();
    story.replication(crate::run::ReplicationState::Running);
    press(&mut story, 'c');
    story.type_text("all as planned");
    story.replication(crate::run::ReplicationState::Paused);
    assert_eq!(story.enter(), None);
    let frame = story.frame(80, 24);
    assert!(frame.contains("Nothing was signed.") && frame.contains("leave paused"), "{frame}");
}

#[test]
fn a_run_whose_data_is_not_sent_yet_is_not_signed_off_by_one_word() {
    let mut story = in_use();
    let backlog = |story: &mut crate::screen::tests::story::Story, state, bytes| {
        let answer = crate::run::Answer {
            reading: crate::run::Reading::Known(state),
            took: Elapsed::from_millis(5),
            raw: String::new(),
        };
        story.record(Event::ReplicationRead { answer, backlog: Some(crate::run::ByteCount(bytes)) });
    };
    backlog(&mut story, crate::run::ReplicationState::Paused, 5 << 20);
    story.attested(Statement::TestOver).requested(crate::run::ActionKind::Resume, None).sent();
    backlog(&mut story, crate::run::ReplicationState::Running, 4 << 20);
    story.settled(crate::run::ActionState::Confirmed);
    let title = story.frame(120, 40);
    assert!(title.contains("wait until all is sent") && !title.contains("c signs off"), "{title}");
    press(&mut story, 'c');
    let frame = story.frame(80, 24);
    assert!(frame.contains("✗ 4.0 MiB are still to be sent from ava-prod"), "{frame}");
    assert!(frame.contains("Type \"leave it unsent\""), "{frame}");
    story.type_text("done");
    assert_eq!(story.enter(), None);
    backlog(&mut story, crate::run::ReplicationState::Running, 0);
    story.key(KeyCode::Esc);
    press(&mut story, 'c');
    story.type_text("all as planned");
    assert!(matches!(story.enter(), Some(Intent::SignOff { typed: None, .. })), "all is sent by now");
}
