//! What is left to do at the end, and the engineer's signature under the run.

use crossterm::event::{KeyCode, KeyEvent};

use crate::{
    run::{Phase, cleanup},
    screen::{
        dialogs::{Body, Content, Facts, Field, Intent, Reply, Sheet, TextInput, Tone},
        paint::cleanup_mark,
    },
};

/// Before the test is over there is nothing to sign.
fn may_sign(facts: &Facts<'_>) -> bool {
    facts.run.phases.current == Phase::Ended
}

/// The list of the cleanup, and the words of the signature.
#[derive(Clone, Debug)]
pub(crate) struct SignOff {
    words: Field,
    /// The key by which the test is stated to be over.
    attest: String,
}

impl SignOff {
    pub(crate) fn new(attest: String) -> Self {
        Self { words: Field::default(), attest }
    }
}

impl Content for SignOff {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        Some(&mut self.words.input)
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        if key.code == KeyCode::Enter && !may_sign(facts) {
            return Reply::Close;
        }
        let problem = "Not signed off: type a few words, if only \"done\"; Esc leaves it open.";
        let words = self.words.submitted(key, problem);
        words.map_or(Reply::Stay, |words| Reply::Done(Intent::SignOff(words)))
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        const TITLE: &str = "Cleanup";
        for item in cleanup(facts.run, facts.now) {
            let (symbol, tone) = cleanup_mark(&item, body.theme());
            body.hanging(&format!("{symbol} "), tone, &item.text);
        }
        body.blank();
        if !may_sign(facts) {
            let attest = &self.attest;
            body.text(
                Tone::Text,
                &format!(
                    "The test is not over yet; {attest} states that it is. The run is signed off after that."
                ),
            );
            return Sheet::new(TITLE, Tone::Attention, body);
        }
        if facts.run.signed_off.is_some() {
            body.text(Tone::Text, "A further signature is added to the one on record.");
        }
        Sheet::new(TITLE, Tone::Attention, body)
            .field("Sign the run off, in your words (goes into the report with your name):", &self.words)
            .keys(&[("Enter", "sign off"), ("Esc", "close")])
            .consenting_to(TITLE.to_owned())
    }
}
