//! What the screen says of the end of a stage: stage 2 against past runs, why no end is given, what threads may do.

use crossterm::event::KeyCode;

use crate::screen::tests::story::{Story, downloading, prepared};
use crate::{
    run::{
        Answer, ByteCount, Elapsed, Event, LineCount, LogOffset, LogTally, Marker, ObjectCount, PastRun,
        Reading, RunId, ServiceState, Severity,
    },
    screen::{Charset, Theme},
    text::hour_and_minute,
};

fn past(hours: u64, objects: u64) -> PastRun {
    PastRun {
        run: RunId(format!("202601{hours:02}T080000Z-000000")),
        release: Some("4.4.1".to_owned()),
        objects: Some(ObjectCount(objects)),
        stage_2: Elapsed::from_secs(hours * 3600),
        log_lines_per_10_minutes: vec![70; 200],
    }
}

/// Stage 2 of 2,662 objects, `hours` and a little after it began.
fn generating_after(history: Vec<PastRun>, hours: u64) -> Story {
    let mut story = downloading(100);
    // The first record holds them; nothing is folded from it anew.
    story.run.started.history = history;
    story.at(545).marker(Marker::DownloadComplete);
    story.at(545 + hours * 3600);
    story
}

#[test]
fn stage_2_is_shown_against_past_runs_of_its_kind() {
    let of_kind = vec![past(10, 2662), past(11, 2000), past(13, 3000)];
    let mixed = [of_kind.clone(), vec![past(2, 90_000)]].concat();
    let many: Vec<PastRun> = (0..20).map(|run| past(8 + run % 5, 2662)).collect();
    for (history, hours, said, rest) in [
        (Vec::new(), 1, "no past run", "open-ended"),
        (Vec::new(), 14, "no past run", "open-ended"),
        (vec![past(2, 90_000)], 6, "no past run of this kind", "open-ended"),
        (vec![past(11, 2662)], 6, "1 past run: 11 h 00", "open-ended"),
        (
            mixed.clone(),
            1,
            "3 past runs: median 11 h 00 (10 h 00 – 13 h 00)",
            "9 h 00 min – 12 h 00 min more",
        ),
        (mixed.clone(), 6, "3 past runs: median 11 h 00 (10 h 00 – 13 h 00)", "4 h 00 min – 7 h 00 min more"),
        (mixed.clone(), 12, "3 past runs: median 11 h 00 (10 h 00 – 13 h 00)", "about 60 min more"),
        (mixed, 14, "longer than all 3 past runs (10 h 00 – 13 h 00)", "open-ended"),
        (vec![past(11, 2662)], 14, "longer than the 1 past run, 11 h 00", "open-ended"),
        (many, 6, "20 past runs: median 10 h 00 (8 h 00 – 12 h 00)", "2 h 00 min – 6 h 00 min more"),
    ] {
        let frame = generating_after(history, hours).frame(120, 40);
        assert!(frame.contains(said) && frame.contains(rest), "{said}, {rest}\n{frame}");
        let bar: Vec<_> = frame.lines().filter(|line| line.contains("namespace generation")).collect();
        assert!(!bar.is_empty() && bar.iter().all(|line| !line.contains('%')), "{bar:?}");
    }
}

#[test]
fn past_runs_have_a_row_of_their_own_where_they_do_not_fit_beside_the_time() {
    let of_kind = vec![past(10, 2662), past(11, 2000), past(13, 3000)];
    let many: Vec<PastRun> = (0..20).map(|run| past(8 + run % 5, 2662)).collect();
    let short = "3 runs: 11 h 00 (10 h 00 – 13 h 00)";
    let long = "3 past runs: median 11 h 00 (10 h 00 – 13 h 00)";
    let over = "longer than all 3 past runs (10 h 00 – 13 h 00)";
    let twenty = "20 past runs: median 10 h 00 (8 h 00 – 12 h 00)";
    for (history, hours, at_80, at_100) in [
        (Vec::new(), 6, "no past run", "no past run"),
        (vec![past(2, 90_000)], 6, "no past run of this kind", "no past run of this kind"),
        (vec![past(11, 2662)], 6, "1 past run: 11 h 00", "1 past run: 11 h 00"),
        (
            vec![past(11, 2662)],
            14,
            "longer than the 1 past run, 11 h 00",
            "longer than the 1 past run, 11 h 00",
        ),
        (of_kind.clone(), 6, short, long),
        (of_kind.clone(), 14, "longer than all 3, at most 13 h 00", over),
        (many, 6, "20 runs: 10 h 00 (8 h 00 – 12 h 00)", twenty),
    ] {
        for (width, height, said) in [(80, 24, at_80), (100, 30, at_100)] {
            let frame = generating_after(history.clone(), hours).frame(width, height);
            assert!(frame.contains(said), "{said}\n{frame}");
            let is_beside = |line: &str| line.contains("namespace generation  ") && line.contains(said);
            let is_beside = frame.lines().any(is_beside);
            let in_one_row =
                ["○ namespace  ○ restore successful", "○ namespace complete  ○ restore successful"];
            let is_in_one_row = in_one_row.into_iter().any(|words| frame.contains(words));
            assert_eq!(is_in_one_row, !is_beside, "{frame}");
        }
    }
    let mut plain = generating_after(of_kind, 6);
    plain.theme = Theme { charset: Charset::Ascii, ..plain.theme };
    assert!(plain.frame(80, 24).contains("3 runs: 11 h 00 (10 h 00 - 13 h 00)"), "{}", plain.frame(80, 24));
}

