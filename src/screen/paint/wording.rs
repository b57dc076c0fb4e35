//! What states, phases, findings and statements are called on the screen, and in which tone: the same in panels and
//! dialogs.

use super::{Theme, Tone};
use crate::run::{
    CleanupCode, CleanupItem, Finding, FindingSeverity, Known, Phase, Remedy, ResumePolicy, Run, Statement,
    Timestamp, runs_by_decision,
};

const fn phase_title(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare => "prepare",
        Phase::Stage1 => "1 metadata download",
        Phase::Stage2 => "2 namespace generation",
        Phase::InUse => "in use",
        Phase::Ended => "ended",
    }
}

/// The title of `phase` in `run`: once it is restored, the DR appliance is in use only when that is stated.
pub(crate) fn phase_title_in(run: &Run, phase: Phase) -> &'static str {
    match phase {
        Phase::InUse if run.in_use_since().is_none() => "restored",
        phase => phase_title(phase),
    }
}

/// The state's word and tone. Running is good only while nothing asks for a pause.
pub(crate) fn replication_words(run: &Run) -> (Tone, &'static str) {
    match run.replication.state {
        Known::Paused => (Tone::Paused, "paused"),
        Known::Running if must_be_paused(run) => (Tone::Danger, "running"),
        Known::Running if run.change_in_doubt().is_some() => (Tone::Attention, "running"),
        Known::Running => (Tone::Good, "running"),
        Known::Unreadable => (Tone::Attention, "unreadable"),
        Known::Unknown => (Tone::Attention, "unknown"),
    }
}

/// Whether the policy wants replication paused in the current phase, and the engineer has not decided otherwise.
pub(crate) fn must_be_paused(run: &Run) -> bool {
    if runs_by_decision(run).is_some() {
        return false;
    }
    match run.started.settings.resume_policy {
        ResumePolicy::PausedThroughout => matches!(run.phase(), Phase::Stage1 | Phase::Stage2 | Phase::InUse),
        ResumePolicy::ResumeAfterStage1 => run.phase() == Phase::Stage1,
    }
}

/// The state of replication at its last reading, and when that was, once it cannot be read any more.
pub(crate) fn last_reading(run: &Run) -> Option<(&'static str, Timestamp)> {
    let replication = &run.replication;
    let at = replication.verified_at.filter(|_| replication.state == Known::Unreadable)?;
    // A pause stays open until it is known to be over.
    let is_open = replication.intervals.last().is_some_and(|pause| pause.to.is_none());
    Some((if is_open { "PAUSED" } else { "RUNNING" }, at))
}

/// How long the present pause has lasted; a lower bound where its start was not observed.
pub(crate) fn pause_length(run: &Run, now: Timestamp) -> Option<String> {
    let pause = run.replication.intervals.last().filter(|pause| pause.to.is_none())?;
    let bound = if pause.from_known { "" } else { "at least " };
    Some(format!("{bound}{}", now.length_since(pause.from)))
}

/// The mark of an item of the cleanup: none of those of the findings, which are counted in the top line.
pub(crate) const fn cleanup_mark(item: &CleanupItem, theme: Theme) -> (&'static str, Tone) {
    let symbols = theme.symbols();
    // A danger stays one, though the exit code does not wait for it.
    if matches!(item.code, CleanupCode::DangersSettled | CleanupCode::AllSent) {
        return (symbols.look, Tone::Danger);
    }
    match (item.done, item.required) {
        (true, _) => (symbols.checked, Tone::Good),
        (false, true) => (symbols.unchecked, Tone::Danger),
        // Nobody has to do these.
        (false, false) if matches!(item.code, CleanupCode::ThreadsAsBefore | CleanupCode::Notes) => {
            (symbols.info, Tone::Quiet)
        }
        (false, false) => (symbols.unchecked, Tone::Quiet),
    }
}

