//! Findings about the machines: out of reach, unreadable, clocks, threads, actions.

use super::*;

#[test]
fn an_appliance_not_heard_of_is_lost_until_it_is_heard_again() {
    let mut story = Story::connected();
    story.wait(59);
    assert!(story.findings(Code::ApplianceLost).is_empty());
    story.service_runs();
    let reason = "Connection refused.".to_owned();
    let link = Link::Waiting { reason, retry_at: story.now };
    story.tell(Event::LinkChanged { role: Role::Primary, link });
    story.wait(1);
    let finding = story.finding(Code::ApplianceLost);
    assert_eq!(finding.role, Some(Role::Primary));
    assert!(finding.text.contains("Connection refused."));
    story.wait(1);
    assert_eq!(story.findings(Code::ApplianceLost).len(), 1);
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connected });
    assert!(!story.finding(Code::ApplianceLost).is_open());
    story.wait(60);
    assert_eq!(story.findings(Code::ApplianceLost).len(), 3, "both are lost now, the primary anew");
}

#[test]
fn attempts_to_connect_do_not_count_as_contact() {
    let mut story = Story::new();
    for _ in 0..7 {
        story.wait(10);
        story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Connecting });
        let link = Link::Waiting { reason: String::new(), retry_at: story.now };
        story.tell(Event::LinkChanged { role: Role::Dr, link });
    }
    assert!(story.findings(Code::ApplianceLost).iter().any(|finding| finding.role == Some(Role::Dr)));
}

#[test]
fn a_loss_is_not_reported_while_an_attempt_may_end_it() {
    let mut story = Story::connected();
    let link = Link::Waiting { reason: String::new(), retry_at: story.now };
    story.tell(Event::LinkChanged { role: Role::Dr, link });
    story.wait(50);
    story.replication(ReplicationState::Running);
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Connecting });
    story.wait(14);
    assert!(story.findings(Code::ApplianceLost).is_empty());
    story.wait(1);
    assert_eq!(story.finding(Code::ApplianceLost).role, Some(Role::Dr));
}

#[test]
fn a_dr_appliance_that_goes_away_after_the_test_is_no_loss() {
    let mut story = Story::ended();
    story.wait(9000);
    let lost: Vec<_> = story.findings(Code::ApplianceLost);
    assert!(lost.iter().all(|finding| finding.role == Some(Role::Primary) || !finding.is_open()));
    assert!(lost.iter().any(|finding| finding.role == Some(Role::Primary)));
}

#[test]
fn time_in_which_nothing_was_recorded_is_no_silence() {
    let mut story = Story::connected();
    story.now = story.now + secs(90_000);
    let (program, recorder) = ("0.1.0".to_owned(), "eng@laptop".to_owned());
    story.tell(Event::RunContinued { program, recorder, held: None, since: None, distrusted: None });
    story.wait(59);
    assert!(story.findings(Code::ApplianceLost).is_empty());
    assert_eq!(story.run.dr.link, Link::Connecting);
}

#[test]
fn one_machine_behind_both_destinations_blocks() {
    let mut story = Story::connected();
    let twin = Identity { hostname: Some("other".to_owned()), ..identity("dr", "serial-prod") };
    story.tell(Event::Identified { role: Role::Dr, identity: twin, raw: String::new() });
    assert_eq!(story.finding(Code::SameMachine).severity, FindingSeverity::Blocking);
    story.tell(Event::Identified { role: Role::Dr, identity: identity("dr", "s-2"), raw: String::new() });
    assert!(!story.finding(Code::SameMachine).is_open());
    assert_eq!(story.run.confirmed, None, "a confirmation of a wrong pair does not hold");
}

#[test]
fn few_threads_are_told_in_stage_1_alone() {
    let mut story = Story::connected();
    story.threads(16);
    story.wait(10);
    story.marker(Marker::DownloadStarted);
    assert!(story.findings(Code::FewThreads).is_empty(), "read before the stage");
    story.wait(1);
    story.threads(16);
    assert!(story.finding(Code::FewThreads).is_open());
    story.threads(128);
    assert!(!story.finding(Code::FewThreads).is_open());
}

