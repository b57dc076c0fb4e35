//! Which pair of appliances may be controlled: identified, confirmed, and each in its role.

use super::*;
use ActionKind::{Pause, Resume, SetThreads};

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
    assert!(text.contains(&both), "{text}");
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
