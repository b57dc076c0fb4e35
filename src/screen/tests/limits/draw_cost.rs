//! What a frame costs the terminal, in bytes: deterministic, so it can be bounded. And that it shows all of the frame, of
//! which it writes only what has changed.

use std::{cell::RefCell, io, rc::Rc};

use crossterm::event::KeyCode;
use proptest::prelude::*;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use crate::screen::tests::story::{Story, downloading, ended, generating, prepared, troubled};
use crate::{
    run::{Elapsed, ReplicationState, Severity},
    screen::{
        Charset, Depth, Moved, Palette, Scene, Scheme, Theme, draw, draw_cells,
        paint::{Drawing, replace_unprintable},
        terminal::Surface,
    },
};

/// Of a screen of 200 columns by 50 rows.
const MAX_CLOCK_BYTES: usize = 50;

/// Columns of the same, of which cells are made. The four rows that change would be 800.
const MAX_CLOCK_COLUMNS: u16 = 250;

/// A tenth of a second at 416 lines a second. `tail -F` writes the 42 lines whole, which are 4.8 kB.
const MAX_SCROLLED_BYTES: usize = 2000;

#[derive(Clone, Default)]
struct Sink(Rc<RefCell<Vec<u8>>>);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn scene(story: &Story) -> Scene<'_> {
    Scene { facts: story.facts(), view: &story.view, theme: &story.theme, journal: &story.journal }
}

struct Screen {
    surface: Surface<Sink>,
    sink: Sink,
}

impl Screen {
    fn new(width: u16, height: u16) -> Self {
        let sink = Sink::default();
        Self { surface: Surface::new(sink.clone(), Rect::new(0, 0, width, height)), sink }
    }

    /// Draws and says how many bytes went out.
    fn bytes(&mut self, story: &Story) -> usize {
        self.sink.0.borrow_mut().clear();
        self.surface.draw(story.theme.charset, |drawing| draw(drawing, &scene(story))).unwrap();
        self.sink.0.borrow().len()
    }
}

#[test]
fn an_unchanged_frame_costs_nothing_and_a_second_of_clock_little() {
    let mut story = generating();
    let mut screen = Screen::new(200, 50);
    screen.bytes(&story);
    let unchanged = screen.bytes(&story);
    assert_eq!(unchanged, 0, "bytes");
    let mut seconds = Vec::new();
    for second in 1..=30 {
        story.at(2885 + second);
        if second % 15 == 0 {
            story.replication(ReplicationState::Paused);
        }
        seconds.push(screen.bytes(&story));
    }
    let mean = seconds.iter().sum::<usize>() / seconds.len();
    // Once a minute the chart moves on, and every few seconds the phase bar.
    assert!(mean <= 100, "{mean} bytes a second: {seconds:?}");
}

#[test]
fn a_large_frame_is_shown_at_once_and_clocks_cost_no_more_for_it() {
    let mut story = generating();
    let mut screen = Screen::new(120, 40);
    let mut update = |story: &Story| {
        screen.bytes(story);
        String::from_utf8(screen.sink.0.borrow().clone()).unwrap()
    };
    let whole = update(&story);
    assert!(whole.starts_with("\u{1b}[?2026h") && whole.ends_with("\u{1b}[?2026l"), "{whole:?}");
    story.at(2886);
    let clocks = update(&story);
    assert!(!clocks.is_empty() && !clocks.contains("2026"), "{clocks:?}");
}

#[test]
fn a_second_in_which_only_clocks_move_costs_a_few_cells() {
    let mut story = generating();
    let mut screen = Screen::new(200, 50);
    screen.bytes(&story);
    let mut seconds: Vec<_> = (1..=30)
        .map(|second| {
            story.at(2885 + second);
            screen.bytes(&story)
        })
        .collect();
    seconds.sort_unstable();
    let median = seconds[seconds.len() / 2];
    assert!(median <= MAX_CLOCK_BYTES, "{median} bytes: {seconds:?}");
}

#[test]
fn a_second_in_which_only_clocks_move_makes_cells_of_a_few_columns() {
    let mut story = generating();
    let area = Rect::new(0, 0, 200, 50);
    let drawn = |story: &Story| {
        let mut drawing = Drawing::new(area);
        draw(&mut drawing, &scene(story));
        drawing
    };
    let mut before = drawn(&story);
    let mut seconds: Vec<_> = (1..=30)
        .map(|second| {
            story.at(2885 + second);
            let now = drawn(&story);
            let parts = (0..area.height).filter_map(|y| now.changed_part(&before, y));
            let columns: u16 = parts.map(|part| part.width).sum();
            before = now;
            columns
        })
        .collect();
    seconds.sort_unstable();
    let median = seconds[seconds.len() / 2];
    assert!(median <= MAX_CLOCK_COLUMNS, "{median} columns: {seconds:?}");
}

