//! What is on disk while a watch runs to its end in the loop.

use super::*;

/// A watch of a simulated pair with a small bucket, to the end of its script, which pauses, sets threads and resumes.
fn scripted(home: &Path, syncing: Syncing) -> (EventLoop, SharedWorld) {
    let mut scenario = Scenario::named("procedure").unwrap();
    let bucket = &mut scenario.bucket;
    (bucket.entries, bucket.slabs, bucket.maps, bucket.rbtmds) = (110, 6, 50, 50);
    bucket.listing_seconds = 1;
    scenario.generation.seconds = 20;
    let clock = Clock::scaled(start(), 1.0);
    let script = Script::new(scenario.operator.clone(), KeyPresser::Script, scenario.patience());
    let world = SharedWorld::in_memory(scenario, 1, start(), Speed::REAL, ReplicationState::Running, clock);
    let sink = LineSink::new(io::sink(), Style::Lines.of_dropped()).unwrap();
    let simulation = Simulation {
        clock,
        world: world.clone(),
        script,
        seed: 1,
        settings: RunSettings::default(),
        schedule: crate::appliance::supervisor::Schedule::default(),
        bell: false,
        access: Access::ReadAndChange,
        dialect: Dialect::built_in(),
        runs_dir: runs(home),
        syncing,
        until: Until::ScriptEnd,
        front: Front::Headless(Headless::new(Style::Lines, sink)),
    };
    (simulated_session(simulation).unwrap(), world)
}

async fn to_its_end(event_loop: EventLoop) -> Run {
    let signals = Signals::listen().unwrap();
    Box::pin(event_loop.run_to_end(signals)).await.0
}

/// Plays a run, of which `look` sees every record as it is shown.
async fn played(syncing: Syncing, mut look: impl FnMut(&Record, &Run, &SharedWorld) + 'static) {
    let home = tempfile::tempdir().unwrap();
    let _supply = power::on(home.path());
    let (event_loop, world) = scripted(home.path(), syncing);
    let event_loop = event_loop.with_witness(Box::new(move |record, run, _| look(record, run, &world)));
    let run = to_its_end(event_loop).await;
    assert_eq!(run.phase(), Phase::Ended);
    let (left, folder, _home) = left_by_power_failure();
    assert_eq!(left, run, "the end of the recording survives at once");
    assert!(verify(&folder).unwrap().summarised);
    assert_eq!(verify(&folder).unwrap().uncited.0, 0);
}

