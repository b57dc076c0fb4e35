//! Taking a finding on: which one, and why it is acceptable.

use crossterm::event::{KeyCode, KeyEvent};

use super::{
    reply::{Reply, choose},
    sheet::{Body, Sheet},
};
use crate::{
    run::{Code, Finding, Run, Sequence},
    screen::{
        facts::Facts,
        keys::{Intent, TextInput},
        paint::{Tone, by_weight, finding_mark},
    },
    text::age,
};

/// The dialog, step by step.
#[derive(Clone, Debug)]
pub(crate) enum Acknowledge {
    /// Which finding.
    Which(usize),
    /// Why.
    Why { code: Code, opened: Sequence, text: String, input: TextInput, problem: Option<String> },
}

impl Default for Acknowledge {
    fn default() -> Self {
        Self::Which(0)
    }
}

/// What can be acknowledged: the open findings, the gravest first.
fn open(run: &Run) -> Vec<&Finding> {
    by_weight(run).into_iter().filter(|finding| finding.is_open()).collect()
}

impl Acknowledge {
    pub(crate) fn field_mut(&mut self) -> Option<&mut TextInput> {
        match self {
            Self::Which(_) => None,
            Self::Why { input, .. } => Some(input),
        }
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        match self {
            Self::Which(chosen) => {
                let open = open(facts.run);
                if key.code != KeyCode::Enter {
                    choose(chosen, open.len(), key);
                    return Reply::Stay;
                }
                let Some(finding) = open.get(*chosen) else { return Reply::Close };
                *self = Self::Why {
                    code: finding.code,
                    opened: finding.record,
                    text: finding.text.clone(),
                    input: TextInput::default(),
                    problem: None,
                };
            }
            Self::Why { code, opened, input, problem, .. } => {
                if key.code != KeyCode::Enter {
                    input.on_key(key);
                    *problem = None;
                } else if input.trimmed().is_empty() {
                    *problem = Some("A reason is needed; nothing was recorded.".to_owned());
                } else {
                    let reason = input.trimmed().to_owned();
                    return Reply::Done(Intent::Acknowledge { code: *code, opened: *opened, reason });
                }
            }
        }
        Reply::Stay
    }

    pub(crate) fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        const TITLE: &str = "Acknowledge a finding";
        match self {
            Self::Which(chosen) => {
                let open = open(facts.run);
                if open.is_empty() {
                    body.text(Tone::Text, "No finding is open.");
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
                let mut sheet =
                    Sheet::new(TITLE, Tone::Attention, body).keys(&[("Enter", "choose"), ("Esc", "cancel")]);
                sheet.keep = Some(*chosen);
                sheet
            }
            Self::Why { code, text, input, problem, .. } => {
                body.text(Tone::Strong, text);
                body.text(Tone::Quiet, &code.name());
                Sheet::new(TITLE, Tone::Attention, body)
                    .field("Why is it acceptable? (goes into the report)", input)
                    .problem(problem.as_deref())
                    .keys(&[("Enter", "acknowledge"), ("Esc", "cancel")])
            }
        }
    }
}
