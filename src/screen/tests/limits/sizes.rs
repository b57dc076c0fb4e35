//! No size and no state panics, whatever keys were pressed and whatever an appliance says; and nothing is drawn outside
//! of its place.

use crossterm::event::KeyCode;
use proptest::prelude::*;
use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
};

use crate::screen::tests::story::{
    Story, connected, downloading, dr_away, ended, failing, generating, identity, in_use, prepared, troubled,
};
use crate::{
    run::{Event, Link, Role, RunSettings, Severity},
    screen::{
        Charset, Palette, Scene, Theme,
        keys::Panel,
        layout::render,
        paint::{Canvas, Drawing},
        panels::{
            appliance, checklist, findings, log, objects, phases, replication,
            strips::{footer, header, next_step},
            views::{self, appliances, events, timeline},
        },
        scene::Picture,
    },
};

fn hostile() -> Story {
    let mut story = downloading(90);
    let evil =
        "\u{1b}]0;owned\u{7}\u{1b}[2J\u{202e}日本語 e\u{301}\t\u{200b}\u{3164}x\u{34f}\u{fe0f}".repeat(3);
    story.line(Severity::Error, &evil, None);
    story.gap(&evil);
    let mut identity = identity(&evil, &evil);
    identity.product = Some(evil.clone());
    story.record(Event::Identified { role: Role::Dr, identity, raw: evil.clone() });
    story.link(Role::Primary, Link::Stopped { reason: evil.clone() });
    story.record(Event::Noted { text: evil.clone(), user: evil.clone(), line: None });
    story.journal = failing(&evil, 1_234);
    story
}

const STORIES: [fn() -> Story; 11] = [
    || Story::begin(RunSettings::default()),
    || connected(RunSettings::default()),
    prepared,
    || downloading(68),
    || downloading(110),
    dr_away,
    generating,
    in_use,
    ended,
    hostile,
    troubled,
];

const KEYS: &[KeyCode] = &[
    KeyCode::Char('p'),
    KeyCode::Char('r'),
    KeyCode::Char('t'),
    KeyCode::Char('s'),
    KeyCode::Char('a'),
    KeyCode::Char('n'),
    KeyCode::Char('N'),
    KeyCode::Char('/'),
    KeyCode::Char(' '),
    KeyCode::Char('z'),
    KeyCode::Char('z'),
    KeyCode::Char('z'),
    KeyCode::Char('1'),
    KeyCode::Char('2'),
    KeyCode::Char('3'),
    KeyCode::Char('3'),
    KeyCode::Char('4'),
    KeyCode::Char('5'),
    KeyCode::Char('6'),
    KeyCode::Char('7'),
    KeyCode::Char('7'),
    KeyCode::Char('8'),
    KeyCode::Char('9'),
    KeyCode::Char('Z'),
    KeyCode::Char('f'),
    KeyCode::Char('f'),
    KeyCode::Char('?'),
    KeyCode::Char('q'),
    KeyCode::Char('b'),
    KeyCode::Char('B'),
    KeyCode::Char('w'),
    KeyCode::Char('W'),
    KeyCode::Char('E'),
    KeyCode::Char('é'),
    KeyCode::Char('日'),
    KeyCode::Char('y'),
    KeyCode::Char('f'),
    KeyCode::Char('F'),
    KeyCode::Char('H'),
    KeyCode::Char('D'),
    KeyCode::Char('L'),
    KeyCode::Char('K'),
    KeyCode::Char('J'),
    KeyCode::Char('M'),
    KeyCode::Char('x'),
    KeyCode::Char('T'),
    KeyCode::Char('\''),
    KeyCode::Char('"'),
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Right,
    KeyCode::Enter,
    KeyCode::Enter,
    KeyCode::Enter,
    KeyCode::Esc,
    KeyCode::Esc,
    KeyCode::Backspace,
    KeyCode::Delete,
    KeyCode::Tab,
    KeyCode::F(1),
];

/// What on the screen an appliance could do harm with. Of a letter of two columns the second cell is empty.
fn harm(story: &Story, width: u16, height: u16) -> Option<String> {
    let buffer = story.buffer(width, height);
    buffer.content.iter().find_map(|cell| crate::text::harm(cell.symbol()).map(str::to_owned))
}

#[test]
fn every_state_can_be_drawn_at_every_small_size() {
    // The short variant draws each size in every third state.
    let one_in = crate::short_or_long(3, 1);
    for (story, number) in STORIES.map(|story| story()).into_iter().zip(0_u16..) {
        for width in 0..=45_u16 {
            for height in (0..=14_u16).filter(|height| (number + width + height).is_multiple_of(one_in)) {
                assert_eq!(harm(&story, width, height), None, "{width}x{height}");
            }
        }
        for (width, height) in
            [(69, 20), (70, 19), (70, 20), (100, 30), (104, 28), (300, 9), (9, 300), (400, 120)]
        {
            assert_eq!(harm(&story, width, height), None, "{width}x{height}");
        }
    }
}

#[test]
fn the_state_of_replication_is_the_last_to_go() {
    let story = downloading(68);
    for (width, height) in [(200, 50), (120, 40), (80, 24), (60, 15), (40, 10), (20, 4), (12, 1), (9, 2)] {
        let mut story = downloading(68);
        story.theme = Theme { palette: Palette::Monochrome, charset: Charset::Ascii, ..Theme::default() };
        assert!(story.frame(width, height).contains("PAUSED"), "{width}x{height}");
    }
    assert!(story.frame(24, 1).contains("metadata"));
}

type Draw = fn(&Picture<'_>, Rect, &mut Canvas<'_>);

