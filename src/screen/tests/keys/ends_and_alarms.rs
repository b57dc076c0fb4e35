//! The end of the test in the list of statements, and an alarm in the dialogs that speak of it.

use crossterm::event::{KeyCode, KeyModifiers};

use super::press;
use crate::{
    run::{
        Answer, ByteCount, Elapsed, Event, FindingSeverity, Reading, ReplicationState, ServiceState,
        Severity, Statement,
    },
    screen::{
        Intent,
        tests::story::{ended, in_use, prepared, troubled},
        view::MessageKind,
    },
};

#[test]
fn the_end_of_the_test_is_offered_but_never_chosen_beforehand() {
    let mut story = in_use();
    story.attested(Statement::RestoredUsable);
    press(&mut story, 's');
    let frame = story.frame(80, 24);
    let rows: Vec<_> = frame.lines().map(|row| row.trim_matches(['│', ' '])).collect();
    let first = rows.iter().position(|row| row.starts_with("6  ")).unwrap();
    assert_eq!(rows[first], "6  The test is over: ava-dr is no longer used. (asked for)", "{frame}");
    assert_eq!(
        rows[first + 1],
        "7  The restore itself failed: a failed test.",
        "told apart side by side\n{frame}"
    );
    assert!(!frame.contains("▶ 6"), "{frame}");
    assert!(frame.contains("│ Press 6 once the test is over. State what"), "what to do comes first\n{frame}");
    (0..2).for_each(|_| assert_eq!(story.enter(), None));
    let frame = story.frame(80, 24);
    assert!(frame.contains("Nothing is chosen yet") && !frame.contains("Since when?"), "{frame}");
    story.key(KeyCode::Down);
    story.enter();
    let frame = story.frame(80, 24);
    assert!(frame.contains("The test is over: the DR appliance is no longer used."), "{frame}");
}

#[test]
fn acknowledging_an_alarm_says_beforehand_what_it_changes_and_asks_neutrally() {
    let mut story = in_use();
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    press(&mut story, 'a');
    story.enter();
    for size in [(120, 40), (80, 24), (60, 15)] {
        let frame = story.frame(size.0, size.1);
        assert!(frame.contains("What is done about it, and who decided?"), "{frame}");
        assert!(!frame.contains("harmless"), "{frame}");
    }
    let frame = story.frame(80, 24).replace(['│', '\n'], " ");
    let words = frame.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("does not settle it") && words.contains("who at the vendor agreed"), "{words}");
}

#[test]
fn the_alarm_has_one_name_in_every_dialog_whether_production_is_paused_or_not() {
    for state in [ReplicationState::Paused, ReplicationState::Running] {
        let mut story = in_use();
        story.replication(state);
        story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
        for keys in ["s8", "s6", "r"] {
            if keys == "r" {
                if state == ReplicationState::Running {
                    continue;
                }
                story.attested(Statement::TestOver);
            }
            keys.chars().for_each(|key| drop(press(&mut story, key)));
            if keys != "r" {
                story.enter();
            }
            let frame = story.frame(120, 40);
            let words = "ava-dr logged the alarm cloud bucket inconsistent, at 2026-09-13 16:21:26";
            assert!(frame.contains(words), "{keys}\n{frame}");
            story.key(KeyCode::Esc);
        }
    }
}

#[test]
fn the_log_is_followed_again_once_the_line_of_an_alarm_was_looked_at() {
    let mut story = in_use();
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    story.frame(80, 24);
    press(&mut story, 'l');
    assert!(story.frame(80, 24).contains("the alarm is raised"));
    story.key(KeyCode::Esc);
    (0..30).for_each(|_| drop(story.line(Severity::Info, "[x.INFO] the newest line", None)));
    let frame = story.frame(80, 24);
    assert!(frame.contains("following") && frame.contains("the newest line"), "{frame}");
}

