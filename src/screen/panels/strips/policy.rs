//! What the status strip says of the policy, and of a pause that no panel shows.

use std::borrow::Cow;

use crate::{
    run::{Known, Phase, ResumePolicy, Role},
    screen::{keys::Panel, paint::pause_length, panels::Picture},
};

/// Since when replication is paused, where its panel is out of sight.
pub(super) fn pause_out_of_sight(picture: &Picture<'_>) -> Option<String> {
    let is_in_sight = matches!(picture.scene.view.zoom, None | Some(Panel::Replication));
    let run = picture.scene.facts.run;
    let is_shown = !is_in_sight && run.replication.state == Known::Paused;
    pause_length(run, picture.scene.facts.now).filter(|_| is_shown)
}

/// The policy that decides when replication may be resumed, from the most words to the fewest; none where it decides
/// nothing. Where the panel of replication is out of sight, that it is paused, and for how long.
pub(super) fn policy(picture: &Picture<'_>) -> Vec<Cow<'static, str>> {
    let run = picture.scene.facts.run;
    if run.phase() == Phase::Ended && run.replication.recovery_under_way().is_some() {
        return ["production is not protected yet", "unprotected"].map(Cow::Borrowed).into();
    }
    let words = policy_words(picture);
    let Some(length) = pause_out_of_sight(picture) else {
        return words.into_iter().map(Cow::Borrowed).collect();
    };
    let paused = format!("PAUSED {length}");
    let mut both: Vec<Cow<'_, str>> = words.iter().map(|words| format!("{paused}; {words}").into()).collect();
    // What an alarm forbids comes before the length.
    if run.has_unsettled_alarm() && !words.is_empty() {
        both.extend(words.iter().skip(1).map(|words| format!("PAUSED; {words}").into()));
    } else {
        both.push(paused.into());
    }
    both
}

fn policy_words(picture: &Picture<'_>) -> Vec<&'static str> {
    let run = picture.scene.facts.run;
    if run.takes_part(Role::Primary) && run.replication.state == Known::Paused && run.has_unsettled_alarm() {
        return if run.phase() == Phase::Ended {
            vec!["ask the vendor before a resume", "ask vendor"]
        } else {
            vec!["do not resume: alarm", "do not resume", "no resume"]
        };
    }
    // Once the test is over it decides nothing.
    if run.phase() == Phase::Ended || !run.takes_part(Role::Primary) {
        return Vec::new();
    }
    let policy = run.started.settings.resume_policy;
    let is_needed = run.phase() <= Phase::Stage1;
    match (policy, run.replication.state == Known::Paused) {
        (ResumePolicy::PausedThroughout, true) => vec![policy.words(), "keep paused", "no resume"],
        (ResumePolicy::ResumeAfterStage1, true) => vec![policy.words(), "after stage 1", "after st. 1"],
        // What is not paused keeps no pause.
        (ResumePolicy::PausedThroughout, false) if is_needed => {
            vec!["policy: paused until the end", "pause: whole test", "pause needed"]
        }
        (ResumePolicy::PausedThroughout, false) => {
            vec!["policy: paused until the end", "policy: to the end"]
        }
        (ResumePolicy::ResumeAfterStage1, false) => {
            vec!["policy: paused in stage 1", "pause: stage 1", "pause: st. 1"]
        }
    }
}
