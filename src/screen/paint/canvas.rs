//! Small drawing tools that every panel uses: frames, rows, bars, rows that give way by priority.

use std::iter;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    symbols::border,
    text::{Line, Span},
    widgets::{Block, Widget as _},
};

use super::{Charset, Theme, Tone};
use crate::text::{clean, fit, wrap};

const ASCII_BORDER: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// Where and how a panel is drawn.
pub(crate) struct Canvas<'b> {
    pub(crate) buffer: &'b mut Buffer,
    pub(crate) theme: Theme,
}

impl Canvas<'_> {
    /// `text` in the style of `tone`, harmful characters removed.
    pub(crate) fn span<'t>(&self, text: &'t str, tone: Tone) -> Span<'t> {
        Span::styled(clean(text), self.theme.style(tone))
    }

    /// As [`Canvas::span`], of a text of its own.
    pub(crate) fn owned(&self, text: impl Into<String>, tone: Tone) -> Span<'static> {
        Span::styled(clean(&text.into()).into_owned(), self.theme.style(tone))
    }

    /// A line of one such text.
    pub(crate) fn line(&self, text: impl Into<String>, tone: Tone) -> Line<'static> {
        self.owned(text, tone).into()
    }

    /// A rounded frame with a title on the left and, where there is room, one on the right.
    /// Returns what is inside, a blank column on either side left out.
    pub(crate) fn frame(&mut self, area: Rect, title: &Line<'_>, right: &Line<'_>, tone: Tone) -> Rect {
        let set = match self.theme.charset {
            Charset::Unicode => border::ROUNDED,
            Charset::Ascii => ASCII_BORDER,
        };
        // An underlined edge would draw a line below each row of the frame.
        let style = self.theme.style(tone).remove_modifier(Modifier::UNDERLINED);
        let block = Block::bordered().border_set(set).border_style(style);
        let inner = block.inner(area);
        block.render(area, self.buffer);
        let head = Rect {
            x: area.x.saturating_add(1),
            width: area.width.saturating_sub(2),
            height: area.height.min(1),
            ..area
        };
        self.title(head, &padded(title), &padded_or_nothing(right));
        Rect {
            x: inner.x.saturating_add(1).min(inner.right()),
            width: inner.width.saturating_sub(2),
            ..inner
        }
    }

    /// Titles on the upper edge of a frame, in their own style and not the frame's.
    fn title(&mut self, head: Rect, left: &Line<'_>, right: &Line<'_>) {
        let width = |line: &Line<'_>| u16::try_from(line.width()).unwrap_or(u16::MAX);
        let place = Rect { width: width(left).min(head.width), ..head };
        self.erase(place);
        self.row(place, 0, left);
        let beside = width(left).saturating_add(width(right)).saturating_add(1) <= head.width;
        if right.width() > 0 && beside {
            let place = Rect { x: head.right() - width(right), width: width(right), ..head };
            self.erase(place);
            self.row(place, 0, right);
        }
    }

    fn erase(&mut self, area: Rect) {
        for position in area.positions() {
            if let Some(cell) = self.buffer.cell_mut(position) {
                cell.reset();
            }
        }
    }

    /// Blanks in `style` over the whole of `area`.
    pub(crate) fn fill(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.buffer.area);
        self.erase(area);
        self.buffer.set_style(area, style);
    }

    /// A row over what is already drawn. The cells are erased first: setting a style adds to the modifiers of a cell.
    pub(crate) fn over(&mut self, area: Rect, row: u16, line: &Line<'_>) {
        if row < area.height {
            let width = u16::try_from(line.width()).unwrap_or(u16::MAX).min(area.width);
            self.erase(Rect { y: area.y + row, height: 1, width, ..area });
            self.row(area, row, line);
        }
    }

    /// One row of `area`, cut to its width; nothing below the area.
    pub(crate) fn row(&mut self, area: Rect, row: u16, line: &Line<'_>) {
        if row >= area.height || area.width == 0 {
            return;
        }
        if line.width() <= usize::from(area.width) {
            self.buffer.set_line(area.x, area.y + row, line, area.width);
            return;
        }
        let cut = cut(line, area.width, self.theme.symbols().ellipsis);
        self.buffer.set_line(area.x, area.y + row, &cut, area.width);
    }

    /// The lines from number `from` on, or the last ones that fill `area`.
    pub(crate) fn scrolled(&mut self, area: Rect, from: u16, lines: &[Line<'_>]) {
        let from = usize::from(from).min(lines.len().saturating_sub(area.height.into()));
        for (row, line) in (0..area.height).zip(lines.iter().skip(from)) {
            self.row(area, row, line);
        }
    }

    /// A row with something at its right end too, where there is room for both.
    pub(crate) fn pair(&mut self, area: Rect, row: u16, left: &Line<'_>, right: &Line<'_>) {
        self.row(area, row, left);
        let width = u16::try_from(right.width()).unwrap_or(u16::MAX);
        let taken = if left.width() == 0 { 0 } else { left.width() + 2 };
        if row < area.height && taken + right.width() <= usize::from(area.width) {
            self.buffer.set_line(area.right() - width, area.y + row, right, width);
        }
    }

    /// As [`Canvas::pair`], but the right part is never left out: the left part is cut.
    pub(crate) fn pair_keeping_right(&mut self, area: Rect, row: u16, left: &Line<'_>, right: &Line<'_>) {
        let width = u16::try_from(right.width()).unwrap_or(u16::MAX);
        let room = area.width.saturating_sub(if width == 0 { 0 } else { width + 2 });
        self.row(Rect { width: room, ..area }, row, left);
        if row < area.height && width <= area.width {
            self.buffer.set_line(area.right() - width, area.y + row, right, width);
        }
    }

    /// A bar of `width` columns, `filled` of `whole` in `tone`.
    pub(crate) fn bar(&self, filled: u64, whole: u64, width: u16, tone: Tone) -> Line<'static> {
        const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
        let symbols = self.theme.symbols();
        let steps = u128::from(filled.min(whole)) * u128::from(width) * 8 / u128::from(whole.max(1));
        let steps = usize::try_from(steps).unwrap_or(0);
        let cells = steps / 8;
        let part = match self.theme.charset {
            Charset::Unicode => EIGHTHS.get(steps % 8).copied().unwrap_or(""),
            Charset::Ascii => "",
        };
        let used = cells + usize::from(!part.is_empty());
        let rest = usize::from(width).saturating_sub(used);
        Line::from(vec![
            Span::styled(symbols.full.repeat(cells) + part, self.theme.style(tone)),
            Span::styled(symbols.empty.repeat(rest), self.theme.style(Tone::Quiet)),
        ])
    }

    /// A titled rule over the width of `area`: used in place of a frame where room is scarce.
    pub(crate) fn rule(&mut self, area: Rect, row: u16, title: &Line<'_>, right: &Line<'_>) {
        let rule = self.theme.symbols().thin_rule;
        let line = Line::styled(rule.repeat(usize::from(area.width)), self.theme.style(Tone::Quiet));
        self.row(area, row, &line);
        let inner = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
        self.title(inner, &padded(title), &padded_or_nothing(right));
    }
}

