//! The mouse: the wheel, a click on a line of the log or on a panel, and the switch.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::style::Modifier;

use super::{KeyCode, Story, attached_in_stage_2, downloading, ended, generating, press, troubled};
use crate::{
    run::{Severity, Statement},
    screen::{Mode, keys::Panel},
};

fn report(story: &mut Story, kind: MouseEventKind, column: u16, row: u16) {
    let event = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
    let mut view = std::mem::take(&mut story.view);
    assert_eq!(view.on_mouse(event, &story.facts()), None);
    story.view = view;
}

fn click(story: &mut Story, column: u16, row: u16) {
    report(story, MouseEventKind::Down(MouseButton::Left), column, row);
}

/// The place of the first row that holds `words`.
fn place(story: &Story, words: &str) -> (u16, u16) {
    let frame = story.frame(120, 40);
    let (row, line) = frame.lines().enumerate().find(|(_, line)| line.contains(words)).unwrap();
    let column = line[..line.find(words).unwrap()].chars().count();
    (u16::try_from(column).unwrap(), u16::try_from(row).unwrap())
}

#[test]
fn a_click_on_the_name_of_a_view_opens_it() {
    let mut story = with_mouse();
    for (width, height) in [(120, 40), (80, 24)] {
        for (number, (view, name)) in ('1'..).zip(Panel::NUMBERED) {
            press(&mut story, if number == '3' { '2' } else { '3' });
            let frame = story.frame(width, height);
            let first = format!("1 {}", Panel::short_name(None));
            let is_row = |(_, line): &(usize, &str)| line.contains(&first);
            let (row, line) = frame.lines().enumerate().find(is_row).unwrap();
            let column = line.chars().position(|character| character == number).unwrap();
            let [column, row] = [column, row].map(|place| u16::try_from(place).unwrap());
            // Between two names nothing is meant.
            let before = story.view.zoom;
            click(&mut story, column - 1, row);
            assert_eq!(story.view.zoom, before, "{name}\n{frame}");
            click(&mut story, column, row);
            assert_eq!(story.view.zoom, view, "{name}\n{frame}");
        }
    }
}

fn with_mouse() -> Story {
    let mut story = downloading(68);
    press(&mut story, 'M');
    assert!(story.frame(120, 40).contains("M lets you select text"), "{}", story.frame(120, 40));
    for number in 0..30 {
        story.line(Severity::Info, &format!("counted line {number}."), None);
    }
    story.view.message = None;
    story
}

#[test]
fn the_wheel_scrolls_the_log_and_comes_back_to_following() {
    let mut story = with_mouse();
    let newest = story.frame(120, 40);
    report(&mut story, MouseEventKind::ScrollUp, 3, 3);
    assert!(
        story.frame(120, 40).contains("3 lines below, press End for the newest"),
        "{}",
        story.frame(120, 40)
    );
    report(&mut story, MouseEventKind::ScrollDown, 3, 3);
    assert_eq!(story.frame(120, 40), newest);
}

#[test]
fn a_click_on_a_line_marks_it_and_the_log_stays_put() {
    let mut story = with_mouse();
    let (column, row) = place(&story, "counted line 28.");
    click(&mut story, column, row);
    story.line(Severity::Info, "a line that arrives meanwhile", None);
    assert_eq!(place(&story, "counted line 28."), (column, row));
    assert!(story.view.log.cursor.is_some() && !story.view.log.follows());
}

#[test]
fn a_click_on_a_panel_enlarges_it_and_a_second_one_takes_it_back() {
    let mut story = with_mouse();
    for (words, panel) in [
        ("metadata objects", Panel::Objects),
        ("DR appliance ava-dr", Panel::Appliances),
        ("findings", Panel::Findings),
        ("log of ava-dr", Panel::Log),
    ] {
        let (column, row) = place(&story, words);
        click(&mut story, column, row);
        assert_eq!(story.view.zoom, Some(panel), "{words}");
        // On the row of its title, below that of the views.
        let (_, views) = place(&story, "1 main");
        click(&mut story, column, views + 1);
        assert_eq!(story.view.zoom, None, "{words}");
    }
}

#[test]
fn nothing_behind_a_dialog_is_clicked_and_the_wheel_goes_through_its_list() {
    let mut story = with_mouse();
    let (column, row) = place(&story, "log of ava-dr");
    press(&mut story, 's');
    press(&mut story, '4');
    let first = story.frame(120, 40);
    click(&mut story, column, row);
    assert_eq!(story.view.zoom, None);
    report(&mut story, MouseEventKind::ScrollDown, 3, 3);
    assert_ne!(story.frame(120, 40), first);
    report(&mut story, MouseEventKind::ScrollUp, 3, 3);
    assert_eq!(story.frame(120, 40), first);
    story.key(KeyCode::Esc);
}

#[test]
fn the_mouse_is_left_to_the_terminal_until_it_is_asked_for() {
    let mut story = downloading(68);
    for mode in [Mode::Watch, Mode::Replay] {
        story.mode = mode;
        let before = story.frame(120, 40);
        click(&mut story, 60, 10);
        report(&mut story, MouseEventKind::ScrollUp, 3, 3);
        assert_eq!(story.frame(120, 40), before);
        press(&mut story, 'M');
        assert!(story.view.takes_mouse);
        press(&mut story, 'M');
        assert!(!story.view.takes_mouse && story.frame(120, 40).contains("the terminal selects text"));
        story.view.message = None;
    }
}

