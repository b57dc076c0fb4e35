//! What log lines mean by the time and the way they come.

use super::*;

const STAGE_END: &str = "[namespace_restore.INFO] (13852) Cloud restore phase complete. Starting namespace \
                         generation phase";

fn at(seconds: i64) -> At {
    At::new(chrono::DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap())
}

fn line(seconds: i64, words: &str) -> String {
    format!("{} localhost rfsd[13852]: {words}\n", at(seconds).utc().format("%b %e %H:%M:%S"))
}

fn book() -> LogBook {
    LogBook::new(Arc::new(Dialect::built_in()))
}

fn read(book: &mut LogBook, text: &str, now: At) -> Vec<Event> {
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
    assert_eq!(book.told_by_unfinished(at(61), false), []);
    let told = book.told_by_unfinished(at(66), false);
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

#[test]
fn what_is_read_later_stands_behind_what_was_taken_in_if_anything_was() {
    let caught_up = |book: &mut LogBook| {
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
