//! Words that every form of the report shares: outcome, findings, replication.

use super::spans::{Level, Prose};
use super::table::{UNKNOWN, known};
use crate::run::{
    Bound, Code, Finding, FindingSeverity, Grounds, Judgement, Known, Length, ObjectCount, Outcome, Phase,
    ProcedureStep, SpeaksAgainst, StatedRestored, Summary, TestVerdict,
};
use crate::text::grouped;

/// Shown where nobody stated something.
pub(in crate::report) const NOT_STATED: &str = "not stated";

/// Shown where nothing was measured.
pub(in crate::report) const NOT_MEASURED: &str = "not measured";

pub(in crate::report) const fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Restored => "RESTORED",
        Outcome::Incomplete => "INCOMPLETE",
        Outcome::Failed => "FAILED",
    }
}

/// The outcome, with what a restore rests on where that is a statement, and with the alarms that nobody has settled, as the
/// first words may be the only ones that are read.
pub(in crate::report) fn outcome_in_full(summary: &Summary) -> String {
    let word = outcome_on(summary.outcome, restored_on(summary));
    if has_unsettled_alarm(summary) { format!("{word}, ALARM NOT SETTLED") } else { word }
}

/// Whether an alarm was raised of which nobody knows the end.
pub(in crate::report) fn has_unsettled_alarm(summary: &Summary) -> bool {
    unsettled_alarm(summary).is_some()
}

/// The latest alarm of which nobody knows the end.
pub(in crate::report) fn unsettled_alarm(summary: &Summary) -> Option<&Finding> {
    let is_it = |finding: &&Finding| {
        finding.code == Code::Alarm
            && finding.severity == FindingSeverity::Blocking
            && finding.closed_at.is_none()
    };
    summary.findings.iter().rev().find(is_it)
}

/// The same of a run of which only these are at hand.
pub(in crate::report) fn outcome_on(outcome: Outcome, restored_on: Option<Grounds>) -> String {
    let word = outcome_word(outcome);
    match restored_on {
        Some(Grounds::Stated) => format!("{word}, AS STATED"),
        Some(Grounds::Doubted) => format!("{word}, IN DOUBT"),
        Some(Grounds::Read) | None => word.to_owned(),
    }
}

/// What that the namespace was restored rests on; `None` where it was not.
pub(in crate::report) fn restored_on(summary: &Summary) -> Option<Grounds> {
    let stated = summary.test.recovery.stated_restored.as_ref();
    let grounds = stated.map_or(Grounds::Read, StatedRestored::grounds);
    (summary.outcome == Outcome::Restored).then_some(grounds)
}

/// What was read against a statement, as one clause that cites its records; `None` without any.
pub(in crate::report) fn against(against: &[SpeaksAgainst]) -> Option<Prose> {
    let (last, before) = against.split_last()?;
    let clause = |against: &SpeaksAgainst| Prose::foreign(&against.text).with_source(against.record);
    let mut prose: Option<Prose> = None;
    for one in before {
        prose = Some(match prose {
            Some(prose) => prose.and(", ").and_all(clause(one)),
            None => clause(one),
        });
    }
    Some(match prose {
        Some(prose) => prose.and(", and ").and_all(clause(last)),
        None => clause(last),
    })
}

pub(in crate::report) const fn during(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "before stage 1",
        Phase::Stage1 => "during stage 1",
        Phase::Stage2 => "during stage 2",
        Phase::InUse => "after the restore",
        Phase::Ended => "after the test was over",
    }
}

/// Open findings that someone has to settle, counted by severity.
pub(in crate::report) fn open_findings(summary: &Summary) -> String {
    let count = |severity| summary.open(severity).count();
    let [blocking, attention] = [FindingSeverity::Blocking, FindingSeverity::Attention].map(count);
    let dangers = accepted_dangers(summary).count();
    let is_taken_on = |finding: &&Finding| {
        let is_of_attention = finding.severity == FindingSeverity::Attention;
        is_of_attention && finding.closed_at.is_none() && finding.acknowledged.is_some()
    };
    let taken_on = summary.findings.iter().filter(is_taken_on).count();
    let open = match (blocking, attention) {
        (0, 0) if dangers + taken_on > 0 => "none open".to_owned(),
        (0, 0) => "none that needs attention".to_owned(),
        (0, attention) => format!("{attention} of attention"),
        (blocking, 0) => format!("{blocking} blocking"),
        (blocking, attention) => format!("{blocking} blocking, {attention} of attention"),
    };
    let accepted = (dangers > 0).then(|| format!("; {dangers} blocking acknowledged, not settled"));
    let taken_on = (taken_on > 0).then(|| format!("; {taken_on} of attention acknowledged"));
    open + &accepted.unwrap_or_default() + &taken_on.unwrap_or_default()
}

/// Findings that endanger the test or production to the end, whether somebody has acknowledged them or not; those that
/// nobody has come first.
pub(in crate::report) fn unsettled_dangers(summary: &Summary) -> Vec<&Finding> {
    let is_danger =
        |finding: &&Finding| finding.severity == FindingSeverity::Blocking && finding.closed_at.is_none();
    let mut dangers: Vec<_> = summary.findings.iter().filter(is_danger).collect();
    dangers.sort_by_key(|finding| finding.acknowledged.is_some());
    dangers
}

/// Findings that endanger the test or production to the end, and were acknowledged instead of settled.
pub(in crate::report) fn accepted_dangers(summary: &Summary) -> impl Iterator<Item = &Finding> {
    summary.findings.iter().filter(|finding| finding.is_accepted_danger())
}

