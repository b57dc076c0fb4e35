//! What log lines mean by the time and the way they come.

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

fn book() -> LogParser {
    LogParser::new(Arc::new(Dialect::built_in()))
}

fn read(book: &mut LogParser, text: &str, now: Timestamp) -> Vec<Event> {
    book.read(text.as_bytes(), LogOffset(0), Arrival::Live, now).events
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
fn a_line_that_waited_while_nothing_was_watched_has_its_own_time() {
    let mut book = book();
    read(&mut book, &line(0, "x"), at(0));
    assert_eq!(arrivals(&read(&mut book, &line(1, STAGE_END), at(1))), [Arrival::Live]);
    book.was_away(at(60));
    let waited = read(&mut book, &line(20, STAGE_END), at(60));
    assert_eq!((arrivals(&waited), offsets(&waited)), (vec![Arrival::Behind], vec![]));
    assert_eq!(arrivals(&read(&mut book, &line(60, STAGE_END), at(61))), [Arrival::Live]);
    let late = read(&mut book, &line(20, STAGE_END), at(90));
    assert_eq!(arrivals(&late), [Arrival::Live], "only what came with the return waited");
}

#[test]
fn what_waited_is_told_by_the_appliances_own_clock() {
    let mut book = book();
    assert_eq!(offsets(&read(&mut book, &line(600, "x"), at(0))), [600]);
    book.was_away(at(60));
    assert_eq!(arrivals(&read(&mut book, &line(659, STAGE_END), at(60))), [Arrival::Live]);
    assert_eq!(arrivals(&read(&mut book, &line(620, STAGE_END), at(60))), [Arrival::Behind]);
}

#[test]
fn a_line_that_came_late_does_not_put_the_clock_off_for_long() {
    let mut book = book();
    assert_eq!(offsets(&read(&mut book, &line(-3, "x"), at(0))), [-3], "better than nothing");
    assert_eq!(offsets(&read(&mut book, &line(2, "x"), at(2))), [0], "no line comes early");
    for second in 3..200 {
        let delay = second % 3;
        assert_eq!(
            offsets(&read(&mut book, &line(second - delay, "x"), at(second))),
            Vec::<i64>::new(),
            "{second}"
        );
    }
}

#[test]
fn a_clock_that_is_set_back_is_seen_within_two_windows() {
    let mut book = book();
    read(&mut book, &line(0, "x"), at(0));
    let mut seen = Vec::new();
    for second in 1..200 {
        seen.extend(offsets(&read(&mut book, &line(second - 3600, "x"), at(second))));
    }
    assert_eq!(seen, [-3600]);
}

#[test]
fn a_line_counts_once_when_its_end_has_come_however_many_pieces_it_comes_in() {
    let text = line(0, STAGE_END) + &line(1, "x") + "unfinished";
    for cut in 1..text.len() {
        let mut book = book();
        let (first, second) = text.split_at(cut);
        let mut taken = book.read(first.as_bytes(), LogOffset(0), Arrival::Live, at(0));
        let more = book.read(second.as_bytes(), LogOffset(cut as u64), Arrival::Live, at(1));
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
fn a_marker_without_its_end_is_told_after_a_while_and_then_never_again() {
    let text = line(0, STAGE_END);
    let (all, half) = (text.trim_end(), &text[..60]);
    let mut book = book();
    assert_eq!(read(&mut book, half, at(0)), []);
    assert_eq!(book.told_by_unfinished(at(60), false), []);
    let rest = &all[half.len()..];
    assert_eq!(book.read(rest.as_bytes(), LogOffset(60), Arrival::Live, at(60)).events, []);
    assert_eq!(book.told_by_unfinished(at(65).before(Elapsed::from_millis(1)), false), []);
    let told = book.told_by_unfinished(at(65), false);
    assert!(
        matches!(told.as_slice(), [Event::MarkerSeen { line, .. }] if line.offset == LogOffset(0)),
        "{told:?}"
    );
    assert_eq!(book.told_by_unfinished(at(67), true), []);
    let end = book.read(b"\n", LogOffset(all.len() as u64), Arrival::Live, at(70));
    assert_eq!((arrivals(&end.events), end.tally.lines.0, end.rows.len()), (vec![], 1, 1));
}

#[test]
fn an_endless_line_is_read_by_its_beginning_alone() {
    let mut book = book();
    let mut offset = LogOffset(0);
    for _ in 0..100 {
        let piece = vec![b'x'; HEAD];
        assert_eq!(book.read(&piece, offset, Arrival::Live, at(0)).tally.lines.0, 0);
        offset.0 += HEAD as u64;
    }
    assert_eq!(book.unfinished.as_ref().unwrap().head.len(), HEAD);
    let end = book.read(b"x\n", offset, Arrival::Live, at(0));
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
    let mut book = book();
    let marker = read(&mut book, &line(0, STAGE_END), at(0));
    assert_eq!((near_misses(&marker).len(), arrivals(&marker).len()), (0, 1));
    let near = line(1, STAGE_END).replace("rfsd", "rfsd2");
    let taken = book.read(near.as_bytes(), LogOffset(0), Arrival::Live, at(1));
    assert_eq!(near_misses(&taken.events), [&NearMiss::Marker(Marker::DownloadComplete)]);
    assert_eq!((arrivals(&taken.events).len(), taken.rows[0].mark), (0, Some(LogMark::NearMiss)));
}

#[test]
fn the_beginning_of_a_marker_is_a_near_miss_only_once_no_more_will_come() {
    let text = line(0, STAGE_END);
    let beginning = text.split(" namespace gen").next().unwrap();
    let mut book = book();
    read(&mut book, beginning, at(0));
    assert_eq!(book.told_by_unfinished(at(60), false), []);
    read(&mut book, "", at(61));
    let rest = text.strip_prefix(beginning).unwrap();
    assert_eq!(arrivals(&read(&mut book, rest, at(62))).len(), 1);
    read(&mut book, beginning, at(63));
    assert_eq!(near_misses(&book.told_by_unfinished(at(64), true)).len(), 1);
}

#[test]
fn near_misses_on_record_are_bounded() {
    let near = line(0, STAGE_END).replace("rfsd", "rfsd2").repeat(3000);
    assert_eq!(near_misses(&read(&mut book(), &near, at(0))).len(), 1000);
}

#[test]
fn nul_bytes_around_a_marker_are_counted_and_shown_as_what_they_are() {
    let text = format!("{}{}\0\n", "\0".repeat(4000), line(0, STAGE_END).trim_end());
    let taken = book().read(text.as_bytes(), LogOffset(0), Arrival::Live, at(0));
    assert_eq!((arrivals(&taken.events), taken.tally.nul_bytes.0), (vec![Arrival::Live], 4001));
    let shown = &taken.rows[0].text;
    assert!(shown.starts_with("\\0{4000 NUL bytes}Jan 15") && shown.ends_with("phase\\x00"), "{shown}");
}

#[test]
fn an_older_line_of_a_file_is_not_dated_after_the_file_but_a_live_one_is() {
    let mut book = book();
    book.written_by(Some(at(0)));
    let stamps = |book: &mut LogParser, arrival| {
        let taken = book.read(line(90_000, STAGE_END).as_bytes(), LogOffset(0), arrival, at(90_000));
        let stamp = |event: &Event| match event {
            Event::MarkerSeen { line, .. } => line.stamp,
            _ => None,
        };
        taken.events.iter().find_map(stamp)
    };
    assert_eq!(stamps(&mut book, Arrival::CaughtUp), Some(at(90_000 - 365 * 86_400)));
    assert_eq!(stamps(&mut book, Arrival::Live), Some(at(90_000)));
}

#[test]
fn what_is_read_later_stands_behind_what_was_taken_in_if_anything_was() {
    let caught_up = |book: &mut LogParser| {
        let taken = book.read(line(-3600, STAGE_END).as_bytes(), LogOffset(0), Arrival::CaughtUp, at(60));
        arrivals(&taken.events)
    };
    assert_eq!(caught_up(&mut book()), [Arrival::CaughtUp], "a saved log, or one that nothing was seen of");
    for first in [Arrival::Live, Arrival::Earlier] {
        let mut book = book();
        book.read(line(0, "x").as_bytes(), LogOffset(0), first, at(0));
        assert_eq!(caught_up(&mut book), [Arrival::Behind], "{first:?}");
    }
    let mut followed = book();
    followed.is_followed();
    assert_eq!(caught_up(&mut followed), [Arrival::Behind], "an empty log was read to its end");
}

#[test]
fn lines_that_may_be_there_twice_are_counted_and_tell_of_no_restart() {
    let mut book = book();
    read(&mut book, &line(0, "x"), at(0));
    let other = line(0, "x").replace("13852", "1");
    let taken = book.read(other.as_bytes(), LogOffset(0), Arrival::MayRepeat, at(1));
    assert_eq!((taken.tally.may_repeat.0, taken.events), (1, vec![]));
    assert_eq!(read(&mut book, &line(2, "x"), at(2)), []);
}
