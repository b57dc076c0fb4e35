//! The time to recover: stage 1 and stage 2, and what of it was preparation and waiting.

use std::collections::BTreeSet;

use super::schema::{Recovery, RecoveryRecords, StatedRestored, StatedUsable, UnsettledThen};
use super::statements::{unsettled_at, unsettled_since};
use super::step::StepSummary;
use crate::run::read::restore::{restored_against, service_against};
use crate::run::state::{Attestation, Run};
use crate::run::values::{
    EvidenceSource, Finding, Length, Phase, ProcedureStep, Sequence, SpeaksAgainst, Statement, Timestamp,
};

pub(super) fn recovery(run: &Run, procedure: &[StepSummary]) -> Recovery {
    let begun = run.phases.started_at(Phase::Stage1);
    let restored_at = run.phases.started_at(Phase::InUse).filter(|_| run.is_restored());
    let usable = usable(run);
    let complete = |phase| run.phases.span(phase).filter(|_| run.is_stage_complete(phase));
    let length = |phase| complete(phase).and_then(|span| span.whole_length(span.ended_at?));
    let pause = step(procedure, ProcedureStep::Pause);
    let paused_at = pause.and_then(|pause| pause.ended_at);
    let mut recovery = Recovery {
        time_to_restored: begun.zip(restored_at).map(|(begun, restored)| restored.length_since(begun)),
        stated_restored: stated_restored(run),
        stated_usable: usable.map(|stated| stated_usable(run, stated)),
        time_to_usable: begun.zip(usable).map(|(begun, usable)| usable.since.length_since(begun)),
        stage_1: length(Phase::Stage1),
        stage_2: length(Phase::Stage2),
        // A pause that came only after the start of stage 1 leaves no preparation to measure.
        preparation: paused_at
            .zip(begun)
            .filter(|(paused, begun)| paused <= begun)
            .map(|(paused, begun)| begun.length_since(paused)),
        waiting_for_people: waiting(procedure),
        records: RecoveryRecords::default(),
    };
    let end_of = |phase| complete(phase)?.evidence.as_ref().map(|evidence| evidence.record);
    let [start, download_over, restored] = [Phase::Prepare, Phase::Stage1, Phase::Stage2].map(end_of);
    let at_rest = last_at_rest(run);
    let paused = pause.and_then(|pause| pause.ended_by);
    let waited = before_stage_1(procedure).flat_map(|step| step.waited_by.iter().copied());
    let stated = usable.map(|usable| usable.record);
    recovery.records = RecoveryRecords {
        time_to_restored: records_of(recovery.time_to_restored, [at_rest, start, restored]),
        time_to_usable: records_of(recovery.time_to_usable, [at_rest, start, stated]),
        stage_1: records_of(recovery.stage_1, [at_rest, start, download_over]),
        stage_2: records_of(recovery.stage_2, [download_over, restored]),
        preparation: records_of(recovery.preparation, [paused, at_rest, start]),
        waiting_for_people: waited.collect::<BTreeSet<_>>().into_iter().collect(),
    };
    recovery
}

/// The reading whose time is that of a start of stage 1 concluded from the counter: the last one at rest. What shows the
/// start came after it.
pub(super) fn last_at_rest(run: &Run) -> Option<Sequence> {
    let begin = run.phases.span(Phase::Prepare)?.evidence.as_ref()?;
    run.tracking.stage_1_from.filter(|_| begin.source == EvidenceSource::Counter)
}

/// The records of a length that is known, each once: one record may be the evidence of several phases.
fn records_of(length: Option<Length>, records: impl IntoIterator<Item = Option<Sequence>>) -> Vec<Sequence> {
    let mut records: Vec<_> = records.into_iter().flatten().filter(|_| length.is_some()).collect();
    records.dedup();
    records
}

fn step(procedure: &[StepSummary], wanted: ProcedureStep) -> Option<&StepSummary> {
    procedure.iter().find(|step| step.step == wanted)
}

/// How long people were waited for up to the start of stage 1; the stages themselves wait for nobody.
fn waiting(procedure: &[StepSummary]) -> Option<Length> {
    before_stage_1(procedure).filter_map(|step| step.waited).reduce(Length::saturating_add)
}

fn before_stage_1(procedure: &[StepSummary]) -> impl Iterator<Item = &StepSummary> {
    procedure.iter().take_while(|step| step.step < ProcedureStep::Stage1)
}

/// The first statement that the restored appliance can be used, if it is about the time after the restore.
pub(super) fn usable(run: &Run) -> Option<&Attestation> {
    let restored_at = run.phases.started_at(Phase::InUse)?;
    let is_it =
        |stated: &&Attestation| stated.statement == Statement::RestoredUsable && stated.since >= restored_at;
    run.attestations.iter().find(is_it)
}

