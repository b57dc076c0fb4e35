//! The list of what can be stated: what is so already, what is asked for, and what can no longer be stated.

use crossterm::event::KeyCode;

use super::press;
use crate::{
    run::Statement,
    screen::tests::story::{Story, downloading, generating, in_use, prepared},
};

#[test]
fn the_list_of_statements_marks_what_is_so_already_and_answers_enter() {
    let mut story = downloading(50);
    press(&mut story, 's');
    let frame = story.frame(80, 24);
    assert!(frame.contains("Replication on the primary is paused. (on record)"), "{frame}");
    assert!(frame.contains("Stage 1 has begun. (on record)"), "{frame}");
    assert_eq!(frame.matches("(on record)").count(), 2, "{frame}");
    assert_eq!(story.enter(), None);
    for size in [(80, 24), (40, 10)] {
        let frame = story.frame(size.0, size.1);
        assert!(frame.contains("Nothing is chosen yet"), "{frame}");
    }
    press(&mut story, '4');
    assert!(!story.frame(80, 24).contains("Nothing is chosen yet"));
}

#[test]
fn no_line_of_the_list_moves_while_one_is_chosen() {
    let rows = |story: &Story| -> Vec<(usize, String)> {
        let frame = story.frame(80, 24);
        let numbered = |row: &str| {
            let number: String = row.trim_start_matches(['│', ' ', '▶']).chars().take(3).collect();
            Some(number).filter(|number| number.ends_with("  "))
        };
        frame.lines().enumerate().filter_map(|(at, row)| Some((at, numbered(row)?))).collect()
    };
    for make in [prepared, generating] {
        let mut story = make();
        press(&mut story, 's');
        let first = rows(&story);
        assert!(first.len() >= 7, "{}", story.frame(80, 24));
        for key in [KeyCode::Enter, KeyCode::Char('0'), KeyCode::Char('3'), KeyCode::Up, KeyCode::Char('0')] {
            story.key(key);
            assert_eq!(rows(&story), first, "{key:?}\n{}", story.frame(80, 24));
        }
    }
}

#[test]
fn the_chosen_statement_is_whole_on_the_smallest_screen() {
    let mut story = in_use();
    press(&mut story, 's');
    for (digit, end) in [('1', "paused."), ('6', "longer used."), ('7', "failed."), ('8', "used.")] {
        press(&mut story, digit);
        let frame = story.frame(40, 10);
        assert!(frame.contains(end), "{digit}: {frame}");
    }
}

#[test]
fn a_stage_that_the_end_of_the_test_cut_off_is_not_listed_as_over() {
    let mut story = generating();
    story.attested(Statement::TestOver);
    press(&mut story, 's');
    let frame = story.frame(80, 24);
    let row = |number: &str| frame.lines().find(|row| row.contains(number)).unwrap().to_owned();
    assert!(row("4  Stage 1 is over").contains("on record"), "{frame}");
    assert!(!row("5  Stage 2 is over").contains("on record"), "{frame}");
}

#[test]
fn what_can_no_longer_be_stated_says_why_and_the_end_and_its_taking_back_are_never_both_listed() {
    let mut story = prepared();
    story.attested(Statement::TestOver);
    press(&mut story, 's');
    let frame = story.frame(80, 24);
    assert!(frame.contains("3  Stage 1 has begun. (too late: test over)"), "{frame}");
    assert!(
        frame.contains("9  The test is not over after all.") && !frame.contains("after all. ("),
        "{frame}"
    );
    assert!(!frame.contains("6  The test"), "{frame}");
    let mut story = in_use();
    press(&mut story, 's');
    assert!(!story.frame(80, 24).contains("9  The test"), "{}", story.frame(80, 24));
    story.key(KeyCode::Esc);
    story.attested(Statement::TestOver);
    story.requested(crate::run::ActionKind::Resume, None);
    story.sent();
    press(&mut story, 's');
    let frame = story.frame(80, 24);
    assert!(frame.contains("9  The test is not over after all. (too late: a resume was sent)"), "{frame}");
    assert!(!frame.contains("6  The test"), "{frame}");
}

#[test]
fn the_list_is_in_the_order_of_its_numbers_and_the_one_asked_for_is_chosen() {
    let mut story = in_use();
    press(&mut story, 's');
    let frame = story.frame(80, 24);
    let rows: Vec<_> =
        frame.lines().filter(|row| row.contains("  The re") || row.contains("  Stage ")).collect();
    assert!(rows[0].contains("  3  Stage 1 has begun."), "{frame}");
    let last = rows.last().unwrap();
    assert!(last.contains("▶ 8  The restored appliance can be used. (asked for)"), "{frame}");
    assert!(story.frame(40, 10).contains("▶ 8 The"), "of a list that is cut\n{}", story.frame(40, 10));
    story.key(KeyCode::Esc);
    story.attested(Statement::RestoredUsable);
    press(&mut story, 's');
    let frame = story.frame(80, 24);
    assert!(frame.contains("8  The restored appliance can be used. (on record)"), "{frame}");
    press(&mut story, '6');
    story.key(KeyCode::Down);
    story.enter();
    assert!(
        story.frame(80, 24).contains("The restore failed."),
        "the row below is 7\n{}",
        story.frame(80, 24)
    );
}

#[test]
fn a_number_that_is_not_listed_is_answered() {
    let mut story = prepared();
    press(&mut story, 's');
    story.key(KeyCode::Char('8'));
    assert!(story.frame(80, 24).contains("8 is not in the list"), "{}", story.frame(80, 24));
    story.key(KeyCode::Char('1'));
    assert!(!story.frame(80, 24).contains("not in the list"), "{}", story.frame(80, 24));
}
