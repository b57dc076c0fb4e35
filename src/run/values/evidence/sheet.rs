//! The test sheet: what is stated about a test before it begins.

use serde::{Deserialize, Serialize};

use crate::run::values::{Elapsed, PlannedStep, Sequence, Timestamp};

/// What is stated about a test; what nobody stated is `None` or empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub struct TestSheet {
    /// What the test is to show.
    pub objective: Option<String>,
    /// The disaster that is assumed.
    pub scenario: Option<String>,
    /// What is tested.
    pub scope: Option<String>,
    /// What is not tested.
    pub exclusions: Option<String>,
    /// What is taken for granted.
    pub assumptions: Option<String>,
    /// Number of the change ticket.
    pub change_ticket: Option<String>,
    /// Version of the recovery plan that is tested.
    pub plan_version: Option<String>,
    /// Where the test takes place.
    pub place: Option<String>,
    /// Who takes part.
    pub people: Vec<Person>,
    /// What the test has to reach.
    pub criteria: Vec<Criterion>,
    /// When the steps of the procedure are planned.
    pub planned: Vec<PlannedStep>,
}

/// Somebody who takes part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Person {
    /// The name.
    pub name: String,
    /// As what.
    pub role: PersonRole,
}

/// As what somebody takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PersonRole {
    /// Carries the test out.
    Operator,
    /// Decides whether it passed.
    Approver,
    /// Looks on.
    Observer,
    /// Reads the report afterwards.
    Reviewer,
}

/// Something that the test has to reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Criterion {
    /// What is measured, and its limit.
    #[serde(flatten)]
    pub target: Target,
    /// Where the limit comes from, e.g. a contract or an analysis.
    #[serde(default)]
    pub source: Option<String>,
}

/// What is measured, and the most it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "target", rename_all = "snake_case")]
pub enum Target {
    /// From the start of stage 1 until the namespace is restored.
    TimeToRestored {
        /// At most.
        limit: Elapsed,
    },
    /// From the start of stage 1 until somebody states that the restored appliance can be used.
    TimeToUsable {
        /// At most.
        limit: Elapsed,
    },
    /// How long production was not protected.
    Exposure {
        /// At most.
        limit: Elapsed,
    },
    /// The longest stretch that was not watched.
    LargestGap {
        /// At most.
        limit: Elapsed,
    },
    /// Findings of attention or worse that are neither closed nor acknowledged.
    OpenFindings {
        /// At most.
        limit: u64,
    },
}

/// Where a test sheet comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum SheetOrigin {
    /// A file given with `--plan`.
    Plan {
        /// Its name as given.
        file: String,
        /// SHA-256 of it, in hex.
        sha256: String,
    },
    /// The settings file.
    Settings,
    /// The form on the dashboard.
    Form,
}

/// A test sheet as it was stated at some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatedSheet {
    /// When.
    pub at: Timestamp,
    /// The record.
    pub record: Sequence,
    /// Local user who stated it.
    pub user: String,
    /// The person, where one was named.
    pub engineer: Option<String>,
    /// Where it comes from.
    pub origin: SheetOrigin,
    /// Why it was changed, where it was changed after stage 1 had begun.
    pub reason: Option<String>,
    /// What it says.
    pub sheet: TestSheet,
}
