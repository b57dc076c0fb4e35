//! The dialog of an action on an appliance: what would be sent where, why it may be dangerous now,
//! and the consent that [`authorize`] asks for.

use crossterm::event::KeyEvent;

use super::{entry::Entry, pair};
use crate::{
    run::{
        ActionKind, ActionPlan, ActionRecord, ActionState, Authorization, Certainty, Override, Reading,
        Remedy, ResumePolicy, Role, Run, ServiceState, Statement, action_consent, authorize,
    },
    screen::{
        dialogs::{Body, Content, Facts, Intent, Prompt, Reply, Sheet, TextInput, Tone},
        paint::{replication_words, statement_words},
    },
    text::{age, capitalised},
};

const NOTHING_TO_SEND: &str = "drwatch knows no command for this on this appliance.";

#[derive(Clone, Debug)]
pub(crate) struct ActionDialog {
    action: ActionKind,
    entry: Entry,
}

impl Content for ActionDialog {
    fn input_mut(&mut self) -> Option<&mut TextInput> {
        Some(&mut self.entry.field_mut().input)
    }

    fn undone(&self) -> Option<&'static str> {
        Some("nothing is sent")
    }

    fn acts(&self) -> bool {
        true
    }

    fn serves(&self, next: Remedy) -> bool {
        matches!(
            (self.action, next),
            (ActionKind::Pause, Remedy::Pause)
                | (ActionKind::Resume, Remedy::Resume)
                | (ActionKind::SetThreads(_), Remedy::SetThreads)
        )
    }

    fn on_key(&mut self, key: KeyEvent, facts: &Facts<'_>) -> Reply {
        let verdict = authorize(facts.run, self.action);
        if self.entry.is_outdated(facts.run, &verdict) || !self.entry.field_mut().submits(key) {
            return Reply::Stay;
        }
        match verdict {
            Authorization::NeedsConfirmation => {
                pair::confirmed(&mut self.entry, facts.run).map_or(Reply::Stay, Reply::Ask)
            }
            Authorization::Off { .. } => Reply::Close,
            _ if facts.available.plan(self.action).is_none() => Reply::Close,
            Authorization::Allowed { phrase, .. } if self.needs_agreement(facts.run) => {
                self.reasoned(&phrase, None, facts.run)
            }
            Authorization::Allowed { phrase, .. } => self.consented(&phrase, None, None),
            Authorization::NeedsStatement { phrase, statement, .. } if self.needs_agreement(facts.run) => {
                self.reasoned(&phrase, Some(statement), facts.run)
            }
            Authorization::NeedsStatement { phrase, statement, .. } => {
                self.consented(&phrase, Some(statement), None)
            }
            Authorization::Locked { phrase, .. } => self.reasoned(&phrase, None, facts.run),
        }
    }

    fn obstacle(&self, facts: &Facts<'_>) -> Option<String> {
        match authorize(facts.run, self.action) {
            Authorization::NeedsConfirmation => Some("the two appliances are not confirmed yet".to_owned()),
            Authorization::Off { reason } => Some(reason),
            _ if facts.available.plan(self.action).is_none() => Some(NOTHING_TO_SEND.to_owned()),
            Authorization::Locked { reason, .. } => Some(format!("locked: {reason}")),
            Authorization::Allowed { .. } | Authorization::NeedsStatement { .. } => None,
        }
    }

    fn sheet(&self, facts: &Facts<'_>, mut body: Body) -> Sheet {
        let title = capitalised(&self.action.to_string());
        let verdict = authorize(facts.run, self.action);
        let entry = self.entry.as_shown(facts.run, &verdict);
        match verdict {
            Authorization::NeedsConfirmation => {
                let then = match self.action {
                    ActionKind::Pause => "The pause comes next.",
                    ActionKind::Resume => "The resume comes next.",
                    ActionKind::SetThreads(_) => "The threads come next.",
                };
                body.text(Tone::Strong, &format!("The two appliances must be confirmed first. {then}"));
                body.blank();
                pair::sheet(&entry, facts.run, body)
            }
            Authorization::Off { reason } => off_sheet(&title, &reason, body),
            verdict => match facts.available.plan(self.action) {
                None => off_sheet(&title, NOTHING_TO_SEND, body),
                Some(plan) => self.consent_sheet(&entry, title, facts, (plan, verdict), body),
            },
        }
    }
}

