//! Rules about replication on the primary: it runs when it must not, cannot be read, or was paused too long.

use crate::run::read::control::{RunningByDecision, before_resume, is_outcome_unknown, runs_by_decision};
use crate::run::state::Run;
use crate::run::values::{ActionKind, Known, Phase, Remedy, ResumePolicy, Role, Timestamp, Wording, actor};

/// Whether it is unknown what came of a request for `kind`. While one is still under way, a finding keeps its words: they stay
/// on record once it is closed.
fn is_unknown(run: &Run, kind: ActionKind) -> bool {
    run.actions.iter().any(|action| action.plan.action == kind && is_outcome_unknown(run, action))
}

pub(super) fn runs_in_stage_1(run: &Run, _: Timestamp) -> Option<Wording> {
    if run.phases.current != Phase::Stage1 {
        return None;
    }
    let name = run.name(Role::Primary);
    match run.replication.state {
        Known::Running if is_unknown(run, ActionKind::Pause) => {
            let text = format!(
                "Replication on {name} ran in stage 1 when it was last read, and what came of the request to pause it is \
                 unknown: the bucket must not change."
            );
            Some(Wording::blocking(text, "Look there, and state what you find.").with(Remedy::StateByHand))
        }
        Known::Running => {
            let text = format!(
                "Replication on {name} runs while stage 1 downloads metadata: the bucket must not change."
            );
            Some(Wording::blocking(text, "Pause it now.").with(Remedy::Pause))
        }
        Known::Unknown if run.takes_part(Role::Primary) => {
            let text = format!("Whether replication on {name} runs was never read, and stage 1 is on.");
            let to_do = "Check it there and state what you find.";
            Some(Wording::attention(text).advising(to_do).with(Remedy::StateByHand))
        }
        // An unreadable state has a finding of its own, in every phase.
        Known::Unknown | Known::Paused | Known::Unreadable => None,
    }
}

pub(super) fn resumed_early(run: &Run, _: Timestamp) -> Option<Wording> {
    let is_guarded = matches!(run.phases.current, Phase::Stage2 | Phase::InUse);
    if !is_guarded || run.replication.state != Known::Running {
        return None;
    }
    let (name, dr) = (run.name(Role::Primary), run.name(Role::Dr));
    let phase = run.phases.current.during();
    match run.started.settings.resume_policy {
        ResumePolicy::ResumeAfterStage1 if run.deleted_files_not_read.is_some() => None,
        _ if is_unknown(run, ActionKind::Pause) => Some(Wording::attention(format!(
            "Replication on {name} ran {phase} when it was last read, and what came of the request to pause it is unknown: \
             before a file is read on {dr}, check that {name} still has it."
        ))),
        ResumePolicy::PausedThroughout if let Some(decision) = runs_by_decision(run) => {
            let RunningByDecision { user, engineer, at } = decision;
            let who = actor(user, engineer);
            Some(Wording::attention(format!(
                "Replication on {name} runs {phase} against the policy, by a decision of {who} at {}: before a file is \
                 read on {dr}, check that {name} still has it.",
                at.in_words()
            )))
        }
        ResumePolicy::PausedThroughout => Some(Wording::attention(format!(
            "Replication on {name} runs {phase}, but the policy is \"{}\": reading a file deleted on production can break \
             the test.",
            ResumePolicy::PausedThroughout.words()
        ))),
        ResumePolicy::ResumeAfterStage1 => Some(Wording::attention(format!(
            "Replication on {name} runs {phase}, and nobody has stated that files deleted on production will not be read \
             on the DR appliance."
        ))),
    }
}

pub(super) fn unreadable(run: &Run, _: Timestamp) -> Option<Wording> {
    (run.replication.state == Known::Unreadable).then(|| {
        Wording::attention(format!(
            "drwatch does not understand what {} answers about replication, so it cannot watch that.",
            run.name(Role::Primary)
        ))
        .advising("Check in its web interface whether it is paused, and state that.")
        .with(Remedy::StateByHand)
    })
}

pub(super) fn still_paused(run: &Run, at: Timestamp) -> Option<Wording> {
    if run.phases.current != Phase::Ended {
        return None;
    }
    let name = run.name(Role::Primary);
    match run.replication.state {
        Known::Paused if is_unknown(run, ActionKind::Resume) => {
            let text = format!(
                "The test is over, and what came of the request to resume replication on {name} is unknown: new data there \
                 may not be protected."
            );
            let to_do =
                before_resume(run).unwrap_or_else(|| "Look there, and state what you find.".to_owned());
            Some(Wording::attention(text).advising(to_do).with(Remedy::StateByHand))
        }
        Known::Paused => {
            // How long is shown where it goes on.
            let text = format!(
                "The test is over, but replication on {name} is still paused: new data there is not protected."
            );
            let (text, to_do) = match before_resume(run) {
                Some(stop_first) if !run.has_unsettled_alarm() => {
                    (text, format!("{stop_first} Then resume it."))
                }
                // Short, so that a narrow panel shows what not to do.
                Some(ask_first) => (
                    format!("Replication on {name} is still paused, and an alarm is not settled."),
                    ask_first,
                ),
                None => (text, "Resume it.".to_owned()),
            };
            Some(Wording::attention(text).advising(to_do).with(Remedy::Resume))
        }
        // An unreadable state does not mean that the pause is over.
        Known::Unreadable if run.replication.paused_for(at).is_some() => {
            let text = format!(
                "The test is over, and replication on {name} was paused when it could last be read: new data there \
                 may not be protected."
            );
            let to_do = before_resume(run)
                .unwrap_or_else(|| "Look there, resume it, and state by hand what you find.".to_owned());
            Some(Wording::attention(text).advising(to_do).with(Remedy::StateByHand))
        }
        Known::Unreadable | Known::Unknown | Known::Running => None,
    }
}

/// Part of the budget matters only while the pause lasts; the whole budget stays a finding until acknowledged.
pub(super) fn budget(run: &Run, _: Timestamp) -> Option<Wording> {
    let budget = run.started.settings.pause_budget?;
    let is_paused = run.replication.open_pause().is_some();
    let name = run.name(Role::Primary);
    match run.reported.budget_percent {
        100.. => Some(Wording::blocking(
            format!(
                "The budget of {budget} for pausing replication on {name} is used up; new data there was not \
                 protected for longer than agreed."
            ),
            if is_paused {
                format!("Agree with the owner of {name} how long the pause may last.")
            } else {
                format!("Tell the owner of {name} how long the pause lasted.")
            },
        )),
        80.. if is_paused => Some(Wording::attention(format!(
            "Four fifths of the {budget} that replication on {name} may be paused are used."
        ))),
        50.. if is_paused => Some(Wording::attention(format!(
            "Half of the {budget} that replication on {name} may be paused is used."
        ))),
        _ => None,
    }
}
