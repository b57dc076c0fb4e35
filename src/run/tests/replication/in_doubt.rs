//! A pause or resume of which nothing shows yet what came of it: replication may be either.

use super::*;
use ReplicationState::{Paused, Running};

/// How far the request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Come {
    Requested,
    Sent,
    Unanswered,
}

/// A pause or resume that was asked for, while the state before it was read.
fn asked(action: ActionKind, come: Come) -> (Story, ActionId) {
    let mut story = Story::connected();
    story.replication(Running);
    story.wait(5);
    if action == ActionKind::Resume {
        story.replication(Paused);
        story.wait(5);
    }
    let id = story.request(action, None);
    if come != Come::Requested {
        story.send(id);
    }
    if come == Come::Unanswered {
        story.wait(20);
        story.settle(id, ActionState::Unknown { reason: "no answer within 20 s".to_owned() });
    }
    (story, id)
}

fn each() -> impl Iterator<Item = (ActionKind, Come)> {
    let stages = [Come::Requested, Come::Sent, Come::Unanswered];
    [ActionKind::Pause, ActionKind::Resume]
        .into_iter()
        .flat_map(move |action| stages.map(|come| (action, come)))
}

fn cleanup_item(story: &Story) -> CleanupItem {
    let mut items = cleanup(&story.run, story.now).into_iter();
    items.find(|item| item.code == CleanupCode::ReplicationRunning).unwrap()
}

#[test]
fn a_change_that_was_asked_for_leaves_the_state_unknown_until_it_is_read() {
    for (action, come) in each() {
        let (mut story, id) = asked(action, come);
        let case = format!("{action:?}, {come:?}");
        assert_eq!(story.run.replication_state(), Known::Unknown, "{case}");
        assert!(story.run.may_be_paused(), "{case}");
        let summary = summarise(&story.run, story.now, head());
        assert_eq!(summary.replication.state, Known::Unknown, "{case}");
        // A pause may have begun, a resume ended it.
        let is_pause = action == ActionKind::Pause;
        assert_eq!(
            (summary.exposure.began_unseen, summary.exposure.at_most),
            (is_pause, !is_pause),
            "{case}"
        );
        assert_eq!((summary.exposure.present_pause, &summary.exposure.expected), (None, &None), "{case}");
        let bound = if is_pause { Bound::AtLeast } else { Bound::AtMost };
        assert_eq!(pause_bound(&story.run, story.now), bound, "{case}");
        assert!(!cleanup_item(&story).done, "{case}");
        assert!(cleanup_item(&story).text.contains(&action.to_string()), "{case}");
        let preflight = preflight(&story.run, story.now, &PreflightFacts::default());
        let is_paused = |item: &&PreflightItem| item.code == PreflightCode::ReplicationPaused;
        assert_eq!(preflight.items.iter().find(is_paused).unwrap().state, PreflightState::Unknown, "{case}");

        story.wait(1);
        if come != Come::Unanswered {
            story.settle(id, ActionState::Rejected { reason: "not now".to_owned() });
            let before = if is_pause { Known::Running } else { Known::Paused };
            assert_eq!(story.run.replication_state(), before, "{case}");
        }
        for state in [Running, Paused] {
            story.wait(1);
            story.replication(state);
            assert_eq!(story.run.replication_state(), Known::from(state), "{case}");
            assert_eq!(story.run.may_be_paused(), state == Paused, "{case}");
        }
    }
}

#[test]
fn a_reading_while_the_change_is_under_way_does_not_settle_it() {
    let (mut story, _) = asked(ActionKind::Pause, Come::Sent);
    story.wait(1);
    story.replication(Running);
    assert_eq!(story.run.replication_state(), Known::Unknown, "the line may take effect later");
}

#[test]
fn a_statement_settles_a_change_of_unknown_outcome_and_is_told_as_one() {
    for (action, statement) in [
        (ActionKind::Pause, Statement::ReplicationRunning),
        (ActionKind::Resume, Statement::ReplicationPaused),
    ] {
        let (mut story, _) = asked(action, Come::Unanswered);
        story.wait(5);
        story.attest(statement);
        assert_ne!(story.run.replication_state(), Known::Unknown, "{action:?}");
        assert!(story.run.replication.attested, "{action:?}: what was read before it does not bear it out");
        // The command takes effect all the same, which is nobody else's doing.
        let by_others = story.findings(Code::ReplicationChangedByOthers).len();
        story.wait(40);
        story.replication(if action == ActionKind::Pause { Paused } else { Running });
        assert!(!story.run.replication.attested, "{action:?}");
        assert_eq!(story.findings(Code::ReplicationChangedByOthers).len(), by_others, "{action:?}");
    }
}