#[tokio::test(start_paused = true)]
async fn a_record_is_on_disk_before_it_is_shown_and_survives_a_power_failure_within_a_second() {
    let mut seen = Vec::new();
    played(Syncing::EverySecond, move |record, run, _| {
        seen.push((record.seq, record.at));
        // Each look copies the whole record, so that only every eighth is taken.
        if seen.len() % 8 != 0 {
            return;
        }
        let (left, folder, _home) = left_by_power_failure();
        let a_second_old = seen.iter().rev().find(|(_, at)| record.at.since(*at) > Elapsed::from_secs(1));
        let Some((seq, at)) = a_second_old else { return };
        assert!(left.last >= *seq, "{seq} of {at} is lost at {}, with it {}", record.at, folder.id());
        assert_eq!(left.started, run.started);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_phase_and_a_request_survive_a_power_failure_before_anything_follows_from_them() {
    let is_change = |line: &str| line.contains("replication enable") || line.contains("num-threads ");
    let mut phase = Phase::Prepare;
    let counted = Rc::new(RefCell::new((0, 0)));
    let told = Rc::clone(&counted);
    played(Syncing::OnEdges, move |_, run, world| {
        let sent = world
            .received()
            .unwrap()
            .iter()
            .filter(|one| one.label == "drwatch" && is_change(&one.line))
            .count();
        let (phases, actions) = &mut *told.borrow_mut();
        if phase == run.phase() && sent == *actions {
            return;
        }
        let (left, ..) = left_by_power_failure();
        assert_eq!(left.phase(), run.phase());
        assert!(left.actions.len() >= sent, "{sent} lines were sent: {:?}", left.actions);
        *phases += usize::from(phase != run.phase());
        (phase, *actions) = (run.phase(), sent);
    })
    .await;
    assert_eq!(*counted.borrow(), (4, 3), "phases begun, lines sent that change something");
}

#[tokio::test(start_paused = true)]
async fn every_record_is_in_the_journal_before_it_is_shown() {
    let home = tempfile::tempdir().unwrap();
    let clock = Clock::scaled(start(), 1.0);
    let event_loop = event_loop(home.path(), "procedure", clock, clock);
    let journal = event_loop.recorder().folder().journal_path();
    let mut read = io::BufReader::new(fs::File::open(&journal).unwrap());
    let event_loop = event_loop.with_witness(Box::new(move |record, _, _| {
        let mut last = String::new();
        // What was recorded together is shown together.
        loop {
            let before = last.len();
            io::BufRead::read_line(&mut read, &mut last).unwrap();
            assert!(last.len() > before, "{record:?} is shown and not on disk");
            let on_disk: Record = serde_json::from_str(last.split_off(0).trim_end()).unwrap();
            if on_disk.seq == record.seq {
                assert_eq!(on_disk, *record);
                return;
            }
        }
    }));
    to_its_end(event_loop).await;
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_the_disk_is_tried_once_more_at_the_very_end() {
    let home = tempfile::tempdir().unwrap();
    let _supply = power::on(home.path());
    let (mut event_loop, _) = scripted(home.path(), Syncing::EverySecond);
    event_loop.session.intake.parser.mark_followed();
    let folder = event_loop.recorder().folder().clone();
    fs::remove_dir_all(folder.path()).unwrap();
    event_loop.record(&note("held"));
    event_loop
        .take_log(b"Sep 13 16:03:38 localhost rfsd[1]: [gc.INFO] (1) held\n", crate::run::Arrival::Live);
    event_loop.end(Ending::Quit);
    let run = to_its_end(event_loop).await;
    let (left, ..) = left_by_power_failure();
    assert_eq!(left, run);
    assert_eq!((left.notes.len(), left.log.tally.lines.0, left.log.gaps.len()), (1, 1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_hole_that_the_last_record_leaves_is_on_record() {
    let home = tempfile::tempdir().unwrap();
    let _supply = power::on(home.path());
    let (mut event_loop, _) = scripted(home.path(), Syncing::EverySecond);
    // Longer than a line of the journal may be.
    event_loop.end(Ending::Signal { name: "x".repeat(2 << 20) });
    let run = to_its_end(event_loop).await;
    let (left, ..) = left_by_power_failure();
    assert!(left.findings.iter().any(|finding| finding.code == crate::run::Code::RecordHole));
    assert_eq!(left.last, run.last);
}

#[tokio::test(start_paused = true)]
async fn a_run_folder_that_is_moved_is_recorded_where_it_is_and_gets_no_summary_there() {
    let home = tempfile::tempdir().unwrap();
    let (mut event_loop, _) = scripted(home.path(), Syncing::OnEdges);
    let folder = event_loop.recorder().folder().path().to_owned();
    let moved = home.path().join(folder.file_name().unwrap());
    fs::rename(&folder, &moved).unwrap();
    event_loop.record(&note("after"));
    event_loop.end(Ending::Quit);
    to_its_end(event_loop).await;
    let (left, _) = read_run(&RunFolder::open(&moved).unwrap()).unwrap();
    assert_eq!((left.notes.len(), left.ending), (1, Some(Ending::Quit)));
    assert!(!moved.join("summary.json").exists() && !folder.exists());
}

/// A reader that takes the run over as soon as it is told anything.
struct TakesOver {
    folder: Arc<Mutex<Option<RunFolder>>>,
    taken: Arc<Mutex<Vec<bool>>>,
}

impl Write for TakesOver {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(folder) = &*self.folder.lock().unwrap() {
            self.taken.lock().unwrap().push(RunLock::take(folder).is_ok());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn the_lock_is_released_before_the_closing_text_is_printed() {
    let home = tempfile::tempdir().unwrap();
    let (folder, taken) = (Arc::new(Mutex::new(None)), Arc::new(Mutex::new(Vec::new())));
    let reader = TakesOver { folder: Arc::clone(&folder), taken: Arc::clone(&taken) };
    let clock = Clock::scaled(start(), 1.0);
    let scenario = Scenario::named("procedure").unwrap();
    let world = SharedWorld::in_memory(scenario, 1, start(), Speed::REAL, ReplicationState::Running, clock);
    let sink = LineSink::new(reader, Style::Lines.of_dropped()).unwrap();
    let event_loop = simulated_session(Simulation {
        clock,
        world,
        script: Script::new(Vec::new(), KeyPresser::Script, None),
        seed: 1,
        settings: RunSettings::default(),
        schedule: crate::appliance::supervisor::Schedule::default(),
        bell: false,
        access: Access::ReadOnly,
        dialect: Dialect::built_in(),
        runs_dir: home.path().to_owned(),
        syncing: Syncing::OnEdges,
        until: Until::ScriptEnd,
        front: Front::Headless(Headless::new(Style::Lines, sink)),
    })
    .unwrap();
    *folder.lock().unwrap() = Some(event_loop.recorder().folder().clone());
    to_its_end(event_loop).await;
    let taken = taken.lock().unwrap();
    assert_eq!(taken.last(), Some(&true), "{taken:?}");
}
