//! Words that every form of the report shares: outcome, findings, replication.

use super::table::{UNKNOWN, known};
use crate::run::{
    Bound, Finding, FindingSeverity, Judgement, Known, Outcome, PersonRole, Phase, ProcedureStep, SignerRole,
    Summary, Target, TestVerdict,
};
use crate::text::{grouped, iso};

/// Shown where nobody stated something.
pub(in crate::report) const NOT_STATED: &str = "not stated";

pub(in crate::report) const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Restored => "RESTORED",
        Outcome::Incomplete => "INCOMPLETE",
        Outcome::Failed => "FAILED",
    }
}

pub(in crate::report) const fn during(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "before stage 1",
        Phase::Stage1 => "during stage 1",
        Phase::Stage2 => "during stage 2",
        Phase::InUse => "while the DR appliance was in use",
        Phase::Ended => "after the test was over",
    }
}

/// Open findings that someone has to settle, counted by severity.
pub(in crate::report) fn open_findings(summary: &Summary) -> String {
    let count = |severity| {
        let open = |finding: &&Finding| finding.is_open() && finding.severity == severity;
        summary.findings.iter().filter(open).count()
    };
    let [blocking, attention] = [FindingSeverity::Blocking, FindingSeverity::Attention].map(count);
    let open = match (blocking, attention) {
        (0, 0) => "none of attention or worse".to_owned(),
        (0, attention) => format!("{attention} of attention"),
        (blocking, 0) => format!("{blocking} blocking"),
        (blocking, attention) => format!("{blocking} blocking, {attention} of attention"),
    };
    match accepted_dangers(summary).count() {
        0 => open,
        accepted => format!("{open}; {accepted} blocking acknowledged, not settled"),
    }
}

/// Findings that endanger the test or production to the end, and were acknowledged instead of settled.
pub(in crate::report) fn accepted_dangers(summary: &Summary) -> impl Iterator<Item = &Finding> {
    summary.findings.iter().filter(|finding| finding.is_accepted_danger())
}

/// Who acknowledged a finding, when and why; `name` and `words` escape foreign text.
pub(in crate::report) fn acknowledgement(
    finding: &Finding,
    name: impl Fn(&str) -> String,
    words: impl Fn(&str) -> String,
) -> String {
    let by = match (&finding.acknowledged_by, &finding.acknowledged_engineer) {
        (None, _) => UNKNOWN.to_owned(),
        (Some(user), None) => name(user),
        (Some(user), Some(engineer)) => format!("{} ({})", words(engineer), name(user)),
    };
    let at = known(finding.acknowledged_at, iso);
    let why = finding.acknowledged.as_deref().map_or_else(|| UNKNOWN.to_owned(), words);
    format!("Acknowledged by {by} at {at}: {why}")
}

/// What a pause that lasts means.
pub(in crate::report) const EXPOSED: &str =
    "New production data is not protected in the cloud until it is resumed.";

/// What to warn of where the primary is, or may be, left paused.
pub(in crate::report) fn paused_warning(summary: &Summary) -> Option<&'static str> {
    let replication = &summary.replication;
    let unfinished = replication.intervals.last().is_some_and(|pause| pause.to.is_none());
    match replication.state {
        Known::Paused => Some("Replication on the primary is still paused."),
        Known::Unreadable | Known::Unknown if unfinished => {
            Some("Replication on the primary was paused and has not been seen running since.")
        }
        _ => None,
    }
}

/// Time paused in all; a bound where a pause began or ended unseen.
pub(in crate::report) fn paused_in_all(summary: &Summary) -> String {
    let bound = Bound::new(summary.exposure.at_least, summary.exposure.at_most).words();
    known(summary.replication.paused_seconds, |span| format!("{bound}{span}"))
}

pub(in crate::report) const fn replication_word(state: Known) -> &'static str {
    match state {
        Known::Running => "running",
        Known::Paused => "PAUSED",
        Known::Unreadable => "unreadable",
        Known::Unknown => UNKNOWN,
    }
}

/// The exposure of production in all; a bound where a pause began or ended unseen.
pub(in crate::report) fn exposure_in_all(summary: &Summary) -> String {
    let bound = Bound::new(summary.exposure.at_least, summary.exposure.at_most).words();
    known(summary.exposure.total, |span| format!("{bound}{span}"))
}

/// A target in words, and its limit.
pub(in crate::report) fn target(target: &Target) -> (&'static str, String) {
    match target {
        Target::TimeToRestored { limit } => ("time to restored", limit.to_string()),
        Target::TimeToUsable { limit } => ("time to usable", limit.to_string()),
        Target::Exposure { limit } => ("exposure of production", limit.to_string()),
        Target::LargestGap { limit } => ("largest gap in the watch", limit.to_string()),
        Target::OpenFindings { limit } => ("open findings", grouped(*limit)),
    }
}

pub(in crate::report) const fn judgement(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Passed => "passed",
        Judgement::Failed => "FAILED",
        Judgement::NotMeasured => "not measured",
    }
}

pub(in crate::report) const fn test_verdict(verdict: TestVerdict) -> &'static str {
    match verdict {
        TestVerdict::Passed => "passed",
        TestVerdict::Conditions => "passed with conditions",
        TestVerdict::Failed => "FAILED",
    }
}

pub(in crate::report) const fn signer_role(role: SignerRole) -> &'static str {
    match role {
        SignerRole::Operator => "operator",
        SignerRole::Approver => "approver",
        SignerRole::Reviewer => "reviewer",
    }
}

pub(in crate::report) const fn person_role(role: PersonRole) -> &'static str {
    match role {
        PersonRole::Operator => "operator",
        PersonRole::Approver => "approver",
        PersonRole::Observer => "observer",
        PersonRole::Reviewer => "reviewer",
    }
}

pub(in crate::report) const fn step_title(step: ProcedureStep) -> &'static str {
    match step {
        ProcedureStep::Pause => "pause replication",
        ProcedureStep::List => "list the bucket",
        ProcedureStep::Threads => "set the threads",
        ProcedureStep::Baseline => "take the baseline",
        ProcedureStep::Start => "start the service",
        ProcedureStep::Stage1 => "stage 1",
        ProcedureStep::Stage2 => "stage 2",
        ProcedureStep::Use => "use",
        ProcedureStep::Resume => "resume replication",
        ProcedureStep::CleanUp => "clean up",
    }
}

pub(in crate::report) const fn phase_title(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "prepare",
        Phase::Stage1 => "stage 1, metadata download",
        Phase::Stage2 => "stage 2, namespace generation",
        Phase::InUse => "in use",
        Phase::Ended => "ended",
    }
}
