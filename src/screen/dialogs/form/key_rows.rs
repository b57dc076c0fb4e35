//! The keys of a dialog, below its text: in one row, or in as many as they need, as one of them leads out of it.

use ratatui::text::{Line, Span};

use crate::screen::paint::{Theme, Tone, columns};

/// A key with its word.
pub(in crate::screen::dialogs) type Key = (&'static str, &'static str);

/// At most `most` rows of keys: where not all have room, the way out and those before it in their order.
pub(super) fn fewer_key_rows(keys: &[Key], most: usize, width: u16, theme: Theme) -> Vec<Line<'static>> {
    let way_out = keys.iter().position(|(key, _)| *key == "Esc").unwrap_or(keys.len().saturating_sub(1));
    let first = |count: usize| -> Vec<Key> {
        let kept = keys.iter().enumerate().filter(|(place, _)| *place < count || *place == way_out);
        kept.map(|(_, key)| *key).collect()
    };
    let fitting = (0..=keys.len()).rev().map(|count| key_rows(&first(count), width, theme));
    fitting.into_iter().find(|rows| rows.len() <= most).unwrap_or_default()
}

/// The keys with as many blanks between them as there is room for.
pub(super) fn key_rows(keys: &[Key], width: u16, theme: Theme) -> Vec<Line<'static>> {
    let piece =
        |(key, word): &Key| [Span::styled(*key, theme.style(Tone::Key)), Span::raw(format!(" {word}"))];
    let joined = |keys: &[Key], gap: usize| {
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
