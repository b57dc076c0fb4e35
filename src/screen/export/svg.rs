//! A frame as an SVG picture. Every run of text is told its width, so that columns stay in line whatever font shows it;
//! blocks are drawn as rectangles, as the fonts of few browsers fill the whole cell.

use std::fmt::Write as _;

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthChar as _;

use super::cells::{Look, Run, rows};
use crate::screen::paint::SIXTEEN;

/// A cell, in pixels.
const WIDTH: u32 = 8;
const HEIGHT: u32 = 16;
/// From the top of a cell to the foot of its letters.
const BASELINE: u32 = 12;
const FONT_SIZE: u32 = 13;

const FOREGROUND: &str = "#d5d8dc";
const BACKGROUND: &str = "#14171c";

/// The sixteen colours of terminals, in their order.
const COLOURS: [&str; 16] = [
    "#20242b", "#e0565b", "#74b566", "#d9a531", "#5b8fd9", "#b678c9", "#4fb3bf", "#c3c7cd", "#6b727d",
    "#ff7b80", "#98d98a", "#f5cc62", "#82b4ff", "#d79be8", "#7ad7e0", "#ffffff",
];

pub(super) fn svg(frame: &Buffer, title: &str) -> String {
    let (width, height) = (u32::from(frame.area.width) * WIDTH, u32::from(frame.area.height) * HEIGHT);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"{BACKGROUND}\"/>\n\
         <g font-family=\"ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"{FONT_SIZE}\" \
         fill=\"{FOREGROUND}\" xml:space=\"preserve\">\n",
        escaped(title)
    );
    for (row, runs) in (0..).zip(rows(frame)) {
        for run in runs {
            // Writing into a string cannot fail.
            let _ = draw_run(&run, u32::from(frame.area.x), row * HEIGHT, &mut out);
        }
    }
    out + "</g>\n</svg>\n"
}

fn draw_run(run: &Run, left: u32, y: u32, out: &mut String) -> std::fmt::Result {
    let (foreground, background) = colours(run.look);
    let mut x = (u32::from(run.columns.start) - left) * WIDTH;
    if let Some(background) = background {
        let width = u32::from(run.columns.end - run.columns.start) * WIDTH;
        writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" fill=\"{background}\"/>"
        )?;
    }
    let style = style(run.look, &foreground);
    for part in run.text.split_inclusive(|character| block(character).is_some()) {
        let is_block = |character: &char| block(*character).is_some();
        let words = part.trim_end_matches(|character| block(character).is_some());
        let columns: usize = words.chars().filter_map(char::width).sum();
        let width = u32::try_from(columns).unwrap_or(0) * WIDTH;
        if !words.trim().is_empty() {
            let blank = words.len() - words.trim_start().len();
            let at = x + u32::try_from(blank).unwrap_or(0) * WIDTH;
            let length: usize = words.trim().chars().filter_map(char::width).sum();
            let length = u32::try_from(length).unwrap_or(0) * WIDTH;
            writeln!(
                out,
                "<text x=\"{at}\" y=\"{}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\"{style}>{}</text>",
                y + BASELINE,
                escaped(words.trim())
            )?;
        }
        x += width;
        if let Some((top, height, opacity)) = part.chars().next_back().filter(is_block).and_then(block) {
            let top = y + top;
            writeln!(
                out,
                "<rect x=\"{x}\" y=\"{top}\" width=\"{WIDTH}\" height=\"{height}\" fill=\"{foreground}\" \
                 fill-opacity=\"{opacity}\"/>"
            )?;
            x += WIDTH;
        }
    }
    Ok(())
}

/// Top, height and opacity of a character that fills its cell, or a half of it.
const fn block(character: char) -> Option<(u32, u32, &'static str)> {
    match character {
        '\u{2588}' => Some((0, HEIGHT, "1")),
        '\u{2580}' => Some((0, HEIGHT / 2, "1")),
        '\u{2584}' => Some((HEIGHT / 2, HEIGHT / 2, "1")),
        '\u{2593}' => Some((0, HEIGHT, "0.75")),
        '\u{2592}' => Some((0, HEIGHT, "0.5")),
        '\u{2591}' => Some((0, HEIGHT, "0.2")),
        _ => None,
    }
}

/// The colour of the letters, and that behind them where it is not that of the picture.
fn colours(look: Look) -> (String, Option<String>) {
    let foreground = colour(look.foreground);
    let background = colour(look.background);
    if look.modifier.contains(Modifier::REVERSED) {
        let behind = foreground.unwrap_or_else(|| FOREGROUND.to_owned());
        return (background.unwrap_or_else(|| BACKGROUND.to_owned()), Some(behind));
    }
    (foreground.unwrap_or_else(|| FOREGROUND.to_owned()), background)
}

fn style(look: Look, foreground: &str) -> String {
    let mut style = String::new();
    if foreground != FOREGROUND {
        style.extend([" fill=\"", foreground, "\""]);
    }
    let modifiers = [
        (Modifier::BOLD, " font-weight=\"bold\""),
        (Modifier::DIM, " fill-opacity=\"0.6\""),
        (Modifier::ITALIC, " font-style=\"italic\""),
        (Modifier::UNDERLINED, " text-decoration=\"underline\""),
    ];
    style.extend(
        modifiers.into_iter().filter(|(own, _)| look.modifier.contains(*own)).map(|(_, words)| words),
    );
    style
}

/// The colour as hexadecimal digits; `None` for the terminal's own.
fn colour(colour: Color) -> Option<String> {
    let index = match colour {
        Color::Reset => return None,
        Color::Rgb(red, green, blue) => return Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        Color::Indexed(index) => index,
        named => (0..).zip(SIXTEEN).find_map(|(index, one)| (one == named).then_some(index))?,
    };
    Some(match index {
        0..16 => COLOURS.get(usize::from(index)).copied().unwrap_or(FOREGROUND).to_owned(),
        // A cube of six steps a side, and behind it a scale of grey (xterm).
        16..232 => {
            let step = |part: u8| if part == 0 { 0 } else { 55 + 40 * part };
            let cube = index - 16;
            format!("#{:02x}{:02x}{:02x}", step(cube / 36), step(cube / 6 % 6), step(cube % 6))
        }
        232.. => format!("#{0:02x}{0:02x}{0:02x}", 8 + 10 * (index - 232)),
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
