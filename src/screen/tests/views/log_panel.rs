//! The log panel: filter, folding, wrapped lines, the chosen line and its details, bookmarks.

use crossterm::event::KeyCode;
use insta::assert_snapshot;

use crate::screen::tests::story::{Story, downloading, generating};
use crate::{
    run::{Event, Severity},
    screen::{Intent, Mode, Scrollback, Theme},
};

fn press(story: &mut Story, keys: &str) {
    for key in keys.chars() {
        assert_eq!(story.key(KeyCode::Char(key)), None, "{key}");
        story.show_wanted_line();
    }
}

fn filter(story: &mut Story, text: &str) {
    press(story, "f");
    story.key_with(KeyCode::Char('u'), crossterm::event::KeyModifiers::CONTROL);
    story.type_text(text);
    assert_eq!(story.enter(), None);
}

#[test]
fn the_prompt_shows_the_syntax_of_a_filter_and_what_is_wrong() {
    let mut story = downloading(68);
    filter(&mut story, "level>=loud module:gc");
    assert_snapshot!("filter_refused_80x24", story.frame(80, 24));
    assert_snapshot!("filter_refused_40x10", story.frame(40, 10));
    story.key(KeyCode::Esc);
    filter(&mut story, "module:gc");
    press(&mut story, "f");
    assert!(story.frame(80, 24).contains("> module:gc"), "the present filter can be changed");
}

#[test]
fn the_title_counts_what_a_filter_hides_by_module_and_nothing_that_matters_is_hidden() {
    let mut story = generating();
    story.gap("log lines from 16:01:00 to 16:02:00 UTC are missing: cut off");
    press(&mut story, "z");
    filter(&mut story, "module:gc -/slab/");
    for (width, height) in [(120, 40), (80, 24), (40, 10)] {
        assert_snapshot!(format!("filtered_{width}x{height}"), story.frame(width, height));
    }
    press(&mut story, "F");
    assert!(!story.frame(120, 40).contains("hidden"));
}

#[test]
fn a_replay_is_filtered_as_well() {
    let mut story = downloading(68);
    story.mode = Mode::Replay;
    filter(&mut story, "level>=warning");
    assert!(story.frame(120, 40).contains(" hidden: "), "{}", story.frame(120, 40));
}

#[test]
fn warnings_are_jumped_to_among_the_lines_shown() {
    let mut story = downloading(68);
    story.line(Severity::Error, "[write_cache.ERR] (30318) flush failed", None);
    filter(&mut story, "module:replicator");
    story.frame(120, 40);
    press(&mut story, "E");
    let words = "no error among the lines shown; the filter hides others (f)";
    assert!(story.frame(120, 40).contains(words), "{}", story.frame(120, 40));
    press(&mut story, "w");
    assert!(story.frame(120, 40).contains("retrying with another connection"));
}

#[test]
fn equal_lines_are_folded_and_enter_unfolds_them() {
    let mut story = downloading(68);
    for index in 0..214 {
        story.at(560 + index / 10);
        let words = format!("[replicator.INFO] (14302) slab 0x8de{index:x} queued, {index} waiting");
        story.line(Severity::Info, &words, None);
    }
    story.frame(120, 40);
    press(&mut story, "D");
    let frame = story.frame(120, 40);
    assert!(frame.contains("×214 "), "{frame}");
    assert_snapshot!("folded_80x24", story.frame(80, 24));
    story.enter();
    let frame = story.frame(120, 40);
    assert!(!frame.contains("×214") && frame.contains("213 waiting"), "{frame}");
}

#[test]
fn long_lines_are_wrapped_whole_or_moved_sideways() {
    let mut story = downloading(68);
    story.line(Severity::Info, &format!("[gc.INFO] (1) {}the end", "0123456789".repeat(20)), None);
    story.line(Severity::Info, "[gc.INFO] (1) short", None);
    assert!(!story.frame(80, 24).contains("the end"));
    press(&mut story, "L");
    assert_snapshot!("wrapped_80x24", story.frame(80, 24));
    press(&mut story, "L");
    story.frame(80, 24);
    (0..20).for_each(|_| assert_eq!(story.key(KeyCode::Right), None));
    let frame = story.frame(80, 24);
    assert!(frame.contains("the end") && frame.contains("from column 161"), "{frame}");
}

