//! A note for the record.

use crossterm::event::KeyEvent;

use crate::screen::dialogs::{Body, Content, Facts, Field, Intent, Reply, Sheet, TextInput, Tone};

#[derive(Clone, Debug, Default)]
pub(crate) struct Note(Field);

impl Content for Note {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        Some(&mut self.0.input)
    }

    fn on_key(&mut self, key: KeyEvent, _: &Facts<'_>) -> Reply {
        let problem = "Nothing was recorded: type a note, or press Esc to leave without one.";
        self.0.submitted(key, problem).map_or(Reply::Stay, |text| Reply::Done(Intent::Note(text)))
    }

    fn sheet(&self, _: &Facts<'_>, body: Body) -> Sheet {
        Sheet::new("Note", Tone::Text, body)
            .field("A note for the record, with the time and your name:", &self.0)
            .keys(&[("Enter", "record"), ("Esc", "cancel")])
    }
}
