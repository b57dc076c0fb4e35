//! The dialog of an action on an appliance: what would be sent where, why it may be dangerous now,
//! and the consent that [`judge`] asks for.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::text::{Line, Span};

use super::{entry::Entry, pair};
use crate::{
    run::{
        ActionKind, ActionPlan, ActionState, Authorization, Certainty, Override, Role, Run, Statement,
        authorize,
    },
    screen::{
        dialogs::{
            reply::Reply,
            sheet::{Body, Sheet},
        },
        facts::Facts,
        keys::{Intent, TextInput},
        paint::{Theme, Tone, replication_words, statement_words},
    },
    text::{age, clean},
};

/// The dialog of one action.
#[derive(Clone, Debug)]
pub(crate) struct ActionDialog {
    action: ActionKind,
    entry: Entry,
}

impl ActionDialog {
    pub(crate) fn new(action: ActionKind) -> Self {
        Self { action, entry: Entry::default() }
    }

    pub(crate) fn field_mut(&mut self) -> &mut TextInput {
        self.entry.field_mut()
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        let verdict = authorize(facts.run, self.action);
        if self.entry.is_outdated(facts.run, &verdict) {
            return Reply::Stay;
        }
        if key.code != KeyCode::Enter {
            self.entry.field_mut().on_key(key);
            self.entry.problem = None;
            return Reply::Stay;
        }
        match verdict {
            Authorization::NeedsConfirmation => {
                pair::confirmed(&mut self.entry, facts.run).map_or(Reply::Stay, Reply::Ask)
            }
            Authorization::Off { .. } => Reply::Close,
            _ if facts.available.plan(self.action).is_none() => Reply::Close,
            Authorization::Allowed { phrase, .. } => self.consent(&phrase, None),
            Authorization::NeedsStatement { phrase, statement, .. } => self.consent(&phrase, Some(statement)),
            Authorization::Locked { phrase, .. } => self.r#override(&phrase),
        }
    }

    fn consent(&mut self, phrase: &str, statement: Option<Statement>) -> Reply {
        if !self.entry.is_typed(phrase) {
            return Reply::Stay;
        }
        let typed = self.entry.typed_phrase();
        Reply::Done(Intent::Act { action: self.action, r#override: None, statement, typed })
    }

    fn r#override(&mut self, phrase: &str) -> Reply {
        if !self.entry.is_typed(phrase) {
            return Reply::Stay;
        }
        let Some(reason) = self.entry.typed_reason() else { return Reply::Stay };
        let typed = self.entry.typed_phrase();
        Reply::Done(Intent::Act {
            action: self.action,
            r#override: Some(Override { reason }),
            statement: None,
            typed,
        })
    }

    pub(crate) fn sheet(&self, facts: &Facts<'_>, body: Body) -> Sheet {
        let title = sentence(&self.action.to_string());
        match authorize(facts.run, self.action) {
            Authorization::NeedsConfirmation => pair::sheet(&self.entry, facts.run, body),
            Authorization::Off { reason } => off_sheet(&title, &reason, body),
            verdict => match facts.available.plan(self.action) {
                None => off_sheet(&title, "This session holds nothing to send for it.", body),
                Some(plan) => self.consent_sheet(title, facts, plan, verdict, body),
            },
        }
    }

    fn consent_sheet(
        &self,
        title: String,
        facts: &Facts<'_>,
        plan: &ActionPlan,
        verdict: Authorization,
        mut body: Body,
    ) -> Sheet {
        let role = self.action.role();
        let mut tone = Tone::Attention;
        if let Authorization::Locked { reason, .. } = &verdict {
            tone = Tone::Danger;
            body.bar(Tone::DangerBar, "LOCKED BY THE POLICY");
            body.text(Tone::Danger, reason);
            body.blank();
        }
        target_rows(facts, role, &mut body);
        let (phrase, warnings, verb) = match verdict {
            Authorization::Allowed { phrase, warnings } => (phrase, warnings, "send"),
            Authorization::NeedsStatement { phrase, warnings, statement } => {
                body.blank();
                body.text(Tone::Strong, statement_words(statement));
                (phrase, warnings, "state this and send")
            }
            Authorization::Locked { phrase, warnings, .. } => (phrase, warnings, "override"),
            Authorization::NeedsConfirmation | Authorization::Off { .. } => {
                (String::new(), Vec::new(), "close")
            }
        };
        if !warnings.is_empty() {
            body.blank();
            for warning in &warnings {
                body.warning(warning);
            }
        }
        body.blank();
        plan_rows(facts.run, plan, &mut body);
        let prompt = phrase_prompt(&phrase, verb, body.theme());
        let sheet = Sheet::new(title, tone, body);
        let sheet = match &self.entry.reason {
            Some(reason) => sheet.field("Why is the policy overridden? (goes into the report)", reason),
            None => sheet.field(prompt, &self.entry.phrase),
        };
        let enter = if self.entry.reason.is_some() { "override and send" } else { verb };
        sheet.problem(self.entry.problem.as_deref()).keys(&[("Enter", enter), ("Esc", "cancel")])
    }
}

fn phrase_prompt(phrase: &str, verb: &str, theme: Theme) -> Line<'static> {
    Line::from(vec![
        Span::raw("Type  "),
        Span::styled(clean(phrase).into_owned(), theme.style(Tone::Strong)),
        Span::raw(format!("  to {verb}:")),
    ])
}