impl ActionDialog {
    pub(crate) fn new(action: ActionKind) -> Self {
        Self { action, entry: Entry::default() }
    }

    /// Whether something on record speaks against it, so that somebody has to have agreed.
    fn needs_agreement(&self, run: &Run) -> bool {
        action_consent(run, self.action).is_some()
    }

    /// The action against the policy, or over an alarm: the reason comes first, so that the last thing typed is what
    /// consents to every other action as well.
    fn reasoned(&mut self, phrase: &str, statement: Option<Statement>, run: &Run) -> Reply {
        let names = Role::BOTH.map(|role| run.name(role));
        // The question is for the vendor's word alone where the policy allows it.
        let is_locked = matches!(authorize(run, self.action), Authorization::Locked { .. });
        let asked =
            if is_locked { "why, e.g. production must be safe" } else { "who agreed, e.g. Jones, case 1234" };
        match self.entry.reason_before(&names, asked) {
            Some(reason) => self.consented(phrase, statement, Some(reason)),
            None => Reply::Stay,
        }
    }

    /// The action, once its phrase is typed.
    fn consented(&mut self, phrase: &str, statement: Option<Statement>, reason: Option<String>) -> Reply {
        if !self.entry.is_typed(phrase, "Nothing was sent") {
            return Reply::Stay;
        }
        let (action, typed) = (self.action, self.entry.typed_phrase());
        Reply::Done(Intent::Act {
            action,
            r#override: reason.map(|reason| Override { reason }),
            statement,
            typed,
        })
    }

    fn consent_sheet(
        &self,
        entry: &Entry,
        title: String,
        facts: &Facts<'_>,
        (plan, verdict): (&ActionPlan, Authorization),
        mut body: Body,
    ) -> Sheet {
        let role = self.action.role();
        let mut tone = Tone::Attention;
        if let Authorization::Locked { reason, .. } = &verdict {
            tone = Tone::Danger;
            body.bar(Tone::DangerBar, "AGAINST THE POLICY OF THIS RUN");
            body.text(Tone::Danger, reason);
            body.blank();
        }
        let needs_agreement = self.needs_agreement(facts.run);
        if needs_agreement {
            tone = Tone::Danger;
        }
        target_rows(facts, role, &mut body);
        if self.action == ActionKind::Pause {
            body.value("how long", Tone::Text, pause_until(facts.run));
        }
        let is_locked = matches!(verdict, Authorization::Locked { .. });
        if self.action == ActionKind::Resume && !is_locked {
            service_row(facts, &mut body);
        }
        if let Some(given) = entry.given() {
            // What was typed before goes on record with the phrase. Above the rest, as the end may have no room.
            body.value(if is_locked { "reason" } else { "agreed" }, Tone::Strong, given);
        }
        let (phrase, warnings, verb) = match verdict {
            Authorization::Allowed { phrase, warnings } => (phrase, warnings, "send"),
            Authorization::NeedsStatement { phrase, warnings, statement } => {
                body.blank();
                body.text(Tone::Strong, statement_words(statement));
                (phrase, warnings, "state this and send")
            }
            Authorization::Locked { phrase, warnings, .. } => (phrase, warnings, "override and send"),
            Authorization::NeedsConfirmation | Authorization::Off { .. } => {
                (String::new(), Vec::new(), "close")
            }
        };
        if !warnings.is_empty() {
            body.blank();
            // What it says to ask first is answered once somebody is named.
            let alarm = action_consent(facts.run, self.action).map(|consent| consent.shown);
            let agreed = entry.given().filter(|_| !is_locked);
            for warning in &warnings {
                match agreed.filter(|_| Some(warning) == alarm.as_ref()) {
                    Some(who) => {
                        let who = who.trim_end_matches('.');
                        let dr = facts.run.name(Role::Dr);
                        let stop = if facts.run.awaits_service_stop() && facts.run.started.demo {
                            format!(" The demo stops the service of {dr} first.")
                        } else if facts.run.awaits_service_stop() {
                            format!(" Stop the service of {dr} first.")
                        } else {
                            String::new()
                        };
                        let words = "The alarm is not settled; you resume on the word of";
                        body.warning(&format!("{words} {who}.{stop}"));
                    }
                    None => body.warning(warning),
                }
            }
        }
        body.blank();
        plan_rows(facts.run, plan, &mut body);
        let question = match (is_locked, needs_agreement) {
            (true, true) => {
                Some("Why is the policy overridden, and who at the vendor agreed? (for the report)")
            }
            (true, false) => Some("Why is the policy overridden? (goes into the report)"),
            (false, true) => Some("Who at the vendor agreed? e.g. Jones, case 1234 (for the report)"),
            (false, false) => None,
        };
        let (prompt, enter) = match question.filter(|_| entry.lacks_reason()) {
            Some(question) => (Prompt::from(question), "next"),
            None => (Prompt::of_phrase("", &phrase, body.theme()), verb),
        };
        let keys = [("Enter", enter), ("Esc", "cancel")];
        // The warnings may hold times, which change as it is read.
        let consent = format!("{title}\n{phrase}\n{}", plan.lines.join("\n"));
        Sheet::new(title, tone, body).field(prompt, entry.field()).keys(&keys).consenting_to(consent)
    }
}

