//! What is asked for above a field.

use ratatui::text::{Line, Span};

use crate::{
    screen::paint::{Theme, Tone},
    text::{clean, wrap},
};

/// The most rows of a question with what it goes on with.
const MAX_ROWS: usize = 2;

/// What is asked for above a field, and the same in fewer columns.
#[derive(Clone, Debug)]
pub(in crate::screen::dialogs) struct Prompt {
    pub(super) long: Line<'static>,
    short: Option<Line<'static>>,
}

impl<L: Into<Line<'static>>> From<L> for Prompt {
    fn from(long: L) -> Self {
        Self { long: long.into(), short: None }
    }
}

impl Prompt {
    pub(in crate::screen::dialogs) fn or(self, short: impl Into<Line<'static>>) -> Self {
        Self { short: Some(short.into()), ..self }
    }

    /// What to type for consent, `lead` before it. Several words are in quotation marks, or the sentence would read on into
    /// them.
    pub(in crate::screen::dialogs) fn of_phrase(lead: &str, phrase: &str, theme: Theme) -> Self {
        let phrase = Span::styled(clean(phrase).into_owned(), theme.style(Tone::Strong));
        let quote = if phrase.content.contains(' ') { "\"" } else { "" };
        let line = |lead: &str| {
            let verb = if lead.ends_with(", ") { "type" } else { "Type" };
            Line::from(vec![
                Span::raw(format!("{lead}{verb} {quote}")),
                phrase.clone(),
                Span::raw(format!("{quote}, then Enter:")),
            ])
        };
        Self::from(line(lead)).or(line(""))
    }

    /// What to type to confirm two things, after the question whether both are right.
    pub(in crate::screen::dialogs) fn of_both(question: &str, phrase: &str, theme: Theme) -> Self {
        let name = Span::styled(clean(phrase).into_owned(), theme.style(Tone::Strong));
        let long = vec![Span::raw(format!("{question} Type ")), name, Span::raw(" to confirm both:")];
        Self { long: Line::from(long), ..Self::of_phrase("", phrase, theme) }
    }

    /// The prompt in `width` columns. It says what to type: only what a question goes on with is left out, where it would
    /// take many rows.
    pub(super) fn lines(&self, width: usize) -> Vec<Line<'static>> {
        let variants = [Some(&self.long), self.short.as_ref()];
        let fits = |line: &&Line<'static>| line.width() <= width;
        if let Some(line) = variants.into_iter().flatten().find(fits) {
            return vec![line.clone()];
        }
        let line = self.short.as_ref().unwrap_or(&self.long);
        let whole = wrapped(line, width);
        let text = line.to_string();
        match text.split_once("? ").filter(|_| whole.len() > MAX_ROWS) {
            Some((question, _)) => wrapped(&Line::from(format!("{question}?")), width),
            None => whole,
        }
    }
}

/// `line` on as many rows as it takes; a part of it keeps its style where it is whole on a row.
pub(super) fn wrapped(line: &Line<'static>, width: usize) -> Vec<Line<'static>> {
    let styled = line.spans.iter().find(|span| span.style != line.style && !span.content.trim().is_empty());
    let row = |row: String| {
        let parts = styled.and_then(|span| Some((span, row.split_once(span.content.trim())?)));
        let Some((span, (before, behind))) = parts else { return Line::from(row) };
        let whole = Span::styled(span.content.trim().to_owned(), span.style);
        Line::from(vec![Span::raw(before.to_owned()), whole, Span::raw(behind.to_owned())])
    };
    wrap(&line.to_string(), width.max(1)).into_iter().map(row).collect()
}
