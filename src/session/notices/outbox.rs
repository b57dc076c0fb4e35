//! What the session has for the loop to carry out: requests, printed text, and sentences for the engineer.

use crate::{
    appliance::supervisor::Request,
    console::headless::Transcript,
    run::{Role, Run},
};

use crate::session::{
    event::{Effect, StatusMessage},
    record::recorder::Appended,
};

/// Effects in order, until the loop takes them.
pub(crate) struct Outbox {
    effects: Vec<Effect>,
    transcript: Option<Transcript>,
    /// Why the record could not be written at the last beat.
    trouble: Option<String>,
}

impl Outbox {
    pub(crate) const fn new(transcript: Option<Transcript>) -> Self {
        Self { effects: Vec::new(), transcript, trouble: None }
    }

    pub(crate) fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(crate) fn send(&mut self, role: Role, request: Request) {
        self.push(Effect::Send { role, request });
    }

    pub(crate) fn notify(&mut self, message: StatusMessage) {
        self.push(Effect::Notify(message));
    }

    pub(crate) fn warn(&mut self, text: String) {
        self.push(Effect::Warn(text));
    }

    /// Prints what a record changed, where no screen is drawn from the run. The text is made now, as it depends on
    /// the run as of this record.
    pub(crate) fn print(&mut self, made: &Appended, run: &Run) {
        let transcript = self.transcript.as_mut();
        let text = transcript.and_then(|transcript| transcript.text(&made.record, &made.line, run));
        self.effects.extend(text.map(Effect::Print));
    }

    pub(crate) fn stop_printing(&mut self) {
        self.transcript = None;
    }

    /// Warns that the record cannot be written: once for each trouble, and not where the screen shows it all the time.
    pub(crate) fn warn_of_trouble(&mut self, trouble: Option<&str>) {
        if let Some(reason) = trouble.filter(|_| self.trouble.is_none()) {
            self.push(Effect::WarnWithoutScreen(format!(
                "the record cannot be written ({reason}); the watch goes on in memory and writes as soon as it can"
            )));
        }
        self.trouble = trouble.map(str::to_owned);
    }
}
