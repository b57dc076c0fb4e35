//! What a frame costs the terminal, in bytes: deterministic, so it can be bounded.

use std::{cell::RefCell, io, rc::Rc};

use ratatui::layout::Rect;

use crate::screen::tests::story::{Story, generating};
use crate::{
    run::{ReplicationState, Severity},
    screen::{Scene, draw, terminal::Surface},
};

/// Of a screen of 200 columns by 50 rows.
const MAX_CLOCK_BYTES: usize = 50;

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
        let scene =
            Scene { facts: story.facts(), view: &story.view, theme: &story.theme, journal: &story.journal };
        self.surface.draw(story.theme.charset, |drawing| draw(drawing, &scene)).unwrap();
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
