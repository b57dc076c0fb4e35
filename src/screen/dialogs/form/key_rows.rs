//! The keys of a dialog, below its text: in one row, or in as many as they need, as one of them leads out of it.

use ratatui::text::{Line, Span};

use crate::screen::paint::{Theme, Tone, columns};

/// The keys with as many blanks between them as there is room for.
pub(super) fn key_rows(
    keys: &[(&'static str, &'static str)],
    width: u16,
    theme: Theme,
) -> Vec<Line<'static>> {
    let piece = |(key, word): &(&'static str, &'static str)| {
        [Span::styled(*key, theme.style(Tone::Key)), Span::raw(format!(" {word}"))]
    };
    let joined = |keys: &[(&'static str, &'static str)], gap: usize| {
        let mut line = Line::default();
        for key in keys {
            if !line.spans.is_empty() {
                line.push_span(" ".repeat(gap));
            }
            line.spans.extend(piece(key));
        }
        line
    };
    if let Some(line) = [3, 2, 1].into_iter().map(|gap| joined(keys, gap)).find(|line| columns(line) <= width)
    {
        return vec![line];
    }
    let mut rows = Vec::new();
    let mut rest = keys;
    while !rest.is_empty() {
        let fits =
            |count: &usize| rest.get(..*count).is_some_and(|first| columns(&joined(first, 2)) <= width);
        let count = (1..=rest.len()).rev().find(fits).unwrap_or(1);
        let (first, others) = rest.split_at(count);
        rows.push(joined(first, 2));
        rest = others;
    }
    rows
}
