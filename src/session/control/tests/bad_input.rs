//! Appliances that answer control with what nobody wants to read: words no dialect knows, refusals,
//! errors, silence. Each comes out in words, and nothing is ever sent a second time.

use super::*;
use crate::{
    run::{Code, Ending, Known},
    simulator::{Anchor, Answers, Course as Grief, Effect, Fault, LineFault, Question},
};

fn answering(to: Question, with: &str) -> Fault {
    let answers = Answers { role: Role::Primary, to, with: with.to_owned() };
    Fault {
        from: Anchor::Start,
        after: 0,
        lasts: 86_400,
        times: 1,
        every: 0,
        effect: Effect::Answers(answers),
    }
}

fn befalling(line: &str, course: Grief) -> Scenario {
    let mut scenario = quick();
    scenario.line_fault.push(LineFault { role: Role::Primary, line: line.to_owned(), time: 1, course });
    scenario
}

async fn ready(scenario: Scenario) -> Watched {
    let mut watched = Watched::start(scenario, RunSettings::default());
    watched.ready().await;
    watched
}

fn open(watched: &Watched, code: Code) -> Option<String> {
    let mut open = watched.run().open_findings();
    open.find(|finding| finding.code == code).map(|finding| finding.text.clone())
}

fn reason(state: &ActionState) -> &str {
    match state {
        ActionState::Rejected { reason } | ActionState::Unknown { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_state_in_unknown_words_can_be_stated_and_control_stays_possible() {
    let mut scenario = quick();
    scenario.fault.push(answering(Question::ShowReplication, "Replication:  quiesced"));
    let mut watched = Watched::start(scenario, RunSettings::default());
    watched.until("the reading", |run| run.replication.state == Known::Unreadable).await;
    watched.until("both names", |run| run.dr.identity.is_some() && run.dr.link == Link::Connected).await;
    watched.event_loop.confirm_pair(&watched.event_loop.present_pair(), None, None).unwrap();
    assert!(open(&watched, Code::ReplicationUnreadable).unwrap().contains("state that"));
    let Authorization::Allowed { warnings, .. } = authorize(watched.run(), ActionKind::Pause) else {
        panic!("off")
    };
    assert!(warnings.iter().any(|words| words.contains("cannot be read back")), "{warnings:?}");

    let id = watched.act(ActionKind::Pause).await;
    let state = state_of(watched.run(), id).clone();
    assert!(matches!(state, ActionState::Unknown { .. }), "{state:?}");
    assert!(reason(&state).contains("not in words the dialect knows"), "{state:?}");
    watched.for_seconds(120).await;
    assert_eq!(watched.sent(Role::Primary, "no replication enable"), 1);
    assert!(open(&watched, Code::ActionUnknown).is_some());
    assert_eq!(watched.run().replication.raw, "Replication:  quiesced", "the raw answer is kept");

    let (since, user) = (watched.clock.now(), watched.event_loop.user());
    let reason = "seen in the web interface".to_owned();
    let statement = Statement::ReplicationPaused;
    watched.event_loop.record(&Event::Attested { statement, since, reason, user, consent: None });
    watched.for_seconds(60).await;
    assert_eq!((watched.run().replication.state, watched.run().replication.attested), (Known::Paused, true));
    assert_eq!(open(&watched, Code::ActionUnknown), None, "the statement has told");
    assert_eq!(watched.sent(Role::Primary, "no replication enable"), 1);
}

#[tokio::test(start_paused = true)]
async fn insufficient_permissions_are_quoted_from_the_appliance() {
    for (line, sent) in [("no replication enable", 1), ("configure terminal", 0), ("enable", 0)] {
        // The first `enable` there is that of the polls; that of the action is the second or later.
        let mut scenario = befalling(line, Grief::Refused("% Insufficient permissions".to_owned()));
        if line == "enable" {
            let again = |time| LineFault { time, ..scenario.line_fault[0].clone() };
            scenario.line_fault = (2..20).map(again).collect();
        }
        let mut watched = ready(scenario).await;
        let id = watched.act(ActionKind::Pause).await;
        let state = state_of(watched.run(), id).clone();
        assert!(matches!(state, ActionState::Rejected { .. }), "{line}: {state:?}");
        assert!(reason(&state).contains("Insufficient permissions"), "{line}: {state:?}");
        let finding = open(&watched, Code::ActionRejected).unwrap();
        assert!(finding.contains("Insufficient permissions") && finding.contains("ava-prod"), "{finding}");
        watched.for_seconds(120).await;
        assert_eq!(watched.sent(Role::Primary, "no replication enable"), sent, "{line}");
        assert_eq!(watched.run().replication.state, Known::Running);
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_text_of_any_form_is_shown_beside_the_reading() {
    for words in ["Internal error 37: no such node", "failed to connect, no process available"] {
        let mut watched = ready(befalling("no replication enable", Grief::Refused(words.to_owned()))).await;
        let id = watched.act(ActionKind::Pause).await;
        let state = state_of(watched.run(), id).clone();
        // Not in the form of a refusal: only the reading counts, and that may still change.
        assert!(matches!(state, ActionState::Unknown { .. }), "{state:?}");
        assert!(reason(&state).contains(words), "{state:?}");
        assert!(reason(&state).contains("reports that replication runs"), "{state:?}");
        let action = watched.run().actions.last().unwrap();
        assert!(action.answer.as_ref().unwrap().contains(words), "{action:?}");
        watched.for_seconds(120).await;
        assert_eq!(watched.sent(Role::Primary, "no replication enable"), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_carried_out_but_not_answered_is_confirmed_by_the_reading_that_follows() {
    let mut watched = ready(befalling("no replication enable", Grief::LostAfter(40))).await;
    let id = watched.act(ActionKind::Pause).await;
    assert_eq!(*state_of(watched.run(), id), ActionState::Confirmed);
    watched.for_seconds(120).await;
    assert_eq!(watched.sent(Role::Primary, "no replication enable"), 1);
    assert_eq!(open(&watched, Code::ReplicationChangedByOthers), None, "it was drwatch's own doing");
}

#[tokio::test(start_paused = true)]
async fn while_the_appliance_is_away_the_outcome_waits_and_at_the_end_it_is_unknown() {
    let mut watched = ready(befalling("no replication enable", Grief::LostAtReading(9_000))).await;
    let wish = watched.consenting(ActionKind::Pause);
    watched.event_loop.act(wish).unwrap();
    watched.for_seconds(900).await;
    let id = watched.run().actions.last().unwrap().id;
    assert!(!state_of(watched.run(), id).is_settled(), "{:?}", state_of(watched.run(), id));
    assert!(
        matches!(authorize(watched.run(), ActionKind::Pause), Authorization::Off { .. }),
        "nothing beside it"
    );
    assert!(open(&watched, Code::ApplianceLost).is_some());
    assert_eq!(watched.sent(Role::Primary, "no replication enable"), 1);
    let Watched { mut event_loop, world, signals, _runs, .. } = watched;
    event_loop.end(Ending::Quit);
    let (run, _) = Box::pin(event_loop.run_to_end(signals)).await;
    let state = state_of(&run, id);
    assert!(matches!(state, ActionState::Unknown { .. }), "{state:?}");
    assert!(reason(state).contains("drwatch ended before it could be read back"), "{state:?}");
    let sent = world.received().unwrap().into_iter().filter(|one| one.line == "no replication enable");
    assert_eq!(sent.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_read_only_watch_carries_no_action_out_whatever_consent_it_is_given() {
    let mut watched = Watched::start_as(quick(), RunSettings::default(), Access::ReadOnly);
    watched.ready().await;
    for action in [ActionKind::Pause, ActionKind::Resume, THREADS] {
        for statement in [None, Some(Statement::DeletedFilesNotRead)] {
            for reason in [None, Some("ordered")] {
                let r#override = reason.map(|reason| Override { reason: reason.to_owned() });
                let wish = ActionRequest { action, r#override, statement, typed: None };
                let refused = watched.event_loop.act(wish).unwrap_err();
                assert!(refused.to_string().contains("read-only"), "{refused:?}");
            }
        }
    }
    watched.for_seconds(60).await;
    assert_eq!(watched.changes(), []);
    assert!(watched.run().actions.is_empty(), "refusals are on record, requests are not");
}