/// Row of the cells of the phase bar at 120 columns and 40 rows; the marks are below it.
const BAR_ROW: u16 = 2;

/// Clicks at each place of the frame that leads to a moment, or at one in so many; returns how many of them lead to a
/// moment, and how many to the end of what is drawn.
fn click_each_moment(story: &mut Story, first: u16, one_in: u16) -> (u32, u32) {
    let (mut moments, mut ends) = (0, 0);
    let before = story.buffer(120, 40);
    // Rows of the chart beside the bar and its marks.
    for row in [BAR_ROW, BAR_ROW + 1, 11, 12] {
        for column in ((first + row) % one_in..120).step_by(usize::from(one_in)) {
            click(story, column, row);
            let Some(at) = story.view.time_cursor else {
                story.view.zoom = None;
                continue;
            };
            assert!(at <= story.now && at >= story.run.started_at, "column {column}, row {row}: {at}");
            moments += 1;
            let cursor_row = if row == BAR_ROW + 1 { BAR_ROW } else { row };
            // On the chart a rate is shown in reverse.
            let is_cursor = |buffer: &ratatui::buffer::Buffer, x| {
                let cell = &buffer[(x, cursor_row)];
                cell.symbol() == "┃" || cell.modifier.contains(Modifier::REVERSED)
            };
            let after = story.buffer(120, 40);
            if !is_cursor(&after, column) {
                let shown = (0..column).rev().find(|&x| is_cursor(&after, x) && !is_cursor(&before, x));
                assert!(shown.is_some(), "column {column}, row {row}\n{}", story.frame(120, 40));
                // Beside a name that is longer than its phase: the cursor is in the last cell of that phase.
                let is_blank = before[(column, cursor_row)].symbol() == " ";
                let ended = story.run.phases.spans.iter().filter_map(|span| span.ended_at);
                if is_blank && ended.into_iter().any(|end| at < end && end.since(at).secs() < 60) {
                    continue;
                }
                // Of a cell ahead: the cursor is in the last one that was reached.
                ends += 1;
                assert!(at >= story.view.axis().unwrap().to.before(story.view.axis().unwrap().step));
            }
            (story.view.zoom, story.view.time_cursor, story.view.message) = (None, None, None);
            story.buffer(120, 40);
        }
    }
    (moments, ends)
}

#[test]
fn a_click_on_a_time_sets_the_cursor_in_that_cell_and_one_ahead_sets_it_at_the_present() {
    let stories: [fn() -> Story; 4] = [|| downloading(68), generating, troubled, ended];
    // The short variant clicks at every fourth column of each, in each story at others.
    let one_in = crate::short_or_long(4, 1);
    for (story, first) in stories.into_iter().zip(0..) {
        let mut story = story();
        story.view.takes_mouse = true;
        let (moments, ends) = click_each_moment(&mut story, first, one_in);
        assert!(moments > 220 / u32::from(one_in), "two rows of the bar: {moments}");
        assert!(ends > 0, "{moments}\n{}", story.frame(120, 40));
    }
}

#[test]
fn a_click_on_the_cursor_goes_to_its_line_of_the_log_as_enter_does() {
    for (column, row) in [(50, BAR_ROW), (50, BAR_ROW + 1), (36, 12)] {
        let mut story = with_mouse();
        story.frame(120, 40);
        click(&mut story, column, row);
        let at = story.view.time_cursor.unwrap();
        assert_eq!(story.view.zoom, None, "the first click enlarges nothing");
        story.frame(120, 40);
        click(&mut story, column, row);
        assert_eq!((story.view.zoom, story.view.time_cursor), (Some(Panel::Log), Some(at)));
        let by_click = story.view.log.cursor;
        story.view.zoom = None;
        story.frame(120, 40);
        story.key(KeyCode::Enter);
        assert!(by_click.is_some() && story.view.log.cursor == by_click, "row {row}");
    }
}

#[test]
fn a_moment_before_the_chart_keeps_its_line_and_moves_on_the_axis_of_the_bar() {
    let mut story = with_mouse();
    story.frame(120, 40);
    let chart = story.view.axis().unwrap();
    click(&mut story, 1, BAR_ROW);
    let at = story.view.time_cursor.unwrap();
    assert!(at < chart.from, "in prepare nothing is measured");
    story.frame(120, 40);
    story.key(KeyCode::Right);
    let moved = story.view.time_cursor.unwrap();
    assert!(at < moved && moved < chart.from, "{at} {moved} {}", chart.from);
    assert_eq!(moved.since(at), story.view.axis().unwrap().step);
}

#[test]
fn a_phase_of_unknown_length_has_no_moment_to_click_on() {
    let mut story = attached_in_stage_2();
    story.at(600).attested(Statement::DownloadOver);
    story.view.takes_mouse = true;
    story.frame(120, 40);
    click(&mut story, 3, BAR_ROW);
    assert_eq!((story.view.time_cursor, story.view.zoom), (None, None), "{}", story.frame(120, 40));
    assert!(
        story.frame(120, 40).contains("no known moment of the run lies here"),
        "{}",
        story.frame(120, 40)
    );
}
