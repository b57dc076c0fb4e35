//! How the rows of a panel are shared among texts of different weight.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use super::{Canvas, Tone};

/// The level of a text in `tone`: 0 where the test or production is endangered, 1 where something is to be settled.
pub(crate) const fn level(tone: Tone) -> u8 {
    match tone {
        Tone::Danger => 0,
        Tone::Attention => 1,
        _ => 2,
    }
}

/// A text wrapped to the width of its panel, with its level.
pub(crate) struct Text {
    pub(crate) level: u8,
    pub(crate) lines: Vec<Line<'static>>,
    /// Lines of its first sentence, which come before the rest of any text.
    pub(crate) first: usize,
}

/// How many rows each of `texts` gets, in their order, out of `height`; those that get none are left out.
///
/// By severity: first the first sentences, of texts that endanger the test before those that ask for attention; then
/// the rest of both, in the same order; and only then what is for information.
pub(crate) fn shares(texts: &[Text], height: usize) -> Vec<usize> {
    let mut shares = vec![0; texts.len()];
    let mut left = height;
    // One row is reserved for what asks for attention, however long the graver texts are.
    let asks = usize::from(height > 2 && texts.iter().any(|text| text.level == 1));
    let row = |_: &Text| 1;
    let first = |text: &Text| text.first.clamp(1, text.lines.len().max(1));
    let whole = |text: &Text| text.lines.len();
    let mut grant = |level: u8, rows: &dyn Fn(&Text) -> usize, spare: usize| {
        for (share, text) in shares.iter_mut().zip(texts).filter(|(_, text)| text.level == level) {
            // A text without its first row is left out: the rows of the others do not make up for it.
            let may_grow = *share > 0 || rows(text) == 1;
            let wanted = if may_grow { rows(text).saturating_sub(*share) } else { 0 };
            let more = wanted.min(left.saturating_sub(spare));
            *share += more;
            left -= more;
        }
    };
    grant(0, &row, 0);
    grant(0, &first, asks);
    grant(1, &row, 0);
    grant(1, &first, 0);
    grant(0, &whole, 0);
    grant(1, &whole, 0);
    grant(2, &row, 0);
    grant(2, &whole, 0);
    shares
}

pub(crate) fn hidden(shares: &[usize]) -> usize {
    shares.iter().filter(|share| **share == 0).count()
}

/// Draws each text in the rows that it got; returns the rows used. Where these are not all it needs, the last shows
/// the cut.
pub(crate) fn draw(texts: &[Text], shares: &[usize], area: Rect, canvas: &mut Canvas<'_>) -> u16 {
    let mut used = 0;
    for (text, &share) in texts.iter().zip(shares) {
        for (index, line) in text.lines.iter().take(share).enumerate() {
            let is_cut = index + 1 == share && text.lines.len() > share;
            if is_cut {
                let mut line = line.clone();
                let next = text.lines.get(share).and_then(|next| next.spans.last()).cloned();
                line.spans.push(Span::raw(" "));
                line.spans.extend(next);
                let is_whole = text.lines.len() == share + 1 && line.width() <= usize::from(area.width);
                if !is_whole {
                    // Blanks beyond the width make `row` cut the line and show the ellipsis.
                    line.spans.push(Span::raw(" ".repeat(area.width.into())));
                }
                canvas.row(area, used, &line);
            } else {
                canvas.row(area, used, line);
            }
            used += 1;
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::screen::Theme;

    fn shared(texts: &[(u8, usize)], height: usize) -> Vec<usize> {
        let text = |&(level, lines)| Text { level, lines: vec![Line::default(); lines], first: lines };
        shares(&texts.iter().map(text).collect::<Vec<_>>(), height)
    }

    #[test]
    fn the_graver_is_whole_before_the_lighter_gets_a_row() {
        assert_eq!(shared(&[(0, 3), (2, 3), (2, 1)], 3), [3, 0, 0]);
        assert_eq!(shared(&[(1, 3), (2, 3), (2, 1)], 5), [3, 1, 1]);
        assert_eq!(shared(&[(0, 2), (1, 2), (2, 2)], 9), [2, 2, 2]);
    }

    #[test]
    fn each_of_a_level_has_a_row_before_one_has_more() {
        assert_eq!(shared(&[(1, 4), (1, 4), (1, 4)], 4), [2, 1, 1]);
        assert_eq!(shared(&[(1, 4), (1, 4), (1, 4)], 2), [1, 1, 0]);
    }

    #[test]
    fn what_asks_for_attention_keeps_a_row_beside_the_longest_danger() {
        assert_eq!(shared(&[(0, 9), (1, 2), (1, 1)], 5), [4, 1, 0]);
        assert_eq!(shared(&[(0, 9), (1, 2)], 2), [2, 0]);
        assert_eq!(shared(&[], 2), [0; 0]);
        assert_eq!(shared(&[(0, 9)], 0), [0]);
    }

    #[test]
    fn only_what_is_cut_ends_with_an_ellipsis() {
        for (rest, expected) in [("do it", "one do it"), ("do it, and at once", "one do it, …")] {
            let lines = vec![Line::raw("one"), Line::raw(rest)];
            let texts = [Text { level: 0, lines, first: 1 }];
            let area = Rect::new(0, 0, 12, 1);
            let mut buffer = Buffer::empty(area);
            let mut canvas = Canvas { buffer: &mut buffer, theme: Theme::default(), is_boxed: true };
            draw(&texts, &[1], area, &mut canvas);
            let row: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
            assert_eq!(row.trim_end(), expected);
        }
    }

    #[test]
    fn every_first_sentence_comes_before_the_rest_of_any_text() {
        let text = |level, first, lines| Text { level, lines: vec![Line::default(); lines], first };
        assert_eq!(shares(&[text(0, 1, 5), text(1, 2, 4), text(2, 1, 1)], 5), [3, 2, 0]);
        assert_eq!(shares(&[text(0, 2, 2), text(1, 2, 4), text(2, 1, 1)], 7), [2, 4, 1]);
    }
}
