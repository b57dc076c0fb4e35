//! Notices go out once an edge, bounded in number and time.

use super::*;
use crate::run::{
    Arrival, Elapsed, Event, LogCitation, LogOffset, Marker, Record, RunSettings, Started, Statement,
    TimerEvent, apply,
};

fn run() -> Run {
    let settings = RunSettings { pause_budget: Some(Elapsed::from_secs(100)), ..RunSettings::default() };
    let started = Started {
        format: crate::run::FORMAT,
        run: RunId("20260302T080000Z-abcdef".to_owned()),
        demo: true,
        program: "0.1.0".to_owned(),
        recorder: "eng@laptop".to_owned(),
        primary: Some("prod".to_owned()),
        dr: Some("dr".to_owned()),
        imported: None,
        read_only: false,
        settings,
        dialect: String::new(),
        log: None,
        known_roles: Vec::new(),
        history: Vec::new(),
    };
    let event = Event::RunStarted(Box::new(started));
    Run::start(&Record { seq: Sequence(0), at: now(), event }).unwrap()
}

fn now() -> Timestamp {
    Timestamp::new(chrono::DateTime::from_timestamp(1_772_438_400, 0).unwrap())
}

fn tell(run: &mut Run, event: Event) {
    apply(run, &Record { seq: run.last.next(), at: now(), event });
}

fn head() -> JournalHead {
    JournalHead { records: 7, head: "ab".repeat(32) }
}

fn line(raw: &str) -> LogCitation {
    LogCitation { offset: LogOffset(0), stamp: None, arrival: Arrival::Live, raw: raw.to_owned() }
}

fn kinds(edges: &mut Edges, run: &Run) -> Vec<Kind> {
    edges.since(run, now()).into_iter().map(|notice| notice.event).collect()
}

#[test]
fn each_edge_gives_one_notice() {
    let mut run = run();
    let mut edges = Edges::of(&run);
    assert_eq!(kinds(&mut edges, &run), []);
    let attested = |statement| Event::Attested {
        statement,
        since: now(),
        reason: "r".to_owned(),
        user: "eng".to_owned(),
        consent: None,
    };
    for (event, expected) in [
        (
            Event::MarkerSeen { marker: Marker::DownloadStarted, line: line("started") },
            Some(Kind::PhaseEnded),
        ),
        (Event::Due(TimerEvent::Stalled), Some(Kind::Stalled)),
        (Event::Due(TimerEvent::Stalled), None),
        (attested(Statement::ReplicationPaused), None),
        (Event::Due(TimerEvent::BudgetUsed { percent: 50 }), Some(Kind::Budget)),
        (Event::Due(TimerEvent::BudgetUsed { percent: 50 }), None),
        (Event::Due(TimerEvent::BudgetUsed { percent: 80 }), Some(Kind::Budget)),
        (Event::Due(TimerEvent::Lost { role: Role::Dr }), Some(Kind::LostAppliance)),
        (Event::Due(TimerEvent::Lost { role: Role::Dr }), None),
        (Event::AlarmSeen { alarm: "full".to_owned(), line: line("disk full") }, Some(Kind::Alarm)),
        (Event::AlarmSeen { alarm: "full".to_owned(), line: line("disk full") }, None),
        (Event::AlarmSeen { alarm: "cloud".to_owned(), line: line("cloud away") }, Some(Kind::Alarm)),
    ] {
        tell(&mut run, event.clone());
        assert_eq!(kinds(&mut edges, &run), expected.into_iter().collect::<Vec<_>>(), "{event:?}");
    }
}

#[test]
fn a_stage_that_the_test_has_ended_is_not_reported_as_over() {
    for statement in [Statement::TestOver, Statement::RestoreFailed] {
        let mut run = run();
        tell(&mut run, Event::MarkerSeen { marker: Marker::DownloadStarted, line: line("begun") });
        let mut edges = Edges::of(&run);
        let (since, reason, user) = (now(), "r".to_owned(), "eng".to_owned());
        tell(&mut run, Event::Attested { statement, since, reason, user, consent: None });
        let notices = edges.since(&run, now());
        let ended = notices.iter().find(|notice| notice.event == Kind::PhaseEnded).unwrap();
        assert_eq!(ended.text, "The test has ended within stage-1, before that was complete.");
    }
}

#[test]
fn the_end_of_stage_2_is_told_as_a_restore_and_never_as_a_use() {
    let attested = |statement| {
        let (since, reason, user) = (now(), "r".to_owned(), "eng".to_owned());
        Event::Attested { statement, since, reason, user, consent: None }
    };
    let logged = |marker| Event::MarkerSeen { marker, line: line("final") };
    for (ends, expected) in [
        (
            vec![logged(Marker::NamespaceComplete), logged(Marker::RestoreSuccessful)],
            "The phase stage-2 is over; the namespace is restored.",
        ),
        (
            vec![attested(Statement::NamespaceOver)],
            "The phase stage-2 is over; the namespace is restored, as stated.",
        ),
    ] {
        let mut run = run();
        tell(&mut run, logged(Marker::DownloadStarted));
        tell(&mut run, logged(Marker::DownloadComplete));
        let mut edges = Edges::of(&run);
        for event in ends {
            tell(&mut run, event);
        }
        let notices = edges.since(&run, now());
        let ended = notices.iter().find(|notice| notice.event == Kind::PhaseEnded).unwrap();
        assert_eq!(ended.text, expected);
    }
}

