//! The next step where the engineer has decided that replication runs against the policy.

use super::*;

const BY_DECISION: &str = "Act: Replication runs by your decision (08:00): use for the test only files that are on prod \
                           now as well. If they open, state that dr can be used. [StateByHand]; if they do not open, call the vendor and note it \
                           [WriteNote]";

/// Resumed by drwatch against the policy, with a reason.
fn override_policy(story: &mut Story) {
    let id = story.request(ActionKind::Resume, Some("agreed with the owner"));
    story.send(id);
    story.replication(ReplicationState::Running);
    story.settle(id, ActionState::Confirmed);
}

#[test]
fn a_resume_against_the_policy_is_not_contradicted() {
    let mut story = Story::in_stage_2();
    override_policy(&mut story);
    assert_eq!(
        next(&story),
        "Act: Replication on prod runs by your decision (08:00). Stage 2, namespace generation on dr, takes hours; in a demo some minutes. Wait, or pause it again. [Pause]"
    );
    story.final_lines();
    story.run.started.demo = false;
    assert_eq!(next(&story), BY_DECISION);
    story.wait(10);
    story.replication(ReplicationState::Paused);
    assert_eq!(
        next(&story),
        "Act: Restored. Replication was not paused all the time: use for the test only files that are on prod now as well. If \
         they open, state that dr can be used. [StateByHand]; if they do not open, call the vendor and note it [WriteNote]",
        "files were deleted meanwhile"
    );
    story.replication(ReplicationState::Running);
    assert_eq!(next(&story), AGAINST_POLICY, "the next resume was not decided");
}

#[test]
fn an_acknowledged_resume_is_a_decision_but_not_in_stage_1() {
    let acknowledge_all = |story: &mut Story| {
        for finding in story.run.findings.clone() {
            let (code, reason, user) = (finding.code.name(), "agreed".to_owned(), "kim".to_owned());
            story.tell(Event::Acknowledged { code, opened: finding.record, reason, user });
        }
    };
    let mut story = Story::in_use();
    story.run.started.demo = false;
    let decided_at = story.now.utc().format("(%H:%M)").to_string();
    story.replication(ReplicationState::Running);
    assert_eq!(next(&story), AGAINST_POLICY);
    acknowledge_all(&mut story);
    assert_eq!(next(&story), BY_DECISION.replace("(08:00)", &decided_at));

    let mut story = Story::in_stage_1();
    override_policy(&mut story);
    acknowledge_all(&mut story);
    assert_eq!(
        next(&story),
        "Urgent: Pause replication on prod: stage 1 needs a bucket that does not change. [Pause]"
    );
}

#[test]
fn a_decision_of_another_day_is_given_with_its_day() {
    let mut story = Story::in_stage_2();
    override_policy(&mut story);
    story.now = story.now + secs(24 * 3600);
    story.replication(ReplicationState::Running);
    assert!(next(&story).contains("by your decision (Mon 08:00)"), "{}", next(&story));
}

/// What the list of statements offers first.
fn statement(story: &Story) -> Option<Statement> {
    let preflight = preflight(&story.run, story.now, &PreflightFacts::default());
    next_step(&story.run, story.now, &preflight).statement
}

#[test]
fn the_statement_offered_is_the_one_that_the_step_asks_for() {
    let mut story = Story::in_use();
    assert_eq!(statement(&story), Some(Statement::RestoredUsable));
    alarm(&mut story, "cloud bucket inconsistent");
    assert_eq!(statement(&story), None, "first the alarm");
    let opened = story.finding(Code::Alarm).record;
    let (code, reason, user) = ("alarm".to_owned(), "stopped it".to_owned(), "eng".to_owned());
    story.tell(Event::Acknowledged { code, opened, reason, user });
    assert!(
        next(&story).contains(
            "the vendor agrees that the test may end, not yet to a resume: state that the test is over."
        ),
        "{}",
        next(&story)
    );
    assert_eq!(statement(&story), Some(Statement::TestOver));
    let others = vec![Story::connected(), Story::in_stage_1(), Story::in_stage_2(), Story::ended()];
    for story in others {
        assert_eq!(statement(&story), None, "{}", next(&story));
    }
}

