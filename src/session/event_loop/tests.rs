//! What the loop does where drwatch itself fails, and that it carries out what is due by itself.

use std::sync::Arc;

use super::*;
use crate::{
    appliance::{
        gate::{Access, Gate},
        supervisor::{Schedule, Supervision},
        tail::Memory,
        transport::{ConnectError, Connection, Pending, Transport},
    },
    clock::Clock,
    commands::simulated::demo::{DemoOptions, demo_session},
    dialect::Dialect,
    durability::power,
    run::{
        ActionKind, ActionState, Arrival, Elapsed, Ending, Event, Identity, Link, LogCitation, LogOffset,
        Marker, Role, Statement, Timestamp,
    },
    screen::Intent,
    session::{Display, control::ActionRequest, event::Effect, signals::Signals},
};

mod demo;
mod idle;

struct Faulty;

impl Transport for Faulty {
    fn connect(&self) -> Pending<'_, Result<Box<dyn Connection>, ConnectError>> {
        panic!("as a bug would")
    }
}

fn faulty(clock: Clock) -> Supervision {
    let dialect = Dialect::built_in();
    Supervision {
        expected: None,
        role: Role::Dr,
        transport: Arc::new(Faulty),
        gate: Gate::new(Role::Dr, &dialect, Access::ReadOnly).unwrap(),
        dialect: Arc::new(dialect),
        schedule: Schedule::default(),
        clock,
        tail: true,
        memory: Memory::default(),
        enable_password: None,
        seed: 1,
    }
}

/// The loop of a demo without a front, recording into `home`.
fn loop_in(home: &tempfile::TempDir) -> EventLoop {
    let options = DemoOptions {
        scenario: "procedure".to_owned(),
        seed: 1,
        display: Display::Lines,
        runs_dir: Some(home.path().to_owned()),
        settings: crate::settings::Settings::default(),
        test: crate::session::state::StatedTest::default(),
    };
    let start = Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let clock = Clock::scaled(start, 1.0);
    demo_session(&options, clock, clock).unwrap().with_witness(Box::new(|_, _, _| {}))
}

#[tokio::test(start_paused = true)]
async fn an_appliance_whose_task_has_failed_is_stopped() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    let (sender, observations) = mpsc::channel(OBSERVATION_QUEUE);
    event_loop.sources.observations = observations;
    event_loop.sources.appliance_tasks =
        vec![ApplianceTask::start(faulty(event_loop.session.clock()), sender)];
    assert!(!event_loop.sources.appliance_tasks.iter_mut().any(ApplianceTask::has_failed));
    tokio::task::yield_now().await;
    event_loop.beat();
    let Link::Stopped { reason } = &event_loop.run().dr.link else {
        panic!("{:?}", event_loop.run().dr.link)
    };
    assert!(reason.contains("--resume"), "{reason}");
    let last = event_loop.run().last;
    event_loop.beat();
    assert_eq!(event_loop.run().last, last, "it is recorded once");
}

#[tokio::test(start_paused = true)]
async fn an_appliance_whose_task_has_failed_is_not_connected_again() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    let (sender, observations) = mpsc::channel(OBSERVATION_QUEUE);
    event_loop.sources.observations = observations;
    event_loop.sources.appliance_tasks =
        vec![ApplianceTask::start(faulty(event_loop.session.clock()), sender)];
    tokio::task::yield_now().await;
    event_loop.beat();
    event_loop.record(&Event::LinkChanged { role: Role::Primary, link: Link::Connected });
    assert_eq!(event_loop.update(Session::reconnect), 0);
    event_loop.record(&Event::LinkChanged { role: Role::Primary, link: Link::Connecting });
    assert_eq!(event_loop.update(Session::reconnect), 1);
}

