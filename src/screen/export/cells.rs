//! A frame taken apart into rows, and these into cells that look the same.

use std::ops::Range;

use ratatui::{
    buffer::Buffer,
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr as _;

/// The rows as text, without the blanks at their ends.
pub(crate) fn text(frame: &Buffer) -> String {
    let row = |runs: Vec<Run>| {
        let text: String = runs.into_iter().map(|run| run.text).collect();
        format!("{}\n", text.trim_end())
    };
    rows(frame).map(row).collect()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) foreground: Color,
    pub(super) background: Color,
    pub(super) modifier: Modifier,
}

/// Cells side by side that look the same.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) columns: Range<u16>,
    pub(super) look: Look,
    pub(super) text: String,
}

/// The rows of a frame, each as its runs.
pub(super) fn rows(frame: &Buffer) -> impl Iterator<Item = Vec<Run>> {
    let area = frame.area;
    (area.top()..area.bottom()).map(move |y| {
        let mut runs: Vec<Run> = Vec::new();
        let mut x = area.left();
        while x < area.right() {
            let Some(cell) = frame.cell((x, y)) else { break };
            // The cell behind a wide character holds nothing of its own.
            let width = u16::try_from(cell.symbol().width()).unwrap_or(1).max(1);
            let look = Look { foreground: cell.fg, background: cell.bg, modifier: cell.modifier };
            match runs.last_mut().filter(|run| run.look == look) {
                Some(run) => {
                    run.text.push_str(cell.symbol());
                    run.columns.end += width;
                }
                None => {
                    runs.push(Run {
                        columns: x..x.saturating_add(width),
                        look,
                        text: cell.symbol().to_owned(),
                    });
                }
            }
            x = x.saturating_add(width);
        }
        runs
    })
}
