//! Acknowledging a finding: which one, what that changes, and why it is acceptable.

use crossterm::event::{KeyCode, KeyEvent};

use crate::{
    run::{Code, Finding, FindingSeverity, Remedy, Run, Sequence},
    screen::{
        dialogs::{
            Body, Content, Facts, Field, Intent, NO_REASON, Prompt, Reply, Sheet, TextInput, Tone, choose,
        },
        paint::{by_weight, finding_mark},
    },
    text::age,
};

#[derive(Clone, Debug)]
pub(crate) enum Acknowledge {
    Which(usize),
    Why { code: Code, severity: FindingSeverity, opened: Sequence, text: String, field: Field },
}

impl Default for Acknowledge {
    fn default() -> Self {
        Self::Which(0)
    }
}

impl Acknowledge {
    pub(crate) fn beginning_at(run: &Run, chosen: impl Fn(&Finding) -> bool) -> Self {
        Self::Which(open(run).into_iter().position(chosen).unwrap_or(0))
    }

    /// The question why that finding is acceptable.
    pub(crate) fn of(finding: &Finding) -> Self {
        let (code, severity, opened) = (finding.code, finding.severity, finding.record);
        Self::Why { code, severity, opened, text: finding.text.clone(), field: Field::default() }
    }
}

/// What acknowledging a danger changes, and what it does not.
fn effect(code: Code, severity: FindingSeverity) -> Option<&'static str> {
    match (severity, code) {
        (FindingSeverity::Blocking, Code::Alarm) => Some(
            "Acknowledging takes it off the open findings. It does not settle it: it stays in the top line and in the report, \
             and a resume still asks who at the vendor agreed.",
        ),
        (FindingSeverity::Blocking, _) => Some(
            "Acknowledging takes it off the open findings. It does not settle it: it stays in the top line and in the report \
             until its condition ends.",
        ),
        (FindingSeverity::Attention | FindingSeverity::Info, _) => None,
    }
}

const NONE_OPEN: &str = "No finding is open.";

/// What can be acknowledged: the open findings, the gravest first.
fn open(run: &Run) -> Vec<&Finding> {
    by_weight(run).into_iter().filter(|finding| finding.is_open()).collect()
}

impl Content for Acknowledge {
    fn serves(&self, next: Remedy) -> bool {
        next == Remedy::Acknowledge
    }

    fn input_mut(&mut self) -> Option<&mut TextInput> {
        match self {
            Self::Which(_) => None,
            Self::Why { field, .. } => Some(&mut field.input),
        }
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        match self {
            Self::Which(chosen) => {
                let open = open(facts.run);
                if key.code != KeyCode::Enter {
                    choose(chosen, open.len(), key);
                    return Reply::Stay;
                }
                let Some(finding) = open.get(*chosen) else { return Reply::Close };
                *self = Self::of(finding);
                Reply::Stay
            }
            Self::Why { code, opened, field, .. } => {
                field.submitted(key, NO_REASON).map_or(Reply::Stay, |reason| {
                    Reply::Done(Intent::Acknowledge { code: *code, opened: *opened, reason })
                })
            }
        }
    }

    fn obstacle(&self, facts: &Facts<'_>) -> Option<String> {
        open(facts.run).is_empty().then(|| NONE_OPEN.to_owned())
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        const TITLE: &str = "Acknowledge a finding";
        match self {
            Self::Which(chosen) => {
                let open = open(facts.run);
                if open.is_empty() {
                    body.text(Tone::Text, NONE_OPEN);
                    return Sheet::new(TITLE, Tone::Text, body);
                }
                for (index, finding) in open.iter().enumerate() {
                    let (symbol, _) = finding_mark(finding.severity, body.theme());
                    let age = age(facts.now.since(finding.opened_at));
                    body.choice(index == *chosen, &format!("{symbol} {}  ({age})", finding.text));
                }
                if let Some(finding) = open.get(*chosen) {
                    body.blank();
                    body.text(Tone::Text, &finding.text);
                }
                Sheet::new(TITLE, Tone::Attention, body)
                    .keep(*chosen)
                    .keys(&[("Enter", "choose"), ("Esc", "cancel")])
            }
            Self::Why { code, severity, text, field, .. } => {
                body.text(Tone::Strong, text);
                body.text(Tone::Quiet, &format!("goes into the report, under the code {code}"));
                if let Some(effect) = effect(*code, *severity) {
                    body.blank();
                    body.text(Tone::Text, effect);
                }
                if facts.run.started.demo && *severity == FindingSeverity::Blocking {
                    body.text(Tone::Simulated, "In this demo nobody has to be called: any text will do.");
                }
                let question = match severity {
                    FindingSeverity::Blocking => {
                        Prompt::from("What is done about it, and who decided? e.g. Smith: case 1234:")
                            .or("What is done about it, and who decided?")
                    }
                    FindingSeverity::Attention | FindingSeverity::Info => {
                        Prompt::from("Why is it acceptable? e.g. Smith: expected here:")
                    }
                };
                Sheet::new(TITLE, Tone::Attention, body)
                    .field(question, field)
                    .keys(&[("Enter", "acknowledge"), ("Esc", "cancel")])
            }
        }
    }
}
