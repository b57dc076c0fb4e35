//! Steps from the start of the DR service to the end of the test: mostly to wait, and for what.

use super::step::NextStep;
use crate::run::{
    read::restore::{Progress, forecast, progress},
    state::Run,
    values::{Known, Phase, Remedy, ResumePolicy, Role, Timestamp},
};

pub(super) fn stage_1(run: &Run, now: Timestamp) -> NextStep {
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    if let Some(step) = unreadable(run) {
        return step;
    }
    if run.reported.stalled.is_some() {
        return NextStep::act(format!(
            "Look on {dr} why it downloads nothing: does its service run, can it reach the cloud?"
        ));
    }
    match progress(run) {
        Progress::AwaitingMarker { .. } => {
            NextStep::wait("All objects are counted; a line in the log ends stage 1.")
        }
        _ => NextStep {
            until: forecast(run, now).end.map(|end| end.latest),
            ..NextStep::wait(stays_paused(run, &primary))
        },
    }
}

pub(super) fn stage_2(run: &Run) -> NextStep {
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    if let Some(step) = replication_against_policy(run).or_else(|| unreadable(run)) {
        return step;
    }
    if may_be_resumed(run) {
        let text = format!(
            "Stage 1 is over: resume replication on {primary} if deleted files will not be read on {dr}."
        );
        return NextStep::act(text).by(run, Remedy::Resume);
    }
    NextStep::wait(format!(
        "Namespace generation on {dr} can take 12 hours or more. {}",
        stays_paused(run, &primary)
    ))
}

pub(super) fn in_use(run: &Run) -> NextStep {
    let dr = run.name(Role::Dr);
    replication_against_policy(run).unwrap_or_else(|| {
        NextStep::act(format!("Restored. Check the files on {dr}, then state that the test is over."))
            .by(run, Remedy::StateByHand)
    })
}

/// What becomes of replication while the engineer waits.
fn stays_paused(run: &Run, primary: &str) -> String {
    match run.replication.state {
        Known::Paused => format!("Replication on {primary} stays paused."),
        Known::Running => {
            format!("Replication on {primary} runs: do not read files that were deleted there.")
        }
        Known::Unreadable | Known::Unknown => "Nothing of production is watched.".to_owned(),
    }
}

fn may_be_resumed(run: &Run) -> bool {
    run.started.settings.resume_policy == ResumePolicy::ResumeAfterStage1
        && run.replication.state == Known::Paused
        && run.phase() > Phase::Stage1
}

/// Replication runs although the policy keeps it paused for as long as the DR appliance is used.
fn replication_against_policy(run: &Run) -> Option<NextStep> {
    let is_against = run.started.settings.resume_policy == ResumePolicy::PausedThroughout
        && run.replication.state == Known::Running;
    is_against.then(|| {
        let text = format!("Pause replication on {}: it runs against the policy.", run.name(Role::Primary));
        NextStep::act(text).by(run, Remedy::Pause)
    })
}

fn unreadable(run: &Run) -> Option<NextStep> {
    let is_blind = run.replication.state == Known::Unreadable && !run.replication.attested;
    is_blind.then(|| {
        let name = run.name(Role::Primary);
        NextStep::act(format!("Look on {name} whether replication is paused, and state what you find."))
            .by(run, Remedy::StateByHand)
    })
}