#[test]
fn a_test_that_ends_within_the_restore_has_the_service_stopped_before_the_resume() {
    let stop = "Act: The test ended before the restore did: on dr type \"no service enable\"; then resume replication on \
                prod. [Resume]";
    for (end, begin) in [
        (Statement::TestOver, Story::in_stage_1 as fn() -> Story),
        (Statement::TestOver, Story::in_stage_2),
        (Statement::RestoreFailed, Story::in_stage_1),
    ] {
        let mut story = begin();
        story.run.started.demo = false;
        story.attest(end);
        for finding in story.run.open_findings().cloned().collect::<Vec<_>>() {
            let (code, opened) = (finding.code.name(), finding.record);
            let (reason, user) = ("known".to_owned(), "eng".to_owned());
            story.tell(Event::Acknowledged { code, opened, reason, user });
        }
        assert_eq!(next(&story), stop, "{end:?}");
        story.service_stopped();
        assert_eq!(next(&story), "Act: The test is over: resume replication on prod. [Resume]");
    }
    let mut story = Story::in_stage_1();
    story.attest(Statement::TestOver);
    assert!(
        next(&story)
            .contains("wait until the service of dr is read as stopped (the demo stops it); then resume"),
        "{}",
        next(&story)
    );
}

#[test]
fn a_failure_that_was_stated_sends_nobody_to_a_line_of_the_log() {
    let mut story = Story::in_stage_1();
    story.attest(Statement::RestoreFailed);
    assert_eq!(
        next(&story),
        "Urgent: Write down what you saw, then call the vendor. Then acknowledge the finding. [Acknowledge]"
    );
    let text = &story.finding(Code::RestoreFailed).text;
    assert!(text.starts_with("The engineer stated that the restore failed; record"), "{text}");
}

#[test]
fn a_pause_that_nobody_could_see_is_not_called_interrupted() {
    let mut story = Story::in_stage_2();
    let lost = story.now;
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connecting });
    story.now = story.now + secs(130);
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connected });
    story.replication(ReplicationState::Paused);
    story.final_lines();
    let minute = |at: Timestamp| at.utc().format("%H:%M").to_string();
    let pause = story.run.replication.intervals.last().unwrap();
    let unseen = pause.unseen.clone().unwrap();
    assert!(unseen.from < lost && unseen.to == story.now && unseen.total >= secs(130), "{unseen:?}");
    let (from, to) = (minute(unseen.from), minute(unseen.to));
    let expected = format!(
        "Act: Restored. From {from} to {to} prod could not be read; perhaps it replicated then: use for the test only files \
         that are on prod now as well."
    );
    assert!(next(&story).starts_with(&expected), "{}", next(&story));
    let mut used = Story { run: story.run.clone(), now: story.now, records: Vec::new() };
    used.attest(Statement::RestoredUsable);
    assert!(next(&used).starts_with("Act: dr can be used, as you stated. From"), "{}", next(&used));
    assert_eq!(story.run.replication.unseen_total(story.now), Some(unseen.total));
    // Once it is read to run, that is what is said.
    story.replication(ReplicationState::Running);
    story.wait(5);
    story.replication(ReplicationState::Paused);
    assert!(next(&story).contains("was not paused all the time"), "{}", next(&story));
}

#[test]
fn a_pause_first_read_within_the_restore_may_have_begun_before_it() {
    let mut story = Story::connected();
    story.marker(Marker::DownloadStarted);
    story.wait(60);
    story.replication(ReplicationState::Paused);
    let from = story.now.utc().format("%H:%M").to_string();
    story.marker(Marker::DownloadComplete);
    story.final_lines();
    let expected = format!("Whether replication was paused before {from} is not known: use for the test");
    assert!(next(&story).contains(&expected), "{}", next(&story));
}
