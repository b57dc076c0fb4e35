//! The next step in trouble: alarms, wrong destinations, unknown outcomes, appliances that are away.

use super::*;

#[test]
fn a_danger_names_what_to_do_and_never_the_words_of_a_log_line() {
    let mut story = Story::in_use();
    alarm(&mut story, "cloud bucket inconsistent");
    assert_eq!(
        next(&story),
        "Urgent: ALARM: data is missing in the bucket. Stop all reading on dr, unmount its shares, keep the pause, call the vendor. Then \
         acknowledge the alarm as unsettled. [Acknowledge] line of 08:10"
    );
    let mut story = Story::in_use();
    story.replication(ReplicationState::Running);
    alarm(&mut story, "cloud bucket inconsistent");
    assert_eq!(
        next(&story),
        "Urgent: ALARM: data is missing in the bucket. Stop reading files on dr; confirm for each that it still exists on prod \
         before it is read. Then acknowledge the alarm as unsettled. [Acknowledge] line of 08:10"
    );
    let mut story = Story::in_use();
    alarm(&mut story, "of my own dialect");
    assert_eq!(
        next(&story),
        "Urgent: ALARM. Look at the alarms on dr itself. Then acknowledge the alarm as unsettled. [Acknowledge] line of 08:10"
    );

    let mut story = Story::in_stage_2();
    story.marker(Marker::RestoreFailed);
    assert_eq!(
        next(&story),
        "Urgent: Read that log line and those around it, then call the vendor. Then acknowledge the finding. \
         [Acknowledge] line of 08:00"
    );

    let mut story = Story::connected();
    for (role, name) in [(Role::Primary, "one"), (Role::Dr, "other")] {
        story.tell(Event::BucketNamed { role, answer: answer(Reading::Known(name.to_owned())) });
    }
    assert_eq!(
        next(&story),
        "Urgent: Do not start the service of dr; compare the cloud settings of prod and dr. Then acknowledge the \
         finding. [Acknowledge]"
    );
}

#[test]
fn different_buckets_ask_for_what_can_still_be_done() {
    let cases = [
        (Story::in_stage_1(), "End the test; compare the cloud settings of prod and dr, then start anew"),
        (Story::ended(), "Compare the cloud settings of prod and dr before the next test"),
    ];
    for (mut story, to_do) in cases {
        for (role, name) in [(Role::Primary, "one"), (Role::Dr, "other")] {
            story.tell(Event::BucketNamed { role, answer: answer(Reading::Known(name.to_owned())) });
        }
        let expected = format!("Urgent: {to_do}. Then acknowledge the finding. [Acknowledge]");
        assert_eq!(next(&story), expected);
    }
}

#[test]
fn wrong_destinations_are_left_by_quitting() {
    let mut story = Story::connected();
    story.service(Role::Primary, ServiceState::Stopped);
    story.service_runs();
    assert_eq!(
        next(&story),
        "Urgent: The destinations look swapped. Check --primary and --dr, then start again: quit. [Quit]"
    );
    let mut story = Story::connected();
    let twin = identity("dr", "serial-prod");
    story.tell(Event::Identified { role: Role::Dr, identity: twin, raw: String::new() });
    assert!(next(&story).starts_with("Urgent: Both destinations are one machine. "), "{}", next(&story));
}

#[test]
fn an_outcome_that_is_unknown_is_looked_up_and_stated() {
    let unknown = |action| {
        let mut story = Story::connected();
        let id = story.request(action, None);
        story.send(id);
        story.settle(id, ActionState::Unknown { reason: "the connection was lost".to_owned() });
        next(&story)
    };
    assert_eq!(
        unknown(ActionKind::Pause),
        "Act: It is unknown whether \"pause replication\" took effect: check on prod, then state it. [StateByHand]"
    );
    assert_eq!(
        unknown(ActionKind::SetThreads(ThreadCount(128))),
        "Act: It is unknown whether \"set 128 replication threads\" took effect: check on dr."
    );
}

