//! Events and arrivals of log lines, by their timestamps, by how they arrive, and in pieces.

use super::*;
use crate::{
    run::{Elapsed, Marker, NearMiss},
    screen::LogMark,
};

const STAGE_END: &str = "[namespace_restore.INFO] (13852) Cloud restore phase complete. Starting namespace \
                         generation phase";

fn at(seconds: i64) -> Timestamp {
    Timestamp::new(chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap())
}

fn line(seconds: i64, words: &str) -> String {
    format!("{} localhost rfsd[13852]: {words}\n", at(seconds).utc().format("%b %e %H:%M:%S"))
}

fn parser() -> LogParser {
    LogParser::new(Arc::new(Dialect::built_in()))
}

fn read(parser: &mut LogParser, text: &str, now: Timestamp) -> Vec<Event> {
    parser.read(text.as_bytes(), LogOffset(0), Arrival::Live, now).events
}

fn offsets(events: &[Event]) -> Vec<i64> {
    let offset = |event: &Event| match event {
        Event::ClockOffset { seconds, .. } => Some(*seconds),
        _ => None,
    };
    events.iter().filter_map(offset).collect()
}

fn arrivals(events: &[Event]) -> Vec<Arrival> {
    let arrival = |event: &Event| match event {
        Event::MarkerSeen { line, .. } => Some(line.arrival),
        _ => None,
    };
    events.iter().filter_map(arrival).collect()
}

#[test]
fn a_line_that_waited_while_nothing_was_watched_is_dated_by_its_timestamp() {
    let mut parser = parser();
    read(&mut parser, &line(0, "x"), at(0));
    assert_eq!(arrivals(&read(&mut parser, &line(1, STAGE_END), at(1))), [Arrival::Live]);
    parser.was_away(at(60));
    let waited = read(&mut parser, &line(20, STAGE_END), at(60));
    assert_eq!((arrivals(&waited), offsets(&waited)), (vec![Arrival::Behind], vec![]));
    assert_eq!(arrivals(&read(&mut parser, &line(60, STAGE_END), at(61))), [Arrival::Live]);
    let late = read(&mut parser, &line(20, STAGE_END), at(90));
    assert_eq!(
        arrivals(&late),
        [Arrival::Live],
        "only lines that arrive right after the absence have waited"
    );
}

#[test]
fn waiting_is_judged_by_the_clock_of_the_appliance() {
    let mut parser = parser();
    assert_eq!(offsets(&read(&mut parser, &line(600, "x"), at(0))), [600]);
    parser.was_away(at(60));
    assert_eq!(arrivals(&read(&mut parser, &line(659, STAGE_END), at(60))), [Arrival::Live]);
    assert_eq!(arrivals(&read(&mut parser, &line(620, STAGE_END), at(60))), [Arrival::Behind]);
}

#[test]
fn a_late_line_does_not_distort_the_clock_offset_for_long() {
    let mut parser = parser();
    assert_eq!(offsets(&read(&mut parser, &line(-3, "x"), at(0))), [-3], "better than nothing");
    assert_eq!(offsets(&read(&mut parser, &line(2, "x"), at(2))), [0], "no line arrives early");
    for second in 3..200 {
        // Delivery varies by up to two seconds, which is below what counts as a change of the offset.
        let delay = second % 3;
        assert_eq!(
            offsets(&read(&mut parser, &line(second - delay, "x"), at(second))),
            Vec::<i64>::new(),
            "{second}"
        );
    }
}

#[test]
fn a_clock_set_back_is_noticed_within_two_windows() {
    let mut parser = parser();
    read(&mut parser, &line(0, "x"), at(0));
    let mut seen = Vec::new();
    for second in 1..200 {
        seen.extend(offsets(&read(&mut parser, &line(second - 3600, "x"), at(second))));
    }
    assert_eq!(seen, [-3600]);
}

