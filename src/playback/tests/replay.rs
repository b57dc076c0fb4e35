//! Replay: played, steered, and gone to any place.

use ratatui::buffer::Cell;

use super::*;

fn assert_as_seen(player: &Engine<Player>, seen: &LiveFrame) {
    assert_eq!(player.run().last, seen.record);
    let replayed = frame(player.run(), player.log(), seen.at, Mode::Demo, seen.size);
    assert_eq!(replayed, seen.frame, "after record {}", seen.record);
}

#[test]
fn a_replay_shows_the_frames_of_the_live_run_whether_played_or_jumped_to() {
    let Recorded { folder, seen, .. } = recorded();
    assert!(seen.len() > 40, "{} frames", seen.len());
    let mut player = player(folder);
    for seen in seen {
        player.go_to_record(seen.record);
        assert_as_seen(&player, seen);
    }
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..40 {
        let seen = random.choice(seen).unwrap();
        player.go_to_record(seen.record);
        assert_as_seen(&player, seen);
    }
}

#[test]
fn a_replay_played_by_time_ends_in_the_state_of_the_live_run() {
    let Recorded { folder, seen, run: live, .. } = recorded();
    let mut player = player(folder);
    let mut now = start();
    while !player.is_at_end() {
        now = player.play_to(now + Elapsed::from_secs(7));
    }
    assert_eq!(player.run(), live);
    let last = seen.last().unwrap();
    assert_as_seen(&player, last);
    player.go_to(SeekTarget::Time(start()));
    assert_eq!(player.run().phases.current, Phase::Prepare);
}

#[test]
fn a_replay_differs_from_the_live_run_in_the_header_and_the_keys_it_names_alone() {
    let folder = &recorded().folder;
    let mut player = player(folder);
    let end = player.index.end.last;
    player.go_to_record(Sequence(end.0 / 2));
    for (width, height) in [(120, 40), (80, 24)] {
        let now = player.run().last_at;
        let frames = [Mode::Demo, Mode::Replay]
            .map(|mode| frame(player.run(), player.log(), now, mode, (width, height)));
        let rows = |frame: &Buffer| {
            let cells = usize::from(width);
            frame.content().chunks(cells).map(<[_]>::to_vec).collect::<Vec<_>>()
        };
        let [demo, replay] = frames.each_ref().map(rows);
        let last = usize::from(height) - 1;
        let text = |row: &[Cell]| row.iter().map(Cell::symbol).collect::<String>();
        for (demo, replay) in
            demo[1..last].iter().zip(&replay[1..last]).filter(|(demo, replay)| demo != replay)
        {
            let (demo, replay) = (text(demo), text(replay));
            let names_key = |row: &str| row.contains("a acknowledges") || row.contains(").");
            assert!(names_key(&demo) && !names_key(&replay), "{demo}\n{replay}");
        }
        assert_ne!(demo[0], replay[0]);
        assert_ne!(demo[last], replay[last]);
    }
}

fn motion(replay: &Engine<Player>) -> (Motion, f64, Elapsed) {
    match replay.status() {
        Playback::Replay(position) => (position.motion, position.speed, position.reached),
        other @ Playback::View(_) => panic!("{other:?}"),
    }
}

async fn pass(replay: &mut Engine<Player>, seconds: u64) {
    for _ in 0..seconds * 10 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        replay.update();
    }
}

