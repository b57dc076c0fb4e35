//! The checklist at the end, and what of it the exit code waits for.

use super::*;

fn item(story: &Story, code: CleanupCode) -> Option<CleanupItem> {
    cleanup(&story.run, story.now).into_iter().find(|item| item.code == code)
}

fn done(story: &Story, code: CleanupCode) -> bool {
    item(story, code).unwrap().done
}

/// Acknowledges all that is open.
fn take_on(story: &mut Story) {
    for finding in story.run.findings.clone() {
        let (code, reason, user) = (finding.code.name(), String::new(), String::new());
        story.tell(Event::Acknowledged { code, opened: finding.record, reason, user });
    }
}

/// Restored and used, replication resumed, nothing left to settle.
fn clean() -> Story {
    let mut story = Story::ended();
    story.wait(10);
    story.act(ActionKind::Resume);
    story
}

#[test]
fn a_clean_run_has_only_optional_items_left() {
    let story = clean();
    assert_eq!(story.run.exit().code(), 0);
    let open: Vec<_> = cleanup(&story.run, story.now).into_iter().filter(|item| !item.done).collect();
    assert_eq!(
        open.iter().map(|item| item.code).collect::<Vec<_>>(),
        [CleanupCode::DrServiceStopped, CleanupCode::Notes, CleanupCode::SignOff]
    );
    assert!(open.iter().all(|item| !item.required));
}

#[test]
fn notes_and_a_signature_are_noticed() {
    let mut story = clean();
    story.tell(Event::Noted { text: "all read".to_owned(), user: "eng".to_owned(), line: None });
    assert!(done(&story, CleanupCode::Notes));
    let record =
        story.tell(Event::SignedOff { text: "done".to_owned(), user: "kim".to_owned(), consent: None });
    assert!(done(&story, CleanupCode::SignOff));
    let text = item(&story, CleanupCode::SignOff).unwrap().text;
    assert!(text.contains("by kim"), "{text}");
    let signed = story.run.signed_off.as_ref().unwrap();
    assert_eq!((signed.record, signed.at), (record, story.now));
    let summary = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    assert_eq!(summary["sign_off"]["text"], "done");
    assert_eq!(summary["cleanup"][0]["code"], "replication-running");
    assert_eq!(summary["cleanup"][0]["done"], true);
}

#[test]
fn a_pause_left_after_the_test_or_on_leaving_is_exit_code_4() {
    assert_eq!(Story::ended().run.exit().code(), 4);
    let mut story = Story::in_use();
    story.replication(ReplicationState::Paused);
    take_on(&mut story);
    assert_eq!(story.run.exit().code(), 0, "the test goes on, and the pause with it");
    assert!(!story.run.is_cleanup_due());
    let ended = |story: &Story, ending| {
        let mut story = Story { run: story.run.clone(), now: story.now, records: Vec::new() };
        story.tell(Event::RunEnded(ending));
        story.run.exit().code()
    };
    assert_eq!(ended(&story, Ending::Quit), 4);
    assert_eq!(ended(&story, Ending::Signal { name: "SIGHUP".to_owned() }), 4);
    assert_eq!(ended(&story, Ending::Finished), 0, "a watch without a screen ends when all is restored");
}

#[test]
fn acknowledging_the_finding_does_not_resume_replication() {
    let mut story = Story::ended();
    assert!(story.open().contains(&Code::StillPaused));
    take_on(&mut story);
    assert!(done(&story, CleanupCode::FindingsAcknowledged));
    assert!(!done(&story, CleanupCode::ReplicationRunning));
    assert_eq!(story.run.exit().code(), 4);
}

#[test]
fn a_pause_is_to_be_resumed_now_once_the_test_is_over() {
    let text = |story: &Story| item(story, CleanupCode::ReplicationRunning).unwrap().text;
    let in_use = text(&Story::in_use());
    assert!(in_use.ends_with("Resume it once the test is over."), "{in_use}");
    let mut story = Story::ended();
    let ended = text(&story);
    assert!(ended.starts_with("First stop the service of dr. Replication on prod is paused"), "{ended}");
    assert_eq!(
        story.finding(Code::StillPaused).to_do.as_deref(),
        Some("First stop the service of dr. Then resume it.")
    );
    story.service_stopped();
    let stopped = text(&story);
    assert!(stopped.ends_with("Resume it now."), "{stopped}");
    assert_eq!(story.finding(Code::StillPaused).to_do.as_deref(), Some("Resume it."));
}

