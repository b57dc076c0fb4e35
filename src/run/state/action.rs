//! What the engineer did: actions, with their outcome so far, notes, statements and the signature.

use serde::Serialize;

use crate::run::values::{
    ActionId, ActionKind, ActionPlan, ActionState, Consent, Elapsed, LogCitation, Override, ReadAgainst,
    Sequence, Statement, ThreadCount, Timestamp,
};

/// An action and its outcome so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionRecord {
    /// Its number.
    pub id: ActionId,
    /// What it sends.
    pub plan: ActionPlan,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// The record of the request.
    pub record: Sequence,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    pub engineer: Option<String>,
    /// Threads last read when a number of threads was asked for.
    pub threads_before: Option<ThreadCount>,
    /// Reason for acting against the policy, if it does.
    pub r#override: Option<Override>,
    /// The phrase of consent as typed.
    pub typed: Option<String>,
    /// Lines as sent; `None`: not sent.
    pub sent: Option<Vec<String>>,
    /// What the appliance answered.
    pub answer: Option<String>,
    /// Further output of the appliance, such as a warning.
    pub remark: Option<String>,
    /// Its state.
    pub state: ActionState,
    /// When it settled.
    pub settled_at: Option<Timestamp>,
    /// The record by which it did.
    pub settled_record: Option<Sequence>,
}

/// A note of the engineer, in the summary as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engineer: Option<String>,
    /// The text.
    pub text: String,
    /// The line of the log that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<LogCitation>,
    /// The record.
    #[serde(skip)]
    pub record: Sequence,
    /// Its earlier texts, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<NoteEdit>,
}

/// A note was given another text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NoteEdit {
    /// When.
    pub at: Timestamp,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engineer: Option<String>,
    /// The text until then.
    pub before: String,
    /// The record.
    #[serde(skip)]
    pub record: Sequence,
}

/// Somebody who acts from here on, in place of somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TakeOver {
    /// Since when.
    pub at: Timestamp,
    /// Whose account: the local user, with the machine where that was another one.
    pub user: String,
    /// The person, where one was named.
    pub engineer: Option<String>,
    /// The account before.
    pub from_user: String,
    /// The person before, where one was named.
    pub from_engineer: Option<String>,
    /// The record.
    pub record: Sequence,
}

/// The engineer's signature under the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SignOff {
    /// When.
    pub at: Timestamp,
    /// The text.
    pub text: String,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub engineer: Option<String>,
    /// The record.
    pub record: Sequence,
}

/// What the engineer stated, as no appliance can be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// When it was stated.
    pub at: Timestamp,
    /// The record.
    pub record: Sequence,
    /// What.
    pub statement: Statement,
    /// When it was so.
    pub since: Timestamp,
    /// Why it was stated by hand.
    pub reason: String,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    pub engineer: Option<String>,
    /// What was read by then and speaks against it.
    pub against: Vec<ReadAgainst>,
}

impl Attestation {
    /// Whether it is about another moment than that at which it was made.
    #[must_use]
    pub fn is_dated_otherwise(&self) -> bool {
        is_dated_otherwise(self.at, self.since)
    }
}

/// Whether what was stated at `stated_at` is of another moment. The reason is typed after the time, which takes a while.
pub(in crate::run) fn is_dated_otherwise(stated_at: Timestamp, since: Timestamp) -> bool {
    stated_at.since(since).max(since.since(stated_at)) >= Elapsed::from_secs(60)
}

/// The engineer made a reading of the counter the baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineChoice {
    /// When.
    pub at: Timestamp,
    /// The record.
    pub record: Sequence,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    pub engineer: Option<String>,
}

/// What was consented to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consented {
    /// The request of this action.
    Action(ActionKind),
    /// This statement.
    Statement(Statement),
    /// The signature under the run.
    SignOff,
}

/// A consent that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenConsent {
    /// When.
    pub at: Timestamp,
    /// The record of what was consented to.
    pub record: Sequence,
    /// What that is.
    pub to: Consented,
    /// What was typed.
    pub typed: String,
    /// What it goes against.
    pub consent: Consent,
    /// The reason given, or the words of the signature; `None` of an action that took no reason.
    pub reason: Option<String>,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    pub engineer: Option<String>,
}
