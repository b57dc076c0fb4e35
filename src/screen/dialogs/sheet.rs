//! What a dialog shows, and how a dialog is drawn: a framed sheet in the middle of the screen,
//! its text above, its field and keys always in sight below.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Modifier,
    text::{Line, Span},
    widgets::{Clear, Widget as _},
};
use unicode_width::UnicodeWidthStr as _;

use super::field::Field;
use crate::{
    screen::{
        keys::{Room, TextInput},
        paint::{Canvas, Theme, Tone, below, hanging},
    },
    text::{clean, fit, plural, split_at_width, wrap},
};

#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) tone: Tone,
    pub(crate) body: Vec<Line<'static>>,
    /// Row of the body that has to stay in sight: the one chosen.
    keep: Option<usize>,
    /// What to type, and the field for it.
    field: Option<(Line<'static>, Field)>,
    /// Each key with its word.
    pub(crate) keys: Vec<(&'static str, &'static str)>,
}

impl Sheet {
    pub(crate) fn new(title: impl Into<String>, tone: Tone, body: Body) -> Self {
        let keys = vec![("Esc", "close")];
        Self { title: title.into(), tone, body: body.lines, keep: None, field: None, keys }
    }

    pub(super) fn field(mut self, prompt: impl Into<Line<'static>>, field: &Field) -> Self {
        self.field = Some((prompt.into(), field.clone()));
        self
    }

    /// Keeps row `row` of the body in sight.
    pub(super) fn keep(mut self, row: usize) -> Self {
        self.keep = Some(row);
        self
    }

    pub(crate) fn keys(mut self, keys: &[(&'static str, &'static str)]) -> Self {
        self.keys = keys.to_vec();
        self
    }
}

/// The text of a sheet while it is written.
pub(crate) struct Body {
    theme: Theme,
    width: usize,
    lines: Vec<Line<'static>>,
}

impl Body {
    pub(crate) fn new(theme: Theme, width: u16) -> Self {
        Self { theme, width: usize::from(width), lines: Vec::new() }
    }

    pub(crate) const fn theme(&self) -> Theme {
        self.theme
    }

    pub(crate) const fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn rows(&self) -> usize {
        self.lines.len()
    }

    pub(crate) fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            self.lines.push(Line::default());
        }
    }

    pub(crate) fn text(&mut self, tone: Tone, text: &str) {
        self.hanging("", tone, text);
    }

    /// A paragraph with something before its first line.
    pub(crate) fn hanging(&mut self, lead: &str, tone: Tone, text: &str) {
        let style = self.theme.style(tone);
        self.lines.extend(hanging(Line::styled(lead.to_owned(), style), text, style, self.width));
    }

    pub(crate) fn warning(&mut self, text: &str) {
        let lead = format!("{} ", self.theme.symbols().attention);
        self.hanging(&lead, Tone::Attention, text);
    }

    pub(crate) fn value(&mut self, label: &str, tone: Tone, value: &str) {
        const LABEL: usize = 12;
        let label = Line::styled(format!("{label:<LABEL$}"), self.theme.style(Tone::Quiet));
        self.lines.extend(hanging(label, value, self.theme.style(tone), self.width));
    }

    /// A line as it would be sent.
    pub(crate) fn literal(&mut self, line: &str) {
        let line = Span::styled(clean(line).into_owned(), self.theme.style(Tone::Strong));
        self.lines.push(Line::from(vec![Span::raw("    "), line]));
    }

    pub(crate) fn choice(&mut self, chosen: bool, text: &str) {
        let lead = if chosen { self.theme.symbols().current } else { " " };
        let row = format!("{lead} {}", clean(text));
        let row = fit(&row, self.width, self.theme.symbols().ellipsis).into_owned();
        let tone = if chosen { Tone::Chosen } else { Tone::Text };
        let padding = " ".repeat(self.width.saturating_sub(row.width()));
        self.lines.push(Line::styled(row + &padding, self.theme.style(tone)));
    }

    /// A bar over the whole width.
    pub(crate) fn bar(&mut self, tone: Tone, text: &str) {
        for line in wrap(text, self.width.saturating_sub(2)) {
            let padding = " ".repeat(self.width.saturating_sub(line.width() + 1));
            self.lines.push(Line::styled(format!(" {line}{padding}"), self.theme.style(tone)));
        }
    }

    pub(crate) fn line(&mut self, line: Line<'static>) {
        self.lines.push(line);
    }
}

const MAX_WIDTH: u16 = 76;

