//! What holds whatever happens: any event may follow any other, at any time.

use proptest::{collection::vec, prelude::*};

use super::{
    round_trip::{
        events,
        values::{at, starts},
    },
    *,
};

fn records() -> impl Strategy<Value = Vec<Record>> {
    let step = prop_oneof![8 => (0_i64..40_000).prop_map(Some), 1 => Just(None)];
    let told = vec((step, at(), events()), 0..120);
    (starts(), told).prop_map(|(start, told)| {
        let mut now = morning();
        let mut records = vec![Record { seq: Sequence(0), at: now, event: start }];
        for (step, elsewhere, event) in told {
            // Time goes on, or the clock is set to anywhere.
            now = step.map_or(elsewhere, |step| now.shifted(TimeDelta::milliseconds(step)));
            records.push(Record { seq: Sequence(records.len() as u64), at: now, event });
        }
        records
    })
}

fn check(before: &Run, run: &Run, now: Timestamp) -> Result<(), TestCaseError> {
    prop_assert!(before.phase() <= run.phase(), "phases go forward only");
    for (old, new) in before.phases.spans.iter().zip(&run.phases.spans) {
        prop_assert!(old.ended_at.is_none() || old.ended_at == new.ended_at, "an end is never rewritten");
    }
    let times = run.phases.spans.iter().flat_map(|span| [span.started_at, span.ended_at]).flatten();
    prop_assert!(times.is_sorted(), "{:?}", run.phases);
    for finding in &run.findings {
        prop_assert!(finding.closed_at.is_none_or(|closed| closed >= finding.opened_at));
    }
    let rules = [Code::StillPaused, Code::Stalled, Code::ApplianceLost, Code::ListingProvisional];
    let is_unclosed = |finding: &&Finding| finding.closed_at.is_none() && rules.contains(&finding.code);
    let unclosed: Vec<_> = run.findings.iter().filter(is_unclosed).collect();
    for (index, finding) in unclosed.iter().enumerate() {
        let twin =
            unclosed[..index].iter().any(|other| (other.code, other.role) == (finding.code, finding.role));
        prop_assert!(!twin, "a condition has one finding at a time: {finding:?}");
    }
    let pauses = &run.replication.intervals;
    prop_assert!(pauses.iter().all(|pause| pause.to.is_none_or(|to| to >= pause.from)));
    prop_assert!(
        pauses.iter().rev().skip(1).all(|pause| pause.to.is_some()),
        "only the last pause may be open"
    );
    if run.replication.state == Known::Running {
        prop_assert!(pauses.last().is_none_or(|pause| pause.to.is_some()));
    }
    if before.phase() == Phase::Stage1 && run.phase() == Phase::Stage1 {
        let replaced = before.download.baseline != run.download.baseline;
        prop_assert!(replaced || before.download.downloaded() <= run.download.downloaded());
    }
    prop_assert!(run.download.rates.len() <= 512);
    prop_assert!(
        run.download.rates.iter().all(|sample| sample.per_second.is_finite() && sample.per_second >= 0.0)
    );
    let frozen = &run.frozen;
    prop_assert!(frozen.unchanged.is_none() || frozen.at_pause.is_some());
    prop_assert!(
        frozen.at_pause.is_some() || (frozen.at_stage_1_end.is_none() && frozen.before_resume.is_none())
    );
    if let Some(preflight) = &run.preflight {
        prop_assert!(preflight.stale_since.is_none_or(|stale| stale > preflight.record));
    }
    judged_and_exported(run, now)
}

fn judged_and_exported(run: &Run, now: Timestamp) -> Result<(), TestCaseError> {
    let _ = (timer_events(run, now), forecast(run, now), prediction_due(run, now), progress(run).percent());
    let _ = (run.exit(), stage_2(run, now), activity_then(run, now), get_speed(run), scored_predictions(run));
    for action in [ActionKind::Pause, ActionKind::Resume, ActionKind::SetThreads(ThreadCount(128))] {
        let verdict = authorize(run, action);
        let is_off = matches!(verdict, Authorization::Off { .. });
        prop_assert!(is_off || (!run.started.read_only && run.unsettled_action().is_none()));
        let is_free = matches!(verdict, Authorization::Allowed { .. });
        let must_lock = run.phase() < Phase::Stage2 && action == ActionKind::Resume;
        prop_assert!(!(is_free && must_lock), "no policy allows a resume before stage 1 is over");
    }
    prop_assert!(serde_json::to_string(&summarise(run, now, head())).is_ok());
    let exposed = exposure(run, now);
    prop_assert!(
        exposed.total.is_none_or(|total| exposed.present_pause.is_none_or(|present| present <= total))
    );
    let is_open = |item: CleanupItem| item.required && !item.done;
    if run.exit() == Exit::Done && run.is_cleanup_due() {
        prop_assert!(!cleanup(run, now).into_iter().any(is_open), "exit code 0 with open items");
    }
    for ask_past in [false, true] {
        let judged = preflight(run, now, &PreflightFacts { ask_past, ..PreflightFacts::default() });
        let forbidden = judged.items.iter().any(PreflightItem::forbids);
        prop_assert_eq!(judged.verdict == PreflightVerdict::NoGo, forbidden);
        let ready = run.replication.state == Known::Paused;
        prop_assert!(judged.verdict == PreflightVerdict::NoGo || ready, "a go without a pause");
    }
    Ok(())
}

