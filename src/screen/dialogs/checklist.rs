//! What is left to do at the end, and the engineer's signature under the run.

use crossterm::event::{KeyCode, KeyEvent};

use super::{
    reply::Reply,
    sheet::{Body, Sheet},
};
use crate::{
    run::{Phase, cleanup},
    screen::{
        facts::Facts,
        keys::{Intent, TextInput},
        paint::Tone,
    },
};

/// Before the test is over there is nothing to sign.
fn may_sign(facts: &Facts<'_>) -> bool {
    facts.run.phases.current == Phase::Ended
}

/// The list, and the words of the signature.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checklist {
    words: TextInput,
    problem: Option<&'static str>,
}

impl Checklist {
    pub(crate) fn field_mut(&mut self) -> &mut TextInput {
        &mut self.words
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        if key.code != KeyCode::Enter {
            self.words.on_key(key);
            self.problem = None;
            return Reply::Stay;
        }
        match self.words.trimmed() {
            _ if !may_sign(facts) => Reply::Close,
            "" => {
                self.problem =
                    Some("Not signed off: that takes some words, if only \"done\". Esc leaves it open.");
                Reply::Stay
            }
            text => Reply::Done(Intent::SignOff(text.to_owned())),
        }
    }

    pub(crate) fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        const TITLE: &str = "Cleanup";
        let symbols = body.theme().symbols();
        for item in cleanup(facts.run, facts.now) {
            let (symbol, tone) = match (item.done, item.required) {
                (true, _) => (symbols.done, Tone::Good),
                (false, true) => (symbols.failed, Tone::Danger),
                (false, false) => (symbols.hollow, Tone::Quiet),
            };
            body.hanging(&format!("{symbol} "), tone, &item.text);
        }
        body.blank();
        if !may_sign(facts) {
            body.text(
                Tone::Text,
                "The test is not over yet; s states that it is. The run is signed off after that.",
            );
            return Sheet::new(TITLE, Tone::Attention, body);
        }
        Sheet::new(TITLE, Tone::Attention, body)
            .field("Sign the run off, in your words (goes into the report with your name):", &self.words)
            .problem(self.problem)
            .keys(&[("Enter", "sign off"), ("Esc", "close")])
    }
}
