use tokio::{task::JoinHandle, time::timeout};

use super::*;
use crate::{
    appliance::{fake::Fake, gate::Access},
    run::{ActionKind, Arrival, Reading, ReplicationState, ThreadCount},
};

/// A supervised fake appliance.
struct Harness {
    fake: Fake,
    gate: Gate,
    requests: mpsc::Sender<Request>,
    seen: mpsc::Receiver<Observation>,
    task: JoinHandle<()>,
}

impl Harness {
    fn start(role: Role, fake: &Fake) -> Self {
        Self::start_with(role, fake, Access::ReadAndChange, false)
    }

    fn start_with(role: Role, fake: &Fake, access: Access, tail: bool) -> Self {
        let dialect = Dialect::built_in();
        let gate = Gate::new(role, &dialect, access).expect("valid");
        let (requests, receiver) = mpsc::channel(16);
        let (sender, seen) = mpsc::channel(16);
        let supervision = Supervision {
            role,
            transport: Arc::new(fake.clone()),
            dialect: Arc::new(dialect),
            gate: gate.clone(),
            schedule: Schedule::default(),
            clock: fake.clock(),
            tail,
            enable_password: None,
            seed: 1,
        };
        let task = tokio::spawn(supervise(supervision, receiver, sender));
        Self { fake: fake.clone(), gate, requests, seen, task }
    }

    async fn ask(&self, request: Request) {
        self.requests.send(request).await.expect("the supervisor listens");
    }

    async fn act(&self, action: ActionKind) {
        let plan = self.gate.plan(action).expect("a plan");
        self.ask(Request::Act { id: ActionId(1), plan }).await;
    }

    async fn next(&mut self) -> Observation {
        let next = timeout(Duration::from_hours(24), self.seen.recv()).await;
        next.expect("something happens within a day").expect("the supervisor lives")
    }

    /// All events up to and including the first one that is wanted.
    async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            if let Observation::Event(event) = self.next().await {
                let found = wanted(&event);
                events.push(event);
                if found {
                    return events;
                }
            }
        }
    }

    async fn connected(&mut self) {
        self.until(|event| matches!(event, Event::LinkChanged { link: Link::Connected, .. })).await;
    }

    /// The state in which the action settles, and the events up to there.
    async fn settled(&mut self) -> (ActionState, Vec<Event>) {
        let mut events = self.until(|event| matches!(event, Event::ActionSettled { .. })).await;
        match events.pop() {
            Some(Event::ActionSettled { id: ActionId(1), state }) => (state, events),
            other => panic!("{other:?}"),
        }
    }

    /// All that is observed within `span`.
    async fn within(&mut self, span: Duration) -> Vec<Observation> {
        let mut all = Vec::new();
        let end = tokio::time::sleep(span);
        tokio::pin!(end);
        loop {
            tokio::select! {
                biased;
                Some(observation) = self.seen.recv() => all.push(observation),
                () = &mut end => return all,
            }
        }
    }

    fn times_typed(&self, line: &str) -> usize {
        self.fake.typed().iter().filter(|typed| *typed == line).count()
    }
}

fn links(observations: &[Observation]) -> Vec<&Link> {
    let link = |observation| match observation {
        &Observation::Event(Event::LinkChanged { ref link, .. }) => Some(link),
        _ => None,
    };
    observations.iter().filter_map(link).collect()
}

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

const MINUTE: Duration = Duration::from_mins(1);

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
        ("show replication", 0),
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
    assert_eq!(harness.times_typed("show replication"), 4);
    assert!(!fake.typed().iter().any(|line| line.starts_with("rfsctl") || line.starts_with("show log")));
    harness.ask(Request::AskNow).await;
    harness.within(Duration::from_secs(1)).await;
    assert_eq!(harness.times_typed("show replication"), 5);
}