#[test]
fn leaving_while_a_change_is_in_doubt_claims_no_pause() {
    for (action, come) in each() {
        let (mut story, _) = asked(action, come);
        story.tell(Event::LeftPaused { user: "eng".to_owned() });
        assert_eq!(story.run.left_paused.as_ref().unwrap().paused, None, "{action:?}, {come:?}");
        let deviations = summarise(&story.run, story.now, head()).test.deviations;
        assert!(
            deviations
                .iter()
                .any(|deviation| deviation.text.contains("not known whether replication was paused"))
        );
    }
}

#[test]
fn a_change_of_the_threads_leaves_no_doubt_about_replication() {
    let mut story = Story::connected();
    story.replication(Paused);
    let id = story.request(ActionKind::SetThreads(ThreadCount(64)), None);
    story.send(id);
    assert_eq!(story.run.replication_state(), Known::Paused);
}

#[test]
fn what_was_read_before_the_request_contradicts_no_statement_after_it() {
    for (action, come) in each() {
        let (mut story, id) = asked(action, come);
        let case = format!("{action:?}, {come:?}");
        for statement in [Statement::ReplicationPaused, Statement::ReplicationRunning] {
            let verdict = judge_statement(&story.run, statement, story.now);
            assert_eq!(verdict, StatementVerdict::Allowed, "{case}, {statement:?}");
        }
        if come == Come::Unanswered {
            continue;
        }
        // What is read meanwhile, or stays as it was, is contradicted as ever.
        let (read, otherwise) = if action == ActionKind::Pause {
            (Running, Statement::ReplicationPaused)
        } else {
            (Paused, Statement::ReplicationRunning)
        };
        let mut refused = story.run.clone();
        let (seq, at) = (refused.last.next(), story.now);
        let state = ActionState::Rejected { reason: "not now".to_owned() };
        apply(&mut refused, &Record { seq, at, event: Event::ActionSettled { id, state } });
        story.wait(1);
        story.replication(read);
        for run in [&refused, &story.run] {
            let verdict = judge_statement(run, otherwise, story.now);
            assert!(matches!(verdict, StatementVerdict::NeedsPhrase { .. }), "{case}: {verdict:?}");
        }
    }
}

#[test]
fn a_change_of_unknown_outcome_may_be_asked_for_again_or_undone() {
    for (action, undo) in [(ActionKind::Pause, ActionKind::Resume), (ActionKind::Resume, ActionKind::Pause)] {
        let (mut story, _) = asked(action, Come::Unanswered);
        story.attest(Statement::TestOver);
        for action in [action, undo] {
            let authorization = authorize(&story.run, action);
            assert!(matches!(authorization, Authorization::Allowed { .. }), "{action:?}: {authorization:?}");
        }
        story.wait(1);
        story.replication(if action == ActionKind::Pause { Running } else { Paused });
        assert!(matches!(authorize(&story.run, undo), Authorization::Off { .. }), "{action:?}");
    }
}

#[test]
fn a_statement_that_replication_runs_is_in_doubt_only_by_what_was_read_after_the_request() {
    for is_read_again in [false, true] {
        let (mut story, id) = asked(ActionKind::Resume, Come::Sent);
        let criterion = Criterion { target: Target::Exposure { limit: secs(3600) }, source: None };
        let sheet = Box::new(TestSheet { criteria: vec![criterion], ..TestSheet::default() });
        story.tell(Event::TestSheetFrozen { sheet });
        story.attest(Statement::TestOver);
        if is_read_again {
            story.wait(1);
            story.replication(Paused);
        }
        story.wait(20);
        story.settle(id, ActionState::Unknown { reason: "no answer within 20 s".to_owned() });
        story.wait(5);
        story.attest(Statement::ReplicationRunning);
        let criterion = &test_summary(&story.run, story.now).criteria[0];
        let grounds = if is_read_again { Grounds::Doubted } else { Grounds::Stated };
        assert_eq!((criterion.judgement, criterion.grounds), (Judgement::Passed, grounds), "{criterion:?}");
        assert_eq!(criterion.reason.contains("although it was read as paused"), is_read_again);
    }
}