#[test]
fn a_line_counts_once_its_end_has_come_in_whatever_pieces() {
    let text = line(0, STAGE_END) + &line(1, "x") + "unfinished";
    for cut in 1..text.len() {
        let mut parser = parser();
        let (first, second) = text.split_at(cut);
        let mut taken = parser.read(first.as_bytes(), LogOffset(0), Arrival::Live, at(0));
        let more = parser.read(second.as_bytes(), LogOffset(cut as u64), Arrival::Live, at(1));
        taken.tally.add(more.tally);
        taken.rows.extend(more.rows);
        taken.events.extend(more.events);
        assert_eq!(taken.tally.lines.0, 2);
        let length = line(0, STAGE_END).len() as u64;
        assert_eq!(taken.rows.iter().map(|row| row.offset.0).collect::<Vec<_>>(), [0, length]);
        assert_eq!(arrivals(&taken.events), [Arrival::Live], "{cut}");
    }
}

#[test]
fn a_marker_without_a_newline_is_recorded_once_after_a_timeout() {
    let text = line(0, STAGE_END);
    let (all, half) = (text.trim_end(), &text[..60]);
    let mut parser = parser();
    assert_eq!(read(&mut parser, half, at(0)), []);
    assert_eq!(parser.events_of_partial_line(at(60), false), []);
    let rest = &all[half.len()..];
    assert_eq!(parser.read(rest.as_bytes(), LogOffset(60), Arrival::Live, at(60)).events, []);
    assert_eq!(parser.events_of_partial_line(at(65).before(Elapsed::from_millis(1)), false), []);
    let events = parser.events_of_partial_line(at(65), false);
    assert!(
        matches!(events.as_slice(), [Event::MarkerSeen { line, .. }] if line.offset == LogOffset(0)),
        "{events:?}"
    );
    assert_eq!(parser.events_of_partial_line(at(67), true), []);
    let end = parser.read(b"\n", LogOffset(all.len() as u64), Arrival::Live, at(70));
    assert_eq!((arrivals(&end.events), end.tally.lines.0, end.rows.len()), (vec![], 1, 1));
}

#[test]
fn only_the_beginning_of_an_endless_line_is_held() {
    let mut parser = parser();
    let mut offset = LogOffset(0);
    for _ in 0..100 {
        let piece = vec![b'x'; MAX_LINE_BYTES];
        assert_eq!(parser.read(&piece, offset, Arrival::Live, at(0)).tally.lines.0, 0);
        offset.0 += MAX_LINE_BYTES as u64;
    }
    assert_eq!(parser.partial.as_ref().unwrap().head.len(), MAX_LINE_BYTES);
    let end = parser.read(b"x\n", offset, Arrival::Live, at(0));
    assert_eq!((end.tally.lines.0, end.rows[0].offset), (1, LogOffset(0)));
}

fn near_misses(events: &[Event]) -> Vec<&NearMiss> {
    fn near(event: &Event) -> Option<&NearMiss> {
        match event {
            Event::NearMissSeen { of, .. } => Some(of),
            _ => None,
        }
    }
    events.iter().filter_map(near).collect()
}

#[test]
fn a_line_with_the_words_of_a_marker_is_a_near_miss_and_the_marker_itself_is_none() {
    let mut parser = parser();
    let marker = read(&mut parser, &line(0, STAGE_END), at(0));
    assert_eq!((near_misses(&marker).len(), arrivals(&marker).len()), (0, 1));
    let near = line(1, STAGE_END).replace("rfsd", "rfsd2");
    let taken = parser.read(near.as_bytes(), LogOffset(0), Arrival::Live, at(1));
    assert_eq!(near_misses(&taken.events), [&NearMiss::Marker(Marker::DownloadComplete)]);
    assert_eq!((arrivals(&taken.events).len(), taken.rows[0].mark), (0, Some(LogMark::NearMiss)));
}

#[test]
fn the_beginning_of_a_marker_is_a_near_miss_only_once_no_more_will_come() {
    let text = line(0, STAGE_END);
    let beginning = text.split(" namespace gen").next().unwrap();
    let mut parser = parser();
    read(&mut parser, beginning, at(0));
    assert_eq!(parser.events_of_partial_line(at(60), false), []);
    read(&mut parser, "", at(61));
    let rest = text.strip_prefix(beginning).unwrap();
    assert_eq!(arrivals(&read(&mut parser, rest, at(62))).len(), 1);
    read(&mut parser, beginning, at(63));
    assert_eq!(near_misses(&parser.events_of_partial_line(at(64), true)).len(), 1);
}

#[test]
fn near_misses_on_record_are_bounded() {
    let near = line(0, STAGE_END).replace("rfsd", "rfsd2").repeat(3000);
    assert_eq!(near_misses(&read(&mut parser(), &near, at(0))).len(), 1000);
}