#[test]
fn older_markers_wait_for_the_engineer() {
    let mut story = Story::connected();
    story.service_runs();
    let stamp = Some(story.run.started_at);
    let found = FoundMarker { marker: Marker::DownloadComplete, stamp, raw: "done".to_owned(), near: false };
    story.tell(Event::LogSearched(answer(Reading::Known(vec![found]))));
    assert_eq!(
        next(&story),
        "Act: The restore began before this watch. Say which older log lines belong to this test. [ClaimMarkers]"
    );
}

#[test]
fn what_else_forbids_the_start_is_settled_before_it() {
    let mut story = Story::connected();
    story.act(ActionKind::Pause);
    story.listing(1331, 1331, ListingCause::Paused);
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    assert!(next(&story).starts_with("Act: GO: "), "{}", next(&story));
    let full = PreflightFacts { disk_free: Some(ByteCount(1)), ask_past: true, plans: Vec::new() };
    assert_eq!(
        next_with(&story, &full),
        "Act: 0 MiB are free for the record; at least 100 MiB are needed. Make room on that disk."
    );
}

#[test]
fn an_appliance_away_for_a_minute_asks_for_a_look_at_the_network() {
    let mut story = Story::in_stage_2();
    let retry_at = story.now;
    let link = Link::Waiting { reason: "refused".to_owned(), retry_at };
    story.tell(Event::LinkChanged { role: Role::Dr, link });
    assert_eq!(
        next(&story),
        "Wait: The connection to dr is lost; drwatch tries again. The restore goes on. Do nothing until 08:01:38; \
         then check the network, try again. [Reconnect]"
    );
    story.now = story.now + secs(150);
    assert_eq!(
        next(&story),
        "Act: Not connected to dr since 08:00:38. The restore goes on. Check the network, then try again. \
         [Reconnect]"
    );
}

#[test]
fn an_acknowledged_alarm_goes_on_forbidding_what_it_forbade() {
    let mut story = Story::in_use();
    alarm(&mut story, "cloud bucket inconsistent");
    assert!(
        next(&story).starts_with("Urgent: ALARM: data is missing in the bucket. Stop all reading on dr,"),
        "{}",
        next(&story)
    );
    take_on(&mut story);
    assert!(
        next(&story).contains("In this demo the vendor agrees that the test may end"),
        "{}",
        next(&story)
    );
    story.run.started.demo = false;
    assert_eq!(
        next(&story),
        "Act: Wait for the vendor, who alone can settle the alarm of 08:10. Until then: do not read files on dr; replication \
         on prod stays paused. Once they agree to end the test, state that the test is over. [StateByHand]; note what they say \
         [WriteNote]"
    );
    // A second one repeats nothing.
    alarm(&mut story, "no space on filesystem");
    take_on(&mut story);
    let both =
        "Until then: do not read files on dr; delete nothing on dr without the vendor; replication on prod";
    assert!(next(&story).contains(both), "{}", next(&story));
    story.run.started.demo = true;
    story.attest(Statement::TestOver);
    assert_eq!(
        next(&story),
        "Act: The test is over; the alarm of 08:10 is not settled. The vendor has to agree to a resume, and in this demo \
         does: wait until the service of dr is read as stopped (the demo stops it); then resume replication on prod. [Resume]"
    );
    story.run.started.demo = false;
    assert_eq!(
        next(&story),
        "Act: The test is over; the alarm of 08:10 is not settled. First on dr type \"no service enable\". Then ask the \
         vendor whether prod may replicate. Only if it may: resume replication there. [Resume]; else leave it paused, note \
         why [WriteNote]"
    );
    story.run.started.demo = true;
    let mut signed = Story { run: story.run.clone(), now: story.now, records: Vec::new() };
    signed.tell(Event::SignedOff {
        text: "left to the vendor".to_owned(),
        user: "kim".to_owned(),
        consent: None,
    });
    assert_eq!(
        next(&signed),
        "Act: Signed off; replication on prod stays PAUSED until the vendor agrees that it may run. You may quit [Quit], or \
         wait here, and resume once the vendor agrees [Resume]"
    );
    story.attest(Statement::ReplicationRunning);
    assert!(
        next(&story).starts_with(
            "Act: The alarm of 08:10 is not settled. Ask the vendor what it means for production. Sign"
        ),
        "{}",
        next(&story)
    );
    assert_eq!(sign_off_hazard(&story.run).map(|hazard| hazard.phrase), Some("leave it unsettled"));

    let mut story = Story::in_stage_2();
    alarm(&mut story, "cloud bucket inconsistent");
    take_on(&mut story);
    assert!(
        next(&story).starts_with("Wait: The alarm of 08:00 is acknowledged, not settled: do not read"),
        "{}",
        next(&story)
    );
}

