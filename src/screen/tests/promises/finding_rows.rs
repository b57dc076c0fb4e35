//! Rows go to findings by severity: the gravest comes first and is shown whole.

use crossterm::event::KeyCode;
use proptest::prelude::*;

use crate::run::{
    ActionKind, ActionState, Code, Elapsed, Event, Finding, FindingSeverity, ReplicationState, Role,
    RunSettings, TimerEvent,
};
use crate::screen::tests::story::{
    Story, connected, downloading, dr_away, ended, generating, in_use, prepared, troubled,
};

/// Opens a finding of a text that ends with `last`.
fn open(story: &mut Story, severity: FindingSeverity, text: &str) {
    let opened_at = story.now;
    story.run.findings.push(Finding {
        code: Code::Alarm,
        severity,
        text: text.to_owned(),
        remedy: None,
        role: None,
        opened_at,
        closed_at: None,
        closed_record: None,
        record: story.run.last,
        acknowledged: None,
        acknowledged_by: None,
        acknowledged_engineer: None,
        acknowledged_at: None,
        acknowledged_record: None,
        to_do: None,
        until_settled: None,
        cited: None,
    });
}

const GRAVE: &str = "ava-dr raises an alarm: cloud bucket inconsistent, at 16:42. What was read there may be missing in the \
                     cloud; do not read on before it is known which file it was. LASTWORD";
const LIGHT: &str = "First Stage 1 has begun (estimated): the service runs and the counter rose 3 times in a row. No line \
                     of the log says so, which is why it is named here. INFOEND";

fn sizes() -> impl Iterator<Item = (u16, u16)> {
    [(120, 40), (120, 30), (110, 26), (100, 24), (80, 24), (80, 30), (99, 28)].into_iter()
}

#[test]
fn a_grave_finding_is_whole_before_one_for_information_wraps() {
    for severity in [FindingSeverity::Blocking, FindingSeverity::Attention] {
        for (width, height) in sizes() {
            let mut story = downloading(68);
            open(&mut story, FindingSeverity::Info, LIGHT);
            open(&mut story, FindingSeverity::Info, "4 of 2927 objects are neither data nor metadata.");
            open(&mut story, severity, GRAVE);
            let frame = story.frame(width, height);
            assert!(frame.contains("LASTWORD"), "{width}x{height}\n{frame}");
        }
    }
}

#[test]
fn of_two_grave_findings_the_graver_is_whole_and_none_is_hidden_by_a_lighter_one() {
    for (width, height) in sizes() {
        let mut story = downloading(68);
        open(&mut story, FindingSeverity::Info, LIGHT);
        open(&mut story, FindingSeverity::Attention, "Stage 1 has stalled: look at the log.");
        open(&mut story, FindingSeverity::Blocking, GRAVE);
        let frame = story.frame(width, height);
        assert!(frame.contains("LASTWORD") && frame.contains("has stalled"), "{width}x{height}\n{frame}");
    }
}

#[test]
fn where_no_frame_has_room_a_grave_finding_still_gets_rows_of_the_log() {
    for (width, height) in [(80, 23), (70, 20), (60, 17)] {
        let mut story = downloading(68);
        open(&mut story, FindingSeverity::Info, LIGHT);
        let text = "ava-dr raises an alarm: cloud bucket inconsistent. Do not read files there before it is known which \
                    LASTWORD";
        open(&mut story, FindingSeverity::Blocking, text);
        let frame = story.frame(width, height);
        assert!(frame.contains("LASTWORD"), "{width}x{height}\n{frame}");
    }
}

#[test]
fn findings_without_room_are_counted_in_the_title() {
    let mut story = downloading(68);
    for number in 0..20 {
        open(
            &mut story,
            FindingSeverity::Attention,
            &format!("Something is to be settled, number {number}."),
        );
    }
    for (width, height) in sizes() {
        let frame = story.frame(width, height);
        let shown = frame.matches("to be settled").count();
        let all = story.run.open_findings().count();
        let words = |rest| frame.contains(&format!("; {} hidden{rest}key 7", all - shown));
        assert!(words(" (") || words("; whole text: "), "{width}x{height}\n{frame}");
    }
}

