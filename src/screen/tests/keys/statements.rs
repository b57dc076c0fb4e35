//! Statements, acknowledgements, notes and signatures: what the engineer adds to the record.

use crossterm::event::{KeyCode, KeyModifiers};

use super::press;
use crate::{
    run::{Code, Statement},
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
    assert!(story.frame(120, 40).contains("Who decided"), "a time typed to the minute is that minute");
}
