//! At 40×10 the important half is in sight, and everything can be reached.

use crossterm::event::KeyCode;

use crate::run::{ActionKind, Severity, Statement};
use crate::screen::tests::story::{Story, ended, generating, in_use, prepared};

fn frame(story: &Story) -> String {
    story.frame(40, 10)
}

/// The rows of a view that is paged from its beginning on.
fn paged(story: &mut Story) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for _ in 0..60 {
        seen.extend(frame(story).lines().map(str::to_owned));
        story.key(KeyCode::PageDown);
    }
    seen
}

#[test]
fn paging_shows_every_row_of_a_view() {
    let over = || {
        let mut story = in_use();
        let threads = ActionKind::SetThreads(crate::run::ThreadCount(128));
        story.at(3125).threads(16).requested(threads, None);
        story.at(3126).sent().settled(crate::run::ActionState::Confirmed).threads(128);
        story.at(5400).attested(Statement::TestOver);
        story
    };
    for (view, words) in [
        ('6', &["new data", "before the test", "service of ava-dr", "signed off"][..]),
        ('5', &["connection", "identity", "GET counter", "threads"]),
        ('9', &["PAUSED", "present pause", "total pause", "budget", "policy in force"]),
    ] {
        for message in [false, true] {
            let mut story = over();
            story.key(KeyCode::Char(view));
            if message {
                let long =
                    "written: summary.json and three more files to a folder with a long name ".repeat(2);
                story.view.notify(&long, crate::screen::MessageKind::Plain, story.now);
            }
            let seen = paged(&mut story).join("\n");
            for word in words {
                let is_seen = word.split(' ').all(|part| seen.contains(part));
                assert!(is_seen, "{view} {word}\n{seen}");
            }
        }
    }
}

#[test]
fn what_is_waited_for_is_not_half_said() {
    for story in [generating, prepared, in_use, ended] {
        let frame = frame(&story());
        let step: Vec<_> = frame
            .lines()
            .skip_while(|row| !row.starts_with(" NEXT"))
            .take_while(|row| row.starts_with(" NEXT") || row.starts_with("       "))
            .collect();
        assert!(!step.is_empty() && !step.iter().any(|row| row.contains('…')), "{frame}");
    }
}

#[test]
fn an_alarm_is_named_before_its_remedy_and_its_line_is_whole() {
    let mut story = in_use();
    let words =
        "[segstore.ERR] (14302) reading of the user's file /vol/projects/2026/plans.doc failed: slab missing";
    story.alarm("cloud bucket inconsistent", words);
    let small = frame(&story);
    assert!(small.contains("NOW   ALARM: data is missing in the"), "{small}");
    assert!(small.contains("PAUSED") && small.contains("● REC"), "{small}");
    story.at(5400).attested(Statement::TestOver);
    assert!(frame(&story).contains("PAUSED") && frame(&story).contains("● REC"), "{}", frame(&story));
    let normal = story.frame(80, 24);
    let log: String = normal.lines().skip_while(|row| !row.contains("log of ")).collect();
    assert!(log.replace(['│', ' '], "").contains("slabmissing"), "{normal}");
    for (width, height) in [(80, 24), (120, 40)] {
        let frame = story.frame(width, height);
        assert!(frame.lines().last().unwrap().contains("s state"), "{frame}");
    }
}

#[test]
fn the_keys_of_a_dialog_are_all_in_sight() {
    let mut story = in_use();
    story.key(KeyCode::Char('q'));
    let frame = frame(&story);
    assert!(frame.contains("Esc stay") && frame.contains("resume now"), "{frame}");
}

#[test]
fn the_next_step_beside_a_dialog_is_more_than_its_first_words() {
    let mut story = crate::screen::tests::story::connected(crate::run::RunSettings::default());
    let step =
        |frame: &str| frame.lines().skip(1).take_while(|row| !row.contains("─")).map(str::to_owned).collect();
    story.key(KeyCode::Char('i'));
    let shown: Vec<String> = step(&frame(&story));
    assert!(shown.len() == 2 && shown[0].starts_with(" NEXT"), "{}", frame(&story));
    assert!(frame(&story).contains("Esc cancel"), "{}", frame(&story));
}

#[test]
fn a_consent_names_the_way_to_its_end_before_enter() {
    let mut story = crate::screen::tests::story::connected(crate::run::RunSettings::default());
    story.key(KeyCode::Char('i'));
    let before = frame(&story);
    assert!(before.contains("PgDn to the end, Enter   Esc cancel"), "{before}");
    (0..12).for_each(|_| drop(story.key(KeyCode::PageDown)));
    let after = frame(&story);
    assert!(!after.contains("to the end") && after.contains("Enter "), "{after}");
}

#[test]
fn statements_differ_before_they_are_cut() {
    let mut story = in_use();
    story.key(KeyCode::Char('s'));
    let mut seen = frame(&story);
    // What is chosen stays in sight.
    for _ in 0..7 {
        story.key(KeyCode::Up);
        seen += &frame(&story);
    }
    assert!(seen.contains("1  Replication is paused") && seen.contains("2  Replication runs"), "{seen}");
}

#[test]
fn a_message_leaves_the_state_of_replication_in_sight() {
    for make in [prepared, generating, in_use] {
        let mut story = make();
        let said = "your statement is on record: The restored appliance can be used, since 16:21:26";
        story.view.notify(said, crate::screen::MessageKind::Plain, story.now);
        let frame = frame(&story);
        assert!(frame.contains("PAUSED") && frame.contains("your statement is on"), "{frame}");
    }
}

#[test]
fn the_line_that_was_gone_to_is_in_sight_at_every_size() {
    for (before, after) in
        [((80, 24), (40, 10)), ((40, 10), (40, 10)), ((120, 40), (60, 15)), ((200, 50), (40, 10))]
    {
        let mut story = in_use();
        let words =
            "[dsfs.ERR] reading a slab of a file failed: the cloud bucket inconsistent alarm is raised";
        story.alarm("cloud bucket inconsistent", words);
        (0..30).for_each(|_| drop(story.line(Severity::Info, "[gc.INFO] later", None)));
        drop(story.frame(before.0, before.1));
        story.key(KeyCode::Char('l'));
        let frame = story.frame(after.0, after.1);
        assert!(frame.contains("reading a slab"), "{before:?}, {after:?}: {frame}");
    }
}
