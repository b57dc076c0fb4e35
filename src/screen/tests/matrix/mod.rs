//! Every view at every size in every look. A snapshot holds the text in Unicode, the lines that another charset changes
//! beyond its symbols, and the style of each cell by the letter of its tone; what a tone looks like is a snapshot of its
//! own. Reviewed by eye.

mod look;

use std::{collections::BTreeMap, fmt::Write as _};

use crossterm::event::KeyCode;
use insta::assert_snapshot;

use self::look::{legend, styles};
use super::story::{Story, connected, generating, in_use, troubled};
use crate::{
    run::RunSettings,
    screen::{Charset, Palette, Theme, keys::Panel},
};

pub(super) const SIZES: [(u16, u16); 5] = [(200, 50), (120, 40), (80, 24), (60, 15), (40, 10)];

/// The characters of the ASCII frame by those of the Unicode frame, as the first place of each has them.
fn translation(unicode: &[&str], ascii: &[&str]) -> BTreeMap<char, char> {
    let mut translation = BTreeMap::new();
    let pairs = unicode.iter().zip(ascii).flat_map(|(line, other)| line.chars().zip(other.chars()));
    for (from, to) in pairs.filter(|(from, _)| !from.is_ascii()) {
        translation.entry(from).or_insert(to);
    }
    translation
}

/// The symbols of the ASCII frame, and the lines that differ from those of the Unicode frame by more.
fn ascii(unicode: &str, story: &mut Story, (width, height): (u16, u16)) -> String {
    let own = std::mem::replace(
        &mut story.theme,
        Theme { palette: Palette::Monochrome, charset: Charset::Ascii, ..Theme::default() },
    );
    let frame = story.frame(width, height);
    story.theme = own;
    assert!(frame.is_ascii(), "{frame}");
    let (lines, others): (Vec<_>, Vec<_>) = (unicode.lines().collect(), frame.lines().collect());
    let translation = translation(&lines, &others);
    let mut text: String = translation.iter().flat_map(|(from, to)| [' ', *from, *to]).collect();
    for (row, (line, other)) in lines.into_iter().zip(others).enumerate() {
        let translated = line.chars().map(|from| *translation.get(&from).unwrap_or(&from));
        if translated.collect::<String>() != other {
            write!(text, "\n{row:>2}{other}").unwrap();
        }
    }
    text
}

fn assert_looks(name: &str, story: &mut Story) {
    for (width, height) in SIZES {
        let text = story.frame(width, height);
        let ascii = ascii(&text, story, (width, height));
        let styles = styles(story, (width, height));
        let looks = format!("{text}\n\nascii{ascii}\n\nstyles\n{styles}");
        assert_snapshot!(format!("{name}_{width}x{height}"), looks);
    }
}

#[test]
fn every_view_in_every_look() {
    for (view, name) in Panel::NUMBERED {
        let mut story = troubled();
        story.view.zoom = view;
        assert_looks(name, &mut story);
    }
}

#[test]
fn the_overview_in_later_phases() {
    assert_looks("overview_stage_2", &mut generating());
    assert_looks("overview_restored", &mut in_use());
}

#[test]
fn dialogs_in_every_look() {
    let mut pair = connected(RunSettings::default());
    pair.key(KeyCode::Char('i'));
    assert_looks("dialog_pair", &mut pair);
    let mut finding = troubled();
    finding.view.zoom = Some(Panel::Findings);
    finding.key(KeyCode::Enter);
    assert!(finding.view.has_dialog());
    assert_looks("dialog_finding", &mut finding);
}

#[test]
fn the_looks_of_the_tones() {
    assert_snapshot!("tones", legend());
}

#[test]
fn a_view_with_the_screen_to_itself_has_no_box() {
    for (view, name) in Panel::NUMBERED.into_iter().filter(|(view, _)| view.is_some()) {
        let mut story = troubled();
        story.view.zoom = view;
        for (width, height) in SIZES {
            let frame = story.frame(width, height);
            assert!(!frame.contains(['╭', '╰']), "{name}\n{frame}");
        }
    }
    let mut story = troubled();
    story.view.zoom = Some(Panel::Log);
    let frame = story.frame(80, 24);
    let rows = frame.lines().filter(|line| line.contains("(1429") || line.contains("(143")).count();
    assert!(rows >= 15, "{frame}");
    // The words of a line come before its date and its host.
    let narrow = story.frame(40, 10);
    assert!(narrow.contains("15:41:44 [replicator.INFO]"), "{narrow}");
}
