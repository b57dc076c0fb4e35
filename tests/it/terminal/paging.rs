//! A log far longer than what is kept in memory can be gone back through to its first line, live, in a
//! view and in a replay: the older lines are read again from `dr.log`.

use std::{fmt::Write as _, fs, path::Path};

use crate::support::{pair::DRWATCH, terminal::Terminal};

/// More than twice what is kept in memory.
const LINES: usize = 25_000;

fn write_log(path: &Path) {
    let mut text = String::new();
    for number in 0..LINES {
        let level = if number == 4321 { "ERR" } else { "INFO" };
        writeln!(text, "Sep 13 16:03:38 localhost rfsd[1]: [gc.{level}] (1) number {number:05}.").unwrap();
    }
    fs::write(path, text).unwrap();
}

fn last() -> String {
    format!("number {:05}.", LINES - 1)
}

/// Goes to the first line, on from there, to a line searched for, and to the newest again.
fn page_through(terminal: &mut Terminal) {
    terminal.wait_for(&last());
    terminal.type_keys("z");
    terminal.type_keys("\u{1b}[H");
    terminal.wait_for("number 00000.");
    terminal.wait_for("below, press End for the newest");
    for _ in 0..3 {
        terminal.type_keys("\u{1b}[6~");
    }
    terminal.wait_for("number 00110.");
    terminal.type_keys("\u{1b}[F");
    terminal.wait_for(&last());
    terminal.type_keys("/number 12345\r");
    terminal.wait_for("number 12344.");
    terminal.wait_for("number 12346.");
    terminal.type_keys("\u{1b}");
    terminal.wait_until("the search is over", |text| !text.contains("Esc end search"));
    terminal.type_keys("E");
    terminal.wait_for("number 04321.");
    terminal.type_keys("\u{1b}[F");
    terminal.wait_for(&last());
}

#[test]
fn the_first_line_of_a_long_log_is_one_key_away_live_in_a_view_and_in_a_replay() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).display().to_string();
    write_log(&home.path().join("messages"));
    fs::write(home.path().join("settings.toml"), "").unwrap();
    let (messages, runs, settings) = (path("messages"), path("runs"), path("settings.toml"));
    let watch = ["watch", "--log", &messages, "--runs-dir", &runs, "--settings", &settings];
    let mut live = Terminal::start(DRWATCH, &watch, &[], 40, 120);
    page_through(&mut live);
    let mut view = Terminal::start(DRWATCH, &["view", "last", "--runs-dir", &runs], &[], 40, 120);
    page_through(&mut view);
    view.type_keys("q");
    view.wait_for_exit();
    live.type_keys("qy");
    live.wait_for_exit();
    let mut replay = Terminal::start(DRWATCH, &["replay", "last", "--runs-dir", &runs], &[], 40, 120);
    replay.wait_for("REPLAY");
    replay.type_keys(">");
    page_through(&mut replay);
    replay.type_keys("q");
    replay.wait_for_exit();
}
