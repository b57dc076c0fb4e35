//! The steps of a script, as the scenario file has them.

use serde::{Deserialize, Serialize};

use crate::run::Role;

/// One step of the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What must hold before it; nothing by default.
    #[serde(default)]
    pub when: Option<Condition>,
    /// Seconds to wait from the previous step, or from when the condition came to hold if that is later.
    #[serde(default)]
    pub after: u32,
    pub r#do: Deed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Deed {
    /// Types a line on an appliance, in configuration mode.
    Type {
        #[serde(rename = "type")]
        line: String,
        role: Role,
    },
    /// Presses a key of drwatch.
    Press { key: OperatorKey },
}

/// A key press of drwatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperatorKey {
    Pause,
    List,
    Baseline,
    /// Set the replication threads that the run's settings want.
    Threads,
    TestOver,
    Resume,
    /// State that stage 1 is over, now.
    AttestDownloadOver,
    /// State that stage 2 is over and the namespace restored, now.
    AttestNamespaceOver,
    /// State that replication on the primary is paused, since now.
    AttestPaused,
    /// State that replication on the primary runs, since now.
    AttestRunning,
    /// State that all markers written before the run belong to this test.
    ClaimMarkers,
    /// Acknowledge every open finding, each with a reason.
    AcknowledgeAll,
}

impl OperatorKey {
    /// What pressing it does, after "the demo's operator …".
    pub(crate) const fn deed(self) -> &'static str {
        match self {
            Self::Pause => "pauses replication on the primary",
            Self::List => "lists the bucket",
            Self::Baseline => "takes the baseline",
            Self::Threads => "sets the threads of the DR appliance",
            Self::TestOver => "states that the test is over",
            Self::Resume => "resumes replication on the primary",
            Self::AttestDownloadOver => "states that stage 1 is over",
            Self::AttestNamespaceOver => "states that the namespace is restored",
            Self::AttestPaused => "states that replication is paused",
            Self::AttestRunning => "states that replication runs",
            Self::ClaimMarkers => "says which markers belong to this test",
            Self::AcknowledgeAll => "acknowledges the open findings",
        }
    }
}

/// What can be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// drwatch is connected to both appliances.
    Connected,
    /// Replication on the primary is known to be paused.
    ReplicationPaused,
    /// drwatch holds a listing made while replication was paused.
    Listed,
    Baseline,
    ThreadsSet,
    #[serde(rename = "stage-1")]
    Stage1,
    #[serde(rename = "stage-2")]
    Stage2,
    /// The namespace is restored, and drwatch knows it.
    Restored,
    TestOver,
    /// The DR appliance has all metadata, whether drwatch knows or not: its web page shows it.
    DownloadOver,
    /// The DR appliance has restored the namespace, whether drwatch knows or not.
    NamespaceOver,
    /// drwatch has found stage markers that were written before its run.
    MarkersFound,
    /// drwatch cannot make out whether replication is paused.
    Unreadable,
}
