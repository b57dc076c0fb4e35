//! What a question of the pre-flight may look at, and its answer before it is dated.

use crate::run::{
    state::{Observed, Run},
    values::{
        ActionPlan, ByteCount, Elapsed, Link, PreflightCode, PreflightItem, PreflightState, Role, Sequence,
        Timestamp,
    },
};

/// A reading older than this, eight polls of the slower kind or so, says nothing about the present.
pub(super) const CURRENT: Elapsed = Elapsed::from_secs(120);

/// What a pre-flight needs to know besides the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PreflightFacts {
    /// Bytes free where the record is written; `None` where that could not be found out.
    pub disk_free: Option<ByteCount>,
    /// Whether the run's record reaches back far enough to be asked about the past. Without, such
    /// questions are unknown and do not weigh on the verdict.
    pub ask_past: bool,
    /// What the actions would send, with the certainty of the words; empty where no dialect is at hand.
    pub plans: Vec<ActionPlan>,
}

/// What a question may look at.
pub(super) struct Inquiry<'a> {
    pub(super) run: &'a Run,
    pub(super) now: Timestamp,
    pub(super) facts: &'a PreflightFacts,
}

impl Inquiry<'_> {
    /// Whether something read of the appliance at `at` tells of the present: it is not too old, and the
    /// connection it came over still stands.
    pub(super) fn is_current(&self, role: Role, at: Timestamp) -> bool {
        let appliance = self.run.appliance(role);
        self.now.since(at) <= CURRENT && appliance.link == Link::Connected && appliance.link_since <= at
    }

    /// A value as read, while it tells of the present.
    pub(super) fn current<'b, T>(
        &self,
        role: Role,
        observed: Option<&'b Observed<T>>,
    ) -> Option<&'b Observed<T>> {
        observed.filter(|observed| self.is_current(role, observed.at))
    }

    /// An answer to a question of which nothing recent tells.
    pub(super) fn unread(&self, role: Role, what: &str) -> Draft {
        if self.run.appliance(role).link == Link::Connected {
            Draft::unknown(format!("{what} was not read lately."))
                .remedy("Look it up on the appliance itself.")
        } else {
            Draft::unknown(format!("{what} is not known: the {role} is not connected."))
        }
    }

    /// How long ago that was.
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

    /// A question about the past that this pre-flight does not ask.
    pub(super) fn not_asked(what: &str) -> Self {
        Self::unknown(format!("{what}? Only the record of a run tells (--run)."))
    }

    /// Rests on a record of that time.
    pub(super) fn on(self, record: Sequence, at: Timestamp) -> Self {
        Self { evidence: Some((record, at)), ..self }
    }

    /// Rests on a record, if there is one.
    pub(super) fn maybe_on(self, evidence: Option<(Sequence, Timestamp)>) -> Self {
        Self { evidence, ..self }
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
