//! A note for the record.

use crossterm::event::KeyEvent;

use crate::{
    run::LogCitation,
    screen::dialogs::{Body, Content, Facts, Field, Intent, Reply, Sheet, TextInput, Tone},
};

/// The dialog: the text, and the line of the log that it is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Note {
    field: Field,
    line: Option<LogCitation>,
}

impl Note {
    pub(crate) fn on(line: LogCitation) -> Self {
        Self { line: Some(line), ..Self::default() }
    }
}

impl Content for Note {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        Some(&mut self.field.input)
    }

    fn on_key(&mut self, key: KeyEvent, _: &Facts<'_>) -> Reply {
        let problem = "Nothing was recorded: type a note, or press Esc to leave without one.";
        let Some(text) = self.field.submitted(key, problem) else { return Reply::Stay };
        Reply::Done(match self.line.clone() {
            Some(line) => Intent::NoteOnLine { text, line },
            None => Intent::Note(text),
        })
    }

    fn sheet(&self, _: &Facts<'_>, mut body: Body) -> Sheet {
        if let Some(line) = &self.line {
            body.value("on the line", Tone::Quiet, &line.raw);
        }
        Sheet::new("Note", Tone::Text, body)
            .field("A note for the record, with the time and your name:", &self.field)
            .keys(&[("Enter", "record"), ("Esc", "cancel")])
    }
}
