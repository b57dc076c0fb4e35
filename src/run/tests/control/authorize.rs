//! When an action may be taken, and what consent it takes.

use super::*;
use ActionKind::{Pause, Resume, SetThreads};

#[test]
fn nothing_may_be_done_before_both_have_told_who_they_are_and_the_names_are_confirmed() {
    let mut story = Story::new();
    assert!(off(&story, Pause).contains("not connected"));
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connected });
    assert!(off(&story, Pause).contains("has not shown its name"));
    for (role, name) in [(Role::Primary, "prod"), (Role::Dr, "dr")] {
        assert!(off(&story, Pause).contains("has not shown its name"));
        story.tell(Event::Identified { role, identity: identity(name, name), raw: String::new() });
    }
    assert_eq!(authorize(&story.run, Pause), Authorization::NeedsConfirmation);
    assert!(off(&story, SetThreads(ThreadCount(128))).contains("not connected"));
    let (primary, dr, user) = ("prod".to_owned(), "else".to_owned(), "eng".to_owned());
    let mut other = Box::new(story.run.present_pair());
    other.dr = Some(identity("else", "dr"));
    story.tell(Event::NamesConfirmed {
        primary: primary.clone(),
        dr,
        identities: other,
        reason: None,
        user: user.clone(),
        typed: None,
    });
    assert_eq!(authorize(&story.run, Pause), Authorization::NeedsConfirmation, "another name was confirmed");
    story.tell(Event::NamesConfirmed {
        primary,
        dr: "dr".to_owned(),
        identities: Box::new(story.run.present_pair()),
        reason: None,
        user,
        typed: None,
    });
    assert!(!allowed(&story, Pause).is_empty());
}

#[test]
fn read_only_ended_and_busy_runs_take_no_action() {
    let mut story = Story::with(|started| started.read_only = true);
    story.meet();
    assert!(off(&story, Pause).contains("read-only"));
    let mut story = Story::connected();
    story.request(Pause, None);
    assert!(off(&story, SetThreads(ThreadCount(64))).contains("pause replication"));
    let mut story = Story::connected();
    story.tell(Event::RunEnded(Ending::Quit));
    assert!(off(&story, Pause).contains("ended"));
}

#[test]
fn consent_lapses_where_the_run_has_moved_on() {
    let asked = |story: &mut Story, action| story.request(action, None);
    let mut story = Story::connected();
    let id = asked(&mut story, Pause);
    assert_eq!(consent_lapsed(&story.run, id), None);
    story.tell(Event::Identified {
        role: Role::Primary,
        identity: identity("prod", "new"),
        raw: String::new(),
    });
    assert!(consent_lapsed(&story.run, id).is_some(), "another machine");

    let mut story = Story::connected();
    story.replication(ReplicationState::Running);
    let id = asked(&mut story, Pause);
    story.replication(ReplicationState::Paused);
    assert!(consent_lapsed(&story.run, id).unwrap().contains("already paused"));

    let mut story = Story::ended();
    story.replication(ReplicationState::Paused);
    story.wait(61);
    let id = asked(&mut story, Resume);
    assert_eq!(consent_lapsed(&story.run, id), None);
    story.settle(id, ActionState::Confirmed);
    assert!(consent_lapsed(&story.run, id).is_some(), "settled already");

    let mut story = Story::in_stage_1();
    story.replication(ReplicationState::Paused);
    let id = asked(&mut story, Resume);
    assert!(consent_lapsed(&story.run, id).unwrap().contains("policy"), "locked, and not overridden");
    let mut story = Story::in_stage_1();
    story.replication(ReplicationState::Paused);
    let id = story.request(Resume, Some("ordered"));
    assert_eq!(consent_lapsed(&story.run, id), None, "the override is on record");
}

