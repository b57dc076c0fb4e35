//! The steps of the procedure: when each was taken, by whom, and which were skipped or late.

use super::*;

#[test]
fn a_step_that_begins_later_than_tolerated_is_a_deviation() {
    let up_to = |seconds| Some(secs(seconds));
    for (tolerance, late, expected) in [
        (None, 900, None),
        (None, 901, Some("00:15:01 later than planned; up to 00:15:00 is tolerated by default.")),
        (up_to(60), 60, None),
        (up_to(60), 61, Some("00:01:01 later than planned; up to 00:01:00 is tolerated.")),
        (up_to(3600), 3600, None),
    ] {
        let late = secs(late);
        let mut story = Story::connected();
        story.service_stopped();
        story.replication(ReplicationState::Running);
        let planned = PlannedStep { step: ProcedureStep::Pause, at: story.now };
        // As late as the pause, more or less: that follows from it.
        let minute = Elapsed::from_secs(60);
        let threads = PlannedStep { step: ProcedureStep::Threads, at: planned.at + minute };
        let sheet = TestSheet {
            planned: vec![planned, threads],
            late_start_tolerance: tolerance,
            ..TestSheet::default()
        };
        state(&mut story, &sheet, None);
        story.now = planned.at + late;
        story.act(ActionKind::Pause);
        story.wait(30);
        story.act(ActionKind::SetThreads(ThreadCount(128)));
        let deviations = summary(&story).deviations;
        let is_late = |deviation: &&Deviation| deviation.text.contains("later than planned");
        let found = deviations.iter().find(is_late);
        assert_eq!(deviations.iter().filter(is_late).count(), usize::from(expected.is_some()));
        assert_eq!(found.is_some(), expected.is_some(), "{deviations:#?}");
        if let Some((found, words)) = found.zip(expected) {
            assert_eq!(found.text, format!("The step \"pause replication\" began {words}"));
            assert_eq!(found.record, Some(story.run.actions[0].record));
            assert_eq!(found.user.as_deref(), Some("eng"));
        }
    }
}

#[test]
fn the_clean_up_is_done_once_somebody_has_signed() {
    let mut story = Story::ended();
    story.replication(ReplicationState::Running);
    let unsigned = step(&story, ProcedureStep::CleanUp);
    assert_eq!((unsigned.state, unsigned.ended_at), (StepState::UnderWay, None));
    assert!(unsigned.remark.unwrap().contains("Nobody has signed"));
    for finding in story.run.issue_findings().cloned().collect::<Vec<_>>() {
        let (code, opened) = (finding.code.name(), finding.record);
        story.tell(Event::Acknowledged { code, opened, reason: "known".to_owned(), user: "eng".to_owned() });
    }
    story.tell(Event::RunEnded(Ending::Quit));
    assert_eq!(step(&story, ProcedureStep::CleanUp).state, StepState::Unfinished);
    // The operator signs with a key after the watch has ended.
    let record = story.tell(Event::Signed(SignedStatement {
        role: SignerRole::Operator,
        verdict: Some(TestVerdict::Passed),
        notes: None,
        name: "Kim Berg".to_owned(),
        user: "kim@console".to_owned(),
        key: "SHA256:k".to_owned(),
    }));
    let signed = step(&story, ProcedureStep::CleanUp);
    assert_eq!((signed.state, signed.engineer.as_deref()), (StepState::Done, Some("Kim Berg")));
    assert!(signed.records.contains(&record));
    let events: Vec<_> = dated_events(&story.run).iter().map(ToString::to_string).collect();
    assert!(
        events.contains(&"Kim Berg signed the record as operator, verdict passed".to_owned()),
        "{events:#?}"
    );
}

#[test]
fn the_steps_say_who_took_them_and_what_shows_it() {
    let mut story = Story::connected();
    name(&mut story, "Kim Berg");
    story.service_stopped();
    story.replication(ReplicationState::Running);
    story.act(ActionKind::Pause);
    story.counter(10_412);
    story.tell(Event::BaselineTaken { user: "eng".to_owned() });
    let pause = step(&story, ProcedureStep::Pause);
    assert_eq!((pause.state, pause.user.as_deref()), (StepState::Done, Some("eng")));
    assert_eq!(pause.engineer.as_deref(), Some("Kim Berg"));
    assert!(pause.records.contains(&story.run.actions[0].record));
    assert_eq!(step(&story, ProcedureStep::Baseline).engineer.as_deref(), Some("Kim Berg"));
    assert_eq!(step(&story, ProcedureStep::List).state, StepState::Open);
    assert_eq!(step(&story, ProcedureStep::Stage1).state, StepState::Open);
}

#[test]
fn a_step_is_skipped_once_stage_1_has_begun_without_it() {
    let mut story = Story::connected();
    story.service_stopped();
    story.replication(ReplicationState::Running);
    story.act(ActionKind::Pause);
    story.counter(10_412);
    assert_eq!(step(&story, ProcedureStep::Threads).state, StepState::Open);
    story.marker(Marker::DownloadStarted);
    for skipped in [ProcedureStep::List, ProcedureStep::Threads] {
        assert_eq!(step(&story, skipped).state, StepState::Skipped);
    }
    for done in [ProcedureStep::Pause, ProcedureStep::Baseline, ProcedureStep::Start] {
        assert_eq!(step(&story, done).state, StepState::Done);
    }
    assert_eq!(step(&story, ProcedureStep::Stage1).state, StepState::UnderWay);
    let texts: Vec<_> = summary(&story).deviations.into_iter().map(|deviation| deviation.text).collect();
    assert!(texts.iter().any(|text| text.contains("list the bucket\" was skipped")), "{texts:?}");
}

