//! The place in the log: what is below it, the edge that shows all of the log, lines moved sideways, the way back.

use crossterm::event::KeyCode;

use super::press;
use crate::{
    run::{Arrival, Citation, Ending, Event, LogCitation, RunSettings, Severity},
    screen::{
        Charset, Mode, Theme,
        tests::story::{Story, downloading, in_use, troubled},
    },
};

/// Lines of two modules, one of each in turn.
fn mixed() -> Story {
    let mut story = Story::begin(RunSettings::default());
    for index in 0..100 {
        story.line(Severity::Info, &format!("[gc.INFO] (1) slab {index}"), None);
        story.line(Severity::Info, &format!("[dsfs.INFO] (1) entry {index}"), None);
    }
    story
}

fn filter(story: &mut Story, text: &str) {
    press(story, "f");
    story.type_text(text);
    assert_eq!(story.enter(), None);
}

#[test]
fn the_lines_below_are_those_that_the_filter_shows() {
    let mut story = mixed();
    press(&mut story, "2");
    filter(&mut story, "module:gc");
    story.frame(80, 24);
    let keys = [KeyCode::Up, KeyCode::Up, KeyCode::PageUp, KeyCode::Down, KeyCode::Home, KeyCode::PageDown];
    for key in keys {
        story.key(key);
        let frame = story.frame(80, 24);
        let lowest = frame.lines().rfind(|row| row.contains("] (1) slab ")).unwrap();
        let index: u64 = lowest.split("slab ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        let words = format!("\u{2193} {} line", 99 - index);
        assert!(frame.contains(&words), "{key:?}: {words}\n{frame}");
    }
    let before = story.frame(80, 24);
    story.line(Severity::Info, "[dsfs.INFO] (1) hidden", None);
    assert_eq!(story.frame(80, 24).replace("101 hidden", "100 hidden"), before);
    press(&mut story, "F");
    let frame = story.frame(80, 24);
    assert!(frame.contains("lines below, press End") && !frame.contains("hidden ones too"), "{frame}");
}

#[test]
fn a_search_under_a_filter_says_that_hidden_lines_hold_hits() {
    let mut story = mixed();
    press(&mut story, "2");
    filter(&mut story, "module:gc");
    let searched = |story: &mut Story, pattern: &str| {
        press(story, "/");
        story.type_text(pattern);
        story.enter();
        let frame = story.frame(120, 40);
        story.key(KeyCode::Esc);
        frame
    };
    let frame = searched(&mut story, "entry 42");
    assert!(frame.contains("no hit among the lines shown; the filter hides others (f)"), "{frame}");
    let frame = searched(&mut story, "nowhere");
    assert!(frame.contains("no hit in the log"), "{frame}");
    let frame = searched(&mut story, "slab 42");
    assert!(!frame.contains("no hit"), "{frame}");
}

#[test]
fn the_edge_that_shows_all_of_the_log_is_set_apart_from_the_rows() {
    let mut story = troubled();
    press(&mut story, "2");
    let rows = |frame: &str| {
        let rows = frame.lines().skip_while(|row| !row.contains("log of ava-dr")).skip(1);
        rows.take(14).map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(rows(&story.frame(80, 24)).iter().all(|row| !row.ends_with('\u{2502}')), "none while following");
    story.key(KeyCode::Home);
    let frame = story.frame(80, 24);
    for row in rows(&frame) {
        let end: Vec<char> = row.chars().rev().take(2).collect();
        assert!(
            "\u{2502}\u{2503}\u{25b2}\u{25c6}\u{2717}".contains(end[0]) && end[1] == ' ',
            "{row}\n{frame}"
        );
    }
    assert!(frame.contains("whole log \u{2193}"), "{frame}");
    assert!(story.frame(120, 40).contains("whole log \u{2193}"), "{}", story.frame(120, 40));
    story.theme = Theme { charset: Charset::Ascii, ..Theme::default() };
    assert!(story.frame(80, 24).is_ascii());
    press(&mut story, "?");
    assert!(story.frame(120, 120).contains("right edge of the log"), "the help explains it");
}

#[test]
fn moved_sideways_a_line_keeps_its_time_stamp_and_nothing_is_left_out() {
    let mut story = downloading(68);
    let words = format!("[gc.INFO] (1) {} the end", "0123456789".repeat(20));
    story.line(Severity::Info, &words, None);
    press(&mut story, "2");
    let whole = story.frame(120, 40);
    let row = |frame: &str| frame.lines().rfind(|row| row.contains("Sep 13 15:38:28 ")).unwrap().to_owned();
    assert!(row(&whole).contains("Sep 13 15:38:28 localhost rfsd[13852]: [gc.INFO] (1) 0123"), "{whole}");
    story.key(KeyCode::Right);
    let frame = story.frame(120, 40);
    assert!(row(&frame).contains("Sep 13 15:38:28 t rfsd[13852]: [gc.INFO] (1) 0123"), "{frame}");
    // The message of a further one would stand over the newest line.
    (0..29).for_each(|_| assert_eq!(story.key(KeyCode::Right), None));
    let frame = story.frame(120, 40);
    assert!(frame.lines().any(|row| row.starts_with("  Sep 13 15:38:28 e end")), "{frame}");
}

#[test]
fn folded_rows_within_a_minute_show_seconds() {
    let mut story = Story::begin(RunSettings::default());
    press(&mut story, "D");
    let fold = |story: &mut Story, from: u64, to: u64| {
        story.at(from).line(Severity::Info, "[gc.INFO] (1) slab 1", None);
        story.at(to).line(Severity::Info, "[gc.INFO] (1) slab 2", None);
        let frame = story.frame(120, 40);
        story.line(Severity::Warning, "[gc.WARN] (1) between", None);
        frame
    };
    let frame = fold(&mut story, 4, 28);
    assert!(frame.contains("\u{d7}2 15:29:30\u{2013}15:29:54 [gc.INFO]"), "{frame}");
    let frame = fold(&mut story, 40, 100);
    assert!(frame.contains("\u{d7}2 15:30\u{2013}15:31 [gc.INFO]"), "{frame}");
    let frame = fold(&mut story, 110, 110);
    assert!(frame.contains("\u{d7}2 15:31:16 [gc.INFO]"), "{frame}");
}

#[test]
fn a_log_that_has_ended_is_not_followed() {
    let mut story = in_use();
    story.mode = Mode::Replay;
    assert!(story.frame(120, 40).contains("log of ava-dr \u{b7} following"), "{}", story.frame(120, 40));
    story.record(Event::RunEnded(Ending::Finished));
    let frame = story.frame(120, 40);
    assert!(frame.contains("log of ava-dr \u{b7} complete") && !frame.contains("following"), "{frame}");
}

#[test]
fn without_a_name_the_title_of_replication_has_no_place_for_one() {
    let mut story = Story::begin(RunSettings::default());
    story.run.started.primary = None;
    let frame = story.frame(120, 40);
    assert!(frame.contains("replication \u{2500}") && !frame.contains("replication  "), "{frame}");
}

#[test]
fn a_log_that_was_entered_by_a_jump_says_how_to_get_back() {
    let mut story = downloading(68);
    story.line(Severity::Warning, "[gc.WARN] (1) the cited line", None);
    press(&mut story, "2");
    assert!(!story.frame(80, 24).contains("Esc main view"), "{}", story.frame(80, 24));
    press(&mut story, "3");
    story.key(KeyCode::Enter);
    assert!(story.frame(120, 40).contains("Esc main view"), "{}", story.frame(120, 40));
    press(&mut story, "12");
    assert!(!story.frame(120, 40).contains("Esc main view"), "{}", story.frame(120, 40));
    press(&mut story, "3w");
    assert!(story.frame(120, 40).contains("Esc main view"), "{}", story.frame(120, 40));
    story.key(KeyCode::Esc);
    assert_eq!(story.view.zoom, None);
}

#[test]
fn the_details_of_a_line_say_which_finding_rests_on_it() {
    let mut story = downloading(68);
    let raw = story.line(Severity::Info, "[gc.INFO] (1) bitmaps set up", None);
    let offset = story.log.row(story.log.end() - 1).unwrap().offset;
    let line = LogCitation { offset, stamp: None, arrival: Arrival::Live, raw };
    story.record(Event::RfsdRestarted { before: 13852, after: 14000, line });
    let cited = story.run.findings.last().and_then(|finding| finding.cited.as_ref());
    assert!(matches!(cited, Some(Citation { offset: Some(own), .. }) if *own == offset));
    press(&mut story, "2");
    story.frame(80, 24);
    story.enter();
    story.show_wanted_line();
    let frame = story.frame(80, 24);
    assert!(frame.contains("finding") && frame.contains("process 13852 became 14000"), "{frame}");
    assert!(!frame.contains("no explanation"), "{frame}");
    story.key(KeyCode::Up);
    story.show_wanted_line();
    assert!(story.frame(80, 24).contains("no explanation"), "{}", story.frame(80, 24));
}

#[test]
fn in_the_details_of_a_finding_no_label_runs_into_its_value() {
    let mut story = troubled();
    let at = story.now;
    story.run.findings.iter_mut().for_each(|finding| {
        (finding.acknowledged, finding.acknowledged_at) = (Some("known".to_owned()), Some(at));
    });
    press(&mut story, "7");
    story.enter();
    let mut seen = story.frame(80, 24);
    for _ in 0..9 {
        story.key(KeyCode::PageDown);
        seen += &story.frame(80, 24);
    }
    assert!(seen.contains("acknowledged 2026-"), "{seen}");
}
