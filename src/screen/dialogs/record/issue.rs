//! What is done about a finding: its owner, until when, how, and where it was tested again. One question after the other,
//! each with what was stated before.

use chrono::NaiveDate;
use crossterm::event::{KeyCode, KeyEvent};

use crate::{
    run::{Code, Decision, Finding, IssueEntry, Run, RunId, Sequence},
    screen::dialogs::{Body, Content, Facts, Field, Intent, Reply, Sheet, TextInput, Tone, choose},
};

#[derive(Clone, Debug)]
pub(crate) struct IssueDialog {
    code: Code,
    opened: Sequence,
    text: String,
    entry: IssueEntry,
    question: Question,
}

#[derive(Clone, Debug)]
enum Question {
    Owner(Field),
    Due(Field),
    Decision(usize),
    How { accepts: bool, field: Field },
    Retest(Field),
}

const DECISIONS: [&str; 3] = ["It is remedied.", "The risk is accepted.", "It is not decided yet."];

impl IssueDialog {
    pub(crate) fn of(run: &Run, finding: &Finding) -> Self {
        let entry = run.stated_issue(finding).map(|stated| stated.entry.clone()).unwrap_or_default();
        let question = Question::Owner(Field::with(entry.owner.as_deref().unwrap_or_default()));
        Self { code: finding.code, opened: finding.record, text: finding.text.clone(), entry, question }
    }

    fn retest(&self) -> Question {
        let retest = self.entry.retest.as_ref().map_or("", |run| &run.0);
        Question::Retest(Field::with(retest))
    }
}

/// The text of a field; `None` where it is empty.
fn stated(field: &Field) -> Option<String> {
    let text = field.input.trimmed();
    (!text.is_empty()).then(|| text.to_owned())
}

impl Content for IssueDialog {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        match &mut self.question {
            Question::Decision(_) => None,
            Question::Owner(field)
            | Question::Due(field)
            | Question::How { field, .. }
            | Question::Retest(field) => Some(&mut field.input),
        }
    }

    fn on_key(&mut self, key: KeyEvent, _: &Facts<'_>) -> Reply {
        match &mut self.question {
            Question::Owner(field) => {
                if field.submits(key) {
                    self.entry.owner = stated(field);
                    let due = self.entry.due.map(|due| due.to_string()).unwrap_or_default();
                    self.question = Question::Due(Field::with(&due));
                }
            }
            Question::Due(field) => {
                if field.submits(key) {
                    let due =
                        stated(field).map(|text| NaiveDate::parse_from_str(&text, "%Y-%m-%d")).transpose();
                    let Ok(due) = due else {
                        field.problem = Some("Not a date: write it like 2026-12-10.".to_owned());
                        return Reply::Stay;
                    };
                    self.entry.due = due;
                    self.question = Question::Decision(match self.entry.decision {
                        Some(Decision::Remedy { .. }) => 0,
                        Some(Decision::Accept { .. }) => 1,
                        None => 2,
                    });
                }
            }
            Question::Decision(chosen) => {
                if key.code != KeyCode::Enter {
                    choose(chosen, DECISIONS.len(), key);
                    return Reply::Stay;
                }
                let accepts = *chosen == 1;
                if *chosen == 2 {
                    self.entry.decision = None;
                    self.question = self.retest();
                } else {
                    let text = self.entry.decision.as_ref().map_or("", |decision| decision.in_words().1);
                    self.question = Question::How { accepts, field: Field::with(text) };
                }
            }
            Question::How { accepts, field } => {
                if let Some(text) = field.submitted(key, "Say how, or why; nothing was recorded.") {
                    self.entry.decision =
                        Some(if *accepts { Decision::Accept { text } } else { Decision::Remedy { text } });
                    self.question = self.retest();
                }
            }
            Question::Retest(field) => {
                if field.submits(key) {
                    let retest = stated(field);
                    if retest.as_ref().is_some_and(|run| run.contains(char::is_whitespace)) {
                        field.problem = Some("The id of a run has no spaces.".to_owned());
                        return Reply::Stay;
                    }
                    self.entry.retest = retest.map(RunId);
                    let entry = Box::new(self.entry.clone());
                    return Reply::Done(Intent::StateIssue { code: self.code, opened: self.opened, entry });
                }
            }
        }
        Reply::Stay
    }

    fn sheet(&self, _: &Facts<'_>, mut body: Body) -> Sheet {
        const TITLE: &str = "What is done about a finding";
        body.text(Tone::Strong, &self.text);
        body.text(Tone::Quiet, &self.code.name());
        let next: &[_] = &[("Enter", "next"), ("Esc", "cancel")];
        match &self.question {
            Question::Owner(field) => Sheet::new(TITLE, Tone::Text, body)
                .field("Who takes care of it? Empty: not stated.", field)
                .keys(next),
            Question::Due(field) => Sheet::new(TITLE, Tone::Text, body)
                .field("Until when? YYYY-MM-DD (leave empty if none).", field)
                .keys(next),
            Question::Decision(chosen) => {
                body.blank();
                let first = body.rows();
                for (index, decision) in DECISIONS.iter().enumerate() {
                    body.choice(index == *chosen, decision);
                }
                Sheet::new(TITLE, Tone::Text, body).keep(first + chosen).keys(next)
            }
            Question::How { accepts, field } => {
                let question = if *accepts { "Why is the risk accepted?" } else { "How is it remedied?" };
                Sheet::new(TITLE, Tone::Text, body).field(question, field).keys(next)
            }
            Question::Retest(field) => Sheet::new(TITLE, Tone::Text, body)
                .field("In which run was it tested again? Empty: in none.", field)
                .keys(&[("Enter", "record"), ("Esc", "cancel")]),
        }
    }
}

/// What is stated of a finding, for its own page.
pub(crate) fn show_issue(run: &Run, finding: &Finding, body: &mut Body) {
    let Some(stated) = run.stated_issue(finding) else { return };
    let IssueEntry { owner, due, decision, retest } = &stated.entry;
    body.blank();
    body.text(Tone::Strong, "What is done about it");
    let not_stated = || "not stated".to_owned();
    body.value("owner", Tone::Text, &owner.clone().unwrap_or_else(not_stated));
    body.value("due", Tone::Text, &due.map_or_else(not_stated, |due| due.to_string()));
    match decision {
        Some(Decision::Remedy { text }) => body.value("remedy", Tone::Text, text),
        Some(Decision::Accept { text }) => body.value("accepted", Tone::Text, text),
        None => body.value("decision", Tone::Text, "none yet"),
    }
    if let Some(run) = retest {
        body.value("tested again", Tone::Text, &run.0);
    }
}
