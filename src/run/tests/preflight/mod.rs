//! The pre-flight: its verdict, and when a recorded one goes stale. The questions stand apart.

mod questions;

use super::*;
use PreflightState::{Attention, Blocking, Info, Ok, Unknown};

fn plans() -> Vec<ActionPlan> {
    let plan = |action, certainty| ActionPlan { action, lines: vec!["words".to_owned()], certainty };
    vec![
        plan(ActionKind::Pause, Certainty::Inferred),
        plan(ActionKind::Resume, Certainty::Inferred),
        plan(ActionKind::SetThreads(ThreadCount(128)), Certainty::Procedure),
    ]
}

fn facts() -> PreflightFacts {
    PreflightFacts { disk_free: Some(ByteCount(50 << 30)), ask_past: true, plans: plans() }
}

fn without_record() -> PreflightFacts {
    PreflightFacts { ask_past: false, ..facts() }
}

fn judged(story: &Story, facts: &PreflightFacts) -> Preflight {
    preflight(&story.run, story.now, facts)
}

fn item_of(story: &Story, facts: &PreflightFacts, code: PreflightCode) -> PreflightItem {
    judged(story, facts).items.into_iter().find(|item| item.code == code).unwrap()
}

fn item(story: &Story, code: PreflightCode) -> PreflightItem {
    item_of(story, &facts(), code)
}

fn state(story: &Story, code: PreflightCode) -> PreflightState {
    item(story, code).state
}

fn verdict(story: &Story) -> PreflightVerdict {
    judged(story, &facts()).verdict
}

fn released(name: &str, release: &str) -> Identity {
    Identity { release: Some(release.to_owned()), ..identity(name, &format!("serial-{name}")) }
}

/// The appliance is this one, and always was.
fn identify(story: &mut Story, role: Role, identity: Identity) {
    story.run.appliance_mut(role).expected = None;
    story.tell(Event::Identified { role, identity, raw: String::new() });
}

/// Readings of all that is polled.
fn polled(story: &mut Story, state: ReplicationState) {
    story.service_stopped();
    story.service(Role::Primary, ServiceState::Running("running".to_owned()));
    story.replication(state);
    story.threads(128);
    story.counter(10_412);
}

/// All that the procedure asks for before the service is started.
fn ready() -> Story {
    let mut story = Story::connected();
    identify(&mut story, Role::Primary, released("prod", "4.2.0"));
    identify(&mut story, Role::Dr, released("dr", "4.2.0"));
    story.chunk(LogTally { lines: LineCount(10), info: LineCount(8), ..LogTally::default() });
    for role in [Role::Primary, Role::Dr] {
        story.tell(Event::ClockOffset { role, seconds: 1 });
        story.tell(Event::BucketNamed { role, answer: answer(Reading::Known("ava400-ks".to_owned())) });
    }
    polled(&mut story, ReplicationState::Running);
    story.wait(5);
    story.act(ActionKind::Pause);
    story.listing(1331, 1331, ListingCause::Paused);
    polled(&mut story, ReplicationState::Paused);
    story.tell(Event::BaselineTaken { user: "eng".to_owned() });
    story
}

#[test]
fn all_prepared_is_a_go_and_each_item_is_there_once() {
    let story = ready();
    let judged = judged(&story, &facts());
    let not_ok: Vec<_> = judged.items.iter().filter(|item| item.state != Ok).collect();
    // The command that resumes cannot have been confirmed yet, and is not needed yet.
    let not_ok: Vec<_> = not_ok.iter().map(|item| (item.code, item.state)).collect();
    assert_eq!(not_ok, [(PreflightCode::CommandsVerified, Info)]);
    assert_eq!(judged.verdict, PreflightVerdict::Go);
    assert!(judged.items.is_sorted_by_key(|item| item.code) && judged.items.len() == 16);
    assert_eq!(judged.at, story.now);
}

#[test]
fn a_run_of_which_nothing_is_known_is_a_no_go_for_what_must_be_known() {
    let story = Story::new();
    let judged = judged(&story, &PreflightFacts { ask_past: true, ..PreflightFacts::default() });
    assert_eq!(judged.verdict, PreflightVerdict::NoGo);
    assert!(judged.items.iter().all(|item| item.state != Ok && item.state != Blocking), "{judged:#?}");
    let forbidding: Vec<_> =
        judged.items.iter().filter(|item| item.forbids()).map(|item| item.code).collect();
    assert!(forbidding.iter().all(|code| code.must_be_known()) && forbidding.len() == 5);
}

