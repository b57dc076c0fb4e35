//! The mouse: the wheel, a click on a line of the log or on a panel, and the switch.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::{KeyCode, Story, downloading, press};
use crate::{
    run::Severity,
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
            let (row, line) = frame.lines().enumerate().find(|(_, line)| line.contains("overview")).unwrap();
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
    assert!(story.frame(120, 40).contains("3 lines below, End follows"), "{}", story.frame(120, 40));
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
        ("rfsd log", Panel::Log),
    ] {
        let (column, row) = place(&story, words);
        click(&mut story, column, row);
        assert_eq!(story.view.zoom, Some(panel), "{words}");
        // On the row of its title, below that of the views.
        let (_, views) = place(&story, "1 overview");
        click(&mut story, column, views + 1);
        assert_eq!(story.view.zoom, None, "{words}");
    }
}

#[test]
fn nothing_behind_a_dialog_is_clicked_and_the_wheel_goes_through_its_list() {
    let mut story = with_mouse();
    let (column, row) = place(&story, "rfsd log");
    press(&mut story, 's');
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
