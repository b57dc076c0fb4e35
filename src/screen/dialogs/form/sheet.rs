//! What a dialog shows, and how a dialog is drawn: a framed sheet in the middle of the screen,
//! its text above, its field and keys always in sight below.

use std::cell::Cell;

use ratatui::{
    layout::Rect,
    style::Modifier,
    text::{Line, Span},
};

use super::{
    body::Body,
    field::Field,
    foot::{Foot, FootRow, draw_input},
    key_answer::KeyAnswer,
    key_rows::{Key, fewer_key_rows},
    prompt::Prompt,
};
use crate::screen::paint::{Canvas, Drawing, Theme, Tone, below};

#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) title: String,
    pub(crate) tone: Tone,
    pub(crate) body: Vec<Line<'static>>,
    /// The first and the last row of the body that have to stay in sight: those of what is chosen.
    keep: Option<(usize, usize)>,
    /// What to type, and the field for it.
    field: Option<(Prompt, Field)>,
    /// What is consented to by Enter: something else where that has changed.
    consent: Option<String>,
    /// Each key with its word.
    pub(crate) keys: Vec<Key>,
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
        self.keep = Some((row, row));
        self
    }

    /// Keeps the rows of the body from `first` to `last` in sight; where not all have room, the first of them.
    pub(in crate::screen::dialogs) fn keep_rows(mut self, first: usize, last: usize) -> Self {
        self.keep = Some((first, last));
        self
    }

    pub(crate) fn keys(mut self, keys: &[Key]) -> Self {
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

    fn foot(&self, form: Form, width: u16, theme: Theme) -> Foot<'_> {
        let is_tight = form != Form::Loose;
        Foot { field: self.field.as_ref(), keys: &self.keys, width, is_tight, theme }
    }

    /// Rows without those of a frame.
    fn height(&self, form: Form, width: u16, theme: Theme) -> u16 {
        let rows = self.body(form).len() + self.foot(form, width, theme).rows(false).len();
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

/// Below this height a sheet that a box would cut has a rule above it instead, which takes fewer cells; from it on where
/// that shows all of the sheet.
const BOXED_FROM: u16 = 14;

/// From this width on a single row of text has room for the key that scrolls beside it.
const NAMED_KEY_FROM: u16 = 36;

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
    if boxed.is_whole {
        return boxed;
    }
    let ruled = in_frame(Frame::Rule);
    if ruled.is_whole || area.height < BOXED_FROM { ruled } else { boxed }
}

/// The sheet for `area` with its columns, and whether all of it is shown there, so that nothing has to be scrolled to.
pub(crate) fn fitted(sheet: impl Fn(u16) -> Sheet, theme: Theme, area: Rect) -> ((u16, Sheet), bool) {
    let Fitting { sheet, frame, is_whole, .. } = fitting(sheet, theme, area);
    ((frame.text_width(area), sheet), is_whole)
}

/// The fewest rows, as wide as `area`, for a title, two of the body and those below it; `covers` as for [`Foot::rows`].
pub(crate) fn rows_needed(sheet: impl Fn(u16) -> Sheet, theme: Theme, area: Rect, covers: bool) -> u16 {
    let width = Frame::Rule.text_width(area);
    let foot = sheet(width).foot(Form::Squeezed, width, theme).rows(covers).len();
    u16::try_from(foot).unwrap_or(u16::MAX).saturating_add(2 + Frame::Rule.size().1)
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
/// away, and `read` is the consent whose end was read before. `answer` is to a key that it has no use for.
pub(crate) fn draw(
    sheet: impl Fn(u16) -> Sheet,
    (scroll, read): (&Cell<u16>, Option<&String>),
    answer: Option<KeyAnswer<'_>>,
    theme: Theme,
    area: Rect,
    drawing: &mut Drawing,
) -> Drawn {
    let mut canvas = Canvas { drawing, theme, is_boxed: true };
    // In fewer cells a frame leaves no room for text, so only the way out is named.
    if area.width < 8 || area.height < 3 {
        canvas.erase(area);
        let line = canvas.line("dialog: enlarge, or Esc", Tone::Attention);
        let line = answer.map_or(line, |answer| answer.line(theme));
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
    let title = Span::styled(sheet.title.clone(), theme.style(sheet.tone).add_modifier(Modifier::BOLD));
    let (title, answer) = match answer.filter(|answer| answer.is_covered(place)) {
        Some(answer) => answer.beside(&title, width, theme),
        None => (Line::from(title), Line::default()),
    };
    canvas.is_boxed = frame == Frame::Box;
    let inner = canvas.frame(place, &title, &answer, sheet.tone);
    draw_inner(sheet, (scroll, read), inner, form, &mut canvas)
}

fn draw_inner(
    sheet: Sheet,
    (scroll, read): (&Cell<u16>, Option<&String>),
    inner: Rect,
    form: Form,
    canvas: &mut Canvas<'_>,
) -> Drawn {
    let rows = sheet.foot(form, inner.width, canvas.theme).fitted(inner.height);
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).min(inner.height);
    let text = Rect { height: inner.height - height, ..inner };
    let foot = below(inner, text.height);
    let shows_end = draw_text(&sheet, scroll, text, form, canvas);
    let keys = keys_of_moment(&sheet, shows_end || read == sheet.consent.as_ref());
    let key_count = rows.iter().filter(|row| matches!(row, FootRow::Keys)).count();
    let mut key_lines = fewer_key_rows(&keys, key_count, foot.width, canvas.theme).into_iter();
    for (row, content) in (0..).zip(rows) {
        match content {
            FootRow::Blank => {}
            FootRow::Text(line, right) => canvas.pair_keeping_right(foot, row, &line, &right),
            FootRow::Input => {
                if let Some((_, field)) = &sheet.field {
                    draw_input(&field.input, below(foot, row), canvas);
                }
            }
            FootRow::Keys => canvas.row(foot, row, &key_lines.next().unwrap_or_default()),
        }
    }
    Drawn { rows: text.height, shows_end, consent: sheet.consent }
}

/// The keys of a sheet; before the end of what is consented to was in sight, Enter comes after the way there.
fn keys_of_moment(sheet: &Sheet, is_read: bool) -> Vec<Key> {
    let is_early = !is_read && sheet.consent.is_some();
    let key = |(key, word): &Key| match *key {
        "Enter" if is_early => ("PgDn", "to the end, Enter"),
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
    let kept = sheet.keep.map_or(0, |(first, last)| {
        let place = |row: usize| {
            let left_out = sheet.body.iter().take(row).filter(|line| line.width() == 0).count();
            if form == Form::Squeezed { row - left_out } else { row }
        };
        // The number of the rows below stands on the last one.
        let (first, last) = (place(first), place(last));
        let end = if last + 1 < body.len() { last + 2 } else { last + 1 };
        u16::try_from(end.saturating_sub(rows).min(first)).unwrap_or(u16::MAX)
    });
    let from = scroll.get().max(kept).min(hidden);
    match body.get(usize::from(from)) {
        // In a single narrow row the words of the key would stand in place of the text.
        Some(line) if area.height == 1 && from < hidden && area.width < NAMED_KEY_FROM => {
            let more = format!("{}{}", canvas.theme.symbols().down, hidden - from);
            canvas.pair_keeping_right(area, 0, line, &canvas.line(more, Tone::Chosen));
        }
        _ => canvas.paged(area, from, &body, "PgDn"),
    }
    from == hidden && (area.height > 0 || body.is_empty())
}
