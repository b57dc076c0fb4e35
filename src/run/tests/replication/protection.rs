//! Production is protected again once replication is read to run, and what waited is sent.

use super::*;
use ReplicationState::{Paused, Running};

fn read(story: &mut Story, state: ReplicationState, backlog: Option<u64>) -> Sequence {
    let answer = answer(Reading::Known(state));
    story.tell(Event::ReplicationRead { answer, backlog: backlog.map(ByteCount) })
}

/// Paused for 100 s, with that backlog named; the resume was just requested and sent.
fn resuming(backlog: Option<u64>) -> (Story, ActionId) {
    let mut story = Story::connected();
    read(&mut story, Running, backlog.map(|_| 0));
    story.act(ActionKind::Pause);
    story.wait(100);
    read(&mut story, Paused, backlog);
    let id = story.request(ActionKind::Resume, None);
    story.send(id);
    (story, id)
}

fn again(story: &Story) -> ProtectedAgain {
    protected_again(&story.run).unwrap()
}

fn total(story: &Story) -> Elapsed {
    exposure(&story.run, story.now).total.unwrap().exact()
}

fn paused(story: &Story) -> Elapsed {
    story.run.replication.paused_total(story.now)
}

#[test]
fn exposure_ends_when_the_backlog_is_gone_and_the_pause_when_replication_is_read_to_run() {
    let (mut story, id) = resuming(Some(5_000));
    let requested = story.now;
    story.wait(15);
    read(&mut story, Running, Some(4_000));
    story.settle(id, ActionState::Confirmed);
    let running = story.now;
    story.wait(60);
    read(&mut story, Running, Some(1_204));
    assert_eq!(
        again(&story),
        ProtectedAgain {
            resumed_at: Some(requested),
            running_at: Some(running),
            backlog: Some(ByteCount(1_204)),
            ..ProtectedAgain::default()
        }
    );
    assert_eq!((paused(&story), total(&story)), (secs(115), secs(175)), "exposure goes on");
    story.wait(60);
    let record = read(&mut story, Running, Some(0));
    let gone = story.now;
    story.wait(600);
    read(&mut story, Running, Some(77));
    assert_eq!(
        again(&story),
        ProtectedAgain {
            resumed_at: Some(requested),
            running_at: Some(running),
            backlog_gone_at: Some(gone),
            backlog: Some(ByteCount(0)),
            took: Some(secs(135).into()),
            record: Some(record),
        },
        "new data that waits its turn later is no exposure"
    );
    assert_eq!((paused(&story), total(&story)), (secs(115), secs(235)));
    let summary = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    assert_eq!(summary["protected_again"]["seconds"], 135.0);
    assert_eq!(summary["replication"]["paused_seconds"], 115.0);
    assert_eq!(summary["exposure"]["total_seconds"], 235.0);
}

#[test]
fn without_a_backlog_in_the_replies_production_is_protected_once_replication_is_read_to_run() {
    let (mut story, id) = resuming(None);
    story.wait(15);
    let record = read(&mut story, Running, None);
    story.settle(id, ActionState::Confirmed);
    story.wait(500);
    let again = again(&story);
    assert_eq!((again.took, again.record), (Some(secs(15).into()), Some(record)));
    assert_eq!((again.backlog, again.backlog_gone_at), (None, None), "what is not named is not known");
    assert_eq!((paused(&story), total(&story)), (secs(115), secs(115)));
    read(&mut story, Running, Some(9));
    assert_eq!(total(&story), secs(115), "what was protected stays so");
}

#[test]
fn a_backlog_that_is_never_gone_leaves_production_exposed_to_the_end_of_the_record() {
    let (mut story, id) = resuming(Some(5_000));
    story.wait(15);
    read(&mut story, Running, Some(4_000));
    story.settle(id, ActionState::Confirmed);
    story.wait(300);
    read(&mut story, Running, None);
    story.wait(300);
    story.tell(Event::RunEnded(Ending::Quit));
    let summary = summarise(&story.run, story.now + secs(9_000), head());
    assert_eq!(summary.exposure.total, Some(secs(715).into()));
    assert_eq!(summary.replication.paused_seconds, Some(secs(115).into()));
    let again = summary.protected_again.unwrap();
    assert_eq!((again.took, again.record, again.backlog), (None, None, Some(ByteCount(4_000))));
}

