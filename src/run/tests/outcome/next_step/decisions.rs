//! The next step where the engineer has decided that replication runs against the policy.

use super::*;

const BY_DECISION: &str = "Act: Replication runs by your decision (08:00): before reading a file on dr, check that prod \
                           still has it. State when it can be used, and when the test is over. [StateByHand]";

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
        "Wait: Namespace generation on dr can take 12 hours or more. Replication on prod runs by your decision (08:00): \
         before reading a file on dr, check that prod still has it."
    );
    story.final_lines();
    assert_eq!(next(&story), BY_DECISION);
    story.wait(10);
    story.replication(ReplicationState::Paused);
    assert_eq!(
        next(&story),
        "Act: Restored. Replication was not paused all the time: before reading a file on dr, check that prod still has \
         it. State when it can be used, and when the test is over. [StateByHand]",
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
        "Urgent: Pause replication on prod now: stage 1 needs a bucket that does not change. [Pause]"
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
