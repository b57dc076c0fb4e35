//! What a result rests on where a person stated it, and what was read against that.

use super::*;

/// States it now, with the consent that it takes.
fn state(story: &mut Story, statement: Statement) -> Sequence {
    let consent = statement_consent(&story.run, statement, story.now);
    let (since, reason, user) = (story.now, "they said so".to_owned(), "eng".to_owned());
    story.tell(Event::Attested { statement, since, reason, user, consent })
}

fn with_targets(story: &mut Story) {
    let limit = secs(86_400);
    let targets = [Target::TimeToRestored { limit }, Target::TimeToUsable { limit }];
    let criteria = targets.map(|target| Criterion { target, source: None }).into();
    let sheet = Box::new(TestSheet { criteria, ..TestSheet::default() });
    story.tell(Event::TestSheetFrozen { sheet });
}

/// All is listed and counted, the log is followed, and the DR service is read as stopped.
fn before_the_start() -> Story {
    let mut story = Story::connected();
    with_targets(&mut story);
    story.replication(ReplicationState::Running);
    story.act(ActionKind::Pause);
    story.listing(1331, 1331, ListingCause::Paused);
    story.tell(Event::LogFollowed);
    story.chunk(LogTally { lines: LineCount(5), info: LineCount(5), ..LogTally::default() });
    story.counter(10_412);
    story.service_stopped();
    story
}

const STAGES: [Statement; 3] = [Statement::DownloadBegun, Statement::DownloadOver, Statement::NamespaceOver];

/// The three stages are stated while the service is read as stopped all the time and no object comes.
fn stated_against_readings() -> Story {
    let mut story = before_the_start();
    for statement in STAGES {
        story.wait(20);
        story.service_stopped();
        story.counter(10_412);
        state(&mut story, statement);
    }
    story
}

fn summary(story: &Story) -> TestSummary {
    test_summary(&story.run, story.now)
}

fn step(story: &Story, wanted: ProcedureStep) -> StepSummary {
    summary(story).procedure.into_iter().find(|step| step.step == wanted).unwrap()
}

const COUNT: &str = "0 of 2,662 objects (0 %) were counted on dr";

#[test]
fn a_restore_that_was_stated_against_what_was_read_is_in_doubt_wherever_it_is_told() {
    let mut story = stated_against_readings();
    let test = summary(&story);
    let stated = test.recovery.stated_restored.clone().unwrap();
    let texts: Vec<_> = stated.against.iter().map(|against| against.text.as_str()).collect();
    let [count, service, log] = texts.as_slice() else { panic!("{texts:?}") };
    assert_eq!((*count, stated.grounds()), (COUNT, Grounds::Doubted));
    assert!(service.starts_with("the service of dr was read as stopped at 2026-03-02 08:"), "{service}");
    assert!(log.starts_with("the log of dr was followed and did not show"), "{log}");
    assert!(stated.against.iter().all(|against| against.record.is_some()), "{stated:?}");

    let restored = &test.criteria[0];
    assert!(restored.is_met_on(Grounds::Doubted), "{restored:?}");
    for words in [
        "The start of stage 1 was stated, although the service",
        "That the namespace is restored was stated against what was read.",
    ] {
        assert!(restored.reason.contains(words), "{words}: {}", restored.reason);
    }
    assert!(stated.against.iter().all(|against| restored.records.contains(&against.record.unwrap())));

    let start = step(&story, ProcedureStep::Start);
    assert_eq!((start.state, start.grounds), (StepState::Done, Grounds::Doubted));
    let remark = start.remark.unwrap();
    assert!(
        remark.starts_with("Only a statement that stage 1 began shows it, although the serv"),
        "{remark}"
    );
    for stage in [ProcedureStep::Stage1, ProcedureStep::Stage2] {
        let stage = step(&story, stage);
        assert_eq!(stage.grounds, Grounds::Doubted);
        assert!(stage.remark.unwrap().contains("Its end was stated by hand, although 0 of"));
    }
    let not_proven = test.not_proven;
    let open: Vec<_> =
        not_proven.iter().filter(|open| open.starts_with("That the namespace was restored: ")).collect();
    assert!(matches!(open.as_slice(), [open] if open.contains(COUNT)), "{not_proven:?}");

    let StatementVerdict::NeedsPhrase { phrase, warning } =
        judge_statement(&story.run, Statement::RestoredUsable, story.now)
    else {
        panic!("it is given free without a word")
    };
    assert_eq!(phrase, "against the reading");
    assert!(
        warning.contains(COUNT) && warning.contains("does not run: nothing there can be used"),
        "{warning}"
    );
    let preflight = preflight(&story.run, story.now, &PreflightFacts::default());
    let next = next_step(&story.run, story.now, &preflight).text;
    assert!(next.starts_with("The service of dr is stopped (read at 08:01): nobody can use dr."), "{next}");
    state(&mut story, Statement::RestoredUsable);
    let test = summary(&story);
    assert!(test.criteria[1].is_met_on(Grounds::Doubted), "{:?}", test.criteria[1]);
    let reason = &test.criteria[1].reason;
    assert!(reason.contains("That the namespace is restored was stated against what was read."), "{reason}");
    assert_eq!(test.recovery.stated_usable.unwrap().against, stated.against);
    assert!(test.not_proven.iter().any(|open| {
        open.starts_with("That the restored appliance can be used: eng stated it at")
            && open.ends_with("it is in doubt whether the namespace was restored.")
    }));
    assert_eq!(step(&story, ProcedureStep::Use).grounds, Grounds::Doubted);
}