#[test]
fn a_log_that_has_scrolled_by_a_page_costs_no_more_than_its_panel() {
    let mut story = generating();
    let mut screen = Screen::new(200, 50);
    screen.bytes(&story);
    let scrolled: Vec<_> = (0..10_u32)
        .map(|page| {
            for line in 0..42 {
                let number = (page * 42 + line).wrapping_mul(2_654_435_761);
                let text = match number % 4 {
                    0 => {
                        format!("[segstore.INFO] (13880) put object {number:08x} len={number} rc=0 retries=0")
                    }
                    1 => format!("[namespace_restore.INFO] (13852) Restored directory /share7/d{number}"),
                    2 => format!("[evicter.NOTICE] (24411) evicted slab 0x{number:08x}"),
                    _ => format!("[cloudio.DEBUG] (13861) queue depth {number} pending 17 inflight 3"),
                };
                story.line(Severity::Info, &text, None);
            }
            screen.bytes(&story)
        })
        .collect();
    let most = scrolled.iter().max().unwrap();
    assert!(*most <= MAX_SCROLLED_BYTES, "{scrolled:?} bytes");
}

#[test]
fn a_new_log_line_costs_no_more_than_the_log_panel() {
    let mut story = generating();
    let mut screen = Screen::new(120, 40);
    let whole = screen.bytes(&story);
    story.line(Severity::Info, "[namespace_restore.INFO] (13852) 48280 directories generated", None);
    let line = screen.bytes(&story);
    assert!(line * 3 < whole, "{line} of {whole} bytes");
}

/// What happens between two frames.
#[derive(Clone, Copy, Debug)]
enum Step {
    Seconds(u64),
    Key(KeyCode),
    Line(&'static str),
    Theme(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let keys = [' ', 'z', 'p', 'n', 'a', '?', 'K', 'w', '1', '5', '7', ':', 'x'].map(KeyCode::Char);
    let keys = keys.into_iter().chain([KeyCode::Esc, KeyCode::Down, KeyCode::PageDown, KeyCode::Left]);
    let lines = vec!["[cloudio.INFO] (1) put", "[cloudio.WARN] (1) größe 漢字 ⚠️", ""];
    prop_oneof![
        4 => prop_oneof![Just(1_u64), 0..200_u64].prop_map(Step::Seconds),
        3 => prop::sample::select(keys.collect::<Vec<_>>()).prop_map(Step::Key),
        1 => prop::sample::select(lines).prop_map(Step::Line),
        1 => (0..4_usize).prop_map(Step::Theme),
    ]
}

fn themes() -> [Theme; 4] {
    let own = |scheme, is_painted| Palette::Own { scheme, depth: Depth::Indexed, is_painted };
    [
        Theme::default(),
        Theme { charset: Charset::Ascii, ..Theme::default() },
        Theme { palette: own(Scheme::Light, true), ..Theme::default() },
        Theme { palette: own(Scheme::Dark, false), ..Theme::default() },
    ]
}

/// A cell of a terminal; one that was not written to is a blank.
fn looks(terminal: &vt100::Parser, place: Position) -> impl PartialEq {
    let cell = terminal.screen().cell(place.y, place.x).unwrap();
    let symbol = if cell.has_contents() { cell.contents() } else { " " }.to_owned();
    let colours = (cell.fgcolor(), cell.bgcolor());
    // Of bold and dim it knows the one that was named last; of a blank neither is seen.
    let has_weight = symbol != " " && (cell.bold() || cell.dim());
    (symbol, colours, has_weight, cell.underline(), cell.inverse(), cell.is_wide_continuation())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: crate::short_or_long(24, 400), ..ProptestConfig::default() })]

    #[test]
    fn frames_one_after_the_other_show_what_each_shows_on_a_blank_terminal(
        which in 0..5_usize,
        (width, height) in (1..210_u16, 1..56_u16),
        steps in prop::collection::vec(step(), 1..12),
    ) {
        let stories = [prepared, || downloading(68), generating, ended, troubled];
        let (mut story, area) = (stories[which](), Rect::new(0, 0, width, height));
        let (mut screen, mut terminal) = (Screen::new(width, height), parser(area));
        let mut seconds = 10_000;
        for step in steps {
            let last = story.run.last;
            match step {
                Step::Seconds(more) => {
                    seconds += more;
                    story.at(seconds);
                }
                Step::Key(key) => drop(story.key(key)),
                Step::Line(line) => drop(story.line(Severity::Info, line, None)),
                Step::Theme(theme) => story.theme = themes()[theme],
            }
            let only_clocks = matches!(step, Step::Seconds(_)) && story.run.last == last;
            let moved = if only_clocks { Moved::Clocks } else { Moved::Anything };
            let wrong = drawn_otherwise(&mut screen, &mut terminal, &mut story, moved);
            prop_assert_eq!(wrong, None, "{:?}", step);
        }
    }
}

