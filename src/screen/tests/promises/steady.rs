//! What stays where it is on the screen, and what is said of a clock that is not that of the machine.

use crate::{
    run::{
        Answer, ByteCount, Elapsed, Event, FindingSeverity, Reading, ReplicationState, RunSettings,
        ServiceState, Statement,
    },
    screen::{
        Mode,
        tests::story::{Story, connected, in_use, prepared},
    },
};

/// `story` as a demo whose clock runs ten times as fast.
fn demo(mut story: Story) -> Story {
    story.mode = Mode::Demo;
    story.run.started.demo = true;
    story.view.clock_speed = Some(10.0);
    story
}

fn strip(story: &Story, width: u16) -> String {
    story.frame(width, 24).lines().next().unwrap().to_owned()
}

#[test]
fn a_demo_says_how_fast_its_clock_runs_beside_it_and_in_its_first_step() {
    let story = demo(connected(RunSettings::default()));
    for width in [80, 120, 200] {
        let line = strip(&story, width);
        assert!(line.trim_end().ends_with("15:29:30 UTC ×10") && line.contains("SIMULATED"), "{line}");
    }
    let frame = story.frame(80, 24).replace('\n', " ");
    let words = frame.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("This demo's clock runs 10 times as fast as yours."), "{words}");
    let later = demo(prepared());
    assert!(!later.frame(80, 24).contains("times as fast"), "{}", later.frame(80, 24));
    let mut slow = demo(prepared());
    slow.view.clock_speed = Some(1.0);
    assert!(strip(&slow, 80).trim_end().ends_with(" UTC"), "{}", strip(&slow, 80));
}

#[test]
fn the_words_of_the_strip_stay_where_they_are_when_go_and_cleanup_come_and_go() {
    let place = |story: &Story, word: &str| strip(story, 80).find(word);
    for make in [|story: Story| story, demo] {
        let (mut before, mut over) = (make(prepared()), make(in_use()));
        assert!(strip(&before, 80).contains("GO"), "{}", strip(&before, 80));
        let is_fast = before.view.clock_speed.is_some();
        let places = ["●", "primary", "dr"].map(|word| place(&before, word));
        assert!(strip(&before, 80).contains(if is_fast { "● REC  " } else { "● recording  " }));
        before.service(ServiceState::Running("running".to_owned()));
        assert!(!strip(&before, 80).contains("GO"), "{}", strip(&before, 80));
        assert_eq!(["●", "primary", "dr"].map(|word| place(&before, word)), places);
        over.attested(Statement::TestOver).replication(ReplicationState::Running);
        let line = strip(&over, 80);
        let words = ["●", "primary", "dr"].map(|word| line.find(word));
        assert_eq!(words, places, "{line}");
        assert!(line.contains("cleanup") && line.contains(" UTC"), "{line}");
    }
}

#[test]
fn what_an_alarm_forbids_comes_before_the_number_of_the_cleanup_and_the_clock_is_whole() {
    let mut story = demo(in_use());
    story.attested(Statement::TestOver).alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    let code = story.run.open_findings().find(|finding| finding.severity == FindingSeverity::Blocking);
    let (code, opened) = code.map(|finding| (finding.code, finding.record)).unwrap();
    let (reason, user) = ("case 1234".to_owned(), "kim".to_owned());
    story.record(Event::Acknowledged { code: code.name(), opened, reason, user });
    let line = strip(&story, 80);
    assert!(line.contains(" UTC") && line.contains("SIM"), "{line}");
    assert!(line.contains("✗1 ack.") && line.contains("ask vendor"), "{line}");
    for state in [ReplicationState::Paused, ReplicationState::Running] {
        let answer =
            Answer { reading: Reading::Known(state), took: Elapsed::from_millis(9), raw: String::new() };
        story.record(Event::ReplicationRead { answer, backlog: Some(ByteCount(42 << 20)) });
    }
    assert!(strip(&story, 80).contains("unprotected"), "{}", strip(&story, 80));
}