#[test]
fn every_place_that_names_the_resume_asks_the_vendor_first_while_an_alarm_is_not_settled() {
    const ASK: &str = "ask the vendor whether prod may replicate.";
    for runs in [true, false] {
        let mut story = Story::in_use();
        story.run.started.demo = false;
        let line = line("bad", Arrival::Live, None);
        story.tell(Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line });
        story.attest(Statement::TestOver);
        if !runs {
            story.service_stopped();
        }
        // The service that works on the same bucket is stopped whatever the vendor says.
        let first = if runs { "Stop the service of dr first. Then" } else { "Before a resume" };
        let first = format!("{first} {ASK}");
        for acknowledged in [false, true] {
            let item = item(&story, CleanupCode::ReplicationRunning).unwrap().text;
            assert!(item.starts_with(&first), "{acknowledged}: {item}");
            let to_do = story.finding(Code::StillPaused).to_do.as_deref();
            assert_eq!(to_do, Some(first.as_str()), "{acknowledged}");
            assert_eq!(sign_off_hazard(&story.run).unwrap().to_do, first, "{acknowledged}");
            let Authorization::Allowed { warnings, .. } = authorize(&story.run, ActionKind::Resume) else {
                panic!("it stays the engineer's decision")
            };
            assert!(warnings.iter().any(|warning| warning.ends_with(&first)), "{warnings:?}");
            if acknowledged {
                let preflight = preflight(&story.run, story.now, &PreflightFacts::default());
                let next = next_step(&story.run, story.now, &preflight).text;
                assert!(next.contains(&format!("{ASK} Only if it may: resume")), "{next}");
                assert_eq!(next.contains("First on dr type \"no service enable\". Then ask"), runs, "{next}");
            }
            let alarm = story.finding(Code::Alarm).record;
            let (code, reason, user) = (Code::Alarm.name(), "called".to_owned(), "kim".to_owned());
            story.tell(Event::Acknowledged { code, opened: alarm, reason, user });
        }
    }
}

#[test]
fn replication_stated_as_running_counts_and_is_told_as_stated() {
    let mut story = Story::ended();
    story.attest(Statement::ReplicationRunning);
    let item = item(&story, CleanupCode::ReplicationRunning).unwrap();
    assert!(item.done && item.required && item.text.contains("as stated"), "{item:?}");
    take_on(&mut story);
    assert_eq!(story.run.exit().code(), 0);
}

#[test]
fn replication_that_cannot_be_read_is_not_verified() {
    let mut story = clean();
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    assert!(story.open().contains(&Code::ReplicationUnreadable));
    take_on(&mut story);
    assert!(!done(&story, CleanupCode::ReplicationRunning));
    assert_eq!(story.run.exit().code(), 4);
}

#[test]
fn open_findings_are_counted_and_weigh() {
    let mut story = clean();
    let line = line("bad", Arrival::Live, None);
    story.tell(Event::AlarmSeen { alarm: "x".to_owned(), line });
    let item = item(&story, CleanupCode::FindingsAcknowledged).unwrap();
    assert!(!item.done && item.required && item.text.starts_with("Acknowledge 1 open finding"), "{item:?}");
    assert_eq!(story.run.exit().code(), 4);
}

#[test]
fn threads_set_back_are_offered_but_do_not_weigh() {
    let mut story = Story::in_stage_1();
    assert_eq!(item(&story, CleanupCode::ThreadsAsBefore), None, "drwatch changed nothing");
    story.threads(16);
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    let open = item(&story, CleanupCode::ThreadsAsBefore).unwrap();
    assert!(!open.done && !open.required);
    assert!(open.text.contains("128") && open.text.contains("back to 16, as before"), "{}", open.text);
    story.threads(16);
    assert!(done(&story, CleanupCode::ThreadsAsBefore));
}

#[test]
fn a_number_of_threads_never_read_cannot_be_set_back() {
    let mut story = Story::connected();
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    let item = item(&story, CleanupCode::ThreadsAsBefore).unwrap();
    assert!(!item.done && item.text.contains("was not read"), "{}", item.text);
}

#[test]
fn without_a_primary_there_is_no_replication_to_clean_up() {
    let mut story = Story::with(|started| started.primary = None);
    story.attest(Statement::NamespaceOver);
    story.attest(Statement::TestOver);
    assert_eq!(item(&story, CleanupCode::ReplicationRunning), None);
    take_on(&mut story);
    assert_eq!(story.run.exit().code(), 0);
}

#[test]
fn an_acknowledged_danger_stays_on_the_checklist_and_weighs_no_more() {
    let mut story = Story::in_use();
    let line = line("bad", Arrival::Live, None);
    story.tell(Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line });
    assert_eq!(item(&story, CleanupCode::DangersSettled), None, "it is open, which is an item of its own");
    take_on(&mut story);
    story.attest(Statement::TestOver);
    story.act(ActionKind::Resume);
    take_on(&mut story);
    let item = item(&story, CleanupCode::DangersSettled).unwrap();
    assert!(!item.done && !item.required, "{item:?}");
    assert_eq!(item.text, "Not settled, only acknowledged: dr logged the alarm cloud bucket inconsistent.");
    assert!(done(&story, CleanupCode::FindingsAcknowledged));
    assert_eq!(story.run.exit().code(), 0, "as before: the acknowledgement takes it out of the exit code");
}

