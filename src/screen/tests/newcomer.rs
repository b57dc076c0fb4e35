//! What somebody who sees the screen for the first time has to find on it: the gravest first and whole, everything
//! once, and nothing cut that matters.

use crossterm::event::KeyCode;
use ratatui::style::Modifier;

use super::story::{Story, connected, downloading, ended, generating, in_use, plan, prepared};
use crate::{
    run::{
        ActionKind, ActionState, At, ByteCount, Certainty, Code, Event, Finding, FindingSeverity,
        ObjectCount, Reading, RunSettings, ServiceState, Span, Statement, ThreadCount,
    },
    screen::{Charset, Palette, Theme, Tidings},
};

/// Opens a finding of a text that ends with `last`.
fn open(story: &mut Story, severity: FindingSeverity, text: &str) {
    let opened_at = story.now;
    story.run.findings.push(Finding {
        code: Code::Alarm,
        severity,
        text: text.to_owned(),
        role: None,
        opened_at,
        closed_at: None,
        record: story.run.last,
        acknowledged: None,
        acknowledged_by: None,
        acknowledged_at: None,
    });
}

const GRAVE: &str = "ava-dr raises an alarm: cloud bucket inconsistent, at 16:42. What was read there may be missing in the \
                     cloud; do not read on before it is known which file it was. LASTWORD";
const LIGHT: &str = "First Stage 1 is taken to have begun: the service runs and the counter rose 3 times in a row. No line \
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
            open(&mut story, FindingSeverity::Info, "4 of 2927 entries belong to no listed class.");
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
        assert!(frame.contains(&format!("{} not shown: z", all - shown)), "{width}x{height}\n{frame}");
    }
}

/// The row of the frame that holds `words`.
fn row_of(story: &Story, width: u16, height: u16, words: &str) -> Option<u16> {
    let frame = story.frame(width, height);
    frame.lines().position(|line| line.contains(words)).and_then(|row| u16::try_from(row).ok())
}

#[test]
fn what_is_in_the_way_of_the_start_is_whole_on_the_list() {
    for (width, height) in [(120, 40), (110, 26), (80, 24)] {
        let frame = connected(RunSettings::default()).frame(width, height);
        let words: String = frame.replace(['│', '\n'], " ");
        assert!(
            words.contains("must stay static.") || frame.contains("must stay") && frame.contains("static."),
            "{width}x{height}\n{frame}"
        );
    }
}

#[test]
fn the_freeze_banner_is_never_dim_whatever_is_below_it() {
    for zooms in 0..6 {
        for (width, height) in [(120, 40), (110, 26), (80, 24), (60, 15), (40, 10), (40, 6), (40, 4)] {
            let mut story = prepared();
            (0..zooms).for_each(|_| drop(story.key(KeyCode::Char('z'))));
            story.key(KeyCode::Char(' '));
            story.at(90);
            let row = row_of(&story, width, height, "DISPLAY FROZEN");
            let row = row.unwrap_or_else(|| panic!("{width}x{height}\n{}", story.frame(width, height)));
            let buffer = story.buffer(width, height);
            let cells = (0..width).map(|column| &buffer[(column, row)]);
            let mut cells = cells.filter(|cell| cell.modifier.contains(Modifier::DIM));
            assert_eq!(cells.next(), None, "{width}x{height}");
            assert!(story.frame(width, height).contains("Space"), "{width}x{height}");
        }
    }
}

#[test]
fn a_frozen_display_says_so_even_where_nearly_nothing_has_room() {
    for (width, height) in [(30, 3), (24, 2), (18, 5)] {
        let mut story = downloading(68);
        story.key(KeyCode::Char(' '));
        story.at(600);
        let frame = story.frame(width, height);
        assert!(frame.contains("FROZEN"), "{width}x{height}\n{frame}");
    }
}

#[test]
fn the_freeze_banner_hides_no_verdict_and_no_title() {
    for (width, height) in [(120, 40), (110, 26), (100, 30), (80, 24)] {
        let mut story = connected(RunSettings::default());
        let titles = |frame: &str| {
            ["NO-GO", "findings", "rfsd log", "metadata objects", "replication ava-prod"]
                .map(|title| frame.matches(title).count())
        };
        let before = titles(&story.frame(width, height));
        story.key(KeyCode::Char(' '));
        let frame = story.frame(width, height);
        assert_eq!(titles(&frame), before, "{width}x{height}\n{frame}");
        assert_eq!(frame.matches("NO-GO").count(), 1, "{width}x{height}\n{frame}");
    }
}

#[test]
fn what_changed_while_the_display_was_frozen_outlives_the_rest_of_the_banner() {
    let mut story = downloading(68);
    story.key(KeyCode::Char(' '));
    story.at(600).replication(crate::run::ReplicationState::Running);
    let frame = story.frame(80, 24);
    assert!(frame.contains("REPLICATION CHANGED") && frame.contains("Space releases it"), "{frame}");
}

