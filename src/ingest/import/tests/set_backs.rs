//! Logs of which the clock was set back: where that is found.

use super::{blocks::BLOCK_BYTES, *};

/// Where the clock of the log was set back: the stamp before and the line behind.
pub(super) fn found(kept: &Kept) -> Vec<(Timestamp, String)> {
    let of = |event: &Event| match event {
        Event::LogClockSetBack { from, line } => Some((*from, line.raw.clone())),
        _ => None,
    };
    kept.events.iter().filter_map(|(_, event)| of(event)).collect()
}

#[test]
fn a_clock_set_back_is_found_within_a_block_and_between_two() {
    let minute = |minute: u32, times: usize| {
        format!("Nov 29 02:{minute:02}:00 localhost rfsd[7]: {:80}\n", "").repeat(times)
    };
    let step = "Nov 29 02:00:00 localhost rfsd[7]: back\n";
    for times in [1, 20_000] {
        // What follows goes on over the stamp before, so that the ends of the block do not show it.
        let text =
            [&*minute(58, times), &minute(59, 1), step, &minute(1, times), &minute(59, times)].concat();
        let logs = Logs::new();
        let (kept, ..) = read(&[logs.file("messages", text.as_bytes(), "2026-11-29T03:00:00Z")], None, 2);
        assert_eq!(found(&kept), [(at("2026-11-29T02:59:00Z"), step.trim_end().to_owned())]);
        let event = |(_, event): &(Timestamp, Event)| match event {
            Event::LogClockSetBack { line, .. } => Some(line.offset),
            _ => None,
        };
        let offset = kept.events.iter().find_map(event).unwrap();
        assert_eq!(offset.0, text.find(step).unwrap() as u64);
    }
    // Each file is blocks of its own.
    let logs = Logs::new();
    let names = [
        logs.file("messages.1", minute(59, 1).as_bytes(), "2026-11-29T03:00:00Z"),
        logs.file("messages", [&*minute(59, 1), step].concat().as_bytes(), "2026-11-29T03:00:00Z"),
    ];
    assert_eq!(found(&read(&names, None, 1).0).len(), 1);
}

#[test]
fn a_clock_set_back_is_found_wherever_blocks_begin() {
    let line = |text: &str| format!("Nov 29 02:{text:80}\n");
    let (before, step) = (line("59:00 localhost rfsd[7]: y"), line("00:00 localhost rfsd[7]: back"));
    let in_a_block = BLOCK_BYTES / before.len();
    for lines in in_a_block - 2..=in_a_block + 2 {
        let text = [&*before.repeat(lines), &*step, &*line("59:30 localhost rfsd[7]: y")].concat();
        let logs = Logs::new();
        let (kept, ..) = read(&[logs.file("messages", text.as_bytes(), "2026-11-29T03:00:00Z")], None, 2);
        assert_eq!(found(&kept).len(), 1, "{lines}");
    }
}

#[test]
fn a_program_with_another_clock_sets_none_back() {
    let line = |time: &str, program: &str| format!("Nov 29 {time} localhost {program}: {:80}\n", "");
    for times in [1, 20_000] {
        let pair = [line("02:30:00", "rfsd[7]"), line("00:30:00", "crond[9]")].concat();
        let text = [pair.repeat(times), line("00:31:00", "crond[9]"), line("02:31:00", "rfsd[7]")].concat();
        let logs = Logs::new();
        let (kept, ..) = read(&[logs.file("messages", text.as_bytes(), "2026-11-29T03:00:00Z")], None, 2);
        assert_eq!(found(&kept), []);
        let step = [&*text, &*line("02:01:00", "rfsd[7]")].concat();
        let (kept, ..) = read(&[logs.file("messages", step.as_bytes(), "2026-11-29T03:00:00Z")], None, 2);
        assert_eq!(found(&kept).len(), 1);
    }
}
