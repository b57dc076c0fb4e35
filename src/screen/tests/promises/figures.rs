//! One fact has one figure, wherever it is shown.

use crate::screen::tests::story::{
    Story, connected, download, downloading, dr_away, ended, generating, in_use, prepared,
};
use crate::{
    run::{
        Answer, Elapsed, Event, Happening, Link, ListingCause, Marker, Reading, ReplicationState, Role,
        RunSettings, ServiceState, Statement, dated_events,
    },
    text::age,
};

const SIZES: [(u16, u16); 4] = [(120, 40), (80, 24), (60, 15), (40, 10)];

#[test]
fn a_lost_connection_is_down_for_the_same_time_everywhere() {
    for seconds in [61, 97, 119, 120, 185, 7_000, 9_000] {
        let mut story = dr_away();
        let down = story.run.dr.away().unwrap();
        story.now = down + Elapsed::from_secs(seconds);
        let words = age(Elapsed::from_secs(seconds));
        for (width, height) in [(120, 40), (80, 24)] {
            let frame = story.frame(width, height);
            let strip = frame.lines().next().unwrap();
            assert!(strip.contains(&format!("✗ {words:>5}")), "{strip}");
            // A moment, which does not change while it is read.
            let since = down.utc().format("%H:%M:%S");
            assert!(frame.contains(&format!("Not connected to ava-dr since {since}.")), "{frame}");
            let row = frame.lines().find(|row| row.contains("Not connected to ava-dr (DR")).unwrap();
            assert!(row.contains(&words), "{row}");
        }
    }
}