/// The statement by which the namespace counts as restored.
pub(super) fn restored_by(run: &Run) -> Option<&Attestation> {
    let by = run.end_record(Phase::Stage2).filter(|_| run.is_restored())?;
    run.attestations.iter().find(|stated| stated.record == by)
}

fn stated_restored(run: &Run) -> Option<StatedRestored> {
    let stated = restored_by(run)?;
    let (since, stated_at, record) = (stated.since, stated.at, stated.record);
    let logged = run.final_lines.namespace.is_some() && run.final_lines.mounted.is_some();
    Some(StatedRestored { since, stated_at, against: restored_against(run), logged, record })
}

/// That the service was stopped when the restored appliance was stated to be usable, where that does not speak against the
/// restore already.
pub(super) fn service_against_use(run: &Run, stated: &Attestation) -> Option<SpeaksAgainst> {
    let is_of_restore = restored_by(run).and_then(|restored| service_against(run, restored)).is_some();
    service_against(run, stated).filter(|_| !is_of_restore)
}

pub(super) fn stated_usable(run: &Run, stated: &Attestation) -> StatedUsable {
    let unsettled = |finding: &Finding| UnsettledThen {
        code: finding.code,
        text: finding.headline().to_owned(),
        record: finding.record,
    };
    StatedUsable {
        since: stated.since,
        stated_at: stated.at,
        despite: unsettled_at(run, stated.record).map(unsettled).collect(),
        later: unsettled_since(run, stated.record).map(unsettled).collect(),
        against: restored_against(run).into_iter().chain(service_against_use(run, stated)).collect(),
        record: stated.record,
    }
}

/// Why no statement that the restored appliance can be used counts.
pub(super) fn not_usable(run: &Run) -> &'static str {
    // It was not restored by the time that they are of.
    if run.attestations.iter().any(|stated| stated.statement == Statement::RestoredUsable) {
        "it was stated only for a time before the namespace was restored"
    } else {
        "nobody stated it"
    }
}

impl Run {
    /// Whether stage 1 has begun, observed or not.
    #[must_use]
    pub fn has_begun_stage_1(&self) -> bool {
        // A phase that was reached, or passed over, has evidence.
        self.phases.span(Phase::Stage1).is_some_and(|span| span.evidence.is_some())
    }

    /// The record by which a phase ended.
    pub(super) fn end_record(&self, phase: Phase) -> Option<Sequence> {
        self.phases.span(phase)?.evidence.as_ref().map(|evidence| evidence.record)
    }

    /// When the test was over, where that is so and known.
    pub(in crate::run) fn test_over_at(&self) -> Option<Timestamp> {
        let over = self.phases.spans.iter().rev().find_map(|span| span.ended_at);
        over.filter(|_| self.phase() == Phase::Ended)
    }

    /// When it was known that `phase` was over: of an end that was stated for an earlier moment, when it was stated.
    pub(in crate::run) fn end_known_at(&self, phase: Phase) -> Option<Timestamp> {
        let ended = self.phases.ended_at(phase)?;
        let by = self.end_record(phase);
        let stated = self.attestations.iter().find(|stated| Some(stated.record) == by);
        Some(stated.filter(|stated| stated.is_dated_otherwise()).map_or(ended, |stated| stated.at.max(ended)))
    }

    /// When it was known that the test was over.
    pub(in crate::run) fn test_over_known_at(&self) -> Option<Timestamp> {
        let last = self.phases.spans.iter().rev().find(|span| span.ended_at.is_some())?;
        self.end_known_at(last.phase).filter(|_| self.phase() == Phase::Ended)
    }

    /// Since when the restored appliance is in use, as the engineer stated; `None` until that is stated.
    #[must_use]
    pub fn in_use_since(&self) -> Option<Timestamp> {
        self.stated_in_use().map(|stated| stated.since)
    }

    /// The statement by which the restored appliance counts as in use.
    pub(in crate::run) fn stated_in_use(&self) -> Option<&Attestation> {
        usable(self)
    }

    /// Whether the namespace was restored.
    pub(in crate::run) fn is_restored(&self) -> bool {
        self.is_stage_complete(Phase::Stage2)
    }

    /// Whether a phase ended because the next one began, and not with the test.
    #[must_use]
    pub fn is_stage_complete(&self, phase: Phase) -> bool {
        let next = Phase::TIMED.into_iter().find(|next| *next > phase);
        match next.and_then(|next| self.phases.span(next)) {
            Some(next) => next.evidence.is_some(),
            // The test ends the use of the appliance.
            None => {
                self.phase() == Phase::Ended
                    && self.phases.span(phase).is_some_and(|own| own.evidence.is_some())
            }
        }
    }
}