const PANELS: [(&str, Draw); 21] = [
    ("header", header::draw),
    ("phase bar", phases::draw_bar),
    ("phase line", phases::draw_line),
    ("next step", next_step::draw),
    ("objects", |picture, area, canvas| objects::draw(picture, area, true, canvas)),
    ("objects alone", |picture, area, canvas| objects::draw(picture, area, false, canvas)),
    ("object lines", objects::draw_lines),
    ("replication", replication::draw),
    ("replication lines", replication::draw_lines),
    ("last row", replication::draw_last_row),
    ("appliance", appliance::draw),
    ("appliances", appliances::draw),
    ("checklist", checklist::draw),
    ("events", events::draw),
    ("timeline", timeline::draw),
    ("findings", findings::draw),
    ("findings view", findings::draw_view),
    ("log", log::draw),
    ("views", |picture, area, canvas| views::draw(picture, Panel::Objects, area, canvas)),
    ("message", footer::draw_message),
    ("keys", footer::draw),
];

/// A cell outside of `area` that was drawn over.
fn overdrawn(area: Rect, draw: impl FnOnce(&mut Drawing)) -> Option<(u16, u16)> {
    let untouched = Cell::new("§");
    let around = Rect::new(0, 0, area.right() + 6, area.bottom() + 4);
    let (mut buffer, mut drawing) = (Buffer::filled(around, untouched.clone()), Drawing::new(around));
    draw(&mut drawing);
    drawing.paint(&mut buffer);
    let outside = around.positions().filter(|place| !area.contains(*place));
    outside.into_iter().find(|place| buffer[*place] != untouched).map(|place| (place.x, place.y))
}

#[test]
fn a_cell_drawn_outside_is_seen() {
    let area = Rect::new(5, 3, 4, 2);
    let draw_at = |x, y| overdrawn(area, |drawing| drawing.erase(Rect::new(x, y, 1, 1)));
    assert_eq!(draw_at(5, 3), None);
    for (x, y) in [(4, 3), (9, 4), (5, 5), (8, 2)] {
        assert_eq!(draw_at(x, y), Some((x, y)));
    }
}

/// The first of all views, with and without a dialog, and all panels that draws over a cell outside of `area`.
fn first_overdrawn(story: &mut Story, dialog: char, area: Rect) -> Option<(&'static str, (u16, u16))> {
    for has_dialog in [false, true] {
        if has_dialog {
            let _ = story.key(KeyCode::Char(dialog));
        }
        for (view, name) in Panel::NUMBERED {
            story.view.zoom = view;
            if let Some(place) = overdrawn(area, |drawing| render(&scene(story), area, drawing)) {
                return Some((name, place));
            }
        }
    }
    let scene = scene(story);
    PANELS.into_iter().flat_map(|panel| [(panel, false), (panel, true)]).find_map(
        |((name, draw), is_boxed)| {
            let place = overdrawn(area, |drawing| {
                draw(&Picture::of(&scene), area, &mut Canvas { drawing, theme: story.theme, is_boxed });
            });
            place.map(|place| (name, place))
        },
    )
}

fn scene(story: &Story) -> Scene<'_> {
    Scene { facts: story.facts(), view: &story.view, theme: &story.theme, journal: &story.journal }
}

#[test]
fn the_smallest_places_take_every_view_panel_and_dialog() {
    for make in STORIES {
        let mut story = make();
        for (width, height) in (0..=4).flat_map(|width| (0..=3).map(move |height| (width, height))) {
            let place = Rect::new(5, 3, width, height);
            assert_eq!(first_overdrawn(&mut story, '?', place), None, "{width}x{height}");
            let _ = story.key(KeyCode::Esc);
        }
    }
}

fn side() -> impl Strategy<Value = u16> {
    prop_oneof![0_u16..=12, 0_u16..=60, 0_u16..=140, 0_u16..=300]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: crate::short_or_long(12, 400), ..ProptestConfig::default() })]

    #[test]
    fn no_view_panel_or_dialog_draws_outside_of_its_place(
        which in 0..STORIES.len(),
        width in side(),
        height in side(),
        ascii in any::<bool>(),
        follows in any::<bool>(),
        is_frozen in any::<bool>(),
        dialog in prop::sample::select(vec!['?', ':', 's', 'a', 'n', 'q', 'i', 'p', 'r', 'c']),
    ) {
        let mut story = STORIES[which]();
        if ascii {
            story.theme = Theme { palette: Palette::Monochrome, charset: Charset::Ascii, ..Theme::default() };
        }
        if !follows {
            let _ = story.key(KeyCode::Char('K'));
        }
        if is_frozen {
            let _ = story.key(KeyCode::Char(' '));
        }
        prop_assert_eq!(first_overdrawn(&mut story, dialog, Rect::new(5, 3, width, height)), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: crate::short_or_long(32, 96), ..ProptestConfig::default() })]

    #[test]
    fn no_keys_at_no_size_panic(
        which in 0..STORIES.len(),
        sizes in prop::collection::vec((0_u16..220, 0_u16..60), 1..4),
        keys in prop::collection::vec(0_usize..KEYS.len(), 0..25),
        ascii in any::<bool>(),
    ) {
        let mut story = STORIES[which]();
        if ascii {
            story.theme = Theme { palette: Palette::Monochrome, charset: Charset::Ascii, ..Theme::default() };
        }
        for (index, key) in keys.into_iter().enumerate() {
            let (width, height) = sizes[index % sizes.len()];
            let _ = story.key(KEYS[key]);
            story.show_wanted_line();
            prop_assert_eq!(harm(&story, width, height), None);
        }
    }
}