#[test]
fn a_statement_stands_beyond_an_outcome_that_stays_unknown_only_if_nothing_sent_can_undo_it() {
    let stated = [(Paused, Statement::ReplicationPaused), (Running, Statement::ReplicationRunning)];
    for (action, wanted) in [(ActionKind::Pause, Paused), (ActionKind::Resume, Running)] {
        for (come, (state, statement)) in
            [Come::Requested, Come::Sent].into_iter().flat_map(|come| stated.map(|stated| (come, stated)))
        {
            for is_before_sent in [true, false] {
                let (mut story, id) = asked(action, come);
                story.wait(1);
                story.attest(statement);
                if is_before_sent {
                    story.send(id);
                }
                story.wait(20);
                story.settle(id, ActionState::Unknown { reason: "no answer within 20 s".to_owned() });
                let stands = come == Come::Sent && state == wanted && !is_before_sent;
                let known = if stands { Known::from(state) } else { Known::Unknown };
                let case = format!("{action:?}, {come:?}, {statement:?}, {is_before_sent}");
                assert_eq!(story.run.replication_state(), known, "{case}");
                assert!(story.run.replication.attested, "{case}");
            }
        }
    }
}

fn next_text(story: &Story) -> String {
    let preflight = preflight(&story.run, story.now, &PreflightFacts::default());
    next_step(&story.run, story.now, &preflight).text
}

#[test]
fn a_finding_claims_nothing_of_replication_once_it_is_unknown_what_came_of_a_change() {
    let cases = [
        (Phase::Stage1, ActionKind::Pause, Code::ReplicationRunsInStage1, FindingSeverity::Blocking),
        (Phase::Stage2, ActionKind::Pause, Code::ResumedAgainstPolicy, FindingSeverity::Attention),
        (Phase::Ended, ActionKind::Resume, Code::StillPaused, FindingSeverity::Attention),
    ];
    for (phase, action, code, severity) in cases {
        let mut story = Story::connected();
        story.replication(if action == ActionKind::Pause { Running } else { Paused });
        story.marker(Marker::DownloadStarted);
        if phase == Phase::Stage2 {
            story.marker(Marker::DownloadComplete);
        } else if phase == Phase::Ended {
            story.attest(Statement::TestOver);
        }
        assert_eq!(story.run.phase(), phase);
        let claimed = story.finding(code).text.clone();
        let id = story.request(action, None);
        story.send(id);
        assert_eq!(story.finding(code).text, claimed, "it would stay so on record");
        if phase == Phase::Stage1 {
            assert_eq!(next_text(&story), "The pause is sent, reading back.");
        }
        story.wait(20);
        story.settle(id, ActionState::Unknown { reason: "no answer within 20 s".to_owned() });
        let finding = story.finding(code);
        assert!(finding.text.contains("what came of the request to ") && finding.is_open(), "{finding:?}");
        assert!(
            !finding.text.contains(" runs ") && !finding.text.contains(" is still paused"),
            "{finding:?}"
        );
        assert!(finding.to_do.is_none() || finding.remedy == Some(Remedy::StateByHand), "{finding:?}");
        assert_eq!(finding.severity, severity);
        if phase == Phase::Stage1 {
            assert_eq!(next_text(&story), "Look there, and state what you find.");
        }
        // It is asked for once more.
        story.wait(1);
        story.request(action, None);
        assert!(story.finding(code).text.contains("what came of the request to "), "{code:?}");
        story.wait(1);
        story.replication(if action == ActionKind::Pause { Running } else { Paused });
        assert_eq!(story.finding(code).text, claimed);
        assert_eq!(story.findings(code).len(), 1, "one and the same");
    }
}

/// Begun in the pause, and come after a resume was requested.
fn listed_in_doubt(story: &mut Story, settled: Option<ActionState>) {
    story.tell(Event::ListingStarted { cause: ListingCause::Asked });
    let id = story.request(ActionKind::Resume, None);
    story.send(id);
    story.wait(9);
    if let Some(state) = settled {
        story.settle(id, state);
    }
    let (listing, took, raw) = (bucket(1340, 1340), secs(9), String::new());
    story.tell(Event::ListingRead { listing, cause: ListingCause::Asked, took, raw });
}