/// Draws a sheet, made for the columns it gets, over whatever is in `buffer`; `scroll` rows of its body are scrolled away.
/// Returns the rows that the body has.
pub(crate) fn draw(
    sheet: impl FnOnce(u16) -> Sheet,
    scroll: u16,
    theme: Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> u16 {
    let mut canvas = Canvas { buffer, theme, is_boxed: true };
    // In fewer cells a frame leaves no room for text, so only the way out is named.
    if area.width < 8 || area.height < 3 {
        Clear.render(area, canvas.buffer);
        let line = canvas.line("dialog: enlarge, or Esc", Tone::Attention);
        canvas.row(area, 0, &line);
        return 0;
    }
    let width = area.width.saturating_sub(4).min(MAX_WIDTH);
    let sheet = sheet(width);
    let text = u16::try_from(sheet.body.len()).unwrap_or(u16::MAX).saturating_add(2);
    let tight = text.saturating_add(foot_rows(&sheet, false)) > area.height;
    let height = text.saturating_add(foot_rows(&sheet, tight)).min(area.height);
    let width = width + 4;
    let place =
        Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    Clear.render(place, canvas.buffer);
    let title = Line::styled(sheet.title.clone(), theme.style(sheet.tone).add_modifier(Modifier::BOLD));
    let inner = canvas.frame(place, &title, &Line::default(), sheet.tone);
    draw_inner(&sheet, scroll, inner, tight, &mut canvas)
}

/// Rows below the body. Where it is tight there are no blanks, and what was wrong takes the place of
/// what to type.
fn foot_rows(sheet: &Sheet, tight: bool) -> u16 {
    match (sheet.field.is_some(), tight) {
        (true, true) => 3,
        (true, false) => 6,
        (false, true) => 1,
        (false, false) => 2,
    }
}

fn draw_inner(sheet: &Sheet, scroll: u16, inner: Rect, tight: bool, canvas: &mut Canvas<'_>) -> u16 {
    let foot = foot_rows(sheet, tight).min(inner.height);
    let text = Rect { height: inner.height - foot, ..inner };
    let foot = below(inner, text.height);
    draw_text(sheet, scroll, text, canvas);
    if let Some((prompt, field)) = &sheet.field {
        let first = u16::from(!tight);
        let problem = field.problem.as_deref().map(|problem| canvas.line(problem, Tone::Danger));
        let above = problem.as_ref().filter(|_| tight).unwrap_or(prompt);
        // Where it is tight, what was wrong has the row to itself.
        let room = field.input.room().filter(|_| !tight || problem.is_none());
        canvas.pair_keeping_right(foot, first, above, &room_line(room, canvas));
        draw_input(&field.input, below(foot, first + 1), canvas);
        if let Some(problem) = problem.filter(|_| !tight) {
            canvas.row(foot, first + 2, &problem);
        }
    }
    let mut spans = Vec::new();
    for (key, word) in &sheet.keys {
        spans.push(canvas.span(key, Tone::Key));
        spans.push(Span::raw(format!(" {word}   ")));
    }
    canvas.row(foot, foot.height.saturating_sub(1), &Line::from(spans));
    text.height
}

fn draw_text(sheet: &Sheet, scroll: u16, area: Rect, canvas: &mut Canvas<'_>) {
    let rows = usize::from(area.height);
    let hidden = sheet.body.len().saturating_sub(rows);
    let kept = sheet.keep.map_or(0, |row| (row + 1).saturating_sub(rows));
    let from = usize::from(scroll).max(kept).min(hidden);
    canvas.paged(area, u16::try_from(from).unwrap_or(u16::MAX), &sheet.body, "PgDn");
}

/// How much more the field takes, once that is scarce.
fn room_line(room: Option<Room>, canvas: &Canvas<'_>) -> Line<'static> {
    let (text, tone) = match room {
        None => return Line::default(),
        Some(Room::Left(left)) => (format!("{left} left"), Tone::Quiet),
        Some(Room::LeftOut(count)) => {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            (format!("FULL, cut off: {}", plural(count, "character")), Tone::Danger)
        }
    };
    canvas.line(text, tone)
}

/// The text being typed, scrolled so that the cursor is in sight.
fn draw_input(input: &TextInput, area: Rect, canvas: &mut Canvas<'_>) {
    let width = usize::from(area.width.saturating_sub(2));
    let (before, behind) = input.halves();
    // One column is for the cursor behind the text.
    let skipped = before.width().saturating_sub(width.saturating_sub(1));
    let (_, before) = split_at_width(before, skipped);
    let mut behind = behind.chars();
    let under = behind.next().map_or_else(|| " ".to_owned(), String::from);
    let rest: String = behind.collect();
    let used = before.width() + under.width() + rest.width();
    let blank = " ".repeat(width.saturating_sub(used));
    let line = canvas.words(&[
        ("> ", Tone::Key),
        (before, Tone::Field),
        (&under, Tone::Chosen),
        (&rest, Tone::Field),
        (&blank, Tone::Field),
    ]);
    canvas.row(area, 0, &line);
}
