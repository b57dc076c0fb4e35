//! The text of a sheet, written line by line.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::{
    screen::paint::{Theme, Tone, hanging},
    text::{clean, fit, wrap},
};

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
        let lead = format!("{} ", self.theme.symbols().look);
        self.hanging(&lead, Tone::Attention, text);
    }

    pub(crate) fn value(&mut self, label: &str, tone: Tone, value: &str) {
        const LABEL: usize = 12;
        // A label of the whole width still has a blank behind it.
        let blank = if label.width() < LABEL { "" } else { " " };
        let label = Line::styled(format!("{label:<LABEL$}{blank}"), self.theme.style(Tone::Quiet));
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

    /// A choice that takes as many rows as it needs once it is chosen; cut in one row until then.
    pub(crate) fn whole_choice(&mut self, chosen: bool, text: &str) {
        let lead = self.theme.symbols().current;
        let is_wide = lead.width() + 1 + clean(text).width() > self.width;
        if !chosen || !is_wide {
            return self.choice(chosen, text);
        }
        for (index, line) in wrap(&clean(text), self.width.saturating_sub(2).max(1)).iter().enumerate() {
            let row = format!("{} {line}", if index == 0 { lead } else { " " });
            let padding = " ".repeat(self.width.saturating_sub(row.width()));
            self.lines.push(Line::styled(row + &padding, self.theme.style(Tone::Chosen)));
        }
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

    pub(super) fn into_lines(self) -> Vec<Line<'static>> {
        self.lines
    }
}
