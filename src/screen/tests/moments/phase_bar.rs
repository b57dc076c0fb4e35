//! The phase bar from frame to frame: its boundaries and names stay while only time passes.

use crossterm::event::KeyCode;

use crate::run::{Elapsed, EventKind, Marker, ServiceState, Statement, dated_events, settled_forecast};
use crate::screen::tests::story::{Story, downloading, ended, generating, in_use, prepared};

/// The places of the separators in the rows of names and cells, and the names without their figures.
fn layout(story: &Story, width: u16, height: u16) -> (Vec<usize>, String) {
    let frame = story.frame(width, height);
    let rows: Vec<&str> = frame.lines().skip(1).take(2).collect();
    let separators = rows.iter().flat_map(|row| row.chars().enumerate().filter(|(_, sign)| *sign == '│'));
    let names = rows[0].split('┊').next().unwrap();
    let names = names.chars().map(|sign| if sign.is_ascii_digit() { '0' } else { sign });
    (separators.map(|(column, _)| column).collect(), names.collect::<String>().trim_end().to_owned())
}

/// A phase of hours in which nothing happens but that time passes is looked at this often, in seconds.
fn quiet_step() -> usize {
    crate::short_or_long(40, 2)
}

/// The layouts of a bar that is looked at every so many seconds.
fn layouts(
    story: &mut Story,
    seconds: u64,
    step: usize,
    mut each: impl FnMut(&mut Story, u64),
) -> Vec<(Vec<usize>, String)> {
    let begun = story.now;
    let mut seen = Vec::new();
    for passed in (0..seconds).step_by(step) {
        story.now = begun + Elapsed::from_secs(passed);
        each(story, passed);
        seen.push(layout(story, 80, 24));
        seen.push(layout(story, 120, 40));
    }
    seen
}

fn distinct(layouts: &[(Vec<usize>, String)], first: usize) -> usize {
    let of_size: Vec<_> = layouts.iter().skip(first).step_by(2).collect();
    of_size.windows(2).filter(|pair| pair[0] != pair[1]).count() + 1
}

#[test]
fn boundaries_and_names_stay_while_stage_1_is_counted() {
    let mut story = prepared();
    story.at(240).service(ServiceState::Running("running".to_owned()));
    story.at(245).counter(10_500).at(250).counter(10_560);
    let mut value = 10_560;
    let layouts = layouts(&mut story, 260, 2, |story, passed| {
        if passed % 4 == 0 {
            // Rates that scatter, as those of a cloud do.
            value += [18, 40, 26, 33, 22, 47, 12][usize::try_from(passed / 4 % 7).unwrap()];
            story.counter(value);
        }
    });
    for size in [0, 1] {
        let seen: Vec<_> = layouts.iter().skip(size).step_by(2).collect();
        assert!(
            distinct(&layouts, size) <= 4,
            "{}: {:#?}",
            distinct(&layouts, size),
            seen.iter().step_by(9).collect::<Vec<_>>()
        );
    }
}

#[test]
fn boundaries_and_names_stay_for_an_hour_of_stage_2() {
    let mut story = generating();
    let layouts = layouts(&mut story, 3600, quiet_step(), |_, _| ());
    for size in [0, 1] {
        assert!(distinct(&layouts, size) <= 3, "{}", distinct(&layouts, size));
    }
}

/// The filled cells of the present phase.
fn filled(story: &Story, width: u16) -> usize {
    let frame = story.frame(width, if width == 80 { 24 } else { 40 });
    frame.lines().nth(2).unwrap().chars().filter(|sign| *sign == '█').count()
}

/// Looks at the bar every so many seconds: it gets shorter only where the forecast moves away. `each` records what happens meanwhile.
fn never_shorter(
    story: &mut Story,
    seconds: u64,
    step: usize,
    mut each: impl FnMut(&mut Story, u64),
) -> usize {
    let begun = story.now;
    let latest = |story: &Story| settled_forecast(&story.run, story.now).end.map(|end| end.latest);
    let (mut last, mut phase, mut end) = ([0, 0], story.run.phase(), latest(story));
    for passed in (0..seconds).step_by(step) {
        story.now = begun + Elapsed::from_secs(passed);
        each(story, passed);
        if phase != story.run.phase() {
            (last, phase) = ([0, 0], story.run.phase());
        }
        let now = [80, 120].map(|width| filled(story, width));
        let has_moved = latest(story) > end;
        assert!(
            has_moved || (now[0] >= last[0] && now[1] >= last[1]),
            "{last:?} {now:?}\n{}",
            story.frame(120, 40)
        );
        (last, end) = (now, latest(story));
    }
    last[1]
}