#[test]
fn a_statement_that_readings_confirm_afterwards_is_not_in_doubt() {
    let mut story = before_the_start();
    state(&mut story, Statement::DownloadBegun);
    assert_eq!(step(&story, ProcedureStep::Start).grounds, Grounds::Doubted, "it is read as stopped");
    story.wait(5);
    story.service_runs();
    let start = step(&story, ProcedureStep::Start);
    assert_eq!(start.grounds, Grounds::Stated);
    assert_eq!(
        start.remark.as_deref(),
        Some("It was not seen itself; only a statement that stage 1 began shows it.")
    );
    story.polls(10, &[11_412, 13_074]);
    state(&mut story, Statement::DownloadOver);
    assert_eq!(step(&story, ProcedureStep::Stage1).grounds, Grounds::Stated);
    state(&mut story, Statement::NamespaceOver);
    assert_eq!(summary(&story).recovery.stated_restored.unwrap().grounds(), Grounds::Doubted, "the log");
    story.final_lines();
    let test = summary(&story);
    assert_eq!(test.recovery.stated_restored.unwrap().grounds(), Grounds::Stated, "the log shows it by now");
    assert!(test.criteria[0].is_met_on(Grounds::Stated), "{:?}", test.criteria[0]);
    assert!(test.criteria[0].reason.contains("That the namespace is restored was stated, not read."));
}

#[test]
fn a_restore_stated_before_all_objects_came_names_how_many_did() {
    let mut story = before_the_start();
    story.marker(Marker::DownloadStarted);
    story.service_runs();
    story.polls(10, &[11_412]);
    state(&mut story, Statement::NamespaceOver);
    let stated = summary(&story).recovery.stated_restored.unwrap();
    assert!(
        stated.against[0].text.starts_with("1,000 of 2,662 objects (37 %) were counted"),
        "{:?}",
        stated.against
    );
}