#[test]
fn what_is_in_the_way_of_the_start_is_whole_on_the_list() {
    for (width, height) in [(120, 40), (110, 26), (80, 24)] {
        let frame = connected(RunSettings::default()).frame(width, height);
        assert!(frame.contains("bucket."), "{width}x{height}\n{frame}");
    }
}

#[test]
fn an_acknowledged_alarm_keeps_its_mark_and_is_named_in_the_top_line() {
    let mut story = in_use();
    open(&mut story, FindingSeverity::Blocking, GRAVE);
    let at = story.now;
    let alarm = story.run.findings.last_mut().unwrap();
    alarm.acknowledged = Some("known since Tuesday".to_owned());
    alarm.acknowledged_by = Some("kim".to_owned());
    alarm.acknowledged_at = Some(at);
    let narrow = story.frame(40, 10);
    let strip = narrow.lines().next().unwrap();
    assert!(strip.contains("✗1 ack.") && strip.contains("p● d● no resume"), "{narrow}");
    for (width, height) in [(120, 40), (80, 24)] {
        let frame = story.frame(width, height);
        assert!(frame.lines().next().unwrap().contains("✗1 ack"), "{width}x{height}\n{frame}");
        let words = frame.replace("│", " ");
        assert!(
            words.contains("acknowledged by kim") && words.contains("Tuesday\"):"),
            "{width}x{height}\n{frame}"
        );
    }
    story.key(KeyCode::Char('7'));
    let frame = story.frame(80, 24);
    let row = frame.lines().find(|row| row.contains("acknowledged by kim 16:21 (\"known")).unwrap();
    assert!(row.contains("✗ "), "{frame}");
}

/// The words of a sentence of about `length` letters; the last one is told from every other word of the frame.
fn sentence(length: usize, number: usize) -> String {
    let mut words = format!("Finding{number} ");
    while words.len() < length {
        words += if words.len() % 3 == 0 { "replication " } else { "of it " };
    }
    format!("{words}LAST{number}.")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_first_sentence_of_every_grave_finding_is_whole_at_80_by_24(
        lengths in prop_oneof![
            prop::collection::vec(10_usize..190, 1),
            prop::collection::vec(10_usize..80, 2),
            prop::collection::vec(10_usize..95, 4),
            prop::collection::vec(10_usize..38, 8),
        ],
        blocking in prop::collection::vec(any::<bool>(), 8),
        rest in 0_usize..400,
        infos in 0_usize..4,
        phase in 0_usize..5,
    ) {
        let stories = [prepared, || downloading(68), generating, in_use, ended];
        let mut story = stories[phase]();
        (0..infos).for_each(|_| open(&mut story, FindingSeverity::Info, LIGHT));
        for (number, length) in lengths.iter().enumerate() {
            let severity =
                if blocking[number] { FindingSeverity::Blocking } else { FindingSeverity::Attention };
            let text = format!("{} {}", sentence(*length, number), "and more of it ".repeat(rest / 15));
            open(&mut story, severity, &text);
            let to_do = format!("Acknowledge{number} it, and then {}", "look ".repeat(rest / 100));
            story.run.findings.last_mut().unwrap().to_do = Some(to_do);
        }
        let frame = story.frame(80, 24);
        for number in 0..lengths.len() {
            prop_assert!(frame.contains(&format!("LAST{number}.")), "{}", frame);
        }
        let verbs = (0..lengths.len()).filter(|number| frame.contains(&format!("To do: Acknowledge{number} ")));
        // Of two, that of the graver one has room in any case, where the next step is not long.
        prop_assert!(verbs.count() >= usize::from(lengths.len() <= 2 && (1..=2).contains(&phase)), "{}", frame);
        let log = frame.lines().skip_while(|row| !row.contains("log of ")).count();
        // The title, a line, and the keys.
        prop_assert!(log >= 3, "{}", frame);
    }
}

#[test]
fn the_main_panels_that_gave_rows_to_findings_keep_what_matters() {
    let frame = troubled().frame(80, 24);
    for words in ["1,968 / 2,662", "3.0/s", "ends 15:44", "PAUSED  00:02:25", "verified <20 s", "not safe"] {
        assert!(frame.contains(words), "{words}\n{frame}");
    }
    assert!(frame.contains("in a form that drwatch\n") && frame.contains("missing on ava-dr."), "{frame}");
}

