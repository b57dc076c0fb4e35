//! Raising the DR appliance's threads, before its service runs and after, and when they fall back.

use super::*;
use crate::{
    run::{Code, Reading},
    simulator::{Course as Grief, LineFault, RfsctlBeforeService},
};

/// rfsctl answers nothing before the service runs, as the procedure shows it of one command.
fn silent_before_service() -> Scenario {
    let mut scenario = quick();
    scenario.dr.rfsctl_before_service = RfsctlBeforeService::Refuses;
    scenario.bucket = Scenario::named("procedure").unwrap().bucket;
    scenario
}

fn fallen(run: &Run) -> Option<String> {
    let mut open = run.open_findings();
    open.find(|finding| finding.code == Code::FewThreads).map(|finding| finding.text.clone())
}

#[tokio::test(start_paused = true)]
async fn accepted_before_the_service_runs_they_are_read_back_once_it_does() {
    let mut watched = Watched::start(silent_before_service(), RunSettings::default());
    watched.ready().await;
    let id = watched.act(THREADS).await;
    assert_eq!(*state_of(watched.run(), id), ActionState::AwaitingService);
    assert_eq!(watched.run().threads.as_ref().unwrap().reading, Reading::ServiceDown);
    let action = watched.run().actions.last().unwrap();
    assert!(action.answer.as_ref().unwrap().contains("failed to connect, no process available"));
    assert_eq!(action.threads_before, None, "what nothing told is not made up");
    assert!(!watched.run().open_findings().any(|finding| finding.code == Code::ActionRejected));
    let begun = watched.clock.now();
    watched.by_hand(Role::Dr, "service enable");
    watched.until("the read-back", |run| *state_of(run, id) == ActionState::Confirmed).await;
    // The next poll of the threads, which come every 30 s.
    assert!(watched.clock.now().since(begun) <= Elapsed::from_secs(31), "{:?}", watched.run().actions);
    assert_eq!(watched.sent(Role::Dr, "replication num-threads 128"), 1);
    assert_eq!(watched.sent(Role::Primary, "replication num-threads 128"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_before_the_service_runs_is_unknown_until_the_threads_can_be_read() {
    let mut scenario = silent_before_service();
    let (role, line) = (Role::Dr, "replication num-threads 128".to_owned());
    let course = Grief::Refused("% Insufficient permissions".to_owned());
    scenario.line_fault.push(LineFault { role, line, time: 1, course });
    let mut watched = Watched::start(scenario, RunSettings::default());
    watched.ready().await;
    let id = watched.act(THREADS).await;
    // Refused, and nothing can be read back while the service is down.
    let ActionState::Unknown { reason } = state_of(watched.run(), id) else { panic!("not unknown") };
    assert!(reason.contains("Insufficient permissions"), "{reason}");
    watched.for_seconds(60).await;
    assert_eq!(watched.sent(Role::Dr, "replication num-threads 128"), 1);
}

#[tokio::test(start_paused = true)]
async fn threads_that_fall_back_are_reported_and_offered_again() {
    let mut scenario = quick();
    scenario.bucket = Scenario::named("procedure").unwrap().bucket;
    let mut watched = Watched::start(scenario, RunSettings::default());
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    watched.until("the threads", |run| run.threads.is_some()).await;
    let id = watched.act(THREADS).await;
    assert_eq!(*state_of(watched.run(), id), ActionState::Confirmed);
    assert_eq!(watched.run().threads_before(), Some(ThreadCount(16)), "the old value is on record");
    watched.go_to(Phase::Stage1).await;
    assert_eq!(fallen(watched.run()), None);
    assert!(
        matches!(authorize(watched.run(), THREADS), Authorization::Off { .. }),
        "there is nothing to set"
    );

    watched.by_hand(Role::Dr, "replication num-threads 16");
    watched.until("the fall", |run| fallen(run).is_some()).await;
    let text = fallen(watched.run()).unwrap();
    assert!(text.contains("fallen back to 16") && text.contains("128 were set"), "{text}");
    assert!(matches!(authorize(watched.run(), THREADS), Authorization::Allowed { .. }), "offered again");
    watched.for_seconds(60).await;
    assert_eq!(watched.sent(Role::Dr, "replication num-threads 128"), 1, "and not set by itself");
    watched.act(THREADS).await;
    assert_eq!(fallen(watched.run()), None);
    assert_eq!(watched.sent(Role::Dr, "replication num-threads 128"), 2);
    assert_eq!(watched.run().threads_before(), Some(ThreadCount(16)), "that of before the test");
}