#[test]
fn a_restore_that_was_read_rests_on_no_statement() {
    let mut story = Story::in_use();
    with_targets(&mut story);
    let test = summary(&story);
    assert_eq!(test.recovery.stated_restored, None);
    assert!(test.criteria[0].is_met_on(Grounds::Read));
    assert!(test.procedure.iter().all(|step| step.grounds == Grounds::Read), "{:?}", test.procedure);
    // Nobody uses what does not run.
    story.service_stopped();
    story.wait(10);
    let phrase = |story: &Story| match judge_statement(&story.run, Statement::RestoredUsable, story.now) {
        StatementVerdict::NeedsPhrase { phrase, .. } => Some(phrase),
        _ => None,
    };
    assert_eq!(phrase(&story), Some("against the reading"));
    state(&mut story, Statement::RestoredUsable);
    let test = summary(&story);
    assert!(test.criteria[1].is_met_on(Grounds::Doubted), "{:?}", test.criteria[1]);
    assert!(test.criteria[1].reason.contains("It was stated although the service of dr was read as stopped"));
    assert!(test.criteria[0].is_met_on(Grounds::Read), "the restore itself was read");
    story.service_runs();
    assert!(summary(&story).criteria[1].is_met_on(Grounds::Stated), "it runs again");
    assert_eq!(phrase(&story), None);
}

#[test]
fn a_log_without_its_usual_lines_speaks_against_nothing() {
    let mut story = Story::connected();
    story.tell(Event::LogFollowed);
    story.service_runs();
    state(&mut story, Statement::DownloadOver);
    state(&mut story, Statement::NamespaceOver);
    let stated = summary(&story).recovery.stated_restored.unwrap();
    assert_eq!((stated.against.as_slice(), stated.grounds()), (&[][..], Grounds::Stated));
}

#[test]
fn an_exposure_that_was_stated_says_so() {
    let target = Target::Exposure { limit: secs(3600) };
    let mut story = Story::connected();
    let criteria = vec![Criterion { target, source: None }];
    let sheet = Box::new(TestSheet { criteria, ..TestSheet::default() });
    story.tell(Event::TestSheetFrozen { sheet });
    story.replication(ReplicationState::Running);
    story.act(ActionKind::Pause);
    story.wait(100);
    state(&mut story, Statement::TestOver);
    story.replication(ReplicationState::Paused);
    state(&mut story, Statement::ReplicationRunning);
    let judged = summary(&story).criteria.remove(0);
    assert!(judged.is_met_on(Grounds::Doubted), "{judged:?}");
    assert!(judged.reason.contains("although it was read as paused at"), "{}", judged.reason);
    story.wait(10);
    story.replication(ReplicationState::Running);
    let judged = summary(&story).criteria.remove(0);
    assert!(judged.is_met_on(Grounds::Stated), "{judged:?}");
}

#[test]
fn a_stage_1_that_was_stated_over_against_the_count_unlocks_no_resume() {
    for statement in [Statement::DownloadOver, Statement::NamespaceOver] {
        let mut story = before_the_start();
        story.run.started.settings.resume_policy = ResumePolicy::ResumeAfterStage1;
        story.marker(Marker::DownloadStarted);
        story.service_runs();
        story.polls(10, &[10_890]);
        state(&mut story, statement);
        let authorization = authorize(&story.run, ActionKind::Resume);
        let Authorization::Locked { reason, .. } = &authorization else { panic!("{authorization:?}") };
        assert!(story.run.is_download_over_in_doubt());
        assert!(reason.contains("was stated, although 478 of 2,662 objects (17 %) were counted"), "{reason}");
        let earliest = exposure(&story.run, story.now).earliest_safe_resume.resume_after_stage_1.unwrap();
        assert!(earliest.condition.starts_with("once stage 1 is seen to be over"), "{earliest:?}");
        let preflight = preflight(&story.run, story.now, &PreflightFacts::default());
        let next = next_step(&story.run, story.now, &preflight);
        assert_ne!(next.remedy, Some(Remedy::Resume), "{}", next.text);
        if statement == Statement::DownloadOver {
            story.polls(10, &[13_074]);
            assert!(!story.run.is_download_over_in_doubt());
            let authorization = authorize(&story.run, ActionKind::Resume);
            assert!(matches!(authorization, Authorization::NeedsStatement { .. }), "{authorization:?}");
        }
    }
}

