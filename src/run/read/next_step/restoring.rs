//! Steps from the start of the DR service to the end of the test: mostly to wait, and for what.

use super::step::NextStep;
use crate::run::{
    read::{
        control::{RunningByDecision, runs_by_decision},
        restore::{self, Progress, progress, settled_forecast},
    },
    state::{Attestation, Run},
    values::{Elapsed, Known, Phase, Remedy, ResumePolicy, Role, Statement, Timestamp},
};

const MINUTE: Elapsed = Elapsed::from_secs(60);

pub(super) fn stage_1(run: &Run, now: Timestamp) -> NextStep {
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    if let Some(step) = unreadable(run) {
        return step;
    }
    let is_stalled = run.reported.stalled.is_some();
    if matches!(progress(run), Progress::AwaitingMarker { .. }) {
        return awaiting_marker(run, &dr, is_stalled);
    }
    if is_stalled {
        return NextStep::act(format!(
            "Look on {dr} why it downloads nothing: does its service run, can it reach the cloud?"
        ));
    }
    let stays = stays_paused(run, &primary);
    match settled_forecast(run, now).end {
        // A time is shown to the minute: one within this minute would seem to be over.
        Some(end) if end.latest.since(now) < MINUTE => {
            NextStep::wait(format!("Stage 1 should be over in a minute. {stays}"))
        }
        until => NextStep { until, ..NextStep::wait(stays) },
    }
}

/// All is counted: the line usually comes with the last objects. Once it is late, it is looked for where it was written,
/// and only what was found is stated.
fn awaiting_marker(run: &Run, dr: &str, is_late: bool) -> NextStep {
    if is_late {
        NextStep::act(format!(
            "All is counted, and the line that ends stage 1 is late. Search the log on {dr} itself for \"Cloud restore \
             phase complete\"; only if it is there, state that stage 1 is over."
        ))
        .by(run, Remedy::StateByHand)
    } else {
        NextStep::wait("All is counted; the line of the log that ends stage 1 has yet to come.")
    }
}

