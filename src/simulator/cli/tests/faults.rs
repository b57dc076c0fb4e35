//! Faults as a session shows them: cut connections, a rotated log, words nobody knows, and the
//! right margin of a narrow terminal.

use super::*;
use crate::{dialect::Dialect, run::Elapsed};

/// A scenario's world with the DR service just started.
fn begun(name: &str) -> SharedWorld {
    let clock = Clock::scaled(start(), 1.0);
    let scenario = Scenario::named(name).unwrap();
    let world = SharedWorld::in_memory(scenario, 1, start(), Speed::REAL, ReplicationState::Paused, clock);
    world.type_line(Role::Dr, "replication num-threads 128").unwrap();
    world.type_line(Role::Dr, "service enable").unwrap();
    world
}

/// Waits until `second` of stage 1, which begins eight seconds after the service.
async fn second_of_stage_1(world: &SharedWorld, second: u64) {
    let until = start() + Elapsed::from_secs(8 + second);
    world.clock().sleep(until.since(world.clock().now()).into()).await;
}

#[tokio::test(start_paused = true)]
async fn a_drop_ends_every_session_of_the_appliance_and_refuses_new_ones_for_a_while() {
    let world = begun("drops");
    let (mut following, _) = Peer::enabled(&world, Role::Dr, VT100).await;
    following.send("show log continuous\r").await;
    let (idle, _) = Peer::enabled(&world, Role::Dr, VT100).await;
    let (mut primary, prompt) = Peer::enabled(&world, Role::Primary, VT100).await;
    assert!(world.is_reachable(Role::Dr).unwrap());
    let (followed, end) = following.rest().await;
    assert_eq!((end, idle.rest().await.1), (SessionEnd::Lost, SessionEnd::Lost));
    assert_eq!(world.clock().now().since(start()).secs(), 8 + 40);
    assert!(!world.is_reachable(Role::Dr).unwrap());
    let refused = Peer::new(&world, Role::Dr, VT100).rest().await;
    assert_eq!(refused, (String::new(), SessionEnd::Lost));
    assert!(primary.ask("show info", prompt).await.contains("AV4PR0001842"));
    second_of_stage_1(&world, 50).await;
    let (mut again, prompt) = Peer::enabled(&world, Role::Dr, VT100).await;
    let log = again.ask("show log", prompt).await;
    let last = followed.trim_end().lines().last().unwrap().trim_end().to_owned();
    let missed = log.lines().skip_while(|line| *line != last).skip(1).count();
    assert!(missed > 0, "the log goes on meanwhile: {last}");
}

#[tokio::test(start_paused = true)]
async fn a_drop_comes_in_the_midst_of_an_answer() {
    let mut scenario = Scenario::named("drops").unwrap();
    scenario.bucket.listing_seconds = 3600;
    scenario.fault.retain(|fault| fault.effect == crate::simulator::Effect::Unreachable(Role::Primary));
    let clock = Clock::scaled(start(), 1.0);
    let world = SharedWorld::in_memory(scenario, 1, start(), Speed::REAL, ReplicationState::Paused, clock);
    world.type_line(Role::Dr, "service enable").unwrap();
    let (mut peer, _) = Peer::enabled(&world, Role::Primary, VT100).await;
    peer.send("show replication bucket\r").await;
    let (shown, end) = peer.rest().await;
    assert_eq!(end, SessionEnd::Lost);
    assert!(shown.ends_with("listing entries from bucket ava400-ks\r\n"), "{shown:?}");
}

#[tokio::test(start_paused = true)]
async fn a_rotation_silences_a_follow_while_show_log_begins_anew() {
    let world = begun("rotation");
    let (mut following, enable) = Peer::enabled(&world, Role::Dr, VT100).await;
    following.send("show log continuous\r").await;
    second_of_stage_1(&world, 119).await;
    let rotated = world.view(|world| world.appliance(Role::Dr).log.end()).unwrap();
    second_of_stage_1(&world, 200).await;
    let (mut other, prompt) = Peer::enabled(&world, Role::Dr, VT100).await;
    let log = other.ask("show log", prompt).await;
    assert!(log.starts_with("BUILD_PROD_VERSION: altavault 4.4.1 #31\n"), "{log}");
    assert!(log.lines().count() > 20);
    following.send("\x03").await;
    let followed = following.until(&format!("^C\r\n{enable}")).await;
    let followed: Vec<&str> =
        followed.split("\r\n").skip(1).filter(|line| line.starts_with("Sep 13")).collect();
    assert!(followed.iter().all(|line| !log.contains(line)));
    let old: Vec<String> = world
        .view(|world| world.appliance(Role::Dr).log.between(0, rotated).map(str::to_owned).collect())
        .unwrap();
    assert!(followed.contains(&old.last().unwrap().as_str()), "the old file is followed to its end");
    other.send("show log continuous\r").await;
    assert!(other.until_within("Cloud restore phase complete").await.contains("Sep 13"));
}

#[tokio::test(start_paused = true)]
async fn unreadable_answers_are_in_no_words_of_the_dialect_and_pass() {
    let dialect = Dialect::built_in();
    let world = begun("unreadable");
    let (mut primary, enable) = Peer::enabled(&world, Role::Primary, VT100).await;
    let (mut dr, dr_enable) = Peer::enabled(&world, Role::Dr, VT100).await;
    for (second, readable) in [(10, true), (90, false), (200, true)] {
        second_of_stage_1(&world, second).await;
        let replication = primary.ask("show replication", enable).await;
        let paused = readable.then_some(ReplicationState::Paused);
        assert_eq!(dialect.replication().read(&replication), paused, "{replication}");
        for service in [primary.ask("show service", enable).await, dr.ask("show service", dr_enable).await] {
            assert_eq!(dialect.service().read(&service).is_some(), readable, "{service}");
        }
        let counter = dr.ask("rfsctl exec backend.ops.get", dr_enable).await;
        assert_eq!(counter.contains("backend.ops.get: "), readable, "{counter}");
        assert_eq!(counter.contains(|character: char| character.is_ascii_digit()), readable, "{counter}");
    }
}

#[tokio::test(start_paused = true)]
async fn echo_is_wrapped_at_the_right_margin_of_a_narrow_terminal() {
    let terminal = Terminal::Vt100 { columns: 20, rows: 0 };
    let (mut peer, prompt) = Peer::enabled(&world(), Role::Dr, terminal).await;
    peer.send("show log matching nothing\r").await;
    // The prompt takes nine columns.
    assert_eq!(peer.until(prompt).await, format!("show log ma \x08tching nothing\r\n{prompt}"));
    peer.send("show replication ?").await;
    let shown = peer.until("\r\nava-dr # show replic \x08ation ").await;
    assert!(shown.starts_with("show replic \x08ation ?\r\n"), "{shown:?}");
}
