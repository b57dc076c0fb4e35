//! Which lines of the log are shown: the terms are typed, their syntax is beside them.

use crossterm::event::KeyEvent;
use ratatui::text::{Line, Span};

use crate::screen::{
    dialogs::{Body, Content, Facts, Field, Prompt, Reply, Sheet, TextInput, Tone},
    log::LogFilter,
};

#[derive(Clone, Debug)]
pub(crate) struct FilterDialog(Field);

/// Each form of a term, and what it leaves.
const SYNTAX: [(&str, &str); 6] = [
    ("level>=warning", "of this level or worse; also <= and ="),
    ("module:dsfs", "of this module or a part of it; several: of any of them"),
    ("slab  \"no space\"", "with this word, with this text"),
    ("/slab.*evicted/", "that match this regular expression"),
    ("-module:replicator", "not those: - before any term"),
    ("level=error -gc", "that satisfy each of several terms"),
];

impl FilterDialog {
    pub(crate) fn with(text: &str) -> Self {
        Self(Field::with(text))
    }
}

impl Content for FilterDialog {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        Some(&mut self.0.input)
    }

    fn on_key(&mut self, key: KeyEvent, _: &Facts<'_>) -> Reply {
        if !self.0.submits(key) {
            return Reply::Stay;
        }
        match LogFilter::parse(self.0.input.text()) {
            Ok(filter) => Reply::Filter(filter),
            Err(error) => {
                self.0.problem = Some(error.to_string());
                Reply::Stay
            }
        }
    }

    fn sheet(&self, _: &Facts<'_>, mut body: Body) -> Sheet {
        let style = body.theme().style(Tone::Key);
        for (term, meaning) in SYNTAX {
            body.line(Line::from(vec![Span::styled(format!("{term:<20}"), style), Span::raw(meaning)]));
        }
        body.blank();
        body.text(
            Tone::Quiet,
            "Upper and lower case are the same. Markers, alarms, near misses, gaps and bookmarks are never hidden, nor \
             is by level a line that shows none.",
        );
        Sheet::new("Filter of the log", Tone::Text, body)
            .field(
                Prompt::from("Show only lines that satisfy (nothing: all):")
                    .or("Only lines with (nothing: all):"),
                &self.0,
            )
            .keys(&[("Enter", "filter"), ("Esc", "cancel"), ("^U", "empty")])
    }
}
