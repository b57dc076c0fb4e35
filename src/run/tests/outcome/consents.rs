//! Consents by phrase: what was on record against a statement or a signature stays with it, and everything that is read
//! of the test says so.

use super::*;

/// States it with the consent that it takes at this moment.
fn consent_to(story: &mut Story, statement: Statement, since: Timestamp) -> Sequence {
    let consent = statement_consent(&story.run, statement, story.now);
    assert!(consent.is_some(), "{statement:?} takes a phrase here");
    let (reason, user) = ("Ida decided it".to_owned(), "eng".to_owned());
    story.tell(Event::Attested { statement, since, reason, user, consent })
}

fn sign_off(story: &mut Story) -> Sequence {
    let consent = sign_off_hazard(&story.run).map(|hazard| hazard.consent);
    assert!(consent.is_some(), "the signature takes a phrase here");
    story.tell(Event::SignedOff { text: "all as planned".to_owned(), user: "eng".to_owned(), consent })
}

fn alarm(story: &mut Story) -> Sequence {
    let line = line("rfsd[1]: bad", Arrival::Live, None);
    story.tell(Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line })
}

fn name(mut story: Story) -> Story {
    story.tell(Event::EngineerNamed { engineer: Some("Kim Berg".to_owned()), user: "eng".to_owned() });
    story
}

fn now(story: &Story) -> Timestamp {
    story.now
}

/// One story for each thing that can be overruled, the record of the consent, and what is not proven because of it.
fn each() -> Vec<(Overruled, Story, Sequence, Option<&'static str>)> {
    let mut all = Vec::new();
    let mut stated = |overruled, mut story: Story, statement, open| {
        let since = now(&story);
        let record = consent_to(&mut story, statement, since);
        all.push((overruled, story, record, open));
    };
    let mut paused = name(Story::connected());
    paused.act(ActionKind::Pause);
    let against =
        Some("That replication on the primary runs when it was stated: Kim Berg (eng) stated it at ");
    stated(Overruled::Reading, paused, Statement::ReplicationRunning, against);
    let before = "That the namespace can be restored: Kim Berg (eng) at ";
    stated(Overruled::NoRestore, name(Story::connected()), Statement::TestOver, Some(before));
    stated(Overruled::UnfinishedRestore, name(Story::in_stage_2()), Statement::TestOver, Some(before));
    let failed = "That the restore failed: nothing on record showed it when Kim Berg (eng) stated it at ";
    stated(Overruled::NoFailureSeen, name(Story::in_use()), Statement::RestoreFailed, Some(failed));
    let mut followed = name(Story::in_stage_2());
    followed.tell(Event::LogFollowed);
    let unlogged = "That the namespace was restored: Kim Berg (eng) stated it at ";
    stated(Overruled::Log, followed, Statement::NamespaceOver, Some(unlogged));
    let mut alarmed = name(Story::in_use());
    alarm(&mut alarmed);
    let despite = "That the restored appliance can be used: Kim Berg (eng) stated it at ";
    stated(Overruled::Danger, alarmed, Statement::RestoredUsable, Some(despite));

    let mut signed = |overruled, mut story: Story, open| {
        let record = sign_off(&mut story);
        all.push((overruled, story, record, Some(open)));
    };
    let unprotected = "That production is protected again: ";
    signed(Overruled::Paused, name(Story::ended()), unprotected);
    let mut waiting = name(Story::ended());
    let mut read = |state| {
        let (answer, backlog) = (answer(Reading::Known(state)), Some(ByteCount(4096)));
        waiting.tell(Event::ReplicationRead { answer, backlog });
    };
    read(ReplicationState::Paused);
    read(ReplicationState::Running);
    signed(Overruled::Unsent, waiting, unprotected);
    let mut unknown = name(Story::ended());
    unknown.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    signed(Overruled::UnknownReplication, unknown, unprotected);
    let mut alarmed = name(Story::in_use());
    alarm(&mut alarmed);
    alarmed.attest(Statement::TestOver);
    alarmed.act(ActionKind::Resume);
    signed(Overruled::UnsettledAlarm, alarmed, "That the alarm means no harm to production: ");
    let mut alarmed = name(Story::in_use());
    alarm(&mut alarmed);
    alarmed.attest(Statement::TestOver);
    let record = resume_despite(&mut alarmed, None);
    all.push((Overruled::Alarm, alarmed, record, Some("That the resume harmed nothing: ")));
    all
}

