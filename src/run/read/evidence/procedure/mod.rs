//! The steps of the procedure: planned and actual. What shows a step is in `before` for those up to the start of stage 1,
//! in `after` for the others; here is how they follow from one another.

mod after;
mod before;
mod draft;

use super::schema::{StepState, StepSummary};
use crate::run::state::{Attachment, Run};
use crate::run::values::{Elapsed, Phase, ProcedureStep, ResumePolicy, TestSheet, Timestamp};

/// All ten steps, in the order of the procedure.
pub(super) fn steps(run: &Run, now: Timestamp, sheet: &TestSheet) -> Vec<StepSummary> {
    let mut free_at = None;
    ProcedureStep::ALL
        .into_iter()
        .map(|step| {
            let mut draft = draft_of(run, now, step);
            settle(run, step, &mut draft);
            let waited = waited(run, now, step, &draft, free_at);
            // Steps may be taken in another order: the next one waits for the latest end of all before it.
            free_at = free_at.max(draft.ended_at);
            let planned = sheet.planned.iter().find(|planned| planned.step == step);
            StepSummary { step, planned_at: planned.map(|planned| planned.at), waited, ..draft }
        })
        .collect()
}

fn draft_of(run: &Run, now: Timestamp, step: ProcedureStep) -> StepSummary {
    match step {
        ProcedureStep::Pause => before::pause(run),
        ProcedureStep::List => before::list(run),
        ProcedureStep::Threads => before::threads(run),
        ProcedureStep::Baseline => before::baseline(run),
        ProcedureStep::Start => before::start(run),
        ProcedureStep::Stage1 => after::phase(run, Phase::Stage1),
        ProcedureStep::Stage2 => after::phase(run, Phase::Stage2),
        ProcedureStep::Use => after::usage(run),
        ProcedureStep::Resume => after::resume(run),
        ProcedureStep::CleanUp => after::clean_up(run, now),
    }
}

/// Decides what became of a step that was not seen to be taken.
fn settle(run: &Run, step: ProcedureStep, draft: &mut StepSummary) {
    if draft.state != StepState::Open {
        return;
    }
    if step < ProcedureStep::Stage1 && run.has_begun_stage_1() {
        if was_watched(run) {
            draft.state = StepState::Skipped;
        } else {
            draft.state = StepState::NotWatched;
            draft.remark("The watch began after the DR service had been started.");
        }
    }
    // What ends a run without the resume is the signature of whoever leaves it so.
    if step == ProcedureStep::Resume && run.signed_off.is_some() && run.replication.open_pause().is_some() {
        draft.state = StepState::Skipped;
    }
}

/// Whether the watch began before the DR service was started, so that all of the preparation could be seen.
fn was_watched(run: &Run) -> bool {
    run.tracking.attachment == Attachment::InTime
        && run.phases.started_at(Phase::Stage1).is_some_and(|begun| begun >= run.started_at)
}

/// How long the step waited for a person: from when all before it was done, or when the policy allowed it.
fn waited(
    run: &Run,
    now: Timestamp,
    step: ProcedureStep,
    draft: &StepSummary,
    free_at: Option<Timestamp>,
) -> Option<Elapsed> {
    let possible_at = match step {
        ProcedureStep::Threads | ProcedureStep::Start => free_at,
        // drwatch takes each reading as the baseline by itself; only a chosen one takes a person.
        ProcedureStep::Baseline if draft.user.is_some() => free_at,
        ProcedureStep::Resume => resume_allowed_at(run),
        _ => None,
    }?;
    let is_pending = draft.state == StepState::Open && run.replication.open_pause().is_some();
    let taken_at = draft.started_at.or_else(|| is_pending.then_some(now))?;
    (taken_at > possible_at).then(|| taken_at.since(possible_at))
}

fn resume_allowed_at(run: &Run) -> Option<Timestamp> {
    let after_stage_1 = run.started.settings.resume_policy == ResumePolicy::ResumeAfterStage1;
    if after_stage_1 && run.is_stage_complete(Phase::Stage1) {
        run.phases.ended_at(Phase::Stage1)
    } else {
        run.test_over_at()
    }
}
