//! Small drawing tools that every panel uses: frames, rows, bars, rows that give way by priority.

use std::{borrow::Cow, iter, ops::Range};

use ratatui::{
    layout::{Margin, Rect},
    style::{Modifier, Style},
    symbols::border,
    text::{Line, Span},
};
use unicode_width::UnicodeWidthStr as _;

use super::{Charset, Theme, Tone, cells::width, drawing::Drawing};
use crate::text::{clean, fit, is_plain, line_in, wrap};

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

pub(crate) struct Canvas<'b> {
    pub(crate) drawing: &'b mut Drawing,
    pub(crate) theme: Theme,
    /// Whether a frame is a box around its panel, or a rule above it: a box takes a row and two columns more.
    pub(crate) is_boxed: bool,
}

impl Canvas<'_> {
    /// `text` in the style of `tone`, harmful characters removed.
    pub(crate) fn span<'t>(&self, text: &'t str, tone: Tone) -> Span<'t> {
        Span::styled(self.clean(text), self.theme.style(tone))
    }

    /// As [`Canvas::span`], of a text of its own.
    pub(crate) fn owned(&self, text: impl Into<String>, tone: Tone) -> Span<'static> {
        let text = text.into();
        let cleaned = match self.clean(&text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(cleaned) => Some(cleaned),
        };
        Span::styled(cleaned.unwrap_or(text), self.theme.style(tone))
    }

    /// The setting for Unicode outranks the locale: a locale without it must not turn symbols into escapes.
    fn clean<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.theme.charset {
            _ if is_plain(text) => Cow::Borrowed(text),
            Charset::Unicode if !text.contains('\t') => line_in(text, Charset::Unicode),
            Charset::Unicode | Charset::Ascii => clean(text),
        }
    }

    pub(crate) fn line(&self, text: impl Into<String>, tone: Tone) -> Line<'static> {
        self.owned(text, tone).into()
    }

    /// A line of several texts, each in its tone.
    pub(crate) fn words(&self, parts: &[(&str, Tone)]) -> Line<'static> {
        parts.iter().map(|(text, tone)| self.owned(*text, *tone)).collect()
    }

    /// Columns and rows that a frame takes of its panel.
    pub(crate) const fn frame_size(&self) -> (u16, u16) {
        if self.is_boxed { (4, 2) } else { (2, 1) }
    }

    /// A rounded box or a rule, with a title on the left and, where there is room, one on the right.
    /// Returns what is inside, a blank column on either side left out.
    pub(crate) fn frame(&mut self, area: Rect, title: &Line<'_>, right: &Line<'_>, tone: Tone) -> Rect {
        if !self.is_boxed {
            self.rule(area, title, right, tone);
            return below(area, 1).inner(Margin::new(1, 0));
        }
        let set = match self.theme.charset {
            Charset::Unicode => border::ROUNDED,
            Charset::Ascii => ASCII_BORDER,
        };
        self.border(area, &set, self.edge(tone));
        self.title(area, title, right);
        area.inner(Margin::new(2, 1))
    }

    /// As ratatui's `Block`, which besides sets the style of every cell within.
    fn border(&mut self, area: Rect, set: &border::Set<'_>, style: Style) {
        let area = area.intersection(self.drawing.area);
        if area.is_empty() {
            return;
        }
        let mut edge = |y: u16, [left, middle, right]: [&str; 3]| {
            let place = Rect { y, height: 1, ..area };
            if !middle.is_empty() {
                self.drawing.write(&middle.repeat(area.width.into()), place, style);
            }
            self.drawing.write(right, Rect { x: area.right() - 1, width: 1, ..place }, style);
            self.drawing.write(left, Rect { width: 1, ..place }, style);
        };
        for y in area.y + 1..area.bottom() {
            edge(y, [set.vertical_left, "", set.vertical_right]);
        }
        edge(area.bottom() - 1, [set.bottom_left, set.horizontal_bottom, set.bottom_right]);
        edge(area.y, [set.top_left, set.horizontal_top, set.top_right]);
    }

    /// Titles on the upper edge of `area`, in their own style and not the edge's, a blank around each.
    fn title(&mut self, area: Rect, left: &Line<'_>, right: &Line<'_>) {
        let head = Rect { height: area.height.min(1), ..area }.inner(Margin::new(1, 0));
        let (left, right) = (padded(left), padded(right));
        self.over(head, 0, &left);
        let beside = width(&right);
        if beside > 0 && width(&left) + beside < usize::from(head.width) {
            self.over(right_end(head, &right), 0, &right);
        }
    }

    /// Blanks without colours.
    pub(crate) fn erase(&mut self, area: Rect) {
        self.drawing.erase(area);
    }

    /// Blanks in `style` over the whole of `area`.
    pub(crate) fn fill(&mut self, area: Rect, style: Style) {
        self.erase(area);
        self.drawing.set_style(area, style);
    }

    /// A row over what is already drawn. The cells are erased first: setting a style adds to the modifiers of a cell.
    pub(crate) fn over(&mut self, area: Rect, row: u16, line: &Line<'_>) {
        if row < area.height {
            let width = columns(line).min(area.width);
            self.erase(Rect { y: area.y + row, height: 1, width, ..area });
            self.row(area, row, line);
        }
    }

    /// One row of `area`, cut to its width; nothing below the area.
    pub(crate) fn row(&mut self, area: Rect, row: u16, line: &Line<'_>) {
        if row >= area.height || area.width == 0 {
            return;
        }
        let place = Rect { y: area.y + row, height: 1, ..area };
        if width(line) <= usize::from(area.width) {
            self.drawing.write_line(line, place);
            return;
        }
        let cut = cut(line, area.width, self.theme.symbols().ellipsis);
        self.drawing.write_line(&cut, place);
    }

    /// The lines from number `from` on, or the last ones that fill `area`.
    pub(crate) fn scrolled(&mut self, area: Rect, from: u16, lines: &[Line<'_>]) {
        let from = usize::from(from).min(lines.len().saturating_sub(area.height.into()));
        for (row, line) in (0..area.height).zip(lines.iter().skip(from)) {
            self.row(area, row, line);
        }
    }

    /// As [`Canvas::scrolled`]; where lines follow below, the last row ends with their number and the key to them.
    pub(crate) fn paged(&mut self, area: Rect, from: u16, lines: &[Line<'_>], key: &str) {
        self.scrolled(area, from, lines);
        let below = lines.len().saturating_sub(usize::from(from) + usize::from(area.height));
        if below == 0 || area.height == 0 {
            return;
        }
        let words = |below: usize| format!(" {} {below} more: {key} ", self.theme.symbols().down);
        let last = lines
            .get(usize::from(from) + usize::from(area.height) - 1)
            .map_or(0, |line| line.to_string().trim_end().width());
        let more = self.line(words(below), Tone::Chosen);
        // A text is not cut by it: where both have no room, its row is one of those below.
        if last + more.width() < usize::from(area.width) || area.height < 2 {
            self.over(right_end(area, &more), area.height - 1, &more);
        } else {
            let more = self.line(words(below + 1), Tone::Chosen);
            let row = Rect { y: area.y + area.height - 1, height: 1, ..area };
            self.erase(row);
            self.over(right_end(area, &more), area.height - 1, &more);
        }
    }

    /// A row with something at its right end too, where there is room for both; whether there was.
    pub(crate) fn pair(&mut self, area: Rect, row: u16, left: &Line<'_>, right: &Line<'_>) -> bool {
        self.row(area, row, left);
        let taken = match width(left) {
            0 => 0,
            taken => taken + 2,
        };
        let fits = taken + width(right) <= usize::from(area.width);
        if fits {
            self.row(right_end(area, right), row, right);
        }
        fits
    }

    /// As [`Canvas::pair`], but the right part is never left out: the left part is cut.
    pub(crate) fn pair_keeping_right(&mut self, area: Rect, row: u16, left: &Line<'_>, right: &Line<'_>) {
        let taken = match columns(right) {
            0 => 0,
            taken => taken + 2,
        };
        self.row(Rect { width: area.width.saturating_sub(taken), ..area }, row, left);
        if columns(right) <= area.width {
            self.row(right_end(area, right), row, right);
        }
    }

    /// A bar of `width` columns, `filled` of `whole` in `tone`.
    pub(crate) fn bar(&self, filled: u64, whole: u64, width: u16, tone: Tone) -> Line<'static> {
        const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
        let symbols = self.theme.symbols();
        // In 128 bits, as a count may take all of 64.
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

    /// The style of an edge: underlined, it would draw a line below each of its cells.
    fn edge(&self, tone: Tone) -> Style {
        self.theme.style(tone).remove_modifier(Modifier::UNDERLINED)
    }

    /// A titled rule over the width of `area`.
    pub(crate) fn rule(&mut self, area: Rect, title: &Line<'_>, right: &Line<'_>, tone: Tone) {
        let rule = self.theme.symbols().thin_rule.repeat(area.width.into());
        self.row(area, 0, &Line::styled(rule, self.edge(tone)));
        self.title(area, title, right);
    }
}

pub(crate) fn columns(line: &Line<'_>) -> u16 {
    u16::try_from(width(line)).unwrap_or(u16::MAX)
}

/// The columns of `area` at its right end that `line` takes.
pub(crate) fn right_end(area: Rect, line: &Line<'_>) -> Rect {
    let width = columns(line).min(area.width);
    Rect { x: area.right() - width, width, ..area }
}

/// `area` without a blank column at its left.
pub(crate) const fn indented(area: Rect) -> Rect {
    let by = if area.width > 2 { 1 } else { 0 };
    Rect { x: area.x + by, width: area.width - by, ..area }
}

/// What is left of `area` below its first `rows`.
pub(crate) fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
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
        // A column is left for the ellipsis where anything follows.
        if span.width() + rest.min(1) <= room {
            room -= span.width();
            spans.push(Span::styled(span.content.clone().into_owned(), span.style));
            continue;
        }
        // The ellipses make it wider than the room, so that `fit`
        // shows the cut even where this span alone would fit.
        let kept = fit(&format!("{}{}", span.content, ellipsis.repeat(room)), room, ellipsis).into_owned();
        spans.push(Span::styled(kept, span.style));
        break;
    }
    Line { spans, style: line.style, ..Line::default() }
}