#[test]
fn nul_bytes_around_a_marker_are_counted_and_shown() {
    let text = format!("{}{}\0\n", "\0".repeat(4000), line(0, STAGE_END).trim_end());
    let taken = parser().read(text.as_bytes(), LogOffset(0), Arrival::Live, at(0));
    assert_eq!((arrivals(&taken.events), taken.tally.nul_bytes.0), (vec![Arrival::Live], 4001));
    let shown = &taken.rows[0].text;
    assert!(shown.starts_with("\\0{4000 NUL bytes}Jan 15") && shown.ends_with("phase\\x00"), "{shown}");
}

#[test]
fn an_older_line_of_a_file_is_not_dated_after_the_file_but_a_live_one_is() {
    let mut parser = parser();
    parser.written_by(Some(at(0)));
    let stamps = |parser: &mut LogParser, arrival| {
        let taken = parser.read(line(90_000, STAGE_END).as_bytes(), LogOffset(0), arrival, at(90_000));
        let stamp = |event: &Event| match event {
            Event::MarkerSeen { line, .. } => line.stamp,
            _ => None,
        };
        taken.events.iter().find_map(stamp)
    };
    assert_eq!(stamps(&mut parser, Arrival::CaughtUp), Some(at(90_000 - 365 * 86_400)));
    assert_eq!(stamps(&mut parser, Arrival::Live), Some(at(90_000)));
}

#[test]
fn a_line_caught_up_is_behind_the_lines_read_before_if_there_are_any() {
    let caught_up = |parser: &mut LogParser| {
        let taken = parser.read(line(-3600, STAGE_END).as_bytes(), LogOffset(0), Arrival::CaughtUp, at(60));
        arrivals(&taken.events)
    };
    assert_eq!(
        caught_up(&mut parser()),
        [Arrival::CaughtUp],
        "a saved log, or one of which nothing was read"
    );
    for first in [Arrival::Live, Arrival::Earlier] {
        let mut parser = parser();
        parser.read(line(0, "x").as_bytes(), LogOffset(0), first, at(0));
        assert_eq!(caught_up(&mut parser), [Arrival::Behind], "{first:?}");
    }
    let mut followed = parser();
    followed.mark_followed();
    assert_eq!(caught_up(&mut followed), [Arrival::Behind], "an empty log was read to its end");
}

#[test]
fn lines_that_may_repeat_are_counted_and_show_no_restart() {
    let mut parser = parser();
    read(&mut parser, &line(0, "x"), at(0));
    let other = line(0, "x").replace("13852", "1");
    let taken = parser.read(other.as_bytes(), LogOffset(0), Arrival::MayRepeat, at(1));
    assert_eq!((taken.tally.may_repeat.0, taken.events), (1, vec![]));
    assert_eq!(read(&mut parser, &line(2, "x"), at(2)), []);
}

/// Of a line that is neither marker nor alarm: the text and the module of its row, and the line itself where it is parsed.
const MAX_ALLOCATIONS_PER_LINE: [u64; 2] = [2, 3];

#[test]
fn a_line_of_log_is_read_with_few_allocations() {
    for (seconds_apart, most) in (0..2).zip(MAX_ALLOCATIONS_PER_LINE) {
        let lines: Vec<_> = (0..1000)
            .map(|number| {
                line(number * seconds_apart, &format!("[segstore.INFO] (13880) evicted slab {number:08x}"))
            })
            .collect();
        let parsing = allocation_counter::measure(|| {
            for line in &lines {
                assert!(crate::parse::log_line(line.as_bytes()).program.is_some());
            }
        });
        assert_eq!(parsing.count_total, 0, "the grammar itself borrows from the line");
        let (log, mut parser) = (lines.concat(), parser());
        read(&mut parser, &log, at(1000));
        let mut allocations = || {
            allocation_counter::measure(|| {
                drop(parser.read(log.as_bytes(), LogOffset(0), Arrival::Live, at(1000)));
            })
            .count_total
        };
        // The least of several: where other tests match the same patterns at the moment, each match allocates space for
        // its work.
        let per_line = (0..5).map(|_| allocations()).min().unwrap_or_default() / 1000;
        assert!(per_line <= most, "{per_line} allocations a line, {seconds_apart} s apart");
    }
}

