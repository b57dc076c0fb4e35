//! Connecting, identifying, polling, and coming back.

use super::*;

#[tokio::test(start_paused = true)]
async fn an_appliance_is_identified_and_asked_the_questions_of_its_role_on_schedule() {
    let fake = Fake::new("ava-dr");
    let mut harness = Harness::start(Role::Dr, &fake);
    let events =
        harness.until(|event| matches!(event, Event::LinkChanged { link: Link::Connected, .. })).await;
    let [Event::LinkChanged { link: Link::Connecting, .. }, Event::Identified { identity, .. }, _] =
        events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(identity.serial.as_deref(), Some("F00"));
    assert_eq!(identity.host_key.as_deref(), Some("SHA256:fake"));
    harness.within(MINUTE + Duration::from_secs(1)).await;
    let counts = [
        ("rfsctl exec backend.ops.get", 13),
        ("rfsctl exec replicator.num_threads", 3),
        ("show service", 3),
        // For its bucket: once to know who it is, once by schedule.
        ("show replication", 2),
        ("show log continuous", 0),
    ];
    for (line, count) in counts {
        assert_eq!(harness.times_typed(line), count, "{line}");
    }
    harness.ask(Request::Pace(Pace::Slow)).await;
    harness.within(MINUTE * 10).await;
    let slow = harness.times_typed("rfsctl exec backend.ops.get") - 13;
    assert!((10..=11).contains(&slow), "{slow}");
}

#[tokio::test(start_paused = true)]
async fn the_primary_is_asked_for_its_replication_and_never_for_what_is_the_others() {
    let fake = Fake::new("ava");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.within(MINUTE).await;
    // Four times for its state, once for its bucket, once to know who it is.
    assert_eq!(harness.times_typed("show replication"), 6);
    assert!(!fake.typed().iter().any(|line| line.starts_with("rfsctl") || line.starts_with("show log")));
    harness.ask(Request::AskNow).await;
    harness.within(Duration::from_secs(1)).await;
    assert_eq!(harness.times_typed("show replication"), 8);
}

#[tokio::test(start_paused = true)]
async fn a_drop_in_the_middle_of_a_reply_is_reported_and_the_connection_made_anew() {
    let fake = Fake::new("ava");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.within(Duration::from_secs(5)).await;
    fake.drop_in("show replication", "Replication: ena");
    let seen = harness.within(MINUTE).await;
    let links = links(&seen);
    let [Link::Waiting { reason, .. }, Link::Connecting, Link::Connected] = links.as_slice() else {
        panic!("{links:?}")
    };
    assert!(reason.starts_with("the connection to the primary was lost: "), "{reason}");
    assert!(!seen.iter().any(|seen| matches!(
        seen,
        Observation::Event(Event::ReplicationRead { answer, .. }) if answer.reading.known().is_none()
    )));
    assert_eq!(fake.connections(), 2);
}

/// What was read of replication.
fn replication_readings(seen: &[Observation]) -> Vec<Reading<ReplicationState>> {
    let reading = |seen: &Observation| match seen {
        Observation::Event(Event::ReplicationRead { answer, .. }) => Some(answer.reading.clone()),
        _ => None,
    };
    seen.iter().filter_map(reading).collect()
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_goes_silent_says_nothing_about_replication() {
    let fake = Fake::new("ava");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.within(Duration::from_secs(5)).await;
    fake.mute("show replication");
    fake.mute_new_shells();
    let seen = harness.within(MINUTE).await;
    assert_eq!(replication_readings(&seen), []);
    assert!(matches!(links(&seen).as_slice(), [Link::Waiting { .. }, ..]), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_never_answered_is_reported_and_the_appliance_stays_connected() {
    let fake = Fake::new("ava");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.within(Duration::from_secs(5)).await;
    fake.mute("show replication");
    let seen = harness.within(MINUTE).await;
    assert!(replication_readings(&seen).contains(&Reading::Unreadable), "{seen:?}");
    assert!(links(&seen).is_empty(), "the connection is not given up");
}

#[tokio::test(start_paused = true)]
async fn a_drop_while_nothing_is_asked_is_noticed_at_once() {
    let fake = Fake::new("ava");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.within(Duration::from_secs(5)).await;
    fake.drop_all();
    let seen = harness.within(Duration::from_secs(2)).await;
    assert!(matches!(links(&seen).as_slice(), [Link::Waiting { .. }, ..]), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_shell_that_dies_alone_is_opened_again_without_a_word() {
    let fake = Fake::new("ava");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.within(Duration::from_secs(5)).await;
    fake.end_shell_at("show replication");
    let seen = harness.within(MINUTE).await;
    assert!(links(&seen).is_empty(), "{seen:?}");
    let read = |seen: &&Observation| matches!(seen, Observation::Event(Event::ReplicationRead { .. }));
    assert_eq!(seen.iter().filter(read).count(), 4);
    assert_eq!(fake.connections(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_appliance_is_tried_again_for_ever_in_growing_pauses() {
    let fake = Fake::new("ava");
    for _ in 0..8 {
        fake.refuse(ConnectError::Refused { destination: "ava".into() });
    }
    let mut harness = Harness::start(Role::Primary, &fake);
    let seen = harness.within(MINUTE * 5).await;
    let pauses = links(&seen).into_iter().filter(|link| match link {
        Link::Waiting { reason, .. } => reason.contains("refuses connections"),
        _ => false,
    });
    assert_eq!(pauses.count(), 8);
    assert_eq!(links(&seen).last(), Some(&&Link::Connected));
}

#[tokio::test(start_paused = true)]
async fn a_refused_login_is_not_pressed_on_until_the_engineer_says_so() {
    let fake = Fake::new("ava");
    fake.refuse(ConnectError::Authentication { destination: "ava".into() });
    let mut harness = Harness::start(Role::Primary, &fake);
    let seen = harness.within(MINUTE * 60).await;
    assert!(matches!(links(&seen).as_slice(), [Link::Connecting, Link::Stopped { .. }]), "{seen:?}");
    harness.ask(Request::Reconnect).await;
    harness.connected().await;
}

#[tokio::test(start_paused = true)]
async fn a_password_that_was_not_supplied_stops_the_watch_of_the_appliance() {
    let fake = Fake::new("ava");
    fake.ask_password();
    let mut harness = Harness::start(Role::Primary, &fake);
    let seen = harness.within(MINUTE * 60).await;
    let Some(Link::Stopped { reason }) = links(&seen).last().copied() else { panic!("{seen:?}") };
    assert!(reason.contains("password"), "{reason}");
    assert!(harness.times_typed("enable") <= 2);
}

#[tokio::test(start_paused = true)]
async fn nonsense_is_reported_as_unreadable_and_the_watch_goes_on() {
    let fake = Fake::new("ava");
    fake.answer("show replication", "\u{1b}[2Jpurple\u{7}\n");
    let mut harness = Harness::start(Role::Primary, &fake);
    let seen = harness.within(MINUTE).await;
    let raws: Vec<&str> = seen
        .iter()
        .filter_map(|seen| match seen {
            Observation::Event(Event::ReplicationRead { answer, .. })
                if answer.reading == Reading::Unreadable =>
            {
                Some(answer.raw.as_str())
            }
            _ => None,
        })
        .collect();
    assert_eq!(raws, [r"\x1b[2Jpurple\x07"; 4]);
}
