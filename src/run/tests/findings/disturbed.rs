//! Replication that ran, or may have run, while the restore was under way: what that did stays until it is acknowledged.

use super::*;
use ReplicationState::{Paused, Running};

fn acknowledge_all(story: &mut Story) {
    for finding in story.run.open_findings().cloned().collect::<Vec<_>>() {
        let (code, reason, user) = (finding.code.name(), "known".to_owned(), "kim".to_owned());
        story.tell(Event::Acknowledged { code, opened: finding.record, reason, user });
    }
}

/// The primary is away for so many seconds, and then read as paused.
fn unread_for(story: &mut Story, seconds: u64) {
    story.replication(Paused);
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connecting });
    story.now = story.now + secs(seconds);
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connected });
    story.replication(Paused);
}

#[test]
fn replication_that_ran_in_stage_1_stays_a_finding_until_it_is_acknowledged() {
    let mut story = Story::in_stage_1();
    story.wait(10);
    story.replication(Running);
    assert!(story.findings(Code::ReplicationRanInRestore).is_empty(), "that it runs is a finding of its own");
    story.wait(50);
    story.replication(Paused);
    let finding = story.finding(Code::ReplicationRanInRestore);
    assert_eq!(
        finding.text,
        "Replication on prod ran for 00:00:50 during stage 1: files changed then may be missing on dr. Compare each \
         file that is read on dr with prod; acknowledge this."
    );
    assert_eq!((finding.severity, finding.remedy), (FindingSeverity::Attention, Some(Remedy::Acknowledge)));
    story.marker(Marker::DownloadComplete);
    story.final_lines();
    story.attest(Statement::TestOver);
    assert!(story.finding(Code::ReplicationRanInRestore).is_open(), "neither a pause nor an end mends it");
    let listed = cleanup(&story.run, story.now);
    let of_findings = listed.iter().find(|item| item.code == CleanupCode::FindingsAcknowledged).unwrap();
    assert!(!of_findings.done && of_findings.required, "{of_findings:?}");
    acknowledge_all(&mut story);
    assert!(!story.open().contains(&Code::ReplicationRanInRestore));
}

#[test]
fn replication_that_goes_on_running_counts_up_to_the_end_of_the_stage() {
    let mut story = Story::in_stage_1();
    story.wait(10);
    story.replication(Running);
    story.wait(30);
    story.marker(Marker::DownloadComplete);
    let text = |story: &Story| story.finding(Code::ReplicationRanInRestore).what().to_owned();
    let expected =
        "Replication on prod ran for 00:00:30 during stage 1: files changed then may be missing on dr.";
    assert_eq!(text(&story), expected);
    story.wait(20);
    story.replication(Running);
    assert_eq!(text(&story), expected, "what goes on is a finding of its own");
    story.replication(Paused);
    let expected = "Replication on prod ran for 00:00:50 during stages 1 and 2: files changed then may be missing on dr.";
    assert_eq!(text(&story), expected);
}

#[test]
fn what_comes_after_an_acknowledgement_is_not_covered_by_it() {
    let mut story = Story::in_stage_2();
    unread_for(&mut story, 100);
    let first = story.finding(Code::ReplicationUnreadInRestore).clone();
    acknowledge_all(&mut story);
    story.wait(15);
    story.replication(Paused);
    assert_eq!(story.findings(Code::ReplicationUnreadInRestore).len(), 1, "nothing has come since");
    unread_for(&mut story, 70);
    let findings = story.findings(Code::ReplicationUnreadInRestore);
    assert_eq!(findings.len(), 2);
    assert_eq!(findings[0].text, first.text);
    assert!(findings[1].is_open(), "{findings:#?}");
}

#[test]
fn the_figures_of_what_was_not_read_agree_everywhere() {
    let mut story = Story::in_stage_2();
    unread_for(&mut story, 100);
    story.wait(30);
    unread_for(&mut story, 79);
    let total = story.run.replication.unseen_total(story.now).unwrap();
    let finding = story.finding(Code::ReplicationUnreadInRestore);
    assert_eq!(total.to_string(), "00:02:59");
    assert_eq!(finding.severity, FindingSeverity::Info, "nothing that was read shows that it ran");
    assert!(
        finding.text.starts_with(
            "prod was not read for 00:02:59 during stage 2: if replication ran then, files changed meanwhile may be missing \
             on dr."
        ),
        "{}",
        finding.text
    );
    let next = |story: &Story| {
        let preflight = preflight(&story.run, story.now, &PreflightFacts::default());
        next_step(&story.run, story.now, &preflight).text
    };
    assert!(next(&story).ends_with("nobody could read whether it was."), "{}", next(&story));
    story.final_lines();
    let step = next(&story);
    assert!(step.contains("For 00:02:59 between 08:00 and 08:0"), "{step}");
}

#[test]
fn a_restore_under_one_pause_is_not_disturbed() {
    let disturbed = [Code::ReplicationRanInRestore, Code::ReplicationUnreadInRestore];
    let is_found = |story: &Story| story.run.findings.iter().any(|finding| disturbed.contains(&finding.code));
    let mut story = Story::ended();
    story.replication(Running);
    assert!(!is_found(&story), "after the test it may run");
    // Before stage 1 nothing is downloaded yet.
    let mut story = Story::connected();
    story.replication(Running);
    story.wait(60);
    story.act(ActionKind::Pause);
    unread_for(&mut story, 200);
    story.marker(Marker::DownloadStarted);
    story.wait(60);
    story.replication(Paused);
    assert!(!is_found(&story));
}

#[test]
fn a_policy_that_lets_replication_run_after_stage_1_makes_it_no_disturbance() {
    for (is_stated, count) in [(true, 0), (false, 1)] {
        let mut story =
            Story::with(|started| started.settings.resume_policy = ResumePolicy::ResumeAfterStage1);
        story.meet();
        story.act(ActionKind::Pause);
        story.marker(Marker::DownloadStarted);
        story.marker(Marker::DownloadComplete);
        if is_stated {
            story.attest(Statement::DeletedFilesNotRead);
        }
        story.act(ActionKind::Resume);
        story.wait(600);
        story.final_lines();
        assert_eq!(story.findings(Code::ReplicationRanInRestore).len(), count, "{is_stated}");
    }
}

#[test]
fn some_seconds_at_an_inferred_start_are_no_disturbance_until_they_add_up() {
    let mut story = Story::in_stage_1();
    story.replication(Running);
    story.wait(4);
    story.replication(Paused);
    assert!(story.findings(Code::ReplicationRanInRestore).is_empty());
    story.replication(Running);
    story.wait(1);
    story.replication(Paused);
    let text = &story.finding(Code::ReplicationRanInRestore).text;
    assert!(text.contains("ran for 00:00:05 during stage 1"), "{text}");
}