#[tokio::test(start_paused = true)]
async fn a_connection_tried_again_reports_what_came_of_it_once() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    let session = &mut event_loop.session;
    let waiting = |session: &Session| {
        let (reason, retry_at) = ("refused".to_owned(), session.now() + Elapsed::from_secs(25));
        Event::LinkChanged { role: Role::Dr, link: Link::Waiting { reason, retry_at } }
    };
    let said = |session: &mut Session, event: &Event| {
        session.record(event);
        let notes = session.take_effects().into_iter().filter_map(|effect| match effect {
            Effect::Notify(message) => Some(message.text),
            _ => None,
        });
        notes.collect::<Vec<_>>()
    };
    session.record(&Event::LinkChanged { role: Role::Primary, link: Link::Connected });
    let event = waiting(session);
    assert!(said(session, &event).is_empty(), "nobody has asked for it");
    session.reconnect();
    assert!(said(session, &Event::LinkChanged { role: Role::Dr, link: Link::Connecting }).is_empty());
    let event = waiting(session);
    let [answer] = &said(session, &event)[..] else { panic!("no answer") };
    assert!(answer.ends_with("still does not answer; next try in 25 s"), "{answer}");
    assert!(said(session, &event).is_empty(), "it was answered");
    session.reconnect();
    let connected = Event::LinkChanged { role: Role::Dr, link: Link::Connected };
    assert!(said(session, &connected).concat().ends_with("is connected again"));
}

#[tokio::test(start_paused = true)]
async fn the_sign_off_writes_the_report_and_says_where_it_is() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    // Nothing was read of the primary.
    let typed = Some("leave unknown".to_owned());
    let message = event_loop.session.carry_out(Intent::SignOff { text: "done".to_owned(), typed }).unwrap();
    let folder = event_loop.recorder().folder().path().to_owned();
    assert!(message.text.contains(&folder.display().to_string()), "{}", message.text);
    let summary = std::fs::read_to_string(folder.join("summary.json")).unwrap();
    assert!(summary.contains("\"done\""), "the signature is in it");
}

#[tokio::test(start_paused = true)]
async fn reconnect_leaves_connected_appliances_alone() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    for role in [Role::Primary, Role::Dr] {
        event_loop.record(&Event::LinkChanged { role, link: Link::Connected });
    }
    assert_eq!(event_loop.update(Session::reconnect), 0);
    let reason = "refused".to_owned();
    event_loop.record(&Event::LinkChanged { role: Role::Dr, link: Link::Stopped { reason } });
    assert_eq!(event_loop.update(Session::reconnect), 1);
}

