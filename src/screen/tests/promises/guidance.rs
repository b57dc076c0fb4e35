//! What is to be done now is in sight and whole, its key is named first, and messages neither mix with what they cover
//! nor outlive what they are about.

use crossterm::event::KeyCode;

use crate::screen::tests::story::{
    Story, connected, downloading, dr_away, ended, generating, in_use, prepared, troubled,
};
use crate::{
    run::{
        ActionKind, ActionState, EventKind, Remedy, ReplicationState, RunSettings, ServiceState, Severity,
        Statement, ThreadCount,
    },
    screen::{DEMO_OPERATOR, DemoDeed, DemoStep, Intent, MessageKind, Mode, Play, keys::Landmark},
};

/// A row of the frame, from above or, where negative, from below.
fn row(story: &Story, (width, height): (u16, u16), number: isize) -> String {
    let frame = story.frame(width, height);
    let rows: Vec<_> = frame.lines().collect();
    let index = if number < 0 { rows.len().saturating_add_signed(number) } else { number.unsigned_abs() };
    rows[index].to_owned()
}

/// The rows of the step, as one sentence.
fn step(frame: &str) -> String {
    let is_step = |row: &&str| row.starts_with(" NEXT  ") || row.starts_with(" NOW   ");
    let begins = frame.lines().position(|row| is_step(&row)).unwrap();
    let rows = frame.lines().skip(begins);
    let rows = rows.enumerate().take_while(|(index, row)| *index == 0 || row.starts_with("       "));
    rows.map(|(_, row)| row.chars().skip(7).collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_message_has_its_row_to_itself() {
    for size in [(80, 24), (40, 10), (120, 40)] {
        let mut story = downloading(68);
        let long = "statistics sample ".repeat(12);
        (0..40).for_each(|_| drop(story.line(Severity::Warning, &long, None)));
        story.view.notify("done", MessageKind::Plain, story.now);
        let covered = row(&story, size, -2);
        let words = covered.trim_matches(|c| " │╭╮╰╯─".contains(c));
        assert_eq!(words, "done", "{size:?}: {covered}");
    }
}

#[test]
fn what_an_action_has_come_to_takes_the_place_of_the_request_for_good() {
    let mut story = connected(RunSettings::default());
    story.at(20).names_confirmed();
    story.at(30);
    story.view.notify("asked to pause replication", MessageKind::Plain, story.now);
    story.requested(ActionKind::Pause, None);
    story.at(31).sent();
    story.at(33).settled(ActionState::Confirmed);
    // The time of a demo runs fast, and its messages are dated anew to be shown long enough.
    story.at(34);
    let now = story.now;
    story.view.keep_message(now);
    assert!(story.frame(80, 24).contains("pause replication: confirmed"), "{}", story.frame(80, 24));
    story.at(70);
    let now = story.now;
    story.view.keep_message(now);
    assert!(!story.frame(80, 24).contains("asked to pause"), "{}", story.frame(80, 24));
}

#[test]
fn a_moment_of_the_past_shows_no_outcome_as_news() {
    let mut story = prepared();
    story.at(63).requested(ActionKind::Resume, Some("told to"));
    story.at(64).settled(ActionState::Confirmed);
    assert!(story.frame(80, 24).contains("resume replication: confirmed"));
    story.mode = Mode::Past;
    assert!(!story.frame(80, 24).contains("resume replication: confirmed"), "{}", story.frame(80, 24));
}

#[test]
fn a_step_to_be_taken_is_never_cut() {
    let stories = vec![
        connected(RunSettings::default()),
        prepared(),
        dr_away(),
        in_use(),
        ended(),
        troubled(),
        downloading(68),
    ];
    for story in stories {
        let whole = step(&story.frame(200, 50));
        // What is waited for may be cut.
        let waits = ["Nothing to do", "Read the findings", "The connection"];
        if waits.iter().any(|begin| whole.starts_with(begin)) {
            continue;
        }
        // What may be done instead is said where there is room.
        let alone = whole.split("; if they do not open").next().unwrap();
        for (width, height) in [(120, 40), (80, 24), (60, 15), (40, 10)] {
            let frame = story.frame(width, height);
            let said = step(&frame);
            let is_whole = if width < 50 { said.contains(alone) } else { said.ends_with(&whole) };
            assert!(is_whole, "{width}x{height}\n{frame}");
            assert!(frame.contains("RUN") || frame.contains("PAUSED"), "{width}x{height}\n{frame}");
        }
    }
    let go = step(&prepared().frame(40, 10));
    assert!(go.contains("\"enable\", \"configure terminal\", \"service enable\""), "{go}");
}

#[test]
fn the_key_of_the_step_leads_the_key_line_and_locked_keys_are_not_named() {
    for size in [(120, 40), (80, 24), (40, 10)] {
        assert!(row(&connected(RunSettings::default()), size, -1).starts_with(" i confirm"), "{size:?}");
        assert!(row(&in_use(), size, -1).starts_with(" s state"), "{size:?}");
        assert!(!row(&in_use(), size, -1).contains("resume"), "{size:?}");
        assert!(!row(&ended(), size, -1).contains("pause"), "{size:?}");
        assert!(row(&ended(), size, -1).starts_with(" c sign off"), "{size:?}: {}", row(&ended(), size, -1));
    }
    let mut threads = prepared();
    threads.threads(16);
    assert!(row(&threads, (80, 24), -1).starts_with(" t threads"), "{}", row(&threads, (80, 24), -1));
    let mut away = dr_away();
    away.at(700);
    assert!(row(&away, (40, 10), -1).starts_with(" R reconnect"), "{}", row(&away, (40, 10), -1));
}

#[test]
fn a_dialog_leaves_the_step_in_sight_where_the_rest_has_room_for_it() {
    for key in ['p', 'r', 't', 's', 'b', 'n', 'a', 'q', 'c', 'i', '?', ':', 'B'] {
        let mut story = downloading(68);
        let whole = step(&story.frame(80, 24));
        story.key(KeyCode::Char(key));
        assert!(story.view.has_dialog(), "{key}");
        let frame = story.frame(80, 24);
        assert_eq!(step(&frame), whole, "{key}\n{frame}");
    }
    let mut unconfirmed = connected(RunSettings::default());
    unconfirmed.key(KeyCode::Char('p'));
    let frame = unconfirmed.frame(80, 24);
    assert!(step(&frame).contains("confirm both (i)"), "{frame}");
    assert!(frame.contains("B2F9k3Yb") && !frame.contains("more: PgDn"), "both are whole\n{frame}");
}

#[test]
fn the_overview_names_the_number_keys_and_a_narrow_view_names_every_view() {
    assert!(row(&downloading(68), (80, 24), -1).contains("1-9 views"));
    let mut story = downloading(68);
    story.key(KeyCode::Char('4'));
    let frame = story.frame(80, 24);
    for name in ["1 main", "2 log", "3 events", "[4 times]", "6 checks", "8 objects", "9 pause"] {
        assert!(frame.contains(name), "{name}\n{frame}");
    }
    story.key(KeyCode::Char('1'));
    assert!(!row(&story, (80, 24), -1).contains("zoom"));
}

#[test]
fn the_title_of_a_filtered_log_says_how_it_is_followed_again() {
    let mut story = downloading(68);
    story.frame(80, 24);
    story.key(KeyCode::Char('f'));
    story.type_text("-module:replicator -module:gc");
    story.enter();
    story.key(KeyCode::Char('K'));
    (0..3).for_each(|_| drop(story.line(Severity::Warning, "[x.WARN] later", None)));
    let frame = story.frame(80, 24);
    let title = frame.lines().find(|row| row.contains("log of ava-dr")).unwrap();
    assert!(title.contains("press End for the newest") && title.contains("hidden"), "{title}");
}

#[test]
fn a_search_shows_the_message_and_the_stamp_only_where_that_was_looked_for() {
    let mut story = downloading(68);
    story.frame(80, 24);
    story.key(KeyCode::Char('/'));
    story.type_text("GET took");
    story.enter();
    let frame = story.frame(80, 24);
    assert!(frame.contains("(14302) GET took 9120 ms"), "{frame}");
    story.key(KeyCode::Char('n'));
    assert!(story.frame(80, 24).contains("this is the only hit"), "{}", story.frame(80, 24));
    story.line(Severity::Info, "the newest line of all", None);
    story.key(KeyCode::Esc);
    assert!(story.frame(80, 24).contains("the newest line of all"), "the log is followed again");
    story.key(KeyCode::Char('/'));
    story.type_text("localhost");
    story.enter();
    assert!(story.frame(80, 24).contains("localhost rfsd"), "{}", story.frame(80, 24));
}

#[test]
fn in_the_past_the_arrows_go_from_event_to_event_and_the_key_line_says_so() {
    let mut story = downloading(68);
    story.mode = Mode::Past;
    assert_eq!(story.key(KeyCode::Left), Some(Intent::Play(Play::Previous(Landmark::Any))));
    assert_eq!(story.key(KeyCode::Right), Some(Intent::Play(Play::Next(Landmark::Any))));
    assert!(row(&story, (80, 24), -1).contains(", . event  [ ] phase"), "{}", row(&story, (80, 24), -1));
    story.key(KeyCode::Char('3'));
    let past = std::mem::take(&mut story.view);
    let mut live = downloading(68).view;
    live.resume_from(&past);
    assert_eq!(live.zoom, past.zoom, "the way back leads to the same view");
}

#[test]
fn a_key_that_cannot_move_the_lines_says_so() {
    let mut story = prepared();
    story.frame(200, 50);
    story.key(KeyCode::Left);
    assert!(story.frame(200, 50).contains("the lines begin here"));
}

#[test]
fn the_help_explains_the_signs() {
    let mut story = prepared();
    story.key(KeyCode::Char('?'));
    let frame = story.frame(120, 140);
    assert!(frame.contains("The signs") && frame.contains("▲  asks for attention"), "{frame}");
}

#[test]
fn the_timeline_names_short_phases_and_cuts_no_time() {
    for width in [80, 40, 61] {
        let mut story = generating();
        story.key(KeyCode::Char('4'));
        let frame = story.frame(width, 24);
        let lane = frame.lines().find(|row| row.starts_with(" phase")).unwrap();
        let lane = lane.trim_start_matches(" phase");
        assert!(lane.contains('p') && lane.contains('1'), "{lane}");
        let times = frame.lines().skip_while(|row| !row.contains('┴')).nth(1).unwrap();
        let is_whole = |time: &str| time.trim_matches('│').len() == 5 || time.trim_matches('│').is_empty();
        assert!(times.split_whitespace().all(is_whole), "{width}: {times}");
    }
}

#[test]
fn the_events_of_a_recording_say_how_many_lie_ahead() {
    let mut story = downloading(68);
    story.mode = Mode::Replay;
    story.view.list_events_of(&in_use().run);
    story.key(KeyCode::Char('3'));
    assert!(story.frame(120, 40).contains("later than this moment"), "{}", story.frame(120, 40));
    assert!(story.view.events(&story.run).iter().any(|event| event.kind == EventKind::Action));
}

fn demo(deed: DemoDeed, seconds: u64) -> DemoStep {
    DemoStep { deed, seconds, takes: &[Remedy::Resume], states: None }
}

#[test]
fn a_demo_announces_what_its_operator_does_and_is_on_record_for_it() {
    let mut story = prepared();
    story.mode = Mode::Demo;
    story.view.demo = Some(demo(DemoDeed::Acts, 12));
    assert!(row(&story, (80, 24), -1).contains("demo acts in 12 s"), "{}", row(&story, (80, 24), -1));
    assert!(row(&story, (40, 10), -1).contains("demo acts in 12 s"), "{}", row(&story, (40, 10), -1));
    story.view.demo = Some(demo(DemoDeed::Acts, 40));
    assert!(!row(&story, (80, 24), -1).contains("demo acts"));
    story.view.demo = Some(demo(DemoDeed::Types, 40));
    story.run.started.demo = true;
    assert!(
        step(&story.frame(80, 24)).contains("\"service enable\" (the demo does it for you)."),
        "{}",
        story.frame(80, 24)
    );
    story.at(63).requested(ActionKind::Resume, Some("told to"));
    story.run.actions.last_mut().unwrap().user = DEMO_OPERATOR.to_owned();
    assert!(story.frame(80, 24).contains("demo operator: resume replication: requested"));
    story.replication(ReplicationState::Running);
}

#[test]
fn an_open_dialog_leaves_the_next_step_in_sight_at_every_size() {
    for key in ['p', 'i', 't', 's', 'n', 'b', 'a', 'm', 'c', '?', 'S', 'q'] {
        let mut story = connected(RunSettings::default());
        story.key(KeyCode::Char(key));
        assert!(story.view.has_dialog(), "{key}");
        for size in [(120, 40), (80, 24), (60, 15), (40, 10), (40, 8)] {
            let frame = story.frame(size.0, size.1);
            assert!(step(&frame).starts_with("Compare the serial numbers"), "{key} {size:?}\n{frame}");
        }
    }
}

#[test]
fn what_goes_wrong_while_a_dialog_is_open_is_seen_in_a_small_terminal() {
    let mut story = downloading(50);
    story.key(KeyCode::Char('?'));
    let before = story.frame(40, 10);
    story.at(600).replication(ReplicationState::Running);
    let frame = story.frame(40, 10);
    assert!(!before.contains(" NOW ") && frame.contains("\n NOW   Pause replication on"), "{frame}");
}

#[test]
fn the_step_of_an_alarm_names_its_line_in_the_log_and_a_key_goes_there() {
    let mut story = in_use();
    let words = "[cloud.ERR] the cloud bucket inconsistent alarm is raised";
    story.alarm("cloud bucket inconsistent", words);
    (0..30).for_each(|_| drop(story.line(Severity::Info, "[gc.INFO] later", None)));
    let at = crate::text::minute(story.now, story.now);
    for size in [(120, 40), (80, 24)] {
        let frame = story.frame(size.0, size.1);
        assert!(
            step(&frame).contains(&format!("Read the alarm line of {at} (l). Then acknowledge the alarm")),
            "{frame}"
        );
        assert!(row(&story, size, -1).starts_with(" l log line  a acknowledge"), "{frame}");
    }
    let narrow = step(&story.frame(40, 10));
    assert!(narrow.starts_with("ALARM: data is missing") && narrow.contains("(a)."), "{narrow}");
    story.key(KeyCode::Char('l'));
    let shown = story.view.log.cursor.and_then(|number| story.log.row(number)).unwrap();
    assert!(shown.text.contains("inconsistent alarm"), "{}", shown.text);
    let frame = story.frame(80, 24);
    let behind = frame.lines().skip_while(|row| !row.contains("inconsistent alarm")).skip(2);
    assert!(behind.filter(|row| row.contains("later")).count() > 3, "what followed it is shown too\n{frame}");
    // The whole finding leads there as well.
    story.key(KeyCode::Char('7'));
    story.key(KeyCode::Enter);
    assert!(story.frame(80, 24).contains("l log line"), "{}", story.frame(80, 24));
    story.view.log.follow();
    story.key(KeyCode::Char('l'));
    assert!(!story.view.has_dialog());
    assert!(story.frame(80, 24).contains("inconsistent alarm is raised"), "{}", story.frame(80, 24));
}

#[test]
fn without_a_line_of_the_log_the_key_says_so() {
    let mut story = downloading(50);
    story.key(KeyCode::Char('l'));
    assert!(story.frame(80, 24).contains("no line of the log is cited"), "{}", story.frame(80, 24));
}

#[test]
fn both_ways_on_are_named_with_their_keys() {
    let mut story = in_use();
    story.at(3125).threads(16).requested(ActionKind::SetThreads(ThreadCount(128)), None);
    story.at(3126).sent().settled(ActionState::Confirmed).threads(128);
    story.at(5400).attested(Statement::TestOver).requested(ActionKind::Resume, None);
    story.at(5401).sent().settled(ActionState::Confirmed).replication(ReplicationState::Running);
    story.at(5440).replication(ReplicationState::Running).threads(128);
    for size in [(120, 40), (80, 24), (40, 10)] {
        let frame = story.frame(size.0, size.1);
        let whole = step(&frame).contains("before the test (t); else sign the run off now (c).");
        assert!(whole && row(&story, size, -1).starts_with(" t threads  c sign off"), "{frame}");
    }
    story.record(crate::run::Event::SignedOff {
        text: "done".to_owned(),
        user: "kim".to_owned(),
        consent: None,
    });
    assert!(!story.frame(80, 24).contains("c sign off"));
}

#[test]
fn a_finding_for_information_asks_for_no_key() {
    let story = downloading(68);
    assert!(story.run.open_findings().next().is_some());
    assert!(!row(&story, (80, 24), -1).contains("acknowledge"), "{}", row(&story, (80, 24), -1));
    assert!(row(&troubled(), (120, 40), -1).contains("acknowledge"));
}

#[test]
fn what_a_resume_ends_is_not_to_be_acknowledged_instead() {
    let mut story = in_use();
    story.at(3130).attested(Statement::TestOver);
    for size in [(120, 40), (80, 24), (40, 10)] {
        let keys = row(&story, size, -1);
        assert!(!keys.contains("r resume"), "the service is to be stopped first: {keys}");
        assert!(!keys.contains("acknowledge"), "{keys}");
    }
    story.service(ServiceState::Stopped);
    for size in [(120, 40), (80, 24), (40, 10)] {
        let keys = row(&story, size, -1);
        assert!(keys.starts_with(" r resume") && !keys.contains("acknowledge"), "{keys}");
    }
}

#[test]
fn the_expected_error_about_threads_is_reported_as_expected() {
    let mut story = prepared();
    story.at(70).requested(ActionKind::SetThreads(ThreadCount(128)), None);
    let id = story.run.actions.last().unwrap().id;
    let answer = "failed to connect, no process available".to_owned();
    story.record(crate::run::Event::ActionSent { id, sent: Vec::new(), answer, remark: None });
    story.at(71).settled(ActionState::Confirmed);
    let said = "stored; \"failed to connect\" was expected";
    assert!(story.frame(80, 24).contains(said), "{}", story.frame(80, 24));
}

#[test]
fn the_key_of_a_step_that_is_cut_never_stands_alone_in_its_row() {
    for key in ['n', 'p', '?', 's', 'c', 'b', ':'] {
        let mut story = connected(RunSettings::default());
        story.at(20).names_confirmed();
        story.key(KeyCode::Char(key));
        for height in 9..14 {
            let frame = story.frame(40, height);
            assert!(frame.lines().all(|row| !row.trim().starts_with("(p)")), "{key}\n{frame}");
        }
    }
}
