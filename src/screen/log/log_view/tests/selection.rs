//! Filters, folding and bookmarks, in memory and beyond it.

use super::*;
use crate::screen::log::LogFilter;

fn filtered(text: &str) -> LogView {
    let mut view = LogView::default();
    view.set_filter(LogFilter::parse(text).unwrap(), &Scrollback::default(), 0);
    view
}

/// Reads what is missing, as the front does, and returns the rows then shown.
fn page(disk: &mut Disk, view: &mut LogView, height: u16) -> Vec<ShownRow> {
    view.page(&disk.log, disk.log.end(), height);
    while let Some(wanted) = view.missing(&disk.log, disk.log.end()) {
        disk.supply(wanted);
    }
    view.page(&disk.log, disk.log.end(), height)
}

fn numbers(rows: &[ShownRow]) -> Vec<RowNumber> {
    rows.iter().map(|row| row.last).collect()
}

/// The numbers that `line 9` leaves of the first `count` rows.
fn with_nine(count: u64) -> Vec<RowNumber> {
    (0..count).filter(|number| number.to_string().starts_with('9')).collect()
}

#[test]
fn scrolling_and_lines_that_arrive_show_the_rows_of_the_filter_in_their_order() {
    for seed in 0..20 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut disk = Disk::new(3000, 100);
        let mut view = filtered("\"line 9\"");
        let mut all = with_nine(3000);
        let mut until = all.len();
        for _ in 0..60 {
            let height = 7;
            page(&mut disk, &mut view, 7);
            match random.u8(0..6) {
                0 => {
                    view.follow();
                    until = all.len();
                }
                1 => {
                    view.oldest(&disk.log, disk.log.end());
                    until = height;
                }
                2 => {
                    let was_following = view.follows();
                    for index in disk.lines..disk.lines + random.u64(1..300) {
                        push(&mut disk.log, index);
                        disk.lines = index + 1;
                    }
                    all = with_nine(disk.lines);
                    if was_following {
                        until = all.len();
                    }
                }
                _ => {
                    let by = random.i64(-40..40);
                    view.scroll(by, &disk.log, disk.log.end());
                    let by = isize::try_from(by).unwrap();
                    until = until.saturating_add_signed(by).clamp(height, all.len());
                }
            }
            let rows = page(&mut disk, &mut view, 7);
            assert_eq!(numbers(&rows), all[until - height..until], "seed {seed}");
        }
    }
}

#[test]
fn hidden_lines_are_counted_by_module_while_they_arrive() {
    let mut log = log(100, 1000);
    let view = filtered("level>=warning");
    let counted = |log: &Scrollback| {
        let hidden = view.hidden(log, log.end()).unwrap();
        let (modules, others) = hidden.by_module(1);
        assert_eq!(modules.iter().map(|(_, count)| count).sum::<u64>() + others, hidden.total);
        (hidden.total, modules[0].1)
    };
    // Of seven rows one is a warning.
    assert_eq!(counted(&log), (86, 43));
    (100..107).for_each(|index| push(&mut log, index));
    assert_eq!(counted(&log), (92, 47));
    assert_eq!(counted(&log), (92, 47));
}

#[test]
fn the_count_begins_anew_where_lines_left_memory_uncounted() {
    let mut log = log(100, 50);
    let view = filtered("level>=warning");
    assert_eq!(view.hidden(&log, log.end()).unwrap().counted, 50..100);
    (100..300).for_each(|index| push(&mut log, index));
    let hidden = view.hidden(&log, log.end()).unwrap();
    let is_hidden = |index: &u64| index % 7 != 3;
    assert_eq!((hidden.counted, hidden.total), (250..300, (250..300).filter(is_hidden).count() as u64));
}

#[test]
fn a_search_finds_only_what_the_filter_shows() {
    let mut disk = Disk::new(1000, 100);
    let mut view = filtered("level>=warning");
    view.typing = Some(TextInput::with("line 12"));
    page(&mut disk, &mut view, 5);
    view.search_typed();
    // Of 12 and 120 to 129 the filter shows 122 and 129.
    for row in [129, 122] {
        assert_eq!(jump(&mut disk, &mut view, Target::Hit, Direction::Older), (Jump::Found, Some(row)));
        let rows = page(&mut disk, &mut view, 5);
        assert!(numbers(&rows).contains(&row), "{rows:?}");
        assert!(rows.iter().all(|row| row.last % 7 == 3));
    }
    assert_eq!(jump(&mut disk, &mut view, Target::Hit, Direction::Older), (Jump::Wrapped, Some(129)));
    assert_eq!(view.hits(&disk.log, disk.log.end()), 0, "none among the rows in memory");
}

#[test]
fn looking_for_rows_that_a_filter_shows_can_be_stopped() {
    let mut disk = Disk::new(5000, 100);
    let mut view = filtered("nothing");
    assert!(view.page(&disk.log, disk.log.end(), 5).is_empty());
    assert_eq!(view.left_to_search(), Some(4900));
    assert!(view.stop_looking() && !view.stop_looking());
    assert_eq!((view.missing(&disk.log, disk.log.end()), view.left_to_search()), (None, None));
    view.scroll(-1, &disk.log, disk.log.end());
    assert_eq!(view.left_to_search(), Some(4900));
    assert!(page(&mut disk, &mut view, 5).is_empty());
    assert_eq!(view.left_to_search(), None);
}

#[test]
fn a_filter_that_ends_leaves_the_view_where_it_is() {
    let mut disk = Disk::new(1000, 100);
    let mut view = filtered("\"line 9\"");
    page(&mut disk, &mut view, 5);
    view.scroll(-20, &disk.log, disk.log.end());
    assert_eq!(numbers(&page(&mut disk, &mut view, 5)), [975, 976, 977, 978, 979]);
    view.set_filter(None, &disk.log, disk.log.end());
    assert_eq!(disk.shown(&view), texts(975..980));
}