/// What does an item of the cleanup that is not done, if a command of the watch does.
pub(crate) fn cleanup_remedy(item: &CleanupItem, run: &Run) -> Option<Remedy> {
    let remedy = match item.code {
        // A key beside what is not to be done yet would be pressed.
        CleanupCode::ReplicationRunning if run.has_step_before_resume() => return None,
        CleanupCode::ReplicationRunning if run.replication.state == Known::Paused => Remedy::Resume,
        CleanupCode::ReplicationRunning => Remedy::StateByHand,
        CleanupCode::ThreadsAsBefore if run.threads_before().is_some() => Remedy::SetThreads,
        // What replication lacks is not to be acknowledged.
        CleanupCode::FindingsAcknowledged if item.required => Remedy::Acknowledge,
        CleanupCode::Notes => Remedy::WriteNote,
        CleanupCode::SignOff => Remedy::SignOff,
        CleanupCode::ThreadsAsBefore
        | CleanupCode::AllSent
        | CleanupCode::DangersSettled
        | CleanupCode::FindingsAcknowledged
        | CleanupCode::DrServiceStopped => return None,
    };
    Some(remedy).filter(|remedy| !item.done && run.offers(*remedy))
}

/// The findings in the order of their weight: open before acknowledged before closed, the gravest
/// first, the newest first.
pub(crate) fn by_weight(run: &Run) -> Vec<&Finding> {
    let mut findings: Vec<&Finding> = run.findings.iter().collect();
    findings.sort_by_key(|finding| {
        let rank = match (finding.severity, &finding.acknowledged) {
            _ if finding.closed_at.is_some() => 5,
            // It goes on to endanger the test.
            _ if finding.is_accepted_danger() => 2,
            (_, Some(_)) => 4,
            (FindingSeverity::Blocking, None) => 0,
            (FindingSeverity::Attention, None) => 1,
            (FindingSeverity::Info, None) => 3,
        };
        (rank, std::cmp::Reverse(finding.severity), std::cmp::Reverse(finding.opened_at))
    });
    findings
}

pub(crate) const fn finding_mark(severity: FindingSeverity, theme: Theme) -> (&'static str, Tone) {
    let symbols = theme.symbols();
    match severity {
        FindingSeverity::Info => (symbols.info, Tone::Text),
        FindingSeverity::Attention => (symbols.attention, Tone::Attention),
        FindingSeverity::Blocking => (symbols.failed, Tone::Danger),
    }
}

/// A statement in the words that the engineer confirms.
pub(crate) const fn statement_words(statement: Statement) -> &'static str {
    match statement {
        Statement::DownloadBegun => "Stage 1 has begun.",
        Statement::DownloadOver => "Stage 1 is over.",
        Statement::NamespaceOver => "Stage 2 is over: the namespace is restored.",
        Statement::RestoredUsable => "The restored appliance can be used.",
        Statement::TestOver => "The test is over: the DR appliance is no longer used.",
        Statement::TestNotOver => "The test is not over after all.",
        Statement::RestoreFailed => "The restore failed.",
        Statement::ReplicationPaused => "Replication on the primary is paused.",
        Statement::ReplicationRunning => "Replication on the primary runs.",
        Statement::DeletedFilesNotRead => {
            "You state: files deleted on production from now on will not be read on the DR appliance."
        }
    }
}

/// The digit that chooses a statement in the list of them: the same in every phase. None for what only a resume asks for.
pub(crate) const fn statement_digit(statement: Statement) -> Option<char> {
    Some(match statement {
        Statement::ReplicationPaused => '1',
        Statement::ReplicationRunning => '2',
        Statement::DownloadBegun => '3',
        Statement::DownloadOver => '4',
        Statement::NamespaceOver => '5',
        Statement::TestOver => '6',
        Statement::RestoreFailed => '7',
        Statement::RestoredUsable => '8',
        Statement::TestNotOver => '9',
        Statement::DeletedFilesNotRead => return None,
    })
}

/// What the engineer can do in the watch, as an instruction.
pub(crate) const fn remedy_words(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::StateByHand => "state by hand what you find",
        Remedy::ClaimMarkers => "say which lines belong to this test",
        Remedy::Acknowledge => "acknowledge it, if it is known",
        Remedy::ConfirmPair => "confirm the two appliances",
        Remedy::Pause => "pause replication",
        Remedy::Resume => "resume replication",
        Remedy::SetThreads => "set the threads",
        Remedy::ListBucket => "list the bucket again",
        Remedy::Reconnect => "connect again, or log in",
        Remedy::StateSheet => "fill in the test sheet",
        Remedy::WriteNote => "write a note",
        Remedy::SignOff => "sign the run off",
        Remedy::Quit => "quit",
    }
}
