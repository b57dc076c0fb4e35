//! The dialog of an action on an appliance: what would be sent where, why it may be dangerous now,
//! and the consent that [`judge`] asks for.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::text::{Line, Span};

use super::{Reply, Sheet, sheet::Body};
use crate::{
    run::{
        ActionKind, ActionPlan, ActionState, Certainty, Identity, Override, Role, Run, Statement, Verdict,
        judge,
    },
    screen::{
        Facts, format,
        input::TextInput,
        intent::Intent,
        panels::replication::state_words,
        scene::{appliance, destination, name},
        theme::{Theme, Tone},
    },
};

/// The dialog of one action.
#[derive(Clone, Debug)]
pub(crate) struct ActionDialog {
    action: ActionKind,
    phrase: TextInput,
    /// The reason for an override; asked for once the phrase was right.
    reason: Option<TextInput>,
    problem: Option<String>,
}

impl ActionDialog {
    pub(crate) fn new(action: ActionKind) -> Self {
        Self { action, phrase: TextInput::default(), reason: None, problem: None }
    }

    pub(crate) fn field_mut(&mut self) -> &mut TextInput {
        self.reason.as_mut().unwrap_or(&mut self.phrase)
    }

    pub(crate) fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        if key.code != KeyCode::Enter {
            self.field_mut().on_key(key);
            self.problem = None;
            return Reply::Stay;
        }
        match judge(facts.run, self.action) {
            Verdict::NeedsNames => self.confirm_names(facts.run),
            Verdict::Off { .. } => Reply::Close,
            _ if facts.offers.plan(self.action).is_none() => Reply::Close,
            Verdict::Allowed { phrase, .. } => self.consent(&phrase, None),
            Verdict::NeedsStatement { phrase, statement, .. } => self.consent(&phrase, Some(statement)),
            Verdict::Locked { phrase, .. } => self.r#override(&phrase),
        }
    }

    fn consent(&mut self, phrase: &str, statement: Option<Statement>) -> Reply {
        if !self.typed(phrase) {
            return Reply::Stay;
        }
        Reply::Done(Intent::Act {
            action: self.action,
            r#override: None,
            statement,
            typed: self.phrase_typed(),
        })
    }

    fn r#override(&mut self, phrase: &str) -> Reply {
        if !self.typed(phrase) {
            self.reason = None;
            return Reply::Stay;
        }
        let Some(reason) = &self.reason else {
            self.reason = Some(TextInput::default());
            return Reply::Stay;
        };
        if reason.trimmed().is_empty() {
            self.problem = Some("A reason is needed; nothing was sent.".to_owned());
            return Reply::Stay;
        }
        let reason = reason.trimmed().to_owned();
        Reply::Done(Intent::Act {
            action: self.action,
            r#override: Some(Override { reason }),
            statement: None,
            typed: self.phrase_typed(),
        })
    }

    fn confirm_names(&mut self, run: &Run) -> Reply {
        if !self.typed(&run.name(asked_for(run))) {
            return Reply::Stay;
        }
        let typed = self.phrase_typed();
        self.phrase.clear();
        Reply::Ask(Intent::ConfirmNames { primary: run.name(Role::Primary), dr: run.name(Role::Dr), typed })
    }

    fn phrase_typed(&self) -> String {
        self.phrase.trimmed().to_owned()
    }

    fn typed(&mut self, phrase: &str) -> bool {
        let right = self.phrase.trimmed() == phrase;
        if !right {
            self.problem = Some(format!("That is not {}: nothing was sent.", format::clean(phrase)));
        }
        right
    }

    pub(crate) fn sheet(&self, facts: &Facts<'_>, body: Body) -> Sheet {
        let title = sentence(&self.action.to_string());
        match judge(facts.run, self.action) {
            Verdict::NeedsNames => self.names_sheet(facts.run, body),
            Verdict::Off { reason } => off_sheet(&title, &reason, body),
            verdict => match facts.offers.plan(self.action) {
                None => off_sheet(&title, "This session holds nothing to send for it.", body),
                Some(plan) => self.consent_sheet(title, facts, plan, verdict, body),
            },
        }
    }

    fn names_sheet(&self, run: &Run, mut body: Body) -> Sheet {
        let both = run.takes_part(Role::Primary) && run.takes_part(Role::Dr);
        let (title, question) = if both {
            ("Confirm the two appliances", "Before anything may be sent: are these the two appliances?")
        } else {
            ("Confirm the appliance", "Before anything may be sent: is this the appliance?")
        };
        body.text(Tone::Text, question);
        for role in [Role::Primary, Role::Dr].into_iter().filter(|role| run.takes_part(*role)) {
            body.blank();
            identity_rows(run, role, &mut body);
        }
        let role = asked_for(run);
        let prompt = Line::from(vec![
            Span::raw(format!("All right? Type the name of the {role}:  ")),
            Span::styled(format::clean(&run.name(role)).into_owned(), body.theme().style(Tone::Strong)),
        ]);
        Sheet::new(title, Tone::Attention, body)
            .field(prompt, &self.phrase)
            .problem(self.problem.as_deref())
            .keys(&[("Enter", "confirm"), ("Esc", "cancel")])
    }

    fn consent_sheet(
        &self,
        title: String,
        facts: &Facts<'_>,
        plan: &ActionPlan,
        verdict: Verdict,
        mut body: Body,
    ) -> Sheet {
        let role = self.action.role();
        let mut tone = Tone::Attention;
        if let Verdict::Locked { reason, .. } = &verdict {
            tone = Tone::Danger;
            body.bar(Tone::DangerBar, "LOCKED BY THE POLICY");
            body.text(Tone::Danger, reason);
            body.blank();
        }
        target_rows(facts, role, &mut body);
        let (phrase, warnings, verb) = match verdict {
            Verdict::Allowed { phrase, warnings } => (phrase, warnings, "send"),
            Verdict::NeedsStatement { phrase, warnings, statement } => {
                body.blank();
                body.text(Tone::Strong, statement_words(statement));
                (phrase, warnings, "state this and send")
            }
            Verdict::Locked { phrase, warnings, .. } => (phrase, warnings, "override"),
            Verdict::NeedsNames | Verdict::Off { .. } => (String::new(), Vec::new(), "close"),
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
        let sheet = match &self.reason {
            Some(reason) => sheet.field("Why is the policy overridden? (goes into the report)", reason),
            None => sheet.field(prompt, &self.phrase),
        };
        let enter = if self.reason.is_some() { "override and send" } else { verb };
        sheet.problem(self.problem.as_deref()).keys(&[("Enter", enter), ("Esc", "cancel")])
    }
}

