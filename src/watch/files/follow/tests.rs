//! Handles that fail, and files that cannot be read.

use tokio::sync::mpsc::channel;

use super::{presence::State, *};

#[tokio::test]
async fn a_handle_that_cannot_be_read_any_more_is_opened_anew_at_its_place() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("messages");
    std::fs::write(&path, "1\n").unwrap();
    let (sender, mut observations) = channel(16);
    let now = At::new(chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let mut follower = Follower {
        path: path.clone(),
        clock: Clock::scaled(now, 1.0),
        seen: None,
        searched: None,
        open: None,
        unread: None,
        looked_at: now,
        failing: None,
        gone_since: None,
        last_named: None,
        state: State::Followed,
        is_pipe: false,
        first_arrival: Arrival::CaughtUp,
        folder: Folder::default(),
        has_turned: false,
        ends: Vec::new(),
        outlet: Outlet::new(sender),
    };
    follower.look(now).await.unwrap();
    // As one whose file another machine has let go.
    let unreadable = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    follower.open.as_mut().unwrap().file = tokio::fs::File::from_std(unreadable);
    std::fs::write(&path, "1\n2\n").unwrap();
    follower.look(now).await.unwrap();
    let mut seen = Vec::new();
    while let Ok(observation) = observations.try_recv() {
        match observation {
            Observation::Log { bytes, .. } => seen.extend(bytes),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(seen, b"1\n2\n");
}

#[tokio::test]
async fn only_what_stays_unreadable_is_a_gap_however_long_nobody_looked_before() {
    let (sender, mut observations) = channel(16);
    let at = |seconds: i64| At::new(chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap());
    let mut follower = Follower {
        path: "messages".into(),
        clock: Clock::scaled(at(5000), 1.0),
        seen: None,
        searched: None,
        open: None,
        unread: None,
        looked_at: at(0),
        failing: None,
        gone_since: None,
        last_named: None,
        state: State::Followed,
        is_pipe: false,
        first_arrival: Arrival::CaughtUp,
        folder: Folder::default(),
        has_turned: false,
        ends: Vec::new(),
        outlet: Outlet::new(sender),
    };
    // Though it fails, what the folder holds by then is known.
    follower.has_turned = true;
    let failed = || Err(io::ErrorKind::PermissionDenied.into());
    follower.judge(failed(), at(3600)).await.unwrap();
    assert!(!follower.has_turned);
    follower.judge(Ok(()), at(3601)).await.unwrap();
    assert!(observations.try_recv().is_err());
    for second in 3602..3700 {
        follower.judge(failed(), at(second)).await.unwrap();
    }
    let told = observations.try_recv().unwrap();
    assert!(
        matches!(&told, Observation::LogGap { from, to, .. } if *from == at(3601) && *to >= at(5000)),
        "{told:?}"
    );
    let lost = observations.try_recv().unwrap();
    assert!(matches!(&lost, Observation::Event(crate::run::Event::LogLost { .. })), "{lost:?}");
    assert!(observations.try_recv().is_err(), "it is told once");
}
