//! The steps of the procedure.

use serde::{Deserialize, Serialize};

use crate::run::values::{Elapsed, Timestamp};

/// A step of the procedure, in its order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProcedureStep {
    /// Pause replication on the primary.
    #[default]
    Pause,
    /// List the bucket.
    List,
    /// Set the replication threads of the DR appliance.
    Threads,
    /// Take the baseline of the GET counter.
    Baseline,
    /// Start the service of the DR appliance.
    Start,
    /// Stage 1: the download of metadata.
    Stage1,
    /// Stage 2: the generation of the namespace.
    Stage2,
    /// Use the restored appliance.
    Use,
    /// Resume replication on the primary.
    Resume,
    /// Clean up.
    CleanUp,
}

impl ProcedureStep {
    /// Every step, in the order of the procedure.
    pub const ALL: [Self; 10] = [
        Self::Pause,
        Self::List,
        Self::Threads,
        Self::Baseline,
        Self::Start,
        Self::Stage1,
        Self::Stage2,
        Self::Use,
        Self::Resume,
        Self::CleanUp,
    ];

    /// In words, as in a list of steps.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Pause => "pause replication",
            Self::List => "list the bucket",
            Self::Threads => "set the replication threads",
            Self::Baseline => "take the baseline",
            Self::Start => "start the DR service",
            Self::Stage1 => "stage 1",
            Self::Stage2 => "stage 2",
            Self::Use => "use the restored appliance",
            Self::Resume => "resume replication",
            Self::CleanUp => "clean up",
        }
    }
}

/// How much later than planned a step may begin where the test sheet does not say.
pub const DEFAULT_LATE_START_TOLERANCE: Elapsed = Elapsed::from_secs(15 * 60);

/// When a step is planned to begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PlannedStep {
    /// The step.
    pub step: ProcedureStep,
    /// When.
    pub at: Timestamp,
}