#[test]
fn what_comes_true_only_after_it_was_stated_lifts_no_doubt() {
    let mut story = stated_against_readings();
    state(&mut story, Statement::RestoredUsable);
    for _ in 0..20 {
        story.wait(45);
        story.service_stopped();
    }
    story.service_runs();
    story.polls(10, &[11_412, 13_074]);
    story.wait(600);
    story.final_lines();
    let logged = story.now;
    let test = summary(&story);
    let stated = test.recovery.stated_restored.unwrap();
    assert_eq!((stated.grounds(), stated.logged), (Grounds::Doubted, true));
    let texts: Vec<_> = stated.against.iter().map(|against| against.text.as_str()).collect();
    assert!(texts.contains(&COUNT), "{texts:?}");
    assert!(texts.iter().any(|text| text.ends_with("and as running only after that")), "{texts:?}");
    let shown = format!("the log of dr showed the two lines that end stage 2 only at {}", logged.in_words());
    assert!(texts.contains(&shown.as_str()), "{texts:?}");
    assert!(test.criteria.iter().all(|judged| judged.is_met_on(Grounds::Doubted)), "{:?}", test.criteria);
    for step_in_doubt in [ProcedureStep::Stage1, ProcedureStep::Stage2, ProcedureStep::Use] {
        assert_eq!(step(&story, step_in_doubt).grounds, Grounds::Doubted, "{step_in_doubt:?}");
    }
    for words in ["That the namespace was restored: ", "That the restored appliance can be used: "] {
        assert!(test.not_proven.iter().any(|open| open.starts_with(words)), "{words}: {:?}", test.not_proven);
    }

    // The log alone refutes it.
    let mut story = Story::in_stage_2();
    with_targets(&mut story);
    story.wait(60);
    state(&mut story, Statement::NamespaceOver);
    assert_eq!(summary(&story).recovery.stated_restored.unwrap().grounds(), Grounds::Stated);
    story.wait(600);
    story.final_lines();
    assert_eq!(summary(&story).recovery.stated_restored.unwrap().grounds(), Grounds::Doubted);
}

#[test]
fn a_restore_that_was_stated_to_have_failed_after_it_was_complete_meets_no_target() {
    let mut story = Story::in_stage_2();
    with_targets(&mut story);
    story.final_lines();
    assert_eq!(summary(&story).criteria[0].judgement, Judgement::Passed);
    let line = line("rfsd[1]: bad", Arrival::Live, None);
    story.tell(Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line });
    story.wait(30);
    let failed = state(&mut story, Statement::RestoreFailed);
    let test = summary(&story);
    let restored = &test.criteria[0];
    assert_eq!(restored.judgement, Judgement::Failed, "{restored:?}");
    assert!(restored.reason.contains("stated to have failed after that"), "{}", restored.reason);
    assert!(restored.records.contains(&failed), "{restored:?}");
    let open = test.not_proven.iter().find(|open| open.starts_with("That the restore failed")).unwrap();
    assert!(open.contains("though an alarm was"), "{open}");
}

#[test]
fn a_restore_that_the_log_shows_only_after_the_limit_misses_its_target_whatever_was_stated() {
    let mut story = Story::in_stage_2();
    let criteria = vec![Criterion { target: Target::TimeToRestored { limit: secs(900) }, source: None }];
    let sheet = Box::new(TestSheet { criteria, ..TestSheet::default() });
    story.tell(Event::TestSheetFrozen { sheet });
    story.wait(60);
    state(&mut story, Statement::NamespaceOver);
    assert!(summary(&story).criteria[0].is_met_on(Grounds::Stated));
    story.wait(900);
    story.final_lines();
    let judged = summary(&story).criteria.remove(0);
    assert_eq!(judged.judgement, Judgement::Failed, "{judged:?}");
    assert!(judged.reason.contains("its log showed that only after 00:"), "{}", judged.reason);
}