#[test]
fn the_dr_appliance_has_its_panel_and_the_preflight_is_shown_once() {
    for width in [70, 80, 99, 100, 104, 120, 140] {
        for height in 20..46 {
            for story in [prepared(), connected(RunSettings::default())] {
                let frame = story.frame(width, height);
                let count = frame.matches("pre-flight").count();
                assert_eq!(count, 1, "{width}x{height}\n{frame}");
                let has_panel = frame.contains("DR appliance ava-dr");
                assert_eq!(has_panel, width >= 100 && height >= 24, "{width}x{height}\n{frame}");
            }
        }
    }
}

#[test]
fn an_underlined_edge_makes_no_ladder_of_a_frame() {
    let mut story = downloading(68);
    story.theme = Theme::new(Palette::Monochrome, Charset::Unicode);
    // A dialog of danger, over a panel of danger.
    story.at(600).replication(crate::run::ReplicationState::Running);
    for key in [None, Some('r'), Some('q')] {
        if let Some(key) = key {
            story.key(KeyCode::Char(key));
        }
        let buffer = story.buffer(120, 40);
        let edges = buffer.content.iter().filter(|cell| "│─╭╮╰╯".contains(cell.symbol()));
        let underlined = edges.filter(|cell| cell.modifier.contains(Modifier::UNDERLINED)).count();
        assert_eq!(underlined, 0, "{key:?}\n{}", story.frame(120, 40));
        story.key(KeyCode::Esc);
    }
}

#[test]
fn the_words_of_the_service_are_never_cut_for_their_age() {
    for (width, height) in [(120, 40), (100, 30), (100, 24)] {
        for seconds in [4, 50, 110, 400] {
            let mut story = generating();
            story.service(ServiceState::Running("running / restoring namespace".to_owned()));
            let later = story.now + Span::from_secs(seconds);
            story.now = later;
            story.run.dr.service.as_mut().unwrap().reading =
                Reading::Known(ServiceState::Busy("running / restoring namespace".to_owned()));
            let frame = story.frame(width, height);
            let is_whole = frame.contains("running / restoring namespace")
                || (frame.contains("running / restoring  ") && frame.contains("│           namespace  "));
            assert!(is_whole, "{width}x{height}\n{frame}");
        }
    }
}

#[test]
fn the_mean_does_not_decay_while_only_the_marker_is_awaited() {
    let mut story = downloading(100);
    let mean = |story: &Story| {
        let frame = story.frame(120, 40);
        frame.split_once("mean ").map(|(_, rest)| rest.split_whitespace().next().unwrap().to_owned()).unwrap()
    };
    let before = mean(&story);
    for minute in 1..30 {
        story.at(545 + minute * 60).counter(13_074);
        assert_eq!(mean(&story), before, "after {minute} min");
    }
    story.at(2400).counter(13_075);
    assert_eq!(mean(&story), before, "a stray GET is no download");
}

#[test]
fn the_counter_shown_agrees_with_the_download_whatever_came_later() {
    let mut story = in_use();
    for value in [13_200, 14_000] {
        story.at(3200 + value).counter(value);
        for (width, height) in [(120, 40), (80, 24)] {
            let frame = story.frame(width, height);
            let downloaded = story.run.download.downloaded().unwrap().0;
            let counted = crate::screen::format::grouped(10_412 + downloaded);
            assert!(frame.contains(&format!("10,412 → {counted}")), "{width}x{height}\n{frame}");
        }
        let frame = story.frame(120, 40);
        assert!(frame.contains(&format!(", now {}", crate::screen::format::grouped(value))), "{frame}");
    }
}

#[test]
fn lengths_of_time_are_written_with_hours_minutes_and_seconds() {
    let mut story = ended();
    let saved = crate::run::exposure(&story.run, story.now).saved_by_resuming_after_stage_1.unwrap();
    for zoom in [false, true] {
        if zoom {
            (0..3).for_each(|_| drop(story.key(KeyCode::Char('z'))));
        }
        let frame = story.frame(120, 40);
        assert!(frame.contains(&format!("would have saved {saved}")), "{frame}");
    }
    assert_eq!(saved.to_string().matches(':').count(), 2);
    let narrow = ended().frame(80, 24);
    assert!(narrow.contains(&format!("{saved} less pause")), "{narrow}");
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
    for (width, height) in [(120, 40), (80, 24)] {
        let frame = story.frame(width, height);
        assert!(frame.lines().next().unwrap().contains("✗ 1 acknowledged"), "{width}x{height}\n{frame}");
        let words = frame.replace("│", " ");
        assert!(
            words.contains("acknowledged by kim") && words.contains("Tuesday)"),
            "{width}x{height}\n{frame}"
        );
    }
    (0..5).for_each(|_| drop(story.key(KeyCode::Char('z'))));
    let frame = story.frame(80, 24);
    assert!(frame.contains("(acknowledged by kim") && frame.contains("│ ✗ "), "{frame}");
}

