//! What may be done when, and what consent it takes.

use super::*;
use ActionKind::{Pause, Resume, SetThreads};

fn off(story: &Story, action: ActionKind) -> String {
    match authorize(&story.run, action) {
        Authorization::Off { reason } => reason,
        other => panic!("{action} should be off: {other:?}"),
    }
}

fn allowed(story: &Story, action: ActionKind) -> Vec<String> {
    match authorize(&story.run, action) {
        Authorization::Allowed { phrase, warnings } => {
            let name = if action.role() == Role::Primary { "prod" } else { "dr" };
            assert_eq!(phrase, name);
            warnings
        }
        other => panic!("{action} should be allowed: {other:?}"),
    }
}

fn locked(story: &Story) -> bool {
    match authorize(&story.run, Resume) {
        Authorization::Locked { phrase, .. } => {
            assert_eq!(phrase, "resume against the policy");
            true
        }
        _ => false,
    }
}

#[test]
fn nothing_may_be_done_before_both_have_told_who_they_are_and_the_names_are_confirmed() {
    let mut story = Story::new();
    assert!(off(&story, Pause).contains("not connected"));
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connected });
    assert!(off(&story, Pause).contains("has not told its name"));
    for (role, name) in [(Role::Primary, "prod"), (Role::Dr, "dr")] {
        assert!(off(&story, Pause).contains("has not told its name"));
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
fn one_destination_alone_leaves_control_off() {
    let mut story = Story::with(|started| started.dr = None);
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connected });
    story.tell(Event::Identified {
        role: Role::Primary,
        identity: identity("prod", "1"),
        raw: String::new(),
    });
    assert!(off(&story, Pause).contains("--dr"));
    let (primary, dr, user) = ("prod".to_owned(), String::new(), "eng".to_owned());
    let identities = Box::new(story.run.present_pair());
    story.tell(Event::NamesConfirmed { primary, dr, identities, reason: None, user, typed: None });
    assert!(off(&story, Pause).contains("--dr"));
    assert!(off(&story, SetThreads(ThreadCount(128))).contains("No destination"));
}

