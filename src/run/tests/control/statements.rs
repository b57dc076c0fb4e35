//! Statements that contradict what was read, skip a part of the test, or reach back too far.

use super::*;
use ReplicationState::{Paused, Running};

fn judge(story: &Story, statement: Statement) -> StatementVerdict {
    judge_statement(&story.run, statement, story.now)
}

/// The phrase that the statement takes, if it takes one.
fn phrase(story: &Story, statement: Statement) -> Option<&'static str> {
    match judge(story, statement) {
        StatementVerdict::NeedsPhrase { phrase, warning } => {
            assert!(warning.ends_with('.'), "{warning}");
            Some(phrase)
        }
        StatementVerdict::Allowed => None,
        StatementVerdict::Off { reason } => panic!("{reason}"),
    }
}

fn off(story: &Story, statement: Statement) -> Option<String> {
    match judge(story, statement) {
        StatementVerdict::Off { reason } => Some(reason),
        StatementVerdict::Allowed | StatementVerdict::NeedsPhrase { .. } => None,
    }
}

#[test]
fn a_test_that_has_not_begun_is_ended_by_its_own_phrase_alone() {
    let story = Story::connected();
    for statement in [Statement::TestOver, Statement::RestoreFailed] {
        assert_eq!(phrase(&story, statement), Some("end without a test"), "{statement:?}");
    }
}

#[test]
fn a_restore_that_goes_on_is_not_ended_without_a_phrase() {
    for story in [Story::in_stage_1(), Story::in_stage_2()] {
        assert_eq!(phrase(&story, Statement::TestOver), Some("end before it is restored"));
    }
    assert_eq!(phrase(&Story::in_use(), Statement::TestOver), None, "it is restored");
}

#[test]
fn a_restore_is_not_stated_as_failed_by_one_key_beside_another() {
    let stories = vec![Story::in_stage_1(), Story::in_stage_2(), Story::in_use(), Story::ended()];
    for mut story in stories {
        let StatementVerdict::NeedsPhrase { phrase, warning } = judge(&story, Statement::RestoreFailed)
        else {
            panic!("{:?}", story.run.phase())
        };
        assert_eq!(phrase, "end as failed");
        assert!(warning.ends_with("cannot be taken back."), "{warning}");
        story.attest(Statement::RestoreFailed);
        let off = off(&story, Statement::RestoreFailed).unwrap();
        assert_eq!(off, "That the restore failed is on record already; nothing was recorded.");
    }
    let mut story = Story::in_stage_1();
    story.polls(10, &[11_412]);
    story.wait(7);
    let StatementVerdict::NeedsPhrase { warning, .. } = judge(&story, Statement::RestoreFailed) else {
        panic!()
    };
    assert!(
        warning.starts_with("drwatch counted 1,000 of 2,662 objects on dr 7 s ago, and no line"),
        "{warning}"
    );
}

#[test]
fn an_appliance_with_a_danger_that_is_not_settled_is_not_given_free_without_a_phrase() {
    assert_eq!(phrase(&Story::in_use(), Statement::RestoredUsable), None);
    let mut story = Story::in_use();
    let line = line("rfsd[1]: bad", Arrival::Live, None);
    story.tell(Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line });
    assert_eq!(phrase(&story, Statement::RestoredUsable), Some("can be used despite it"), "it is open");
    let opened = story.finding(Code::Alarm).record;
    let (code, reason, user) = ("alarm".to_owned(), "stopped it".to_owned(), "eng".to_owned());
    story.tell(Event::Acknowledged { code, opened, reason, user });
    assert_eq!(
        phrase(&story, Statement::RestoredUsable),
        Some("can be used despite it"),
        "nothing settles it"
    );
    let StatementVerdict::NeedsPhrase { warning, .. } = judge(&story, Statement::RestoredUsable) else {
        panic!()
    };
    assert_eq!(
        warning,
        "dr logged the alarm cloud bucket inconsistent, at 2026-03-02 08:10:38 UTC. This is not settled: do not read \
         files on dr."
    );
    assert_eq!(phrase(&story, Statement::TestOver), None);
}

#[test]
fn what_was_read_a_moment_ago_is_contradicted_by_a_phrase_alone() {
    let mut story = Story::connected();
    story.act(ActionKind::Pause);
    story.wait(60);
    assert_eq!(phrase(&story, Statement::ReplicationRunning), Some("against the reading"));
    assert_eq!(phrase(&story, Statement::ReplicationPaused), None, "it agrees");
    story.wait(1);
    assert_eq!(phrase(&story, Statement::ReplicationRunning), None, "the reading is old by now");
    story.replication(Paused);
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connecting });
    assert_eq!(phrase(&story, Statement::ReplicationRunning), None, "it may have changed since");
    story.tell(Event::LinkChanged { role: Role::Primary, link: Link::Connected });
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    assert_eq!(phrase(&story, Statement::ReplicationRunning), None, "nothing can be read");
    story.replication(Running);
    assert_eq!(phrase(&story, Statement::ReplicationPaused), Some("against the reading"));
}