fn marker(marker: Marker) -> Event {
    let (stamp, arrival, raw) = (None, Arrival::Live, format!("{marker:?}"));
    Event::MarkerSeen { marker, line: LogCitation { offset: LogOffset(0), stamp, arrival, raw } }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_restore_and_of_the_test_write_the_summary() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    let summary = event_loop.recorder().folder().path().join("summary.json");
    for one in [Marker::DownloadStarted, Marker::DownloadComplete, Marker::NamespaceComplete] {
        event_loop.record(&marker(one));
        assert!(!summary.exists(), "{one:?}");
    }
    let user = event_loop.user();
    let over = Event::Attested {
        statement: Statement::TestOver,
        since: event_loop.now(),
        reason: String::new(),
        user,
        consent: None,
    };
    for event in [marker(Marker::RestoreSuccessful), over] {
        event_loop.record(&event);
        assert!(summary.exists(), "{event:?}");
        std::fs::remove_file(&summary).unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn the_counter_is_asked_for_once_a_minute_once_stage_1_is_over() {
    let home = tempfile::tempdir().unwrap();
    let (sender, readings) = std::sync::mpsc::channel();
    let mut event_loop = loop_in(&home).with_witness(Box::new(move |record, _, _| {
        if matches!(record.event, Event::CounterRead(_)) {
            sender.send(()).unwrap();
        }
    }));
    let mut beat = event_loop.session.clock().ticker(Duration::from_secs(1));
    let mut signals = Signals::listen().unwrap();
    for (over, times) in [(false, 20..=25), (true, 2..=3)] {
        if over {
            event_loop.record(&marker(Marker::DownloadStarted));
            event_loop.record(&marker(Marker::DownloadComplete));
        }
        let end = event_loop.now() + Elapsed::from_secs(120);
        while event_loop.now() < end {
            event_loop.turn(&mut beat, &mut signals).await;
        }
        let count = readings.try_iter().count();
        assert!(times.contains(&count), "stage 1 over: {over}; {count} readings");
    }
}

#[tokio::test(start_paused = true)]
async fn a_gap_at_the_end_begins_before_possible_repetitions_and_lines_recorded_late() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = following(&home).await;
    event_loop.sources.appliance_tasks.clear();
    event_loop.sources.observations = mpsc::channel(1).1;
    let log = |text: &str, arrival| {
        LoopEvent::Observed(Observation::Log { bytes: text.as_bytes().to_vec(), arrival })
    };
    power::fill(true);
    event_loop.handle(log("zero\n", Arrival::Live));
    let sure_at = event_loop.now();
    tokio::time::advance(Duration::from_secs(50)).await;
    power::fill(false);
    for line in ["one\n", "two\n"] {
        tokio::time::advance(Duration::from_secs(50)).await;
        event_loop.handle(log(line, Arrival::MayRepeat));
    }
    assert!(event_loop.run().log.last_at > Some(sure_at));
    event_loop.end(Ending::Quit);
    let (run, _) = Box::pin(event_loop.run_to_end(Signals::listen().unwrap())).await;
    assert_eq!(run.log.gaps.iter().map(|gap| gap.from).collect::<Vec<_>>(), [sure_at]);
}

/// A demo watched until its log is followed.
async fn following(home: &tempfile::TempDir) -> EventLoop {
    let mut event_loop = loop_in(home);
    let mut beat = event_loop.session.clock().ticker(Duration::from_secs(1));
    let mut signals = Signals::listen().unwrap();
    while event_loop.run().log.last_at.is_none() || !event_loop.run().log.followed {
        event_loop.turn(&mut beat, &mut signals).await;
    }
    event_loop
}

#[tokio::test(start_paused = true)]
async fn a_last_look_at_the_log_leaves_no_gap() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = following(&home).await;
    event_loop.end(Ending::Quit);
    let (run, _) = Box::pin(event_loop.run_to_end(Signals::listen().unwrap())).await;
    assert_eq!(run.log.gaps, []);
}

#[tokio::test(start_paused = true)]
async fn an_end_without_a_last_look_follows_a_gap_that_breaks_no_stretch() {
    for is_connected in [true, false] {
        let home = tempfile::tempdir().unwrap();
        let mut event_loop = following(&home).await;
        event_loop.sources.appliance_tasks.clear();
        if !is_connected {
            let link = Link::Stopped { reason: "refused".to_owned() };
            event_loop.record(&Event::LinkChanged { role: Role::Dr, link });
        }
        let last_line_at = event_loop.run().log.last_at.unwrap();
        tokio::time::advance(Duration::from_secs(100)).await;
        event_loop.end(Ending::Quit);
        let (run, _) = Box::pin(event_loop.run_to_end(Signals::listen().unwrap())).await;
        let [gap] = run.log.gaps.as_slice() else { panic!("{:?}", run.log.gaps) };
        assert_eq!((gap.offset, gap.reason.contains("not connected")), (run.log.end, !is_connected));
        assert_eq!(gap.from, last_line_at);
        assert!(gap.to.since(gap.from) >= Elapsed::from_secs(99), "{gap:?}");
        assert_eq!(run.log.one_stretch_from, LogOffset(0), "what is there goes on where it ends");
    }
}

#[tokio::test(start_paused = true)]
async fn an_export_names_its_files_or_the_reason_why_there_are_none() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    let folder = event_loop.recorder().folder().path().to_owned();
    let said = event_loop.carry_out_intent(Intent::Export).unwrap().text;
    assert!(said.contains(folder.to_str().unwrap()), "{said}");
    for file in crate::report::EXPORTS {
        assert!(said.contains(file) && folder.join(file).is_file(), "{said}");
    }
    std::fs::rename(&folder, home.path().join("elsewhere")).unwrap();
    let said = event_loop.carry_out_intent(Intent::Export).unwrap().text;
    assert!(said.starts_with("not written: ") && said.contains(folder.to_str().unwrap()), "{said}");
}

