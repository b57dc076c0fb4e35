//! A set of rotated logs that is not whole.

use super::*;

fn gaps(kept: &Kept) -> Vec<(Timestamp, Timestamp, &str)> {
    let gaps = kept.events.iter().filter_map(|(_, event)| match event {
        Event::LogGap(gap) => Some((gap.from, gap.to, gap.reason.as_str())),
        _ => None,
    });
    gaps.collect()
}

#[test]
fn a_log_that_a_rotated_set_lacks_is_a_gap_between_its_neighbours() {
    let logs = Logs::new();
    let oldest = logs.file("messages.3", b"Nov 27 01:00:00 h x: one\n", "2026-11-28T00:00:00Z");
    let middle = logs.file("messages.2", b"Nov 28 01:00:00 h x: two\n", "2026-11-29T00:00:00Z");
    let newest = logs.file("messages.1", b"Nov 29 01:00:00 h x: three\n", "2026-11-29T01:00:00Z");
    for threads in [1, 2] {
        let (kept, ..) = read(&[newest.clone(), oldest.clone()], None, threads);
        let [(from, to, reason)] = gaps(&kept)[..] else { panic!("{:?}", kept.events) };
        assert_eq!((from, to), (at("2026-11-27T01:00:00Z"), at("2026-11-29T01:00:00Z")));
        assert!(reason.starts_with(&*middle.display().to_string()), "{reason}");
        let (kept, ..) = read(&[newest.clone(), oldest.clone(), middle.clone()], None, threads);
        assert_eq!(gaps(&kept), []);
    }
}

#[test]
fn a_log_missing_before_the_restore_that_is_picked_is_no_gap_of_it() {
    let logs = Logs::new();
    let names = [
        logs.file("messages.2", b"Nov 27 01:00:00 h x: one\n", "2026-11-28T00:00:00Z"),
        logs.file(
            "messages",
            b"Nov 29 01:00:00 h x: two\nNov 29 02:00:00 h x: three\n",
            "2026-11-29T03:00:00Z",
        ),
        logs.file("other", b"Nov 29 03:00:00 h x: four\n", "2026-11-29T03:00:00Z"),
    ];
    let read_from = |offset: u64| {
        let mut sources = find(&names, None, &[]).unwrap();
        let dialect = Arc::new(Dialect::built_in());
        let mut interpreter = Interpreter::new(dialect, &sources.list, None, Given::default(), None);
        let mut kept = Kept::default();
        read_logs(&mut sources.list, offset..u64::MAX, &mut interpreter, &mut kept, (true, 1)).unwrap();
        gaps(&kept).len()
    };
    let before_the_last = fs::metadata(&names[0]).unwrap().len() + fs::metadata(&names[1]).unwrap().len();
    assert_eq!((read_from(0), read_from(before_the_last)), (1, 0));
}