#[test]
fn a_clock_far_off_is_information() {
    let mut story = Story::connected();
    story.tell(Event::ClockOffset { role: Role::Dr, seconds: -120 });
    assert!(story.findings(Code::ClockOffset).is_empty());
    story.tell(Event::ClockOffset { role: Role::Dr, seconds: -121 });
    let finding = story.finding(Code::ClockOffset);
    assert_eq!(finding.severity, FindingSeverity::Info);
    assert!(finding.text.contains("121 s behind"));
    story.tell(Event::ClockOffset { role: Role::Dr, seconds: i64::MIN });
    story.tell(Event::ClockOffset { role: Role::Dr, seconds: 3 });
    assert!(!story.finding(Code::ClockOffset).is_open());
}

#[test]
fn a_rejected_action_stands_until_one_like_it_succeeds() {
    let mut story = Story::connected();
    let id = story.request(ActionKind::Pause, None);
    story.send(id);
    story.settle(id, ActionState::Rejected { reason: "% Insufficient permissions".to_owned() });
    let finding = story.finding(Code::ActionRejected);
    assert!(finding.is_open() && finding.text.contains("% Insufficient permissions"));
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    assert!(story.finding(Code::ActionRejected).is_open());
    story.act(ActionKind::Pause);
    assert!(!story.finding(Code::ActionRejected).is_open());
}

#[test]
fn a_hole_in_the_record_is_told() {
    let mut story = Story::connected();
    let reason = "No space left on device.".to_owned();
    story.tell(Event::RecordHole { from: morning(), records: 7, reason });
    assert!(story.finding(Code::RecordHole).text.contains("7 records"));
}

#[test]
fn an_acknowledged_condition_does_not_open_again_while_it_lasts() {
    let mut story = Story::connected();
    let opened = story.listing(1331, 1331, ListingCause::Start);
    story.tell(Event::Acknowledged {
        code: "listing-provisional".to_owned(),
        opened,
        reason: "fine".to_owned(),
        user: "eng".to_owned(),
    });
    story.wait(1);
    story.service_stopped();
    assert!(!story.finding(Code::ListingProvisional).is_open());
    assert!(story.finding(Code::UnclassifiedEntries).is_open(), "only the code named is taken on");
}

/// A run in which `fill` has happened a few times more than a list may be long.
fn overfilled(fill: impl Fn(&mut Story, u32)) -> Story {
    let mut story = Story::in_stage_1();
    for number in 0..u32::try_from(LIST_LIMIT).unwrap() + 5 {
        story.now = story.now + secs(1);
        fill(&mut story, number);
    }
    story
}

#[test]
fn the_lists_of_notes_and_gaps_are_bounded_and_count_what_they_gave_up() {
    let run = overfilled(|story, _| {
        story.tell(Event::Noted { text: String::new(), user: String::new(), line: None });
        let (from, to) = (story.now, story.now);
        story.tell(Event::LogGap(Gap {
            from,
            to,
            offset: LogOffset(0),
            reason: String::new(),
            record: None,
        }));
    })
    .run;
    assert_eq!((run.notes.len(), run.dropped.notes), (LIST_LIMIT, 5));
    assert_eq!((run.log.gaps.len(), run.dropped.gaps), (LIST_LIMIT, 5));
}

#[test]
fn the_list_of_actions_is_bounded_and_counts_what_it_gave_up() {
    let before = Story::in_stage_1().run.actions.len();
    let run = overfilled(|story, number| {
        let plan = ActionPlan { action: ActionKind::Pause, lines: Vec::new(), certainty: Certainty::Unknown };
        story.tell(Event::ActionRequested {
            id: ActionId(number + 10),
            plan,
            user: String::new(),
            r#override: None,
            typed: None,
            consent: None,
            agreed: None,
        });
    })
    .run;
    assert_eq!((run.actions.len(), run.dropped.actions), (LIST_LIMIT, 5 + before as u64));
}

#[test]
fn the_list_of_epochs_is_bounded_and_counts_what_it_gave_up() {
    let run = overfilled(|story, number| {
        let falling = 10_000 - u64::from(number);
        story.counter(falling);
    })
    .run;
    assert!(run.download.epochs.len() <= LIST_LIMIT && run.dropped.epochs > 0);
}

#[test]
fn the_lists_of_pauses_and_findings_are_bounded_and_lose_no_paused_time() {
    let story = overfilled(|story, _| {
        story.attest(Statement::ReplicationRunning);
        story.attest(Statement::ReplicationPaused);
    });
    let run = &story.run;
    assert!(run.replication.intervals.len() <= LIST_LIMIT && run.dropped.intervals > 0);
    assert!(run.findings.len() <= LIST_LIMIT && run.dropped.findings > 0);
    assert_eq!(
        run.replication.paused_total(story.now),
        story.now.since(run.started_at).saturating_sub(secs(1))
    );
}

