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
    let mut story = Story::in_stage_1();
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
    let mut story = Story::in_stage_1();
    story.tell(Event::Signed(passed(SignerRole::Approver)));
    let refused = may_sign(&story.run, &passed(SignerRole::Operator)).unwrap_err();
    assert!(!refused.is_incomplete() && refused.to_string().contains("two people"), "{refused}");
}

#[test]
fn passed_over_an_open_blocking_finding_takes_notes() {
    let mut story = Story::in_stage_1();
    assert_eq!(may_sign(&story.run, &passed(SignerRole::Operator)), Ok(()));
    let line = line("bad", Arrival::Live, None);
    story.tell(Event::AlarmSeen { alarm: "x".to_owned(), line });
    let blocking =
        story.run.open_findings().find(|finding| finding.severity == FindingSeverity::Blocking).unwrap();
    let (code, opened) = (blocking.code.to_string(), blocking.record);
    let refused = may_sign(&story.run, &passed(SignerRole::Operator));
    assert_eq!(refused, Err(SigningRefusal::BlockingOpen { count: 1, code: code.clone() }));
    let words = refused.unwrap_err().to_string();
    assert!(words.contains("but 1 blocking finding is open: alarm;"), "{words}");
    let several = SigningRefusal::BlockingOpen { count: 2, code: code.clone() }.to_string();
    assert!(several.contains("2 blocking findings are open, the first of them alarm;"), "{several}");
    let noted = statement(SignerRole::Operator, Some(TestVerdict::Passed), Some("a known alarm"));
    assert_eq!(may_sign(&story.run, &noted), Ok(()));
    let failed = statement(SignerRole::Operator, Some(TestVerdict::Failed), Some("the alarm"));
    assert_eq!(may_sign(&story.run, &failed), Ok(()));
    assert_eq!(may_sign(&story.run, &passed(SignerRole::Approver)), Ok(()));
    story.tell(Event::Acknowledged { code, opened, reason: "known".to_owned(), user: "kim".to_owned() });
    assert_eq!(may_sign(&story.run, &passed(SignerRole::Operator)), Ok(()));
}
