//! The fields of these parts of the summary. Lengths of time are written in seconds; what is unknown is `None`.

use serde::Serialize;

use super::step::StepSummary;
use crate::run::state::{TakeOver, is_dated_otherwise};
use crate::run::values::{
    Code, Consent, FindingSeverity, Grounds, IssueEntry, Length, Sequence, SheetOrigin, SpeaksAgainst,
    Statement, Target, TestSheet, Timestamp,
};

/// The test sheet, and what was changed of it after stage 1 had begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SheetSummary {
    /// What the test is judged by: the frozen sheet, or the latest before stage 1.
    #[serde(flatten)]
    pub sheet: TestSheet,
    /// Where it comes from; `None` where nothing was stated.
    pub origin: Option<SheetOrigin>,
    /// When it was frozen; `None` before stage 1.
    pub frozen_at: Option<Timestamp>,
    /// The record that froze it, or else stated it.
    pub record: Option<Sequence>,
    /// Later changes; each is a deviation too.
    pub changes: Vec<SheetChange>,
}

/// A change of the test sheet after it was frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SheetChange {
    /// When.
    pub at: Timestamp,
    /// Names of the fields that changed.
    pub fields: Vec<String>,
    /// What changed in them.
    pub values: Vec<ChangedValue>,
    /// Why.
    pub reason: Option<String>,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    pub engineer: Option<String>,
    /// The record.
    pub record: Sequence,
}

/// Something that a test sheet states otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChangedValue {
    /// What is stated, in words.
    pub what: String,
    /// What it was before; `None` where nothing was stated.
    pub from: Option<String>,
    /// What it is from there on; `None` where nothing is stated any more.
    pub to: Option<String>,
}

/// Whether a criterion was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// It was.
    Passed,
    /// It was not.
    Failed,
    /// What it asks for was not measured, or not yet.
    NotMeasured,
}

/// A criterion and how it came out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct JudgedCriterion {
    /// What is measured, and its limit.
    #[serde(flatten)]
    pub target: Target,
    /// Where the limit comes from.
    pub source: Option<String>,
    /// What was measured: seconds, or a number of findings.
    pub measured: Option<f64>,
    /// The length of time that was measured, as it is shown; `None` for other targets.
    #[serde(skip)]
    pub length: Option<Length>,
    /// How it came out.
    pub judgement: Judgement,
    /// What the judgement rests on.
    pub grounds: Grounds,
    /// Why, as a sentence.
    pub reason: String,
    /// The records that the measured value rests on.
    pub records: Vec<Sequence>,
}

impl JudgedCriterion {
    /// Whether it was met, on these grounds.
    #[must_use]
    pub fn is_met_on(&self, grounds: Grounds) -> bool {
        self.judgement == Judgement::Passed && self.grounds == grounds
    }
}

/// The time to recover, with the part of it that waited for people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Recovery {
    /// Stage 1 and stage 2 together; `None` unless both ended.
    #[serde(rename = "time_to_restored_seconds")]
    pub time_to_restored: Option<Length>,
    /// The statement by which the namespace counts as restored; `None` where the log shows it, or it is not restored.
    pub stated_restored: Option<StatedRestored>,
    /// From the start of stage 1 until the moment from which the restored appliance can be used, as somebody stated.
    #[serde(rename = "time_to_usable_seconds")]
    pub time_to_usable: Option<Length>,
    /// That statement; `None` where nobody made it.
    pub stated_usable: Option<StatedUsable>,
    /// Stage 1.
    #[serde(rename = "stage_1_seconds")]
    pub stage_1: Option<Length>,
    /// Stage 2.
    #[serde(rename = "stage_2_seconds")]
    pub stage_2: Option<Length>,
    /// From the pause to the start of stage 1.
    #[serde(rename = "preparation_seconds")]
    pub preparation: Option<Length>,
    /// Part of that preparation in which a person was waited for.
    #[serde(rename = "waiting_for_people_seconds")]
    pub waiting_for_people: Option<Length>,
    /// The records that each of these lengths rests on.
    pub records: RecoveryRecords,
}

/// The statement by which the namespace counts as restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatedRestored {
    /// Since when it is restored, as stated.
    pub since: Timestamp,
    /// When that was stated.
    pub stated_at: Timestamp,
    /// What was read against it.
    pub against: Vec<SpeaksAgainst>,
    /// Whether the log shows both final lines all the same.
    #[serde(skip)]
    pub logged: bool,
    /// The record of the statement.
    pub record: Sequence,
}

impl StatedRestored {
    /// What that the namespace is restored rests on.
    #[must_use]
    pub fn grounds(&self) -> Grounds {
        if self.against.is_empty() { Grounds::Stated } else { Grounds::Doubted }
    }
}

/// The statement that the restored appliance can be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatedUsable {
    /// From when on it can be used, as stated.
    pub since: Timestamp,
    /// When that was stated.
    pub stated_at: Timestamp,
    /// The dangers that were not settled then.
    pub despite: Vec<UnsettledThen>,
    /// The dangers that were found after it, and are not settled.
    pub later: Vec<UnsettledThen>,
    /// What was read against it, or against the restore that it is about.
    pub against: Vec<SpeaksAgainst>,
    /// The record of the statement.
    pub record: Sequence,
}

