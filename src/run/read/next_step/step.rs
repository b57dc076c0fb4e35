//! One step of the engineer, and how urgent it is. Which step comes when is decided beside.

use crate::run::{
    state::{ActionRecord, Run},
    values::{
        ActionKind, ActionState, Band, Code, Finding, FindingSeverity, Phase, Remedy, Role, Statement,
        Timestamp,
    },
};

/// What starts the service of the DR appliance, as it is typed. drwatch never sends it.
pub(super) const START_SERVICE: &str = "\"enable\", \"configure terminal\", \"service enable\"";

/// How soon the step has to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Nothing is to be done but wait.
    Wait,
    /// The test waits for the engineer.
    Act,
    /// Each minute harms the test or production.
    Urgent,
}

/// What the engineer does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// How soon.
    pub urgency: Urgency,
    /// What, on which appliance; where there is nothing to do, what is waited for.
    pub text: String,
    /// The command of this watch that does it; `None` where it is done elsewhere.
    pub remedy: Option<Remedy>,
    /// When the wait for the end of the stage is over, by forecast.
    pub until: Option<Band>,
    /// The line of the log that it rests on.
    pub line: Option<StepLine>,
    /// What the command does once that line is read: the last sentence of the step.
    pub then: Option<&'static str>,
    /// The finding that it settles, in a few words: where there is room for the step alone.
    pub about: Option<String>,
    /// The statement that it asks for, where it asks for one and not for either of two: what the list of statements offers
    /// first.
    pub statement: Option<Statement>,
    /// How the sentence goes on with what may be done instead, and its command.
    pub instead: Option<(&'static str, Remedy)>,
    /// Whether the operator of the demo types what is to be typed.
    pub is_typed_by_demo: bool,
    /// How many findings of weight are open that the step does not settle.
    pub findings: usize,
}

/// A line of the log that a step rests on. Its words are not shown: an appliance chose them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepLine {
    /// When it was recorded.
    pub at: Timestamp,
    /// What the finding is about that cites it.
    pub code: Code,
}

impl Run {
    /// Whether this watch may do it at all: one that is read-only changes no appliance.
    #[must_use]
    pub const fn offers(&self, remedy: Remedy) -> bool {
        !self.started.read_only || !matches!(remedy, Remedy::Pause | Remedy::Resume | Remedy::SetThreads)
    }
}

/// Whether the latest action on replication was of that kind, and the appliance did not take it.
pub(super) fn was_refused(run: &Run, action: ActionKind) -> bool {
    let of_primary = |record: &&ActionRecord| record.plan.action.role() == Role::Primary;
    let last = run.actions.iter().rev().find(of_primary);
    // Only what was sent can have been refused by it.
    last.is_some_and(|last| {
        last.plan.action == action
            && last.sent.is_some()
            && matches!(last.state, ActionState::Rejected { .. })
    })
}

impl NextStep {
    pub(super) fn wait(text: impl Into<String>) -> Self {
        Self {
            urgency: Urgency::Wait,
            text: text.into(),
            remedy: None,
            until: None,
            line: None,
            then: None,
            about: None,
            statement: None,
            instead: None,
            is_typed_by_demo: false,
            findings: 0,
        }
    }

    pub(super) fn act(text: impl Into<String>) -> Self {
        Self { urgency: Urgency::Act, ..Self::wait(text) }
    }

    pub(super) fn urgent(text: impl Into<String>) -> Self {
        Self { urgency: Urgency::Urgent, ..Self::wait(text) }
    }

    /// With the command that takes the step, where this watch may act at all.
    pub(super) fn by(self, run: &Run, remedy: Remedy) -> Self {
        Self { remedy: Some(remedy).filter(|_| run.offers(remedy)), ..self }
    }

    /// With the statement that takes the step.
    pub(super) fn stating(self, run: &Run, statement: Statement) -> Self {
        Self { statement: Some(statement), ..self.by(run, Remedy::StateByHand) }
    }

    /// With what may be done instead, as the sentence goes on.
    pub(super) fn or(self, text: &'static str, remedy: Remedy) -> Self {
        Self { instead: Some((text, remedy)), ..self }
    }

    /// With the line of the log that `finding` rests on, if it rests on one.
    pub(super) fn on_line_of(self, finding: &Finding) -> Self {
        let cited = finding.cited.as_ref().filter(|cited| cited.offset.is_some());
        Self { line: cited.map(|cited| StepLine { at: cited.at, code: finding.code }), ..self }
    }

    /// With the last sentence of the step, for which that line is read first.
    pub(super) fn then(self, sentence: &'static str) -> Self {
        Self { then: Some(sentence), ..self }
    }

    /// With the finding that it settles.
    pub(super) fn about(self, finding: &Finding) -> Self {
        Self { about: Some(finding.subject()), ..self }
    }

    /// With `news` before it.
    pub(super) fn after(self, news: Option<String>) -> Self {
        match news {
            Some(news) => Self { text: format!("{news} {}", self.text), ..self },
            None => self,
        }
    }

    /// With the findings that are open besides, where they can wait for the step.
    pub(super) fn beside_findings(self, run: &Run) -> Self {
        let takes =
            |remedy| self.remedy == Some(remedy) || self.instead.is_some_and(|(_, other)| other == remedy);
        if self.urgency == Urgency::Urgent || takes(Remedy::Acknowledge) || run.unsettled_action().is_some() {
            return self;
        }
        let is_beside = |finding: &&Finding| {
            // These end with the step itself.
            let ends = matches!(finding.code, Code::StillPaused | Code::ApplianceLost)
                || finding.remedy.is_some_and(takes);
            finding.severity >= FindingSeverity::Attention && !ends
        };
        Self { findings: run.open_findings().filter(is_beside).count(), ..self }
    }

    /// To look at what drwatch cannot read.
    pub(super) fn look_at_replication(run: &Run) -> Self {
        let name = run.name(Role::Primary);
        let step = Self::act(format!(
            "drwatch cannot read whether replication is paused: check in the web interface of {name}, then state it."
        ));
        // Later both may be found.
        match run.phase() {
            Phase::Prepare => step.stating(run, Statement::ReplicationPaused),
            _ => step.by(run, Remedy::StateByHand),
        }
    }
}

/// The time of day, with the day where that is not the present one.
pub(super) fn clock_time(run: &Run, at: Timestamp) -> String {
    let (at, now) = (at.utc(), run.last_at.utc());
    let pattern = if at.date_naive() == now.date_naive() { "%H:%M" } else { "%a %H:%M" };
    at.format(pattern).to_string()
}
