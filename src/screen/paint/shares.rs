//! How the rows of a panel are shared among texts of different weight.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use super::{Canvas, Tone};

/// What endangers the test comes first, then what asks for something, then the rest.
const LEVELS: u8 = 3;

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
}

/// How many rows each of `texts` gets, in their order, out of `height`; those that get none are left out.
///
/// By severity: every row of a text that endangers the test comes before the first of one that asks
/// for attention, and those of both before anything for information.
pub(crate) fn shares(texts: &[Text], height: usize) -> Vec<usize> {
    let mut shares = vec![0; texts.len()];
    let mut left = height;
    // One row is reserved for what asks for attention, however long the graver texts are.
    let asks = usize::from(height > 2 && texts.iter().any(|text| text.level == 1));
    for level in 0..LEVELS {
        let of_level = || texts.iter().enumerate().filter(|(_, text)| text.level == level);
        let spare = if level == 0 { asks } else { 0 };
        for (index, _) in of_level() {
            if let Some(share) = shares.get_mut(index).filter(|_| left > 0) {
                *share = 1;
                left -= 1;
            }
        }
        for (index, text) in of_level() {
            let more = text.lines.len().saturating_sub(1).min(left.saturating_sub(spare));
            if let Some(share) = shares.get_mut(index).filter(|share| **share > 0) {
                *share += more;
                left -= more;
            }
        }
    }
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
                // Blanks beyond the width make `row` cut the line and show the ellipsis.
                line.spans.push(Span::raw(" ".repeat(area.width.into())));
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
    use super::*;

    fn shared(texts: &[(u8, usize)], height: usize) -> Vec<usize> {
        let text = |&(level, lines)| Text { level, lines: vec![Line::default(); lines] };
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
}
