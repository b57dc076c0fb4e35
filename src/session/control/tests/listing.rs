//! The listing that a resume takes along.

use super::*;
use crate::run::ResumePolicy;

#[tokio::test(start_paused = true)]
async fn a_resume_before_the_test_is_over_sends_one_listing_first() {
    let resume_policy = ResumePolicy::ResumeAfterStage1;
    let mut watched = Watched::start(quick(), RunSettings { resume_policy, ..RunSettings::default() });
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    watched.until("a listing", |run| run.frozen.at_pause.is_some()).await;
    watched.go_to(Phase::InUse).await;
    watched.until("the listing of the stage", |run| run.frozen.at_stage_1_end.is_some()).await;
    let before = watched.sent(Role::Primary, "show replication bucket");
    watched.act(ActionKind::Resume).await;
    watched.for_seconds(30).await;
    assert_eq!(watched.sent(Role::Primary, "show replication bucket"), before + 1);
}

#[tokio::test(start_paused = true)]
async fn an_action_other_than_a_resume_sends_no_listing() {
    let mut watched = Watched::start(quick(), RunSettings::default());
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    watched.until("a listing", |run| run.frozen.at_pause.is_some()).await;
    watched.for_seconds(30).await;
    let before = watched.sent(Role::Primary, "show replication bucket");
    watched.act(THREADS).await;
    watched.for_seconds(30).await;
    assert_eq!(watched.sent(Role::Primary, "show replication bucket"), before);
}
