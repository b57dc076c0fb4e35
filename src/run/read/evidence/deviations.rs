//! What was done otherwise than planned, in the order of time.

use super::schema::{Deviation, SheetSummary};
use super::step::{StepState, StepSummary};
use crate::run::read::control::end_against;
use crate::run::read::restore::grounds_of_end;
use crate::run::state::{ActionRecord, Attestation, Consented, GivenConsent, Run};
use crate::run::values::{
    Code, Elapsed, Finding, FindingSeverity, Grounds, LeftPaused, Phase, ProcedureStep, Sequence, Statement,
    TestSheet, Timestamp,
};

pub(super) fn deviations(run: &Run, sheet: &SheetSummary, procedure: &[StepSummary]) -> Vec<Deviation> {
    let mut deviations: Vec<_> = run.actions.iter().filter_map(overridden).collect();
    deviations.extend(procedure.iter().filter_map(|step| not_as_ordered(run, step)));
    deviations.extend(late(run, procedure, &sheet.sheet));
    deviations.extend(sheet.changes.iter().map(|change| {
        let values: Vec<_> = change.values.iter().map(ToString::to_string).collect();
        let values = values.join("; ");
        let text = format!("The test sheet was changed after stage 1 had begun: {values}.");
        let made = Deviation::new(Some(change.at), text, Some(change.record));
        made.by(Some(&change.user), change.engineer.as_ref()).because(change.reason.as_ref())
    }));
    deviations.extend(run.findings.iter().filter(|finding| is_deviation(run, finding)).map(found));
    deviations.extend(run.attestations.iter().filter_map(|attestation| stated(run, attestation)));
    deviations.extend(run.consents.iter().filter(|given| !is_statement(given)).map(despite));
    // A signature that left replication paused is the decision itself.
    let was_signed = |left: &&LeftPaused| run.consents.iter().any(|given| given.record == left.record.next());
    deviations.extend(run.left_paused.as_ref().filter(|left| !was_signed(left)).map(|left| {
        let text = match left.paused {
            Some(_) => "The watch was left while replication was paused.",
            None => "The watch was left while it was not known whether replication was paused.",
        };
        let made = Deviation::new(Some(left.at), text, Some(left.record));
        made.by(Some(&left.user), left.engineer.as_ref())
    }));
    // What has no time comes last; a stable sort keeps the order of the kinds for equal times.
    deviations.sort_by_key(|deviation| (deviation.at.is_none(), deviation.at));
    deviations
}

impl Deviation {
    fn new(at: Option<Timestamp>, text: impl Into<String>, record: Option<Sequence>) -> Self {
        Self { at, text: text.into(), record, ..Self::default() }
    }

    fn by(self, user: Option<&String>, engineer: Option<&String>) -> Self {
        Self { user: user.cloned(), engineer: engineer.cloned(), ..self }
    }

    fn because(self, reason: Option<&String>) -> Self {
        Self { reason: reason.cloned(), ..self }
    }
}

fn overridden(action: &ActionRecord) -> Option<Deviation> {
    let over = action.r#override.as_ref()?;
    let text = format!("The decision to {} overrode the policy.", action.plan.action);
    let made = Deviation::new(Some(action.requested_at), text, Some(action.record));
    Some(made.by(Some(&action.user), action.engineer.as_ref()).because(Some(&over.reason)))
}

/// A step that was left out, or a pause or a number of threads that came too late.
fn not_as_ordered(run: &Run, step: &StepSummary) -> Option<Deviation> {
    let begin = run.phases.span(Phase::Prepare).and_then(|span| span.evidence.as_ref());
    let began_at = run.phases.started_at(Phase::Stage1);
    if step.state == StepState::Skipped {
        // A step before stage 1 is skipped by its start, and the resume by the end of the record.
        let by_stage_1 = step.step < ProcedureStep::Stage1;
        let text = format!("The step \"{}\" was skipped.", step.step.title());
        let record = begin.map(|evidence| evidence.record).filter(|_| by_stage_1);
        let made = Deviation::new(began_at.filter(|_| by_stage_1), text, record);
        return Some(made.because(step.remark.as_ref()));
    }
    // `None` is below every time: where the start of stage 1 is unknown, any pause would count as late.
    let begun_by = run.stage_1_begun_by();
    let (at, record, text) = match step.step {
        ProcedureStep::Pause => {
            (step.ended_at, step.ended_by, "Replication was paused only after stage 1 had begun.")
        }
        // When others set them is not seen, only when that was read.
        ProcedureStep::Threads => {
            (step.started_at, step.began_by, "The threads were set only after stage 1 had begun.")
        }
        _ => return None,
    };
    let text = match grounds_of_end(run, Phase::Prepare) {
        Grounds::Read => text.to_owned(),
        Grounds::Stated => format!("{}, as that was stated.", text.trim_end_matches('.')),
        // By what was read it was, or may have been, in time.
        Grounds::Doubted => return None,
    };
    (at > begun_by && begun_by.is_some()).then(|| {
        let made = Deviation::new(at, text, record);
        made.by(step.user.as_ref(), step.engineer.as_ref())
    })
}