#[test]
fn a_statement_is_no_reading_to_contradict() {
    let mut story = Story::connected();
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    story.attest(Statement::ReplicationPaused);
    story.wait(5);
    assert_eq!(phrase(&story, Statement::ReplicationRunning), None);
}

#[test]
fn a_stage_that_is_seen_to_go_on_is_not_stated_over_without_a_phrase() {
    let mut story = Story::in_stage_1();
    story.polls(10, &[11_412]);
    for statement in [Statement::DownloadOver, Statement::NamespaceOver] {
        assert_eq!(phrase(&story, statement), Some("against the reading"), "{statement:?}");
    }
    story.polls(10, &[13_074]);
    assert_eq!(phrase(&story, Statement::DownloadOver), None, "all is counted");
    let mut story = Story::connected();
    story.service_stopped();
    assert_eq!(phrase(&story, Statement::DownloadBegun), Some("against the reading"));
    story.service_runs();
    assert_eq!(phrase(&story, Statement::DownloadBegun), None);
}

#[test]
fn the_end_of_stage_2_is_not_stated_against_a_log_that_is_followed_and_shows_none() {
    let mut story = Story::in_stage_2();
    story.tell(Event::LogFollowed);
    assert_eq!(phrase(&story, Statement::NamespaceOver), Some("restored without the log"));
    story.tell(Event::LogLost { reason: "removed".to_owned() });
    assert_eq!(phrase(&story, Statement::NamespaceOver), None, "the log shows nothing any more");
}

#[test]
fn a_statement_that_would_change_nothing_is_off() {
    assert_eq!(
        off(&Story::in_stage_1(), Statement::DownloadBegun).unwrap(),
        "Stage 1 has begun already; nothing was recorded."
    );
    assert!(off(&Story::in_stage_2(), Statement::DownloadOver).is_some());
    assert!(off(&Story::in_use(), Statement::NamespaceOver).is_some());
    let ended = Story::ended();
    assert_eq!(off(&ended, Statement::TestOver).unwrap(), "The test is over already; nothing was recorded.");
    assert!(off(&ended, Statement::DownloadBegun).unwrap().contains("no stage begins or ends"));
    assert_eq!(off(&ended, Statement::ReplicationRunning), None);
    assert_eq!(off(&Story::in_stage_1(), Statement::DownloadOver), None);
}

#[test]
fn no_statement_reaches_back_beyond_what_the_record_shows() {
    let floor =
        |story: &Story, statement| statement_floor(&story.run, statement).map(|floor| (floor.at, floor.what));
    let began = Some((morning(), "this run began".to_owned()));
    let mut story = Story::connected();
    story.wait(100);
    assert_eq!(floor(&story, Statement::TestOver), began, "nothing can have ended before the run");
    assert_eq!(floor(&story, Statement::DownloadBegun), None, "the restore may have begun before the watch");
    story.service_stopped();
    assert_eq!(floor(&story, Statement::DownloadBegun), began, "the service was seen stopped");
    story.wait(10);
    story.service_runs();
    assert_eq!(floor(&story, Statement::DownloadBegun).unwrap().0, story.now);
    assert_eq!(floor(&story, Statement::ReplicationPaused), None, "it was never read");
    story.replication(Running);
    assert_eq!(floor(&story, Statement::ReplicationPaused).unwrap().0, story.now);
    story.wait(10);
    story.replication(Paused);
    assert_eq!(floor(&story, Statement::ReplicationRunning).unwrap().0, story.now);
    let mut story = Story::connected();
    story.replication(Paused);
    assert_eq!(floor(&story, Statement::ReplicationPaused), None, "it may have been paused before the watch");
}

#[test]
fn a_wrong_statement_against_a_reading_does_not_restart_the_clock_of_the_pause() {
    let mut story = Story::connected();
    story.replication(Running);
    story.act(ActionKind::Pause);
    let from = story.now;
    story.wait(600);
    story.replication(Paused);
    story.wait(3);
    story.attest(Statement::ReplicationRunning);
    assert_eq!(story.run.replication.state, Known::Running, "it counts until the next reading");
    assert_eq!(story.run.replication.intervals[0].end, PauseEnd::Stated);
    story.wait(15);
    story.replication(Paused);
    let [pause] = story.run.replication.intervals.as_slice() else { panic!("a second pause") };
    assert_eq!((pause.from, pause.to, pause.end_record), (from, None, None));
    assert!(pause.end == PauseEnd::Read && pause.recovery.is_none());
    assert_eq!(story.run.replication.since, Some(from));
    assert!(story.findings(Code::ReplicationChangedByOthers).is_empty(), "nobody is accused");
    let finding = story.finding(Code::StatementContradicted);
    assert!(finding.text.contains("read as paused"), "{}", finding.text);
    assert!(finding.text.contains("against the statement that it is running (stated "), "{}", finding.text);
    assert!(story.run.exit().code() != 0);
}

