//! Paging, jumping and searching, in memory and beyond it.

use super::*;
use crate::{
    run::{Arrival, LogOffset},
    screen::log::Edge,
};

fn log(count: u64, capacity: usize) -> Scrollback {
    let mut log = Scrollback::new(capacity);
    (0..count).for_each(|index| push(&mut log, index));
    log
}

fn push(log: &mut Scrollback, index: u64) {
    log.push(LogRow {
        offset: LogOffset(index),
        severity: Some(if index % 7 == 3 { Severity::Warning } else { Severity::Info }),
        mark: None,
        module: Some(if index.is_multiple_of(2) { "gc".into() } else { "replicator".into() }),
        text: format!("line {index}"),
        arrival: Arrival::Live,
    });
}

#[test]
fn the_view_stays_put_while_lines_arrive_and_end_follows_again() {
    let mut log = log(100, 1000);
    let mut view = LogView::default();
    assert_eq!(view.window(&log, log.end(), 10), 90..100);
    view.scroll(-5, &log, log.end());
    (100..120).for_each(|index| push(&mut log, index));
    assert_eq!(view.window(&log, log.end(), 10), 85..95);
    view.follow();
    assert_eq!(view.window(&log, log.end(), 10), 110..120);
}

#[test]
fn scrolling_down_to_the_newest_follows_again() {
    let log = log(100, 1000);
    let mut view = LogView::default();
    view.window(&log, log.end(), 10);
    view.scroll_pages(-1, &log, log.end());
    assert!(!view.follows());
    view.scroll_pages(1, &log, log.end());
    assert!(view.follows());
}

#[test]
fn rows_that_were_dropped_do_not_take_the_view_along() {
    let mut log = log(10, 20);
    let mut view = LogView::default();
    view.window(&log, log.end(), 5);
    view.oldest(&log, log.end());
    (10..100).for_each(|index| push(&mut log, index));
    assert_eq!(view.window(&log, log.end(), 5), 80..85);
}

#[test]
fn jumps_go_from_row_to_row_and_start_over() {
    let log = log(20, 100);
    let mut view = LogView::default();
    view.window(&log, log.end(), 5);
    let mut older = || {
        let jump = view.jump(Target::Warning, Direction::Older, &log, log.end());
        (jump, view.cursor)
    };
    assert_eq!(older(), (Jump::Found, Some(17)));
    assert_eq!(older(), (Jump::Found, Some(10)));
    assert_eq!(older(), (Jump::Found, Some(3)));
    assert_eq!(older(), (Jump::Wrapped, Some(17)));
    assert_eq!(view.jump(Target::Error, Direction::Older, &log, log.end()), Jump::Nothing(Target::Error));
}

#[test]
fn hits_are_counted_once_each_while_lines_arrive() {
    let mut log = log(20, 100);
    let mut view = LogView { typing: Some(TextInput::with("line 1")), ..LogView::default() };
    view.search_typed();
    assert_eq!(view.hits(&log, log.end()), 11);
    (20..30).for_each(|index| push(&mut log, index));
    push(&mut log, 100);
    assert_eq!(view.hits(&log, log.end()), 12);
    assert_eq!(view.hits(&log, log.end()), 12);
}

/// A log of `count` lines of which the ring holds `capacity`; the others can be read.
struct Disk {
    log: Scrollback,
    lines: u64,
    reads: usize,
}

impl Disk {
    fn new(count: u64, capacity: usize) -> Self {
        let mut log = Scrollback::on_disk(capacity);
        (0..count).for_each(|index| push(&mut log, index));
        Self { log, lines: count, reads: 0 }
    }

    /// Reads as the caller would: some rows beside the edge named.
    fn supply(&mut self, wanted: Range<RowNumber>) {
        while let Some(edge) = self.log.edge_towards(wanted.clone()) {
            self.reads += 1;
            let ring = self.log.ring_from();
            let range = match edge {
                Edge::Beginning { row } => row..(row + 50).min(ring),
                Edge::Behind { row, .. } => row + 1..(row + 51).min(ring),
                Edge::Before { row, .. } => row.saturating_sub(50)..row,
            };
            assert!(range.end <= self.lines && !range.is_empty(), "{edge:?} {wanted:?}");
            let mut rows = Scrollback::new(100);
            range.clone().for_each(|index| push(&mut rows, index));
            let rows = (0..rows.end()).filter_map(|number| rows.row(number).cloned()).collect();
            self.log.take_older(edge, rows, LogOffset(range.start)..LogOffset(range.end));
        }
    }