/// Lines come each minute until `end`, but not from the minute `from` to the minute `to`.
fn silent_between(from: u64, to: u64, end: u64) -> Story {
    let mut story = generating_after(Vec::new(), 0);
    for minute in (1..=end).filter(|minute| *minute <= from || *minute >= to) {
        story.at(545 + minute * 60);
        let (offset, lines) = (story.run.log.end, LineCount(4));
        let (bytes, tally) = (ByteCount(400), LogTally { lines, ..LogTally::default() });
        story.record(Event::LogChunk {
            offset,
            bytes,
            lines,
            sha256: String::new(),
            tally,
            received_at: None,
        });
    }
    story.at(545 + end * 60);
    story
}

#[test]
fn a_silence_is_marked_and_named_although_it_is_narrower_than_a_column() {
    for (width, height) in [(80, 24), (100, 30), (120, 40), (200, 50)] {
        let frame = silent_between(600, 640, 840).frame(width, height);
        let zero = frame.lines().find(|line| line.contains(" 0 ┤")).unwrap();
        assert!(zero.contains('▲'), "{frame}");
        let begun = generating_after(Vec::new(), 0).now;
        let [from, to] = [600, 640].map(|minute| hour_and_minute(begun + Elapsed::from_secs(minute * 60)));
        assert!(frame.contains(&format!("no line for 40 min, {from}–{to}")), "{frame}");
    }
    let mut lasting = silent_between(600, 601, 600);
    lasting.at(545 + 645 * 60);
    let frame = lasting.frame(80, 24);
    assert!(frame.contains("no line for 45 min, since"), "{frame}");
    let busy = silent_between(600, 605, 840).frame(80, 24);
    assert!(!busy.contains("no line for") && busy.contains(" 0 ┤⣿"), "{busy}");
}

#[test]
fn lines_of_stage_1_do_not_set_the_scale_of_the_chart_of_stage_2() {
    let mut story = downloading(100);
    let chunk = |story: &mut Story, seconds: u64, lines: u64| {
        story.at(seconds);
        let (offset, tally) =
            (story.run.log.end, LogTally { lines: LineCount(lines), ..LogTally::default() });
        story.record(Event::LogChunk {
            offset,
            bytes: ByteCount(lines * 100),
            lines: LineCount(lines),
            sha256: String::new(),
            tally,
            received_at: None,
        });
    };
    chunk(&mut story, 574, 500);
    story.at(575).marker(Marker::DownloadComplete);
    (1..60).for_each(|minute| chunk(&mut story, 576 + minute * 60, 4));
    let frame = story.frame(120, 40);
    assert!(frame.contains("4 lines/min ┤"), "{frame}");
}

#[test]
fn the_activity_of_stage_2_shows_a_stall_the_last_rfsd_line_and_the_modules() {
    let mut story = generating_after(vec![past(11, 2662)], 0);
    for minute in 1..=60 {
        story.at(545 + minute * 60);
        let from = story.run.log.end;
        story.record(Event::LogChunk {
            offset: from,
            bytes: ByteCount(400),
            lines: LineCount(4),
            sha256: String::new(),
            tally: LogTally { lines: LineCount(4), ..LogTally::default() },
            received_at: None,
        });
        story.line_at(from, Severity::Info, "[namespace_restore.INFO] (13852) directories generated");
        story.line_at(LogOffset(from.0 + 100), Severity::Info, "[megamount.INFO] (13852) mounted");
    }
    let busy = story.frame(120, 50);
    assert!(busy.contains("log 4 lines/min, past run 7"), "{busy}");
    assert!(busy.contains("rfsd line <20 s ago"), "{busy}");
    story.key(KeyCode::Char('8'));
    story.at(545 + 90 * 60);
    let still = story.frame(120, 50);
    assert!(still.contains("log 0 lines/min") && still.contains("rfsd line 30 min ago"), "{still}");
    insta::assert_snapshot!("stage_2_stalled_120x50", still);
}

#[test]
fn each_standstill_of_stage_1_has_its_words() {
    let mut story = downloading(68);
    let refused =
        Answer { reading: Reading::Refused("% no".to_owned()), took: Elapsed::ZERO, raw: String::new() };
    for seconds in [550, 560, 570] {
        story.at(seconds).record(Event::CounterRead(refused.clone()));
    }
    assert!(story.frame(120, 40).contains("counter unreadable 30 s"), "{}", story.frame(120, 40));
    let mut silent = downloading(68);
    silent.at(610);
    assert!(silent.frame(120, 40).contains("no counter reading 70 s"), "{}", silent.frame(120, 40));
    let mut flat = downloading(68);
    for step in 0..30 {
        flat.at(545 + step * 5).counter(12_222);
    }
    flat.at(700);
    assert!(flat.frame(120, 40).contains("counter does not rise"), "{}", flat.frame(120, 40));
}

#[test]
fn few_threads_are_advised_against_beside_the_speed() {
    let mut story = prepared();
    story.threads(16);
    download_with(&mut story, 16);
    let frame = story.frame(120, 40);
    assert!(frame.contains("128 threads may give 2.5 to 8.0x"), "{frame}");
    let high = story.frame(120, 80);
    assert!(high.contains("may give"), "{high}");
}

fn download_with(story: &mut Story, threads: u32) {
    story.at(240).service(ServiceState::Running("running".to_owned()));
    for step in 1..=40 {
        story.at(240 + step * 5).counter(10_412 + step * 30);
        story.threads(threads);
    }
}