#[test]
fn a_message_of_two_rows_leaves_the_log_a_line() {
    let mut story = downloading(68);
    open(&mut story, FindingSeverity::Attention, &format!("{GRAVE} {}", "More is known of it. ".repeat(9)));
    let said = "written: summary.json and three more files to a folder with a long name, of this run alone";
    story.view.notify(said, crate::screen::MessageKind::Plain, story.now);
    let frame = story.frame(80, 24);
    let log: Vec<&str> = frame.lines().skip_while(|row| !row.contains("log of ")).collect();
    assert!(frame.contains("of this run alone") && log[1].contains("INFO"), "{frame}");
}

#[test]
fn what_to_do_has_a_line_of_its_own() {
    let mut story = downloading(68);
    open(&mut story, FindingSeverity::Blocking, "Replication runs. Pause it now.");
    story.run.findings.last_mut().unwrap().to_do = Some("Pause it now.".to_owned());
    for (width, height) in [(120, 40), (80, 24)] {
        let frame = story.frame(width, height);
        let row = frame.lines().find(|row| row.contains("To do: Pause it now.")).unwrap();
        assert!(!row.contains("Replication runs."), "{frame}");
    }
}

#[test]
fn the_view_of_the_findings_says_how_many_lines_are_below() {
    let mut story = troubled();
    story.key(KeyCode::Char('7'));
    let frame = story.frame(80, 28);
    let last = frame.lines().rev().find(|line| line.contains("more: PgDn"));
    let below: usize = last.unwrap().split_whitespace().rev().nth(2).unwrap().parse().unwrap();
    let whole = story.frame(80, 28 + u16::try_from(below).unwrap());
    assert!(!whole.contains("more: PgDn"), "{below} rows more hold all of them\n{whole}");
    story.key(KeyCode::End);
    assert!(!story.frame(80, 28).contains("more: PgDn"), "{}", story.frame(80, 28));
}

#[test]
fn an_appliance_that_is_away_is_listed_and_counted_once() {
    let mut story = dr_away();
    let open = "No answer from ava-dr (DR appliance) since";
    story.now = story.now + Elapsed::from_secs(60);
    story.record(Event::Due(TimerEvent::Lost { role: Role::Dr }));
    assert_eq!(story.run.open_findings().filter(|finding| finding.code == Code::ApplianceLost).count(), 1);
    let frame = story.frame(120, 40);
    assert!(frame.contains("✗1 ▲0") && frame.contains("1 open"), "{frame}");
    let tries = "Not connected to ava-dr (DR appliance); drwatch";
    assert!(frame.contains(tries) && !frame.contains(open), "{frame}");
    story.key(KeyCode::Char('7'));
    let frame = story.frame(120, 40);
    assert!(frame.contains(open) && !frame.contains(tries), "{frame}");
}

#[test]
fn information_is_not_counted_among_what_is_open() {
    let story = downloading(68);
    let frame = story.frame(120, 40);
    assert!(frame.contains("none open, 2 info; 1 hidden (key 7) ╮"), "{frame}");
}

#[test]
fn information_of_a_phase_that_is_over_is_in_the_view_of_findings_alone() {
    const BEGUN: &str = "Stage 1 has begun (estimated)";
    assert!(downloading(68).frame(120, 40).contains(BEGUN));
    let mut later = generating();
    let frame = later.frame(120, 40);
    assert!(!frame.contains(BEGUN) && frame.contains("info; "), "{frame}");
    later.key(KeyCode::Char('7'));
    assert!(later.frame(120, 40).contains(BEGUN), "{}", later.frame(120, 40));
}

#[test]
fn a_resume_that_was_decided_asks_for_no_pause() {
    let mut story = in_use();
    story.now = story.now + Elapsed::from_secs(60);
    story.requested(ActionKind::Resume, Some("agreed with the owner")).sent();
    story.replication(ReplicationState::Running).settled(ActionState::Confirmed);
    for (width, height) in [(120, 40), (80, 24)] {
        let frame = story.frame(width, height);
        assert!(frame.contains("runs by your decision"), "{frame}");
        assert!(!frame.contains("must be paused now"), "{frame}");
    }
}