#[test]
fn the_service_of_the_dr_appliance_is_on_the_checklist_once_the_test_is_over() {
    assert_eq!(item(&Story::in_use(), CleanupCode::DrServiceStopped), None);
    let mut story = clean();
    let open = item(&story, CleanupCode::DrServiceStopped).unwrap();
    assert!(!open.done && !open.required, "{open:?}");
    assert!(open.text.contains("the bucket that production changes: read nothing there."), "{}", open.text);
    assert!(open.text.ends_with("The demo stops it before the resume."), "{}", open.text);
    story.run.started.demo = false;
    let open = item(&story, CleanupCode::DrServiceStopped).unwrap();
    assert!(open.text.contains("\"no service enable\"; drwatch never sends this"), "{}", open.text);
    story.service_stopped();
    assert!(done(&story, CleanupCode::DrServiceStopped));
}

#[test]
fn a_signature_that_leaves_production_unprotected_takes_a_phrase() {
    let phrase = |story: &Story| sign_off_hazard(&story.run).map(|hazard| hazard.phrase);
    let mut story = Story::ended();
    assert_eq!(phrase(&story), Some("leave paused"));
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    assert_eq!(phrase(&story), Some("leave unknown"));
    story.attest(Statement::ReplicationRunning);
    assert_eq!(phrase(&story), None);
    let alone = Story::with(|started| started.primary = None);
    assert_eq!(phrase(&alone), None, "no primary takes part");
}

#[test]
fn a_run_is_not_signed_off_in_passing_while_data_of_the_pause_is_not_sent() {
    let mut story = Story::ended();
    let read = |story: &mut Story, state, backlog| {
        let answer = answer(Reading::Known(state));
        story.tell(Event::ReplicationRead { answer, backlog });
    };
    read(&mut story, ReplicationState::Paused, Some(ByteCount(5 << 30)));
    let id = story.request(ActionKind::Resume, None);
    story.send(id);
    read(&mut story, ReplicationState::Running, None);
    story.settle(id, ActionState::Confirmed);
    let hazard = sign_off_hazard(&story.run).unwrap();
    assert_eq!(hazard.phrase, "leave it unsent");
    assert!(hazard.what.contains("was not read yet"), "{hazard:?}");
    read(&mut story, ReplicationState::Running, Some(ByteCount(1_262_485_504)));
    let hazard = sign_off_hazard(&story.run).unwrap();
    let warning =
        "1.2 GiB are still to be sent from prod: production is not protected yet. Wait until all is sent.";
    assert_eq!(hazard.warning(), warning);
    let item = |story: &Story| {
        cleanup(&story.run, story.now).into_iter().find(|item| item.code == CleanupCode::AllSent)
    };
    let listed = item(&story).unwrap();
    assert_eq!((listed.text.as_str(), listed.done, listed.required), (warning, false, false));
    read(&mut story, ReplicationState::Running, Some(ByteCount(0)));
    assert_eq!((sign_off_hazard(&story.run), item(&story)), (None, None));
}

#[test]
fn a_pause_that_is_left_is_on_the_checklist_once() {
    let mut story = Story::ended();
    for finding in story.run.open_findings().cloned().collect::<Vec<_>>() {
        let (code, reason, user) = (finding.code.name(), "known".to_owned(), String::new());
        if finding.code != Code::StillPaused {
            story.tell(Event::Acknowledged { code, opened: finding.record, reason, user });
        }
    }
    assert_eq!(story.open(), [Code::StillPaused]);
    let required: Vec<_> = cleanup(&story.run, story.now)
        .into_iter()
        .filter(|item| item.required && !item.done)
        .map(|item| item.code)
        .collect();
    assert_eq!(required, [CleanupCode::ReplicationRunning]);
    let findings = item(&story, CleanupCode::FindingsAcknowledged).unwrap();
    assert!(!findings.done, "the panel of findings shows one open: {findings:?}");
    assert!(findings.text.starts_with("1 finding is open, on replication"), "{}", findings.text);
    story.tell(Event::AlarmSeen { alarm: "x".to_owned(), line: line("bad", Arrival::Live, None) });
    let findings = item(&story, CleanupCode::FindingsAcknowledged).unwrap();
    assert!(
        findings.required
            && findings.text.starts_with("Acknowledge 1 open finding with a reason besides that")
    );
    story.act(ActionKind::Resume);
    take_on(&mut story);
    assert!(done(&story, CleanupCode::FindingsAcknowledged));
    assert_eq!(Story::ended().run.exit().code(), 4, "the exit code waits for it as before");
}
