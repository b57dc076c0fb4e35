//! The help: every key of the session, by group, and those with the words searched for alone.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::text::{Line, Span};

use super::{Body, Content, Facts, Field, Reply, Sheet, TextInput, Tone, palette::matches_words};
use crate::screen::keys::{Bound, Command, Group, Keymap};

#[derive(Clone, Debug)]
pub(super) struct Help {
    keymap: Arc<Keymap>,
    /// What is searched for, once it is.
    search: Option<Field>,
}

impl Help {
    pub(super) const fn new(keymap: Arc<Keymap>) -> Self {
        Self { keymap, search: None }
    }

    fn shows(&self, bound: &Bound) -> bool {
        let words = self.search.as_ref().map_or("", |field| field.input.text());
        !bound.shown.is_empty() && matches_words(bound, words)
    }
}

/// What the signs on the screen mean.
fn signs(body: &mut Body) {
    let symbols = body.theme().symbols();
    body.text(Tone::Strong, "The signs");
    for (symbol, tone, meaning) in [
        (symbols.failed, Tone::Danger, "blocking: it harms the test or production; an error in the log"),
        (symbols.attention, Tone::Attention, "asks for attention; a warning in the log"),
        (symbols.info, Tone::Text, "to be known, nothing to do"),
        (symbols.unchecked, Tone::Danger, "on a check list: still to be done"),
        (symbols.checked, Tone::Good, "on a check list: done, or in order"),
        (symbols.look, Tone::Attention, "on a check list, or in a dialog: to be looked at"),
        (symbols.done, Tone::Good, "done, confirmed, or over"),
        (symbols.dot, Tone::Good, "connected"),
        (symbols.hollow, Tone::Quiet, "not connected; a phase that is still to come"),
        (symbols.current, Tone::Key, "the present phase, the present moment, the row chosen"),
        (symbols.full, Tone::Progress, "phase bar: time of the present phase; a minute is as long in all"),
        (symbols.past, Tone::Quiet, "phase bar: time of a phase that is over; blanks are no time"),
        (symbols.gap, Tone::Quiet, "phase bar: forecast of the present phase; phases still to come"),
        ("~", Tone::Text, "before a length: about, as nobody saw its begin or its end"),
        (symbols.marker, Tone::Good, "a log line that ends a stage"),
        (symbols.attention, Tone::Quiet, "grey, below the phase bar: a finding that is settled"),
        (symbols.gap, Tone::Attention, "lines that are missing; a time at which nothing was watched"),
        (symbols.bookmark, Tone::Key, "a bookmark on a log line"),
        (symbols.note, Tone::Strong, "a note on a log line"),
        (symbols.thumb, Tone::Strong, "right edge of the log: where the rows shown are in all of it"),
        (symbols.boundary, Tone::Quiet, "there: errors, warnings, stage ends, bookmarks of all of it"),
    ] {
        let symbol = Span::styled(format!("  {symbol:>6}  "), body.theme().style(tone));
        body.line(Line::from(vec![symbol, Span::raw(meaning)]));
    }
}

impl Content for Help {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        self.search.as_mut().map(|field| &mut field.input)
    }

    fn is_read_only(&self) -> bool {
        self.search.is_none()
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        match &mut self.search {
            Some(field) => {
                field.submits(key);
            }
            None => match key.code {
                KeyCode::Char('/') => self.search = Some(Field::default()),
                KeyCode::Char(letter) if letter.is_alphanumeric() && letter != 'q' => {
                    self.search = Some(Field::with(&letter.to_string()));
                }
                KeyCode::Enter | KeyCode::Char('q' | ' ') => return Reply::Close,
                _ if self.keymap.command(key, facts.mode) == Some(Command::Help) => return Reply::Close,
                _ => {}
            },
        }
        Reply::Stay
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        let key_style = body.theme().style(Tone::Key);
        for group in Group::ALL.into_iter().filter(|group| group.belongs_to(facts.mode)) {
            let bindings = self.keymap.bindings(facts.mode).filter(|bound| bound.binding.group == group);
            let shown: Vec<_> = bindings.filter(|bound| self.shows(bound)).collect();
            if shown.is_empty() {
                continue;
            }
            body.blank();
            body.text(Tone::Strong, group.title());
            for bound in shown {
                body.line(Line::from(vec![
                    Span::styled(format!("  {:>6}  ", bound.shown), key_style),
                    Span::raw(bound.help()),
                ]));
            }
        }
        let Some(search) = &self.search else {
            body.blank();
            signs(&mut body);
            body.blank();
            body.text(Tone::Quiet, "Words such as marker, baseline or policy: `drwatch guide glossary`.");
            let keys = [("Up/Down", "scroll"), ("a letter", "searches"), ("Esc", "closes")];
            return Sheet::new("Keys", Tone::Text, body).keys(&keys);
        };
        if body.rows() == 0 {
            body.text(Tone::Quiet, "No key does that.");
        }
        let keys = [("PgUp/PgDn", "scroll"), ("Esc", "close")];
        Sheet::new("Keys", Tone::Text, body).field("Search for a key or what it does:", search).keys(&keys)
    }
}
