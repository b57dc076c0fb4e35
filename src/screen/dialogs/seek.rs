//! Where to in a replay: a time of day, or so much further on or back.

use crossterm::event::{KeyCode, KeyEvent};

use super::{
    reply::Reply,
    sheet::{Body, Sheet},
};
use crate::{
    screen::{
        facts::Facts,
        keys::{Intent, Play, Seek, TextInput},
        paint::Tone,
    },
    text::time_of_day,
};

/// A time being typed.
#[derive(Clone, Debug, Default)]
pub(super) struct SeekDialog {
    field: TextInput,
    refused: bool,
}

impl SeekDialog {
    pub(super) fn field_mut(&mut self) -> &mut TextInput {
        &mut self.field
    }

    pub(super) fn on_key(&mut self, key: KeyEvent) -> Reply {
        if key.code != KeyCode::Enter {
            self.refused = false;
            self.field.on_key(key);
            return Reply::Stay;
        }
        if self.field.trimmed().is_empty() {
            return Reply::Close;
        }
        if let Some(seek) = Seek::parse(self.field.text()) {
            return Reply::Done(Intent::Play(Play::Seek(seek)));
        }
        self.refused = true;
        Reply::Stay
    }

    pub(super) fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        body.value("now at", Tone::Strong, &format!("{} UTC", time_of_day(facts.now)));
        body.value("from", Tone::Text, &format!("{} UTC", time_of_day(facts.run.started_at)));
        let problem = "that is no time: 16:42, 16:42:10, +5m, -1h30m";
        Sheet::new("Go to a time", Tone::Text, body)
            .field("16:42, 16:42:10, +5m, -1h30m (a bare +5 counts minutes):", &self.field)
            .problem(self.refused.then_some(problem))
            .keys(&[("Enter", "go"), ("Esc", "cancel")])
    }
}
