//! The steps of the procedure: planned and actual. What shows a step is in `before` for those up to the start of stage 1,
//! in `after` for the others; here is how they follow from one another.

mod after;
mod before;
mod draft;

use super::step::{StepState, StepSummary};
use crate::run::read::restore::download_over_at;
use crate::run::state::{Attachment, Run};
use crate::run::values::{Phase, ProcedureStep, ResumePolicy, Role, Sequence, TestSheet, Timestamp};

/// All ten steps, in the order of the procedure.
pub(super) fn steps(run: &Run, now: Timestamp, sheet: &TestSheet) -> Vec<StepSummary> {
    let mut free = None;
    ProcedureStep::ALL
        .into_iter()
        .map(|step| {
            let mut draft = draft_of(run, now, step);
            settle(run, step, &mut draft);
            let wait = wait(run, now, step, &draft, free);
            // Steps may be taken in another order: the next one waits for the latest end of all before it. Nor do two of
            // them wait at the same time, or the time would count twice.
            // drwatch moves the baseline with each reading: nobody waits for that.
            let is_waited_for = step != ProcedureStep::Baseline || draft.user.is_some();
            let ended =
                draft.ended_at.filter(|_| is_waited_for).map(|at| Moment { at, record: draft.ended_by });
            free = [free, ended, wait.map(|wait| wait.until)]
                .into_iter()
                .flatten()
                .max_by_key(|moment| moment.at);
            let planned = sheet.planned.iter().find(|planned| planned.step == step);
            let waited = wait.map(|wait| wait.until.at.length_since(wait.from.at));
            let waited_by = wait.into_iter().flat_map(|wait| [wait.from.record, wait.until.record]).flatten();
            let waited_by: Vec<_> = waited_by.collect();
            let draft = draft.on(waited_by.iter().copied());
            StepSummary { step, planned_at: planned.map(|planned| planned.at), waited, waited_by, ..draft }
        })
        .collect()
}

/// When something was so, and the record of it, where it has one.
#[derive(Clone, Copy)]
struct Moment {
    at: Timestamp,
    record: Option<Sequence>,
}

/// A time in which a person was waited for.
#[derive(Clone, Copy)]
struct Wait {
    from: Moment,
    until: Moment,
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
            draft.remark(if run.started.imported.is_some() {
                "A saved log does not show it."
            } else if !run.takes_part(Role::Dr) {
                "Only the log of the DR appliance was watched."
            } else {
                "The watch began after the DR service had been started."
            });
        }
    }
    // What ends a run without the resume is the signature of whoever leaves it so.
    if step == ProcedureStep::Resume && run.signed_off.is_some() && run.replication.open_pause().is_some() {
        draft.state = StepState::Skipped;
    }
}

/// Whether the watch began before the DR service was started, so that all of the preparation could be seen.
fn was_watched(run: &Run) -> bool {
    run.started.imported.is_none()
        && run.takes_part(Role::Dr)
        && run.tracking.attachment == Attachment::InTime
        && run.phases.started_at(Phase::Stage1).is_some_and(|begun| begun >= run.started_at)
}

/// The time in which the step waited for a person: from when all before it was done, or when the policy allowed it. What
/// leads to stage 1 waits no longer than until that began, whenever it was done.
fn wait(
    run: &Run,
    now: Timestamp,
    step: ProcedureStep,
    draft: &StepSummary,
    free: Option<Moment>,
) -> Option<Wait> {
    let from = match step {
        ProcedureStep::Threads | ProcedureStep::Start => free,
        // drwatch takes each reading as the baseline by itself; only a chosen one takes a person.
        ProcedureStep::Baseline if draft.user.is_some() => free,
        ProcedureStep::Resume => resume_allowed(run),
        _ => None,
    }?;
    let is_pending = draft.state == StepState::Open && run.replication.open_pause().is_some();
    let pending = is_pending.then_some(Moment { at: now, record: None });
    // A start that was not seen itself came before what shows it.
    let shown = || stage_1_begun(run).filter(|_| step == ProcedureStep::Start);
    let taken =
        draft.started_at.map(|at| Moment { at, record: draft.began_by }).or(pending).or_else(shown)?;
    let limit = stage_1_begun(run).filter(|begun| step < ProcedureStep::Stage1 && begun.at < taken.at);
    let until = limit.unwrap_or(taken);
    (until.at > from.at).then_some(Wait { from, until })
}

fn stage_1_begun(run: &Run) -> Option<Moment> {
    let at = run.phases.started_at(Phase::Stage1)?;
    Some(Moment { at, record: run.end_record(Phase::Prepare) })
}

fn resume_allowed(run: &Run) -> Option<Moment> {
    let after_stage_1 = run.started.settings.resume_policy == ResumePolicy::ResumeAfterStage1;
    if after_stage_1 && run.is_stage_complete(Phase::Stage1) {
        let at = run.end_known_at(Phase::Stage1)?.max(download_over_at(run)?);
        return Some(Moment { at, record: run.end_record(Phase::Stage1) });
    }
    let at = run.test_over_known_at()?;
    let last = run.phases.spans.iter().rev().find(|span| span.ended_at.is_some())?;
    Some(Moment { at, record: run.end_record(last.phase) })
}