fn listed_after_pause(story: &Story) -> (PreflightState, String) {
    let facts = PreflightFacts { ask_past: true, ..PreflightFacts::default() };
    let preflight = preflight(&story.run, story.now, &facts);
    let mut items = preflight.items.into_iter();
    let item = items.find(|item| item.code == PreflightCode::ListedAfterPause).unwrap();
    (item.state, item.text)
}

#[test]
fn a_listing_that_comes_while_a_resume_is_in_doubt_shows_nothing_of_the_pause() {
    let refused = || Some(ActionState::Rejected { reason: "not now".to_owned() });
    let unknown = || Some(ActionState::Unknown { reason: "no answer".to_owned() });
    for (settled, is_final) in [(None, false), (unknown(), false), (refused(), true)] {
        let mut story = Story::connected();
        story.replication(Paused);
        story.wait(5);
        listed_in_doubt(&mut story, settled.clone());
        let listing = story.run.listing.as_ref().unwrap();
        assert_eq!((listing.provisional, listing.in_doubt), (!is_final, !is_final), "{settled:?}");
        assert_eq!(story.run.frozen.at_pause.is_some(), is_final, "{settled:?}");
        let (state, text) = listed_after_pause(&story);
        assert_eq!(state == PreflightState::Ok, is_final, "{text}");
        let is_told = text
            == "The bucket ava400-ks was listed before the outcome of a request to change replication was known.";
        assert_eq!(is_told, !is_final, "{text}");
        let findings = story.findings(Code::ListingProvisional);
        assert_eq!(findings.is_empty(), is_final);
        assert!(findings.iter().all(|finding| finding.text.contains("came before it was known what became")));
    }
}

#[test]
fn a_listing_that_comes_in_doubt_takes_the_place_of_no_final_one_of_that_pause() {
    for is_of_pause in [true, false] {
        let mut story = Story::connected();
        story.replication(Paused);
        story.wait(5);
        story.listing(1331, 1331, ListingCause::Paused);
        assert_eq!(listed_after_pause(&story).0, PreflightState::Ok);
        if !is_of_pause {
            story.act(ActionKind::Resume);
            story.wait(60);
            story.act(ActionKind::Pause);
        }
        listed_in_doubt(&mut story, None);
        assert_eq!(story.run.listing.as_ref().unwrap().provisional, !is_of_pause);
        assert!(story.findings(Code::BucketChangedWhilePaused).is_empty(), "replication may run again");
        let (state, text) = listed_after_pause(&story);
        assert_eq!(state, PreflightState::Attention, "{text}");
        assert_eq!(text.contains("whether replication is still paused is unknown"), is_of_pause, "{text}");
    }
}

#[test]
fn a_listing_that_comes_in_doubt_counts_where_it_has_the_counts_of_the_pause() {
    for (listed, is_final) in [(1340, true), (1331, false)] {
        let mut story = Story::connected();
        story.replication(Paused);
        story.wait(5);
        story.listing(listed, listed, ListingCause::Paused);
        listed_in_doubt(&mut story, None);
        let listing = story.run.listing.as_ref().unwrap();
        assert_eq!(listing.cause == ListingCause::Asked, is_final);
        assert_eq!(story.run.frozen.unchanged, is_final.then_some(true));
    }
    // The counts are those of a pause before.
    let mut story = Story::connected();
    story.replication(Paused);
    story.wait(5);
    story.listing(1340, 1340, ListingCause::Paused);
    story.marker(Marker::DownloadStarted);
    story.act(ActionKind::Resume);
    story.wait(60);
    story.act(ActionKind::Pause);
    listed_in_doubt(&mut story, None);
    assert!(story.run.listing.as_ref().unwrap().in_doubt);
}

#[test]
fn a_pause_in_doubt_is_no_finding_where_replication_may_run() {
    for is_stated in [true, false] {
        let policy = ResumePolicy::ResumeAfterStage1;
        let mut story = Story::with(|started| started.settings.resume_policy = policy);
        story.meet();
        story.replication(Running);
        story.marker(Marker::DownloadStarted);
        story.marker(Marker::DownloadComplete);
        if is_stated {
            story.attest(Statement::DeletedFilesNotRead);
        }
        let id = story.request(ActionKind::Pause, None);
        story.send(id);
        story.settle(id, ActionState::Unknown { reason: "no answer".to_owned() });
        let findings = story.findings(Code::ResumedAgainstPolicy);
        assert_eq!(findings.iter().any(|finding| finding.is_open()), !is_stated);
    }
}