/// The appliance whose name confirms both: the primary, where there is one.
fn asked_for(run: &Run) -> Role {
    if run.takes_part(Role::Primary) { Role::Primary } else { Role::Dr }
}

fn phrase_prompt(phrase: &str, verb: &str, theme: Theme) -> Line<'static> {
    Line::from(vec![
        Span::raw("Type  "),
        Span::styled(format::clean(phrase).into_owned(), theme.style(Tone::Strong)),
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
    let name = name(run, role).unwrap_or("not given");
    body.value("appliance", Tone::Strong, &format!("{name}, the {role}"));
    body.value("reached as", Tone::Text, destination(run, role).unwrap_or("not given"));
    let (tone, state) = match role {
        Role::Primary => {
            let (tone, word) = state_words(run);
            let verified = run.replication.verified_at.map_or_else(
                || "never read".to_owned(),
                |at| format!("read {} ago", format::age(facts.now.since(at))),
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

fn identity_rows(run: &Run, role: Role, body: &mut Body) {
    let title = match role {
        Role::Primary => "PRIMARY (production): replication is paused and resumed here",
        Role::Dr => "DR APPLIANCE: threads are set here",
    };
    body.text(Tone::Strong, title);
    body.value("name", Tone::Strong, name(run, role).unwrap_or("not given"));
    body.value("reached as", Tone::Text, destination(run, role).unwrap_or("not given"));
    let nothing = Identity::default();
    let identity = appliance(run, role).identity.as_ref().unwrap_or(&nothing);
    let told = |part: &Option<String>| part.clone().unwrap_or_else(|| "not told".to_owned());
    let product = [&identity.product, &identity.model, &identity.release];
    let product: Vec<&str> = product.into_iter().flatten().map(String::as_str).collect();
    let product = if product.is_empty() { "not told".to_owned() } else { product.join("  ") };
    body.value("is", Tone::Text, &product);
    body.value("serial", Tone::Text, &told(&identity.serial));
    body.value("host key", Tone::Text, &told(&identity.host_key));
}

/// A statement in words the engineer subscribes to.
pub(super) const fn statement_words(statement: Statement) -> &'static str {
    match statement {
        Statement::DownloadBegun => "Stage 1 has begun.",
        Statement::DownloadOver => "Stage 1 is over.",
        Statement::NamespaceOver => "Stage 2 is over: the namespace is restored.",
        Statement::TestOver => "The test is over: the DR appliance is no longer used.",
        Statement::RestoreFailed => "The restore failed.",
        Statement::ReplicationPaused => "Replication on the primary is paused.",
        Statement::ReplicationRunning => "Replication on the primary runs.",
        Statement::DeletedFilesNotRead => {
            "You state: files deleted on production from now on will not be read on the DR appliance."
        }
    }
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