#[test]
fn a_loss_that_is_over_has_one_beginning_and_one_end_in_events_and_finding() {
    let mut story = dr_away();
    story.at(640).at(658).link(Role::Dr, Link::Connected);
    story.at(700).counter(12_300);
    let events = dated_events(&story.run);
    let of = |what: fn(&Happening<'_>) -> bool| events.iter().find(|event| what(&event.what)).unwrap();
    let lost = of(|what| matches!(what, Happening::LinkLost(_)));
    let back = of(|what| matches!(what, Happening::LinkBack(_)));
    let is_over = |event: &&crate::run::DatedEvent<'_>| matches!(event.what, Happening::FindingClosed(_));
    let over = events.iter().rfind(is_over).unwrap();
    assert_eq!(over.at, back.at);
    assert!(back.to_string().ends_with(&format!("after {}", back.at.since(lost.at))), "{back}");
    assert!(over.to_string().contains(&format!("since {}", lost.at.in_words())), "{over}");
}

#[test]
fn no_go_is_in_the_status_strip_at_every_size() {
    let simulated = || {
        let mut story = connected(RunSettings::default());
        story.run.started.demo = true;
        story
    };
    for (make, is_forbidden) in [
        ((|| connected(RunSettings::default())) as fn() -> Story, true),
        (simulated, true),
        (prepared, false),
        (|| downloading(50), false),
    ] {
        for (width, height) in SIZES {
            let strip = make().frame(width, height).lines().next().unwrap().to_owned();
            assert_eq!(strip.contains("NO-GO"), is_forbidden, "{width}: {strip}");
            let has_links = strip.contains("primary ●  dr ●") || strip.contains(" p●") || width > 60;
            // The marks of a demo leave no room for the time of day in forty columns.
            let has_time = strip.contains("15:") || (width == 40 && strip.contains("SIM"));
            assert!(has_links && has_time, "{strip}");
        }
    }
}

#[test]
fn an_open_cleanup_is_in_the_status_strip() {
    let mut story = in_use();
    story.at(5400).attested(Statement::TestOver);
    for (width, height) in [(120, 40), (80, 24), (60, 15)] {
        let strip = story.frame(width, height).lines().next().unwrap().to_owned();
        assert!(strip.contains("cleanup 2 open"), "{strip}");
    }
    assert!(
        !ended().frame(120, 40).lines().next().unwrap().contains("cleanup"),
        "{}",
        ended().frame(120, 40)
    );
}

#[test]
fn a_finding_shows_no_clock_that_the_clocks_beside_it_contradict() {
    let mut story = in_use();
    story.at(5400).attested(Statement::TestOver);
    let text = story.run.open_findings().map(|finding| finding.text.clone()).collect::<Vec<_>>().join("\n");
    story.now = story.now + Elapsed::from_secs(7);
    let frame = story.frame(200, 50);
    assert!(text.contains("is still paused"), "{text}");
    let seconds = |clock: &str| {
        let parts = clock.split(':').map(|part| part.parse::<u64>().ok());
        parts
            .collect::<Option<Vec<_>>>()
            .filter(|parts| parts.len() == 3)
            .map(|parts| parts.iter().fold(0, |sum, part| sum * 60 + part))
    };
    let clock = seconds(&crate::screen::paint::pause_length(&story.run, story.now).unwrap()).unwrap();
    let words = frame.split(|sign: char| !(sign.is_ascii_digit() || sign == ':'));
    let near: Vec<u64> = words.filter_map(seconds).filter(|shown| shown.abs_diff(clock) < 60).collect();
    assert!(near.len() >= 2 && near.iter().all(|shown| *shown == clock), "{near:?}\n{frame}");
}

#[test]
fn the_rate_of_the_log_is_never_above_the_axis_of_its_chart() {
    // A burst before the stage began is in neither.
    let mut story = downloading(100);
    chunk(&mut story, 500);
    story.at(546).marker(Marker::DownloadComplete);
    for minute in 1..9 {
        story.at(546 + minute * 60).service(ServiceState::Running("running".to_owned()));
        chunk(&mut story, 31);
    }
    let frame = story.frame(120, 40);
    let figures: Vec<u64> = frame
        .lines()
        .filter(|row| row.contains("lines/min"))
        .map(|row| row.split(" lines/min").next().unwrap())
        .map(|row| row.split_whitespace().next_back().unwrap().trim_start_matches('│').parse().unwrap())
        .collect();
    assert_eq!(figures.len(), 2, "{frame}");
    assert!(figures[0] <= figures[1], "{figures:?}\n{frame}");
}

fn chunk(story: &mut Story, lines: u64) {
    story.record(Event::LogChunk {
        offset: story.run.log.end,
        bytes: crate::run::ByteCount(lines * 90),
        lines: crate::run::LineCount(lines),
        sha256: String::new(),
        tally: crate::run::LogTally { lines: crate::run::LineCount(lines), ..Default::default() },
        received_at: None,
    });
}

#[test]
fn no_time_below_a_chart_is_before_the_run() {
    for make in [(|| downloading(30)) as fn() -> Story, generating] {
        let frame = make().frame(120, 40);
        let axis = frame.lines().find(|row| row.contains(" now ")).unwrap();
        let times = axis.split_whitespace().filter(|word| word.len() == 5 && word.contains(':'));
        assert!(times.into_iter().all(|time| time >= "15:29"), "{axis}");
    }
}

#[test]
fn what_the_log_counts_is_named_and_what_a_thread_makes_is_shown_only_while_objects_come() {
    let stage_1 = downloading(68).frame(80, 24);
    assert!(stage_1.contains("1 log warning, no finding ") && stage_1.contains("▲0"), "{stage_1}");
    let mut alarmed = downloading(68);
    alarmed.alarm("cloud bucket inconsistent", "[cloud.ERR] the alarm is raised");
    assert!(!alarmed.frame(80, 24).contains("none a finding"), "{}", alarmed.frame(80, 24));
    let whole = downloading(68).frame(120, 40);
    let row = whole.lines().find(|row| row.contains("speed     128 threads")).unwrap();
    // Its age comes before words.
    assert!(row.contains("128 threads, each 2.9/min") && row.contains("<20 s ago ││"), "{row}");
    assert!(downloading(68).frame(200, 50).contains(", each 2.9 GETs/min"));
    let narrow = downloading(68).frame(80, 24);
    // The log says how long a GET takes: no other length of one stands beside it.
    assert!(narrow.contains("128 threads, each 2.9 GETs/min") && !narrow.contains("20.9 s"), "{narrow}");
    assert!(!generating().frame(120, 40).contains(", each "));
    let mut still = downloading(68);
    for step in 1..=20 {
        still.at(542 + step * 10).counter(12_222).replication(ReplicationState::Paused);
    }
    let frame = still.frame(120, 40);
    assert!(frame.contains("no GETs for 3 min") && !frame.contains(", each "), "{frame}");
}

#[test]
fn the_lines_that_end_stage_2_are_named_in_words() {
    let mut story = generating();
    assert!(story.frame(80, 24).contains("○ namespace  ○ restore successful"), "{}", story.frame(80, 24));
    assert!(story.frame(120, 40).contains("○ restore successful "), "{}", story.frame(120, 40));
    story.marker(Marker::NamespaceComplete);
    let frame = story.frame(80, 24);
    assert!(frame.contains("✓ namespace  ○ restore successful    │"), "{frame}");
}

#[test]
fn a_share_below_100_beside_a_complete_restore_says_what_came_later() {
    let mut story = prepared();
    story.at(200).listing(1358, ListingCause::Asked);
    download(&mut story, 100);
    story.at(545).marker(Marker::DownloadComplete);
    story.at(3000).marker(Marker::NamespaceComplete).marker(Marker::RestoreSuccessful);
    let frame = story.frame(80, 24);
    assert!(frame.contains("2,662 / 2,716") && frame.contains("98 %"), "{frame}");
    assert!(frame.contains("54 of these came after 15:30"), "{frame}");
    assert!(!in_use().frame(80, 24).contains("came after"));
}

#[test]
fn stage_2_charts_its_log_from_the_first_whole_minute_on_and_says_until_then_when() {
    let mut story = downloading(100);
    story.at(545).marker(Marker::DownloadComplete);
    for (width, height) in [(80, 24), (120, 40)] {
        let frame = story.frame(width, height);
        assert!(frame.contains("chart of the log from 15:40 on"), "{frame}");
        // What stage 1 came to has the rows until then.
        assert!(frame.contains("2,662 / 2,662"), "{frame}");
        assert!(!frame.contains("0 ┤"), "{frame}");
    }
    story.at(660).replication(ReplicationState::Paused);
    for (width, height) in [(80, 24), (120, 40)] {
        let frame = story.frame(width, height);
        assert!(frame.contains("0 ┤") && !frame.contains("chart of the log"), "{frame}");
    }
}

#[test]
fn the_mark_of_a_phase_in_a_chart_is_named_below_it() {
    for (make, name) in [(generating as fn() -> Story, "┊ stage 2"), (|| downloading(68), "┊ stage 1")] {
        let frame = make().frame(120, 40);
        let axis = frame.lines().find(|row| row.contains(" now ") && row.contains(" 15:3"));
        let axis = axis.unwrap();
        assert!(axis.contains(name), "{frame}");
    }
    assert!(generating().frame(80, 24).contains("┊ stage 2"), "{}", generating().frame(80, 24));
}

#[test]
fn what_was_counted_of_a_stage_1_whose_end_was_not_read_is_a_lower_bound() {
    let mut story = downloading(44);
    let (reading, took, raw) = (Reading::Unreadable, Elapsed::from_millis(12), "%% error".to_owned());
    story.at(545).record(Event::CounterRead(Answer { reading, took, raw }));
    story.at(560).marker(Marker::DownloadComplete);
    story.at(600).marker(Marker::NamespaceComplete).marker(Marker::RestoreSuccessful);
    for (width, height) in [(120, 40), (80, 24)] {
        let frame = story.frame(width, height);
        assert!(frame.contains("at least 1,171 / 2,662"), "{frame}");
        assert!(!frame.contains("43 %") && !frame.contains("mean"), "{frame}");
    }
    assert!(story.frame(120, 40).contains("not counted to the end"), "{}", story.frame(120, 40));
}
