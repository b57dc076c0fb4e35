//! Plain-text tables for a terminal: columns as wide as their cells, of which some give way where the terminal is narrow.

use unicode_width::UnicodeWidthStr as _;

use crate::report::document::table::Flush;
use crate::text::{self, fit, wrap_words};

/// Where a text is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// The columns of the terminal; `None` where it is none, and lines may have any length.
    pub(crate) columns: Option<usize>,
    /// Whether colours are wanted.
    pub(crate) is_coloured: bool,
}

impl Page {
    /// Whether there are fewer than `columns` columns.
    pub(in crate::report) fn is_narrower_than(self, columns: usize) -> bool {
        self.columns.is_some_and(|present| present < columns)
    }

    pub(in crate::report) fn styled(self, style: &str, text: &str) -> String {
        if self.is_coloured && !style.is_empty() && !text.is_empty() {
            format!("\x1b[{style}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

pub(in crate::report) const BOLD: &str = "1";
pub(in crate::report) const GREEN: &str = "32";
pub(in crate::report) const YELLOW: &str = "33";
pub(in crate::report) const RED: &str = "1;31";

/// One column but the last, which is as wide as the page.
pub(in crate::report) struct Column {
    title: String,
    flush: Flush,
    /// What it may be cut to; `None`: it is never cut.
    shortest: Option<usize>,
}

impl Column {
    pub(in crate::report) fn new(title: impl Into<String>, flush: Flush) -> Self {
        Self { title: title.into(), flush, shortest: None }
    }

    pub(in crate::report) fn cut_to(self, shortest: usize) -> Self {
        Self { shortest: Some(shortest), ..self }
    }
}

/// A cell: printable words, and how they look.
pub(in crate::report) struct Cell {
    /// A line is broken only between them.
    words: Vec<String>,
    style: &'static str,
}

impl Cell {
    pub(in crate::report) fn new(text: impl AsRef<str>) -> Self {
        Self::of_words([text.as_ref()])
    }

    /// As several words, where it is the last of its row.
    pub(in crate::report) fn of_words<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let words = words.into_iter().map(|word| text::line(word).into_owned()).collect();
        Self { words, style: "" }
    }

    pub(in crate::report) fn styled(self, style: &'static str) -> Self {
        Self { style, ..self }
    }

    fn text(&self) -> String {
        self.words.join(" ")
    }
}

/// What the last column is left where the page is too narrow: a part of it, and the columns of two words.
const LAST_PART: usize = 6;
const MIN_LAST: usize = 13;

/// The columns of the longest word there, `REHEARSAL`.
const MIN_ROOM: usize = 9;

/// The table, with a newline behind each line. In a row with fewer cells than columns the last cell takes the rest of the
/// line; what does not fit there goes on below.
pub(in crate::report) fn columns(head: &[Column], rows: &[Vec<Cell>], page: Page) -> String {
    let room = page.columns.unwrap_or(usize::MAX);
    let mut widths = natural_widths(head, rows);
    let full = rows.iter().filter(|row| row.len() == head.len()).filter_map(|row| row.last());
    let last = full.map(|cell| cell.text().width()).chain(head.last().map(|column| column.title.width()));
    let last = last.max().unwrap_or(0).min((room / LAST_PART).max(MIN_LAST));
    let taken = |widths: &[usize], gap: usize| widths.iter().map(|width| width + gap).sum::<usize>() + last;
    let gap = if taken(&widths, 2) <= room { 2 } else { 1 };
    // From left to right, each column gives up no more than is still missing.
    for (at, column) in head.iter().enumerate() {
        let missing = taken(&widths, gap).saturating_sub(room);
        let Some((shortest, width)) = column.shortest.zip(widths.get_mut(at)) else { continue };
        *width = (*width).saturating_sub(missing).max(shortest.min(*width));
    }
    let titles: Vec<_> = head.iter().map(|column| Cell::new(&column.title).styled(BOLD)).collect();
    let line = |row: &Vec<Cell>| line(row, head, &widths, gap, page);
    std::iter::once(&titles).chain(rows).map(line).collect()
}

/// The widths of all columns but the last without any cut.
fn natural_widths(head: &[Column], rows: &[Vec<Cell>]) -> Vec<usize> {
    let natural = |(at, column): (usize, &Column)| {
        let cells = rows.iter().filter(|row| at + 1 < row.len()).filter_map(|row| row.get(at));
        cells.map(|cell| cell.text().width()).chain([column.title.width()]).max().unwrap_or(0)
    };
    let others = head.split_last().map_or(&[][..], |(_, others)| others);
    others.iter().enumerate().map(natural).collect()
}

fn line(row: &[Cell], head: &[Column], widths: &[usize], gap: usize, page: Page) -> String {
    let Some((last, cells)) = row.split_last() else { return "\n".to_owned() };
    let mut out = String::new();
    let mut used = 0;
    for ((cell, column), &width) in cells.iter().zip(head).zip(widths) {
        let text = cell.text();
        let text = fit(&text, width, &text::line("…")).into_owned();
        let padding = " ".repeat(width.saturating_sub(text.width()));
        let (before, after) = match column.flush {
            Flush::Left => ("", padding.as_str()),
            Flush::Right => (padding.as_str(), ""),
        };
        out.extend([before, &page.styled(cell.style, &text), after, &" ".repeat(gap)]);
        used += width + gap;
    }
    let room = page.columns.map_or(usize::MAX, |columns| columns.saturating_sub(used).max(MIN_ROOM));
    let below = format!("\n{:used$}", "");
    // What stays together otherwise is broken rather than reach beyond the terminal.
    let broken = |words: &String| words.width() > room;
    let words = last.words.iter().flat_map(|words| words.split(if broken(words) { ' ' } else { '\0' }));
    let last_lines = wrap_words(words, room).into_iter();
    let last = last_lines.map(|line| page.styled(last.style, &line)).collect::<Vec<_>>().join(&below);
    format!("{}\n", format!("{out}{last}").trim_end())
}