pub(super) fn stage_2(run: &Run, now: Timestamp) -> NextStep {
    let (primary, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    if let Some(step) = replication_against_policy(run).or_else(|| unreadable(run)) {
        return step;
    }
    if may_be_resumed(run) {
        let text = format!(
            "Stage 1 is over: resume replication on {primary} if no file deleted there will be read on {dr}."
        );
        return NextStep::act(text).by(run, Remedy::Resume);
    }
    let stays = stays_paused(run, &primary);
    let until = settled_forecast(run, now).end;
    NextStep { until, ..NextStep::wait(format!("{} {stays}", length_of_stage_2(run, now))) }
}

/// How long stage 2 takes: as in past runs of the same kind, where there are any, else as the procedure says.
fn length_of_stage_2(run: &Run, now: Timestamp) -> String {
    let dr = run.name(Role::Dr);
    let Some(stage) = restore::stage_2(run, now).filter(|stage| stage.past_runs > 0) else {
        return format!("Namespace generation on {dr} can take 12 hours or more.");
    };
    let [shortest, longest] = [stage.shortest, stage.longest].map(Option::unwrap_or_default);
    match (stage.past_runs, stage.past_runs_over_by_then) {
        (1, 0) => format!("Stage 2 took {longest} in the one past run of this size."),
        (1, _) => format!("Stage 2 has lasted longer than in the one past run ({longest})."),
        (runs, over) if over == runs => {
            format!("Stage 2 has lasted longer than in all {runs} past runs ({longest} at most).")
        }
        // Its times stand before.
        (runs, _) if settled_forecast(run, now).end.is_some() => format!("This rests on {runs} past runs."),
        (runs, _) => {
            format!("Stage 2 took {shortest} to {longest} in {runs} past runs of this size.")
        }
    }
}

pub(super) fn in_use(run: &Run) -> NextStep {
    let restriction = restriction(run);
    if let Some(step) = replication_against_policy(run) {
        return step.after(restriction);
    }
    let usable = restriction.unwrap_or_else(|| use_of_dr(run));
    let is_usable = |stated: &Attestation| stated.statement == Statement::RestoredUsable;
    let text = if run.attestations.iter().any(is_usable) || run.accepted_dangers().next().is_some() {
        format!("{usable} State when the test is over.")
    } else {
        format!("{usable} State when it can be used, and when the test is over.")
    };
    NextStep::act(text).by(run, Remedy::StateByHand)
}

/// How the restored appliance may be used.
fn use_of_dr(run: &Run) -> String {
    let dr = run.name(Role::Dr);
    if has_stood_still(run) {
        return format!("Restored: read some files on {dr}. Replication stays paused.");
    }
    if let Some(decision) = runs_by_decision(run) {
        return format!("{}: {}", decided(run, &decision, "Replication"), check_first(run));
    }
    let why = match run.replication.state {
        Known::Running => "Replication runs",
        Known::Paused => "Replication was not paused all the time",
        Known::Unreadable | Known::Unknown => "Whether replication is paused is not known",
    };
    format!("Restored. {why}: {}", check_first(run))
}

/// What makes it safe to read a file on the DR appliance while production may delete data from the bucket.
fn check_first(run: &Run) -> String {
    format!("before reading a file on {}, check that {} still has it.", run.name(Role::Dr), production(run))
}

fn production(run: &Run) -> String {
    if run.takes_part(Role::Primary) { run.name(Role::Primary) } else { "production".to_owned() }
}

fn decided(run: &Run, decision: &RunningByDecision<'_>, what: &str) -> String {
    let (at, now) = (decision.at.utc(), run.last_at.utc());
    let pattern = if at.date_naive() == now.date_naive() { "%H:%M" } else { "%a %H:%M" };
    format!("{what} runs by your decision ({})", at.format(pattern))
}

/// Whether one pause has covered the restore from its start to now, so that no file in it can have lost its data.
fn has_stood_still(run: &Run) -> bool {
    let begun = run.phases.started_at(Phase::Stage1);
    let pause = run.replication.open_pause().filter(|_| run.replication.state == Known::Paused);
    pause.zip(begun).is_some_and(|(pause, begun)| pause.from <= begun && !pause.unwatched)
}

/// What becomes of replication while the engineer waits.
fn stays_paused(run: &Run, primary: &str) -> String {
    match run.replication.state {
        Known::Paused => format!("Replication on {primary} stays paused."),
        Known::Running => match runs_by_decision(run) {
            Some(decision) => {
                let decided = decided(run, &decision, &format!("Replication on {primary}"));
                format!("{decided}: {}", check_first(run))
            }
            None => format!("Replication on {primary} runs: {}", check_first(run)),
        },
        _ if run.takes_part(Role::Primary) => {
            format!("Whether replication on {primary} is paused is unknown.")
        }
        _ => "Production is not watched by this run.".to_owned(),
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
        && run.replication.state == Known::Running
        && runs_by_decision(run).is_none();
    is_against.then(|| {
        let name = run.name(Role::Primary);
        let text = format!("Replication on {name} runs, but by policy only after the test: pause it.");
        let step = NextStep::act(text).by(run, Remedy::Pause);
        step.or("acknowledge the finding if it runs on purpose", Remedy::Acknowledge)
    })
}

fn unreadable(run: &Run) -> Option<NextStep> {
    let is_blind = run.replication.state == Known::Unreadable && !run.replication.attested;
    is_blind.then(|| NextStep::look_at_replication(run))
}

/// What acknowledged dangers forbid: an acknowledgement settles none of them.
pub(super) fn restriction(run: &Run) -> Option<String> {
    let mut forbidden: Vec<&str> = Vec::new();
    for finding in run.accepted_dangers() {
        if let Some(what) = finding.until_settled.as_deref().filter(|what| !forbidden.contains(what)) {
            forbidden.push(what);
        }
    }
    (!forbidden.is_empty()).then(|| format!("Alarm acknowledged, not settled: {}.", forbidden.join("; ")))
}
