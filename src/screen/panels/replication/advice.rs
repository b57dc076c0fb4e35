//! What follows from the policy and the phase for the present state of replication, in one row.

use crate::{
    run::{Backlog, Known, Phase, Protection, ResumePolicy, exposure, runs_by_decision},
    screen::{
        keys::Command,
        paint::must_be_paused,
        panels::{Picture, Tone},
    },
};

/// The advice for this session: for one that acts on the primary, one that may not, and one that reads a record.
pub(super) fn advice(picture: &Picture<'_>) -> (String, Tone) {
    if let Some(recovery) = picture.run.replication.recovery_under_way()
        && !must_be_paused(picture.run)
    {
        return (not_protected_yet(recovery), Tone::Attention);
    }
    let (text, tone) = words(picture);
    let named = [("{pause}", Command::Pause), ("{resume}", Command::Resume), ("{attest}", Command::Attest)];
    let with_keys = |text: String, (name, command)| {
        if text.contains(name) { text.replace(name, &picture.key(command)) } else { text }
    };
    (named.into_iter().fold(text.to_owned(), with_keys), tone)
}

/// Whether an alarm is not settled, so that no resume is called safe.
fn is_alarmed(picture: &Picture<'_>) -> bool {
    let earliest = exposure(picture.run, picture.now).earliest_safe_resume;
    earliest.paused_throughout.is_some_and(|resume| resume.unsafe_because.is_some())
}

/// What is missing until production is protected again.
pub(super) fn not_protected_yet(recovery: &Protection) -> String {
    match recovery.backlog {
        Backlog::Waiting(bytes) => format!("not protected yet: {} to send", bytes.in_words()),
        _ => "not protected yet: what waits was not read".to_owned(),
    }
}

/// What comes before a resume while the DR service runs, without an alarm and with one: the operator of a demo stops it.
const fn stop_words(is_demo: bool) -> [&'static str; 2] {
    if is_demo {
        ["wait: the demo stops the DR service"; 2]
    } else {
        ["stop the DR service, then {resume}", "stop DR service, ask vendor, then {resume}"]
    }
}

/// The words, with the names of commands for their keys.
fn words(picture: &Picture<'_>) -> (&'static str, Tone) {
    let run = picture.run;
    let (reads, may_act) = (!picture.names_keys(), !run.started.read_only);
    let pick = |acting, read_only, reading| match (reads, may_act) {
        (true, _) => reading,
        (false, true) => acting,
        (false, false) => read_only,
    };
    let [stop_first, stop_and_ask] = stop_words(run.started.demo);
    let is_locked_throughout = run.started.settings.resume_policy == ResumePolicy::PausedThroughout;
    if run.change_in_doubt().is_some() {
        return ("what came of the request is not read yet", Tone::Attention);
    }
    match (run.replication.state, run.phase()) {
        (Known::Paused, Phase::Ended) if is_alarmed(picture) && run.awaits_service_stop() => (
            pick(stop_and_ask, "stop the DR service, ask the vendor", "alarm unsettled: not resumed yet"),
            Tone::Attention,
        ),
        (Known::Paused, Phase::Ended) if is_alarmed(picture) => (
            pick(
                "ask the vendor first, then {resume}",
                "ask the vendor before a resume",
                "alarm unsettled: not resumed yet",
            ),
            Tone::Attention,
        ),
        (Known::Paused, Phase::Ended) if run.failed.is_some() => (
            pick(
                "the restore failed: {resume} resumes it",
                "the restore failed: resume elsewhere",
                "the restore failed: not resumed yet",
            ),
            Tone::Attention,
        ),
        (Known::Paused, Phase::Ended) if run.has_step_before_resume() => (
            pick(stop_first, "stop the DR service, resume elsewhere", "the test is over: not resumed yet"),
            Tone::Attention,
        ),
        (Known::Paused, Phase::Ended) => (
            pick(
                "the test is over: {resume} resumes it",
                "the test is over: resume elsewhere",
                "the test is over: not resumed yet",
            ),
            Tone::Attention,
        ),
        (Known::Paused, _) if !reads && !may_act => ("read-only: it is resumed elsewhere", Tone::Text),
        (Known::Paused, Phase::InUse) if is_alarmed(picture) => {
            ("resume: only if the vendor agrees", Tone::Attention)
        }
        (Known::Paused, Phase::InUse) if is_locked_throughout && !reads => {
            ("resume: not before the test is over", Tone::Text)
        }
        (Known::Paused, _) if is_locked_throughout => (ResumePolicy::PausedThroughout.words(), Tone::Text),
        (Known::Paused, Phase::Prepare | Phase::Stage1) => {
            (ResumePolicy::ResumeAfterStage1.words(), Tone::Text)
        }
        (Known::Paused, Phase::Stage2 | Phase::InUse) if run.is_download_over_in_doubt() => {
            ("resume locked: stage 1 is in doubt", Tone::Attention)
        }
        (Known::Paused, _) if run.has_unsettled_alarm() => {
            ("resume: only if the vendor agrees", Tone::Attention)
        }
        (Known::Paused, _) if reads => ("may be resumed by now", Tone::Text),
        (Known::Paused, _) => ("{resume} resumes; do not read deleted files", Tone::Text),
        (Known::Running, Phase::Prepare) => (
            pick(
                "{pause} pauses it; needed before stage 1",
                "pause it elsewhere before stage 1",
                "to be paused before stage 1",
            ),
            Tone::Text,
        ),
        (Known::Running, Phase::Ended) if run.replication.intervals.is_empty() => {
            ("was never paused in this run", Tone::Text)
        }
        (Known::Running, Phase::Ended) if run.replication.attested => {
            ("as stated by hand, not read", Tone::Attention)
        }
        (Known::Running, Phase::Ended) if run.has_unsettled_alarm() => {
            ("runs, but an alarm is not settled", Tone::Attention)
        }
        (Known::Running, Phase::Ended) => ("production is protected again", Tone::Good),
        (Known::Running, _) if must_be_paused(run) => (
            pick("must be paused now: {pause}", "must be paused now: read-only here", "must be paused now"),
            Tone::Danger,
        ),
        (Known::Running, _) if runs_by_decision(run).is_some() => {
            ("by decision; read no deleted files", Tone::Text)
        }
        (Known::Running, _) => ("protected; read no deleted files", Tone::Text),
        (Known::Unreadable, _) if reads => ("to be looked at on the primary", Tone::Attention),
        (Known::Unreadable, _) => ("check on the primary, state it ({attest})", Tone::Attention),
        (Known::Unknown, _) => ("waiting for the first reading", Tone::Quiet),
    }
}
