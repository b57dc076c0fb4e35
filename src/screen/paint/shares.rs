//! How the rows of a panel are shared among texts of different weight.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr as _;

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
    /// Its last lines, where they say what to do: they come before what lies between.
    pub(crate) to_do: usize,
}

impl Text {
    /// The rows in which its first sentence and the verb of what to do are whole.
    pub(crate) fn gist(&self) -> usize {
        (self.first + self.to_do.min(1)).min(self.lines.len())
    }
}

/// How many rows each of `texts` gets, in their order, out of `height`; those that get none are left out.
///
/// By severity: first the first sentences, of texts that endanger the test before those that ask for attention; then
/// what to do, and the rest of both, in the same order; and only then what is for information.
pub(crate) fn shares(texts: &[Text], height: usize) -> Vec<usize> {
    let mut shares = vec![0; texts.len()];
    let mut left = height;
    // One row is reserved for what asks for attention, however long the graver texts are.
    let asks = usize::from(height > 2 && texts.iter().any(|text| text.level == 1));
    let row = |_: &Text| 1;
    let first = |text: &Text| text.first.clamp(1, text.lines.len().max(1));
    let gist = |text: &Text| text.gist();
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
    grant(0, &gist, 0);
    grant(1, &gist, 0);
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
    draw_leading_on(texts, shares, &[], area, canvas)
}

/// As [`draw`], with the first of `hints` that has room at the end of the last row of a text that is cut: where the whole of
/// it is.
pub(crate) fn draw_leading_on(
    texts: &[Text],
    shares: &[usize],
    hints: &[Vec<String>],
    area: Rect,
    canvas: &mut Canvas<'_>,
) -> u16 {
    let mut used = 0;
    let ellipsis = canvas.theme.symbols().ellipsis;
    for (place, (text, &share)) in texts.iter().zip(shares).enumerate() {
        let is_cut = (1..text.lines.len()).contains(&share);
        let hints = hints.get(place).filter(|_| is_cut).map_or(&[][..], Vec::as_slice);
        let end = used + u16::try_from(share).unwrap_or(u16::MAX);
        let (said, to_do) = text.lines.split_at(text.lines.len() - text.to_do.min(text.lines.len()));
        let of_to_do = to_do.len().min(share.saturating_sub(text.first));
        for (part, rows) in [(said, share - of_to_do), (to_do, of_to_do)] {
            for (index, line) in part.iter().take(rows).enumerate() {
                // What to do follows the first sentence in its row where it has no row of its own.
                let rest = if part.len() == rows && of_to_do == 0 {
                    to_do
                } else {
                    part.get(rows..).unwrap_or_default()
                };
                let next = rest.first().filter(|_| index + 1 == rows);
                let line = next.map_or_else(
                    || line.clone(),
                    |next| cut(line, next, rest.len() == 1, area.width, ellipsis),
                );
                let mut hints = hints.iter().filter(|_| used + 1 == end);
                if !hints.any(|hint| canvas.pair(area, used, &line, &canvas.line(hint.clone(), Tone::Quiet)))
                {
                    canvas.row(area, used, &line);
                }
                used += 1;
            }
        }
    }
    used
}

/// The words that lead to what to do.
pub(crate) const TO_DO: &str = "To do: ";

/// `line` with as many whole words of the next one as have room; `is_last`: nothing follows that one.
fn cut(
    line: &Line<'static>,
    next: &Line<'static>,
    is_last: bool,
    width: u16,
    ellipsis: &str,
) -> Line<'static> {
    let mut line = line.clone();
    let room = usize::from(width);
    let Some(next) = next.spans.last() else { return line };
    if is_last && line.width() + 1 + next.width() <= room {
        line.spans.extend([Span::raw(" "), next.clone()]);
        return line;
    }
    let ends = next.content.match_indices(' ').map(|(end, _)| next.content.get(..end).unwrap_or_default());
    // Without a verb the lead says nothing.
    let mut heads = ends.chain([next.content.as_ref()]).filter(|head| !TO_DO.starts_with(head));
    let left = room.saturating_sub(line.width() + ellipsis.width() + 1);
    let head = heads.rfind(|head| head.width() < left);
    let more = match head.map(|head| format!(" {head} {ellipsis}")) {
        Some(head) => head,
        None if left > 0 => format!(" {ellipsis}"),
        // Blanks beyond the width make `row` cut the line and show the ellipsis.
        None => " ".repeat(room),
    };
    line.spans.push(Span::styled(more, next.style));
    line
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;
    use crate::screen::{Theme, paint::Drawing};

    fn shared(texts: &[(u8, usize)], height: usize) -> Vec<usize> {
        let text =
            |&(level, lines)| Text { level, lines: vec![Line::default(); lines], first: lines, to_do: 0 };
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
            let texts = [Text { level: 0, lines, first: 1, to_do: 0 }];
            let area = Rect::new(0, 0, 12, 1);
            let (mut drawing, mut buffer) = (Drawing::new(area), Buffer::empty(area));
            let mut canvas = Canvas { drawing: &mut drawing, theme: Theme::default(), is_boxed: true };
            draw(&texts, &[1], area, &mut canvas);
            drawing.paint(&mut buffer);
            let row: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
            assert_eq!(row.trim_end(), expected);
        }
    }

    #[test]
    fn every_first_sentence_comes_before_the_rest_of_any_text() {
        let text = |level, first, lines| Text { level, lines: vec![Line::default(); lines], first, to_do: 0 };
        assert_eq!(shares(&[text(0, 1, 5), text(1, 2, 4), text(2, 1, 1)], 5), [3, 2, 0]);
        assert_eq!(shares(&[text(0, 2, 2), text(1, 2, 4), text(2, 1, 1)], 7), [2, 4, 1]);
    }

    fn drawn(lines: &[&str], to_do: usize, share: usize) -> Vec<String> {
        let lines = lines.iter().map(|line| Line::raw((*line).to_owned())).collect();
        let texts = [Text { level: 0, lines, first: 1, to_do }];
        let area = Rect::new(0, 0, 24, 4);
        let (mut drawing, mut buffer) = (Drawing::new(area), Buffer::empty(area));
        let mut canvas = Canvas { drawing: &mut drawing, theme: Theme::default(), is_boxed: true };
        let used = draw(&texts, &[share], area, &mut canvas);
        drawing.paint(&mut buffer);
        let row =
            |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
        let rows = buffer.content.chunks(24).map(|cells| row(cells).trim_end().to_owned());
        rows.take(used.into()).collect()
    }

    #[test]
    fn what_to_do_comes_before_what_lies_between() {
        let text = ["It is paused.", "Nothing is sent.", "New data is at risk.", "To do: Resume it now."];
        assert_eq!(drawn(&text, 1, 4), text);
        assert_eq!(drawn(&text, 1, 3), [text[0], "Nothing is sent. New …", text[3]]);
        assert_eq!(drawn(&text, 1, 2), ["It is paused. Nothing …", text[3]]);
    }

    #[test]
    fn the_verb_of_what_to_do_is_whole_or_left_out() {
        let to_do = "To do: Look there now.";
        assert_eq!(drawn(&["Paused.", to_do], 1, 1), ["Paused. To do: Look …"]);
        assert_eq!(drawn(&["It is paused.", to_do], 1, 1), ["It is paused. …"]);
        assert_eq!(drawn(&["", to_do], 1, 1), [" To do: Look there now."]);
    }
}
