//! Steps out of trouble, which come before those of the procedure.

use super::step::NextStep;
use crate::run::{
    read::{appliances::pair, control::is_outcome_unknown},
    state::{LOSS_MENDS_WITHIN, Run},
    values::{
        ActionKind, ActionState, Code, Finding, FindingSeverity, Known, Link, Phase, Remedy, Role, Timestamp,
    },
};

/// The step out of the gravest trouble there is.
pub(super) fn step(run: &Run, now: Timestamp) -> Option<NextStep> {
    wrong_machines(run)
        .or_else(|| runs_in_stage_1(run))
        .or_else(|| blocked(run))
        .or_else(|| disconnected(run, now))
        .or_else(|| undecided_markers(run))
        .or_else(|| waits_for_action(run))
        .or_else(|| unknown_outcome(run))
}

fn wrong_machines(run: &Run) -> Option<NextStep> {
    if pair::same_machine(run) || pair::roles_swapped(run) {
        let what = if pair::same_machine(run) {
            "Both destinations are one machine"
        } else {
            "The destinations look swapped"
        };
        let text = format!("{what}. Check --primary and --dr, then start again: quit.");
        return Some(NextStep::urgent(text).by(run, Remedy::Quit));
    }
    let role = Role::BOTH.into_iter().find(|role| run.is_stranger(*role))?;
    let name = run.name(role);
    let text = format!(
        "Another machine answers for {name}; nothing is sent meanwhile. Find out why before anything else, then compare \
         and confirm."
    );
    Some(NextStep::urgent(text).by(run, Remedy::ConfirmPair))
}

fn runs_in_stage_1(run: &Run) -> Option<NextStep> {
    if run.phase() != Phase::Stage1 || run.replication.state != Known::Running {
        return None;
    }
    if run.change_in_doubt().is_some() {
        // Without an outcome the finding says what to do.
        return waits_for_action(run);
    }
    let text = format!(
        "Pause replication on {}: stage 1 needs a bucket that does not change.",
        run.name(Role::Primary)
    );
    Some(NextStep::urgent(text).by(run, Remedy::Pause))
}

/// A blocking finding that neither the engineer nor its own end has settled.
fn blocked(run: &Run) -> Option<NextStep> {
    let finding = run.open_findings().find(|finding| finding.severity == FindingSeverity::Blocking)?;
    let to_do = finding.to_do.as_deref().unwrap_or("Read the finding");
    if let Some(remedy) = finding.remedy {
        return Some(NextStep::urgent(to_do).by(run, remedy).about(finding).on_line_of(finding));
    }
    if finding.code == Code::Alarm {
        return Some(alarmed(run, finding, to_do));
    }
    let text = format!("{}.", to_do.trim_end_matches('.'));
    let step = NextStep::urgent(text).then("Then acknowledge the finding.");
    Some(step.by(run, Remedy::Acknowledge).on_line_of(finding).about(finding))
}

/// An alarm: what has happened comes first, as the findings may have no row.
fn alarmed(run: &Run, alarm: &Finding, to_do: &str) -> NextStep {
    let is_missing_data = alarm.headline().contains("cloud bucket inconsistent");
    let what = if is_missing_data { "ALARM: data is missing in the bucket." } else { "ALARM." };
    let text = if run.phase() == Phase::Ended && run.replication_state() == Known::Running {
        // Resumed since.
        let primary = run.name(Role::Primary);
        format!("{what} Replication on {primary} runs all the same: call the vendor.")
    } else {
        format!("{what} {}.", to_do.trim_end_matches('.'))
    };
    let step = NextStep::urgent(text).then("Then acknowledge the alarm as unsettled.");
    step.by(run, Remedy::Acknowledge).on_line_of(alarm)
}

