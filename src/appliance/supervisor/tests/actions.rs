//! Actions: sent at most once, and settled by what is read back.

use super::*;

fn rejected(state: &ActionState) -> &str {
    match state {
        ActionState::Rejected { reason } => reason,
        other => panic!("{other:?}"),
    }
}

fn unknown(state: &ActionState) -> &str {
    match state {
        ActionState::Unknown { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_sent_once_and_confirmed_by_a_read_back() {
    let fake = Fake::new("ava");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.act(ActionKind::Pause).await;
    let (state, events) = harness.settled().await;
    assert_eq!(state, ActionState::Confirmed);
    let sent = events.iter().find_map(|event| match event {
        Event::ActionSent { sent, .. } => Some(sent.as_slice()),
        _ => None,
    });
    assert_eq!(sent.expect("sent")[2], "no replication enable");
    let Some(Event::ReplicationRead { answer: last, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!(last.reading, Reading::Known(ReplicationState::Paused));
    harness.within(MINUTE * 10).await;
    assert_eq!(harness.times_typed("no replication enable"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_a_rejection_in_the_appliances_words_and_the_state_is_read_again() {
    let fake = Fake::new("ava");
    fake.answer("no replication enable", "% Insufficient permissions\n");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.within(Duration::from_secs(2)).await;
    harness.act(ActionKind::Pause).await;
    let (state, events) = harness.settled().await;
    assert_eq!(rejected(&state), "Insufficient permissions");
    assert!(
        events.iter().filter(|event| matches!(event, Event::ReplicationRead { .. })).count() >= 3,
        "{events:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_action_without_effect_that_was_not_refused_is_unknown_after_three_readings() {
    let fake = Fake::new("ava");
    fake.answer("no replication enable", "");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.within(Duration::from_secs(2)).await;
    harness.act(ActionKind::Pause).await;
    let (state, events) = harness.settled().await;
    assert_eq!(unknown(&state), "the appliance reports that replication runs");
    let sent = events.iter().position(|event| matches!(event, Event::ActionSent { .. })).unwrap();
    let readings =
        events[sent..].iter().filter(|event| matches!(event, Event::ReplicationRead { .. })).count();
    assert_eq!(readings, 3, "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn an_action_whose_read_back_says_nothing_is_unknown() {
    let fake = Fake::new("ava");
    fake.answer("show replication", "purple\n");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.act(ActionKind::Pause).await;
    let (state, _) = harness.settled().await;
    assert!(unknown(&state).contains("not in words the dialect knows"), "{state:?}");
}

#[tokio::test(start_paused = true)]
async fn a_drop_before_the_answer_is_read_back_over_the_next_connection_and_never_sent_again() {
    for takes_effect in [true, false] {
        let fake = Fake::new("ava");
        let mut harness = Harness::start(Role::Primary, &fake);
        harness.connected().await;
        harness.within(Duration::from_secs(2)).await;
        if takes_effect {
            fake.drop_at("no replication enable");
        } else {
            fake.drop_in("no replication enable", "");
        }
        harness.act(ActionKind::Pause).await;
        let (state, events) = harness.settled().await;
        assert!(events.iter().any(|event| matches!(event, Event::ActionSent { .. })));
        assert_eq!(fake.connections(), 2);
        if takes_effect {
            assert_eq!(state, ActionState::Confirmed);
        } else {
            assert!(unknown(&state).contains("contact was lost"), "{state:?}");
            assert!(unknown(&state).ends_with("reports that replication runs"), "{state:?}");
        }
        assert_eq!(fake.replicates(), !takes_effect);
        harness.within(MINUTE * 10).await;
        assert_eq!(harness.times_typed("no replication enable"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_drop_before_the_read_back_is_read_back_later() {
    let fake = Fake::new("ava");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.within(Duration::from_secs(2)).await;
    harness.act(ActionKind::Resume).await;
    harness.until_typed("replication enable").await;
    fake.drop_at("show replication");
    let (state, _) = harness.settled().await;
    assert_eq!(state, ActionState::Confirmed);
    assert_eq!(fake.connections(), 2);
    assert_eq!(harness.times_typed("replication enable"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_drop_before_the_change_is_a_rejection() {
    let fake = Fake::new("ava");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.within(Duration::from_secs(2)).await;
    fake.drop_at("configure terminal");
    harness.act(ActionKind::Pause).await;
    let (state, _) = harness.settled().await;
    assert!(rejected(&state).contains("was not sent"), "{state:?}");
    assert!(fake.replicates());
}

#[tokio::test(start_paused = true)]
async fn threads_set_before_the_service_runs_await_it() {
    let text = "failed to connect, no process available\n";
    let fake = Fake::new("ava-dr");
    fake.answer("replication num-threads 128", text);
    fake.answer("rfsctl exec replicator.num_threads", text);
    let mut harness = Harness::start(Role::Dr, &fake);
    harness.connected().await;
    harness.act(ActionKind::SetThreads(ThreadCount(128))).await;
    assert_eq!(harness.settled().await.0, ActionState::AwaitingService);
}

#[tokio::test(start_paused = true)]
async fn threads_are_confirmed_by_their_number() {
    let fake = Fake::new("ava-dr");
    let mut harness = Harness::start(Role::Dr, &fake);
    harness.connected().await;
    harness.act(ActionKind::SetThreads(ThreadCount(64))).await;
    assert_eq!(harness.settled().await.0, ActionState::Confirmed);
}

#[tokio::test(start_paused = true)]
async fn without_a_connection_or_a_writing_half_nothing_is_sent() {
    let fake = Fake::new("ava");
    fake.refuse(ConnectError::Authentication { destination: "ava".into() });
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.within(MINUTE).await;
    harness.act(ActionKind::Pause).await;
    assert!(rejected(&harness.settled().await.0).contains("not connected"));

    let plan = harness.gate.plan(ActionKind::Pause).expect("a plan");
    let mut reader = Harness::start_with(Role::Primary, &fake, Access::ReadOnly, false);
    reader.connected().await;
    reader.ask(Request::Act { id: ActionId(1), plan }).await;
    assert!(rejected(&reader.settled().await.0).contains("read-only"));
    reader.within(MINUTE).await;
    assert!(!fake.typed().iter().any(|line| line.starts_with("conf") || line.contains("replication enable")));
}

#[tokio::test(start_paused = true)]
async fn closing_ends_the_task_and_leaves_no_action_open() {
    let fake = Fake::new("ava");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.within(Duration::from_secs(2)).await;
    fake.drop_at("no replication enable");
    for _ in 0..3 {
        fake.refuse(ConnectError::TimedOut { destination: "ava".into() });
    }
    harness.act(ActionKind::Pause).await;
    harness.until(|event| matches!(event, Event::LinkChanged { link: Link::Waiting { .. }, .. })).await;
    harness.ask(Request::Close).await;
    let (state, _) = harness.settled().await;
    assert!(unknown(&state).contains("drwatch ended before it could be read back"), "{state:?}");
    assert!(harness.seen.recv().await.is_none());
    (&mut harness.task).await.expect("it ended");
}

/// Whatever the moment of the drop, the action is sent at most once and settled exactly once, and a
/// confirmation is true.
#[tokio::test(start_paused = true)]
async fn a_drop_at_any_moment_of_an_action_is_survived() {
    for millis in (0..600).step_by(7) {
        let fake = Fake::new("ava");
        let mut harness = Harness::start(Role::Primary, &fake);
        harness.connected().await;
        harness.within(Duration::from_secs(2)).await;
        harness.act(ActionKind::Pause).await;
        let dropper = fake.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            dropper.drop_all();
        });
        let (state, _) = harness.settled().await;
        match &state {
            ActionState::Confirmed => assert!(!fake.replicates(), "dropped after {millis} ms"),
            ActionState::Rejected { .. } => {
                assert!(fake.replicates(), "dropped after {millis} ms: {state:?}");
            }
            // The line was on its way, and the appliance shows that it never arrived.
            ActionState::Unknown { reason } => {
                assert!(fake.replicates() && reason.contains("replication runs"), "{millis} ms: {state:?}");
            }
            other => panic!("dropped after {millis} ms: {other:?}"),
        }
        let later = harness.within(MINUTE).await;
        let settled = |seen: &&Observation| matches!(seen, Observation::Event(Event::ActionSettled { .. }));
        assert_eq!(later.iter().filter(settled).count(), 0, "dropped after {millis} ms");
        assert!(harness.times_typed("no replication enable") <= 1, "dropped after {millis} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn an_action_that_was_not_sent_when_the_watch_ends_is_a_rejection() {
    let fake = Fake::new("ava");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.within(Duration::from_secs(2)).await;
    harness.act(ActionKind::Pause).await;
    // Nobody answers any more whether it may be sent.
    loop {
        if let Observation::ReadyToSend { .. } = harness.seen.recv().await.expect("it lives") {
            break;
        }
    }
    harness.ask(Request::Close).await;
    let (state, _) = harness.settled().await;
    assert!(rejected(&state).contains("nothing was sent"), "{state:?}");
    assert!(fake.replicates() && harness.times_typed("configure terminal") == 0);
}
