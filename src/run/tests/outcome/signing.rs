//! Who may sign what.

use super::*;

fn statement(role: SignerRole, verdict: Option<TestVerdict>, notes: Option<&str>) -> SignedStatement {
    SignedStatement {
        role,
        verdict,
        notes: notes.map(str::to_owned),
        name: "Lee Sato".to_owned(),
        user: "lee@console".to_owned(),
        key: "SHA256:lee".to_owned(),
    }
}

fn passed(role: SignerRole) -> SignedStatement {
    statement(role, Some(TestVerdict::Passed), None)
}

#[test]
fn operator_and_approver_have_to_judge_and_a_doubtful_verdict_takes_notes() {
    use SignerRole::{Approver, Operator, Reviewer};
    use TestVerdict::{Conditions, Failed, Passed};
    let ok = Ok(());
    for (role, verdict, notes, expected) in [
        (Operator, None, Some("x"), Err(SigningRefusal::NoVerdict)),
        (Approver, None, None, Err(SigningRefusal::NoVerdict)),
        (Reviewer, None, None, ok.clone()),
        (Operator, Some(Passed), None, ok.clone()),
        (Operator, Some(Conditions), None, Err(SigningRefusal::NoNotes(Conditions))),
        (Reviewer, Some(Failed), Some(" \n"), Err(SigningRefusal::NoNotes(Failed))),
        (Approver, Some(Failed), Some("too slow"), ok),
    ] {
        assert_eq!(check_statement(&statement(role, verdict, notes)), expected, "{role:?} {verdict:?}");
    }
    let nobody = SignedStatement { name: " ".to_owned(), ..passed(Operator) };
    assert_eq!(check_statement(&nobody), Err(SigningRefusal::NoName));
    assert!(SigningRefusal::NoName.is_incomplete());
}

#[test]
fn operator_and_approver_are_two_people_with_a_key_each() {
    let mut story = all_well();
    story.tell(Event::Signed(passed(SignerRole::Operator)));
    let other = |name: &str, key: &str, role| SignedStatement {
        name: name.to_owned(),
        key: key.to_owned(),
        ..passed(role)
    };
    for (name, key, same) in [
        ("Kim", "SHA256:kim", None),
        ("Kim", "SHA256:lee", Some(SameSigner::Key)),
        (" lEE sato", "SHA256:kim", Some(SameSigner::Name)),
        ("Lee\u{a0}  Sato", "SHA256:kim", Some(SameSigner::Name)),
    ] {
        let approver = may_sign(&story.run, &other(name, key, SignerRole::Approver));
        let found = match approver {
            Ok(()) => None,
            Err(SigningRefusal::SamePerson { role: SignerRole::Operator, same, .. }) => Some(same),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(found, same, "{name} {key}");
        assert_eq!(may_sign(&story.run, &other(name, key, SignerRole::Reviewer)), Ok(()));
        assert_eq!(may_sign(&story.run, &other(name, key, SignerRole::Operator)), Ok(()));
    }
    // Neither can an approver be the operator afterwards.
    let mut story = all_well();
    story.tell(Event::Signed(passed(SignerRole::Approver)));
    let refused = may_sign(&story.run, &passed(SignerRole::Operator)).unwrap_err();
    assert!(!refused.is_incomplete() && refused.to_string().contains("two people"), "{refused}");
}

/// A test of which nothing is left: restored, over, and replication runs again.
fn all_well() -> Story {
    let mut story = Story::in_use();
    story.attest(Statement::TestOver);
    story.act(ActionKind::Resume);
    story
}

/// What stands against the verdict "passed" without a word, whoever signs.
fn against(story: &Story) -> Vec<String> {
    let each = [SignerRole::Operator, SignerRole::Approver].map(|role| may_sign(&story.run, &passed(role)));
    assert_eq!(each[0], each[1], "one rule");
    for verdict in [TestVerdict::Passed, TestVerdict::Failed] {
        let noted = statement(SignerRole::Operator, Some(verdict), Some("as agreed"));
        assert_eq!(may_sign(&story.run, &noted), Ok(()));
    }
    match each[0].clone() {
        Ok(()) => Vec::new(),
        Err(refused @ SigningRefusal::Against { .. }) => {
            let words = refused.to_string();
            assert!(words.contains("--notes") && !refused.is_incomplete(), "{words}");
            let SigningRefusal::Against { against } = refused else { unreachable!() };
            assert!(against.iter().all(|against| words.contains(against)), "{words}");
            against
        }
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn passed_over_a_blocking_finding_takes_notes_until_it_is_settled() {
    let mut story = all_well();
    assert_eq!(against(&story), [""; 0]);
    let line = line("bad", Arrival::Live, None);
    let opened = story.tell(Event::AlarmSeen { alarm: "x".to_owned(), line });
    assert_eq!(against(&story), ["the blocking finding alarm is open"]);
    let (code, reason, user) = ("alarm".to_owned(), "known".to_owned(), "kim".to_owned());
    story.tell(Event::Acknowledged { code, opened, reason, user });
    assert_eq!(against(&story), ["the blocking finding alarm is acknowledged, but not settled"]);
}

#[test]
fn passed_over_a_missed_target_or_one_in_doubt_takes_notes() {
    let judged_by = |seconds| {
        let mut story = Story::in_stage_1();
        let criteria =
            vec![Criterion { target: Target::TimeToRestored { limit: secs(seconds) }, source: None }];
        story
            .tell(Event::TestSheetFrozen { sheet: Box::new(TestSheet { criteria, ..TestSheet::default() }) });
        story
    };
    let end = |story: &mut Story| {
        story.attest(Statement::TestOver);
        story.act(ActionKind::Resume);
    };
    let mut story = judged_by(10);
    story.polls(10, &[13_074]);
    story.marker(Marker::DownloadComplete);
    story.wait(60);
    story.final_lines();
    end(&mut story);
    assert_eq!(against(&story), ["the target \"time to restored\" was missed"]);
    let mut story = judged_by(3600);
    story.polls(10, &[10_412]);
    story.attest(Statement::NamespaceOver);
    end(&mut story);
    assert_eq!(
        against(&story),
        [
            "the target \"time to restored\" was met, but is in doubt",
            "that the namespace was restored was stated against what was read"
        ]
    );
}

#[test]
fn passed_over_a_pause_that_was_left_or_without_a_restore_takes_notes() {
    assert_eq!(against(&Story::ended()), ["replication was left paused"]);
    let mut story = Story::ended();
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    assert_eq!(against(&story), ["replication was paused, and not seen to run again"]);
    let mut story = Story::in_stage_2();
    story.attest(Statement::TestOver);
    story.act(ActionKind::Resume);
    assert_eq!(against(&story), ["the namespace was not restored"]);
}
