//! What the page that is read first says, and does not say.

use super::samples::evidence::filled;
use crate::report::{Report, markdown};
use crate::run::{Code, PauseEnd, Sequence, Signature, SignerRole, StatedUsable, TestVerdict};
use crate::text::iso;

#[test]
fn page_one_says_up_to_when_the_bucket_is_known_to_be_unchanged() {
    let mut report = filled();
    let tile = |report: &Report| {
        let text = markdown(report);
        text.lines().find(|line| line.starts_with("- Bucket during the pause")).unwrap().to_owned()
    };
    let shown = tile(&report);
    assert!(shown.contains("**counts unchanged, alarm not settled**"), "{shown}");
    assert!(shown.contains("the alarm is, record 77"), "{shown}");
    report.summary.findings.retain(|finding| finding.code != Code::Alarm);
    let frozen = &mut report.summary.frozen_bucket;
    frozen.unchanged = Some(true);
    let last = frozen.at_pause.clone().unwrap();
    (frozen.before_resume, frozen.at_stage_1_end) = (Some(last.clone()), None);
    assert!(tile(&report).contains("**unchanged**"), "{}", tile(&report));
    report.summary.frozen_bucket.before_resume = None;
    let shown = tile(&report);
    assert!(shown.contains("**unchanged up to its last listing**"), "{shown}");
    assert!(shown.contains(&format!("the last at {}", iso(last.at))), "{shown}");
}

#[test]
fn an_exposure_that_goes_on_is_a_lower_bound_on_page_one_too() {
    let mut report = filled();
    let tile = |report: &Report| {
        let text = markdown(report);
        text.lines().find(|line| line.starts_with("- Exposure of production")).unwrap().to_owned()
    };
    assert!(!tile(&report).contains("at least"), "{}", tile(&report));
    report.summary.exposure.at_least = true;
    assert!(tile(&report).contains("at least"), "{}", tile(&report));
    report.summary.ended_at = None;
    assert!(tile(&report).contains("at least"), "nor is that of a record without an end the whole");
}

#[test]
fn nobody_knows_production_to_be_protected_where_no_reply_names_what_is_left_to_send() {
    let mut report = filled();
    report.summary.protected_again.as_mut().unwrap().backlog_gone_at = None;
    let page = markdown(&report);
    let exposure = page.lines().find(|line| line.contains("from the pause until ")).unwrap();
    assert!(
        exposure.contains("until replication was read to run again; what was left to send is not named"),
        "{exposure}"
    );
    assert!(!page.contains("from the pause until protected again"));
}

#[test]
fn an_exposure_that_rests_on_a_statement_says_so_on_page_one() {
    let mut report = filled();
    let says = |report: &Report| markdown(report).contains("not all of it was read: a person stated it");
    assert!(!says(&report));
    report.summary.replication.intervals[0].end = PauseEnd::Stated;
    assert!(says(&report));
}

#[test]
fn page_one_calls_a_bucket_that_was_listed_late_unchanged_only_from_then_on() {
    let mut report = filled();
    report.summary.findings.retain(|finding| finding.code != Code::Alarm);
    report.summary.frozen_bucket.unchanged = Some(true);
    report.summary.frozen_bucket.is_listed_late = true;
    let text = markdown(&report);
    assert!(text.contains("**unchanged since its first listing, after stage 1 had begun**"), "{text}");
}

#[test]
fn a_judgement_that_was_changed_is_shown_with_the_one_before_it() {
    let mut report = filled();
    let first = report.summary.signatures[1].clone();
    let mut revised = first.clone();
    revised.record = Sequence(first.record.0 + 20);
    revised.statement.verdict = Some(TestVerdict::Failed);
    let head = |report: &Report| {
        let page = markdown(report);
        page.lines().find(|line| line.contains("Judged")).unwrap().to_owned()
    };
    let before = head(&report);
    report.summary.signatures.push(revised.clone());
    let after = head(&report);
    assert!(
        after.contains("**FAILED** by the approver") && after.contains("in place of **passed** by Ada Roth"),
        "{after}"
    );
    // A reviewer who judges otherwise is heard too.
    let mut reviewed = revised.clone();
    (reviewed.statement.role, reviewed.statement.name) = (SignerRole::Reviewer, "Ida Lund".to_owned());
    report.summary.signatures.push(reviewed);
    assert!(head(&report).contains("**FAILED** by the reviewer, Ida Lund"), "{}", head(&report));
    report.summary.signatures.pop();
    // The same once more changes nothing.
    report.summary.signatures.pop();
    report.summary.signatures.push(Signature { record: revised.record, ..first });
    assert!(!head(&report).contains("in place of"), "{before}");
}

#[test]
fn what_comes_after_the_restore_is_called_a_use_only_where_that_was_stated() {
    let mut report = filled();
    let names = |report: &Report| {
        let text = markdown(report);
        let table = text.split("### Phases").nth(1).unwrap().split("###").next().unwrap().to_owned();
        (table.contains("\n| restored "), table.contains("\n| restored, then in use "))
    };
    assert_eq!(names(&report), (true, false));
    let at = report.summary.started_at;
    report.summary.test.recovery.stated_usable = Some(StatedUsable {
        since: at,
        stated_at: at,
        despite: Vec::new(),
        later: Vec::new(),
        against: Vec::new(),
        record: Sequence(42),
    });
    assert_eq!(names(&report), (false, true));
}
