//! The operator's script against a run that comes to know one thing after the other.

use std::time::Duration;

use super::*;
use crate::{
    clock::Clock,
    run::{
        Baseline, BucketCounts, BucketListing, Event, FORMAT, FoundMarker, GetCount, ListingCause,
        ListingState, Marker, MarkerPlace, ObjectCount, Observed, PriorMarker, Record, RunId, RunSettings,
        Sequence, Started,
    },
    simulator::{Change, Question, Scenario, Speed},
};

fn start() -> Timestamp {
    Timestamp::new(chrono::DateTime::parse_from_rfc3339("2025-09-13T15:30:00Z").unwrap().into())
}

fn world(name: &str) -> SharedWorld {
    let scenario = Scenario::named(name).unwrap();
    SharedWorld::in_memory(
        scenario,
        1,
        start(),
        Speed::REAL,
        ReplicationState::Running,
        Clock::scaled(start(), 1.0),
    )
}

fn run() -> Run {
    let started = Started {
        format: FORMAT,
        run: RunId("20250913T153000Z-000001".to_owned()),
        demo: true,
        program: String::new(),
        recorder: String::new(),
        primary: Some("ava-prod".to_owned()),
        dr: Some("ava-dr".to_owned()),
        imported: None,
        read_only: false,
        settings: RunSettings::default(),
        dialect: String::new(),
        log: None,
        known_roles: Vec::new(),
        history: Vec::new(),
    };
    Run::start(&Record { seq: Sequence(0), at: start(), event: Event::RunStarted(Box::new(started)) })
        .unwrap()
}

/// What the run comes to know when a key was pressed.
fn obey(run: &mut Run, key: OperatorKey, world: &SharedWorld) {
    let now = world.clock().now();
    match key {
        OperatorKey::Pause => {
            world.change(Role::Primary, Change::ReplicationOff).unwrap();
            run.replication.state = Known::Paused;
        }
        OperatorKey::List => {
            let listing = BucketListing {
                counts: BucketCounts {
                    name: "ava400-ks".to_owned(),
                    entries: ObjectCount(1),
                    bytes: None,
                    slabs: None,
                    maps: None,
                    rbtmds: None,
                },
                other: Vec::new(),
            };
            let cause = ListingCause::Asked;
            run.listing = Some(ListingState {
                listing,
                at: now,
                record: Sequence(1),
                cause,
                begun_at: now,
                provisional: false,
                in_doubt: false,
            });
        }
        OperatorKey::Baseline => {
            let value = GetCount(10_412);
            let record = Sequence(1);
            run.download.baseline = Some(Baseline { value, at: now, record, late: false, chosen: true });
        }
        OperatorKey::Threads => {
            let reading = Reading::Known(run.started.settings.threads);
            run.threads = Some(Observed { reading, at: now, record: Sequence(1) });
        }
        OperatorKey::TestOver => run.phases.current = Phase::Ended,
        OperatorKey::Resume => world.change(Role::Primary, Change::ReplicationOn).unwrap(),
        OperatorKey::AttestDownloadOver | OperatorKey::ClaimMarkers => run.phases.current = Phase::Stage2,
        OperatorKey::AttestNamespaceOver => run.phases.current = Phase::InUse,
        OperatorKey::AttestPaused => {
            run.replication.state = Known::Paused;
            run.replication.attested = true;
        }
        OperatorKey::AttestRunning => {
            run.replication.state = Known::Running;
            run.replication.attested = true;
        }
        OperatorKey::AcknowledgeAll => {}
    }
}

fn prior_marker() -> PriorMarker {
    PriorMarker {
        found: FoundMarker { marker: Marker::DownloadComplete, stamp: None, raw: String::new(), near: false },
        place: MarkerPlace { record: Sequence(1), place: 0 },
        received: None,
    }
}