#[test]
fn wrapped_lines_are_paged_through_without_leaving_one_out() {
    let mut story = Story::begin(crate::run::RunSettings::default());
    for index in 0..60_usize {
        let words = format!("[gc.INFO] (1) number {index} {}", "x".repeat(index * 37 % 300));
        story.line(Severity::Info, &words, None);
    }
    press(&mut story, "zL");
    let mut seen = std::collections::BTreeSet::new();
    for key in std::iter::repeat_n(KeyCode::PageUp, 40).chain([KeyCode::Home]) {
        let frame = story.frame(80, 30);
        // A row that is wrapped ends behind the blank.
        let has = |index: &usize| {
            let words = format!("number {index}");
            frame.lines().any(|row| row.ends_with(&words) || row.contains(&format!("{words} ")))
        };
        seen.extend((0..60).filter(has));
        story.key(key);
    }
    assert_eq!(seen.len(), 60, "{seen:?}");
    assert!(story.frame(80, 30).contains("number 0"));
}

#[test]
fn the_details_of_a_line_are_opened_and_gone_on_with_from_there() {
    let mut story = generating();
    press(&mut story, "z");
    story.frame(120, 40);
    filter(&mut story, "module:namespace_restore level>=warning");
    story.frame(120, 40);
    story.enter();
    story.show_wanted_line();
    assert_snapshot!("line_120x40", story.frame(120, 40));
    assert_snapshot!("line_40x10", story.frame(40, 10));
    let before = story.frame(120, 40);
    story.key(KeyCode::Up);
    story.show_wanted_line();
    assert_ne!(story.frame(120, 40), before);
    story.key(KeyCode::Esc);
    assert!(!story.view.has_dialog());
}

#[test]
fn bookmarks_are_marked_at_their_lines_and_beside_the_scrollbar() {
    let mut story = downloading(68);
    press(&mut story, "z");
    story.frame(80, 24);
    press(&mut story, "KKKx");
    story.key(KeyCode::Home);
    assert_snapshot!("bookmark_80x24", story.frame(80, 24));
    press(&mut story, "'");
    let frame = story.frame(80, 24);
    assert!(frame.lines().any(|line| line.starts_with(" ■")), "{frame}");
    story.theme = Theme { charset: crate::screen::Charset::Ascii, ..Theme::default() };
    assert!(story.frame(80, 24).is_ascii());
}

#[test]
fn a_histogram_shows_the_lines_of_each_level_over_time() {
    let mut story = downloading(68);
    story.line(Severity::Error, "[write_cache.ERR] (30318) flush failed", None);
    press(&mut story, "zH");
    let frame = story.frame(120, 40);
    assert!(frame.contains("│ 15:30 ") && frame.contains("│ 15:38 ✗"), "{frame}");
    filter(&mut story, "level>=error");
    let frame = story.frame(120, 40);
    let panel: Vec<&str> = frame.lines().skip_while(|line| !line.contains("log of ava-dr")).collect();
    assert!(!panel.concat().contains('█'), "hidden lines are not counted: {frame}");
}

#[test]
fn a_note_is_pinned_to_its_line() {
    let mut story = downloading(68);
    story.frame(120, 40);
    story.enter();
    story.show_wanted_line();
    press(&mut story, "n");
    story.type_text("ask the storage team");
    assert!(story.frame(80, 24).contains("on the line "));
    let Some(Intent::NoteOnLine { text, line }) = story.enter() else { panic!("no note") };
    assert!(line.raw.contains("rfsd[13852]") && text == "ask the storage team");
    assert!(!story.frame(120, 40).contains('¶'));
    story.record(Event::Noted { text, user: "kim".to_owned(), line: Some(line) });
    assert!(story.frame(120, 40).contains('¶'));
    story.enter();
    story.show_wanted_line();
    assert!(story.frame(120, 40).contains("by kim: ask the storage team"));
    story.mode = Mode::View;
    press(&mut story, "n");
    assert!(!story.frame(120, 40).contains("with the time and your name"));
}

#[test]
fn the_title_says_of_which_lines_the_hits_were_counted_and_that_older_ones_are_found() {
    let mut story = downloading(68);
    story.log = Scrollback::on_disk(20);
    (0..40).for_each(|number| {
        story.line(Severity::Info, &format!("[gc.INFO] (1) counted {number}"), None);
    });
    press(&mut story, "2/");
    story.type_text("counted");
    story.enter();
    let frame = story.frame(120, 40);
    assert!(frame.contains("/counted 20 hits counted in the last 20 lines, n finds older ones"), "{frame}");
    assert!(story.frame(80, 24).contains("20 hits counted in the last 20 "), "{}", story.frame(80, 24));
    let mut story = downloading(68);
    story.line(Severity::Info, "[gc.INFO] (1) counted once", None);
    press(&mut story, "2/");
    story.type_text("counted once");
    story.enter();
    assert!(story.frame(120, 40).contains("/counted once 1 hit "), "{}", story.frame(120, 40));
}
