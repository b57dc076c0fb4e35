//! The test sheet: what is stated about a test before it begins.

use serde::{Deserialize, Serialize};

use crate::run::values::{DEFAULT_LATE_START_TOLERANCE, Elapsed, PlannedStep, Sequence, Timestamp};

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
    /// How much later than planned a step may begin without being a deviation; 15 minutes where nothing is stated.
    #[serde(rename = "late_start_tolerance_seconds")]
    pub late_start_tolerance: Option<Elapsed>,
    /// Who takes part.
    pub people: Vec<Person>,
    /// What the test has to reach.
    pub criteria: Vec<Criterion>,
    /// When the steps of the procedure are planned.
    pub planned: Vec<PlannedStep>,
}

impl TestSheet {
    /// How much later than planned a step may begin, stated or not.
    #[must_use]
    pub fn tolerance(&self) -> Elapsed {
        self.late_start_tolerance.unwrap_or(DEFAULT_LATE_START_TOLERANCE)
    }

    /// Its texts with their names.
    #[must_use]
    pub fn texts(&self) -> [(&'static str, Option<&str>); 8] {
        let Self { objective, scenario, scope, exclusions, assumptions, change_ticket, .. } = self;
        [
            ("objective", objective),
            ("scenario", scenario),
            ("scope", scope),
            ("exclusions", exclusions),
            ("assumptions", assumptions),
            ("change ticket", change_ticket),
            ("plan version", &self.plan_version),
            ("place", &self.place),
        ]
        .map(|(name, text)| (name, text.as_deref()))
    }

    /// All that it states, each with its name, in words.
    pub(in crate::run) fn statements(&self) -> Vec<(String, String)> {
        let texts = self.texts().into_iter();
        let texts = texts.filter_map(|(name, text)| Some((name.to_owned(), text?.to_owned())));
        let tolerance =
            self.late_start_tolerance.map(|limit| ("tolerance of late starts".to_owned(), limit.to_string()));
        let people: Vec<_> =
            self.people.iter().map(|person| format!("{} ({})", person.name, person.role.name())).collect();
        let people = (!people.is_empty()).then(|| ("people".to_owned(), people.join(", ")));
        let criteria = self.criteria.iter().map(|Criterion { target, source }| {
            let source = source.as_ref().map(|source| format!(" ({source})")).unwrap_or_default();
            (target.title().to_owned(), format!("at most {}{source}", target.limit()))
        });
        let planned = self.planned.iter().map(|planned| {
            (format!("planned start of {}", planned.step.title()), planned.at.in_words().to_string())
        });
        texts.chain(tolerance).chain(people).chain(criteria).chain(planned).collect()
    }
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

impl PersonRole {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Operator, Self::Approver, Self::Observer, Self::Reviewer];

    /// As it is written in a plan.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::Observer => "observer",
            Self::Reviewer => "reviewer",
        }
    }
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

impl Target {
    /// What is measured, in words.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self {
            Self::TimeToRestored { .. } => "time to restored",
            Self::TimeToUsable { .. } => "time to usable",
            Self::Exposure { .. } => "exposure of production",
            Self::LargestGap { .. } => "largest gap in the watch",
            Self::OpenFindings { .. } => "open findings",
        }
    }

    /// The most that it may be, in words.
    #[must_use]
    pub fn limit(&self) -> String {
        match self {
            Self::TimeToRestored { limit }
            | Self::TimeToUsable { limit }
            | Self::Exposure { limit }
            | Self::LargestGap { limit } => limit.to_string(),
            Self::OpenFindings { limit } => limit.to_string(),
        }
    }
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
