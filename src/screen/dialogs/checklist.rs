//! What is left to do at the end, and the engineer's signature under the run.

use crossterm::event::{KeyCode, KeyEvent};

use super::{Reply, Sheet, sheet::Body};
use crate::{
    run::{Phase, cleanup},
    screen::{Facts, input::TextInput, intent::Intent, theme::Tone},
};

/// Before the test is over there is nothing to sign.
fn may_sign(facts: &Facts<'_>) -> bool {
    facts.run.phases.current == Phase::Ended
}

pub(super) fn key(words: &mut TextInput, key: KeyEvent, facts: &Facts<'_>) -> Reply {
    if key.code != KeyCode::Enter {
        words.on_key(key);
        return Reply::Stay;
    }
    match words.trimmed() {
        text if !text.is_empty() && may_sign(facts) => Reply::Done(Intent::SignOff(text.to_owned())),
        _ => Reply::Close,
    }
}

pub(super) fn sheet(words: &TextInput, facts: &Facts<'_>, mut body: Body) -> Sheet {
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
        .field("Sign the run off, in your words (goes into the report with your name):", words)
        .keys(&[("Enter", "sign off"), ("Esc", "close")])
}
