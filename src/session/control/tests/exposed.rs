//! What a pause cost, as the run tells it, against what really happened on the appliances.

use super::*;
use crate::{
    journal::{Content, JournalReader},
    run::{Length, ResumePolicy, TimerEvent, exposure, protected_again},
    simulator::ReceivedLine,
};

/// When an appliance received `line`, each time.
fn times(watched: &Watched, line: &str) -> Vec<Timestamp> {
    let is_it = |one: &ReceivedLine| one.role == Role::Primary && one.line == line;
    watched.world.received().unwrap().into_iter().filter(is_it).map(|one| one.at).collect()
}

/// Whether two lengths agree to the second or two that a reading takes.
fn agree(told: Option<Elapsed>, real: Elapsed) {
    let told = told.unwrap();
    let apart = told.millis().abs_diff(real.millis());
    assert!(apart <= 2_000, "told {told}, really {real}");
}

/// The time paused, which ends when replication is read to run; that exposed lasts until what waited is sent.
fn agree_on_pause(watched: &Watched, real: Elapsed) {
    let now = watched.clock.now();
    let paused = watched.run().replication.paused_total(now);
    agree(Some(paused), real);
    assert!(exposure(watched.run(), now).total.map(Length::exact) >= Some(paused));
}

fn settings() -> RunSettings {
    RunSettings { resume_policy: ResumePolicy::ResumeAfterStage1, ..RunSettings::default() }
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_resume_would_have_saved_is_the_pause_after_stage_1() {
    let mut watched = Watched::start(quick(), settings());
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    watched.for_seconds(100).await;
    watched.go_to(Phase::Stage2).await;
    let stage_1_end = watched.clock.now();
    watched.for_seconds(200).await;
    watched.act(ActionKind::Resume).await;
    watched.for_seconds(300).await;
    let (paused, resumed) =
        (times(&watched, "no replication enable")[0], times(&watched, "replication enable")[0]);
    let exposed = exposure(watched.run(), watched.clock.now());
    agree_on_pause(&watched, resumed.since(paused));
    let again = protected_again(watched.run()).unwrap();
    agree(again.running_at.map(|at| at.since(paused)), resumed.since(paused));
    agree(exposed.total.map(Length::exact), again.backlog_gone_at.unwrap().since(paused));
    agree(exposed.saved_by_resuming_after_stage_1.map(Length::exact), resumed.since(stage_1_end));
    agree(exposed.saved_by_resuming_after_stage_1.map(Length::exact), Elapsed::from_secs(200));
    assert_eq!((exposed.present_pause, exposed.at_least), (None, false));

    // A second pause after stage 1 is one more that an earlier resume would have saved.
    watched.act(ActionKind::Pause).await;
    watched.for_seconds(60).await;
    let exposed = exposure(watched.run(), watched.clock.now());
    agree(exposed.present_pause.map(Length::exact), Elapsed::from_secs(60));
    agree(exposed.saved_by_resuming_after_stage_1.map(Length::exact), Elapsed::from_secs(260));
    agree_on_pause(&watched, resumed.since(paused).saturating_add(Elapsed::from_secs(60)));
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_ended_before_stage_1_did_leaves_nothing_to_save() {
    let mut watched = Watched::start(quick(), settings());
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    watched.for_seconds(50).await;
    watched.go_to(Phase::Stage1).await;
    watched.act(ActionKind::Resume).await;
    let (paused, resumed) =
        (times(&watched, "no replication enable")[0], times(&watched, "replication enable")[0]);
    watched.until("stage 2", |run| run.phase() >= Phase::Stage2).await;
    watched.for_seconds(100).await;
    let exposed = exposure(watched.run(), watched.clock.now());
    assert_eq!(exposed.saved_by_resuming_after_stage_1, Some(Length::ZERO));
    agree_on_pause(&watched, resumed.since(paused));
}

#[tokio::test(start_paused = true)]
async fn a_pause_seen_under_way_is_a_lower_bound_until_its_beginning_is_stated() {
    let mut watched = Watched::start(quick(), settings());
    let begun = watched.clock.now();
    watched.by_hand(Role::Primary, "no replication enable");
    watched.ready().await;
    watched.for_seconds(90).await;
    let exposed = exposure(watched.run(), watched.clock.now());
    assert!(exposed.began_unseen, "it began before it was first seen");
    agree(exposed.total.map(Length::exact), Elapsed::from_secs(90));
    let earlier = Timestamp::new(begun.utc() - chrono::TimeDelta::seconds(600));
    let (reason, user) = ("said by operations".to_owned(), watched.event_loop.user());
    let statement = Statement::ReplicationPaused;
    watched.event_loop.record(&Event::Attested { statement, since: earlier, reason, user, consent: None });
    let exposed = exposure(watched.run(), watched.clock.now());
    assert!(!exposed.began_unseen && exposed.at_least, "it only goes on");
    agree(exposed.total.map(Length::exact), Elapsed::from_secs(690));
}

#[tokio::test(start_paused = true)]
async fn the_budget_is_warned_of_at_half_four_fifths_and_all_of_it() {
    let budget = RunSettings { pause_budget: Some(Elapsed::from_secs(100)), ..settings() };
    let mut watched = Watched::start(quick(), budget);
    watched.ready().await;
    watched.act(ActionKind::Pause).await;
    let paused = times(&watched, "no replication enable")[0];
    watched.for_seconds(150).await;
    let now = watched.clock.now();
    watched.replayed();
    let folder = RunFolder::open(&watched.folder()).unwrap();
    let mut warned = Vec::new();
    for entry in JournalReader::open(&folder).unwrap() {
        let Content::Record(record) = entry.unwrap().content else { continue };
        if let Event::Due(TimerEvent::BudgetUsed { percent }) = record.event {
            agree(Some(record.at.since(paused)), Elapsed::from_secs(percent.into()));
            warned.push(percent);
        }
    }
    assert_eq!(warned, [50, 80, 100]);
    let used = exposure(watched.run(), now).used_percent.unwrap();
    assert!((148..=152).contains(&used), "{used}");
}
