//! What was done otherwise than planned, in the order of time.

use super::schema::{Deviation, SheetSummary, StepState, StepSummary};
use crate::run::state::{ActionRecord, Attestation, Run};
use crate::run::values::{Code, Finding, FindingSeverity, LeftPaused, Phase, ProcedureStep, Statement};

pub(super) fn deviations(run: &Run, sheet: &SheetSummary, procedure: &[StepSummary]) -> Vec<Deviation> {
    let mut deviations: Vec<_> = run.actions.iter().filter_map(overridden).collect();
    deviations.extend(procedure.iter().filter_map(|step| not_as_ordered(run, step)));
    deviations.extend(sheet.changes.iter().map(|change| Deviation {
        at: Some(change.at),
        text: format!("The test sheet was changed after stage 1 had begun: {}.", change.fields.join(", ")),
        reason: change.reason.clone(),
        user: Some(change.user.clone()),
        engineer: change.engineer.clone(),
        record: Some(change.record),
    }));
    deviations.extend(run.findings.iter().filter(|finding| is_deviation(run, finding)).map(found));
    deviations.extend(run.attestations.iter().filter_map(stated));
    deviations.extend(run.left_paused.as_ref().map(left_paused));
    // What has no time comes last; a stable sort keeps the order of the kinds for equal times.
    deviations.sort_by_key(|deviation| (deviation.at.is_none(), deviation.at));
    deviations
}

fn overridden(action: &ActionRecord) -> Option<Deviation> {
    let over = action.r#override.as_ref()?;
    Some(Deviation {
        at: Some(action.requested_at),
        text: format!("It was chosen to {} against the policy.", action.plan.action),
        reason: Some(over.reason.clone()),
        user: Some(action.user.clone()),
        engineer: action.engineer.clone(),
        record: Some(action.record),
    })
}

/// A step that was left out, or a pause that came too late.
fn not_as_ordered(run: &Run, step: &StepSummary) -> Option<Deviation> {
    let begin = run.phases.span(Phase::Prepare).and_then(|span| span.evidence.as_ref());
    let began_at = run.phases.started_at(Phase::Stage1);
    if step.state == StepState::Skipped {
        // A step before stage 1 is skipped by its start, and the resume by the end of the record.
        let by_stage_1 = step.step < ProcedureStep::Stage1;
        return Some(Deviation {
            at: began_at.filter(|_| by_stage_1),
            text: format!("The step \"{}\" was skipped.", step_words(step.step)),
            reason: step.remark.clone(),
            record: begin.map(|evidence| evidence.record).filter(|_| by_stage_1),
            ..Deviation::default()
        });
    }
    let late = step.step == ProcedureStep::Pause && step.ended_at > began_at && began_at.is_some();
    late.then(|| Deviation {
        at: step.ended_at,
        text: "Replication was paused only after stage 1 had begun.".to_owned(),
        reason: None,
        user: step.user.clone(),
        engineer: step.engineer.clone(),
        record: step.records.first().copied(),
    })
}

/// A step in a sentence.
const fn step_words(step: ProcedureStep) -> &'static str {
    match step {
        ProcedureStep::Pause => "pause replication on the primary",
        ProcedureStep::List => "list the bucket",
        ProcedureStep::Threads => "set the replication threads of the DR appliance",
        ProcedureStep::Baseline => "take the baseline of the GET counter",
        ProcedureStep::Start => "start the service of the DR appliance",
        ProcedureStep::Stage1 => "stage 1",
        ProcedureStep::Stage2 => "stage 2",
        ProcedureStep::Use => "use the restored appliance",
        ProcedureStep::Resume => "resume replication on the primary",
        ProcedureStep::CleanUp => "clean up",
    }
}

fn is_deviation(run: &Run, finding: &Finding) -> bool {
    match finding.code {
        Code::BaselineLate
        | Code::AttachedLate
        | Code::ListingProvisional
        | Code::ReplicationRunsInStage1
        | Code::BucketChangedWhilePaused => true,
        // Where somebody overrode the policy, that is the deviation.
        Code::ResumedAgainstPolicy => !run.actions.iter().any(|action| action.r#override.is_some()),
        Code::ReplicationChangedByOthers => finding.severity >= FindingSeverity::Attention,
        _ => false,
    }
}

fn found(finding: &Finding) -> Deviation {
    Deviation {
        at: Some(finding.opened_at),
        text: finding.what().to_owned(),
        reason: finding.acknowledged.clone(),
        user: finding.acknowledged.as_ref().and(finding.acknowledged_by.clone()),
        engineer: finding.acknowledged_engineer.clone(),
        record: Some(finding.record),
    }
}

/// A statement in place of a reading. What only people can know is none.
fn stated(attestation: &Attestation) -> Option<Deviation> {
    let what = match attestation.statement {
        Statement::DownloadBegun => "The start of stage 1",
        Statement::DownloadOver => "The end of stage 1",
        Statement::NamespaceOver => "The end of stage 2",
        Statement::RestoreFailed => "The failure of the restore",
        Statement::ReplicationPaused => "That replication is paused",
        Statement::ReplicationRunning => "That replication runs",
        Statement::TestOver | Statement::RestoredUsable | Statement::DeletedFilesNotRead => return None,
    };
    Some(Deviation {
        at: Some(attestation.at),
        text: format!("{what} was stated by hand, not read."),
        reason: Some(attestation.reason.clone()),
        user: Some(attestation.user.clone()),
        engineer: attestation.engineer.clone(),
        record: Some(attestation.record),
    })
}

fn left_paused(left: &LeftPaused) -> Deviation {
    Deviation {
        at: Some(left.at),
        text: "The watch was left while replication was paused.".to_owned(),
        reason: None,
        user: Some(left.user.clone()),
        engineer: left.engineer.clone(),
        record: Some(left.record),
    }
}