#[test]
fn the_chosen_line_stays_in_sight_when_the_filter_ends() {
    let mut disk = Disk::new(1000, 100);
    let mut view = filtered("\"line 9\"");
    page(&mut disk, &mut view, 5);
    view.oldest(&disk.log, disk.log.end());
    page(&mut disk, &mut view, 5);
    (0..4).for_each(|_| view.choose(Direction::Older, &disk.log, disk.log.end()));
    assert_eq!(view.cursor, Some(90));
    view.set_filter(None, &disk.log, disk.log.end());
    assert_eq!(numbers(&page(&mut disk, &mut view, 5)), [87, 88, 89, 90, 91]);
}

#[test]
fn equal_lines_fold_but_warnings_and_worse_do_not() {
    let mut disk = Disk::new(0, 1000);
    for index in 0..20 {
        disk.log.push(LogRow {
            offset: LogOffset(index),
            severity: Some(if index == 10 { Severity::Warning } else { Severity::Info }),
            mark: None,
            module: None,
            text: format!(
                "Sep 13 16:{index:02}:38 localhost rfsd[1]: [gc.INFO] slab 0x8de{index} of {index}"
            ),
            arrival: Arrival::Live,
        });
    }
    let mut view = LogView::default();
    view.toggle_folding();
    let shown = |disk: &mut Disk, view: &mut LogView| -> Vec<_> {
        let rows = page(disk, view, 9);
        rows.iter().map(|row| (row.first, row.last, row.times, row.since.clone())).collect()
    };
    let folded =
        [(0, 9, 10, Some("16:00:38".into())), (10, 10, 1, None), (11, 19, 9, Some("16:11:38".into()))];
    assert_eq!(shown(&mut disk, &mut view), folded);
    let line = view.line(&disk.log, disk.log.end()).unwrap();
    assert_eq!((line.first, line.last), (11, 19));
    view.unfold(&line);
    assert_eq!(numbers(&page(&mut disk, &mut view, 30)), [vec![9], (10..20).collect()].concat());
    view.toggle_folding();
    assert_eq!(page(&mut disk, &mut view, 30).len(), 20);
}

#[test]
fn a_line_is_chosen_above_and_below_and_the_log_follows_it() {
    for filter in ["", "\"line 9\""] {
        let mut disk = Disk::new(1000, 1000);
        let mut view = filtered(filter);
        page(&mut disk, &mut view, 4);
        for row in [999, 998, 997, 996, 995, 994] {
            view.choose(Direction::Older, &disk.log, disk.log.end());
            assert_eq!((view.cursor, view.follows()), (Some(row), false));
            assert!(page(&mut disk, &mut view, 4).iter().any(|shown| shown.holds(row)));
        }
        for row in [995, 996, 997, 998] {
            view.choose(Direction::Newer, &disk.log, disk.log.end());
            assert_eq!(view.cursor, Some(row));
            assert_eq!(view.line(&disk.log, disk.log.end()).unwrap().last, row);
        }
    }
}

#[test]
fn bookmarks_are_gone_to_in_turn_and_no_filter_hides_them() {
    let mut disk = Disk::new(1000, 100);
    let mut view = LogView::default();
    for row in [20, 500, 998] {
        page(&mut disk, &mut view, 5);
        view.show_row(row, &disk.log, disk.log.end());
        page(&mut disk, &mut view, 5);
        assert_eq!(view.toggle_bookmark(&disk.log, disk.log.end()), Some(true));
    }
    for filter in [None, LogFilter::parse("nothing").unwrap()] {
        view.set_filter(filter, &disk.log, disk.log.end());
        view.follow();
        for row in [998, 500, 20, 998] {
            assert!(view.go_to_bookmark(Direction::Older, &disk.log, disk.log.end()));
            assert_eq!(view.cursor, Some(row));
            assert!(numbers(&page(&mut disk, &mut view, 5)).contains(&row));
        }
        assert!(view.go_to_bookmark(Direction::Newer, &disk.log, disk.log.end()));
        assert_eq!(view.cursor, Some(20));
    }
    view.set_filter(None, &disk.log, disk.log.end());
    page(&mut disk, &mut view, 5);
    assert_eq!(view.toggle_bookmark(&disk.log, disk.log.end()), Some(false));
    assert_eq!(view.bookmarks().collect::<Vec<_>>(), [500, 998]);
}

#[test]
fn rows_move_sideways_no_further_than_the_longest_of_them() {
    let mut view = LogView::default();
    view.longest.set(20);
    (0..9).for_each(|_| view.shift_by(8));
    assert_eq!(view.shift, 19);
    view.shift_by(-8);
    assert_eq!(view.shift, 11);
}

#[test]
fn a_jump_to_a_line_that_the_filter_hides_ends_the_filter() {
    let log = log(100, 1000);
    let jump_to = |view: &mut LogView, index| {
        view.page(&log, log.end(), 10);
        let jump = view.jump(Target::Line(LogOffset(index)), Direction::Older, &log, log.end());
        (jump, view.cursor, view.filter().is_some())
    };
    let mut view = filtered("\"line 9\"");
    assert_eq!(jump_to(&mut view, 95), (Jump::Found, Some(95), true));
    assert_eq!(jump_to(&mut view, 42), (Jump::Unfiltered, Some(42), false));
    let rows = view.page(&log, log.end(), 10);
    assert!(rows.iter().any(|row| row.last == 42), "{rows:?}");
}
