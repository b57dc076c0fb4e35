//! Stage 2 against past runs of its kind, and what its log does meanwhile.

use super::*;

pub(in crate::run::tests) fn past(hours_and_minutes: (u64, u64), objects: u64, release: &str) -> PastRun {
    let (hours, minutes) = hours_and_minutes;
    PastRun {
        run: RunId(format!("2026010{hours:01}T080000Z-{minutes:06}")),
        release: Some(release.to_owned()),
        objects: Some(ObjectCount(objects)),
        stage_2: secs(hours * 3600 + minutes * 60),
        log_lines_per_10_minutes: vec![120, 60, 27, 10, 10, 10, 50],
    }
}

/// Stage 2 begins at this moment, with 2,662 objects on release 4.4.1.
pub(in crate::run::tests) fn in_stage_2_after(history: Vec<PastRun>) -> Story {
    let mut story = Story::with(|started| started.history = history);
    story.meet();
    let identity = Identity { release: Some("4.4.1".to_owned()), ..identity("dr", "serial-dr") };
    story.tell(Event::Identified { role: Role::Dr, identity, raw: String::new() });
    story.act(ActionKind::Pause);
    story.listing(1331, 1331, ListingCause::Paused);
    story.counter(10_412);
    story.marker(Marker::DownloadStarted);
    story.polls(10, &[11_412, 12_412, 13_074]);
    story.marker(Marker::DownloadComplete);
    story
}

pub(super) fn at_hour(story: &mut Story, hour: u64) -> Stage2 {
    story.now = story.span(Phase::Stage2).started_at.unwrap() + secs(hour * 3600);
    stage_2(&story.run, story.now).unwrap()
}

#[test]
fn without_a_past_run_of_its_kind_stage_2_has_no_history_at_any_hour() {
    let others = vec![past((11, 0), 2662, "4.3.0"), past((11, 0), 9000, "4.4.1")];
    for (history, said) in [
        (Vec::new(), "no past run of this size and release to compare with"),
        (
            others,
            "no past run of this size and release to compare with; 2 of another or unknown size or release are left out",
        ),
    ] {
        let mut story = in_stage_2_after(history);
        for hour in [1, 6, 14] {
            let compared = at_hour(&mut story, hour);
            assert_eq!(compared.to_string(), said);
            assert_eq!(forecast(&story.run, story.now).end, None);
            assert_eq!(compared.median, None);
        }
    }
}

#[test]
fn one_past_run_is_named_and_gives_no_forecast() {
    let mut story = in_stage_2_after(vec![past((11, 42), 2662, "4.4.1")]);
    let one = "the one past run of this size and release took 11:42:00";
    assert_eq!(at_hour(&mut story, 1).to_string(), one);
    assert_eq!(at_hour(&mut story, 6).to_string(), one);
    assert_eq!(at_hour(&mut story, 14).to_string(), format!("{one}; this one has lasted longer"));
    assert_eq!(forecast(&story.run, story.now).end, None);
}

#[test]
fn three_past_runs_give_a_band_until_all_of_them_were_over() {
    let lengths = [(11, 42), (10, 0), (12, 30)];
    let mut history: Vec<_> = lengths.into_iter().map(|length| past(length, 3000, "4.4.1")).collect();
    history.push(past((1, 0), 200_000, "4.4.1"));
    let mut story = in_stage_2_after(history);
    let begun = story.span(Phase::Stage2).started_at.unwrap();
    let all = "3 past runs of this size and release took 10:00:00 to 12:30:00, median 11:42:00";
    let left_out = "; 1 of another or unknown size or release is left out";
    for hour in [1, 6] {
        assert_eq!(at_hour(&mut story, hour).to_string(), format!("{all}{left_out}"));
        let end = forecast(&story.run, story.now).end.unwrap();
        assert_eq!((end.earliest, end.latest), (begun + secs(36_000), begun + secs(45_000)));
        assert_eq!(end.likely, begun + secs(42_120));
    }
    // At the eleventh hour the shortest is over, so it no longer counts.
    assert_eq!(
        at_hour(&mut story, 11).to_string(),
        format!("{all}; this one has lasted longer than 1 of them{left_out}")
    );
    assert_eq!(forecast(&story.run, story.now).end.unwrap().earliest, begun + secs(42_120));
    let late = at_hour(&mut story, 14);
    assert_eq!(late.to_string(), format!("{all}; this one has lasted longer than all of them{left_out}"));
    assert_eq!(forecast(&story.run, story.now).end, None);
    assert_eq!((late.past_runs, late.other_runs, late.past_runs_over_by_then), (3, 1, 3));
}