#[tokio::test(start_paused = true)]
async fn a_replay_is_held_sped_up_and_steered() {
    let Recorded { folder, run: live, .. } = recorded();
    let mut replay = engine(folder, |index| Player::new(index, 10.0).unwrap());
    pass(&mut replay, 3).await;
    let (playing, speed, reached) = motion(&replay);
    assert_eq!((playing, speed), (Motion::Playing, 10.0));
    assert!((28..=31).contains(&reached.secs()), "{reached}");

    assert_eq!(replay.steer(Play::Hold), None);
    let held = replay.run().last;
    pass(&mut replay, 60).await;
    assert_eq!((motion(&replay).0, replay.run().last), (Motion::Held, held));

    replay.steer(Play::Next(Landmark::Phase));
    assert_eq!(replay.run().phases.current, Phase::Stage1);
    let stage_1 = replay.run().last;
    replay.steer(Play::Next(Landmark::Phase));
    assert_eq!(replay.run().phases.current, Phase::Stage2);
    replay.steer(Play::Previous(Landmark::Phase));
    assert_eq!(replay.run().last, stage_1);
    replay.steer(Play::Next(Landmark::Action));
    assert!(replay.run().last > stage_1);
    replay.steer(Play::Beginning);
    replay.steer(Play::Next(Landmark::Finding));
    assert_eq!(replay.run().findings.last().map(|finding| finding.record), Some(replay.run().last));
    replay.steer(Play::Seek(Seek::parse("16:02:00").unwrap()));
    assert_eq!(replay.now(), start() + Elapsed::from_secs(120));
    replay.steer(Play::Seek(Seek::parse("-30s").unwrap()));
    assert_eq!(replay.now(), start() + Elapsed::from_secs(90));

    replay.steer(Play::Faster);
    replay.steer(Play::Hold);
    assert_eq!((motion(&replay).0, motion(&replay).1), (Motion::Playing, 20.0));
    replay.steer(Play::End);
    pass(&mut replay, 1).await;
    assert_eq!(motion(&replay).0, Motion::AtTheEnd);
    assert_eq!(replay.run(), live);
    assert!(
        replay
            .steer(Play::Next(Landmark::Any))
            .is_some_and(|text| text == "no later phase, action or finding")
    );
}

#[test]
fn a_long_recording_has_few_snapshots_and_every_place_is_near_one() {
    let runs = tempfile::tempdir().unwrap();
    let folder = RunFolder::create(runs.path(), start(), 1).unwrap();
    let mut writer = JournalWriter::create(&folder).unwrap();
    writer.append(start(), &started(&folder)).unwrap();
    let last = 40_000;
    for second in 1..=last {
        let event = Event::ClockOffset { role: Role::Dr, seconds: 0 };
        writer.append(start() + Elapsed::from_secs(second), &event).unwrap();
    }
    let mut player = player(&folder);
    assert!(player.index.snapshots.count() <= 65);
    for record in [39_999, 17, 20_000, 255, 0, last] {
        let from = player.index.snapshots.before(SeekTarget::Record(Sequence(record))).run.last.0;
        assert!(record - from <= 1024, "{record} is reached from {from}");
        player.go_to_record(Sequence(record));
        assert_eq!(player.run().last, Sequence(record));
        player.go_to(SeekTarget::Time(start() + Elapsed::from_secs(record)));
        assert_eq!(player.run().last, Sequence(record));
    }
}

#[test]
fn a_clock_set_back_while_recording_does_not_stop_the_replay() {
    let runs = tempfile::tempdir().unwrap();
    let (recording, folder) = Appended::begin(runs.path());
    drop(recording);
    let (mut writer, _) = JournalWriter::reopen(&folder).unwrap();
    let mut note = |seconds, text: &str| {
        let event = Event::Noted { text: text.to_owned(), user: "kim".to_owned(), line: None };
        writer.append(start() + Elapsed::from_secs(seconds), &event).unwrap();
    };
    note(7200, "before");
    note(3600, "after");
    note(3660, "later");
    let mut player = player(&folder);
    let now = player.play_to(start() + Elapsed::from_secs(7200));
    assert_eq!(now, start() + Elapsed::from_secs(3600));
    assert_eq!(player.run().notes.len(), 2);
    player.play_to(now + Elapsed::from_secs(60));
    assert_eq!(player.run().notes.len(), 3);
}

#[test]
fn a_replay_goes_to_any_event_of_the_recording_and_back() {
    let Recorded { folder, run: live, .. } = recorded();
    let mut replay = player(folder);
    let events = dated_events(live);
    assert!(events.len() > 10, "{}", events.len());
    for event in events.iter().rev().chain(&events) {
        let moment = Moment { record: event.record, at: event.at };
        assert_eq!(replay.steer(Play::To(moment)), None);
        assert!(replay.now() >= event.at, "{event:?}");
        let is_there =
            dated_events(replay.run()).iter().any(|own| (own.at, own.kind) == (event.at, event.kind));
        assert!(is_there, "{event}");
    }
}