/// Asks for `action`, its consent typed as `typed`.
fn typed(story: &mut Story, action: ActionKind, over: Option<&str>, typed: &str) -> ActionId {
    let id = ActionId(u32::try_from(story.run.actions.len()).unwrap() + 1);
    story.tell(Event::ActionRequested {
        id,
        plan: ActionPlan { action, lines: vec!["words".to_owned()], certainty: Certainty::Inferred },
        user: "eng".to_owned(),
        r#override: over.map(|reason| Override { reason: reason.to_owned() }),
        typed: Some(typed.to_owned()),
        consent: None,
        agreed: None,
    });
    id
}

#[test]
fn the_name_typed_has_to_be_that_of_the_appliance_when_the_line_is_sent() {
    for (action, name) in [(Pause, "prod"), (SetThreads(ThreadCount(128)), "dr")] {
        for (given, holds) in [(name, true), ("else", false), ("", false)] {
            let mut story = Story::connected();
            // What is said for a resume is no consent to anything else.
            story.attest(Statement::DeletedFilesNotRead);
            let id = typed(&mut story, action, None, given);
            let lapsed = consent_lapsed(&story.run, id);
            assert_eq!(lapsed.is_none(), holds, "{action}, {given:?} typed: {lapsed:?}");
            assert!(lapsed.is_none_or(|reason| reason.contains(name)));
        }
    }
}

#[test]
fn a_resume_with_more_consent_than_the_name_holds_where_the_name_would_do_by_now() {
    let ended = || {
        let mut story = Story::ended();
        story.replication(ReplicationState::Paused);
        story
    };
    let mut story = ended();
    let id = typed(&mut story, Resume, Some("ordered"), "prod");
    assert_eq!(consent_lapsed(&story.run, id), None, "an override");
    let mut story = ended();
    story.attest(Statement::DeletedFilesNotRead);
    let id = typed(&mut story, Resume, None, "deleted files will not be read");
    assert_eq!(consent_lapsed(&story.run, id), None, "a statement");
    let mut story = ended();
    let id = typed(&mut story, Resume, None, "deleted files will not be read");
    assert!(consent_lapsed(&story.run, id).unwrap().contains("prod"), "the words without the statement");
}

#[test]
fn an_action_for_a_state_already_read_is_off_until_the_reading_is_old() {
    let mut story = Story::connected();
    story.replication(ReplicationState::Paused);
    assert!(off(&story, Pause).contains("already paused since"));
    story.wait(61);
    story.service_runs();
    assert!(allowed(&story, Pause).iter().any(|warning| warning.contains("no recent reading")));
    story.replication(ReplicationState::Running);
    assert!(off(&story, Resume).contains("already runs"));
    story.threads(128);
    assert!(off(&story, SetThreads(ThreadCount(128))).contains("already has 128"));
}

#[test]
fn a_stated_pause_does_not_keep_from_pausing() {
    let mut story = Story::connected();
    story.attest(Statement::ReplicationPaused);
    allowed(&story, Pause);
}

#[test]
fn replication_stated_to_run_or_read_to_run_long_ago_does_not_keep_from_resuming() {
    let mut story = Story::ended();
    story.attest(Statement::ReplicationRunning);
    allowed(&story, Resume);
    let mut story = Story::ended();
    story.replication(ReplicationState::Running);
    story.wait(60);
    story.service_runs();
    assert!(off(&story, Resume).contains("already runs"));
    story.wait(1);
    story.service_runs();
    allowed(&story, Resume);
}

#[test]
fn a_pause_warns_of_unprotected_production() {
    let mut story = Story::in_stage_1();
    story.replication(ReplicationState::Running);
    assert!(allowed(&story, Pause)[0].contains("not protected"));
}

#[test]
fn a_pause_once_the_test_is_over_is_warned_of() {
    let warned = |mut story: Story| {
        story.replication(ReplicationState::Running);
        allowed(&story, Pause).iter().any(|one| one.contains("nothing asks for a pause any more"))
    };
    assert!(warned(Story::ended()));
    assert!(!warned(Story::in_use()) && !warned(Story::connected()));
}