#[tokio::test(start_paused = true)]
async fn each_edit_of_a_note_is_a_record_of_its_own() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    event_loop.carry_out_intent(Intent::Note("link was donw".to_owned()));
    let note = event_loop.run().notes.last().unwrap().record;
    for text in ["link was down", "link was down for 5 s"] {
        let said = event_loop.carry_out_intent(Intent::EditNote { note, text: text.to_owned() });
        assert!(said.unwrap().text.contains("on record"));
    }
    let noted = &event_loop.run().notes.last().unwrap();
    assert_eq!((noted.text.as_str(), noted.edits.len()), ("link was down for 5 s", 2));
    let journal = std::fs::read_to_string(event_loop.recorder().folder().journal_path()).unwrap();
    assert!(
        journal.contains("link was donw") && journal.matches("\"note_edited\"").count() == 2,
        "{journal}"
    );
}

/// Both appliances connected, with these names.
fn meet(event_loop: &mut EventLoop, names: [&str; 2]) {
    for (role, name) in [Role::Primary, Role::Dr].into_iter().zip(names) {
        event_loop.record(&Event::LinkChanged { role, link: Link::Connected });
        let identity = Identity { hostname: Some(name.to_owned()), ..Identity::default() };
        event_loop.record(&Event::Identified { role, identity, raw: String::new() });
    }
}

#[tokio::test(start_paused = true)]
async fn an_action_that_no_task_takes_is_rejected_as_not_sent() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    meet(&mut event_loop, ["prod", "dr"]);
    event_loop.confirm_pair(&event_loop.present_pair(), None, None).unwrap();
    event_loop.sources.appliance_tasks.clear();
    let wish = ActionRequest { action: ActionKind::Pause, r#override: None, statement: None, typed: None };
    event_loop.act(wish).unwrap();
    let ActionState::Rejected { reason } = &event_loop.run().actions[0].state else { panic!() };
    assert!(reason.contains("nothing was sent"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn the_confirmation_of_the_pair_is_answered_with_what_is_on_record() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    meet(&mut event_loop, ["prod", "dr"]);
    let pair = Box::new(event_loop.present_pair());
    let intent = Intent::ConfirmPair { pair, reason: None, typed: "prod".to_owned() };
    let message = event_loop.session.carry_out(intent).unwrap();
    assert_eq!(message.text, "both appliances confirmed, on record");
    assert!(event_loop.run().is_pair_confirmed());
}

#[tokio::test(start_paused = true)]
async fn two_indistinct_appliances_are_confirmed_only_with_a_reason() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    meet(&mut event_loop, ["amnesiac", "amnesiac"]);
    for reason in [None, Some(""), Some(" \t")] {
        let refused =
            event_loop.confirm_pair(&event_loop.present_pair(), reason.map(str::to_owned), None).unwrap_err();
        assert!(refused.to_string().contains("state why"), "{reason:?}: {refused:?}");
        assert!(event_loop.run().confirmed.is_none());
    }
    event_loop.confirm_pair(&event_loop.present_pair(), Some("two racks".to_owned()), None).unwrap();
    assert!(event_loop.run().confirmed.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_pair_shown_before_another_machine_answered_is_not_confirmed() {
    let home = tempfile::tempdir().unwrap();
    let mut event_loop = loop_in(&home);
    meet(&mut event_loop, ["prod", "dr"]);
    let shown = event_loop.present_pair();
    let name = |role| shown.of(role).unwrap().hostname.as_deref();
    assert_eq!([Role::Primary, Role::Dr].map(name), [Some("prod"), Some("dr")]);
    meet(&mut event_loop, ["other", "dr"]);
    let refused = event_loop.confirm_pair(&shown, None, None).unwrap_err();
    assert!(refused.to_string().contains("another machine has answered meanwhile"), "{refused:?}");
    assert!(event_loop.run().confirmed.is_none());
}