fn disconnected(run: &Run, now: Timestamp) -> Option<NextStep> {
    let is_away = |role: &Role| run.takes_part(*role) && run.appliance(*role).link != Link::Connected;
    let away: Vec<Role> = Role::BOTH.into_iter().filter(is_away).collect();
    let is_stopped = |role: &Role| matches!(run.appliance(*role).link, Link::Stopped { .. });
    let stopped: Vec<Role> = away.iter().copied().filter(is_stopped).collect();
    if !stopped.is_empty() {
        let text = format!(
            "drwatch does not retry {}: read why in the findings, settle it, then connect again.",
            names(run, &stopped)
        );
        return Some(NextStep::act(text).by(run, Remedy::Reconnect));
    }
    let down = |role: &Role| run.appliance(*role).down_for(now).unwrap_or_default();
    let is_long = away.iter().map(down).min()? >= LOSS_MENDS_WITHIN;
    let names = names(run, &away);
    let was_heard = away.iter().any(|role| run.appliance(*role).heard_at.is_some());
    // Both at once have more likely one cause on this side.
    let (network, are_lost) = match away.len() {
        2 => ("your own network", "connections"),
        _ => ("the network", "connection"),
    };
    Some(match (is_long, was_heard) {
        (true, _) => {
            // A moment, not a length: the line does not change while it is read.
            let since = |role: &Role| run.appliance(*role).away();
            let since = |role: &Role| {
                since(role).map_or_else(String::new, |at| format!(" since {}", at.utc().format("%H:%M:%S")))
            };
            let each = away.iter().map(|role| format!("{}{}", run.name(*role), since(role)));
            let each = each.collect::<Vec<_>>().join(" and ");
            let goes_on = goes_on(run, &away);
            let text = format!("Not connected to {each}.{goes_on} Check {network}, then try again.");
            NextStep::act(text).by(run, Remedy::Reconnect)
        }
        (false, false) => NextStep::wait(format!("Connecting to {names}.")),
        (false, true) => {
            let verb = if away.len() > 1 { "are" } else { "is" };
            let lost_at = away.iter().filter_map(|role| run.appliance(*role).away()).max().unwrap_or(now);
            let by = (lost_at + LOSS_MENDS_WITHIN).utc().format("%H:%M:%S");
            NextStep::wait(format!(
                "The {are_lost} to {names} {verb} lost; drwatch tries again.{} Do nothing until {by}; then check {network}, try \
                 again.",
                goes_on(run, &away)
            ))
            .by(run, Remedy::Reconnect)
        }
    })
}

/// What a lost connection does not end.
fn goes_on(run: &Run, away: &[Role]) -> &'static str {
    let is_restoring = away.contains(&Role::Dr) && matches!(run.phase(), Phase::Stage1 | Phase::Stage2);
    let is_paused = away.contains(&Role::Primary) && run.replication_state() == Known::Paused;
    match (is_restoring, is_paused) {
        (true, true) => " The restore and the pause go on.",
        (true, false) => " The restore goes on.",
        (false, true) => " The pause goes on.",
        (false, false) => "",
    }
}

fn names(run: &Run, roles: &[Role]) -> String {
    // In a demo the name is a description until the appliance gives its own.
    let name = |role: &Role| {
        let name = run.name(*role);
        if run.started.demo && name.starts_with("simulated ") { format!("the {name}") } else { name }
    };
    roles.iter().map(name).collect::<Vec<_>>().join(" and ")
}

fn undecided_markers(run: &Run) -> Option<NextStep> {
    run.has_undecided_markers().then(|| {
        NextStep::act("The restore began before this watch. Say which older log lines belong to this test.")
            .by(run, Remedy::ClaimMarkers)
    })
}

fn waits_for_action(run: &Run) -> Option<NextStep> {
    let action = run.unsettled_action()?;
    let what = match action.plan.action {
        ActionKind::Pause => "The pause",
        ActionKind::Resume => "The resume",
        ActionKind::SetThreads(_) => "The number of threads",
    };
    // As the footer says it. Until it is answered its line may be on its way, or not be sent yet.
    let state = if action.state == ActionState::Requested {
        "requested, no answer yet"
    } else {
        "sent, reading back"
    };
    Some(NextStep::wait(format!("{what} is {state}.")))
}

fn unknown_outcome(run: &Run) -> Option<NextStep> {
    // A pause or resume first: a later change of the threads must not hide it.
    let latest = run.change_in_doubt().or_else(|| run.actions.last());
    let action = latest.filter(|action| is_outcome_unknown(run, action))?;
    let name = run.name(action.plan.action.role());
    let text = format!("It is unknown whether \"{}\" took effect: check on {name}", action.plan.action);
    Some(match action.plan.action {
        ActionKind::SetThreads(_) => NextStep::act(text + "."),
        _ => NextStep::act(text + ", then state it.").by(run, Remedy::StateByHand),
    })
}