#[test]
fn a_resume_is_warned_of_where_the_test_was_declared_over_before_the_restore_was() {
    let warned = |story: &Story| allowed(story, Resume).iter().any(|one| one.contains("before the restore"));
    assert!(!warned(&Story::ended()), "the restore was complete");
    for begin in [Story::in_stage_1, Story::in_stage_2] {
        let mut story = begin();
        story.attest(Statement::TestOver);
        assert!(warned(&story));
    }
}

#[test]
fn an_unreadable_state_allows_control_and_says_what_that_means() {
    let mut story = Story::connected();
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    assert!(allowed(&story, Pause).iter().any(|warning| warning.contains("cannot be read back")));
}

#[test]
fn paused_throughout_locks_the_resume_until_the_test_is_over() {
    for begin in [Story::connected, Story::in_stage_1, Story::in_stage_2, Story::in_use] {
        let story = begin();
        assert!(locked(&story), "{:?}", story.run.phase());
    }
    allowed(&Story::ended(), Resume);
}

#[test]
fn after_a_failed_restore_the_resume_is_free() {
    let mut story = Story::in_stage_1();
    story.attest(Statement::RestoreFailed);
    let warnings = allowed(&story, Resume);
    assert!(warnings.iter().any(|warning| warning.contains("stop its service first")), "{warnings:?}");
}

#[test]
fn resume_after_stage_1_takes_the_marker_and_the_statement() {
    let milder = |mut story: Story| {
        story.run.started.settings.resume_policy = ResumePolicy::ResumeAfterStage1;
        story
    };
    assert!(locked(&milder(Story::connected())));
    assert!(locked(&milder(Story::in_stage_1())));
    for mut story in [milder(Story::in_stage_2()), milder(Story::in_use())] {
        let verdict = authorize(&story.run, Resume);
        let Authorization::NeedsStatement { statement, phrase, warnings } = verdict else {
            panic!("{verdict:?}")
        };
        assert_eq!(statement, Statement::DeletedFilesNotRead);
        assert_eq!(phrase, "deleted files will not be read");
        assert!(warnings[0].contains("cloud bucket inconsistent"));
        story.attest(Statement::DeletedFilesNotRead);
        allowed(&story, Resume);
    }
    allowed(&milder(Story::ended()), Resume);
}

#[test]
fn threads_are_bounded_as_the_appliance_bounds_them() {
    let story = Story::connected();
    for count in [0, 15, 129, u32::MAX] {
        assert!(off(&story, SetThreads(ThreadCount(count))).contains("16 to 128"));
    }
    for count in [16, 128] {
        assert!(allowed(&story, SetThreads(ThreadCount(count)))[0].contains("failed to connect"));
    }
    assert!(allowed(&Story::in_stage_1(), SetThreads(ThreadCount(128))).is_empty());
    let mut late = Story::in_stage_2();
    late.threads(64);
    assert!(allowed(&late, SetThreads(ThreadCount(128)))[0].contains("Stage 1 is over"));
    assert!(allowed(&late, SetThreads(ThreadCount(16))).is_empty(), "fewer are set back");
}

#[test]
fn a_resume_names_the_alarm_whose_end_is_not_known() {
    let mut story = Story::in_use();
    let line = line("rfsd[1]: bad", Arrival::Live, None);
    story.tell(Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line });
    let opened = story.finding(Code::Alarm).record;
    let (code, reason, user) = ("alarm".to_owned(), "known".to_owned(), "eng".to_owned());
    story.tell(Event::Acknowledged { code, opened, reason, user });
    story.attest(Statement::TestOver);
    let warnings = allowed(&story, Resume);
    let of_alarm =
        |warning: &&String| warning.starts_with("dr logged the alarm cloud bucket inconsistent, at");
    assert!(warnings.iter().any(|warning| of_alarm(&warning)), "{warnings:?}");
    assert!(!allowed(&Story::ended(), Resume).iter().any(|warning| of_alarm(&warning)));
}