#[test]
fn an_appliance_that_becomes_another_needs_its_name_confirmed_again() {
    let mut story = Story::connected();
    allowed(&story, Pause);
    story.tell(Event::Identified { role: Role::Primary, identity: identity("new", "n"), raw: String::new() });
    assert_eq!(authorize(&story.run, Pause), Authorization::NeedsConfirmation);
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
fn a_wrong_pair_takes_no_action() {
    let mut story = Story::connected();
    story.service(Role::Primary, ServiceState::Stopped);
    story.service_runs();
    for action in [Pause, Resume, SetThreads(ThreadCount(128))] {
        assert!(off(&story, action).contains("swapped"));
    }
    story.service(Role::Primary, ServiceState::Running("running".to_owned()));
    assert_eq!(
        authorize(&story.run, Pause),
        Authorization::NeedsConfirmation,
        "the names were confirmed for a wrong pair"
    );
    let mut story = Story::connected();
    let twin = identity("dr", "serial-prod");
    story.tell(Event::Identified { role: Role::Dr, identity: twin, raw: String::new() });
    assert!(off(&story, Pause).contains("one machine"));
}

#[test]
fn two_appliances_of_one_name_that_cannot_be_told_apart_have_to_be_confirmed() {
    for serial in ["N/A", "-", "unknown", "Not Specified", "0", ""] {
        let mut story = Story::new();
        for role in [Role::Primary, Role::Dr] {
            story.tell(Event::LinkChanged { role, link: Link::Connected });
            let identity = Identity {
                serial: Some(serial.to_owned()),
                hostname: Some("amnesiac".to_owned()),
                ..Identity::default()
            };
            story.tell(Event::Identified { role, identity, raw: String::new() });
        }
        assert_eq!(
            authorize(&story.run, Pause),
            Authorization::NeedsConfirmation,
            "{serial:?} is no serial of one machine"
        );
        assert!(story.run.is_pair_indistinct());
        assert!(!story.open().contains(&Code::SameMachine));
    }
}

#[test]
fn a_primary_that_is_restoring_beside_a_running_dr_appliance_looks_swapped() {
    for (words, is_swapped) in [("Restoring metadata", true), ("initializing", false)] {
        let mut story = Story::connected();
        story.service(Role::Primary, ServiceState::Busy(words.to_owned()));
        story.service_runs();
        assert_eq!(story.open().contains(&Code::RolesSwapped), is_swapped, "{words}");
    }
}

#[test]
fn a_changed_identity_is_told_with_both_fingerprints() {
    let mut story = Story::connected();
    let found = identity("dr", "other");
    story.tell(Event::Identified { role: Role::Dr, identity: found, raw: String::new() });
    let text = &story.finding(Code::IdentityChanged).text;
    let fingerprint = |serial: &str| {
        format!(
            "name dr, serial {serial}, model not shown, product not shown, host key SHA256:{serial}, bucket not shown"
        )
    };
    let both = format!(" Confirmed: {}; now: {}.", fingerprint("serial-dr"), fingerprint("other"));
    assert!(text.ends_with(&both), "{text}");
}

#[test]
fn no_control_while_a_blocking_finding_about_the_pair_is_open() {
    let mut story = Story::connected();
    for (role, name) in [(Role::Primary, "one"), (Role::Dr, "other")] {
        story.tell(Event::BucketNamed { role, answer: answer(Reading::Known(name.to_owned())) });
    }
    assert!(story.open().contains(&Code::BucketsDiffer));
    for action in [Pause, SetThreads(ThreadCount(128))] {
        assert!(off(&story, action).contains("the bucket other"), "{action}");
    }
}

#[test]
fn answers_of_another_machine_change_nothing() {
    let mut story = Story::in_stage_1();
    story.replication(ReplicationState::Paused);
    let other = |name: &str| Event::Identified {
        role: Role::Dr,
        identity: identity(name, "other"),
        raw: String::new(),
    };
    story.tell(other("dr"));
    assert!(story.open().contains(&Code::IdentityChanged));
    let (counter, threads) = (story.run.download.clone(), story.run.threads.clone());
    story.counter(999_999);
    story.threads(77);
    assert_eq!((story.run.download.clone(), story.run.threads.clone()), (counter, threads));
    // The primary is still itself.
    story.replication(ReplicationState::Running);
    assert_eq!(story.run.replication.state, Known::Running);
    story.tell(Event::Identified {
        role: Role::Dr,
        identity: identity("dr", "serial-dr"),
        raw: String::new(),
    });
    assert!(!story.open().contains(&Code::IdentityChanged), "the expected one is back");
}

#[test]
fn an_upgrade_is_mentioned_and_needs_no_new_confirmation() {
    let mut story = Story::connected();
    for release in ["9.8", "9.9"] {
        let identity = Identity { release: Some(release.to_owned()), ..identity("prod", "serial-prod") };
        story.tell(Event::Identified { role: Role::Primary, identity, raw: String::new() });
    }
    assert!(!allowed(&story, Pause).is_empty());
    assert!(story.open().contains(&Code::ReleaseChanged));
}

#[test]
fn a_confirmation_holds_only_for_who_made_it_where_it_was_made() {
    let continued = |recorder: &str, distrusted: Option<&str>| Event::RunContinued {
        program: String::new(),
        recorder: recorder.to_owned(),
        held: None,
        since: None,
        distrusted: distrusted.map(str::to_owned),
    };
    for (recorder, distrusted, holds) in [
        ("eng@laptop", None, true),
        ("eng@elsewhere", None, false),
        ("mallory@laptop", None, false),
        ("eng@laptop", Some("the record belongs to another user"), false),
    ] {
        let mut story = Story::connected();
        story.tell(continued(recorder, distrusted));
        for role in [Role::Primary, Role::Dr] {
            story.tell(Event::LinkChanged { role, link: Link::Connected });
        }
        let verdict = authorize(&story.run, Pause);
        assert_eq!(
            verdict != Authorization::NeedsConfirmation,
            holds,
            "{recorder} {distrusted:?}: {verdict:?}"
        );
        assert_eq!(story.run.primary.expected.is_none(), distrusted.is_some());
    }
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
    let id = typed(&mut story, Resume, Some("ordered"), "resume against the policy");
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
fn a_pause_warns_of_unprotected_production_and_of_unconfirmed_words() {
    let mut story = Story::in_stage_1();
    let unconfirmed = |warnings: &[String]| warnings.iter().any(|warning| warning.contains("inferred"));
    story.replication(ReplicationState::Running);
    let warnings = allowed(&story, Pause);
    assert!(warnings[0].contains("not protected"));
    assert!(!unconfirmed(&warnings), "a pause was confirmed before");
    assert!(unconfirmed(&allowed(&Story::connected(), Pause)));
}

#[test]
fn the_words_of_a_command_are_in_doubt_until_that_very_command_was_confirmed() {
    let doubted = |story: &Story, action| allowed(story, action).iter().any(|one| one.contains("inferred"));
    let mut story = Story::connected();
    story.act(SetThreads(ThreadCount(64)));
    assert!(doubted(&story, Pause), "another one was confirmed");
    let id = story.request(Pause, None);
    story.settle(id, ActionState::Rejected { reason: "no".to_owned() });
    assert!(doubted(&story, Pause), "it was refused");
    story.act(Pause);
    story.replication(ReplicationState::Running);
    assert!(!doubted(&story, Pause));
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
    story.tell(Event::ReplicationRead(answer(Reading::Unreadable)));
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
    allowed(&story, Resume);
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
    assert!(allowed(&Story::in_stage_2(), SetThreads(ThreadCount(128)))[0].contains("Stage 1 is over"));
}

/// A story in which an earlier run knew the appliance of that serial number in that part.
fn with_history(serial: &str, role: Role) -> Story {
    let run = RunId("20260101T000000Z-abcdef".to_owned());
    let known = KnownRole { serial: serial.to_owned(), role, run };
    let mut story = Story::with(|started| started.known_roles = vec![known]);
    story.meet();
    story
}

#[test]
fn an_appliance_known_in_the_other_part_turns_control_off_until_that_is_taken_on() {
    for (serial, was, named) in [("serial-prod", Role::Dr, "prod"), ("serial-dr", Role::Primary, "dr")] {
        let mut story = with_history(serial, was);
        let reason = off(&story, Pause);
        assert!(reason.contains(named) && reason.contains("20260101T000000Z-abcdef"), "{reason}");
        assert!(story.open().contains(&Code::RolesChanged));
        assert!(story.run.confirmed.is_none(), "names confirmed for a doubtful pair do not hold");
        let opened = story.run.findings.iter().find(|finding| finding.code == Code::RolesChanged).unwrap();
        let (code, opened) = (opened.code.name(), opened.record);
        let (reason, user) = ("the sites have changed parts".to_owned(), "eng".to_owned());
        story.tell(Event::Acknowledged { code, opened, reason, user });
        assert_eq!(authorize(&story.run, Pause), Authorization::NeedsConfirmation);
    }
    for (serial, is) in [("serial-prod", Role::Primary), ("serial-dr", Role::Dr)] {
        let story = with_history(serial, is);
        allowed(&story, Pause);
        assert!(!story.open().contains(&Code::RolesChanged));
    }
}

fn overdue<T>() -> Answer<T> {
    Answer { reading: Reading::Unreadable, took: secs(10), raw: format!("{NO_ANSWER}10 s) lines 1-24") }
}

#[test]
fn an_appliance_that_answers_nothing_in_time_is_silent_until_an_answer_comes() {
    let mut story = Story::in_stage_1();
    assert_eq!(story.run.dr.silent_since, None);
    let since = story.now;
    story.tell(Event::CounterRead(overdue()));
    story.wait(40);
    story.tell(Event::ThreadsRead(overdue()));
    assert_eq!((story.run.dr.silent_since, story.run.primary.silent_since), (Some(since), None));
    story.counter(20_000);
    assert_eq!(story.run.dr.silent_since, None);
    story.tell(Event::CounterRead(overdue()));
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Stopped { reason: String::new() } });
    assert_eq!(story.run.dr.silent_since, None, "then it is away");
}
