//! A cast of the demo, as asciinema plays it (<https://docs.asciinema.org/manual/asciicast/v2/>): `tests/cast` writes one
//! for people to look at.

use std::{
    env, fs,
    path::Path,
    str::from_utf8,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::terminal::Terminal;

const ROWS: u16 = 30;
const COLUMNS: u16 = 100;

/// The longest pause and the longest cast.
const MAX_PAUSE: Duration = Duration::from_secs(2);
const MAX_LENGTH: f64 = 60.0;

/// What is written within this time is one event.
const ONE_EVENT: Duration = Duration::from_millis(10);

/// Long enough to read what a dialog asks.
const READING: Duration = Duration::from_millis(1500);

fn demo(runs: &Path) -> Terminal {
    let arguments = ["demo", "--seed", "7", "--speed", "10", "--runs-dir", runs.to_str().unwrap()];
    Terminal::start(env!("CARGO_BIN_EXE_drwatch"), &arguments, &[], ROWS, COLUMNS)
}

/// The cast of what was written when: pauses are cut to [`MAX_PAUSE`], and a longer cast than [`MAX_LENGTH`] is played
/// faster.
fn cast<'o>(output: impl Iterator<Item = (Instant, &'o [u8])>) -> String {
    let (mut length, mut last, mut pending) = (Duration::ZERO, None, Vec::new());
    let mut events: Vec<(Duration, String)> = Vec::new();
    for (at, bytes) in output {
        length += at.duration_since(last.replace(at).unwrap_or(at)).min(MAX_PAUSE);
        pending.extend_from_slice(bytes);
        // A read may end within a character, whose rest comes with the next one.
        let whole = match from_utf8(&pending) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => pending.len(),
        };
        let text: Vec<u8> = pending.drain(..whole).collect();
        let text = String::from_utf8_lossy(&text);
        match events.last_mut().filter(|(at, _)| length < *at + ONE_EVENT) {
            Some((_, last)) => *last += &text,
            None if whole > 0 => events.push((length, text.into_owned())),
            None => {}
        }
    }
    let faster = (MAX_LENGTH / length.as_secs_f64().max(MAX_LENGTH)).min(1.0);
    let header = json!({
        "version": 2, "width": COLUMNS, "height": ROWS, "title": "drwatch demo", "env": {"TERM": "xterm-256color"},
    });
    let milliseconds = |at: Duration| (at.as_secs_f64() * faster * 1000.0).round();
    let events = events.into_iter().map(|(at, text)| json!([milliseconds(at) / 1000.0, "o", text]));
    let lines: Vec<_> = [header].into_iter().chain(events).map(|line| line.to_string()).collect();
    lines.join("\n") + "\n"
}

/// The events of a cast: times that do not decrease, and text.
fn events(cast: &str) -> Vec<(f64, String)> {
    let mut lines = cast.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let header = lines.next().expect("a header");
    assert_eq!(
        (&header["version"], &header["width"], &header["height"]),
        (&json!(2), &json!(100), &json!(30))
    );
    let events: Vec<_> = lines
        .map(|event| {
            assert_eq!((&event[1], event.as_array().map(Vec::len)), (&json!("o"), Some(3)));
            (event[0].as_f64().expect("a time"), event[2].as_str().expect("text").to_owned())
        })
        .collect();
    assert!(events.windows(2).all(|pair| pair[0].0 <= pair[1].0), "a time decreases");
    assert!(events.last().is_none_or(|(at, _)| *at <= MAX_LENGTH));
    events
}

#[test]
fn a_cast_shows_what_the_terminal_showed() {
    let runs = tempfile::tempdir().unwrap();
    let mut demo = demo(runs.path());
    demo.pause();
    let mut parser = vt100::Parser::new(ROWS.try_into().unwrap(), COLUMNS.try_into().unwrap(), 0);
    for (_, text) in events(&cast(demo.output())) {
        parser.process(text.as_bytes());
    }
    assert_eq!(parser.screen().contents(), demo.contents());
    demo.kill();
}

#[test]
fn a_cast_has_no_long_pause_no_long_play_and_no_cut_character() {
    let start = Instant::now();
    let after = |seconds| start + Duration::from_secs(seconds);
    let bytes = "a█b".as_bytes();
    let events_of = |output: &[(Instant, &[u8])]| events(&cast(output.iter().copied()));
    let short = events_of(&[(start, &bytes[..2]), (after(1), &bytes[2..]), (after(100), b"\xff\"\x1b")]);
    let expected = [(0.0, "a"), (1.0, "█b"), (3.0, "\u{fffd}\"\u{1b}")];
    assert_eq!(short, expected.map(|(at, text)| (at, text.to_owned())));
    let long: Vec<_> = (0..100).map(|number| (after(number * 5), &b"x"[..])).collect();
    let last = events_of(&long).last().unwrap().0;
    assert!((last - MAX_LENGTH).abs() < 0.001, "{last}");
}

#[test]
#[ignore = "tests/cast asks for it"]
fn the_demo_up_to_stage_2() {
    let runs = tempfile::tempdir().unwrap();
    let mut demo = demo(runs.path());
    demo.wait_for("verified");
    for (key, question, answer, outcome) in [
        ("p", "Confirm the two appliances", "ava-prod\r", "no replication enable"),
        ("", "no replication enable", "ava-prod\r", "pause confirmed"),
        ("t", "replication num-threads 128", "ava-dr\r", "recording"),
    ] {
        demo.drain(READING);
        demo.type_keys(key);
        demo.wait_for(question);
        demo.drain(READING);
        demo.type_keys(answer);
        demo.wait_for(outcome);
    }
    demo.wait_for("▶ 1 METADATA");
    demo.wait_for("▶ 2 NAMESPACE");
    demo.drain(2 * READING);
    let cast = cast(demo.output());
    demo.kill();
    assert!(!events(&cast).is_empty());
    fs::write(env::var_os("DRWATCH_CAST").expect("tests/cast says where to"), cast).unwrap();
}