/// How long a pause lasts, as far as it can be planned.
const fn pause_until(run: &Run) -> &'static str {
    match (run.started.settings.resume_policy, run.started.demo) {
        (ResumePolicy::ResumeAfterStage1, false) => {
            "until you resume it: through listing and stage 1; plan some hours"
        }
        (ResumePolicy::ResumeAfterStage1, true) => {
            "until you resume it: through listing and stage 1; in this demo some minutes"
        }
        (ResumePolicy::PausedThroughout, false) => {
            "until you resume it after the test: through listing, stage 1, stage 2 and use; plan 12 hours or more"
        }
        (ResumePolicy::PausedThroughout, true) => {
            "until you resume it after the test: through listing, stage 1, stage 2 and use; in this demo some minutes"
        }
    }
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

/// Whether the service of the DR appliance runs, which works on the same bucket, and how old that reading is.
fn service_row(facts: &Facts<'_>, body: &mut Body) {
    let Some(service) = facts.run.dr.service.as_ref().filter(|_| facts.run.takes_part(Role::Dr)) else {
        return body.value("DR service", Tone::Attention, "not read");
    };
    let (tone, words) = match &service.reading {
        Reading::Known(ServiceState::Running(_)) => (Tone::Attention, "running".to_owned()),
        Reading::Known(ServiceState::Stopped) => (Tone::Text, "stopped".to_owned()),
        Reading::Known(ServiceState::Busy(words)) => (Tone::Attention, words.clone()),
        Reading::ServiceDown => (Tone::Text, "not running".to_owned()),
        Reading::Unreadable => (Tone::Attention, "unreadable".to_owned()),
        Reading::Refused(words) => (Tone::Attention, format!("refused: {words}")),
    };
    body.value("DR service", tone, &format!("{words}, read {} ago", age(facts.now.since(service.at))));
}

/// That a command is not known to work, and what follows if it does not.
fn unverified(why: &str, action: ActionKind) -> String {
    let then = match action {
        ActionKind::Pause => {
            "You may send it: drwatch reads afterwards whether replication is paused; if not, the line NEXT says how to pause it in the \
             web interface."
        }
        ActionKind::Resume => {
            "drwatch reads afterwards whether replication runs; if not, the line NEXT says how to resume it in the web \
             interface."
        }
        ActionKind::SetThreads(_) => "drwatch reads afterwards whether it worked.",
    };
    format!("UNVERIFIED: {why}. {then}")
}

fn plan_rows(run: &Run, plan: &ActionPlan, body: &mut Body) {
    body.text(Tone::Text, "These lines will be sent, in this order:");
    plan.lines.iter().for_each(|line| body.literal(line));
    let done = |body: &mut Body, text| {
        let lead = format!("{} ", body.theme().symbols().done);
        body.hanging(&lead, Tone::Good, text);
    };
    let is_proven =
        |action: &ActionRecord| action.plan.lines == plan.lines && action.state == ActionState::Confirmed;
    if run.actions.iter().any(is_proven) {
        done(body, "confirmed on this appliance by an earlier read-back");
        return;
    }
    match plan.certainty {
        Certainty::Procedure => done(body, "the procedure gives this command"),
        Certainty::Documented => done(body, "the vendor documents this command"),
        Certainty::Inferred => {
            body.warning(&unverified("this command is guessed from similar ones", plan.action));
        }
        Certainty::Unknown => {
            body.warning(&unverified("the vendor does not document this command", plan.action));
        }
    }
}
