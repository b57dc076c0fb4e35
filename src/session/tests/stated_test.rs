//! Who acts and what the test is to show, on record when a watch begins; the test sheet counts from stage 1 on.

use crate::{
    run::{Criterion, Elapsed, IssueEntry, Overruled, Record, SheetOrigin, Statement, Target, TestSheet},
    session::{signals::Signals, state::StatedTest},
};

use super::*;

fn stated() -> StatedTest {
    let target = Target::TimeToRestored { limit: Elapsed::from_secs(36_000) };
    let sheet = TestSheet {
        objective: Some("show it".to_owned()),
        criteria: vec![Criterion { target, source: None }],
        ..TestSheet::default()
    };
    let sheet = Some((sheet, SheetOrigin::Settings));
    StatedTest { engineer: Some("Kim Berg".to_owned()), sheet, is_taken_over: false }
}

/// The records of a scenario played to its end, and the run as of the end.
async fn played(scenario: &str, test: StatedTest) -> (Vec<Record>, Run) {
    let runs = tempfile::tempdir().unwrap();
    let clock = Clock::scaled(start(), 1.0);
    let mut event_loop = event_loop(runs.path(), scenario, clock, clock);
    event_loop.update(|session| session.state_test(test));
    let (run, _) = Box::pin(event_loop.run_to_end(Signals::listen().unwrap())).await;
    let folder = crate::journal::find_run(runs.path(), "last").unwrap();
    let records =
        crate::journal::JournalReader::open(&folder).unwrap().map(|entry| match entry.unwrap().content {
            crate::journal::Content::Record(record) => record,
            crate::journal::Content::Opaque { .. } => panic!("an unknown record"),
        });
    (records.collect(), run)
}

#[tokio::test(start_paused = true)]
async fn the_sheet_is_frozen_once_right_when_stage_1_begins() {
    // By a line of the log, by the counter, and by a statement.
    for scenario in ["procedure", "no-info-lines"] {
        let (records, run) = played(scenario, stated()).await;
        let frozen: Vec<_> = records
            .iter()
            .filter(|record| matches!(record.event, Event::TestSheetFrozen { .. }))
            .map(|record| record.seq)
            .collect();
        let begin = run.phases.spans[0].evidence.as_ref().unwrap().record;
        let [frozen] = frozen.as_slice() else { panic!("{scenario}: {frozen:?}") };
        assert!(*frozen > begin && frozen.0 <= begin.0 + 4, "{scenario}: {begin}, {frozen}");
        assert_eq!(run.frozen_sheet.as_ref().unwrap().sheet.objective.as_deref(), Some("show it"));
        assert_eq!(run.engineer.as_deref(), Some("Kim Berg"));
        assert!(run.actions.iter().all(|action| action.engineer.as_deref() == Some("Kim Berg")));
    }
}

#[tokio::test(start_paused = true)]
async fn an_unstated_sheet_is_frozen_as_unstated() {
    let (records, run) = played("procedure", StatedTest::default()).await;
    let is_stated =
        |record: &Record| matches!(record.event, Event::TestSheetStated { .. } | Event::EngineerNamed { .. });
    assert!(!records.iter().any(is_stated));
    assert_eq!(run.frozen_sheet.unwrap().sheet, TestSheet::default());
}

/// The loop of a demo of which nothing has happened.
fn idle(runs: &tempfile::TempDir) -> EventLoop {
    let clock = Clock::scaled(start(), 1.0);
    event_loop(runs.path(), "procedure", clock, clock).with_witness(Box::new(|_, _, _| {}))
}

#[tokio::test(start_paused = true)]
async fn what_the_record_says_already_is_not_stated_again() {
    let runs = tempfile::tempdir().unwrap();
    let mut event_loop = idle(&runs);
    event_loop.update(|session| session.state_test(stated()));
    let last = event_loop.run().last;
    event_loop.update(|session| session.state_test(stated()));
    event_loop.update(|session| session.state_test(StatedTest::default()));
    assert_eq!(event_loop.run().last, last);
    event_loop.update(|session| {
        session.state_test(StatedTest { is_taken_over: true, ..StatedTest::default() });
    });
    assert_eq!(event_loop.run().engineer, None, "nobody is named on the other account");
}

#[tokio::test(start_paused = true)]
async fn a_change_of_the_frozen_sheet_takes_a_reason() {
    let runs = tempfile::tempdir().unwrap();
    let mut event_loop = idle(&runs);
    event_loop.update(|session| session.state_test(stated()));
    let (since, user) = (event_loop.now(), event_loop.user());
    let statement = Statement::DownloadBegun;
    event_loop.record(&Event::Attested { statement, since, reason: "seen".to_owned(), user, consent: None });
    assert!(event_loop.run().frozen_sheet.is_some(), "by a statement, too");
    let other = TestSheet { place: Some("Kiel".to_owned()), ..TestSheet::default() };
    let last = event_loop.run().last;
    let sheet = Some((other.clone(), SheetOrigin::Settings));
    event_loop.update(|session| session.state_test(StatedTest { sheet, ..StatedTest::default() }));
    let state = |reason: Option<&str>| Intent::StateSheet {
        sheet: Box::new(other.clone()),
        reason: reason.map(str::to_owned),
    };
    event_loop.carry_out_intent(state(None));
    assert_eq!(event_loop.run().last, last, "neither has a reason");
    event_loop.carry_out_intent(state(Some("it was moved")));
    let run = event_loop.run();
    assert_eq!(run.sheets.last().unwrap().reason.as_deref(), Some("it was moved"));
    assert_eq!(run.sheets.last().unwrap().origin, SheetOrigin::Form);
    assert_eq!(run.frozen_sheet.as_ref().unwrap().sheet.place, None);
}

