//! Logs that overlap: what is marked, and what is not counted twice.

use super::*;

fn line(minute: u32, pid: u32, text: &str) -> String {
    format!("Nov 29 01:{minute:02}:00 localhost rfsd[{pid}]: {text}\n")
}

/// Two restores, of which the second begins with another process: the lines of minutes 0 to 29.
fn two_restores() -> Vec<String> {
    let text = |minute: u32| match minute % 15 {
        10 => {
            "[namespace_restore.INFO] (1) Cloud restore phase complete. Starting namespace generation phase"
        }
        12 => "[megamount.INFO] (1) restore namespace successful!",
        _ => "[gc.INFO] (1) x",
    };
    (0..30).map(|minute| line(minute, 1 + minute / 15, text(minute))).collect()
}

fn read_parts(parts: &[&[String]]) -> (Kept, Interpreter) {
    let logs = Logs::new();
    let name = |number: usize| format!("messages.{number}");
    let names: Vec<_> = (parts.iter().enumerate())
        .map(|(number, lines)| logs.file(&name(number), lines.concat().as_bytes(), "2026-11-29T02:00:00Z"))
        .collect();
    let (kept, interpreter, _) = read(&names, None, 2);
    (kept, interpreter)
}

#[test]
fn lines_of_a_log_that_begins_before_others_end_may_repeat_until_then() {
    let lines = two_restores();
    let (kept, interpreter) = read_parts(&[&lines[..20], &lines[10..]]);
    assert_eq!((kept.tally.lines.0, kept.tally.may_repeat.0), (40, 10));
    assert_eq!(set_backs::found(&kept), [], "that a log begins earlier sets no clock back");
    let [overlap] = interpreter.overlaps() else { panic!("{:?}", interpreter.overlaps()) };
    assert_eq!(
        (overlap.log, overlap.from, overlap.until),
        (1, at("2026-11-29T01:10:00Z"), at("2026-11-29T01:19:00Z"))
    );
    // Also of one that lies wholly within the first of those before it.
    let (kept, _) = read_parts(&[&lines[..20], &lines[3..5], &lines[7..22]]);
    assert_eq!(kept.tally.may_repeat.0, 2 + 13);
}

#[test]
fn logs_that_follow_on_each_other_do_not_repeat() {
    let lines = two_restores();
    let (kept, interpreter) = read_parts(&[&lines[..20], &lines[20..]]);
    assert_eq!((kept.tally.may_repeat.0, interpreter.overlaps().len()), (0, 0));
    // Threads that write at the same time may do so in another order than that of their stamps.
    let late = lines[20].replace(":00 ", ":05 ");
    let (kept, _) = read_parts(&[&[&lines[..20], &[late]].concat(), &lines[20..]]);
    assert_eq!(kept.tally.may_repeat.0, 0);
}

#[test]
fn a_copy_of_a_log_adds_no_restore_and_no_start() {
    let lines = two_restores();
    let (once, of_one) = read_parts(&[&lines]);
    let (twice, of_two) = read_parts(&[&lines, &lines]);
    assert_eq!(of_two.restores(), of_one.restores());
    assert_eq!(of_one.restores().len(), 2);
    let starts = |kept: &Kept| {
        kept.events.iter().filter(|(_, event)| matches!(event, Event::RfsdRestarted { .. })).count()
    };
    assert_eq!((starts(&once), starts(&twice)), (1, 1));
    assert_eq!((twice.tally.lines.0, twice.tally.may_repeat.0), (60, 30));
}

#[test]
fn a_restore_that_is_picked_holds_nothing_of_another_in_a_copy_of_its_log() {
    let lines = two_restores();
    let logs = Logs::new();
    let names = ["a", "b"].map(|name| logs.file(name, lines.concat().as_bytes(), "2026-11-29T02:00:00Z"));
    let dialect = Arc::new(Dialect::built_in());
    let interpreter = |sources: &Sources, picked: Option<Picked<'_>>| {
        Interpreter::new(Arc::clone(&dialect), &sources.list, None, Given::default(), picked)
    };
    let mut sources = find(&names, None, &[]).unwrap();
    let mut first = interpreter(&sources, None);
    read_logs(&mut sources.list, 0..u64::MAX, &mut first, &mut Looking, (false, 1)).unwrap();
    let picked = first.pick(1).unwrap();
    let restore = picked.restore;
    let mut picked = interpreter(&sources, Some(picked));
    let mut kept = Kept::default();
    let wanted = restore.begins.offset..u64::MAX;
    read_logs(&mut sources.list, wanted, &mut picked, &mut kept, (true, 1)).unwrap();
    let cited = |event: &Event| match event {
        Event::MarkerSeen { line, .. } | Event::RfsdRestarted { line, .. } => Some(line.raw.clone()),
        _ => None,
    };
    let cited: Vec<_> = kept.events.iter().filter_map(|(_, event)| cited(event)).collect();
    // From minute 15 on the second restore was made.
    assert!(cited.iter().all(|line| line.as_str() >= "Nov 29 01:15"), "{cited:#?}");
    assert_eq!(picked.restores().len(), 1);
}

#[test]
fn a_restore_keeps_the_start_that_a_copy_shows() {
    let lines = two_restores();
    let (_, parted) = read_parts(&[&lines[..17], &lines[10..]]);
    let restore = &parted.restores()[1];
    assert!(restore.has_start && parted.restores().len() == 2, "{restore:?}");
}
