//! What a dialog shows, and how a dialog is drawn: a framed sheet in the middle of the screen,
//! its text above, its field and keys always in sight below.

use std::cell::Cell;

use ratatui::{layout::Rect, style::Modifier, text::Line};
use unicode_width::UnicodeWidthStr as _;

use super::{body::Body, field::Field, key_rows::key_rows, prompt::Prompt};
use crate::{
    screen::{
        keys::{Room, TextInput},
        paint::{Canvas, Drawing, Theme, Tone, below},
    },
    text::{clean, plural, split_at_width, wrap},
};

#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) tone: Tone,
    pub(crate) body: Vec<Line<'static>>,
    /// Row of the body that has to stay in sight: the one chosen.
    keep: Option<usize>,
    /// What to type, and the field for it.
    field: Option<(Prompt, Field)>,
    /// What is consented to by Enter: something else where that has changed.
    consent: Option<String>,
    /// Each key with its word.
    pub(crate) keys: Vec<(&'static str, &'static str)>,
}

impl Sheet {
    pub(crate) fn new(title: impl Into<String>, tone: Tone, body: Body) -> Self {
        let keys = vec![("Esc", "close")];
        Self {
            title: title.into(),
            tone,
            body: body.into_lines(),
            keep: None,
            field: None,
            consent: None,
            keys,
        }
    }

    pub(in crate::screen::dialogs) fn field(mut self, prompt: impl Into<Prompt>, field: &Field) -> Self {
        self.field = Some((prompt.into(), field.clone()));
        self
    }

    /// Asks for consent to `what`, which is given by Enter and only once the end of the body was in sight.
    pub(in crate::screen::dialogs) fn consenting_to(mut self, what: String) -> Self {
        self.consent = Some(what);
        self
    }

    pub(in crate::screen::dialogs) fn consent(self) -> Option<String> {
        self.consent
    }

    /// Says at the field why Enter was refused.
    pub(in crate::screen::dialogs) fn refuse(&mut self, why: &str) {
        if let Some((_, field)) = &mut self.field {
            field.problem = Some(why.to_owned());
        }
    }

    /// Keeps row `row` of the body in sight.
    pub(in crate::screen::dialogs) fn keep(mut self, row: usize) -> Self {
        self.keep = Some(row);
        self
    }

    pub(crate) fn keys(mut self, keys: &[(&'static str, &'static str)]) -> Self {
        self.keys = keys.to_vec();
        self
    }

    /// What tells this sheet from the one that follows it in the same dialog.
    pub(in crate::screen::dialogs) fn page(&self) -> String {
        let prompt = self.field.as_ref().map_or_else(String::new, |(prompt, _)| prompt.long.to_string());
        format!("{}\n{prompt}", self.title)
    }

    /// The body in that form; without its blank rows where every row counts.
    fn body(&self, form: Form) -> Vec<&Line<'static>> {
        self.body.iter().filter(|line| form != Form::Squeezed || line.width() > 0).collect()
    }

    /// Rows without those of a frame.
    fn height(&self, form: Form, width: u16, theme: Theme) -> u16 {
        let rows = self.body(form).len() + foot(self, width, form, theme, false).len();
        u16::try_from(rows).unwrap_or(u16::MAX)
    }
}

/// How much room a sheet takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Loose,
    /// Without blanks around the field.
    Tight,
    /// Without blanks in the body either.
    Squeezed,
}

impl Form {
    const ALL: [Self; 3] = [Self::Loose, Self::Tight, Self::Squeezed];
}

const MAX_WIDTH: u16 = 76;

/// Below this height a sheet that a box would cut has a rule above it instead, which takes fewer cells.
const BOXED_FROM: u16 = 14;

/// The frame of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    Box,
    Rule,
}

impl Frame {
    /// Columns and rows that it takes.
    const fn size(self) -> (u16, u16) {
        match self {
            Self::Box => (4, 2),
            Self::Rule => (2, 1),
        }
    }

    /// Columns of the text in `area`.
    fn text_width(self, area: Rect) -> u16 {
        area.width.saturating_sub(self.size().0).min(MAX_WIDTH)
    }
}

/// A sheet as `area` shows it.
struct Fitting {
    sheet: Sheet,
    frame: Frame,
    form: Form,
    /// Rows with those of the frame.
    height: u16,
    /// Whether all of it is shown.
    is_whole: bool,
}

