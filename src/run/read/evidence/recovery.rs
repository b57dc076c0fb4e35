//! The time to recover: stage 1 and stage 2, preparation and waiting told apart.

use super::schema::{Recovery, StepSummary};
use crate::run::state::{Attestation, Run};
use crate::run::values::{Elapsed, Evidence, Phase, ProcedureStep, Statement};

pub(super) fn recovery(run: &Run, procedure: &[StepSummary]) -> Recovery {
    let begun = run.phases.started_at(Phase::Stage1);
    let restored_at = run.phases.started_at(Phase::InUse).filter(|_| run.is_restored());
    let usable = usable(run);
    let length = |phase| {
        run.phases.span(phase).filter(|_| run.is_stage_complete(phase)).and_then(|span| {
            let ended_at = span.ended_at?;
            span.length(ended_at)
        })
    };
    let paused_at = step(procedure, ProcedureStep::Pause).and_then(|pause| pause.ended_at);
    let ends = [Phase::Prepare, Phase::Stage1, Phase::Stage2].into_iter();
    let mut records: Vec<_> = ends
        .filter(|phase| *phase == Phase::Prepare || run.is_stage_complete(*phase))
        .filter_map(|phase| run.phases.span(phase)?.evidence.as_ref())
        .filter(|_| run.has_begun_stage_1())
        .map(|evidence: &Evidence| evidence.record)
        .collect();
    // One record may be the evidence of several phases.
    records.dedup();
    Recovery {
        time_to_restored: begun.zip(restored_at).map(|(begun, restored)| restored.since(begun)),
        time_to_usable: begun.zip(usable).map(|(begun, usable)| usable.since.since(begun)),
        stage_1: length(Phase::Stage1),
        stage_2: length(Phase::Stage2),
        preparation: paused_at
            .zip(begun)
            .filter(|(paused, begun)| paused <= begun)
            .map(|(paused, begun)| begun.since(paused)),
        waiting_for_people: waiting(procedure),
        records,
    }
}

fn step(procedure: &[StepSummary], wanted: ProcedureStep) -> Option<&StepSummary> {
    procedure.iter().find(|step| step.step == wanted)
}

/// How long people were waited for up to the start of stage 1; the stages themselves wait for nobody.
fn waiting(procedure: &[StepSummary]) -> Option<Elapsed> {
    let before_stage_1 = procedure.iter().take_while(|step| step.step < ProcedureStep::Stage1);
    before_stage_1.filter_map(|step| step.waited).reduce(Elapsed::saturating_add)
}

/// The first statement that the restored appliance can be used, if it is about the time after the restore.
pub(super) fn usable(run: &Run) -> Option<&Attestation> {
    let restored_at = run.phases.started_at(Phase::InUse)?;
    let is_it =
        |stated: &&Attestation| stated.statement == Statement::RestoredUsable && stated.since >= restored_at;
    run.attestations.iter().find(is_it)
}

impl Run {
    /// Whether stage 1 has begun, observed or not.
    #[must_use]
    pub fn has_begun_stage_1(&self) -> bool {
        // A phase that was reached, or passed over, has evidence.
        self.phases.span(Phase::Stage1).is_some_and(|span| span.evidence.is_some())
    }

    /// Whether the namespace was restored.
    pub(in crate::run) fn is_restored(&self) -> bool {
        self.is_stage_complete(Phase::Stage2)
    }

    /// Whether a phase ended because the next one began, and not with the test.
    pub(in crate::run) fn is_stage_complete(&self, phase: Phase) -> bool {
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
