//! What the engineer does next: one sentence in every phase and in every trouble, from the run alone. Keys are the
//! screen's: a step names the command of drwatch that takes it, if one does.

mod ending;
mod preparing;
mod restoring;
mod step;
mod stopped;
mod trouble;

pub use self::step::{NextStep, StepLine, Urgency};
use crate::run::{
    read::{control::runs_by_decision, preflight::Preflight},
    state::Run,
    values::{Backlog, Phase, Role, Timestamp},
};

/// What the engineer does next in `run` at `now`, the start being judged by `preflight`.
///
/// Trouble comes first, the gravest before the others; then the steps of the procedure, in its order.
#[must_use]
pub fn next_step(run: &Run, now: Timestamp, preflight: &Preflight) -> NextStep {
    if run.ending.is_some() {
        return NextStep::wait("The recording has ended; drwatch report shows it, drwatch verify checks it.");
    }
    let step = trouble::step(run, now).unwrap_or_else(|| match run.phase() {
        Phase::Prepare => preparing::step(run, preflight),
        Phase::Stage1 => within_restriction(run, restoring::stage_1(run, now)),
        Phase::Stage2 => within_restriction(run, restoring::stage_2(run, now)).after(still_to_send(run)),
        Phase::InUse => restoring::in_use(run).after(still_to_send(run)),
        Phase::Ended => ending::step(run, now).after(ending::unsettled(run)).after(still_to_send(run)),
    });
    step.beside_findings(run)
}

fn within_restriction(run: &Run, step: NextStep) -> NextStep {
    let restriction = restoring::restriction(run, &step);
    step.after(restriction)
}

/// That replication runs again, and production is not protected yet.
fn still_to_send(run: &Run) -> Option<String> {
    // That it runs is said with the decision.
    if runs_by_decision(run).is_some() {
        return None;
    }
    let name = run.name(Role::Primary);
    let recovery = run.replication.recovery_under_way()?;
    match recovery.backlog {
        Backlog::Waiting(bytes) => {
            Some(format!("Replication on {name} runs again; {} still to send.", bytes.in_words()))
        }
        _ => Some(format!("Replication on {name} runs again; what is still to send was not read yet.")),
    }
}