/// The roomiest way to show the whole sheet in `area`, or the one that shows the most of it.
fn fitting(sheet: impl Fn(u16) -> Sheet, theme: Theme, area: Rect) -> Fitting {
    let in_frame = |frame: Frame| {
        let width = frame.text_width(area);
        let sheet = sheet(width);
        let height = |form| sheet.height(form, width, theme).saturating_add(frame.size().1);
        let mut forms = Form::ALL.into_iter().map(|form| (form, height(form)));
        let whole = forms.find(|(_, height)| *height <= area.height);
        // What has to be scrolled all the same reads better with its blanks, unless there is something to type below.
        let scrolled = if sheet.field.is_some() { Form::Squeezed } else { Form::Tight };
        let (form, height) = whole.unwrap_or((scrolled, area.height));
        Fitting { frame, form, height, is_whole: whole.is_some(), sheet }
    };
    let boxed = in_frame(Frame::Box);
    if boxed.is_whole || area.height >= BOXED_FROM { boxed } else { in_frame(Frame::Rule) }
}

/// The sheet for `area` with its columns, and whether all of it is shown there, so that nothing has to be scrolled to.
pub(crate) fn fitted(sheet: impl Fn(u16) -> Sheet, theme: Theme, area: Rect) -> ((u16, Sheet), bool) {
    let Fitting { sheet, frame, is_whole, .. } = fitting(sheet, theme, area);
    ((frame.text_width(area), sheet), is_whole)
}

/// What a sheet showed of its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawn {
    /// The rows that the body has.
    pub(crate) rows: u16,
    /// Whether the end of the body was among them.
    pub(crate) shows_end: bool,
    /// What it asks consent to.
    pub(crate) consent: Option<String>,
}

/// Draws a sheet, made for the columns it gets, over whatever is in `drawing`; `scroll` rows of its body are scrolled
/// away, and `read` is the consent whose end was read before.
pub(crate) fn draw(
    sheet: impl Fn(u16) -> Sheet,
    (scroll, read): (&Cell<u16>, Option<&String>),
    theme: Theme,
    area: Rect,
    drawing: &mut Drawing,
) -> Drawn {
    let mut canvas = Canvas { drawing, theme, is_boxed: true };
    // In fewer cells a frame leaves no room for text, so only the way out is named.
    if area.width < 8 || area.height < 3 {
        canvas.erase(area);
        let line = canvas.line("dialog: enlarge, or Esc", Tone::Attention);
        canvas.row(area, 0, &line);
        return Drawn { consent: sheet(area.width).consent, ..Drawn::default() };
    }
    let Fitting { sheet, frame, form, height, .. } = fitting(sheet, theme, area);
    let (columns, _) = frame.size();
    let width = frame.text_width(area);
    let height = match frame {
        Frame::Box => height,
        Frame::Rule => area.height,
    };
    let width = if frame == Frame::Rule { area.width } else { width + columns };
    let place =
        Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    canvas.erase(place);
    let title = Line::styled(sheet.title.clone(), theme.style(sheet.tone).add_modifier(Modifier::BOLD));
    canvas.is_boxed = frame == Frame::Box;
    let inner = canvas.frame(place, &title, &Line::default(), sheet.tone);
    draw_inner(sheet, (scroll, read), inner, form, &mut canvas)
}