#[tokio::test(start_paused = true)]
async fn what_is_done_about_a_finding_is_on_record_with_who_said_so() {
    let runs = tempfile::tempdir().unwrap();
    let mut event_loop = idle(&runs);
    event_loop.update(|session| session.state_test(stated()));
    let entry = IssueEntry { owner: Some("Ole".to_owned()), ..IssueEntry::default() };
    let (code, opened) = (crate::run::Code::Alarm, crate::run::Sequence(1));
    event_loop.carry_out_intent(Intent::StateIssue { code, opened, entry: Box::new(entry) });
    let [issue] = event_loop.run().issues.as_slice() else { panic!("{:?}", event_loop.run().issues) };
    assert_eq!((issue.entry.owner.as_deref(), issue.engineer.as_deref()), (Some("Ole"), Some("Kim Berg")));
}

fn statement(event_loop: &EventLoop, statement: Statement, typed: Option<&str>) -> Intent {
    let (since, reason) = (event_loop.now(), "seen".to_owned());
    Intent::Attest { statement, since, reason, typed: typed.map(str::to_owned) }
}

#[tokio::test(start_paused = true)]
async fn a_statement_that_takes_a_phrase_is_recorded_with_it_alone() {
    let runs = tempfile::tempdir().unwrap();
    let mut event_loop = idle(&runs);
    let last = event_loop.run().last;
    for typed in [None, Some("end"), Some("against the reading")] {
        let intent = statement(&event_loop, Statement::TestOver, typed);
        let said = event_loop.carry_out_intent(intent).unwrap().text;
        assert!(said.starts_with("not recorded: The test has not begun"), "{typed:?}: {said}");
    }
    assert_eq!(event_loop.run().last, last, "nothing is on record");
    let intent = statement(&event_loop, Statement::TestOver, Some("end without a test"));
    event_loop.carry_out_intent(intent);
    assert_eq!(event_loop.run().phase(), crate::run::Phase::Ended);
    let [given] = event_loop.run().consents.as_slice() else { panic!("{:?}", event_loop.run().consents) };
    assert_eq!(given.consent.overruled, Overruled::NoRestore);
    assert!(given.consent.shown.starts_with("The test has not begun"), "{given:?}");
    let last = event_loop.run().last;
    let intent = statement(&event_loop, Statement::DownloadBegun, None);
    let said = event_loop.carry_out_intent(intent).unwrap().text;
    assert!(said.contains("no stage begins or ends"), "{said}");
    assert_eq!(event_loop.run().last, last);
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_a_statement_names_what_was_recorded_and_since_when() {
    let runs = tempfile::tempdir().unwrap();
    let mut event_loop = idle(&runs);
    let intent = statement(&event_loop, Statement::ReplicationPaused, None);
    let since = crate::text::time_of_day(event_loop.now());
    let said = event_loop.carry_out_intent(intent).unwrap().text;
    let expected =
        format!("your statement is on record: Replication on the primary is paused, since {since}");
    assert_eq!(said, expected);
    let intent = Intent::Attest {
        statement: Statement::ReplicationRunning,
        since: event_loop.now() + Elapsed::from_secs(0),
        reason: "seen".to_owned(),
        typed: None,
    };
    tokio::time::advance(std::time::Duration::from_secs(14)).await;
    let said = event_loop.carry_out_intent(intent).unwrap().text;
    let stated = crate::text::time_of_day(event_loop.now());
    assert_ne!(stated, since, "the clock went on");
    assert!(said.ends_with(&format!("runs, stated {stated}, since {since}")), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_signature_that_leaves_production_unprotected_is_a_decision_on_record() {
    let runs = tempfile::tempdir().unwrap();
    let mut event_loop = idle(&runs);
    let (statement, since, reason) = (Statement::ReplicationPaused, event_loop.now(), "seen".to_owned());
    let user = event_loop.user();
    event_loop.record(&Event::Attested { statement, since, reason, user, consent: None });
    let sign =
        |typed: Option<&str>| Intent::SignOff { text: "done".to_owned(), typed: typed.map(str::to_owned) };
    for typed in [None, Some("leave unknown"), Some("done")] {
        let said = event_loop.carry_out_intent(sign(typed)).unwrap().text;
        assert!(said.starts_with("not signed off: Replication on"), "{typed:?}: {said}");
        assert!(event_loop.run().signed_off.is_none());
    }
    event_loop.carry_out_intent(sign(Some("leave paused")));
    let run = event_loop.run();
    let (left, signed) = (run.left_paused.as_ref().unwrap(), run.signed_off.as_ref().unwrap());
    assert!(left.record < signed.record, "the decision comes first");
    let [given] = run.consents.as_slice() else { panic!("{:?}", run.consents) };
    assert_eq!((given.record, given.consent.overruled), (signed.record, Overruled::Paused));
    let deviations = crate::run::test_summary(run, event_loop.now()).deviations;
    let of_it = |deviation: &&crate::run::Deviation| deviation.record >= Some(left.record);
    assert_eq!(deviations.iter().filter(of_it).count(), 1, "one deed, said once: {deviations:?}");
}