#[test]
fn an_absence_without_a_beginning_of_its_own_begins_at_the_record_before() {
    let (program, recorder) = ("0.1.0".to_owned(), "eng@laptop".to_owned());
    let continued = |since| Event::RunContinued {
        program: program.clone(),
        recorder: recorder.clone(),
        held: Some("drwatch was suspended".to_owned()),
        since,
        distrusted: None,
    };
    let mut story = Story::connected();
    let left = story.now;
    story.now = left + secs(100);
    story.tell(continued(None));
    story.now = left + secs(200);
    // Something else came to be recorded first on waking.
    story.tell(Event::Noted { text: "x".to_owned(), user: "eng".to_owned(), line: None });
    story.tell(continued(Some(left + secs(101))));
    let absences: Vec<_> = story.run.absences.iter().map(|gap| (gap.from, gap.to)).collect();
    assert_eq!(absences, [(left, left + secs(100)), (left + secs(101), left + secs(200))]);
}

#[test]
fn a_clock_of_our_own_set_back_is_told_until_it_is_right_again() {
    let mut story = Story::connected();
    story.tell(Event::OwnClock { behind: secs(3600) });
    assert_eq!(story.finding(Code::OwnClockSetBack).severity, FindingSeverity::Info);
    story.tell(Event::OwnClock { behind: Elapsed::ZERO });
    assert!(!story.finding(Code::OwnClockSetBack).is_open());
}

#[test]
fn time_in_which_nothing_was_recorded_is_no_stall() {
    let mut story = Story::connected();
    story.service_stopped();
    story.counter(1000);
    story.service_runs();
    story.polls(5, &[1010, 1020, 1030]);
    assert_eq!(story.run.phase(), Phase::Stage1);
    story.now = story.now + secs(3600);
    let (program, recorder) = ("0.1.0".to_owned(), "eng@laptop".to_owned());
    let held = Some("the machine slept".to_owned());
    story.tell(Event::RunContinued { program, recorder, held, since: None, distrusted: None });
    story.polls(5, &[1030, 1030]);
    assert!(story.findings(Code::Stalled).is_empty());
    story.polls(5, &[1030; 30]);
    assert!(!story.findings(Code::Stalled).is_empty());
}

#[test]
fn how_long_an_appliance_is_away_does_not_begin_anew_with_each_attempt() {
    let mut story = Story::connected();
    assert_eq!(story.run.dr.away_since, None);
    let lost_at = story.now;
    for _ in 0..5 {
        let link = Link::Waiting { reason: "refused".to_owned(), retry_at: story.now };
        story.tell(Event::LinkChanged { role: Role::Dr, link });
        story.wait(10);
        story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Connecting });
        story.wait(10);
    }
    assert_eq!(story.run.dr.away_since, Some(lost_at));
    story.tell(Event::LinkChanged { role: Role::Dr, link: Link::Connected });
    assert_eq!(story.run.dr.away_since, None);
}

#[test]
fn every_change_by_others_is_a_finding_of_its_own() {
    let mut story = Story::connected();
    story.replication(ReplicationState::Running);
    story.act(ActionKind::Pause);
    story.wait(60);
    story.replication(ReplicationState::Running);
    story.wait(15);
    story.replication(ReplicationState::Paused);
    let texts: Vec<_> =
        story.findings(Code::ReplicationChangedByOthers).iter().map(|finding| &finding.text).collect();
    assert_eq!(texts.len(), 2);
    assert!(texts[0].contains("resumed") && texts[1].contains("paused"), "{texts:?}");
}

#[test]
fn answers_of_the_dr_appliance_that_nobody_can_read_are_told_until_they_can_be() {
    let mut story = Story::connected();
    story.tell(Event::CounterRead(answer(Reading::Unreadable)));
    let finding = story.finding(Code::DrUnreadable);
    assert!(finding.text.contains("answers about its GET counter"), "{}", finding.text);
    story.tell(Event::ServiceRead { role: Role::Dr, answer: answer(Reading::Refused("no".to_owned())) });
    assert!(story.finding(Code::DrUnreadable).text.contains("its GET counter and its service"));
    story.counter(1);
    story.service_stopped();
    assert!(!story.finding(Code::DrUnreadable).is_open());
    let mut story = Story::connected();
    story.tell(Event::CounterRead(answer(Reading::ServiceDown)));
    assert!(story.findings(Code::DrUnreadable).is_empty(), "a service that does not run is readable");
}
