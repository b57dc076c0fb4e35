//! The dialogs: what each shows, which keys it takes, and what it asks for in the end. A dialog
//! judges anew at every frame and key, so that what it offers is never older than the run.

mod acknowledge;
mod attest;
mod checklist;
mod consent;
mod listing;
mod markers;
mod quit;
mod reply;
mod seek;
mod sheet;
mod simple;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::{buffer::Buffer, layout::Rect};

pub(crate) use self::reply::Reply;
use self::{
    acknowledge::Acknowledge,
    attest::Attest,
    checklist::Checklist,
    consent::{ActionDialog, PairDialog},
    markers::Markers,
    seek::SeekDialog,
    sheet::{Body, Sheet},
    simple::Note,
};
use super::{
    facts::Facts,
    keys::{Intent, TextInput},
    paint::Theme,
};
use crate::run::ActionKind;

#[derive(Clone, Debug)]
enum Kind {
    Action(ActionDialog),
    Pair(PairDialog),
    Attest(Attest),
    Acknowledge(Acknowledge),
    Markers(Markers),
    Note(Note),
    Checklist(Checklist),
    Seek(SeekDialog),
    Baseline,
    Listing,
    Quit,
    Help,
}

/// An open dialog.
#[derive(Clone, Debug)]
pub(crate) struct Dialog {
    kind: Kind,
    /// Rows of the body scrolled away.
    scroll: u16,
}

impl Dialog {
    const fn of(kind: Kind) -> Self {
        Self { kind, scroll: 0 }
    }

    pub(crate) fn action(action: ActionKind) -> Self {
        Self::of(Kind::Action(ActionDialog::new(action)))
    }

    pub(crate) fn pair() -> Self {
        Self::of(Kind::Pair(PairDialog::default()))
    }

    pub(crate) fn attest() -> Self {
        Self::of(Kind::Attest(Attest::default()))
    }

    pub(crate) fn acknowledge() -> Self {
        Self::of(Kind::Acknowledge(Acknowledge::default()))
    }

    pub(crate) fn markers() -> Self {
        Self::of(Kind::Markers(Markers::default()))
    }

    pub(crate) fn note() -> Self {
        Self::of(Kind::Note(Note::default()))
    }

    pub(crate) fn checklist() -> Self {
        Self::of(Kind::Checklist(Checklist::default()))
    }

    pub(crate) fn seek() -> Self {
        Self::of(Kind::Seek(SeekDialog::default()))
    }

    pub(crate) const fn baseline() -> Self {
        Self::of(Kind::Baseline)
    }

    pub(crate) const fn listing() -> Self {
        Self::of(Kind::Listing)
    }

    pub(crate) const fn quit() -> Self {
        Self::of(Kind::Quit)
    }

    pub(crate) const fn help() -> Self {
        Self::of(Kind::Help)
    }

    /// The field that is typed into.
    pub(crate) fn field_mut(&mut self) -> Option<&mut TextInput> {
        match &mut self.kind {
            Kind::Action(action) => Some(action.field_mut()),
            Kind::Pair(pair) => Some(pair.field_mut()),
            Kind::Attest(attest) => attest.field_mut(),
            Kind::Acknowledge(acknowledge) => acknowledge.field_mut(),
            Kind::Note(note) => Some(note.field_mut()),
            Kind::Checklist(list) => Some(list.field_mut()),
            Kind::Seek(seek) => Some(seek.field_mut()),
            Kind::Markers(_) | Kind::Baseline | Kind::Listing | Kind::Quit | Kind::Help => None,
        }
    }

    /// Takes a key. Esc always closes without a consequence.
    pub(crate) fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        match key.code {
            KeyCode::Esc => return Reply::Close,
            KeyCode::PageUp => self.scroll = self.scroll.saturating_sub(5),
            KeyCode::PageDown => self.scroll = self.scroll.saturating_add(5).min(500),
            _ => return self.on_own_key(key, facts),
        }
        Reply::Stay
    }

    fn on_own_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        match &mut self.kind {
            Kind::Action(action) => action.on_key(key, facts),
            Kind::Pair(pair) => pair.on_key(key, facts),
            Kind::Attest(attest) => attest.on_key(key, facts),
            Kind::Acknowledge(acknowledge) => acknowledge.on_key(key, facts),
            Kind::Markers(markers) => markers.on_key(key, facts),
            Kind::Note(note) => note.on_key(key),
            Kind::Checklist(list) => list.on_key(key, facts),
            Kind::Seek(seek) => seek.on_key(key),
            Kind::Baseline => simple::baseline_key(key, facts),
            Kind::Listing => listing::key(key, facts),
            Kind::Quit => quit::key(key, facts),
            Kind::Help => self.on_help_key(key),
        }
    }

    fn on_help_key(&mut self, key: KeyEvent) -> Reply {
        match key.code {
            KeyCode::Up | KeyCode::Char('k') => self.scroll = self.scroll.saturating_sub(1),
            KeyCode::Down | KeyCode::Char('j') => self.scroll = self.scroll.saturating_add(1).min(500),
            _ => return Reply::Close,
        }
        Reply::Stay
    }

    /// What Ctrl-C asks for while it is open: the question before quitting is answered by it.
    pub(crate) fn interrupted(&self, facts: &Facts<'_>) -> Option<Intent> {
        matches!(self.kind, Kind::Quit).then(|| quit::at_once(facts))
    }

    /// Draws it over whatever is in `buffer`.
    pub(crate) fn draw(&self, facts: &Facts<'_>, theme: Theme, area: Rect, buffer: &mut Buffer) {
        sheet::draw(|width| self.sheet(facts, theme, width), self.scroll, theme, area, buffer);
    }

    /// What it shows, its text wrapped to `width` columns.
    fn sheet(&self, facts: &Facts<'_>, theme: Theme, width: u16) -> Sheet {
        let body = Body::new(theme, width);
        match &self.kind {
            Kind::Action(action) => action.sheet(facts, body),
            Kind::Pair(pair) => pair.sheet(facts, body),
            Kind::Attest(attest) => attest.sheet(facts, body),
            Kind::Acknowledge(acknowledge) => acknowledge.sheet(facts, body),
            Kind::Markers(markers) => markers.sheet(facts, body),
            Kind::Note(note) => note.sheet(body),
            Kind::Checklist(list) => list.sheet(facts, body),
            Kind::Seek(seek) => seek.sheet(facts, body),
            Kind::Baseline => simple::baseline_sheet(facts, body),
            Kind::Listing => listing::sheet(facts, body),
            Kind::Quit => quit::sheet(facts, body),
            Kind::Help => simple::help_sheet(facts.mode, body),
        }
    }
}