impl StatedUsable {
    /// Whether a danger or a reading puts it in doubt.
    #[must_use]
    pub fn is_in_doubt(&self) -> bool {
        self.danger().is_some() || !self.against.is_empty()
    }

    /// The latest danger that puts it in doubt: one that was not settled when it was stated, or that was found after it.
    #[must_use]
    pub fn danger(&self) -> Option<&UnsettledThen> {
        self.later.last().or(self.despite.last())
    }

    /// Whether it was stated for another moment than that at which it was stated.
    #[must_use]
    pub fn is_dated_otherwise(&self) -> bool {
        is_dated_otherwise(self.stated_at, self.since)
    }
}

/// A danger that was not settled at some moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct UnsettledThen {
    /// Code of the finding.
    pub code: Code,
    /// What was found, without what to do about it.
    pub text: String,
    /// The record that opened it.
    pub record: Sequence,
}

/// Something that a person stated, as no appliance can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StatementSummary {
    /// What.
    pub statement: Statement,
    /// When it was stated.
    pub at: Timestamp,
    /// From when on it was so, as stated.
    pub since: Timestamp,
    /// Why it was stated by hand.
    pub reason: String,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    pub engineer: Option<String>,
    /// The record.
    pub record: Sequence,
}

impl StatementSummary {
    /// Whether it was stated for another moment than that at which it was stated.
    #[must_use]
    pub fn is_dated_otherwise(&self) -> bool {
        is_dated_otherwise(self.at, self.since)
    }
}

/// A consent to something that the record speaks against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ConsentSummary {
    /// When.
    pub at: Timestamp,
    /// What was consented to, as the begin of a sentence.
    pub act: String,
    /// What was typed.
    pub typed: String,
    /// What it goes against.
    #[serde(flatten)]
    pub consent: Consent,
    /// The reason given, or the words of the signature; `None` of an action that took no reason.
    pub reason: Option<String>,
    /// Local user.
    pub user: String,
    /// The person, where one was named.
    pub engineer: Option<String>,
    /// The record of what was consented to.
    pub record: Sequence,
}

/// The records that the lengths of a [`Recovery`] rest on; none where a length is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RecoveryRecords {
    /// The start of stage 1, and the end of stage 2.
    pub time_to_restored: Vec<Sequence>,
    /// The start of stage 1, and the statement.
    pub time_to_usable: Vec<Sequence>,
    /// Its start and its end.
    pub stage_1: Vec<Sequence>,
    /// Its start and its end.
    pub stage_2: Vec<Sequence>,
    /// The pause, and the start of stage 1.
    pub preparation: Vec<Sequence>,
    /// What the steps waited for until they could be taken, and what took each of them.
    pub waiting_for_people: Vec<Sequence>,
}

/// Something that was done otherwise than planned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Deviation {
    /// When.
    pub at: Option<Timestamp>,
    /// What, as a sentence.
    pub text: String,
    /// The reason given.
    pub reason: Option<String>,
    /// Local user.
    pub user: Option<String>,
    /// The person, where one was named.
    pub engineer: Option<String>,
    /// The record.
    pub record: Option<Sequence>,
}

/// Whether an issue still needs somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum IssueState {
    /// Its condition lasts, and nobody has acknowledged it.
    Open,
    /// Acknowledged while its condition lasts.
    Acknowledged,
    /// Its condition ended.
    Closed,
}

/// A finding of attention or worse in the issue register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Issue {
    /// Code of the finding.
    pub code: String,
    /// How much it matters.
    pub severity: FindingSeverity,
    /// What was found.
    pub text: String,
    /// When it opened.
    pub opened_at: Timestamp,
    /// The record that opened it.
    pub opened: Sequence,
    /// Whether it needs somebody.
    pub state: IssueState,
    /// What is stated of it.
    #[serde(flatten)]
    pub entry: IssueEntry,
    /// When that was stated; `None` where nothing was.
    pub stated_at: Option<Timestamp>,
    /// Local user who stated it.
    pub stated_by: Option<String>,
    /// The person, where one was named.
    pub engineer: Option<String>,
    /// The record of the statement.
    pub record: Option<Sequence>,
}

/// The test as an auditor reads it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TestSummary {
    /// Who acts now, where a person was named.
    pub engineer: Option<String>,
    /// Who took the record over from whom, oldest first.
    pub takeovers: Vec<TakeOver>,
    /// The test sheet.
    pub test_sheet: SheetSummary,
    /// Each criterion and how it came out.
    pub criteria: Vec<JudgedCriterion>,
    /// The time to recover.
    pub recovery: Recovery,
    /// The steps of the procedure, all ten in order.
    pub procedure: Vec<StepSummary>,
    /// What was done otherwise than planned.
    pub deviations: Vec<Deviation>,
    /// What this record does not prove, each as a sentence.
    pub not_proven: Vec<String>,
    /// The issue register.
    pub issues: Vec<Issue>,
    /// What people stated, oldest first.
    pub statements: Vec<StatementSummary>,
    /// Consents to what the record speaks against, oldest first; each is a deviation too.
    pub consents: Vec<ConsentSummary>,
}
