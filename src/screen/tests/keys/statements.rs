//! Statements, acknowledgements, notes and issues: what the engineer adds to the record.

use crossterm::event::{KeyCode, KeyModifiers};

use super::press;
use crate::{
    run::{Code, Decision, Event, FindingSeverity, Sequence, Statement},
    screen::{
        Intent,
        tests::story::{attached_in_stage_2, downloading, in_use, prepared},
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
    assert!(story.frame(120, 40).contains("Who ended it"), "a time typed to the minute is that minute");
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
        assert!(frame.contains("  6  The test is over") && !frame.contains("▶ 6"), "{frame}");
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
    assert!(
        frame.contains("type \"end as failed\", then Enter:") && frame.contains("of 2,662 objects"),
        "{frame}"
    );
    story.enter();
    assert!(!story.frame(80, 24).contains("Since when?"), "{}", story.frame(80, 24));
    story.key(KeyCode::Esc);
    story.attested(Statement::RestoreFailed);
    let frame = story.frame(120, 40);
    assert!(frame.contains("✗ 1 metadata") && !frame.contains("✓ 1 metadata"), "{frame}");
    assert!(!frame.contains("that log line") && !frame.contains("the test is over"), "{frame}");
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
fn a_time_that_is_typed_takes_the_place_of_the_offered_now() {
    let mut story = in_use();
    for key in "s6".chars() {
        press(&mut story, key);
    }
    story.enter();
    assert!(story.frame(80, 24).contains("> now"), "{}", story.frame(80, 24));
    for key in "16:20".chars() {
        press(&mut story, key);
    }
    assert!(story.frame(80, 24).contains("> 16:20"), "{}", story.frame(80, 24));
    story.key(KeyCode::Backspace);
    press(&mut story, '1');
    assert!(story.frame(80, 24).contains("> 16:21"), "only the offer is replaced");
}