#[test]
fn the_comparison_is_in_the_tense_of_its_run() {
    let history = || [(10, 0), (11, 42), (12, 30)].map(|length| past(length, 2662, "4.4.1")).to_vec();
    let said = |history: Vec<PastRun>, hour, end: &dyn Fn(&mut Story)| {
        let mut story = in_stage_2_after(history);
        at_hour(&mut story, hour);
        end(&mut story);
        stage_2(&story.run, story.now).unwrap().to_string().split_once("; ").map(|(_, said)| said.to_owned())
    };
    let under_way = |_: &mut Story| {};
    let over = |story: &mut Story| story.final_lines();
    let left = |story: &mut Story| {
        story.tell(Event::RunEnded(Ending::Quit));
    };
    let failed = |story: &mut Story| {
        story.marker(Marker::RestoreFailed);
    };
    let one = || vec![past((11, 42), 2662, "4.4.1")];
    let none = None::<&str>;
    for (history, hour, end, words) in [
        (one(), 6, &under_way as &dyn Fn(&mut Story), none),
        (one(), 6, &over, Some("this one took less")),
        (one(), 14, &over, Some("this one took longer")),
        (one(), 14, &left, Some("this one had lasted longer when the record ended")),
        (one(), 14, &failed, none),
        (history(), 6, &over, Some("this one took less than all of them")),
        (history(), 11, &over, Some("this one took longer than 1 of them")),
        (history(), 14, &over, Some("this one took longer than all of them")),
        (history(), 11, &left, Some("this one had lasted longer than 1 of them when the record ended")),
        (history(), 6, &failed, none),
    ] {
        assert_eq!(said(history, hour, end).as_deref(), words, "at {hour} h");
    }
}

#[test]
fn a_silence_of_the_log_is_long_beside_its_usual_rate() {
    let mut story = in_stage_2_after(Vec::new());
    let lines = |story: &mut Story, minutes: u64, every: u64| {
        for _ in 0..minutes / every {
            story.wait(every * 60);
            story.chunk(LogTally { lines: LineCount(4), ..LogTally::default() });
        }
    };
    let longest = |story: &Story| stage_2(&story.run, story.now).unwrap().longest_silence;
    lines(&mut story, 60, 1);
    story.wait(9 * 60);
    assert_eq!(longest(&story), None, "nine minutes");
    story.wait(31 * 60);
    let from = story.now.before(secs(40 * 60));
    assert_eq!(longest(&story), Some(Silence { from, to: None, length: secs(40 * 60) }));
    assert_eq!(
        longest(&story).unwrap().to_string(),
        format!("no line has come for 00:40:00, since {} UTC", from.utc().format("%Y-%m-%d %H:%M"))
    );
    let to = story.now;
    story.chunk(LogTally { lines: LineCount(1), ..LogTally::default() });
    lines(&mut story, 60, 1);
    story.wait(20 * 60);
    story.chunk(LogTally { lines: LineCount(1), ..LogTally::default() });
    assert_eq!(longest(&story), Some(Silence { from, to: Some(to), length: secs(40 * 60) }));
    assert_eq!(long_silences(&story.run, story.now).len(), 2);
    // With a line an hour, forty minutes without one are usual.
    let mut rare = in_stage_2_after(Vec::new());
    for _ in 0..14 {
        rare.wait(3600);
        rare.chunk(LogTally { lines: LineCount(1), ..LogTally::default() });
    }
    assert_eq!(longest(&rare), None);
}

#[test]
fn a_clock_centuries_ahead_takes_no_more_memory() {
    let mut story = in_stage_2_after(Vec::new());
    let lines = LogTally { lines: LineCount(4), ..LogTally::default() };
    (0..60).for_each(|_| {
        story.wait(60);
        story.chunk(lines);
    });
    story.wait(600 * 365 * 24 * 3600);
    story.chunk(lines);
    let judged = allocation_counter::measure(|| {
        assert_eq!(long_silences(&story.run, story.now).len(), 1);
        assert!(stage_2(&story.run, story.now).is_some());
    });
    assert!(judged.bytes_max < 200_000, "{judged:?}");
}