#[test]
fn the_wait_names_when_to_look_again_and_the_latest_end() {
    let frame = downloading(68).frame(120, 40);
    assert!(
        frame.contains("NEXT  Nothing to do but wait: stage 1 should end between 15:40 and 15:42. "),
        "{frame}"
    );
}

#[test]
fn the_signature_that_next_asks_for_is_not_called_optional() {
    let mut story = ended();
    story.key(KeyCode::Char('6'));
    let frame = story.frame(120, 40);
    let row = frame.lines().find(|row| row.contains("The run is not signed off (c).")).unwrap();
    assert!(row.contains("last"), "{row}");
}

#[test]
fn what_is_acknowledged_leaves_its_rows_to_what_is_still_to_be_done() {
    let mut story = in_use();
    story.alarm("cloud bucket inconsistent", "[cloud.ERR] the cloud bucket inconsistent alarm is raised");
    let at = story.now;
    let alarm = story.run.findings.last_mut().unwrap();
    alarm.acknowledged = Some("called the vendor".to_owned());
    alarm.acknowledged_by = Some("kim".to_owned());
    alarm.acknowledged_at = Some(at);
    story.attested(crate::run::Statement::TestOver);
    let frame = story.frame(80, 24);
    assert!(
        frame.contains("Stop the service of ava-dr first.") && frame.contains("acknowledged by"),
        "{frame}"
    );
    story.service(crate::run::ServiceState::Stopped);
    let frame = story.frame(80, 24);
    assert!(frame.contains("To do: Before a resume ask") && frame.contains("acknowledged by kim"), "{frame}");
}

#[test]
fn an_acknowledged_alarm_stays_in_sight_at_a_glance_in_strip_title_bar_and_beside_the_restore() {
    let mut story = in_use();
    story.run.started.demo = true;
    open(&mut story, FindingSeverity::Blocking, GRAVE);
    let at = story.now;
    let alarm = story.run.findings.last_mut().unwrap();
    (alarm.acknowledged, alarm.acknowledged_at) = (Some("known".to_owned()), Some(at));
    for (width, height) in [(200, 50), (120, 40), (100, 30), (80, 24), (60, 15), (40, 10)] {
        let frame = story.frame(width, height);
        let strip = frame.lines().next().unwrap();
        let words = "✗1 ack";
        assert!(strip.contains(words) && strip.contains("SIM"), "{width}x{height}\n{frame}");
        assert!(frame.contains("✗ ALARM 16:21"), "beside the restore, {width}x{height}\n{frame}");
        if width >= 80 {
            let is_named = strip.contains("no resume") || strip.contains("do not resume");
            assert!(is_named, "the policy gives way last, {width}x{height}\n{frame}");
            assert!(frame.contains("none open, 1 acknowledged"), "{width}x{height}\n{frame}");
            let bar = frame.lines().skip(2).take(if height < 28 { 1 } else { 2 });
            assert!(bar.last().unwrap().contains('✗'), "{width}x{height}\n{frame}");
        }
    }
    // One that has ended asks for nothing.
    story.run.findings.last_mut().unwrap().closed_at = Some(at);
    let frame = story.frame(80, 24);
    assert!(!frame.contains("ack") && !frame.contains("ALARM"), "{frame}");
}

#[test]
fn a_finding_that_is_cut_says_where_the_whole_of_it_is_where_there_is_room() {
    let frame = troubled().frame(200, 50);
    assert!(frame.contains("whole text: key 7 · its log line: l"), "{frame}");
    let mut story = downloading(68);
    open(&mut story, FindingSeverity::Blocking, &format!("{GRAVE} {}", "More is known of it. ".repeat(20)));
    let frame = story.frame(80, 24);
    assert!(frame.contains("1 open, 2 info; 2 hidden; whole text: key 7"), "{frame}");
    let whole = in_use().frame(200, 50);
    assert!(!whole.contains("whole text"), "nothing is cut there: {whole}");
}
