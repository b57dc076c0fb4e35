//! The test sheet as a form: edited row by row, recorded as a whole, and not lost by one key.

use crossterm::event::{KeyCode, KeyModifiers};

use super::press;
use crate::{
    run::{
        Criterion, Elapsed, Event, PersonRole, PlannedStep, ProcedureStep, SheetOrigin, Target, TestSheet,
    },
    screen::{
        Intent,
        tests::story::{Story, downloading, prepared},
    },
};

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
    story.type_text("14h ; BIA 7");
    story.enter();
    assert!(story.frame(80, 24).contains("at most 14h (BIA 7)"));
    // As it is typed, and so as it can be changed.
    story.enter();
    assert!(story.frame(80, 24).contains("14h; BIA 7"));
    story.enter();
    let target = Target::TimeToRestored { limit: Elapsed::from_secs(14 * 3600) };
    let sheet = TestSheet {
        objective: Some("Show it.".to_owned()),
        criteria: vec![Criterion { target, source: Some("BIA 7".to_owned()) }],
        ..TestSheet::default()
    };
    let stated = Intent::StateSheet { sheet: Box::new(sheet), reason: None };
    assert_eq!(press(&mut story, 's'), Some(stated));
    press(&mut story, 'S');
    assert_eq!(press(&mut story, 's'), None, "nothing was changed");
    assert!(story.frame(80, 24).contains("There is nothing to record yet"), "{}", story.frame(80, 24));
}

#[test]
fn what_is_typed_into_the_list_of_the_test_sheet_does_nothing_but_say_how_to_edit() {
    let mut story = prepared();
    press(&mut story, 'S');
    let before = story.frame(80, 24);
    for letter in "restore 1 TB in 12 h, jkqQtx:?".chars() {
        assert_eq!(press(&mut story, letter), None, "{letter}");
        let frame = story.frame(80, 24);
        assert!(frame.contains("Test sheet"), "{letter}\n{frame}");
        let said = if letter == 's' { "nothing to record yet" } else { "press Enter, then type" };
        assert!(frame.contains(said), "{letter}\n{frame}");
    }
    story.key(KeyCode::Up);
    assert_eq!(story.frame(80, 24), before, "the choice has not moved");
}

#[test]
fn the_line_chosen_in_the_test_sheet_is_explained() {
    let mut story = prepared();
    press(&mut story, 'S');
    let meanings = [
        (0, "What the test is to show."),
        (7, "Where the test is held."),
        (10, "How long new data on production is not protected"),
        (11, "The longest stretch that was not watched."),
        (13, "How much later than planned a step may begin."),
    ];
    let mut at = 0;
    for (row, meaning) in meanings {
        (at..row).for_each(|_| drop(story.key(KeyCode::Down)));
        at = row;
        for size in [(80, 24), (40, 10)] {
            let frame = story.frame(size.0, size.1);
            let text = frame.replace(['│', '\n'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(meaning), "{meaning}\n{frame}");
        }
    }
}

#[test]
fn the_question_before_quitting_leads_back_to_what_it_has_covered() {
    let interrupt = |story: &mut Story| story.key_with(KeyCode::Char('c'), KeyModifiers::CONTROL);
    let mut story = prepared();
    press(&mut story, 'S');
    story.enter();
    story.type_text("Show it.");
    story.enter();
    assert_eq!(interrupt(&mut story), None);
    assert!(story.frame(80, 24).contains("Quit drwatch?"));
    story.key(KeyCode::Esc);
    let frame = story.frame(80, 24);
    assert!(frame.contains("Test sheet") && frame.contains("Show it."), "{frame}");
    let mut note = prepared();
    press(&mut note, 'n');
    note.type_text("half a note");
    interrupt(&mut note);
    note.key(KeyCode::Esc);
    assert!(note.frame(80, 24).contains("half a note"), "{}", note.frame(80, 24));
    interrupt(&mut note);
    assert_eq!(press(&mut note, 'r'), None, "an answer to the question");
    note.key(KeyCode::Esc);
    assert!(!note.view.has_dialog(), "{}", note.frame(80, 24));
}

#[test]
fn the_tolerance_that_counts_is_shown_also_where_none_is_stated() {
    let mut story = prepared();
    press(&mut story, 'S');
    for _ in 0..13 {
        story.key(KeyCode::Down);
    }
    let frame = story.frame(80, 24);
    assert!(frame.contains("up to 15m by default") && !frame.contains("up to –"), "{frame}");
    assert!(!frame.contains("at most –"), "a limit that nobody stated is none: {frame}");
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
    for size in [(80, 24), (60, 15)] {
        let frame = story.frame(size.0, size.1);
        let words = frame.replace(['│', '─'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("Frozen since stage 1 began") && words.contains("then the reason."),
            "{frame}"
        );
    }
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
    for words in ["Planned to begin", "resume replication           2026-11-29 20:00:00 UTC", "clean up"] {
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
fn a_page_further_down_the_test_sheet_the_chosen_line_is_in_sight() {
    for size in [(80, 24), (40, 10)] {
        let mut story = prepared();
        press(&mut story, 'S');
        story.frame(size.0, size.1);
        let first = |frame: &str| {
            frame.lines().find(|row| row.contains('▶') && !row.contains("PREPARE")).map(str::to_owned)
        };
        let before = first(&story.frame(size.0, size.1)).unwrap();
        for code in [KeyCode::PageDown, KeyCode::PageDown, KeyCode::PageDown, KeyCode::PageUp] {
            story.key(code);
            let frame = story.frame(size.0, size.1);
            assert!(first(&frame).is_some_and(|row| row != before), "{frame}");
        }
        (0..30).for_each(|_| drop(story.key(KeyCode::PageUp)));
        assert_eq!(first(&story.frame(size.0, size.1)).unwrap(), before, "all the way back");
    }
}