#[test]
fn an_acknowledged_alarm_while_replication_runs_forbids_unchecked_reads() {
    let mut story = Story::in_use();
    story.replication(ReplicationState::Running);
    alarm(&mut story, "cloud bucket inconsistent");
    take_on(&mut story);
    story.run.started.demo = false;
    let text = "Until then: before reading a file on dr, check that prod still has it. Once they";
    assert!(next(&story).contains(text), "{}", next(&story));
}

#[test]
fn no_step_asks_for_a_resume_that_an_acknowledged_alarm_forbids() {
    let mut story = Story::in_stage_2();
    story.run.started.settings.resume_policy = ResumePolicy::ResumeAfterStage1;
    assert!(next(&story).starts_with("Act: Stage 1 is over: resume replication on prod"), "{}", next(&story));
    alarm(&mut story, "cloud bucket inconsistent");
    take_on(&mut story);
    let step = next(&story);
    assert!(step.starts_with("Wait: The alarm of 08:00") && !step.contains("[Resume]"), "{step}");
    // One that forbids nothing of its own is not settled either: the top line says not to resume.
    let mut story = Story::in_stage_2();
    story.run.started.settings.resume_policy = ResumePolicy::ResumeAfterStage1;
    alarm(&mut story, "fan failed");
    take_on(&mut story);
    assert!(story.run.has_unsettled_alarm());
    assert!(next(&story).starts_with("Wait: ") && !next(&story).contains("[Resume]"), "{}", next(&story));
}

#[test]
fn what_is_to_be_done_at_once_stands_alone_beside_an_acknowledged_alarm() {
    let mut story = Story::in_stage_2();
    alarm(&mut story, "cloud bucket inconsistent");
    take_on(&mut story);
    let waits = "Wait: The alarm of 08:00 is acknowledged, not settled: do not read files on dr. Stage 2";
    assert!(next(&story).starts_with(waits), "{}", next(&story));
    // Pausing again is what to do: what the alarm forbids stays with the findings.
    story.replication(ReplicationState::Running);
    let step = next(&story);
    assert!(step.contains("ause") && !step.contains("acknowledged, not settled"), "{step}");
}

fn take_on(story: &mut Story) {
    for finding in story.run.open_findings().cloned().collect::<Vec<_>>() {
        let (code, opened) = (finding.code.name(), finding.record);
        story.tell(Event::Acknowledged { code, opened, reason: "known".to_owned(), user: "eng".to_owned() });
    }
}

