//! The signature at the end, and what it takes while production is not protected.

use crossterm::event::{KeyCode, KeyModifiers};

use super::press;
use crate::{
    run::{ActionKind, ActionState, Answer, ByteCount, Elapsed, Event, Reading, ReplicationState, Statement},
    screen::{
        Intent,
        tests::story::{Story, downloading, ended, ended_with_alarm, in_use},
    },
};

#[test]
fn a_run_is_signed_off_in_words_once_the_test_is_over() {
    let mut story = ended();
    story.replication(ReplicationState::Running);
    assert_eq!(press(&mut story, 'c'), None);
    story.type_text("all as planned");
    assert_eq!(story.enter(), Some(Intent::SignOff { text: "all as planned".to_owned(), typed: None }));
    let mut early = downloading(50);
    press(&mut early, 'c');
    early.type_text("too early");
    assert_eq!(early.enter(), None);
}

#[test]
fn a_run_whose_production_is_still_paused_is_not_signed_off_by_one_word() {
    let mut story = ended();
    story.replication(ReplicationState::Paused);
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
    story.replication(ReplicationState::Running);
    press(&mut story, 'c');
    story.type_text("all as planned");
    story.replication(ReplicationState::Paused);
    assert_eq!(story.enter(), None);
    let frame = story.frame(80, 24);
    assert!(frame.contains("Nothing was signed.") && frame.contains("leave paused"), "{frame}");
}

#[test]
fn a_run_whose_data_is_not_sent_yet_is_not_signed_off_by_one_word() {
    let mut story = in_use();
    let backlog = |story: &mut Story, state, bytes| {
        let answer =
            Answer { reading: Reading::Known(state), took: Elapsed::from_millis(5), raw: String::new() };
        story.record(Event::ReplicationRead { answer, backlog: Some(ByteCount(bytes)) });
    };
    backlog(&mut story, ReplicationState::Paused, 5 << 20);
    story.attested(Statement::TestOver).requested(ActionKind::Resume, None).sent();
    backlog(&mut story, ReplicationState::Running, 4 << 20);
    story.settled(ActionState::Confirmed);
    let title = story.frame(120, 40);
    assert!(title.contains("wait until all is sent") && !title.contains("c signs off"), "{title}");
    // Nothing but waiting is due: the key is not the first that a hand finds.
    assert!(title.contains("(c)") && !title.contains("\n c sign off"), "{title}");
    press(&mut story, 'c');
    let frame = story.frame(80, 24);
    assert!(frame.contains("! 4.0 MiB are still to be sent from ava-prod"), "{frame}");
    assert_eq!(frame.matches("still to be sent").count(), 1, "said once, in the warning\n{frame}");
    assert!(frame.contains("type \"leave it unsent\", then Enter:"), "{frame}");
    story.type_text("done");
    assert_eq!(story.enter(), None);
    backlog(&mut story, ReplicationState::Running, 0);
    story.key(KeyCode::Esc);
    press(&mut story, 'c');
    story.type_text("all as planned");
    assert!(matches!(story.enter(), Some(Intent::SignOff { typed: None, .. })), "all is sent by now");
}

#[test]
fn while_an_alarm_is_not_settled_no_signature_is_offered_that_calls_all_planned() {
    let mut story = in_use();
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised").attested(Statement::TestOver);
    story.replication(ReplicationState::Running);
    press(&mut story, 'c');
    story.type_text("leave it unsettled");
    assert_eq!(story.enter(), None);
    let frame = story.frame(80, 24);
    assert!(
        frame.contains("Smith: alarm unsettled, case 1234") && !frame.contains("all as planned"),
        "{frame}"
    );
}

#[test]
fn quitting_says_who_has_signed_the_run_off() {
    let mut story = ended();
    story.replication(ReplicationState::Paused);
    story.record(Event::SignedOff { text: "done".to_owned(), user: "kim".to_owned(), consent: None });
    press(&mut story, 'q');
    assert!(story.frame(80, 24).contains("Signed off by kim."), "{}", story.frame(80, 24));
}

#[test]
fn that_nothing_is_left_to_acknowledge_does_not_read_as_settled() {
    let mut story = ended_with_alarm();
    press(&mut story, 'c');
    let frame = story.frame(100, 40);
    let rows = frame.lines().map(|row| row.trim_matches(['│', ' '])).collect::<Vec<_>>().join(" ");
    let done = "Nothing is left to acknowledge; 1 danger is acknowledged, but not settled.";
    assert!(rows.contains(done) && rows.contains("Not settled, only acknowledged: "), "{frame}");
}