/// What the run comes to know by itself.
fn observe(run: &mut Run, world: &SharedWorld) {
    world
        .view(|world| {
            let infos = world.scenario.dr.log_threshold <= crate::run::Severity::Info;
            if run.phases.current < Phase::InUse && world.stage() == Stage::Restored && infos {
                run.phases.current = Phase::InUse;
            }
            if run.phases.current == Phase::Prepare && world.stage() > Stage::Download {
                run.prior_markers = vec![prior_marker()];
            }
            let attested = run.replication.attested;
            run.replication.attested = false;
            run.replication.state = match world.answer(Role::Primary, Question::ShowReplication) {
                Some(_) if attested => run.replication.state,
                Some(_) => Known::Unreadable,
                None => world.appliance(Role::Primary).replication.into(),
            };
        })
        .unwrap();
}

/// Plays a scenario's script to its end, second by second, and returns what was due and when.
async fn play(name: &str, presser: KeyPresser) -> Vec<(u64, Deed)> {
    play_at(name, presser, Attendance::Attended).await
}

async fn play_at(name: &str, presser: KeyPresser, attendance: Attendance) -> Vec<(u64, Deed)> {
    let (world, mut run) = (world(name), run());
    let steps = world.view(|world| world.scenario.operator.clone()).unwrap();
    let mut script = Script::new(steps, presser, None);
    let mut played = Vec::new();
    for second in 0..3600 {
        if second == 5 {
            run.primary.link = Link::Connected;
            run.dr.link = Link::Connected;
        }
        observe(&mut run, &world);
        for due in script.poll(world.clock().now(), &world, &run, attendance).unwrap() {
            match &due {
                Deed::Type { role, line } => drop(world.type_line(*role, line).unwrap()),
                Deed::Press { key } => obey(&mut run, *key, &world),
            }
            played.push((second, due));
        }
        world.clock().sleep(Duration::from_secs(1)).await;
    }
    assert!(script.is_over(), "{name}: {:?}", script.steps);
    played
}

/// The keys pressed, each with its second.
fn keys(played: &[(u64, Deed)]) -> Vec<(u64, OperatorKey)> {
    let key = |(second, due): &(u64, Deed)| match due {
        Deed::Press { key } => Some((*second, *key)),
        Deed::Type { .. } => None,
    };
    played.iter().filter_map(key).collect()
}

#[tokio::test(start_paused = true)]
async fn the_whole_procedure_is_played_in_its_order() {
    let played = play("procedure", KeyPresser::Script).await;
    let press = |key| Deed::Press { key };
    let service = Deed::Type { role: Role::Dr, line: "service enable".to_owned() };
    let stop = Deed::Type { role: Role::Dr, line: "no service enable".to_owned() };
    let whats: Vec<&Deed> = played.iter().map(|(_, due)| due).collect();
    assert_eq!(
        whats,
        [
            &press(OperatorKey::Pause),
            &press(OperatorKey::List),
            &press(OperatorKey::Baseline),
            &press(OperatorKey::Threads),
            &service,
            &press(OperatorKey::TestOver),
            &stop,
            &press(OperatorKey::Resume),
        ]
    );
    assert_eq!(played[0].0, 5 + 20, "counted from when both were connected");
}

