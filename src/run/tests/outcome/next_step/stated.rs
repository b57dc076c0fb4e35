//! The next step where a person stated how far the restore is, and where its service is read as stopped.

use super::*;

const START: &str = "type, line by line: \"enable\", \"configure terminal\", \"service enable\".";

#[test]
fn a_start_that_was_stated_while_the_service_is_stopped_asks_to_start_it() {
    let mut story = Story::connected();
    story.act(ActionKind::Pause);
    story.listing(1331, 1331, ListingCause::Paused);
    story.counter(10_412);
    story.service_stopped();
    story.attest(Statement::DownloadBegun);
    let expected = format!(
        "Act: You stated that stage 1 has begun, but the service of dr is stopped (read at 08:00). Start it: on dr {START}"
    );
    assert_eq!(next(&story), expected);
    story.wait(20);
    story.counter(10_412);
    assert_eq!(next(&story), expected, "nothing has come");
    story.run.started.demo = false;
    assert!(next(&story).contains("Start it: in an ssh session of your own on dr type"), "{}", next(&story));
    story.service_runs();
    assert!(next(&story).starts_with("Wait: Stage 1 runs."), "{}", next(&story));
}

#[test]
fn a_service_that_stops_within_the_restore_is_started_again() {
    let again = |phase: &str| {
        format!(
            "Act: The service of dr is stopped (read at {phase}): the restore stands still. If it does not start by itself, \
             start it again: on dr {START}"
        )
    };
    let mut story = Story::in_stage_1();
    story.polls(10, &[10_512]);
    story.wait(10);
    story.service_stopped();
    assert_eq!(next(&story), again("08:00"));
    story.polls(10, &[10_612]);
    assert!(
        next(&story).starts_with("Wait: Stage 1 runs."),
        "what comes shows that it runs: {}",
        next(&story)
    );
    let mut story = Story::in_stage_2();
    story.wait(5);
    story.service_stopped();
    assert_eq!(next(&story), again("08:00"));
    // The last reading may be of before the start.
    let mut story = Story::connected();
    story.service_stopped();
    story.act(ActionKind::Pause);
    story.wait(5);
    story.marker(Marker::DownloadStarted);
    assert!(next(&story).starts_with("Wait: Stage 1 runs."), "{}", next(&story));
}

#[test]
fn nobody_is_sent_to_read_files_where_the_service_is_stopped() {
    let mut story = Story::in_use();
    story.attest(Statement::TestOver);
    story.service_stopped();
    story.attest(Statement::TestNotOver);
    assert_eq!(
        next(&story),
        "Act: The service of dr is stopped (read at 08:10): nobody can use dr. In a demo it stays so: state that the test is \
         over. [StateByHand]"
    );
    story.run.started.demo = false;
    assert_eq!(
        next(&story),
        "Act: The service of dr is stopped (read at 08:10): nobody can use dr. Start it again (in an ssh session of your own on dr \
         type, line by line: \"enable\", \"configure terminal\", \"service enable\"), or state that the test is over. \
         [StateByHand]"
    );
    story.service_runs();
    assert!(next(&story).contains("read a few files"), "{}", next(&story));
}

#[test]
fn a_restore_that_was_stated_is_not_read_before_all_of_it_is_counted() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[12_766]);
    story.attest(Statement::NamespaceOver);
    let short = |count: &str| {
        format!(
            "Act: Restored, as you stated at 08:00, but drwatch has counted {count} of 2,662 downloads. Read no files on dr \
             yet."
        )
    };
    assert_eq!(next(&story), short("2,354"));
    story.polls(10, &[12_866]);
    story.polls(10, &[12_966]);
    assert_eq!(next(&story), short("2,554"), "the count goes on");
    story.polls(10, &[13_074, 13_200]);
    let step = next(&story);
    assert!(step.starts_with("Act: Restored, as you stated and the log has not shown."), "{step}");
    assert_eq!(
        story.run.download.downloaded(),
        Some(ObjectCount(2_662)),
        "what is read of the files is no object"
    );
    story.final_lines();
    let step = next(&story);
    assert!(
        step.starts_with("Act: Restored. Replication stays paused. A share would now be mounted"),
        "{step}"
    );
    story.run.started.demo = false;
    let step = next(&story);
    assert!(step.starts_with("Act: Restored. Replication stays paused. Mount a share of dr"), "{step}");
}

#[test]
fn open_findings_that_the_step_does_not_settle_are_counted_beside_it() {
    let beside = |story: &Story| {
        let preflight = preflight(&story.run, story.now, &PreflightFacts::default());
        next_step(&story.run, story.now, &preflight).findings
    };
    let mut story = Story::in_use();
    assert_eq!(beside(&story), 0);
    let (of, raised) = (NearMiss::Alarm("x".to_owned()), line("like an alarm", Arrival::Live, None));
    story.tell(Event::NearMissSeen { of, line: raised });
    assert_eq!(beside(&story), 1);
    story.attest(Statement::TestOver);
    assert_eq!(beside(&story), 1, "that production is still paused ends with the resume");
    story.act(ActionKind::Resume);
    assert!(next(&story).contains("[Acknowledge]") && beside(&story) == 0, "{}", next(&story));
}

#[test]
fn an_end_of_stage_1_that_was_stated_names_what_is_counted() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[12_766]);
    story.attest(Statement::DownloadOver);
    assert_eq!(
        next(&story),
        "Wait: You stated that stage 1 is over, but drwatch has counted 2,354 of 2,662 downloads. Replication on prod stays \
         paused."
    );
    story.polls(10, &[12_800, 12_900, 13_074]);
    assert!(next(&story).starts_with("Wait: Stage 2, namespace generation on dr"), "{}", next(&story));
}
