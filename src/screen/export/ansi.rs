//! A frame as text with the escape sequences of its colours, as `cat` shows it again on a terminal.

use crossterm::style::ContentStyle;
use ratatui::{buffer::Buffer, style::Style};
use ratatui_crossterm::IntoCrossterm as _;

use super::cells::{Look, rows};

pub(super) fn ansi(frame: &Buffer) -> String {
    let styled = |(look, text): (Look, String)| style(look).apply(text).to_string();
    let row = |runs: Vec<_>| runs.into_iter().map(styled).collect::<String>() + "\n";
    rows(frame).map(|runs| row(runs.into_iter().map(|run| (run.look, run.text)).collect())).collect()
}

fn style(look: Look) -> ContentStyle {
    let plain = Style { fg: Some(look.foreground), bg: Some(look.background), ..Style::new() };
    let default = ratatui::style::Color::Reset;
    let coloured = Style {
        fg: plain.fg.filter(|colour| *colour != default),
        bg: plain.bg.filter(|colour| *colour != default),
        ..plain
    };
    coloured.add_modifier(look.modifier).into_crossterm()
}