/// The steps that began well after their planned time. One that is only as late as a step before it follows from that.
fn late(run: &Run, procedure: &[StepSummary], sheet: &TestSheet) -> Vec<Deviation> {
    let tolerance = sheet.tolerance();
    let by_default = if sheet.late_start_tolerance.is_none() { " by default" } else { "" };
    let mut behind_so_far = Elapsed::ZERO;
    let mut late = Vec::new();
    // A pause that was seen only under way may have begun in time.
    let is_pause_seen = run.replication.intervals.first().is_some_and(|pause| pause.from_known);
    for step in procedure.iter().filter(|step| step.step != ProcedureStep::Pause || is_pause_seen) {
        // Of a step that is a moment, only its end may be known; a stage has a beginning of its own.
        let is_moment =
            !matches!(step.step, ProcedureStep::Stage1 | ProcedureStep::Stage2 | ProcedureStep::Use);
        let began = step.started_at.or_else(|| step.ended_at.filter(|_| is_moment));
        let Some((began, planned)) = began.zip(step.planned_at) else { continue };
        let shown = began.length_since(planned);
        let behind = shown.exact();
        if behind <= behind_so_far.saturating_add(tolerance) {
            continue;
        }
        behind_so_far = behind;
        let title = step.step.title();
        let text = format!(
            "The step \"{title}\" began {shown} later than planned; up to {tolerance} is tolerated{by_default}."
        );
        // The first of its records may be of the wait before it.
        let record = step.began_by.or(step.ended_by).or(step.records.first().copied());
        let made = Deviation::new(Some(began), text, record);
        late.push(made.by(step.user.as_ref(), step.engineer.as_ref()));
    }
    late
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
    let by = finding.acknowledged.as_ref().and(finding.acknowledged_by.as_ref());
    let made = Deviation::new(Some(finding.opened_at), finding.what(), Some(finding.record));
    made.by(by, finding.acknowledged_engineer.as_ref()).because(finding.acknowledged.as_ref())
}

/// A statement in place of a reading, or against what is on record. What only people can know is none.
fn stated(run: &Run, attestation: &Attestation) -> Option<Deviation> {
    let what = match attestation.statement {
        Statement::DownloadBegun => Some("The start of stage 1"),
        Statement::DownloadOver => Some("The end of stage 1"),
        Statement::NamespaceOver => Some("The end of stage 2"),
        Statement::RestoreFailed => Some("The failure of the restore"),
        Statement::ReplicationPaused => Some("That replication is paused"),
        Statement::ReplicationRunning => Some("That replication runs"),
        Statement::TestOver
        | Statement::TestNotOver
        | Statement::RestoredUsable
        | Statement::DeletedFilesNotRead => None,
    };
    let given = run.consents.iter().find(|given| given.record == attestation.record);
    // What is known at once is stated within the minute.
    let is_back_dated = attestation.is_dated_otherwise() && attestation.statement != Statement::TestNotOver;
    let for_when = if is_back_dated {
        let earlier = attestation.at.length_since(attestation.since);
        format!(", for {}, {earlier} before it was stated", attestation.since.in_words())
    } else {
        String::new()
    };
    let said = || format!("That {} was stated", attestation.statement.in_words());
    let text = match (what, given) {
        (None, None) if is_back_dated => match end_against(run, attestation) {
            Some(against) => format!("{}{for_when}, although {against}.", said()),
            None => format!("{}{for_when}.", said()),
        },
        (None, None) => return None,
        (Some(what), None) => format!("{what} was stated by hand, not read{for_when}."),
        (Some(what), Some(given)) => {
            format!(
                "{what} was stated by hand, not read{for_when}. Shown against it: {}",
                given.consent.shown
            )
        }
        (None, Some(given)) => {
            format!("{}{for_when}. Shown against it: {}", given.act(), given.consent.shown)
        }
    };
    let made = Deviation::new(Some(attestation.at), text, Some(attestation.record));
    let made = made.by(Some(&attestation.user), attestation.engineer.as_ref());
    Some(made.because(Some(&attestation.reason)))
}

/// Whether its deviation is that of the statement.
const fn is_statement(given: &GivenConsent) -> bool {
    matches!(given.to, Consented::Statement(_))
}

fn despite(given: &GivenConsent) -> Deviation {
    let text = format!("{}. Shown against it: {}", given.act(), given.consent.shown);
    let made = Deviation::new(Some(given.at), text, Some(given.record));
    made.by(Some(&given.user), given.engineer.as_ref()).because(given.reason.as_ref())
}