#[test]
fn what_was_over_and_comes_again_gives_another_notice() {
    let mut run = run();
    let mut edges = Edges::of(&run);
    let lost = Event::Due(TimerEvent::Lost { role: Role::Primary });
    for told in [vec![Kind::LostAppliance], Vec::new()] {
        tell(&mut run, lost.clone());
        assert_eq!(kinds(&mut edges, &run), told);
    }
    tell(&mut run, Event::LinkChanged { role: Role::Primary, link: crate::run::Link::Connected });
    assert_eq!(kinds(&mut edges, &run), [], "that it is back is no notice");
    tell(&mut run, lost);
    assert_eq!(kinds(&mut edges, &run), [Kind::LostAppliance]);
}

#[test]
fn what_an_interrupted_run_knew_already_gives_no_notice() {
    let mut run = run();
    tell(&mut run, Event::MarkerSeen { marker: Marker::DownloadStarted, line: line("started") });
    tell(&mut run, Event::AlarmSeen { alarm: "full".to_owned(), line: line("disk full") });
    assert_eq!(kinds(&mut Edges::of(&run), &run), []);
}

#[tokio::test]
async fn a_command_gets_the_event_as_one_line_of_json_and_no_shell_reads_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("given; touch x");
    let command = vec!["tee".to_owned(), file.display().to_string()];
    let mut run = run();
    let mut notifier = Notifier::new(NoticeSettings { bell: true, command: Some(command) }, &run);
    assert_eq!(notifier.due(&run, now()), [], "nothing has happened");
    tell(&mut run, Event::Due(TimerEvent::Lost { role: Role::Dr }));
    let notices = notifier.due(&run, now());
    notifier.send(&notices, &head());
    let mut text = String::new();
    while !text.ends_with('\n') {
        tokio::time::sleep(Duration::from_millis(5)).await;
        text = std::fs::read_to_string(&file).unwrap_or_default();
    }
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&value["schema"], &value["event"]), (&SCHEMA.into(), &"lost-appliance".into()));
    assert_eq!(value["phase"], "prepare");
    assert!(value["text"].as_str().unwrap().contains("DR appliance"), "{value}");
    assert_eq!(value["head"], serde_json::json!({"records": 7, "sha256": "ab".repeat(32)}));
    assert_eq!(text.lines().count(), 1);
}

#[tokio::test]
async fn a_command_that_fails_or_is_missing_is_reported() {
    for (command, reason) in [("/nonexistent/program", "cannot be run"), ("false", "ended with")] {
        let error = run_command(&[command.to_owned()], b"{}".to_vec()).await.unwrap_err();
        assert!(error.to_string().contains(reason) && error.to_string().contains(command), "{error}");
    }
}

#[tokio::test]
async fn the_trial_of_a_command_has_the_keys_of_a_notice_and_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("given");
    let command = ["tee".to_owned(), file.display().to_string()];
    crate::session::notices::trial::try_command(&command, now()).await.unwrap();
    let given: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let run = run();
    let notice = Notice::new(&run, now(), Kind::Started, String::new());
    let sent = Sent { notice: &notice, head: SentHead { records: 0, sha256: "" } };
    let sent = serde_json::to_value(&sent).unwrap();
    assert_eq!(
        given.as_object().unwrap().keys().collect::<Vec<_>>(),
        sent.as_object().unwrap().keys().collect::<Vec<_>>()
    );
    assert_eq!(
        (&given["schema"], &given["event"], &given["run"]),
        (&SCHEMA.into(), &"test".into(), &serde_json::Value::Null)
    );
    assert!(given["text"].as_str().unwrap().contains("test of the notice command"));
}

#[tokio::test]
async fn a_head_is_on_record_once_the_command_took_it_and_not_where_it_failed() {
    let run = run();
    let given = |command: &str| NoticeSettings { bell: true, command: Some(vec![command.to_owned()]) };
    let mut notifier = Notifier::new(given("true"), &run);
    notifier.begin(&run, now());
    notifier.send_start(&run, &head());
    assert_eq!(notifier.results(), [], "the command has not ended");
    while !notifier.commands.is_empty() {
        notifier.commands.join_next().await;
    }
    let taken = Event::HeadSent { notice: "started".to_owned(), records: 7, sha256: "ab".repeat(32) };
    assert_eq!(notifier.results(), [Ok(taken)]);
    let mut notifier = Notifier::new(given("false"), &run);
    notifier.begin(&run, now());
    notifier.send_start(&run, &head());
    notifier.commands.join_next().await;
    assert!(matches!(notifier.results().as_slice(), [Err(reason)] if reason.contains("ended with")));
}

