//! Reconnects: which of them need a new confirmation of the fingerprints.

use super::*;

#[tokio::test(start_paused = true)]
async fn an_ordinary_reconnect_needs_no_new_confirmation() {
    let mut attacked = Attacked::start(Attack::OtherSerial, ActionKind::Pause);
    attacked.connected().await;
    attacked.ready().await;
    for _ in 0..3 {
        attacked.network.cut();
        attacked.watched.for_seconds(5).await;
        attacked.connected().await;
    }
    assert_eq!(table::word(&authorize(attacked.watched.run(), ActionKind::Pause)), "allowed");
    let id = attacked.watched.act(ActionKind::Pause).await;
    assert_eq!(*state_of(attacked.watched.run(), id), ActionState::Confirmed);
    assert_eq!(attacked.changes(), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_replaced_box_takes_a_new_confirmation_and_is_controlled_after_it() {
    let mut attacked = Attacked::start(Attack::OtherSerial, ActionKind::Pause);
    attacked.connected().await;
    attacked.ready().await;
    attacked.moved(Role::Primary);
    attacked.watched.until("the other box", |run| run.is_stranger(Role::Primary)).await;
    assert_eq!(
        differing(attacked.watched.run(), Role::Primary),
        [IdentityPart::Serial, IdentityPart::HostKey]
    );
    let finding =
        attacked.watched.run().open_findings().find(|one| one.code == Code::IdentityChanged).unwrap();
    assert!(finding.text.contains("IMPOSTOR1") && finding.text.contains("AV4PR0001842"), "{}", finding.text);
    let new = attacked.watched.event_loop.present_pair();
    attacked.watched.event_loop.confirm_pair(&new, None, Some("IMPOSTOR1".to_owned())).unwrap();
    attacked.connected().await;
    attacked.watched.until("its readings", |run| run.replication.state == Known::Paused).await;
    let id = attacked.watched.event_loop.act(ActionRequest { action: ActionKind::Resume, ..attacked.wish() });
    assert!(id.is_err(), "locked by the policy, not by the identity: {id:?}");
    let recorded = attacked.watched.replayed();
    assert!(recorded == *attacked.watched.run());
    assert_eq!(PairIdentities { ..new }.primary, recorded.primary.expected);
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_is_told_and_needs_no_new_confirmation() {
    let mut attacked = Attacked::start(Attack::OtherSerial, ActionKind::Pause);
    attacked.connected().await;
    attacked.ready().await;
    attacked.network.disguise(Role::Primary, "4.4.1", "4.4.2");
    attacked.network.cut();
    attacked.watched.for_seconds(5).await;
    attacked.connected().await;
    let told = attacked.watched.run().open_findings().find(|one| one.code == Code::ReleaseChanged).unwrap();
    assert!(told.text.contains("4.4.2 instead of 4.4.1"), "{}", told.text);
    let id = attacked.watched.act(ActionKind::Pause).await;
    assert_eq!(*state_of(attacked.watched.run(), id), ActionState::Confirmed);
}
