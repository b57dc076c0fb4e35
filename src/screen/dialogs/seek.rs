//! Where to in a replay: a time of day, or so much further on or back.

use crossterm::event::KeyEvent;

use super::{Body, Content, Facts, Field, Intent, Prompt, Reply, Sheet, TextInput, Tone};
use crate::{
    screen::keys::{Play, Seek},
    text::time_of_day,
};

#[derive(Clone, Debug, Default)]
pub(super) struct SeekDialog(Field);

impl SeekDialog {
    /// What Enter does.
    fn go(&mut self) -> Reply {
        if self.0.input.trimmed().is_empty() {
            return Reply::Close;
        }
        if let Some(seek) = Seek::parse(self.0.input.text()) {
            return Reply::Done(Intent::Play(Play::Seek(seek)));
        }
        self.0.problem = Some("that is no time: 16:42, 16:42:10, +5m, -1h30m".to_owned());
        Reply::Stay
    }
}

impl Content for SeekDialog {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        Some(&mut self.0.input)
    }

    fn on_key(&mut self, key: KeyEvent, _: &Facts<'_>) -> Reply {
        if self.0.submits(key) { self.go() } else { Reply::Stay }
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        body.value("now at", Tone::Strong, &format!("{} UTC", time_of_day(facts.now)));
        body.value("from", Tone::Text, &format!("{} UTC", time_of_day(facts.run.started_at)));
        Sheet::new("Go to a time", Tone::Text, body)
            .field(
                Prompt::from("16:42, 16:42:10, +5m, -1h30m (a bare +5 counts minutes):")
                    .or("16:42, 16:42:10, +5m, -1h30m:"),
                &self.0,
            )
            .keys(&[("Enter", "go"), ("Esc", "cancel")])
    }
}
