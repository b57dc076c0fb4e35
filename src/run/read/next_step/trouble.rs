//! Steps out of trouble, which come before those of the procedure.

use super::step::NextStep;
use crate::run::{
    read::{appliances::pair, control::is_outcome_unknown},
    state::Run,
    values::{ActionKind, FindingSeverity, Known, Link, Phase, Remedy, Role},
};

/// The step out of the gravest trouble there is.
pub(super) fn step(run: &Run) -> Option<NextStep> {
    [
        wrong_machines,
        runs_in_stage_1,
        blocked,
        disconnected,
        undecided_markers,
        waits_for_action,
        unknown_outcome,
    ]
    .into_iter()
    .find_map(|trouble| trouble(run))
}

fn wrong_machines(run: &Run) -> Option<NextStep> {
    if pair::same_machine(run) {
        return Some(NextStep::urgent(
            "Both destinations are one machine: quit, and check --primary and --dr.",
        ));
    }
    if pair::roles_swapped(run) {
        return Some(NextStep::urgent("The destinations look swapped: quit, and check --primary and --dr."));
    }
    let role = Role::BOTH.into_iter().find(|role| run.is_stranger(*role))?;
    let name = run.name(role);
    let text = format!(
        "Another machine answers for {name}: find out why before anything else, then compare and confirm."
    );
    Some(NextStep::urgent(text).by(run, Remedy::ConfirmPair))
}

fn runs_in_stage_1(run: &Run) -> Option<NextStep> {
    if run.phase() != Phase::Stage1 || run.replication.state != Known::Running {
        return None;
    }
    let text = format!(
        "Pause replication on {} now: stage 1 needs a bucket that does not change.",
        run.name(Role::Primary)
    );
    Some(NextStep::urgent(text).by(run, Remedy::Pause))
}

/// A blocking finding that neither the engineer nor its own end has settled.
fn blocked(run: &Run) -> Option<NextStep> {
    let finding = run.open_findings().find(|finding| finding.severity == FindingSeverity::Blocking)?;
    let what = finding.text.split_inclusive(". ").next().unwrap_or_default().trim_end();
    Some(NextStep::urgent(what).by(run, finding.remedy.unwrap_or(Remedy::Acknowledge)))
}

fn disconnected(run: &Run) -> Option<NextStep> {
    let away = |role: &Role| run.takes_part(*role) && run.appliance(*role).link != Link::Connected;
    let role = Role::BOTH.into_iter().find(away)?;
    let name = run.name(role);
    Some(match &run.appliance(role).link {
        Link::Stopped { .. } => {
            NextStep::act(format!("Connect to {name} again: it is not retried without you."))
                .by(run, Remedy::Reconnect)
        }
        _ if run.appliance(role).heard_at.is_none() => NextStep::wait(format!("Connecting to {name}.")),
        _ => NextStep::wait(format!("{name} is away; drwatch reconnects by itself.")),
    })
}

fn undecided_markers(run: &Run) -> Option<NextStep> {
    run.has_undecided_markers().then(|| {
        NextStep::act(
            "The restore began before this watch: say which markers in the log belong to this test.",
        )
        .by(run, Remedy::ClaimMarkers)
    })
}

fn waits_for_action(run: &Run) -> Option<NextStep> {
    let action = run.unsettled_action()?;
    let name = run.name(action.plan.action.role());
    Some(NextStep::wait(format!("Waiting for {name} to confirm: {}.", action.plan.action)))
}

fn unknown_outcome(run: &Run) -> Option<NextStep> {
    let action = run.actions.last().filter(|action| is_outcome_unknown(run, action))?;
    let name = run.name(action.plan.action.role());
    let step = NextStep::act(format!("Look on {name} whether it took effect: {}.", action.plan.action));
    let is_stated = !matches!(action.plan.action, ActionKind::SetThreads(_));
    Some(if is_stated { step.by(run, Remedy::StateByHand) } else { step })
}