fn lines() -> impl proptest::strategy::Strategy<Value = Vec<String>> {
    use proptest::prelude::*;
    let stamps = prop::sample::select(vec!["Jan 15 08:00:01", "Jan 15 08:00:02", "Feb 30 08:00:01", "15"]);
    let texts = prop::sample::select(vec![
        "rfsd[13852]: [gc.INFO] (1) x",
        "rfsd[13852]: [gc.ERR] (1) x \\ y",
        "rfsd[1]: [gc.WARN] (1) x",
        "rfsd[13852]: [namespace_restore.INFO] (1) 7 of 9 inodes processed",
        "rfsd[13852]: [namespace_restore.INFO] (13852) Cloud restore phase complete. Starting namespace generation phase",
        "rfsd[13852]: [gc.INFO] (1) Cloud restore phase complete. Starting namespace generation phase",
        "rfsd[13852]: [gc.INFO] (1) CLOUD bucket is inconsistent",
        "cli[7]: [cli.INFO]: user admin: Executing command: show log matching inconsistent",
        "cli[8]: [cli.NOTICE]: x",
        "sshd[8]: Accepted publickey",
        "sshd[9]: Accepted publickey#012",
        "kernel: [7.5] \u{1b}[31mx",
        "last message repeated 3 times",
        "",
    ]);
    let line = (stamps, texts).prop_map(|(stamp, text)| format!("{stamp} localhost {text}\n"));
    prop::collection::vec(line, 1..40)
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn lines_that_come_at_once_are_read_as_those_that_come_in_halves(
        lines in lines(),
        arrival in proptest::sample::select(vec![Arrival::Live, Arrival::Earlier, Arrival::CaughtUp, Arrival::MayRepeat]),
    ) {
        let (mut at_once, mut in_halves, mut offset) = (parser(), parser(), LogOffset(0));
        let mut halves = ParsedLog::default();
        for line in &lines {
            for half in [&line.as_bytes()[..line.len() / 2], &line.as_bytes()[line.len() / 2..]] {
                let taken = in_halves.read(half, offset, arrival, at(0));
                offset.0 += half.len() as u64;
                halves.tally.add(taken.tally);
                halves.rows.extend(taken.rows);
                halves.events.extend(taken.events);
            }
        }
        let all = at_once.read(lines.concat().as_bytes(), LogOffset(0), arrival, at(0));
        proptest::prop_assert_eq!(all.rows, halves.rows);
        proptest::prop_assert_eq!(all.events, halves.events);
        proptest::prop_assert_eq!(all.tally, halves.tally);
    }
}

#[test]
fn a_start_of_rfsd_is_seen_with_its_first_live_line_and_once() {
    let mut parser = parser();
    let mut has_new = |pid: &str, arrival| {
        let text = line(0, "x").replace("13852", pid);
        parser.read(text.as_bytes(), LogOffset(0), arrival, at(0)).has_new_rfsd
    };
    assert!(!has_new("7", Arrival::Earlier), "it may be long gone");
    assert!(has_new("8", Arrival::Live));
    assert!(!has_new("8", Arrival::Live));
    assert!(!has_new("7", Arrival::MayRepeat));
    assert!(has_new("9", Arrival::Live));
}

#[test]
fn a_clock_set_back_is_found_in_lines_that_are_read_later() {
    let text: String = [0, 1, -3600, -3599].map(|seconds| line(seconds, "[gc.INFO] (1) x")).concat();
    let found = |arrival: Arrival| {
        let events = parser().read(text.as_bytes(), LogOffset(0), arrival, at(60)).events;
        let before = |event: &Event| match event {
            Event::LogClockSetBack { from, line } => Some((*from, line.stamp, line.offset)),
            _ => None,
        };
        events.iter().filter_map(before).collect::<Vec<_>>()
    };
    let offset = LogOffset(2 * line(0, "[gc.INFO] (1) x").len() as u64);
    for arrival in [Arrival::CaughtUp, Arrival::Behind] {
        assert_eq!(found(arrival), [(at(1), Some(at(-3600)), offset)]);
    }
    // Of a live line the receipt counts, and a copy may be of any time.
    for arrival in [Arrival::Live, Arrival::MayRepeat, Arrival::Earlier] {
        assert_eq!(found(arrival), []);
    }
}