#[tokio::test(start_paused = true)]
async fn a_command_that_hangs_is_ended() {
    let error = run_command(&["sleep".to_owned(), "1000".to_owned()], b"{}".to_vec()).await.unwrap_err();
    assert!(error.to_string().contains("longer than 30 s"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_events_is_bounded() {
    let mut run = run();
    let command = vec!["sleep".to_owned(), "1000".to_owned()];
    let settings = NoticeSettings { bell: false, command: Some(command) };
    let mut notifier = Notifier::new(settings, &run);
    tell(&mut run, Event::Due(TimerEvent::Lost { role: Role::Dr }));
    let notices = notifier.due(&run, now());
    assert!(!notifier.rings(), "the bell is off");
    for _ in 0..200 {
        notifier.send(&notices, &head());
    }
    let dropped = 200 - MAX_PENDING;
    let results = notifier.results();
    assert_eq!(results, [Err(format!("{dropped} notices were given up: too many commands wait already"))]);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(notifier.places.available_permits(), 0, "no more than {MAX_RUNNING} run");
}

/// A notifier whose command appends what it gets to the file.
fn appending(file: &std::path::Path, run: &Run) -> Notifier {
    let command = vec!["tee".to_owned(), "-a".to_owned(), file.display().to_string()];
    Notifier::new(NoticeSettings { bell: true, command: Some(command) }, run)
}

#[tokio::test]
async fn the_start_and_the_end_are_sent_with_the_head_and_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("given");
    let mut run = run();
    let mut notifier = appending(&file, &run);
    notifier.begin(&run, now());
    notifier.send_start(&run, &head());
    assert_eq!(notifier.wait_for_commands().await, [""; 0]);
    tell(&mut run, Event::Due(TimerEvent::Lost { role: Role::Dr }));
    notifier.begin(&run, now());
    notifier.send_start(&run, &head());
    assert_eq!(notifier.wait_for_commands().await, [""; 0]);
    notifier.send_end(&run, now(), &head());
    assert_eq!(notifier.wait_for_commands().await, [""; 0]);
    let text = std::fs::read_to_string(&file).unwrap();
    let given: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<_> = given.iter().map(|notice| notice["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["started", "started", "ended"]);
    assert!(given[0]["text"].as_str().unwrap().contains("has begun"), "{text}");
    assert!(given[1]["text"].as_str().unwrap().contains("goes on"), "{text}");
    assert!(given.iter().all(|notice| notice["head"]["records"] == 7), "{text}");
}

/// A watch over ssh, of which neither appliance has answered yet.
fn over_ssh() -> Run {
    let mut run = run();
    run.started.demo = false;
    run
}

fn identified(run: &mut Run, role: Role, simulated: bool) {
    let identity = crate::run::Identity {
        hostname: Some(format!("ava-{role:?}")),
        simulated,
        ..crate::run::Identity::default()
    };
    tell(run, Event::Identified { role, identity, raw: String::new() });
}

#[tokio::test]
async fn the_start_waits_until_it_is_known_whether_it_is_that_of_a_rehearsal_but_not_for_long() {
    let given = |run: &Run| NoticeSettings { bell: true, command: Some(vec![run.started.run.0.clone()]) };
    let mut run = over_ssh();
    let mut notifier = Notifier::new(given(&run), &run);
    assert!(!notifier.is_start_due(&run, now()), "it has not begun");
    notifier.begin(&run, now());
    let later = |seconds| now() + Elapsed::from_secs(seconds);
    assert!(!notifier.is_start_due(&run, later(29)) && notifier.is_start_due(&run, later(30)));
    assert_eq!(Notice::new(&run, now(), Kind::Started, String::new()).simulated, None, "unknown is unknown");
    identified(&mut run, Role::Dr, false);
    assert!(!notifier.is_start_due(&run, now()), "the other one may be simulated");
    let mut real = run.clone();
    identified(&mut real, Role::Primary, false);
    identified(&mut run, Role::Primary, true);
    for (run, simulated) in [(&real, false), (&run, true)] {
        assert!(notifier.is_start_due(run, now()));
        assert_eq!(Notice::new(run, now(), Kind::Started, String::new()).simulated, Some(simulated));
    }
    notifier.send_start(&run, &head());
    assert!(!notifier.is_start_due(&run, later(60)) && !notifier.has_start(), "it is sent once");
}

#[tokio::test(start_paused = true)]
async fn at_the_end_a_command_that_hangs_is_waited_for_ten_seconds() {
    let run = run();
    let command = vec!["sleep".to_owned(), "1000".to_owned()];
    let mut notifier = Notifier::new(NoticeSettings { bell: true, command: Some(command) }, &run);
    notifier.send_end(&run, now(), &head());
    let failures = notifier.wait_for_commands().await;
    assert_eq!(failures, ["the notice command still runs 10 s after the end, and is ended"]);
    let mut without = Notifier::new(NoticeSettings { bell: true, command: None }, &run);
    without.send_end(&run, now(), &head());
    assert_eq!(without.wait_for_commands().await, [""; 0]);
}