#[test]
fn a_stage_1_stated_over_too_early_stays_in_doubt_once_its_line_is_logged() {
    let mut story = before_the_start();
    story.service_runs();
    story.polls(10, &[11_412]);
    state(&mut story, Statement::DownloadBegun);
    state(&mut story, Statement::DownloadOver);
    let stated = story.now;
    story.polls(10, &[13_074]);
    story.wait(200);
    let record = story.marker(Marker::DownloadComplete);
    let logged = story.now;
    let test = summary(&story);
    let stage = test.procedure.iter().find(|step| step.step == ProcedureStep::Stage1).unwrap();
    assert_eq!(stage.grounds, Grounds::Doubted);
    let shown = format!("showed the line that ends stage 1 only at {}", logged.in_words());
    assert!(stage.remark.as_ref().unwrap().contains(&shown), "{stage:?}");
    let open = test.not_proven.iter().find(|text| text.starts_with("When stage 1 ended: ")).unwrap();
    assert!(open.contains(&shown) && !open.contains("not read"), "{open}");
    let whole = summarise(&story.run, story.now, head());
    assert_eq!((whole.download.mean_per_second, whole.download.peak_per_second), (None, None));
    let safe = exposure(&story.run, story.now).earliest_safe_resume.resume_after_stage_1.unwrap();
    assert_eq!(safe.at, Some(logged), "not since {stated:?}");
    assert_eq!(story.run.final_lines.download.unwrap().0, record);
    assert!(stage.records.contains(&record), "{stage:?}");

    // Stage 1 went on until its line, so that what ran meanwhile ran during it.
    let mut story = before_the_start();
    story.service_runs();
    state(&mut story, Statement::DownloadBegun);
    state(&mut story, Statement::DownloadOver);
    story.replication(ReplicationState::Running);
    story.wait(200);
    assert_eq!(story.run.disturbance().ran.stage_1, Elapsed::ZERO);
    story.marker(Marker::DownloadComplete);
    assert!(story.run.disturbance().ran.stage_1 >= secs(190), "{:?}", story.run.disturbance().ran);
}

#[test]
fn a_target_between_the_bounds_of_the_start_is_neither_met_nor_missed() {
    let judged = |limit| {
        let mut story = Story::connected();
        let criteria =
            vec![Criterion { target: Target::TimeToRestored { limit: secs(limit) }, source: None }];
        let sheet = Box::new(TestSheet { criteria, ..TestSheet::default() });
        story.tell(Event::TestSheetFrozen { sheet });
        story.service_stopped();
        story.counter(10_412);
        story.wait(10);
        story.service_runs();
        story.polls(5, &[10_500, 10_600, 10_700, 10_800, 10_900]);
        assert!(story.run.has_begun_stage_1());
        let began = story.run.phases.started_at(Phase::Stage1).unwrap();
        let by = story.run.stage_1_begun_by().unwrap();
        assert!(by > began);
        let at_rest = story.run.download.baseline.as_ref().unwrap().record;
        assert_eq!(
            summary(&story).procedure[5].records[0],
            at_rest,
            "the time of the start is that of this reading"
        );
        story.marker(Marker::DownloadComplete);
        story.now = began + secs(600);
        story.final_lines();
        (summary(&story).criteria.remove(0), by.since(began))
    };
    let (_, uncertain) = judged(900);
    assert_eq!(judged(590 - uncertain.secs()).0.judgement, Judgement::Failed);
    let (open, _) = judged(599);
    assert_eq!(open.judgement, Judgement::NotMeasured, "{open:?}");
    assert!(open.reason.contains("to 00:10:00, as when stage 1 began is known to within"), "{}", open.reason);
    assert_eq!(judged(900).0.judgement, Judgement::Passed);
}