#[test]
fn the_fill_of_a_phase_gets_no_shorter_while_its_forecast_holds() {
    let mut story = prepared();
    story.at(1900).service(ServiceState::Running("running".to_owned()));
    story.at(1905).counter(10_500).at(1910).counter(10_560);
    let mut value = 10_560;
    let filled = never_shorter(&mut story, 400, 2, |story, passed| {
        if passed % 4 == 0 && value + 26 <= 10_412 + 2662 {
            value += 26;
            story.counter(value);
        }
    });
    assert!(filled > 20, "{filled}");
}

#[test]
fn near_its_end_little_is_left_of_a_forecast() {
    let story = downloading(98);
    let frame = story.frame(120, 40);
    let row = frame.lines().nth(2).unwrap();
    let is_rest = |sign: &char| matches!(sign, '┄');
    let left =
        row.chars().skip_while(|sign| *sign != '█').take_while(|sign| *sign != '│').filter(is_rest).count();
    assert!(left <= 2, "{frame}");
}

/// The filled cells of each phase that has begun, from the first on.
fn cells_of_phases(story: &Story, width: u16) -> Vec<usize> {
    let frame = story.frame(width, if width == 80 { 24 } else { 40 });
    let row: Vec<char> = frame.lines().nth(2).unwrap().chars().skip(1).collect();
    let is_filled = |sign: &char| matches!(sign, '▓' | '▒' | '█');
    row.chunk_by(|one, next| one == next)
        .filter(|cells| cells.first().is_some_and(is_filled))
        .map(<[char]>::len)
        .collect()
}

#[test]
fn a_minute_has_as_many_cells_in_each_phase() {
    for (make, lengths) in [
        (generating as fn() -> Story, &[62.0_f64, 483.0, 2340.0][..]),
        (in_use, &[62.0, 483.0, 2455.0, 120.0]),
        (ended, &[62.0, 483.0, 2455.0, 2400.0]),
    ] {
        for width in [80, 120, 200] {
            let story = make();
            let cells = cells_of_phases(&story, width);
            assert_eq!(cells.len(), lengths.len(), "{}", story.frame(width, 40));
            let longest = cells.iter().zip(lengths).max_by(|one, other| one.1.total_cmp(other.1)).unwrap();
            for (cells, length) in cells.iter().zip(lengths) {
                let due = length / longest.1 * f64::from(u32::try_from(*longest.0).unwrap());
                let drawn = f64::from(u32::try_from(*cells).unwrap());
                assert!((drawn - due).abs() <= 2.0, "{width}: {drawn} for {due}\n{}", story.frame(width, 40));
            }
        }
    }
}

#[test]
fn the_room_of_a_phase_without_a_forecast_doubles_when_it_is_used_up() {
    let mut story = generating();
    let begun = story.now;
    let mut fills = Vec::new();
    for minutes in (0..600).step_by(10) {
        story.now = begun + Elapsed::from_secs(60 * minutes);
        fills.push(*cells_of_phases(&story, 120).last().unwrap());
    }
    let shorter = fills.windows(2).filter(|pair| pair[1] < pair[0]).count();
    assert!((3..=4).contains(&shorter), "an hour, two, four and eight: {fills:?}");
    assert!(fills.iter().all(|fill| *fill > 20), "{fills:?}");
}

#[test]
fn beyond_the_latest_end_the_room_of_a_name_is_blank() {
    let frame = downloading(90).frame(120, 40);
    let cells: String = frame.lines().nth(2).unwrap().chars().skip_while(|sign| *sign != '█').collect();
    let own: Vec<char> = cells.chars().take_while(|sign| *sign != '│').collect();
    let of = |sign| own.iter().filter(|own| **own == sign).count();
    assert!(of('┄') > 0 && of('┄') < of('█') && of(' ') > 0, "{frame}");
}

#[test]
fn the_restored_time_keeps_its_length_where_names_give_way() {
    let mut story = in_use();
    story.at(3720).attested(Statement::RestoredUsable);
    let names = story.frame(80, 24).lines().nth(1).unwrap().to_owned();
    assert!(names.contains("│ ✓ 00:12:00 │ ▶ IN USE"), "{names}");
}

#[test]
fn a_phase_that_is_over_keeps_its_number_or_name_and_its_length() {
    for (make, width, past) in [
        (
            generating as fn() -> Story,
            80,
            &["✓ prepare ~00:01:02", "✓ 1 00:08:03", "▶ 2 NAMESPACE 00:39:00"][..],
        ),
        (generating, 120, &["✓ prepare ~00:01:02", "✓ 1 metadata 00:08:03", "▶ 2 NAMESPACE"]),
        (in_use, 80, &["✓ prepare ~00:01:02", "✓ 1 00:08:03", "✓ 2 00:40:55", "▶ RESTORED 00:02:00"]),
        (ended, 80, &["✓ prepare ~00:01:02", "✓ 1 00:08:03", "✓ 2 00:40:55", "✓ restored ~00:40:00"]),
    ] {
        let frame = make().frame(width, if width == 80 { 24 } else { 40 });
        let names = frame.lines().nth(1).unwrap();
        assert!(past.iter().all(|name| names.contains(name)), "{past:?}\n{names}");
        assert!(!names.trim_end().ends_with('✓'), "a mark alone says nothing: {names}");
    }
}