/// `text` beside `lead`, on as many lines of `width` columns as it takes.
pub(crate) fn hanging(lead: Line<'static>, text: &str, style: Style, width: usize) -> Vec<Line<'static>> {
    let parts = wrap(&clean(text), width.saturating_sub(lead.width()));
    let blank: Line<'_> =
        lead.spans.iter().map(|span| Span::styled(" ".repeat(span.width()), span.style)).collect();
    let leads = iter::once(lead).chain(iter::repeat(blank));
    let beside = |(mut line, part): (Line<'static>, String)| {
        line.push_span(Span::styled(part, style));
        line
    };
    leads.zip(parts).map(beside).collect()
}

/// `line` cut to `width` columns, the cut being shown.
fn cut(line: &Line<'_>, width: u16, ellipsis: &str) -> Line<'static> {
    let mut room = usize::from(width);
    let mut spans = Vec::new();
    for (index, span) in line.spans.iter().enumerate() {
        let rest: usize = line.spans.iter().skip(index + 1).map(Span::width).sum();
        if span.width() + rest.min(1) <= room {
            room -= span.width();
            spans.push(Span::styled(span.content.clone().into_owned(), span.style));
            continue;
        }
        let kept = fit(&format!("{}{}", span.content, ellipsis.repeat(room)), room, ellipsis).into_owned();
        spans.push(Span::styled(kept, span.style));
        break;
    }
    Line { spans, style: line.style, ..Line::default() }
}

fn padded<'l>(line: &Line<'l>) -> Line<'l> {
    let mut spans = Vec::with_capacity(line.spans.len() + 2);
    spans.push(Span::raw(" "));
    spans.extend(line.spans.iter().map(|span| span.clone().patch_style(line.style.patch(span.style))));
    spans.push(Span::raw(" "));
    Line::from(spans)
}

fn padded_or_nothing<'l>(line: &Line<'l>) -> Line<'l> {
    if line.width() == 0 { Line::default() } else { padded(line) }
}

/// Pieces of a row in their order, each with its place in the queue: where not all fit, those
/// with the highest number give way first.
#[derive(Clone, Default)]
pub(crate) struct Pieces<'l> {
    pieces: Vec<(u8, Line<'l>)>,
}

impl<'l> Pieces<'l> {
    pub(crate) fn push(&mut self, place: u8, line: impl Into<Line<'l>>) {
        let line = line.into();
        if line.width() > 0 {
            self.pieces.push((place, line));
        }
    }

    /// What fits into `width` columns, `gap` blanks between two pieces.
    pub(crate) fn fitted(mut self, width: u16, gap: usize) -> Line<'l> {
        while self.pieces.len() > 1 && self.width(gap) > usize::from(width) {
            let last = self.pieces.iter().enumerate().max_by_key(|(_, (place, _))| *place);
            let Some((index, _)) = last else { break };
            self.pieces.remove(index);
        }
        let mut spans = Vec::new();
        for (index, (_, line)) in self.pieces.into_iter().enumerate() {
            if index > 0 {
                spans.push(Span::raw(" ".repeat(gap)));
            }
            spans.extend(line.spans);
        }
        Line::from(spans)
    }

    /// The pieces up to that place alone.
    pub(crate) fn up_to(&self, place: u8) -> Self {
        Self { pieces: self.pieces.iter().filter(|(own, _)| *own <= place).cloned().collect() }
    }

    /// Columns that all pieces take, `gap` blanks between two of them.
    pub(crate) fn width(&self, gap: usize) -> usize {
        let text: usize = self.pieces.iter().map(|(_, line)| line.width()).sum();
        text + gap * self.pieces.len().saturating_sub(1)
    }
}