#[test]
fn nothing_is_left_behind_a_wide_character_that_the_row_chosen_in_a_dialog_replaces() {
    let mut story = prepared();
    let (mut screen, mut terminal) = (Screen::new(69, 32), parser(Rect::new(0, 0, 69, 32)));
    let mut shows_all =
        |story: &mut Story| drawn_otherwise(&mut screen, &mut terminal, story, Moved::Anything).is_none();
    story.line(Severity::Info, "[cloudio.WARN] (1) größe 漢字 ⚠️", None);
    assert!(shows_all(&mut story));
    story.key(KeyCode::Char('a'));
    assert!(shows_all(&mut story));
    story.at(10_001);
    assert!(shows_all(&mut story), "{}", story.frame(69, 32));
}

/// Draws the next frame, for clocks alone or whole, and returns the first place at which `terminal` then shows something else
/// than a blank terminal that has drawn all of it anew.
fn drawn_otherwise(
    screen: &mut Screen,
    terminal: &mut vt100::Parser,
    story: &mut Story,
    moved: Moved,
) -> Option<Position> {
    let (area, charset) = (screen.surface.area(), story.theme.charset);
    story.view.begin_frame(moved);
    screen.surface.draw(charset, |drawing| draw(drawing, &scene(story))).unwrap();
    let places = format!("{:?}", story.view.places);
    // Put back behind it, so that what one frame has kept is drawn by many.
    let kept = story.view.kept_log.take();
    story.view.begin_frame(Moved::Anything);
    let mut cells = Buffer::empty(area);
    draw_cells(&mut cells, &scene(story));
    story.view.kept_log.replace(kept);
    assert_eq!(places, format!("{:?}", story.view.places));
    replace_unprintable(&mut cells.content, charset);
    terminal.process(&std::mem::take(&mut *screen.sink.0.borrow_mut()));
    let mut blank = Screen::new(area.width, area.height);
    let write = |drawing: &mut Drawing| {
        for place in area.positions() {
            let to_the_end = Rect::new(place.x, place.y, area.width - place.x, 1);
            drawing.write(cells[place].symbol(), to_the_end, cells[place].style());
        }
    };
    blank.surface.draw(charset, write).unwrap();
    let mut expected = parser(area);
    expected.process(&blank.sink.0.borrow());
    area.positions().find(|place| looks(terminal, *place) != looks(&expected, *place))
}

fn parser(area: Rect) -> vt100::Parser {
    vt100::Parser::new(area.height.try_into().unwrap(), area.width.try_into().unwrap(), 0)
}

#[test]
fn after_clocks_alone_every_view_and_dialog_shows_what_a_blank_terminal_would() {
    let area = Rect::new(0, 0, 120, 40);
    let keys = " 12345678n?:pmwsa".chars().map(KeyCode::Char);
    let opened: Vec<_> = [None].into_iter().chain(keys.map(Some)).collect();
    for (number, make) in [prepared, || downloading(68), generating, ended, troubled].into_iter().enumerate()
    {
        for key in &opened {
            let (mut story, mut screen, mut terminal) =
                (make(), Screen::new(area.width, area.height), parser(area));
            if let Some(key) = key {
                story.key(*key);
            }
            for seconds in [10_000, 10_001, 10_009, 10_010, 10_069, 13_600, 100_000] {
                let last = story.run.last;
                story.at(seconds);
                let only_clocks = seconds > 10_000 && story.run.last == last;
                let moved = if only_clocks { Moved::Clocks } else { Moved::Anything };
                let wrong = drawn_otherwise(&mut screen, &mut terminal, &mut story, moved);
                assert_eq!(wrong, None, "story {number}, key {key:?}, at {seconds} s");
            }
        }
    }
}

#[test]
fn another_size_theme_or_end_of_the_log_draws_it_anew_among_frames_for_clocks() {
    for (width, height) in [(80, 24), (60, 15), (120, 40)] {
        let mut story = downloading(68);
        let (mut screen, mut terminal) = (Screen::new(width, height), parser(Rect::new(0, 0, width, height)));
        let mut is_right =
            |story: &mut Story| drawn_otherwise(&mut screen, &mut terminal, story, Moved::Clocks).is_none();
        // A message, of which the frame after it has none.
        story.key(KeyCode::Char('~'));
        let newest = story.facts().log.end();
        assert!(is_right(&mut story));
        story.at(10_000);
        assert!(is_right(&mut story));
        story.view.log_end_held = Some(newest.saturating_sub(2));
        assert!(is_right(&mut story));
        story.view.log_end_held = None;
        assert!(is_right(&mut story));
        story.theme.charset = Charset::Ascii;
        assert!(is_right(&mut story));
        // A moment to come, which is then reached.
        story.view.time_cursor = Some(story.now + Elapsed::from_secs(30));
        assert!(is_right(&mut story));
        story.at(10_040);
        assert!(is_right(&mut story));
    }
}
