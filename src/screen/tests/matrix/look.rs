//! The styles of a frame in colour, on a light ground and without colour, as one letter for each run of cells.

use std::fmt::Write as _;

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier, Style},
};

use super::Story;
use crate::screen::{Charset, Depth, Palette, Scheme, Theme, paint::Tone};

const PALETTES: [(&str, Palette); 3] = [
    ("dark", Palette::Own { scheme: Scheme::Dark, depth: Depth::True, is_painted: true }),
    ("light", Palette::Own { scheme: Scheme::Light, depth: Depth::True, is_painted: true }),
    ("mono", Palette::Monochrome),
];

const TONES: [(char, Tone); 16] = [
    ('t', Tone::Text),
    ('q', Tone::Quiet),
    ('s', Tone::Strong),
    ('g', Tone::Good),
    ('a', Tone::Attention),
    ('d', Tone::Danger),
    ('D', Tone::DangerBar),
    ('p', Tone::Paused),
    ('P', Tone::PausedBar),
    ('r', Tone::Progress),
    ('f', Tone::Frozen),
    ('m', Tone::Simulated),
    ('k', Tone::Key),
    ('h', Tone::Hit),
    ('i', Tone::Field),
    ('c', Tone::Chosen),
];

/// Text colour, background and modifiers.
type Look = (Color, Color, Modifier);

fn theme(palette: Palette) -> Theme {
    Theme { palette, charset: Charset::Unicode, ..Theme::default() }
}

/// What a cell in `style` looks like on the ground of each palette.
fn looks_of(style: impl Fn(Theme) -> Style) -> [Look; 3] {
    PALETTES.map(|(_, palette)| {
        let theme = theme(palette);
        let (style, ground) = (style(theme), theme.ground().unwrap_or((Color::Reset, Color::Reset)));
        (style.fg.unwrap_or(ground.0), style.bg.unwrap_or(ground.1), style.add_modifier)
    })
}

fn words((text, ground, modifier): Look) -> String {
    let modifiers = modifier.iter_names().map(|(name, _)| format!(" {}", name.to_lowercase()));
    format!("{text} on {ground}{}", modifiers.collect::<String>())
}

fn all_words(looks: [Look; 3]) -> String {
    let words = PALETTES.iter().zip(looks).map(|((name, _), look)| format!("{name} {}", words(look)));
    words.collect::<Vec<_>>().join(", ")
}

/// What each tone looks like.
pub(super) fn legend() -> String {
    let line = |(letter, tone): (char, Tone)| {
        format!("{letter} {tone:?}: {}", all_words(looks_of(|theme| theme.style(tone))))
    };
    TONES.map(line).join("\n")
}

/// The runs of equal style of each row, by their first and last column: cells of plain text and blanks without a look of
/// their own are left out. Styles that are no tone's have numbers, and are described below.
pub(super) fn styles(story: &mut Story, (width, height): (u16, u16)) -> String {
    let own = story.theme;
    let buffers = PALETTES.map(|(_, palette)| {
        story.theme = theme(palette);
        story.buffer(width, height)
    });
    story.theme = own;
    let look = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
    let looks = |x, y| buffers.each_ref().map(|buffer: &Buffer| look(&buffer[(x, y)]));
    let tones = TONES.map(|(letter, tone)| (looks_of(|theme| theme.style(tone)), letter.to_string()));
    let ground = tones[0].0.map(|(_, ground, _)| ground);
    let mut others: Vec<[Look; 3]> = Vec::new();
    let mut text = String::new();
    for y in 0..height {
        let mut runs: Vec<(String, u16, u16)> = Vec::new();
        for x in 0..width {
            let looks = looks(x, y);
            let shows_on_blanks = Modifier::REVERSED | Modifier::UNDERLINED;
            let is_plain = looks
                .iter()
                .zip(ground)
                .all(|((_, own, modifier), ground)| *own == ground && !modifier.intersects(shows_on_blanks));
            if is_plain && buffers[0][(x, y)].symbol().trim().is_empty() {
                continue;
            }
            let tone = tones.iter().find(|(own, _)| *own == looks).map(|(_, letter)| letter.clone());
            let name = tone.unwrap_or_else(|| {
                let known = others.iter().position(|own| *own == looks);
                let number = known.unwrap_or_else(|| {
                    others.push(looks);
                    others.len() - 1
                });
                format!("({})", number + 1)
            });
            match runs.last_mut().filter(|run| run.0 == name) {
                Some(run) => run.2 = x,
                None => runs.push((name, x, x)),
            }
        }
        runs.retain(|(name, ..)| name != "t");
        if !runs.is_empty() {
            write!(text, "{y}").unwrap();
            for (name, from, to) in runs {
                write!(text, " {name}{from}").unwrap();
                if to > from {
                    write!(text, "-{to}").unwrap();
                }
            }
            text.push('\n');
        }
    }
    for (number, looks) in (1..).zip(others) {
        writeln!(text, "({number}) {}", all_words(looks)).unwrap();
    }
    text
}
