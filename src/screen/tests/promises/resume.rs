//! No place asks for a resume before what has to come first.

use crossterm::event::KeyCode;

use crate::{
    run::{ServiceState, Statement},
    screen::tests::story::in_use,
};

#[test]
fn no_panel_calls_a_resume_safe_while_an_alarm_is_not_settled() {
    let mut story = in_use();
    let settled = story.frame(120, 40);
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the cloud bucket inconsistent alarm is raised");
    for size in [(60, 15), (80, 24), (120, 40)] {
        let frame = story.frame(size.0, size.1);
        assert!(frame.contains("resume not safe: changes the bucket"), "{frame}");
        assert!(!frame.contains("resume: not before the test is over"), "one reason beside it\n{frame}");
    }
    story.attested(Statement::TestOver);
    for size in [(80, 24), (120, 40), (200, 50)] {
        let frame = story.frame(size.0, size.1);
        assert!(!frame.contains("safe to resume"), "{frame}");
        assert!(frame.contains("stop DR service, ask vendor, then r"), "{frame}");
        assert!(frame.contains("a resume changes the bucket"), "{frame}");
        assert!(!frame.contains("resume: not before the test is over"), "one reason beside it\n{frame}");
    }
    story.service(ServiceState::Stopped);
    for size in [(80, 24), (120, 40), (200, 50)] {
        let frame = story.frame(size.0, size.1);
        assert!(!frame.contains("safe to resume"), "{frame}");
        assert!(frame.contains("ask the vendor first, then r"), "{frame}");
    }
    assert!(!settled.contains("resume not safe"), "{settled}");
    // The panel with the screen to itself.
    story.key(KeyCode::Char('4'));
    let frame = story.frame(120, 40);
    assert!(!frame.contains("safe to resume now"), "{frame}");
}

#[test]
fn while_the_service_of_the_dr_appliance_runs_no_place_asks_for_the_resume_first() {
    let mut story = in_use();
    story.service(ServiceState::Running("running".to_owned())).attested(Statement::TestOver);
    for size in [(120, 40), (80, 24)] {
        let frame = story.frame(size.0, size.1);
        let words = frame.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("stop the DR service, then r"), "{frame}");
        assert!(words.contains("First stop the service of ava-dr"), "{frame}");
        for too_early in ["resumes it", "Resume it now", "Resume it."] {
            assert!(!words.contains(too_early), "{too_early}: {frame}");
        }
    }
    story.service(ServiceState::Stopped);
    let frame = story.frame(120, 40);
    assert!(
        frame.contains("the test is over: r resumes it") && frame.contains("Resume it now (r)"),
        "{frame}"
    );
}

#[test]
fn next_and_the_panel_of_replication_ask_nobody_in_a_demo_for_the_stop_that_it_types_itself() {
    for alarmed in [false, true] {
        let mut story = in_use();
        story.run.started.demo = true;
        if alarmed {
            let words = "[segstore.ERR] (14302) reading of a user's file failed: slab missing";
            story.alarm("cloud bucket inconsistent", words);
        }
        story.at(3130).service(ServiceState::Running("running".to_owned()));
        story.at(3140).attested(Statement::TestOver);
        for (size, key) in [((120, 40), '9'), ((80, 24), '9'), ((40, 10), '9'), ((40, 10), '1')] {
            story.key(KeyCode::Char(key));
            let frame = story.frame(size.0, size.1);
            let words = frame.replace(['│', '\n'], " ").to_lowercase();
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            for asked in ["stop the service", "stop the dr service", "stop dr service", "no service enable"] {
                assert!(!words.contains(asked), "{asked}\n{frame}");
            }
        }
        assert!(story.frame(120, 40).contains("demo stops"), "{}", story.frame(120, 40));
    }
}
