//! The items of a pre-flight, its verdict, and both as recorded.

use serde::{Deserialize, Serialize};

use super::finding::serial_name;
use crate::run::values::{Elapsed, Sequence, Timestamp};

/// What a pre-flight item is about. The name in kebab case is its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PreflightCode {
    /// The primary answers.
    PrimaryReachable,
    /// The DR appliance answers.
    DrReachable,
    /// Both are identified, and the engineer has confirmed their names.
    Identities,
    /// The two are not one machine.
    TwoMachines,
    /// Their releases, and what they mean for stage 2.
    Versions,
    /// Both work on the same bucket.
    SameBucket,
    /// Replication on the primary is paused.
    ReplicationPaused,
    /// The bucket was listed after the pause.
    ListedAfterPause,
    /// There are as many maps as rbtmds.
    MapsEqualRbtmds,
    /// The baseline of the GET counter was taken before the service started.
    BaselineBeforeService,
    /// The DR appliance has the replication threads wanted.
    Threads,
    /// The DR appliance's service waits to be started, that of the primary runs.
    Service,
    /// The log shows lines of level INFO.
    InfoLines,
    /// The appliances' clocks agree with ours.
    ClockSkew,
    /// The syntax of the commands that change something is verified.
    CommandsVerified,
    /// There is room for the record.
    DiskSpace,
}

impl PreflightCode {
    /// Whether unknown already forbids the start: a wrong guess here breaks the test or changes the wrong appliance.
    #[must_use]
    pub const fn must_be_known(self) -> bool {
        matches!(
            self,
            Self::PrimaryReachable
                | Self::DrReachable
                | Self::Identities
                | Self::TwoMachines
                | Self::ReplicationPaused
        )
    }

    /// The code in kebab case, as written to records and summaries.
    #[must_use]
    pub fn name(self) -> String {
        serial_name(self)
    }
}

/// The state of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum PreflightState {
    /// As required.
    Ok,
    /// For information; needs no action before the start.
    Info,
    /// Not known, or last known too long ago.
    Unknown,
    /// Should be considered before the start.
    Attention,
    /// The test must not be started like this.
    Blocking,
}

/// One item of a pre-flight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PreflightItem {
    /// What it is about.
    pub code: PreflightCode,
    /// Its state.
    pub state: PreflightState,
    /// One sentence with the figures.
    pub text: String,
    /// The record of the evidence.
    pub evidence: Option<Sequence>,
    /// Age of the evidence, in seconds.
    pub age: Option<Elapsed>,
    /// What to do.
    pub remedy: Option<String>,
}

impl PreflightItem {
    /// Whether this item alone forbids the start.
    #[must_use]
    pub const fn forbids(&self) -> bool {
        match self.state {
            PreflightState::Blocking => true,
            PreflightState::Unknown => self.code.must_be_known(),
            PreflightState::Ok | PreflightState::Info | PreflightState::Attention => false,
        }
    }
}

/// Whether the test may be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PreflightVerdict {
    /// No item forbids it.
    Go,
    /// An item forbids it.
    NoGo,
}

impl PreflightVerdict {
    /// `go` or `no-go`, as in the contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::NoGo => "no-go",
        }
    }

    pub(in crate::run) fn on(items: &[PreflightItem]) -> Self {
        if items.iter().any(PreflightItem::forbids) { Self::NoGo } else { Self::Go }
    }
}

/// A pre-flight as recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PreflightRecord {
    /// The verdict then.
    pub verdict: PreflightVerdict,
    /// When.
    pub at: Timestamp,
    /// The record that holds it.
    pub record: Sequence,
    /// The first record, before the DR service was up, that changed something it rests on; `None`: it is still valid.
    pub stale_since: Option<Sequence>,
    /// Every item as recorded.
    pub items: Vec<PreflightItem>,
}