/// What was found, and what follows until it is settled; all of it stands among the findings.
pub(in crate::report) fn in_short(finding: &Finding) -> String {
    let until = finding
        .until_settled
        .as_ref()
        .map_or_else(String::new, |what| format!("; until it is settled, {what}"));
    format!("{}{until}.", finding.headline())
}

/// Who acknowledged a finding, when and why.
pub(in crate::report) fn acknowledgement(finding: &Finding) -> Prose {
    let by = match finding.acknowledged_by.as_deref() {
        Some(user) => Prose::who(Some(user), finding.acknowledged_engineer.as_deref()),
        None => Prose::text(UNKNOWN),
    };
    let prose = Prose::text("Acknowledged by ").and_all(by);
    let prose = prose.and(" at ").and_all(Prose::at_or(finding.acknowledged_at, UNKNOWN)).and(": ");
    let why = finding.acknowledged.as_deref().map_or_else(|| Prose::text(UNKNOWN), Prose::stated);
    prose.and_all(why).with_source(finding.acknowledged_record)
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
        Known::Unknown if has_open_change(summary) => Some(
            "Replication on the primary may be paused: what came of the last request to change it is unknown.",
        ),
        _ => None,
    }
}

/// Whether a pause or resume has no outcome that is known.
fn has_open_change(summary: &Summary) -> bool {
    let mut changes = summary.actions.iter().filter(|action| matches!(&*action.kind, "pause" | "resume"));
    changes.any(|action| matches!(&*action.state, "requested" | "sent" | "unknown"))
}

/// A length of time that rests on pauses; a bound where one began or ended unseen, or where it lasts.
fn bounded(summary: &Summary, length: Option<Length>, at_least: bool) -> String {
    let bound = Bound::new(at_least, summary.exposure.at_most).words();
    known(length, |length| format!("{bound}{length}"))
}

/// Time paused in all.
pub(in crate::report) fn paused_in_all(summary: &Summary) -> String {
    let open = summary.replication.intervals.last().is_some_and(|pause| pause.to.is_none());
    bounded(summary, summary.replication.paused_seconds, summary.exposure.began_unseen || open)
}

pub(in crate::report) const fn replication_word(state: Known) -> &'static str {
    match state {
        Known::Running => "running",
        Known::Paused => "PAUSED",
        Known::Unreadable => "unreadable",
        Known::Unknown => UNKNOWN,
    }
}

/// The exposure of production in all.
pub(in crate::report) fn exposure_in_all(summary: &Summary) -> String {
    bounded(summary, summary.exposure.total, summary.exposure.at_least)
}

/// How a criterion came out, and on what grounds.
pub(in crate::report) fn judgement(judgement: Judgement, grounds: Grounds) -> Prose {
    let (level, word) = match (judgement, grounds) {
        (Judgement::Passed, Grounds::Read) => (Level::Good, "passed"),
        (Judgement::Passed, Grounds::Stated) => (Level::Attention, "passed, as stated"),
        (Judgement::Passed, Grounds::Doubted) => (Level::Attention, "passed, in doubt"),
        (Judgement::Failed, Grounds::Doubted) => (Level::Bad, "FAILED, in doubt"),
        (Judgement::Failed, _) => (Level::Bad, "FAILED"),
        (Judgement::NotMeasured, _) => (Level::Neutral, "not measured"),
    };
    Prose::badge(level, word)
}

/// How a signer judges the test.
pub(in crate::report) fn test_verdict(verdict: TestVerdict) -> Prose {
    let (level, words) = match verdict {
        TestVerdict::Passed => (Level::Good, "passed"),
        TestVerdict::Conditions => (Level::Attention, "passed with conditions"),
        TestVerdict::Failed => (Level::Bad, "FAILED"),
    };
    Prose::badge(level, words)
}

pub(in crate::report) fn severity(severity: FindingSeverity) -> Prose {
    match severity {
        FindingSeverity::Info => Prose::text("info"),
        FindingSeverity::Attention => Prose::badge(Level::Attention, "ATTENTION"),
        FindingSeverity::Blocking => Prose::badge(Level::Bad, "BLOCKING"),
    }
}

/// What somebody stated, or that nobody did.
pub(in crate::report) fn stated(text: Option<&str>) -> Prose {
    text.map_or_else(|| Prose::text(NOT_STATED), Prose::stated)
}

/// A count, or "unknown".
pub(in crate::report) fn objects(count: Option<ObjectCount>) -> String {
    known(count, |count| grouped(count.0))
}

/// A length of time, or that nothing was measured.
pub(in crate::report) fn measured(length: Option<Length>) -> String {
    length.map_or_else(|| NOT_MEASURED.to_owned(), |length| length.to_string())
}

pub(in crate::report) fn phase_title(summary: &Summary, phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "prepare",
        Phase::Stage1 => "stage 1, metadata download",
        Phase::Stage2 => "stage 2, namespace generation",
        Phase::InUse if summary.test.recovery.stated_usable.is_some() => "restored, then in use",
        Phase::InUse => "restored",
        Phase::Ended => "ended",
    }
}

/// What a length of that step has to say of its beginning and end.
pub(in crate::report) fn in_doubt(summary: &Summary, step: ProcedureStep) -> &'static str {
    let grounds = summary.test.procedure.iter().find(|own| own.step == step).map(|own| own.grounds);
    match grounds {
        Some(Grounds::Doubted) => ", in doubt",
        Some(Grounds::Stated) => ", as stated",
        Some(Grounds::Read) | None => "",
    }
}
