//! The DR appliance's threads: accepted before the service, confirmed later, fallen back.

use super::*;

fn accepted_before_the_service(before: Option<u32>) -> (Story, ActionId) {
    let mut story = Story::connected();
    story.service_stopped();
    if let Some(before) = before {
        story.threads(before);
    }
    let id = story.request(ActionKind::SetThreads(ThreadCount(128)), None);
    story.send(id);
    story.wait(1);
    story.settle(id, ActionState::AwaitingService);
    (story, id)
}

#[test]
fn the_number_before_is_on_record_with_the_request() {
    let (story, _) = accepted_before_the_service(Some(16));
    assert_eq!(story.run.actions[0].threads_before, Some(ThreadCount(16)));
    assert_eq!(story.run.threads_before(), Some(ThreadCount(16)));
    let summary = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    assert_eq!(summary["actions"][0]["threads_before"], 16);
    let (story, _) = accepted_before_the_service(None);
    assert_eq!(story.run.threads_before(), None, "unknown is unknown");
}

#[test]
fn only_a_request_for_threads_records_their_number() {
    let mut story = Story::connected();
    story.threads(16);
    story.act(ActionKind::Pause);
    assert_eq!(story.run.actions[0].threads_before, None);
    assert_eq!(story.run.threads_before(), None);
}

#[test]
fn the_number_before_is_that_of_the_first_request_that_took_effect() {
    let mut story = Story::connected();
    story.threads(20);
    let id = story.request(ActionKind::SetThreads(ThreadCount(64)), None);
    story.settle(id, ActionState::Rejected { reason: "no".to_owned() });
    story.threads(16);
    story.act(ActionKind::SetThreads(ThreadCount(64)));
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    assert_eq!(story.run.threads_before(), Some(ThreadCount(16)));
}

#[test]
fn the_first_reading_that_shows_the_number_confirms_it() {
    let (mut story, id) = accepted_before_the_service(Some(16));
    story.wait(30);
    story.tell(Event::ThreadsRead(answer(Reading::ServiceDown)));
    story.threads(16);
    assert_eq!(story.run.actions[0].state, ActionState::AwaitingService, "another number confirms nothing");
    story.wait(30);
    story.threads(128);
    assert_eq!(story.run.actions[0].state, ActionState::Confirmed);
    assert_eq!(story.run.actions[0].settled_at, Some(story.now));
    story.settle(id, ActionState::Unknown { reason: "late".to_owned() });
    assert_eq!(story.run.actions[0].state, ActionState::Confirmed);
}

#[test]
fn a_reading_confirms_the_latest_request_alone() {
    let (mut story, _) = accepted_before_the_service(Some(16));
    let id = story.request(ActionKind::SetThreads(ThreadCount(64)), None);
    story.settle(id, ActionState::AwaitingService);
    story.threads(128);
    assert!(story.run.actions.iter().all(|action| action.state == ActionState::AwaitingService));
    story.threads(64);
    assert_eq!(story.run.actions[1].state, ActionState::Confirmed);
    assert_eq!(story.run.actions[0].state, ActionState::AwaitingService);
}

#[test]
fn an_action_that_is_only_sent_is_settled_by_its_own_read_back() {
    let mut story = Story::connected();
    let id = story.request(ActionKind::SetThreads(ThreadCount(128)), None);
    story.send(id);
    story.threads(128);
    assert_eq!(story.run.actions[0].state, ActionState::Sent);
}

#[test]
fn threads_that_fall_back_are_told_anew_and_offered_again() {
    let mut story = Story::in_stage_1();
    story.wait(1);
    story.threads(16);
    story.wait(5);
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    let set_at = story.now;
    assert!(!story.finding(Code::FewThreads).is_open());
    assert_eq!(story.run.threads_fallen(), None);
    story.wait(30);
    story.threads(16);
    let fallen = story.run.threads_fallen().unwrap();
    assert_eq!((fallen.set, fallen.read, fallen.set_at), (ThreadCount(128), ThreadCount(16), set_at));
    assert!(fallen.confirmed);
    let findings = story.findings(Code::FewThreads);
    assert_eq!(findings.len(), 2);
    assert!(findings[1].is_open() && findings[1].text.contains("fallen back to 16"), "{}", findings[1].text);
    assert!(matches!(
        authorize(&story.run, ActionKind::SetThreads(ThreadCount(128))),
        Authorization::Allowed { .. }
    ));
    story.wait(30);
    story.threads(128);
    assert!(!story.open().contains(&Code::FewThreads));
    assert_eq!(story.run.threads_fallen(), None);
}

#[test]
fn threads_that_fall_back_before_stage_1_are_told_too() {
    let mut story = Story::connected();
    story.threads(16);
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    assert!(story.findings(Code::FewThreads).is_empty());
    story.wait(30);
    story.threads(16);
    assert!(story.finding(Code::FewThreads).is_open());
}

#[test]
fn an_accepted_number_that_the_started_service_did_not_take_over_is_told() {
    let (mut story, _) = accepted_before_the_service(Some(16));
    story.wait(10);
    story.threads(16);
    assert_eq!(story.run.threads_fallen(), None, "the service does not run yet");
    story.wait(10);
    story.service(Role::Dr, ServiceState::Busy("restoring".to_owned()));
    story.threads(16);
    assert!(!story.run.threads_fallen().unwrap().confirmed);
    assert!(story.finding(Code::FewThreads).text.contains("did not take effect"));
}

#[test]
fn threads_do_not_matter_once_stage_1_is_over() {
    let mut story = Story::in_stage_1();
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    story.wait(30);
    story.threads(16);
    assert!(story.open().contains(&Code::FewThreads));
    story.marker(Marker::DownloadComplete);
    assert!(!story.open().contains(&Code::FewThreads));
}
