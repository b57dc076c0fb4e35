//! When replication may be paused and resumed, and the settings that the fold of a run depends on.

use serde::{Deserialize, Serialize};

use crate::run::values::{Elapsed, ThreadCount};

/// When replication on the primary may be resumed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ResumePolicy {
    /// Not before the test is declared over: the vendor's recommendation.
    #[default]
    PausedThroughout,
    /// After stage 1, once the engineer states that files deleted on production will not be read on the DR appliance.
    #[serde(rename = "resume-after-stage-1")]
    ResumeAfterStage1,
}

impl ResumePolicy {
    /// The policy in the words that it has wherever it is named.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::PausedThroughout => "resume: only after the test",
            Self::ResumeAfterStage1 => "resume: after stage 1",
        }
    }
}

/// What the fold of a run depends on besides its events; embedded in the first record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSettings {
    /// When replication may be resumed.
    pub resume_policy: ResumePolicy,
    /// How long replication may stay paused in total; `None`: no budget.
    pub pause_budget: Option<Elapsed>,
    /// Stage 1 without a GET for this long is a stall.
    pub stall_after: Elapsed,
    /// Replication threads wanted on the DR appliance.
    pub threads: ThreadCount,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            resume_policy: ResumePolicy::default(),
            pause_budget: None,
            stall_after: Elapsed::from_secs(120),
            threads: ThreadCount(128),
        }
    }
}