/// Asks for a resume by typing the name of the appliance, whatever speaks against it.
fn resume_despite(story: &mut Story, over: Option<&str>) -> Sequence {
    let consent = action_consent(&story.run, ActionKind::Resume);
    assert!(consent.is_some(), "an alarm is not settled");
    let plan = ActionPlan {
        action: ActionKind::Resume,
        lines: vec!["words".to_owned()],
        certainty: Certainty::Inferred,
    };
    let r#override = over.map(|reason| Override { reason: reason.to_owned() });
    let (id, user, typed) = (ActionId(99), "eng".to_owned(), Some("prod".to_owned()));
    let agreed = over.is_none().then(|| "Jo Field of the vendor".to_owned());
    story.tell(Event::ActionRequested { id, plan, user, r#override, typed, consent, agreed })
}

#[test]
fn a_resume_over_an_alarm_keeps_its_reason_and_a_rejected_one_leaves_nothing_open() {
    let mut story = name(Story::in_use());
    assert_eq!(action_consent(&story.run, ActionKind::Resume), None, "nothing speaks against it");
    let cited = alarm(&mut story);
    assert_eq!(action_consent(&story.run, ActionKind::Pause), None, "a pause harms nothing");
    let record = resume_despite(&mut story, Some("ordered"));
    let test = test_summary(&story.run, story.now);
    let [given] = test.consents.as_slice() else { panic!("{:?}", test.consents) };
    assert_eq!((given.consent.cited, given.reason.as_deref()), (Some(cited), Some("ordered")));
    assert_eq!(given.act, "The request to resume replication was made");
    let of_it = test.deviations.iter().filter(|deviation| deviation.record == Some(record));
    assert_eq!(of_it.count(), 2, "it overrode the policy as well");
    let open = |story: &Story| {
        let not_proven = test_summary(&story.run, story.now).not_proven;
        not_proven.iter().any(|sentence| sentence.starts_with("That the resume harmed nothing"))
    };
    assert!(open(&story));
    story.settle(ActionId(99), ActionState::Rejected { reason: "no".to_owned() });
    assert!(!open(&story));
    let mut story = name(Story::in_use());
    alarm(&mut story);
    resume_despite(&mut story, None);
    let given = test_summary(&story.run, story.now).consents.remove(0);
    assert_eq!(given.reason.as_deref(), Some("Jo Field of the vendor"));
}

#[test]
fn an_alarm_after_the_statement_puts_it_in_doubt_all_the_same() {
    let mut story = name(Story::in_use());
    story.attest(Statement::RestoredUsable);
    let usable = |story: &Story| {
        let test = test_summary(&story.run, story.now);
        let open = test.not_proven.iter().any(|sentence| sentence.contains("a danger found after that"));
        (test.recovery.stated_usable.unwrap(), open)
    };
    let (stated, open) = usable(&story);
    assert!(!stated.is_in_doubt() && !open);
    story.wait(60);
    let found = alarm(&mut story);
    let (stated, open) = usable(&story);
    assert_eq!((stated.despite.len(), stated.later[0].record, open), (0, found, true));
    let step = test_summary(&story.run, story.now).procedure;
    let remark = step.iter().find(|step| step.step == ProcedureStep::Use).unwrap().remark.clone().unwrap();
    assert!(remark.contains("a danger found after that is not settled"), "{remark}");
}

#[test]
fn a_consent_by_phrase_is_on_record_with_what_it_overruled_and_who_gave_it() {
    for (overruled, story, record, _) in each() {
        let test = test_summary(&story.run, story.now);
        let [given] = test.consents.as_slice() else { panic!("{overruled:?}: {:?}", test.consents) };
        assert_eq!((given.record, given.consent.overruled), (record, overruled));
        let typed = overruled.phrase().unwrap_or("prod");
        assert_eq!((given.typed.as_str(), given.engineer.as_deref()), (typed, Some("Kim Berg")));
        assert!(given.consent.cited.is_none_or(|cited| cited < record), "{overruled:?}: {given:?}");

        let shown = &given.consent.shown;
        let deviation = test.deviations.iter().find(|deviation| deviation.record == Some(record)).unwrap();
        assert!(deviation.text.ends_with(&format!("Shown against it: {shown}")), "{}", deviation.text);
        assert_eq!(deviation.engineer.as_deref(), Some("Kim Berg"));

        let events = dated_events(&story.run);
        let event = events.iter().rev().find(|event| event.record == Some(record)).unwrap();
        let words = event.to_string();
        let ending = format!("against it: {shown}");
        let acted = ["stated", "signed", "asked"].map(|did| format!("Kim Berg (eng) {did}"));
        assert!(acted.iter().any(|did| words.starts_with(did)) && words.ends_with(&ending), "{words}");
        assert_eq!((event.at, event.severity), (given.at, FindingSeverity::Attention));
    }
}

#[test]
fn what_a_consent_leaves_open_is_among_what_was_not_proven() {
    for (overruled, story, _, open) in each() {
        let Some(open) = open else { continue };
        let not_proven = test_summary(&story.run, story.now).not_proven;
        assert!(
            not_proven.iter().any(|sentence| sentence.starts_with(open)),
            "{overruled:?}: {not_proven:?}"
        );
    }
}

#[test]
fn all_that_is_left_is_shown_and_consented_to_at_once_and_the_doubts_follow_from_it() {
    let backlog = |story: &mut Story, state, bytes| {
        let answer = answer(Reading::Known(state));
        story.tell(Event::ReplicationRead { answer, backlog: Some(ByteCount(bytes)) });
    };
    let mut story = name(Story::in_use());
    alarm(&mut story);
    backlog(&mut story, ReplicationState::Paused, 4096);
    story.attest(Statement::TestOver);
    let hazard = sign_off_hazard(&story.run).unwrap();
    assert_eq!((hazard.phrase, hazard.all.len()), ("leave paused", 2));
    assert!(hazard.warning().contains("is still paused") && hazard.warning().contains("is not settled"));

    backlog(&mut story, ReplicationState::Running, 4096);
    let hazard = sign_off_hazard(&story.run).unwrap();
    assert_eq!(hazard.phrase, "leave it unsettled", "the gravest of them");
    assert_eq!(hazard.all, [Overruled::UnsettledAlarm, Overruled::Unsent]);
    assert!(!hazard.is_covered_by(&[Overruled::UnsettledAlarm]));
    let shown = hazard.warning();
    assert!(shown.contains("this is not settled. Ask the vendor first"), "{shown}");
    assert!(shown.contains("still to be sent") && shown.ends_with("Wait until all is sent."), "{shown}");
    sign_off(&mut story);
    let given = &test_summary(&story.run, story.now).consents[0];
    assert_eq!((given.consent.overruled, &given.consent.shown), (Overruled::UnsettledAlarm, &shown));
    let open = |story: &Story| {
        let not_proven = test_summary(&story.run, story.now).not_proven;
        ["That the alarm means no harm to production: it was not settled when Kim Berg (eng) signed off at",
         "That production is protected again: something was still to be sent when Kim Berg (eng) signed off at"]
            .map(|words| not_proven.iter().any(|sentence| sentence.starts_with(words)))
    };
    assert_eq!(open(&story), [true, true]);
    story.wait(60);
    backlog(&mut story, ReplicationState::Running, 0);
    assert_eq!(open(&story), [true, false], "all is sent by now");
}

#[test]
fn what_is_left_at_the_end_is_not_proven_though_nobody_signed() {
    let mut story = Story::in_use();
    alarm(&mut story);
    story.attest(Statement::TestOver);
    let says = |story: &Story, words: &str| {
        let not_proven = test_summary(&story.run, story.now).not_proven;
        not_proven.iter().any(|sentence| sentence == words)
    };
    let paused = "That production is protected again: replication was paused";
    assert!(says(&story, &format!("{paused} when this was written.")));
    story.tell(Event::RunEnded(Ending::Quit));
    assert!(says(&story, &format!("{paused} when the record ended.")));
    assert!(says(
        &story,
        "That the alarm means no harm to production: it was not settled when the record ended."
    ));
}

#[test]
fn a_signature_keeps_all_that_was_shown_against_it() {
    let mut story = name(Story::ended());
    let shown = sign_off_hazard(&story.run).unwrap().warning();
    sign_off(&mut story);
    assert!(shown.ends_with("Resume it first."), "{shown}");
    assert_eq!(test_summary(&story.run, story.now).consents[0].consent.shown, shown);
}

#[test]
fn every_kind_of_consent_is_met_above() {
    let met: Vec<_> = each().into_iter().map(|(overruled, ..)| overruled).collect();
    for overruled in [
        Overruled::Reading,
        Overruled::NoRestore,
        Overruled::UnfinishedRestore,
        Overruled::NoFailureSeen,
        Overruled::Log,
        Overruled::Danger,
        Overruled::Unsent,
        Overruled::Alarm,
        Overruled::UnsettledAlarm,
        Overruled::Paused,
        Overruled::UnknownReplication,
    ] {
        assert_eq!(met.iter().filter(|other| **other == overruled).count(), 1, "{overruled:?}");
    }
}

#[test]
fn a_consent_that_the_record_proves_right_later_leaves_nothing_open() {
    let mut story = name(Story::ended());
    sign_off(&mut story);
    story.act(ActionKind::Resume);
    let not_proven = test_summary(&story.run, story.now).not_proven;
    assert!(!not_proven.iter().any(|sentence| sentence.contains("protected again")), "{not_proven:?}");
    assert_eq!(test_summary(&story.run, story.now).consents.len(), 1, "it was given all the same");
}

#[test]
fn a_time_to_usable_stated_despite_a_danger_says_so_in_its_own_row() {
    let target = Target::TimeToUsable { limit: secs(86_400) };
    let mut story = Story::in_use();
    let criteria = vec![Criterion { target, source: None }];
    let sheet = Box::new(TestSheet { criteria, ..TestSheet::default() });
    story.tell(Event::TestSheetFrozen { sheet });
    story.wait(300);
    let danger = alarm(&mut story);
    let stated_at = story.now;
    let since = story.span(Phase::InUse).started_at.unwrap();
    let record = consent_to(&mut story, Statement::RestoredUsable, since);
    story.attest(Statement::TestOver);
    let test = test_summary(&story.run, story.now);
    let [judged] = test.criteria.as_slice() else { panic!("{:?}", test.criteria) };
    assert_eq!(judged.judgement, Judgement::Passed);
    assert!(
        judged.reason.contains("although this was not settled: dr logged the alarm"),
        "{}",
        judged.reason
    );
    assert_eq!(judged.records.last(), Some(&danger));
    let usable = test.recovery.stated_usable.unwrap();
    assert_eq!((usable.since, usable.record, usable.despite.len()), (since, record, 1));
    assert!(usable.stated_at >= stated_at && usable.is_dated_otherwise());
    let [.., over] = test.statements.as_slice() else { panic!("{:?}", test.statements) };
    assert_eq!(over.statement, Statement::TestOver);
    let [first, ..] = test.statements.as_slice() else { panic!("{:?}", test.statements) };
    assert_eq!((first.statement, first.since, first.record), (Statement::RestoredUsable, since, record));

    let mut story = Story::in_use();
    story.attest(Statement::RestoredUsable);
    alarm(&mut story);
    let usable = test_summary(&story.run, story.now).recovery.stated_usable.unwrap();
    assert_eq!(usable.despite, [], "the danger came later");
}

#[test]
fn a_target_of_no_open_findings_names_the_danger_that_was_only_acknowledged() {
    let mut story = Story::in_use();
    let criteria = vec![Criterion { target: Target::OpenFindings { limit: 9 }, source: None }];
    let sheet = Box::new(TestSheet { criteria, ..TestSheet::default() });
    story.tell(Event::TestSheetFrozen { sheet });
    let opened = alarm(&mut story);
    let (code, reason, user) = ("alarm".to_owned(), "known".to_owned(), "eng".to_owned());
    story.tell(Event::Acknowledged { code, opened, reason, user });
    story.attest(Statement::TestOver);
    let judged = test_summary(&story.run, story.now).criteria.remove(0);
    assert_eq!(judged.judgement, Judgement::Passed);
    let words = "Not counted: 1 blocking, acknowledged and not settled.";
    assert!(judged.reason.ends_with(words), "{}", judged.reason);
}

#[test]
fn a_statement_of_a_time_before_the_restore_is_not_called_unstated() {
    let mut story = Story::in_stage_2();
    story.attest(Statement::RestoredUsable);
    story.wait(60);
    story.final_lines();
    let not_proven = test_summary(&story.run, story.now).not_proven;
    let usable = "That the restored appliance can be used: it was stated only for a time before the namespace was restored.";
    assert!(not_proven.iter().any(|sentence| sentence == usable), "{not_proven:?}");
}