#[test]
fn questions_about_the_past_are_unknown_without_a_record_and_do_not_weigh() {
    let mut story = Story::connected();
    polled(&mut story, ReplicationState::Paused);
    let judged = judged(&story, &without_record());
    let past = [
        PreflightCode::ListedAfterPause,
        PreflightCode::BaselineBeforeService,
        PreflightCode::CommandsVerified,
    ];
    for code in past {
        let item = judged.items.iter().find(|item| item.code == code).unwrap();
        assert_eq!(item.state, Unknown, "{code:?}");
    }
    assert_eq!(judged.verdict, PreflightVerdict::Go);
    let paused = item_of(&story, &without_record(), PreflightCode::ReplicationPaused);
    assert!(paused.state == Ok && paused.text.contains("since when is not known"), "{paused:?}");
    let identities = item_of(&story, &without_record(), PreflightCode::Identities);
    assert_eq!(identities.state, Ok, "names are confirmed within a run");
}

#[test]
fn the_verdict_is_in_the_record_and_in_the_summary() {
    let mut story = ready();
    let summary = |story: &Story| serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    assert_eq!(summary(&story)["preflight"], serde_json::Value::Null);
    let judged = judged(&story, &facts());
    let record = story.tell(judged.clone().into_event());
    let kept = story.run.preflight.clone().unwrap();
    assert_eq!((kept.verdict, kept.record, kept.items), (judged.verdict, record, judged.items));
    let exported = summary(&story);
    assert_eq!(exported["preflight"]["verdict"], "go");
    assert_eq!(exported["preflight"]["stale_since"], serde_json::Value::Null);
    assert_eq!(exported["preflight"]["items"][0]["code"], "primary-reachable");
    assert_eq!(exported["preflight"]["items"][0]["state"], "ok");
    let line = serde_json::to_value(story.records.last().unwrap()).unwrap();
    assert_eq!((&line["kind"], &line["verdict"]), (&"preflight_judged".into(), &"go".into()));
}

#[test]
fn a_recorded_verdict_goes_stale_when_what_it_rests_on_changes() {
    let changes: [fn(&mut Story); 12] = [
        |story| {
            story.replication(ReplicationState::Running);
        },
        |story| {
            story.listing(1331, 1331, ListingCause::Asked);
        },
        |story| {
            story.threads(16);
        },
        |story| {
            story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Connecting });
        },
        |story| identify(story, Role::Dr, identity("other", "serial-other")),
        |story| {
            story.service(Role::Primary, ServiceState::Stopped);
        },
        |story| {
            story.tell(Event::ClockOffset { role: Role::Dr, seconds: 500 });
        },
        |story| {
            story.attest(Statement::ReplicationRunning);
        },
        |story| {
            story.counter(10_500);
            story.tell(Event::BaselineTaken { user: "eng".to_owned() });
        },
        |story| {
            let reading = Reading::Known("another".to_owned());
            story.tell(Event::BucketNamed { role: Role::Dr, answer: answer(reading) });
        },
        |story| {
            story.tell(Event::BucketNamed { role: Role::Dr, answer: answer(Reading::Unreadable) });
        },
        |story| identify(story, Role::Primary, Identity { serial: None, ..released("prod", "4.2.0") }),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut story = ready();
        let judged = judged(&story, &facts()).into_event();
        let record = story.tell(judged);
        story.wait(5);
        change(&mut story);
        let stale = story.run.preflight.as_ref().unwrap().stale_since;
        assert!(stale.is_some_and(|stale| stale > record), "change {index}");
        let (again, first) = (preflight(&story.run, story.now, &facts()).into_event(), stale);
        polled(&mut story, ReplicationState::Running);
        assert_eq!(story.run.preflight.as_ref().unwrap().stale_since, first, "the first change counts");
        story.tell(again);
        assert_eq!(story.run.preflight.as_ref().unwrap().stale_since, None, "judged anew");
    }
}

#[test]
fn the_same_readings_again_and_the_start_itself_leave_the_verdict_as_it_is() {
    let mut story = ready();
    let judged = judged(&story, &facts()).into_event();
    story.tell(judged);
    for _ in 0..3 {
        story.wait(15);
        polled(&mut story, ReplicationState::Paused);
        let identity = released("dr", "4.2.0");
        identify(&mut story, Role::Dr, identity);
    }
    story.service(Role::Dr, ServiceState::Busy("initializing".to_owned()));
    story.service_runs();
    story.polls(5, &[10_500, 10_600, 10_700]);
    assert_eq!(story.run.phase(), Phase::Stage1);
    story.threads(16);
    story.replication(ReplicationState::Running);
    assert_eq!(story.run.preflight.unwrap().stale_since, None);
}

#[test]
fn a_flood_of_items_stays_bounded() {
    let mut story = Story::new();
    let item = item(&story, PreflightCode::DiskSpace);
    story.tell(Event::PreflightJudged { verdict: PreflightVerdict::NoGo, items: vec![item; 5000] });
    assert_eq!(story.run.preflight.unwrap().items.len(), 64);
}
