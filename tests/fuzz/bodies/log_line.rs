//! Any bytes are a log line of some form, kept whole, and safe to show once escaped.

use drwatch::{parse, run::Timestamp, text};

pub fn run(bytes: &[u8]) {
    let line = parse::log_line(bytes);
    assert_eq!(line.raw, bytes);
    if let Some(stamp) = line.stamp {
        let received: Timestamp = at("2026-01-01T00:00:00.000+00:00");
        let _ = stamp.resolve(received);
    }
    let words = parse::undecorated(bytes);
    assert_eq!(parse::log_line(&words).raw, words.as_ref());
    let shown = text::printable(line.text());
    assert!(shown.chars().all(|letter| !letter.is_control()));
    assert!(text::printable_within(bytes, 64).len() <= 64);
}

fn at(text: &str) -> Timestamp {
    Timestamp::new(chrono::DateTime::parse_from_rfc3339(text).expect("a valid instant").into())
}