/// `line` with a blank on either side; nothing where it is empty.
fn padded<'l>(line: &Line<'l>) -> Line<'l> {
    if width(line) == 0 {
        return Line::default();
    }
    let styled = line.spans.iter().map(|span| span.clone().patch_style(line.style.patch(span.style)));
    iter::once(Span::raw(" ")).chain(styled).chain([Span::raw(" ")]).collect()
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
        if width(&line) > 0 {
            self.pieces.push((place, line));
        }
    }

    /// The pieces that fit into `width` columns, `gap` blanks between two of them.
    pub(crate) fn kept(mut self, width: u16, gap: usize) -> Self {
        while self.pieces.len() > 1 && self.width(gap) > usize::from(width) {
            // Of several in one place the last gives way first, which is what `max_by_key` finds.
            let last = self.pieces.iter().enumerate().max_by_key(|(_, (place, _))| *place);
            let Some((index, _)) = last else { break };
            self.pieces.remove(index);
        }
        self
    }

    /// Each piece by its place in the queue, and the columns it takes.
    pub(crate) fn columns(&self, gap: usize) -> impl Iterator<Item = (u8, Range<usize>)> {
        let mut from = 0;
        self.pieces.iter().map(move |(place, line)| {
            let columns = from..from + width(line);
            from = columns.end + gap;
            (*place, columns)
        })
    }

    /// What fits into `width` columns, `gap` blanks between two pieces.
    pub(crate) fn fitted(self, width: u16, gap: usize) -> Line<'l> {
        let mut fitted = Line::default();
        for (_, line) in self.kept(width, gap).pieces {
            if !fitted.spans.is_empty() {
                fitted.push_span(" ".repeat(gap));
            }
            fitted.spans.extend(line.spans);
        }
        fitted
    }

    /// The pieces up to that place alone.
    pub(crate) fn up_to(&self, place: u8) -> Self {
        Self { pieces: self.pieces.iter().filter(|(own, _)| *own <= place).cloned().collect() }
    }

    /// Columns that all pieces take, `gap` blanks between two of them.
    pub(crate) fn width(&self, gap: usize) -> usize {
        let text: usize = self.pieces.iter().map(|(_, line)| width(line)).sum();
        text + gap * self.pieces.len().saturating_sub(1)
    }
}
