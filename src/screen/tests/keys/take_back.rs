//! The end of the test is taken back on the screen.

use super::{Intent, Story, ended, press};
use crate::{run::Statement, screen::tests::story::in_use};

/// Chooses the statement of that number, and takes what is asked first.
fn choose(story: &mut Story, digit: char) -> String {
    press(story, 's');
    press(story, digit);
    story.enter();
    story.frame(80, 24)
}

#[test]
fn the_end_of_the_test_is_taken_back_by_a_statement_of_its_own() {
    let mut story = in_use();
    story.at(5400).attested(Statement::TestOver);
    let frame = choose(&mut story, '9');
    assert!(frame.contains("The test is not over after all.") && frame.contains("Who says so"), "{frame}");
    story.type_text("one more file");
    let intent = story.enter();
    assert!(matches!(intent, Some(Intent::Attest { statement: Statement::TestNotOver, .. })), "{intent:?}");
    story.attested(Statement::TestNotOver);
    for size in [(120, 40), (80, 24), (40, 10)] {
        let frame = story.frame(size.0, size.1);
        assert!(frame.to_lowercase().contains("restored") && frame.contains("PAUSED"), "{frame}");
        assert!(!frame.contains("test is over: r"), "{frame}");
    }
    let mut resumed = ended();
    let frame = choose(&mut resumed, '9');
    assert!(frame.contains("can no longer be taken back"), "{frame}");
    assert_eq!(resumed.enter(), None);
}