fn off_sheet(title: &str, reason: &str, mut body: Body) -> Sheet {
    body.text(Tone::Strong, "Cannot be done now.");
    body.blank();
    body.text(Tone::Text, reason);
    Sheet::new(title, Tone::Attention, body)
}

fn target_rows(facts: &Facts<'_>, role: Role, body: &mut Body) {
    let run = facts.run;
    let name = run.known_name(role).unwrap_or("not given");
    body.value("appliance", Tone::Strong, &format!("{name}, the {role}"));
    body.value("reached as", Tone::Text, run.destination(role).unwrap_or("not given"));
    let (tone, state) = match role {
        Role::Primary => {
            let (tone, word) = replication_words(run);
            let verified = run.replication.verified_at.map_or_else(
                || "never read".to_owned(),
                |at| format!("read {} ago", age(facts.now.since(at))),
            );
            (tone, format!("replication {word}, {verified}"))
        }
        Role::Dr => {
            let threads = run.threads.as_ref().and_then(|threads| threads.reading.known());
            let text =
                threads.map_or_else(|| "threads not read".to_owned(), |count| format!("{count} threads"));
            (Tone::Text, text)
        }
    };
    body.value("now", tone, &state);
}

fn plan_rows(run: &Run, plan: &ActionPlan, body: &mut Body) {
    body.text(Tone::Text, "These lines will be sent, in this order:");
    plan.lines.iter().for_each(|line| body.literal(line));
    let symbols = body.theme().symbols();
    let proven = run
        .actions
        .iter()
        .any(|action| action.plan.lines == plan.lines && action.state == ActionState::Confirmed);
    if proven {
        body.hanging(
            &format!("{} ", symbols.done),
            Tone::Good,
            "confirmed on this appliance by an earlier read-back",
        );
        return;
    }
    match plan.certainty {
        Certainty::Procedure => {
            body.hanging(&format!("{} ", symbols.done), Tone::Good, "words given by the procedure");
        }
        Certainty::Documented => {
            body.hanging(&format!("{} ", symbols.done), Tone::Good, "words documented by the vendor");
        }
        Certainty::Inferred => body.warning(
            "UNVERIFIED words, inferred from the family of command lines: believed only once the read-back shows it",
        ),
        Certainty::Unknown => body.warning(
            "UNVERIFIED words, not known to be right: believed only once the read-back shows it",
        ),
    }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
