//! One moment is marked on the chart, the phase bar, the findings and the log, and leads to its line of the log.

use crossterm::event::KeyCode;
use insta::assert_snapshot;
use ratatui::style::Modifier;

use crate::screen::tests::story::{Story, downloading, generating};
use crate::{
    run::Timestamp,
    screen::{Charset, Intent, Mode, Palette, Theme, keys::Panel},
};

/// The cursor so many columns left of the end, at that size.
fn with_cursor(mut story: Story, (width, height): (u16, u16), columns: usize) -> Story {
    story.frame(width, height);
    assert_eq!(story.key(KeyCode::Char('C')), None);
    (0..columns).for_each(|_| press(&mut story, (width, height), KeyCode::Left));
    story
}

/// Presses a key on the frame that the engineer sees.
fn press(story: &mut Story, (width, height): (u16, u16), key: KeyCode) {
    story.frame(width, height);
    assert_eq!(story.key(key), None);
}

fn cursor(story: &Story) -> Timestamp {
    story.view.time_cursor.unwrap()
}

const WIDE: (u16, u16) = (120, 40);
const USUAL: (u16, u16) = (80, 24);

#[test]
fn the_cursor_in_stage_1_and_in_stage_2() {
    for size in [WIDE, USUAL] {
        let (width, height) = size;
        let stage_1 = with_cursor(downloading(68), size, 12);
        assert_snapshot!(format!("cursor_stage_1_{width}x{height}"), stage_1.frame(width, height));
        let stage_2 = with_cursor(generating(), size, 5);
        assert_snapshot!(format!("cursor_stage_2_{width}x{height}"), stage_2.frame(width, height));
    }
}

#[test]
fn the_cursor_shows_without_colour_and_without_unicode() {
    let mut story = with_cursor(downloading(68), WIDE, 12);
    story.theme = Theme { palette: Palette::Monochrome, charset: Charset::Ascii, ..Theme::default() };
    let frame = story.frame(120, 40);
    assert!(frame.is_ascii(), "{frame}");
    let rows = frame.lines().filter(|line| line.contains('^')).count();
    assert!(rows >= 2, "the title and the bar\n{frame}");
}

#[test]
fn the_rate_under_the_cursor_stays_legible() {
    for (palette, charset) in [
        (Palette::Terminal, Charset::Unicode),
        (Palette::Monochrome, Charset::Unicode),
        (Palette::Monochrome, Charset::Ascii),
    ] {
        let mut story = with_cursor(downloading(68), WIDE, 12);
        story.theme = Theme { palette, charset, ..Theme::default() };
        let marked = story.buffer(WIDE.0, WIDE.1);
        story.key(KeyCode::Esc);
        let plain = story.buffer(WIDE.0, WIDE.1);
        let line = if charset == Charset::Ascii { "^" } else { "┃" };
        let is_rate = |symbol: &str| matches!(symbol, "." | "|" | "_") || symbol >= "\u{2801}";
        let reversed = |x, y| marked[(x, y)].modifier.contains(Modifier::REVERSED);
        let places = marked.area.positions().filter(|place| {
            // The chart lies left of the middle, below the figures.
            place.x < 60 && (10..22).contains(&place.y) && reversed(place.x, place.y)
        });
        let rates: Vec<_> =
            places.filter(|place| is_rate(plain[*place].symbol()) && plain[*place].symbol() != "│").collect();
        assert!(!rates.is_empty(), "{}", story.frame(WIDE.0, WIDE.1));
        for place in &rates {
            assert_eq!(marked[*place].symbol(), plain[*place].symbol(), "{place:?}");
        }
        let above = (rates[0].x, rates[0].y - 1);
        assert!([line, plain[above].symbol()].contains(&marked[above].symbol()));
    }
}

#[test]
fn each_step_is_a_column_and_both_ends_are_ends() {
    let mut story = with_cursor(downloading(68), WIDE, 0);
    let axis = story.view.axis().unwrap();
    assert_eq!(cursor(&story), axis.to);
    press(&mut story, WIDE, KeyCode::Right);
    assert_eq!(cursor(&story), axis.to, "no further than the end");
    press(&mut story, WIDE, KeyCode::Left);
    assert_eq!(axis.to.since(cursor(&story)), axis.step);
    press(&mut story, WIDE, KeyCode::Home);
    assert_eq!(cursor(&story), axis.from);
    press(&mut story, WIDE, KeyCode::Left);
    assert_eq!(cursor(&story), axis.from);
    press(&mut story, WIDE, KeyCode::End);
    assert_eq!(cursor(&story), axis.to);
    press(&mut story, WIDE, KeyCode::Esc);
    assert_eq!(story.view.time_cursor, None);
    assert!(!story.frame(120, 40).contains('┃'));
}

