//! What the policy and the phase say of the present state of replication, in one row.

use crate::{
    run::{Known, Phase, ResumePolicy, Run},
    screen::{
        paint::{Tone, must_be_paused},
        scene::Picture,
    },
};

/// What the policy and the phase say of the present state.
pub(super) fn advice(picture: &Picture<'_>) -> (&'static str, Tone) {
    let run = picture.run;
    let policy = run.started.settings.resume_policy;
    if !picture.names_keys() {
        return advice_to_readers(run);
    }
    if run.started.read_only {
        return advice_without_keys(run);
    }
    match (run.replication.state, run.phase(), policy) {
        (Known::Paused, Phase::Ended, _) => ("the test is over: r resumes it", Tone::Attention),
        (Known::Paused, Phase::InUse, ResumePolicy::PausedThroughout) => {
            ("locked until s states the test over", Tone::Text)
        }
        (Known::Paused, _, ResumePolicy::PausedThroughout) => {
            ("resume locked until the test is over", Tone::Text)
        }
        (Known::Paused, Phase::Prepare | Phase::Stage1, ResumePolicy::ResumeAfterStage1) => {
            ("resume locked until stage 1 is over", Tone::Text)
        }
        (Known::Paused, _, ResumePolicy::ResumeAfterStage1) => {
            ("r resumes; deleted files stay unread", Tone::Text)
        }
        (Known::Running, Phase::Prepare, _) => ("p pauses it; needed before stage 1", Tone::Text),
        (Known::Running, Phase::Ended, _) => ("production is protected again", Tone::Good),
        (Known::Running, _, _) if must_be_paused(run) => ("must be paused now: p", Tone::Danger),
        (Known::Running, _, _) => ("protected; do not read deleted files", Tone::Text),
        (Known::Unreadable, _, _) => ("look at it there, then s states it", Tone::Attention),
        (Known::Unknown, _, _) => ("waiting for the first reading", Tone::Quiet),
    }
}

/// The same where this watch may change nothing.
fn advice_without_keys(run: &Run) -> (&'static str, Tone) {
    match (run.replication.state, run.phase()) {
        (Known::Paused, Phase::Ended) => ("the test is over: resume elsewhere", Tone::Attention),
        (Known::Paused, _) => ("read-only: it is resumed elsewhere", Tone::Text),
        (Known::Running, Phase::Prepare) => ("pause it elsewhere before stage 1", Tone::Text),
        (Known::Running, Phase::Ended) => ("production is protected again", Tone::Good),
        (Known::Running, _) if must_be_paused(run) => ("must be paused now: read-only here", Tone::Danger),
        (Known::Running, _) => ("protected; do not read deleted files", Tone::Text),
        (Known::Unreadable, _) => ("look at it there, then s states it", Tone::Attention),
        (Known::Unknown, _) => ("waiting for the first reading", Tone::Quiet),
    }
}

/// The same where a record is read and nothing can be done.
fn advice_to_readers(run: &Run) -> (&'static str, Tone) {
    match (run.replication.state, run.phase(), run.started.settings.resume_policy) {
        (Known::Paused, Phase::Ended, _) => ("the test is over: not resumed yet", Tone::Attention),
        (Known::Paused, _, ResumePolicy::PausedThroughout) => {
            ("resume locked until the test is over", Tone::Text)
        }
        (Known::Paused, Phase::Prepare | Phase::Stage1, ResumePolicy::ResumeAfterStage1) => {
            ("resume locked until stage 1 is over", Tone::Text)
        }
        (Known::Paused, _, ResumePolicy::ResumeAfterStage1) => ("may be resumed by now", Tone::Text),
        (Known::Running, Phase::Prepare, _) => ("to be paused before stage 1", Tone::Text),
        (Known::Running, Phase::Ended, _) => ("production is protected again", Tone::Good),
        (Known::Running, _, _) if must_be_paused(run) => ("must be paused now", Tone::Danger),
        (Known::Running, _, _) => ("protected; deleted files stay unread", Tone::Text),
        (Known::Unreadable, _, _) => ("to be looked at on the primary", Tone::Attention),
        (Known::Unknown, _, _) => ("waiting for the first reading", Tone::Quiet),
    }
}