#[test]
fn the_first_forecast_waits_for_a_minute_of_readings() {
    let mut story = prepared();
    story.at(240).service(ServiceState::Running("running".to_owned()));
    for step in 1..=24_u64 {
        story.at(240 + 5 * step).counter(10_412 + 20 * step);
        let frame = story.frame(120, 40);
        let names = frame.lines().nth(1).unwrap();
        let shows =
            [frame.contains("ends 15:"), names.contains(" more"), frame.contains("safe to resume at")];
        let says = names.contains("┊ forecast follows") || names.contains("PREPARE");
        // Counted from the baseline: a minute before the fifteenth reading at the latest.
        match step {
            1..=11 => assert!(shows == [false; 3] && says, "{step}\n{frame}"),
            15.. => assert!(shows[0] && shows[1] && !names.contains("forecast follows"), "{step}\n{frame}"),
            _ => {}
        }
    }
}

#[test]
fn at_forty_columns_every_phase_to_come_is_named() {
    let frame = prepared().frame(40, 10);
    assert!(frame.contains("▶ prepare 00:01:02 ○1 ○2 ○use ○end"), "{frame}");
}

#[test]
fn the_appliance_is_in_use_from_the_time_that_is_stated() {
    let mut story = in_use();
    assert!(story.frame(120, 40).contains("▶ RESTORED 00:02:00"), "{}", story.frame(120, 40));
    story.at(3300).attested(Statement::RestoredUsable);
    story.now = story.now + Elapsed::from_secs(61);
    for (width, height) in [(120, 40), (80, 24), (40, 10)] {
        let frame = story.frame(width, height).to_uppercase();
        assert!(frame.contains("IN USE 00:01:01") && !frame.contains("00:06:01"), "{frame}");
    }
    story.at(33_300).attested(Statement::TestOver);
    let frame = story.frame(200, 50);
    assert!(frame.contains("│ ✓ restored 00:05:00 │ ✓ in use ~08:20:00 stated"), "{frame}");
    assert!(story.frame(80, 24).contains("✓ in use ~08:20:00"), "{}", story.frame(80, 24));
}

#[test]
fn restored_and_in_use_have_cells_rows_and_an_event_of_their_own() {
    let mut story = in_use();
    story.at(3720).attested(Statement::RestoredUsable);
    let second = Elapsed::from_millis(500);
    story.now = story.now + second;
    let using = story.frame(120, 40);
    assert!(using.contains("│ ✓ restored 00:12:00 │ ▶ IN USE 00:00:00"), "{using}");
    story.at(4263).attested(Statement::TestOver);
    for (width, height) in [(120, 40), (80, 24)] {
        let frame = story.frame(width, height);
        let (names, cells) = (frame.lines().nth(1).unwrap(), frame.lines().nth(2).unwrap());
        assert!(names.contains("✓ in use ~00:09:03"), "{frame}");
        // The name begins where the cells of its own time do.
        let begin = names.chars().position(|sign| sign == 'i').unwrap() - 4;
        let cells: Vec<char> = cells.trim_end().chars().collect();
        assert_ne!(cells[begin], cells[begin - 1], "{frame}");
    }
    story.key(KeyCode::Char('4'));
    let timeline = story.frame(120, 40);
    let rows = ["00:12:00  restored", "00:09:03  in use"];
    assert!(rows.iter().all(|row| timeline.contains(row)), "{timeline}");
    assert!(!timeline.contains("00:21:03"), "{timeline}");
    let events = dated_events(&story.run);
    let began = events.iter().find(|event| event.to_string().contains("is in use")).unwrap();
    assert_eq!((began.at, began.kind), (story.run.in_use_since().unwrap(), EventKind::Phase));
}

#[test]
fn a_phase_has_one_length_on_bar_and_timeline() {
    let mut story = prepared();
    story.at(240).service(ServiceState::Running("running".to_owned()));
    // Begun and ended within a second, which cut by itself would be one less.
    story.now = story.now + Elapsed::from_millis(600);
    story.marker(Marker::DownloadComplete);
    story.at(400);
    story.now = story.now + Elapsed::from_millis(400);
    story.marker(Marker::NamespaceComplete).marker(Marker::RestoreSuccessful);
    let frame = story.frame(120, 40);
    assert!(frame.contains("✓ 2 namespace 00:02:40"), "{frame}");
    story.key(KeyCode::Char('4'));
    let timeline = story.frame(120, 40);
    assert!(timeline.contains("00:02:40  2 namespace generation"), "{timeline}");
}