#[test]
fn enter_goes_to_the_line_of_that_moment_and_marks_it() {
    for freezes in [false, true] {
        let mut story = with_cursor(downloading(68), WIDE, 0);
        if freezes {
            press(&mut story, WIDE, KeyCode::Char(' '));
            story.at(900);
        }
        (0..14).for_each(|_| press(&mut story, WIDE, KeyCode::Left));
        press(&mut story, WIDE, KeyCode::Enter);
        assert_eq!(story.view.zoom, Some(Panel::Log));
        let place = story.run.log.places.at_time(cursor(&story));
        let number = story.view.log.cursor.unwrap();
        let (found, next) = (story.log.row(number).unwrap(), story.log.row(number + 1));
        assert!(found.offset <= place && next.is_none_or(|next| next.offset > place), "{found:?}");
        let frame = story.frame(120, 40);
        // The thumb of the scrollbar, at the right edge, looks alike.
        let marked: Vec<_> =
            frame.lines().filter(|line| line.chars().take(4).any(|cell| cell == '┃')).collect();
        assert!(marked.len() == 1 && marked[0].contains(&found.text[..40]), "{frame}");
        press(&mut story, WIDE, KeyCode::Enter);
        story.show_wanted_line();
        assert!(story.view.has_dialog(), "in the log Enter opens the line");
    }
}

#[test]
fn a_finding_opened_in_that_column_is_marked_and_no_other() {
    let mut story = with_cursor(downloading(68), WIDE, 0);
    let opened = story.run.findings.last().unwrap().opened_at;
    let marks = |story: &Story| {
        let frame = story.frame(120, 40);
        frame.lines().filter(|line| line.contains("┃ Stage 1 has begun")).count()
    };
    assert_eq!(marks(&story), 0);
    while cursor(&story).since(opened) >= story.view.axis().unwrap().step {
        press(&mut story, WIDE, KeyCode::Left);
    }
    assert_eq!(marks(&story), 1, "{}", story.frame(120, 40));
}

#[test]
fn a_replay_has_the_cursor_too_and_a_moment_not_reached_has_none() {
    let mut story = with_cursor(downloading(68), WIDE, 3);
    story.mode = Mode::Replay;
    assert!(story.frame(120, 40).contains('┃'));
    story.now = story.now.before(crate::run::Elapsed::from_secs(200));
    let frame = story.frame(120, 40);
    assert_eq!(frame.matches('┃').count(), 0, "{frame}");
}

#[test]
fn where_no_time_axis_is_shown_there_is_no_cursor() {
    let mut story = downloading(68);
    press(&mut story, (40, 10), KeyCode::Char('C'));
    assert_eq!(story.view.time_cursor, None);
    assert!(story.view.message.as_ref().unwrap().text.contains("no room for a cursor"));
}

#[test]
fn in_the_log_the_arrows_stay_those_of_the_log() {
    let mut story = with_cursor(downloading(68), WIDE, 4);
    let before = cursor(&story);
    press(&mut story, WIDE, KeyCode::Char('2'));
    press(&mut story, WIDE, KeyCode::Right);
    press(&mut story, WIDE, KeyCode::Home);
    assert_eq!(cursor(&story), before);
    assert!(!story.view.log.follows(), "Home went to the oldest line");
}

#[test]
fn looking_back_begins_under_the_cursor() {
    let mut story = with_cursor(downloading(68), WIDE, 9);
    let at = cursor(&story);
    assert_eq!(story.key(KeyCode::Char('P')), Some(Intent::LookBack(Some(at))));
    assert_eq!(story.view.beside().time_cursor, Some(at));
}

#[test]
fn a_cursor_holds_at_every_size() {
    let mut story = with_cursor(generating(), WIDE, 7);
    for zooms in 0..9 {
        for width in [0, 1, 2, 19, 20, 41, 69, 70, 81, 121, 300] {
            for height in [0, 1, 2, 3, 9, 20, 27, 41, 300] {
                story.frame(width, height);
                if zooms == 0 {
                    story.key(KeyCode::Left);
                    story.key(KeyCode::Right);
                }
            }
        }
        story.key(KeyCode::Char('z'));
    }
}
