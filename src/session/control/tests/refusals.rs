//! What is refused: nothing is sent, and the record says what was wanted and why it was not done.

use super::*;
use crate::run::{Arrival, Code, LogCitation, LogOffset, Overruled};
use crate::session::record::identity::LocalIdentity;

/// A wish with no consent beyond the typed name.
const fn bare(action: ActionKind) -> ActionRequest {
    ActionRequest { action, r#override: None, statement: None, typed: None }
}

/// Opens a hole in the record with an event too long for any journal; the next beat closes it. Until then no
/// request can be put on disk.
fn open_hole(watched: &mut Watched) {
    let (text, user) = ("x".repeat(2 << 20), watched.event_loop.user());
    watched.event_loop.record(&Event::Noted { text, user, line: None });
}

#[tokio::test(start_paused = true)]
async fn an_action_whose_request_is_not_on_disk_is_not_sent() {
    let mut watched = Watched::start(quick(), RunSettings::default());
    watched.ready().await;
    open_hole(&mut watched);
    let refused = watched.event_loop.act(bare(ActionKind::Pause)).unwrap_err();
    assert!(refused.to_string().contains("could not be written to disk"), "{refused:?}");
    watched.for_seconds(60).await;
    assert_eq!(watched.changes(), [], "nothing was sent");
    assert!(watched.run().actions.is_empty());
    // With the hole closed the same wish is carried out.
    assert_eq!(watched.act(ActionKind::Pause).await, ActionId(1));
    assert_eq!(watched.sent(Role::Primary, "no replication enable"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_confirmation_that_is_not_on_disk_turns_no_control_on() {
    let mut watched = Watched::start(quick(), RunSettings::default());
    watched.until("both", |run| run.primary.identity.is_some() && run.dr.identity.is_some()).await;
    watched.until("links", |run| [&run.primary, &run.dr].iter().all(|one| one.link == Link::Connected)).await;
    open_hole(&mut watched);
    let refused =
        watched.event_loop.confirm_pair(&watched.event_loop.present_pair(), None, None).unwrap_err();
    assert!(refused.to_string().contains("could not be written to disk"), "{refused:?}");
    assert_eq!(authorize(watched.run(), ActionKind::Pause), Authorization::NeedsConfirmation);
}

#[tokio::test(start_paused = true)]
async fn a_refused_action_is_on_record_with_who_wanted_it_and_why_not() {
    let mut watched = Watched::start(quick(), RunSettings::default());
    watched.until("a reading", |run| run.replication.verified_at.is_some()).await;
    watched.until("the other", |run| run.dr.link == Link::Connected && run.dr.identity.is_some()).await;
    let user = watched.event_loop.user();
    for action in [ActionKind::Pause, ActionKind::Resume, THREADS] {
        let refused = watched.event_loop.act(bare(action)).unwrap_err();
        // Nobody is asked to confirm the pair for a resume of what runs.
        let why = if action == ActionKind::Resume { "already runs" } else { "confirmed first" };
        assert!(refused.to_string().contains(why), "{refused:?}");
        let last = recorded(&mut watched).pop().unwrap().event;
        assert_eq!(last, Event::ActionRefused { action, reason: refused.to_string(), user: user.clone() });
    }
}

#[tokio::test(start_paused = true)]
async fn an_override_without_a_reason_is_refused() {
    let mut watched = Watched::start(quick(), RunSettings::default());
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    for reason in ["", " ", "\t\n"] {
        let r#override = Some(Override { reason: reason.to_owned() });
        let refused =
            watched.event_loop.act(ActionRequest { r#override, ..bare(ActionKind::Resume) }).unwrap_err();
        assert!(
            refused.to_string().contains("The policy of this run is \"resume: only after the test\""),
            "{reason:?}: {refused:?}"
        );
    }
    watched.for_seconds(30).await;
    assert_eq!(watched.sent(Role::Primary, "replication enable"), 0);
    assert!(
        watched.event_loop.act(watched.consenting(ActionKind::Resume)).is_ok(),
        "with a reason it is carried out"
    );
}

#[tokio::test(start_paused = true)]
async fn the_statement_a_resume_takes_is_on_record_before_its_request() {
    let resume_policy = crate::run::ResumePolicy::ResumeAfterStage1;
    let mut watched = Watched::start(quick(), RunSettings { resume_policy, ..RunSettings::default() });
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    watched.go_to(Phase::InUse).await;
    let from = watched.run().last;
    watched.act(ActionKind::Resume).await;
    let user = watched.event_loop.user();
    let told: Vec<_> = recorded(&mut watched)
        .into_iter()
        .filter(|record| record.seq > from)
        .filter_map(|record| match record.event {
            Event::Attested { statement, user: by, .. } if by == user => Some(Some(statement)),
            Event::ActionRequested { .. } => Some(None),
            _ => None,
        })
        .collect();
    assert_eq!(told, [Some(Statement::DeletedFilesNotRead), None]);
}

#[tokio::test(start_paused = true)]
async fn a_resume_over_an_alarm_is_recorded_with_what_it_went_against() {
    let mut watched = Watched::start(quick(), RunSettings::default());
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    let line = LogCitation {
        offset: LogOffset(0),
        stamp: None,
        arrival: Arrival::Live,
        raw: "rfsd[1]: [x.ERR] bad".to_owned(),
    };
    let alarm = "cloud bucket inconsistent".to_owned();
    watched.event_loop.record(&Event::AlarmSeen { alarm, line });
    let typed = Some("resume against the policy".to_owned());
    let wish = ActionRequest { typed, ..watched.consenting(ActionKind::Resume) };
    let from = watched.run().last;
    watched.event_loop.act(wish).unwrap();
    let consent = recorded(&mut watched).into_iter().find_map(|record| match record.event {
        Event::ActionRequested { consent, .. } if record.seq > from => consent,
        _ => None,
    });
    let consent = consent.unwrap();
    assert_eq!((consent.overruled, consent.overruled.phrase()), (Overruled::Alarm, None));
    assert!(consent.shown.contains("cloud bucket inconsistent"), "{consent:?}");
    let [given] = watched.run().consents.as_slice() else { panic!("{:?}", watched.run().consents) };
    assert_eq!(given.typed, "resume against the policy");
    assert_eq!(given.reason.as_deref(), Some("ordered by the head of operations"));
}

#[tokio::test(start_paused = true)]
async fn a_resume_over_an_alarm_takes_who_agreed_to_it() {
    let mut watched = Watched::start(quick(), RunSettings::default());
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    watched.go_to(Phase::Ended).await;
    let raw = "[cloud.ERR] the cloud bucket inconsistent alarm is raised".to_owned();
    let line = LogCitation { offset: LogOffset(0), stamp: None, arrival: Arrival::Live, raw };
    watched.event_loop.record(&Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line });
    let typed = Some("ava-prod".to_owned());
    let alone = ActionRequest { typed: typed.clone(), ..bare(ActionKind::Resume) };
    let refused = watched.event_loop.act(alone).unwrap_err();
    assert!(refused.to_string().contains("who at the vendor agreed"), "{refused:?}");
    let r#override = Some(Override { reason: "Jo Field of the vendor".to_owned() });
    let agreed = ActionRequest { r#override, typed, ..bare(ActionKind::Resume) };
    watched.event_loop.act(agreed).unwrap();
    let [given] = watched.run().consents.as_slice() else { panic!("{:?}", watched.run().consents) };
    assert_eq!((given.reason.as_deref(), given.typed.as_str()), (Some("Jo Field of the vendor"), "ava-prod"));
    let is_overridden = watched.run().findings.iter().any(|finding| finding.code == Code::PolicyOverridden);
    assert!(!is_overridden, "the policy allows it");
}

#[tokio::test(start_paused = true)]
async fn another_statement_than_the_one_asked_for_is_no_consent() {
    let resume_policy = crate::run::ResumePolicy::ResumeAfterStage1;
    let mut watched = Watched::start(quick(), RunSettings { resume_policy, ..RunSettings::default() });
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    watched.go_to(Phase::InUse).await;
    let wrong = ActionRequest { statement: Some(Statement::TestOver), ..bare(ActionKind::Resume) };
    let refused = watched.event_loop.act(wrong).unwrap_err();
    assert!(refused.to_string().contains("statement that this takes"), "{refused:?}");
    watched.for_seconds(30).await;
    assert_eq!(watched.sent(Role::Primary, "replication enable"), 0);
}

#[tokio::test(start_paused = true)]
async fn an_action_is_requested_in_the_name_of_the_local_user() {
    let mut watched = Watched::start(quick(), RunSettings::default());
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    let requested = recorded(&mut watched).into_iter().find_map(|record| match record.event {
        Event::ActionRequested { user, .. } => Some(user),
        _ => None,
    });
    assert_eq!(requested, Some(LocalIdentity::of_this_process().user));
}