#[test]
fn while_nobody_could_see_a_line_the_log_is_not_silent() {
    let lines = LogTally { lines: LineCount(4), ..LogTally::default() };
    let busy = || {
        let mut story = in_stage_2_after(Vec::new());
        for _ in 0..60 {
            story.wait(60);
            story.chunk(lines);
        }
        story
    };
    let dr = |link| Event::LinkChanged { role: Role::Dr, link };
    let away = || Link::Waiting { reason: "cut".to_owned(), retry_at: morning() };
    let mut cut = busy();
    cut.tell(dr(away()));
    cut.wait(3600);
    assert_eq!(long_silences(&cut.run, cut.now), [], "away still");
    cut.tell(dr(Link::Connected));
    cut.wait(2);
    cut.chunk(LogTally { lines: LineCount(240), ..LogTally::default() });
    assert_eq!(long_silences(&cut.run, cut.now), [], "caught up");
    let steps = stage_2(&cut.run, cut.now).unwrap().log_lines_per_10_minutes;
    assert!(steps.iter().all(|lines| (36..=44).contains(lines)), "each when it was written: {steps:?}");
    cut.wait(3600);
    assert_eq!(long_silences(&cut.run, cut.now).len(), 1, "silent since");
    let mut lost = busy();
    lost.tell(Event::LogLost { reason: "gone".to_owned() });
    lost.wait(3600);
    lost.tell(Event::LogFollowed);
    lost.chunk(lines);
    assert_eq!(long_silences(&lost.run, lost.now), []);
    let mut gap = busy();
    gap.wait(3600);
    let (from, to) = (gap.now.before(secs(3600)), gap.now);
    gap.tell(Event::LogGap(Gap {
        from,
        to,
        offset: gap.run.log.end,
        reason: "rotated".to_owned(),
        record: None,
    }));
    gap.chunk(lines);
    assert_eq!(long_silences(&gap.run, gap.now), []);
}

#[test]
fn lines_from_before_the_watch_and_copies_are_no_activity() {
    let mut story = in_stage_2_after(Vec::new());
    let tally = |earlier, may_repeat| LogTally {
        lines: LineCount(900),
        earlier: LineCount(earlier),
        may_repeat: LineCount(may_repeat),
        ..LogTally::default()
    };
    story.chunk(tally(900, 0));
    story.wait(60);
    story.chunk(tally(0, 850));
    story.wait(120);
    assert_eq!(stage_2(&story.run, story.now).unwrap().log_lines_per_10_minutes, [50]);
}

#[test]
fn twenty_past_runs_are_summed_up_in_the_summary_without_a_percentage() {
    let history = (0..20).map(|run| past((8, run * 10 % 60), 2000 + run * 50, "4.4.1")).collect();
    let mut story = in_stage_2_after(history);
    at_hour(&mut story, 6);
    let json = serde_json::to_value(summarise(&story.run, story.now, head())).unwrap();
    let stage = &json["stage_2"];
    assert_eq!((&stage["past_runs"], &stage["elapsed_seconds"]), (&20.into(), &21_600.0.into()));
    assert_eq!(stage["median_seconds"], 8.0 * 3600.0 + 20.0 * 60.0);
    assert!(!stage.to_string().contains("percent"));
}

#[test]
fn an_unknown_release_or_size_is_of_no_kind() {
    let mut unknown = past((11, 0), 2662, "4.4.1");
    unknown.objects = None;
    let mut unnamed = past((11, 0), 2662, "4.4.1");
    unnamed.release = None;
    let mut story =
        in_stage_2_after(vec![unknown, unnamed, past((11, 0), u64::MAX, "4.4.1"), past((11, 0), 0, "4.4.1")]);
    assert_eq!(at_hour(&mut story, 1).past_runs, 0);
}

#[test]
fn the_log_of_the_past_run_at_the_same_age_is_found() {
    let mut story = in_stage_2_after(vec![past((11, 42), 2662, "4.4.1")]);
    story.chunk(LogTally { lines: LineCount(40), ..LogTally::default() });
    story.wait(1200);
    let (_, lines) = activity_then(&story.run, story.now).unwrap();
    assert_eq!(lines, 3, "the third ten minutes had 27 lines, which is 2.7 a minute");
    assert_eq!(stage_2(&story.run, story.now).unwrap().log_lines_per_10_minutes, [40, 0]);
    at_hour(&mut story, 6);
    assert_eq!(activity_then(&story.run, story.now), None, "it was not recorded so long");
    let mut short = in_stage_2_after(vec![past((1, 5), 2662, "4.4.1")]);
    short.wait(3500);
    assert!(activity_then(&short.run, short.now).is_some());
    short.wait(200);
    assert_eq!(activity_then(&short.run, short.now), None, "its last step was not ten minutes long");
}
