//! What the screen does while nothing happens: it stands before there is a connection or a record, and a frozen one writes
//! nothing.

use std::{fs, io::Write as _, time::Duration};

use crate::support::{PATIENCE, home::Home, pair::DRWATCH, processes, terminal::Terminal, wait_until};

/// Some beats of the session's clock.
const SILENCE: Duration = Duration::from_secs(4);

fn watch(home: &Home) -> Terminal {
    let words = home.words();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let mut terminal = Terminal::start(DRWATCH, &words, &[], 40, 120);
    terminal.wait_for("● recording");
    terminal.wait_for("(1) one");
    terminal
}

fn append(home: &Home, line: &str) {
    let log = fs::OpenOptions::new().append(true).open(home.path().join("messages"));
    writeln!(log.unwrap(), "Sep 13 16:03:39 localhost rfsd[1]: [a.NOTICE] (1) {line}").unwrap();
}

#[test]
fn a_frozen_display_writes_nothing_and_the_record_goes_on() {
    let home = Home::new();
    let mut terminal = watch(&home);
    terminal.type_keys(" ");
    terminal.wait_for("DISPLAY FROZEN");
    terminal.drain(Duration::from_millis(200));
    let written = terminal.received().len();
    append(&home, "while frozen");
    wait_until("it is recorded", PATIENCE, || {
        fs::read_to_string(home.run().join("dr.log")).unwrap().contains("while frozen")
    });
    terminal.drain(SILENCE);
    let more = String::from_utf8_lossy(&terminal.received()[written..]);
    assert!(more.is_empty(), "{more:?}");
    terminal.type_keys(" ");
    terminal.wait_for("while frozen");
    terminal.kill();
}

#[test]
fn released_after_a_rest_the_clock_goes_on_and_no_absence_is_recorded() {
    let home = Home::new();
    let mut terminal = watch(&home);
    terminal.type_keys(" ");
    terminal.wait_for("DISPLAY FROZEN");
    // Long enough for beats that come more seldom.
    terminal.drain(Duration::from_secs(17));
    terminal.type_keys(" ");
    terminal.wait_until("the clock is back", |screen| screen.contains(" UTC") && !screen.contains("FROZEN"));
    let written = terminal.received().len();
    terminal.drain(SILENCE);
    assert!(terminal.received().len() > written, "the clock stands");
    let journal = fs::read_to_string(home.run().join("journal.ndjson")).unwrap();
    assert!(!journal.contains("run_continued"), "{journal}");
    terminal.kill();
}

#[test]
fn the_screen_stands_and_answers_while_ssh_logs_in() {
    // It takes the connection and says nothing, so that ssh waits.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let destination = format!("ssh://127.0.0.1:{}", silent.local_addr().unwrap().port());
    let home = Home::new();
    let runs = home.path().join("runs").display().to_string();
    let words = ["watch", "--dr", &destination, "--runs-dir", &runs];
    let mut terminal = Terminal::start(DRWATCH, &words, &[], 40, 120);
    terminal.wait_for("connecting to the DR appliance");
    terminal.wait_for("no record yet");
    // An export needs a record.
    terminal.type_keys("e");
    terminal.wait_for("not yet: the watch begins once the appliances are reached");
    assert!(!home.path().join("runs").exists(), "nothing is recorded before there is a connection");
    terminal.type_keys("q");
    assert_eq!(terminal.close(), 1);
    wait_until("ssh is gone", PATIENCE, || processes::with_argument(&destination).is_empty());
    assert!(!home.path().join("runs").exists());
}
