//! The phases of a run, when each began and ended, and on what evidence.

use serde::Serialize;

use super::{
    count::Sequence,
    time::{At, Span},
};

/// Phases in their only order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Before the DR service downloads anything.
    Prepare,
    /// Metadata download.
    #[serde(rename = "stage-1")]
    Stage1,
    /// Namespace generation.
    #[serde(rename = "stage-2")]
    Stage2,
    /// The restored appliance is being used for the test.
    InUse,
    /// The engineer declared the test over, or the restore failed.
    Ended,
}

impl Phase {
    /// The four phases that have a length, in order.
    pub const TIMED: [Self; 4] = [Self::Prepare, Self::Stage1, Self::Stage2, Self::InUse];

    /// The contract's name: `prepare`, `stage-1`, `stage-2`, `in-use`, `ended`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::Stage1 => "stage-1",
            Self::Stage2 => "stage-2",
            Self::InUse => "in-use",
            Self::Ended => "ended",
        }
    }
}

/// What kind of observation a phase change rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceSource {
    /// A log line.
    Log,
    /// Counter rises while the service runs; inferred.
    Counter,
    /// The engineer's statement.
    Attested,
}

/// The observation a phase change rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// The record that holds it.
    pub record: Sequence,
    /// Its kind.
    pub source: EvidenceSource,
    /// The raw log line, reply or statement.
    pub raw: String,
}

/// Whether an instant was observed or worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Our own time of receipt.
    Observed,
    /// The appliance's stamp corrected by the measured clock offset.
    Estimated,
    /// As stated by the engineer.
    Stated,
}

/// One timed phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseSpan {
    /// Which.
    pub phase: Phase,
    /// When it began; `None`: not begun, or begun unobserved.
    pub started_at: Option<At>,
    /// When it ended.
    pub ended_at: Option<At>,
    /// How the end is known.
    pub end_precision: Precision,
    /// What ended it, or, for the phase that is on, what began it.
    pub evidence: Option<Evidence>,
}

impl PhaseSpan {
    /// Length so far, or in all once it ended; `None` where its beginning is unknown.
    #[must_use]
    pub fn length(&self, now: At) -> Option<Span> {
        Some(self.ended_at.unwrap_or(now).since(self.started_at?))
    }
}

/// All phases of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phases {
    /// The phase that is on.
    pub current: Phase,
    /// The timed phases: always all of [`Phase::TIMED`], in order.
    pub spans: [PhaseSpan; 4],
}

impl Phases {
    /// The span of a timed phase; `None` for [`Phase::Ended`].
    #[must_use]
    pub fn span(&self, phase: Phase) -> Option<&PhaseSpan> {
        self.spans.iter().find(|span| span.phase == phase)
    }
}