    /// The lines shown, all of them in memory.
    fn shown(&mut self, view: &LogView) -> Vec<String> {
        let window = view.window(&self.log, self.log.end(), 5);
        self.supply(window.clone());
        window.map(|number| self.log.row(number).unwrap().text.clone()).collect()
    }
}

fn texts(range: Range<u64>) -> Vec<String> {
    range.map(|index| format!("line {index}")).collect()
}

#[test]
fn lines_that_the_ring_gave_up_are_paged_through_in_both_directions() {
    let mut disk = Disk::new(1000, 100);
    let mut view = LogView::default();
    view.window(&disk.log, disk.log.end(), 5);
    for page in 1..249 {
        view.scroll_pages(-1, &disk.log, disk.log.end());
        let end = 1000 - 4 * page;
        assert_eq!(disk.shown(&view), texts(end - 5..end));
    }
    for page in (1..248).rev() {
        view.scroll_pages(1, &disk.log, disk.log.end());
        let end = 1000 - 4 * page;
        assert_eq!(disk.shown(&view), texts(end - 5..end));
    }
    assert!(disk.reads < 100, "{} reads", disk.reads);
}

#[test]
fn the_oldest_line_is_read_at_once_and_the_view_stays_there_while_lines_arrive() {
    let mut disk = Disk::new(1000, 100);
    let mut view = LogView::default();
    disk.shown(&view);
    view.oldest(&disk.log, disk.log.end());
    assert_eq!(disk.shown(&view), texts(0..5));
    (1000..1500).for_each(|index| push(&mut disk.log, index));
    disk.lines = 1500;
    assert_eq!(disk.shown(&view), texts(0..5));
    assert_eq!(disk.reads, 1);
}

#[test]
fn a_view_that_stays_put_is_not_taken_along_by_lines_that_leave_the_ring() {
    let mut disk = Disk::new(1000, 100);
    let mut view = LogView::default();
    disk.shown(&view);
    view.scroll(-20, &disk.log, disk.log.end());
    for index in 1000..3000 {
        push(&mut disk.log, index);
        disk.lines = index + 1;
        assert_eq!(disk.shown(&view), texts(975..980));
    }
}

/// Jumps as the front does: reading what is wanted until there is an answer.
fn jump(disk: &mut Disk, view: &mut LogView, to: Target, direction: Direction) -> (Jump, Option<u64>) {
    let mut jump = view.jump(to, direction, &disk.log, disk.log.end());
    while let Jump::Wants(rows) = jump {
        disk.supply(rows);
        jump = view.continue_search(&disk.log, disk.log.end()).unwrap();
    }
    (jump, view.cursor)
}

#[test]
fn a_search_goes_on_in_lines_on_disk_and_starts_over_at_the_other_end() {
    let mut disk = Disk::new(1000, 100);
    let mut view = LogView { typing: Some(TextInput::with("line 12")), ..LogView::default() };
    disk.shown(&view);
    view.search_typed();
    let hits = [12].into_iter().chain(120..130);
    for row in hits.clone().rev() {
        assert_eq!(jump(&mut disk, &mut view, Target::Hit, Direction::Older), (Jump::Found, Some(row)));
        assert!(disk.shown(&view).contains(&format!("line {row}")));
    }
    assert_eq!(jump(&mut disk, &mut view, Target::Hit, Direction::Older), (Jump::Wrapped, Some(129)));
    assert_eq!(jump(&mut disk, &mut view, Target::Hit, Direction::Newer), (Jump::Wrapped, Some(12)));
    for row in hits.skip(1) {
        assert_eq!(jump(&mut disk, &mut view, Target::Hit, Direction::Newer), (Jump::Found, Some(row)));
    }
    let none = jump(&mut disk, &mut view, Target::Error, Direction::Older);
    assert_eq!((none.0, view.left_to_search()), (Jump::Nothing(Target::Error), None));
}

#[test]
fn a_search_is_given_up_with_nothing_moved() {
    let disk = Disk::new(1000, 100);
    let mut view = LogView { typing: Some(TextInput::with("line 12")), ..LogView::default() };
    view.search_typed();
    view.window(&disk.log, disk.log.end(), 5);
    let looking = view.jump(Target::Hit, Direction::Older, &disk.log, disk.log.end());
    assert!(matches!(looking, Jump::Wants(_)), "{looking:?}");
    assert_eq!(view.left_to_search(), Some(900));
    assert!(view.stop_search() && view.follows());
    assert_eq!(view.continue_search(&disk.log, disk.log.end()), None);
}

mod selection;
