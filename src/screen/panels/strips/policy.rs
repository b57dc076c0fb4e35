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

/// The policy that decides when replication may be resumed, from the most words to none. Where the panel of replication is
/// out of sight, that it is paused, and for how long.
pub(super) fn policy(picture: &Picture<'_>) -> [Cow<'static, str>; 4] {
    let run = picture.scene.facts.run;
    if run.phase() == Phase::Ended && run.replication.recovery_under_way().is_some() {
        return ["production is not protected yet", "unprotected", "exposed", ""].map(Cow::Borrowed);
    }
    let [whole, short] = policy_words(picture);
    let Some(length) = pause_out_of_sight(picture) else {
        return [whole, short, short, ""].map(Cow::Borrowed);
    };
    let paused = format!("PAUSED {length}");
    let with = |words: &str| if words.is_empty() { paused.clone() } else { format!("{paused}; {words}") };
    // What an alarm forbids comes before the length.
    if run.has_unsettled_alarm() {
        return [with(whole).into(), with(short).into(), short.into(), "".into()];
    }
    [with(whole).into(), paused.clone().into(), paused.into(), "".into()]
}

fn policy_words(picture: &Picture<'_>) -> [&'static str; 2] {
    let run = picture.scene.facts.run;
    if run.takes_part(Role::Primary) && run.replication.state == Known::Paused && run.has_unsettled_alarm() {
        return if run.phase() == Phase::Ended {
            ["ask the vendor before a resume", "ask vendor"]
        } else {
            ["do not resume: alarm", "no resume"]
        };
    }
    // Once the test is over it decides nothing.
    if run.phase() == Phase::Ended || !run.takes_part(Role::Primary) {
        return [""; 2];
    }
    let policy = run.started.settings.resume_policy;
    // Before the pause it forbids no resume.
    match (policy, run.replication.state == Known::Running) {
        (ResumePolicy::PausedThroughout, true) => ["policy: paused until the end", "policy: to the end"],
        (ResumePolicy::ResumeAfterStage1, true) => ["policy: paused in stage 1", "policy: stage 1"],
        (ResumePolicy::PausedThroughout, false) => [policy.words(), "no resume yet"],
        (ResumePolicy::ResumeAfterStage1, false) => [policy.words(), "after stage 1"],
    }
}