#[test]
fn what_the_primary_did_not_take_is_done_in_its_web_interface() {
    let refused = |story: &mut Story, action| {
        let id = story.request(action, None);
        story.send(id);
        story.settle(id, ActionState::Rejected { reason: "% Unrecognized command".to_owned() });
    };
    let mut story = Story::connected();
    story.replication(ReplicationState::Running);
    refused(&mut story, ActionKind::Pause);
    assert_eq!(
        next(&story),
        "Act: prod did not take the pause: pause it in its web interface (Replication > Storage > Cloud Settings > Suspend)."
    );
    story.replication(ReplicationState::Paused);
    assert!(!next(&story).contains("did not take"), "{}", next(&story));
    let mut story = Story::ended();
    refused(&mut story, ActionKind::Resume);
    assert!(
        next(&story).contains("prod did not take the resume: resume replication in its web"),
        "{}",
        next(&story)
    );
    // What was refused before it was sent says nothing of the appliance.
    let mut story = Story::connected();
    story.replication(ReplicationState::Running);
    let id = story.request(ActionKind::Pause, None);
    story.settle(id, ActionState::Rejected { reason: "the connection was lost".to_owned() });
    assert!(next(&story).starts_with("Act: Pause replication on prod. [Pause]"), "{}", next(&story));
}

#[test]
fn a_late_marker_is_looked_for_in_the_log_itself_and_stated_only_where_it_was_found() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[13_074]);
    assert_eq!(next(&story), "Wait: All 2,662 objects are there; waiting for dr to log the end of stage 1.");
    story.polls(20, &[13_074; 8]);
    assert!(story.run.reported.stalled.is_some());
    assert_eq!(
        next(&story),
        "Act: All is counted, and the line that ends stage 1 is late. Search the log on dr itself for \"Cloud restore \
         phase complete\"; only if it is there, state that stage 1 is over. [StateByHand]"
    );
}

#[test]
fn an_alarm_left_open_is_told_otherwise_once_the_test_is_over() {
    let mut story = Story::in_use();
    alarm(&mut story, "cloud bucket inconsistent");
    story.attest(Statement::TestOver);
    assert_eq!(
        next(&story),
        "Urgent: ALARM: data is missing in the bucket. Do not resume; call the vendor. Then acknowledge the alarm as unsettled. [Acknowledge] line of \
         08:10"
    );
    assert!(
        !story.finding(Code::Alarm).text.contains("Stop all reading"),
        "{}",
        story.finding(Code::Alarm).text
    );
    story.attest(Statement::TestNotOver);
    assert!(
        next(&story).contains("Until its cause is settled: do not read files on dr. Then"),
        "{}",
        next(&story)
    );
    story.attest(Statement::TestOver);
    story.act(ActionKind::Resume);
    assert!(
        next(&story).contains(
            "Replication on prod runs all the same: call the vendor. Then acknowledge the alarm as unsettled."
        ),
        "{}",
        next(&story)
    );
}

#[test]
fn the_signature_over_an_alarm_names_who_agreed_to_the_resume() {
    let mut story = Story::in_use();
    alarm(&mut story, "cloud bucket inconsistent");
    take_on(&mut story);
    story.attest(Statement::TestOver);
    story.service_stopped();
    let id = ActionId(9);
    story.tell(Event::ActionRequested {
        id,
        plan: ActionPlan {
            action: ActionKind::Resume,
            lines: vec!["words".to_owned()],
            certainty: Certainty::Inferred,
        },
        user: "eng".to_owned(),
        r#override: None,
        typed: Some("prod".to_owned()),
        consent: action_consent(&story.run, ActionKind::Resume),
        agreed: Some("A. Vendor, case 123".to_owned()),
    });
    story.send(id);
    let running = answer(Reading::Known(ReplicationState::Running));
    let read =
        |backlog| Event::ReplicationRead { answer: running.clone(), backlog: Some(ByteCount(backlog)) };
    story.tell(read(1_262_485_504));
    story.settle(id, ActionState::Confirmed);
    assert_eq!(
        next(&story),
        "Wait: Replication on prod runs again; 1.2 GiB still to send. Sign the run off, with the alarm unsettled, once all is \
         sent. [SignOff]",
        "short, so that its end is seen"
    );
    story.wait(60);
    story.tell(read(0));
    assert_eq!(
        next(&story),
        "Act: The alarm of 08:10 stays unsettled in the report (vendor: A. Vendor, case 123). Sign the run off with the \
         alarm unsettled. [SignOff]"
    );
}