/// Lengths that stand beside each other add up as they are shown, and no part is longer than its whole.
fn lengths_add_up(run: &Run, now: Timestamp) -> Result<(), TestCaseError> {
    let summary = summarise(run, now, head());
    let shown = |length: Option<Length>| length.map(Length::shown);
    let recovery = &summary.test.recovery;
    if let [Some(whole), Some(first), Some(second)] =
        [recovery.time_to_restored, recovery.stage_1, recovery.stage_2].map(shown)
    {
        prop_assert_eq!(first.saturating_add(second), whole);
    }
    let spans = summary.phases.iter().filter_map(|phase| Some((phase.started_at?, phase.seconds?)));
    for (from, length) in spans {
        let apart = length.exact().millis().abs_diff(length.shown().millis());
        prop_assert!(apart < 1000, "{length:?}");
        prop_assert_eq!((from + length.exact()).length_since(from), length);
    }
    let waits = summary.test.procedure.iter().filter(|step| step.step < ProcedureStep::Stage1);
    let waits: Vec<_> = waits.filter_map(|step| step.waited).collect();
    let waited = waits.iter().copied().reduce(Length::saturating_add);
    prop_assert_eq!(recovery.waiting_for_people, waited);
    if let Some(preparation) = recovery.preparation {
        prop_assert!(waited.is_none_or(|waited| waited.shown() <= preparation.shown()));
        prop_assert!(waited.is_none_or(|waited| waited.exact() <= preparation.exact()));
    }
    if run.dropped.intervals == 0 && !summary.replication.intervals.is_empty() {
        let end = summary.ended_at.unwrap_or(now);
        let length = |pause: &PauseInterval| pause.to.unwrap_or(end).length_since(pause.from).shown();
        let parts = summary.replication.intervals.iter().map(length);
        let whole = shown(summary.replication.paused_seconds);
        prop_assert_eq!(Some(parts.fold(Elapsed::ZERO, Elapsed::saturating_add)), whole);
    }
    Ok(())
}

/// A run of the procedure, each step at any millisecond, the statement that stage 1 began at any of its places.
fn procedure() -> impl Strategy<Value = (Vec<u64>, usize, bool)> {
    (vec(0_u64..200_000, 9), 0_usize..6, any::<bool>())
}

fn taken((waits, stated_at, logged): (Vec<u64>, usize, bool)) -> Story {
    let mut story = Story::connected();
    story.service_stopped();
    let mut waits = waits.into_iter();
    let mut step = |story: &mut Story, take: &dyn Fn(&mut Story)| {
        story.now = story.now + Elapsed::from_millis(waits.next().unwrap_or_default());
        take(story);
    };
    let begin = |story: &mut Story| {
        story.attest(Statement::DownloadBegun);
    };
    let steps: [&dyn Fn(&mut Story); 5] = [
        &|story| story.act(ActionKind::Pause),
        &|story| {
            story.listing(10, 10, ListingCause::Paused);
        },
        &|story| story.act(ActionKind::SetThreads(ThreadCount(128))),
        &|story| {
            story.tell(Event::BaselineTaken { user: "eng".to_owned() });
        },
        &|story| story.service_runs(),
    ];
    for (place, take) in steps.into_iter().enumerate() {
        if place == stated_at {
            step(&mut story, &begin);
        }
        step(&mut story, take);
    }
    if logged {
        step(&mut story, &|story| {
            story.marker(Marker::DownloadStarted);
        });
    }
    step(&mut story, &|story| {
        story.marker(Marker::DownloadComplete);
    });
    step(&mut story, &Story::final_lines);
    story
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::short_or_long(60, 300), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_event_may_follow_any_other(records in records(), elsewhere in at()) {
        let mut run = Run::start(&records[0]).unwrap();
        for record in &records[1..] {
            let before = run.clone();
            apply(&mut run, record);
            check(&before, &run, record.at)?;
            judged_and_exported(&run, elsewhere)?;
        }
    }

    #[test]
    fn lengths_beside_each_other_add_up(records in records(), order in procedure(), later in 0_u64..100_000) {
        let mut run = Run::start(&records[0]).unwrap();
        for record in &records[1..] {
            apply(&mut run, record);
            lengths_add_up(&run, record.at)?;
        }
        let story = taken(order);
        lengths_add_up(&story.run, story.now + Elapsed::from_millis(later))?;
    }

    #[test]
    fn an_edge_once_on_record_is_not_due_again_at_once(records in records()) {
        let mut run = Run::start(&records[0]).unwrap();
        for record in &records[1..] {
            apply(&mut run, record);
        }
        let now = run.last_at + secs(100_000);
        for edge in timer_events(&run, now) {
            let record = Record { seq: run.last.next(), at: now, event: Event::Due(edge) };
            apply(&mut run, &record);
        }
        prop_assert_eq!(timer_events(&run, now), vec![]);
    }

    #[test]
    fn replaying_the_lines_gives_an_equal_run(records in records()) {
        let mut live = Run::start(&records[0]).unwrap();
        let mut replayed = live.clone();
        for record in &records[1..] {
            apply(&mut live, record);
            let line = serde_json::to_string(record).unwrap();
            apply(&mut replayed, &serde_json::from_str(&line).unwrap());
        }
        prop_assert_eq!(live, replayed);
    }
}
