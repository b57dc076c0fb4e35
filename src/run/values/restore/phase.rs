//! The phases of a run, when each began and ended, and on what evidence.

use serde::{Deserialize, Serialize};

use crate::run::values::{Elapsed, Length, LogOffset, Sequence, Timestamp};

/// Phases in their only order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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

    /// As a noun within a sentence.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Prepare => "the preparation",
            Self::Stage1 => "stage 1",
            Self::Stage2 => "stage 2",
            Self::InUse => "the use of the DR appliance",
            Self::Ended => "the time after the test",
        }
    }

    /// At the beginning of a sentence.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Prepare => "The preparation",
            Self::Stage1 => "Stage 1",
            Self::Stage2 => "Stage 2",
            Self::InUse => "The use of the DR appliance",
            Self::Ended => "The time after the test",
        }
    }

    /// Its beginning as a clause, to follow "before".
    #[must_use]
    pub const fn began(self) -> &'static str {
        match self {
            Self::Prepare => "the watch began",
            Self::Stage1 => "stage 1 began",
            Self::Stage2 => "stage 2 began",
            Self::InUse => "the DR appliance was restored",
            Self::Ended => "the test was over",
        }
    }

    /// As a time within a sentence: `replication runs during stage 2`.
    #[must_use]
    pub const fn during(self) -> &'static str {
        match self {
            Self::Prepare => "before stage 1",
            Self::Stage1 => "during stage 1",
            Self::Stage2 => "during stage 2",
            Self::InUse => "after the restore",
            Self::Ended => "after the test",
        }
    }
}

/// What kind of observation a phase change rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Evidence {
    /// The record that holds it.
    pub record: Sequence,
    /// Its kind.
    pub source: EvidenceSource,
    /// The raw log line, reply or statement.
    pub raw: String,
    /// Where the log line begins in `dr.log`, if it is one.
    #[serde(skip)]
    pub offset: Option<LogOffset>,
}

/// How an instant is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Our time of receipt.
    Observed,
    /// The appliance's stamp corrected by the measured clock offset.
    Estimated,
    /// As stated by the engineer.
    Stated,
    /// Not observed: the phase is over, but since when is unknown.
    Unobserved,
}

/// One timed phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseSpan {
    /// Which.
    pub phase: Phase,
    /// When it began; `None`: not begun, or begun unobserved.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How the end is known.
    pub end_precision: Precision,
    /// What ended it or, for the current phase, what began it.
    pub evidence: Option<Evidence>,
}

impl PhaseSpan {
    fn end(&mut self, at: Option<Timestamp>, change: &Change) {
        self.ended_at = at;
        self.end_precision = if at.is_some() { change.precision } else { Precision::Unobserved };
        self.evidence = Some(change.evidence.clone());
    }

    /// Length so far, or in all once it ended; `None` where its beginning or end is unknown.
    #[must_use]
    pub fn length(&self, now: Timestamp) -> Option<Elapsed> {
        self.whole_length(now).map(Length::exact)
    }

    /// The same, as it is shown beside other lengths.
    #[must_use]
    pub fn whole_length(&self, now: Timestamp) -> Option<Length> {
        if self.end_precision == Precision::Unobserved {
            return None;
        }
        Some(self.ended_at.unwrap_or(now).length_since(self.started_at?))
    }
}

/// All phases of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phases {
    /// The current phase.
    pub current: Phase,
    /// The timed phases: always all of [`Phase::TIMED`], in order.
    pub spans: [PhaseSpan; 4],
}

#[derive(Clone, Debug)]
pub(in crate::run) struct Change {
    /// When; `None` where it was not observed.
    pub at: Option<Timestamp>,
    /// How the time is known.
    pub precision: Precision,
    /// The evidence.
    pub evidence: Evidence,
}

impl Phases {
    /// The phases of a new run, which is in `prepare` since `at`.
    pub(in crate::run) fn begin(at: Timestamp) -> Self {
        let span = |phase| PhaseSpan {
            phase,
            started_at: (phase == Phase::Prepare).then_some(at),
            ended_at: None,
            end_precision: Precision::Observed,
            evidence: None,
        };
        Self { current: Phase::Prepare, spans: Phase::TIMED.map(span) }
    }

    /// The latest instant recorded so far; later changes may not be dated before it.
    pub(in crate::run) fn floor(&self) -> Option<Timestamp> {
        self.spans.iter().flat_map(|span| [span.started_at, span.ended_at]).flatten().max()
    }

    /// Advances to the timed phase `to`, never back.
    pub(in crate::run) fn advance(&mut self, to: Phase, change: &Change) {
        if to <= self.current {
            return;
        }
        let from = self.current;
        // Skipped phases end as well, at unobserved times; only the last one before `to` ends with the change.
        let last = Phase::TIMED.into_iter().rev().find(|phase| *phase < to);
        for span in self.spans.iter_mut().filter(|span| span.phase >= from && span.phase < to) {
            span.end(change.at.filter(|_| Some(span.phase) == last), change);
        }
        if let Some(span) = self.spans.iter_mut().find(|span| span.phase == to) {
            span.started_at = change.at;
            span.evidence = Some(change.evidence.clone());
        }
        self.current = to;
    }

    /// Ends the current phase and with it the run; phases not reached stay without times.
    pub(in crate::run) fn finish(&mut self, change: &Change) {
        if let Some(span) = self.spans.iter_mut().find(|span| span.phase == self.current) {
            span.end(change.at, change);
        }
        self.current = Phase::Ended;
    }

    /// Goes back to the phase that record `over` ended as the last one.
    pub(in crate::run) fn reopen(&mut self, over: Sequence) {
        let rests_on =
            |span: &PhaseSpan| span.evidence.as_ref().is_some_and(|evidence| evidence.record == over);
        let Some(place) = self.spans.iter().rposition(rests_on) else { return };
        // What ended the phase before it began it.
        let (before, from) = self.spans.split_at_mut(place);
        let began = before.iter().rev().find_map(|span| span.evidence.clone());
        let Some(span) = from.first_mut() else { return };
        (span.ended_at, span.end_precision, span.evidence) = (None, Precision::Observed, began);
        self.current = span.phase;
    }

    /// When a timed phase began, if that was observed.
    pub(in crate::run) fn started_at(&self, phase: Phase) -> Option<Timestamp> {
        self.span(phase)?.started_at
    }

    /// When a timed phase ended, if that was observed.
    pub(in crate::run) fn ended_at(&self, phase: Phase) -> Option<Timestamp> {
        self.span(phase)?.ended_at
    }

    /// The span of a timed phase; `None` for [`Phase::Ended`].
    #[must_use]
    pub fn span(&self, phase: Phase) -> Option<&PhaseSpan> {
        self.spans.iter().find(|span| span.phase == phase)
    }
}
