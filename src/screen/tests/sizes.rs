//! No size and no state panics, whatever keys were pressed and whatever an appliance says.

use crossterm::event::KeyCode;
use proptest::prelude::*;

use super::story::{
    Story, connected, downloading, dr_away, ended, failing, generating, identity, in_use, prepared,
};
use crate::{
    run::{Event, Link, Role, RunSettings, Severity},
    screen::{Charset, Palette, Theme},
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

fn stories() -> Vec<Story> {
    vec![
        Story::begin(RunSettings::default()),
        connected(RunSettings::default()),
        prepared(),
        downloading(68),
        downloading(110),
        dr_away(),
        generating(),
        in_use(),
        ended(),
        hostile(),
    ]
}

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
    for story in stories() {
        for width in 0..=45 {
            for height in 0..=14 {
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

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: crate::short_or_long(32, 96), ..ProptestConfig::default() })]

    #[test]
    fn no_keys_at_no_size_panic(
        which in 0_usize..10,
        sizes in prop::collection::vec((0_u16..220, 0_u16..60), 1..4),
        keys in prop::collection::vec(0_usize..KEYS.len(), 0..25),
        ascii in any::<bool>(),
    ) {
        let mut story = stories().swap_remove(which);
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