#[test]
fn an_alarm_alone_leads_to_the_end_of_the_test_and_not_to_a_failed_restore() {
    let mut story = in_use();
    story.attested(Statement::RestoredUsable);
    assert!(
        story.frame(80, 24).contains("(s,\n") || story.frame(80, 24).contains("(s, statement"),
        "{}",
        story.frame(80, 24)
    );
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    press(&mut story, 's');
    let frame = story.frame(80, 24);
    let over = "6  The test is over: ava-dr is no longer used (alarm stays in the report).";
    assert!(frame.contains(over), "{frame}");
    story.key(KeyCode::Char('7'));
    story.enter();
    let frame = story.frame(80, 24);
    let words = frame.split(['│', ' ', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("If the alarm is all that is wrong, state that the test is over instead"),
        "{frame}"
    );
}

#[test]
fn an_end_before_an_alarm_is_asked_about_once_its_time_is_known() {
    let mut story = in_use();
    story.now = story.now + Elapsed::from_secs(120);
    let end = story.now;
    story.now = story.now + Elapsed::from_secs(60);
    story.alarm("cloud bucket inconsistent", "[rfsd.ALERT] (1) alarm raised: inconsistent cloud bucket");
    story.now = story.now + Elapsed::from_secs(600);
    press(&mut story, 's');
    story.key(KeyCode::Char('6'));
    story.enter();
    story.key_with(KeyCode::Char('u'), KeyModifiers::CONTROL);
    story.type_text(&end.utc().format("%H:%M:%S").to_string());
    assert_eq!(story.enter(), None);
    let frame = story.frame(80, 24);
    assert!(frame.contains("type \"against the reading\", then Enter:"), "{frame}");
    story.type_text("against the reading");
    story.enter();
    story.type_text("Smith: it was over then");
    let Some(Intent::Attest { since, typed, .. }) = story.enter() else { panic!("no statement") };
    assert_eq!(typed.as_deref(), Some("against the reading"));
    assert_eq!(since.utc().format("%T").to_string(), end.utc().format("%T").to_string());
}

#[test]
fn the_end_of_the_test_over_an_alarm_shows_the_danger_and_offers_no_resume() {
    let mut story = in_use();
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the cloud bucket inconsistent alarm is raised");
    press(&mut story, 's');
    let frame = story.frame(80, 24);
    for line in [
        "6  The test is over: ava-dr is no longer used (alarm stays in the report).",
        "7  The restore itself failed (an alarm alone is no failure).",
        "8  The restored appliance can be used (an alarm speaks against it).",
    ] {
        assert!(frame.contains(line), "{frame}");
    }
    press(&mut story, '6');
    story.enter();
    let frame = story.frame(80, 24);
    assert!(
        frame.contains("! ava-dr logged the alarm") && frame.contains("until the vendor agrees"),
        "{frame}"
    );
    assert!(frame.contains("Since when?"), "no phrase is asked for\n{frame}");
    story.key(KeyCode::Esc);
    story.attested(Statement::TestOver);
    let frame = story.frame(80, 24);
    assert!(frame.contains("Do not resume; call the vendor."), "{frame}");
    let keys = frame.lines().last().unwrap();
    assert!(!keys.contains("resume"), "{frame}");
}

#[test]
fn a_dialog_over_which_an_alarm_comes_leads_back_to_it_first() {
    for (keys, undone) in [
        ("s", ": nothing is stated"),
        ("s8", ": nothing is stated"),
        ("n", ": nothing is recorded"),
        ("r", ": nothing is sent"),
        ("b", ": nothing is sent"),
        ("S", ": nothing is recorded"),
        ("q", ": drwatch goes on"),
        ("?", ""),
    ] {
        let mut story = in_use();
        keys.chars().for_each(|key| drop(press(&mut story, key)));
        assert!(!story.frame(80, 24).contains("Esc first"), "{keys}");
        story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
        let frame = story.frame(80, 24);
        let first = format!("│  Esc first{undone}. Then do what NOW says.");
        assert!(frame.contains(&first) && frame.contains("NOW "), "{keys}\n{frame}");
        let mut rows = frame.lines().map(|row| row.trim_matches(['│', ' ']));
        let foot = rows.any(|row| row.starts_with("Esc back to the alarm (do this)"));
        assert!(foot && frame.matches("Esc").count() == 2, "{keys}\n{frame}");
        story.key(KeyCode::Esc);
        keys.chars().for_each(|key| drop(press(&mut story, key)));
        assert!(!story.frame(80, 24).contains("Esc first"), "it is known by now: {keys}");
    }
}

#[test]
fn an_enter_that_was_on_its_way_when_an_alarm_came_does_nothing() {
    let mut story = in_use();
    press(&mut story, 's');
    press(&mut story, '8');
    story.enter();
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    assert_eq!(story.enter(), None);
    let frame = story.frame(80, 24);
    assert!(frame.contains("Nothing was done. Press Esc, then do what NOW says."), "{frame}");
    assert!(!frame.contains("Enter"), "it is not offered either\n{frame}");
    // What is written down meanwhile is not lost.
    story.key(KeyCode::Esc);
    let mut story = in_use();
    press(&mut story, 'n');
    story.type_text("called at once");
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    assert!(matches!(story.enter(), Some(Intent::Note { .. })));
}

#[test]
fn the_dialog_that_a_danger_asks_for_does_not_lead_away_from_it() {
    let mut story = prepared();
    story.replication(ReplicationState::Running);
    press(&mut story, 'p');
    assert!(story.frame(80, 24).contains("Pause replication"), "{}", story.frame(80, 24));
    story.at(240).service(ServiceState::Running("running".to_owned()));
    story.at(245).counter(10_500).at(250).counter(10_560);
    let frame = story.frame(80, 24);
    assert!(frame.contains("NOW ") && !frame.contains("Esc first"), "{frame}");
    assert!(frame.contains("Enter send"), "{frame}");
}

#[test]
fn the_key_of_a_note_is_named_while_an_alarm_is_dealt_with() {
    let mut story = in_use();
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    let frame = story.frame(80, 24);
    let keys = frame.lines().last().unwrap();
    assert!(keys.starts_with(" l log line  a acknowledge  s statement  n note"), "{keys}");
    assert_eq!(keys.matches("note").count(), 1, "{keys}");
}

#[test]
fn the_resume_is_not_the_first_key_while_the_vendor_has_to_be_asked() {
    let mut story = in_use();
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    let at = story.now;
    let alarm = story.run.findings.last_mut().unwrap();
    (alarm.acknowledged, alarm.acknowledged_at) = (Some("called".to_owned()), Some(at));
    story.attested(Statement::TestOver);
    story.service(ServiceState::Stopped);
    let frame = story.frame(80, 24);
    assert!(frame.lines().last().unwrap().starts_with(" n note  r resume  "), "{frame}");
    assert!(frame.lines().next().unwrap().contains("ask vendor"), "{frame}");
}

#[test]
fn an_alarm_takes_the_place_of_good_news() {
    let mut story = in_use();
    let at = story.now;
    story.view.notify("the restored appliance can be used, stated", MessageKind::Good, at);
    assert!(story.frame(80, 24).contains("can be used, stated"));
    story.at(3122);
    story.view.notify("the restored appliance can be used, stated", MessageKind::Good, story.now);
    story.at(3123).alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    let frame = story.frame(80, 24);
    assert!(!frame.contains("can be used, stated") && frame.contains("[cloud.ERR]"), "{frame}");
    // What could not be done is still said.
    story.view.notify("not recorded", MessageKind::Bad, at);
    assert!(story.frame(80, 24).contains("not recorded"));
}

#[test]
fn the_view_of_findings_begins_with_a_danger_that_was_acknowledged() {
    let mut story = troubled();
    let dangers: Vec<_> = story
        .run
        .open_findings()
        .filter(|finding| finding.severity == FindingSeverity::Blocking)
        .cloned()
        .collect();
    for danger in &dangers {
        story.record(Event::Acknowledged {
            code: danger.code.name(),
            opened: danger.record,
            reason: "case 1234".to_owned(),
            user: "kim".to_owned(),
        });
    }
    story.key(KeyCode::Char('7'));
    let frame = story.frame(120, 40);
    let place = |words: &str| frame.find(words).unwrap_or_else(|| panic!("{words}\n{frame}"));
    assert!(place("acknowledged by kim") < place("•"), "{frame}");
}

#[test]
fn before_all_is_sent_the_signature_is_not_the_first_answer_to_the_quit_dialog() {
    let mut story = in_use();
    story.attested(Statement::TestOver).service(ServiceState::Stopped);
    for state in [ReplicationState::Paused, ReplicationState::Running] {
        let answer =
            Answer { reading: Reading::Known(state), took: Elapsed::from_millis(9), raw: String::new() };
        story.record(Event::ReplicationRead { answer, backlog: Some(ByteCount(42 << 20)) });
    }
    story.key(KeyCode::Char('q'));
    let frame = story.frame(80, 24);
    let place = |words: &str| frame.find(words).unwrap_or_else(|| panic!("{words}\n{frame}"));
    assert!(place("Q quit anyway") < place("c sign off now"), "{frame}");
    assert!(frame.lines().next().unwrap().contains("unprotected"), "{frame}");
}

#[test]
fn with_an_alarm_no_earlier_resume_is_praised() {
    let mut story = ended();
    assert!(story.frame(120, 40).contains("would have saved"));
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    for key in ['1', '9'] {
        story.key(KeyCode::Char(key));
        assert!(!story.frame(120, 40).contains("would have saved"), "{}", story.frame(120, 40));
    }
}

#[test]
fn an_acknowledged_danger_says_after_the_test_what_stays_forbidden_and_is_not_marked_as_over() {
    let mut story = in_use();
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    let danger = story.run.open_findings().find(|finding| finding.severity == FindingSeverity::Blocking);
    let danger = danger.cloned().unwrap();
    story.at(3600).record(Event::Acknowledged {
        code: danger.code.name(),
        opened: danger.record,
        reason: "case 1234".to_owned(),
        user: "kim".to_owned(),
    });
    story.key(KeyCode::Char('7'));
    assert!(story.frame(120, 40).contains("keep the pause"), "{}", story.frame(120, 40));
    story.key(KeyCode::Char('4'));
    let timeline = story.frame(120, 40);
    let lane = timeline.lines().find(|row| row.contains("findings   ")).unwrap();
    assert!(lane.contains('✗') && !lane.contains('✓'), "{timeline}");
    story.attested(Statement::TestOver);
    story.key(KeyCode::Char('7'));
    let frame = story.frame(120, 40);
    assert!(frame.contains("do not read files on ava-dr.") && !frame.contains("keep the pause"), "{frame}");
}