#[tokio::test(start_paused = true)]
async fn a_drop_in_the_middle_of_a_reply_is_told_and_mended() {
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
        Observation::Event(Event::ReplicationRead(answer)) if answer.reading.known().is_none()
    )));
    assert_eq!(fake.connections(), 2);
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
    let read = |seen: &&Observation| matches!(seen, Observation::Event(Event::ReplicationRead(_)));
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
async fn nonsense_is_told_as_unreadable_and_the_watch_goes_on() {
    let fake = Fake::new("ava");
    fake.answer("show replication", "\u{1b}[2Jpurple\u{7}\n");
    let mut harness = Harness::start(Role::Primary, &fake);
    let seen = harness.within(MINUTE).await;
    let raws: Vec<&str> = seen
        .iter()
        .filter_map(|seen| match seen {
            Observation::Event(Event::ReplicationRead(answer)) if answer.reading == Reading::Unreadable => {
                Some(answer.raw.as_str())
            }
            _ => None,
        })
        .collect();
    assert_eq!(raws, ["purple"; 4]);
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
    let Some(Event::ReplicationRead(last)) = events.last() else { panic!("{events:?}") };
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
    let (state, _) = harness.settled().await;
    assert_eq!(rejected(&state), "Insufficient permissions");
    let seen = harness.within(Duration::from_secs(2)).await;
    assert!(matches!(seen.as_slice(), [Observation::Event(Event::ReplicationRead(_))]), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn an_action_without_effect_is_rejected_after_three_readings() {
    let fake = Fake::new("ava");
    fake.answer("no replication enable", "");
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.act(ActionKind::Pause).await;
    let (state, _) = harness.settled().await;
    assert_eq!(rejected(&state), "the appliance reports that replication runs");
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
            assert!(rejected(&state).contains("contact was lost"), "{state:?}");
            assert!(rejected(&state).ends_with("reports that replication runs"), "{state:?}");
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
    fake.drop_at("show replication");
    harness.act(ActionKind::Resume).await;
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

const LISTING: &str = "listing entries from bucket b\n5 entries in bucket b\n1.0KiB (1024 bytes) in bucket b:\n* 1.0KiB in 1 slabs\n* 1B in 2 maps\n* 1B in 2 rbtmds\n";

#[tokio::test(start_paused = true)]
async fn a_listing_of_hours_holds_up_neither_polls_nor_actions() {
    let fake = Fake::new("ava");
    fake.answer_after("show replication bucket", MINUTE * 120, LISTING);
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.ask(Request::ListBucket(ListingCause::Asked)).await;
    harness.ask(Request::ListBucket(ListingCause::Paused)).await;
    harness.act(ActionKind::Pause).await;
    assert_eq!(harness.settled().await.0, ActionState::Confirmed);
    let events = harness.until(|event| matches!(event, Event::ListingRead { .. })).await;
    assert!(events.iter().filter(|event| matches!(event, Event::ReplicationRead(_))).count() > 470);
    let Some(Event::ListingRead { cause, took, .. }) = events.last() else { panic!() };
    assert_eq!((*cause, took.secs()), (ListingCause::Asked, 7200));
    assert_eq!(harness.times_typed("show replication bucket"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_is_cut_off_by_a_drop_is_refused() {
    let fake = Fake::new("ava");
    fake.answer_after("show replication bucket", MINUTE * 120, LISTING);
    let mut harness = Harness::start(Role::Primary, &fake);
    harness.connected().await;
    harness.ask(Request::ListBucket(ListingCause::Start)).await;
    harness.within(MINUTE).await;
    fake.drop_all();
    harness.until(|event| matches!(event, Event::ListingRefused { .. })).await;
    harness.connected().await;
}

#[tokio::test(start_paused = true)]
async fn the_log_is_followed_across_drops_without_loss() {
    let fake = Fake::new("ava-dr");
    fake.log(["old".to_owned()]);
    let mut harness = Harness::start_with(Role::Dr, &fake, Access::ReadOnly, true);
    harness.within(Duration::from_secs(2)).await;
    let writer = fake.clone();
    tokio::spawn(async move {
        for n in 0..600 {
            tokio::time::sleep(Duration::from_millis(500)).await;
            writer.log([format!("line {n}")]);
            if n % 150 == 70 {
                writer.drop_all();
            }
        }
    });
    let seen = harness.within(MINUTE * 6).await;
    let mut text = Vec::new();
    for observation in seen {
        match observation {
            Observation::Log { bytes, arrival: Arrival::Live | Arrival::CaughtUp } => text.extend(bytes),
            Observation::LogGap { reason, .. } => panic!("{reason}"),
            _ => {}
        }
    }
    let expected = (0..600).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n") + "\n";
    assert_eq!(String::from_utf8_lossy(&text), expected);
    assert_eq!(fake.connections(), 5);
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

#[tokio::test(start_paused = true)]
async fn the_task_ends_when_nobody_receives() {
    let fake = Fake::new("ava");
    let harness = Harness::start(Role::Primary, &fake);
    let Harness { seen, task, requests, .. } = harness;
    drop(seen);
    timeout(MINUTE, task).await.expect("it ends").expect("in order");
    drop(requests);
}

#[tokio::test(start_paused = true)]
async fn equal_seeds_give_equal_observations() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let fake = Fake::new("ava-dr");
        fake.log(["old".to_owned()]);
        let mut harness = Harness::start_with(Role::Dr, &fake, Access::ReadAndChange, true);
        harness.connected().await;
        harness.act(ActionKind::SetThreads(ThreadCount(128))).await;
        let mut all = harness.within(MINUTE).await;
        fake.log(["new".to_owned()]);
        fake.drop_all();
        all.extend(harness.within(MINUTE).await);
        runs.push(format!("{all:?}"));
    }
    assert_eq!(runs[0], runs[1]);
}
