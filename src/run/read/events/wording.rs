//! Each event in a sentence.

use std::fmt;

use super::dated::{DatedEvent, Happening};
use crate::run::state::{ActionRecord, Attestation, GivenConsent};
use crate::run::values::{
    ActionState, Basis, Bound, Ending, EvidenceSource, Gap, PauseEnd, PauseInterval, PausedBy, Phase,
    PhaseSpan, Precision, Prediction, Signature, Timestamp, actor,
};

impl fmt::Display for DatedEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what {
            Happening::PhaseBegan(phase, before) => phase_began(f, phase, before),
            Happening::TestWentOn { over, taken_back } => {
                let by = actor(&taken_back.user, taken_back.engineer.as_deref());
                write!(
                    f,
                    "the test is not over after all, stated by {by}: {}. The end stated at {} was taken back",
                    taken_back.reason.trim_end_matches('.'),
                    over.at.in_words()
                )
            }
            Happening::UseBegan(stated) => {
                let by = actor(&stated.user, stated.engineer.as_deref());
                write!(f, "the restored appliance is in use, stated by {by}")
            }
            Happening::PauseBegan(pause) => pause_began(f, pause),
            Happening::PauseEnded(pause) => pause_ended(f, pause),
            Happening::ActionRequested(action, given) => {
                let by = actor(&action.user, action.engineer.as_deref());
                write!(f, "{by} asked to {}", action.plan.action)?;
                if let Some(over) = &action.r#override {
                    write!(f, ", against the policy: {}", over.reason)?;
                } else if let Some(agreed) = given.and_then(|given| given.reason.as_deref()) {
                    write!(f, ", agreed to by {agreed}")?;
                }
                against(f, given)
            }
            Happening::ActionSettled(action) => action_settled(f, action),
            Happening::FindingOpened(finding) => f.write_str(&finding.text),
            Happening::FindingClosed(finding) => write!(f, "over: {}", finding.what()),
            Happening::Acknowledged(finding) => {
                let by = finding.acknowledged_in_name();
                let reason = finding.acknowledged.as_deref().unwrap_or_default();
                write!(f, "{by} acknowledged ({reason}): {}", finding.what())
            }
            Happening::Noted(note) => {
                // As it was written: its edits are events of their own.
                let text = note.edits.first().map_or(&note.text, |edit| &edit.before);
                write!(f, "{}: {text}", actor(&note.user, note.engineer.as_deref()))
            }
            Happening::NoteEdited(edit, text) => {
                let by = actor(&edit.user, edit.engineer.as_deref());
                write!(f, "{by} edited a note to: {text} (before: {})", edit.before)
            }
            Happening::Gap(gap) => write!(f, "lines of the log are missing, {}", stretch(gap)),
            Happening::Absence(gap) => write!(f, "nothing was watched, {}", stretch(gap)),
            Happening::LinkLost(outage) if outage.reason.is_empty() => {
                write!(f, "connection to the {} lost", outage.role)
            }
            Happening::LinkLost(outage) => {
                // What the connection says of its own loss begins with these words.
                let words = format!("the connection to the {} was lost: ", outage.role);
                let reason = outage.reason.strip_prefix(&words).unwrap_or(&outage.reason);
                write!(f, "connection to the {} lost: {reason}", outage.role)
            }
            Happening::LinkBack(outage) => {
                let away = self.at.length_since(outage.from);
                write!(f, "connection to the {} stands again after {away}", outage.role)
            }
            Happening::PairConfirmed(confirmed) => {
                let by = actor(&confirmed.user, confirmed.engineer.as_deref());
                write!(f, "{by} confirmed both appliances")
            }
            Happening::Preflight(judged) => write!(f, "pre-flight: {}", judged.verdict.word()),
            Happening::TakenOver(taken) => {
                let by = actor(&taken.user, taken.engineer.as_deref());
                let from = actor(&taken.from_user, taken.from_engineer.as_deref());
                write!(f, "{by} acts from here on, in place of {from}")
            }
            Happening::Listed(listed) => {
                let counts = &listed.listing.counts;
                write!(f, "the bucket {} holds {} entries", counts.name, counts.entries.grouped())
            }
            Happening::Predicted(made) => predicted(f, &made.prediction),
            Happening::LeftPaused(left) => {
                let how = if left.paused.is_some() { "paused" } else { "as it is, perhaps paused" };
                write!(f, "{} left replication {how}", actor(&left.user, left.engineer.as_deref()))
            }
            Happening::SignedOff(signed) => {
                let by = actor(&signed.user, signed.engineer.as_deref());
                write!(f, "{by} signed the run off: {}", signed.text)
            }
            Happening::SignedOffDespite(given) => {
                let by = actor(&given.user, given.engineer.as_deref());
                write!(
                    f,
                    "{by} signed the run off: {}. Shown against it: {}",
                    given.reason.as_deref().unwrap_or_default().trim_end_matches('.'),
                    given.consent.shown
                )
            }
            Happening::Stated(stated, given) => statement(f, stated, given),
            Happening::Signed(Signature { statement, .. }) => {
                write!(f, "{} signed the record as {}", statement.name, statement.role.name())?;
                statement.verdict.map_or(Ok(()), |verdict| write!(f, ", verdict {}", verdict.name()))
            }
            Happening::RunEnded(ending) => run_ended(f, ending),
        }
    }
}

