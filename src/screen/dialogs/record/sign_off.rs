//! What is left to do at the end, and the engineer's signature under the run.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::text::Line;

use crate::{
    run::{CleanupCode, Overruled, Phase, Remedy, SignOffHazard, cleanup, sign_off_hazard},
    screen::{
        dialogs::{
            Body, Command, Content, Facts, Field, Intent, Keymap, Prompt, Reply, Sheet, TextInput, Tone,
        },
        paint::{cleanup_mark, cleanup_remedy},
    },
};

/// Before the test is over there is nothing to sign.
fn may_sign(facts: &Facts<'_>) -> bool {
    facts.run.phases.current == Phase::Ended
}

#[derive(Clone, Debug)]
enum Step {
    /// The phrase that names what the signature leaves behind.
    Phrase(Field),
    /// The words of the signature, after the phrase where one was needed, with what was shown then.
    Words { typed: Option<&'static str>, agreed: Vec<Overruled>, field: Field },
}

/// The list of the cleanup, and the signature.
#[derive(Clone, Debug)]
pub(crate) struct SignOff {
    step: Step,
    keymap: Arc<Keymap>,
}

impl SignOff {
    pub(crate) fn new(facts: &Facts<'_>, keymap: &Arc<Keymap>) -> Self {
        let step = match sign_off_hazard(facts.run).filter(|_| may_sign(facts)) {
            Some(_) => Step::Phrase(Field::default()),
            None => Step::Words { typed: None, agreed: Vec::new(), field: Field::default() },
        };
        Self { step, keymap: Arc::clone(keymap) }
    }

    /// The key of what is done elsewhere in the watch.
    fn key(&self, remedy: Remedy) -> Option<String> {
        let command = match remedy {
            Remedy::Resume => Command::Resume,
            Remedy::SetThreads => Command::Threads,
            Remedy::StateByHand => Command::Attest,
            Remedy::Acknowledge => Command::Acknowledge,
            Remedy::WriteNote => Command::Note,
            _ => return None,
        };
        Some(self.keymap.key_of(command))
    }

    fn early(&self, facts: &Facts<'_>) -> String {
        match facts.run.phase() {
            Phase::InUse => format!(
                "The run is signed off here once the test is over. When it is, state that ({}).",
                self.keymap.key_of(Command::Attest)
            ),
            _ => "The run is signed off here at the end: the restore comes first.".to_owned(),
        }
    }
}

impl Content for SignOff {
    fn acts(&self) -> bool {
        true
    }

    fn input_mut(&mut self) -> Option<&mut TextInput> {
        match &mut self.step {
            Step::Phrase(field) | Step::Words { field, .. } => Some(&mut field.input),
        }
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        if key.code == KeyCode::Enter && !may_sign(facts) {
            return Reply::Close;
        }
        let hazard = sign_off_hazard(facts.run);
        match &mut self.step {
            Step::Phrase(field) => {
                if !field.submits(key) {
                    return Reply::Stay;
                }
                match hazard {
                    Some(SignOffHazard { phrase, .. }) if field.phrase() != phrase => {
                        field.refuse("Nothing was signed", phrase);
                    }
                    hazard => {
                        let (typed, agreed) = hazard.map(|hazard| (hazard.phrase, hazard.all)).unzip();
                        let agreed = agreed.unwrap_or_default();
                        self.step = Step::Words { typed, agreed, field: Field::default() };
                    }
                }
                Reply::Stay
            }
            Step::Words { typed, agreed, field } => {
                // Replication may have changed while the words were typed.
                let is_new =
                    |hazard: &SignOffHazard| *typed != Some(hazard.phrase) || !hazard.is_covered_by(agreed);
                if key.code == KeyCode::Enter
                    && let Some(hazard) = hazard.filter(is_new)
                {
                    let mut field = Field::default();
                    field.problem = Some(format!("Nothing was signed. {}", hazard.warning()));
                    self.step = Step::Phrase(field);
                    return Reply::Stay;
                }
                let problem =
                    "Not signed off: type a few words, e.g. Smith: all as planned; Esc leaves it open.";
                let typed = typed.map(str::to_owned);
                let words = field.submitted(key, problem);
                words.map_or(Reply::Stay, |text| Reply::Done(Intent::SignOff { text, typed }))
            }
        }
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        const TITLE: &str = "Cleanup and sign-off";
        let hazard = sign_off_hazard(facts.run).filter(|_| matches!(self.step, Step::Phrase(_)));
        let warned = hazard.map_or_else(String::new, |hazard| hazard.warning());
        for item in cleanup(facts.run, facts.now) {
            // What this dialog is for is no row of it, nor is what its warning says.
            let is_own = item.code == CleanupCode::SignOff || warned.contains(&item.text);
            if is_own && !item.done && may_sign(facts) {
                continue;
            }
            let (symbol, tone) = match cleanup_mark(&item, body.theme()) {
                // Before the end nothing of it is due.
                _ if !item.done && !may_sign(facts) => (body.theme().symbols().hollow, Tone::Quiet),
                mark => mark,
            };
            let key = cleanup_remedy(&item, facts.run).and_then(|remedy| self.key(remedy));
            let text = match key.filter(|_| may_sign(facts)) {
                Some(key) => format!("{} (Esc, then {key}).", item.text.trim_end_matches('.')),
                None => item.text,
            };
            body.hanging(&format!("{symbol} "), tone, &text);
        }
        body.blank();
        if !may_sign(facts) {
            body.text(Tone::Text, &self.early(facts));
            return Sheet::new(TITLE, Tone::Attention, body);
        }
        if facts.run.signed_off.is_some() {
            body.text(Tone::Text, "A further signature is added to the one on record.");
        }
        match (&self.step, sign_off_hazard(facts.run)) {
            (Step::Phrase(field), Some(hazard)) => {
                let key = hazard.remedy.and_then(|remedy| self.key(remedy));
                let key = key.map_or_else(|| ".".to_owned(), |key| format!(" ({key})."));
                let (warning, phrase) = (hazard.warning(), hazard.phrase);
                body.warning(&format!("{}{key}", warning.trim_end_matches('.')));
                let prompt = Prompt::of_phrase("To sign off all the same, ", phrase, body.theme());
                Sheet::new(TITLE, Tone::Danger, body)
                    .field(prompt, field)
                    .keys(&[("Enter", "next"), ("Esc", "close")])
                    .consenting_to(format!("{TITLE}\n{phrase}"))
            }
            (Step::Phrase(field), None) => Sheet::new(TITLE, Tone::Attention, body)
                .field("Nothing is in its way any more. Enter goes on to the signature.", field)
                .keys(&[("Enter", "next"), ("Esc", "close")]),
            (Step::Words { field, .. }, _) => {
                // Nobody is led to call planned what an alarm has left open.
                let (prompt, short) = if facts.run.has_unsettled_alarm() {
                    (
                        "Sign off, in your words, as \"Smith: alarm unsettled, case 1234\" (for the report):",
                        "In your words, as \"Smith: alarm unsettled, case 1234\":",
                    )
                } else {
                    (
                        "Sign the run off, in your words, as \"Smith: all as planned\" (for the report):",
                        "In your words, as \"Smith: all as planned\":",
                    )
                };
                Sheet::new(TITLE, Tone::Attention, body)
                    .field(Prompt::from(prompt).or(Line::from(short)), field)
                    .keys(&[("Enter", "sign off"), ("Esc", "close")])
                    .consenting_to(TITLE.to_owned())
            }
        }
    }
}