#[test]
fn threads_that_were_set_after_stage_1_had_begun_are_a_deviation() {
    let text = "The threads were set only after stage 1 had begun.";
    let late = |story: &Story| {
        let deviations = summary(story).deviations;
        deviations.into_iter().find(|deviation| deviation.text == text)
    };
    let mut story = Story::connected();
    story.service_stopped();
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    story.marker(Marker::DownloadStarted);
    assert_eq!(late(&story), None);
    let mut story = Story::connected();
    story.service_stopped();
    story.marker(Marker::DownloadStarted);
    story.wait(30);
    story.act(ActionKind::Pause);
    story.act(ActionKind::SetThreads(ThreadCount(128)));
    let late = late(&story).unwrap();
    let set = &story.run.actions[1];
    assert_eq!((late.at, late.record), (Some(set.requested_at), Some(set.record)));
}

#[test]
fn a_use_that_nobody_stated_is_not_called_done() {
    let mut story = Story::ended();
    let used = step(&story, ProcedureStep::Use);
    assert_eq!((used.state, used.started_at, used.ended_at), (StepState::NotWatched, None, None), "{used:?}");
    assert!(used.remark.unwrap().contains("Whether it can be used is not known: nobody stated it."));
    story.run = Story::in_stage_2().run;
    story.marker(Marker::NamespaceComplete);
    story.marker(Marker::RestoreSuccessful);
    let restored = step(&story, ProcedureStep::Use);
    assert_eq!((restored.state, restored.started_at), (StepState::Open, None), "nobody uses it yet");
    story.wait(40);
    story.attest(Statement::RestoredUsable);
    let since = story.now;
    let used = step(&story, ProcedureStep::Use);
    assert_eq!((used.state, used.started_at), (StepState::UnderWay, Some(since)), "not since the restore");
    story.wait(40);
    story.attest(Statement::TestOver);
    assert_eq!(step(&story, ProcedureStep::Use).state, StepState::Done);
}

#[test]
fn a_stage_in_which_the_record_ended_is_not_under_way() {
    let mut story = Story::in_stage_2();
    assert_eq!(step(&story, ProcedureStep::Stage2).state, StepState::UnderWay);
    story.tell(Event::RunEnded(Ending::Quit));
    let left = step(&story, ProcedureStep::Stage2);
    assert_eq!(left.state, StepState::Unfinished);
    assert!(left.remark.unwrap().contains("The record ended in it."));
}

#[test]
fn the_start_waits_for_a_person_though_the_baseline_moves_with_each_reading() {
    let mut story = Story::connected();
    story.service_stopped();
    story.replication(ReplicationState::Running);
    story.act(ActionKind::Pause);
    let paused = story.now;
    story.wait(50);
    story.counter(10_412);
    story.wait(10);
    story.marker(Marker::DownloadStarted);
    let waited = step(&story, ProcedureStep::Start).waited;
    assert_eq!(waited, Some(story.now.length_since(paused)));
}

#[test]
fn what_came_before_the_watch_was_not_watched_and_is_not_skipped() {
    let mut story = Story::connected();
    story.service_runs();
    story.attest(Statement::DownloadOver);
    assert_eq!(step(&story, ProcedureStep::Threads).state, StepState::NotWatched);
    let proven = summary(&story).not_proven;
    assert!(
        proven.iter().any(|text| text.starts_with("When stage 1 began: it was not observed")),
        "{proven:?}"
    );
}

#[test]
fn a_stage_in_which_the_test_ended_is_unfinished() {
    let mut story = Story::in_stage_2();
    story.wait(10);
    story.marker(Marker::RestoreFailed);
    assert_eq!(step(&story, ProcedureStep::Stage1).state, StepState::Done);
    let stage_2 = step(&story, ProcedureStep::Stage2);
    assert_eq!(stage_2.state, StepState::Unfinished);
    assert!(stage_2.remark.unwrap().contains("failed"));
    assert_eq!(step(&story, ProcedureStep::Use).state, StepState::Open);
    assert_eq!(summary(&story).recovery.stage_2, None, "it did not end");
}

#[test]
fn the_resume_waits_for_a_person_from_the_end_of_the_test_on() {
    let mut story = Story::ended();
    story.wait(90);
    let open = step(&story, ProcedureStep::Resume);
    assert_eq!((open.state, open.waited), (StepState::Open, Some(secs(90).into())));
    story.act(ActionKind::Resume);
    let done = step(&story, ProcedureStep::Resume);
    assert_eq!(
        (done.state, done.waited, done.user.as_deref()),
        (StepState::Done, Some(secs(90).into()), Some("eng"))
    );
}

#[test]
fn a_step_that_a_saved_log_cannot_show_is_not_called_skipped() {
    let log = ImportedLog { made_at: Story::new().now, files: vec!["dr.log".to_owned()] };
    let mut story = Story::with(|started| started.imported = Some(log));
    story.marker(Marker::DownloadStarted);
    for unseen in [ProcedureStep::Threads, ProcedureStep::Baseline] {
        let step = step(&story, unseen);
        assert_eq!(step.state, StepState::NotWatched, "{step:?}");
        assert!(step.remark.unwrap().contains("A saved log does not show it."));
    }
    let deviations = summary(&story).deviations;
    assert!(!deviations.iter().any(|deviation| deviation.text.contains("skipped")), "{deviations:?}");
}