fn statement(f: &mut fmt::Formatter<'_>, stated: &Attestation, given: Option<&GivenConsent>) -> fmt::Result {
    let by = actor(&stated.user, stated.engineer.as_deref());
    write!(f, "{by} stated that {}", stated.statement.in_words())?;
    if stated.is_dated_otherwise() {
        write!(f, ", for {}", stated.since.in_words())?;
    }
    write!(f, ": {}", stated.reason.trim_end_matches('.'))?;
    against(f, given)
}

fn against(f: &mut fmt::Formatter<'_>, given: Option<&GivenConsent>) -> fmt::Result {
    given.map_or(Ok(()), |given| write!(f, ". Shown against it: {}", given.consent.shown))
}

fn predicted(f: &mut fmt::Formatter<'_>, Prediction { phase, end, basis }: &Prediction) -> fmt::Result {
    match end {
        Some(end) => {
            let times = [end.likely, end.earliest, end.latest].map(Timestamp::in_words);
            let [likely, earliest, latest] = times;
            write!(f, "{} may end about {likely}, between {earliest} and {latest}", phase.noun())?;
        }
        None => write!(f, "no end of {} can be given", phase.noun())?,
    }
    match basis {
        Basis::PastRuns { runs: 0 } => f.write_str(": no past run to estimate from"),
        Basis::Counted { percent } => write!(f, " (by the rates, {percent} % counted)"),
        Basis::PastRuns { runs: 1 } => f.write_str(" (by 1 past run)"),
        Basis::PastRuns { runs } => write!(f, " (by {runs} past runs)"),
    }
}

fn stretch(gap: &Gap) -> String {
    let lasted = gap.length().map_or_else(|| "an unknown time".to_owned(), |length| length.to_string());
    format!("from {} for {lasted}: {}", gap.from.in_words(), gap.reason)
}

fn phase_began(f: &mut fmt::Formatter<'_>, phase: Phase, before: Option<&PhaseSpan>) -> fmt::Result {
    f.write_str(match phase {
        Phase::Prepare => "the watch begins, in prepare",
        Phase::Stage1 => "stage 1 begins: metadata download",
        Phase::Stage2 => "stage 1 is over; stage 2 begins: namespace generation",
        Phase::InUse => "stage 2 is over: the appliance is restored",
        Phase::Ended => "the test is over",
    })?;
    let Some(span) = before else { return Ok(()) };
    if span.end_precision == Precision::Estimated {
        f.write_str(" (time estimated)")?;
    }
    match &span.evidence {
        None => Ok(()),
        Some(evidence) => match evidence.source {
            EvidenceSource::Log => write!(f, ". Log: {}", evidence.raw),
            EvidenceSource::Counter => f.write_str(", inferred from the GET counter"),
            EvidenceSource::Attested => f.write_str(", stated by hand"),
        },
    }
}

fn pause_began(f: &mut fmt::Formatter<'_>, pause: &PauseInterval) -> fmt::Result {
    let by = match pause.by {
        PausedBy::Drwatch => "drwatch paused replication",
        PausedBy::Other => "replication was paused by others, or before the watch",
        PausedBy::Attested => "replication was paused, as stated by hand",
    };
    let since = if pause.from_known { "" } else { ", since when is not known" };
    write!(f, "{by}{since}")
}

fn pause_ended(f: &mut fmt::Formatter<'_>, pause: &PauseInterval) -> fmt::Result {
    let at_most = match (pause.end, pause.ended_unseen) {
        (PauseEnd::Stated, _) => ", as stated by hand",
        (PauseEnd::Read, true) => ", its end was not seen",
        (PauseEnd::Read, false) => "",
    };
    let length = pause.to.map(|to| to.length_since(pause.from)).unwrap_or_default();
    let bound = Bound::of(pause).words();
    write!(f, "replication runs again after a pause of {bound}{length}{at_most}")
}

fn action_settled(f: &mut fmt::Formatter<'_>, action: &ActionRecord) -> fmt::Result {
    let what = action.plan.action;
    match &action.state {
        ActionState::Confirmed => write!(f, "{what}: confirmed by the appliance"),
        ActionState::AwaitingService => {
            write!(f, "{what}: accepted, can be read back once the service runs")
        }
        ActionState::Rejected { reason } => write!(f, "{what}: not done: {reason}"),
        ActionState::Unknown { reason } => write!(f, "{what}: outcome unknown: {reason}"),
        ActionState::Requested | ActionState::Sent => write!(f, "{what}: under way"),
    }
}

fn run_ended(f: &mut fmt::Formatter<'_>, ending: &Ending) -> fmt::Result {
    match ending {
        Ending::Quit => f.write_str("the engineer quit; the record ended"),
        Ending::Finished => f.write_str("all was seen; the record ended"),
        Ending::Signal { name } => write!(f, "{name} ended the record"),
        Ending::NeverConnected { reason } => write!(f, "never connected: {reason}"),
    }
}