#[test]
fn the_threads_of_before_are_what_is_offered_and_asked_for_once_the_test_is_over() {
    let mut story = connected(RunSettings::default());
    story.at(20).names_confirmed();
    story.at(30).requested(ActionKind::SetThreads(ThreadCount(128)), None).sent();
    story.settled(ActionState::Confirmed).threads(128);
    assert_eq!(story.run.threads_wanted(), ThreadCount(128));
    story.attested(Statement::TestOver);
    assert_eq!(story.run.threads_wanted(), ThreadCount(16), "as before");
    story.offers.threads = Some(plan(ActionKind::SetThreads(ThreadCount(16)), &["16"], Certainty::Procedure));
    let frame = story.frame(120, 40);
    assert!(frame.contains("128 threads, 16 before: t sets back"), "{frame}");
    story.key(KeyCode::Char('t'));
    let frame = story.frame(120, 40);
    assert!(frame.contains("Set 16 replication threads"), "{frame}");
    story.key(KeyCode::Esc);
    story.threads(16);
    assert!(story.frame(120, 40).contains("16 threads "), "{}", story.frame(120, 40));
}

#[test]
fn a_dialog_never_sends_another_number_of_threads_than_it_shows() {
    let mut story = connected(RunSettings::default());
    story.at(20).names_confirmed();
    story.key(KeyCode::Char('t'));
    assert!(story.frame(80, 24).contains("num-threads 128"), "{}", story.frame(80, 24));
    story.offers.threads = Some(plan(ActionKind::SetThreads(ThreadCount(16)), &["16"], Certainty::Procedure));
    story.type_text("ava-dr");
    assert_eq!(story.enter(), None, "what is offered meanwhile is not what was read");
}

#[test]
fn nothing_is_said_to_be_all_done_above_open_items() {
    let mut story = ended();
    let signed = Event::SignedOff { text: "done".to_owned(), user: "kim".to_owned() };
    story.tell(signed);
    let frame = story.frame(120, 40);
    assert!(!frame.contains("all done") && frame.contains("signed off, 1 left as is"), "{frame}");
    story.tell(Event::Noted { text: "all well".to_owned(), user: "kim".to_owned() });
    assert!(story.frame(120, 40).contains("all done"), "{}", story.frame(120, 40));
}

#[test]
fn an_empty_sign_off_and_an_empty_note_say_what_is_needed() {
    for (key, words) in [('c', "Not signed off"), ('n', "Nothing was recorded")] {
        let mut story = ended();
        story.key(KeyCode::Char(key));
        assert_eq!(story.enter(), None);
        for (width, height) in [(120, 40), (80, 24), (60, 15)] {
            let frame = story.frame(width, height);
            assert!(frame.contains(words), "{width}x{height}\n{frame}");
        }
        story.type_text("well");
        assert!(!story.frame(80, 24).contains(words));
        assert!(story.enter().is_some(), "{key}");
    }
}

#[test]
fn no_figure_of_a_large_bucket_is_cut() {
    for story in [downloading(68), generating()] {
        for width in [70, 80, 90, 100, 104, 120] {
            let mut story = story_of_a_large_bucket(&story);
            story.at(3000);
            let frame = story.frame(width, 40);
            for figure in ["40,251,660", "1064.3 GiB", "251,656", "20,000,000", "77,004"] {
                let start: String = figure.chars().take(2).collect();
                let is_cut =
                    (2..figure.len()).any(|length| frame.contains(&format!("{}…", &figure[..length])));
                assert!(!is_cut && !frame.contains(&format!(" {start}…")), "{figure} at {width}\n{frame}");
            }
        }
    }
    let frame = story_of_a_large_bucket(&downloading(68)).frame(120, 40);
    assert!(frame.contains("77,004 unclassified"), "{frame}");
}

fn story_of_a_large_bucket(story: &Story) -> Story {
    let mut large = downloading(10);
    large.run = story.run.clone();
    large.now = story.now;
    let listing = &mut large.run.listing.as_mut().unwrap().listing;
    listing.entries = ObjectCount(40_328_660);
    listing.bytes = Some(ByteCount(1_142_768_000_000));
    listing.slabs = Some(ObjectCount(251_656));
    listing.maps = Some(ObjectCount(20_000_000));
    listing.rbtmds = Some(ObjectCount(20_000_000));
    large
}

#[test]
fn a_long_message_is_whole() {
    let path = "/var/lib/operators/kim/.local/state/drwatch/runs/20260913T152926Z-4f0c1a/summary.md";
    for (width, height) in [(120, 40), (80, 24)] {
        let mut story = in_use();
        let now: At = story.now;
        story.view.notify(format!("written: {path} and summary.json beside it ENDOFIT"), Tidings::Good, now);
        let frame = story.frame(width, height);
        assert!(frame.contains("ENDOFIT"), "{width}x{height}\n{frame}");
        let glued: String = frame.chars().filter(|character| !" \n─╰╯│".contains(*character)).collect();
        assert!(glued.contains("4f0c1a/summary.md"), "{width}x{height}\n{frame}");
    }
}