#[test]
fn a_reading_long_after_a_statement_counts_from_when_it_was_read() {
    let mut story = Story::connected();
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    story.attest(Statement::ReplicationRunning);
    story.wait(300);
    story.replication(Paused);
    let [pause] = story.run.replication.intervals.as_slice() else { panic!("one pause") };
    assert_eq!((pause.from, pause.from_known), (story.now, false));
    assert!(story.findings(Code::ReplicationChangedByOthers).is_empty());
    assert_eq!(story.findings(Code::StatementContradicted).len(), 1);
    // The next change is somebody's doing again.
    story.wait(30);
    story.replication(Running);
    assert_eq!(story.findings(Code::ReplicationChangedByOthers).len(), 1);
}

#[test]
fn a_pause_stated_between_two_readings_against_it_was_none() {
    let mut story = Story::connected();
    story.replication(Running);
    let runs_since = story.run.replication.since;
    story.wait(40);
    story.replication(Running);
    story.wait(20);
    story.attest_since(Statement::ReplicationPaused, story.now.shifted(minutes(-1)));
    story.wait(15);
    story.replication(Running);
    assert!(runs_since.is_some() && story.run.replication.since == runs_since, "it has run all the time");
    assert!(story.run.replication.intervals.is_empty() && !story.run.replication.may_have_paused);
    let text = &story.finding(Code::StatementContradicted).text;
    assert!(text.contains(" UTC, since 20"), "both times of the statement are named: {text}");
}

#[test]
fn a_pause_that_was_only_stated_ends_by_the_reading_against_it() {
    let mut story = Story::in_stage_1();
    story.replication(Running);
    story.wait(5);
    story.attest(Statement::ReplicationPaused);
    story.wait(61);
    story.replication(Running);
    let pause = story.run.replication.intervals.last().unwrap();
    assert!(pause.ended_unseen && pause.to == Some(story.now), "{pause:?}");
    assert!(story.open().contains(&Code::ReplicationRunsInStage1), "the danger is open all the same");
    assert_eq!(story.findings(Code::StatementContradicted).len(), 1);
}

#[test]
fn an_action_after_a_statement_contradicts_nothing() {
    let mut story = Story::connected();
    story.attest(Statement::ReplicationRunning);
    story.act(ActionKind::Pause);
    assert!(story.findings(Code::StatementContradicted).is_empty());
    assert!(story.findings(Code::ReplicationChangedByOthers).is_empty());
}

#[test]
fn an_end_of_the_test_stated_for_a_moment_before_an_alarm_takes_a_phrase() {
    let mut story = Story::in_use();
    story.wait(100);
    let end = story.now;
    story.wait(30);
    let line = line("bad", Arrival::Live, None);
    let record = story.tell(Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line });
    let judge =
        |story: &Story, since| judge_dated_statement(&story.run, Statement::TestOver, since, story.now);
    assert_eq!(judge(&story, end), StatementVerdict::Allowed, "stated within the minute");
    story.wait(3600);
    let StatementVerdict::NeedsPhrase { phrase, warning } = judge(&story, end) else {
        panic!("an alarm came after")
    };
    assert_eq!(phrase, "against the reading");
    assert!(warning.contains("dr logged the alarm") && warning.contains("when the test is to have ended"));
    assert_eq!(judge(&story, story.now), StatementVerdict::Allowed, "now is after it");
    let consent = dated_consent(&story.run, Statement::TestOver, end, story.now).unwrap();
    assert_eq!((consent.overruled, consent.cited), (Overruled::Reading, Some(record)));
    // A phase that somebody has shown to go on.
    let mut story = Story::in_use();
    let end = story.now;
    story.wait(100);
    story.attest(Statement::RestoredUsable);
    story.wait(100);
    assert!(matches!(judge(&story, end), StatementVerdict::NeedsPhrase { .. }), "it was in use after that");
    // Of a restore that goes on, the phrase for that holds, with both sentences.
    let mut early = Story::in_stage_2();
    let end = early.now;
    early.wait(10);
    early.tell(Event::AlarmSeen { alarm: "bad".to_owned(), line: super::line("bad", Arrival::Live, None) });
    early.wait(100);
    let consent = dated_consent(&early.run, Statement::TestOver, end, early.now).unwrap();
    assert_eq!(consent.overruled, Overruled::UnfinishedRestore);
    assert!(consent.shown.contains("nothing is restored yet") && consent.shown.contains("logged the alarm"));
}

#[test]
fn the_end_of_the_test_over_an_alarm_is_stated_below_what_it_means_for_the_resume() {
    let mut story = Story::in_use();
    let remark = |story: &Story| statement_remark(&story.run, Statement::TestOver);
    assert_eq!(remark(&story), None);
    let line = line("rfsd[1]: bad", Arrival::Live, None);
    let opened = story.tell(Event::AlarmSeen { alarm: "cloud bucket inconsistent".to_owned(), line });
    let (code, reason, user) = ("alarm".to_owned(), "known".to_owned(), "eng".to_owned());
    story.tell(Event::Acknowledged { code, opened, reason, user });
    let said = remark(&story).unwrap();
    assert!(said.contains("do not resume after the test until the vendor agrees"), "{said}");
    assert_eq!(statement_remark(&story.run, Statement::ReplicationPaused), None);
    assert_eq!(judge(&story, Statement::TestOver), StatementVerdict::Allowed, "it takes no phrase");
}