#[test]
fn a_reply_that_names_no_backlog_any_more_proves_nothing() {
    let (mut story, id) = resuming(Some(5_000));
    story.wait(15);
    read(&mut story, Running, None);
    story.settle(id, ActionState::Confirmed);
    assert_eq!((again(&story).record, again(&story).backlog), (None, None));
    story.wait(60);
    read(&mut story, Running, Some(0));
    assert_eq!(again(&story).took, Some(secs(75).into()));
}

#[test]
fn a_pause_before_the_backlog_is_gone_goes_on_with_the_same_exposure() {
    let (mut story, id) = resuming(Some(5_000));
    story.wait(15);
    read(&mut story, Running, Some(4_000));
    story.settle(id, ActionState::Confirmed);
    story.wait(60);
    story.act(ActionKind::Pause);
    assert_eq!(again(&story), ProtectedAgain::default(), "of the present pause nothing is known yet");
    story.wait(50);
    let id = story.request(ActionKind::Resume, None);
    let requested = story.now;
    story.send(id);
    story.wait(5);
    read(&mut story, Running, Some(6_000));
    story.settle(id, ActionState::Confirmed);
    story.wait(30);
    read(&mut story, Running, Some(0));
    let again = again(&story);
    assert_eq!((again.resumed_at, again.took), (Some(requested), Some(secs(35).into())));
    // 100 + 15 s paused, 61 s caught up, 50 + 5 s paused, 30 s caught up.
    assert_eq!((paused(&story), total(&story)), (secs(170), secs(261)));
}

#[test]
fn who_else_resumed_it_did_so_at_an_unknown_time() {
    let (mut story, _) = resuming(None);
    let mut other = Story::connected();
    other.act(ActionKind::Pause);
    other.wait(100);
    let record = read(&mut other, Running, None);
    let again = again(&other);
    assert_eq!((again.resumed_at, again.took, again.record), (None, None, Some(record)));
    assert_eq!(again.running_at, Some(other.now));
    story.wait(5);
    read(&mut story, Paused, None);
    assert_eq!(protected_again(&story.run), Some(ProtectedAgain::default()), "not before it is read");
    assert_eq!(protected_again(&Story::connected().run), None, "never paused");
}

#[test]
fn a_statement_that_replication_runs_is_no_reading_of_it() {
    let (mut story, _) = resuming(None);
    story.tell(Event::ReplicationRead { answer: answer(Reading::Unreadable), backlog: None });
    story.attest(Statement::ReplicationRunning);
    let stated = story.now;
    story.wait(60);
    assert_eq!((again(&story).resumed_at, again(&story).running_at), (Some(stated), None));
    assert_eq!((again(&story).record, total(&story)), (None, secs(100)), "the pause ends as stated");
    let record = read(&mut story, Running, None);
    assert_eq!((again(&story).record, again(&story).took), (Some(record), Some(secs(60).into())));
}

#[test]
fn the_total_keeps_the_exposure_of_pauses_that_were_dropped() {
    let (mut story, id) = resuming(Some(5_000));
    story.wait(15);
    read(&mut story, Running, Some(4_000));
    story.settle(id, ActionState::Confirmed);
    story.wait(60);
    read(&mut story, Running, Some(0));
    for _ in 0..LIST_LIMIT {
        story.wait(10);
        read(&mut story, Paused, Some(1));
        story.wait(1);
        read(&mut story, Running, Some(0));
    }
    assert!(story.run.dropped.intervals > 0);
    let others = u64::try_from(LIST_LIMIT).unwrap();
    assert_eq!(total(&story), secs(175 + others));
    assert_eq!(paused(&story), secs(115 + others));
}