#[tokio::test(start_paused = true)]
async fn an_unattended_screen_is_played_as_no_screen_is() {
    for name in ["procedure", "unreadable", "no-info-lines"] {
        let pressed = |played: Vec<_>| keys(&played).into_iter().map(|(_, key)| key).collect::<Vec<_>>();
        let unattended = play_at(name, KeyPresser::Engineer, Attendance::Unattended).await;
        let all = pressed(play(name, KeyPresser::Script).await);
        // What comes about by itself is left out: on a screen nobody has to do it again.
        let mut rest = all.iter();
        let pressed = pressed(unattended);
        assert!(pressed.iter().all(|key| rest.any(|own| own == key)), "{name}: {pressed:?} of {all:?}");
        assert!(pressed.contains(&OperatorKey::Pause) && pressed.contains(&OperatorKey::TestOver), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_keys_are_the_engineers_while_the_screen_is_attended() {
    let (world, mut run) = (world("procedure"), run());
    let steps = world.view(|world| world.scenario.operator.clone()).unwrap();
    let mut script = Script::new(steps, KeyPresser::Engineer, None);
    (run.primary.link, run.dr.link) = (Link::Connected, Link::Connected);
    let mut now = start();
    let mut poll = |run: &Run, attendance, seconds| {
        let mut due = Vec::new();
        for _ in 0..seconds {
            now = now + Elapsed::from_secs(1);
            due.extend(script.poll(now, &world, run, attendance).unwrap());
        }
        due
    };
    assert_eq!(poll(&run, Attendance::Attended, 3600), []);
    // The engineer takes some of the steps, in another order.
    obey(&mut run, OperatorKey::Threads, &world);
    obey(&mut run, OperatorKey::Pause, &world);
    assert_eq!(poll(&run, Attendance::Attended, 3600), []);
    let press = |key| Deed::Press { key };
    assert_eq!(poll(&run, Attendance::Unattended, 1), [press(OperatorKey::List)]);
    obey(&mut run, OperatorKey::List, &world);
    assert_eq!(poll(&run, Attendance::Attended, 3600), []);
    obey(&mut run, OperatorKey::Baseline, &world);
    // What is typed on the appliance is the script's in any case.
    let service = Deed::Type { role: Role::Dr, line: "service enable".to_owned() };
    assert_eq!(poll(&run, Attendance::Attended, 90), [], "the verdict can be read first");
    assert_eq!(poll(&run, Attendance::Attended, 20), [service]);
    run.phases.current = Phase::Ended;
    let stop = Deed::Type { role: Role::Dr, line: "no service enable".to_owned() };
    assert_eq!(poll(&run, Attendance::Attended, 3600), [stop], "replication is still paused");
    run.replication.state = Known::Running;
    poll(&run, Attendance::Attended, 1);
    assert!(script.is_over());
}

#[test]
fn an_unattended_demo_does_not_resume_over_an_unsettled_alarm() {
    let (world, mut run) = (world("procedure"), run());
    let step = |key| Step { when: None, after: 0, r#do: Deed::Press { key } };
    let line = crate::run::LogCitation {
        offset: crate::run::LogOffset(0),
        stamp: None,
        arrival: crate::run::Arrival::Live,
        raw: "bad".to_owned(),
    };
    let alarm = Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line };
    for key in [OperatorKey::TestOver, OperatorKey::Resume] {
        let script = || Script::new(vec![step(key)], KeyPresser::Engineer, None);
        let poll = |mut script: Script, run: &Run| {
            let due = script.poll(start(), &world, run, Attendance::Unattended).unwrap();
            (due, script.pending())
        };
        assert_eq!(poll(script(), &run).0, [Deed::Press { key }]);
        let before = run.clone();
        let record = Record { seq: run.last.next(), at: start(), event: alarm.clone() };
        crate::run::apply(&mut run, &record);
        match key {
            OperatorKey::Resume => {
                assert_eq!(poll(script(), &run), (vec![], None), "and nothing is announced");
            }
            _ => assert_eq!(poll(script(), &run).0, [Deed::Press { key }], "the end harms nobody"),
        }
        run = before;
    }
}

#[tokio::test(start_paused = true)]
async fn the_script_of_every_scenario_comes_to_its_end_as_the_run_comes_to_know() {
    for scenario in Scenario::all().unwrap() {
        // Generation takes half a day there; the end of its script is proved below.
        if scenario.name != "large" {
            let played = play(&scenario.name, KeyPresser::Script).await;
            let keys: Vec<OperatorKey> = keys(&played).into_iter().map(|(_, key)| key).collect();
            assert!(keys.contains(&OperatorKey::Resume), "{}: {keys:?}", scenario.name);
            play_at(&scenario.name, KeyPresser::Engineer, Attendance::Unattended).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn where_no_marker_comes_the_engineer_states_the_ends_of_the_stages() {
    let played = keys(&play("no-info-lines", KeyPresser::Script).await);
    let when = |key| played.iter().find(|(_, pressed)| *pressed == key).unwrap().0;
    let (download, namespace) =
        (when(OperatorKey::AttestDownloadOver), when(OperatorKey::AttestNamespaceOver));
    assert_eq!(namespace - download, 720, "a minute after the end of either stage");
    assert_eq!(when(OperatorKey::TestOver) - namespace, 300 + 1);
    assert_eq!(played.last().unwrap().1, OperatorKey::AcknowledgeAll);
}

#[tokio::test(start_paused = true)]
async fn where_replication_cannot_be_read_the_engineer_states_it() {
    let played = keys(&play("unreadable", KeyPresser::Script).await);
    let keys: Vec<OperatorKey> = played.into_iter().map(|(_, key)| key).skip(4).collect();
    assert_eq!(
        keys,
        [
            OperatorKey::AttestPaused,
            OperatorKey::TestOver,
            OperatorKey::Resume,
            OperatorKey::AttestRunning,
            OperatorKey::AcknowledgeAll,
        ]
    );
}

/// Polls a script every minute of two weeks against a run that never comes to know anything.
fn steps_left(script: &mut Script, world: &SharedWorld) -> usize {
    let run = run();
    for minute in 0..2 * 7 * 1440 {
        let now = start() + Elapsed::from_secs(minute * 60);
        script.poll(now, world, &run, Attendance::Attended).unwrap();
    }
    script.steps.len()
}

#[tokio::test(start_paused = true)]
async fn a_script_with_limited_patience_ends_even_if_nothing_ever_comes_true() {
    for scenario in Scenario::all().unwrap() {
        let world = world(&scenario.name);
        assert!(scenario.patience().is_some(), "{}", scenario.name);
        let script = |patience| Script::new(scenario.operator.clone(), KeyPresser::Script, patience);
        assert_eq!(steps_left(&mut script(scenario.patience()), &world), 0, "{}", scenario.name);
        assert!(steps_left(&mut script(None), &world) > 0, "{}", scenario.name);
    }
}

#[tokio::test(start_paused = true)]
async fn an_engineer_before_the_screen_is_waited_for_without_end() {
    let scenario = Scenario::named("procedure").unwrap();
    let world = world("procedure");
    let operator = scenario.operator.clone();
    let mut script = Script::new(operator, KeyPresser::Engineer, scenario.patience());
    assert!(steps_left(&mut script, &world) > 0);
}

#[test]
fn steps_are_read_as_written_and_unknown_words_refused() {
    let read = |text: &str| toml::from_str::<Step>(text);
    let step = read("when = 'stage-1'\nafter = 3\ndo = { key = 'test-over' }").unwrap();
    assert_eq!((step.when, step.after), (Some(Condition::Stage1), 3));
    assert_eq!(step.r#do, Deed::Press { key: OperatorKey::TestOver });
    assert!(read("when = 'someday'\ndo = { key = 'pause' }").is_err());
    assert!(read("do = { key = 'format' }").is_err());
    assert!(read("do = { type = 'service enable' }").is_err());
    assert!(read("do = { key = 'pause', role = 'dr' }").is_err());
}

#[test]
fn an_unattended_script_goes_on_from_a_baseline_that_was_taken_automatically() {
    let (world, mut run) = (world("procedure"), run());
    let step =
        Step { when: Some(Condition::Baseline), after: 0, r#do: Deed::Press { key: OperatorKey::Threads } };
    let mut script = Script::new(vec![step], KeyPresser::Engineer, None);
    let mut poll = |run: &Run| script.poll(start(), &world, run, Attendance::Unattended).unwrap();
    assert!(poll(&run).is_empty(), "there is none yet");
    let (value, record) = (GetCount(10_412), Sequence(1));
    run.download.baseline = Some(Baseline { value, at: start(), record, late: false, chosen: false });
    assert_eq!(poll(&run), [Deed::Press { key: OperatorKey::Threads }]);
}
