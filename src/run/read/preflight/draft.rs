//! What a question of the pre-flight may look at, and its answer before it is dated.

use crate::run::state::{Observed, Run};
use crate::run::values::{
    ActionPlan, ByteCount, Elapsed, Link, PreflightCode, PreflightItem, PreflightState, Role, Sequence,
    Timestamp,
};

/// A reading older than this, about eight polls of the slower kind, does not count as present.
pub(super) const MAX_READING_AGE: Elapsed = Elapsed::from_secs(120);

/// What a pre-flight needs besides the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreflightFacts {
    /// Bytes free where the journal is written; `None` if unknown.
    pub disk_free: Option<ByteCount>,
    /// Whether the record reaches back far enough for questions about the past, which are unknown otherwise.
    pub ask_past: bool,
    /// What the actions would send, with the certainty of the commands; empty without a dialect.
    pub plans: Vec<ActionPlan>,
}

pub(super) struct Inquiry<'a> {
    pub(super) run: &'a Run,
    pub(super) now: Timestamp,
    pub(super) facts: &'a PreflightFacts,
}

impl Inquiry<'_> {
    /// Whether a reading made at `at` is current: it is not too old, and came over the present connection.
    pub(super) fn is_current(&self, role: Role, at: Timestamp) -> bool {
        let appliance = self.run.appliance(role);
        self.now.since(at) <= MAX_READING_AGE
            && appliance.link == Link::Connected
            // After a reconnect another machine may answer at the address.
            && appliance.link_since <= at
    }

    pub(super) fn current<'b, T>(
        &self,
        role: Role,
        observed: Option<&'b Observed<T>>,
    ) -> Option<&'b Observed<T>> {
        observed.filter(|observed| self.is_current(role, observed.at))
    }

    pub(super) fn unread(&self, role: Role, what: &str) -> Draft {
        if self.run.appliance(role).link == Link::Connected {
            Draft::unknown(format!("{what} was not read lately."))
                .remedy("Look it up on the appliance itself.")
        } else {
            Draft::unknown(format!("{what} is not known: the {role} is not connected."))
        }
    }

    pub(super) fn ago(&self, at: Timestamp) -> Elapsed {
        self.now.since(at)
    }
}

/// An answer, before it is dated.
pub(super) struct Draft {
    state: PreflightState,
    text: String,
    evidence: Option<(Sequence, Timestamp)>,
    remedy: Option<String>,
}

impl Draft {
    fn new(state: PreflightState, text: impl Into<String>) -> Self {
        Self { state, text: text.into(), evidence: None, remedy: None }
    }

    pub(super) fn ok(text: impl Into<String>) -> Self {
        Self::new(PreflightState::Ok, text)
    }

    pub(super) fn info(text: impl Into<String>) -> Self {
        Self::new(PreflightState::Info, text)
    }

    pub(super) fn unknown(text: impl Into<String>) -> Self {
        Self::new(PreflightState::Unknown, text)
    }

    pub(super) fn attention(text: impl Into<String>) -> Self {
        Self::new(PreflightState::Attention, text)
    }

    pub(super) fn blocking(text: impl Into<String>) -> Self {
        Self::new(PreflightState::Blocking, text)
    }

    /// The answer to a question about the past without a record of it.
    pub(super) fn not_asked(what: &str) -> Self {
        Self::unknown(format!("{what}: only a recorded run knows (--run RUN)."))
    }

    /// With a record and its time as evidence, if there is one.
    pub(super) fn on(self, evidence: impl Into<Option<(Sequence, Timestamp)>>) -> Self {
        Self { evidence: evidence.into(), ..self }
    }

    pub(super) fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }

    pub(super) fn item(self, code: PreflightCode, now: Timestamp) -> PreflightItem {
        PreflightItem {
            code,
            state: self.state,
            text: self.text,
            evidence: self.evidence.map(|(record, _)| record),
            age: self.evidence.map(|(_, at)| now.since(at)),
            remedy: self.remedy,
        }
    }
}