/// A row below the body.
enum FootRow {
    Blank,
    /// Text, and what stands at its right end.
    Text(Line<'static>, Line<'static>),
    Input,
    Keys(Line<'static>),
}

/// The rows below the body, at `width` columns; with `covers`, what was wrong takes the place of what to type.
fn foot(sheet: &Sheet, width: u16, form: Form, theme: Theme, covers: bool) -> Vec<FootRow> {
    let is_tight = form != Form::Loose;
    let mut rows = if is_tight { Vec::new() } else { vec![FootRow::Blank] };
    if let Some((prompt, field)) = &sheet.field {
        let problem = field.problem.as_deref().map_or_else(Vec::new, |problem| {
            let style = theme.style(Tone::Danger);
            wrap(&clean(problem), width.into()).into_iter().map(|line| Line::styled(line, style)).collect()
        });
        let covers = covers && !problem.is_empty();
        if is_tight && !covers {
            // Above what to type, which stays in sight.
            rows.extend(problem.iter().cloned().map(|line| FootRow::Text(line, Line::default())));
        }
        let room = room_line(field.input.room().filter(|_| !covers), theme);
        let above = if covers { problem.clone() } else { prompt.lines(width.into()) };
        let taken = above.first().map_or(0, Line::width) + 2;
        let is_beside = room.width() == 0 || taken + room.width() <= width.into();
        let (beside, under) = if is_beside { (room, None) } else { (Line::default(), Some(room)) };
        let rights = std::iter::once(beside).chain(std::iter::repeat(Line::default()));
        rows.extend(above.into_iter().zip(rights).map(|(line, right)| FootRow::Text(line, right)));
        rows.extend(under.map(|room| FootRow::Text(room, Line::default())));
        rows.push(FootRow::Input);
        if !is_tight {
            let blank = problem.is_empty().then_some(FootRow::Blank);
            rows.extend(problem.into_iter().map(|line| FootRow::Text(line, Line::default())));
            rows.extend(blank);
            rows.push(FootRow::Blank);
        }
    }
    rows.extend(key_rows(&sheet.keys, width, theme).into_iter().map(FootRow::Keys));
    rows
}

fn draw_inner(
    sheet: Sheet,
    (scroll, read): (&Cell<u16>, Option<&String>),
    inner: Rect,
    form: Form,
    canvas: &mut Canvas<'_>,
) -> Drawn {
    let in_full = foot(&sheet, inner.width, form, canvas.theme, false);
    let has_room = in_full.len() <= usize::from(inner.height);
    let rows = if has_room { in_full } else { foot(&sheet, inner.width, form, canvas.theme, true) };
    // Where not even these have room, the last of them are what to type and the keys.
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).min(inner.height);
    let rows = rows.into_iter().rev().take(height.into()).collect::<Vec<_>>().into_iter().rev();
    let text = Rect { height: inner.height - height, ..inner };
    let foot = below(inner, text.height);
    let shows_end = draw_text(&sheet, scroll, text, form, canvas);
    let is_early = sheet.consent.is_some() && !shows_end && read != sheet.consent.as_ref();
    let early_keys =
        if is_early { key_rows(&early_keys(&sheet), foot.width, canvas.theme) } else { Vec::new() };
    let mut early_keys = early_keys.into_iter();
    for (row, content) in (0..).zip(rows) {
        match content {
            FootRow::Blank => {}
            FootRow::Text(line, right) => canvas.pair_keeping_right(foot, row, &line, &right),
            FootRow::Input => {
                if let Some((_, field)) = &sheet.field {
                    draw_input(&field.input, below(foot, row), canvas);
                }
            }
            FootRow::Keys(line) => canvas.row(foot, row, &early_keys.next().unwrap_or(line)),
        }
    }
    Drawn { rows: text.height, shows_end, consent: sheet.consent }
}

/// The keys of a sheet before the end of what is consented to was in sight: Enter comes after the way there.
fn early_keys(sheet: &Sheet) -> Vec<(&'static str, &'static str)> {
    let key = |(key, word): &(&'static str, &'static str)| match *key {
        "Enter" => ("PgDn", "to the end, Enter"),
        key => (key, *word),
    };
    sheet.keys.iter().map(key).collect()
}

/// Returns whether the last row of the body is in sight.
fn draw_text(sheet: &Sheet, scroll: &Cell<u16>, area: Rect, form: Form, canvas: &mut Canvas<'_>) -> bool {
    let rows = usize::from(area.height);
    let body: Vec<Line<'static>> = sheet.body(form).into_iter().cloned().collect();
    let hidden = u16::try_from(body.len().saturating_sub(rows)).unwrap_or(u16::MAX);
    // Further than to the end there is nothing, also not to be scrolled back from.
    scroll.set(scroll.get().min(hidden));
    let kept = sheet.keep.map_or(0, |row| {
        let left_out = sheet.body.iter().take(row).filter(|line| line.width() == 0).count();
        let row = if form == Form::Squeezed { row - left_out } else { row };
        // The number of the rows below stands on the last one.
        let last = if row + 1 < body.len() { row + 2 } else { row + 1 };
        u16::try_from(last.saturating_sub(rows)).unwrap_or(u16::MAX)
    });
    let from = scroll.get().max(kept).min(hidden);
    canvas.paged(area, from, &body, "PgDn");
    from == hidden && (area.height > 0 || body.is_empty())
}

/// How much more the field takes, once that is scarce.
fn room_line(room: Option<Room>, theme: Theme) -> Line<'static> {
    let (text, tone) = match room {
        None => return Line::default(),
        Some(Room::Left(left)) => (format!("{left} left"), Tone::Quiet),
        Some(Room::LeftOut(count)) => {
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            (format!("FULL, cut off: {}", plural(count, "character")), Tone::Danger)
        }
    };
    Line::styled(text, theme.style(tone))
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
